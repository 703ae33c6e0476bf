"""Invoice ledgers of whatever system, in eight languages: what each row becomes, and which file is no such ledger."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from tests.sources.loading import LoadFiles, detect, open_warehouse, source

LEDGER = "invoice_ledger_csv"
EUR = '{ currency = "EUR" }'
LAYOUTS = known_layouts(resources.mappings())
#: language, a ledger of a paid invoice and an open one, whether the decimal mark of its amounts is a comma
LANGUAGES = (
    (
        "en",
        "Invoice No.,Invoice Date,Due Date,Total,Paid on,Balance\n",
        ",",
        "2026-07-03",
        "2026-08-02",
        "2026-07-30",
    ),
    (
        "de",
        "Rechnungsnummer;Rechnungsdatum;Fälligkeitsdatum;Betrag;bezahlt am;offen\n",
        ";",
        "03.07.2026",
        "02.08.2026",
        "30.07.2026",
    ),
    (
        "fr",
        "N° de facture;Date de facture;Date d'échéance;Montant TTC;Payé le;Reste à payer\n",
        ";",
        "03.07.2026",
        "02.08.2026",
        "30.07.2026",
    ),
    (
        "es",
        "Número de factura;Fecha de factura;Fecha de vencimiento;Importe total;Fecha de pago;Importe pendiente\n",
        ";",
        "2026-07-03",
        "2026-08-02",
        "2026-07-30",
    ),
    (
        "it",
        "Numero fattura;Data fattura;Data scadenza;Importo;Data pagamento;Residuo\n",
        ";",
        "03.07.2026",
        "02.08.2026",
        "30.07.2026",
    ),
    (
        "pt",
        "Número da fatura;Data de emissão;Vencimento;Valor total;Data de pagamento;Em aberto\n",
        ";",
        "2026-07-03",
        "2026-08-02",
        "2026-07-30",
    ),
    (
        "nl",
        "Factuurnummer;Factuurdatum;Vervaldatum;Factuurbedrag;Betaald op;Openstaand\n",
        ";",
        "2026-07-03",
        "2026-08-02",
        "2026-07-30",
    ),
    (
        "ja",
        "請求書番号,請求日,支払期日,請求金額,支払日,残高\n",
        ",",
        "2026/07/03",
        "2026/08/02",
        "2026/07/30",
    ),
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """An engine of its own."""
    with open_warehouse(tmp_path) as opened:
        yield opened


def ledger(header: str, mark: str, issued: str, due: str, paid: str) -> str:
    """Return a ledger with a paid invoice and an open one."""
    full, zero = ("1.190,00", "0,00") if mark == ";" else ("1190.00", "0.00")
    return (
        header
        + f"A-1{mark}{issued}{mark}{due}{mark}{full}{mark}{paid}{mark}{zero}\n"
        + (f"A-2{mark}{issued}{mark}{due}{mark}{full}{mark}{mark}{full}\n")
    )


@pytest.mark.parametrize("row", LANGUAGES, ids=[row[0] for row in LANGUAGES])
def test_each_language(
    load_files: LoadFiles, warehouse: Warehouse, tmp_path: Path, row: tuple[str, ...]
) -> None:
    """A ledger under the usual names of a language is found, and gives an invoice paid on its day and an open one."""
    content = ledger(*row[1:])
    (tmp_path / "x").write_text(content, encoding="utf-8")
    best = detect(tmp_path / "x", LAYOUTS, warehouse).candidates[0]
    assert (best.name, best.usable, best.needs_side, best.needs_currency, best.unknown) == (
        LEDGER,
        2,
        True,
        True,
        (),
    )
    done = load_files({"x.csv": content}, source("x.csv", LEDGER, side='"payable"', constants=EUR))
    assert done.loaded.warnings == ()
    assert done.rows(
        "SELECT * EXCLUDE (partner_id, source_id, file) FROM supplier_invoice ORDER BY record"
    ) == [
        (
            "A-1",
            date(2026, 7, 3),
            Decimal(1190),
            "EUR",
            None,
            None,
            date(2026, 8, 2),
            "invoice",
            None,
            "paid",
            None,
            1,
        ),
        (
            "A-2",
            date(2026, 7, 3),
            Decimal(1190),
            "EUR",
            None,
            None,
            date(2026, 8, 2),
            "invoice",
            None,
            "open",
            None,
            2,
        ),
    ]
    assert done.rows("SELECT payment_id, invoice_id, paid_on, amount, currency FROM supplier_payment") == [
        ("A-1", "A-1", date(2026, 7, 30), Decimal(1190), "EUR")
    ]


def status_of(load_files: LoadFiles, header: str, cells: str) -> tuple[object, ...]:
    """Return (document type, status, amounts paid) of an invoice over 100 with further columns."""
    content = f"Invoice No,Date,Due,Amount,{header}\n1,2026-07-03,2026-08-02,{cells}\n"
    done = load_files({"x.csv": content}, source("x.csv", LEDGER, side='"receivable"', constants=EUR))
    assert done.counts() == (1, 1, 0)
    ((kind, status),) = done.rows("SELECT document_type, status FROM customer_invoice") or [(None, None)]
    return kind, status, done.values("SELECT amount FROM customer_payment")


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("Status", "100,Paid", ("invoice", "paid", [])),
        ("Status", "100,ÜBERFÄLLIG", ("invoice", "open", [])),
        ("Status", "100,Storniert", ("invoice", "void", [])),
        ("Status", "100,Awaiting review", ("invoice", None, [])),
        ("Status", "100,Draft", (None, None, [])),
        ("Status,Balance", "100,Paid,40", ("invoice", "open", [])),
        ("Status,Paid on", "100,Partially paid,2026-07-09", ("invoice", "open", [])),
        ("Status,Paid on", "100,Cancelled,2026-07-09", ("invoice", "void", [])),
        ("Paid on", "100,2026-07-09", ("invoice", None, [Decimal(100)])),
        ("Paid on", "-100,2026-07-09", ("credit_note", None, [Decimal(-100)])),
        ("Paid on,Type", "-100,2026-07-09,Invoice", ("invoice", None, [Decimal(100)])),
        ("Paid on,Type", "100,2026-07-09,Gutschrift", ("credit_note", None, [Decimal(-100)])),
        ("Paid on,Type", "100,2026-07-09,Zahlung", (None, None, [])),
        ("Paid on,Type", "100,2026-07-09,RV", ("invoice", None, [Decimal(100)])),
        ("Paid on,Open", "100,2026-07-09,40", ("invoice", "open", [])),
        ("Paid on,Open", "100,2026-07-09,no", ("invoice", None, [Decimal(100)])),
        ("Paid on,Open", "100,2026-07-09,yes", ("invoice", None, [])),
        ("Paid on,Open", "100,2026-07-09,0", ("invoice", "paid", [Decimal(100)])),
        ("Paid on,Amount paid", "100,2026-07-09,40", ("invoice", None, [])),
        ("Paid on,Amount paid", "100,2026-07-09,100", ("invoice", None, [Decimal(100)])),
    ],
)
def test_what_is_paid(load_files: LoadFiles, header: str, cells: str, expected: tuple[object, ...]) -> None:
    """A day of payment counts only where nothing says that a part is open; words and signs tell the document."""
    assert status_of(load_files, header, cells) == expected


def test_numbers_go_before_others(load_files: LoadFiles) -> None:
    """The supplier's invoice number goes before the ledger's own, a total before an amount, a day of invoice before any."""
    content = (
        "Belegnr.;Rechnungsnr.;Belegdatum;Rechnungsdatum;Fällig am;Betrag;Bruttobetrag;Lieferant;Währung;Kommentar\n"
        "900;G01;03.07.2026;01.07.2026;31.07.2026;10,00;11,90;Microsoft;€;x\n"
        "901;;04.07.2026;;31.07.2026;20,00;;Microsoft;USD;x\n"
    )
    done = load_files({"x.csv": content}, source("x.csv", LEDGER, side='"payable"'))
    assert done.rows(
        "SELECT invoice_id, issued_on, amount, currency FROM supplier_invoice ORDER BY record"
    ) == [
        ("G01", date(2026, 7, 1), Decimal("11.90"), "EUR"),
        ("901", date(2026, 7, 4), Decimal(20), "USD"),
    ]
    assert done.loaded.warnings == ("x.csv: columns not used: Kommentar.",)


def test_a_column_of_ones_own(load_files: LoadFiles) -> None:
    """A field of another name is read where the source says so, its sign left aside as the layout has it."""
    content = "Beleg,Vom,Zahlbar,Wert\n1,2026-07-03,2026-08-02,-5\n"
    columns = '{ invoice_id = "Beleg", issued_on = "Vom", due_on = "Zahlbar", amount = "Wert" }'
    done = load_files(
        {"x.csv": content}, source("x.csv", LEDGER, side='"payable"', constants=EUR, columns=columns)
    )
    assert done.rows("SELECT invoice_id, due_on, amount FROM supplier_invoice") == [
        ("1", date(2026, 8, 2), Decimal(5))
    ]


@pytest.mark.parametrize(
    "content",
    [
        "Payment No,Payment date,Invoice No,Amount,Currency\nP1,2026-07-03,A-1,100,EUR\n",
        "Invoice No,Date,Amount,Currency\nA-1,2026-07-03,100,EUR\n",
        "Zahlungsdatum;Betrag;Verwendungszweck\n03.07.2026;100,00;A-1\n",
    ],
)
def test_without_a_due_date_it_is_no_ledger(warehouse: Warehouse, tmp_path: Path, content: str) -> None:
    """A list of payments, and any list without due dates, is not taken for a ledger of invoices."""
    (tmp_path / "x").write_text(content, encoding="utf-8")
    found = detect(tmp_path / "x", LAYOUTS, warehouse)
    assert LEDGER not in {one.name for one in found.candidates}


@pytest.mark.parametrize(("minus", "is_told"), [(3, True), (2, False)])
def test_a_ledger_of_credit_notes_is_doubted(load_files: LoadFiles, minus: int, *, is_told: bool) -> None:
    """Where most documents are credit notes, which ask for no payment, the report asks whether they are invoices."""
    rows = [f"{i},2026-07-03,2026-08-02,{'-' if i < minus else ''}5\n" for i in range(5)]
    content = "Invoice No,Date,Due,Amount\n" + "".join(rows)
    done = load_files({"x.csv": content}, source("x.csv", LEDGER, side='"payable"', constants=EUR))
    told = [text for text in done.loaded.warnings if "were read as credit notes" in text]
    assert bool(told) == is_told
