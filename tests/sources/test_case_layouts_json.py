"""The layouts of Jira's issues and Dynamics 365's cases in JSON, and the rows that they become."""

import json

from tests.sources.loading import LoadFiles, instant, source
from tests.sources.test_ticket_layouts_json import EVENTS, load_one

OPENED = instant("2026-07-01T09:00:00")
ENDED = instant("2026-07-02T10:00:00")


def said(number: int, **more: object) -> dict[str, object]:
    """Return a comment on a Jira issue."""
    return {
        "id": str(number),
        "self": f"https://desk.tailspin.example/rest/api/2/issue/10016/comment/{number}",
        "author": {"accountId": "5570:ada", "accountType": "atlassian", "displayName": "Ada"},
        "body": "…",
        "created": f"2026-07-01T11:0{number}:00.742+0200",
        "updated": f"2026-07-01T11:0{number}:00.742+0200",
        **more,
    }


def issue(key: str, comments: object = None, **more: object) -> dict[str, object]:
    """Return a Jira issue."""
    fields = {
        "summary": "Subscription",
        "created": "2026-07-01T09:00:00.000+0000",
        "updated": "2026-07-01T09:00:00.000+0000",
        "reporter": {"accountId": "5570:litware", "displayName": "Li"},
        "status": {"name": "Open", "statusCategory": {"key": "new"}},
        "priority": {"name": "Medium"},
        "issuetype": {"name": "[System] Incident"},
        "resolution": None,
        "resolutiondate": None,
        "statuscategorychangedate": "2026-07-01T09:00:00.000+0000",
        **more,
    }
    if comments is not None:
        fields["comment"] = {"comments": comments, "total": 1}
    return {"id": "10016", "key": key, "fields": fields}


def customers(*, internal: bool) -> dict[str, object]:
    """Return the property by which an older service desk tells who may read a comment."""
    return {"properties": [{"key": "sd.public.comment", "value": {"internal": internal}}]}


def test_jira_issues(load_files: LoadFiles) -> None:
    """An issue is closed since its status came among those that leave nothing to do; "Done" tells no outcome."""
    done_at = {
        "status": {"name": "Closed", "statusCategory": {"key": "done"}},
        "statuscategorychangedate": "2026-07-02T12:00:00.000+0200",
        "resolutiondate": "2026-07-02T12:00:00.000+0200",
    }
    issues = [
        issue("DESK-1"),
        issue("DESK-2", resolution={"name": "Done"}, priority={"name": "Highest"}, **done_at),
        issue("DESK-3", resolution={"name": "Won't Do"}, parent={"key": "DESK-1"}, **done_at),
        issue(
            "DESK-4",
            priority={"name": "P2"},
            issuetype={"name": "Task"},
            reporter={"name": "li", "key": "li1"},
        ),
        issue("DESK-5", created="soon"),
        issue("DESK-1", updated="2026-07-03T09:00:00.000+0000", status={"name": "In Progress"}),
        "lost",
    ]
    done = load_one(load_files, {"issues": issues, "total": 7, "startAt": 0}, "jira_issues_json")
    assert done.rows(
        "SELECT ticket_id, opened_at, resolved_at, closed_at, requester, status, severity, request_type, resolution, "
        "parent_id FROM ticket ORDER BY 1"
    ) == [
        (
            *("DESK-1", OPENED, None, None, "5570:litware"),
            *("In Progress", "moderate", "incident", None, None),
        ),
        (
            *("DESK-2", OPENED, ENDED, ENDED, "5570:litware"),
            *("Closed", "critical", "incident", None, None),
        ),
        (
            *("DESK-3", OPENED, ENDED, ENDED, "5570:litware"),
            *("Closed", "moderate", "incident", "refused", "DESK-1"),
        ),
        ("DESK-4", OPENED, None, None, "li1", "Open", "unknown", None, None, None),
    ]
    assert [(record, field, value) for _, record, _, field, value, _ in done.rejects()] == [
        (5, "opened_at", "soon"),
        (7, "ticket_id", None),
    ]
    assert done.values("SELECT count(*) FROM ticket_event") == [0]
    assert done.counts() == (7, 5, 2)


def test_jira_comments_come_with_their_issue(load_files: LoadFiles) -> None:
    """A comment that customers may read is a reply, another is a note; one that does not tell is left out."""
    ben = {"name": "ben", "key": "ben1"}
    comments = [
        said(1, jsdPublic=True),
        said(2, jsdPublic=False),
        said(3, jsdPublic=True, visibility={"type": "role", "value": "Service Desk Team"}),
        said(4, jsdPublic=True, author={"accountId": "qm:li", "accountType": "customer"}),
        said(5, jsdPublic=True, author={"accountId": "5570:bot", "accountType": "app"}),
        said(6, author=ben, **customers(internal=True)),
        said(7, author=ben, **customers(internal=False)),
        said(8),
    ]
    issues = [issue("DESK-1", comments), issue("DESK-2", []), issue("DESK-3", "lost")]
    done = load_one(load_files, {"issues": issues}, "jira_issues_json")
    assert [(event, ticket, at.minute, *rest) for event, ticket, at, *rest in done.rows(EVENTS)] == [
        ("1", "DESK-1", 1, "reply", None, "5570:ada"),
        ("2", "DESK-1", 2, "note", None, "5570:ada"),
        ("3", "DESK-1", 3, "note", None, "5570:ada"),
        ("4", "DESK-1", 4, "reply", "customer", "qm:li"),
        ("5", "DESK-1", 5, "reply", "application", "5570:bot"),
        ("6", "DESK-1", 6, "note", None, "ben1"),
        ("7", "DESK-1", 7, "reply", None, "ben1"),
    ]
    assert done.values("SELECT ticket_id FROM ticket ORDER BY 1") == ["DESK-1", "DESK-2", "DESK-3"]
    assert done.rows("SELECT table_name, record, field FROM reject ORDER BY record") == [
        ("ticket_event", 9, "kind"),
        ("ticket_event", 12, "event_id"),
    ]
    # three issues, eight comments, and one that is none
    assert done.counts() == (12, 10, 2)


