"""Runs the worked cases of checks: given rows go through the loader as facts of an engagement would."""

import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from cspaudit import resources
from cspaudit.errors import CheckError
from cspaudit.evaluation.cases import CaseReport, Given, GivenRow, load_cases, run_cases
from cspaudit.evaluation.definition import load_catalogue
from cspaudit.model import engagement as engagements
from cspaudit.sources.load import load, plan_sources, silent
from cspaudit.warehouse.duckdb_warehouse import Warehouse


def run_case_files(paths: Sequence[Path], own_checks: Sequence[Path] = ()) -> Iterator[CaseReport]:
    """Yield a report for each case file; a file is named after its check, a folder stands for the files in it.

    Raises CheckError for a file that cannot be read or whose check does not exist.
    """
    catalogue = load_catalogue(resources.checks(), own_checks)
    for broken in catalogue.broken:
        raise broken.error
    for file in _files(paths):
        if file.stem not in catalogue.checks:
            raise CheckError(
                f"There is no check {file.stem!r}.",
                where=str(file),
                hint="A case file is named after its check.",
            )
        with tempfile.TemporaryDirectory() as staging:
            folder = Path(staging)

            def build(
                given: Given,
                partners: Sequence[GivenRow],
                start: date,
                end: date,
                as_of: datetime,
                *,
                at: Path = folder,
            ) -> Warehouse:
                return load_given(given, partners, start, end, as_of, staging=at)

            yield run_cases(catalogue.checks[file.stem], load_cases(file), build)


def _files(paths: Sequence[Path]) -> list[Path]:
    found = [file for path in paths for file in (sorted(path.glob("*.toml")) if path.is_dir() else [path])]
    if not found:
        raise CheckError("There is no case file here.", where=", ".join(str(path) for path in paths))
    return found


def load_given(
    given: Given, partners: Sequence[GivenRow], start: date, end: date, as_of: datetime, *, staging: Path
) -> Warehouse:
    """Return a warehouse that holds the given rows; CheckError names the first that the loader leaves out."""
    content = {
        "engagement": {"title": "case", "start": start, "end": end, "as_of": as_of.replace(tzinfo=UTC)},
        "partner": [
            {("id" if key == "partner_id" else key): value for key, value in partner.items()}
            for partner in partners
        ],
        "data": given,
    }
    audit = engagements.parse(content, folder=staging, where="case")
    warehouse = Warehouse(staging)
    load(warehouse, audit, plan_sources(audit, resources.mappings()), silent)
    left_out = warehouse.rows("SELECT table_name, record, field, reason FROM reject ORDER BY ALL")
    if left_out:
        table, record, field, reason = left_out[0]
        warehouse.close()
        raise CheckError(f"given: row {record} of {table} is left out: {field} {reason}.")
    return warehouse
