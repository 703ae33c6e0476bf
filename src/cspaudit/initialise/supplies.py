"""Which export would supply a piece of evidence, and where to click to get it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cspaudit.evaluation.needs import plain_column, plain_table
from cspaudit.initialise.workbook import BOOK_NAME, fact_tables
from cspaudit.model.attestations import ATTESTATION
from cspaudit.model.check import Check, Need
from cspaudit.model.tables import TABLES
from cspaudit.sources.mapping import ColumnSource, Mapping

#: as many systems as one line names
NAMED = 6
#: copies of a system in somebody's warehouse are no place where a partner would click
_COPIES = ("fivetran_",)
#: columns whose names alone would not tell
_COLUMNS = {
    "filed_by_actor_id": "person who filed it",
    "claims_credit": "mark of claims for credit",
    "in_scope": "mark of what is in scope",
    "links_only": "mark of replies that hold links only",
    "handoff_category": "reason for handing over",
    "is_paid": "mark of paid ones",
}
_FORMAT = re.compile(r"\s*\([^)]*\)$")


@dataclass(frozen=True)
class Supply:
    """Where a kind of record comes from: systems by name, where to click, a sheet of the workbook, or a signed answer."""

    table: str
    columns: tuple[str, ...]
    systems: tuple[str, ...]
    obtain: tuple[str, ...]
    in_workbook: bool
    #: the table is there already, and no layout has a field for what its records lack
    is_own_field: bool = False

    @property
    def what(self) -> str:
        """What it is, as words inside a sentence."""
        text = plain_table(self.table)
        return f"{text}, with the {_listed(self.columns)}" if self.columns else text

    @property
    def sources(self) -> str:
        """From which system, or which sheet it is typed into, as a clause."""
        if self.table == ATTESTATION:
            return "an answer that a person signs: cspaudit checks attest --template"
        if self.is_own_field:
            return "a field of your own in the export that you have: name it there with columns (docs/engagement.md#source)"
        if self.systems:
            more = " and others" if len(self.systems) > NAMED else ""
            return f"export: {', '.join(self.systems[:NAMED])}{more}"
        if self.in_workbook:
            return f"the sheet {self.table} of {BOOK_NAME}: cspaudit sources template"
        return f"a CSV file with the columns of docs/tables.md#{self.table}"


def supply(needs: Iterable[Need], layouts: Sequence[Mapping], present: Iterable[str] = ()) -> Supply:
    """Return what would supply the ``needs``, all of one table.

    ``present`` are ids of layouts that the folder has already: where systems of theirs supply it, only those are named.
    """
    wanted = tuple(needs)
    table = wanted[0].table
    able = [one for one in layouts if all(fills(one, need) for need in wanted)]
    systems = {name.partition("_")[0] for name in present}
    own = [one for one in able if one.id.partition("_")[0] in systems]
    chosen = [one for one in own or able if not one.id.startswith(_COPIES)]
    return Supply(
        table=table,
        columns=_words(wanted),
        systems=tuple(dict.fromkeys(_FORMAT.sub("", one.title) for one in chosen)),
        obtain=tuple(dict.fromkeys(one.obtain for one in chosen if one.obtain)),
        in_workbook=table in fact_tables(layouts),
    )


def fills(layout: Mapping, need: Need) -> bool:
    """Whether exports of a layout can meet a need: its table, its column, one of its values."""
    for mapped in layout.table:
        if need.table not in {mapped.name, *mapped.sides.values()}:
            continue
        if not need.column:
            return True
        source = mapped.columns.get(need.column)
        if source and (not need.values or any(could_hold(source, need, value) for value in need.values)):
            return True
    return False


def could_hold(source: ColumnSource, need: Need, value: str) -> bool:
    """Whether a column may come out as ``value``: by a constant, by its list of values, or as the export has it."""
    if source.first_of:
        return any(could_hold(one, need, value) for one in source.first_of)
    if source.constant:
        return source.constant == value
    if source.derive:
        return True
    if source.values or source.other is not None:
        return value in {*source.values.values(), source.other}
    # a vendor's own words are none of the allowed ones
    return not TABLES[need.table].column(need.column).allowed


def needs_of(checks: Iterable[Check]) -> dict[str, tuple[Need, ...]]:
    """Return what the checks need by table, each need once; tables that are only read where present come last, bare."""
    found: dict[str, dict[str, Need]] = {}
    for check in checks:
        for need in check.needs:
            found.setdefault(need.table, {})[need.text] = need
    return {table: tuple(needs.values()) for table, needs in found.items()}


def _words(needs: Iterable[Need]) -> tuple[str, ...]:
    """Return the needed columns as people would call them, each with all the values that are wanted."""
    values: dict[str, dict[str, None]] = {}
    for need in needs:
        if need.column:
            values.setdefault(need.column, {}).update(dict.fromkeys(need.values))
    return tuple(
        f"{plain_column(column)} {' or '.join(value.replace('_', ' ') for value in wanted)}"
        if wanted
        else _COLUMNS.get(column) or _plain(column)
        for column, wanted in values.items()
    )


def _plain(column: str) -> str:
    stem, _, ending = column.rpartition("_")
    words = stem.replace("_", " ")
    if ending in {"at", "on"} and stem:
        return f"{'time' if ending == 'at' else 'day'} {words}"
    return f"{words} it belongs to" if ending == "id" else plain_column(column)


def _listed(words: Sequence[str]) -> str:
    return " and the ".join([", the ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
