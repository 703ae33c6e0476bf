# ruff: noqa: DTZ001 - instants are naive UTC, as in the canonical tables
"""Business calendars, expanded by the real engine and held against the minute walker."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspaudit.errors import EngagementError
from cspaudit.sources.calendars import (
    CalendarOf,
    CalendarRun,
    Calendars,
    TermsVersion,
    ZoneRun,
    build_calendars,
    columns,
    expand_sql,
    expand_zone_sql,
    runs_sql,
    zone_runs,
)
from tests.minute_walker import DAY, MINUTE, ZONES, Terms, WeekHours, walk, wall_clock

EPOCH = datetime(1970, 1, 1)

# Days on which a clock of ZONES changes, one each way, and an ordinary one over the turn of the year.
AROUND = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "America/St_Johns": (date(2026, 3, 8), date(2026, 11, 1)),
    "Pacific/Chatham": (date(2026, 4, 5), date(2026, 9, 27)),
    "Africa/Casablanca": (date(2026, 2, 15), date(2026, 3, 22)),
}
ORDINARY = (date(2025, 12, 31),)


class Engine:
    """The tables of business time in a fresh DuckDB."""

    def __init__(self, calendars: Calendars) -> None:
        """Make them as a loader would."""
        self.connection = duckdb.connect()
        for table, row, rows in (
            ("calendar_of", CalendarOf, calendars.calendar_of),
            ("calendar_run", CalendarRun, calendars.runs),
        ):
            self.connection.execute(f"create table {table} as {runs_sql(row)}", columns(rows, row))
        self.connection.execute(f"create table business_calendar as {expand_sql('calendar_run')}")

    def sums(self, calendar: str, instants: Sequence[datetime]) -> list[tuple[int, int, str | None]]:
        """Return business seconds, unknown seconds and terms at each instant, by the published formulas."""
        return self.connection.execute(
            """
            with asked as (select unnest($epochs) as x)
            select
              before_s + least(greatest(x - slot * 900 - open_from, 0), open_to - open_from),
              unknown_before_s + case when hours_known then 0 else x - slot * 900 end,
              terms_id
            from asked join business_calendar on calendar = $calendar and slot = x // 900
            order by x
            """,
            {
                "epochs": [(instant - EPOCH) // timedelta(seconds=1) for instant in instants],
                "calendar": calendar,
            },
        ).fetchall()

    def elapsed(self, calendar: str, begin: datetime, end: datetime) -> tuple[int, int]:
        """Return business and unknown seconds between two instants."""
        first, second = self.sums(calendar, [begin, end])
        return second[0] - first[0], second[1] - first[1]


def calendars_of(
    *terms: TermsVersion, first: datetime = datetime(2026, 1, 1), last: datetime = datetime(2027, 1, 1)
) -> Calendars:
    """Return the calendars of the one partner fabrikam."""
    return build_calendars(terms, ["fabrikam"], first_utc=first, last_utc=last)


def version(terms_id: str = "2026", **changed: object) -> TermsVersion:
    """Return terms of fabrikam: Mo-Fr 08:00-18:00 in Berlin since 2026, but for what is changed."""
    values: dict[str, object] = {
        "terms_id": terms_id,
        "partner_id": "fabrikam",
        "customer_id": None,
        "valid_from_on": date(2026, 1, 1),
        "valid_to_on": None,
        "service_hours": "Mo-Fr 08:00-18:00",
        "timezone": "Europe/Berlin",
        "holidays": None,
    }
    return TermsVersion(**(values | changed))  # type: ignore[arg-type]  # a case changes some fields by name


@st.composite
def week_hours(draw: st.DrawFn) -> WeekHours:
    """Hours with up to two windows a day, at least a quarter hour apart, some past midnight, some round the clock."""
    if draw(st.integers(0, 9)) == 0:
        return WeekHours((((0, 1440),),) * 7)
    week: list[tuple[tuple[int, int], ...]] = []
    for _ in range(7):
        begin = draw(st.integers(6 * 60, 12 * 60))
        noon = begin + draw(st.integers(30, 240))
        again = noon + draw(st.integers(30, 120))
        # Never later than 05:30 of the next day, so that a night never touches the next morning.
        end = again + draw(st.integers(20, 29 * 60 + 30 - again))
        week.append(
            draw(st.sampled_from([(), ((begin, noon),), ((begin, end),), ((begin, noon), (again, end))]))
        )
    return WeekHours(tuple(week))


@st.composite
def situations(draw: st.DrawFn) -> tuple[tuple[Terms, ...], datetime, datetime]:
    """Terms of one partner and one customer over some days around a change of the clock."""
    zone = draw(st.sampled_from(ZONES))
    middle = draw(st.sampled_from(AROUND.get(zone, ORDINARY)))
    first = datetime(middle.year, middle.month, middle.day) - draw(st.integers(1, 3)) * DAY
    first += draw(st.integers(0, 95)) * 15 * MINUTE
    last = first + draw(st.integers(2, 4)) * DAY
    terms = []
    for number in range(draw(st.integers(1, 3))):
        begins = middle + draw(st.integers(-4, 2)) * DAY
        ends = draw(st.one_of(st.none(), st.integers(0, 4)))
        hours = draw(st.one_of(week_hours(), week_hours(), week_hours(), st.none()))
        if hours is not None:
            shut = frozenset(middle + n * DAY for n in draw(st.sets(st.integers(-3, 3), max_size=2)))
            hours = WeekHours(hours.week, shut)
        own_zone = zone if draw(st.integers(0, 3)) else draw(st.sampled_from(ZONES))
        terms.append(
            Terms(
                terms_id=f"t{number}",
                customer_id=draw(st.sampled_from([None, None, "contoso"])),
                first_day=begins,
                last_day=None if ends is None else begins + ends * DAY,
                zone=own_zone,
                hours=hours,
            )
        )
    return tuple(terms), first, last


def as_version(terms: Terms) -> TermsVersion:
    """Return the oracle's terms as the code under test takes them, closed days as company days."""
    return TermsVersion(
        terms_id=terms.terms_id,
        partner_id="fabrikam",
        customer_id=terms.customer_id,
        valid_from_on=terms.first_day,
        valid_to_on=terms.last_day,
        service_hours=None if terms.hours is None else terms.hours.text(closing=""),
        timezone=terms.zone,
        company_days=frozenset() if terms.hours is None else terms.hours.closed_days,
    )


