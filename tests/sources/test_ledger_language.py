"""What a layout can say of amounts, days and words as ledgers write them, and whose documents a source means."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from cspaudit.model import engagement
from cspaudit.sources.load import load, plan_sources
from tests.sources.loading import HEAD, ONE_PARTNER, TWO_PARTNERS, Loading, open_warehouse, write

LAYOUT = """
title = "Bills"
certainty = "assumed"
checked_against = "nothing"
format = "csv"
time = "utc"
vendor = ["Vendor", "Name"]
must_have = ["Kind"]

[aliases]
Vendor = ["Lieferant"]

[[table]]
name = "supplier_invoice"
only_where = { field = "Kind", any_case = true, one_of = ["Bill", "RECHNUNG"] }

[table.columns]
invoice_id = "No"
issued_on = { field = "Day", date_formats = ["%Y-%m-%d", "epoch_s", "epoch_ms"] }
amount = { field = "Amount", absolute = true }
withheld_amount = { field = "Cents", minor_digits = 2 }
currency = { field = "Currency", upper = true, or_stated = true }
status = { field = "State", any_case = true, values = { Done = "paid" }, other = "" }

[table.columns.document_type]
first_of = [
    { constant = "credit_note", where = { field = "Amount", sign = "negative" } },
    { constant = "invoice", where = { field = "Amount", sign = "positive" } },
]

[[table]]
name = "supplier_payment"
only_where = { field = "Kind", one_of = ["Payment"] }

[table.columns]
payment_id = "No"
paid_on = "Day"
amount = { field = "Amount", negated = true }
currency = { field = "Currency", upper = true, or_stated = true }

[[table]]
name = "customer_payment"
only_where = { field = "Kind", one_of = ["Receipt"] }

[table.columns]
payment_id = "No"
paid_on = "Day"
amount = "Amount"
currency = "Currency"
"""
HEADER = "Kind;No;Day;Amount;Currency;State;Cents;Vendor\n"


def read(
    folder: Path,
    files: Mapping[str, str],
    settings: str = "",
    partners: str = ONE_PARTNER,
    path: str = "x.csv",
) -> Loading:
    """Load files through LAYOUT."""
    stated = f'[[source]]\npath = "{path}"\nmapping = "bills"\n{settings}\n'
    write(folder, {"layouts/bills.toml": LAYOUT, **files, "cspaudit.toml": HEAD + partners + stated})
    known = engagement.load(folder)
    warehouse = open_warehouse(folder)
    return Loading(
        warehouse, load(warehouse, known, plan_sources(known, folder / "layouts"), lambda *_: None)
    )


def bill(number: int, amount: str = "1,00", vendor: str = "V1", kind: str = "Bill", **cells: str) -> str:
    """Return one record of HEADER."""
    given = {"day": "2026-07-01", "currency": "EUR", "state": "", "cents": "", **cells}
    return f"{kind};{number};{given['day']};{amount};{given['currency']};{given['state']};{given['cents']};{vendor}\n"


@pytest.mark.parametrize(
    ("amount", "expected", "kind"),
    [
        ("1.234,56", "1234.5600", "invoice"),
        ("-1.234,56", "1234.5600", "credit_note"),
        ("1.234,56-", "1234.5600", "credit_note"),
        ("(1.234,56)", "1234.5600", "credit_note"),
        ("\u22121.234,56", "1234.5600", "credit_note"),
        ("EUR -1.234,56", "1234.5600", "credit_note"),
        ("-1.234,56 \u20ac", "1234.5600", "credit_note"),
        ("0,00", "0.0000", None),
        ("-0,00", "0.0000", None),
    ],
)
def test_sign_of_an_amount(tmp_path: Path, amount: str, expected: str, kind: str | None) -> None:
    """An amount's sign is told and taken away wherever it stands; zero has none."""
    done = read(tmp_path, {"x.csv": HEADER + bill(1, amount) + bill(2, "7,50")})
    assert done.counts() == (2, 2, 0)
    found = done.rows("SELECT amount::VARCHAR, document_type FROM supplier_invoice WHERE invoice_id = '1'")
    assert found == [(expected, kind)]


