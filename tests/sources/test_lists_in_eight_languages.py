"""Lists of payments and of open items that no vendor has made: read in eight languages, by their header alone."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import LoadFiles, detect, open_warehouse, source

LAYOUTS = known_layouts(resources.mappings())
#: day of payment, invoice, amount, currency, payee, reference; how a day and an amount are written
PAYMENTS = {
    "en": ("Payment date,Invoice number,Amount,Currency,Payee,Reference", "20 Aug 2026", '"1,190.50"'),
    "de": ("Zahlungsdatum;Rechnungsnummer;Betrag;Währung;Zahlungsempfänger;Verwendungszweck", "20.08.2026", "1.190,50"),
    "fr": ("Date de paiement;N° de facture;Montant;Devise;Bénéficiaire;Référence", "20/08/2026", "1 190,50"),
    "es": ("Fecha de pago;Nº de factura;Importe;Moneda;Proveedor;Referencia", "20/08/2026", "1.190,50"),
    "it": ("Data pagamento;Numero fattura;Importo;Valuta;Fornitore;Riferimento", "20/08/2026", "1.190,50"),
    "pt": ("Data de pagamento;Número da fatura;Valor;Moeda;Fornecedor;Referência", "20/08/2026", "1.190,50"),
    "nl": ("Betaaldatum;Factuurnummer;Bedrag;Valuta;Leverancier;Kenmerk", "20-08-2026", "1.190,50"),
    "ja": ("支払日,請求書番号,支払金額,通貨,支払先,摘要", "2026/08/20", '"1,190.50"'),
}  # fmt: skip
#: vendor, invoice, its day, due day, what is open, what of it is not due, to 30, 60, 90 days and beyond
OPEN_ITEMS = {
    "en": "Vendor,Invoice No,Invoice date,Due date,Open balance,Current,1-30,31-60,61-90,> 90",
    "de": "Lieferant,Rechnungsnummer,Rechnungsdatum,Fälligkeitsdatum,Offener Betrag,Nicht fällig,1-30 Tage,31-60 Tage,61-90 Tage,Über 90 Tage",
    "fr": "Fournisseur,N° de facture,Date de facture,Date d'échéance,Reste à payer,Non échu,1-30 jours,31-60 jours,61-90 jours,Plus de 90 jours",
    "es": "Proveedor,Nº de factura,Fecha de factura,Fecha de vencimiento,Importe pendiente,No vencido,1-30 días,31-60 días,61-90 días,Más de 90 días",
    "it": "Fornitore,Numero fattura,Data fattura,Data di scadenza,Importo residuo,Non scaduto,1-30 giorni,31-60 giorni,61-90 giorni,Oltre 90 giorni",
    "pt": "Fornecedor,Número da fatura,Data da fatura,Data de vencimento,Valor em aberto,A vencer,1-30 dias,31-60 dias,61-90 dias,Mais de 90 dias",
    "nl": "Leverancier,Factuurnummer,Factuurdatum,Vervaldatum,Openstaand bedrag,Niet vervallen,1-30 dagen,31-60 dagen,61-90 dagen,Meer dan 90 dagen",
    "ja": "仕入先,請求書番号,請求日,支払期日,未払残高,期限内,1-30日,31-60日,61-90日,90日超",
}


def best(folder: Path, content: str) -> str:
    """Return the likeliest layout of a file."""
    (folder / "x").write_text(content, encoding="utf-8")
    with open_warehouse(folder) as warehouse:
        return detect(folder / "x", LAYOUTS, warehouse).candidates[0].name


@pytest.mark.parametrize("language", PAYMENTS)
def test_list_of_payments(load_files: LoadFiles, tmp_path: Path, language: str) -> None:
    """A row is a payment of the invoice that it names, on its day; it is known by its header in each language."""
    header, day, amount = PAYMENTS[language]
    sign = ";" if ";" in header else ","
    content = header + "\n" + sign.join([day, "G01", amount, "EUR", "Microsoft", "R 7"]) + "\n"
    stated = {"side": '"payable"'}
    done = load_files({"x.csv": content}, source("x.csv", "payment_list_csv", **stated))
    assert done.counts() == (1, 1, 0)
    assert done.rows(
        "SELECT invoice_id, line, paid_on, amount, currency, reference, status FROM supplier_payment"
    ) == [("G01", "1", date(2026, 8, 20), Decimal("1190.5"), "EUR", "R 7", None)]
    (tmp_path / "apart").mkdir()
    assert best(tmp_path / "apart", content) == "payment_list_csv"


def test_one_payment_of_two_invoices(load_files: LoadFiles) -> None:
    """A payment's number stands in a row for each of its invoices; the same row again is a reject."""
    rows = "2026-08-20,P1,G01,100,CHF\n2026-08-20,P1,G02,50.25,CHF\n2026-08-20,P1,G02,50.25,CHF\n"
    done = load_files(
        {"x.csv": "Payment date,Payment No,Invoice,Amount,Currency\n" + rows},
        source("x.csv", "payment_list_csv", side='"receivable"'),
    )
    assert done.counts() == (3, 2, 1)
    assert done.rows("SELECT payment_id, line, invoice_id, amount FROM customer_payment ORDER BY 2") == [
        ("P1", "G01", "G01", Decimal(100)),
        ("P1", "G02", "G02", Decimal("50.25")),
    ]


