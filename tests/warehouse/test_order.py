"""Records are numbered by the row numbers of the table they were loaded into."""

from pathlib import Path

from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: enough for the engine to read the file in several pieces
RECORDS = 300_000
KINDS = ("reply", "note", "diagnosis", "health_check", "change", "assign", "status")


def test_rows_keep_the_order_of_the_file(tmp_path: Path) -> None:
    """A large file that is tested against a list of seven words comes in record by record, in the file's order."""
    export = tmp_path / "export.csv"
    filling = "x" * 60
    lines = (f"{number},{KINDS[number % len(KINDS)]},{filling}" for number in range(RECORDS))
    export.write_text("\n".join(["number,kind,filling", *lines]) + "\n", encoding="utf-8")
    listed = ", ".join(f"'{kind}'" for kind in KINDS)
    with Warehouse(tmp_path) as warehouse:
        warehouse.execute(
            "CREATE TABLE loaded AS SELECT number, CASE WHEN kind NOT IN "
            f"({listed}) THEN 1 END AS rule FROM read_csv('{export}', header = true, auto_detect = false, "
            "columns = {'number': 'BIGINT', 'kind': 'VARCHAR', 'filling': 'VARCHAR'})"
        )
        assert warehouse.scalar("SELECT count(*) FROM loaded") == RECORDS
        assert warehouse.scalar("SELECT count(*) FROM loaded WHERE number <> rowid OR rule IS NOT NULL") == 0
