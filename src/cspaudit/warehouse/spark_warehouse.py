"""Spark as the engine of checks: DuckDB loads the files and keeps the results, Spark runs the queries between."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from cspaudit.errors import MissingLibraryError
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from cspaudit.warehouse.interface import QueryError, Row, Values
from cspaudit.warehouse.spark_sql import bound_texts, parsed, table_names, to_spark

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

#: without these, or with those of a cluster instead, the same SQL would not mean the same as on DuckDB
SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
}
#: of a session that we start ourselves: it serves this machine alone and shows nothing
LOCAL = {
    "spark.master": "local[*]",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
#: Spark's names of DuckDB's types where they differ
_SPARK_TYPES = {"VARCHAR": "string", "TIMESTAMP": "timestamp_ntz", "INTEGER": "int", "UTINYINT": "smallint"}
#: characters of a path that Spark takes for a pattern where it reads
_PATTERN = re.compile(r"([\\{}\[\]*?])")


class SparkWarehouse:
    """Runs checks on Spark over the tables of a loaded DuckDB warehouse.

    A table goes to Spark as Parquet when a check first names it, and the rows of a check come back as Parquet, so the
    staging folder must lie where the driver and every executor see it under one path. Rows come back in the types that
    DuckDB gives the same query. Nothing is locked on Spark: run only queries that the guard has let through.
    """

    def __init__(self, loaded: Warehouse, session: "SparkSession") -> None:
        """Take a loaded warehouse and a session; settings and tables of the session are left alone."""
        self._loaded = loaded
        self._session = session.newSession()
        for name, value in SETTINGS.items():
            self._session.conf.set(name, value)
        self._folder = loaded.staging / "spill" / "spark"
        self._parts = 0
        self._waiting = {name for (name,) in loaded.rows("select table_name from information_schema.tables")}

    def close(self) -> None:
        """Remove what was handed over; the loaded warehouse and the session stay open."""
        self._session.catalog.clearCache()
        shutil.rmtree(self._folder, ignore_errors=True)

    def keep(self, table: str, query: str, params: Values | None = None) -> None:
        """Run a query on Spark and keep its rows as the temporary ``table``; QueryError where an engine refuses it."""
        # DuckDB runs nothing for these no rows, and tells the types; it also refuses what it would refuse anyway
        self._loaded.keep(table, f"select * from (\n{query}\n) as nothing limit 0", params)
        handed_over = self._folder / "rows"
        with _told():
            frame = self._frame(query, params or {})
            frame.write.mode("overwrite").parquet(f"file://{handed_over}")
        files = [str(file) for file in handed_over.glob("*.parquet")]
        if files:
            self._loaded.execute(f"insert into {table} select * from read_parquet($files)", {"files": files})
        shutil.rmtree(handed_over)

    def column_types(self, query: str, params: Values | None = None) -> tuple[tuple[str, str], ...]:
        """Return DuckDB's type of each column of a query, which is the one that ``keep`` keeps."""
        return self._loaded.column_types(query, params)

    def named_parameters(self, query: str) -> frozenset[str]:
        """Return the names of the ``$name`` parameters of a query."""
        return self._loaded.named_parameters(query)

    def execute(self, sql: str, params: Values | None = None) -> None:
        """Run one statement where the files were loaded."""
        self._loaded.execute(sql, params)

    def rows(self, sql: str, params: Values | None = None) -> list[Row]:
        """Return all rows of a query run where the files were loaded."""
        return self._loaded.rows(sql, params)

    def scalar(self, sql: str, params: Values | None = None) -> Any:
        """Return the first value of a query run where the files were loaded."""
        return self._loaded.scalar(sql, params)

    def _frame(self, query: str, params: Values) -> "DataFrame":
        """Return the frame of a query, planned and not yet run; every column has a type, every instant is naive."""
        from pyspark.sql.functions import col
        from pyspark.sql.types import NullType, TimestampType

        tree = parsed(query)
        for table in sorted(table_names(tree) & self._waiting):
            self._hand_over(table)
        arguments = bound_texts(params)
        frame = self._session.sql(
            to_spark(tree, params, lambda part: self._keep_part(part, arguments)), args=arguments
        )
        # Parquet cannot hold a column of bare NULLs; and DuckDB would read instants with a zone in that of the machine
        casts = {NullType: "string", TimestampType: "timestamp_ntz"}
        changed = {
            field.name: col(field.name).cast(casts[type(field.dataType)])
            for field in frame.schema.fields
            if type(field.dataType) in casts
        }
        return frame.withColumns(changed) if changed else frame

    def _keep_part(self, query: str, arguments: dict[str, object]) -> str:
        self._parts += 1
        name = f"part_{self._parts}"
        self._session.sql(query, args=arguments).localCheckpoint().createOrReplaceTempView(name)
        return name

    def _hand_over(self, table: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / f"{table}.parquet"
        target = str(file).replace("'", "''")
        self._loaded.execute(f"copy (select * from {table}) to '{target}' (format parquet)")
        path = _PATTERN.sub(r"\\\1", str(file))
        columns = self._loaded.column_types(f"select * from {table}")
        # where the schema is told, Spark need not run a job to find it in the file
        schema = ", ".join(f"`{name}` {_SPARK_TYPES.get(kind, kind)}" for name, kind in columns)
        self._session.read.schema(schema).parquet(f"file://{path}").createOrReplaceTempView(table)
        self._waiting.remove(table)


@contextmanager
def spark_session(settings: Mapping[str, str] = MappingProxyType(LOCAL)) -> "Iterator[SparkSession]":
    """Yield the session that is there already, or start one and stop it afterwards.

    ``settings`` are those of a session started here; where spark-submit or a notebook says where to run, it says all.
    Raises MissingLibraryError where pyspark or Java is absent.
    """
    try:
        from pyspark.errors import PySparkRuntimeError
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingLibraryError(
            "The engine spark needs the library pyspark, which is not installed.",
            hint="Install it: pip install 'cspaudit[spark]'. It also needs Java 17 or later.",
        ) from error
    if running := SparkSession.getActiveSession():
        yield running
        return
    try:
        session = _start(SparkSession.builder, settings)
    except PySparkRuntimeError as error:
        raise MissingLibraryError(
            "Spark does not start; it needs Java 17 or later.",
            hint="Install it (Debian: apt-get install default-jre-headless), or set JAVA_HOME to where it is. "
            "pyspark comes with: pip install 'cspaudit[spark]'.",
        ) from error
    try:
        yield session
    finally:
        session.stop()


def _start(builder: Any, settings: Mapping[str, str]) -> "SparkSession":
    from pyspark import SparkConf

    if not SparkConf().contains("spark.master"):
        for name, value in settings.items():
            builder = builder.config(name, value)
    session: SparkSession = builder.appName("cspaudit").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


@contextmanager
def _told() -> Iterator[None]:
    """Turn Spark's errors into ours."""
    from py4j.protocol import Py4JJavaError
    from pyspark.errors import PySparkException
    from sqlglot.errors import SqlglotError

    try:
        yield
    except (PySparkException, Py4JJavaError, SqlglotError) as error:
        raise QueryError(next(iter(str(error).strip().splitlines()), type(error).__name__)) from error
