"""Every function that a check may use gives the same on both engines, whatever the values."""

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing
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


#: letters, marks and what is written like them
_LETTERS = frozenset(["Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Nl", "So"])


@pytest.fixture
def loaded(tmp_path: Path) -> Iterator[Warehouse]:
    """A warehouse with the table ``awkward``: every text beside every other, and every value of the other columns."""
    with Warehouse(tmp_path) as warehouse:
        warehouse.execute(
            "create table awkward (id bigint, text varchar, other_text varchar, number bigint, amount decimal(12, 2), "
            "instant timestamp, other_instant timestamp, day date, flag boolean)"
        )
        pairs = [(text, other) for text in TEXTS for other in TEXTS]
        others = [_values_at(place) for place in range(len(pairs))]
        warehouse.insert("awkward", [(place, *pairs[place], *others[place]) for place in range(len(pairs))])
        yield warehouse


def _values_at(place: int) -> list[object]:
    """Return values for the columns beside the texts; their numbers differ, so that each meets each of another column."""
    columns = (NUMBERS, AMOUNTS, INSTANTS, INSTANTS[3:] + INSTANTS[:3], DAYS, FLAGS)
    return [values[place % len(values)] for values in columns]


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


def test_every_letter_has_the_same_large_and_small_form_on_both_engines(
    loaded: Warehouse, on_spark: "Callable[[Warehouse], SparkWarehouse]"
) -> None:
    """Letters that this Python knows become the same, alone and at a word's end; DuckDB knows as many or more."""
    letters = [chr(code) for code in range(1, 0x110000) if unicodedata.category(chr(code)) in _LETTERS]
    loaded.execute("create table letter as select unnest($letters) as letter", {"letters": letters})
    with closing(on_spark(loaded)) as spark:
        _assert_same(
            loaded,
            spark,
            "select letter, lower(letter) as small, lower('A' || letter) as last, upper(letter) as large from letter",
        )


def _assert_same(loaded: Warehouse, spark: CheckWarehouse, query: str) -> None:
    loaded.keep("on_duckdb", query)
    spark.keep("on_spark", query)
    wrong = loaded.rows(
        "select 'duckdb', * from (from on_duckdb except all from on_spark) order by all limit 5"
    )
    wrong += loaded.rows(
        "select 'spark', * from (from on_spark except all from on_duckdb) order by all limit 5"
    )
    assert wrong == []
