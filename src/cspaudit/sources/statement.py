"""Writes the one SELECT of a plan, which reads, types and tests every record of an export.

It has four layers: raw texts, the time and offset that instants show, typed values, and the number of the first
fault with its raw text. Every record stays, faulty ones too: ``rule`` tells them apart.
"""

from collections.abc import Callable

from cspaudit.model.table import ColumnType
from cspaudit.sources import amounts, dates, sql
from cspaudit.sources.compile import NO_RECORD, UNUSUAL, Fault, Plan, StagedColumn, condition_name
from cspaudit.sources.condition import Condition
from cspaudit.sources.mapping import RECORD, ColumnSource

#: staging column that tells local times that the clock shows twice or never
DOUBT = "clock_doubt"
#: as much of a digest as tells records apart
IDENTITY_SIGNS = 16
#: staging column that tells which readings the amounts of a record allow
READINGS = "amount_readings"
#: staging column that tells whose documents a ledger of several vendors holds
VENDOR = "stage_vendor"
#: staging column that tells in which orders the days of a record can be read
ORDERS = "day_readings"
#: quick, text, four for names of months, numbers, day and time
_DAY_LAYERS = 8


def stage_ddl(plan: Plan, stage: str) -> str:
    """Return the statement that makes the empty staging table, without ``vote_columns``."""
    columns = [
        f"{one.stage_name} {one.column.sql_type}" for one in plan.columns if not one.source.is_record_number
    ]
    columns += [f"{condition_name(i)} BOOLEAN" for i, staged in enumerate(plan.tables) if staged.when]
    extra = ["stage_partner VARCHAR"] if plan.has_partner_column else []
    extra += [f"latest_{i} VARCHAR" for i, staged in enumerate(plan.tables) if staged.mapping.latest_by]
    extra += [f"{VENDOR} VARCHAR"] if plan.vendor_fields else []
    extra += [f"{DOUBT} UTINYINT"] if plan.has_local_times else []
    return f"CREATE TABLE {stage} (stage_file INTEGER, {', '.join([*columns, *extra])}, rule USMALLINT, rule_value VARCHAR)"


def vote_columns(plan: Plan) -> tuple[str, ...]:
    """Return the columns, of the type UTINYINT, that a file fills whose records vote on how they are to be read."""
    return (*((READINGS,) if plan.is_mark_voted else ()), *((ORDERS,) if plan.is_order_voted else ()))


def select(
    plan: Plan, field: Callable[[str], str], relation: str, file: int | str, no_record: str = ""
) -> str:
    """Return the SELECT over ``relation``; ``field`` gives the SQL of an export's field, NULL where it is absent.

    ``file`` is the number of the file that is read, or the relation's column that holds it. ``no_record`` is the
    condition for what is no record; it keeps its place and is neither loaded nor left out.
    """
    raws, clocks, values = [f"{file} AS file_number"], [], []
    for i, staged in enumerate(plan.columns):
        raws.append(f"{raw_text(plan, staged, field)} AS r{i}")
        steps, value = _column(plan, staged, i)
        clocks += steps
        values.append(f"{value} AS v{i}")
    raws += _of_records(plan, field)
    values += _votes(plan)
    if plan.has_local_times:
        times = [
            (f"t{i}", f"o{i}") for i, staged in enumerate(plan.columns) if staged.column.type == "instant"
        ]
        values.append(f"{sql.doubt(times, plan.segments)} AS {DOUBT}")
    if no_record:
        # in a CASE the engine looks at a further cell only where the ones before fit
        raws.append(f"CASE WHEN {no_record} THEN true ELSE false END AS no_record")
    rule = f"WHEN no_record THEN {NO_RECORD} " if no_record else ""
    if unusual := _unusual(plan):
        rule += f"WHEN {' OR '.join(unusual)} THEN {UNUSUAL} "
    rule += " ".join(f"WHEN {fault.condition} THEN {fault.number}" for fault in plan.faults)
    rule = f"CASE {rule} END" if rule else "NULL"
    value = " ".join(f"WHEN {fault.number} THEN {_fault_raw(plan, fault)}" for fault in plan.faults)
    # nearly no record has a fault, and the engine would ask for each fault in turn
    value = f"CASE WHEN rule IS NOT NULL THEN CASE rule {value} END END" if value else "NULL"
    texts = _with_days(plan, f"(SELECT {', '.join(raws)} FROM {relation})")
    return (
        f"SELECT file_number AS stage_file, {', '.join(_outputs(plan))}, rule, {value} AS rule_value FROM ("
        f"SELECT *, {rule} AS rule FROM (SELECT *, {', '.join(values)} FROM ("
        f"SELECT *{''.join(', ' + clock for clock in clocks)} FROM {texts})))"
    )


