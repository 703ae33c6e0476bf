"""The page of the canonical tables."""

from collections.abc import Sequence

from page_parts import MADE, cell, check_link, code, finished, grid, link, listing, names_of

from cspaudit.evaluation.definition import Catalogue
from cspaudit.model.references import named_tables
from cspaudit.model.table import AtLeast, Column, ColumnType, Needs, Order, Rule, Table
from cspaudit.model.tables import TABLES
from cspaudit.sources.mapping import Mapping
from cspaudit.sources.sql import EXPECTED

TABLES_HEAD = """\
The tables that every export is turned into. A CSV file with these column names needs no layout: name it under
`[[source]]` with `table = "…"` ([how](engagement.md#source)). Columns may stand in any order; upper or lower case,
blanks and signs in a column's name do not matter. Only required columns must be there: what is not given is empty.
Facts that no export holds are written in `cspaudit.toml` under `[[data.…]]`, with the same columns.

A record whose value is none of those told here is left out. It is listed in the report with its file, record and
reason, and wherever a test needs the table it counts as missing evidence. So does a record that another one names
and no export holds, where the partner has an export of its kind: most often an export begins too late. One that was
named before the period, and before what the test looks back on, is older still and does not count.

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


def names_text(table: Table, column: Column) -> str:
    """Whose records a column names."""
    named = [f"[`{one.name}`](#{one.name})" for one in named_tables(table, column.name)]
    return f"; names a record of {' or '.join(named)}" if named else ""


def tables_page(catalogue: Catalogue, mappings: Sequence[Mapping]) -> str:
    """Every table with its columns, what may stand in them, and who fills and who reads it."""
    lines = [MADE, "# Tables and columns", "", TABLES_HEAD.rstrip()]
    lines += [f"| {type_} | {cell(text)} |" for type_, text in TYPE_WORDS.items()]
    lines += [TABLES_FOOT, "## All tables", ""]
    lines += grid(["table", "what it holds"], ((link(name), table.purpose) for name, table in TABLES.items()))
    for table in TABLES.values():
        lines += [f"## {table.name}", "", *table_text(table, catalogue, mappings)]
    return finished(lines)


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
        (
            code(column.name),
            "yes" if column.required else "",
            allowed_text(column) + names_text(table, column),
        )
        for column in table.columns
    )
    lines = [text, "", *grid(["column", "required", "what may stand there"], rows)]
    if table.rules:
        lines += [" ".join(rule_text(rule) for rule in table.rules), ""]
    fed = [one for one in mappings if any(table.name in names_of(mapped) for mapped in one.table)]
    if fed:
        lines += [f"Filled by the layouts {', '.join(link(one.id, 'sources.md') for one in fed)}.", ""]
    used = [check for check in catalogue.checks.values() if table.name in check.tables]
    if used:
        lines += [f"Read by the tests {', '.join(check_link(check.id) for check in used)}.", ""]
    return lines
