"""The layouts of ticket desks in JSON: little exports in the vendors' own shapes, and the rows that they become."""

import json

import pytest

from tests.sources.loading import LoadFiles, Loading, instant, source

EVENTS = (
    "SELECT event_id, ticket_id, occurred_at, kind, actor_kind, actor_id FROM ticket_event ORDER BY record"
)


def load_one(load_files: LoadFiles, content: object, layout: str, **settings: str) -> Loading:
    """Load one JSON value through one layout."""
    return load_files({"x.json": json.dumps(content)}, source("x.json", layout, **settings))


def audit(number: int, events: object, *, channel: str = "web", author: int = 7) -> dict[str, object]:
    """Return a Zendesk audit of ticket 35, made at nine o'clock and ``number`` minutes."""
    return {
        "id": number,
        "ticket_id": 35,
        "created_at": f"2026-07-01T09:{number:02}:00Z",
        "author_id": author,
        "metadata": {"system": {}, "custom": {}},
        "events": events,
        "via": {"channel": channel, "source": {"from": {}, "to": {}, "rel": None}},
    }


def change(number: int, field: str, old: str | None, new: str | None, **more: object) -> dict[str, object]:
    """Return the event of a field that changed."""
    return {
        "id": number,
        "type": "Change",
        "field_name": field,
        "value": new,
        "previous_value": old,
        **more,
    }


def comment(number: int, author: int, *, public: bool, **more: object) -> dict[str, object]:
    """Return the event of a comment."""
    return {"id": number, "type": "Comment", "author_id": author, "body": "…", "public": public, **more}


def test_zendesk_audits(load_files: LoadFiles) -> None:
    """Each event of an audit that tells what was done on the ticket is one; when, and by whom, the audit tells."""
    opening = [
        comment(101, 40, public=True),
        {"id": 102, "type": "Create", "field_name": "subject", "value": "Licence"},
        {"id": 103, "type": "Create", "field_name": "status", "value": "new"},
        {"id": 104, "type": "Create", "field_name": "assignee_id", "value": None},
        {"id": 105, "type": "Create", "field_name": "group_id", "value": "9"},
        {"id": 106, "type": "Notification", "via": {"channel": "rule"}, "subject": "Received"},
    ]
    rule = {"via": {"channel": "rule", "source": {"rel": "trigger"}}}
    merged = {"via": {"channel": "web", "source": {"rel": "merge"}}}
    audits = [
        audit(1, opening, author=40),
        audit(2, [comment(201, 7, public=True), change(202, "status", "new", "pending")]),
        audit(3, [comment(301, 7, public=False), change(302, "priority", None, "high")]),
        audit(4, [change(401, "status", "pending", "solved")], channel="rule", author=-1),
        audit(5, [comment(501, 40, public=True), change(502, "status", "solved", "open", **rule)], author=40),
        audit(6, [change(601, "assignee_id", "7", "8"), change(602, "assignee_id", "8", None)]),
        audit(7, [{"id": 701, "type": "VoiceComment", "public": True, "data": {"answered_by_id": 8}}]),
        audit(8, [{"id": 801, "type": "VoiceComment", "public": True, "data": {"answered_by_id": None}}]),
        audit(9, [comment(901, 7, public=False, **merged), change(902, "status", "open", "closed")]),
        audit(10, [comment(1001, -1, public=True)]),
        audit(11, []),
    ]
    done = load_one(load_files, {"audits": audits, "meta": {}, "links": {}}, "zendesk_ticket_audits_json")
    assert [(event, at.minute, *rest) for event, _, at, *rest in done.rows(EVENTS)] == [
        ("105", 1, "assign", None, "40"),
        ("201", 2, "reply", None, "7"),
        ("202", 2, "status", None, "7"),
        ("301", 3, "note", None, "7"),
        ("401", 4, "resolve", "bot", "-1"),
        ("501", 5, "reply", None, "40"),
        ("502", 5, "reopen", "bot", "40"),
        ("601", 6, "assign", None, "7"),
        ("701", 7, "reply", None, "8"),
        ("901", 9, "merge", None, "7"),
        ("902", 9, "close", None, "7"),
        ("1001", 10, "reply", "bot", "-1"),
    ]
    # 11 audits, and 6 + 2 + 2 + 1 + 2 + 2 + 1 + 1 + 2 + 1 events
    assert done.counts() == (31, 31, 0)


def test_zendesk_audits_imported_or_opened_with_a_note(load_files: LoadFiles) -> None:
    """What opens a ticket is no reply; a private comment beside it is a note, and an imported end is an end."""
    created = {"id": 1, "type": "Create", "field_name": "status", "value": "solved"}
    noted = [comment(2, 7, public=True), comment(3, 7, public=False), created]
    closed = [{"id": 4, "type": "Create", "field_name": "status", "value": "closed"}]
    # /tickets/{id}/audits one a line, and pages that overlap
    lines = "\n".join(json.dumps(one) for one in (audit(1, noted), audit(2, closed), audit(2, closed)))
    done = load_files({"x.jsonl": lines}, source("x.jsonl", "zendesk_ticket_audits_json"))
    assert done.rows("SELECT event_id, kind, ticket_id, occurred_at FROM ticket_event ORDER BY 1") == [
        ("1", "resolve", "35", instant("2026-07-01T09:01:00")),
        ("3", "note", "35", instant("2026-07-01T09:01:00")),
        ("4", "close", "35", instant("2026-07-01T09:02:00")),
    ]
    assert done.counts() == (8, 8, 0)


