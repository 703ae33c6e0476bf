"""Which sheets of a workbook are exports: each sheet of facts that holds a record, and every sheet whose layout is known."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from cspaudit.initialise.exports import Declined, Export
from cspaudit.initialise.looked import Looked
from cspaudit.model.tables import TABLES
from cspaudit.sources.spreadsheets import Sheet

#: tells what the copy of a sheet may be, of all layouts or of one table alone
Look = Callable[[Path, str], Looked]


def look_at_sheets(path: Path, sheets: Sequence[Sheet], look: Look) -> Iterator[Export | Declined]:
    """Yield what the filled sheets of a workbook are.

    A workbook with a sheet that is called like a table and has its columns is one of facts: its other sheets explain
    or show examples, and are never read.
    """
    if not sheets:
        yield Declined(path, "No sheet of it holds anything.")
        return
    tables = [one for one in sheets if one.name in TABLES]
    looked = {one.name: look(one.copy, one.name) for one in tables}
    if any((found := looked[one.name].as_table(one.name)) and not found.lacking for one in tables):
        for one in tables:
            yield from _facts(path, one, looked[one.name])
    else:
        yield from _exports(path, [one for one in sheets if not one.is_hidden] or sheets, look)


def _facts(path: Path, sheet: Sheet, looked: Looked) -> Iterator[Export | Declined]:
    """Yield a sheet of facts that holds a record; what is wrong with its records the audit tells."""
    found = looked.as_table(sheet.name)
    if sheet.problem or found is None or found.lacking:
        lacking = ", ".join(found.lacking) if found else "its columns"
        yield Declined(path, f"Sheet {sheet.name}: {sheet.problem or f'it lacks {lacking}.'}")
    elif found.records:
        table = TABLES[sheet.name]
        yield Export(
            path, table.name, is_table=True, title=table.purpose, tables=(table.name,), sheet=sheet.name
        )


def _exports(path: Path, sheets: Sequence[Sheet], look: Look) -> Iterator[Export | Declined]:
    found: list[tuple[Looked, Export]] = []
    aside: list[Sheet] = []
    reasons: list[str] = []
    for one in sheets:
        looked = look(one.copy, "")
        if looked.detected.candidates and not one.problem:
            name = one.name if len(sheets) > 1 else path.stem
            found.append((looked, looked.export(path, name, sheet=one.name)))
        else:
            aside.append(one)
            reasons.append(one.problem or looked.why)
    if not found:
        yield Declined(path, reasons[0])
        return
    note = [f"Sheets left aside: {', '.join(one.name for one in aside)}."] if aside else []
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
