"""partner-facts.xlsx: a sheet for each table of facts that no system exports, to be filled in by people."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from cspaudit.errors import OutputError
from cspaudit.model.attestations import ATTESTATION
from cspaudit.model.engagement import PARTNER_TABLE
from cspaudit.model.table import Column, Table
from cspaudit.model.tables import TABLES
from cspaudit.sources.mapping import Mapping

BOOK_NAME = "partner-facts.xlsx"
READ_ME, EXAMPLES = "read me", "examples"
#: what people know best, whether or not some system could export it
PEOPLE_KNOW = (
    "support_terms", "support_target", "entitlement", "support_channel", "partner_domain", "actor", "document",
    "document_delivery", "customer", "customer_domain", "service_request_ticket", "service_incident",
    "supplier_dispute", "customer_dispute",
)  # fmt: skip
#: lists drop down in so many lines
LINES = 1000
#: the same bytes on any day
MADE_ON = datetime(2026, 1, 1)  # noqa: DTZ001 - the workbook's own date has no zone

#: one invented row a sheet
_EXAMPLE: dict[str, dict[str, object]] = {
    "support_terms": {
        "terms_id": "2026", "valid_from_on": date(2026, 1, 1), "document_id": "TERMS-2026",
        "service_hours": "Mo-Fr 09:00-17:00; PH off", "timezone": "Europe/Berlin", "holidays": "DE-BY",
        "scope": "All products bought through us", "contact_methods": "support@fabrikam.example, telephone",
        "has_charge": "true", "price": "120.00 an hour", "price_currency": "EUR",
    },
    "support_target": {
        "terms_id": "2026", "severity": "any", "measure": "first_response", "minutes": 240, "clock": "business",
        "target_share": "0.95",
    },
    "entitlement": {
        "vehicle": "advanced_support_for_partners", "contract_id": "ASFP-2026", "valid_from_on": date(2026, 1, 1),
        "valid_to_on": date(2026, 12, 31), "holder": "partner",
    },
    "support_channel": {"channel": "email", "address": "support@fabrikam.example", "valid_from_on": date(2025, 1, 1)},
    "partner_domain": {"domain": "fabrikam.example", "valid_from_on": date(2020, 1, 1), "purpose": "brand"},
    "actor": {"actor_id": "agent.anna", "role": "helpdesk_agent", "valid_from_on": date(2025, 1, 1), "kind": "agent"},
    "document": {
        "document_id": "TERMS-2026", "kind": "support_terms", "valid_from_on": date(2026, 1, 1), "status": "in_force",
    },
    "document_delivery": {
        "document_id": "TERMS-2026", "customer_id": "C-1001", "delivered_at": "2026-01-02T09:00:00Z", "method": "mail",
    },
    "customer": {"customer_id": "C-1001", "name": "Contoso GmbH", "country": "DE", "support_contact": "partner"},
    "customer_domain": {"customer_id": "C-1001", "domain": "contoso.example"},
    "service_request_ticket": {"request_id": "260701004000001", "ticket_id": "48210"},
    "service_incident": {
        "incident_id": "MO1140220", "service": "microsoft_365", "started_at": "2026-07-28T05:30:00Z",
        "published_at": "2026-07-28T06:10:00Z",
    },
    "supplier_dispute": {"invoice_id": "G094811562", "line": "1", "opened_on": date(2026, 7, 23), "amount": "1200.00"},
    "customer_dispute": {"invoice_id": "FC-2026-07-001", "line": "1", "opened_on": date(2026, 7, 23)},
}  # fmt: skip
_TYPE_WORDS = {
    "text": "text",
    "instant": "a day and time with its offset, such as 2026-07-28T05:30:00Z",
    "date": "a day, such as 2026-07-28",
    "money": "an amount with a decimal point, such as 1200.00",
    "share": "a share, such as 0.95",
    "integer": "a whole number",
    "boolean": "true or false",
}
_SAYS = (
    "What no system exports, for cspaudit. Fill in the sheets that you can; leave the others as they are.",
    "The first line of a sheet names its columns and has to stay. From the second line on, a line is a record.",
    "Columns in bold are required. What a column takes is told when you point at its name.",
    "Put this file into the folder of the audit and run cspaudit init: it takes every sheet that holds a record.",
    f"The sheet {EXAMPLES!r} shows a line for each sheet; neither it nor this page is ever read.",
)


def fact_tables(layouts: Iterable[Mapping]) -> tuple[str, ...]:
    """Return the tables that get a sheet: what people know best, then every other undated one no layout fills."""
    filled = {
        name for one in layouts for mapped in one.table for name in (mapped.name, *mapped.sides.values())
    }
    others = [
        name
        for name, table in TABLES.items()
        if name not in {PARTNER_TABLE, ATTESTATION} and name not in filled and not table.dated_by
    ]
    return tuple(dict.fromkeys([*PEOPLE_KNOW, *(name for name in others if not name.endswith("_line"))]))


def write_workbook(path: Path, tables: Sequence[str]) -> None:
    """Write the empty workbook, the same bytes each time; OutputError where the file is there already."""
    import xlsxwriter

    if path.exists():
        raise OutputError(
            "The file is there already; it was not touched.",
            where=str(path),
            hint="Move it away, or name another with --output.",
        )
    try:
        with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
            book.set_properties({"title": "Facts for cspaudit", "created": MADE_ON})
            _read_me(book, tables)
            _examples(book, tables)
            for name in tables:
                _sheet(book, TABLES[name])
    except xlsxwriter.exceptions.FileCreateError as error:
        raise OutputError(
            "The workbook cannot be written.", where=str(path), hint="Name another place with --output."
        ) from error


def _read_me(book: Any, tables: Sequence[str]) -> None:
    sheet = book.add_worksheet(READ_ME)
    bold = book.add_format({"bold": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 26, wrapped)
    sheet.set_column(1, 1, 90, wrapped)
    for line, text in enumerate(_SAYS):
        sheet.merge_range(line, 0, line, 1, text, wrapped)
    first = len(_SAYS) + 1
    for place, text in enumerate(("sheet", "what it is for")):
        sheet.write_string(first, place, text, bold)
    for line, name in enumerate(tables, first + 1):
        sheet.write_url(line, 0, f"internal:'{name}'!A2", string=name)
        sheet.write_string(line, 1, TABLES[name].purpose, wrapped)


def _examples(book: Any, tables: Sequence[str]) -> None:
    sheet = book.add_worksheet(EXAMPLES)
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 20, 22)
    line = 0
    for name in tables:
        sheet.write_string(line, 0, name, bold)
        for place, (column, value) in enumerate(_EXAMPLE.get(name, {}).items()):
            sheet.write_string(line + 1, place, column)
            sheet.write_string(line + 2, place, str(value))
        line += 4


def _sheet(book: Any, table: Table) -> None:
    sheet = book.add_worksheet(table.name)
    bold, plain = book.add_format({"bold": True, "bottom": 1}), book.add_format({"bottom": 1})
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        # whole columns are text, so that no spreadsheet makes dates or rounded numbers of ids
        sheet.set_column(place, place, 20, day if column.type == "date" else text)
        sheet.write_string(0, place, column.name, bold if column.required else plain)
        sheet.write_comment(0, place, _told(table, column), {"x_scale": 2})
        if choices := column.allowed or (("true", "false") if column.type == "boolean" else ()):
            sheet.data_validation(1, place, LINES, place, _list(choices))


def _list(choices: Sequence[str]) -> dict[str, object]:
    # a longer list than this no spreadsheet takes; the comment tells it all the same
    if len(",".join(choices)) <= 255:  # noqa: PLR2004 - the format's own limit
        return {"validate": "list", "source": list(choices)}
    return {
        "validate": "any",
        "input_title": "One of these",
        "input_message": "See the note at the column's name.",
    }


def _told(table: Table, column: Column) -> str:
    kind = (
        f"one of: {', '.join(column.allowed)}"
        if column.allowed
        else column.pattern_says or _TYPE_WORDS[column.type]
    )
    need = "Required" if column.required else "May stay empty"
    example = _EXAMPLE.get(table.name, {}).get(column.name)
    shown = f" Example: {example}" if example is not None else ""
    return f"{need}: {kind}.{shown}"
