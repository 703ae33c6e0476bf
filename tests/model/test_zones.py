# ruff: noqa: DTZ001 - naive times are the subject here
"""Zones as segments, and the SQL that turns local time into UTC, held against Python's own zoneinfo."""

import itertools
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspaudit.errors import EngagementError
from cspaudit.model.zones import (
    Segment,
    ambiguous_ranges,
    check_zone,
    local_to_utc,
    local_to_utc_offset_sql,
    missing_ranges,
    transitions,
    zone_info,
    zone_names,
)
from tests.minute_walker import ZONES, wall_clock

FIRST, LAST = datetime(2015, 1, 1), datetime(2035, 1, 1)


@pytest.mark.parametrize("zone", ZONES)
def test_segments_tile_the_range_and_differ_from_their_neighbours(zone: str) -> None:
    """Segments leave no hole, overlap nowhere, and a new one begins only where the offset changes."""
    segments = transitions(zone, FIRST, LAST)
    assert (segments[0].start_utc, segments[-1].end_utc) == (FIRST, LAST)
    for before, after in itertools.pairwise(segments):
        assert before.end_utc == after.start_utc
        assert before.offset_s != after.offset_s


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ZONES), st.datetimes(FIRST, LAST - timedelta(seconds=1)))
def test_a_segments_offset_leads_to_the_wall_clock(zone: str, instant: datetime) -> None:
    """The offset of the segment that holds an instant is what separates the wall clock from UTC."""
    (holding,) = (one for one in SEGMENTS[zone] if one.start_utc <= instant < one.end_utc)
    assert wall_clock(instant, zone) - instant == timedelta(seconds=holding.offset_s)


SEGMENTS = {zone: transitions(zone, FIRST, LAST) for zone in ZONES}


def test_berlin_changes_at_one_utc() -> None:
    """Central European summer time 2026 runs from 29 March to 25 October, 01:00 UTC each."""
    assert transitions("Europe/Berlin", datetime(2026, 1, 1), datetime(2027, 1, 1)) == (
        Segment(datetime(2026, 1, 1), datetime(2026, 3, 29, 1), 3600),
        Segment(datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1), 7200),
        Segment(datetime(2026, 10, 25, 1), datetime(2027, 1, 1), 3600),
    )


def test_lord_howe_changes_by_half_an_hour() -> None:
    """Lord Howe Island goes from +11:00 to +10:30 on 2026-04-05 at 02:00 of its summer clock."""
    before, after = transitions("Australia/Lord_Howe", datetime(2026, 4, 1), datetime(2026, 4, 10))
    assert (before.offset_s, after.offset_s) == (39600, 37800)
    assert after.start_utc == datetime(2026, 4, 4, 15)


def test_an_empty_range_has_no_segments() -> None:
    """A range that ends where it begins holds no time."""
    assert transitions("Europe/Berlin", FIRST, FIRST) == ()


def test_a_range_may_begin_with_a_change() -> None:
    """A change at the very first instant is no change within the range."""
    (only,) = transitions("Europe/Berlin", datetime(2026, 3, 29, 1), datetime(2026, 4, 1))
    assert only.offset_s == 7200


@pytest.mark.parametrize("zone", ZONES)
def test_the_sql_gives_the_offset_of_pythons_first_reading(zone: str) -> None:
    """For local times each quarter hour of two years, gaps and overlaps too, the SQL agrees with fold=0."""
    first, last = datetime(2026, 1, 1), datetime(2028, 1, 1)
    sql = local_to_utc_offset_sql("t", SEGMENTS[zone])
    rows = (
        duckdb.connect()
        .execute(
            f"select t, {sql} from range($a::timestamp, $b::timestamp, interval 15 minute) r(t)",
            {"a": first, "b": last},
        )
        .fetchall()
    )
    assert len(rows) == 730 * 96
    reading = zone_info(zone)
    wrong = [t for t, offset in rows if t.replace(tzinfo=reading).utcoffset() != timedelta(seconds=offset)]
    assert wrong == []


def test_the_edges_of_gap_and_overlap_are_exact_to_the_second() -> None:
    """In Berlin 2026, 02:59:59 on 29 March still counts +1 and 03:00:00 +2; on 25 October +2 and +1."""
    sql = local_to_utc_offset_sql(
        "t", transitions("Europe/Berlin", datetime(2026, 1, 1), datetime(2027, 1, 1))
    )
    times = "'2026-03-29 02:59:59'), ('2026-03-29 03:00:00'), ('2026-10-25 02:59:59'), ('2026-10-25 03:00:00'"
    rows = duckdb.connect().execute(
        f"select {sql} from (values ({times})) v(s), lateral (select s::timestamp as t)"
    )
    assert [offset for (offset,) in rows.fetchall()] == [3600, 7200, 7200, 3600]


