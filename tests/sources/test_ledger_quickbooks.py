"""QuickBooks Online: answers of its interface, reports of what is open, and the tables of a warehouse."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import LoadFiles, Loading, detect, open_warehouse, source

VENDOR = {"name": "Microsoft", "value": "56"}
CUSTOMER = {"name": "Tailspin", "value": "7"}
EUR = {"value": "EUR", "name": "Euro"}
HOME = '{ currency = "CHF" }'


def answer(kind: str, *records: dict[str, object]) -> str:
    """Return the answer of a query."""
    return json.dumps(
        {"QueryResponse": {kind: records, "startPosition": 1, "maxResults": len(records)}, "time": "x"}
    )


def linked(amount: float, kind: str, number: str) -> dict[str, object]:
    """Return the line of a payment that names a document."""
    return {"Amount": amount, "LinkedTxn": [{"TxnId": number, "TxnType": kind}]}


def payments(done: Loading, table: str) -> list[tuple[object, ...]]:
    """Return what is told of every payment."""
    return done.rows(
        f"SELECT payment_id, line, invoice_id, paid_on, amount, currency, reference FROM {table} ORDER BY record"
    )


def test_bills_and_their_payments(load_files: LoadFiles) -> None:
    """A payment names the bills it pays by their ids; a credit that is used up with them has its own sign."""
    bill = {
        "VendorRef": VENDOR,
        "APAccountRef": {"value": "33"},
        "TxnDate": "2026-07-02",
        "DueDate": "2026-08-31",
    }
    files = {
        "bills.json": answer(
            "Bill",
            {**bill, "Id": "201", "DocNumber": "G01", "TotalAmt": 1190.5, "Balance": 0, "CurrencyRef": EUR},
            {**bill, "Id": "202", "TotalAmt": 500, "Balance": 120},
        ),
        "credits.json": answer("VendorCredit", {**bill, "Id": "203", "TotalAmt": 90, "CurrencyRef": EUR}),
        "paid.json": answer(
            "BillPayment",
            {
                "Id": "301",
                "VendorRef": VENDOR,
                "PayType": "Check",
                "TotalAmt": 1480.5,
                "TxnDate": "2026-08-20",
                "DocNumber": "CH 9",
                "CurrencyRef": EUR,
                "Line": [
                    linked(1190.5, "Bill", "201"),
                    linked(380, "Bill", "202"),
                    linked(90, "VendorCredit", "203"),
                ],
            },
        ),
    }
    done = load_files(
        files,
        source("bills.json", "quickbooks_bills_json", constants=HOME)
        + source("credits.json", "quickbooks_vendor_credits_json")
        + source("paid.json", "quickbooks_bill_payments_json"),
    )
    assert done.loaded.problems == ()
    assert done.counts() == (2 + 1 + 4, 2 + 1 + 4, 0)
    assert done.rows(
        "SELECT invoice_id, issued_on, amount, currency, due_on, document_type, status FROM supplier_invoice ORDER BY 1"
    ) == [
        ("201", date(2026, 7, 2), Decimal("1190.5"), "EUR", date(2026, 8, 31), "invoice", "paid"),
        ("202", date(2026, 7, 2), Decimal(500), "CHF", date(2026, 8, 31), "invoice", "open"),
        ("203", date(2026, 7, 2), Decimal(90), "EUR", None, "credit_note", None),
    ]
    day = date(2026, 8, 20)
    assert payments(done, "supplier_payment") == [
        ("301", "201", "201", day, Decimal("1190.5"), "EUR", "CH 9"),
        ("301", "202", "202", day, Decimal(380), "EUR", "CH 9"),
        ("301", "203", "203", day, Decimal(-90), "EUR", "CH 9"),
    ]


def test_bills_of_several_vendors(load_files: LoadFiles) -> None:
    """The vendors of bills are told by name, and the name restricts bills and payments alike."""
    bill = {"APAccountRef": {"value": "33"}, "TxnDate": "2026-07-02", "TotalAmt": 5, "CurrencyRef": EUR}
    content = answer(
        "Bill",
        {**bill, "Id": "1", "VendorRef": VENDOR},
        {**bill, "Id": "2", "VendorRef": {"name": "City Power"}},
    )
    asked = load_files({"b.json": content}, source("b.json", "quickbooks_bills_json"))
    assert 'only = { "VendorRef.name" = ["City Power"] }' in asked.problem
    only = '{ "VendorRef.name" = ["Microsoft"] }'
    done = load_files({"b.json": content}, source("b.json", "quickbooks_bills_json", only=only))
    assert done.values("SELECT invoice_id FROM supplier_invoice") == ["1"]


def test_invoices_and_their_payments(load_files: LoadFiles) -> None:
    """What a payment does not apply stands beside what it does, with no invoice."""
    invoice = {"CustomerRef": CUSTOMER, "TxnDate": "2026-07-02", "DueDate": "2026-08-01", "CurrencyRef": EUR}
    paid = {"CustomerRef": CUSTOMER, "TxnDate": "2026-08-20", "CurrencyRef": EUR}
    files = {
        "invoices.json": answer("Invoice", {**invoice, "Id": "11", "TotalAmt": 100, "Balance": 0}),
        "credits.json": answer("CreditMemo", {**invoice, "Id": "12", "TotalAmt": 30, "RemainingCredit": 0}),
        "paid.json": answer(
            "Payment",
            {
                **paid,
                "Id": "21",
                "TotalAmt": 80,
                "UnappliedAmt": 10,
                "PaymentRefNum": "R1",
                "Line": [linked(100, "Invoice", "11"), linked(30, "CreditMemo", "12")],
            },
            {**paid, "Id": "22", "TotalAmt": 5, "UnappliedAmt": 5, "Line": []},
            {**paid, "Id": "23", "TotalAmt": 0, "UnappliedAmt": 0, "Line": []},
        ),
    }
    done = load_files(
        files,
        source("invoices.json", "quickbooks_invoices_json")
        + source("credits.json", "quickbooks_credit_memos_json")
        + source("paid.json", "quickbooks_payments_json"),
    )
    assert done.loaded.problems == ()
    assert done.rows(
        "SELECT invoice_id, customer_id, amount, due_on, document_type, status FROM customer_invoice ORDER BY 1"
    ) == [
        ("11", "7", Decimal(100), date(2026, 8, 1), "invoice", "paid"),
        ("12", "7", Decimal(30), None, "credit_note", None),
    ]
    day = date(2026, 8, 20)
    assert payments(done, "customer_payment") == [
        ("21", "unapplied", None, day, Decimal(10), "EUR", "R1"),
        ("21", "11", "11", day, Decimal(100), "EUR", "R1"),
        ("21", "12", "12", day, Decimal(-30), "EUR", "R1"),
        ("22", "unapplied", None, day, Decimal(5), "EUR", None),
    ]


REPORT = """\
"Fabrikam Cloud GmbH"
"A/P Aging Detail"
"As of August 31, 2026"

