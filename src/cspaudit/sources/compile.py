"""Compiles a layout into the one SELECT that reads, types and tests every record of an export.

The statement has four layers: raw texts, the time and offset that instants show, typed values, and the number of
the first fault with its raw text. Every record stays, faulty ones too: ``rule`` tells them apart.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace

from cspaudit.model.table import Column, Order, Table
from cspaudit.model.zones import Segment
from cspaudit.sources import amounts, sql
from cspaudit.sources.mapping import RECORD, ColumnSource, Condition, Derivation, TableMapping
from cspaudit.sources.mapping import Mapping as Layout

#: number of the fault "a key that occurred before", given after loading
DUPLICATE_KEY = 1
#: number of the fault "names a partner that is not one of this audit", given after loading
UNKNOWN_PARTNER = 2
#: number of the fault "merged into a ticket that is merged into it", given after loading
MERGE_CYCLE = 3
#: number of the fault "its evidence is not the file that was signed for", given after loading
EVIDENCE_CHANGED = 4
_FIRST_FAULT = 5

#: reasons of the faults that no single column shows
LATE_REASONS = {
    DUPLICATE_KEY: "repeats a key that an earlier record has",
    UNKNOWN_PARTNER: "names a partner that is not one of this audit",
    MERGE_CYCLE: "is merged in a circle",
    EVIDENCE_CHANGED: "names a file of evidence that is not there, or not the one that was signed for",
}


@dataclass(frozen=True)
class Fault:
    """One way a record can be wrong."""

    number: int
    table: str
    column: str
    reason: str
    condition: str


@dataclass(frozen=True)
class StagedColumn:
    """One typed column of the staging table; ``raw`` and ``value`` are its names inside the statement."""

    stage_name: str
    column: Column
    source: ColumnSource
    formats: tuple[str, ...]
    #: what an empty key column becomes
    default: str | None = None


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

    @property
    def has_partner_column(self) -> bool:
        """Whether each record names its partner."""
        return bool(self.partner_field)

    @property
    def has_local_times(self) -> bool:
        """Whether times without an offset are a zone's local times."""
        return bool(self.segments) and any(staged.column.type == "instant" for staged in self.columns)

    def with_partner_field(self, field: str) -> "Plan":
        """Return the same plan where each record names its partner in ``field``."""
        return replace(self, partner_field=field)

    def without_absent(self, present: Container[str]) -> "Plan":
        """Return the same plan without the columns that would be NULL in every record; keys and required ones stay.

        An export fills a third of a wide table; columns of NULLs would be tested and stored all the same.
        """
        kept = {
            name
            for table in self.tables
            for name in (*table.table.key, table.table.dated_by, *_read_by_derivation(table))
            if name
        }
        columns = tuple(
            staged
            for staged in self.columns
            if staged.column.required or staged.column.name in kept or not staged.source.lacking(present)
        )
        names = {staged.stage_name for staged in columns}
        tables = tuple(
            replace(table, columns={name: stage for name, stage in table.columns.items() if stage in names})
            for table in self.tables
        )
        return replace(self, columns=columns, tables=tables, faults=_faults(columns, tables))

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field of the export that the plan reads."""
        found = [name for staged in self.columns for name in staged.source.fields]
        for staged_table in self.tables:
            found += staged_table.mapping.deciding_fields
        return tuple(dict.fromkeys(name for name in [*found, self.partner_field] if name))

    def lacking(self, present: Container[str]) -> tuple[str, ...]:
        """Return the fields that an export must have and that are not ``present``."""
        needed = [self.partner_field] if self.partner_field and self.partner_field not in present else []
        for staged in self.columns:
            if staged.column.required and staged.default is None:
                needed += staged.source.lacking(present)
        return tuple(dict.fromkeys(needed))


#: staging column that tells local times that the clock shows twice or never
DOUBT = "clock_doubt"
#: staging column that tells which readings the amounts of a record allow
READINGS = "amount_readings"


def _read_by_derivation(table: StagedTable) -> tuple[str, ...]:
    return ("sender", "recipient") if table.derived else ()


def condition_name(index: int) -> str:
    """Return the staging column that says whether a record feeds the table of this index."""
    return f"feeds_{index}"


def stage_ddl(plan: Plan, stage: str) -> str:
    """Return the statement that makes the empty staging table."""
    columns = [f"{staged.stage_name} {staged.column.sql_type}" for staged in plan.columns]
    columns += [f"{condition_name(i)} BOOLEAN" for i, staged in enumerate(plan.tables) if staged.when]
    extra = ["stage_partner VARCHAR"] if plan.has_partner_column else []
    extra += [f"latest_{i} VARCHAR" for i, staged in enumerate(plan.tables) if staged.mapping.latest_by]
    extra += [f"{READINGS} UTINYINT"] if plan.is_mark_voted else []
    extra += [f"{DOUBT} UTINYINT"] if plan.has_local_times else []
    return f"CREATE TABLE {stage} (stage_file INTEGER, {', '.join([*columns, *extra])}, rule USMALLINT, rule_value VARCHAR)"


def select(plan: Plan, field: Callable[[str], str], relation: str, file: int) -> str:
    """Return the SELECT over ``relation``; ``field`` gives the SQL of an export's field, NULL where it is absent."""
    raws, clocks, values = [], [], []
    for i, staged in enumerate(plan.columns):
        raws.append(f"{_raw(plan, staged, field)} AS r{i}")
        if staged.column.type == "instant" or staged.source.day_of_instant:
            time, offset = sql.clock(f"r{i}", staged.formats)
            clocks.append(f"{time} AS t{i}, {offset} AS o{i}")
            instant = sql.utc(f"t{i}", f"o{i}", plan.segments)
            values.append(
                f"{instant if staged.column.type == 'instant' else f'cast({instant} AS DATE)'} AS v{i}"
            )
        else:
            text = f"r{i}"
            if staged.column.type == "money" and plan.mark:
                clocks.append(f"{_amount(staged, text, plan.mark)} AS a{i}")
                text = f"a{i}"
            values.append(f"{sql.typed(text, staged.column.type, staged.formats)} AS v{i}")
    for i, staged_table in enumerate(plan.tables):
        if staged_table.mapping.only_where:
            raws.append(
                f"coalesce({_test(plan, staged_table.mapping.only_where, field)}, false) AS {condition_name(i)}"
            )
        if staged_table.mapping.latest_by:
            latest = ", ".join(field(name) for name in staged_table.mapping.latest_by)
            raws.append(f"coalesce({latest}) AS latest_{i}")
    if plan.partner_field:
        raws.append(f"nullif({field(plan.partner_field)}, '') AS stage_partner")
    if plan.is_mark_voted:
        seen = [
            amounts.readings(f"r{i}")
            for i, staged in enumerate(plan.columns)
            if staged.column.type == "money"
        ]
        values.append(f"cast({' | '.join(['0', *(f'({one})' for one in seen)])} AS UTINYINT) AS {READINGS}")
    if plan.has_local_times:
        times = [
            (f"t{i}", f"o{i}") for i, staged in enumerate(plan.columns) if staged.column.type == "instant"
        ]
        values.append(f"{sql.doubt(times, plan.segments)} AS {DOUBT}")
    rule = " ".join(f"WHEN {fault.condition} THEN {fault.number}" for fault in plan.faults)
    rule = f"CASE {rule} END" if rule else "NULL"
    value = " ".join(f"WHEN {fault.number} THEN {_fault_raw(plan, fault)}" for fault in plan.faults)
    value = f"CASE rule {value} END" if value else "NULL"
    outputs = [f"v{i} AS {staged.stage_name}" for i, staged in enumerate(plan.columns)]
    outputs += [condition_name(i) for i, staged in enumerate(plan.tables) if staged.when]
    outputs += ["stage_partner"] if plan.partner_field else []
    outputs += [f"latest_{i}" for i, staged in enumerate(plan.tables) if staged.mapping.latest_by]
    outputs += [READINGS] if plan.is_mark_voted else []
    outputs += [DOUBT] if plan.has_local_times else []
    return (
        f"SELECT {file} AS stage_file, {', '.join(outputs)}, rule, {value} AS rule_value FROM ("
        f"SELECT *, {rule} AS rule FROM (SELECT *, {', '.join(values)} FROM ("
        f"SELECT *{''.join(', ' + clock for clock in clocks)} FROM (SELECT {', '.join(raws)} FROM {relation}))))"
    )


