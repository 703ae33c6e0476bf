"""Ticket desks replicated into a warehouse: little tables in the connector's shapes, and the rows they become."""

from tests.sources.loading import LoadFiles, instant, source

EVENTS = "SELECT event_id, ticket_id, occurred_at, kind, actor_id, record FROM ticket_event ORDER BY record, event_id"


def test_zendesk_tickets(load_files: LoadFiles) -> None:
    """Times are UTC; a ticket's severity and kind are those that its words mean."""
    table = (
        "id,_fivetran_synced,created_at,organization_id,priority,requester_id,status,type,via_channel,merged_ticket_ids\n"
        '38,2026-07-20 02:32:49.426,2026-07-06 09:10:00,61,urgent,9,closed,question,email,"[37, 36]"\n'
        "39,2026-07-20 02:32:49.426,2026-07-06 09:11:00.999,,,8,open,,sample_ticket,[]\n"
        "40,2026-07-20 02:32:49.426,,,,8,open,,web,[]\n"
    )
    done = load_files({"t.csv": table}, source("t.csv", "fivetran_zendesk_ticket_csv"))
    assert done.rows(
        "SELECT ticket_id, opened_at, customer_id, requester, severity, request_type, status, channel, excluded_as "
        "FROM ticket ORDER BY 1"
    ) == [
        (
            *("38", instant("2026-07-06T09:10:00"), "61", "9", "critical", "how_to", "closed"),
            *("email", None),
        ),
        ("39", instant("2026-07-06T09:11:00"), None, "8", None, None, "open", "sample_ticket", "test"),
    ]
    assert done.rejects() == [("t.csv", 3, 4, "opened_at", None, "is required and empty")]
    assert done.loaded.warnings == ()


def test_zendesk_comments(load_files: LoadFiles) -> None:
    """A public comment is a reply, another one a note; one that does not say is left out."""
    table = (
        "id,_fivetran_synced,body,created,public,ticket_id,user_id\n"
        '7001,2026-07-20 02:32:49,"Hello,\nwe look at it.",2026-07-06 09:25:00,TRUE,38,5\n'
        "7002,2026-07-20 02:32:49,x,2026-07-06 09:26:00,false,38,\n"
        "7003,2026-07-20 02:32:49,x,2026-07-06 09:27:00,,38,5\n"
    )
    done = load_files({"c.csv": table}, source("c.csv", "fivetran_zendesk_ticket_comment_csv"))
    assert done.rows(EVENTS) == [
        ("7001", "38", instant("2026-07-06T09:25:00"), "reply", "5", 1),
        ("7002", "38", instant("2026-07-06T09:26:00"), "note", None, 2),
    ]
    assert done.rejects() == [("c.csv", 3, 5, "kind", None, "is required and empty")]


def test_zendesk_field_history(load_files: LoadFiles) -> None:
    """States and assignments are events; changes of other fields are read and are none."""
    table = (
        "field_name,ticket_id,updated,_fivetran_synced,user_id,value\n"
        "status,38,2026-07-06 09:10:00,2026-07-20 02:32:49,9,new\n"
        "assignee_id,38,2026-07-06 09:11:00,2026-07-20 02:32:49,5,5\n"
        "priority,38,2026-07-06 09:12:00,2026-07-20 02:32:49,5,urgent\n"
        "status,38,2026-07-06 09:13:00,2026-07-20 02:32:49,5,solved\n"
        "status,38,2026-07-06 09:13:00,2026-07-20 02:32:49,,closed\n"
    )
    done = load_files({"h.csv": table}, source("h.csv", "fivetran_zendesk_ticket_field_history_csv"))
    assert done.rows(
        "SELECT ticket_id, occurred_at, kind, actor_id, record FROM ticket_event ORDER BY record"
    ) == [
        ("38", instant("2026-07-06T09:10:00"), "status", "9", 1),
        ("38", instant("2026-07-06T09:11:00"), "assign", "5", 2),
        ("38", instant("2026-07-06T09:13:00"), "resolve", "5", 4),
        ("38", instant("2026-07-06T09:13:00"), "close", None, 5),
    ]
    assert done.values("SELECT count(DISTINCT event_id) FROM ticket_event") == [4]
    assert done.counts() == (5, 5, 0)


