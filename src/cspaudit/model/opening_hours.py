"""Service hours: OpenStreetMap `opening_hours` text into the windows a wall clock would show.

The `opening-hours-py` library evaluates the text. What it would get wrong without a word (holidays it
does not know, sunrise without a place, open ends) is refused here instead, with the reason.
"""

import itertools
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

_WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NEVER = date(1900, 1, 1)
"""Stands for "no date": far from any audited day, yet a date the library accepts."""

_EXAMPLE = 'Write them like "Mo-Fr 09:00-17:00; PH off".'
_DAY = r"(?:PH|(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?)"
_DAY_LIST = re.compile(rf"\b{_DAY}(?:\s*,\s*{_DAY})*\b", re.IGNORECASE)
_HOLIDAY = re.compile(r"\bPH\b", re.IGNORECASE)
_RULE_BEGINS = re.compile(r"(?:^|;|\|\||(?:\d|\boff|\bclosed|\bopen)\s*,)\s*$", re.IGNORECASE)
"""What may stand before a day list for it to be the whole day part of its rule."""
_RULE_GOES_ON = re.compile(r"\s*(?:$|;|\|\||off\b|closed\b|open\b|\d\d?:\d\d)", re.IGNORECASE)
"""What may stand behind it."""
_CLOSES = re.compile(r"\b(?:off|closed)\s*$", re.IGNORECASE)
_EVERY_WEEK = re.compile(r"\s*(?:PH\s*,\s*)?(?:24/7|\d\d?:\d\d|Mo|Tu|We|Th|Fr|Sa|Su)", re.IGNORECASE)
_SPAN = re.compile(r"(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)")

_REFUSED = (
    (re.compile(r"\bSH\b", re.IGNORECASE), "School holidays (SH) are not known.", "Write their dates out."),
    (
        re.compile(r"\b(?:sunrise|sunset|dawn|dusk)\b", re.IGNORECASE),
        "Hours that follow the sun need a place.",
        "Write clock times.",
    ),
    (
        re.compile(r"\bunknown\b", re.IGNORECASE),
        'Hours marked "unknown" cannot be judged.',
        "State open or off.",
    ),
    (
        re.compile('"'),
        "A comment makes the hours depend on what it says.",
        "Leave the comment out, and write only the hours that always hold.",
    ),
    (
        re.compile(r"\d:\d\d\s*\+"),
        'An open end ("+") does not say when the hours end.',
        "Write the closing time.",
    ),
    (re.compile(r"\d:\d\d\s*/"), "Repeated points in time are no service hours.", "Write windows: from-to."),
)


class HoursError(ValueError):
    """Service hours that cannot be carried out exactly; `problem` and `hint` are sentences for the user."""

    def __init__(self, problem: str, hint: str) -> None:
        """Keep the two parts apart."""
        super().__init__(f"{problem} {hint}")
        self.problem = problem
        self.hint = hint


def windows(
    text: str,
    *,
    first: date,
    last: date,
    holidays: frozenset[date] | None,
    company_days: frozenset[date] = frozenset(),
) -> list[tuple[datetime, datetime]]:
    """Return the open windows of the days `first` to `last` (inclusive): naive local, half-open, sorted, apart.

    `PH` means `holidays`, which must be complete from the day before `first` (a night shift reaches
    over); None: not known. On `company_days` all is closed, whatever the text says. As in
    OpenStreetMap, `off` closes a calendar day from midnight to midnight: a night shift begun on the
    eve ends at midnight, and one "begun" on the closed day is open after midnight.

    Raises HoursError for text that is no opening hours, that the library would get wrong
    (school holidays, sun times, open ends, comments, holidays without `holidays` or limited to a
    part of the year or shifted by days, nights that a later rule cuts off), and for two windows that touch one quarter hour of the clock.
    """
    from opening_hours import OpeningHours, State, validate

    text = text.strip()
    for pattern, problem, hint in _REFUSED:
        if pattern.search(text):
            raise HoursError(problem, hint)
    if not text or not validate(text):
        raise HoursError(f'"{text}" is not understood as service hours.', _EXAMPLE)

    _refuse_cut_nights(text)

    # The eve counts (night shifts), and one more day on each side costs nothing.
    days = [first + timedelta(days=n) for n in range(-2, (last - first).days + 2)]
    text = _with_dates_for_holidays(text, days, holidays)
    closed = [day for day in days if day in company_days]
    if closed:
        text = f"{text}; {_dates(closed)} off"

    start, end = datetime.combine(first, time()), datetime.combine(last + timedelta(days=1), time())
    found = [
        (begin, finish)
        for begin, finish, state, _comment in OpeningHours(text).intervals(start, end)
        if state == State.OPEN
    ]
    _refuse_short_breaks(found)
    return found


