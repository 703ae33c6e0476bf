"""The fixture that loads little engagements."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cspaudit.warehouse.duckdb_warehouse import Warehouse
from tests.sources.loading import HEAD, ONE_PARTNER, LoadFiles, Loading, load_folder, open_warehouse, write


@pytest.fixture
def load_files(tmp_path: Path) -> Iterator[LoadFiles]:
    """Return a function that writes files and an engagement that names them, and loads both."""
    opened: list[Warehouse] = []

    def run(
        files: Mapping[str, str | bytes], sources: str, *, partners: str = ONE_PARTNER, head: str = HEAD
    ) -> Loading:
        folder = tmp_path / str(len(opened))
        write(folder, {**files, "cspaudit.toml": head + partners + sources})
        warehouse = open_warehouse(folder)
        opened.append(warehouse)
        return load_folder(folder, warehouse)

    yield run
    for warehouse in opened:
        warehouse.close()
