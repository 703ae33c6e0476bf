"""The text of one source: its layout, what was answered about it, and what was assumed."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cspaudit.initialise.answers import SourceAnswers
from cspaudit.initialise.exports import SIDES
from cspaudit.initialise.facts import SourceEnd
from cspaudit.initialise.grouping import Group
from cspaudit.initialise.scan import shown
from cspaudit.initialise.toml_text import Entry, block, comment, commented
from cspaudit.model.period import parse_period
from cspaudit.model.tables import TABLES
from cspaudit.model.zones import local_to_utc

#: an export that ends more days than this before the period does is taken to end there ...
ENDS_EARLY = 2
#: ... unless that is less than so many times its longest gap before
GAPS = 3
#: as many files of one export as a comment names
NAMED_FILES = 6


def source(
    group: Group,
    answers: SourceAnswers,
    partner: str,
    pattern: str,
    assumed: Mapping[str, str],
    ends: datetime | None,
) -> str:
    """Return the block of one source; one whose question is open is written as a comment."""
    entries = [
        *_layout(group, answers, partner, pattern),
        *_answers(group, answers, assumed),
        *((name, content, "") for name, content in group.first.settings),
    ]
    if ends and not answers.taken_at:
        said = "ASSUMED: its last record is of this day. If the export was taken later, write that."
        entries.append(("as_of", ends, said))
    text = "".join(comment(note) for note in _notes(group)) + block("[[source]]", entries)
    if not answers.open_question:
        return text
    why = f"Not read yet, because nothing tells {answers.open_question}."
    return comment(f"{why} Set it and take away the # before the lines:") + commented(text)


def _layout(group: Group, answers: SourceAnswers, partner: str, pattern: str) -> Iterator[Entry]:
    first = group.first
    yield "path", pattern, ""
    if first.sheet:
        yield "sheet", first.sheet, ""
        yield "id", f"{pattern}#{first.sheet}", ""
    key, layout = first.what
    if not first.is_table:
        yield key, layout, first.title
    elif answers.side:
        table = first.table_on(answers.side)
        yield key, table, TABLES[table].purpose
    elif "side" in first.asks:
        yield key, layout, f"or {' or '.join(map(first.table_on, SIDES))}"
    else:
        yield key, layout, TABLES[layout].purpose
    if partner:
        yield "partner", partner, ""


def _answers(group: Group, answers: SourceAnswers, assumed: Mapping[str, str]) -> Iterator[Entry]:
    first = group.first
    if answers.timezone:
        note = assumed.get("export-timezone") or "its times are written without an offset"
        yield "timezone", answers.timezone, note
    if "side" in first.asks and not first.is_table:
        words = assumed.get("side") or "payable: the partner owes these; receivable: its customers do"
        yield "side", answers.side or next(iter(SIDES)), words
    for name, reading, example in (
        ("decimal", answers.decimal, "."),
        ("date-order", answers.date_order, "dmy"),
    ):
        if name in first.asks:
            yield name.replace("-", "_"), reading or example, assumed.get(name) or "it can be read both ways"
    constants = {column: text or "?" for column, text in answers.stated}
    if "currency" in first.asks:
        constants["currency"] = answers.currency or "EUR"
    if constants:
        told = [assumed.get("currency"), *(assumed.get(f"value:{column}") for column in constants)]
        note = next(filter(None, told), "the export does not name it, so it holds for every record")
        yield "constants", constants, note
    if "vendor" in first.asks and answers.side != "receivable":
        note = assumed.get("vendor") or "of these vendors alone: of the others nothing is audited"
        yield "only", {first.vendor_field: answers.vendors or first.vendors[:1]}, note
    if answers.taken_at:
        yield "as_of", answers.taken_at, assumed.get("taken-at") or "when this was taken"


def _notes(group: Group) -> Iterator[str]:
    if len(group.exports) > 1:
        names = ", ".join(shown(Path(one.path.name)) for one in group.exports[:NAMED_FILES])
        left = len(group.exports) - NAMED_FILES
        yield f"{len(group.exports)} files of one export: {names}{f' and {left} more' if left > 0 else ''}."
    yield from dict.fromkeys(note for one in group.exports for note in one.notes)


def early_end(end: SourceEnd | None, period: str, as_of: datetime, zone: str) -> datetime | None:
    """Return where an export ends that stops well before the period does, with its offset; None where it does not.

    Absent payments and answers are held against the partner, so nothing from its last day on counts as absent: that day
    may have gone on. An export with long gaps before is not taken to end early: there may have been nothing to record.
    """
    if end is None:
        return None
    missing = (min(parse_period(period)[1], as_of.date()) - timedelta(days=1) - end.last_on).days
    if missing <= max(ENDS_EARLY, GAPS * end.longest_gap):
        return None
    begins = datetime.combine(end.last_on, datetime.min.time())
    return local_to_utc(zone, begins).replace(tzinfo=as_of.tzinfo)