def test_jira_without_service_desk(load_files: LoadFiles) -> None:
    """Where no comment of an export tells who may read it, each is left out, and the issues stay."""
    done = load_one(load_files, {"issues": [issue("DESK-1", [said(1), said(2)])]}, "jira_issues_json")
    assert done.values("SELECT ticket_id FROM ticket") == ["DESK-1"]
    assert [(record, field) for _, record, _, field, *_ in done.rejects()] == [(2, "kind"), (3, "kind")]
    assert done.counts() == (3, 1, 2)


def test_jira_without_service_desk_says_who_reads(load_files: LoadFiles) -> None:
    """Where the export does not tell who may read a comment, the engagement can."""
    done = load_one(
        load_files,
        {"issues": [issue("DESK-1", [said(1), said(2)])]},
        "jira_issues_json",
        constants='{ kind = "reply" }',
    )
    assert done.values("SELECT kind FROM ticket_event") == ["reply", "reply"]
    assert done.counts() == (3, 3, 0)


def test_jira_comments_alone_meet_issues_by_number(load_files: LoadFiles) -> None:
    """A page of comments names the issue in their address, by the number that the issue has too."""
    page = {
        "comments": [said(1, jsdPublic=True), said(2, jsdPublic=False), said(3, jsdPublic=True, self="…")],
        "total": 3,
    }
    done = load_files(
        {"issues.json": json.dumps({"issues": [issue("DESK-1")]}), "comments.json": json.dumps(page)},
        source("issues.json", "jira_issues_json", columns='{ ticket_id = "id" }')
        + source("comments.json", "jira_comments_json"),
    )
    assert done.rows(
        "SELECT e.event_id, t.ticket_id, e.kind FROM ticket_event e JOIN ticket t USING (ticket_id) ORDER BY 1"
    ) == [("1", "10016", "reply"), ("2", "10016", "note")]
    assert done.rejects() == [("comments.json", 3, None, "ticket_id", None, "is required and empty")]
    assert done.counts() == (4, 3, 1)


def test_dynamics_cases(load_files: LoadFiles) -> None:
    """Numbers of state, priority and origin have the product's meaning; a merged case goes into its master."""

    def case(number: int, **more: object) -> dict[str, object]:
        return {
            "@odata.etag": 'W/"1"',
            "incidentid": f"00000000-0000-0000-0000-00000000000{number}",
            "ticketnumber": f"CAS-0100{number}-S8K4Y2",
            "createdon": "2026-07-01T09:00:00Z",
            "modifiedon": "2026-07-01T09:00:00Z",
            "createdon@OData.Community.Display.V1.FormattedValue": "01-07-2026 11:00",
            "statecode": 0,
            "statuscode": 1,
            "prioritycode": 2,
            "caseorigincode": 2,
            "casetypecode": 2,
            "_customerid_value": "5350cb01-a1b6-ea11-a812-000d3a3e1af1",
            "_primarycontactid_value": None,
            "_masterid_value": None,
            "_parentcaseid_value": None,
            **more,
        }

    one = case(1)["incidentid"]
    cases = [
        case(1),
        case(2, statecode=1, statuscode=5, prioritycode=1, caseorigincode=1, casetypecode=1),
        case(3, statecode=1, statuscode=1000, prioritycode=3, caseorigincode=3, casetypecode=3),
        case(4, statecode=2, statuscode=2000, _masterid_value=one, _primarycontactid_value="f6"),
        case(5, statecode=2, statuscode=6, _parentcaseid_value=one, prioritycode=7, caseorigincode=None),
        case(6, statecode=1, statuscode=100000001),
        case(7, createdon="01-07-2026 11:00"),
    ]
    done = load_one(load_files, {"@odata.context": "…", "value": cases}, "dynamics_cases_json")
    assert done.rows(
        "SELECT right(ticket_id, 1), opened_at, status, resolution, severity, channel, request_type, "
        "right(survivor_id, 1), right(parent_id, 1), requester, resolved_at, closed_at FROM ticket ORDER BY 1"
    ) == [
        (
            *("1", OPENED, "In Progress", None, "moderate", "email", "incident"),
            *("1", None, None, None, None),
        ),
        (
            *("2", OPENED, "Problem Solved", "solved", "critical", "phone", "how_to"),
            *("2", None, None, None, None),
        ),
        (
            *("3", OPENED, "Information Provided", "solved", "minimal", "portal", None),
            *("3", None, None, None, None),
        ),
        ("4", OPENED, "Merged", None, "moderate", "email", "incident", "1", None, "f6", None, None),
        ("5", OPENED, "Cancelled", None, "unknown", None, "incident", "5", "1", None, None, None),
        ("6", OPENED, "100000001", None, "moderate", "email", "incident", "6", None, None, None, None),
    ]
    assert [(record, field, value) for _, record, _, field, value, _ in done.rejects()] == [
        (7, "opened_at", "01-07-2026 11:00")
    ]
    assert done.counts() == (7, 6, 1)
