"""What people say of hours, times and contracts, as the tables state it: "Monday to Friday, 9 to 17"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from cspaudit.errors import EngagementError
from cspaudit.model import opening_hours
from cspaudit.model.vocabulary import VEHICLES

Value = TypeVar("Value")

NONE = frozenset({"none", "no", "nothing", "-", "not published"})
HOURS_HINT = 'Write it like "Monday to Friday, 9 to 17", "Mon-Fri 8:30-18, Sat 9-13" or "always".'
TIME_HINT = 'Write it like "30 minutes", "4 opening hours", "2 working days", "24 clock hours", or "none".'
PLAN_HINT = 'Write it like "Advanced Support for Partners from 2025-09-01 to 2026-08-31", several with ; between, or "none".'

_ALWAYS = re.compile(r"(24\s*/\s*7|always|(a?round )?the clock( every day)?)", re.IGNORECASE)
_DAY = r"\b(?:mon?|tues?|wed?(?:nes)?|thu?r?s?|fri?|sat?(?:ur)?|sun?)(?:day)?s?\b"
_DAY_PART = (
    rf"(?:every ?day|daily|weekdays|weekends|{_DAY}(?:\s*(?:-|to|till|until|through|,|and|&)\s*{_DAY})*)"
)
_TIME = r"\d{1,2}(?:[:.h]\d\d)?\s*(?:am|pm|h)?"
_SPAN = rf"{_TIME}\s*(?:-|to|till|until)\s*{_TIME}"
_RULE = re.compile(
    rf"(?P<days>{_DAY_PART})\s*[,:]?\s*(?:from\s+)?(?P<spans>{_SPAN}(?:\s*(?:,|and|&)\s*{_SPAN})*)",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\s,;.]*(?:and|&)?[\s,;.]*", re.IGNORECASE)
#: any week without a change of the clock
_WEEK = (date(2026, 6, 1), date(2026, 6, 7))

_AMOUNT = re.compile(
    r"(?P<number>\d+)\s*(?P<kind>opening|business|working|support|clock|calendar)?\s*"
    r"(?P<unit>minutes?|mins?|hours?|h|days?)\.?",
    re.IGNORECASE,
)
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
_PLAN = re.compile(
    r"(?P<name>.+?)(?:,?\s+contract\s+(?P<contract>\S+?))?,?\s+(?:from|since)\s+(?P<first>\S+?)"
    r"(?:,?\s+(?:to|until)\s+(?P<last>\S+))?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Promise:
    """A published time: minutes on the ``business`` or the ``calendar`` clock."""

    minutes: int
    clock: str


@dataclass(frozen=True)
class Plan:
    """A support plan held: a row of the table entitlement."""

    vehicle: str
    contract_id: str
    valid_from_on: date
    valid_to_on: date | None


def hours(text: str) -> str:
    """Return service hours as OpenStreetMap writes them, "" for none published; EngagementError for other texts."""
    plain = text.strip().replace("\u2013", "-").replace("\u2014", "-")
    if plain.lower() in NONE:
        return ""
    if _ALWAYS.fullmatch(plain):
        return "24/7"
    rules, place = [], 0
    for found in _RULE.finditer(plain):
        if not _SEPARATORS.fullmatch(plain[place : found.start()]):
            break
        rules.append(f"{_days(found['days'])} {_spans(found['spans'], text)}")
        place = found.end()
    written = "; ".join(rules) if rules and _SEPARATORS.fullmatch(plain[place:]) else plain
    try:
        opening_hours.windows(written, first=_WEEK[0], last=_WEEK[1], holidays=frozenset())
    except opening_hours.HoursError as error:
        raise EngagementError(f"{text!r} is not understood as opening hours.", hint=HOURS_HINT) from error
    return written


def _days(text: str) -> str:
    plain = text.lower()
    if re.match(r"every ?day|daily", plain):
        return "Mo-Su"
    if plain.startswith(("weekday", "weekend")):
        return "Mo-Fr" if plain.startswith("weekday") else "Sa-Su"
    named = re.sub(_DAY, lambda day: day.group()[:2].capitalize(), plain)
    return re.sub(r"\s*(?:,|and|&)\s*", ",", re.sub(r"\s*(?:-|to|till|until|through)\s*", "-", named))


def _spans(text: str, whole: str) -> str:
    pairs = re.findall(rf"({_TIME})\s*(?:-|to|till|until)\s*({_TIME})", text, re.IGNORECASE)
    return ",".join(f"{_clock(begins, whole)}-{_clock(ends, whole)}" for begins, ends in pairs)


def _clock(text: str, whole: str) -> str:
    found = re.fullmatch(r"(\d{1,2})(?:[:.h](\d\d))?\s*(am|pm|h)?", text.strip(), re.IGNORECASE)
    if found is None:
        raise EngagementError(f"{whole!r} is not understood as opening hours.", hint=HOURS_HINT)
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half in {"am", "pm"}:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour * 60 + minute > _MINUTES["d"]:
        raise EngagementError(f"{text.strip()!r} is no time of day.", hint=HOURS_HINT)
    return f"{hour:02}:{minute:02}"


def promise(text: str, service_hours: str) -> Promise | None:
    """Return a promised time, None for none; EngagementError where it is not understood or its clock is not said.

    A working day is as long as each day of ``service_hours``, where they are all of one length.
    """
    plain = text.strip().lower()
    if plain in NONE:
        return None
    found = _AMOUNT.fullmatch(plain)
    if found is None:
        raise EngagementError(f"{text!r} is not understood as a time.", hint=TIME_HINT)
    number, unit = int(found["number"]), found["unit"][0]
    if service_hours == "24/7" or found["kind"] in {"clock", "calendar"}:
        return Promise(number * _MINUTES[unit], "calendar")
    if not found["kind"]:
        raise EngagementError(
            f"It is not said whether {text.strip()!r} counts opening hours alone or runs around the clock.",
            hint=f'Write "{_with_word("opening", found)}" or "{_with_word("clock", found)}".',
        )
    if unit != "d":
        return Promise(number * _MINUTES[unit], "business")
    return Promise(number * _working_day(service_hours), "business")


def _with_word(word: str, found: re.Match[str]) -> str:
    return f"{found['number']} {word} {found['unit']}"


def _working_day(service_hours: str) -> int:
    lengths: dict[date, timedelta] = {}
    for begins, ends in opening_hours.windows(
        service_hours, first=_WEEK[0], last=_WEEK[1], holidays=frozenset()
    ):
        lengths[begins.date()] = lengths.get(begins.date(), timedelta()) + (ends - begins)
    if len(set(lengths.values())) != 1:
        raise EngagementError(
            "Your days of support are not all of one length.", hint='Give the time in "opening hours".'
        )
    return next(iter(lengths.values())) // timedelta(minutes=1)


def plans(text: str) -> tuple[Plan, ...]:
    """Return the support plans held, none for "none"; EngagementError where one is not understood."""
    if text.strip().lower() in NONE:
        return ()
    return tuple(_plan(one.strip()) for one in text.split(";") if one.strip())


def _plan(text: str) -> Plan:
    found = _PLAN.fullmatch(text)
    if found is None:
        raise EngagementError(f"{text!r} does not say which plan was held since when.", hint=PLAN_HINT)
    name = re.sub(r"[^a-z]+", "_", found["name"].lower()).strip("_")
    if name not in VEHICLES.split():
        raise EngagementError(
            f"There is no support plan {found['name']!r}.", hint=f"Known: {', '.join(plan_names())}."
        )
    last = day(found["last"]) if found["last"] else None
    first = day(found["first"])
    if last and last < first:
        raise EngagementError(f"{text!r} ends before it begins.", hint=PLAN_HINT)
    return Plan(name, found["contract"] or "not stated", first, last)


def plan_names() -> tuple[str, ...]:
    """Return the names of the plans a partner may hold, as people write them."""
    small = {"for": "for", "csp": "CSP"}
    names = [name for name in VEHICLES.split() if name not in {"unknown", "provider"}]
    return tuple(" ".join(small.get(word, word.capitalize()) for word in name.split("_")) for name in names)


def day(text: str) -> date:
    """Return a day written as 2026-10-15; EngagementError for other texts."""
    return _iso(date.fromisoformat, text, "Write a day like 2026-10-15.")


def day_or_none(text: str) -> date | None:
    """Return a day, None for none; EngagementError for other texts."""
    return None if text.strip().lower() in NONE else day(text)


def instant(text: str) -> datetime:
    """Return a day, or a day and time with offset, as the end or instant it means in UTC, with offset."""
    if len(text.strip()) == len("2026-10-15"):
        return datetime.combine(day(text), time.fromisoformat("00:00:00+00:00"))
    found = _iso(datetime.fromisoformat, text, "Write it like 2026-10-15T00:00:00Z.")
    if found.tzinfo is None:
        raise EngagementError(f"{text!r} has no offset.", hint="Write it like 2026-10-15T00:00:00Z.")
    return found.astimezone(UTC)


def _iso(read: Callable[[str], Value], text: str, hint: str) -> Value:
    try:
        return read(text.strip())
    except ValueError as error:
        raise EngagementError(f"{text!r} is no date.", hint=hint) from error
