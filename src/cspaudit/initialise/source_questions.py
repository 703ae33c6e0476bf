"""What is asked about one source: what its files do not tell, and what can be read both ways."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from cspaudit.initialise import said, understood
from cspaudit.initialise.answers import Ask, Interview, SourceAnswers, one_of
from cspaudit.initialise.facts import PartnerData
from cspaudit.initialise.grouping import Group

#: as many vendors as a question names, and what the name of the supplier holds
SHOWN_VENDORS = 12
SUPPLIER = "microsoft"
SIDE_WORDS = {
    "payable": "the partner owes them",
    "receivable": "its customers owe them",
}
#: what is asked of values that can be read both ways, and the answers
READINGS = {
    "decimal": (
        "Which decimal mark have the amounts of {}?",
        {".": "a point: 1.234 is little more than one", ",": "a comma: 1.234 is more than a thousand"},
    ),
    "date-order": (
        "What comes first in the days of {}?",
        {"dmy": "the day: 3/4 is in April", "mdy": "the month: 3/4 is in March"},
    ),
}
OPEN_READINGS = {
    "decimal": "which decimal mark its amounts have",
    "date-order": "whether the day or the month comes first in it",
}


def sources_only(
    ask: Ask, groups: Sequence[Group], zone: str, as_of: datetime
) -> Mapping[str, SourceAnswers]:
    """Ask what new sources of an engagement that is there already do not tell themselves."""
    put = Interview(ask)
    return {one.name: ask_about(put, one, PartnerData(), zone, as_of) for one in groups}


def ask_about(put: Interview, group: Group, data: PartnerData, zone: str, as_of: datetime) -> SourceAnswers:
    """Ask what a source has to state; ``zone`` and ``as_of`` are those of the audit."""
    asked, file = group.first.asks, group.name
    timezone = side = currency = open_question = ""
    if "timezone" in asked:
        timezone = put(
            "export-timezone",
            f"In which time zone are the times of {file} written?",
            understood.zone,
            default=zone,
            because="times without an offset were taken for the partner's local time",
            about=file,
        )
    if "side" in asked:
        default = understood.side_of(file)
        side = put(
            "side",
            f"Who owes what is in {file}? ? leaves it open, and the export waits.",
            partial(understood.open_or, partial(one_of, SIDE_WORDS)),
            choices=tuple(SIDE_WORDS.items()),
            default=default,
            because="the name of the file says so",
            fallback="?",
            about=file,
        )
        open_question = "" if side else "who owes what is in it"
    if "currency" in asked:
        currency = put(
            "currency",
            f"In which currency are the amounts of {file}? Such as EUR; ? leaves it open, and the export waits.",
            partial(understood.open_or, understood.currency),
            default=data.currencies[0] if len(data.currencies) == 1 else "",
            because="the other exports have no other currency",
            fallback="?",
            about=file,
        )
        open_question = open_question or ("" if currency else "in which currency its amounts are")
    chosen: tuple[str, ...] = ()
    if "vendor" in asked and side != "receivable":
        chosen = _vendors(put, group)
        open_question = open_question or ("" if chosen else "which of its vendors is the supplier")
    readings = {}
    for key, (asks, words) in READINGS.items():
        readings[key] = ""
        if key in asked:
            readings[key] = put(
                key,
                f"{asks.format(file)} All of them can be read both ways. ? leaves it open, and the export waits.",
                partial(understood.open_or, partial(one_of, words)),
                choices=tuple(words.items()),
                fallback="?",
                about=file,
            )
            open_question = open_question or ("" if readings[key] else OPEN_READINGS[key])
    stated = []
    for column, what in group.first.stated:
        value = put(
            "value",
            f"What is {what}, for {file}? ? leaves it open, and the export waits.",
            partial(understood.open_or, understood.one_line),
            default=understood.in_name(column, file),
            because="the name of the file says so",
            fallback="?",
            about=f"{file}:{column}",
        )
        stated.append((column, value))
        open_question = open_question or ("" if value else f"what is {what}")
    taken_at = None
    if group.first.is_snapshot:
        taken_at = put(
            "taken-at",
            f"When was {file} taken? A day, or a moment such as 2026-10-15T00:00:00Z.",
            said.instant,
            default=as_of.isoformat().replace("+00:00", "Z"),
            because="the exports as a whole are of that moment",
            about=file,
        )
    return SourceAnswers(
        timezone=timezone,
        side=side,
        currency=currency,
        decimal=readings["decimal"],
        date_order=readings["date-order"],
        vendors=chosen,
        stated=tuple(stated),
        taken_at=taken_at,
        open_question=open_question,
    )


def _vendors(put: Interview, group: Group) -> tuple[str, ...]:
    """Ask which vendors of a ledger are the supplier; those whose name says so are suggested."""
    known = tuple(dict.fromkeys(one for export in group.exports for one in export.vendors))
    named = ", ".join(known[:SHOWN_VENDORS])
    more = f" and {len(known) - SHOWN_VENDORS} more" if len(known) > SHOWN_VENDORS else ""
    found: tuple[str, ...] = put(
        "vendor",
        f"Which vendors of {group.name} are Microsoft, or the provider? It has {named}{more}. Semicolons between several; "
        "? leaves it open, and the export waits.",
        partial(understood.open_or, partial(understood.vendors, known)),
        default="; ".join(one for one in known if SUPPLIER in one.lower()),
        because="their names say so",
        fallback="?",
        about=group.name,
    )
    return tuple(found)
