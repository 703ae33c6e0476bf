"""The whole run: every mutant of every target judged, the figures printed, the survivors held to those listed."""

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from cspaudit import resources
from cspaudit.errors import near
from cspaudit.evaluation.definition import load_catalogue
from tests.mutation.judging import Figures, judge
from tests.mutation.survivors import Survivors
from tests.mutation.targets import targets

#: the share of counting mutants that cases kill, for each target and for all together
LEAST_SHARE = 0.95


def main(*, check: Sequence[str], list_survivors: bool, processes: int) -> int:
    """Judge the checks named, or all; print the figures; return 1 where they or the survivors are not as listed."""
    catalogue = load_catalogue(resources.checks())
    known = targets(catalogue)
    for name in check:
        if name not in known:
            print(f"There is no check {name!r}. {near(name, known)}")
            return 2
    listed = Survivors.read()
    # the longest first, so that none is left over at the end
    names = sorted(
        check or known, key=lambda name: -sum(len(catalogue.checks[one].sql) for one in known[name].checks)
    )
    found: list[Figures] = []
    with ProcessPoolExecutor(max_workers=max(1, min(processes, len(names)))) as pool:
        for figures in pool.map(figures_of, names):
            found.append(figures)
            if list_survivors:
                print(listed.as_toml(figures), flush=True)
            else:
                print(_line(figures), flush=True)
                print(_told(figures, listed), end="", flush=True)
    if list_survivors:
        return 0
    print(_line(_sum(found)))
    problems = (
        [] if check else [f"listed, but there is no {name}" for name in listed.reasons if name not in known]
    )
    for figures in found:
        problems += [f"{figures.name}: {problem}" for problem in listed.problems(figures)]
        if figures.share < LEAST_SHARE:
            problems.append(f"{figures.name}: fewer than {LEAST_SHARE:.0%} are killed")
    print("\n".join(problems))
    return 1 if problems else 0


def figures_of(name: str) -> Figures:
    """Judge all mutants of one target."""
    catalogue = load_catalogue(resources.checks())
    return judge(catalogue, targets(catalogue)[name])


def _sum(found: Sequence[Figures]) -> Figures:
    return Figures(
        name="all",
        mutants=sum(one.mutants for one in found),
        killed=sum(one.killed for one in found),
        no_query=sum(one.no_query for one in found),
        endless=sum(one.endless for one in found),
        survivors=tuple(survivor for one in found for survivor in one.survivors),
        seconds=sum(one.seconds for one in found),
    )


def _line(one: Figures) -> str:
    return (
        f"{one.name:45} {one.mutants:6} mutants {one.counting:6} counting {one.killed:6} killed "
        f"{len(one.survivors):4} alive {one.share:7.1%}   "
        f"({one.no_query} do not bind, {one.endless} do not end; {one.seconds:.0f} s)"
    )


def _told(figures: Figures, listed: Survivors) -> str:
    """Return the survivors that are not listed, each with a row that it changes."""
    return "".join(
        f"    {survivor.key}\n        {survivor.difference.text}\n"
        for survivor in figures.survivors
        if survivor.key not in listed.of(figures.name)
    )
