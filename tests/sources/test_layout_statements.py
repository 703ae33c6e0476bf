"""What a layout can say of an export that lacks something: columns to state, a moment, nothing to take, tables not fed."""

from datetime import date

import pytest
from pydantic import ValidationError

from cspaudit.errors import EngagementError
from cspaudit.sources.condition import Condition
from cspaudit.sources.mapping import Mapping
from tests.sources.loading import LoadFiles, source

LAYOUT: dict[str, object] = {
    "title": "Notes",
    "certainty": "assumed",
    "checked_against": "nothing",
    "format": "csv",
    "time": "utc",
    "unused": ["b"],
}
TABLE = {"name": "customer", "columns": {"customer_id": "a", "name": "b"}}


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({}, "fills a table, or names its fields"),
        ({"table": [TABLE], "supplies_nothing": "it is empty."}, "fills a table, or names its fields"),
        ({"supplies_nothing": "it is empty.", "unused": []}, "fills a table, or names its fields"),
        (
            {"table": [TABLE], "ask": {"invoice_id": "its number"}},
            "no table of the layout has a column 'invoice_id'",
        ),
        ({"table": [TABLE], "snapshot": "observed_at"}, "no table of the layout has a column 'observed_at'"),
        ({"table": [{**TABLE, "yields_by": "invoice_id"}]}, "no column 'invoice_id'"),
        ({"table": [{**TABLE, "columns": {"name": {"field": "b", "round": 5}}}]}, "less than or equal to 4"),
    ],
)
def test_a_layout_that_contradicts_itself_is_refused(said: dict[str, object], message: str) -> None:
    """A layout fills tables or says why not, and asks for columns of its tables alone."""
    with pytest.raises(ValidationError, match=message):
        Mapping.model_validate({**LAYOUT, **said})


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ({"field": "a"}, True),
        ({"field": "x", "one_of": ["1"]}, False),
        ({"field": "x", "empty": True}, True),
        ({"all_of": [{"field": "a"}, {"field": "x"}]}, False),
        ({"any_of": [{"field": "a"}, {"field": "x"}]}, True),
        ({"any_of": [{"field": "x"}, {"field": "y"}]}, False),
    ],
)
def test_whether_a_test_can_hold(test: dict[str, object], *, expected: bool) -> None:
    """A test of a field that is not there holds only where the field has to be empty."""
    assert Condition.model_validate(test).can_hold(("a",)) == expected


@pytest.mark.parametrize(
    "name",
    [
        "partner_center_invoice_summaries_json",
        "partner_center_unrated_usage_json",
        "partner_center_export_manifest_json",
    ],
)
def test_a_layout_that_supplies_nothing_is_refused_as_a_source(load_files: LoadFiles, name: str) -> None:
    """Whoever names such a layout is told why it is of no use, before anything is loaded."""
    with pytest.raises(EngagementError, match=r"Nothing can be taken from Partner Center .*: it "):
        load_files({"x.json": "{}"}, source("x.json", name))


def test_a_column_may_be_stated_by_another_field(load_files: LoadFiles) -> None:
    """Where the partner added the number as a column of its own, that column is named instead of a constant."""
    text = "Bill,OrderId,TotalForCustomer,ChargeStartDate\nD1,o,1.50,7/21/2026\nD2,o,2.50,7/21/2026\n"
    done = load_files(
        {"l.csv": text},
        source("l.csv", "partner_center_license_reconciliation_csv", columns='{ invoice_id = "Bill" }'),
    )
    assert done.rows("SELECT invoice_id, line, period_start_on FROM supplier_invoice_line ORDER BY 1") == [
        ("D1", "1", date(2026, 7, 21)),
        ("D2", "2", date(2026, 7, 21)),
    ]


def test_a_table_that_nothing_can_feed_is_no_evidence(load_files: LoadFiles) -> None:
    """A list without domains gives customers, and does not count as an export of domains."""
    done = load_files(
        {"c.csv": "Microsoft ID,Company name,Relationship\nc-1,Litware,x\n"},
        source("c.csv", "partner_center_customers_csv"),
    )
    assert done.values("SELECT customer_id FROM customer") == ["c-1"]
    assert done.values("SELECT table_name FROM source_table WHERE source_id = 'c.csv'") == ["customer"]
    assert done.counts() == (1, 1, 0)


def test_what_every_table_needs_is_still_asked_for(load_files: LoadFiles) -> None:
    """A list without names of customers feeds neither table and is refused."""
    done = load_files(
        {"c.csv": "Microsoft ID,Primary domain name\nc-1,litware.example\n"},
        source("c.csv", "partner_center_customers_csv"),
    )
    assert "lacks 'Company name'" in done.problem


def test_the_number_of_a_partner_that_a_vendor_knows_is_none_of_ours(load_files: LoadFiles) -> None:
    """A column PartnerId of the layout names no partner of the audit, unless the source says so."""
    text = "PartnerId,InvoiceNumber,Total,ChargeStartDate\n{},G1,1.50,7/21/2026\n"
    name = "partner_center_reconciliation_csv"
    done = load_files({"r.csv": text.format("0f-1")}, source("r.csv", name))
    assert done.values("SELECT partner_id FROM supplier_invoice_line") == ["fabrikam"]
    stated = source("r.csv", name, columns='{ partner_id = "PartnerId" }')
    done = load_files({"r.csv": text.format("fabrikam")}, stated)
    assert done.values("SELECT partner_id FROM supplier_invoice_line") == ["fabrikam"]
    done = load_files({"r.csv": text.format("0f-1")}, stated)
    assert [row[3] for row in done.rejects()] == ["partner_id"]


def test_a_header_over_two_lines_loses_no_record(load_files: LoadFiles) -> None:
    """A line feed within a header cell of a file whose lines end otherwise does not hide its records."""
    text = '"Partner\nId",InvoiceNumber,Total\r\nx,G1,1.50\r\ny,,2.50\r\n'
    done = load_files({"r.csv": text}, source("r.csv", "partner_center_reconciliation_csv"))
    assert done.values("SELECT invoice_id FROM supplier_invoice_line") == ["G1"]
    assert [row[1:4] for row in done.rejects()] == [(2, 4, "invoice_id")]
    assert done.counts() == (2, 1, 1)
