"""An export layout: which field of an export fills which canonical column, read from ``mappings/*.toml``."""

import tomllib
from collections.abc import Container
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from cspaudit.errors import EngagementError, near
from cspaudit.model.table import Table
from cspaudit.model.tables import TABLES
from cspaudit.sources.condition import Condition, Part, all_of, with_words
from cspaudit.sources.spelling import normal

#: what can be derived from addresses once all sources are loaded
Derivation = Literal["direction", "customer_by_domain"]


#: how a file's records are written; what is neither CSV nor JSON has a decoder (``formats``)
Format = Literal["csv", "json", "mail", "camt", "mt940", "bai2", "ofx", "bank_rows"]

#: how sure a layout is
Certainty = Literal["documented", "seen", "assumed"]

#: what a field's value is where several columns of an export have its name: the first of them that is filled, or
#: the one value that they hold, none where they hold several
Repeat = Literal["first", "sole"]

#: stands for the record's own number in a joined key
RECORD = "#record"


def _long(source: object) -> object:
    return {"field": source} if isinstance(source, str) else source


class ColumnSource(Part):
    """Where one canonical column comes from: a field, fields joined, a constant, the first of several, a derivation.

    ``guid``, ``prefix`` and ``round`` are said of the column, not of one of several fields.
    """

    field: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    #: what a value that ``values`` does not list becomes: a value, "" for nothing; left out: it stays as it is
    other: str | None = None
    #: the words of ``values`` are known in whatever case
    any_case: bool = False
    constant: str = ""
    join: tuple[str, ...] = ()
    #: fields whose texts follow each other; what is absent or empty is left out
    texts: tuple[str, ...] = ()
    #: a key for records that have none: made of what these fields say, and of how often the file said the same before
    identity: tuple[str, ...] = ()
    #: all of several fields that are filled, a line each, for a table with ``split`` at line feeds
    every: tuple[str, ...] = ()
    first_of: tuple["ColumnSource", ...] = ()
    where: Condition | None = None
    derive: Derivation | None = None
    date_formats: tuple[str, ...] = ()
    #: an amount without its sign, wherever that stands
    absolute: bool = False
    #: an amount with the other sign
    negated: bool = False
    #: a whole number of a currency's smallest unit: so many of its last digits are decimals
    minor_digits: int = Field(default=0, ge=0, le=3)
    #: in capitals
    upper: bool = False
    #: where the field is empty, the source's constant for the column stands in; else a constant holds in every record
    or_stated: bool = False
    #: an amount that is money out, whatever sign it has
    negative: bool = False
    #: a regular expression: its group is the value, and what it does not match is empty
    capture: str = ""
    #: a date column whose field holds an instant takes that instant's day in UTC; days are read by the formats
    day_of_instant: bool = False
    #: a GUID is written in small letters, as exports of one system differ in its case; other ids stay as they are
    guid: bool = False
    #: what may stand before an id and is no part of it
    prefix: str = ""
    #: a mail address is written without the name beside it, and in small letters
    address: bool = False
    #: an amount with further decimals is rounded to so many, half away from zero, and the report says so; without it
    #: an amount with more than four decimals is a reject
    round: int | None = Field(default=None, ge=0, le=4)
    #: in a table with ``last_wins``: the smallest value of all records with this key, not that of the last
    earliest: bool = False
    #: in a table with ``split``: which part of each piece of the text this column takes
    part: int = 0

    @model_validator(mode="before")
    @classmethod
    def _short_alternatives(cls, content: object) -> object:
        if isinstance(content, dict) and "first_of" in content:
            return {**content, "first_of": [_long(one) for one in content["first_of"]]}
        return content

    @property
    def has_record(self) -> bool:
        """Whether the record's own number is part of the value."""
        return RECORD in self.join

    @property
    def is_record_number(self) -> bool:
        """Whether the value is nothing but the record's number, which the staging table need not hold."""
        return self.join == (RECORD,)

    @property
    def fields(self) -> tuple[str, ...]:
        """The export's fields that this column reads."""
        named = (self.field, *self.join, *self.texts, *self.identity, *self.every)
        own = [name for name in named if name and name != RECORD]
        own += self.where.fields if self.where else ()
        return tuple(dict.fromkeys([*own, *(name for one in self.first_of for name in one.fields)]))

    def lacking(self, present: Container[str]) -> tuple[str, ...]:
        """Return the fields for want of which no record has a value; none where the column can be filled."""
        if self.first_of:
            each = [one.lacking(present) for one in self.first_of]
            return () if () in each else each[0]
        if self.constant:
            return ()  # whether it holds is each record's matter
        if any(name in present for name in (*self.texts, *self.identity, *self.every)):
            return ()
        needed = [
            name for name in (self.field, *self.join, *self.texts, *self.identity) if name and name != RECORD
        ]
        needed += self.where.fields if self.where and not self.where.can_hold(present) else ()
        return tuple(name for name in needed if name not in present)


