"""The guard: one query, listed tables, allowed syntax; every known way out is refused."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspaudit.errors import CheckError
from cspaudit.evaluation.allowlist import FUNCTIONS, SYNTAX
from cspaudit.evaluation.bounds import bounds_of
from cspaudit.evaluation.guard import check_sql
from cspaudit.evaluation.in_force import Force
from cspaudit.evaluation.judging import run_check
from cspaudit.model.check import Check, Need, Param
from tests.evaluation.world import END, START, TICKET_CHECK, check_from, empty_world, tickets


def with_query(
    sql: str, *, needs: Sequence[str] = ("ticket",), reads: Sequence[str] = (), params: Sequence[str] = ()
) -> Check:
    """Return a check with this query and these tables and parameters."""
    return replace(
        check_from(TICKET_CHECK),
        sql=f"/* cspaudit\n*/\n{sql}",
        needs=tuple(Need(table) for table in needs),
        reads=tuple(reads),
        params=tuple(Param(name, "integer", 1, "a test") for name in params),
    )


#: other names of allowed functions
OTHER_NAMES = {
    "len",
    "ifnull",
    "nvl",
    "ucase",
    "lcase",
    "substr",
    "char_length",
    "character_length",
    "ceiling",
}
#: a query that reaches for something, and what the refusal says about it
WAYS_OUT = {
    "a file by function": ("select * from read_csv('x.csv')", "read_csv"),
    "a file by its name in quotes": ("select * from 'x.csv'", "no plain table name"),
    "a file by a quoted identifier": ('select * from "x.csv"', "no plain table name"),
    "a file in brackets": ("select * from ('x.parquet')", "no plain table name"),
    "a file in a subquery": ("select (select count(*) from 'x.csv') from ticket", "no plain table name"),
    "a file beside a table": ("select * from ticket, lateral read_csv('x')", "LATERAL"),
    "a list of files": ("select * from glob('*')", "no plain table name|glob"),
    "a file as bytes": ("select * from read_blob('x')", "no plain table name|read_blob"),
    "SQL in a text": ("from query('select 1')", "no plain table name|query"),
    "a table by a text": ("from query_table('ticket')", "no plain table name|query_table"),
    "settings": ("select * from duckdb_settings()", "no plain table name|duckdb_settings"),
    "databases": ("select * from duckdb_databases()", "no plain table name|duckdb_databases"),
    "a variable": ("select getvariable('x') from ticket", "getvariable"),
    "a setting": ("select current_setting('threads') from ticket", "current_setting"),
    "the clock": ("select now() from ticket", "now"),
    "today": ("select current_date from ticket", "current_date"),
    "this moment": ("select current_timestamp from ticket", "current_timestamp"),
    "chance": ("select random() from ticket", "rand"),
    "an identifier by chance": ("select gen_random_uuid() from ticket", "uuid"),
    "a sleep": ("select pg_sleep(1) from ticket", "pg_sleep"),
    "serialised SQL": ("select json_execute_serialized_sql('x') from ticket", "json_execute_serialized_sql"),
    "Java": ("select java_method('a', 'b') from ticket", "java_method"),
    "reflection": ("select reflect('a', 'b') from ticket", "reflect"),
    "a function as a method": ("select opened_at.now() from ticket", "DOT"),
    "a deleting CTE": ("with x as (delete from ticket returning *) select * from x", "DELETE"),
    "an inserting CTE": (
        "with x as (insert into ticket select * from ticket returning *) select * from x",
        "INSERT",
    ),
    "an updating CTE": ("with x as (update ticket set status = 'x' returning *) select * from x", "UPDATE"),
    "a statement of deletion": ("delete from ticket", "must hold a query"),
    "a new table": ("create table t as select * from ticket", "must hold a query"),
    "a table by INTO": ("select * into t from ticket", "INTO"),
    "a copy to a file": ("copy ticket to 'x.csv'", "must hold a query"),
    "another database": ("attach ':memory:' as m", "must hold a query"),
    "an extension": ("load json", "must hold a query|cannot be parsed"),
    "a setting changed": ("set threads = 1", "must hold a query"),
    "a pragma": ("pragma version", "must hold a query"),
    "a pragma as a table": ("from (pragma version)", "reads pragma"),
    "a show": ("show tables", "must hold a query"),
    "a description": ("describe ticket", "must hold a query"),
    "a summary": ("summarize ticket", "must hold a query"),
    "an explanation": ("explain select * from ticket", "must hold a query"),
    "a call": ("call duckdb_settings()", "must hold a query"),
    "two statements": ("select * from ticket; select * from ticket", "exactly one query"),
    "a second, empty statement": ("select * from ticket; ;", "exactly one query"),
    "bare values": ("values (1)", "must hold a query"),
    "a schema": ("select * from information_schema.tables", "only a plain table name"),
    "a catalogue": ("select * from memory.main.ticket", "only a plain table name"),
    "a path on Spark": ('select * from parquet."/x"', "no plain table name|only a plain"),
    "a table not listed": ("select * from ticket inner join message on true", "reads message"),
    "a system table": ("select * from duckdb_tables", "reads duckdb_tables"),
    "a lambda": ("select list_transform(status, x -> x) from ticket", "transform"),
    "a list": ("select [1, 2] from ticket", "array"),
    "columns by pattern": ("select columns('.*') from ticket", "COLUMNS"),
    "a limit": ("select * from ticket limit 1", "LIMIT"),
    "a fetch": ("select * from ticket fetch first 1 rows only", "FETCH"),
    "an offset": ("select * from ticket offset 1", "OFFSET"),
    "a sample": ("select * from ticket using sample 10", "TABLESAMPLE"),
    "a sample of a table": ("select * from ticket tablesample 10%", "TABLESAMPLE|only a plain"),
    "another moment's table": ("select * from ticket at (version => 3)", "HISTORICALDATA|only a plain"),
    "an as-of join": (
        "select * from ticket as a asof join ticket as b on a.opened_at >= b.opened_at",
        "ASOF",
    ),
    "a positional join": ("select * from ticket positional join ticket as b", "POSITIONAL"),
    "a natural join": ("select * from ticket natural join ticket as b", "NATURAL"),
    "a recursive CTE": (
        "with recursive a as (select * from ticket union all select * from a) select * from a",
        "recursive",
    ),
    "the first of many": ("select distinct on (status) * from ticket", "DISTINCT ON"),
    "columns renamed in a star": ("select * rename (status as state) from ticket", "RENAME"),
    "columns replaced in a star": ("select * replace (1 as status) from ticket", "REPLACE"),
    "any value": ("select any_value(status) from ticket", "any_value|IGNORENULLS"),
    "a row number without order": (
        "select row_number() over (partition by status) from ticket",
        "without an order",
    ),
    "a made-up series": ("select * from generate_series(1, 3)", "no plain table name|generate_series"),
    "a list as rows": ("select unnest([1]) from ticket", "explode|unnest"),
    "a difference of dates": ("select date_diff('day', opened_at, closed_at) from ticket", "date_?diff"),
    "rounding a fraction": ("select cast(epoch(opened_at) as bigint) from ticket", "without floor"),
    "a type with a zone": ("select cast(opened_at as timestamptz) from ticket", "TIMESTAMPTZ"),
    "a zone": ("select opened_at at time zone 'UTC' from ticket", "ATTIMEZONE"),
    "dollar quotes": ("select $$x$$ from ticket", "HEREDOC|RAWSTRING"),
    "escaped strings": ("select e'a' from ticket", "BYTESTRING"),
    "a comment in a comment": ("select /* a /* b */ c */ status from ticket", "comment"),
    "an undeclared parameter": ("select $limit as x from ticket", r"\$limit"),
    "a parameter without a name": ("select ? as x from ticket", r"\$"),
    "an outer table behind an inner CTE's name": (
        "select * from (with duckdb_tables as (select 1 as a from ticket) select * from duckdb_tables) as i, duckdb_tables",
        "reads duckdb_tables",
    ),
    "a CTE's name used before it stands": (
        "with a as (select * from message), message as (select * from ticket) select * from a",
        "reads message",
    ),
    "a CTE's name used beside it": (
        """select * from ticket where exists (with message as (select 1 as a) select * from message)
        and status in (select status from message)""",
        "reads message",
    ),
}


@pytest.mark.parametrize("way", WAYS_OUT)
def test_every_way_out_is_refused(way: str) -> None:
    """A query that reaches beyond its tables, or gives different answers on another day or engine, is refused."""
    sql, says = WAYS_OUT[way]

    with pytest.raises(CheckError) as refused:
        check_sql(with_query(sql))

    assert re.search(says, refused.value.problem, re.IGNORECASE), refused.value.problem


@pytest.mark.parametrize(
    "sql",
    [
        "select * from ticket;",
        "with ticket as (select * from ticket where status is not null) select * from ticket",
        "with a as (select * from ticket), b as (select * from a) select * from b union all select * from a",
        "select * from ticket as t where exists (select 1 from ticket as u where u.parent_id = t.ticket_id)",
        "select cast(floor(epoch(opened_at) / 900) as bigint) as slot, sum(1) filter (where in_scope) from ticket group by 1",
        "select lag(status) over (partition by customer_id order by opened_at, ticket_id) as x from ticket -- the end",
        "select v.k from ticket cross join (values ('a'), ('b')) as v(k) qualify count(*) over (partition by v.k) = 1",
        "select sum(1) over w as n from ticket window w as (partition by status)",
    ],
)
def test_plain_queries_pass(sql: str) -> None:
    """Joins, CTEs (also one that bears its table's name), windows, filters and value lists are allowed."""
    check_sql(with_query(sql))


def test_needs_and_reads_equal_the_tables_read() -> None:
    """A table that the query does not read may not be listed either."""
    with pytest.raises(CheckError, match="lists message, which the query does not read"):
        check_sql(with_query("select * from ticket", reads=["message"]))


def test_helper_tables_are_allowed_where_listed() -> None:
    """The loader's own tables may be read by a check that lists them, and by no other."""
    sql = "select * from ticket inner join local_slot on true inner join partner on true"

    check_sql(with_query(sql, reads=["local_slot", "partner"]))
    with pytest.raises(CheckError, match="reads local_slot"):
        check_sql(with_query(sql, reads=["partner"]))


def test_declared_parameters_are_used() -> None:
    """A parameter that the query does not use is refused: it would be printed as if it mattered."""
    check_sql(with_query("select $days as x, $as_of as y from ticket", params=["days"]))
    with pytest.raises(CheckError, match="lists days"):
        check_sql(with_query("select * from ticket", params=["days"]))


@given(name=st.from_regex(r"[a-z][a-z_]{2,15}", fullmatch=True))
def test_an_unknown_function_is_refused(name: str) -> None:
    """Whatever the name: a function passes only if it is on the list, and then only where it is harmless."""
    try:
        check_sql(with_query(f"select {name}(status) from ticket"))
    except CheckError:
        return
    assert name in FUNCTIONS or name.capitalize() in SYNTAX or name in OTHER_NAMES


def test_the_engine_refuses_a_deletion_too(tmp_path: Path) -> None:
    """Should the guard ever miss a data-modifying CTE, running as a subquery still stops it and the table stays whole."""
    world = empty_world(tmp_path)
    world.add("ticket", *tickets(("a", "2026-07-01 09:00", "technical")))
    check = with_query("with x as (delete from ticket returning *) select * from x")
    force = Force(None, None, shown_as="", is_assumed=False)
    bounds = bounds_of("Europe/Berlin", START, END, lookback_months=0, force=force, rules_as_of=None)

    with pytest.raises(CheckError, match="does not run"):
        run_check(world.warehouse, check, {}, partner_ids=("fabrikam",), bounds=bounds, keep_passes=False)

    assert world.warehouse.scalar("select count(*) from ticket") == 1
