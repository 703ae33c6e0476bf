"""Mailboxes and single mails: every mail is found, and becomes a row for each of its recipients."""

import gzip

import pytest

from tests.sources.loading import LoadFiles, instant, source
from tests.sources.mails import DOMAINS, ENVELOPE, mail, mailbox

SENT = instant("2026-07-01T08:00:00")
IDS = "SELECT message_id FROM message ORDER BY record, recipient"


def test_a_mail_becomes_a_row_for_each_recipient(load_files: LoadFiles) -> None:
    """Recipients of To, Cc and Bcc are told once each; direction and customer follow from the domains."""
    text = mail(
        To='"Lee, Kim" <KIM@contoso.example>, undisclosed-recipients:;',
        Cc="Ops (all of them) <ops@tailspin.example>; kim@contoso.example",
        Bcc="audit@fabrikam.example",
        Subject="=?utf-8?Q?R=C3=A9ponse?=",
        In_Reply_To="Your mail of <q@contoso.example>",
        References="<first@contoso.example>\n\t<q@contoso.example>",
        Content_Language="fr, en",
        Auto_Submitted="no",
    )
    done = load_files({"m.eml": text}, source("m.eml", "mail") + DOMAINS)
    shared = (
        SENT,
        "help@fabrikam.example",
        "Réponse",
        "<q@contoso.example>",
        "<first@contoso.example>",
        "fr",
    )
    assert done.rows(
        "SELECT recipient, direction, customer_id, sent_at, sender, subject, in_reply_to_id, thread_id, language, "
        "is_automated, delivery_status, authentication, channel, record FROM message ORDER BY 1"
    ) == [
        ("audit@fabrikam.example", "inbound", None, *shared, False, None, None, "email", 1),
        ("kim@contoso.example", "outbound", "c1", *shared, False, None, None, "email", 1),
        ("ops@tailspin.example", "outbound", None, *shared, False, None, None, "email", 1),
    ]
    assert done.counts() == (1, 1, 0)
    assert done.loaded.assumptions == ()


