"""The chapter on completeness as printable values: what is known to be missing, control totals, skipped numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cspaudit.model.completeness import Completeness, ControlTotal, ExportCompleteness
from cspaudit.model.result import InputResult, PartnerResult, Scorecard
from cspaudit.outputs import completeness_words as told
from cspaudit.outputs import words
from cspaudit.outputs.findings import Limits, cut_lines, shortened


@dataclass(frozen=True)
class Lack:
    """What one export lacks: how that is known, what it does, what to do about it."""

    export: str
    known: str
    effect: str
    cure: str

    @property
    def sentence(self) -> str:
        """All of it but the cure, beginning with the export."""
        return f"{self.export}: {self.known[:1].lower()}{self.known[1:]} {self.effect}"


@dataclass(frozen=True)
class TotalLine:
    """The control totals of one export and kind of record."""

    export: str
    kind: str
    records: str
    sums: tuple[str, ...]
    span: str
    repeats: str


@dataclass(frozen=True)
class NumberLine:
    """A run of numbers with gaps."""

    kind: str
    run: str
    present: str
    missing: str
    examples: tuple[str, ...]


@dataclass(frozen=True)
class CompletenessChapter:
    """The chapter; ``count`` is how many exports lack something, empty for none."""

    lede: str
    count: str
    lacks: tuple[Lack, ...]
    lacks_more: str
    totals: tuple[TotalLine, ...]
    totals_more: str
    numbers: tuple[NumberLine, ...]
    numbers_more: str


def completeness(scorecard: Scorecard, partner: PartnerResult, limits: Limits) -> CompletenessChapter:
    """What is known of the completeness of one partner's exports."""
    found, owner = partner.completeness, partner.partner.partner_id
    every = lacks(scorecard.inputs, found, owner)
    lacking = len({export for export, _ in every})
    shown, more = cut_lines((lack for _, lack in every), limits)
    totals, totals_more = cut_lines(_totals(scorecard.inputs, found, owner), limits)
    numbers, numbers_more = cut_lines(
        (
            NumberLine(
                kind=words.plain(run.table),
                run=f"{shortened(run.first, limits)} \N{EN DASH} {shortened(run.last, limits)}",
                present=words.number(run.present),
                missing=words.number(run.missing),
                examples=tuple(
                    f"{shortened(example, limits)}{',' if example is not run.examples[-1] else ''}"
                    for example in run.examples
                ),
            )
            for run in found.numbers
        ),
        limits,
    )
    return CompletenessChapter(
        lede=told.lede(len(found.exports), lacking),
        count=words.number(lacking) if lacking else "",
        lacks=shown,
        lacks_more=words.more_lines(more),
        totals=totals,
        totals_more=words.more_lines(totals_more),
        numbers=numbers,
        numbers_more=words.more_lines(numbers_more),
    )


def lacks(
    inputs: Iterable[InputResult], found: Completeness, partner_id: str
) -> tuple[tuple[str, Lack], ...]:
    """Return what a partner's exports lack, each with the id of its source: first what was cut, then months."""
    files: dict[str, list[InputResult]] = {}
    for item in inputs:
        if item.partner_id in {"", partner_id}:
            files.setdefault(item.source_id, []).append(item)
    return tuple(
        (export.source_id, lack)
        for export in found.exports
        for lack in _export_lacks(export, files.get(export.source_id, []), len(found.months))
    )


def _export_lacks(
    export: ExportCompleteness, files: Sequence[InputResult], months_in_period: int
) -> Iterable[Lack]:
    for item in files:
        if item.cut and item.cut.is_evidence:
            effect = told.cut_effect(export.stated, months_in_period)
            yield Lack(item.path, told.cut(item.cut), effect, told.IN_PARTS)
    windows = [item.window for item in files if item.window]
    if export.outside and windows:
        oldest = min(windows, key=lambda window: window.opens_at)
        yield Lack(
            export.source_id,
            told.window(oldest.days, oldest.opens_at),
            told.window_effect(export.outside),
            told.window_cure(oldest.days),
        )
    for months, where in (
        (export.before, told.BEFORE),
        (export.between, told.BETWEEN),
        (export.after, told.AFTER),
    ):
        if months:
            yield Lack(
                export.source_id, told.no_records(months, where), told.ELSEWHERE, told.export_again(months)
            )


def _totals(inputs: Iterable[InputResult], found: Completeness, partner_id: str) -> Iterable[TotalLine]:
    """Add the files of each export up, kind of record by kind of record."""
    groups: dict[tuple[str, str], list[ControlTotal]] = {}
    for item in inputs:
        for total in item.totals:
            if total.partner_id == partner_id:
                groups.setdefault((item.source_id, total.table), []).append(total)
    repeats = {one.source_id: told.repeats(one.repeated, one.superseded) for one in found.exports}
    for (source_id, table), totals in groups.items():
        sums: dict[tuple[str, str], Decimal] = {}
        for total in totals:
            for one in total.sums:
                place = (one.column, one.currency)
                sums[place] = sums.get(place, Decimal(0)) + one.total
        yield TotalLine(
            export=source_id,
            kind=words.plain(table),
            records=words.number(sum(total.records for total in totals)),
            sums=tuple(told.money_sum(column, code, value) for (column, code), value in sums.items()),
            span=words.span(
                _day(min((one.first_at for one in totals if one.first_at), default=None)),
                _day(max((one.last_at for one in totals if one.last_at), default=None)),
            ),
            # told of the export as a whole, beside the first kind of record that it holds
            repeats=repeats.pop(source_id, ""),
        )


def _day(value: datetime | date | None) -> str:
    return "" if value is None else value.isoformat()[:10]