def _column(plan: Plan, staged: StagedColumn, i: int) -> tuple[list[str], str]:
    """Return the steps from a column's raw text to its value, and the SQL of that value."""
    text = f"r{i}"
    if staged.column.type == "instant" or staged.source.day_of_instant:
        time, offset = _clock(plan, staged, i)
        value = sql.utc(f"t{i}", f"o{i}", plan.segments)
        if staged.column.type == "date":
            value = f"cast({value} AS DATE)"
            if staged.formats:
                value = f"coalesce({value}, {_typed(plan, staged, i, text)})"
        return [f"{time} AS t{i}, {offset} AS o{i}"], value
    steps: list[str] = []
    is_usual = staged.stage_name in plan.usual
    if is_usual and staged.column.type == "money":
        return [f"{amounts.usual(text, staged.column.sql_type)} AS q{i}"], f"q{i}"
    if is_usual and staged.source.guid:
        return steps, text
    if staged.source.guid:
        text = sql.guid(text, staged.source.prefix)
    elif staged.source.prefix:
        steps.append(f"{sql.without_prefix(text, staged.source.prefix)} AS a{i}")
        text = f"a{i}"
    if staged.column.type == "money" and plan.mark:
        steps.append(f"{_amount(staged, text, plan.mark)} AS a{i}")
        text = f"a{i}"
    if staged.source.round is not None:
        # it has no more decimals than the type holds, so nothing is left to test
        return steps, f"try_cast({text} AS {staged.column.sql_type})"
    return steps, _typed(plan, staged, i, text)


def _outputs(plan: Plan) -> list[str]:
    """Return the columns of the staging table between the file's number and the rule."""
    outputs = [
        f"v{i} AS {one.stage_name}" for i, one in enumerate(plan.columns) if not one.source.is_record_number
    ]
    outputs += [condition_name(i) for i, staged in enumerate(plan.tables) if staged.when]
    outputs += ["stage_partner"] if plan.partner_field else []
    outputs += [f"latest_{i}" for i, staged in enumerate(plan.tables) if staged.mapping.latest_by]
    outputs += [VENDOR] if plan.vendor_fields else []
    outputs += vote_columns(plan)
    outputs += [DOUBT] if plan.has_local_times else []
    return outputs


def _votes(plan: Plan) -> list[str]:
    """Return the columns that tell which readings the amounts and days of a record allow."""
    found = []
    if plan.is_mark_voted:
        currency = next(
            (f"r{i}" for i, one in enumerate(plan.columns) if one.column.name == "currency"), "NULL"
        )
        seen = [
            amounts.readings(f"r{i}", f"a{i}", currency)
            for i, staged in enumerate(plan.columns)
            if staged.column.type == "money"
        ]
        found.append(f"cast({' | '.join(['0', *(f'({one})' for one in seen)])} AS UTINYINT) AS {READINGS}")
    if plan.is_order_voted:
        votes = [
            f"({_readings(plan, staged, i)})" for i, staged in enumerate(plan.columns) if staged.is_localised
        ]
        found.append(f"cast({' | '.join(['0', *votes])} AS UTINYINT) AS {ORDERS}")
    return found


def _with_days(plan: Plan, relation: str) -> str:
    """Return the raw texts with what ``dates`` makes of them: f (time of the usual shape), d (day), w (what follows)."""
    localised = [(i, staged) for i, staged in enumerate(plan.columns) if staged.is_localised]
    if not localised:
        return relation
    layers: list[list[str]] = [[] for _ in range(_DAY_LAYERS)]
    for i, staged in localised:
        shape = plan.patterns.get(staged.stage_name, "")
        # each layer has its text once, and NULL where an earlier one read it: the engine passes over that quickly
        layers[0] += [f"{dates.fast(f'r{i}', shape)} AS f{i}"] if shape else []
        if plan.has_usual_days:
            continue
        layers[1].append(f"CASE WHEN f{i} IS NULL THEN r{i} END AS x{i}" if shape else f"r{i} AS x{i}")
        read = dates.numbers(f"x{i}")
        if plan.is_named:
            steps, named = dates.named(f"x{i}", i)
            for layer, step in zip(layers[2:-2], steps, strict=True):
                layer.append(step)
            read = f"coalesce({read}, {named})"
        layers[-2].append(f"{read} AS n{i}")
        layers[-1].append(f"{dates.day_part(f'n{i}')} AS d{i}, {dates.time_part(f'n{i}')} AS w{i}")
    for layer in filter(None, layers):
        relation = f"(SELECT *, {', '.join(layer)} FROM {relation})"
    return relation


