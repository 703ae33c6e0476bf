"""Case files: read key by key, run, and what is said where a check does not do as its case says."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import pytest

from cspaudit.errors import CheckError
from cspaudit.evaluation.cases import CaseReport, Given, GivenRow, Load, load_cases, run_cases
from cspaudit.model.result import PartnerFacts
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from tests.evaluation.world import TICKET_CHECK, check_from, empty_world

CASES = """
[defaults]
as_of = 2026-10-15T02:00:00+02:00
start = 2026-07-01
end = 2026-10-01

[[defaults.given.ticket]]
ticket_id = "d"
opened_at = 2026-07-01T00:00:00+02:00

[[case]]
name = "a billing ticket fails"
covers = ["fail"]
[[case.given.ticket]]
ticket_id = "a"
opened_at = 2026-08-01T10:00:00Z
category = "billing"
[[case.expect]]
subject_id = "a"
status = "fail"
reason = "billing"
observed = "billing"
dated_at = 2026-08-01T12:00:00+02:00

[[case]]
name = "a ticket without category has no evidence"
covers = ["missing_evidence"]
[[case.expect]]
subject_id = "d"
status = "insufficient_evidence"
observed = ""

[[case]]
name = "partners do not mix"
covers = ["pass"]
partner = [
  { partner_id = "fabrikam", name = "Fabrikam", tier = "direct_bill", timezone = "Europe/Berlin" },
  { partner_id = "tailspin", name = "Tailspin", tier = "direct_bill", timezone = "Asia/Tokyo", domains = ["tailspin.example"] },
]
[[case.given.ticket]]
partner_id = "tailspin"
ticket_id = "a"
opened_at = 2026-08-01T10:00:00Z
category = "technical"
[[case.expect]]
partner_id = "tailspin"
subject_id = "a"
status = "pass"
reason = ""
"""


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """A loader that puts the given rows into tables made by hand."""

    def build(
        given: Given, partners: Sequence[GivenRow], start: date, end: date, as_of: datetime
    ) -> Warehouse:
        assert start < end
        assert as_of == datetime(2026, 10, 15)  # noqa: DTZ001 - instants are naive UTC in this project
        facts = [PartnerFacts(p["partner_id"], p["name"], p["tier"], p["timezone"]) for p in partners]
        world = empty_world(tmp_path, facts)
        for table, rows in given.items():
            world.add(table, *rows)
        return world.warehouse

    return build


def report(tmp_path: Path, load: Load, text: str = CASES, check: str = TICKET_CHECK) -> CaseReport:
    """Return how the cases of ``text`` come out."""
    path = tmp_path / "cases.toml"
    path.write_text(text, encoding="utf-8")
    return run_cases(check_from(check), load_cases(path), load)


def test_cases_that_hold_pass(tmp_path: Path, load: Load) -> None:
    """Given rows replace the default's table by table, instants become UTC, and only what is named is compared."""
    found = report(tmp_path, load)

    assert found.lines == (
        "ok      tickets_are_technical: a billing ticket fails",
        "ok      tickets_are_technical: a ticket without category has no evidence",
        "ok      tickets_are_technical: partners do not mix",
    )
    assert found.passed


DIFFERENCES = {
    "another status": ('status = "fail"', 'status = "pass"', "a: status should be 'pass', is 'fail'"),
    "another observation": (
        'observed = "billing"',
        'observed = "money"',
        "a: observed should be 'money', is 'billing'",
    ),
    "a value where none was": ('reason = "billing"', 'reason = ""', "a: reason should be None, is 'billing'"),
    "another moment": ("T12:00:00+02:00", "T12:00:00Z", "a: dated_at should be"),
    "a row too few": ('subject_id = "a"', 'subject_id = "b"', "b: expected, not returned"),
    "a row too many": ('subject_id = "a"', 'subject_id = "b"', "a: not expected, got fail"),
    "another partner": (
        'partner_id = "tailspin"\nsubject_id',
        'partner_id = "fabrikam"\nsubject_id',
        "a of tailspin: not expected",
    ),
}


@pytest.mark.parametrize("difference", DIFFERENCES)
def test_every_difference_is_told(tmp_path: Path, load: Load, difference: str) -> None:
    """Statuses, values, rows too many and too few: each makes the case fail, with the case and the row."""
    old, new, says = DIFFERENCES[difference]
    assert old in CASES

    found = report(tmp_path, load, CASES.replace(old, new))

    assert not found.passed
    assert says in "\n".join(found.lines)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ticket_id as subject_id", "number as subject_id", "number"),
        ("from ticket", "from ticket cross join (values (1), (2)) as v(k)", "more than once"),
        ("then 'billing'\n", "then 'money'\n", "'money' is not listed"),
        ("from ticket", "from 'x.csv'", "no plain table name"),
    ],
)
def test_a_broken_check_fails_its_cases(tmp_path: Path, load: Load, old: str, new: str, says: str) -> None:
    """An error of the query, a repeated row, an unlisted reason or a way out is the case's problem, no traceback."""
    found = report(tmp_path, load, check=TICKET_CHECK.replace(old, new))

    assert not found.passed
    assert says in "\n".join(found.lines)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("covers =", "cover =", "The key 'cover' is unknown"),
        ('["fail"]', '["failure"]', "covers: 'failure' is unknown"),
        ("given.ticket", "given.tickets", "no table 'tickets'"),
        ('category = "billing"', 'categories = "billing"', "no column 'categories'"),
        ('status = "fail"\n', "", "'status' is missing"),
        ("end = 2026-10-01", "", "'end' is missing"),
        (', timezone = "Asia/Tokyo"', "", "'timezone' of a partner is missing"),
        ("[defaults]", "[default]", "'default' is unknown"),
        ("[defaults]", "[defaults", "cannot be read"),
    ],
)
def test_a_mistake_in_a_case_file_is_named(tmp_path: Path, old: str, new: str, says: str) -> None:
    """Unknown keys, tables, columns and kinds are refused: a misspelt expectation would test nothing."""
    path = tmp_path / "cases.toml"
    path.write_text(CASES.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(CheckError, match=says) as refused:
        load_cases(path)

    assert str(path) in refused.value.where


def test_a_check_without_cases_says_so(tmp_path: Path) -> None:
    """No file is an error; no cases are never a success."""
    with pytest.raises(CheckError, match="no case file"):
        load_cases(tmp_path / "none.toml")
    assert not CaseReport("x").passed