@pytest.mark.parametrize(
    ("events", "rejected", "field"),
    [
        ("lost", 1, "event_id"),
        ({"id": 5}, 1, "kind"),
        ([comment(1, 7, public=True), "lost", 17], 2, "event_id"),
        ([{"id": 5}], 1, "kind"),
        ([{"id": 5, "type": "Comment"}], 1, "kind"),
        ([comment(1, 7, public=True), {"type": "Comment", "public": True}], 1, "event_id"),
    ],
)
def test_zendesk_damaged_events_are_rejects(
    load_files: LoadFiles, events: object, rejected: int, field: str
) -> None:
    """An event that is none, or lacks what it must have, is counted; the audit's other events stay."""
    whole = audit(1, [comment(99, 7, public=True)])
    done = load_one(load_files, [whole, audit(2, events)], "zendesk_ticket_audits_json")
    sound = [one for one in events if one == comment(1, 7, public=True)] if isinstance(events, list) else []
    assert {(reject[3], reject[5]) for reject in done.rejects()} == {(field, "is required and empty")}
    assert done.counts()[2] == len(done.rejects()) == rejected
    assert done.values("SELECT count(*) FROM ticket_event") == [1 + len(sound)]


def test_zendesk_damaged_audits_are_rejects(load_files: LoadFiles) -> None:
    """What stands in an audit's place and is none is counted, and so is what happened at no readable time."""
    undated = {**audit(2, [comment(5, 7, public=True)]), "created_at": "yesterday"}
    audits = [audit(1, [comment(1, 7, public=True)]), "lost", None, undated]
    done = load_one(load_files, {"audits": audits}, "zendesk_ticket_audits_json")
    assert done.values("SELECT event_id FROM ticket_event") == ["1"]
    assert done.rows("SELECT record, field, value, reason FROM reject ORDER BY record") == [
        (3, "event_id", None, "is required and empty"),
        (4, "event_id", None, "is required and empty"),
        (6, "occurred_at", "yesterday", "is not a day and time such as 2026-07-01T09:30:00Z"),
    ]
    assert done.counts() == (6, 3, 3)


def test_zendesk_tickets_are_no_audits(load_files: LoadFiles) -> None:
    """A file of tickets is refused by what it lacks."""
    done = load_one(
        load_files,
        {"tickets": [{"id": 1, "created_at": "2026-07-01T09:00:00Z"}]},
        "zendesk_ticket_audits_json",
    )
    assert "No record of the export has 'ticket_id'" in done.problem


def test_freshdesk_tickets(load_files: LoadFiles) -> None:
    """Numbers of status, source and priority have the vendor's meaning; a desk's own statuses keep theirs."""
    one = {
        "id": 12,
        "created_at": "2026-07-01T09:00:00Z",
        "updated_at": "2026-07-02T10:00:00Z",
        "company_id": 5,
        "requester_id": 44,
        "status": 4,
        "source": 1,
        "priority": 4,
        "type": "Incident",
        "spam": False,
        "subject": "Tenant",
        "stats": {"resolved_at": "2026-07-02T10:00:00Z", "closed_at": None},
    }
    older = {**one, "status": 2, "updated_at": "2026-07-01T10:00:00Z", "stats": {}}
    own = {**one, "id": 13, "status": 9, "source": 101, "priority": 7, "type": "Onboarding", "stats": None}
    spam = {**one, "id": 14, "spam": True, "type": None, "company_id": None, "status": 5, "source": 9}
    damaged = {**one, "id": None}
    done = load_one(load_files, [one, older, own, spam, damaged], "freshdesk_tickets_json")
    opened, ended = instant("2026-07-01T09:00:00"), instant("2026-07-02T10:00:00")
    assert done.rows(
        "SELECT ticket_id, opened_at, resolved_at, closed_at, customer_id, requester, status, channel, severity, "
        "request_type, excluded_as, resolution FROM ticket ORDER BY 1"
    ) == [
        ("12", opened, ended, None, "5", "44", "Resolved", "email", "critical", "incident", None, "solved"),
        ("13", opened, None, None, "5", "44", "9", "101", "unknown", None, None, None),
        ("14", opened, ended, None, None, "44", "Closed", "feedback_widget", "critical", None, "spam", None),
    ]
    assert done.counts() == (5, 4, 1)


def test_freshdesk_conversations(load_files: LoadFiles) -> None:
    """What others may read is a reply, what they may not is a note; only what came from outside tells who wrote it."""

    def said(number: int, way: int | None, *, private: bool | None, incoming: bool) -> dict[str, object]:
        return {
            "id": number,
            "ticket_id": 12,
            "user_id": 7,
            "created_at": f"2026-07-01T09:{number:02}:00+02:00",
            "source": way,
            "private": private,
            "incoming": incoming,
        }

    talk = [
        said(1, 0, private=False, incoming=False),
        said(2, 2, private=True, incoming=False),
        said(3, 2, private=False, incoming=False),
        said(4, 0, private=False, incoming=True),
        said(5, 2, private=True, incoming=True),
        said(6, 6, private=False, incoming=True),
        said(7, 8, private=False, incoming=False),
        said(8, None, private=None, incoming=False),
    ]
    done = load_one(load_files, talk, "freshdesk_conversations_json")
    assert done.rows(EVENTS) == [
        ("1", "12", instant("2026-07-01T07:01:00"), "reply", None, "7"),
        ("2", "12", instant("2026-07-01T07:02:00"), "note", None, "7"),
        ("3", "12", instant("2026-07-01T07:03:00"), "reply", None, "7"),
        ("4", "12", instant("2026-07-01T07:04:00"), "reply", "customer", "7"),
        ("5", "12", instant("2026-07-01T07:05:00"), "note", None, "7"),
    ]
    assert done.rejects() == [("x.json", 8, None, "kind", None, "is required and empty")]
    assert done.counts() == (8, 7, 1)
