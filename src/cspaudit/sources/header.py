"""Matches the header of a file with the fields its layout names, before the engine sees the file."""

import difflib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cspaudit.errors import LackingFieldsError, SourceError
from cspaudit.sources.compile import Plan
from cspaudit.sources.files import SourceFile

#: as many cells of a header as a message shows
SHOWN_CELLS = 12


def normal(name: str) -> str:
    """Return a header cell without case, accents' forms, blanks and signs, for comparison."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in folded if sign.isalnum()) or folded


def field_test(plan: Plan) -> Callable[[str], bool]:
    """Return a function that tells whether a header cell is a field that the plan's layout knows."""
    known = {normal(field) for field in (*plan.fields, *plan.layout.unused)}
    return lambda cell: normal(cell) in known


@dataclass(frozen=True)
class Header:
    """Where in a line each field stands; ``unknown`` are columns that the layout does not know, ``known`` the others."""

    position: Mapping[str, int]
    unknown: tuple[str, ...]
    known: tuple[str, ...]

    @classmethod
    def match(cls, cells: Sequence[str], plan: Plan, file: SourceFile) -> "Header":
        """Find every field of ``plan`` in the header; LackingFieldsError names required fields that are missing."""
        places: dict[str, list[int]] = {}
        for index, cell in enumerate(cells):
            places.setdefault(normal(cell), []).append(index)
        position: dict[str, int] = {}
        for field in plan.fields:
            found = places.get(normal(field), [])
            if len(found) > 1:
                raise SourceError(
                    f"The header names {field!r} {len(found)} times.",
                    where=file.shown,
                    hint="Remove the column that is not meant, so that none is guessed.",
                )
            if found:
                position[field] = found[0]
        used = {normal(field) for field in (*position, *plan.layout.unused)}
        known = tuple(cell for cell in cells if normal(cell) in used)
        unknown = tuple(cell for cell in cells if normal(cell) not in used)
        missing = plan.lacking(position)
        if missing:
            raise LackingFieldsError(
                f"The export lacks {', '.join(repr(field) for field in missing)}.",
                where=file.shown,
                hint=_hint(missing[0], cells, plan),
                lacking=missing,
                known=known,
                unknown=unknown,
            )
        return cls(position, unknown, known)

    def field(self, name: str) -> str:
        """Return the SQL of a field, NULL where the header lacks it."""
        index = self.position.get(name)
        return "NULL::VARCHAR" if index is None else f"c{index}"


def _hint(missing: str, cells: Sequence[str], plan: Plan) -> str:
    close = difflib.get_close_matches(missing, cells, n=1)
    meant = f"Is {close[0]!r} meant? " if close else ""
    columns = [staged.column.name for staged in plan.columns if missing in staged.source.fields]
    cure = (
        f'Name the column with columns = {{ {columns[0]} = "…" }}, or give a value for every record with '
        f'constants = {{ {columns[0]} = "…" }}. '
        if columns
        else ""
    )
    return (
        f"{meant}{cure}It was read as {plan.layout.title!r}; its header is: {', '.join(cells[:SHOWN_CELLS])}"
        f"{' …' if len(cells) > SHOWN_CELLS else ''}."
    )
