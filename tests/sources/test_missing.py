"""Records that others name and no export holds: found by what names them, and dated by when."""

from cspaudit.model.result import MissingGroup
from tests.sources.loading import TICKETS, TWO_PARTNERS, LoadFiles, instant, source

EVENTS = source("e.csv", "ticket_event")
EVENT_HEADER = "event_id,ticket_id,occurred_at,kind\n"
TICKET_HEADER = "ticket_id,opened_at,customer_id\n"
MISSING = (
    "SELECT table_name, record_id, named_in || '.' || field, file, record, named_at, matters_until "
    "FROM missing_record ORDER BY ALL"
)


def test_a_ticket_that_only_events_name_is_missing_from_its_first_event_on(load_files: LoadFiles) -> None:
    """It is no younger than its first event; the first record that names it tells where."""
    events = f"{EVENT_HEADER}1,T1,2026-07-02T08:00:00Z,note\n2,T2,2026-07-05T08:00:00Z,note\n3,T2,2026-07-03T08:00:00Z,note\n"
    done = load_files(
        {"t.csv": f"{TICKET_HEADER}T1,2026-07-01T08:00:00Z,\n", "e.csv": events}, TICKETS + EVENTS
    )
    first = instant("2026-07-03T08:00:00")
    assert done.rows(MISSING) == [("ticket", "T2", "ticket_event.ticket_id", "e.csv", 2, first, first)]
    assert done.loaded.missing == {
        "fabrikam": (MissingGroup("ticket", "ticket_event", "ticket_id", 1, "T2", "e.csv", 2),)
    }


def test_nothing_is_missing_from_an_export_that_the_partner_does_not_have(load_files: LoadFiles) -> None:
    """Without any export of tickets their absence is a gap of the checks, not a thousand missing records."""
    done = load_files({"e.csv": f"{EVENT_HEADER}1,T1,2026-07-02T08:00:00Z,note\n"}, EVENTS)
    assert done.rows(MISSING) == []
    assert done.loaded.missing == {"fabrikam": ()}


def test_a_record_left_out_is_not_missing_too(load_files: LoadFiles) -> None:
    """The ticket was read and refused, which is told already; one with another id is missing."""
    files = {
        "t.csv": f"{TICKET_HEADER}T1,yesterday,\nT1,2026-07-01T08:00:00Z,\nT2,yesterday,\n",
        "e.csv": f"{EVENT_HEADER}1,T1,2026-07-02T08:00:00Z,note\n2,T2,2026-07-02T08:00:00Z,note\n"
        "3,T3,2026-07-02T08:00:00Z,note\n4,T4,whenever,note\n",
    }
    done = load_files(files, TICKETS + EVENTS)
    assert [row[1] for row in done.rows(MISSING)] == ["T3"]


def test_a_record_without_a_date_matters_up_to_its_last_naming(load_files: LoadFiles) -> None:
    """A customer named over the years matters as long as it is named; for always where a naming has no date."""
    files = {
        "t.csv": f"{TICKET_HEADER}T1,2025-07-01T08:00:00Z,C1\nT2,2026-08-01T08:00:00Z,C1\nT3,2026-08-01T08:00:00Z,C2\n",
        "c.csv": "customer_id,name\nC9,Contoso\n",
        "s.csv": "subscription_id,customer_id\nS1,C2\nS2,C9\n",
    }
    sources = TICKETS + source("c.csv", "customer") + source("s.csv", "subscription")
    done = load_files(files, sources)
    first, last = instant("2025-07-01T08:00:00"), instant("2026-08-01T08:00:00")
    assert done.rows(MISSING) == [
        ("customer", "C1", "ticket.customer_id", "t.csv", 1, first, last),
        ("customer", "C2", "subscription.customer_id", "s.csv", 1, last, None),
    ]


def test_a_movement_of_the_bank_is_a_payment_of_either_side(load_files: LoadFiles) -> None:
    """It names no missing payment where the other side's may hold it; with both exports it is missing on both."""
    bank = (
        "transaction_id,value_on,amount,currency,payment_id\n1,2026-07-01,5,EUR,P1\n2,2026-07-01,5,EUR,P2\n"
    )
    payments = "payment_id,paid_on,amount,currency\n"
    files = {
        "b.csv": bank,
        "p.csv": f"{payments}P1,2026-07-01,5,EUR\n",
        "q.csv": f"{payments}P3,2026-07-01,5,EUR\n",
    }
    one_side = source("b.csv", "bank_transaction") + source("p.csv", "supplier_payment")
    assert load_files(files, one_side).rows(MISSING) == []
    both = load_files(files, one_side + source("q.csv", "customer_payment"))
    assert [row[:2] for row in both.rows(MISSING)] == [("customer_payment", "P2"), ("supplier_payment", "P2")]


def test_each_partner_has_records_of_its_own(load_files: LoadFiles) -> None:
    """Another partner's ticket of the same number is another ticket."""
    tickets = f"partner_id,{TICKET_HEADER}fabrikam,T1,2026-07-01T08:00:00Z,\n"
    events = f"partner_id,{EVENT_HEADER}fabrikam,1,T1,2026-07-02T08:00:00Z,note\ntailspin,1,T1,2026-07-02T08:00:00Z,note\n"
    done = load_files({"t.csv": tickets, "e.csv": events}, TICKETS + EVENTS, partners=TWO_PARTNERS)
    assert done.rows("SELECT partner_id, record_id FROM missing_record") == [("tailspin", "T1")]
