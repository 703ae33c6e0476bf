"""Where a period, its months and a wording's dates begin and end, on each partner's clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from cspaudit.evaluation.in_force import Force
from cspaudit.model.period import first_of_month, months_between
from cspaudit.model.zones import local_to_utc


@dataclass(frozen=True)
class Edge:
    """The begin of a local day: the day itself, and its first instant in UTC."""

    on: date
    at: datetime


@dataclass(frozen=True)
class Bounds:
    """All limits that one check applies to the rows of partners on one clock; ranges are half-open."""

    start: Edge
    end: Edge
    #: from here on a record counts for the check, as far back as it looks
    lookback_start: Edge
    #: the months of the period with their first moment in it
    months: tuple[tuple[str, Edge], ...]
    in_force_start: Edge | None
    in_force_end: Edge | None
    #: rows of days outside the wording's dates do not count; False: all rows count, or none does
    by_day: bool
    #: the wording is in force on the day fixed for all rows, or on some day of the period
    ever: bool


@cache
def edge(zone: str, on: date) -> Edge:
    """Return the begin of the local day ``on``."""
    return Edge(on, local_to_utc(zone, datetime.combine(on, time())))


def months_back(day: date, months: int) -> date:
    """Return the same day ``months`` earlier, or that month's last day where it is shorter."""
    first = first_of_month(day.year, day.month - months)
    last = first_of_month(first.year, first.month + 1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def bounds_of(
    zone: str,
    start: date,
    end: date,
    *,
    lookback_months: int,
    force: Force,
    rules_as_of: date | None,
) -> Bounds:
    """Return the limits on the clock of ``zone``."""
    after = None if force.last is None else force.last + timedelta(days=1)
    ever = force.reaches(start, end) if rules_as_of is None else force.holds_on(rules_as_of)
    return Bounds(
        start=edge(zone, start),
        end=edge(zone, end),
        lookback_start=edge(zone, months_back(start, lookback_months)),
        months=tuple(
            (month, edge(zone, max(start, date.fromisoformat(f"{month}-01"))))
            for month in months_between(start, end)
        ),
        in_force_start=edge(zone, force.first) if force.first else None,
        in_force_end=edge(zone, after) if after else None,
        # where it holds on no day of the period, not even a row without a date can be of its time
        by_day=rules_as_of is None and ever,
        ever=ever,
    )
