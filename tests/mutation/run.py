"""The whole run: every mutant of every check judged, the figures printed, the survivors held to those listed."""

import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from cspaudit import resources
from cspaudit.errors import near
from cspaudit.evaluation.definition import load_catalogue
from tests.mutation.bench import Bench, Verdict
from tests.mutation.mutants import mutants_of
from tests.mutation.survivors import Survivors, problems_of

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = ROOT / "tests" / "cases"
#: the share of counting mutants that cases kill, for each check and for all together
LEAST_SHARE = 0.95


@dataclass(frozen=True)
class Figures:
    """How the mutants of one check came out."""

    check_id: str
    mutants: int
    no_query: int
    killed: int
    survivors: tuple[Verdict, ...]
    seconds: float

    @property
    def counting(self) -> int:
        """How many mutants change a row of some engagement."""
        return self.killed + len(self.survivors)

    @property
    def share(self) -> float:
        """The share of counting mutants that are killed; 1 where none counts."""
        return self.killed / self.counting if self.counting else 1.0


def figures_of(check_id: str) -> Figures:
    """Judge every mutant of one check."""
    begun = time.perf_counter()
    check = load_catalogue(resources.checks()).checks[check_id]
    with Bench(check, CASES / f"{check_id}.toml") as bench:
        verdicts = [bench.judge(mutant) for mutant in mutants_of(bench.units)]
    of = [verdict.outcome for verdict in verdicts]
    return Figures(
        check_id=check_id,
        mutants=len(verdicts),
        no_query=of.count("no query"),
        killed=of.count("killed"),
        survivors=tuple(one for one in verdicts if one.outcome == "survived"),
        seconds=time.perf_counter() - begun,
    )


def main(*, check: Sequence[str], list_survivors: bool, processes: int) -> int:
    """Judge the checks named, or all; print the figures; return 1 where they or the survivors are not as listed."""
    checks = load_catalogue(resources.checks()).checks
    for name in check:
        if name not in checks:
            print(f"There is no check {name!r}. {near(name, checks)}")
            return 2
    ids = sorted(check or checks, key=lambda name: -len(checks[name].sql))
    found: list[Figures] = []
    listed = Survivors.read()
    with ProcessPoolExecutor(max_workers=min(processes, len(ids))) as pool:
        for one in pool.map(figures_of, ids):
            if not list_survivors:
                print(_line(one), flush=True)
                for verdict in one.survivors:
                    if check and verdict.mutant.key not in listed.of(one.check_id):
                        print(_told(verdict), flush=True)
            found.append(one)
    if list_survivors:
        print("\n".join(_toml(one, listed) for one in found if one.survivors))
        return 0
    counting, killed = sum(one.counting for one in found), sum(one.killed for one in found)
    print(
        f"{'all':45} {sum(one.mutants for one in found):6} {counting:6} {killed:6} {counting - killed:4}",
        end="",
    )
    print(f" {100 * killed / max(counting, 1):6.1f} %")
    problems = (
        []
        if check
        else [problem for one in found for problem in problems_of(one.check_id, one.survivors, listed)]
    )
    problems += [
        f"{one.check_id}: {100 * one.share:.1f} % are killed, not {100 * LEAST_SHARE:.0f} %"
        for one in found
        if one.share < LEAST_SHARE
    ]
    print("\n".join(problems))
    return 1 if problems else 0


def _line(one: Figures) -> str:
    return (
        f"{one.check_id:45} {one.mutants:6} {one.counting:6} {one.killed:6} {len(one.survivors):4} "
        f"{100 * one.share:6.1f} %  ({one.no_query} do not bind; {one.seconds:.0f} s)"
    )


def _told(verdict: Verdict) -> str:
    hint = verdict.difference.text if verdict.difference else ""
    return f"    {verdict.mutant.key}\n        {hint}"


def _toml(one: Figures, listed: Survivors) -> str:
    known = listed.of(one.check_id)
    lines = [f"[{one.check_id}]"]
    for verdict in one.survivors:
        key = verdict.mutant.key.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'"{key}" = "{known.get(verdict.mutant.key, "")}"')
    return "\n".join([*lines, ""])
