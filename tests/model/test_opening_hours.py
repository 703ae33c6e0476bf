# ruff: noqa: DTZ001 - wall-clock times are naive by nature
"""Service hours as windows: what works, what is refused, and holidays by subdivision."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspaudit.errors import EngagementError
from cspaudit.model.holiday_dates import holiday_dates
from cspaudit.model.opening_hours import HoursError, windows
from tests.minute_walker import MINUTE, WeekHours

MONDAY = date(2026, 1, 5)
EPIPHANY = date(2026, 1, 6)
HOLIDAYS = frozenset({date(2026, 1, 1), EPIPHANY})


def shown(
    text: str,
    *,
    first: date = MONDAY,
    days: int = 3,
    holidays: frozenset[date] | None = HOLIDAYS,
    company_days: frozenset[date] = frozenset(),
) -> list[str]:
    """Return the windows of a few days from Monday 5 January 2026, written as day and clock."""
    last = first + timedelta(days=days - 1)
    found = windows(text, first=first, last=last, holidays=holidays, company_days=company_days)
    return [f"{begin:%d %H:%M} - {end:%d %H:%M}" for begin, end in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24/7", ["05 00:00 - 08 00:00"]),
        ("Mo-Fr 09:00-17:00", ["05 09:00 - 05 17:00", "06 09:00 - 06 17:00", "07 09:00 - 07 17:00"]),
        ("Mo 08:20-12:00,12:30-16:50", ["05 08:20 - 05 12:00", "05 12:30 - 05 16:50"]),
        ("Mo-Fr 22:00-06:00", ["05 22:00 - 06 06:00", "06 22:00 - 07 06:00", "07 22:00 - 08 00:00"]),
        ("Mo 22:00-06:00, Tu 22:00-04:00", ["05 22:00 - 06 06:00", "06 22:00 - 07 04:00"]),
        ("Mo 09:00-24:00; Tu 08:00-00:00; We off", ["05 09:00 - 06 00:00", "06 08:00 - 07 00:00"]),
        ("Mo-Fr 09:00-17:00; PH off", ["05 09:00 - 05 17:00", "07 09:00 - 07 17:00"]),
        ("Mo-Fr 09:00-17:00, PH off", ["05 09:00 - 05 17:00", "07 09:00 - 07 17:00"]),
        ("24/7; PH off", ["05 00:00 - 06 00:00", "07 00:00 - 08 00:00"]),
        ("Mo-Fr 09:00-17:00; PH off; Sa,Su off", ["05 09:00 - 05 17:00", "07 09:00 - 07 17:00"]),
        ("Mo 09:00-17:00; PH 10:00-12:00", ["05 09:00 - 05 17:00", "06 10:00 - 06 12:00"]),
        (
            "Mo-Fr 09:00-17:00; Sa,PH 10:00-12:00",
            ["05 09:00 - 05 17:00", "06 10:00 - 06 12:00", "07 09:00 - 07 17:00"],
        ),
        ("PH,We-Th 10:00-12:00", ["06 10:00 - 06 12:00", "07 10:00 - 07 12:00"]),
        ("Sa-Mo,PH 10:00-12:00", ["05 10:00 - 05 12:00", "06 10:00 - 06 12:00"]),
        ("Mo,PH 22:00-02:00", ["05 22:00 - 06 02:00", "06 22:00 - 07 02:00"]),
        ("Mo-We 10:00-12:00; Mo,PH off", ["07 10:00 - 07 12:00"]),
        ("Mo-Fr 09:00-17:00; 2026 Jan 05-2026 Jan 06 off", ["07 09:00 - 07 17:00"]),
        ("Mo-Fr 09:00-17:00; Jan 07 09:00-12:00; PH off", ["05 09:00 - 05 17:00", "07 09:00 - 07 12:00"]),
        ("week 03-53 Mo-Fr 09:00-17:00", []),
        ("off", []),
    ],
)
def test_windows_of_three_days(text: str, expected: list[str]) -> None:
    """Each text, over Monday, Epiphany (a holiday) and Wednesday, gives the windows worked out by hand."""
    assert shown(text) == expected


def test_easter_moves() -> None:
    """The format's own `easter` is 5 April in 2026, so Easter Monday, a day later, is closed."""
    assert shown("Su-Tu 09:00-17:00; easter +1 day off", first=date(2026, 4, 5)) == [
        "05 09:00 - 05 17:00",
        "07 09:00 - 07 17:00",
    ]


