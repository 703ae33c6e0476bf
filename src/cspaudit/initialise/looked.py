"""The one place where ``init`` asks the detection: what a file, or the copy of a sheet, may be."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cspaudit.errors import SourceError
from cspaudit.initialise.exports import SIDES, Export
from cspaudit.model.tables import TABLES
from cspaudit.sources import files
from cspaudit.sources.detect import Candidate, Detected, KnownLayout, detect
from cspaudit.sources.files import SourceFile
from cspaudit.sources.mapping import Mapping as Layout
from cspaudit.warehouse.duckdb_warehouse import Warehouse


@dataclass(frozen=True)
class Looked:
    """What detection said of one file or sheet, and what its source has to state for it to be read so."""

    detected: Detected
    layouts: Mapping[tuple[bool, str], Layout]
    settings: tuple[tuple[str, object], ...] = ()
    #: what its records leave open
    asks: tuple[str, ...] = ()

    def export(self, path: Path, name: str, *, sheet: str = "") -> Export:
        """Return the export that it is; ``name`` may be that of a table, where several fit."""
        best = self.detected.candidates[0]
        alike = [one for one in self.detected.candidates if one.is_table and one.rank[:3] == best.rank[:3]]
        meant = next((one for one in alike if _is_named(name, one.name)), best)
        layout = self.layouts[_key(meant)]
        found = _export(path, name, meant, layout, [one.name for one in alike], self.settings)
        return replace(found, sheet=sheet, asks=(*found.asks, *self.asks))

    def as_table(self, table: str) -> Candidate | None:
        """Return how far it has the columns of a table."""
        tried = (*self.detected.candidates, *self.detected.near)
        return next((one for one in tried if one.is_table and one.name == table), None)

    @property
    def why(self) -> str:
        """Why it is nothing known, as a sentence."""
        if not self.detected.near:
            return self.detected.declined
        closest = self.detected.near[0]
        if closest.lacking:
            return f"It looks like {closest.title}, but lacks {', '.join(closest.lacking)}."
        if closest.usable < closest.records:
            return f"It looks like {closest.title}, but of its first {closest.records:,} records {closest.usable:,} can be used."
        return f"It looks like {closest.title}, but has few of its fields."


def look(path: Path, layouts: Sequence[KnownLayout], warehouse: Warehouse) -> Looked:
    """Try every layout on a file that is no spreadsheet."""
    known = {(bool(one.settings.table), one.plan.layout.id): one.plan.layout for one in layouts}
    settings: dict[str, object] = {}
    found = detect(path, layouts, warehouse)
    if not found.candidates or known[_key(found.candidates[0])].format == "csv":
        # a layout may fit by the first records, and a later one hold the first sign that is no UTF-8
        encoding = _encoding(path)
        if encoding:
            settings = {"encoding": encoding}
            layouts = _read_with(layouts, settings)
            found = detect(path, layouts, warehouse)
    if not found.candidates:
        # amounts that may have either mark are read once somebody says which
        voted = [one for one in layouts if one.plan.is_mark_voted]
        told = detect(path, _read_with(voted, {"decimal": "."}), warehouse)
        if told.candidates:
            return Looked(told, known, tuple(settings.items()), ("decimal",))
    return Looked(found, known, tuple(settings.items()))


def _key(one: Candidate) -> tuple[bool, str]:
    return one.is_table, one.name


def _encoding(path: Path) -> str:
    """Return the likely encoding of a text that is not Unicode, empty for any other file."""
    try:
        return files.undeclared_encoding(SourceFile(path, path.name, ""))
    except (SourceError, EOFError, OSError):
        # detection tells what is wrong with the file
        return ""


def _read_with(layouts: Sequence[KnownLayout], settings: dict[str, object]) -> list[KnownLayout]:
    """Return layouts that are read with more settings; the decimal mark is part of the plan."""
    mark = {"mark": settings["decimal"], "is_mark_voted": False} if "decimal" in settings else {}
    return [
        replace(
            one,
            settings=one.settings.model_copy(update=settings),
            plan=replace(one.plan, **mark),  # type: ignore[arg-type]  # the mark is one of the two
            stated=_read_with([one.stated], settings)[0] if one.stated else None,
        )
        for one in layouts
    ]


def _is_named(name: str, table: str) -> bool:
    """Whether a file or sheet goes by the name of a table."""
    return re.sub(r"[^a-z]+", "_", name.lower()).strip("_") in {table, f"{table}s"}


def _export(
    path: Path,
    name: str,
    meant: Candidate,
    layout: Layout,
    alike: Sequence[str],
    settings: tuple[tuple[str, object], ...],
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
    if meant.is_table and not _is_named(name, meant.name) and _has_twin(meant.name, alike):
        asks.append("side")
    notes = [f"Not used: {', '.join(meant.unknown)}."] if meant.unknown else []
    if dict(settings).get("encoding"):
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
        settings=settings,
        asks=tuple(asks),
        stated=tuple((name, what) for name, what in meant.needs_stated if name != layout.snapshot),
        is_snapshot=bool(layout.snapshot),
        notes=tuple(notes),
    )


def _has_twin(table: str, alike: Sequence[str]) -> bool:
    """Whether the other side of the ledger has the same columns as far as the file goes."""
    kind = table.partition("_")[2]
    return all(f"{side}{kind}" in TABLES and f"{side}{kind}" in alike for side in SIDES.values())
