"""Steps that several checks share: named CTEs in files of their own, put before the queries of the checks that use them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cspaudit.errors import CheckError, near
from cspaudit.evaluation.front_matter import Text, Words, explain, test_tables

#: the folder beside the families that holds them
SHARED_FOLDER = "shared"

_WITH = re.compile(r"\A(?P<comments>(\s*--[^\n]*\n)*)\s*with\b\s*", re.IGNORECASE)
#: the last line that is a parenthesis alone closes the last CTE; the file's own SELECT follows it
_LAST_CTE = re.compile(r"\n\)\n(?!.*\n\)\n)", re.DOTALL)


@dataclass(frozen=True)
class SharedPart:
    """CTEs with a purpose, the tables they read, and the other parts that they stand on.

    Its parameters are declared by each check that uses it, with that check's own basis.
    """

    name: str
    purpose: str
    reads: tuple[str, ...]
    uses: tuple[str, ...]
    #: the CTEs' definitions, separated by commas, without ``with``
    ctes: str


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    purpose: Text
    reads: Annotated[Words, Field(min_length=1)]
    uses: Words = ()


def read_shared_part(name: str, content: Mapping[str, object], query: str, *, where: str) -> SharedPart:
    """Return the part whose leading comment says ``content``; CheckError where it or the query is wrong.

    The query is ``with … select …``: all but its final SELECT, which shows the last step, is shared.
    """
    try:
        stated = _FrontMatter.model_validate(content)
    except ValidationError as error:
        raise explain(error, where, _FrontMatter) from error
    test_tables(stated.reads, where)
    opening, closing = _WITH.match(query), _LAST_CTE.search(query)
    if not opening or not closing:
        raise CheckError(
            "A shared part is a query that begins with `with` and whose last step ends in a line `)`.",
            where=where,
        )
    ctes = opening["comments"] + query[opening.end() : closing.end()].rstrip()
    return SharedPart(name, stated.purpose, stated.reads, stated.uses, ctes)


def in_order(uses: Sequence[str], known: Mapping[str, SharedPart], *, where: str) -> tuple[SharedPart, ...]:
    """Return the parts named and all they stand on, each once, after those it uses; CheckError for an unknown name."""
    ordered: dict[str, SharedPart] = {}

    def visit(names: Sequence[str], above: tuple[str, ...]) -> Iterator[SharedPart]:
        for name in names:
            if name not in known:
                raise CheckError(
                    f"uses: there is no shared part {name!r}.", where=where, hint=near(name, known)
                )
            if name in above:
                raise CheckError(f"uses: the shared part {name!r} uses itself.", where=where)
            yield from visit(known[name].uses, (*above, name))
            yield known[name]

    for part in visit(uses, ()):
        ordered.setdefault(part.name, part)
    return tuple(ordered.values())


def with_parts(query: str, parts: Sequence[SharedPart]) -> str:
    """Return the query with the CTEs of ``parts`` before its own."""
    if not parts:
        return query
    shared = ",\n\n".join(part.ctes for part in parts)
    own = _WITH.match(query)
    if own:
        return f"with {shared},\n\n{own['comments']}{query[own.end() :]}"
    return f"with {shared}\n\n{query}"
