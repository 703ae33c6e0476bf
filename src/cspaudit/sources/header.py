"""Matches the header of a file with the fields its layout names, before the engine sees the file."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cspaudit.errors import LackingFieldsError, SourceError
from cspaudit.sources.compile import Plan
from cspaudit.sources.files import SourceFile
from cspaudit.sources.likeness import Likeness, damaged
from cspaudit.sources.mapping import Repeat
from cspaudit.sources.spelling import normal

#: as many cells of a header as a message shows
SHOWN_CELLS = 12
#: what a field weighs that an export must have; no export has so many columns
NEEDED = 100_000


def field_weight(plan: Plan) -> Callable[[str], int]:
    """Return a function that tells how much a cell makes of a line the header of the plan's layout.

    1 for a field that the layout knows, more than all of those for one that an export must have, else 0.
    """
    known = _known(plan, plan.fields)
    needed = frozenset[str]().union(*map(plan.layout.spellings, plan.lacking(())))

    def weight(cell: str) -> int:
        spelt = normal(cell)
        return NEEDED if spelt in needed else int(spelt in known)

    return weight


def _known(plan: Plan, fields: Iterable[str]) -> frozenset[str]:
    """Return every spelling of ``fields`` and of what the layout has and does not use."""
    return frozenset[str]().union(*map(plan.layout.spellings, (*fields, *plan.layout.unused)))


def present_fields(cells: Sequence[str], plan: Plan, rows: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return the fields of ``plan`` that a header has, with the one that is known by its likeness alone."""
    spelt = {normal(cell) for cell in cells}
    found = frozenset(field for field in plan.fields if plan.layout.spellings(field) & spelt)
    taken = damaged(cells, plan, found, rows)
    return found | {taken.field} if taken else found


@dataclass(frozen=True)
class Header:
    """Where in a line each field stands, more than once where it repeats.

    ``unknown`` are columns that the layout does not know, ``known`` the others; ``taken`` is the one of these that is
    known by its likeness alone.
    """

    positions: Mapping[str, tuple[int, ...]]
    repeats: Mapping[str, Repeat]
    unknown: tuple[str, ...]
    known: tuple[str, ...]
    taken: Likeness | None = None

    @classmethod
    def match(
        cls, cells: Sequence[str], plan: Plan, file: SourceFile, rows: Sequence[Sequence[str]] = ()
    ) -> "Header":
        """Find every field of ``plan`` in the header; LackingFieldsError names required fields that are missing.

        One damaged cell is taken for a needed field, where it can be no other; ``rows`` are the first records.
        """
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
        used = _known(plan, positions)
        taken = damaged(cells, plan, positions, rows)
        if taken:
            positions[taken.field] = (taken.at,)
            used |= {spelt[taken.at]}
        known = tuple(cell for cell, spelling in zip(cells, spelt, strict=True) if spelling in used)
        unknown = tuple(cell for cell, spelling in zip(cells, spelt, strict=True) if spelling not in used)
        missing = plan.lacking(positions)
        if missing:
            raise LackingFieldsError(
                f"The export lacks {', '.join(repr(field) for field in missing)}.",
                where=file.shown,
                hint=_hint(missing[0], cells, plan),
                lacking=missing,
                known=known,
                unknown=unknown,
            )
        return cls(positions, layout.repeats, unknown, known, taken)

    def field(self, name: str) -> str:
        """Return the SQL of a field, NULL where the header lacks it."""
        columns = [f"c{index}" for index in self.positions.get(name, ())]
        if len(columns) <= 1:
            # no bare NULL: the engine cannot bind some comparisons of what it knows to be NULL beforehand
            return columns[0] if columns else "nullif(c0, c0)"
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
