"""Judges all mutants of a target: killed by a case, alive though they change rows, or without effect."""

import time
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from cspaudit.evaluation.definition import Catalogue
from tests.mutation.bench import Bench, Difference, EndlessError
from tests.mutation.mutants import Mutant
from tests.mutation.targets import Target
from tests.mutation.worlds import NoQueryError

#: how many of the checks that use a shared part lend it their random engagements
AT_RANDOM = 4
CASES = Path(__file__).resolve().parent.parent / "cases"


@dataclass(frozen=True)
class Survivor:
    """A mutant that no case kills, and a row that shows what it changes."""

    key: str
    difference: Difference


@dataclass(frozen=True)
class Figures:
    """How the mutants of one target came out; only killed ones and survivors count."""

    name: str
    mutants: int
    killed: int
    no_query: int
    #: those that do not end on a random engagement, though the cases come out as before
    endless: int
    survivors: tuple[Survivor, ...]
    #: statuses of the check that no random engagement reaches
    unreached: tuple[str, ...]
    #: of the processor
    seconds: float

    @property
    def counting(self) -> int:
        """How many mutants change a row of some engagement."""
        return self.killed + len(self.survivors)

    @property
    def share(self) -> float:
        """The share of counting mutants that are killed; 1 where none counts."""
        return self.killed / self.counting if self.counting else 1.0


def judge(catalogue: Catalogue, target: Target, only: Collection[str] | None = None) -> Figures:
    """Judge the target's mutants (``only`` these keys, if given): first by the cases of every check, then at random.

    A mutant of a shared part is killed when a case of any check that uses the part fails.
    """
    begun = time.process_time()
    verdicts = _Verdicts(target, only)
    unreached: tuple[str, ...] = ()
    with ExitStack() as open_benches:
        benches = []
        for check_id in target.checks:
            if verdicts.is_settled:
                break
            bench = open_benches.enter_context(Bench(catalogue.checks[check_id], CASES / f"{check_id}.toml"))
            benches.append(bench)
            verdicts.by_cases(bench)
            if len(target.checks) > 1:
                bench.close()
        for bench in benches[:AT_RANDOM]:
            verdicts.at_random(bench)
            if target.own is None:
                unreached = tuple(sorted(bench.unreached()))
            bench.close()
    return verdicts.figures(unreached, time.process_time() - begun)


class _Verdicts:
    """What is known of a target's mutants, each by its key."""

    def __init__(self, target: Target, only: Collection[str] | None) -> None:
        self._target, self._only = target, only
        self._killed: set[str] = set()
        self._no_query: set[str] = set()
        self._endless: set[str] = set()
        self._alive: dict[str, Difference | None] = {}
        self._is_begun = False

    @property
    def is_settled(self) -> bool:
        """Whether no mutant is left that a case could kill."""
        return self._is_begun and not self._alive

    def by_cases(self, bench: Bench) -> None:
        """Let the cases of one check try every mutant that is still alive."""
        for key, mutant in self._mutants(bench).items():
            try:
                if bench.killer(mutant):
                    self._killed.add(key)
                    self._alive.pop(key, None)
                else:
                    self._alive[key] = None
            except NoQueryError:
                self._no_query.add(key)
        self._is_begun = True

    def at_random(self, bench: Bench) -> None:
        """Look for rows of random engagements that those still alive change."""
        for key, mutant in self._mutants(bench).items():
            if self._alive[key] is None and key not in self._endless:
                try:
                    self._alive[key] = bench.difference(mutant)
                except EndlessError:
                    self._endless.add(key)

    def figures(self, unreached: tuple[str, ...], seconds: float) -> Figures:
        """Return the figures."""
        survivors = [Survivor(key, found) for key, found in self._alive.items() if found is not None]
        return Figures(
            name=self._target.name,
            mutants=len(self._killed) + len(self._no_query) + len(self._alive),
            killed=len(self._killed),
            no_query=len(self._no_query),
            endless=len(self._endless),
            survivors=tuple(survivors),
            unreached=unreached,
            seconds=seconds,
        )

    def _mutants(self, bench: Bench) -> dict[str, Mutant]:
        return bench.mutants(self._target, self._is_wanted)

    def _is_wanted(self, key: str) -> bool:
        if self._is_begun:
            return key in self._alive
        return self._only is None or key in self._only