class Split(Part):
    """How a field lists several members: each becomes a row; its columns say which ``part`` of it they take."""

    separator: str
    part_separator: str = ""


class TableMapping(Part):
    """How one canonical table is filled.

    With ``last_wins`` several records may have one key, as in event logs and overlapping pages: the one with the
    greatest ``latest_by`` (the first of these fields that is filled: a number, or an instant in ISO 8601) stays,
    without it the last one read.

    With ``completes`` a record whose key another export has is no duplicate: it fills what that export leaves empty.
    With ``repeats_others`` a record that another export of such a layout has too is told again: the first one counts.
    With ``apart`` records with one key whose dates lie more than so many seconds apart are different things under one
    key, and the later ones are rejects.
    With ``yields_by`` a record is passed over where another export has the same value in this column: both tell the
    same, and it would count twice.
    With ``pieces_by`` a record is passed over whose key begins the keys of others, up to this sign: they are its pieces.
    """

    name: str = ""
    sides: dict[Literal["payable", "receivable"], str] = Field(default_factory=dict)
    last_wins: bool = False
    #: its records are lines of payments that another export holds: a line takes what it lacks (day, currency) from the
    #: payment of its id, and the payment keeps what its lines leave over
    payment_lines: bool = False
    latest_by: tuple[str, ...] = ()
    completes: bool = False
    repeats_others: bool = False
    apart: int | None = None
    yields_by: str = ""
    pieces_by: str = ""
    only_where: Condition | None = None
    split: Split | None = None
    columns: dict[str, ColumnSource]

    @property
    def is_suppliers(self) -> bool:
        """Whether the table holds what passes between the partner and its supplier."""
        return any(name.startswith("supplier_") for name in (self.name, *self.sides.values()))

    @property
    def deciding_fields(self) -> tuple[str, ...]:
        """The fields that decide which record counts."""
        return (*self.latest_by, *(self.only_where.fields if self.only_where else ()))

    def table(self, side: str) -> Table:
        """Return the canonical table for ``side`` (empty where the layout has none)."""
        return TABLES[self.sides[side] if self.sides else self.name]  # type: ignore[index]  # side was checked


