"""The evidence chapter as printable values: what was read, what was left out, what was taken for granted."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cspaudit.model.result import InputResult, LinkTally, PartnerResult, Scorecard
from cspaudit.outputs import link_words, words
from cspaudit.outputs.findings import Limits, cut_lines, shortened
from cspaudit.outputs.glance import all_problems
from cspaudit.outputs.labels import NONE, NONE_STATED

#: above this many months the map of evidence has a column a year
MOST_MONTHS = 15
#: above this many columns the map is set small
MOST_ROOMY = 7
#: stands for a zero
NO_FIGURE = "\u2013"


@dataclass(frozen=True)
class MapCell:
    """The records of one export in one month; ``is_open``: none, and nobody says there were none."""

    text: str
    is_open: bool


@dataclass(frozen=True)
class MapRow:
    """One export over the months."""

    name: str
    cells: tuple[MapCell, ...]


@dataclass(frozen=True)
class EvidenceMap:
    """Exports by month (or year) of the period; dense: many columns, to be set small."""

    heads: tuple[str, ...]
    rows: tuple[MapRow, ...]
    by_year: bool
    is_dense: bool


@dataclass(frozen=True)
class InputLine:
    """One file that was read."""

    path: str
    read: str
    loaded: str
    left_out: str
    has_left_out: bool
    span: str
    sha256: str


@dataclass(frozen=True)
class LeftOutLine:
    """Records of one file left out for one reason, with the first as an example."""

    file: str
    field: str
    reason: str
    count: str
    example: str
    value: str


@dataclass(frozen=True)
class MissingLine:
    """Records of one kind that a field names and no export holds, with the first as an example."""

    kind: str
    field: str
    count: str
    value: str
    file: str
    example: str


@dataclass(frozen=True)
class LinkLine:
    """Records of one kind that did not say what they belong to."""

    kind: str
    candidates: str
    linked: str
    steps: tuple[str, ...]
    ambiguous: str
    unlinked: str


@dataclass(frozen=True)
class Evidence:
    """The chapter."""

    lede: str
    map: EvidenceMap | None
    inputs: tuple[InputLine, ...]
    inputs_more: str
    problems: tuple[str, ...]
    assumptions: tuple[str, ...]
    left_out: tuple[LeftOutLine, ...]
    left_out_more: str
    missing: tuple[MissingLine, ...]
    missing_more: str
    links: tuple[LinkLine, ...]
    warnings: tuple[str, ...]
    warnings_more: str


def evidence(scorecard: Scorecard, partner: PartnerResult, limits: Limits) -> Evidence:
    """What one partner's result rests on."""
    files = [item for item in scorecard.inputs if item.partner_id in {"", partner.partner.partner_id}]
    inputs, inputs_cut = cut_lines((_input(item) for item in files), limits)
    left_out, left_out_cut = cut_lines(
        (
            LeftOutLine(
                group.file or group.source_id,
                group.field,
                words.sentence(group.reason),
                words.number(group.count),
                words.record_and_line(group.first_record, group.first_line),
                shortened(group.first_value, limits),
            )
            for group in partner.rejects
        ),
        limits,
    )
    missing, missing_cut = cut_lines(
        (
            MissingLine(
                words.plain(group.table),
                f"{group.named_in}.{group.field}",
                words.number(group.count),
                shortened(group.first_id, limits),
                group.first_file,
                words.record_and_line(group.first_record, 0),
            )
            for group in partner.missing
        ),
        limits,
    )
    warnings, warnings_cut = cut_lines(_sentences(scorecard.warnings, files, "warnings"), limits)
    return Evidence(
        lede=words.evidence_lede(
            len(files), sum(item.records_read for item in files), sum(item.records_rejected for item in files)
        ),
        map=evidence_map(files, months(scorecard.engagement.start, scorecard.engagement.end)),
        inputs=inputs,
        inputs_more=words.more_lines(inputs_cut),
        problems=all_problems(scorecard),
        assumptions=_sentences(scorecard.assumptions, files, "assumptions"),
        left_out=left_out,
        left_out_more=words.more_lines(left_out_cut),
        missing=missing,
        missing_more=words.more_lines(missing_cut),
        links=tuple(_link(tally) for tally in partner.links),
        warnings=warnings,
        warnings_more=words.more_lines(warnings_cut),
    )


