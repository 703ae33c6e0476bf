"""Pandera judges a frame as the loader's SQL judges the same records in a file."""

import csv
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cspaudit.errors import SourceError
from cspaudit.model import engagement
from cspaudit.model.frames import DTYPES, faults
from cspaudit.model.table import Column, Table
from cspaudit.model.tables import TABLES
from cspaudit.sources.load import load, plan_sources, silent
from cspaudit.warehouse.duckdb_warehouse import Warehouse

JUDGED = (
    "supplier_invoice",
    "supplier_payment",
    "supplier_dispute",
    "support_target",
    "ticket",
    "ticket_event",
    "partner_domain",
)
#: words that end in a line end, look like numbers, or are empty in no obvious way
WORDS = ("a", "b", "EUR", "EUR\n", "eur", "EURO", "0012", "x y", "ä", "fabrikam.example", "1", "true")


#: naive UTC, as canonical instants are
FIRST = datetime.fromisoformat("2026-01-01T00:00:00")


def values(column: Column) -> st.SearchStrategy[Any]:
    """Return values of a column's type, now and then empty or not allowed."""
    found: st.SearchStrategy[Any]
    match column.type:
        case "text":
            usual = st.sampled_from(column.allowed or ("a", "b", "c", "EUR", "fabrikam.example"))
            found = st.one_of(usual, usual, usual, st.sampled_from(WORDS))
        case "instant":
            found = st.integers(0, 3 * 86_400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
        case "date":
            found = st.dates(date(2026, 1, 1), date(2026, 1, 9))
        case "money":
            found = st.decimals(-2, 10, places=4)
        case "share":
            found = st.decimals(0, 1, places=4)
        case "integer":
            found = st.integers(-2, 100)
        case "boolean":
            found = st.booleans()
    rare = 12 if column.required else 3
    return st.integers(0, rare).flatmap(lambda dice: st.none() if dice == 0 else found)


@st.composite
def records(draw: st.DrawFn) -> tuple[Table, list[dict[str, Any]]]:
    """Return a table and some records of it, each with its required columns and some others."""
    table = TABLES[draw(st.sampled_from(JUDGED))]
    ruled = {name for rule in table.rules for name in vars(rule).values() if isinstance(name, str)}
    columns = [
        column
        for column in table.columns
        if column.required or column.name in {*ruled, *table.key} or column.pattern
    ]
    row = st.fixed_dictionaries({column.name: values(column) for column in columns})
    return table, draw(st.lists(row, min_size=1, max_size=25))


def as_frame(table: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the records as a typed frame."""
    return pd.DataFrame(
        {
            name: pd.Series([row[name] for row in rows], dtype=DTYPES[table.column(name).type] or "object")
            for name in rows[0]
        }
    )


def refused_by_sql(table: Table, rows: list[dict[str, Any]]) -> set[int]:
    """Return the places of the records that the loader leaves out of the same records in a file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "export.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        content = {
            "engagement": {"title": "t", "period": "2026", "as_of": datetime(2026, 6, 1, tzinfo=UTC)},
            "partner": [{"id": "p", "name": "P", "tier": "direct_bill", "timezone": "UTC"}],
            "source": [{"path": "export.csv", "table": table.name}],
        }
        audit = engagement.parse(content, folder=folder, where="test")
        with Warehouse(folder) as warehouse:
            loaded = load(warehouse, audit, plan_sources(audit, folder), silent)
            assert not loaded.problems
            assert loaded.inputs[0].records_read == len(rows)
            return {int(row[0]) - 1 for row in warehouse.rows("SELECT record FROM reject")}


@settings(max_examples=40)
@given(records())
def test_frame_and_file_are_judged_alike(made: tuple[Table, list[dict[str, Any]]]) -> None:
    """The rows that pandera refuses are the records that the SQL leaves out, repeated keys included."""
    table, rows = made
    # what an empty last line of a file says is a matter of files
    assume(not rows or any(value is not None for value in rows[-1].values()))
    assert {fault.row for fault in faults(table, as_frame(table, rows))} == refused_by_sql(table, rows)


def dispute(**columns: list[Any]) -> pd.DataFrame:
    """Return a frame of disputes."""
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return as_frame(TABLES["supplier_dispute"], rows)


def test_each_fault_names_row_rule_and_column() -> None:
    """An order broken, a value not allowed, a required one empty and a negative amount are told apart."""
    frame = dispute(
        invoice_id=["A", "B", None, "D"],
        opened_on=[date(2026, 1, 2), None, None, date(9999, 12, 31)],
        closed_on=[date(2026, 1, 1), None, None, None],
        amount=[Decimal(1), None, Decimal(-1), Decimal(2)],
        outcome=["upheld", "lost", None, None],
    )
    found = {(fault.row, fault.rule, fault.column) for fault in faults(TABLES["supplier_dispute"], frame)}
    assert found == {
        (0, "order", "opened_on"),
        (1, "isin", "outcome"),
        (2, "not_nullable", "invoice_id"),
        (2, "at_least", "amount"),
    }


def test_the_first_of_repeated_keys_stays() -> None:
    """Only later records of a key are faults, and a refused record claims no key."""
    frame = dispute(invoice_id=["A", "A", "A"], amount=[Decimal(-1), Decimal(1), Decimal(1)])
    found = [(fault.row, fault.rule) for fault in faults(TABLES["supplier_dispute"], frame)]
    assert found == [(0, "at_least"), (2, "repeated_key")]


def test_a_pattern_matches_the_whole_value() -> None:
    """A currency with a line end behind it is none."""
    columns = {"invoice_id": "A", "issued_on": date(2026, 1, 1), "amount": Decimal(1), "currency": "EUR\n"}
    found = faults(TABLES["supplier_invoice"], as_frame(TABLES["supplier_invoice"], [columns]))
    assert [(fault.rule, fault.column) for fault in found] == [("pattern", "currency")]


def test_a_missing_required_column_is_an_error() -> None:
    """Without a required column no row can be judged."""
    with pytest.raises(SourceError, match="invoice_id"):
        faults(TABLES["supplier_dispute"], pd.DataFrame({"amount": [Decimal(1)]}))