,Date,Transaction Type,Num,Vendor,Due Date,Past Due,Amount,Open Balance
"1 - 30 days past due",,,,,,,,
,07/02/2026,Bill,G01,Microsoft,08/15/2026,16,"1,190.00","1,190.00"
,07/09/2026,Vendor Credit,C7,Microsoft,07/09/2026,53,-90.00,-40.00
,08/20/2026,Bill Payment (Check),77,Microsoft,08/20/2026,11,-500.00,-60.00
,07/20/2026,Journal Entry,J1,Microsoft,07/20/2026,1,-1.00,-1.00
"Total for 1 - 30 days past due",,,,,,,"$599.00","$1,089.00"
TOTAL,,,,,,,"$599.00","$1,089.00"
"""


def test_report_of_unpaid_bills(load_files: LoadFiles, tmp_path: Path) -> None:
    """Of a report below its title the bills, credits and payments that are not applied are taken; totals fill nothing."""
    done = load_files({"r.csv": REPORT}, source("r.csv", "quickbooks_unpaid_bills_csv", constants=HOME))
    assert done.counts() == (6, 6, 0)  # the total at the end is told as none
    assert done.rows(
        "SELECT invoice_id, issued_on, amount, currency, due_on, document_type, status FROM supplier_invoice ORDER BY 1"
    ) == [
        ("C7", date(2026, 7, 9), Decimal(90), "CHF", date(2026, 7, 9), "credit_note", "open"),
        ("G01", date(2026, 7, 2), Decimal(1190), "CHF", date(2026, 8, 15), "invoice", "open"),
    ]
    assert done.rows("SELECT invoice_id, paid_on, amount, reference FROM supplier_payment") == [
        (None, date(2026, 8, 20), Decimal(60), "77")
    ]
    (tmp_path / "r").write_text(REPORT, encoding="utf-8")
    with open_warehouse(tmp_path) as warehouse:
        best = detect(tmp_path / "r", known_layouts(resources.mappings()), warehouse).candidates[0]
    assert (best.name, best.needs_currency, best.vendors) == (
        "quickbooks_unpaid_bills_csv",
        True,
        ("Microsoft",),
    )


def test_report_of_open_invoices(load_files: LoadFiles) -> None:
    """Customers' invoices stand in a report of the same shape."""
    report = (
        REPORT.replace("A/P", "A/R").replace("Vendor Credit", "Credit Memo").replace("Vendor", "Customer")
    )
    report = report.replace("Bill Payment (Check)", "Payment").replace(",Bill,", ",Invoice,")
    done = load_files({"r.csv": report}, source("r.csv", "quickbooks_open_invoices_csv", constants=HOME))
    assert done.rows("SELECT invoice_id, customer_id, document_type FROM customer_invoice ORDER BY 1") == [
        ("C7", "Microsoft", "credit_note"),
        ("G01", "Microsoft", "invoice"),
    ]
    assert done.values("SELECT amount FROM customer_payment") == [Decimal(60)]


