"""Little spreadsheets as bytes, of every kind that partners have."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

DAY_FORMAT = "dd.mm.yyyy"
TIME_FORMAT = "dd.mm.yyyy hh:mm"
ELAPSED_FORMAT = "[h]:mm"

Rows = Sequence[Sequence[Any]]


def xlsx(sheets: Mapping[str, Rows], **options: bool) -> bytes:
    """Return a workbook; days, times and durations are serial numbers with a format, "=…" is a formula (text: its result)."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, **options}) as book:
        formats = {
            kind: book.add_format({"num_format": text})
            for kind, text in ((datetime, TIME_FORMAT), (date, DAY_FORMAT), (timedelta, ELAPSED_FORMAT))
        }
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    match cell:
                        case None:
                            continue
                        case (str() as formula, result):
                            sheet.write_formula(at, column, formula, None, result)
                        case datetime() | date() | timedelta():
                            sheet.write_datetime(at, column, cell, formats[type(cell)])
                        case str():
                            sheet.write_string(at, column, cell)
                        case _:
                            sheet.write(at, column, cell)
    return content.getvalue()


def ods(rows: Rows) -> bytes:
    """Return an OpenDocument spreadsheet of one sheet; texts are as they stand, days and times typed."""
    lines = "".join(
        f"<table:table-row>{''.join(_ods_cell(cell) for cell in row)}</table:table-row>" for row in rows
    )
    names = "office:1.0 table:1.0 text:1.0"
    spaces = " ".join(
        f'xmlns:{name.partition(":")[0]}="urn:oasis:names:tc:opendocument:xmlns:{name}"'
        for name in names.split()
    )
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.3"><office:body>'
        f'<office:spreadsheet><table:table table:name="Tabelle1">{lines}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", xml)
        packed.writestr("META-INF/manifest.xml", "<manifest:manifest xmlns:manifest='urn:x'/>")
    return content.getvalue()


def _ods_cell(cell: object) -> str:
    match cell:
        case datetime() | date():
            value = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
        case int() | float():
            value = f'office:value-type="float" office:value="{cell}"'
        case _:
            value = 'office:value-type="string"'
    return f"<table:table-cell {value}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def xls(sheets: Mapping[str, Rows]) -> bytes:
    """Return a workbook of the old binary kind."""
    import xlwt

    book = xlwt.Workbook()
    styles = {
        datetime: xlwt.easyxf(num_format_str=TIME_FORMAT),
        date: xlwt.easyxf(num_format_str=DAY_FORMAT),
    }
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell, styles.get(type(cell), xlwt.Style.default_style))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def altered(book: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a packed workbook in one of whose members a text is replaced."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(content, "w") as target:
        for member in source.namelist():
            text = source.read(member)
            if member == name:
                assert old in text
                text = text.replace(old, new)
            target.writestr(member, text, zipfile.ZIP_DEFLATED)
    return content.getvalue()