@pytest.mark.parametrize("amount", ["-1,00-", "--1,00", "-(1,00)", "1,00--", "1-00", "(1,00"])
def test_two_signs_are_no_amount(tmp_path: Path, amount: str) -> None:
    """A sign is taken away once: what has two of them, or half a pair of brackets, is a record left out."""
    done = read(tmp_path, {"x.csv": HEADER + bill(1, amount) + bill(2, "7,50")})
    assert done.counts() == (2, 1, 1)
    ((_, record, _, field, value, _),) = done.rejects()
    assert (record, field) == (1, "amount")
    assert value


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("5,00", "-5.0000"), ("-5,00", "5.0000"), ("5,00-", "5.0000"), ("+5,00", "-5.0000"), ("0,00", "0.0000")],
)
def test_negated(tmp_path: Path, amount: str, expected: str) -> None:
    """The other sign is given to an amount, wherever its own stands."""
    done = read(
        tmp_path, {"x.csv": HEADER + bill(1, amount, kind="Payment") + bill(2, "7,50", kind="Payment")}
    )
    assert done.values("SELECT amount::VARCHAR FROM supplier_payment WHERE payment_id = '1'") == [expected]


@pytest.mark.parametrize(("cents", "expected"), [("1050", "10.5000"), ("5", "0.0500"), ("0", "0.0000")])
def test_minor_units(tmp_path: Path, cents: str, expected: str) -> None:
    """The last digits of a whole number of cents are decimals."""
    point = {"cents": cents, "amount": "7.50"}
    done = read(tmp_path, {"x.csv": HEADER + bill(1, **point)})
    assert done.values("SELECT withheld_amount::VARCHAR FROM supplier_invoice") == [expected]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-07-01", "2026-07-01"),
        ("1782863999", "2026-06-30"),
        ("1782864000", "2026-07-01"),
        ("1782863999999", "2026-06-30"),
        ("99999999999999", "5138-11-16"),
    ],
)
def test_days_since_1970(tmp_path: Path, day: str, expected: str) -> None:
    """A count of seconds or thousandths since 1970 is its day in UTC."""
    done = read(tmp_path, {"x.csv": HEADER + bill(1, day=day)})
    # seconds are tried first, so that what is too large for them are thousandths
    assert done.values("SELECT issued_on::VARCHAR FROM supplier_invoice") == [expected]


def test_no_count_since_1970(tmp_path: Path) -> None:
    """A number with more digits than any moment has is no day."""
    done = read(tmp_path, {"x.csv": HEADER + bill(1, day="999999999999999") + bill(2)})
    assert done.counts() == (2, 1, 1)


def test_words_in_any_case(tmp_path: Path) -> None:
    """Words are known in whatever case where the layout says so, in tests and in values."""
    content = (
        bill(1, kind="BILL", state="DONE") + bill(2, kind="Rechnung", state="done") + bill(3, kind="payment")
    )
    done = read(tmp_path, {"x.csv": HEADER + content + bill(4, state="new")})
    assert done.rows("SELECT invoice_id, status FROM supplier_invoice ORDER BY 1") == [
        ("1", "paid"),
        ("2", "paid"),
        ("4", None),
    ]
    assert done.values("SELECT count(*) FROM supplier_payment") == [0]


def test_stated_currency_fills_what_is_empty(tmp_path: Path) -> None:
    """A blank currency is the one that the source states, others stay; small letters become capitals."""
    content = HEADER + bill(1, currency="") + bill(2, currency="usd")
    done = read(tmp_path / "1", {"x.csv": content}, 'constants = { currency = "CHF" }')
    assert done.rows("SELECT invoice_id, currency FROM supplier_invoice ORDER BY 1") == [
        ("1", "CHF"),
        ("2", "USD"),
    ]
    assert "x.csv: currency is CHF in every record that names none." in done.loaded.assumptions
    unstated = read(tmp_path / "2", {"x.csv": content})
    assert unstated.rejects() == [("x.csv", 1, 2, "currency", None, "is required and empty")]


def test_only_some_vendors(tmp_path: Path) -> None:
    """Of a ledger of many vendors those that the source names are used; the report says how many records those are."""
    content = HEADER.replace("Vendor", "Lieferant") + bill(1) + bill(2, vendor="V2") + bill(3, vendor="V3")
    content += bill(4, vendor="V2", kind="Payment") + bill(5, vendor="C9", kind="Receipt")
    for number, field in enumerate(("Vendor", "LIEFERANT")):
        done = read(tmp_path / str(number), {"x.csv": content}, f'only = {{ {field} = ["V2", "V4"] }}')
        assert done.values("SELECT invoice_id FROM supplier_invoice") == ["2"]
        assert done.values("SELECT payment_id FROM supplier_payment") == ["4"]
        # a customer is no vendor
        assert done.values("SELECT payment_id FROM customer_payment") == ["5"]
        assert done.counts() == (5, 5, 0)
        assert f"x.csv: only records where {field} is V2 or V4 were used (3)." in done.loaded.assumptions


