"""One mail in several exports is one mail; two mails under one id are not."""

import json

from tests.sources.loading import LoadFiles, instant, source
from tests.sources.mails import DOMAINS, mail, mailbox

RECEIVED = "from a by b; Wed, 1 Jul 2026 10:00:05 +0200"
ROWS = "SELECT message_id, recipient, delivery_status, source_id, record FROM message ORDER BY ALL"


def test_copies_in_one_source(load_files: LoadFiles) -> None:
    """Of copies in two mailboxes one row a recipient stays; that one copy arrived is kept."""
    to = "kim@contoso.example, lee@contoso.example"
    files = {
        "a.mbox": mailbox([mail(1, To=to, Received=RECEIVED, Delivered_To="kim@contoso.example")]),
        "b.mbox": mailbox([mail(1, To=to, Received=RECEIVED, Delivered_To="lee@contoso.example")]),
    }
    done = load_files(files, source("*.mbox", "mail", id='"box"'))
    assert done.rows(ROWS) == [
        ("<1@fabrikam.example>", "kim@contoso.example", "delivered", "box", 1),
        ("<1@fabrikam.example>", "lee@contoso.example", "delivered", "box", 1),
    ]
    assert done.counts() == (2, 2, 0)


def test_copies_in_two_sources(load_files: LoadFiles) -> None:
    """What an earlier mailbox holds is passed over, and told; it is no reject, and other recipients stay."""
    files = {"a.mbox": mailbox([mail(1)]), "b.mbox": mailbox([mail(1, Cc="lee@contoso.example"), mail(2)])}
    done = load_files(files, source("a.mbox", "mail") + source("b.mbox", "mail"))
    assert done.rows(ROWS) == [
        ("<1@fabrikam.example>", "kim@contoso.example", None, "a.mbox", 1),
        ("<1@fabrikam.example>", "lee@contoso.example", None, "b.mbox", 1),
        ("<2@fabrikam.example>", "kim@contoso.example", None, "b.mbox", 2),
    ]
    assert done.counts() == (3, 3, 0)
    assert done.loaded.warnings == (
        "b.mbox: 1 record of message was passed over, as another export tells the same.",
    )


def test_two_mails_under_one_id(load_files: LoadFiles) -> None:
    """Sent more than an hour apart they are different: the later one is a reject, in one source and in two."""
    later = mail(1, Date="Wed, 1 Jul 2026 11:00:01 +0200", Subject="Another")
    near = mail(1, Date="Wed, 1 Jul 2026 11:00:00 +0200", Subject="A copy")
    reason = "repeats a key that an earlier record has"
    done = load_files({"a.mbox": mailbox([mail(1), later, near])}, source("a.mbox", "mail"))
    assert done.rows("SELECT subject, record FROM message") == [("A copy", 3)]
    assert done.rejects() == [("a.mbox", 2, None, "message_id", "<1@fabrikam.example>", reason)]
    assert done.counts() == (3, 2, 1)
    files = {"a.mbox": mailbox([mail(1)]), "b.mbox": mailbox([later, mail(2)])}
    done = load_files(files, source("a.mbox", "mail") + source("b.mbox", "mail"))
    assert done.values("SELECT record FROM message ORDER BY record") == [1, 2]
    assert done.rejects() == [("b.mbox", 1, None, "message_id", "<1@fabrikam.example>", reason)]


def test_a_mailbox_completes_a_trace(load_files: LoadFiles) -> None:
    """The trace tells what became of a mail, the mailbox which one it answers; a mail in both is one."""
    trace = {
        "MessageId": "<1@fabrikam.example>",
        "Received": "2026-07-01T08:00:03",
        "SenderAddress": "help@fabrikam.example",
        "RecipientAddress": "Kim@contoso.example",
        "Subject": "Request 1",
        "Status": "Failed",
    }
    files = {
        "t.json": json.dumps([trace]),
        "m.eml": mail(1, In_Reply_To="<0@contoso.example>"),
        "n.eml": mail(2),
    }
    sources = source("*.eml", "mail", id='"box"') + source(
        "t.json", "exchange_message_trace_json", id='"trace"'
    )
    done = load_files(files, sources + DOMAINS)
    assert done.rows(
        "SELECT message_id, sent_at, delivery_status, in_reply_to_id, source_id FROM message ORDER BY 1"
    ) == [
        ("<1@fabrikam.example>", instant("2026-07-01T08:00:03"), "bounced", "<0@contoso.example>", "trace"),
        ("<2@fabrikam.example>", instant("2026-07-01T08:00:00"), None, None, "box"),
    ]
    assert done.counts() == (3, 3, 0)


def test_a_mail_without_an_id_has_one_of_its_own(load_files: LoadFiles) -> None:
    """The same mail has the same id as a single mail and in a mailbox, with other line ends and quoted lines."""
    body = "From us to you\n>From before\nend\n"
    quoted = body.replace("From us", ">From us").replace(">From before", ">>From before")
    files = {
        "a.eml": mail(1, body, Message_ID="").replace("\n", "\r\n"),
        "b.mbox": mailbox([mail(1, quoted, Message_ID=""), mail(1, "Another text\n", Message_ID="")]),
    }
    done = load_files(files, source("[ab].*", "mail"))
    assert done.rows(
        "SELECT count(DISTINCT message_id), count(*), min(left(message_id, 7)) FROM message"
    ) == [(2, 2, "sha256:")]
