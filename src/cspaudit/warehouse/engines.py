"""The engines that can run checks, by name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cspaudit.errors import EngagementError, near
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from cspaudit.warehouse.interface import CheckWarehouse

DUCKDB, SPARK = "duckdb", "spark"
ENGINES = (DUCKDB, SPARK)

#: gives the warehouse that runs the checks over a loaded one
Engine = Callable[[Warehouse], CheckWarehouse]


@contextmanager
def open_engine(name: str) -> Iterator[Engine]:
    """Start the engine called ``name`` and yield what puts a loaded warehouse on it; stop it afterwards.

    Raises EngagementError for an unknown name and MissingLibraryError where the engine is not installed.
    """
    if name not in ENGINES:
        raise EngagementError(f"There is no engine {name!r}.", where="--engine", hint=near(name, ENGINES))
    if name == DUCKDB:
        yield lambda loaded: loaded
        return
    from cspaudit.warehouse.spark_warehouse import SparkWarehouse, spark_session

    with spark_session() as session:
        yield lambda loaded: SparkWarehouse(loaded, session)
