"""Messages find their tickets by subject, tracking id, thread and answer; evidence for two tickets is none."""

import pytest

from tests.linking.test_payments import _told
from tests.sources.loading import LoadFiles, Loading, source

TICKET_HEAD = "ticket_id,opened_at,customer_id,merged_into_id"
MAIL_HEAD = "message_id,recipient,sent_at,subject,ticket_id,customer_id,in_reply_to_id,thread_id"
KIND = "message_to_ticket"


def _load(
    load_files: LoadFiles,
    tickets: list[str],
    mail: list[str],
    *,
    requests: tuple[str, ...] = (),
    links: tuple[str, ...] = (),
) -> Loading:
    files = {
        "t.csv": "\n".join([TICKET_HEAD, *tickets, ""]),
        "m.csv": "\n".join([MAIL_HEAD, *(_row(one) for one in mail), ""]),
    }
    sources = source("t.csv", "ticket") + source("m.csv", "message")
    if requests:
        rows = [f"{one},2026-07-01T08:00:00Z" for one in requests]
        files["r.csv"] = "\n".join(["request_id,opened_at", *rows, ""])
        sources += source("r.csv", "service_request")
    if links:
        files["l.csv"] = "\n".join(["request_id,ticket_id", *links, ""])
        sources += source("l.csv", "service_request_ticket")
    return load_files(files, sources)


def _row(short: str) -> str:
    """Fill in recipient and time: ``id|subject|ticket|customer|answers|thread``."""
    cells = [*short.split("|"), *[""] * 6][:6]
    return ",".join(
        [cells[0], "a@x.example", "2026-07-05T08:00:00Z", *(f'"{one}"' if one else "" for one in cells[1:])]
    )


def _tickets(done: Loading) -> list[tuple[str, str | None]]:
    return [(row[0], row[1]) for row in done.rows("SELECT message_id, ticket_id FROM message ORDER BY 1")]


@pytest.mark.parametrize(
    ("ticket", "subject"),
    [
        ("1234", "Re: [#1234] Outlook does not start"),
        ("1234", "Ticket #1234: Outlook"),
        ("7", "AW: Vorgang #7"),
        ("123456", "Ihre Anfrage Nr. 123456"),
        ("INC0010023", "INC0010023 has been resolved"),
        ("CAS-01234-X1Y2Z3", "Case created: cas-01234-x1y2z3"),
        ("ABC-123", "[JIRA] (ABC-123) Outlook"),
        ("T20261012.0040", "T20261012.0040 - Outlook"),
        ("42", "チケット#\uff14\uff12 について"),
        ("2210120040001234", "TrackingID#2210120040001234"),
    ],
)
def test_a_subject_names_a_ticket(load_files: LoadFiles, ticket: str, subject: str) -> None:
    """Ids as ticket desks write them into subjects lead to the ticket, where there is one."""
    done = _load(load_files, [f"{ticket},2026-07-01T08:00:00Z,,"], [f"m|{subject}"])
    assert _tickets(done) == [("m", ticket)]


@pytest.mark.parametrize(
    ("ticket", "subject"),
    [
        ("1234", "Invoice #1234"),
        ("2", "Request 2 of 3"),
        ("1234", "Ticket 1234"),
        ("1234", "Ticket #12345"),
        ("1234", "1234"),
        ("365", "Microsoft 365: our case"),
        ("T14", "ThinkPad T14"),
        ("ABC-123", "ABC-1234"),
    ],
)
def test_a_number_is_not_a_ticket(load_files: LoadFiles, ticket: str, subject: str) -> None:
    """A number that does not stand as an id, and an id that is another one, lead to no ticket."""
    done = _load(load_files, [f"{ticket},2026-07-01T08:00:00Z,,"], [f"m|{subject}"])
    assert _tickets(done) == [("m", None)]
    assert _told(done, KIND) == (1, {}, 0, 1)


