"""The layouts of the Exchange message trace: little files in the vendor's shapes, and the messages they become."""

import json

import pytest

from tests.sources.loading import LoadFiles, instant, source

TRACE_HEADER = "Organization,MessageId,Received,SenderAddress,RecipientAddress,Subject,Status,ToIP,FromIP,Size,MessageTraceId,StartDate,EndDate,Index"
DOMAINS = """
[[data.customer_domain]]
customer_id = "c1"
domain = "contoso.example"
"""
MESSAGES = "SELECT message_id, recipient, sent_at, sender, direction, customer_id, delivery_status FROM message ORDER BY ALL"


def test_message_trace_csv(load_files: LoadFiles) -> None:
    """Direction and customer follow from the domains; overlapping downloads give one message once."""
    rows = [
        "o,<1@x>,2026-07-05T18:10:13.4907658,a@FABRIKAM.example,kim@contoso.example,s,Delivered,,,1,,,,0",
        "o,<1@x>,2026-07-05T18:10:13.4907658Z,a@fabrikam.example,Lee <lee@sub.contoso.example>,s,Failed,,,1,,,,1",
        "o,<2@x>,2026-07-05 18:10:13,kim@contoso.example,help@mail.fabrikam.example,s,Quarantined,,,1,,,,2",
        "o,<3@x>,2026-07-05T18:10:13.4907658Z,azure-noreply@microsoft.com,kim@contoso.example,s,GettingStatus,,,1,,,,3",
        "o,<4@x>,2026-07-05T18:10:13Z,azure-noreply@microsoft.com,help@fabrikam.example,s,Pending,,,1,,,,4",
        "o,<1@x>,2026-07-05T18:10:13.4907658,a@fabrikam.example,kim@contoso.example,s,Delivered,,,1,,,,0",
        "o,<5@x>,2026-07-05T18:10:13Z,x@notmicrosoft.com,kim@notfabrikam.example,s,Delivered,,,1,,,,4",
    ]
    done = load_files(
        {"m.csv": "\r\n".join([TRACE_HEADER, *rows])}, source("m.csv", "exchange_message_trace_csv") + DOMAINS
    )
    sent = instant("2026-07-05T18:10:13")
    assert done.rows(MESSAGES) == [
        ("<1@x>", "kim@contoso.example", sent, "a@fabrikam.example", "outbound", "c1", "delivered"),
        ("<1@x>", "lee@sub.contoso.example", sent, "a@fabrikam.example", "outbound", "c1", "bounced"),
        ("<2@x>", "help@mail.fabrikam.example", sent, "kim@contoso.example", "inbound", "c1", "quarantined"),
        ("<3@x>", "kim@contoso.example", sent, "azure-noreply@microsoft.com", "third_party", "c1", "unknown"),
        ("<4@x>", "help@fabrikam.example", sent, "azure-noreply@microsoft.com", "inbound", None, "deferred"),
        ("<5@x>", "kim@notfabrikam.example", sent, "x@notmicrosoft.com", "outbound", None, "delivered"),
    ]
    assert done.counts() == (7, 7, 0)
    assert done.loaded.warnings == ()


def test_message_trace_in_the_culture_of_a_shell(load_files: LoadFiles) -> None:
    """Export-Csv writes times in the shell's culture; a declared format reads them, #TYPE is skipped."""
    rows = (
        "#TYPE Selected.Microsoft.Exchange\r\n"
        '"MessageId","Received","SenderAddress","RecipientAddress","Subject","Status"\r\n'
        '"<1@x>","9/5/2026 6:10:13 PM","a@fabrikam.example","kim@contoso.example","a, b","Delivered"\r\n'
    )
    done = load_files(
        {"m.csv": rows}, source("m.csv", "exchange_message_trace_csv", date_format='"%m/%d/%Y %I:%M:%S %p"')
    )
    assert done.rows("SELECT sent_at, subject, record FROM message") == [
        (instant("2026-09-05T18:10:13"), "a, b", 1)
    ]


@pytest.mark.parametrize("shape", ["lines", "list", "odata"])
def test_message_trace_json(load_files: LoadFiles, shape: str) -> None:
    """The trace is read from one object a line, from a list, and from the service's own answer."""
    records = [
        {
            "MessageId": f"<{n}@x>",
            "Received": "2026-07-05T18:10:13.4907658",
            "SenderAddress": "a@fabrikam.example",
            "RecipientAddress": "kim@contoso.example",
            "Status": "Delivered",
        }
        for n in (1, 2)
    ]
    content = {
        "lines": "\n".join(json.dumps(one) for one in records),
        "list": json.dumps(records, indent=1),
        "odata": json.dumps({"odata.metadata": "x", "value": records}),
    }[shape]
    done = load_files({"m.json": content}, source("m.json", "exchange_message_trace_json"))
    assert done.rows("SELECT message_id, sent_at, record FROM message ORDER BY record") == [
        ("<1@x>", instant("2026-07-05T18:10:13"), 1),
        ("<2@x>", instant("2026-07-05T18:10:13"), 2),
    ]


