"""Ledger entries of Business Central: which entry is an invoice, when it was closed, and what is paid and not applied."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import LoadFiles, Loading, detect, open_warehouse, source

CHF = '{ currency = "CHF" }'
MICROSOFT = '{ "Vendor No." = ["V100"] }'
#: what is exported: entry, posted, document dated, due, type, number, external number, vendor, currency, amount, rest, open, closed
VENDOR_HEADER = (
    "Entry No.,Posting Date,Document Date,Due Date,Document Type,Document No.,External Document No.,Vendor No.,"
    "Vendor Name,Currency Code,Amount,Remaining Amount,Open,Closed at Date,Amount (LCY)\n"
)
VENDOR_ENTRIES = (
    # paid in full, in the local currency
    '11,07/05/2026,07/02/2026,08/31/2026,Invoice,PI-1,G012345678,V100,Microsoft,,"-1,190.00",0.00,No,08/20/2026,-1190\n'
    # partly paid
    "12,07/06/2026,07/03/2026,09/01/2026,Invoice,PI-2,G012345679,V100,Microsoft,USD,-500.00,-300.00,Yes,,-400\n"
    # a credit note that is used up, without a number of the vendor's
    "13,07/10/2026,07/09/2026,07/09/2026,Credit Memo,PC-1,,V100,Microsoft,,90.00,0.00,No,08/20/2026,90\n"
    # the payment that closed entry 11, and one of which 40 are not applied
    "14,08/20/2026,08/20/2026,08/20/2026,Payment,BP-1,,V100,Microsoft,,1100.00,0.00,No,08/20/2026,1100\n"
    "15,08/21/2026,08/21/2026,08/21/2026,Payment,BP-2,REF 7,V100,Microsoft,USD,240.00,40.00,Yes,,190\n"
    # a reversed invoice, another vendor's, a reminder
    "16,07/11/2026,07/11/2026,08/01/2026,Reminder,X-1,,V100,Microsoft,,-5.00,0.00,No,,-5\n"
    "17,07/12/2026,07/12/2026,08/12/2026,Invoice,PI-3,E-77,V900,City Power,,-80.00,-80.00,Yes,,-80\n"
)
INVOICES = [
    ("G012345678", date(2026, 7, 2), Decimal(1190), "CHF", date(2026, 8, 31), "invoice", "paid"),
    ("G012345679", date(2026, 7, 3), Decimal(500), "USD", date(2026, 9, 1), "invoice", "open"),
    ("PC-1", date(2026, 7, 9), Decimal(90), "CHF", date(2026, 7, 9), "credit_note", "paid"),
]
PAYMENTS = [
    ("11", "G012345678", date(2026, 8, 20), Decimal(1190), "CHF", None),
    ("13", "PC-1", date(2026, 8, 20), Decimal(-90), "CHF", None),
    ("15", None, date(2026, 8, 21), Decimal(40), "USD", "REF 7"),
]


def invoices(done: Loading, table: str = "supplier_invoice") -> list[tuple[object, ...]]:
    """Return what is told of every invoice."""
    return done.rows(
        f"SELECT invoice_id, issued_on, amount, currency, due_on, document_type, status FROM {table} ORDER BY record"
    )


def payments(done: Loading, table: str = "supplier_payment") -> list[tuple[object, ...]]:
    """Return what is told of every payment."""
    return done.rows(
        f"SELECT payment_id, invoice_id, paid_on, amount, currency, reference FROM {table} ORDER BY record"
    )


def test_vendor_ledger(load_files: LoadFiles) -> None:
    """Closed invoices are settled on the day they were closed, credit notes with their sign; open payments are loose."""
    done = load_files(
        {"v.csv": VENDOR_HEADER + VENDOR_ENTRIES},
        source("v.csv", "business_central_vendor_ledger_csv", constants=CHF, only=MICROSOFT),
    )
    assert done.counts() == (7, 7, 0)
    assert invoices(done) == INVOICES
    assert payments(done) == PAYMENTS
    assert done.loaded.warnings == ()
    assert "v.csv: only records where Vendor No. is V100 were used (4)." in done.loaded.assumptions


def test_vendor_ledger_of_several_vendors_is_a_question(load_files: LoadFiles) -> None:
    """Without a word on the vendor nothing is taken, and the cure names the vendors."""
    done = load_files(
        {"v.csv": VENDOR_HEADER + VENDOR_ENTRIES},
        source("v.csv", "business_central_vendor_ledger_csv", constants=CHF),
    )
    assert (
        'Add only = { "Vendor No." = ["V100"] } to its [[source]], with the right one of: V100, V900.'
        in done.problem
    )
    assert invoices(done) == []


def test_vendor_ledger_in_german(load_files: LoadFiles) -> None:
    """The same ledger with German captions, words, days and amounts gives the same rows."""
    header = (
        "Lfd. Nr.;Buchungsdatum;Belegdatum;Fälligkeitsdatum;Belegart;Belegnr.;Externe Belegnummer;Kreditorennr.;"
        "Kreditorenname;Währungscode;Betrag;Restbetrag;Offen;Geschlossen am;Betrag (MW)\n"
    )
    entries = (
        "11;05.07.2026;02.07.2026;31.08.2026;Rechnung;PI-1;G012345678;V100;Microsoft;;-1.190,00;0,00;Nein;20.08.2026;-1\n"
        "12;06.07.2026;03.07.2026;01.09.2026;Rechnung;PI-2;G012345679;V100;Microsoft;USD;-500,00;-300,00;Ja;;-1\n"
        "13;10.07.2026;09.07.2026;09.07.2026;Gutschrift;PC-1;;V100;Microsoft;;90,00;0,00;Nein;20.08.2026;-1\n"
        "14;20.08.2026;20.08.2026;20.08.2026;Zahlung;BP-1;;V100;Microsoft;;1.100,00;0,00;Nein;20.08.2026;-1\n"
        "15;21.08.2026;21.08.2026;21.08.2026;Zahlung;BP-2;REF 7;V100;Microsoft;USD;240,00;40,00;Ja;;-1\n"
    )
    done = load_files(
        {"v.csv": header + entries}, source("v.csv", "business_central_vendor_ledger_csv", constants=CHF)
    )
    assert done.counts() == (5, 5, 0)
    assert invoices(done) == INVOICES
    assert payments(done) == PAYMENTS


def test_without_the_day_of_closing(load_files: LoadFiles) -> None:
    """Where the list does not show when entries were closed, payments stand with their whole amount and pay no invoice."""
    header = VENDOR_HEADER.replace(",Closed at Date", "")
    rows = (
        "11,07/05/2026,07/02/2026,08/31/2026,Invoice,PI-1,G012345678,V100,Microsoft,,-1190.00,0.00,No,-1190\n"
        "14,08/20/2026,08/20/2026,08/20/2026,Payment,BP-1,,V100,Microsoft,,1100.00,0.00,No,1100\n"
        "15,08/21/2026,08/21/2026,08/21/2026,Refund,BP-3,,V100,Microsoft,,-7.00,0.00,No,-7\n"
    )
    done = load_files(
        {"v.csv": header + rows}, source("v.csv", "business_central_vendor_ledger_csv", constants=CHF)
    )
    assert [row[-1] for row in invoices(done)] == ["paid"]
    assert payments(done) == [
        ("14", None, date(2026, 8, 20), Decimal(1100), "CHF", None),
        ("15", None, date(2026, 8, 21), Decimal(-7), "CHF", None),
    ]


def test_reversed_entries_are_void(load_files: LoadFiles) -> None:
    """An invoice that was reversed is void, and its being closed is no payment."""
    content = (
        "Entry No.;Posting Date;Due Date;Document Type;Document No.;Vendor No.;Amount;Open;Closed at Date;Reversed\n"
        "1;2026-07-05;2026-08-05;Invoice;PI-1;V1;-10;No;2026-07-06;Yes\n"
        "2;2026-07-06;2026-07-06;Payment;BP-1;V1;10;No;;Yes\n"
    )
    done = load_files(
        {"v.csv": content}, source("v.csv", "business_central_vendor_ledger_csv", constants=CHF)
    )
    assert [row[-1] for row in invoices(done)] == ["void"]
    assert payments(done) == []


CUSTOMER_INVOICES = [
    ("SI-1", date(2026, 7, 2), Decimal(1190), "CHF", date(2026, 8, 31), "invoice", "paid"),
    ("SI-2", date(2026, 7, 3), Decimal(500), "EUR", date(2026, 9, 1), "invoice", "open"),
    ("SC-1", date(2026, 7, 9), Decimal(90), "CHF", date(2026, 7, 9), "credit_note", "paid"),
]
CUSTOMER_PAYMENTS = [
    ("21", "SI-1", date(2026, 8, 20), Decimal(1190), "CHF", None),
    ("23", "SC-1", date(2026, 8, 20), Decimal(-90), "CHF", None),
    ("25", None, date(2026, 8, 21), Decimal(40), "EUR", "REF 7"),
    ("26", None, date(2026, 8, 22), Decimal(-3), "CHF", None),
]


def test_customer_ledger(load_files: LoadFiles) -> None:
    """Customers' invoices stand without a minus and payments with one; a mandate tells a direct debit."""
    content = (
        "Entry No.,Posting Date,Document Date,Due Date,Document Type,Document No.,Customer No.,Customer Name,"
        "Currency Code,Amount,Remaining Amount,Open,Closed at Date,External Document No.,Direct Debit Mandate ID\n"
        "21,2026-07-05,2026-07-02,2026-08-31,Invoice,SI-1,C1,Tailspin,,1190.00,0.00,No,2026-08-20,PO 9,M-1\n"
        "22,2026-07-06,2026-07-03,2026-09-01,Invoice,SI-2,C2,Litware,EUR,500.00,300.00,Yes,0001-01-01,,\n"
        "23,2026-07-10,2026-07-09,2026-07-09,Credit Memo,SC-1,C1,Tailspin,,-90.00,0.00,No,2026-08-20,,\n"
        "24,2026-08-20,2026-08-20,2026-08-20,Payment,BP-1,C1,Tailspin,,-1100.00,0.00,No,2026-08-20,,\n"
        "25,2026-08-21,2026-08-21,2026-08-21,Payment,BP-2,C2,Litware,EUR,-240.00,-40.00,Yes,,REF 7,\n"
        "26,2026-08-22,2026-08-22,2026-08-22,Refund,BP-3,C2,Litware,,3.00,3.00,Yes,,,\n"
    )
    done = load_files(
        {"c.csv": content}, source("c.csv", "business_central_customer_ledger_csv", constants=CHF)
    )
    assert done.counts() == (6, 6, 0)
    assert done.loaded.warnings == ()
    assert invoices(done, "customer_invoice") == CUSTOMER_INVOICES
    assert payments(done, "customer_payment") == CUSTOMER_PAYMENTS
    assert done.rows("SELECT customer_id, payment_method FROM customer_invoice ORDER BY record") == [
        ("C1", "direct_debit"),
        ("C2", None),
        ("C1", None),
    ]
    assert done.values("SELECT customer_id FROM customer_payment ORDER BY record") == ["C1", "C1", "C2", "C2"]


