"""The one place where ``init`` asks the detection: what a file, or each sheet of one, may be."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cspaudit.errors import SourceError
from cspaudit.initialise.exports import SIDES, Export
from cspaudit.model.tables import TABLES
from cspaudit.sources import files
from cspaudit.sources.detect import Candidate, Detected, KnownLayout, detect_all
from cspaudit.sources.files import SourceFile
from cspaudit.sources.guess import likely_encoding
from cspaudit.sources.mapping import Mapping as Layout
from cspaudit.warehouse.duckdb_warehouse import Warehouse


@dataclass(frozen=True)
class Looked:
    """What detection said of one file or sheet, and what its source has to state for it to be read so."""

    detected: Detected
    layouts: Mapping[tuple[bool, str], Layout]
    settings: tuple[tuple[str, object], ...] = ()

    def export(self, path: Path, name: str, *, sheet: str = "") -> Export:
        """Return the export that it is; ``name`` may be that of a table, where several fit."""
        best = self.detected.candidates[0]
        alike = [one for one in self.detected.candidates if one.is_table and one.rank[:4] == best.rank[:4]]
        meant = next((one for one in alike if _is_named(name, one.name)), best)
        layout = self.layouts[_key(meant)]
        found = _export(path, name, meant, layout, [one.name for one in alike], self.settings)
        return replace(found, sheet=sheet)

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


def look(path: Path, layouts: Sequence[KnownLayout], warehouse: Warehouse) -> tuple[Looked, ...]:
    """Try every layout on a file: of a spreadsheet there is an answer for each sheet that holds something."""
    known = {(bool(one.settings.table), one.plan.layout.id): one.plan.layout for one in layouts}
    found = detect_all(path, layouts, warehouse)
    if len(found) > 1 or found[0].sheet:
        return tuple(Looked(one, known) for one in found)
    (only,) = found
    if not only.candidates or known[_key(only.candidates[0])].format == "csv":
        # a layout may fit by the first records, and a later one hold the first sign that is no UTF-8
        encoding = _encoding(path)
        if encoding:
            (only,) = detect_all(path, _written_in(layouts, encoding), warehouse)
            return (Looked(only, known, (("encoding", encoding),)),)
    return (Looked(only, known),)


def _key(one: Candidate) -> tuple[bool, str]:
    return one.is_table, one.name


def _encoding(path: Path) -> str:
    """Return the likely encoding of a text that is not Unicode, empty for any other file."""
    try:
        file = SourceFile(path, path.name, "")
        guessed = files.undeclared_encoding(file)
        return (likely_encoding(file) or guessed) if guessed else ""
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
            # only the records of a CSV file show the loader that each has its offset
            ("timezone", meant.needs_timezone or (layout.time == "local" and layout.format != "csv")),
            ("side", meant.needs_side),
            ("currency", meant.needs_currency),
            ("vendor", len(meant.vendors) > 1),
        )
        if is_asked
    ]
    asks += [one.replace("_", "-") for one in meant.asked]
    if meant.is_table and not _is_named(name, meant.name) and _has_twin(meant.name, alike):
        asks.append("side")
    notes = [f"Not used: {', '.join(meant.unknown)}."] if meant.unknown else []
    if meant.taken:
        notes.append(f"ASSUMED: {meant.taken.told}.")
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
        vendor_field=meant.vendor_field,
        vendors=meant.vendors,
        stated=tuple((name, what) for name, what in meant.needs_stated if name != layout.snapshot),
        is_snapshot=bool(layout.snapshot),
        notes=tuple(notes),
    )


def _has_twin(table: str, alike: Sequence[str]) -> bool:
    """Whether the other side of the ledger has the same columns as far as the file goes."""
    kind = table.partition("_")[2]
    return all(f"{side}{kind}" in TABLES and f"{side}{kind}" in alike for side in SIDES.values())
