"""Ticket desks' tables that third parties published, read through the layouts that ship: every record is accounted for."""

from pathlib import Path

import pytest

from tests.sources.loading import instant, source
from tests.sources.test_real_exports import load_sources

pytestmark = pytest.mark.samples

ROME = '"Europe/Rome"'


@pytest.mark.parametrize(
    ("name", "first_opened_at"),
    [
        ("helpdesk", "2010-01-13T07:40:25"),
        ("helpdesk_xesnames", "2010-01-13T07:40:25"),
        # this copy says that its times are UTC
        ("helpdesk_tz", "2010-01-13T08:40:25"),
    ],
)
def test_help_desk_log(samples_dir: Path, tmp_path: Path, name: str, first_opened_at: str) -> None:
    """The log has its known cases and events in each spelling of its header; 4,557 cases end with being closed."""
    done = load_sources(
        tmp_path, source(f"{samples_dir}/itsm_helpdesk_it/{name}.csv", "ticket_event_log_csv", timezone=ROME)
    )
    assert done.loaded.problems == ()
    assert done.counts() == (21_348, 21_348, 0)
    assert done.rows("SELECT count(*), count(closed_at), min(opened_at) FROM ticket") == [
        (4_580, 4_557, instant(first_opened_at))
    ]
    assert done.rows(
        "SELECT kind, count(*), count(DISTINCT event_id) FROM ticket_event GROUP BY kind ORDER BY 1"
    ) == [
        ("assign", 5_060, 5_060),
        ("close", 4_574, 4_574),
        ("resolve", 4_983, 4_983),
        ("status", 4_938 + 1_463 + 119 + 118 + 67 + 13 + 5 + 3 + 2 + 2 + 1, 6_731),
    ]
    done.warehouse.close()


def test_zendesk_warehouse(samples_dir: Path, tmp_path: Path) -> None:
    """Ten tickets, twenty public comments, and of 38 changes 30 of a state and 2 of a person."""
    seeds = f"{samples_dir}/zendesk_fivetran_seeds"
    done = load_sources(
        tmp_path,
        source(f"{seeds}/ticket_data.csv", "fivetran_zendesk_ticket_csv")
        + source(f"{seeds}/ticket_comment_data.csv", "fivetran_zendesk_ticket_comment_csv")
        + source(f"{seeds}/ticket_field_history_data.csv", "fivetran_zendesk_ticket_field_history_csv"),
    )
    assert done.loaded.problems == ()
    assert done.loaded.warnings == ()
    assert done.counts() == (10 + 20 + 38, 10 + 20 + 38, 0)
    assert done.rows("SELECT count(*), count(customer_id), count(severity) FROM ticket") == [(10, 9, 1)]
    assert done.rows("SELECT kind, count(*) FROM ticket_event GROUP BY kind ORDER BY 1") == [
        ("assign", 2),
        ("close", 1),
        ("reply", 20),
        ("resolve", 18),
        ("status", 11),
    ]
    done.warehouse.close()


def test_jira_warehouse(samples_dir: Path, tmp_path: Path) -> None:
    """Four issues, three of them resolved, and five public comments; no change of the ten is of state or person."""
    seeds = f"{samples_dir}/jira_fivetran_seeds"
    done = load_sources(
        tmp_path,
        source(f"{seeds}/issue.csv", "fivetran_jira_issue_csv")
        + source(f"{seeds}/comment_redshift.csv", "fivetran_jira_comment_csv")
        + source(f"{seeds}/issue_field_history.csv", "fivetran_jira_issue_field_history_csv"),
    )
    assert done.loaded.problems == ()
    assert done.loaded.warnings == ()
    assert done.counts() == (4 + 5 + 10, 4 + 5 + 10, 0)
    assert done.rows("SELECT count(*), count(resolved_at) FROM ticket") == [(4, 3)]
    assert done.rows("SELECT kind, count(*) FROM ticket_event GROUP BY kind") == [("reply", 5)]
    done.warehouse.close()


def test_servicenow_warehouse(samples_dir: Path, tmp_path: Path) -> None:
    """The one task of the sample is a change request: it is read, and is no ticket."""
    done = load_sources(
        tmp_path,
        source(f"{samples_dir}/servicenow_fivetran_seeds/task_data.csv", "fivetran_servicenow_task_csv"),
    )
    assert done.loaded.problems == ()
    assert done.loaded.warnings == ()
    assert done.counts() == (1, 1, 0)
    assert done.values("SELECT count(*) FROM ticket") == [0]
    done.warehouse.close()