def _sentences(general: Iterable[str], files: Iterable[InputResult], field: str) -> tuple[str, ...]:
    """General sentences, then those of single files with the file's path before them, each told once."""
    own = [words.about(item.path, text) for item in files for text in getattr(item, field)]
    return tuple(dict.fromkeys([*map(words.ended, general), *own]))


def _input(item: InputResult) -> InputLine:
    return InputLine(
        path=item.path,
        read=words.number(item.records_read),
        loaded=words.number(item.records_loaded),
        left_out=words.number(item.records_rejected) if item.records_rejected else NO_FIGURE,
        has_left_out=bool(item.records_rejected),
        span=words.span(_day(item.first_at), _day(item.last_at)),
        sha256=item.sha256[:12],
    )


def _link(tally: LinkTally) -> LinkLine:
    return LinkLine(
        kind=link_words.kind(tally.kind),
        candidates=words.number(tally.candidates),
        linked=f"{words.number(tally.linked)} ({link_words.share(tally)})" if tally.linked else NO_FIGURE,
        steps=link_words.steps(tally),
        ambiguous=words.number(tally.ambiguous) if tally.ambiguous else NO_FIGURE,
        unlinked=words.number(tally.unlinked) if tally.unlinked else NO_FIGURE,
    )


def _day(value: datetime | date | None) -> str:
    return "" if value is None else value.isoformat()[:10]


def months(start: date, end: date) -> tuple[str, ...]:
    """The calendar months of a half-open span of days, as ``2026-07``."""
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    count = range(first, last + (1 if end.day > 1 else 0))
    return tuple(f"{month // 12}-{month % 12 + 1:02}" for month in count)


def evidence_map(files: Sequence[InputResult], in_period: Sequence[str]) -> EvidenceMap | None:
    """Records by export and month of the period; exports without dates are left out. None where nothing is dated."""
    by_year = len(in_period) > MOST_MONTHS
    records: dict[str, dict[str, int]] = {}
    #: months of which an export surely holds all
    whole: dict[str, set[str]] = {}
    stated: dict[str, set[str]] = {}
    for item in files:
        if not item.coverage:
            continue
        counts = records.setdefault(item.source_id, dict.fromkeys(in_period, 0))
        for found in item.coverage:
            if found.month in counts:
                counts[found.month] += found.records
                if found.records and not found.is_doubtful:
                    whole.setdefault(item.source_id, set()).add(found.month)
                if found.is_stated:
                    stated.setdefault(item.source_id, set()).add(found.month)
    if not records:
        return None
    columns: dict[str, list[str]] = {}
    for month in in_period:
        columns.setdefault(month[:4] if by_year else month, []).append(month)
    rows = tuple(
        MapRow(
            name,
            tuple(
                _cell(counts, whole.get(name, set()), stated.get(name, set()), held)
                for held in columns.values()
            ),
        )
        for name, counts in records.items()
    )
    heads = tuple(column if by_year else words.short_month(column) for column in columns)
    return EvidenceMap(heads, rows, by_year, is_dense=len(heads) > MOST_ROOMY)


def _cell(counts: dict[str, int], whole: set[str], stated: set[str], held: Sequence[str]) -> MapCell:
    total = sum(counts[month] for month in held)
    missing = [month for month in held if month not in whole and month not in stated]
    if not total:
        return MapCell(NONE if missing else NONE_STATED, bool(missing))
    text = words.number(total)
    if not missing:
        return MapCell(text, is_open=False)
    return MapCell(
        words.in_part(text) if all(counts[month] for month in missing) else words.with_gap(text), is_open=True
    )


def seal(files: Iterable[InputResult]) -> str:
    """The SHA-256 of the sorted list of input files, each as its own hash and path."""
    lines = sorted(f"{item.sha256}  {item.path}\n" for item in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
