"""Xero's CSV files: invoices with a row an item, reports with a row an invoice, and the template that is no export."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import Detected, known_layouts
from tests.sources.loading import LoadFiles, Loading, detect, open_warehouse, source
from tests.sources.workbooks import xlsx

LAYOUTS = known_layouts(resources.mappings())
HOME = '{ currency = "NZD" }'
#: addresses are left out, as people cut them
HEADER = (
    "ContactName,EmailAddress,InvoiceNumber,Reference,InvoiceDate,DueDate,PlannedDate,Total,TaxTotal,InvoiceAmountPaid,"
    "InvoiceAmountDue,InventoryItemCode,Description,Quantity,UnitAmount,Discount,LineAmount,AccountCode,TaxType,TaxAmount,"
    "Currency,Type,Sent,Status\n"
)
REPORT = (
    "Payable Invoice Summary,,,,,,,,\n"
    "Fabrikam Ltd,,,,,,,,\n"
    "For the period 1 July 2026 to 30 September 2026,,,,,,,,\n"
    "\n"
    "Invoice Number,Contact,Invoice Date,Due Date,Reference,Gross,Balance,Status,Source,Last Payment Date\n"
    "G01,Microsoft,2 Jul 2026,31 Aug 2026,,1190.00,0.00,Paid,Payable Invoice,20 Aug 2026\n"
    "G02,Microsoft,3 Jul 2026,1 Sep 2026,,500.00,300.00,Awaiting Payment,Payable Invoice,19 Aug 2026\n"
    "G03,Microsoft,9 Jul 2026,9 Jul 2026,,-90.00,0.00,Paid,Payable Credit Note,20 Aug 2026\n"
    "G04,Microsoft,9 Jul 2026,9 Jul 2026,,10.00,10.00,Draft,Payable Invoice,\n"
    "Total,,,,,1610.00,310.00,,,\n"
)
AGED = (
    "Aged Receivables Detail,,,,,,,,,,\n"
    "Fabrikam Ltd,,,,,,,,,,\n"
    "As at 30 September 2026,,,,,,,,,,\n"
    "Ageing by due date,,,,,,,,,,\n"
    "{contact}Invoice Date,Due Date,Invoice Number,Invoice Reference,Current,< 1 Month,1 Month,2 Months,Older,Total\n"
    "{tailspin}2026-07-02,2026-08-20,INV-1,,0,0,300.00,0,0,300.00\n"
    "{tailspin}2026-07-03,2026-08-21,INV-2,,0,0,0,0,0,0.00\n"
    "{litware}2026-07-04,2026-08-22,CN-3,,0,0,-12.50,0,0,-12.50\n"
)


def item(**told: str) -> str:
    """Return a row of the list of invoices."""
    row = {
        "ContactName": "Microsoft",
        "Currency": "NZD",
        "Type": "Bill",
        "Status": "Awaiting Payment",
        **told,
    }
    return ",".join(row.get(name, "") for name in HEADER.strip().split(",")) + "\n"


def invoices(done: Loading, table: str) -> list[tuple[object, ...]]:
    """Return what is told of every invoice."""
    return done.rows(
        f"SELECT invoice_id, issued_on, amount, currency, due_on, document_type, status FROM {table} ORDER BY 1"
    )


def found_in(folder: Path, content: str) -> Detected:
    """Return what a file is found to be."""
    (folder / "x").write_text(content, encoding="utf-8")
    with open_warehouse(folder) as warehouse:
        return detect(folder / "x", LAYOUTS, warehouse)


BILL = {"InvoiceNumber": "G01", "InvoiceDate": "11/06/2026", "DueDate": "30/06/2026", "Total": "1580.94"}


def test_an_invoice_with_several_items_is_one(load_files: LoadFiles, tmp_path: Path) -> None:
    """Every row repeats the total: it counts once; drafts and overpayments are no invoices, and no payment is told."""
    rows = (
        item(**BILL, LineAmount="458.24")
        + item(**BILL, LineAmount="1122.70")
        + item(**{**BILL, "InvoiceNumber": "G02", "Total": "-20.00"}, Type="Bill credit note", Status="Paid")
        + item(**{**BILL, "InvoiceNumber": "G03"}, Status="Draft")
        + item(**{**BILL, "InvoiceNumber": ""}, Type="Bill overpayment", Status="Paid")
        + item(
            **{**BILL, "InvoiceNumber": "INV-9"},
            ContactName="Tailspin",
            Type="Sales invoice",
            Status="Voided",
        )
    )
    done = load_files({"x.csv": HEADER + rows}, source("x.csv", "xero_invoices_csv", date_order='"dmy"'))
    assert done.counts() == (6, 6, 0)
    day, due = date(2026, 6, 11), date(2026, 6, 30)
    assert invoices(done, "supplier_invoice") == [
        ("G01", day, Decimal("1580.94"), "NZD", due, "invoice", "open"),
        ("G02", day, Decimal(20), "NZD", due, "credit_note", "paid"),
    ]
    assert invoices(done, "customer_invoice") == [
        ("INV-9", day, Decimal("1580.94"), "NZD", due, "invoice", "void")
    ]
    assert done.values("SELECT customer_id FROM customer_invoice") == ["Tailspin"]
    assert done.values("SELECT count(*) FROM supplier_payment") == [0]
    assert [one.name for one in found_in(tmp_path, HEADER + rows).candidates][:1] == ["xero_invoices_csv"]


def test_one_number_on_two_days_is_told(load_files: LoadFiles) -> None:
    """A bill's number that stands for another bill too does not replace the first one unseen."""
    rows = item(**BILL) + item(**{**BILL, "InvoiceDate": "12/06/2026", "Total": "7"})
    done = load_files({"x.csv": HEADER + rows}, source("x.csv", "xero_invoices_csv", date_order='"dmy"'))
    assert done.counts() == (2, 1, 1)
    assert done.values("SELECT amount FROM supplier_invoice") == [Decimal("1580.94")]


