"""The findings chapter as printable values: one section a test, every cap stated where it cuts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from cspaudit.model.check import Param
from cspaudit.model.result import CheckResult, Finding, ObligationResult, PartnerResult, Status, Verdict
from cspaudit.outputs import duty_words, words
from cspaudit.outputs.labels import NOT_RUN, RECORD_LEFT_OUT
from cspaudit.outputs.marks import NOT_SCORED_MARK, Mark, status_mark, verdict_mark

T = TypeVar("T")
_ORDER = {Status.FAIL: 0, Status.INSUFFICIENT: 1, Status.OBSERVATION: 2}


@dataclass(frozen=True)
class Limits:
    """How much a page shows: findings a test and in all, characters a cell (0: all), lines of other tables, problems at first."""

    rows_a_check: int
    rows_in_all: int
    cell: int
    lines: int
    problems: int


HTML_LIMITS = Limits(rows_a_check=200, rows_in_all=10_000, cell=0, lines=200, problems=3)
PDF_LIMITS = Limits(rows_a_check=40, rows_in_all=250, cell=300, lines=40, problems=1)


@dataclass(frozen=True)
class FindingRow:
    """One finding; ``file`` is empty where all rows of the section share it."""

    case: str
    day: str
    mark: Mark
    is_waived: bool
    reason: str
    observed: str
    expected: str
    file: str
    record: str


@dataclass(frozen=True)
class Section:
    """One test: what it is, what it lacks, and its rows."""

    anchor: str
    title: str
    mark: Mark
    code: str
    facts: tuple[str, ...]
    check: str
    version: str
    settings: tuple[str, ...]
    notes: tuple[str, ...]
    cap: str
    shared_file: str
    case_head: str
    unit: str
    has_observed: bool
    has_expected: bool
    rows: tuple[FindingRow, ...]


def sections(partner: PartnerResult, limits: Limits) -> tuple[Section, ...]:
    """The tests that found or lacked something, worst first."""
    pairs = [
        (result, check)
        for result in partner.obligations
        for check in result.checks
        if check.outcome.finding_count
        or check.outcome.gaps
        or check.outcome.error
        or check.verdict in {Verdict.NOT_MET, Verdict.UNDETERMINED}
    ]
    pairs.sort(
        key=lambda pair: (not pair[0].obligation.is_scored, pair[1].verdict.rank, pair[1].outcome.check.id)
    )
    left = limits.rows_in_all
    found = []
    for result, check in pairs:
        section = _section(result, check, limits, left)
        left -= len(section.rows)
        found.append(section)
    return tuple(found)


def _section(result: ObligationResult, check: CheckResult, limits: Limits, left: int) -> Section:
    outcome = check.outcome
    obligation = result.obligation
    kept = sorted(outcome.findings, key=lambda finding: _ORDER[finding.status])[
        : min(limits.rows_a_check, left)
    ]
    files = {finding.file for finding in kept}
    shared = files.pop() if len(files) == 1 else ""
    return Section(
        anchor=f"test-{outcome.check.id}",
        title=outcome.check.title,
        mark=verdict_mark(check.verdict) if obligation.is_scored else NOT_SCORED_MARK,
        code=obligation.id,
        facts=(
            duty_words.strength(obligation),
            *(duty_words.citation(item) for item in obligation.citations[:1]),
        ),
        check=outcome.check.id,
        version=words.version(outcome.check.version),
        settings=tuple(setting(param) for param in outcome.params) + tolerances(check),
        notes=_notes(check),
        cap=words.cap(len(kept), outcome.finding_count, outcome.check.id),
        shared_file=shared,
        case_head=words.case(outcome.check.subject),
        unit=outcome.check.unit,
        has_observed=any(finding.observed for finding in kept),
        has_expected=any(finding.expected for finding in kept),
        rows=tuple(_row(check, finding, limits, shared) for finding in kept),
    )


def _notes(check: CheckResult) -> tuple[str, ...]:
    outcome = check.outcome
    notes = [f"{NOT_RUN} {words.sentence(outcome.error)}"] if outcome.error else []
    notes += [f"{words.sentence(gap.problem)} {words.sentence(gap.cure)}" for gap in outcome.gaps]
    if outcome.coverage < 1:
        notes.append(words.covered(outcome.coverage))
    return tuple(notes)


def tolerances(check: CheckResult) -> tuple[str, ...]:
    """The allowances of a test as sentences, none where it allows nothing."""
    outcome = check.outcome
    found = []
    if outcome.target_allowance is not None:
        found.append(words.target_allowance(outcome.target_allowance))
    if outcome.allowed_failures:
        found.append(words.allowed_failures(outcome.allowed_failures))
    if outcome.allowed_share:
        found.append(words.allowed_share(outcome.allowed_share))
    return tuple(found)


def setting(param: Param) -> str:
    """A parameter with its value, and the reason of whoever set it or what it rests on."""
    because = words.changed_because(param.because) if param.because else words.rests_on(param.basis)
    return f"{words.plain(param.name)}: {words.value(param.value)} ({because})"


def _row(check: CheckResult, finding: Finding, limits: Limits, shared_file: str) -> FindingRow:
    return FindingRow(
        # The id of a record left out is its file and number, which stand in columns of their own.
        case=RECORD_LEFT_OUT
        if finding.reason == "record_left_out"
        else shortened(finding.subject_id, limits),
        day=_day(finding.dated_at),
        mark=status_mark(finding.status),
        is_waived=bool(finding.waiver),
        reason=shortened(words.reason_text(check.outcome.check, finding), limits),
        observed=shortened(finding.observed, limits),
        expected=shortened(finding.expected, limits),
        file="" if finding.file == shared_file else shortened(finding.file, limits),
        record="" if finding.record is None else words.number(finding.record),
    )


def _day(value: datetime | date | None) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else value.isoformat()


def shortened(text: str, limits: Limits) -> str:
    """The text, cut where a page would burst, saying how long it was and where it stands whole."""
    if not limits.cell or len(text) <= limits.cell:
        return text
    return f"{text[: limits.cell]}\u2026 {words.cut(len(text))}"


def cut_lines(lines: Iterable[T], limits: Limits) -> tuple[tuple[T, ...], int]:
    """The first lines, and how many are left out."""
    kept = tuple(lines)
    return kept[: limits.lines], max(len(kept) - limits.lines, 0)