def test_trace_summary_lists_recipients_in_one_field(load_files: LoadFiles) -> None:
    """Each recipient of the summary download becomes a row with a status of its own; rows lead to their record."""
    content = (
        "origin_timestamp_utc,sender_address,recipient_status,message_subject,total_bytes,message_id\n"
        '2026-07-05T18:10:13.4907658Z,a@fabrikam.example,"kim@contoso.example##Receive, Send;lee@contoso.example##Receive, '
        'Fail; kim@contoso.example##Receive, Send",s,1,<1@x>\n'
        "2026-07-05T18:10:13Z,a@fabrikam.example,,s,1,<2@x>\n"
        "2026-07-05T18:10:13Z,a@fabrikam.example,kim@contoso.example##Dropped,s,1,<3@x>\n"
    )
    done = load_files({"m.csv": content}, source("m.csv", "exchange_message_trace_summary_csv") + DOMAINS)
    assert done.rows(
        "SELECT message_id, recipient, delivery_status, direction, customer_id, record FROM message ORDER BY ALL"
    ) == [
        ("<1@x>", "kim@contoso.example", "delivered", "outbound", "c1", 1),
        ("<1@x>", "lee@contoso.example", "bounced", "outbound", "c1", 1),
        ("<3@x>", "kim@contoso.example", "unknown", "outbound", "c1", 3),
    ]
    assert done.rejects() == [("m.csv", 2, 3, "recipient", None, "is required and empty")]
    assert done.counts() == (3, 2, 1)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8"])
@pytest.mark.parametrize("date_field", ["date_time_utc", "date_time", "date"])
def test_trace_extended_collapses_the_steps_of_a_message(
    load_files: LoadFiles, encoding: str, date_field: str
) -> None:
    """A message was sent at its first step, and its last step for a recipient tells what became of it."""
    fields = (
        f"{date_field},client_ip,client_hostname,server_ip,server_hostname,source_context,connector_id,source,event_id,"
        "internal_message_id,message_id,network_message_id,recipient_address,recipient_status,total_bytes,"
        "recipient_count,related_recipient_address,reference,message_subject,sender_address,return_path,message_info,"
        "directionality,tenant_id,original_client_ip,original_server_ip,custom_data"
    ).split(",")

    def step(at: str, event: str, recipient: str, message: str = "<1@x>") -> str:
        told = {
            date_field: at,
            "event_id": event,
            "message_id": message,
            "network_message_id": "guid-1",
            "recipient_address": recipient,
            "sender_address": "a@fabrikam.example",
        }
        return ",".join(told.get(field, "") for field in fields)

    content = "\r\n".join(
        [
            ",".join(fields),
            step("2026-07-05T18:10:15.5Z", "DELIVER", "kim@contoso.example"),
            step("2026-07-05T18:10:13.2Z", "RECEIVE", "kim@contoso.example;lee@contoso.example"),
            step("2026-07-05T18:10:19Z", "FAIL", "lee@contoso.example"),
            step("2026-07-05T18:10:12Z", "HAREDIRECT", "kim@contoso.example;lee@contoso.example"),
            step("2026-07-05T18:10:14Z", "DEFER", "lee@contoso.example"),
            step("2026-07-05T18:11:14Z", "RECEIVE", "kim@contoso.example", ""),
        ]
    )
    done = load_files(
        {"m.csv": content.encode(encoding)}, source("m.csv", "exchange_message_trace_extended_csv") + DOMAINS
    )
    assert done.rows(
        "SELECT message_id, recipient, sent_at, delivery_status, direction, record FROM message ORDER BY ALL"
    ) == [
        ("<1@x>", "kim@contoso.example", instant("2026-07-05T18:10:13"), "delivered", "outbound", 1),
        ("<1@x>", "lee@contoso.example", instant("2026-07-05T18:10:13"), "bounced", "outbound", 3),
        ("guid-1", "kim@contoso.example", instant("2026-07-05T18:11:14"), "unknown", "outbound", 6),
    ]
    assert done.counts() == (6, 6, 0)
    assert done.loaded.warnings == ()


def test_records_keep_their_numbers_behind_a_damaged_file(load_files: LoadFiles) -> None:
    """A trace file with a NUL byte is left out as a whole; the records of the next file are still numbered from 1."""
    line = "o,<{0}@fabrikam.example>,2026-07-01T10:00:00,a@fabrikam.example,b@contoso.example,s{1},Delivered,,,1,x,,,0\n"
    damaged = TRACE_HEADER + "\n" + line.format("m1", "\0") + line.format("m2", "")
    sound = TRACE_HEADER + "\n" + line.format("m3", "") + line.format("m4", "")
    done = load_files(
        {"t1.csv": damaged, "t2.csv": sound}, source("t*.csv", "exchange_message_trace_csv") + DOMAINS
    )
    assert done.rows("SELECT message_id, file, record FROM message ORDER BY ALL") == [
        ("<m3@fabrikam.example>", "t2.csv", 1),
        ("<m4@fabrikam.example>", "t2.csv", 2),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("9/5/2026 6:10:13 PM", "9/25/2026 6:10:13 AM"),
        ("05.09.2026 18:10:13", "25.09.2026 06:10:13"),
        ("05/09/2026 18:10:13", "25/09/2026 06:10:13"),
    ],
)
def test_the_culture_of_a_shell_is_told_by_its_times(load_files: LoadFiles, first: str, second: str) -> None:
    """Export-Csv in any country: which number is the month is told by the days that can only be days."""
    head = '#TYPE Selected.System.Object\r\n"MessageId","Received","SenderAddress","RecipientAddress","Status"\r\n'
    rows = "".join(
        f'"<{number}@x>","{when}","a@fabrikam.example","kim@contoso.example","Delivered"\r\n'
        for number, when in enumerate([first, second])
    )
    done = load_files({"m.csv": head + rows}, source("m.csv", "exchange_message_trace_csv"))
    assert done.values("SELECT sent_at FROM message ORDER BY message_id") == [
        instant("2026-09-05T18:10:13"),
        instant("2026-09-25T06:10:13"),
    ]