@pytest.mark.parametrize(
    ("kind", "more", "name"),
    [
        ("Bill", {"VendorRef": VENDOR, "DueDate": "2026-08-31", "Balance": 1, "APAccountRef": {"value": "1"}}, "quickbooks_bills_json"),
        ("VendorCredit", {"VendorRef": VENDOR, "APAccountRef": {"value": "1"}}, "quickbooks_vendor_credits_json"),
        ("BillPayment", {"VendorRef": VENDOR, "PayType": "Check", "Line": [linked(1, "Bill", "1")]}, "quickbooks_bill_payments_json"),
        ("Invoice", {"CustomerRef": CUSTOMER, "DueDate": "2026-08-31", "Balance": 1}, "quickbooks_invoices_json"),
        ("CreditMemo", {"CustomerRef": CUSTOMER, "RemainingCredit": 1}, "quickbooks_credit_memos_json"),
        ("Payment", {"CustomerRef": CUSTOMER, "UnappliedAmt": 1, "Line": []}, "quickbooks_payments_json"),
    ],
)  # fmt: skip
def test_each_answer_is_found(tmp_path: Path, kind: str, more: dict[str, object], name: str) -> None:
    """Each entity's answer has its layout and no other."""
    record = {"Id": "1", "TxnDate": "2026-07-02", "TotalAmt": 1, "CurrencyRef": EUR, "SyncToken": "0", **more}
    (tmp_path / "x").write_text(answer(kind, record), encoding="utf-8")
    with open_warehouse(tmp_path) as warehouse:
        found = detect(tmp_path / "x", known_layouts(resources.mappings()), warehouse).candidates
    assert [one.name for one in found] == [name]
    assert found[0].unknown == ()