def test_a_holiday_rule_without_a_holiday_changes_nothing() -> None:
    """Where no holiday falls into the days asked for, "PH off" closes nothing and "PH 10:00-12:00" opens nothing."""
    assert shown("Mo 09:00-17:00; PH off", holidays=frozenset()) == ["05 09:00 - 05 17:00"]
    assert shown("PH 10:00-12:00", holidays=frozenset()) == []


def test_a_night_shift_reaches_in_from_the_eve() -> None:
    """The shift of the day before the first is there after midnight, and is not if that eve was a holiday of the rule."""
    assert shown("Mo 22:00-06:00", first=EPIPHANY, days=1) == ["06 00:00 - 06 06:00"]
    assert shown("PH 22:00-06:00", first=date(2026, 1, 7), days=1) == ["07 00:00 - 07 06:00"]


def test_a_closed_day_is_closed_from_midnight_to_midnight() -> None:
    """On a holiday the shift of the eve ends at midnight, as OpenStreetMap reads "off"."""
    assert shown("Mo-Fr 22:00-06:00; PH off") == [
        "05 22:00 - 06 00:00",
        "07 00:00 - 07 06:00",
        "07 22:00 - 08 00:00",
    ]


def test_company_days_are_closed_whatever_the_text_says() -> None:
    """A company day shuts even a desk that is open 24/7 or on holidays."""
    assert shown("24/7", company_days=frozenset({EPIPHANY})) == ["05 00:00 - 06 00:00", "07 00:00 - 08 00:00"]
    assert shown("PH 10:00-12:00", company_days=frozenset({EPIPHANY})) == []


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Mo-Fr 09:00-17:00; SH off", "School"),
        ("Mo-Fr 09:00-17:00; PH,SH off", "School"),
        ("sunrise-sunset", "sun"),
        ("Mo-Fr (dawn+01:00)-18:00", "sun"),
        ("Mo-Fr 09:00-17:00 unknown", "unknown"),
        ("Mo-Fr 09:00-17:00 || unknown", "unknown"),
        ('Mo-Fr 09:00-17:00 "by appointment"', "comment"),
        ("Mo-Fr 09:00+", "open end"),
        ("Mo-Fr 10:00-16:00/01:30", "Repeated"),
        ("Mo-Fr 9-17", "not understood"),
        ("Monday to Friday, 9am to 5pm", "not understood"),
        ("Mo\u2013Fr 09:00\u201317:00", "not understood"),
        ("", "not understood"),
        ("   ", "not understood"),
        ("PH -1 day off", "Public holidays"),
        ("PH +1 day off", "Public holidays"),
        ("PH Mo-Fr 10:00-12:00", "Public holidays"),
        ("Mo-Fr PH off", "Public holidays"),
        ("Mo[1],PH off", "Public holidays"),
        ("PH,Mo[1] off", "Public holidays"),
        ("Dec PH off", "Public holidays"),
        ("week 01-10 PH off", "Public holidays"),
        ("2026 PH off", "Public holidays"),
        ("PH off; Mo-Fr 09:00-17:00", "opens again"),
        ("Mo-Fr 09:00-12:05,12:10-17:00", "12:05 to 12:10"),
        ("Mo-Th 22:00-06:00; Fr 22:00-04:00; PH off", "past midnight"),
        ("Mo 20:00-26:00; Tu 09:00-17:00", "past midnight"),
    ],
)
def test_what_cannot_be_carried_is_refused(text: str, word: str) -> None:
    """Text the library would misread without a word is refused with the reason and a hint."""
    with pytest.raises(HoursError) as caught:
        shown(text)
    assert word in caught.value.problem
    assert caught.value.hint


