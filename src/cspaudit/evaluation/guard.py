"""The guard: a check's SQL is one query over the tables it names, made only of what the allow-list holds."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from cspaudit.errors import CheckError
from cspaudit.evaluation.allowlist import FUNCTIONS, NEED_ORDER, SYNTAX, TYPES
from cspaudit.evaluation.definition import query_text
from cspaudit.evaluation.front_matter import GIVEN_PARAMS
from cspaudit.model.check import Check

if TYPE_CHECKING:
    from sqlglot import exp

_JOIN_SIDES = {"", "LEFT", "RIGHT", "FULL"}
_JOIN_KINDS = {"", "INNER", "OUTER", "CROSS"}


def check_sql(check: Check) -> None:
    """Raise CheckError unless the check's SQL is a single query that keeps the rules.

    The rules: syntax, functions and types of the allow-list only; plain table names, which per scope and without
    the names of CTEs equal ``needs`` and ``reads``; parameters that equal those declared.
    """
    where = check.path
    tree = _one_query(query_text(check), where)
    for node in tree.walk():
        _test_node(node, where)
    _test_tables(tree, check)
    _test_parameters(tree, check)


def _one_query(sql: str, where: str) -> "exp.Expr":
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        statements = sqlglot.parse(sql, dialect="duckdb")
    except SqlglotError as error:
        lines = str(error).splitlines()
        raise CheckError(f"The query cannot be parsed: {lines[0]}", where=where) from error
    if len(statements) != 1 or statements[0] is None:
        raise CheckError("The file must hold exactly one query.", where=where)
    if not isinstance(statements[0], (exp.Select, exp.Union)):
        raise CheckError("The file must hold a query (select ...), nothing else.", where=where)
    return statements[0]


def _test_node(node: "exp.Expr", where: str) -> None:
    name = _function_name(node)
    if name is not None and name not in FUNCTIONS:
        raise CheckError(
            f"The query uses the function {name}, which is not on the list of those allowed.",
            where=where,
            hint=f"Allowed: {', '.join(sorted(FUNCTIONS))}.",
        )
    kind = type(node).__name__
    if name is None and kind not in SYNTAX:
        raise CheckError(f"The query uses {kind.upper()}, which a check may not use.", where=where)
    if any("/*" in comment for comment in node.comments or ()):
        raise CheckError("A comment in the query holds another comment.", where=where)
    problem = _PROBLEMS[kind](node) if kind in _PROBLEMS else ""
    if problem:
        raise CheckError(problem, where=where)


def _function_name(node: "exp.Expr") -> str | None:
    """Return the DuckDB name of a function call, None for other syntax."""
    from sqlglot import exp

    if isinstance(node, exp.Anonymous):
        return node.name.lower()
    if not isinstance(node, exp.Func) or type(node).__name__ in SYNTAX:
        return None
    special = {
        "LogicalAnd": "bool_and",
        "LogicalOr": "bool_or",
        "TimeToUnix": "epoch",
        "RegexpLike": "regexp_matches",
    }
    special |= {"TimestampTrunc": "date_trunc", "DateTrunc": "date_trunc", "StrPosition": "strpos"}
    kind = type(node).__name__
    return special.get(kind) or node.sql_name().lower()


def _table_problem(table: "exp.Table") -> str:
    from sqlglot import exp

    name = table.this
    if not isinstance(name, exp.Identifier) or name.args.get("quoted"):
        return f"The query reads {table.sql('duckdb')}, which is no plain table name."
    if table.db or table.catalog or set(filter(table.args.get, table.args)) - {"this", "alias"}:
        return f"The query reads {table.sql('duckdb')}: only a plain table name may stand there."
    return ""


def _window_problem(window: "exp.Window") -> str:
    name = _function_name(window.this)
    if name in NEED_ORDER and not window.args.get("order"):
        return f"The query uses {name} over rows without an order; write the order where it is used."
    return ""


def _cast_problem(cast: "exp.Cast") -> str:
    from sqlglot import exp

    to = cast.to.this.name if isinstance(cast.to.this, exp.DType) else str(cast.to.this)
    if to not in TYPES:
        return f"The query casts to {to}, a type that a check may not use."
    if to in {"BIGINT", "INT", "SMALLINT"}:
        inner = cast.this.unnest()
        for node in inner.walk(prune=lambda node: isinstance(node, (exp.Floor, exp.Predicate, exp.Query))):
            if isinstance(node, (exp.Div, exp.TimeToUnix)):
                return "The query casts a fraction to a whole number without floor()."
    return ""


def _join_problem(join: "exp.Join") -> str:
    if join.method or join.side not in _JOIN_SIDES or join.kind not in _JOIN_KINDS:
        return f"The query uses a {' '.join(filter(None, [join.method, join.side, join.kind]))} JOIN."
    return ""


def _flag(name: str, says: str) -> "Callable[[exp.Expr], str]":
    return lambda node: f"The query uses {says}." if node.args.get(name) else ""


#: what is refused of syntax that is allowed as such, by sqlglot's name
_PROBLEMS: "Mapping[str, Callable[..., str]]" = {
    "Table": _table_problem,
    "Join": _join_problem,
    "Window": _window_problem,
    "Cast": _cast_problem,
    "With": _flag("recursive", "a recursive CTE"),
    "Distinct": _flag("on", "DISTINCT ON"),
    "Star": lambda star: _flag("replace", "* REPLACE")(star) or _flag("rename", "* RENAME")(star),
    "Union": _flag("by_name", "UNION BY NAME"),
}


def _test_tables(tree: "exp.Expr", check: Check) -> None:
    from sqlglot import exp
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.scope import Scope, traverse_scope

    try:
        scopes = traverse_scope(tree)
    except SqlglotError as error:
        raise CheckError(f"The names of the query cannot be resolved: {error}", where=check.path) from error
    seen: set[int] = set()
    used: set[str] = set()
    for scope in scopes:
        for table in scope.tables:
            seen.add(id(table))
            if not isinstance(scope.sources.get(table.alias_or_name), Scope):
                used.add(table.name.lower())
    unseen = [table for table in tree.find_all(exp.Table) if id(table) not in seen]
    if unseen:
        raise CheckError(f"It cannot be told which table {unseen[0].name} is.", where=check.path)
    listed = set(check.tables)
    for table_name in sorted(used - listed):
        raise CheckError(
            f"The query reads {table_name}, which neither needs nor reads lists.", where=check.path
        )
    for table_name in sorted(listed - used):
        raise CheckError(
            f"needs or reads lists {table_name}, which the query does not read.", where=check.path
        )


def _test_parameters(tree: "exp.Expr", check: Check) -> None:
    from sqlglot import exp

    used = {str(node.this) for node in tree.find_all(exp.Placeholder)}
    declared = {param.name for param in check.params}
    for name in sorted(used - declared - GIVEN_PARAMS):
        raise CheckError(
            f"The query uses the parameter ${name}, which [params] does not list.", where=check.path
        )
    for name in sorted(declared - used):
        raise CheckError(f"[params] lists {name}, which the query does not use.", where=check.path)