def _clock(plan: Plan, staged: StagedColumn, i: int) -> tuple[str, str]:
    """Return the SQL of the time and offset that an instant's text shows."""
    if not staged.is_localised:
        # a day alone is read as a day
        return sql.clock(f"r{i}", () if staged.column.type == "date" else staged.formats)
    if plan.has_usual_days:
        return f"f{i}", "NULL::INTEGER"
    time, offset = dates.clock(f"d{i}", f"w{i}", plan.order)
    if "%M" in plan.patterns.get(staged.stage_name, ""):
        time = f"coalesce(f{i}, {time})"
    if staged.fixed_formats:
        fixed, fixed_offset = sql.clock(f"r{i}", staged.fixed_formats)
        time, offset = f"coalesce({time}, {fixed})", f"coalesce({offset}, {fixed_offset})"
    return (
        (f"coalesce({time}, {dates.of_serial(f'r{i}')})", offset)
        if staged.stage_name in plan.serials
        else (time, offset)
    )


def _typed(plan: Plan, staged: StagedColumn, i: int, text: str) -> str:
    if not staged.is_localised:
        return sql.typed(text, staged.column.type, staged.formats)
    if plan.has_usual_days:
        return f"cast(f{i} AS DATE)"
    read = dates.day_alone(f"d{i}", f"w{i}", plan.order)
    if plan.patterns.get(staged.stage_name):
        read = f"coalesce(f{i}, {read})"
    if staged.fixed_formats:
        read = f"coalesce({read}, {sql.typed(text, 'date', staged.fixed_formats)})"
    if staged.stage_name in plan.serials:
        read = f"coalesce({read}, {dates.of_serial(text)})"
    return f"cast({read} AS DATE)"


def _readings(plan: Plan, staged: StagedColumn, i: int) -> str:
    shape = plan.patterns.get(staged.stage_name)
    slow = dates.readings(f"r{i}", f"d{i}")
    return (
        f"CASE WHEN f{i} IS NOT NULL THEN {dates.fast_readings(f'f{i}', shape)} ELSE {slow} END"
        if shape
        else slow
    )


def unusual_ids(plan: Plan) -> str:
    """Return the test that a record has an id that ``sql.guid`` may change; "" where no id is read as it stands.

    It is a test of the staging table, which takes half the time that it would take while the file is read.
    """
    tests = []
    for staged in plan.columns:
        if staged.source.guid and staged.stage_name in plan.usual:
            name, prefix = staged.stage_name, sql.literal(staged.source.prefix)
            tests.append(f"lower({name}) <> {name}")
            if staged.source.prefix:
                # GUIDs sort before such a prefix: by its statistics the engine knows that none begins so, and looks at none
                tests.append(f"({name} >= {prefix} AND starts_with({name}, {prefix}))")
    return " OR ".join(tests)


def _unusual(plan: Plan) -> list[str]:
    """Return the tests that an amount or a day is written otherwise than those of its file's first records."""
    values = {"money": "q", "date": "f", "instant": "f"}
    return [
        f"{values[staged.column.type]}{i} IS NULL AND r{i} IS NOT NULL"
        for i, staged in enumerate(plan.columns)
        if staged.stage_name in plan.usual and not staged.source.guid
    ]


def _amount(staged: StagedColumn, raw: str, mark: amounts.Mark) -> str:
    decimals = staged.source.round
    return amounts.plain(raw, mark) if decimals is None else amounts.rounded(raw, mark, decimals)


def _of_records(plan: Plan, field: Callable[[str], str]) -> list[str]:
    """Return what decides on records: the tables that each feeds, its age, its partner, its vendor."""
    raws: list[str] = []
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
    if plan.vendor_fields:
        named = ", ".join(f"nullif({field(name)}, '')" for name in plan.vendor_fields)
        raws.append(f"coalesce({named}) AS {VENDOR}")
    return raws


def raw_text(plan: Plan, staged: StagedColumn, field: Callable[[str], str]) -> str:
    """Return the SQL of a column's raw text: constant, or field(s) without null words, values replaced."""
    text = _text(plan, staged, staged.source, field)
    return f"coalesce({text}, {sql.literal(staged.default)})" if staged.default is not None else text