def test_what_became_of_a_payment(load_files: LoadFiles) -> None:
    """A payment that is planned, or came back, is no settled one; a word that nobody knows is a reject."""
    words = ("Bezahlt", "geplant", "Abgelehnt", "", "Entwurf")
    rows = "".join(f"2026-08-2{number};G0{number};10;EUR;{word}\n" for number, word in enumerate(words))
    done = load_files(
        {"x.csv": "Zahlungsdatum;Rechnungsnummer;Betrag;Währung;Zahlungsstatus\n" + rows},
        source("x.csv", "payment_list_csv", side='"payable"'),
    )
    assert done.rows("SELECT invoice_id, status FROM supplier_payment ORDER BY 1") == [
        ("G00", "settled"),
        ("G01", "pending"),
        ("G02", "returned"),
        ("G03", None),
    ]
    assert done.rows("SELECT field, value FROM reject") == [("status", "Entwurf")]


def test_two_payments_that_say_the_same_are_two(load_files: LoadFiles) -> None:
    """Without a number a payment is what its row says, and the same row twice is two payments."""
    rows = "2026-08-20,40,EUR,Microsoft\n2026-08-20,40,EUR,Microsoft\n2026-08-21,-15,EUR,Microsoft\n"
    done = load_files(
        {"x.csv": "Paid on,Amount,Currency,Payee\n" + rows},
        source("x.csv", "payment_list_csv", side='"payable"'),
    )
    assert done.counts() == (3, 3, 0)
    assert done.rows("SELECT paid_on, amount FROM supplier_payment ORDER BY record") == [
        (date(2026, 8, 20), Decimal(40)),
        (date(2026, 8, 20), Decimal(40)),
        (date(2026, 8, 21), Decimal(-15)),
    ]


def test_a_day_of_no_name_is_no_payment_by_itself(tmp_path: Path) -> None:
    """A list with a mere date may be one of invoices, or a bank's: it is not taken for payments."""
    content = "Date,Invoice,Amount,Currency,Payee\n2026-08-20,G01,40,EUR,Microsoft\n"
    (tmp_path / "x").write_text(content, encoding="utf-8")
    with open_warehouse(tmp_path) as warehouse:
        found = detect(tmp_path / "x", LAYOUTS, warehouse)
    assert "payment_list_csv" not in [one.name for one in found.candidates]


@pytest.mark.parametrize("language", OPEN_ITEMS)
def test_list_of_open_items_by_age(load_files: LoadFiles, tmp_path: Path, language: str) -> None:
    """What is open is the invoice's amount where nothing else tells it; a credit is one by its sign."""
    rows = (
        "Microsoft,G01,2026-07-02,2026-08-31,300.00,,300.00,,,\nMicrosoft,G02,2026-07-03,,-12.50,-12.50,,,,\n"
    )
    content = OPEN_ITEMS[language] + "\n" + rows
    stated = {"side": '"payable"', "constants": '{ currency = "EUR" }'}
    done = load_files({"x.csv": content}, source("x.csv", "invoice_ledger_csv", **stated))
    assert done.counts() == (2, 2, 0)
    assert done.rows(
        "SELECT invoice_id, due_on, amount, document_type, status FROM supplier_invoice ORDER BY 1"
    ) == [
        ("G01", date(2026, 8, 31), Decimal(300), "invoice", "open"),
        ("G02", None, Decimal("12.5"), "credit_note", "open"),
    ]
    (tmp_path / "apart").mkdir()
    assert best(tmp_path / "apart", content) == "invoice_ledger_csv"


def test_nothing_open_is_no_amount(load_files: LoadFiles) -> None:
    """An invoice of which nothing is open any more has an amount that such a list does not tell: it is a reject."""
    rows = "Microsoft,G01,2026-07-02,2026-08-31,0.00,,,,,\nMicrosoft,G02,2026-07-02,2026-08-31,5,,,,,\n"
    stated = {"side": '"payable"', "constants": '{ currency = "EUR" }'}
    done = load_files(
        {"x.csv": OPEN_ITEMS["en"] + "\n" + rows}, source("x.csv", "invoice_ledger_csv", **stated)
    )
    assert done.counts() == (2, 1, 1)
    assert done.values("SELECT invoice_id FROM supplier_invoice") == ["G02"]
