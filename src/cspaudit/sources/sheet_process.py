"""A program of its own: writes every filled sheet of a spreadsheet as a CSV file.

It runs apart from the audit (see ``spreadsheets``), because a hostile file can make the library that reads it ask for
any amount of memory, which ends a process. Imports nothing of cspaudit, so that it starts at once.
"""

import csv
import json
import re
import sys
import zipfile
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

Cell = int | float | str | bool | date | datetime | time | timedelta

#: what the process may take; the parent states it in its messages
MEMORY_BYTES = 6 << 30
SECONDS = 900
#: a number is shown by a spreadsheet program, and kept by most, with so many digits
DIGITS = 15
CHUNK_BYTES = 1 << 24
#: an error cell in the XML of a sheet; its text is of no use to anybody
_ERROR_CELL = re.compile(rb"""\st=["']e["']""")
_LONGEST_MARK = 8
#: a day written out in numbers
_TEXT_DAY = re.compile(r"\s*(\d{1,2})[./-](\d{1,2})[./-](?:\d{4}|\d{2})(?:[ ,].*)?")
_DAY_STARTS = frozenset("0123456789 ")
#: no month has a higher number
MONTHS = 12


@dataclass
class SheetFile:
    """One sheet as written: the file's name, and what is to be known of it."""

    name: str
    file: str
    is_hidden: bool
    told: list[str] = field(default_factory=list)
    #: why the sheet must not be read at all
    problem: str = ""


@dataclass
class Column:
    """What a column holds, over all rows."""

    name: str = ""
    days: int = 0
    times: int = 0
    late_days: int = 0
    text_days: int = 0
    late_text_days: int = 0

    def see(self, cell: Cell) -> None:
        """Count one cell."""
        match cell:
            case datetime():
                self.times += 1
                self.late_days += cell.day > MONTHS
            case date():
                self.days += 1
                self.late_days += cell.day > MONTHS
            case str() if found := _TEXT_DAY.fullmatch(cell):
                self.text_days += 1
                self.late_text_days += int(found[1]) > MONTHS or int(found[2]) > MONTHS

    @property
    def is_half_read(self) -> bool:
        """Whether only those days became dates whose day can be taken for a month, as in a file opened wrongly."""
        return (
            bool(self.days + self.times) and not self.late_days and 0 < self.late_text_days == self.text_days
        )


def main(path: str, folder: str) -> None:
    """Write the sheets of ``path`` into ``folder``, and ``sheets.json`` that lists them or tells what is wrong."""
    _limit()
    target = Path(folder)
    answer: dict[str, object]
    try:
        answer = {"sheets": [asdict(one) for one in _write_all(Path(path), target)]}
    except PasswordError:
        answer = {"problem": "password"}
    except (CalamineError, zipfile.BadZipFile, EOFError, OSError) as error:
        answer = {"problem": f"The spreadsheet cannot be read; it is damaged or not whole ({error})."}
    except MemoryError:
        answer = {"problem": "memory"}
    (target / "sheets.json").write_text(json.dumps(answer), encoding="utf-8")


def _limit() -> None:
    with suppress(ImportError, ValueError, OSError):
        # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _write_all(path: Path, target: Path) -> list[SheetFile]:
    found: list[SheetFile] = []
    # from the open file, since by its name a file may be of another kind than it is
    with path.open("rb") as content, CalamineWorkbook.from_filelike(content) as book:
        for number, metadata in enumerate(book.sheets_metadata):
            if metadata.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_index(number)
            if sheet.start is None:
                continue
            written = SheetFile(metadata.name, f"{number}.csv", metadata.visible != SheetVisibleEnum.Visible)
            _write(sheet, target / written.file, written)
            found.append(written)
    if found and zipfile.is_zipfile(path) and (errors := _error_cells(path)):
        found[0].told.append(f"{errors:,} cells hold an error such as #N/A; they were read as empty.")
    return found


def _write(sheet: CalamineSheet, target: Path, written: SheetFile) -> None:
    columns: list[Column] = []
    last = -1
    for row in sheet.iter_rows():
        columns += (Column() for _ in range(len(columns), len(row)))
        for at, cell in enumerate(row):
            if cell != "":
                last = max(last, at)
                column = columns[at]
                if isinstance(cell, str):
                    column.name = column.name or cell.strip()
                if isinstance(cell, date) or (isinstance(cell, str) and cell[0] in _DAY_STARTS):
                    column.see(cell)
    has_time = [column.times > 0 for column in columns]
    long = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        for row in sheet.iter_rows():
            texts = [_text(cell, with_time=has_time[at]) for at, cell in enumerate(row[: last + 1])]
            long += sum(isinstance(cell, float) and abs(cell) >= 10**DIGITS for cell in row)
            if any(texts):
                writer.writerow(texts)
            else:
                out.write("\n")
    half = [column.name for column in columns if column.is_half_read]
    if half:
        written.problem = (
            f"In the column {half[0]!r} some days are dates and others are text: the export was opened with the settings "
            "of another country, and day and month of the dates may have changed places."
        )
    if long:
        written.told.append(
            f"{long:,} numbers have more than {DIGITS} digits; a spreadsheet keeps no more of them."
        )


def _text(cell: Cell, *, with_time: bool) -> str:
    """Return a cell as a CSV export would write it: ISO 8601, whole seconds, plain decimals."""
    match cell:
        case str():
            return cell.replace("\0", "\ufffd")
        case bool():
            return "true" if cell else "false"
        case int():
            return str(cell)
        case float():
            return _number(cell)
        case datetime():
            return (cell + timedelta(milliseconds=500)).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return f"{cell.isoformat()} 00:00:00" if with_time else cell.isoformat()
        case timedelta():
            seconds = round(cell.total_seconds())
            sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
            return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case _:
            return cell.isoformat(timespec="seconds")


def _number(number: float) -> str:
    if number != number or number in {float("inf"), float("-inf")}:  # noqa: PLR0124  # not a number is not itself
        return ""
    if number.is_integer() and abs(number) < 10**DIGITS:
        return str(int(number))
    return format(Decimal(format(number, f".{DIGITS}g")), "f")


def _error_cells(path: Path) -> int:
    """Count the cells of all sheets that hold an error: the library gives them as empty."""
    found = 0
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            if not name.startswith("xl/worksheets/") or not name.endswith(".xml"):
                continue
            with packed.open(name) as xml:
                rest = b""
                while chunk := xml.read(CHUNK_BYTES):
                    text = rest + chunk
                    # what is cut in two is counted with the next chunk
                    found += len(_ERROR_CELL.findall(text))
                    rest = text[-_LONGEST_MARK + 1 :]
                    found -= len(_ERROR_CELL.findall(rest))
                found += len(_ERROR_CELL.findall(rest))
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
