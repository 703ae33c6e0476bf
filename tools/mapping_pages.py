"""The page of the export layouts."""

from collections.abc import Iterator, Sequence

from page_parts import MADE, code, finished, grid, link, listing, names_of, table_link

from cspaudit.model.tables import TABLES
from cspaudit.sources.condition import Condition
from cspaudit.sources.mapping import RECORD, ColumnSource, Mapping, Split, TableMapping

MAPPINGS_HEAD = """\
The exports that cspaudit knows as their vendor writes them. A layout is *documented* by its vendor, or was *seen* in
real or recorded files, or is *assumed* from what third parties' readers expect; columns that are neither used nor known
are told of when the file is read. Name the layout under `[[source]]` with `mapping = "…"`
([how](engagement.md#source)). Where your export calls a field otherwise, say so with `columns`; where it
writes other values, with `values`. An export that is not here enters as a CSV file with
[the tables' own column names](tables.md). What becomes of a bank's files has [a page of its own](bank-statements.md).
"""
DERIVED = {
    "direction": "from the domains: inbound to one of the partner's; third-party from one of Microsoft's; else outbound; unknown where "
    "the recipient is no address and the sender is not the partner's",
    "customer_by_domain": f"the customer that has exactly this domain in {table_link('customer_domain')}",
}
REPEATED = {
    "first": "the first that is filled counts",
    "sole": "their one value counts, and none where they hold several",
}


def condition_text(test: Condition) -> str:
    """When a condition holds."""
    if test.all_of or test.any_of:
        each = (
            f"({condition_text(one)})" if one.all_of or one.any_of else condition_text(one)
            for one in (*test.all_of, *test.any_of)
        )
        return (" and " if test.all_of else " or ").join(each)
    if test.empty:
        return f"`{test.field}` is empty"
    if test.one_of:
        return f"`{test.field}` is {' or '.join(code(word) for word in test.one_of)}"
    if test.none_of:
        return f"`{test.field}` is filled and neither {' nor '.join(code(word) for word in test.none_of)}"
    if test.starts_with:
        return f"`{test.field}` begins with {' or '.join(code(word) for word in test.starts_with)}"
    if test.sign:
        return f"`{test.field}` is {'zero' if test.sign == 'zero' else f'a {test.sign} amount'}"
    return f"`{test.field}` reaches `{test.covers}`" if test.covers else f"`{test.field}` is filled"


def source_text(source: ColumnSource, split: Split | None) -> str:
    """Where a column's value comes from."""
    if source.first_of:
        return "; else ".join(source_text(one, split).removeprefix("always ") for one in source.first_of)
    if source.derive:
        return DERIVED[source.derive]
    if source.constant:
        text = f"always {code(source.constant)}"
    elif source.every:
        text = f"each of {listing(source.every)}"
    elif source.join:
        parts = (("the record's number" if name == RECORD else code(name)) for name in source.join)
        text = " and ".join(parts)
    elif source.texts:
        text = "the texts of " + ", ".join(code(name) for name in source.texts)
    elif source.identity:
        named = ", ".join(code(name) for name in source.identity)
        text = f"made of {named}, and of how often the file said the same before"
    else:
        text = code(source.field)
    if source.values:
        text += ": " + ", ".join(f"{code(old)} → {code(new)}" for old, new in source.values.items())
        if source.other is not None:
            text += f", anything else → {code(source.other) if source.other else 'empty'}"
    parted = split.part_separator if split else ""
    notes = [
        *(["without its sign"] if source.absolute else []),
        *(["with the other sign"] if source.negated else []),
        *([f"its last {source.minor_digits} digits are decimals"] if source.minor_digits else []),
        *(["in capitals"] if source.upper else []),
        *(["where empty, what the source states"] if source.or_stated else []),
        *(["as money out"] if source.negative else []),
        *([f"the group of `{source.capture}`"] if source.capture else []),
        *(["the address alone, in small letters"] if source.address else []),
        *(["its day in UTC"] if source.day_of_instant else []),
        *([f"without `{source.prefix}` before it"] if source.prefix else []),
        *(["a GUID in small letters"] if source.guid else []),
        *([f"rounded to {source.round} decimals"] if source.round is not None else []),
        *(["the earliest of all records"] if source.earliest else []),
        *(
            [f"part {source.part}, parted by {'a tab' if parted == chr(9) else code(parted)}"]
            if source.part and parted
            else []
        ),
    ]
    text += f" ({', '.join(notes)})" if notes else ""
    if source.where:
        text = f"{text.removeprefix('always ')} where {condition_text(source.where)}"
    return text


def fields_ignored(one: Mapping) -> tuple[str, ...]:
    """The fields that the layout is known to have and that no column takes."""
    used = set(one.fields)
    return tuple(field for field in one.unused if field not in used)


def how_obtained(one: Mapping) -> Iterator[str]:
    """Where the export is to be had, how far it goes back, and where it is cut."""
    if one.obtain:
        yield f"To obtain it: {one.obtain}"
    if one.retention_days:
        yield f"Records are kept for {one.retention_days} days: what is older stands in no export"
    if one.row_limits:
        yield f"An export of exactly {' or '.join(f'{limit:,}' for limit in one.row_limits)} records was cut there"


