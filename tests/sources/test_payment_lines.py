"""Payments and their lines in exports of their own: each line is paid on its payment's day, and nothing counts twice."""

from datetime import date
from decimal import Decimal

from tests.sources.loading import TWO_PARTNERS, LoadFiles, Loading, source

BILL = "fivetran_quickbooks_bill_csv"
PAYMENT = "fivetran_quickbooks_bill_payment_csv"
LINE = "fivetran_quickbooks_bill_payment_line_csv"
PAYMENTS = (
    "id,_fivetran_deleted,currency_id,doc_number,pay_type,total_amount,transaction_date,vendor_id\n"
    "71,FALSE,USD,R1,Check,130.00,2026-07-10,V1\n"
    "72,FALSE,USD,R2,Check,50.00,2026-07-11,V1\n"
    "73,FALSE,USD,R3,Check,60.00,2026-07-12,V1\n"
    "74,TRUE,USD,R4,Check,99.00,2026-07-13,V1\n"
    "75,FALSE,USD,R5,Check,98.00,2026-07-14,V2\n"
)
LINES = (
    "bill_payment_id,index,_fivetran_synced,amount,bill_id,vendor_credit_id\n"
    # a bill less a credit is the whole payment
    "71,0,x,150.00,11,\n"
    "71,1,x,20.00,,31\n"
    # some of it is left over
    "72,0,x,30.00,11,\n"
    "72,1,x,15.00,12,\n"
    # its payment was deleted, is another vendor's, is not there
    "74,0,x,99.00,12,\n"
    "75,0,x,98.00,19,\n"
    "79,0,x,5.00,12,\n"
    # it pays no bill
    "73,0,x,60.00,,\n"
)
ONLY = '{ vendor_id = ["V1"] }'


def told(done: Loading) -> list[tuple[object, ...]]:
    """Return every payment with the file it comes from."""
    return done.rows(
        "SELECT payment_id, line, invoice_id, paid_on, amount, currency, reference, file, record "
        "FROM supplier_payment ORDER BY file, record"
    )


def test_lines_take_their_payments_day(load_files: LoadFiles) -> None:
    """A line has its payment's day, currency and reference; a payment keeps what its lines leave over, if anything."""
    done = load_files(
        {"paid.csv": PAYMENTS, "lines.csv": LINES},
        source("paid.csv", PAYMENT, only=ONLY) + source("lines.csv", LINE),
    )
    first, second, third = date(2026, 7, 10), date(2026, 7, 11), date(2026, 7, 12)
    assert told(done) == [
        ("71", "0:11", "11", first, Decimal(150), "USD", "R1", "lines.csv", 1),
        ("71", "1:31", "31", first, Decimal(-20), "USD", "R1", "lines.csv", 2),
        ("72", "0:11", "11", second, Decimal(30), "USD", "R2", "lines.csv", 3),
        ("72", "1:12", "12", second, Decimal(15), "USD", "R2", "lines.csv", 4),
        ("72", "1", None, second, Decimal(5), "USD", "R2", "paid.csv", 2),
        ("73", "1", None, third, Decimal(60), "USD", "R3", "paid.csv", 3),
    ]
    assert done.counts() == (5 + 8, 5 + 7, 1)
    assert done.rejects() == [
        ("lines.csv", 7, 8, "payment_id", "79", "belongs to a payment that no export holds")
    ]


def test_lines_without_payments(load_files: LoadFiles) -> None:
    """Lines alone tell no day: all of them are left out, with the reason."""
    done = load_files({"lines.csv": LINES}, source("lines.csv", LINE))
    assert told(done) == []
    assert done.counts() == (8, 1, 7)
    assert {reason for *_, reason in done.rejects()} == {"belongs to a payment that no export holds"}


def test_payments_without_lines(load_files: LoadFiles) -> None:
    """Payments alone stand with their whole amount and pay no invoice."""
    done = load_files({"paid.csv": PAYMENTS}, source("paid.csv", PAYMENT, only=ONLY))
    assert [(row[0], row[2], row[4]) for row in told(done)] == [
        ("71", None, Decimal(130)),
        ("72", None, Decimal(50)),
        ("73", None, Decimal(60)),
    ]


def test_lines_belong_to_their_own_partners_payments(load_files: LoadFiles) -> None:
    """Two partners may have payments of one id."""
    files = {
        "fabrikam/paid.csv": PAYMENTS,
        "fabrikam/lines.csv": LINES.splitlines()[0] + "\n71,0,x,130.00,11,\n",
        "tailspin/paid.csv": PAYMENTS.replace("2026-07-10", "2026-08-30"),
        "tailspin/lines.csv": LINES.splitlines()[0] + "\n71,0,x,100.00,11,\n",
    }
    done = load_files(
        files,
        source("{partner}/paid.csv", PAYMENT, only=ONLY) + source("{partner}/lines.csv", LINE),
        partners=TWO_PARTNERS,
    )
    assert done.rows(
        "SELECT partner_id, invoice_id, paid_on, amount FROM supplier_payment WHERE payment_id = '71' ORDER BY ALL"
    ) == [
        ("fabrikam", "11", date(2026, 7, 10), Decimal(130)),
        ("tailspin", "11", date(2026, 8, 30), Decimal(100)),
        ("tailspin", None, date(2026, 8, 30), Decimal(30)),
    ]


def test_a_ledger_completes_other_invoices(load_files: LoadFiles) -> None:
    """An invoice that Partner Center lists too is no duplicate: the ledger adds the due day and the payment."""
    listed = '[{"id": "G012345678", "invoiceDate": "2026-07-02T00:00:00Z", "totalCharges": 1190, "currencyCode": "EUR"}]'
    ledger = (
        "Invoice No,Invoice Date,Due Date,Total,Paid on,Vendor\n"
        "G012345678,2026-07-03,2026-08-31,1190,2026-08-20,Microsoft\n"
        "G012345679,2026-07-04,2026-09-01,80,,Microsoft\n"
    )
    done = load_files(
        {"pc.json": listed, "ledger.csv": ledger},
        source("ledger.csv", "invoice_ledger_csv", side='"payable"', constants='{ currency = "EUR" }')
        + source("pc.json", "partner_center_invoices_json"),
    )
    assert done.rejects() == []
    assert done.rows(
        "SELECT invoice_id, issued_on, due_on, supplier, file FROM supplier_invoice ORDER BY invoice_id"
    ) == [
        ("G012345678", date(2026, 7, 2), date(2026, 8, 31), "microsoft", "pc.json"),
        ("G012345679", date(2026, 7, 4), date(2026, 9, 1), None, "ledger.csv"),
    ]
    assert done.values("SELECT invoice_id FROM supplier_payment") == ["G012345678"]
