"""Little engagements made of real files, so that the tests of the loader see what a user's run sees."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cspaudit import resources
from cspaudit.model import engagement
from cspaudit.sources.detect import Detected, KnownLayout, detect_all
from cspaudit.sources.load import Loaded, load, plan_sources
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from cspaudit.warehouse.interface import Row

HEAD = """
[engagement]
title = "Test"
start = 2026-07-01
end = 2026-10-01
as_of = 2026-10-15T00:00:00Z
"""
ONE_PARTNER = """
[[partner]]
id = "fabrikam"
name = "Fabrikam"
tier = "direct_bill"
timezone = "Europe/Berlin"
domains = ["fabrikam.example"]
"""
TWO_PARTNERS = (
    ONE_PARTNER
    + """
[[partner]]
id = "tailspin"
name = "Tailspin"
tier = "direct_bill"
timezone = "UTC"
"""
)


@dataclass
class Loading:
    """What one load left: the warehouse, and the answer of the loader."""

    warehouse: Warehouse
    loaded: Loaded

    def rows(self, query: str) -> list[Row]:
        """Return the rows of a query."""
        return self.warehouse.rows(query)

    def values(self, query: str) -> list[object]:
        """Return the first column of a query."""
        return [row[0] for row in self.rows(query)]

    @property
    def problem(self) -> str:
        """The one problem of the load, all its parts in a line."""
        (problem,) = self.loaded.problems
        return str(problem)

    def counts(self) -> tuple[int, int, int]:
        """Return the records read, loaded and rejected over all inputs; each input's own must add up."""
        for one in self.loaded.inputs:
            assert one.records_read == one.records_loaded + one.records_rejected
        inputs = self.loaded.inputs
        return (
            sum(one.records_read for one in inputs),
            sum(one.records_loaded for one in inputs),
            sum(one.records_rejected for one in inputs),
        )

    def rejects(self) -> list[Row]:
        """Return (file, record, line, field, value, reason) of every record left out."""
        return self.rows("SELECT file, record, line, field, value, reason FROM reject ORDER BY ALL")


LoadFiles = Callable[..., Loading]


def instant(text: str) -> datetime:
    """Return a naive UTC instant."""
    return datetime.fromisoformat(text)


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below ``folder``, texts as UTF-8 without any change of line ends."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def source(path: str, what: str, **settings: str) -> str:
    """Return a [[source]] that reads ``path`` as a table, or as a layout where there is one of this name."""
    key = "mapping" if what in {file.stem for file in resources.mappings().glob("*.toml")} else "table"
    lines = [
        f'path = "{path}"',
        f'{key} = "{what}"',
        *(f"{name} = {value}" for name, value in settings.items()),
    ]
    return "\n[[source]]\n" + "\n".join(lines) + "\n"


def open_warehouse(folder: Path) -> Warehouse:
    """Return an engine that stages below ``folder``."""
    staging = folder / "staging"
    staging.mkdir()
    return Warehouse(staging, threads=2)


def detect(path: Path, layouts: Sequence[KnownLayout], warehouse: Warehouse) -> Detected:
    """Return what a file may be; of a spreadsheet, what the best of its sheets may."""
    found = detect_all(path, layouts, warehouse)
    tried = [one for one in found if one.candidates or one.near]
    return max(tried, key=lambda one: (*one.candidates, *one.near)[0].rank) if tried else found[0]


def load_folder(folder: Path, warehouse: Warehouse) -> Loading:
    """Load the engagement in ``folder``, with the layouts in its folder ``layouts`` where there is one."""
    stated = engagement.load(folder)
    own = folder / "layouts"
    plans = plan_sources(stated, own if own.is_dir() else resources.mappings())
    return Loading(warehouse, load(warehouse, stated, plans, lambda *_: None))


TICKETS = source("t.csv", "ticket")