def test_jira(load_files: LoadFiles) -> None:
    """Issues, comments and history meet in the issue's number; what a priority's number means, the user says."""
    files = {
        "i.csv": (
            "id,created,key,parent_id,priority,reporter,resolved,status,summary\n"
            "10011,2026-07-06 09:10:00,TP-8,,1,5c3,2026-07-06 12:30:00,3,Mail\n"
            "10012,2026-07-06 09:11:00,TP-9,10011,,5ed,,10003,Quota\n"
        ),
        "c.csv": (
            "id,author_id,body,created,is_public,issue_id,update_author_id,updated\n"
            "20001,5c3,x,2026-07-06 09:25:00.724,true,10011,5c3,2026-07-06 09:25:00.724\n"
            "20002,5c3,x,2026-07-06 09:26:00.724,false,10011,5c3,2026-07-06 09:26:00.724\n"
        ),
        "h.csv": (
            "field_id,issue_id,time,value,is_active,author_id\n"
            "status,10011,2026-07-06 09:27:00.500,3,true,5c3\n"
            "assignee,10011,2026-07-06 09:28:00.500,5c3,true,5c3\n"
            "summary,10011,2026-07-06 09:29:00.500,Mail,true,5c3\n"
            "resolution,10011,2026-07-06 12:30:00.500,10000,true,5c3\n"
            "resolution,10012,2026-07-06 12:31:00.500,,true,5ed\n"
        ),
    }
    done = load_files(
        files,
        source(
            "i.csv",
            "fivetran_jira_issue_csv",
            columns='{ severity = "priority" }',
            values='{ severity = { "1" = "critical" } }',
        )
        + source("c.csv", "fivetran_jira_comment_csv")
        + source("h.csv", "fivetran_jira_issue_field_history_csv"),
    )
    assert done.rows(
        "SELECT ticket_id, opened_at, parent_id, requester, severity, status, resolved_at FROM ticket ORDER BY 1"
    ) == [
        (
            *("10011", instant("2026-07-06T09:10:00"), None, "5c3", "critical", "3"),
            instant("2026-07-06T12:30:00"),
        ),
        ("10012", instant("2026-07-06T09:11:00"), "10011", "5ed", None, "10003", None),
    ]
    assert done.rows(
        "SELECT ticket_id, occurred_at, kind, actor_id FROM ticket_event ORDER BY occurred_at"
    ) == [
        ("10011", instant("2026-07-06T09:25:00"), "reply", "5c3"),
        ("10011", instant("2026-07-06T09:26:00"), "note", "5c3"),
        ("10011", instant("2026-07-06T09:27:00"), "status", "5c3"),
        ("10011", instant("2026-07-06T09:28:00"), "assign", "5c3"),
        ("10011", instant("2026-07-06T12:30:00"), "resolve", "5c3"),
        ("10012", instant("2026-07-06T12:31:00"), "status", "5ed"),
    ]
    assert done.counts() == (9, 9, 0)


def test_servicenow_tasks(load_files: LoadFiles) -> None:
    """Of ServiceNow's tasks the incidents are tickets."""
    table = (
        "sys_id,closed_at,company_value,contact_type,number,opened_at,priority,state,sys_class_name\n"
        "a9e3,2026-07-07 08:00:00,c0de,phone,INC0010001,2026-07-06 09:10:00,1,7,incident\n"
        "a9e4,,,event,INC0010002,2026-07-06 09:11:00,,1,incident\n"
        "a9e5,,,,CHG0000002,2026-07-06 09:12:00,4,1,change_request\n"
    )
    done = load_files({"t.csv": table}, source("t.csv", "fivetran_servicenow_task_csv"))
    assert done.rows(
        "SELECT ticket_id, opened_at, closed_at, customer_id, severity, status, channel, excluded_as FROM ticket ORDER BY 1"
    ) == [
        (
            *("INC0010001", instant("2026-07-06T09:10:00"), instant("2026-07-07T08:00:00"), "c0de"),
            *("critical", "7", "phone", None),
        ),
        ("INC0010002", instant("2026-07-06T09:11:00"), None, None, None, "1", "event", "monitoring"),
    ]
    assert done.counts() == (3, 3, 0)
