"""What each file of a folder is."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from cspaudit.errors import SourceError
from cspaudit.initialise.exports import Declined, Export
from cspaudit.initialise.looked import Looked, look
from cspaudit.initialise.scan import shown
from cspaudit.initialise.sheets import look_at_sheets
from cspaudit.sources import spreadsheets
from cspaudit.sources.detect import KnownLayout
from cspaudit.sources.files import SourceFile
from cspaudit.sources.load import Progress
from cspaudit.warehouse.duckdb_warehouse import Warehouse


def recognise(
    folder: Path,
    paths: Sequence[Path],
    layouts: Sequence[KnownLayout],
    warehouse: Warehouse,
    progress: Progress,
) -> tuple[tuple[Export, ...], tuple[Declined, ...]]:
    """Return what each of ``paths`` is, in their order, and those that are nothing known."""
    exports: list[Export] = []
    declined: list[Declined] = []
    for number, path in enumerate(paths):
        progress(shown(path), number, len(paths))
        for found in _look_at(folder, path, layouts, warehouse):
            if isinstance(found, Export):
                exports.append(found)
            else:
                declined.append(found)
    progress("", len(paths), len(paths))
    return tuple(exports), tuple(declined)


def _look_at(
    folder: Path, path: Path, layouts: Sequence[KnownLayout], warehouse: Warehouse
) -> Iterator[Export | Declined]:
    full = folder / path
    refused = ""
    if spreadsheets.is_spreadsheet(full):
        try:
            sheets = spreadsheets.read_sheets(SourceFile(full, path.name, ""), warehouse.staging)
        except SourceError as error:
            # other programs keep their files in such containers too
            refused = error.problem
        else:
            yield from look_at_sheets(path, sheets, partial(_look_at_sheet, layouts, warehouse))
            return
    found = look(full, layouts, warehouse)
    if found.detected.candidates:
        yield found.export(path, path.stem)
    else:
        yield Declined(path, refused or found.why)


def _look_at_sheet(layouts: Sequence[KnownLayout], warehouse: Warehouse, copy: Path, table: str) -> Looked:
    tried = [one for one in layouts if one.settings.table == table] if table else layouts
    return look(copy, tried, warehouse)