@settings(max_examples=50, deadline=None)
@given(situations(), st.sampled_from(["contoso", "tailspin"]))
def test_sums_agree_with_the_minute_walker(
    situation: tuple[tuple[Terms, ...], datetime, datetime], customer: str
) -> None:
    """At every minute, the slot's sums and terms are those a walk over all minutes finds."""
    terms, first, last = situation
    made = calendars_of(*map(as_version, terms), first=first, last=last)
    assert made.warnings == ()
    engine = Engine(made)
    calendar = {row.customer_id: row.calendar for row in made.calendar_of}
    assert set(calendar) == {None} | {one.customer_id for one in terms}
    minutes, expected = [], []
    known = unknown = 0
    for instant, state, terms_id in walk(terms, customer, first, last):
        minutes.append(instant)
        expected.append((known, unknown, terms_id))
        known += 60 * (state == "open")
        unknown += 60 * (state == "unknown")
    assert engine.sums(calendar.get(customer, calendar[None]), minutes) == expected


@pytest.mark.parametrize("zone", ZONES)
def test_zone_slots_agree_with_the_wall_clock(zone: str) -> None:
    """In every slot of the year, the offset leads from UTC to what the wall clock shows."""
    connection = duckdb.connect()
    first, last = datetime(2026, 1, 1), datetime(2027, 1, 1)
    runs = zone_runs([zone], first_utc=first, last_utc=last)
    connection.execute(f"create table zone_run as {runs_sql(ZoneRun)}", columns(runs, ZoneRun))
    found = connection.execute(f"select * from ({expand_zone_sql('zone_run')}) order by slot").fetchall()
    assert len(found) == 365 * 96
    for name, slot, offset_s in found[::3]:
        instant = EPOCH + slot * timedelta(minutes=15)
        assert name == zone
        assert wall_clock(instant, zone) - instant == timedelta(seconds=offset_s)


def test_a_weekend_in_which_the_clock_goes_back() -> None:
    """Friday 17:30 to Monday 11:00 in Berlin, over the change of 2026-10-25, is 30 + 180 business minutes."""
    made = calendars_of(version())
    elapsed = Engine(made).elapsed(
        made.runs[0].calendar, datetime(2026, 10, 23, 15, 30), datetime(2026, 10, 26, 10)
    )
    assert elapsed == (210 * 60, 0)


def test_seconds_inside_a_slot_count() -> None:
    """From 20 seconds before opening at 08:20 to 40 seconds after it, 40 seconds are business time."""
    made = calendars_of(version(service_hours="Mo-Fr 08:20-16:50", timezone="UTC"))
    engine, calendar = Engine(made), made.runs[0].calendar
    opening, closing = datetime(2026, 6, 1, 8, 20), datetime(2026, 6, 1, 16, 50)
    second = timedelta(seconds=1)
    assert engine.elapsed(calendar, opening - 20 * second, opening + 40 * second) == (40, 0)
    assert engine.elapsed(calendar, closing - 20 * second, closing + 40 * second) == (20, 0)
    assert engine.elapsed(calendar, opening, closing) == (8 * 3600 + 1800, 0)


