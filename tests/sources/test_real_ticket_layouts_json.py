"""Ticket desks' answers that third parties published: every record is accounted for, the totals are as counted."""

from pathlib import Path

import pytest

from tests.sources.loading import Loading, instant, source
from tests.sources.test_real_exports import load_sources

pytestmark = pytest.mark.samples


def read(samples: Path, folder: Path, layout: str, *names: str) -> Loading:
    """Load real files through one layout, each as a source of its own."""
    sources = [source(f"{samples}/{name}", layout, id=f'"{name}"') for name in names]
    return load_sources(folder, "".join(sources))


def test_zendesk_audits(samples_dir: Path, tmp_path: Path) -> None:
    """91 audits with 863 events: one reply, one note, two assignments, into the bin and out of it."""
    done = read(
        samples_dir, tmp_path, "zendesk_ticket_audits_json", "zendesk_api_recorded/ticket_audits.json"
    )
    assert done.counts() == (91 + 863, 91 + 863, 0)
    assert done.rows("SELECT kind, count(*) FROM ticket_event GROUP BY kind ORDER BY kind") == [
        ("assign", 2),
        ("note", 1),
        ("reply", 1),
        ("status", 2),
    ]
    assert done.rows("SELECT ticket_id, occurred_at, actor_id FROM ticket_event WHERE kind = 'note'") == [
        ("1", instant("2024-02-07T00:11:18"), "6130907993114")
    ]
    done.warehouse.close()


def test_freshdesk_tickets(samples_dir: Path, tmp_path: Path) -> None:
    """One ticket alone, a list, and the answer of a search that names one ticket twice: the later stays."""
    single = "freshdesk_v2/ticket_1.json"
    done = read(samples_dir, tmp_path / "1", "freshdesk_tickets_json", single)
    assert done.rows(
        "SELECT ticket_id, opened_at, resolved_at, closed_at, requester, status, channel, severity, request_type "
        "FROM ticket"
    ) == [
        (
            *("1", instant("2016-05-18T04:36:04"), instant("2020-07-24T15:35:21"), None),
            *("6012691534", "Open", "portal", "minimal", "how_to"),
        )
    ]
    assert done.counts() == (1, 1, 0)
    done.warehouse.close()
    for number, (name, records) in enumerate(
        [("all_tickets", 1), ("search_tickets", 2), ("ticket_1_updated", 1), ("outbound_email_1", 1)], 2
    ):
        folder = tmp_path / str(number)
        done = read(samples_dir, folder, "freshdesk_tickets_json", f"freshdesk_v2/{name}.json")
        assert done.counts() == (records, records, 0)
        assert done.rows("SELECT ticket_id, request_type FROM ticket") == [("1", "how_to")]
        if name == "search_tickets":
            assert done.rows("SELECT opened_at, record FROM ticket") == [(instant("2020-01-01T06:21:45"), 2)]
        if name == "ticket_1_updated":
            assert done.rows("SELECT status, severity FROM ticket") == [("Resolved", "moderate")]
        done.warehouse.close()


def test_freshdesk_conversations(samples_dir: Path, tmp_path: Path) -> None:
    """The list holds the note and the reply that two other files hold alone."""
    names = ("conversations", "note_1", "reply_1")
    for number, name in enumerate(names):
        done = read(
            samples_dir, tmp_path / str(number), "freshdesk_conversations_json", f"freshdesk_v2/{name}.json"
        )
        note = ("1", "1", instant("2016-05-19T05:36:12"), "note", "1")
        reply = ("2", "1", instant("2016-05-19T05:36:14"), "reply", "1")
        expected = [[note, reply], [note], [reply]][number]
        assert (
            done.rows("SELECT event_id, ticket_id, occurred_at, kind, actor_id FROM ticket_event ORDER BY 1")
            == expected
        )
        assert done.counts() == (len(expected), len(expected), 0)
        done.warehouse.close()


def test_connectwise(samples_dir: Path, tmp_path: Path) -> None:
    """One service ticket and its one note; the list of a project's tickets holds none for the desk."""
    done = load_sources(
        tmp_path,
        source(f"{samples_dir}/connectwise_psa/api_service_ticket_list.json", "connectwise_tickets_json")
        + source(f"{samples_dir}/connectwise_psa/api_service_note_list.json", "connectwise_notes_json")
        + source(f"{samples_dir}/connectwise_psa/api_project_ticket_list.json", "connectwise_tickets_json"),
    )
    assert [one.records_read for one in done.loaded.inputs] == [1, 1, 1]
    assert done.counts() == (3, 3, 0)
    assert done.rows(
        "SELECT ticket_id, opened_at, closed_at, customer_id, requester, status, channel, severity FROM ticket"
    ) == [("69", instant("2005-05-27T17:30:19"), None, "2", "2", "New", "phone", "moderate")]
    assert done.rows("SELECT event_id, ticket_id, occurred_at, kind, actor_id FROM ticket_event") == [
        ("3", "69", instant("2010-09-18T17:10:37"), "reply", "User1")
    ]
    done.warehouse.close()


def test_jira(samples_dir: Path, tmp_path: Path) -> None:
    """Two pages of a search hold three issues, one of them closed; two public comments stand apart."""
    done = load_sources(
        tmp_path,
        source(f"{samples_dir}/jira_rest/jira_issues_page_*.json", "jira_issues_json")
        + source(f"{samples_dir}/jira_rest/jira_comments_issue_page_1.json", "jira_comments_json"),
    )
    assert [one.records_read for one in done.loaded.inputs] == [2, 1, 2]
    assert done.counts() == (5, 5, 0)
    assert done.rows("SELECT ticket_id, opened_at, resolved_at, status, severity FROM ticket ORDER BY 1") == [
        ("HELP-6041", instant("2016-03-03T11:57:01"), None, "Open", "moderate"),
        (
            *("HELP-6042", instant("2016-03-03T13:11:01"), instant("2016-03-03T14:30:17")),
            *("Closed", "moderate"),
        ),
        ("HELP-6043", instant("2016-03-03T13:40:01"), None, "Open", "moderate"),
    ]
    assert done.rows("SELECT event_id, ticket_id, occurred_at, kind FROM ticket_event ORDER BY 1") == [
        ("10022", "10016", instant("2018-05-24T21:35:30"), "reply"),
        ("10024", "10016", instant("2018-05-25T16:21:23"), "reply"),
    ]
    done.warehouse.close()


def test_zendesk_tickets_and_their_audits_meet(samples_dir: Path, tmp_path: Path) -> None:
    """The cursor's page holds 87 tickets as well; all that was done, six times, was done on one of them."""
    folder = f"{samples_dir}/zendesk_api_recorded"
    done = load_sources(
        tmp_path,
        source(f"{folder}/incremental_tickets_cursor.json", "zendesk_tickets_json")
        + source(f"{folder}/ticket_audits.json", "zendesk_ticket_audits_json"),
    )
    assert [one.records_read for one in done.loaded.inputs] == [87, 91 + 863]
    assert done.counts() == (87 + 91 + 863, 87 + 91 + 863, 0)
    assert done.rows(
        "SELECT e.ticket_id, count(*), count(t.ticket_id) > 0 FROM ticket_event e LEFT JOIN ticket t USING (ticket_id) "
        "GROUP BY ALL ORDER BY 1"
    ) == [("1", 6, True)]
    done.warehouse.close()
