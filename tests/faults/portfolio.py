"""Many faults in one audit: a partner a fault, beside a partner without any."""

from collections.abc import Callable, Sequence
from pathlib import Path

from tests.faults.auditing import Audited, Row, audit
from tests.faults.generator.records import World
from tests.faults.generator.span import Span
from tests.faults.generator.writing import Layout, write
from tests.faults.injected.fault import Effects, Fault

CLEAN = "clean"
#: makes the world of one partner, clean
Make = Callable[[str], World]


def surprises(folder: Path, make: Make, faults: Sequence[Fault], span: Span, layout: Layout) -> list[str]:
    """Inject each fault into a world of its own, audit all together, and tell what was not as declared."""
    worlds, declared = [make(CLEAN)], dict[str, Effects]()
    for fault in faults:
        world = make(fault.name)
        declared[fault.name] = fault.inject(world)
        worlds.append(world)
    write(folder / "engagement", worlds, span, layout)
    audited = audit(folder / "engagement", folder / "staging")
    told = [*audited.problems]
    for fault in faults:
        told += [f"{fault.name}: {text}" for text in _differences(audited, fault, declared[fault.name])]
    return told


def _differences(audited: Audited, fault: Fault, declared: Effects) -> list[str]:
    clean = _by_place(audited.rows[CLEAN])
    wanted = {(check, _own(subject, fault.name)): each for (check, subject), each in clean.items()}
    for place, outcome in declared.items():
        if wanted.get(place) == outcome:
            return [f"{place} is declared, and is the same in the clean world"]
        if outcome is None:
            del wanted[place]
        else:
            wanted[place] = outcome
    found = _by_place(audited.rows[fault.name])
    places = sorted(wanted.keys() | found.keys())
    told = [
        f"{place}: wanted {wanted.get(place)}, found {found.get(place)}"
        for place in places
        if wanted.get(place) != found.get(place)
    ]
    if not any(check == fault.check for check, _ in declared):
        told.append(f"no row of {fault.check} is declared")
    gained = audited.gaps(fault.name) ^ audited.gaps(CLEAN)
    return told + [f"a gap came or went: {gap}" for gap in sorted(gained)]


def _own(subject: str, partner_id: str) -> str:
    """A subject that is the partner itself bears its id."""
    return partner_id + subject[len(CLEAN) :] if subject.split("/")[0] == CLEAN else subject


def _by_place(rows: frozenset[Row]) -> dict[tuple[str, str], tuple[str, str]]:
    return {(check, subject): (status, reason or "") for check, subject, status, reason in rows}
