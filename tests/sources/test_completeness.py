"""Control totals, odd values, months without records, and records that repeat others."""

from datetime import date
from decimal import Decimal

import pytest

from cspaudit.model.completeness import ControlTotal, ExportCompleteness, MoneySum
from tests.sources.loading import TICKETS, TWO_PARTNERS, LoadFiles, Loading, instant, source

INVOICE = "supplier_invoice"
LEDGER = """invoice_id,issued_on,amount,currency,document_type,status
I1,2026-07-01,100.10,EUR,invoice,open
I2,2026-08-15,0.20,EUR,invoice,open
I3,2026-09-30,50,USD,credit_note,open
I4,2026-09-30,many,USD,invoice,open
"""


def totals(done: Loading) -> list[ControlTotal]:
    """The control totals of all files, in their order."""
    return [total for one in done.loaded.inputs for total in one.totals]


def export(done: Loading, partner: str = "fabrikam") -> ExportCompleteness:
    """What the only export lacks."""
    (found,) = done.loaded.completeness[partner].exports
    return found


def test_sums_by_currency(load_files: LoadFiles) -> None:
    """Each currency has its own sum over the records that were used; the days are those of all."""
    done = load_files({"l.csv": LEDGER}, source("l.csv", INVOICE))
    # 100.10 + 0.20 in EUR, 50 in USD; the fourth has no amount and was left out
    assert done.counts() == (4, 3, 1)
    assert totals(done) == [
        ControlTotal(
            INVOICE,
            "fabrikam",
            3,
            date(2026, 7, 1),
            date(2026, 9, 30),
            (
                MoneySum("amount", "EUR", 2, Decimal("100.3000")),
                MoneySum("amount", "USD", 1, Decimal("50.0000")),
            ),
        )
    ]


def test_sums_of_each_amount_column(load_files: LoadFiles) -> None:
    """A column that the export fills is summed over the records that have it; one that it does not fill is not told."""
    rows = "invoice_id,issued_on,amount,currency,withheld_amount\nI1,2026-07-01,100,EUR,\nI2,2026-07-02,10,EUR,2.5\n"
    (total,) = totals(load_files({"l.csv": rows}, source("l.csv", INVOICE)))
    assert total.sums == (
        MoneySum("amount", "EUR", 2, Decimal(110)),
        MoneySum("withheld_amount", "EUR", 1, Decimal("2.5")),
    )


def test_lines_and_disputes_have_the_currency_of_their_invoice(load_files: LoadFiles) -> None:
    """What has no currency of its own takes that of its invoice; without the invoice it is not known."""
    files = {
        "l.csv": LEDGER,
        "lines.csv": "invoice_id,line,amount\nI1,1,60\nI1,2,40.1\nI3,1,-50\nI9,1,7\n",
        "d.csv": "invoice_id,amount\nI3,5\nI1,\n",
    }
    sources = source("l.csv", INVOICE) + source("lines.csv", f"{INVOICE}_line")
    done = load_files(files, sources + source("d.csv", "supplier_dispute"))
    _, lines, disputes = totals(done)
    assert lines == ControlTotal(
        f"{INVOICE}_line",
        "fabrikam",
        4,
        None,
        None,
        (
            MoneySum("amount", "", 1, Decimal(7)),
            MoneySum("amount", "EUR", 2, Decimal("100.1")),
            MoneySum("amount", "USD", 1, Decimal(-50)),
        ),
    )
    assert (disputes.records, disputes.sums) == (2, (MoneySum("amount", "USD", 1, Decimal(5)),))