def entry(number: int, **fields: object) -> dict[str, object]:
    """Return an entry as an API page gives it."""
    return {"entryNumber": number, "currencyCode": "", "externalDocumentNumber": "", "open": False, **fields}


def as_published(one: dict[str, object]) -> dict[str, object]:
    """Return an entry under the names of a published web service."""
    renamed = {"entryNumber": "Entry_No", "closedAtDate": "Closed_at_Date", "currencyCode": "Currency_Code"}
    return {
        renamed.get(
            name,
            "".join(f"_{sign}" if sign.isupper() else sign for sign in name).title().replace("Number", "No"),
        ): value
        for name, value in one.items()
    }


@pytest.mark.parametrize("is_published", [False, True])
def test_vendor_ledger_of_the_interface(load_files: LoadFiles, tmp_path: Path, *, is_published: bool) -> None:
    """An API page and a published web service give the same rows under their own names, and are told by them."""
    dates = {
        "postingDate": "2026-08-20",
        "documentDate": "2026-08-20",
        "dueDate": "2026-08-20",
        "vendorNumber": "V100",
    }
    entries = [
        entry(
            11,
            **{**dates, "documentDate": "2026-07-02", "dueDate": "2026-08-31"},
            documentType="Invoice",
            documentNumber="PI-1",
            externalDocumentNumber="G012345678",
            amount=-1190.0,
            remainingAmount=0,
            closedAtDate="2026-08-20",
        ),
        entry(
            12,
            **{**dates, "documentDate": "2026-07-03", "dueDate": "2026-09-01"},
            documentType="Invoice",
            documentNumber="PI-2",
            externalDocumentNumber="G012345679",
            amount=-500,
            remainingAmount=-300,
            currencyCode="USD",
            open=True,
            closedAtDate="0001-01-01",
        ),
        entry(
            13,
            **{**dates, "documentDate": "2026-07-09", "dueDate": "2026-07-09"},
            documentType="Credit_x0020_Memo",
            documentNumber="PC-1",
            amount=90,
            remainingAmount=0,
            closedAtDate="2026-08-20",
        ),
        entry(
            14,
            **dates,
            documentType="Payment",
            documentNumber="BP-1",
            amount=1100,
            remainingAmount=0,
            closedAtDate="2026-08-20",
        ),
        entry(
            15,
            **{**dates, "postingDate": "2026-08-21"},
            documentType="Payment",
            documentNumber="BP-2",
            externalDocumentNumber="REF 7",
            amount=240,
            remainingAmount=40,
            currencyCode="USD",
            open=True,
            closedAtDate="0001-01-01",
        ),
        entry(16, **dates, documentType=" ", documentNumber="X", amount=1, closedAtDate="0001-01-01"),
    ]
    content = json.dumps({"value": [as_published(one) if is_published else one for one in entries]})
    done = load_files(
        {"v.json": content}, source("v.json", "business_central_vendor_ledger_json", constants=CHF)
    )
    assert done.counts() == (6, 6, 0)
    assert invoices(done) == INVOICES
    assert payments(done) == PAYMENTS
    (tmp_path / "v").write_text(content, encoding="utf-8")
    with open_warehouse(tmp_path) as warehouse:
        found = detect(tmp_path / "v", known_layouts(resources.mappings()), warehouse).candidates
    assert [one.name for one in found] == ["business_central_vendor_ledger_json"]
    assert (found[0].unknown, found[0].needs_currency, found[0].vendors) == ((), True, ("V100",))


