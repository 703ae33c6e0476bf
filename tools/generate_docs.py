"""Write the generated pages of docs/ from what the program itself reads: tables, checks, layouts, obligations, keys.

Usage: generate_docs.py [--check]; with --check nothing is written, and the tool fails where a page is not up to date.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from engagement_schema import engagement_schema

from cspaudit import resources
from cspaudit.evaluation.definition import Catalogue, load_catalogue
from cspaudit.model.check import Check, Need, Param
from cspaudit.model.obligation import Obligation
from cspaudit.model.table import AtLeast, Column, ColumnType, Needs, Order, Rule, Table
from cspaudit.model.tables import TABLES
from cspaudit.outputs import duty_words, words
from cspaudit.outputs.labels import CLOUDS, FAMILIES, KIND_NOTES, TIERS
from cspaudit.sources import mapping as layouts
from cspaudit.sources.mapping import RECORD, ColumnSource, Condition, Mapping, Split, TableMapping
from cspaudit.sources.sql import EXPECTED

DOCS = Path(__file__).resolve().parent.parent / "docs"
MADE = "<!-- Made by `make docs`; change what it is made from, not this page. -->"

HELPERS_PAGE = "writing-checks.md#helper-tables"


def code(text: str) -> str:
    """``text`` as code."""
    return f"`{text}`"


def cell(text: str) -> str:
    """``text`` as it may stand in a table's cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def listing(words_: Iterable[str]) -> str:
    """Words as code, comma-separated."""
    return ", ".join(code(word) for word in words_)


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table in Markdown, and a blank line."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(cell(text) for text in row)} |" for row in rows]
    return [*lines, ""]


def link(name: str, page: str = "", text: str = "") -> str:
    """A link to the heading that is called ``name``."""
    return f"[{text or code(name)}]({page}#{name.lower()})"


def table_link(name: str) -> str:
    """A link to a table, or to the place that tells of the helper tables."""
    return link(name, "tables.md") if name in TABLES else f"[`{name}`]({HELPERS_PAGE})"


# --- tables.md ----------------------------------------------------------------------------------------------------

TABLES_HEAD = """\
The tables that every export is turned into. A CSV file with these column names needs no layout: name it under
`[[source]]` with `table = "…"` ([how](engagement.md#source)). Columns may stand in any order; upper or lower case,
blanks and signs in a column's name do not matter. Only required columns must be there: what is not given is empty.
Facts that no export holds are written in `cspaudit.toml` under `[[data.…]]`, with the same columns.

A record whose value is none of those told here is left out. It is listed in the report with its file, record and
reason, and wherever a test needs the table it counts as missing evidence.

| what may stand in a column | |
|---|---|
"""
TABLES_FOOT = """
Every table also takes `partner_id`: needed only where one file holds the records of several partners. The columns named
under "One row for each" tell the records of a partner apart; of several records with the same ones, the first stays.
A last day (`valid_to_on`) is the last on which the row holds; empty: it still holds.
"""
TYPE_WORDS: dict[ColumnType, str] = {
    "text": "any text; a list is comma-separated",
    "instant": f"{EXPECTED['instant']}; without an offset it is UTC, or local where the export names a `timezone`",
    "date": EXPECTED["date"],
    "money": EXPECTED["money"],
    "share": EXPECTED["share"],
    "integer": EXPECTED["integer"],
    "boolean": f"{EXPECTED['boolean']} (also yes and no, y and n, t and f, 1 and 0)",
}


def rule_text(rule: Rule) -> str:
    """A rule across columns, in a sentence."""
    match rule:
        case Order(first, second):
            return f"`{first}` is not after `{second}`."
        case Needs(column, other):
            return f"Where `{column}` is filled, `{other}` is too."
        case AtLeast(column, minimum):
            return f"`{column}` is at least {minimum}."


def allowed_text(column: Column) -> str:
    """What may stand in a column."""
    if column.allowed:
        return listing(column.allowed)
    if column.pattern:
        return f"text: {column.pattern_says}"
    return column.type