def test_files_and_partners_have_totals_of_their_own(load_files: LoadFiles) -> None:
    """A file that holds records of two partners has a total for each, and so has every file of an export."""
    head = "partner_id,payment_id,paid_on,amount,currency\n"
    files = {
        "p1.csv": head
        + "tailspin,P1,2026-07-05,5,EUR\nfabrikam,P2,2026-07-06,6,EUR\nfabrikam,P3,2026-07-08,7,EUR\n",
        "p2.csv": head + "tailspin,P4,2026-08-01,-1,EUR\n",
    }
    done = load_files(files, source("p*.csv", "supplier_payment"), partners=TWO_PARTNERS)
    assert [
        [(one.partner_id, one.records, one.first_at, one.sums[0].total) for one in item.totals]
        for item in done.loaded.inputs
    ] == [
        [("fabrikam", 2, date(2026, 7, 6), Decimal(13)), ("tailspin", 1, date(2026, 7, 5), Decimal(5))],
        [("tailspin", 1, date(2026, 8, 1), Decimal(-1))],
    ]
    assert [(one.first_at, one.last_at) for one in done.loaded.inputs] == [
        (instant("2026-07-05"), instant("2026-07-08")),
        (instant("2026-08-01"), instant("2026-08-01")),
    ]


def test_replaced_and_repeated_records(load_files: LoadFiles) -> None:
    """An event log's later record replaces an earlier one of its ticket; a key repeated elsewhere is left out."""
    log = (
        "number,incident_state,sys_mod_count,opened_at,sys_updated_at\n"
        "INC1,New,0,1/7/2026 10:00,1/7/2026 10:00\n"
        "INC1,Active,1,1/7/2026 10:00,1/7/2026 11:00\n"
        "INC1,Closed,2,1/7/2026 10:00,1/7/2026 12:00\n"
        "INC2,New,0,20/7/2026 10:00,20/7/2026 10:00\n"
    )
    files = {
        "a.csv": log,
        "b.csv": "ticket_id,opened_at\nINC2,2026-07-02T08:00:00Z\nX,2026-07-03T08:00:00Z\n",
    }
    sources = source("a.csv", "servicenow_incident_log_csv", timezone='"Europe/Berlin"', date_order='"dmy"')
    done = load_files(files, sources + source("b.csv", "ticket"))
    assert done.values("SELECT ticket_id FROM ticket ORDER BY 1") == ["INC1", "INC2", "X"]
    first, second = done.loaded.completeness["fabrikam"].exports
    assert (first.source_id, first.repeated, first.superseded) == ("a.csv", 0, 2)
    assert (second.source_id, second.repeated, second.superseded) == ("b.csv", 1, 0)
    assert [(one.table, one.records) for one in totals(done) if one.table == "ticket"] == [
        ("ticket", 2),
        ("ticket", 1),
    ]


@pytest.mark.parametrize(
    ("days", "before", "between", "after"),
    [
        (("2026-07-01", "2026-08-01", "2026-09-01"), (), (), ()),
        (("2026-07-01", "2026-09-01"), (), ("2026-08",), ()),
        (("2026-06-01", "2026-10-01"), (), ("2026-07", "2026-08", "2026-09"), ()),
        (("2026-08-01",), ("2026-07",), (), ("2026-09",)),
        (("2026-05-01",), (), (), ("2026-07", "2026-08", "2026-09")),
        ((), (), (), ()),
    ],
)
def test_months_without_records(
    load_files: LoadFiles,
    days: tuple[str, ...],
    before: tuple[str, ...],
    between: tuple[str, ...],
    after: tuple[str, ...],
) -> None:
    """Months of the period without a record lie before the first, between records, or after the last."""
    rows = "ticket_id,opened_at\n" + "".join(f"{day},{day}T10:00:00Z\n" for day in days)
    found = export(load_files({"t.csv": rows}, TICKETS))
    assert (found.before, found.between, found.after) == (before, between, after)


def test_months_that_are_stated_or_to_come_are_not_missing(load_files: LoadFiles) -> None:
    """A month stated as covered needs no record, and one that begins after the export was made cannot have any."""
    rows = "ticket_id,opened_at\n1,2026-07-01T10:00:00Z\n"
    stated = source("t.csv", "ticket", covers="[2026-08-01, 2026-09-01]")
    found = export(load_files({"t.csv": rows}, stated))
    assert (found.after, found.stated) == (("2026-09",), ("2026-08",))
    early = source("t.csv", "ticket", as_of="2026-08-15T00:00:00Z")
    assert export(load_files({"t.csv": rows}, early)).after == ("2026-08",)


