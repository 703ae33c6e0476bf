"""The one Spark session of the suite: two cores, in UTC, strict about SQL."""

import importlib.util
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from cspaudit.warehouse.duckdb_warehouse import Warehouse
from tests.conftest import absent

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from cspaudit.warehouse.spark_warehouse import SparkWarehouse

#: a few rows in each of many queries: planning and compiling would cost more than the rows do
_FOR_FEW_ROWS = {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}


@pytest.fixture(scope="session")
def session() -> "Iterator[SparkSession]":
    """The running session; the test is skipped where pyspark is absent, and fails under CI."""
    if not importlib.util.find_spec("pyspark"):
        absent("pyspark is not installed (make test-spark lays an environment that has it)")
    from cspaudit.warehouse.spark_warehouse import LOCAL, SETTINGS, spark_session

    settings = {**LOCAL, **SETTINGS, **_FOR_FEW_ROWS, "spark.master": "local[2]"}
    with spark_session(settings) as running:
        yield running


@pytest.fixture
def on_spark(session: "SparkSession") -> "Callable[[Warehouse], SparkWarehouse]":
    """What puts a loaded warehouse on Spark."""
    from cspaudit.warehouse.spark_warehouse import SparkWarehouse

    return lambda loaded: SparkWarehouse(loaded, session)
