"""What the evaluation asks of a warehouse, whichever engine runs the checks."""

from collections.abc import Mapping
from typing import Any, Protocol

from cspaudit.errors import CspAuditError

Row = tuple[Any, ...]
Values = Mapping[str, object]


class QueryError(CspAuditError):
    """The engine refused or could not finish a statement; the message is the engine's first line."""


class CheckWarehouse(Protocol):
    """Holds the canonical tables of one run and runs checks over them.

    A check's query, and it alone, goes through ``keep``: that is the work an engine may share out over machines. What
    the evaluation counts and writes afterwards is small, and is said in the SQL of the warehouse that loaded the files
    (``execute``, ``rows``, ``scalar``), whatever the engine. Statements are DuckDB's SQL, parameters ``$name``;
    instants are naive UTC. Every method raises QueryError where an engine refuses the statement.
    """

    def keep(self, table: str, query: str, params: Values | None = None) -> None:
        """Run a query, made of a check's, on the engine, and keep its rows as the temporary ``table``."""

    def column_types(self, query: str, params: Values | None = None) -> tuple[tuple[str, str], ...]:
        """Return the SQL type of each column of a query without running it; ``NULL`` for a column of bare NULLs."""

    def named_parameters(self, query: str) -> frozenset[str]:
        """Return the names of the ``$name`` parameters of a query."""

    def execute(self, sql: str, params: Values | None = None) -> None:
        """Run one statement of the evaluation's own."""

    def rows(self, sql: str, params: Values | None = None) -> list[Row]:
        """Return all rows of a query of the evaluation's own."""

    def scalar(self, sql: str, params: Values | None = None) -> Any:
        """Return the first value of a query of the evaluation's own that always has a row."""
