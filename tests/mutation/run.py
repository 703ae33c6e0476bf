"""The whole run: every mutant of every target judged, the figures printed, the survivors held to those listed."""

from collections.abc import Collection, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

from cspaudit import resources
from cspaudit.errors import near
from cspaudit.evaluation.definition import load_catalogue
from tests.mutation.figures_page import write_figures
from tests.mutation.judging import Figures, judge
from tests.mutation.survivors import Survivors
from tests.mutation.targets import targets

#: the share of counting mutants that cases kill, for each target and for all together
LEAST_SHARE = 0.95


def main(*, check: Sequence[str], list_survivors: bool, write: str, processes: int) -> int:
    """Judge the checks named, or all; print the figures; return 1 where they or the survivors are not as listed.

    A day to ``write`` puts the figures of a whole run into the page on proof, under that day.
    """
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
        for done in as_completed([pool.submit(figures_of, name) for name in names]):
            figures = done.result()
            found.append(figures)
            if list_survivors:
                print(listed.as_toml(figures), flush=True)
            else:
                print(line(figures), flush=True)
                print(_told(figures, listed), end="", flush=True)
    if list_survivors:
        return 0
    found.sort(key=lambda figures: list(known).index(figures.name))
    print(line(total(found)))
    if write and not check:
        write_figures([*found, total(found)], write)
    problems = (
        [] if check else [f"listed, but there is no {name}" for name in listed.reasons if name not in known]
    )
    for figures in found:
        problems += problems_of(figures, listed)
    print("\n".join(problems))
    return 1 if problems else 0


def problems_of(figures: Figures, listed: Survivors, only: Collection[str] | None = None) -> list[str]:
    """Return what is wrong with one target's figures, of all its mutants or of ``only`` some."""
    found = listed.problems(figures, only)
    if only is None and figures.share < LEAST_SHARE:
        found.append(f"fewer than {LEAST_SHARE:.0%} are killed")
    found += [f"no random engagement reaches {status}" for status in figures.unreached]
    return [f"{figures.name}: {problem}" for problem in found]


def figures_of(name: str) -> Figures:
    """Judge all mutants of one target."""
    catalogue = load_catalogue(resources.checks())
    return judge(catalogue, targets(catalogue)[name])


def total(found: Sequence[Figures]) -> Figures:
    """Return the figures of all targets together."""
    return Figures(
        name="all",
        mutants=sum(one.mutants for one in found),
        killed=sum(one.killed for one in found),
        no_query=sum(one.no_query for one in found),
        endless=sum(one.endless for one in found),
        survivors=tuple(survivor for one in found for survivor in one.survivors),
        unreached=(),
        seconds=sum(one.seconds for one in found),
    )


def line(one: Figures) -> str:
    """Return the figures in one line."""
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