def test_hours_follow_the_day_when_terms_change() -> None:
    """New terms with 09:00-17:00 from that Monday leave 30 + 120 minutes: each day runs on its own terms."""
    made = calendars_of(
        version("old", valid_to_on=date(2026, 10, 25)),
        version("new", valid_from_on=date(2026, 10, 26), service_hours="Mo-Fr 09:00-17:00"),
    )
    engine, calendar = Engine(made), made.runs[0].calendar
    begin, end = datetime(2026, 10, 23, 15, 30), datetime(2026, 10, 26, 10)
    assert engine.elapsed(calendar, begin, end) == (150 * 60, 0)
    assert [terms for _, _, terms in engine.sums(calendar, [begin, end])] == ["old", "new"]


def test_terms_begin_at_midnight_of_their_own_zone() -> None:
    """Terms from 2026-10-26 in Berlin (then UTC+1) hold from 23:00 UTC of the eve, not a second earlier."""
    made = calendars_of(version("old"), version("new", valid_from_on=date(2026, 10, 26)))
    instants = [datetime(2026, 10, 25, 22, 59, 59), datetime(2026, 10, 25, 23)]
    assert [terms for _, _, terms in Engine(made).sums(made.runs[0].calendar, instants)] == ["old", "new"]


@pytest.mark.parametrize(("holidays", "minutes"), [("DE-BY", 0), ("DE-BE", 600)])
def test_holidays_are_those_of_the_subdivision(holidays: str, minutes: int) -> None:
    """Corpus Christi, 2026-06-04, closes a desk in Bavaria and not one in Berlin."""
    made = calendars_of(version(service_hours="Mo-Fr 08:00-18:00; PH off", holidays=holidays))
    elapsed = Engine(made).elapsed(made.runs[0].calendar, datetime(2026, 6, 3, 22), datetime(2026, 6, 4, 22))
    assert elapsed == (minutes * 60, 0)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Chatham"])
def test_round_the_clock_fills_every_slot(zone: str) -> None:
    """24/7 is open in all 900 seconds of every slot: at changes of the clock, and where the local day is another."""
    terms = version(valid_from_on=date(2025, 1, 1), service_hours="24/7", timezone=zone)
    made = calendars_of(terms, first=datetime(2026, 1, 1), last=datetime(2026, 12, 31, 22))
    assert [(run.open_from, run.open_to, run.to_slot - run.from_slot) for run in made.runs] == [
        (0, 900, 365 * 96 - 8)
    ]


def test_time_without_terms_is_unknown_and_not_closed() -> None:
    """A gap between two versions counts as unknown seconds, with no terms; the known seconds stand still."""
    made = calendars_of(
        version("old", timezone="UTC", valid_to_on=date(2026, 5, 31)),
        version("new", timezone="UTC", valid_from_on=date(2026, 6, 3)),
    )
    engine, calendar = Engine(made), made.runs[0].calendar
    # Monday 17:00 old terms to Wednesday 09:00 new terms: Monday and Tuesday belong to nobody.
    assert engine.elapsed(calendar, datetime(2026, 5, 29, 17), datetime(2026, 6, 3, 9)) == (
        2 * 3600,
        2 * 86400,
    )
    assert engine.sums(calendar, [datetime(2026, 6, 2, 12)])[0][2] is None


def test_missing_hours_are_unknown_under_their_terms() -> None:
    """Terms without service hours still name themselves, and all their time is unknown."""
    made = calendars_of(version(service_hours=None, timezone="UTC"))
    engine, calendar = Engine(made), made.runs[0].calendar
    assert engine.elapsed(calendar, datetime(2026, 2, 2), datetime(2026, 2, 3)) == (0, 86400)
    assert engine.sums(calendar, [datetime(2026, 2, 2)])[0][2] == "2026"
    assert made.warnings == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"service_hours": "Mo-Fr 9-17"},
        {"service_hours": ""},
        {"service_hours": "Mo-Fr 09:00-17:00; PH off"},
        {"service_hours": "Mo-Fr 09:00-17:00; PH off", "holidays": "DE-XX"},
        {"service_hours": "Mo-Fr 09:00-12:05,12:10-17:00"},
    ],
)
def test_refused_hours_are_a_warning_and_unknown_time(changed: dict[str, Any]) -> None:
    """Hours that cannot be carried out exactly stop nothing: they are reported once and their time is unknown."""
    made = calendars_of(version(**changed), version("contoso", customer_id="contoso"))
    assert [(warning.partner_id, warning.terms_id) for warning in made.warnings] == [("fabrikam", "2026")]
    assert made.warnings[0].problem
    assert made.warnings[0].hint
    default = next(row.calendar for row in made.calendar_of if row.customer_id is None)
    assert Engine(made).elapsed(default, datetime(2026, 2, 2), datetime(2026, 2, 3)) == (0, 86400)