def test_a_zone_without_changes_needs_no_case() -> None:
    """UTC and Kolkata become a plain number."""
    assert local_to_utc_offset_sql("t", SEGMENTS["UTC"]) == "0"
    assert local_to_utc_offset_sql("t", SEGMENTS["Asia/Kolkata"]) == "19800"


def test_the_sql_needs_a_segment() -> None:
    """Without segments there is no offset to give."""
    with pytest.raises(ValueError, match="segment"):
        local_to_utc_offset_sql("t", ())


def test_ambiguous_and_missing_ranges_of_a_year() -> None:
    """Berlin 2026 shows 02:00-03:00 twice on 25 October and never on 29 March; Lord Howe but half an hour."""
    year = datetime(2026, 1, 1), datetime(2027, 1, 1)
    berlin, lord_howe = transitions("Europe/Berlin", *year), transitions("Australia/Lord_Howe", *year)
    assert ambiguous_ranges(berlin) == ((datetime(2026, 10, 25, 2), datetime(2026, 10, 25, 3)),)
    assert missing_ranges(berlin) == ((datetime(2026, 3, 29, 2), datetime(2026, 3, 29, 3)),)
    assert ambiguous_ranges(lord_howe) == ((datetime(2026, 4, 5, 1, 30), datetime(2026, 4, 5, 2)),)
    assert missing_ranges(lord_howe) == ((datetime(2026, 10, 4, 2), datetime(2026, 10, 4, 2, 30)),)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ZONES), st.datetimes(FIRST, LAST))
def test_ranges_agree_with_pythons_two_readings(zone: str, local: datetime) -> None:
    """A local time is ambiguous where the second reading is later than the first, missing where it is earlier."""
    readings = [local.replace(tzinfo=zone_info(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]
    twice = any(begin <= local < end for begin, end in ambiguous_ranges(SEGMENTS[zone]))
    never = any(begin <= local < end for begin, end in missing_ranges(SEGMENTS[zone]))
    assert (twice, never) == (readings[1] > readings[0], readings[1] < readings[0])


def test_local_to_utc_takes_the_first_of_two_and_the_end_of_a_gap() -> None:
    """02:30 of 25 October in Berlin is 00:30 UTC; a midnight that Cairo skips is the instant of its change."""
    assert local_to_utc("Europe/Berlin", datetime(2026, 10, 25, 2, 30)) == datetime(2026, 10, 25, 0, 30)
    cairo = transitions("Africa/Cairo", datetime(2026, 4, 1), datetime(2026, 5, 1))
    assert local_to_utc("Africa/Cairo", datetime(2026, 4, 24)) == cairo[1].start_utc


def test_offsets_off_the_quarter_hour_are_refused() -> None:
    """Monrovia was 44 minutes and 30 seconds behind UTC until 1972, which no quarter hour holds."""
    with pytest.raises(EngagementError, match="quarter hours"):
        transitions("Africa/Monrovia", datetime(1971, 1, 1), datetime(1973, 1, 1))


def test_every_zone_keeps_to_quarter_hours() -> None:
    """No zone of the package is refused for the years an audit may look at."""
    for zone in zone_names():
        assert transitions(zone, datetime(2016, 1, 1), datetime(2028, 1, 1))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Europe/Berln", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
    ],
)
def test_a_misspelt_zone_names_the_right_one(wrong: str, right: str) -> None:
    """A name that is nearly a zone, or only its city, is refused with the zone's full name first."""
    with pytest.raises(EngagementError) as caught:
        check_zone(wrong)
    assert caught.value.exit_code == 2
    assert wrong in caught.value.problem
    assert caught.value.hint.startswith(f"Did you mean {right}")


def test_a_name_like_no_zone_is_told_what_a_zone_looks_like() -> None:
    """A Windows zone name is like no other, so the hint shows the form wanted."""
    with pytest.raises(EngagementError) as caught:
        check_zone("W. Europe Standard Time")
    assert "Europe/Berlin" in caught.value.hint


@pytest.mark.parametrize("name", ["../zones", "", "/etc/localtime", "Europe"])
def test_a_zone_is_never_a_path(name: str) -> None:
    """What is no zone name opens no file."""
    with pytest.raises(EngagementError):
        zone_info(name)


def test_zones_come_from_the_package() -> None:
    """The zone is the package's, whatever the machine has: it equals zoneinfo without any system path."""
    instant = datetime(2026, 7, 1, tzinfo=UTC)
    assert isinstance(zone_info("Europe/Berlin"), ZoneInfo)
    assert instant.astimezone(zone_info("Europe/Berlin")).isoformat() == "2026-07-01T02:00:00+02:00"
    assert set(ZONES) <= set(zone_names())
