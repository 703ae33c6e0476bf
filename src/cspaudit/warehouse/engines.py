"""The engines that can run checks, by name."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext

from cspaudit.errors import EngagementError, near
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from cspaudit.warehouse.engine_names import DUCKDB, ENGINES
from cspaudit.warehouse.interface import CheckWarehouse

#: puts a loaded warehouse on the engine until the context ends; the loaded one stays open
Engine = Callable[[Warehouse], AbstractContextManager[CheckWarehouse]]


@contextmanager
def open_engine(name: str) -> Iterator[Engine]:
    """Start the engine called ``name`` and yield what puts a loaded warehouse on it; stop it afterwards.

    Raises EngagementError for an unknown name and MissingLibraryError where the engine is not installed.
    """
    if name not in ENGINES:
        raise EngagementError(f"There is no engine {name!r}.", where="--engine", hint=near(name, ENGINES))
    if name == DUCKDB:
        yield nullcontext
        return
    from cspaudit.warehouse.spark_warehouse import SparkWarehouse, spark_session

    with spark_session() as session:
        yield lambda loaded: closing(SparkWarehouse(loaded, session))