def tables_page(catalogue: Catalogue, mappings: Sequence[Mapping]) -> str:
    """Every table with its columns, what may stand in them, and who fills and who reads it."""
    lines = [MADE, "# Tables and columns", "", TABLES_HEAD.rstrip()]
    lines += [f"| {type_} | {cell(text)} |" for type_, text in TYPE_WORDS.items()]
    lines += [TABLES_FOOT, "## All tables", ""]
    lines += grid(["table", "what it holds"], ((link(name), table.purpose) for name, table in TABLES.items()))
    for table in TABLES.values():
        lines += [f"## {table.name}", "", *table_text(table, catalogue, mappings)]
    return "\n".join(lines).rstrip() + "\n"


def table_text(table: Table, catalogue: Catalogue, mappings: Sequence[Mapping]) -> list[str]:
    """One table."""
    text = f"{table.purpose} One row for each {' and '.join(code(name) for name in table.key)}."
    if table.dated_by:
        text += f" Its months are counted by `{table.dated_by}`."
    text += "".join(
        f" `{column}` is {value} where it is empty." for column, value in table.key_defaults.items()
    )
    if table.name == "partner":
        text += " Written in `cspaudit.toml` as `[[partner]]`, or in a list of partners."
    rows = (
        (code(column.name), "yes" if column.required else "", allowed_text(column))
        for column in table.columns
    )
    lines = [text, "", *grid(["column", "required", "what may stand there"], rows)]
    if table.rules:
        lines += [" ".join(rule_text(rule) for rule in table.rules), ""]
    fed = [one for one in mappings if any(table.name in names_of(mapped) for mapped in one.table)]
    if fed:
        lines += [f"Filled by the layouts {', '.join(link(one.id, 'mappings.md') for one in fed)}.", ""]
    used = [check for check in catalogue.checks.values() if table.name in check.tables]
    if used:
        lines += [f"Read by the tests {', '.join(link(check.id, 'checks.md') for check in used)}.", ""]
    return lines


# --- checks.md ----------------------------------------------------------------------------------------------------

CHECKS_HEAD = """\
Every test that comes with cspaudit. A test judges every case of its kind: each passes, fails, or cannot be judged for
want of evidence; some are not yet due, not applicable or only noted. What a test **needs** must be in the exports, or
the test is not carried out and says which export is missing; what it **reads** it uses where it is there.

A setting without a value in the documents says so, and rests on the auditor's policy. To set it otherwise, see
[`[checks.…]`](engagement.md#checks).
"""


def need_text(need: Need) -> str:
    """Evidence that a check needs."""
    if need.values:
        return (
            f"{table_link(need.table)} with `{need.column}` {' or '.join(code(one) for one in need.values)}"
        )
    if need.column:
        return f"{table_link(need.table)} with `{need.column}` filled"
    return table_link(need.table)


def param_row(param: Param) -> tuple[str, str, str, str]:
    """A setting of a check."""
    values = f"one of {listing(param.one_of)}" if param.one_of else param.type
    return code(param.name), words.value(param.value), values, param.basis


def check_text(check: Check, obligation: Obligation) -> list[str]:
    """One check."""
    lines = [f"## {check.id}", "", f"**{check.title}.** Version {check.version}.", "", check.rationale, ""]
    lines += [
        f"* Duty: {link(obligation.id, 'obligations.md', obligation.title)}, {duty_words.strength(obligation)}"
    ]
    lines += [f"* One case for each row of {table_link(check.subject)}, or for a part or group of them"]
    lines += [f"* Needs: {'; '.join(need_text(need) for need in check.needs)}"]
    if check.reads:
        lines += [f"* Reads: {', '.join(table_link(name) for name in check.reads)}"]
    if check.lookback_months:
        lines += [f"* Looks back {check.lookback_months} months behind the period"]
    if check.unit:
        lines += [f"* Observed and expected are in {check.unit}"]
    lines += [f"* What it cannot see: {check.blind_spot}", f"* What to do: {check.remedy}", ""]
    if check.params:
        lines += grid(
            ["setting", "value", "may be", "rests on"], (param_row(param) for param in check.params)
        )
    rows = ((code(name), text) for name, text in check.reasons.items())
    return [*lines, *grid(["reason", "what the report says"], rows)]


def checks_page(catalogue: Catalogue, mappings: Sequence[Mapping]) -> str:
    """Every check with what it needs, its settings, reasons and limits."""
    del mappings
    lines = [MADE, "# Tests", "", CHECKS_HEAD]
    rows = ((link(check.id), check.title) for check in catalogue.checks.values())
    lines += grid(["test", "what must be so"], rows)
    for check in catalogue.checks.values():
        lines += check_text(check, catalogue.obligations[check.obligation])
    return "\n".join(lines).rstrip() + "\n"