@pytest.mark.parametrize("text", ["Mo-Fr 09:00-17:00; PH off", "Sa,PH 10:00-12:00"])
def test_holidays_must_be_known(text: str) -> None:
    """Hours that speak of holidays are refused where nobody said whose."""
    with pytest.raises(HoursError) as caught:
        shown(text, holidays=None)
    assert "holidays" in caught.value.hint


def test_hours_without_holidays_need_none() -> None:
    """Hours that do not speak of holidays are open on them, and need no calendar."""
    assert shown("Tu 09:00-17:00", holidays=None) == ["06 09:00 - 06 17:00"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo 09:00-12:00,12:05-17:00", ["05 09:00 - 05 12:00", "05 12:05 - 05 17:00"]),
        ("Mo 09:00-12:10,12:15-17:00", ["05 09:00 - 05 12:10", "05 12:15 - 05 17:00"]),
        ("Mo 09:00-12:05,12:05-17:00", ["05 09:00 - 05 17:00"]),
    ],
)
def test_a_short_break_on_the_quarter_hour_is_fine(text: str, expected: list[str]) -> None:
    """A break of minutes is refused only inside one quarter hour; windows that touch are one."""
    assert shown(text) == expected


WEEKS = st.lists(
    st.sampled_from(
        [
            (),
            ((540, 1020),),
            ((500, 720), (750, 1010)),
            ((1320, 1800),),
            ((360, 720), (1200, 1500)),
            ((0, 1440),),
        ]
    ),
    min_size=7,
    max_size=7,
).map(tuple)


@settings(max_examples=40, deadline=None)
@given(WEEKS, st.sets(st.dates(date(2026, 1, 4), date(2026, 1, 12)), max_size=3))
def test_windows_agree_with_a_clock_read_each_minute(
    week: tuple[tuple[tuple[int, int], ...], ...], closed: set[date]
) -> None:
    """Over a week, a minute lies in a window exactly if the plain model of the hours is open then."""
    hours = WeekHours(week, frozenset(closed))
    found = windows(hours.text(), first=MONDAY, last=date(2026, 1, 11), holidays=frozenset(closed))
    minute, minutes = datetime(2026, 1, 5), []
    while minute < datetime(2026, 1, 12):
        if hours.is_open(minute):
            minutes.append(minute)
        minute += MINUTE
    covered = [begin + n * MINUTE for begin, end in found for n in range((end - begin) // MINUTE)]
    assert covered == minutes


@pytest.mark.parametrize(("code", "closed"), [("DE-BY", True), ("DE-BE", False), ("DE", False)])
def test_corpus_christi_is_a_holiday_of_some_states(code: str, closed: bool) -> None:  # noqa: FBT001 - a case
    """2026-06-04 is a holiday in Bavaria, not in Berlin, and not a national one."""
    assert (date(2026, 6, 4) in holiday_dates(code, [2026])) is closed


def test_holidays_of_several_years_and_countries() -> None:
    """Years add up, and a US state has its own days beside the federal ones."""
    two = holiday_dates("DE-BY", range(2025, 2027))
    assert {day.year for day in two} == {2025, 2026}
    assert two == holiday_dates("DE-BY", [2026]) | holiday_dates("DE-BY", [2025])
    assert {date(2026, 3, 31), date(2026, 7, 4)} <= holiday_dates("US-CA", [2026])


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [("DE-BYE", '"DE-BY"'), ("de-by", '"DE-BY"'), ("DE-QQ", "BY"), ("Bavaria", "ISO 3166"), ("", "ISO 3166")],
)
def test_an_unknown_country_is_refused_with_a_hint(wrong: str, hint: str) -> None:
    """A code without holidays is the user's mistake, and the hint names what would do."""
    with pytest.raises(EngagementError) as caught:
        holiday_dates(wrong, [2026])
    assert wrong in caught.value.problem
    assert hint in caught.value.hint