def _amount(staged: StagedColumn, raw: str, mark: amounts.Mark) -> str:
    decimals = staged.source.round
    if decimals is None:
        return amounts.plain(raw, mark)
    return amounts.rounded(raw, mark, decimals)


def _raw(plan: Plan, staged: StagedColumn, field: Callable[[str], str]) -> str:
    """Return the SQL of a column's raw text: constant, or field(s) without null words, values replaced."""
    text = _text(plan, staged, staged.source, field)
    return f"coalesce({text}, {sql.literal(staged.default)})" if staged.default is not None else text


def _text(plan: Plan, staged: StagedColumn, source: ColumnSource, field: Callable[[str], str]) -> str:
    if source.first_of:
        return f"coalesce({', '.join(_text(plan, staged, one, field) for one in source.first_of)})"
    if source.constant:
        text = f"{sql.literal(source.constant)}::VARCHAR"
    elif source.join:
        parts = [sql.without_nulls(field(part), plan.nulls, "text") for part in source.join if part != RECORD]
        text = " || ':' || ".join(parts)
    else:
        text = sql.without_nulls(field(source.field), plan.nulls, staged.column.type)
        if source.absolute:
            text = f"regexp_replace({text}, '^-', '')"
        if source.capture:
            text = f"nullif(regexp_extract({text}, {sql.literal(source.capture)}, 1), '')"
        if not source.part:
            # what the engagement says of a value goes before what the layout says
            own = {**source.values, **plan.values.get(staged.column.name, {})}
            text = sql.mapped(f"({text})", own, source.other)
        if source.guid:
            text = sql.guid(f"({text})")
    return f"CASE WHEN {_test(plan, source.where, field)} THEN {text} END" if source.where else text


