"""The map of evidence, and the lists beside it."""

from datetime import date

from cspaudit.model.result import MonthCoverage
from cspaudit.outputs.evidence import MapCell, evidence_map, months, seal
from tests.outputs.samples import source


def test_months_of_a_half_open_period() -> None:
    """A period that ends with a first of month does not hold that month; any later day does."""
    assert months(date(2026, 7, 1), date(2026, 10, 1)) == ("2026-07", "2026-08", "2026-09")
    assert months(date(2026, 12, 15), date(2027, 1, 2)) == ("2026-12", "2027-01")
    assert months(date(2026, 7, 5), date(2026, 7, 6)) == ("2026-07",)


def test_files_of_one_export_are_one_row() -> None:
    """Records add up over files; a month without any is open unless the partner says the export covers it."""
    first = source("a.csv", 5, 0, 0, source_id="mail")
    second = source(
        "b.csv",
        source_id="mail",
        coverage=(MonthCoverage("2026-07", 2), MonthCoverage("2026-09", 0, is_stated=True), MonthCoverage("2020-01", 9)),
    )  # fmt: skip
    found = evidence_map([first, second, source("undated.csv")], months(date(2026, 7, 1), date(2026, 10, 1)))

    assert found is not None
    assert [row.name for row in found.rows] == ["mail"]
    assert found.rows[0].cells == (
        MapCell("7", is_open=False),
        MapCell("none", is_open=True),
        MapCell("none, as stated", is_open=False),
    )


def test_a_long_period_has_a_column_a_year() -> None:
    """Above 15 months years stand in for months, and a year with a month missing says so."""
    long = source("a.csv", coverage=tuple(MonthCoverage(f"2025-{month:02}", 1) for month in range(1, 13)))
    found = evidence_map([long], months(date(2024, 12, 1), date(2026, 4, 1)))

    assert found is not None
    assert found.by_year
    assert found.heads == ("2024", "2025", "2026")
    assert found.rows[0].cells == (
        MapCell("none", is_open=True),
        MapCell("12", is_open=False),
        MapCell("none", is_open=True),
    )
    partly = source("a.csv", coverage=(MonthCoverage("2025-03", 1200),))
    again = evidence_map([partly], months(date(2024, 12, 1), date(2026, 4, 1)))
    assert again is not None
    assert again.rows[0].cells[1] == MapCell("1,200, gap", is_open=True)


def test_nothing_dated_has_no_map() -> None:
    """Without a single dated export there is nothing to draw."""
    assert evidence_map([source("a.csv")], ["2026-07"]) is None


def test_the_seal_is_of_the_files_alone() -> None:
    """Order does not matter; another hash or path gives another seal."""
    one, two = source("a.csv"), source("b.csv")

    assert seal([one, two]) == seal([two, one])
    assert seal([one]) != seal([two])
    assert len(seal([])) == 64