# --- obligations.md -----------------------------------------------------------------------------------------------

OBLIGATIONS_HEAD = """\
What a partner owes, as far as cspaudit tests it: told in our own words, with the public page that says it. The pages
decide, not this list.

A **must** weighs 3 in the score, everything else that counts weighs 1. A duty whose exact first day no document gives
is noted and not scored, until `cspaudit.toml` states a day ([`[obligations.…]`](engagement.md#obligations)).
"""
BASIS_WORDS = {"text": "the documents say it", "derived": "derived from the documents"}


def bound_text(obligation: Obligation) -> str:
    """Whom an obligation binds."""
    tiers = " and ".join(f"{TIERS[tier].lower()}s" for tier in obligation.tiers) or "every partner"
    clouds = " and ".join(CLOUDS[cloud] for cloud in obligation.clouds)
    return f"Binds {tiers}{f' in the {clouds}' if clouds else ''}."


def obligation_text(obligation: Obligation, catalogue: Catalogue) -> list[str]:
    """One obligation."""
    heading = f"**{obligation.title}**: {duty_words.strength(obligation)}; {BASIS_WORDS[obligation.basis]}."
    lines = [f"### {obligation.id}", "", heading, "", obligation.statement, ""]
    facts = [duty_words.in_force(obligation), bound_text(obligation), KIND_NOTES.get(obligation.kind, "")]
    if obligation.part_of:
        facts.append(f"Part of {link(obligation.part_of)}: it adds no weight of its own.")
    lines += [" ".join(filter(None, facts)), ""]
    if obligation.note:
        lines += [obligation.note, ""]
    lines += [f"* {duty_words.citation(item)}" for item in obligation.citations]
    tests = catalogue.checks_of(obligation.id)
    return [*lines, "", f"Tested by {', '.join(link(check.id, 'checks.md') for check in tests)}.", ""]


def obligations_page(catalogue: Catalogue, mappings: Sequence[Mapping]) -> str:
    """Every obligation by family, with strength, dates and citations."""
    del mappings
    lines = [MADE, "# Duties", "", OBLIGATIONS_HEAD]
    every = catalogue.obligations.values()
    rows = ((link(one.id), one.title, duty_words.strength(one)) for one in every)
    lines += grid(["duty", "in short", "kind and strength"], rows)
    for family in dict.fromkeys(one.family for one in every):
        lines += [f"## {FAMILIES[family]}", ""]
        for one in every:
            lines += obligation_text(one, catalogue) if one.family == family else []
    return "\n".join(lines).rstrip() + "\n"


# --- mappings.md --------------------------------------------------------------------------------------------------

MAPPINGS_HEAD = """\
The exports that cspaudit knows as their vendor writes them. Name the layout under `[[source]]` with `mapping = "…"`
([how](engagement.md#source)). Where your export calls a field otherwise, say so with `columns`; where it
writes other values, with `values`. An export that is not here enters as a CSV file with
[the tables' own column names](tables.md).
"""
DERIVED = {
    "direction": "from the domains: inbound to one of the partner's; third-party from one of Microsoft's; else outbound",
    "customer_by_domain": f"the customer that has exactly this domain in {table_link('customer_domain')}",
}


def names_of(mapped: TableMapping) -> tuple[str, ...]:
    """The tables that this part of a layout fills, one a side of the ledger."""
    return tuple(mapped.sides.values()) or (mapped.name,)


def condition_text(test: Condition) -> str:
    """When a condition holds."""
    if test.one_of:
        return f"`{test.field}` is {' or '.join(code(word) for word in test.one_of)}"
    if test.starts_with:
        return f"`{test.field}` begins with {' or '.join(code(word) for word in test.starts_with)}"
    return f"`{test.field}` reaches `{test.covers}`" if test.covers else f"`{test.field}` is filled"


