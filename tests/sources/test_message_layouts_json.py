"""Mails, traces and messages as interfaces answer them: little answers in the vendors' shapes, and their rows."""

import json
from typing import Any

import pytest

from tests.sources.loading import LoadFiles, instant, source
from tests.sources.mails import DOMAINS

SENT = instant("2026-07-01T08:00:00")


def people(*addresses: str) -> list[dict[str, Any]]:
    """Return recipients as Microsoft Graph lists them."""
    return [{"emailAddress": {"name": one.partition("@")[0], "address": one}} for one in addresses]


def graph_mail(number: int, **fields: object) -> dict[str, Any]:
    """Return a mail from the help desk to Kim."""
    usual = {
        "@odata.etag": 'W/"x"',
        "id": f"AAMk{number}",
        "internetMessageId": f"<{number}@fabrikam.example>",
        "conversationId": "AAQk1",
        "subject": "Your request",
        "sentDateTime": "2026-07-01T08:00:00Z",
        "receivedDateTime": "2026-07-01T08:00:02Z",
        "isDraft": False,
        "from": people("Help@fabrikam.example")[0],
        "sender": people("bot@fabrikam.example")[0],
        "toRecipients": people("Kim@contoso.example"),
        "ccRecipients": [],
        "bccRecipients": [],
    }
    return {**usual, **fields}


@pytest.mark.parametrize("shape", ["pages", "lines", "list"])
def test_graph_mail(load_files: LoadFiles, shape: str) -> None:
    """A row for each recipient of every kind; drafts are left aside; hidden recipients are unknown."""
    headers = [
        {"name": "In-Reply-To", "value": "<0@contoso.example>"},
        {"name": "Auto-Submitted", "value": "auto-replied"},
    ]
    mails = [
        graph_mail(
            1, ccRecipients=people("lee@contoso.example"), bccRecipients=people("ops@fabrikam.example")
        ),
        graph_mail(2, isDraft=True),
        graph_mail(3, toRecipients=[], internetMessageHeaders=headers),
        graph_mail(4, internetMessageId=None, **{"from": None}),
    ]
    content = {
        "pages": json.dumps({"@odata.context": "x", "value": mails, "@odata.nextLink": "y"}),
        "lines": "\n".join(json.dumps(one) for one in mails),
        "list": json.dumps(mails),
    }[shape]
    done = load_files({"m.json": content}, source("m.json", "graph_mail_json") + DOMAINS)
    assert done.rows(
        "SELECT message_id, recipient, sender, direction, customer_id, in_reply_to_id, is_automated, thread_id, sent_at, "
        "record FROM message ORDER BY ALL"
    ) == [
        ("<1@fabrikam.example>", "kim@contoso.example", "help@fabrikam.example", "outbound", "c1", None, None, "AAQk1", SENT, 1),
        ("<1@fabrikam.example>", "lee@contoso.example", "help@fabrikam.example", "outbound", "c1", None, None, "AAQk1", SENT, 1),
        ("<1@fabrikam.example>", "ops@fabrikam.example", "help@fabrikam.example", "inbound", None, None, None, "AAQk1", SENT, 1),
        ("<3@fabrikam.example>", "unknown", "help@fabrikam.example", "outbound", None, "<0@contoso.example>", True, "AAQk1", SENT, 3),
        ("AAMk4", "kim@contoso.example", "bot@fabrikam.example", "outbound", "c1", None, None, "AAQk1", SENT, 4),
    ]  # fmt: skip
    assert done.counts() == (4, 4, 0)