def test_bills_of_several_suppliers_are_a_question(load_files: LoadFiles) -> None:
    """Whose bills are meant the source must say; other companies' are none of the supplier's."""
    rows = item(**BILL) + item(**{**BILL, "InvoiceNumber": "E-1"}, ContactName="City Power")
    content = {"x.csv": HEADER + rows}
    stated = {"date_order": '"dmy"'}
    done = load_files(content, source("x.csv", "xero_invoices_csv", **stated))
    assert "City Power, Microsoft" in done.problem


def test_the_template_for_loading_is_declined(tmp_path: Path) -> None:
    """What somebody loads into Xero is no list of what Xero holds."""
    header = "*ContactName,EmailAddress,*InvoiceNumber,*InvoiceDate,*DueDate,Description,*Quantity,*UnitAmount,*AccountCode,*TaxType,Currency\n"
    found = found_in(tmp_path, header + "Tailspin,,INV-1,01/07/2026,31/07/2026,Licences,2,40,200,GST,NZD\n")
    assert found.candidates == ()
    assert found.is_known
    assert "It is what somebody meant to load into Xero" in found.declined


def test_report_of_bills(load_files: LoadFiles, tmp_path: Path) -> None:
    """The rows of a report are invoices below its title; a paid one is settled on its last payment's day, totals are none."""
    done = load_files(
        {"x.csv": REPORT}, source("x.csv", "xero_invoice_reports_csv", side='"payable"', constants=HOME)
    )
    assert invoices(done, "supplier_invoice") == [
        ("G01", date(2026, 7, 2), Decimal(1190), "NZD", date(2026, 8, 31), "invoice", "paid"),
        ("G02", date(2026, 7, 3), Decimal(500), "NZD", date(2026, 9, 1), "invoice", "open"),
        ("G03", date(2026, 7, 9), Decimal(90), "NZD", date(2026, 7, 9), "credit_note", "paid"),
    ]
    assert done.rows("SELECT invoice_id, paid_on, amount, currency FROM supplier_payment") == [
        ("G01", date(2026, 8, 20), Decimal(1190), "NZD")
    ]
    assert done.counts()[2] == 0
    best = found_in(tmp_path, REPORT).candidates[0]
    assert (best.name, best.needs_side, best.needs_currency) == ("xero_invoice_reports_csv", True, True)


