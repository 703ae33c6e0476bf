"""What each file of a folder is."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from cspaudit.initialise.exports import Declined, Export
from cspaudit.initialise.looked import look
from cspaudit.initialise.scan import shown
from cspaudit.initialise.sheets import look_at_sheets
from cspaudit.sources.detect import KnownLayout
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
    found = look(folder / path, layouts, warehouse)
    if found[0].detected.sheet:
        yield from look_at_sheets(path, found)
    elif found[0].detected.candidates:
        yield found[0].export(path, path.stem)
    else:
        yield Declined(path, found[0].why)
