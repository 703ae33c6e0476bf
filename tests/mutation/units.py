"""A check's query in parts that run one after the other: its CTEs and what comes after them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp

#: name of the part after all CTEs
LAST = "result"

_MARK = "unit_no_"
_MARKED = re.compile(rf"{_MARK}(\d+)\b")
_PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")


@dataclass(frozen=True)
class Unit:
    """One part: its name, its tree and text, and the numbers of the earlier parts that it reads."""

    name: str
    tree: exp.Expr = field(repr=False)
    text: str = field(repr=False)
    reads: frozenset[int]


def units_of(sql: str) -> tuple[Unit, ...]:
    """Return the parts of ``sql`` in an order in which each reads only earlier ones; the last is the query itself.

    A part names the earlier ones that it reads by marks, which ``placed`` turns into tables.
    """
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    clause = tree.args.get("with_")
    trees = {cte.alias: cte.this for cte in clause.expressions} if clause else {}
    tree.set("with_", None)
    trees[LAST] = tree
    known: dict[str, int] = {}
    units = []
    for number, (name, part) in enumerate(trees.items()):
        bare = part.copy()
        reads = _mark(bare, known)
        units.append(Unit(name, bare, bare.sql("duckdb"), reads))
        known[name] = number
    return tuple(units)


def whole(sql: str) -> tuple[Unit, ...]:
    """Return ``sql`` as a single part."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    return (Unit(LAST, tree, tree.sql("duckdb"), frozenset()),)


def placed(sql: str, changed: Collection[int] = ()) -> str:
    """Return a part's text with the tables that hold the earlier parts; those of ``changed`` in their changed form."""
    return _MARKED.sub(lambda mark: table_of(int(mark[1]), is_changed=int(mark[1]) in changed), sql)


def table_of(number: int, *, is_changed: bool = False) -> str:
    """Return the name of the table that holds a part's rows."""
    return f"{'changed' if is_changed else 'original'}_{number}"


def parameters(sql: str) -> frozenset[str]:
    """Return the names of the parameters in a part's text."""
    return frozenset(_PARAMETER.findall(sql))


def shown(text: str, units: Sequence[Unit]) -> str:
    """Return a text of a part with the names of the earlier parts in place of their marks."""
    bare = re.sub(rf"{_MARK}(\d+) AS (\w+)", lambda mark: _named(units, mark), text)
    return _MARKED.sub(lambda mark: units[int(mark[1])].name, bare)


def _named(units: Sequence[Unit], mark: re.Match[str]) -> str:
    name = units[int(mark[1])].name
    return name if mark[2] == name else f"{name} AS {mark[2]}"


def _mark(tree: exp.Expr, known: dict[str, int]) -> frozenset[int]:
    """Put marks where ``tree`` reads parts of ``known``; return their numbers."""
    reads = set()
    for table in tree.find_all(exp.Table):
        if table.name in known:
            number = known[table.name]
            reads.add(number)
            if not table.alias:
                table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
            table.set("this", exp.to_identifier(f"{_MARK}{number}"))
    return frozenset(reads)