@pytest.mark.parametrize(
    "envelope",
    [
        ENVELOPE,
        "From - Wed Jul 01 08:00:00 2026\n",
        "From 1234567890123456789@xxx Wed Jul 01 08:00:00 +0000 2026\n",
        "From help at fabrikam.example  Wed Jul  1 08:00:00 2026\n",
        "From MAILER-DAEMON Wed, 1 Jul 2026 08:00:00 +0000\n",
        "From someone@fabrikam.example Wed Jul  1 08:00 CEST 2026\n",
        "From \u201chelp\u201d@fabrikam.example Wed Jul  1 08:00:00 2026\n",
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_mailboxes_of_every_program(load_files: LoadFiles, envelope: str, line_end: str) -> None:
    """A mail begins where a line names a date and a header follows, whoever wrote the mailbox."""
    text = mailbox([mail(1), mail(2), mail(3)], envelope).replace("\n", line_end)
    done = load_files({"m.mbox": text}, source("m.mbox", "mail"))
    assert done.values(IDS) == [f"<{number}@fabrikam.example>" for number in (1, 2, 3)]
    assert done.values("SELECT DISTINCT subject FROM message ORDER BY 1") == [
        "Request 1", "Request 2", "Request 3",
    ]  # fmt: skip
    assert done.counts() == (3, 3, 0)


def test_lines_of_a_body_begin_no_mail(load_files: LoadFiles) -> None:
    """Neither "From " in a sentence nor a date in one begins a mail, and a quoted line does not either."""
    body = (
        "\nFrom now on we answer at once.\n\nFrom Monday Jul  6 10:00 2026 on\nsomebody answers\n"
        ">From help@fabrikam.example Wed Jul  1 08:00:00 2026\nMessage-ID: <no@x>\n"
    )
    done = load_files({"m.mbox": mailbox([mail(1, body), mail(2)])}, source("m.mbox", "mail"))
    assert done.values(IDS) == ["<1@fabrikam.example>", "<2@fabrikam.example>"]


def test_a_stated_length_goes_before_what_a_body_looks_like(load_files: LoadFiles) -> None:
    """What stands in a body of true stated length is no mail, and that is told; a wrong length is none."""
    body = f"See:\n\n{mailbox([mail(9)])}"
    true = mail(1, body, Content_Length=str(len(body)))
    done = load_files({"m.mbox": mailbox([true, mail(2)])}, source("m.mbox", "mail"))
    assert done.values(IDS) == ["<1@fabrikam.example>", "<2@fabrikam.example>"]
    assert "m.mbox: 1 lines in bodies look like" in done.loaded.assumptions[0]
    wrong = mail(1, body, Content_Length=str(len(body) + 40))
    done = load_files({"m.mbox": mailbox([wrong, mail(2)])}, source("m.mbox", "mail"))
    assert done.values(IDS) == ["<1@fabrikam.example>", "<9@fabrikam.example>", "<2@fabrikam.example>"]


def test_a_mail_without_body_or_empty_line(load_files: LoadFiles) -> None:
    """Headers may end with the file, or with the next mail."""
    text = ENVELOPE + mail(1, "").rstrip("\n") + "\n" + ENVELOPE + mail(2, "").rstrip("\n")
    done = load_files({"m.mbox": text}, source("m.mbox", "mail"))
    assert done.values(IDS) == ["<1@fabrikam.example>", "<2@fabrikam.example>"]


def test_a_packed_mailbox_longer_than_what_is_read_at_once(load_files: LoadFiles) -> None:
    """Mails are found wherever a piece of the file ends."""
    mails = [mail(number, f"{'x' * (number % 977)}\n" * 9) for number in range(1, 1501)]
    content = gzip.compress(mailbox(mails).encode(), 1)
    done = load_files({"m.mbox.gz": content}, source("m.mbox.gz", "mail"))
    assert done.rows("SELECT count(DISTINCT message_id), max(record) FROM message") == [(1500, 1500)]


def test_google_takeout(load_files: LoadFiles) -> None:
    """Drafts are left aside, in any language of Gmail's pages; a conversation has Gmail's own number."""
    labels = "=?UTF-8?Q?Entw=C3=BCrfe,Wichtig?="
    mails = [
        mail(1, X_GM_THRID="17", X_Gmail_Labels="Sent,Important", References="<a@x>"),
        mail(2, X_GM_THRID="17", X_Gmail_Labels=labels),
        mail(3, X_GM_THRID="18", X_Gmail_Labels="Posteingang,Drafts of contracts"),
    ]
    done = load_files({"m.mbox": mailbox(mails)}, source("m.mbox", "mail"))
    assert done.rows("SELECT message_id, thread_id FROM message ORDER BY 1") == [
        ("<1@fabrikam.example>", "17"),
        ("<3@fabrikam.example>", "18"),
    ]
    assert done.counts() == (3, 3, 0)
    assert done.loaded.assumptions == (
        "m.mbox: 1 mail has the mark of a draft that was never sent; drafts are left aside.",
    )


def test_a_public_archive_names_no_recipient(load_files: LoadFiles) -> None:
    """Where no header names a recipient it is unknown, and so is the direction, unless the partner wrote."""
    mails = [
        mail(1, To="", From="kim at contoso.example (Kim Lee)"),
        mail(2, To="", From="help at fabrikam.example (Help)"),
        mail(3, To="", From="k|m @end|ng |rom contoso@ex@mple (Kim Lee)"),
        mail(4, To="", List_Post="<mailto:users@lists.example>"),
    ]
    done = load_files({"m.mbox": mailbox(mails)}, source("m.mbox", "mail"))
    assert done.rows("SELECT sender, recipient, direction FROM message ORDER BY record") == [
        ("kim@contoso.example", "unknown", "unknown"),
        ("help@fabrikam.example", "unknown", "outbound"),
        ("k|m @end|ng |rom contoso@ex@mple (Kim Lee)", "unknown", "unknown"),
        ("help@fabrikam.example", "users@lists.example", "outbound"),
    ]
    assert done.loaded.assumptions == (
        "m.mbox: 3 mails have no recipient in any header; it stands as unknown.",
        "m.mbox: 1 mail has a sender whose address cannot be read.",
    )


def test_a_mail_arrived_where_a_server_says_so(load_files: LoadFiles) -> None:
    """The mailbox a mail came to is a recipient of its own where no other is of its domain; others' fate is open."""
    received = "from a by b; Wed, 1 Jul 2026 10:00:05 +0200"
    mails = [
        mail(1, Received=received, Delivered_To="kim@contoso.example"),
        mail(2, Received=received, Delivered_To="hidden@tailspin.example"),
        mail(3, Received=received, Delivered_To="inbox-7@contoso.example"),
        mail(4, Delivered_To="kim@contoso.example"),
    ]
    done = load_files({"m.mbox": mailbox(mails)}, source("m.mbox", "mail"))
    assert done.rows("SELECT record, recipient, delivery_status FROM message ORDER BY ALL") == [
        (1, "kim@contoso.example", "delivered"),
        (2, "hidden@tailspin.example", "delivered"),
        (2, "kim@contoso.example", None),
        (3, "kim@contoso.example", None),
        (4, "kim@contoso.example", None),
    ]


@pytest.mark.parametrize(
    ("headers", "sent", "told"),
    [
        ({"Date": "Wed, 1 Jul 2026 10:00:00 -0000"}, "10:00:00", "a date without a zone"),
        ({"Date": "Wed, 1 Jul 2026 10:00:00"}, "10:00:00", "a date without a zone"),
        ({"Date": "Wed, 1 Jul 2026 10:00:00 GMT+1"}, "09:00:00", ""),
        ({"Date": "nonsense", "Received": "x; Wed, 1 Jul 2026 10:00:00 +0200"}, "08:00:00", "no date"),
        ({"Date": "", "Received": "x; nonsense"}, "08:00:00", "in the line before the mail"),
        ({"Received": "x; Thu, 2 Jul 2026 10:00:00 +0200"}, "08:00:00", ""),
        ({"Received": "x; Tue, 30 Jun 2026 09:59:59 +0200"}, "07:59:59", "more than 24 hours"),
    ],
)
def test_when_a_mail_was_sent(load_files: LoadFiles, headers: dict[str, str], sent: str, told: str) -> None:
    """The mail's own date counts up to 24 hours from its receipt, then the receipt; what is assumed is told."""
    done = load_files({"m.mbox": mailbox([mail(1, **headers)])}, source("m.mbox", "mail"))
    assert done.values("SELECT strftime(sent_at, '%H:%M:%S') FROM message") == [sent]
    assert [told in text for text in done.loaded.assumptions] == ([True] if told else [])


def test_a_mail_without_any_time_is_left_out(load_files: LoadFiles) -> None:
    """Nothing tells when it was sent: a counted reject."""
    done = load_files({"a.eml": mail(1, Date="")}, source("a.eml", "mail"))
    assert done.counts() == (1, 0, 1)
    assert done.rejects() == [("a.eml", 1, None, "sent_at", None, "is required and empty")]


def test_the_line_before_a_mail_shows_the_source_s_own_clock(load_files: LoadFiles) -> None:
    """Its time is that of the source's zone where one is named; winter time and summer time are told apart."""
    text = mailbox([mail(1, Date="")])
    done = load_files({"m.mbox": text}, source("m.mbox", "mail", timezone='"Europe/Berlin"'))
    assert done.values("SELECT sent_at FROM message") == [instant("2026-07-01T06:00:00")]


@pytest.mark.parametrize(
    ("headers", "automated"),
    [
        ({"Auto_Submitted": "auto-replied (vacation)"}, True),
        ({"Precedence": "bulk"}, True),
        ({"Precedence": "bulk", "List_Id": "<users.lists.example>"}, None),
        ({"Precedence": "list"}, None),
        ({"Return_Path": "<>"}, True),
        ({"Return_Path": "<help@fabrikam.example>"}, None),
        ({"Content_Type": "multipart/report; report-type=delivery-status"}, True),
    ],
)
def test_whether_a_program_wrote_a_mail(
    load_files: LoadFiles, headers: dict[str, str], *, automated: bool | None
) -> None:
    """Only a header that says so makes a mail a program's; lists mark what people write."""
    done = load_files({"a.eml": mail(1, **headers)}, source("a.eml", "mail"))
    assert done.values("SELECT is_automated FROM message") == [automated]


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ("mx.example; dmarc=pass header.from=fabrikam.example", "pass"),
        ("spf=pass (p=none); dkim=fail; dmarc=fail action=none", "fail"),
        ("mx.example; dkim=pass header.d=fabrikam.example", "pass"),
        ("mx.example; dkim=pass header.d=elsewhere.example", "unknown"),
        ("mx.example; spf=pass smtp.mailfrom=help@fabrikam.example", "pass"),
        ("mx.example; spf=fail smtp.mailfrom=help@fabrikam.example", "unknown"),
        ("mx.example; spf=none; dkim=none", "none"),
        ("mx.example; dmarc=pass; dmarc=fail", "unknown"),
        ("mx.example (dmarc=fail in a comment); dmarc=pass", "pass"),
    ],
)
def test_authentication_is_the_last_server_s(load_files: LoadFiles, results: str, expected: str) -> None:
    """The topmost result counts, since those below may be the sender's own; what aligns with the sender passes."""
    text = f"Authentication-Results: {results}\nAuthentication-Results: forged; dmarc=fail\n{mail(1)}"
    done = load_files({"a.eml": text}, source("a.eml", "mail"))
    assert done.values("SELECT authentication FROM message") == [expected]
