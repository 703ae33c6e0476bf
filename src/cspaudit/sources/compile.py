"""Compiles a layout and what its source says into a plan: which field becomes which typed column, and every fault."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cspaudit.model.table import Column, Order, Table
from cspaudit.model.zones import Segment
from cspaudit.sources import amounts, dates, sql
from cspaudit.sources.mapping import ColumnSource, Derivation, TableMapping
from cspaudit.sources.mapping import Mapping as Layout

#: number of the fault "a key that occurred before", given after loading
DUPLICATE_KEY = 1
#: number of the fault "names a partner that is not one of this audit", given after loading
UNKNOWN_PARTNER = 2
#: number of the fault "merged into a ticket that is merged into it", given after loading
MERGE_CYCLE = 3
#: number of the fault "its evidence is not the file that was signed for", given after loading
EVIDENCE_CHANGED = 4
#: number of the fault "belongs to a payment that no export holds", given after loading
NO_PAYMENT = 5
#: number of what is no record: a header again, a line of totals at the end
NO_RECORD = 6
#: number of a record that is written otherwise than the first ones of its file, which is read again for it
UNUSUAL = 7
_FIRST_FAULT = 8

#: why a time is left out that is of a zone nobody named
NO_ZONE = "has no offset, and the source names no time zone"

#: reasons of the faults that no single column shows
LATE_REASONS = {
    DUPLICATE_KEY: "repeats a key that an earlier record has",
    UNKNOWN_PARTNER: "names a partner that is not one of this audit",
    MERGE_CYCLE: "is merged in a circle",
    EVIDENCE_CHANGED: "names a file of evidence that is not there, or not the one that was signed for",
    NO_PAYMENT: "belongs to a payment that no export holds",
}


@dataclass(frozen=True)
class Fault:
    """One way a record can be wrong."""

    number: int
    table: str
    column: str
    reason: str
    condition: str
    #: the staging column whose raw text is at fault
    stage_name: str


@dataclass(frozen=True)
class StagedColumn:
    """One typed column of the staging table; ``raw`` and ``value`` are its names inside the statement."""

    stage_name: str
    column: Column
    source: ColumnSource
    formats: tuple[str, ...]
    #: what an empty key column becomes
    default: str | None = None

    @property
    def is_localised(self) -> bool:
        """Whether its days may be written as in any country."""
        return dates.LOCALISED in self.formats and self.column.type in {"date", "instant"}

    @property
    def fixed_formats(self) -> tuple[str, ...]:
        """The formats that are the same in every country."""
        return tuple(one for one in self.formats if one != dates.LOCALISED)


@dataclass(frozen=True)
class StagedTable:
    """A canonical table fed from a staging table: which staging column fills which canonical one."""

    table: Table
    mapping: TableMapping
    columns: Mapping[str, str]
    derived: Mapping[str, Derivation]

    @property
    def when(self) -> bool:
        """Whether only some of the records feed this table."""
        return self.mapping.only_where is not None


@dataclass(frozen=True)
class Plan:
    """How a source's records become typed columns; the same for all files of the source."""

    layout: Layout
    columns: tuple[StagedColumn, ...]
    tables: tuple[StagedTable, ...]
    faults: tuple[Fault, ...]
    partner_field: str
    nulls: tuple[str, ...]
    values: Mapping[str, Mapping[str, str]]
    constants: Mapping[str, str]
    #: the decimal mark of amounts as people's programs write them; None: they are digits and a point, nothing else
    mark: amounts.Mark | None
    #: whether the mark is only supposed, and the amounts of each file tell it
    is_mark_voted: bool
    segments: tuple[Segment, ...]
    #: the fields without which a file has another layout; those whose column is read from another field are none
    must_have: tuple[str, ...] = ()
    #: the fields that name the vendors of a supplier's ledger, where nobody has said which of them are meant
    vendor_fields: tuple[str, ...] = ()
    #: which of the first two numbers of a day is the day, where its file does not tell; and whether the file is asked
    order: dates.Order = "dmy"
    is_order_voted: bool = False
    #: of one file: the usual shape of each column's days; whether some name their months; which columns count days
    patterns: Mapping[str, str] = field(default_factory=dict)
    is_named: bool = False
    serials: frozenset[str] = frozenset()
    #: of one file: the columns that are supposed to be written alike in every record, and whether all days are among them
    usual: frozenset[str] = frozenset()
    has_usual_days: bool = False
    #: whether a time without an offset is in a zone that nobody named
    lacks_zone: bool = False
    #: of one file: the words for "nothing" that the engine reads as NULL
    nulls_read: frozenset[str] = frozenset()

    @property
    def naive_faults(self) -> tuple[int, ...]:
        """The numbers of the faults that a time zone would cure."""
        return tuple(fault.number for fault in self.faults if fault.reason == NO_ZONE)

    @property
    def has_partner_column(self) -> bool:
        """Whether each record names its partner."""
        return bool(self.partner_field)

    @property
    def is_localised(self) -> bool:
        """Whether some days may be written as in any country."""
        return any(staged.is_localised for staged in self.columns)

    def column(self, stage_name: str) -> Column:
        """Return the canonical column that a column of the staging table fills."""
        return next(staged.column for staged in self.columns if staged.stage_name == stage_name)

    @property
    def has_local_times(self) -> bool:
        """Whether times without an offset are a zone's local times."""
        return bool(self.segments) and any(staged.column.type == "instant" for staged in self.columns)

    def with_partner_field(self, field: str) -> "Plan":
        """Return the same plan where each record names its partner in ``field``."""
        return replace(self, partner_field=field)

    def without_absent(self, present: Container[str]) -> "Plan":
        """Return the same plan without the columns that would be NULL in every record; keys and required ones stay.

        An export fills a third of a wide table; columns of NULLs would be tested and stored all the same. A table that
        no record can feed is left out too: the export holds nothing for it, which is no evidence.
        """
        fed = self._fed(present)
        read = {name for table in fed for name in table.columns.values()}
        kept = {
            name
            for table in fed
            for name in (*table.table.key, table.table.dated_by, *_read_by_derivation(table))
            if name
        }
        columns = tuple(
            staged
            for staged in self.columns
            if staged.stage_name in read
            and (staged.column.required or staged.column.name in kept or not staged.source.lacking(present))
        )
        names = {staged.stage_name for staged in columns}
        tables = tuple(
            replace(table, columns={name: stage for name, stage in table.columns.items() if stage in names})
            for table in fed
        )
        return replace(
            self, columns=columns, tables=tables, faults=_faults(columns, tables, lacks_zone=self.lacks_zone)
        )

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field of the export that the plan reads."""
        found = [name for staged in self.columns for name in staged.source.fields]
        for staged_table in self.tables:
            found += staged_table.mapping.deciding_fields
        found += [*self.must_have, *self.vendor_fields, self.partner_field]
        return tuple(dict.fromkeys(name for name in found if name))

    def lacking(self, present: Container[str]) -> tuple[str, ...]:
        """Return the fields that an export must have and that are not ``present``."""
        needed = [self.partner_field] if self.partner_field and self.partner_field not in present else []
        read = {name for table in self._fed(present) for name in table.columns.values()}
        for staged in self.columns:
            if staged.stage_name in read and staged.column.required and staged.default is None:
                needed += staged.source.lacking(present)
        needed += [name for name in self.must_have if name not in present]
        return tuple(dict.fromkeys(needed))

    def _fed(self, present: Container[str]) -> tuple[StagedTable, ...]:
        """Return the tables that a record with the fields ``present`` may feed; all of them where that is none."""
        wheres = ((table, table.mapping.only_where) for table in self.tables)
        return (
            tuple(table for table, where in wheres if where is None or where.can_hold(present)) or self.tables
        )


def condition_name(index: int) -> str:
    """Return the staging column that says whether a record feeds the table of this index."""
    return f"feeds_{index}"


def _read_by_derivation(table: StagedTable) -> tuple[str, ...]:
    return ("sender", "recipient") if table.derived else ()


def build_plan(
    layout: Layout,
    *,
    side: str,
    columns: Mapping[str, str],
    values: Mapping[str, Mapping[str, str]],
    constants: Mapping[str, str],
    nulls: Sequence[str],
    formats: Sequence[str],
    mark: amounts.Mark | None,
    is_mark_voted: bool,
    segments: Sequence[Segment],
    partner_field: str,
    order: dates.Order | None = None,
    lacks_zone: bool = False,
) -> Plan:
    """Return the plan of a layout with the source's own columns, values and constants put over it."""
    staged_columns: dict[tuple[Column, str], StagedColumn] = {}
    used: set[str] = set()
    tables: list[StagedTable] = []
    for mapping in layout.table:
        table = mapping.table(side)
        sources = _column_sources(table, mapping, columns, constants, layout)
        names: dict[str, str] = {}
        for column in table.columns:
            source = sources.get(column.name)
            if source is None or source.derive:
                continue
            # tables fed from the same records share the columns that are read the same way
            key = (column, source.model_dump_json())
            if key not in staged_columns:
                stage_name = _free_name(column.name, table.name, used)
                used.add(stage_name)
                own_formats = tuple(formats) or source.date_formats or layout.date_formats
                default = table.key_defaults.get(column.name)
                staged_columns[key] = StagedColumn(stage_name, column, source, own_formats, default)
            names[column.name] = staged_columns[key].stage_name
        derived = {name: source.derive for name, source in sources.items() if source.derive}
        tables.append(StagedTable(table, mapping, names, derived))
    if not tables:
        # nothing is taken from such an export; one of its fields is looked at, so that its records are counted
        looked_at = Column("looked_at")
        staged_columns[looked_at, ""] = StagedColumn(
            "looked_at", looked_at, ColumnSource(field=layout.unused[0]), ()
        )
    ordered = tuple(staged_columns.values())
    return Plan(
        layout=layout,
        columns=ordered,
        tables=tuple(tables),
        faults=_faults(ordered, tables, lacks_zone=lacks_zone),
        partner_field=partner_field,
        nulls=(*layout.nulls, *nulls),
        values=values,
        constants=constants,
        mark=mark,
        is_mark_voted=is_mark_voted and any(staged.column.type == "money" for staged in ordered),
        segments=tuple(segments),
        must_have=_must_have(layout, {*columns, *constants}),
        vendor_fields=_vendor_fields(layout, tables, columns, constants),
        order=order or layout.date_order or "dmy",
        is_order_voted=not order
        and layout.format == "csv"
        and any(staged.is_localised for staged in ordered),
        lacks_zone=lacks_zone,
    )


