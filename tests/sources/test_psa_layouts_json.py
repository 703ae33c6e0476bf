"""The layouts of service providers' own desks in JSON (ConnectWise, Autotask, HaloPSA), and the rows they become."""

import json

from tests.sources.loading import LoadFiles, instant, source
from tests.sources.test_ticket_layouts_json import EVENTS, load_one

OPENED = instant("2026-07-01T09:00:00")
ENDED = instant("2026-07-02T10:00:00")


def connectwise(number: int, **more: object) -> dict[str, object]:
    """Return a ConnectWise service ticket."""
    return {
        "id": number,
        "summary": "Mailbox",
        "recordType": "ServiceTicket",
        "board": {"id": 1, "name": "Service"},
        "status": {"id": 1, "name": "New"},
        "company": {"id": 250, "identifier": "Litware", "name": "Litware Ltd"},
        "contact": {"id": 31, "name": "Ada"},
        "priority": {"id": 4, "name": "Priority 3 - Normal Response"},
        "source": {"id": 2, "name": "Email Connector"},
        "closedFlag": False,
        "closedDate": None,
        "dateResolved": None,
        "_info": {"dateEntered": "2026-07-01T09:00:00Z", "lastUpdated": "2026-07-01T09:00:00Z"},
        **more,
    }


def test_connectwise_tickets(load_files: LoadFiles) -> None:
    """References are read by their numbers; a ticket that was opened again is not closed; projects stay out."""
    tickets = [
        connectwise(1),
        connectwise(
            2,
            status={"id": 9, "name": ">Closed"},
            closedFlag=True,
            closedDate="2026-07-02T10:00:00Z",
            dateResolved="2026-07-02T10:00:00Z",
            priority={"id": 1, "name": "Priority 1 - Emergency Response"},
            source={"id": 7, "name": "Dispatcher"},
            parentTicketId=1,
        ),
        connectwise(3, closedDate="2026-07-02T10:00:00Z", priority={"id": 30, "name": "P1"}),
        connectwise(4, mergedParentTicket={"id": 1, "summary": "Mailbox"}, company=None, contact=None),
        # as the interface wrote it before 2020
        connectwise(5, _info={}, dateEntered="2026-07-01T09:00:00Z", recordType=None),
        connectwise(6, recordType="ProjectTicket"),
        connectwise(7, recordType=None, project={"id": 12, "name": "Move"}),
        connectwise(8, _info={"dateEntered": "2026-07-01T09: 00: 00Z"}),
        "lost",
    ]
    done = load_one(load_files, tickets, "connectwise_tickets_json")
    assert done.rows(
        "SELECT ticket_id, opened_at, resolved_at, closed_at, customer_id, requester, status, channel, severity, "
        "parent_id, merged_into_id, survivor_id FROM ticket ORDER BY 1"
    ) == [
        ("1", OPENED, None, None, "250", "31", "New", "email", "moderate", None, None, "1"),
        ("2", OPENED, ENDED, ENDED, "250", "31", ">Closed", "Dispatcher", "critical", "1", None, "2"),
        ("3", OPENED, None, None, "250", "31", "New", "email", "unknown", None, None, "3"),
        ("4", OPENED, None, None, None, None, "New", "email", "moderate", None, "1", "1"),
        ("5", OPENED, None, None, "250", "31", "New", "email", "moderate", None, None, "5"),
    ]
    assert [(record, field, value) for _, record, _, field, value, _ in done.rejects()] == [
        (8, "opened_at", "2026-07-01T09: 00: 00Z"),
        (9, "ticket_id", None),
    ]
    assert done.counts() == (9, 7, 2)


def test_connectwise_pages_overlap(load_files: LoadFiles) -> None:
    """Of a ticket on two pages the one that was changed later stays."""
    later = {"dateEntered": "2026-07-01T09:00:00Z", "lastUpdated": "2026-07-03T09:00:00Z"}
    pages = {
        "a.json": json.dumps([connectwise(1, _info=later, status={"id": 2, "name": "Assigned"})]),
        "b.json": json.dumps([connectwise(1)]),
    }
    done = load_files(pages, source("*.json", "connectwise_tickets_json"))
    assert done.rows("SELECT ticket_id, status, file FROM ticket") == [("1", "Assigned", "a.json")]
    assert done.counts() == (2, 2, 0)


def test_connectwise_notes(load_files: LoadFiles) -> None:
    """The discussion is what the customer reads; internal analysis and resolution are notes."""

    def note(number: int, flags: str, **more: object) -> dict[str, object]:
        return {
            "id": number,
            "ticketId": 69,
            "text": "…",
            "detailDescriptionFlag": "d" in flags,
            "internalAnalysisFlag": "i" in flags,
            "resolutionFlag": "r" in flags,
            "dateCreated": f"2026-07-01T09:0{number}:00Z",
            "internalFlag": True,
            "externalFlag": False,
            **more,
        }

    ada, ben = {"contact": {"id": 31, "name": "Ada"}}, {"member": {"id": 176, "identifier": "ben"}}
    notes = [
        note(1, "d", **ada),
        note(2, "d", **ben),
        note(3, "i", **ben),
        note(4, "di", **ben),
        note(5, "r", **ben),
        note(6, "dr", **ben, **ada),
        note(7, "d"),
        note(8, "d", ticketId=None),
    ]
    done = load_one(load_files, notes, "connectwise_notes_json")
    assert [(event, ticket, at.minute, *rest) for event, ticket, at, *rest in done.rows(EVENTS)] == [
        ("1", "69", 1, "reply", "customer", "31"),
        ("2", "69", 2, "reply", None, "ben"),
        ("3", "69", 3, "note", None, "ben"),
        ("4", "69", 4, "note", None, "ben"),
        ("5", "69", 5, "note", None, "ben"),
        ("6", "69", 6, "reply", None, "ben"),
        ("7", "69", 7, "reply", None, None),
    ]
    assert done.rejects() == [("x.json", 8, None, "ticket_id", None, "is required and empty")]
    assert done.counts() == (8, 7, 1)


