"""Workbooks are found out sheet by sheet, and what a file leaves open is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import Detected, detect_all, known_layouts
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from tests.sources.loading import instant, open_warehouse
from tests.sources.workbooks import Rows, xlsx

LAYOUTS = known_layouts(resources.mappings())
ISSUES: Rows = [
    [
        "Status",
        "Vorgangsschlussel",
        "Issue key",
        "Created",
        "Issue Type",
        "Reporter",
        "Priority",
        "Bemerkung",
    ],
    ["Done", "", "D-1", instant("2026-07-01T09:30:00"), "Bug", "Ana", "High", "x"],
]
CUSTOMERS: Rows = [["customer_id", "name"], ["C1", "Contoso"]]


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """An engine of its own."""
    with open_warehouse(tmp_path) as opened:
        yield opened


def found_in(warehouse: Warehouse, folder: Path, content: bytes) -> tuple[Detected, ...]:
    """What a file is found to be, sheet by sheet."""
    path = folder / "export.csv"
    path.write_bytes(content)
    return detect_all(path, LAYOUTS, warehouse)


def test_every_sheet_is_told(warehouse: Warehouse, tmp_path: Path) -> None:
    """Sheets of several layouts are each found, edited headers too; a cover is declined."""
    book = xlsx({"Cover": [["Made by the desk"]], "Issues": ISSUES, "customer": CUSTOMERS, "Empty": []})
    found = found_in(warehouse, tmp_path, book)
    assert [(one.sheet, [some.name for some in one.candidates][:1]) for one in found] == [
        ("Cover", []),
        ("Issues", ["jira_issues_csv"]),
        ("customer", ["customer"]),
    ]
    issues = found[1].candidates[0]
    assert set(issues.unknown) == {"Vorgangsschlussel", "Bemerkung"}
    assert (issues.records, issues.usable, issues.needs_timezone) == (1, 1, True)


def test_what_cannot_be_opened_is_declined(warehouse: Warehouse, tmp_path: Path) -> None:
    """A broken workbook is one answer with its reason."""
    (found,) = found_in(warehouse, tmp_path, xlsx({"T": CUSTOMERS})[:500])
    assert "damaged or not whole" in found.declined


def test_questions_are_told(warehouse: Warehouse, tmp_path: Path) -> None:
    """Days that can all be read both ways are a question, times with offsets need no zone."""
    head = b"Issue key,Created,Status,Issue Type,Reporter,Priority\n"
    (found,) = found_in(warehouse, tmp_path, head + b"D-1,3/4/2026 9:30 +02:00,Done,Bug,Ana,High\n")
    assert (found.candidates[0].asked, found.candidates[0].needs_timezone) == (("date_order",), False)
    (found,) = found_in(warehouse, tmp_path, head + b"D-1,3/14/2026 9:30,Done,Bug,Ana,High\n")
    assert (found.candidates[0].asked, found.candidates[0].needs_timezone) == ((), True)