def _test(plan: Plan, where: Condition, field: Callable[[str], str]) -> str:
    if where.all_of or where.any_of:
        tests = [f"({_test(plan, one, field)})" for one in (*where.all_of, *where.any_of)]
        return (" AND " if where.all_of else " OR ").join(tests)
    raw = f"({sql.without_nulls(field(where.field), plan.nulls, 'text')})"
    if where.one_of:
        return f"{raw} IN {sql.in_list(where.one_of)}"
    if where.none_of:
        return f"{raw} NOT IN {sql.in_list(where.none_of)}"
    if where.starts_with:
        return " OR ".join(f"starts_with({raw}, {sql.literal(start)})" for start in where.starts_with)
    if where.covers:
        other = f"({sql.without_nulls(field(where.covers), plan.nulls, 'text')})"
        reached, wanted = (
            f"abs(try_cast({amounts.plain(one, plan.mark) if plan.mark else one} AS DECIMAL(19,4)))"
            for one in (raw, other)
        )
        return f"{reached} >= {wanted}"
    return f"{raw} IS NULL" if where.empty else f"{raw} IS NOT NULL"


def _fault_raw(plan: Plan, fault: Fault) -> str:
    for staged_table in plan.tables:
        if staged_table.table.name == fault.table:
            stage_name = staged_table.columns[fault.column]
            for i, staged in enumerate(plan.columns):
                if staged.stage_name == stage_name:
                    return f"r{i}"
    return "NULL"


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
                stage_name = column.name if column.name not in used else f"{table.name}_{column.name}"
                used.add(stage_name)
                own_formats = tuple(formats) or source.date_formats or layout.date_formats
                default = table.key_defaults.get(column.name)
                staged_columns[key] = StagedColumn(stage_name, column, source, own_formats, default)
            names[column.name] = staged_columns[key].stage_name
        derived = {name: source.derive for name, source in sources.items() if source.derive}
        tables.append(StagedTable(table, mapping, names, derived))
    ordered = tuple(staged_columns.values())
    return Plan(
        layout=layout,
        columns=ordered,
        tables=tuple(tables),
        faults=_faults(ordered, tables),
        partner_field=partner_field,
        nulls=(*layout.nulls, *nulls),
        values=values,
        constants=constants,
        mark=mark,
        is_mark_voted=is_mark_voted,
        segments=tuple(segments),
    )


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
            sources[name] = ColumnSource(constant=constants[name])
    for name, default in table.key_defaults.items():
        sources.setdefault(name, ColumnSource(constant=default))
    return sources


def _renamed(column: Column, source: ColumnSource | None, field: str) -> ColumnSource:
    """Return the source of a column read from another field; what its values mean stays, and canonical ones do too."""
    if source is None or not source.field:
        return ColumnSource(field=field)
    values = {**{value: value for value in column.allowed}, **source.values} if source.values else {}
    return source.model_copy(update={"field": field, "values": values, "capture": ""})


def _faults(columns: Sequence[StagedColumn], tables: Sequence[StagedTable]) -> tuple[Fault, ...]:
    index = {staged.stage_name: i for i, staged in enumerate(columns)}
    found: list[Fault] = []

    def add(staged: StagedTable, i: int, column: str, condition: str, reason: str) -> None:
        guarded = f"{condition_name(i)} AND ({condition})" if staged.when else condition
        found.append(Fault(_FIRST_FAULT + len(found), staged.table.name, column, reason, guarded))

    for i, staged in enumerate(tables):
        for column_name, stage_name in staged.columns.items():
            k = index[stage_name]
            column = staged.table.column(column_name)
            for condition, reason in sql.faults(column, f"r{k}", f"v{k}"):
                if columns[k].source.part and condition != f"r{k} IS NULL":
                    continue  # a piece of a list has its value only once the list is split
                add(staged, i, column_name, condition, reason)
        value = {name: f"v{index[stage_name]}" for name, stage_name in staged.columns.items()}
        for rule in staged.table.rules:
            # a column that the export does not have is NULL, which violates nothing but "needs"
            absent = dict.fromkeys(staged.table.column_names, "NULL")
            column_name, condition, reason = sql.rule_fault(rule, {**absent, **value})
            if column_name in value and not (isinstance(rule, Order) and rule.second not in value):
                add(staged, i, column_name, condition, reason)
    return tuple(found)
