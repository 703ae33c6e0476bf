"""Invoices of Microsoft as Partner Center and Azure list them, in several shapes and languages."""

import json
from datetime import date
from decimal import Decimal

import pytest

from tests.sources.loading import LoadFiles, source

INVOICES = (
    "SELECT invoice_id, issued_on, due_on, amount, currency, document_type, series, status, amends_id "
    "FROM supplier_invoice ORDER BY 1"
)


def test_the_cmdlets_file(load_files: LoadFiles) -> None:
    """Windows PowerShell names the type in a first line, and writes days as the shell's language does."""
    text = (
        "#TYPE Microsoft.Store.PartnerCenter.PowerShell.Models.Invoices.PSInvoice\r\n"
        '"AmendsOf","Amendments","CurrencyCode","CurrencySymbol","DocumentType","InvoiceId","InvoiceDate",'
        '"InvoiceDetails","InvoiceType","PaidAmount","PdfDownloadLink","TaxReceipts","TotalCharges"\r\n'
        ',"System.Collections.Generic.List`1[x]","EUR","€","Invoice","G000099001","7/8/2026 12:00:00 AM","x","OneTime",'
        '"-119.00","/invoices/G000099001","x","119"\r\n'
        '"G000099001",,"EUR","€","AdjustmentNote","G000099002","7/31/2026 6:44:37 PM","x","OneTime","0","","","19.5"\r\n'
        ',,"EUR","€","Invoice","","7/8/2026 12:00:00 AM","x","Recurring","0","","","1"\r\n'
    )
    done = load_files({"i.csv": text}, source("i.csv", "partner_center_invoices_powershell_csv"))
    g = ("EUR", "invoice", "new_commerce", "paid", None)
    assert done.rows(INVOICES) == [
        ("G000099001", date(2026, 7, 8), None, Decimal(119), *g),
        (
            *("G000099002", date(2026, 7, 31), None, Decimal("19.5")),
            *("EUR", "credit_note", "new_commerce", None, "G000099001"),
        ),
    ]
    assert done.rejects() == [("i.csv", 3, 5, "invoice_id", None, "is required and empty")]
    assert done.counts() == (3, 2, 1)


@pytest.mark.parametrize(
    ("header", "record"),
    [
        (
            "Invoice number,Invoice date,Billing period,Total charges,Currency,Document type,Status,Due date",
            'G000099001,7/18/2026,7/1/2026 - 7/31/2026,"$1,119.00",USD,Invoice,Past due,9/16/2026',
        ),
        (
            "Rechnungsnummer;Rechnungsdatum;Abrechnungszeitraum;Gebühren;Währung;Dokumenttyp;Status;Fälligkeitsdatum",
            "G000099001;18.07.2026;Juli 2026;1.119,00 $;USD;Rechnung;Überfällig;16.09.2026",
        ),
        (
            "Número da fatura;Data da fatura;Período de cobrança;Encargos;Moeda;Tipo de documento;Estado;Data de vencimento",
            "G000099001;18.07.2026;07/2026;1.119,00;USD;Fatura;Due;16.09.2026",
        ),
        (
            "請求書番号,請求日,請求期間,料金,通貨,ドキュメントの種類,状態,支払期日",
            "G000099001,2026/07/18,2026/07,1119,USD,請求書,未払い,2026/9/16",
        ),
    ],
)
def test_billing_history_in_the_language_of_the_page(load_files: LoadFiles, header: str, record: str) -> None:
    """The list gives the same invoice, with its due day, in every language that the labels are known in."""
    done = load_files(
        {"h.csv": f"{header}\n{record}\n"},
        source("h.csv", "partner_center_billing_history_csv", date_order='"mdy"'),
    )
    assert done.rows(INVOICES) == [
        (
            *("G000099001", date(2026, 7, 18), date(2026, 9, 16), Decimal(1119)),
            *("USD", "invoice", "new_commerce", "open", None),
        )
    ]
    assert done.counts() == (1, 1, 0)


def test_billing_history_of_credits_and_unknown_words(load_files: LoadFiles) -> None:
    """A negative charge is a credit note; a word for a state that nobody knows is none."""
    text = (
        "Invoice ID,Date,Charges,Currency,Type,Status\n"
        "D099001,7/18/2026,-12.50,USD,Invoice,Settling\n"
        "X1,7/18/2026,(3.00),USD,Credit note,Paid\n"
    )
    done = load_files(
        {"h.csv": text}, source("h.csv", "partner_center_billing_history_csv", date_order='"mdy"')
    )
    assert [(row[0], *row[3:8]) for row in done.rows(INVOICES)] == [
        ("D099001", Decimal("12.5"), "USD", "credit_note", "legacy", None),
        ("X1", Decimal(3), "USD", "credit_note", "other", "paid"),
    ]