def test_aged_report(load_files: LoadFiles, tmp_path: Path) -> None:
    """What is open is an invoice's amount; what has nothing open any more fills nothing."""
    aged = AGED.format(contact="Contact,", tailspin="Tailspin,", litware="Litware,")
    done = load_files(
        {"x.csv": aged}, source("x.csv", "xero_invoice_reports_csv", side='"receivable"', constants=HOME)
    )
    assert invoices(done, "customer_invoice") == [
        ("CN-3", date(2026, 7, 4), Decimal("12.5"), "NZD", date(2026, 8, 22), "credit_note", "open"),
        ("INV-1", date(2026, 7, 2), Decimal(300), "NZD", date(2026, 8, 20), "invoice", "open"),
    ]
    assert done.values("SELECT customer_id FROM customer_invoice ORDER BY 1") == ["Litware", "Tailspin"]
    assert found_in(tmp_path, aged).candidates[0].name == "xero_invoice_reports_csv"


@pytest.mark.parametrize(
    "content",
    [
        AGED.format(contact="", tailspin="", litware=""),
        REPORT.replace("Contact,", "").replace("Microsoft,", ""),
        REPORT.replace("Contact,", "").replace("Microsoft,", "").replace("Due Date,", "Expected Date,"),
    ],
)
def test_a_report_that_groups_its_contacts_is_declined(tmp_path: Path, content: str) -> None:
    """Where the contact stands on a row of its own nobody can tell whose an invoice is: the cure is told."""
    found = found_in(tmp_path, content)
    assert found.candidates == ()
    assert found.is_known
    assert "no row tells whose it is" in found.declined


def test_a_report_as_a_workbook(load_files: LoadFiles, tmp_path: Path) -> None:
    """Reports come as workbooks first of all: title rows, days as serial numbers, headings and totals among the invoices."""
    rows: list[list[object]] = [
        ["Aged Payables Detail"],
        ["Fabrikam Ltd"],
        ["As at 30 September 2026"],
        [],
        ["Contact", "Invoice Date", "Due Date", "Invoice Number", "Current", "< 1 Month", "1 Month", "Total"],
        ["Microsoft"],
        ["Microsoft", date(2026, 7, 2), date(2026, 8, 31), "G01", 0, 1190.5, 0, 1190.5],
        ["Total Microsoft", None, None, None, 0, 1190.5, 0, 1190.5],
        ["Total", None, None, None, 0, 1190.5, 0, 1190.5],
    ]
    content = xlsx({"Aged Payables Detail": rows})
    (tmp_path / "apart").mkdir()
    (tmp_path / "apart" / "x.xlsx").write_bytes(content)
    with open_warehouse(tmp_path / "apart") as warehouse:
        found = detect(tmp_path / "apart" / "x.xlsx", LAYOUTS, warehouse)
    assert [one.name for one in found.candidates][:1] == ["xero_invoice_reports_csv"]
    stated = {"side": '"payable"', "constants": HOME, "only": '{ Contact = ["Microsoft"] }'}
    done = load_files({"x.xlsx": content}, source("x.xlsx", "xero_invoice_reports_csv", **stated))
    assert invoices(done, "supplier_invoice") == [
        ("G01", date(2026, 7, 2), Decimal("1190.5"), "NZD", date(2026, 8, 31), "invoice", "open")
    ]
    assert done.counts()[2] == 0