def source_text(source: ColumnSource, split: Split | None) -> str:
    """Where a column's value comes from."""
    if source.first_of:
        return "; else ".join(source_text(one, split).removeprefix("always ") for one in source.first_of)
    if source.derive:
        return DERIVED[source.derive]
    if source.constant:
        text = f"always {code(source.constant)}"
    elif source.join:
        parts = (("the record's number" if name == RECORD else code(name)) for name in source.join)
        text = " and ".join(parts)
    else:
        text = code(source.field)
    if source.values:
        text += ": " + ", ".join(f"{code(old)} → {code(new)}" for old, new in source.values.items())
        if source.other is not None:
            text += f", anything else → {code(source.other) if source.other else 'empty'}"
    parted = split.part_separator if split else ""
    notes = [
        *(["without its sign"] if source.absolute else []),
        *(["its day in UTC"] if source.day_of_instant else []),
        *(["the earliest of all records"] if source.earliest else []),
        *([f"part {source.part}, parted by `{parted}`"] if source.part and parted else []),
    ]
    text += f" ({', '.join(notes)})" if notes else ""
    if source.where:
        text = f"{text.removeprefix('always ')} where {condition_text(source.where)}"
    return text


def mapping_text(one: Mapping) -> list[str]:
    """One layout."""
    lines = [f"## {one.id}", "", f"**{one.title}.** Checked against {one.checked_against}.", ""]
    times = "local: the source must name its `timezone`" if one.time == "local" else "UTC"
    lines += [f"* Format: {one.format.upper()}; times without an offset are {times}"]
    if one.records:
        lines += [f"* The records stand in the list `{one.records}`"]
    if one.nested:
        lines += [f"* Records listed in `{one.nested}` inside a record count as records too"]
    if one.date_formats:
        lines += [f"* Days and times: {listing(one.date_formats)}"]
    if one.nulls:
        lines += [f"* Stands for nothing: {listing(one.nulls)}"]
    if one.has_sides:
        lines += ['* `side = "payable"` or `"receivable"` says whose invoices they are']
    used = {field for mapped in one.table for source in mapped.columns.values() for field in source.fields}
    if unused := [field for field in one.unused if field not in used]:
        lines += [f"* Known and not used: {listing(unused)}"]
    for name, entries in one.lists.items():
        lines += [f"* {name.replace('_', ' ').capitalize()}: {listing(entries)}"]
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


def side_text(mapped: TableMapping, column: str) -> str:
    """For which side of the ledger there is such a column, where not for both."""
    having = [side for side, name in mapped.sides.items() if column in TABLES[name].column_names]
    return "" if len(having) == len(mapped.sides) else f" (only {code(having[0])})"


def how_text(mapped: TableMapping) -> str:
    """Which records feed a table, and which of several with one key stays."""
    text = f", where {condition_text(mapped.only_where)}" if mapped.only_where else ""
    if mapped.split:
        text += f"; a row for each piece, split at `{mapped.split.separator}`"
    if mapped.latest_by:
        text += f"; of several records with one key, the one with the latest {listing(mapped.latest_by)}"
    elif mapped.last_wins:
        text += "; of several records with one key, the last"
    return text


def mappings_page(catalogue: Catalogue, mappings: Sequence[Mapping]) -> str:
    """Every layout with the fields that fill each column."""
    del catalogue
    lines = [MADE, "# Export layouts", "", MAPPINGS_HEAD]
    lines += grid(
        ["layout", "for", "checked against"],
        ((link(one.id), one.title, one.checked_against) for one in mappings),
    )
    for one in mappings:
        lines += mapping_text(one)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


PAGES: dict[str, Callable[[Catalogue, Sequence[Mapping]], str]] = {
    "tables.md": tables_page,
    "checks.md": checks_page,
    "obligations.md": obligations_page,
    "mappings.md": mappings_page,
    "engagement.schema.json": engagement_schema,
}


def main(arguments: list[str]) -> None:
    """Write the pages, or with --check only compare them."""
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    catalogue = load_catalogue(resources.checks())
    mappings = [layouts.load(resources.mappings(), name) for name in layouts.names(resources.mappings())]
    stale = []
    for name, page in PAGES.items():
        text, path = page(catalogue, mappings), DOCS / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not arguments:
            path.write_text(text, encoding="utf-8")
    if arguments and stale:
        sys.exit(f"not up to date: {', '.join(stale)}; run `make docs`")
    print(f"{len(PAGES)} pages, {'written: ' + ', '.join(stale) if stale else 'all up to date'}")


if __name__ == "__main__":
    main(sys.argv[1:])
