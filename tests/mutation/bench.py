"""Tries changed queries of one check: on its cases, each of which may kill them, and on random engagements."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from cspaudit.evaluation.cases import Case, GivenRow, load_cases
from cspaudit.evaluation.definition import query_text
from cspaudit.model.check import Check
from cspaudit.warehouse.interface import QueryError
from tests.mutation.mutants import Mutant, mutants_of
from tests.mutation.targets import Target
from tests.mutation.units import units_of, whole
from tests.mutation.worlds import ENDLESS, Rows, World, worlds_of_cases
from tests.random_engagement.rows import random_engagement
from tests.random_engagement.varied import varied_engagement

#: how many random engagements a change must leave alike to be without effect, from scratch and near worked cases,
#: and how many partners each has
FROM_SCRATCH = 2
VARIED = 4
PARTNERS = 120


class EndlessError(Exception):
    """A mutant that does not end on a random engagement, and that no case kills."""


@dataclass(frozen=True)
class Difference:
    """A row that a changed query returns otherwise, in a random engagement or in a case that did not mind."""

    engagement: str
    partner_id: str
    subject_id: str
    original: GivenRow | None
    changed: GivenRow | None

    @property
    def text(self) -> str:
        """The difference in one line."""
        before, after = self.original or {}, self.changed or {}
        values = [
            f"{name} {before.get(name)!r} -> {after.get(name)!r}"
            for name in dict.fromkeys([*before, *after])
            if before.get(name) != after.get(name)
        ]
        says = "no row any more" if not after else "a row more" if not before else ", ".join(values)
        return f"{self.engagement}: {self.subject_id} of {self.partner_id}: {says}"


class Bench:
    """Everything that mutants of one check are judged by. Warehouses are made when first needed."""

    def __init__(self, check: Check, case_file: Path) -> None:
        """Read the cases; a query whose parts do not run one by one runs in one piece."""
        self.check = check
        self._cases = load_cases(case_file)
        self.units = units_of(query_text(check))
        if not self._runs_in_parts():
            self.units = whole(query_text(check))
        self._open = ExitStack()
        self._alone: dict[str, World] = {}
        self._random: dict[int, World] = {}
        self._worlds: list[World] = []
        self._worlds_to_come = worlds_of_cases(check, self.units, self._cases)
        self._kills: Counter[int] = Counter()

    def __enter__(self) -> Self:
        """Return the bench."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close all warehouses."""
        self._open.close()

    def close(self) -> None:
        """Close all warehouses for good measure of memory; those asked for later are made anew."""
        self._open.close()
        self._alone, self._random, self._worlds = {}, {}, []
        self._worlds_to_come = worlds_of_cases(self.check, self.units, self._cases)

    def mutants(self, target: Target, keys: Callable[[str], bool]) -> dict[str, Mutant]:
        """Return the mutants of the target's own steps by their keys, which are alike in all checks that share them."""
        return {mutant.key: mutant for mutant in mutants_of(self.units, target.holds, keys)}

    def killer(self, mutant: Mutant) -> str:
        """Return the name of a case that fails, or nothing. NoQueryError where the mutant is no query."""
        for world in self._best_first():
            rows = world.changed(mutant.unit, mutant.sql)
            killer = self._failed(world, mutant, rows) if rows is not None else ""
            if killer:
                self._kills[id(world)] += 1
                return killer
        return ""

    def difference(self, mutant: Mutant) -> Difference | None:
        """Return a row of a random engagement that the mutant returns otherwise; None where all are alike.

        EndlessError where that cannot be told, since the mutant does not end.
        """
        for seed in range(VARIED + FROM_SCRATCH):
            world = self.random_world(seed)
            rows = world.changed(mutant.unit, mutant.sql)
            if rows is not None and rows.error == ENDLESS:
                raise EndlessError
            if rows is not None:
                return _difference(world, rows)
        return None

    def random_world(self, number: int) -> World:
        """Return the world of a random engagement: first those near the worked cases, then those from scratch."""
        if number not in self._random:
            case = self.random_case(number)
            self._random[number] = self._open.enter_context(World(self.check, self.units, [case]))
        return self._random[number]

    def random_case(self, number: int) -> Case:
        """Return the rows of a random engagement."""
        if number < VARIED:
            return varied_engagement(self.check, self._cases, number, partners=PARTNERS)
        return random_engagement(self.check, number - VARIED, partners=PARTNERS)

    def unreached(self) -> set[str]:
        """Return the statuses that a case expects and no random engagement reaches: there, changes would show nothing."""
        left = {str(row["status"]) for case in self._cases for row in case.expect}
        for number in range(VARIED + FROM_SCRATCH):
            if left:
                left -= {str(row["status"]) for row in self.random_world(number).original.named}
        return left

    def _failed(self, world: World, mutant: Mutant, rows: Rows) -> str:
        """Return the name of a case that fails; where partners may have mixed, one that fails on its own."""
        failed = world.failed(rows)
        if rows.error == ENDLESS:
            return ENDLESS
        if not mutant.mixes_partners or len(world.cases) == 1:
            return failed[0].name if failed else ""
        for case in sorted(failed, key=lambda one: -len(one.partners)):
            alone = self._world_of(case)
            rows_alone = alone.changed(mutant.unit, mutant.sql)
            if rows_alone is not None and alone.failed(rows_alone):
                return case.name
        return ""

    def _world_of(self, case: Case) -> World:
        if case.name not in self._alone:
            self._alone[case.name] = self._open.enter_context(World(self.check, self.units, [case]))
        return self._alone[case.name]

    def _best_first(self) -> Iterator[World]:
        """Yield the worlds of all cases: first those made so far, by their kills, then the others as they are made."""
        yield from sorted(self._worlds, key=lambda one: -self._kills[id(one)])
        for world in self._worlds_to_come:
            self._worlds.append(self._open.enter_context(world))
            wrong = world.failed(world.original)
            if wrong:
                raise AssertionError(f"{self.check.id}: the case {wrong[0].name!r} fails without any change")
            yield world

    def _runs_in_parts(self) -> bool:
        """Whether the parts one by one return what the query returns in one piece."""
        try:
            with World(self.check, self.units, self._cases[:1]) as world:
                return sorted(map(repr, world.of_whole().rows)) == sorted(map(repr, world.original.rows))
        except QueryError:
            return False


def _difference(world: World, rows: Rows) -> Difference:
    """Return the first row that differs, of the partner with the fewest rows given."""
    name = world.cases[0].name
    if rows.error:
        return Difference(f"{name}: {rows.error}", "", "", None, None)
    before, after = _by_subject(world.original), _by_subject(rows)
    different = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    if not different:
        return Difference(f"{name}: rows are repeated", "", "", None, None)
    given = Counter(str(row["partner_id"]) for rows in world.cases[0].given.values() for row in rows)
    key = min(different, key=lambda one: (given[one[0]], one))
    return Difference(name, key[0], key[1], before.get(key), after.get(key))


def _by_subject(rows: Rows) -> dict[tuple[str, str], GivenRow]:
    return {(str(row["partner_id"]), str(row["subject_id"])): row for row in rows.named}
