"""Load the engagement in a FOLDER and print how many records came of it; or, with --bare, the file with DuckDB alone."""

import sys
import tempfile
from pathlib import Path

import duckdb

from cspaudit import resources
from cspaudit.model import engagement
from cspaudit.sources.load import load, plan_sources, silent
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: the columns that the layout of the reconciliation uses, as it types them
TYPES = {
    "InvoiceNumber": "VARCHAR",
    "CustomerId": "VARCHAR",
    "SubscriptionId": "VARCHAR",
    "Total": "DECIMAL(19,4)",
    "ChargeStartDate": "DATE",
    "ChargeEndDate": "DATE",
}


def load_bare(path: Path) -> int:
    """Load the typed columns of a reconciliation file into memory; nothing is tested, counted or kept."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET enable_progress_bar = false")
    with path.open(encoding="utf-8") as file:
        header = file.readline().rstrip("\n").split(",")
    columns = ", ".join(f"'{name}': '{TYPES.get(name, 'VARCHAR')}'" for name in header)
    connection.execute(
        f"CREATE TABLE line AS SELECT {', '.join(TYPES)} FROM read_csv($path, columns = {{{columns}}}, header = true, "
        "auto_detect = false, delim = ',', quote = '\"', escape = '\"', dateformat = '%m/%d/%Y')",
        {"path": str(path)},
    )
    found = connection.execute("SELECT count(*) FROM line").fetchone()
    return int(found[0]) if found else 0


def load_all(folder: Path) -> int:
    """Load an engagement as an audit does."""
    stated = engagement.load(folder)
    plans = plan_sources(stated, resources.mappings())
    with tempfile.TemporaryDirectory() as staging, Warehouse(Path(staging)) as warehouse:
        return sum(one.records_loaded for one in load(warehouse, stated, plans, silent).inputs)


if __name__ == "__main__":
    *options, place = sys.argv[1:]
    print(f"{load_bare(Path(place)) if options else load_all(Path(place)):,}")