def autotask(number: int, **more: object) -> dict[str, object]:
    """Return an Autotask ticket."""
    return {
        "id": number,
        "ticketNumber": f"T20260701.{number:04}",
        "title": "Licences",
        "companyID": 629,
        "contactID": 30,
        "createDate": "2026-07-01T09:00:00.113Z",
        "completedDate": None,
        "resolvedDateTime": None,
        "lastActivityDate": "2026-07-01T09:00:00.113Z",
        "priority": 2,
        "status": 1,
        "ticketType": 1,
        "source": 13,
        "problemTicketId": None,
        "userDefinedFields": [],
        **more,
    }


def test_autotask_tickets(load_files: LoadFiles) -> None:
    """Numbers whose meaning the export does not hold stay unknown."""
    tickets = [
        autotask(1),
        autotask(
            2,
            status=5,
            completedDate="2026-07-02T10:00:00.147Z",
            resolvedDateTime="2026-07-02T10:00:00Z",
            ticketType=2,
            problemTicketId=1,
        ),
        autotask(3, status=8, ticketType=5, priority=None, contactID=None),
        autotask(4, ticketType=4),
        autotask(5, createDate=None),
    ]
    done = load_one(load_files, {"items": tickets, "pageDetails": {"count": 5}}, "autotask_tickets_json")
    assert done.rows(
        "SELECT ticket_id, opened_at, resolved_at, closed_at, customer_id, requester, status, severity, request_type, "
        "excluded_as, parent_id, channel FROM ticket ORDER BY 1"
    ) == [
        ("1", OPENED, None, None, "629", "30", "New", "unknown", None, None, None, None),
        ("2", OPENED, ENDED, ENDED, "629", "30", "Complete", "unknown", None, None, "1", None),
        ("3", OPENED, None, None, "629", None, "8", None, None, None, None, None),
        ("4", OPENED, None, None, "629", "30", "New", "unknown", None, None, None, None),
    ]
    assert done.rejects() == [("x.json", 5, None, "opened_at", None, "is required and empty")]
    assert done.counts() == (5, 4, 1)


def test_autotask_numbers_of_a_desk(load_files: LoadFiles) -> None:
    """Once the engagement says what a desk's numbers mean, those it names count and others stay unknown."""
    tickets = [
        autotask(1, priority=4, ticketType=2),
        autotask(2, priority=3, ticketType=5),
        autotask(3, priority=9, ticketType=7),
    ]
    done = load_one(
        load_files,
        {"items": tickets},
        "autotask_tickets_json",
        values='{ severity = { 4 = "critical", 3 = "minimal" }, request_type = { 2 = "incident" }, '
        'excluded_as = { 5 = "monitoring" } }',
    )
    assert done.rows("SELECT severity, request_type, excluded_as FROM ticket ORDER BY ticket_id") == [
        ("critical", "incident", None),
        ("minimal", None, "monitoring"),
        ("unknown", None, None),
    ]
    assert done.counts() == (3, 3, 0)


def test_halopsa_tickets(load_files: LoadFiles) -> None:
    """Days of 1900 and the number 0 stand for nothing; a time without an offset is that of the zone stated."""
    one = {
        "id": 110043,
        "dateoccurred": "2026-07-01T09:00:00.4214387Z",
        "summary": "Notebook",
        "status_id": 1,
        "tickettype_id": 29,
        "priority_id": 3,
        "priority": {"priorityid": 3, "name": "Medium"},
        "client_id": 12,
        "user_id": 399,
        "parent_id": 0,
        "dateclosed": "1900-01-01T00:00:00",
        "lastactiondate": "2026-07-01T09:01:00.202645Z",
    }
    closed = {
        **one,
        "id": 110044,
        "dateoccurred": "2026-07-01T11:00:00",
        "dateclosed": "2026-07-02T12:00:00",
        "status_id": 9,
        "priority": {"name": "VIP"},
        "user_id": 0,
        "parent_id": 110043,
    }
    bare = {**one, "id": 110045, "priority": None, "client_id": -1}
    done = load_one(
        load_files,
        {"record_count": 4, "tickets": [one, closed, bare, {**one, "id": 0}]},
        "halopsa_tickets_json",
        timezone='"Europe/Berlin"',
    )
    assert done.rows(
        "SELECT ticket_id, opened_at, closed_at, customer_id, requester, status, severity, parent_id, resolved_at "
        "FROM ticket ORDER BY 1"
    ) == [
        ("110043", OPENED, None, "12", "399", "1", "moderate", None, None),
        ("110044", OPENED, ENDED, "12", None, "9", "unknown", "110043", None),
        ("110045", OPENED, None, None, "399", "1", None, None, None),
    ]
    assert done.rejects() == [("x.json", 4, None, "ticket_id", None, "is required and empty")]
    assert done.counts() == (4, 3, 1)
