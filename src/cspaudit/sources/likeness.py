"""A header cell that was damaged by hand: the one field that an export lacks, where one unknown cell alone resembles it."""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cspaudit.sources.compile import Plan
from cspaudit.sources.mapping import Mapping as Layout
from cspaudit.sources.spelling import normal

#: a cell less alike than this is another name
ALIKE = 0.85
#: what comes this near to the best is as likely meant
CLEARLY = 0.1
#: nearly all other fields must be there, so that the layout is certain without the damaged one ...
NEARLY_ALL = Fraction(9, 10)
#: ... and a few of them at the least
FEW = 5


@dataclass(frozen=True)
class Likeness:
    """A cell of a header that is taken for a field, and its place."""

    at: int
    cell: str
    field: str

    @property
    def told(self) -> str:
        """What is told of it."""
        return f"the column {self.cell!r} was taken for {self.field!r}, which the header lacks"


def damaged(
    cells: Sequence[str], plan: Plan, found: Iterable[str], rows: Sequence[Sequence[str]]
) -> Likeness | None:
    """Return the cell that is taken for the one needed field that is not ``found``; None where that would be a guess.

    No other unknown cell may resemble the field, and the cell no other field of the layout; nearly all other fields
    must be there. What the first ``rows`` hold in it must be known where the layout lists the field's values. A field
    that the export can do without stays absent: it is told among the columns that are not used.
    """
    there = frozenset(found)
    if len(plan.lacking(there)) != 1 or not _is_certain(cells, plan.layout):
        return None
    layout = plan.layout
    names = (*layout.fields, *layout.unused, *layout.aliases)
    known = frozenset[str]().union(*map(layout.spellings, names)) | {normal(name) for name in plan.fields}
    stray = [(at, cell) for at, cell in enumerate(cells) if cell and normal(cell) not in known]
    # of alternatives any may be the one that this export has
    cures = [
        name
        for name in plan.fields
        if name in layout.fields and name not in there and not plan.lacking({*there, name})
    ]
    pairs = sorted(
        ((_alike(cell, name, plan), at, name) for at, cell in stray for name in cures), reverse=True
    )
    if not pairs or pairs[0][0] < ALIKE:
        return None
    best, at, field = pairs[0]
    rivals = [other for other, *_ in pairs[1:]]
    rivals += [_alike(cells[at], name, plan) for name in names if name != field]
    if any(other > best - CLEARLY for other in rivals) or not _has_its_values(at, field, plan, rows):
        return None
    return Likeness(at, cells[at], field)


def _alike(cell: str, field: str, plan: Plan) -> float:
    """Return how far a cell resembles the nearest spelling of a field, 0 where it is another name of its own."""
    written = normal(cell)
    return max(
        0.0 if _is_other(written, spelling) else difflib.SequenceMatcher(None, written, spelling).ratio()
        for spelling in plan.layout.spellings(field)
    )


def _is_other(written: str, spelling: str) -> bool:
    """Whether a name says something else on purpose: reopened_at for opened_at, line 2 for line 1."""
    digits = ["".join(filter(str.isdigit, name)) for name in (written, spelling)]
    return digits[0] != digits[1] or (spelling in written and len(written) > len(spelling) + 1)


def _is_certain(cells: Sequence[str], layout: Layout) -> bool:
    """Whether the header has nearly all other fields of the layout; or nearly all that it uses, and hardly any others."""
    spelt = {normal(cell) for cell in cells if cell}
    used = {name for name in layout.fields if layout.spellings(name) & spelt}
    unused = {name for name in layout.unused if layout.spellings(name) & spelt}
    # of alternatives one is enough
    sources = [source for mapped in layout.table for source in mapped.columns.values()]
    missed = {name for source in sources for name in source.lacking(used)} | set(layout.must_have) - used
    has, lacks = len(used | unused), len(missed | (set(layout.unused) - unused))
    strange = sum(1 for cell in cells if cell) - has - 1
    # the damaged one is missed too
    return has >= FEW and (
        has >= NEARLY_ALL * (has + lacks - 1)
        or (has >= NEARLY_ALL * (has + strange) and len(used) >= NEARLY_ALL * (len(used | missed) - 1))
    )


def _has_its_values(at: int, field: str, plan: Plan, rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first records hold a value that the layout lists for the field, in every column that lists some."""
    texts = {row[at].strip() for row in rows if at < len(row)} - {"", *plan.nulls}
    for staged in plan.columns:
        source = staged.source
        if source.field != field or not source.values or not texts:
            continue
        listed = {*source.values, *plan.values.get(staged.column.name, ())}
        folded = {word.casefold() for word in listed} if source.any_case else listed
        if folded.isdisjoint(text.casefold() if source.any_case else text for text in texts):
            return False
    return True