def _text(plan: Plan, staged: StagedColumn, source: ColumnSource, field: Callable[[str], str]) -> str:
    if source.first_of:
        return f"coalesce({', '.join(_text(plan, staged, one, field) for one in source.first_of)})"
    if source.constant:
        text = f"{sql.literal(source.constant)}::VARCHAR"
    elif source.every:
        each = [_filled(plan, field(part), "text") for part in source.every]
        text = f"nullif(concat_ws(chr(10), {', '.join(each)}), '')"
    elif source.join:
        parts = [_filled(plan, field(part), "text") for part in source.join if part != RECORD]
        # the record's number is put to it once all files are read
        text = " || ':' || ".join(parts) or "''"
    elif source.texts or source.identity:
        text = _several(plan, source, field)
    else:
        # what has the shape of a day alone is no time of a day that stands for nothing
        is_day = staged.is_localised and "%M" not in plan.patterns.get(staged.stage_name, "%M")
        type_ = "text" if is_day and plan.has_usual_days else staged.column.type
        text = _filled(plan, field(source.field), type_)
        text = _rewritten(source, text)
        if not source.part:
            # what the engagement says of a value goes before what the layout says
            own = {**source.values, **plan.values.get(staged.column.name, {})}
            text = sql.mapped(f"({text})", own, source.other, any_case=source.any_case)
    return f"CASE WHEN {_test(plan, source.where, field)} THEN {text} END" if source.where else text


def _filled(plan: Plan, raw: str, type_: ColumnType) -> str:
    return sql.without_nulls(raw, plan.nulls, type_, plan.nulls_read)


def _rewritten(source: ColumnSource, text: str) -> str:
    """Return the SQL of a field's text as the layout has it: its sign, its decimals, a part of it."""
    if source.absolute:
        text = f"({amounts.unsigned(f'({text})')})"
    if source.negated:
        text = f"({amounts.negated(f'({text})')})"
    if source.minor_digits:
        text = f"({amounts.in_major_units(f'({text})', source.minor_digits)})"
    if source.upper:
        text = f"upper({text})"
    if source.capture:
        text = f"nullif(regexp_extract({text}, {sql.literal(source.capture)}, 1), '')"
    if source.negative:
        text = f"'-' || regexp_replace({text}, '[-+()\\x{{2212}}]', '', 'g')"
    if source.address and not source.part:
        text = sql.address(text)
    return text


def _several(plan: Plan, source: ColumnSource, field: Callable[[str], str]) -> str:
    """Return the SQL of several fields' texts one after the other, or of a digest of them."""
    names = source.texts or source.identity
    parts = [_filled(plan, field(name), "text") for name in names]
    if source.texts:
        return f"nullif(concat_ws(' ', {', '.join(f'nullif(trim({part}), {chr(39) * 2})' for part in parts)}), '')"
    # an empty field keeps its place, or two records that say the same in other fields would be one
    filled = ", ".join(f"coalesce({part}, '')" for part in parts)
    return f"left(md5(concat_ws(chr(31), {filled})), {IDENTITY_SIGNS})"


def _test(plan: Plan, where: Condition, field: Callable[[str], str]) -> str:
    if where.all_of or where.any_of:
        tests = [f"({_test(plan, one, field)})" for one in (*where.all_of, *where.any_of)]
        return (" AND " if where.all_of else " OR ").join(tests)
    raw = f"({_filled(plan, field(where.field), 'text')})"
    if where.one_of or where.none_of:
        listed = sql.in_list(
            [word.lower() if where.any_case else word for word in where.one_of or where.none_of]
        )
        return f"{f'lower({raw})' if where.any_case else raw} {'IN' if where.one_of else 'NOT IN'} {listed}"
    if where.starts_with:
        return " OR ".join(f"starts_with({raw}, {sql.literal(start)})" for start in where.starts_with)
    if where.sign:
        return amounts.sign_test(raw, plan.mark, where.sign)
    if where.covers:
        other = f"({_filled(plan, field(where.covers), 'text')})"
        reached, wanted = (
            f"abs(try_cast({amounts.plain(one, plan.mark) if plan.mark else one} AS DECIMAL(19,4)))"
            for one in (raw, other)
        )
        return f"{reached} >= {wanted}"
    return f"{raw} IS NULL" if where.empty else f"{raw} IS NOT NULL"


def _fault_raw(plan: Plan, fault: Fault) -> str:
    names = [staged.stage_name for staged in plan.columns]
    return f"r{names.index(fault.stage_name)}"
