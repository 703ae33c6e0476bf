"""The duties chapter as printable values: one table a family, one row an obligation."""

from collections.abc import Iterable
from dataclasses import dataclass

from cspaudit.model.result import ObligationResult, PartnerResult
from cspaudit.outputs import duty_words, words
from cspaudit.outputs.glance import family_lines
from cspaudit.outputs.labels import ACCEPTED_HEAD, DUTY_HEADS, TOLD_HEADS
from cspaudit.outputs.marks import NOT_SCORED_MARK, Mark, share_printed, verdict_mark


@dataclass(frozen=True)
class Cell:
    """A count as text, a dash for none, and the class that sets it off."""

    text: str
    kind: str = ""


@dataclass(frozen=True)
class DutyRow:
    """One obligation with the counts of its own tests; ``cells`` follow the table's heads."""

    code: str
    title: str
    kind: str
    part_of: str
    mark: Mark
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class DutyTable:
    """The obligations of one family, parts below what they belong to."""

    name: str
    title: str
    mark: Mark
    heads: tuple[str, ...]
    rows: tuple[DutyRow, ...]


@dataclass(frozen=True)
class Told:
    """An obligation that nothing tests: what it says and where it is written."""

    code: str
    title: str
    kind: str
    statement: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ToldList:
    """Obligations that are told for the same reason."""

    title: str
    rows: tuple[Told, ...]


def told_lists(partner: PartnerResult) -> tuple[ToldList, ...]:
    """What says whom and what the duties cover, then what is there for information."""
    found = [result.obligation for result in partner.obligations if result.obligation.is_told_only]
    lists = []
    for way, title in TOLD_HEADS.items():
        rows = tuple(
            Told(
                code=item.id,
                title=item.title,
                kind=duty_words.strength(item),
                statement=words.sentence(item.statement),
                notes=(*(duty_words.citation(one) for one in item.citations), duty_words.in_force(item)),
            )
            for item in found
            if item.judged_by[0] == way
        )
        if rows:
            lists.append(ToldList(title, rows))
    return tuple(lists)


def duty_tables(partner: PartnerResult) -> tuple[DutyTable, ...]:
    """The families in the order of the first page, then those with nothing that scores."""
    marks = {line.name: line.mark for line in family_lines(partner)}
    tested = [result for result in partner.obligations if not result.obligation.is_told_only]
    families = dict.fromkeys([*marks, *(result.obligation.family for result in tested)])
    has_waivers = any(
        check.outcome.counts.waived for result in partner.obligations for check in result.checks
    )
    heads = tuple(head for head in DUTY_HEADS if has_waivers or head != ACCEPTED_HEAD)
    tables = []
    for name in families:
        results = [result for result in tested if result.obligation.family == name]
        rows = tuple(_row(result, has_waivers=has_waivers) for result in _parts_below(results))
        tables.append(DutyTable(name, words.family(name), marks.get(name, NOT_SCORED_MARK), heads, rows))
    return tuple(tables)


def _parts_below(results: Iterable[ObligationResult]) -> list[ObligationResult]:
    """Worst obligations first, each followed by its parts."""
    found = sorted(results, key=lambda result: (result.verdict.rank, -result.weight, result.obligation.id))
    here = {result.obligation.id for result in found}
    ordered = []
    for result in found:
        if result.obligation.part_of not in here:
            ordered.append(result)
            ordered += [part for part in found if part.obligation.part_of == result.obligation.id]
    return ordered


def _row(result: ObligationResult, *, has_waivers: bool) -> DutyRow:
    obligation = result.obligation
    counts = [check.outcome.counts for check in result.checks]
    share = share_printed(result.share)
    cells = [
        _count(sum(found.passed for found in counts)),
        _count(sum(found.failed for found in counts), "failed"),
        _count(sum(found.insufficient_evidence for found in counts), "open"),
        _count(sum(found.not_yet_due for found in counts)),
        *([_count(sum(found.waived for found in counts))] if has_waivers else []),
        _count(sum(found.not_applicable for found in counts)),
        Cell(words.range_of(share) if share else "\u2013"),
    ]
    return DutyRow(
        code=obligation.id,
        title=obligation.title,
        kind=duty_words.strength(obligation),
        part_of=obligation.part_of,
        mark=verdict_mark(result.verdict) if obligation.is_scored else NOT_SCORED_MARK,
        cells=tuple(cells),
    )


def _count(value: int, kind: str = "") -> Cell:
    return Cell(words.number(value), kind) if value else Cell("\u2013")
