"""Many faults in one audit: a partner a fault, beside a partner without any."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.faults.auditing import Audited, Row, audit
from tests.faults.generator.records import World
from tests.faults.generator.span import Span
from tests.faults.generator.writing import Layout, write
from tests.faults.injected.fault import Effects, Fault, Outcome, Place

CLEAN = "clean"


@dataclass
class Portfolio:
    """The worlds of one engagement, and what each fault among them declares."""

    worlds: list[World]
    faults: Sequence[Fault]
    declared: Mapping[str, Effects]
    span: Span

    @classmethod
    def of(cls, make: Callable[[str], World], faults: Sequence[Fault], span: Span) -> "Portfolio":
        """A clean world, and for each fault the same world with it."""
        worlds, declared = [make(CLEAN)], dict[str, Effects]()
        for fault in faults:
            world = make(fault.name)
            declared[fault.name] = fault.inject(world)
            worlds.append(world)
        return cls(worlds, faults, declared, span)

    def audit(self, folder: Path, layout: Layout) -> Audited:
        """Write and audit all worlds together."""
        write(folder / "engagement", self.worlds, self.span, layout)
        return audit(folder / "engagement", folder / "staging")

    def surprises(self, audited: Audited) -> list[str]:
        """What was not as the faults declare."""
        told = list(audited.problems)
        for fault in self.faults:
            told += [
                f"{fault.name}: {text}" for text in _differences(audited, fault, self.declared[fault.name])
            ]
        return told


def _differences(audited: Audited, fault: Fault, declared: Effects) -> list[str]:
    wanted = _by_place(audited.rows[CLEAN])
    told = (
        [] if any(check == fault.check for check, _ in declared) else [f"no row of {fault.check} is declared"]
    )
    for place, outcome in declared.items():
        if wanted.get(place) == outcome:
            told.append(f"{place} is declared, and is the same in the clean world")
        elif outcome is None:
            del wanted[place]
        else:
            wanted[place] = outcome
    found = _by_place(audited.rows[fault.name])
    told += [
        f"{place}: wanted {wanted.get(place)}, found {found.get(place)}"
        for place in sorted(wanted.keys() | found.keys())
        if wanted.get(place) != found.get(place)
    ]
    changed = audited.gaps(fault.name) ^ audited.gaps(CLEAN)
    return told + [f"a gap came or went: {gap}" for gap in sorted(changed)]


def _by_place(rows: frozenset[Row]) -> dict[Place, Outcome]:
    return {(check, subject): (status, reason) for check, subject, status, reason in rows}
