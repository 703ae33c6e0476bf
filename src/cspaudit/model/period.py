"""The audit period: ``2026``, ``2026-Q3`` or ``2026-07`` as two local days, half-open."""

import re
from datetime import date

from cspaudit.errors import EngagementError

_PERIOD = re.compile(r"(?P<year>\d{4})(-(Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")
MONTHS_A_YEAR = 12


def parse_period(text: str) -> tuple[date, date]:
    """Return the first day and the day after the last; EngagementError for other texts."""
    found = _PERIOD.fullmatch(text)
    if not found:
        raise EngagementError(
            f"{text!r} is no period.", where="engagement.period", hint="Write 2026, 2026-Q3 or 2026-07."
        )
    year = int(found["year"])
    if found["quarter"]:
        first = 3 * int(found["quarter"]) - 2
        return date(year, first, 1), first_of_month(year, first + 3)
    if found["month"]:
        return date(year, int(found["month"]), 1), first_of_month(year, int(found["month"]) + 1)
    return date(year, 1, 1), date(year + 1, 1, 1)


def first_of_month(year: int, month: int) -> date:
    """Return the first day of a month; ``month`` may run past 12 or below 1."""
    extra, index = divmod(month - 1, MONTHS_A_YEAR)
    return date(year + extra, index + 1, 1)


def months_between(start: date, end: date) -> tuple[str, ...]:
    """Return the calendar months that ``start`` (in) to ``end`` (out) touches, as ``2026-07``."""
    months = []
    day = date(start.year, start.month, 1)
    while day < end:
        months.append(f"{day:%Y-%m}")
        day = first_of_month(day.year, day.month + 1)
    return tuple(months)