def test_own_terms_win_over_later_general_ones() -> None:
    """A customer's own terms hold against general terms that began after them, and end in the general ones."""
    made = calendars_of(
        version("general", valid_from_on=date(2026, 3, 1)),
        version("own", customer_id="contoso", valid_to_on=date(2026, 4, 30)),
    )
    calendar = {row.customer_id: row.calendar for row in made.calendar_of}
    assert set(calendar) == {None, "contoso"}
    noons = [datetime(2026, month, 15, 12) for month in (2, 4, 5)]
    engine = Engine(made)
    assert [terms for _, _, terms in engine.sums(calendar["contoso"], noons)] == ["own", "own", "general"]
    assert [terms for _, _, terms in engine.sums(calendar[None], noons)] == [None, "general", "general"]


def test_of_terms_that_began_together_the_greatest_id_holds() -> None:
    """Two general terms from the same day: the later day wins first, then the greater id."""
    made = calendars_of(version("b"), version("c", valid_from_on=date(2025, 1, 1)), version("a"))
    assert Engine(made).sums(made.runs[0].calendar, [datetime(2026, 6, 1)])[0][2] == "b"


def test_equal_content_is_one_calendar() -> None:
    """Partners with equal terms share a calendar, and neither order nor spelling of the hours changes its id."""
    mine = version(valid_from_on=date(2025, 1, 1))
    theirs = version(
        partner_id="contoso", valid_from_on=date(2025, 1, 1), service_hours="Mo,Tu-Fr 08:00-18:00"
    )
    first, last = datetime(2026, 1, 1), datetime(2027, 1, 1)
    one = build_calendars([mine, theirs], ["fabrikam", "contoso"], first_utc=first, last_utc=last)
    other = build_calendars([theirs, mine], ["contoso", "fabrikam"], first_utc=first, last_utc=last)
    assert one == other
    assert len({row.calendar for row in one.calendar_of}) == 1
    assert [row.partner_id for row in one.calendar_of] == ["contoso", "fabrikam"]


def test_other_terms_are_another_calendar() -> None:
    """Equal hours under another terms_id are another calendar: the slot must name its terms."""
    made = calendars_of(version("a"), version("b", customer_id="contoso"))
    assert len({row.calendar for row in made.calendar_of}) == 2


def test_a_partner_without_terms_has_a_calendar_of_unknown_time() -> None:
    """A partner that published nothing has a default calendar in which every second is unknown."""
    made = calendars_of()
    assert [(row.partner_id, row.customer_id) for row in made.calendar_of] == [("fabrikam", None)]
    assert [(run.hours_known, run.terms_id, run.to_slot - run.from_slot) for run in made.runs] == [
        (False, None, 365 * 96)
    ]


def test_terms_without_end_may_say_so_with_the_last_date_there_is() -> None:
    """9999-12-31, as many exports write "for ever", means the same as an empty end."""
    assert calendars_of(version(valid_to_on=date.max)) == calendars_of(version())


def test_a_range_is_widened_to_whole_slots() -> None:
    """From 00:07 to 00:31, three slots are there, and the first begins at 00:00."""
    made = calendars_of(first=datetime(2026, 1, 1, 0, 7), last=datetime(2026, 1, 1, 0, 31))
    slot = (datetime(2026, 1, 1) - EPOCH) // timedelta(minutes=15)
    assert [(run.from_slot, run.to_slot) for run in made.runs] == [(slot, slot + 3)]


def test_an_unknown_zone_is_the_users_mistake() -> None:
    """A misspelt zone in support terms stops the audit with the right name as a hint."""
    with pytest.raises(EngagementError) as caught:
        calendars_of(version(timezone="Europe/Berln"))
    assert "Europe/Berlin" in caught.value.hint


def test_a_change_of_the_clock_inside_a_slot_is_refused() -> None:
    """St John's changed its clock at one minute past midnight until 2011, which no slot can hold."""
    with pytest.raises(EngagementError, match="2010-03-14 03:31 UTC"):
        zone_runs(["America/St_Johns"], first_utc=datetime(2010, 1, 1), last_utc=datetime(2011, 1, 1))
