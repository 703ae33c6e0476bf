"""Exports that are known for what they are and hold nothing that could be relied on: declined, with what to export instead."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import LoadFiles, detect, open_warehouse, source

LAYOUTS = known_layouts(resources.mappings())
DATEV_HEAD = '"EXTF";700;21;"Buchungsstapel";13;20260801120000000;;"RE";"";"";1001;7;20260101;4;20260701;20260731;"Juli";"";1;0;0;"EUR"\n'
DECLINED = {
    "task SLAs under their labels": (
        ("Task,SLA definition,Type,Target,Stage,Business time left,Business elapsed time,Start time,Stop time\n"
        "INC001,P1 response,SLA,Response,Completed,40 Minutes,20 Minutes,2026-07-01 08:00:00,2026-07-01 08:20:00\n"),
        "Export the incident list",
    ),
    "task SLAs under their fields' names": (
        ("task,sla,stage,has_breached,start_time,end_time,planned_end_time,business_duration\n"
        "INC001,P1 response,completed,false,2026-07-01 08:00:00,2026-07-01 08:20:00,2026-07-01 09:00:00,1970-01-01 00:20:00\n"),
        "Export the incident list",
    ),
    "task SLAs of the interface": (
        ('{"result":[{"sys_id":"a","task":{"link":"x","value":"b"},"sla":{"link":"x","value":"c"},"stage":"completed",'
        '"has_breached":"false","start_time":"2026-07-01 08:00:00","end_time":"","planned_end_time":"2026-07-01 09:00:00"}]}'),
        "Fetch the incidents",
    ),
    "bookings of DATEV": (
        DATEV_HEAD + "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Konto;Gegenkonto (ohne BU-Schlüssel);"
        'BU-Schlüssel;Belegdatum;Belegfeld 1;Buchungstext\n1190,00;"S";"EUR";5906;70001;"9";0207;"G01";"Microsoft"\n',
        "Export the list of open items (OPOS-Liste)",
    ),
    "applied payments of vendors": (
        ("Entry No.,Vendor Ledger Entry No.,Entry Type,Posting Date,Document Type,Document No.,Vendor No.,Currency Code,Amount\n"
        "1,11,Application,08/20/2026,Payment,BP-1,V100,,1190\n"),
        "The page Vendor Ledger Entries",
    ),
    "applied payments of customers": (
        ("Entry No.,Cust. Ledger Entry No.,Entry Type,Posting Date,Document Type,Document No.,Customer No.,Currency Code,Amount\n"
        "1,11,Application,08/20/2026,Payment,BP-1,C100,,1190\n"),
        "The page Customer Ledger Entries",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DECLINED)
def test_what_holds_nothing_to_rely_on_is_declined(tmp_path: Path, what: str) -> None:
    """No layout takes such a file, not even one of no vendor; the reason says what to export instead."""
    content, cure = DECLINED[what]
    (tmp_path / "x").write_text(content, encoding="utf-8")
    with open_warehouse(tmp_path) as warehouse:
        found = detect(tmp_path / "x", LAYOUTS, warehouse)
    assert found.candidates == ()
    assert found.is_known
    assert cure in found.declined


OPEN_ITEMS = (
    "Konto;Kontobezeichnung;Rechnungs-Nr.;Rechnungsdatum;Fälligkeit;Betrag Soll;Betrag Haben;Saldo;S/H;Mahnstufe\n"
    "70001;Microsoft;G01;02.07.2026;31.08.2026;;1.190,00;1.190,00;H;\n"
    # paid in part: which of debit and credit note it is, nobody can tell
    "70001;Microsoft;G02;03.07.2026;01.09.2026;200,00;500,00;300,00;H;\n"
    "70001;Microsoft;ZA-7;20.08.2026;;40,00;;40,00;S;\n"
    "10001;Tailspin;RE-1;05.07.2026;04.08.2026;80,50;;80,50;S;1\n"
    "1400;Forderungen;;;;99,00;;99,00;S;\n"
)


def test_open_items_of_datev(load_files: LoadFiles, tmp_path: Path) -> None:
    """A creditor's credit is the supplier's invoice, a debtor's debit a customer's; no payment is told."""
    stated = {"constants": '{ currency = "EUR" }'}
    done = load_files({"x.csv": OPEN_ITEMS}, source("x.csv", "datev_open_items_csv", **stated))
    assert done.counts() == (5, 5, 0)
    told = "SELECT invoice_id, issued_on, due_on, amount, document_type, status FROM"
    assert done.rows(f"{told} supplier_invoice ORDER BY 1") == [
        ("G01", date(2026, 7, 2), date(2026, 8, 31), Decimal(1190), "invoice", "open"),
        ("G02", date(2026, 7, 3), date(2026, 9, 1), Decimal(500), "invoice", "open"),
    ]
    assert done.rows(f"{told} customer_invoice") == [
        ("RE-1", date(2026, 7, 5), date(2026, 8, 4), Decimal("80.5"), "invoice", "open")
    ]
    assert done.values("SELECT customer_id FROM customer_invoice") == ["Tailspin"]
    assert done.values("SELECT count(*) FROM supplier_payment") == [0]
    (tmp_path / "apart").mkdir()
    (tmp_path / "apart" / "x").write_text(OPEN_ITEMS, encoding="utf-8")
    with open_warehouse(tmp_path / "apart") as warehouse:
        found = detect(tmp_path / "apart" / "x", LAYOUTS, warehouse)
    assert [one.name for one in found.candidates][:1] == ["datev_open_items_csv"]