class Mapping(Part):
    """One export layout.

    ``aliases`` are other spellings of a field in the header of a CSV file, as in the languages of a vendor's pages, or
    other paths to it in a JSON record.
    A header that has a field twice, in whatever spelling, is refused, but for the fields named in ``repeats``.
    """

    id: str = ""
    title: str
    #: documented: by the vendor; seen: in real or recorded files; assumed: in third parties' readers, or nowhere
    certainty: Certainty
    checked_against: str
    #: what whoever uses the layout should know, in sentences
    notes: tuple[str, ...] = ()
    #: where to click to get the export
    obtain: str = ""
    #: the system keeps records for so many days only; 0: no such limit is known
    retention_days: int = 0
    #: an export of exactly so many records was cut there
    row_limits: tuple[int, ...] = ()
    #: columns that the export does not hold and the source must state, each with what it is
    ask: dict[str, str] = Field(default_factory=dict)
    #: the column that holds the moment of a snapshot, which no field tells: the source states it, or its ``as_of``
    snapshot: str = ""
    #: why nothing can be taken from such an export, though it is recognised by its fields; then it fills no table
    supplies_nothing: str = ""
    format: Format
    records: str = ""
    nested: str = ""
    #: a list inside a record whose members are records too, each beside the one that lists it: ``list.field`` is the
    #: member's field, ``list`` the member itself (both empty for the record around), every other field the record's
    members: str = ""
    time: Literal["utc", "local"]
    delimiter: str = ""
    #: strptime patterns; ``localised``: days are written as in any country, and each file tells how
    date_formats: tuple[str, ...] = ()
    #: in localised days of the vendor's own files: which of the first two numbers is the day
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    nulls: tuple[str, ...] = ()
    #: fields without which a file has another layout, though no required column takes them
    must_have: tuple[str, ...] = ()
    #: fields without which a file is not taken for this layout by itself, though it can be read where that is stated
    known_by: tuple[str, ...] = ()
    #: the fields that name the vendor of a supplier's documents, the usual one first: where a ledger holds several
    #: vendors, the source must say with ``only`` which of them are meant
    vendor: tuple[str, ...] = ()
    #: whoever makes the export chooses its columns: a file may have few of the fields that the layout knows
    columns_vary: bool = False
    #: a layout of no vendor, whose columns vary: of two that know as much of a file, a vendor's goes before it
    is_generic: bool = False
    #: fields that the layout is known to have and that no column uses
    unused: tuple[str, ...] = ()
    #: the fields by which a source says which records it means
    only: tuple[str, ...] = ()
    aliases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    repeats: dict[str, Repeat] = Field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    table: tuple[TableMapping, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_columns(cls, content: object) -> object:
        """Let a column be written as the bare name of its field, and words of a test as the ``@name`` of a list."""
        if isinstance(content, dict):
            lists = content.get("lists", {})
            content = {**content, "table": [with_words(table, lists) for table in content.get("table", ())]}
            for table in content.get("table", ()):
                table["columns"] = {
                    column: _long(value) for column, value in table.get("columns", {}).items()
                }
        return content

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        for mapped in self.table:
            for name in (mapped.name, *mapped.sides.values()):
                if name and name not in TABLES:
                    message = f"there is no table {name!r}"
                    raise ValueError(message)
            tables = [TABLES[name] for name in (mapped.name, *mapped.sides.values()) if name]
            if not tables:
                message = "a table needs a name, or sides"
                raise ValueError(message)
            unknown = {*mapped.columns, *filter(None, [mapped.yields_by])}.difference(
                *(table.column_names for table in tables)
            )
            if unknown:
                message = f"the table {tables[0].name} has no column {min(unknown)!r}"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _fills_something(self) -> Self:
        if bool(self.supplies_nothing) == bool(self.table) or not (self.table or self.unused):
            message = "a layout fills a table, or names its fields as unused and says why it supplies nothing"
            raise ValueError(message)
        columns = {name for one in self.table for name in one.table("payable").column_names}
        unknown = {*self.ask, *([self.snapshot] if self.snapshot else [])} - columns
        if unknown:
            message = f"no table of the layout has a column {min(unknown)!r} to be stated"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _one_field_a_spelling(self) -> Self:
        fields = dict.fromkeys([*self.fields, *self.unused, *self.aliases])
        meant: dict[str, str] = {}
        for field in fields:
            for spelling in self.spellings(field):
                other = meant.setdefault(spelling, field)
                if other != field and not self.aliases.keys().isdisjoint({field, other}):
                    message = f"{other!r} and {field!r} have one spelling"
                    raise ValueError(message)
        return self

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that some column takes, or that decide which record counts."""
        found = [
            field for mapped in self.table for source in mapped.columns.values() for field in source.fields
        ]
        for mapped in self.table:
            found += mapped.deciding_fields
        found += [*self.must_have, *self.vendor]
        return tuple(dict.fromkeys(found))

    def spellings(self, field: str) -> frozenset[str]:
        """Return every spelling of a field, as ``normal`` gives it."""
        return frozenset(normal(name) for name in (field, *self.aliases.get(field, ())))

    def named(self, spelling: str) -> str:
        """Return the field that is meant by a spelling of it, else what was written."""
        known = dict.fromkeys([*self.fields, *self.unused, *self.aliases])
        return next((field for field in known if normal(spelling) in self.spellings(field)), spelling)

    def restricted(self, only: "dict[str, tuple[str, ...]]") -> "Mapping":
        """Return the same layout for those records alone whose fields have one of the values.

        What a supplier's ledger says of its vendor restricts the supplier's tables alone: other records have customers
        there.
        """
        if not only:
            return self
        tests = {self.named(field): values for field, values in only.items()}
        table = tuple(
            mapped.model_copy(
                update={"only_where": all_of(mapped.only_where, self._tests_for(mapped, tests))}
            )
            for mapped in self.table
        )
        return self.model_copy(update={"table": table, "only": tuple(tests)})

    def _tests_for(self, mapped: TableMapping, tests: "dict[str, tuple[str, ...]]") -> tuple[Condition, ...]:
        return tuple(
            Condition(field=field, one_of=values)
            for field, values in tests.items()
            if field not in self.vendor or mapped.is_suppliers
        )

    @property
    def has_sides(self) -> bool:
        """Whether the source must say which side of the ledger the export shows."""
        return any(mapped.sides for mapped in self.table)


def names(folder: Path) -> tuple[str, ...]:
    """Return the ids of the layouts in ``folder``, sorted."""
    return tuple(sorted(file.stem for file in folder.glob("*.toml")))


def load(folder: Path, mapping_id: str) -> Mapping:
    """Read a layout; EngagementError where there is none of this name or its file is wrong."""
    file = folder / f"{mapping_id}.toml"
    if not file.is_file():
        known = names(folder)
        raise EngagementError(f"There is no export layout {mapping_id!r}.", hint=near(mapping_id, known))
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        return Mapping.model_validate({"id": mapping_id, **content})
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise EngagementError(f"The export layout is wrong: {error}", where=file.name) from error


def canonical(table: Table) -> Mapping:
    """Return the layout of a file whose header is the column names of ``table``; unnamed columns stay empty."""
    columns = {column.name: {"field": column.name} for column in table.columns}
    return Mapping.model_validate(
        {
            "id": table.name,
            "title": f"table {table.name}",
            "certainty": "documented",
            "checked_against": "the table's own definition",
            "format": "csv",
            "time": "utc",
            "table": [{"name": table.name, "columns": columns}],
        }
    )
