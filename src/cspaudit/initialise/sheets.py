"""Which sheets of a workbook are exports: each sheet of facts that holds a record, and every sheet whose layout is known."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from cspaudit.initialise.exports import Declined, Export
from cspaudit.initialise.looked import Looked
from cspaudit.model.tables import TABLES


def look_at_sheets(path: Path, sheets: Sequence[Looked]) -> Iterator[Export | Declined]:
    """Yield what the filled sheets of a workbook are.

    A workbook with a sheet that is called like a table and has its columns is one of facts: its other sheets explain
    or show examples, and are never read.
    """
    tables = [one for one in sheets if one.detected.sheet in TABLES]
    if any((found := one.as_table(one.detected.sheet)) and not found.lacking for one in tables):
        for one in tables:
            yield from _facts(path, one)
    else:
        yield from _exports(path, sheets)


def _facts(path: Path, looked: Looked) -> Iterator[Export | Declined]:
    """Yield a sheet of facts that holds a record; what is wrong with its records the audit tells."""
    name = looked.detected.sheet
    found = looked.as_table(name)
    if found is None:
        yield Declined(path, f"Sheet {name}: {looked.detected.declined}")
    elif found.lacking:
        yield Declined(path, f"Sheet {name}: it lacks {', '.join(found.lacking)}.")
    elif found.records:
        table = TABLES[name]
        yield Export(path, table.name, is_table=True, title=table.purpose, tables=(table.name,), sheet=name)


def _exports(path: Path, sheets: Sequence[Looked]) -> Iterator[Export | Declined]:
    found: list[tuple[Looked, Export]] = []
    aside: list[Looked] = []
    for one in sheets:
        if one.detected.candidates:
            name = one.detected.sheet if len(sheets) > 1 else path.stem
            found.append((one, one.export(path, name, sheet=one.detected.sheet)))
        else:
            aside.append(one)
    if not found:
        yield Declined(path, aside[0].why)
        return
    note = [f"Sheets left aside: {', '.join(one.detected.sheet for one in aside)}."] if aside else []
    if _are_one(found) and (len(found) > 1 or not aside):
        # without a sheet of its own a source reads all sheets that have the same columns
        yield replace(found[0][1], sheet="", notes=(*found[0][1].notes, *note))
        return
    for number, (_, export) in enumerate(found):
        yield replace(export, notes=(*export.notes, *(note if not number else [])))


def _are_one(found: Sequence[tuple[Looked, Export]]) -> bool:
    """Whether all sheets have one layout and the same columns."""
    bests = [looked.detected.candidates[0] for looked, _ in found]
    return (
        len({(export.what, best.known, best.unknown) for best, (_, export) in zip(bests, found, strict=True)})
        == 1
    )
