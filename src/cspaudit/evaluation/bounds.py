"""Where a period, its months and a wording's dates begin and end, on each partner's clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from cspaudit.model.obligation import Obligation
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
    #: the wording in force on the day fixed for all rows; False: it was not in force then
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
    in_force_from: date | None,
    in_force_to: date | None,
    rules_as_of: date | None,
) -> Bounds:
    """Return the limits on the clock of ``zone``; ``in_force_to`` is the last day on which the wording holds."""
    after = None if in_force_to is None else in_force_to + timedelta(days=1)
    ever = rules_as_of is None or _holds(rules_as_of, in_force_from, after)
    return Bounds(
        start=edge(zone, start),
        end=edge(zone, end),
        lookback_start=edge(zone, months_back(start, lookback_months)),
        months=tuple(
            (month, edge(zone, max(start, date.fromisoformat(f"{month}-01"))))
            for month in months_between(start, end)
        ),
        in_force_start=edge(zone, in_force_from) if in_force_from else None,
        in_force_end=edge(zone, after) if after else None,
        by_day=rules_as_of is None,
        ever=ever,
    )


def start_of_wording(obligation: Obligation, stated: date | None) -> tuple[date | None, bool]:
    """Return the first day of the wording, and whether that day is certain: known, or stated by the engagement."""
    if stated is not None:
        return stated, True
    return obligation.in_force_from, obligation.start_basis == "known"


def _holds(day: date, first: date | None, after: date | None) -> bool:
    return (first is None or day >= first) and (after is None or day < after)
