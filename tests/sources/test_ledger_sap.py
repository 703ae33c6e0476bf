"""SAP's line items, as a list with bars, as text parted by tabs and as CSV, in English and in German."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import LoadFiles, Loading, detect, open_warehouse, source

VENDOR = "sap_vendor_line_items_csv"
CUSTOMER = "sap_customer_line_items_csv"
RULE = "-" * 118
LIST = f"""\
Kreditor          100001
Name              Microsoft Ireland

{RULE}
| St|Zuordnung |Belegnr   |Art|Belegdatum|Nettofälligk|Betrag in Belegwährung|Währg|Ausgleich |Ausgl.bel.|Referenz   |
{RULE}
|   |          |5100000001|RE |02.07.2026|31.08.2026  |            1.190,00- |EUR  |20.08.2026|2000000001|G012345678 |
|   |          |5100000002|RE |03.07.2026|01.09.2026  |              500,00- |USD  |          |          |G012345679 |
{RULE}
| St|Zuordnung |Belegnr   |Art|Belegdatum|Nettofälligk|Betrag in Belegwährung|Währg|Ausgleich |Ausgl.bel.|Referenz   |
{RULE}
|   |          |1700000001|KG |09.07.2026|09.07.2026  |               90,00  |EUR  |20.08.2026|2000000001|           |
|   |          |2000000001|KZ |20.08.2026|            |            1.100,00  |EUR  |20.08.2026|2000000001|           |
|   |          |2000000002|KZ |21.08.2026|            |               40,00  |USD  |          |          |           |
|   |          |9000000001|AB |21.08.2026|            |                1,00- |EUR  |          |          |           |
{RULE}
|*  |          |          |   |          |            |              650,00- |EUR  |          |          |           |
{RULE}
"""
INVOICES = [
    ("G012345678", date(2026, 7, 2), Decimal(1190), "EUR", date(2026, 8, 31), "invoice", "paid"),
    ("G012345679", date(2026, 7, 3), Decimal(500), "USD", date(2026, 9, 1), "invoice", "open"),
    ("1700000001", date(2026, 7, 9), Decimal(90), "EUR", date(2026, 7, 9), "credit_note", "paid"),
]
PAYMENTS = [
    ("5100000001", "G012345678", date(2026, 8, 20), Decimal(1190), "EUR", "2000000001"),
    ("1700000001", "1700000001", date(2026, 8, 20), Decimal(-90), "EUR", "2000000001"),
    ("2000000002", None, date(2026, 8, 21), Decimal(40), "USD", None),
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_list_with_bars(load_files: LoadFiles, encoding: str) -> None:
    """A list is read without its ornaments, repeated headers and totals, whatever its encoding."""
    stated = {"encoding": '"cp1252"'} if encoding == "cp1252" else {}
    done = load_files({"items.txt": LIST.encode(encoding)}, source("items.txt", VENDOR, **stated))
    assert done.loaded.problems == ()
    assert done.counts() == (7, 7, 0)
    assert invoices(done) == INVOICES
    assert payments(done) == PAYMENTS
    assert "items.txt: 2 lines that are no rows of the list were left aside." in done.loaded.assumptions


def test_faults_of_a_list_have_records_and_no_lines(load_files: LoadFiles) -> None:
    """A record left out of a list is told by its place among the rows: those of a text with a bar in it too."""
    spoilt = LIST.replace("|03.07.2026|", "|soon      |").replace("|G012345678 |", "|G01|345678 |")
    done = load_files({"items.txt": spoilt}, source("items.txt", VENDOR))
    assert done.counts() == (7, 5, 2)
    assert {(record, line) for _, record, line, *_ in done.rejects()} == {(1, None), (2, None)}


def test_vendor_items_as_a_spreadsheet(load_files: LoadFiles) -> None:
    """The columns of a spreadsheet in English; local amounts stand in where there are no others."""
    content = (
        "Vendor\tDocument Number\tDocument Type\tPosting Key\tDocument Date\tNet due date\tAmount in local currency\t"
        "Local Currency\tClearing Date\tReversed with\tPosting Date\n"
        "100001\t51\tRE\t31\t2026-07-02\t2026-08-31\t1,190.00-\tEUR\t2026-08-20\t\t2026-07-05\n"
        "100001\t52\tKR\t31\t2026-07-03\t2026-08-31\t10.00-\tEUR\t2026-07-04\t53\t2026-07-03\n"
        "100001\t53\tKR\t22\t2026-07-04\t2026-08-31\t10.00\tEUR\t2026-07-04\t\t2026-07-04\n"
        "100001\t60\tZP\t25\t2026-08-01\t\t7.00\tEUR\t\t\t2026-08-03\n"
    )
    done = load_files({"x.txt": content}, source("x.txt", VENDOR))
    assert done.loaded.warnings == ()
    assert done.counts() == (4, 4, 0)
    assert [(row[0], row[2], row[5], row[6]) for row in invoices(done)] == [
        ("51", Decimal(1190), "invoice", "paid"),
        ("52", Decimal(10), "invoice", "void"),
    ]
    assert payments(done) == [
        ("51", "51", date(2026, 8, 20), Decimal(1190), "EUR", None),
        ("60", None, date(2026, 8, 3), Decimal(7), "EUR", None),
    ]


def test_customer_items(load_files: LoadFiles) -> None:
    """Customers' invoices stand without a minus, their payments and credit notes with one."""
    content = (
        "Debitor;Belegnummer;Belegart;Belegdatum;Nettofälligkeit;Betrag in Belegwährung;Belegwährung;Ausgleichsdatum;Faktura\n"
        "C1;180;RV;02.07.2026;31.08.2026;1.190,00;EUR;20.08.2026;9001\n"
        "C1;181;DG;09.07.2026;;90,00-;EUR;20.08.2026;\n"
        "C2;182;RV;03.07.2026;01.09.2026;500,00;EUR;;9002\n"
        "C2;140;DZ;21.08.2026;;40,00-;EUR;;\n"
    )
    done = load_files({"x.csv": content}, source("x.csv", CUSTOMER))
    assert done.counts() == (4, 4, 0)
    assert [(row[0], row[2], row[5], row[6]) for row in invoices(done, "customer_invoice")] == [
        ("9001", Decimal(1190), "invoice", "paid"),
        ("181", Decimal(90), "credit_note", "paid"),
        ("9002", Decimal(500), "invoice", "open"),
    ]
    assert [(row[0], row[1], row[3]) for row in payments(done, "customer_payment")] == [
        ("180", "9001", Decimal(1190)),
        ("181", "181", Decimal(-90)),
        ("140", None, Decimal(40)),
    ]
    assert done.values("SELECT customer_id FROM customer_invoice ORDER BY record") == ["C1", "C1", "C2"]


