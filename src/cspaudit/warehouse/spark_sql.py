"""DuckDB's SQL carried over to Spark: the same meaning, in pieces that Spark can plan."""

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from cspaudit.warehouse.interface import Values
from cspaudit.warehouse.spark_functions import carried

if TYPE_CHECKING:
    from sqlglot import exp

#: runs a query of Spark's once, and gives the name under which its rows can be read
Keep = Callable[[str], str]
#: a CTE that is named more than once is run once if it reads more tables than this
_FEW = 1


def parsed(query: str) -> "exp.Expr":
    """Return the tree of a query of DuckDB's."""
    import sqlglot

    return sqlglot.parse_one(query, dialect="duckdb")


def table_names(tree: "exp.Expr") -> frozenset[str]:
    """Return every plain name that the query reads from, those of its CTEs too."""
    from sqlglot import exp

    return frozenset(table.name.lower() for table in tree.find_all(exp.Table))


def bound_texts(params: Values) -> dict[str, object]:
    """Return the values to bind: days and instants as text, which ``to_spark`` casts."""
    return {
        name: str(value) if isinstance(value, (date, datetime)) else value for name, value in params.items()
    }


def to_spark(tree: "exp.Expr", params: Values, keep: Keep) -> str:
    """Return a query of DuckDB's as Spark SQL without CTEs; ``tree`` is used up.

    Spark plans a CTE anew at each place that names it, so a chain of them doubles with every link until no memory holds
    the plan. Here each becomes a subquery where it is named; but what is named more than once and reads more than one
    table is run once by ``keep``. Comments are left out, since Spark finds hints in them. A parameter whose value is a
    day or an instant is bound as text and cast in the query, so that no zone of the machine, of Python or of the JVM
    can move it.
    """
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope, traverse_scope

    # from the leaves up, so that functions within functions are carried over too
    for node in reversed(list(tree.walk())):
        there = _carried(node, params)
        if there is not node:
            node.replace(there)
    scopes = traverse_scope(tree)
    uses: dict[int, list[exp.Table]] = {}
    for scope in scopes:
        for table in scope.tables:
            source = scope.sources.get(table.alias_or_name)
            if isinstance(source, Scope) and isinstance(source.expression.parent, exp.CTE):
                uses.setdefault(id(source.expression.parent), []).append(table)
    # a scope comes after those it reads from
    for cte in [scope.expression.parent for scope in scopes if isinstance(scope.expression.parent, exp.CTE)]:
        _dissolve(cte, uses.get(id(cte), []), keep)
    for clause in list(tree.find_all(exp.With)):
        clause.pop()
    return _text(tree)


def _dissolve(cte: "exp.CTE", places: "list[exp.Table]", keep: Keep) -> None:
    """Put a CTE's query, or what is kept of it, where its name stands."""
    from sqlglot import exp

    query = cte.this
    query.set("with_", None)
    columns = cte.args["alias"].args.get("columns")
    if columns:
        query = exp.select("*").from_(exp.Subquery(this=query, alias=cte.args["alias"].copy()))
    is_kept = len(places) > 1 and len(list(query.find_all(exp.Table))) > _FEW
    name = keep(_text(query)) if is_kept else ""
    for place in places:
        alias = place.args.get("alias") or exp.TableAlias(this=exp.to_identifier(cte.alias))
        source = exp.to_table(name) if name else exp.Subquery(this=query.copy())
        source.set("alias", alias.copy())
        place.replace(source)


def _carried(node: "exp.Expr", params: Values) -> "exp.Expr":
    from sqlglot import exp

    if isinstance(node, exp.Placeholder):
        value = params.get(str(node.this))
        if isinstance(value, datetime):
            return exp.cast(node, exp.DType.TIMESTAMPNTZ)
        if isinstance(value, date):
            return exp.cast(node, exp.DType.DATE)
    return carried(node)


def _text(tree: "exp.Expr") -> str:
    return tree.sql(dialect="spark", comments=False)
