"""Judges all mutants of a target: killed by a case, alive though they change rows, or without effect."""

import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cspaudit.evaluation.definition import Catalogue
from tests.mutation.bench import Bench, Difference, EndlessError
from tests.mutation.mutants import Mutant
from tests.mutation.targets import Target
from tests.mutation.worlds import NoQueryError

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
    begun = time.perf_counter()
    alive: dict[str, Difference | None] = {}
    killed: set[str] = set()
    no_query: set[str] = set()
    endless: set[str] = set()
    for check_id in target.checks:
        with Bench(catalogue.checks[check_id], CASES / f"{check_id}.toml") as bench:
            mutants = bench.mutants(target)
            for key, mutant in mutants.items():
                if key in killed or key in no_query or (only is not None and key not in only):
                    continue
                try:
                    if bench.killer(mutant):
                        killed.add(key)
                    elif alive.get(key) is None:
                        alive[key] = _difference(bench, mutant, endless)
                except NoQueryError:
                    no_query.add(key)
    left = {key: difference for key, difference in alive.items() if key not in killed | no_query}
    return Figures(
        name=target.name,
        mutants=len(killed) + len(no_query) + len(left),
        killed=len(killed),
        no_query=len(no_query),
        endless=sum(key in endless and difference is None for key, difference in left.items()),
        survivors=tuple(
            Survivor(key, difference) for key, difference in left.items() if difference is not None
        ),
        seconds=time.perf_counter() - begun,
    )


def _difference(bench: Bench, mutant: Mutant, endless: set[str]) -> Difference | None:
    try:
        return bench.difference(mutant)
    except EndlessError:
        endless.add(mutant.key)
        return None