def test_faults_of_others_do_not_matter(tmp_path: Path) -> None:
    """A record that the source does not mean is left aside with its faults."""
    content = HEADER + bill(1) + bill(2, "a lot", vendor="V2")
    assert read(tmp_path, {"x.csv": content}, 'only = { Vendor = "V1" }').counts() == (2, 2, 0)


def test_any_field_can_tell_what_is_meant(tmp_path: Path) -> None:
    """A field that is no vendor's restricts every table, and one that the export lacks is an error, not nothing."""
    content = HEADER + bill(1, state="CSP") + bill(2) + bill(3, kind="Receipt")
    done = read(tmp_path / "1", {"x.csv": content}, 'only = { State = ["CSP"] }')
    assert done.values("SELECT invoice_id FROM supplier_invoice") == ["1"]
    assert done.values("SELECT count(*) FROM customer_payment") == [0]
    lacking = read(tmp_path / "2", {"x.csv": content}, 'only = { Division = ["CSP"] }')
    assert "The export lacks 'Division'" in lacking.problem


def test_several_vendors_are_a_question(tmp_path: Path) -> None:
    """A supplier's ledger of several vendors is never taken for Microsoft's: nothing of it is loaded, the cure is told."""
    content = HEADER + bill(1) + bill(2) + bill(3, vendor='The "Power" Co')
    done = read(tmp_path / "1", {"x.csv": content})
    assert "The ledger holds documents of 2 vendors" in done.problem
    assert 'only = { "Vendor" = ["V1"] }' in done.problem
    assert done.values("SELECT count(*) FROM supplier_invoice") == [0]
    assert done.rows(
        "SELECT DISTINCT table_name, reason FROM reject WHERE table_name LIKE 'supplier%' ORDER BY 1"
    ) == [
        ("supplier_invoice", "the export could not be read"),
        ("supplier_payment", "the export could not be read"),
    ]
    stated = read(tmp_path / "2", {"x.csv": content}, 'constants = { supplier = "microsoft" }')
    assert stated.values("SELECT count(*) FROM supplier_invoice") == [3]


def test_one_vendor_is_told(tmp_path: Path) -> None:
    """What all documents of a ledger were taken for is told: those of its one vendor, or of a vendor it does not name."""
    customer = bill(2, kind="Receipt", vendor="C9")
    done = read(tmp_path / "1", {"x.csv": HEADER + bill(1) + customer})
    taken = "x.csv: its documents are taken for those of the supplier that is audited; "
    assert done.loaded.assumptions[1:] == (f"{taken}all of them are of the vendor V1.",)
    blank = read(tmp_path / "2", {"x.csv": HEADER + bill(1, vendor="") + customer})
    assert blank.loaded.assumptions[1:] == (f"{taken}the ledger names no vendor.",)


def test_each_partner_has_its_vendor(tmp_path: Path) -> None:
    """Two partners' ledgers may call the supplier by two numbers; two numbers in one of them are a question."""
    files = {"fabrikam.csv": HEADER + bill(1), "tailspin.csv": HEADER + bill(2, vendor="9")}
    done = read(tmp_path / "1", files, partners=TWO_PARTNERS, path="{partner}.csv")
    assert done.values("SELECT count(*) FROM supplier_invoice") == [2]
    files["tailspin.csv"] += bill(3, vendor="10")
    asked = read(tmp_path / "2", files, partners=TWO_PARTNERS, path="{partner}.csv")
    assert len(asked.loaded.problems) == 2


def test_what_must_be_there(tmp_path: Path) -> None:
    """A file without a field that it must have has another layout, unless the source reads its column elsewhere."""
    content = (HEADER + bill(1)).replace("Kind", "Sort")
    assert "The export lacks 'Kind'" in read(tmp_path, {"x.csv": content}).problem


def test_another_field_may_name_the_vendor(tmp_path: Path) -> None:
    """Where the usual field is not in the export the next one tells the vendors, and the cure names that one."""
    content = HEADER.replace("Vendor", "Name") + bill(1) + bill(2, vendor="V2")
    assert 'only = { "Name" = ["V1"] }' in read(tmp_path / "1", {"x.csv": content}).problem
    done = read(tmp_path / "2", {"x.csv": content}, 'only = { Name = "V2" }')
    assert done.values("SELECT invoice_id FROM supplier_invoice") == ["2"]


def test_only_needs_values() -> None:
    """A field without a value that is meant is no statement."""
    with pytest.raises(ValidationError, match="only"):
        engagement.SourceSettings(path="x", table="ticket", only={"a": ()})
