"""Matches the header of a file with the fields its layout names, before the engine sees the file."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cspaudit.errors import SourceError
from cspaudit.sources.compile import Plan
from cspaudit.sources.files import SourceFile
from cspaudit.sources.mapping import Repeat
from cspaudit.sources.spelling import normal

#: as many cells of a header as a message shows
SHOWN_CELLS = 12


@dataclass(frozen=True)
class Header:
    """Where in a line each field stands, more than once where it repeats; ``unknown`` are columns of no known field."""

    positions: Mapping[str, tuple[int, ...]]
    repeats: Mapping[str, Repeat]
    unknown: tuple[str, ...]

    @classmethod
    def match(cls, cells: Sequence[str], plan: Plan, file: SourceFile) -> "Header":
        """Find every field of ``plan`` in the header; SourceError names required fields that are missing."""
        layout = plan.layout
        spelt = [normal(cell) for cell in cells]
        positions: dict[str, tuple[int, ...]] = {}
        for field in plan.fields:
            spellings = layout.spellings(field)
            found = tuple(at for at, cell in enumerate(spelt) if cell in spellings)
            if len(found) > 1 and field not in layout.repeats:
                others = dict.fromkeys(repr(cells[at]) for at in found if spelt[at] != normal(field))
                also = f" (also as {', '.join(others)})" if others else ""
                raise SourceError(
                    f"The header names {field!r} {len(found)} times{also}.",
                    where=file.shown,
                    hint="Remove the column that is not meant, so that none is guessed.",
                )
            if found:
                positions[field] = found
        missing = plan.lacking(positions)
        if missing:
            raise SourceError(
                f"The export lacks {', '.join(repr(field) for field in missing)}.",
                where=file.shown,
                hint=_hint(missing[0], cells, plan),
            )
        known = frozenset[str]().union(*map(layout.spellings, (*positions, *layout.unused)))
        unknown = tuple(cell for cell, spelling in zip(cells, spelt, strict=True) if spelling not in known)
        return cls(positions, layout.repeats, unknown)

    def field(self, name: str) -> str:
        """Return the SQL of a field, NULL where the header lacks it."""
        columns = [f"c{index}" for index in self.positions.get(name, ())]
        if len(columns) <= 1:
            return columns[0] if columns else "NULL::VARCHAR"
        filled = [f"nullif({column}, '')" for column in columns]
        if self.repeats[name] == "first":
            return f"coalesce({', '.join(filled)})"
        least, greatest = f"least({', '.join(filled)})", f"greatest({', '.join(filled)})"
        return f"CASE WHEN {least} = {greatest} THEN {least} END"


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
