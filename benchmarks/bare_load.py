"""DuckDB merely loading the exports of a FOLDER into memory, told every type: what any audit has to pay at least."""

import sys
from pathlib import Path

import duckdb
from exports import Sizes, exports


def load(folder: Path) -> None:
    """Load each export into a table of its own; nothing is tested, counted or kept."""
    connection = duckdb.connect(":memory:")
    connection.execute("SET enable_progress_bar = false")
    # the columns are the same at every size
    for export in exports(Sizes(tickets=1, events_per_ticket=1, mails=1, invoices=1, payments=1)):
        columns = ", ".join(f"'{name}': '{sql_type}'" for name, sql_type in export.types.items())
        path = str(folder / export.file).replace("'", "''")
        connection.execute(
            f"CREATE TABLE {export.name} AS SELECT * FROM read_csv('{path}', columns = {{{columns}}}, header = true, "
            "auto_detect = false, delim = ',', quote = '\"', escape = '\"')"
        )


if __name__ == "__main__":
    load(Path(sys.argv[1]))