def azure(name: str, **properties: object) -> dict[str, object]:
    """Return an invoice of a billing account, without the frame of the interface."""
    return {
        "name": name,
        "invoiceDate": "2026-07-08T00:00:00Z",
        "dueDate": "2026-09-06T00:00:00Z",
        "status": "Due",
        "documentType": "Invoice",
        "billedAmount": {"currency": "EUR", "value": 130.0},
        "totalAmount": {"currency": "EUR", "value": 119.0},
        "amountDue": {"currency": "EUR", "value": 119.0},
        **properties,
    }


@pytest.mark.parametrize("is_framed", [False, True])
def test_azure_invoices_tell_their_due_day(load_files: LoadFiles, *, is_framed: bool) -> None:
    """The command's list and the interface's answer give the same invoices; a tax receipt is none."""
    invoices = [
        azure("G000099001"),
        azure(
            "G000099002",
            documentType="CreditNote",
            creditForDocumentId="G000099001",
            totalAmount={"currency": "EUR", "value": -19.5},
            dueDate=None,
            status="Paid",
        ),
        azure("G000099003", documentType="TaxReceipt"),
        azure("G000099004", totalAmount=None, status="Locked", dueDate="2026-09-06T00:00:00.1234567+00:00"),
        azure("G000099005", billedAmount=None, totalAmount=None),
    ]
    framed = {
        "value": [{"name": one.pop("name"), "type": "x", "properties": one} for one in map(dict, invoices)]
    }
    content: object = framed if is_framed else invoices
    layout = "azure_billing_invoices_rest_json" if is_framed else "azure_billing_invoices_json"
    done = load_files({"a.json": json.dumps(content)}, source("a.json", layout))
    days = (date(2026, 7, 8), date(2026, 9, 6))
    assert done.rows(INVOICES) == [
        ("G000099001", *days, Decimal(119), "EUR", "invoice", "new_commerce", "open", None),
        (
            *("G000099002", days[0], None, Decimal("19.5")),
            *("EUR", "credit_note", "new_commerce", "paid", "G000099001"),
        ),
        ("G000099004", *days, Decimal(130), "EUR", "invoice", "new_commerce", None, None),
    ]
    assert [row[3:] for row in done.rejects()] == [("amount", None, "is required and empty")]
    assert done.counts() == (5, 4, 1)


PARTNER_CENTER = {
    "items": [
        {
            "id": "G000099001",
            "invoiceDate": "2026-07-08T03:00:00Z",
            "totalCharges": 119,
            "paidAmount": 119,
            "currencyCode": "EUR",
        },
        {
            "id": "G000099009",
            "invoiceDate": "2026-08-08T03:00:00Z",
            "totalCharges": 7,
            "paidAmount": 0,
            "currencyCode": "EUR",
        },
    ]
}


@pytest.mark.parametrize("azure_first", [False, True])
def test_two_exports_of_one_invoice_complete_each_other(load_files: LoadFiles, *, azure_first: bool) -> None:
    """Partner Center tells that an invoice is paid, Azure when it was due; each also knows one of its own."""
    sources = [
        source("p.json", "partner_center_invoices_json"),
        source("a.json", "azure_billing_invoices_json"),
    ]
    done = load_files(
        {
            "p.json": json.dumps(PARTNER_CENTER),
            "a.json": json.dumps([azure("G000099001"), azure("G000099008", status="Paid")]),
        },
        "".join(reversed(sources) if azure_first else sources),
    )
    due = date(2026, 9, 6)
    assert done.rows("SELECT invoice_id, due_on, status, file, record FROM supplier_invoice ORDER BY 1") == [
        ("G000099001", due, "paid", "p.json", 1),
        ("G000099008", due, "paid", "a.json", 2),
        ("G000099009", None, None, "p.json", 2),
    ]
    assert done.counts() == (4, 4, 0)


def test_an_export_that_completes_is_enough_by_itself(load_files: LoadFiles) -> None:
    """Two files of the same kind do not complete each other: the second record of an invoice repeats its key."""
    done = load_files(
        {"a.json": json.dumps([azure("G000099001")]), "b.json": json.dumps([azure("G000099001")])},
        source("a.json", "azure_billing_invoices_json") + source("b.json", "azure_billing_invoices_json"),
    )
    assert done.values("SELECT file FROM supplier_invoice") == ["a.json"]
    assert done.counts() == (2, 1, 1)
