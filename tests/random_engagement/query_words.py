"""What a check's query asks its columns for: the words, numbers and columns that random rows should hit."""

from dataclasses import dataclass
from functools import lru_cache

import sqlglot
from sqlglot import exp

from cspaudit.evaluation.definition import query_text
from cspaudit.model.check import Check

#: greater numbers in queries are seconds or slots, no limits
_GREATEST_LIMIT = 1000


@dataclass(frozen=True)
class QueryWords:
    """The columns a query names, the texts it compares each with, all its texts, and its numbers and parameters."""

    columns: frozenset[str]
    compared: dict[str, frozenset[str]]
    texts: frozenset[str]
    limits: tuple[int, ...]


def query_words(check: Check) -> QueryWords:
    """Return what the check's query compares with what."""
    limits = frozenset(param.value for param in check.params if type(param.value) is int)
    return _words_of(query_text(check), limits)


@lru_cache(maxsize=4)
def _words_of(query: str, limits: frozenset[int]) -> QueryWords:
    tree = sqlglot.parse_one(query, dialect="duckdb")
    literals = list(tree.find_all(exp.Literal))
    compared: dict[str, set[str]] = {}
    for literal in literals:
        if literal.is_string:
            for column in _compared_with(literal):
                compared.setdefault(column, set()).add(literal.this)
    numbers = limits | {int(one.this) for one in literals if not one.is_string and one.this.isdigit()}
    return QueryWords(
        columns=frozenset(column.name for column in tree.find_all(exp.Column)),
        compared={column: frozenset(words) for column, words in compared.items()},
        texts=frozenset(literal.this for literal in literals if literal.is_string),
        limits=tuple(sorted(number for number in numbers if 0 < number <= _GREATEST_LIMIT)),
    )


def _compared_with(literal: exp.Expr) -> set[str]:
    """Return the columns that the nearest comparison, list or CASE around a text names."""
    node = literal.parent
    while node is not None and not isinstance(node, (exp.Predicate, exp.Case, exp.Select)):
        node = node.parent
    if isinstance(node, exp.Case):
        return {node.this.name} if isinstance(node.this, exp.Column) else set()
    if node is None or isinstance(node, exp.Select):
        return set()
    return {column.name for column in node.find_all(exp.Column)}
