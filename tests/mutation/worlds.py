"""Warehouses that hold given rows, in which a check's query runs as it is and changed."""

import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from cspaudit.case_files import load_given
from cspaudit.evaluation.cases import Case, GivenRow, differences, values_of
from cspaudit.model.check import Check
from cspaudit.warehouse.interface import QueryError
from tests.mutation.units import Unit, parameters, placed, table_of

_NO_QUERY = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
#: a changed query that takes hundreds of times as long as the slowest original never ends; a busy machine is no reason
PATIENCE_S = 10.0
#: cases in one warehouse: more make the joins over local days of all partners slow
_TOGETHER = 40
_BETWEEN = "/"
#: error of a query that was stopped
ENDLESS = "The query does not end."


class NoQueryError(Exception):
    """A changed query that the engine does not even bind: no mutant."""


@dataclass(frozen=True)
class Rows:
    """What a query returned: the names of its columns and its rows; ``error`` where it broke off."""

    names: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    error: str = ""

    @property
    def named(self) -> list[GivenRow]:
        """The rows, each by column names."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]


class World:
    """A warehouse with the rows of one or more cases that share all bindings, and what the query makes of them.

    The rows of every part of the original query are kept, so that a change is followed only as far as it reaches.
    """

    def __init__(self, check: Check, units: tuple[Unit, ...], cases: Sequence[Case]) -> None:
        """Load the cases; the partners of several are kept apart by the case's number before their ids."""
        self.check, self.cases = check, tuple(cases)
        self._units = units
        self._texts = [unit.text for unit in units]
        self._values = values_of(check, cases[0])
        self._staging = tempfile.TemporaryDirectory()
        self._warehouse = load_given(*_together(self.cases), staging=Path(self._staging.name))
        self._warehouse.execute("SET threads = 1")
        self._prints: list[tuple[Any, ...]] = []
        for number, text in enumerate(self._texts[:-1]):
            self._make(table_of(number), placed(text))
            self._prints.append(self._print(table_of(number)))
        self.original = self._result(placed(self._texts[-1]))
        self._original_count = Counter(self.original.rows)

    def __enter__(self) -> Self:
        """Return the world."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the warehouse."""
        self.close()

    def close(self) -> None:
        """Close the warehouse."""
        self._warehouse.close()
        self._staging.cleanup()

    def of_whole(self) -> Rows:
        """Return what the check's own query returns, in one piece."""
        return self._result(self.check.sql)

    def changed(self, number: int, sql: str) -> Rows | None:
        """Return the result with part ``number`` replaced by ``sql``; None where it is the original's.

        A query that breaks off halfway, or does not end, has a result too: its error. NoQueryError where nothing
        could run at all.
        """
        watch = threading.Timer(PATIENCE_S, self._warehouse.interrupt)
        watch.start()
        try:
            return self._follow(number, sql)
        except QueryError as error:
            if isinstance(error.__cause__, _NO_QUERY):
                raise NoQueryError(error.problem) from error
            is_stopped = isinstance(error.__cause__, duckdb.InterruptException)
            return Rows((), (), ENDLESS if is_stopped else error.problem)
        except KeyboardInterrupt:
            if not watch.finished.is_set():
                raise
            return Rows((), (), ENDLESS)
        finally:
            watch.cancel()

    def failed(self, rows: Rows) -> list[Case]:
        """Return the cases whose rows are not as expected."""
        if rows.error:
            return list(self.cases)
        of_case: dict[int, list[GivenRow]] = {0: rows.named} if len(self.cases) == 1 else {}
        for row in [] if of_case else rows.named:
            place, _, partner_id = str(row["partner_id"]).partition(_BETWEEN)
            if not place.isdigit():
                return list(self.cases)
            of_case.setdefault(int(place), []).append({**row, "partner_id": partner_id})
        return [
            case
            for place, case in enumerate(self.cases)
            if any(row["subject_id"] is None for row in of_case.get(place, []))
            or differences(self.check, case, of_case.get(place, []))
        ]

    def _follow(self, number: int, sql: str) -> Rows | None:
        changed: set[int] = set()
        for later in range(number, len(self._units)):
            if later != number and not self._units[later].reads & changed:
                continue
            text = placed(sql if later == number else self._texts[later], changed)
            if later == len(self._units) - 1:
                rows = self._result(text)
                is_same = rows.names == self.original.names and Counter(rows.rows) == self._original_count
                return None if is_same else rows
            name = table_of(later, is_changed=True)
            self._make(name, text)
            if self._print(name) != self._prints[later]:
                changed.add(later)
        return None

    def _make(self, name: str, sql: str) -> None:
        self._warehouse.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", self._bound(sql))

    def _print(self, name: str) -> tuple[Any, ...]:
        """Return what tells the rows of a table from other rows, whatever their order."""
        return self._warehouse.row(f"SELECT count(*), sum(hash({name})::HUGEINT) FROM {name}")

    def _result(self, sql: str) -> Rows:
        bound = self._bound(sql)
        return Rows(self._warehouse.column_names(sql, bound), tuple(self._warehouse.rows(sql, bound)))

    def _bound(self, sql: str) -> dict[str, object]:
        return {name: self._values[name] for name in parameters(sql)}


def worlds_of_cases(check: Check, units: tuple[Unit, ...], cases: Sequence[Case]) -> Iterator[World]:
    """Yield as few worlds as can hold all cases, the fullest first; one that comes out otherwise among others has its own."""
    groups: dict[object, list[Case]] = {}
    for case in cases:
        bound = tuple(sorted(values_of(check, case).items()))
        groups.setdefault((case.start, case.end, repr(bound)), []).append(case)
    for group in sorted(groups.values(), key=len, reverse=True):
        for first in range(0, len(group), _TOGETHER):
            world = World(check, units, group[first : first + _TOGETHER])
            wrong = world.failed(world.original)
            if wrong and len(world.cases) > 1:
                right = [case for case in world.cases if case not in wrong]
                world.close()
                if right:
                    yield World(check, units, right)
                for case in wrong:
                    yield World(check, units, [case])
            else:
                yield world


def _together(cases: Sequence[Case]) -> tuple[Any, ...]:
    first = cases[0]
    if len(cases) == 1:
        # as it stands: a case may name its partner's id in another column
        alone = {table: [dict(row) for row in rows] for table, rows in first.given.items()}
        return alone, [dict(partner) for partner in first.partners], first.start, first.end, first.as_of
    given: dict[str, list[GivenRow]] = {}
    partners: list[GivenRow] = []
    for place, case in enumerate(cases):
        partners += [_moved(partner, place) for partner in case.partners]
        for table, rows in case.given.items():
            given.setdefault(table, []).extend(_moved(row, place) for row in rows)
    return given, partners, first.start, first.end, first.as_of


def _moved(row: GivenRow, place: int) -> GivenRow:
    """Return the row under a partner of its own."""
    return {**row, "partner_id": f"{place}{_BETWEEN}{row['partner_id']}"}
