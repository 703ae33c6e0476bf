"""Every function that a check may use gives the same on both engines, whatever the values."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cspaudit.evaluation.allowlist import FUNCTIONS
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from cspaudit.warehouse.interface import CheckWarehouse
from tests.spark.expressions import (
    AGGREGATES,
    AMOUNTS,
    DAYS,
    EXPRESSIONS,
    FLAGS,
    INSTANTS,
    NUMBERS,
    OPERATORS,
    TEXTS,
    WINDOWS,
)

if TYPE_CHECKING:
    from cspaudit.warehouse.spark_warehouse import SparkWarehouse

pytestmark = pytest.mark.spark

_ROW_BY_ROW = {**EXPRESSIONS, **WINDOWS, "no function": OPERATORS}


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[Warehouse]:
    """A warehouse with the table ``awkward``: every text beside every other, and every value of the other columns."""
    with Warehouse(tmp_path) as warehouse:
        warehouse.execute(
            "create table awkward (id bigint, text varchar, other_text varchar, number bigint, amount decimal(12, 2), "
            "instant timestamp, other_instant timestamp, day date, flag boolean)"
        )
        pairs = [(text, other) for text in TEXTS for other in TEXTS]
        columns = zip_longest(range(len(pairs)), *(_repeated(values, len(pairs)) for values in _OTHERS))
        warehouse.insert(
            "awkward",
            (
                (number, text, other, values[1], values[2], values[3], values[4], values[5], values[6])
                for number, ((text, other), values) in enumerate(zip(pairs, columns, strict=True))
            ),
        )
        yield warehouse


_OTHERS: tuple[tuple[object, ...], ...] = (NUMBERS, AMOUNTS, INSTANTS, INSTANTS[3:] + INSTANTS[:3], DAYS, FLAGS)


def _repeated(values: tuple[object, ...], rows: int) -> list[object]:
    """Return the values over and over; sizes differ, so that each value meets each of another column."""
    return [values[place % len(values)] for place in range(rows)]


def test_every_function_of_the_allow_list_is_tried() -> None:
    """A function that checks may use has expressions here."""
    assert {*EXPRESSIONS, *AGGREGATES, *WINDOWS} == FUNCTIONS


@pytest.mark.parametrize("name", sorted(_ROW_BY_ROW))
def test_a_function_gives_the_same_on_both_engines(
    name: str, loaded: Warehouse, on_spark: "Callable[[Warehouse], SparkWarehouse]"
) -> None:
    """For each row of awkward values both engines give the same value, of the same type where they keep it."""
    chosen = ", ".join(f"{text} as c{place}" for place, text in enumerate(_ROW_BY_ROW[name]))
    with closing(on_spark(loaded)) as spark:
        _assert_same(loaded, spark, f"select id, text, other_text, number, {chosen} from awkward")


@pytest.mark.parametrize("name", sorted(AGGREGATES))
def test_an_aggregate_gives_the_same_on_both_engines(
    name: str, loaded: Warehouse, on_spark: "Callable[[Warehouse], SparkWarehouse]"
) -> None:
    """Over each group of awkward values, over one of NULLs and over none at all both engines give the same."""
    chosen = ", ".join(f"{text} as c{place}" for place, text in enumerate(AGGREGATES[name]))
    with closing(on_spark(loaded)) as spark:
        for source in (
            f"select text, {chosen} from awkward group by text",
            f"select day, {chosen} from awkward group by day",
            f"select {chosen} from awkward where number is null and flag is null",
            f"select {chosen} from awkward where id < 0",
        ):
            _assert_same(loaded, spark, source)


def _assert_same(loaded: Warehouse, spark: CheckWarehouse, query: str) -> None:
    loaded.keep("on_duckdb", query)
    spark.keep("on_spark", query)
    wrong = loaded.rows("select 'duckdb', * from (from on_duckdb except all from on_spark) order by all limit 5")
    wrong += loaded.rows("select 'spark', * from (from on_spark except all from on_duckdb) order by all limit 5")
    assert wrong == []
