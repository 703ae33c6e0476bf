"""partner-facts.xlsx: a sheet for each table that people fill in, whose header is the table's own."""

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from cspaudit import resources
from cspaudit.errors import OutputError
from cspaudit.initialise.workbook import (
    _EXAMPLE,
    EXAMPLES,
    PEOPLE_KNOW,
    READ_ME,
    fact_tables,
    write_workbook,
)
from cspaudit.model.tables import TABLES
from cspaudit.sources import mapping
from tests.cli.engagements import command

LAYOUTS = [mapping.load(resources.mappings(), name) for name in mapping.names(resources.mappings())]


def test_each_sheet_has_the_columns_of_its_table_and_no_record(tmp_path: Path) -> None:
    """Whatever is explained or shown as an example stands in sheets that are no table's, or in notes."""
    path = tmp_path / "facts.xlsx"
    write_workbook(path, fact_tables(LAYOUTS))
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == [READ_ME, EXAMPLES, *fact_tables(LAYOUTS)]
    assert not {READ_ME, EXAMPLES} & set(TABLES)
    for name in fact_tables(LAYOUTS):
        assert book.get_sheet_by_name(name).to_python() == [list(TABLES[name].column_names)]


def test_the_same_bytes_each_time(tmp_path: Path) -> None:
    """The workbook does not tell when it was made."""
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, PEOPLE_KNOW)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_what_no_layout_fills_has_a_sheet() -> None:
    """Tables without a day that no export fills are typed in by somebody; partners and signed answers have their own files."""
    filled = {name for one in LAYOUTS for table in one.table for name in (table.name, *table.sides.values())}
    missing = {name for name, table in TABLES.items() if name not in filled and not table.dated_by}
    sheets = set(fact_tables(LAYOUTS))
    assert missing - {"partner", "attestation", "customer_invoice_line", "supplier_invoice_line"} <= sheets
    assert set(fact_tables([])) > sheets - {"subscription"}
    assert not {"partner", "attestation"} & sheets


@pytest.mark.parametrize("table", _EXAMPLE)
def test_examples_are_records_that_the_table_takes(table: str) -> None:
    """Each example has the required columns and values that are allowed."""
    shown = _EXAMPLE[table]
    assert {column.name for column in TABLES[table].required} <= set(shown)
    for name, value in shown.items():
        column = TABLES[table].column(name)
        assert not column.allowed or value in column.allowed


def test_every_sheet_people_know_best_has_an_example() -> None:
    """Nobody has to guess how a line looks."""
    assert set(_EXAMPLE) == set(PEOPLE_KNOW)


def test_the_command_writes_it_once(tmp_path: Path) -> None:
    """A workbook that is there, filled in perhaps, is never written over; a folder takes it under its own name."""
    done = command("sources", "template", cwd=tmp_path)
    assert done.code == 0
    assert (tmp_path / "partner-facts.xlsx").is_file()
    again = command("sources", "template", "--output", tmp_path)
    assert again.code == 3
    assert "The file is there already; it was not touched." in again.words
    with pytest.raises(OutputError):
        write_workbook(tmp_path / "none" / "facts.xlsx", PEOPLE_KNOW)