def test_contradicting_evidence_links_nothing(load_files: LoadFiles) -> None:
    """Two tickets in a subject, a ticket of another customer, one opened later: no link. Merged tickets are one."""
    tickets = [
        "11111,2026-07-01T08:00:00Z,c1,",
        "22222,2026-07-01T08:00:00Z,c2,",
        "33333,2026-07-06T08:00:00Z,,",
        "44444,2026-07-06T08:00:01Z,,",
        "55555,2026-07-01T08:00:00Z,,11111",
    ]
    mail = [
        "a|Ticket #11111 and ticket #22222",
        "b|Ticket #11111||c2",
        "c|Ticket #11111||c1",
        "d|Ticket #33333",
        "e|Ticket #44444",
        "f|Ticket #55555, before ticket #11111",
        "g|Ticket #11111|22222",
    ]
    done = _load(load_files, tickets, mail)
    assert _tickets(done) == [
        ("a", None),
        ("b", None),
        ("c", "11111"),
        ("d", "33333"),
        ("e", None),
        ("f", "11111"),
        # what the export says stays
        ("g", "22222"),
    ]
    assert _told(done, KIND) == (6, {"subject": 3}, 2, 1)


def test_threads_and_answers_carry_the_ticket_on(load_files: LoadFiles) -> None:
    """A thread with one ticket, and a chain of answers to mail with one, belong to it; with two they belong to none."""
    tickets = ["11111,2026-07-01T08:00:00Z,,", "22222,2026-07-01T08:00:00Z,,"]
    mail = [
        "a|hello||||t1",
        "b|hello|11111|||t1",
        "c|hello||||t2",
        "d|hello|11111|||t2",
        "e|hello|22222|||t2",
        "f|hello|||b",
        "g|hello|||f",
        "h|hello|||g",
        "i|Ticket #22222|||g",
        "j|hello|||i",
        "k|hello|||nowhere",
    ]
    done = _load(load_files, tickets, mail)
    assert dict(_tickets(done)) == {
        "a": "11111",
        "b": "11111",
        "c": None,
        "d": "11111",
        "e": "22222",
        "f": "11111",
        "g": "11111",
        "h": "11111",
        "i": None,
        "j": None,
        "k": None,
    }
    assert _told(done, KIND) == (8, {"thread": 1, "reply": 3}, 3, 1)


def test_requests_and_tickets_meet_in_mail(load_files: LoadFiles) -> None:
    """A tracking id is that of the request's ticket; the one ticket of the mail that bears it is the request's."""
    tickets = [f"{n}{n}{n}{n}{n},2026-07-01T08:00:00Z,," for n in range(1, 5)]
    requests = tuple(f"260701004000000{n}" for n in range(1, 6))
    mail = [
        "a|TrackingID#2607010040000001",
        "b|TrackingID#2607010040000002|22222",
        "c|RE: TrackingID#2607010040000002",
        "d|TrackingID#2607010040000003|33333",
        "e|TrackingID#2607010040000003|44444",
        "f|TrackingID#2607010040000003",
        "g|TrackingID#2607010040000004 ticket #44444",
        "h|TrackingID#2607010040000005",
    ]
    done = _load(load_files, tickets, mail, requests=requests, links=("2607010040000001,11111",))
    assert dict(_tickets(done)) == {
        "a": "11111",
        "b": "22222",
        "c": "22222",
        "d": "33333",
        "e": "44444",
        "f": None,
        "g": "44444",
        "h": None,
    }
    assert done.rows("SELECT request_id, ticket_id, file, record FROM service_request_ticket ORDER BY 1") == [
        ("2607010040000001", "11111", "l.csv", 1),
        ("2607010040000002", "22222", "m.csv", 2),
        ("2607010040000004", "44444", "m.csv", 7),
    ]
    assert _told(done, "request_to_ticket") == (4, {"tracking_id": 2}, 1, 1)
    assert _told(done, KIND) == (5, {"subject": 1, "tracking_id": 2}, 0, 2)
    # links found in mail are no export of links: what they leave out proves nothing
    assert done.values(
        "SELECT DISTINCT source_id FROM source_table WHERE table_name = 'service_request_ticket'"
    ) == ["l.csv"]
