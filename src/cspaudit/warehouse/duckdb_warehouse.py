"""DuckDB as the embedded engine: one connection, in memory, closed to the outside after loading."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from cspaudit.warehouse.interface import QueryError, Row, Values

#: rows in one INSERT: a statement a row takes many times as long
_ROWS_AT_ONCE = 200


class Warehouse:
    """Holds the canonical tables of one run.

    Instants are naive UTC. Statements never read the clock. After ``lock`` the engine opens no file outside the
    staging folder, loads nothing and keeps its settings.
    """

    def __init__(self, staging: Path, *, memory_limit: str = "", threads: int = 0) -> None:
        """Open an engine in memory that may write into ``staging`` (spill files, findings)."""
        self.staging = staging
        self._connection = duckdb.connect(":memory:")
        spill = staging / "spill"
        self._connection.execute("SET temp_directory = $folder", {"folder": str(spill)})
        self._connection.execute("SET enable_progress_bar = false")
        # nothing outlives the run: tidying the tables up in the middle of it would cost as much as a check
        self._connection.execute("SET checkpoint_threshold = '1TB'")
        # DuckDB makes a join of an IN of five words or more, and a join gives up the order of the file's records, by
        # which they are numbered
        self._connection.execute("SET disabled_optimizers = 'in_clause'")
        if memory_limit:
            self._connection.execute("SET memory_limit = $limit", {"limit": memory_limit})
        if threads:
            self._connection.execute("SET threads = $threads", {"threads": threads})

    def __enter__(self) -> Self:
        """Return the open warehouse."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the engine; its memory is freed."""
        self.close()

    def close(self) -> None:
        """Close the engine."""
        self._connection.close()

    def execute(self, sql: str, params: Values | None = None) -> None:
        """Run one statement; QueryError where the engine refuses it."""
        with _told():
            self._connection.execute(sql, dict(params) if params else None)

    def rows(self, sql: str, params: Values | None = None) -> list[Row]:
        """Return all rows of a query; QueryError where the engine refuses it."""
        with _told():
            return self._connection.execute(sql, dict(params) if params else None).fetchall()

    def row(self, sql: str, params: Values | None = None) -> Row:
        """Return the first row of a query that always has one."""
        return self.rows(sql, params)[0]

    def scalar(self, sql: str, params: Values | None = None) -> Any:
        """Return the first value of a query that always has a row."""
        return self.row(sql, params)[0]

    def keep(self, table: str, query: str, params: Values | None = None) -> None:
        """Keep the rows of a query as the temporary ``table``; QueryError where the engine refuses it."""
        self.execute(f"create or replace temp table {table} as {query}", params)

    def insert(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Append rows of plain values, in the table's column order."""
        values = [tuple(row) for row in rows]
        if not values:
            return
        marks = f"({', '.join('?' * len(values[0]))})"
        with _told():
            for first in range(0, len(values), _ROWS_AT_ONCE):
                some = values[first : first + _ROWS_AT_ONCE]
                self._connection.execute(
                    f"INSERT INTO {table} VALUES {', '.join([marks] * len(some))}",
                    [value for row in some for value in row],
                )

    def named_parameters(self, sql: str) -> frozenset[str]:
        """Return the names of the ``$name`` parameters of one statement."""
        with _told():
            statements = self._connection.extract_statements(sql)
        return frozenset(name for statement in statements for name in statement.named_parameters)

    def column_types(self, sql: str, params: Values | None = None) -> tuple[tuple[str, str], ...]:
        """Return the SQL type of each column of a query without running it; ``NULL`` for a column of bare NULLs."""
        with _told():
            result = self._connection.execute(f"SELECT * FROM (\n{sql}\n) LIMIT 0", dict(params or {}))
        return tuple((column[0], str(column[1]).strip('"')) for column in result.description or ())

    def column_names(self, sql: str, params: Values | None = None) -> tuple[str, ...]:
        """Return the names of a query's columns without running it."""
        return tuple(name for name, _ in self.column_types(sql, params))

    def interrupt(self) -> None:
        """Stop the running statement from another thread."""
        self._connection.interrupt()

    def lock(self) -> None:
        """Close the doors: no files outside the staging folder, no extensions, no change of settings."""
        self.execute("SET allowed_directories = [$folder]", {"folder": str(self.staging)})
        self.execute("SET enable_external_access = false")
        self.execute("SET lock_configuration = true")


@contextmanager
def _told() -> Iterator[None]:
    """Turn the engine's errors into ours; an interrupted statement is the user's Ctrl-C."""
    try:
        yield
    except duckdb.Error as error:
        raise QueryError(_first_line(error)) from error
    except RuntimeError as error:
        # the engine catches the signal itself and has no class of its own for it
        if "interrupted" in str(error).lower():
            raise KeyboardInterrupt from error
        raise


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
