"""What each file of a folder is: the one place where ``init`` asks the detection."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cspaudit.errors import SourceError
from cspaudit.initialise.scan import PassedOver, shown
from cspaudit.model.tables import TABLES
from cspaudit.sources import files
from cspaudit.sources.detect import Candidate, KnownLayout, detect
from cspaudit.sources.files import SourceFile
from cspaudit.sources.mapping import Mapping
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: told (what, done, of how many)
Progress = Callable[[str, int, int], None]
#: the two sides of a ledger, and how the tables of each begin
SIDES = {"payable": "supplier_", "receivable": "customer_"}


@dataclass(frozen=True)
class Export:
    """One file, or one sheet of a workbook, whose layout is known; ``path`` is relative to the folder.

    ``settings`` are keys of its source beside path and layout. ``asks`` are what the file itself does not tell:
    ``timezone``, ``side``, ``currency``. ``stated`` are columns that no field holds, each with what it is; a snapshot
    does not tell when it was taken.
    """

    path: Path
    layout: str
    is_table: bool
    title: str
    tables: tuple[str, ...]
    last_wins: bool = False
    sheet: str = ""
    settings: tuple[tuple[str, object], ...] = ()
    asks: tuple[str, ...] = ()
    stated: tuple[tuple[str, str], ...] = ()
    is_snapshot: bool = False
    notes: tuple[str, ...] = ()

    @property
    def what(self) -> tuple[str, str]:
        """The key of the engagement that names the layout, and its value."""
        return ("table" if self.is_table else "mapping"), self.layout

    def named(self) -> str:
        """The file, and the sheet where it has several, for a line of text."""
        return f"{shown(self.path)}, sheet {self.sheet}" if self.sheet else shown(self.path)

    def table_on(self, side: str) -> str:
        """Return the table that the export fills where its records stand on ``side`` of the ledger."""
        return f"{SIDES[side]}{self.layout.partition('_')[2]}"


@dataclass(frozen=True)
class Declined:
    """A file that no layout fits, and why, as a sentence."""

    path: Path
    reason: str


#: files that are not read, for whatever reason
LeftAside = Declined | PassedOver


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
    found = detect(full, layouts, warehouse)
    known = {(bool(one.settings.table), one.plan.layout.id): one.plan.layout for one in layouts}
    settings: dict[str, object] = {}
    if not found.candidates or known[_key(found.candidates[0])].format == "csv":
        # a layout may fit by the first records, and a later one hold the first sign that is no UTF-8
        encoding = _encoding(full)
        if encoding:
            found = detect(full, _written_in(layouts, encoding), warehouse)
            settings = {"encoding": encoding}
    if not found.candidates:
        yield Declined(path, _why(found.declined, found.near))
        return
    best = found.candidates[0]
    alike = [one for one in found.candidates if one.is_table and one.rank[:3] == best.rank[:3]]
    meant = next((one for one in alike if _is_named(path, one.name)), best)
    yield _export(path, meant, known[_key(meant)], [one.name for one in alike], settings)


def _key(one: Candidate) -> tuple[bool, str]:
    return one.is_table, one.name


def _encoding(path: Path) -> str:
    """Return the likely encoding of a text that is not Unicode, empty for any other file."""
    try:
        return files.undeclared_encoding(SourceFile(path, path.name, ""))
    except (SourceError, EOFError, OSError):
        # detection tells what is wrong with the file
        return ""


def _written_in(layouts: Sequence[KnownLayout], encoding: str) -> list[KnownLayout]:
    return [
        replace(
            one,
            settings=one.settings.model_copy(update={"encoding": encoding}),
            stated=_written_in([one.stated], encoding)[0] if one.stated else None,
        )
        for one in layouts
    ]


def _why(declined: str, near: Sequence[Candidate]) -> str:
    if not near:
        return declined
    closest = near[0]
    if closest.lacking:
        return f"It looks like {closest.title}, but lacks {', '.join(closest.lacking)}."
    if closest.usable < closest.records:
        return f"It looks like {closest.title}, but of its first {closest.records:,} records {closest.usable:,} can be used."
    return f"It looks like {closest.title}, but has few of its fields."


def _is_named(path: Path, table: str) -> bool:
    """Whether a file goes by the name of a table."""
    return re.sub(r"[^a-z]+", "_", path.stem.lower()).strip("_") in {table, f"{table}s"}


def _export(
    path: Path, meant: Candidate, layout: Mapping, alike: Sequence[str], settings: dict[str, object]
) -> Export:
    asks = [
        name
        for name, is_asked in (
            ("timezone", meant.needs_timezone),
            ("side", meant.needs_side),
            ("currency", meant.needs_currency),
        )
        if is_asked
    ]
    if meant.is_table and not _is_named(path, meant.name) and _has_twin(meant.name, alike):
        asks.append("side")
    notes = [f"Not used: {', '.join(meant.unknown)}."] if meant.unknown else []
    if "encoding" in settings:
        notes.append(
            "ASSUMED: its text is not Unicode, and the signs in it are most likely in the encoding below."
        )
    if meant.usable < meant.records:
        notes.append(f"Of the first {meant.records:,} records {meant.usable:,} can be used.")
    return Export(
        path=path,
        layout=meant.name,
        is_table=meant.is_table,
        title=layout.title,
        tables=tuple(
            dict.fromkeys(name for one in layout.table for name in (one.name, *one.sides.values()) if name)
        ),
        last_wins=any(one.last_wins for one in layout.table),
        settings=tuple(settings.items()),
        asks=tuple(asks),
        stated=tuple((name, what) for name, what in meant.needs_stated if name != layout.snapshot),
        is_snapshot=bool(layout.snapshot),
        notes=tuple(notes),
    )


def _has_twin(table: str, alike: Sequence[str]) -> bool:
    """Whether the other side of the ledger has the same columns as far as the file goes."""
    kind = table.partition("_")[2]
    return all(f"{side}{kind}" in TABLES and f"{side}{kind}" in alike for side in SIDES.values())