def _with_dates_for_holidays(text: str, days: list[date], holidays: frozenset[date] | None) -> str:
    """Replace each day list that names PH by the dates it stands for, so that the rule stays one rule."""
    if not _HOLIDAY.search(text):
        return text
    if holidays is None:
        raise HoursError(
            "The hours speak of public holidays (PH), but not whose.",
            'Name the country or subdivision in "holidays", such as "DE-BY".',
        )

    def dates(match: re.Match[str]) -> str:
        named = match.group()
        if not _HOLIDAY.search(named):
            return named
        if not _RULE_BEGINS.search(text[: match.start()]) or not _RULE_GOES_ON.match(text[match.end() :]):
            raise HoursError(
                "Public holidays (PH) stand together with other dates, weekdays or a shift by days.",
                'Give holidays a rule of their own, such as "PH off" or "Sa,PH 10:00-12:00".',
            )
        _refuse_reopening(text[match.end() :])
        weekdays = _weekdays(named)
        return _dates([day for day in days if day in holidays or day.weekday() in weekdays])

    return _DAY_LIST.sub(dates, text)


def _refuse_reopening(rest: str) -> None:
    """Refuse "PH off; Mo-Fr 09:00-17:00": by the format's rules the later rule opens on holidays again."""
    rule, *later = rest.split(";")
    if _CLOSES.search(rule) and any(map(_opens_weekly, later)):
        raise HoursError(
            "A later rule opens again what the rule for public holidays closes.", 'Put "PH off" last.'
        )


def _refuse_cut_nights(text: str) -> None:
    """Refuse "Mo-Th 22:00-06:00; Fr 22:00-04:00": the rule for Friday drops the end of Thursday's night."""
    rules = text.split(";")
    for number, rule in enumerate(rules):
        if any(map(_past_midnight, _SPAN.findall(rule))) and any(map(_opens_weekly, rules[number + 1 :])):
            raise HoursError(
                "Hours past midnight are cut off by a later rule for the next day.",
                'Join the rules with a comma: "Mo-Th 22:00-06:00, Fr 22:00-04:00".',
            )


def _opens_weekly(rule: str) -> bool:
    return _EVERY_WEEK.match(rule) is not None and _CLOSES.search(rule) is None


def _past_midnight(span: tuple[str, str, str, str]) -> bool:
    begins, ends = (int(hour) * 60 + int(minute) for hour, minute in (span[:2], span[2:]))
    return ends > 24 * 60 or 0 < ends <= begins


def _weekdays(day_list: str) -> frozenset[int]:
    numbers: set[int] = set()
    for item in day_list.casefold().split(","):
        begin, _, end = item.strip().partition("-")
        if begin == "ph":
            continue
        number, final = _WEEKDAYS.index(begin), _WEEKDAYS.index(end or begin)
        numbers.update((number + step) % 7 for step in range((final - number) % 7 + 1))
    return frozenset(numbers)


def _dates(days: Iterable[date]) -> str:
    return ",".join(f"{day.year} {_MONTHS[day.month - 1]} {day.day:02}" for day in days) or _dates([_NEVER])


def _refuse_short_breaks(found: list[tuple[datetime, datetime]]) -> None:
    for (_, closes), (opens, _) in itertools.pairwise(found):
        if _quarter(closes - timedelta(seconds=1)) == _quarter(opens):
            raise HoursError(
                f"A break shorter than a quarter hour lies inside one quarter hour ({closes:%H:%M} to {opens:%H:%M}).",
                "Leave the break out, or let it begin or end on a quarter hour.",
            )


def _quarter(local: datetime) -> tuple[date, int, int]:
    return local.date(), local.hour, local.minute // 15