def test_customer_ledger_of_the_interface(load_files: LoadFiles) -> None:
    """Customers' entries have the other sign."""
    entries = [
        entry(
            21,
            postingDate="2026-07-02",
            dueDate="2026-08-31",
            documentType="Invoice",
            documentNumber="SI-1",
            customerNumber="C1",
            amount=1190,
            closedAtDate="2026-08-20",
        ),
        entry(
            26,
            postingDate="2026-08-22",
            documentType="Payment",
            documentNumber="BP-3",
            customerNumber="C2",
            amount=-3,
            open=True,
            remainingAmount=-2,
            externalDocumentNumber="T",
        ),
    ]
    done = load_files(
        {"c.json": json.dumps({"value": entries})},
        source("c.json", "business_central_customer_ledger_json", constants=CHF),
    )
    assert invoices(done, "customer_invoice") == CUSTOMER_INVOICES[:1]
    assert payments(done, "customer_payment") == [
        CUSTOMER_PAYMENTS[0],
        ("26", None, date(2026, 8, 22), Decimal(2), "CHF", "T"),
    ]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (VENDOR_HEADER + VENDOR_ENTRIES, "business_central_vendor_ledger_csv"),
        (
            VENDOR_HEADER.replace("Vendor", "Customer") + VENDOR_ENTRIES,
            "business_central_customer_ledger_csv",
        ),
    ],
)
def test_which_ledger_it_is(tmp_path: Path, content: str, name: str) -> None:
    """Vendors' entries are told from customers', both go before a ledger of no vendor, and the vendors are told."""
    (tmp_path / "x").write_text(content, encoding="utf-8")
    with open_warehouse(tmp_path) as warehouse:
        found = detect(tmp_path / "x", known_layouts(resources.mappings()), warehouse).candidates
    assert found[0].name == name
    assert found[0].unknown == ()
    assert found[0].needs_currency
    assert found[0].vendors == (("V100", "V900") if "Vendor" in content else ())
    other = {"business_central_vendor_ledger_csv", "business_central_customer_ledger_csv"} - {name}
    assert other.isdisjoint({one.name for one in found})
