"""The names of the engines that can run checks, apart from the engines, so that naming them loads none."""

DUCKDB, SPARK = "duckdb", "spark"
#: the first is the one that runs where none is named
ENGINES = (DUCKDB, SPARK)
