"""The oracle of business time: walk the minutes one by one and look at the wall clock.

It knows nothing of segments, slots, sums or the opening-hours library. It has a plain model of hours
of its own, which writes itself as opening-hours text for the code under test.
"""

import importlib.resources
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Chatham",
    "Africa/Casablanca",
    "UTC",
)
"""Whole, half and quarter hours; a change of half an hour; one with its lesser offset in Ramadan; none."""


@cache
def _zone(name: str) -> ZoneInfo:
    with importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def wall_clock(instant_utc: datetime, name: str) -> datetime:
    """Return what a clock on the wall of the zone shows."""
    return instant_utc.replace(tzinfo=UTC).astimezone(_zone(name)).replace(tzinfo=None)


@dataclass(frozen=True)
class WeekHours:
    """Hours that repeat weekly: for each weekday (0 is Monday) windows in minutes since its midnight.

    A window may end after 24:00. On a closed day all is shut from midnight to midnight.
    """

    week: tuple[tuple[tuple[int, int], ...], ...]
    closed_days: frozenset[date] = frozenset()

    def is_open(self, local: datetime) -> bool:
        """Tell whether a clock that shows `local` shows an open time."""
        if local.date() in self.closed_days:
            return False
        minute = local.hour * 60 + local.minute
        today, eve = self.week[local.weekday()], self.week[local.weekday() - 1]
        return any(begin <= minute < end for begin, end in today) or any(
            begin <= minute + 1440 < end for begin, end in eve
        )

    def text(self, *, closing: str = "PH off") -> str:
        """Write the hours as opening-hours text; `closing` is the rule that shuts the closed days."""
        rules = [
            f"{WEEKDAYS[weekday]} {','.join(f'{_clock(begin)}-{_clock(end)}' for begin, end in day)}"
            for weekday, day in enumerate(self.week)
            if day
        ]
        # Rules joined by "," add up, so that a night shift is not cut off by the next day's own rule.
        return "; ".join(part for part in (", ".join(rules) or "off", closing) if part)


@dataclass(frozen=True)
class Terms:
    """Support terms as the oracle sees them; `hours` None: in force, but nobody knows the hours."""

    terms_id: str
    customer_id: str | None
    first_day: date
    last_day: date | None
    zone: str
    hours: WeekHours | None


def holding(terms: Iterable[Terms], customer_id: str | None, instant_utc: datetime) -> Terms | None:
    """Return the terms that hold for a customer at an instant, None where none do."""
    best: Terms | None = None
    for one in terms:
        day = wall_clock(instant_utc, one.zone).date()
        if one.customer_id not in {None, customer_id} or day < one.first_day:
            continue
        if one.last_day is not None and day > one.last_day:
            continue
        if best is None or _rank(one) > _rank(best):
            best = one
    return best


def walk(
    terms: tuple[Terms, ...], customer_id: str | None, first_utc: datetime, last_utc: datetime
) -> Iterator[tuple[datetime, str, str | None]]:
    """Yield each minute of [first_utc, last_utc) as (instant, "open", "closed" or "unknown", terms_id)."""
    instant = first_utc
    while instant < last_utc:
        held = holding(terms, customer_id, instant)
        if held is None or held.hours is None:
            state = "unknown"
        else:
            state = "open" if held.hours.is_open(wall_clock(instant, held.zone)) else "closed"
        yield instant, state, held.terms_id if held else None
        instant += MINUTE


def _rank(terms: Terms) -> tuple[bool, date, str]:
    return terms.customer_id is not None, terms.first_day, terms.terms_id


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