def test_no_due_day_is_invented(load_files: LoadFiles) -> None:
    """Where the list shows a baseline date and terms but no net due date, the due day stays unknown."""
    content = (
        "Vendor;Document Number;Document Type;Document Date;Baseline Date;Terms of Payment;Amount in doc. curr.;Document Currency\n"
        "1;51;RE;2026-07-02;2026-07-02;N030;-5.00;EUR\n"
    )
    done = load_files({"x.csv": content}, source("x.csv", VENDOR))
    assert done.values("SELECT due_on FROM supplier_invoice") == [None]
    assert done.loaded.warnings == ()


@pytest.mark.parametrize(("content", "name"), [(LIST, VENDOR), (LIST.replace("Kreditor", "Debitor"), VENDOR)])
def test_a_list_is_found(tmp_path: Path, content: str, name: str) -> None:
    """The layout of line items is found for a list with bars; whether vendors' or customers', only a column tells."""
    (tmp_path / "x").write_text(content, encoding="utf-8")
    with open_warehouse(tmp_path) as warehouse:
        found = detect(tmp_path / "x", known_layouts(resources.mappings()), warehouse).candidates
    assert {one.name for one in found[:2]} == {VENDOR, CUSTOMER}
    assert found[0].unknown == ()
    assert name in {one.name for one in found}
