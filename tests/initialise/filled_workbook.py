"""partner-facts.xlsx as a spreadsheet program leaves it: the empty workbook with cells typed into its sheets."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

from cspaudit import resources
from cspaudit.initialise.workbook import EXAMPLES, READ_ME, fact_tables, write_workbook
from cspaudit.model.tables import TABLES
from cspaudit.sources import mapping

Rows = Sequence[Mapping[str, object]]
#: the day from which a workbook counts its days
FIRST_DAY = date(1899, 12, 30)


def tables() -> tuple[str, ...]:
    """Return the tables that have a sheet."""
    return fact_tables(
        [mapping.load(resources.mappings(), name) for name in mapping.names(resources.mappings())]
    )


def fill(path: Path, **rows: Rows) -> None:
    """Write the workbook and type rows into the sheets of some tables; days are days, numbers numbers, the rest texts."""
    empty = path.with_name("empty.xlsx")
    write_workbook(empty, tables())
    with zipfile.ZipFile(empty) as source, zipfile.ZipFile(path, "w") as target:
        for member in source.namelist():
            text = source.read(member)
            for table, typed in rows.items():
                if member == f"xl/worksheets/sheet{[READ_ME, EXAMPLES, *tables()].index(table) + 1}.xml":
                    text = _typed(text.decode(), table, typed).encode()
            target.writestr(member, text)
    empty.unlink()


def _typed(sheet: str, table: str, rows: Rows) -> str:
    styles = {
        int(first): style
        for first, style in re.findall(r'<col min="(\d+)" max="\d+"[^>]* style="(\d+)"', sheet)
    }
    spans = re.findall(r'<col min="(\d+)" max="(\d+)"[^>]* style="(\d+)"', sheet)
    lines = []
    for number, row in enumerate(rows, 2):
        cells = []
        for place, name in enumerate(TABLES[table].column_names, 1):
            if name in row:
                style = next(s for first, last, s in spans if int(first) <= place <= int(last))
                cells.append(_cell(f"{_letters(place)}{number}", row[name], style))
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    assert styles
    return sheet.replace("</sheetData>", f"{''.join(lines)}</sheetData>")


def _cell(place: str, value: object, style: str) -> str:
    if isinstance(value, date):
        return f'<c r="{place}" s="{style}"><v>{(value - FIRST_DAY).days}</v></c>'
    if isinstance(value, int):
        return f'<c r="{place}" s="{style}"><v>{value}</v></c>'
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def _letters(place: int) -> str:
    rest, last = divmod(place - 1, 26)
    return f"{_letters(rest) if rest else ''}{chr(ord('A') + last)}"
