"""Every worked case of every check, on Spark."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cspaudit import resources
from cspaudit.evaluation.cases import load_cases
from cspaudit.evaluation.definition import load_catalogue
from cspaudit.evaluation.judging import bound_to
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from cspaudit.warehouse.interface import CheckWarehouse
from tests.spark.groups import Group, groups_of

if TYPE_CHECKING:
    from cspaudit.warehouse.spark_warehouse import SparkWarehouse

pytestmark = pytest.mark.spark

CASES = Path(__file__).resolve().parent.parent / "cases"
CATALOGUE = load_catalogue(resources.checks(), [])


@pytest.mark.parametrize("check_id", sorted(CATALOGUE.checks))
def test_a_checks_cases_come_out_on_spark_as_expected_and_as_on_duckdb(
    check_id: str, on_spark: "Callable[[Warehouse], SparkWarehouse]", tmp_path: Path
) -> None:
    """Of each group of equal bindings Spark returns the rows that the cases expect, and exactly those of DuckDB."""
    check = CATALOGUE.checks[check_id]
    for group in groups_of(check, load_cases(CASES / f"{check_id}.toml")):
        # a case that means the partner's id by a value of its rows cannot have that id changed
        for case in group.alone(_compared(group, on_spark, tmp_path)):
            assert _compared(case, on_spark, tmp_path) == {}


def _compared(
    group: Group, on_spark: "Callable[[Warehouse], SparkWarehouse]", staging: Path
) -> dict[str, list[str]]:
    """Return which cases do not come out as expected, on both engines in the same way; any other way is a failure."""
    with group.load(staging) as loaded, closing(on_spark(loaded)) as spark:
        bound = bound_to(loaded, group.check, group.values)
        on_duckdb = _kept(loaded, group.check.sql, bound)
        there = _kept(spark, group.check.sql, bound)
    assert _sorted(there) == _sorted(on_duckdb)
    return group.problems(there)


def test_every_check_has_a_case_file() -> None:
    """No check is left out because its cases lie elsewhere."""
    assert {file.stem for file in CASES.glob("*.toml")} == set(CATALOGUE.checks)


def _kept(warehouse: CheckWarehouse, sql: str, bound: dict[str, object]) -> list[dict[str, Any]]:
    """Return the rows of a check's query as the evaluation gets them."""
    warehouse.keep("checked", sql, bound)
    names = [name for name, _ in warehouse.column_types("select * from checked")]
    return [dict(zip(names, row, strict=True)) for row in warehouse.rows("select * from checked")]


def _sorted(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(repr(row) for row in rows)