def test_undated_exports_lack_no_month(load_files: LoadFiles) -> None:
    """Records without a date are of no month."""
    rows = "customer_id,name\n1,Contoso\n"
    found = export(load_files({"c.csv": rows}, source("c.csv", "customer")))
    assert found == ExportCompleteness("c.csv")


def test_each_partner_has_its_own_months(load_files: LoadFiles) -> None:
    """In a file of two partners, a month in which only one of them has a record is missing for the other."""
    rows = [
        "1,2026-07-01T10:00:00Z,fabrikam",
        "2,2026-08-01T10:00:00Z,tailspin",
        "3,2026-09-01T10:00:00Z,fabrikam",
        "4,2026-09-01T10:00:00Z,tailspin",
    ]
    done = load_files(
        {"t.csv": "\n".join(["ticket_id,opened_at,partner_id", *rows, ""])}, TICKETS, partners=TWO_PARTNERS
    )
    assert (export(done).before, export(done).between) == ((), ("2026-08",))
    assert (export(done, "tailspin").before, export(done, "tailspin").between) == (("2026-07",), ())


# the cut-off is 15 October 2026, 00:00 UTC
@pytest.mark.parametrize(
    ("opened", "said"),
    [
        ("2026-10-15T00:00:00Z", ""),
        ("2026-10-15T00:00:01Z", "after the cut-off"),
        ("2031-10-15T00:00:00Z", "after the cut-off"),
        ("2031-10-15T00:00:01Z", "before 1990 or more than five years after the cut-off"),
        ("1990-01-01T00:00:00Z", ""),
        ("1989-12-31T23:59:59Z", "before 1990 or more than five years after the cut-off"),
    ],
)
def test_days_that_can_hardly_be_right(load_files: LoadFiles, opened: str, said: str) -> None:
    """A record dated after the cut-off, or absurdly early or late, is loaded and told; each but once."""
    done = load_files({"t.csv": f"ticket_id,opened_at\n1,{opened}\n"}, TICKETS)
    assert done.counts() == (1, 1, 0)
    assert done.loaded.warnings == ((f"t.csv: 1 record has opened_at {said}.",) if said else ())


def test_days_to_come_of_what_has_happened_only(load_files: LoadFiles) -> None:
    """A due day may lie ahead, and a day far away may stand for always; what is closed was closed before the cut-off."""
    files = {
        "t.csv": "ticket_id,opened_at,closed_at\n1,2026-07-01T10:00:00Z,2026-10-16T00:00:00Z\n",
        "l.csv": "invoice_id,issued_on,amount,currency,due_on\nI1,2026-10-15,1,EUR,2026-12-01\nI2,2026-10-16,1,EUR,\n",
        "d.csv": "domain,valid_from_on,valid_to_on\nfabrikam.example,0001-01-01,9999-12-31\n",
    }
    done = load_files(files, TICKETS + source("l.csv", INVOICE) + source("d.csv", "partner_domain"))
    assert done.loaded.warnings == (
        "t.csv: 1 record has closed_at after the cut-off.",
        "l.csv: 1 record has issued_on after the cut-off.",
    )


def test_invoices_over_nothing(load_files: LoadFiles) -> None:
    """An invoice over 0 is told unless it is void; a credit note over 0 is none. A negative one is left out."""
    rows = LEDGER.replace("100.10", "0").replace("0.20,EUR,invoice,open", "0,EUR,,").replace("many", "-1")
    rows = rows.replace("50,USD", "0,USD") + "I5,2026-09-30,0,EUR,invoice,void\n"
    done = load_files({"l.csv": rows}, source("l.csv", INVOICE))
    assert done.loaded.warnings == ("l.csv: 2 records have the amount 0 in an invoice that is not void.",)
    assert [(row[3], row[4]) for row in done.rejects()] == [("amount", "-1")]
