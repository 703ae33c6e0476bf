"""What people say of hours, times and contracts becomes what the tables state, or a question."""

from datetime import UTC, date, datetime

import pytest

from cspaudit.errors import EngagementError
from cspaudit.initialise.said import Plan, Promise, hours, instant, plan_names, plans, promise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Monday to Friday, 9 to 17", "Mo-Fr 09:00-17:00"),
        ("Mon-Fri 8:30-18, Sat 9-13", "Mo-Fr 08:30-18:00; Sa 09:00-13:00"),
        ("monday through friday from 9am to 5.30pm", "Mo-Fr 09:00-17:30"),
        ("Mo-Fr 9-12 and 13-17", "Mo-Fr 09:00-12:00,13:00-17:00"),
        ("Mon, Wed and Fri: 12am to 12pm", "Mo,We,Fr 00:00-12:00"),
        ("every day 0-24", "Mo-Su 00:00-24:00"),
        ("Weekdays 9 \N{EN DASH} 17", "Mo-Fr 09:00-17:00"),
        ("24/7", "24/7"),
        ("Always", "24/7"),
        ("around the clock", "24/7"),
        ("Mo-Fr 09:00-17:00; Sa off", "Mo-Fr 09:00-17:00; Sa off"),
        ("none", ""),
    ],
)
def test_hours_as_people_say_them(text: str, expected: str) -> None:
    """Days and times in plain words, or the format itself, become OpenStreetMap's hours."""
    assert hours(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nine to five",
        "9 to 17",
        "Monday to Friday",
        "Mon-Fri 9-25",
        "Mon-Fri 9-17 or so",
        "sunrise-sunset",
    ],
)
def test_hours_that_are_not_understood_are_asked_again(text: str) -> None:
    """Nothing is guessed: a rest that is not understood spoils the whole."""
    with pytest.raises(EngagementError):
        hours(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30 opening minutes", Promise(30, "business")),
        ("4 opening hours", Promise(240, "business")),
        ("2 working days", Promise(960, "business")),
        ("24 clock hours", Promise(1440, "calendar")),
        ("1 calendar day", Promise(1440, "calendar")),
        ("none", None),
    ],
)
def test_promised_times(text: str, expected: Promise | None) -> None:
    """A working day is as long as the day of the hours that are open from 9 to 17."""
    assert promise(text, "Mo-Fr 09:00-17:00") == expected


def test_a_promise_around_the_clock_has_one_clock() -> None:
    """Where support never closes, opening hours are all hours."""
    assert promise("4 hours", "24/7") == Promise(240, "calendar")


@pytest.mark.parametrize(
    ("text", "service_hours"),
    [
        ("4 hours", "Mo-Fr 09:00-17:00"),
        ("soon", "Mo-Fr 09:00-17:00"),
        ("2 working days", "Mo-Fr 09:00-17:00; Sa 09:00-13:00"),
    ],
)
def test_a_promise_of_unknown_clock_or_length_is_asked_again(text: str, service_hours: str) -> None:
    """Which clock runs decides verdicts, so it is never assumed, nor is the length of days that differ."""
    with pytest.raises(EngagementError):
        promise(text, service_hours)


def test_plans_held() -> None:
    """Several plans with their contracts and days; a plan without an end is still held."""
    assert plans(
        "Advanced Support for Partners, contract ASFP-1, from 2025-09-01 to 2026-08-31; partner cloud support since 2026-01-01"
    ) == (
        Plan("advanced_support_for_partners", "ASFP-1", date(2025, 9, 1), date(2026, 8, 31)),
        Plan("partner_cloud_support", "not stated", date(2026, 1, 1), None),
    )
    assert plans("none") == ()
    for name in plan_names():
        assert plans(f"{name} from 2026-01-01")[0].vehicle == name.lower().replace(" ", "_")


@pytest.mark.parametrize(
    "text",
    [
        "Advanced Support for Partners",
        "Golden Support from 2026-01-01",
        "Partner Cloud Support from January",
        "Partner Cloud Support from 2026-02-01 to 2026-01-01",
    ],
)
def test_a_plan_that_is_not_understood_is_asked_again(text: str) -> None:
    """A plan needs a name that there is, and days in their order."""
    with pytest.raises(EngagementError):
        plans(text)


def test_a_moment_needs_its_offset() -> None:
    """A day alone is its first moment in UTC; other times keep their instant."""
    assert instant("2026-10-15") == datetime(2026, 10, 15, tzinfo=UTC)
    assert instant("2026-10-15T02:00:00+02:00") == datetime(2026, 10, 15, tzinfo=UTC)
    for text in ("2026-10-15T00:00:00", "15.10.2026", ""):
        with pytest.raises(EngagementError):
            instant(text)