def test_graph_message_trace(load_files: LoadFiles) -> None:
    """A record a recipient; what became of a mail stands in the interface's own words."""
    records = [
        {
            "id": f"guid-{number}",
            "senderAddress": "help@fabrikam.example",
            "recipientAddress": f"K{number}@contoso.example",
            "messageId": "<1@fabrikam.example>",
            "receivedDateTime": "2026-07-01T08:00:00.1234567Z",
            "subject": "s",
            "status": status,
            "size": 1,
            "fromIP": None,
            "toIP": "192.0.2.1",
        }
        for number, status in enumerate(["delivered", "failed", "filteredAsSpam", "pending", "gettingStatus"])
    ]
    done = load_files(
        {"t.json": json.dumps({"value": records})}, source("t.json", "graph_message_trace_json") + DOMAINS
    )
    assert done.rows("SELECT recipient, delivery_status, customer_id, sent_at FROM message ORDER BY 1") == [
        (f"k{number}@contoso.example", status, "c1", SENT)
        for number, status in enumerate(["delivered", "bounced", "quarantined", "deferred", "unknown"])
    ]
    assert done.loaded.warnings == ()


def test_teams_messages(load_files: LoadFiles) -> None:
    """A message stands in a chat or a channel, which is its recipient; what Teams itself reports is none."""

    def message(number: int, **fields: object) -> dict[str, Any]:
        usual = {
            "id": str(1782892800000 + number),
            "replyToId": None,
            "messageType": "message",
            "createdDateTime": "2026-07-01T08:00:00.123Z",
            "lastModifiedDateTime": "2026-07-01T08:00:00.123Z",
            "subject": None,
            "chatId": "19:chat@thread.v2",
            "channelIdentity": None,
            "from": {"application": None, "device": None, "user": {"id": "u1", "displayName": "Anna"}},
            "body": {"contentType": "html", "content": "<p>Hello</p>"},
        }
        return {**usual, **fields}

    channel = {"teamId": "t1", "channelId": "19:channel@thread.tacv2"}
    bot = {"application": {"id": "b1", "displayName": "Desk bot"}, "device": None, "user": None}
    messages = [
        message(0),
        message(1, messageType="systemEventMessage", **{"from": None}),
        message(2, chatId=None, channelIdentity=channel, replyToId="1782892800000", **{"from": bot}),
        message(3, **{"from": None}),
        message(0, lastModifiedDateTime="2026-07-01T08:05:00Z", subject="edited"),
    ]
    done = load_files(
        {"c.json": json.dumps({"value": messages})}, source("c.json", "teams_messages_json") + DOMAINS
    )
    assert done.rows(
        "SELECT message_id, recipient, sender, subject, in_reply_to_id, thread_id, is_automated, direction, customer_id, "
        "sent_at FROM message ORDER BY 1"
    ) == [
        ("1782892800000", "19:chat@thread.v2", "u1", "edited", None, "1782892800000", None, "unknown", None, SENT),
        ("1782892800002", "19:channel@thread.tacv2", "b1", None, "1782892800000", "1782892800000", True, "unknown", None, SENT),
    ]  # fmt: skip
    assert done.counts() == (5, 5, 0)


def test_servicenow_journal(load_files: LoadFiles) -> None:
    """Comments are replies and work notes are notes, of the ticket whose sys_id they name; other fields are none."""
    rows = [("s1", "comments"), ("s2", "work_notes"), ("s3", "description")]
    records = [
        {"sys_id": key, "element_id": "t1", "element": element, "name": "incident", "value": "text",
         "sys_created_on": "2026-07-01 08:00:00", "sys_created_by": "anna"}
        for key, element in rows
    ]  # fmt: skip
    expected = [("s1", "t1", SENT, "reply", "anna"), ("s2", "t1", SENT, "note", "anna")]
    query = "SELECT event_id, ticket_id, occurred_at, kind, actor_id FROM ticket_event ORDER BY 1"
    done = load_files(
        {"j.json": json.dumps({"result": records})}, source("j.json", "servicenow_journal_json")
    )
    assert done.rows(query) == expected
    lines = [",".join(records[0]), *(",".join(one.values()) for one in records)]
    content = "\n".join(lines).replace("08:00:00", "10:00:00")
    zone = '"Europe/Berlin"'
    done = load_files({"j.csv": content}, source("j.csv", "servicenow_journal_csv", timezone=zone))
    assert done.rows(query) == expected
    assert done.counts() == (3, 3, 0)
