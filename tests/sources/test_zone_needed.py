"""When a source must name the zone of its times: only where a time lacks an offset."""

import pytest

from cspaudit.errors import EngagementError
from tests.sources.loading import LoadFiles, instant, source
from tests.sources.workbooks import xlsx

HEAD = "Issue key,Created,Status,Issue Type\n"
ZONED = "D-1,2026-07-01 09:30:00+02:00,Done,Bug\n"
NAIVE = "D-2,2026-07-01 09:30:00,Done,Bug\n"
SOURCE = source("t.csv", "jira_issues_csv")


def test_times_with_offsets_need_no_zone(load_files: LoadFiles) -> None:
    """Where every time names its offset there is nothing to ask."""
    done = load_files({"t.csv": HEAD + ZONED}, SOURCE)
    assert done.values("SELECT opened_at FROM ticket") == [instant("2026-07-01T07:30:00")]


@pytest.mark.parametrize("content", [HEAD + ZONED + NAIVE, HEAD, HEAD + "D-1,,Done,Bug\n"])
def test_a_local_time_asks_for_its_zone_before_anything_is_loaded(
    load_files: LoadFiles, content: str
) -> None:
    """So does a file that shows no time at all."""
    with pytest.raises(EngagementError, match="writes local times, and the source names no time zone"):
        load_files({"t.csv": content}, SOURCE)


def test_the_days_of_a_spreadsheet_are_local(load_files: LoadFiles) -> None:
    """A spreadsheet's times have no offsets."""
    book = xlsx({"T": [line.split(",") for line in (HEAD + ZONED).splitlines()]})
    with pytest.raises(EngagementError, match="names no time zone"):
        load_files({"t.csv": book}, SOURCE)


def test_a_local_time_far_down_is_left_out(load_files: LoadFiles) -> None:
    """What the first records did not show is counted, and never read as of some zone."""
    done = load_files({"t.csv": HEAD + ZONED * 300 + NAIVE}, SOURCE)
    assert [row[1:] for row in done.rejects() if row[1] == 301] == [
        (301, 302, "opened_at", "2026-07-01 09:30:00", "has no offset, and the source names no time zone")
    ]


def test_a_field_that_only_decides_is_no_time(load_files: LoadFiles) -> None:
    """An event log tells by the event's name when a ticket was resolved: that name needs no offset."""
    log = "Case ID,Activity,Complete Timestamp,Resource\n1,Insert ticket,2026-07-01 09:30:00+02:00,Value 1\n"
    done = load_files({"e.csv": log}, source("e.csv", "ticket_event_log_csv"))
    assert done.values("SELECT opened_at FROM ticket") == [instant("2026-07-01T07:30:00")]