def _free_name(column: str, table: str, used: Container[str]) -> str:
    """Return a name for a staging column: tables may have columns of one name, and one table may be fed twice."""
    if column not in used:
        return column
    names = (f"{table}_{column}{number}" for number in ("", *range(2, 100)))
    return next(name for name in names if name not in used)


def _must_have(layout: Layout, stated: Container[str]) -> tuple[str, ...]:
    """Return the fields that must be there; in place of a column's the source may have stated another."""
    replaced = {
        field
        for mapped in layout.table
        for name, source in mapped.columns.items()
        if name in stated
        for field in source.fields
    }
    return (*(field for field in layout.must_have if field not in replaced), *layout.only)


def _vendor_fields(
    layout: Layout, tables: Sequence[StagedTable], columns: Mapping[str, str], constants: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the fields whose vendors must be told apart: none where the source says whose documents they are."""
    is_named = (
        "supplier" in columns or "supplier" in constants or not set(layout.vendor).isdisjoint(layout.only)
    )
    is_suppliers = any(staged.table.name.startswith("supplier_") for staged in tables)
    return layout.vendor if is_suppliers and not is_named else ()


def _column_sources(
    table: Table,
    mapping: TableMapping,
    columns: Mapping[str, str],
    constants: Mapping[str, str],
    layout: Layout,
) -> dict[str, ColumnSource]:
    """Return where each column comes from: the layout, with what the engagement says put over it.

    A column that some tables of the layout fill is replaced in those alone: the amount of an invoice is not that of
    its dispute.
    """
    sources = {name: source for name, source in mapping.columns.items() if name in table.column_names}
    filled = {name for one in layout.table for name in one.columns}
    for name in table.column_names:
        if name in filled and name not in sources:
            continue
        if name in columns:
            sources[name] = _renamed(table.column(name), mapping.columns.get(name), columns[name])
        elif name in constants:
            sources[name] = _stated(mapping.columns.get(name), constants[name])
    for name, default in table.key_defaults.items():
        sources.setdefault(name, ColumnSource(constant=default))
    return sources


def _stated(source: ColumnSource | None, constant: str) -> ColumnSource:
    """Return the source of a column that has one value in every record, or in those where its field is empty."""
    stated = ColumnSource(constant=constant)
    return ColumnSource(first_of=(source, stated)) if source and source.or_stated else stated


def _renamed(column: Column, source: ColumnSource | None, field: str) -> ColumnSource:
    """Return the source of a column read from another field; what its values mean stays, and canonical ones do too."""
    if source and not source.field:
        source = next((one for one in source.first_of if one.field and not one.where), None)
    if source is None:
        return ColumnSource(field=field)
    values = {**{value: value for value in column.allowed}, **source.values} if source.values else {}
    return source.model_copy(update={"field": field, "values": values, "capture": ""})


def _faults(
    columns: Sequence[StagedColumn], tables: Sequence[StagedTable], *, lacks_zone: bool
) -> tuple[Fault, ...]:
    index = {staged.stage_name: i for i, staged in enumerate(columns)}
    found: list[Fault] = []

    def add(staged: StagedTable, i: int, column: str, condition: str, reason: str) -> None:
        guarded = f"{condition_name(i)} AND ({condition})" if staged.when else condition
        number = _FIRST_FAULT + len(found)
        found.append(Fault(number, staged.table.name, column, reason, guarded, staged.columns[column]))

    for i, staged in enumerate(tables):
        for column_name, stage_name in staged.columns.items():
            k = index[stage_name]
            column = staged.table.column(column_name)
            for condition, reason in sql.faults(column, f"r{k}", f"v{k}"):
                if columns[k].source.part and condition != f"r{k} IS NULL":
                    continue  # a piece of a list has its value only once the list is split
                add(staged, i, column_name, condition, reason)
            if lacks_zone and column.type == "instant":
                add(staged, i, column_name, f"t{k} IS NOT NULL AND o{k} IS NULL", NO_ZONE)
        value = {name: f"v{index[stage_name]}" for name, stage_name in staged.columns.items()}
        for rule in staged.table.rules:
            # a column that the export does not have is NULL, which violates nothing but "needs"
            absent = dict.fromkeys(staged.table.column_names, "NULL")
            column_name, condition, reason = sql.rule_fault(rule, {**absent, **value})
            if column_name in value and not (isinstance(rule, Order) and rule.second not in value):
                add(staged, i, column_name, condition, reason)
    return tuple(found)
