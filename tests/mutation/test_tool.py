"""The mutation tool itself: what it changes, what it calls alive, and what it says of the list of survivors."""

from dataclasses import replace
from pathlib import Path

import pytest
import sqlglot

from cspaudit.evaluation.cases import load_cases
from tests.mutation.bench import Bench, Difference
from tests.mutation.figures_page import table
from tests.mutation.judging import CASES, Figures, Survivor
from tests.mutation.operators import mutations
from tests.mutation.sample import catalogue_now
from tests.mutation.survivors import Survivors
from tests.mutation.targets import targets

SHOWN = Difference("random engagement 0", "p1", "T1", None, None)
FIGURES = Figures(
    name="a_check",
    mutants=5,
    killed=3,
    no_query=0,
    endless=0,
    survivors=(Survivor("a", SHOWN),),
    unreached=(),
    seconds=0,
)


@pytest.mark.parametrize(
    ("sql", "changed"),
    [
        ("select x from t where a < 2", {"a <= 2", "a < 3", "a < 1", "TRUE"}),
        ("select x from t where a is null", {"NOT a IS NULL", "TRUE"}),
        ("select x from t where a and b", {"a OR b", "a", "b", "NOT a AND b", "a AND NOT b"}),
    ],
)
def test_a_condition_is_changed_in_every_small_way(sql: str, changed: set[str]) -> None:
    """Bounds, numbers, null tests and connectors each become what a slip would make of them, one at a time."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    found = {one.sql().partition(" WHERE ")[2] for one in mutations(tree) if "WHERE" in one.sql()}
    assert found == changed
    assert tree.sql("duckdb").lower() == sql


def test_statuses_and_joins_are_changed() -> None:
    """A status becomes another one, a left join an inner one."""
    tree = sqlglot.parse_one("select 'fail' as s from t left join u on t.a = u.a", dialect="duckdb")
    found = {one.sql() for one in mutations(tree)}
    assert "SELECT 'pass' AS s FROM t LEFT JOIN u ON t.a = u.a" in found
    assert "SELECT 'fail' AS s FROM t INNER JOIN u ON t.a = u.a" in found


def test_a_change_that_no_case_minds_is_alive_and_shown(tmp_path: Path) -> None:
    """With one case left, many changes survive it, and each has a row that it changes; with all cases few do."""
    catalogue = catalogue_now()
    check = catalogue.checks["vehicle_fits_service"]
    target = targets(catalogue)[check.id]
    one_case = tmp_path / "one.toml"
    text = (CASES / f"{check.id}.toml").read_text(encoding="utf-8")
    one_case.write_text("[[case]]".join(text.split("[[case]]")[:2]), encoding="utf-8")
    with Bench(check, one_case) as bench:
        alive = [
            mutant for mutant in bench.mutants(target, lambda _: True).values() if not bench.killer(mutant)
        ]
        shown = next(found for mutant in alive if (found := bench.difference(mutant)) is not None)
        assert shown.original != shown.changed
    with Bench(check, CASES / f"{check.id}.toml") as bench:
        killed = [mutant for mutant in alive if bench.killer(mutant)]
    assert len(killed) > len(alive) / 2


def test_random_engagements_are_repeatable() -> None:
    """The same check, cases and number give the same rows."""
    check = catalogue_now().checks["vehicle_fits_service"]
    assert load_cases(CASES / f"{check.id}.toml")
    with Bench(check, CASES / f"{check.id}.toml") as one, Bench(check, CASES / f"{check.id}.toml") as two:
        assert [one.random_case(number) for number in (0, 4)] == [
            two.random_case(number) for number in (0, 4)
        ]


def test_the_list_of_survivors_is_held_to_the_run() -> None:
    """Alive but unlisted, listed but not alive, and without a reason: each is told; what fits is not."""
    listed = Survivors({"a_check": {"b": "killed since", "a": " "}})
    assert listed.problems(FIGURES) == ["listed, but not alive: b", "listed without a reason: a"]
    assert Survivors({}).problems(FIGURES) == ["alive, but not listed: a"]
    assert Survivors({"a_check": {"a": "a reason"}}).problems(FIGURES) == []


def test_a_sample_minds_only_what_it_drew() -> None:
    """A listed survivor outside the sample is no problem; one inside that is killed is."""
    listed = Survivors({"a_check": {"a": "a reason", "b": "a reason", "c": "a reason"}})
    assert listed.problems(FIGURES, only={"a", "b"}) == ["listed, but not alive: b"]


def test_figures_are_shown_as_a_table() -> None:
    """The share is that of the counting mutants that are killed: here three of four."""
    lines = table([FIGURES, replace(FIGURES, name="all")], "2026-09-01").splitlines()
    assert lines[0] == "Whole run of 2026-09-01:"
    assert lines[-2:] == ["| `a_check` | 5 | 4 | 3 | 75.0% |", "| all | 5 | 4 | 3 | 75.0% |"]