def how_read(one: Mapping) -> Iterator[str]:
    """The format, where the records stand, and how days and times are written."""
    times = "local: the source must name its `timezone`" if one.time == "local" else "UTC"
    yield f"Format: {one.format.upper()}; times without an offset are {times}"
    if one.records:
        yield f"The records stand in the list `{one.records}`"
    if one.nested:
        yield f"Records listed in `{one.nested}` inside a record count as records too"
    if one.members:
        yield f"Each member of the list `{one.members}` inside a record is a record beside it"
    if one.date_formats:
        yield f"Days and times: {listing(one.date_formats)}"


def how_spelt(one: Mapping) -> Iterator[str]:
    """What stands for nothing, and how fields may be called otherwise or repeat."""
    if one.nulls:
        yield f"Stands for nothing: {listing(one.nulls)}"
    if one.has_sides:
        yield '`side = "payable"` or `"receivable"` says whose invoices they are'
    for field, mode in one.repeats.items():
        yield f"{code(field)} may stand in several columns: {REPEATED[mode]}"
    for field, names in one.aliases.items():
        yield f"{code(field)} is also spelt {listing(names)}"
    for name, entries in one.lists.items():
        yield f"{name.replace('_', ' ').capitalize()}: {listing(entries)}"


def what_to_state(one: Mapping) -> Iterator[str]:
    """What no field tells, so that the source has to."""
    if one.supplies_nothing:
        yield f"Nothing is taken from it: {one.supplies_nothing}"
    for column, meaning in one.ask.items():
        yield f"No field tells {code(column)}, {meaning}: the source states it with `constants`"
    if one.snapshot:
        yield f"No field tells {code(one.snapshot)}: it is the `as_of` of the source, unless `constants` state it"


def mapping_text(one: Mapping) -> list[str]:
    """One layout."""
    checked = f"Layout {one.certainty}; checked against {one.checked_against}."
    lines = [f"## {one.id}", "", f"**{one.title}.** {checked}", ""]
    lines += [
        f"* {fact}"
        for fact in (
            *how_obtained(one),
            *how_read(one),
            *how_spelt(one),
            *what_to_state(one),
            *told_of_ledgers(one),
            *one.notes,
        )
    ]
    if not one.table:
        lines += [""]
    for mapped in one.table:
        lines += [
            "",
            f"Fills {' or '.join(table_link(name) for name in names_of(mapped))}{how_text(mapped)}:",
            "",
        ]
        rows = (
            (code(column), source_text(source, mapped.split) + side_text(mapped, column))
            for column, source in mapped.columns.items()
        )
        lines += grid(["column", "comes from"], rows)
    return lines


def told_of_ledgers(one: Mapping) -> list[str]:
    """What a file must have, whose documents it holds, and whether a layout is of no vendor."""
    lines = []
    if one.is_generic:
        lines += [
            "A layout of no vendor: a file may have few of its fields, and a vendor's layout that knows as much of it goes before"
        ]
    elif one.columns_vary:
        lines += ["Whoever makes the export chooses its columns: a file may have few of these fields"]
    if one.vendor:
        named = " or ".join(map(code, one.vendor))
        lines += [
            f"{named} names the vendor: where there are several, `only` of the source says which are meant"
        ]
    if one.known_by:
        lines += [f"A file without {listing(one.known_by)} is not taken for it unless that is stated"]
    if one.must_have:
        lines += [f"It must have {listing(one.must_have)}"]
    return lines


def side_text(mapped: TableMapping, column: str) -> str:
    """For which side of the ledger there is such a column, where not for both."""
    having = [side for side, name in mapped.sides.items() if column in TABLES[name].column_names]
    return "" if len(having) == len(mapped.sides) else f" (only {code(having[0])})"


def how_text(mapped: TableMapping) -> str:
    """Which records feed a table, and which of several with one key stays."""
    text = f", where {condition_text(mapped.only_where)}" if mapped.only_where else ""
    if mapped.payment_lines:
        text += "; each line takes what it lacks from the payment of its id in another export, which keeps the rest"
    if mapped.split:
        at = "line ends" if mapped.split.separator == "\n" else code(mapped.split.separator)
        text += f"; a row for each piece, split at {at}"
    if mapped.latest_by:
        text += f"; of several records with one key, the one with the latest {listing(mapped.latest_by)}"
    elif mapped.last_wins:
        text += "; of several records with one key, the last"
    if mapped.completes:
        text += "; where another export has the same key, it fills what that one leaves empty"
    if mapped.pieces_by:
        text += f"; passed over where its pieces are there, whose keys go on with {code(mapped.pieces_by)}"
    if mapped.repeats_others:
        text += "; what an earlier export tells too is passed over"
    if mapped.apart is not None:
        text += f"; records with one key more than {mapped.apart:,} seconds apart are different, and the later is left out"
    if mapped.yields_by:
        text += f"; passed over where another export has the same {code(mapped.yields_by)}"
    return text


def mappings_page(mappings: Sequence[Mapping]) -> str:
    """Every layout with the fields that fill each column."""
    lines = [MADE, "# Export layouts", "", MAPPINGS_HEAD]
    lines += grid(
        ["layout", "for", "layout is", "fields used", "fields ignored"],
        (
            (link(one.id), one.title, one.certainty, listing(one.fields), listing(fields_ignored(one)))
            for one in mappings
        ),
    )
    for one in mappings:
        lines += mapping_text(one)
    return finished(lines)
