"""Excel leaves the last cells of a row out where sixteen rows have nothing there: they are read as empty, never guessed."""

import csv
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspaudit.sources import trimmed
from cspaudit.sources.files import SourceFile
from cspaudit.sources.heads import FileHead
from tests.sources.loading import TICKETS, LoadFiles, source

HEADER = ["ticket_id", "opened_at", "status", "requester", "resolved_at"]
DAY = "2026-07-01T08:00:00Z"
TOLD = (
    "t.csv: {} rows lack their last cells, which Excel leaves out where 16 rows have nothing there; "
    "they were read as empty."
)


def saved(rows: Sequence[Sequence[str]], delimiter: str = ",") -> str:
    """Return rows as Excel saves them: of sixteen at a time, the columns up to the last that one of them fills."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    columns = max(map(len, rows))
    for first in range(0, len(rows), 16):
        together = [[*row, *[""] * (columns - len(row))] for row in rows[first : first + 16]]
        width = max(max((at for at, cell in enumerate(row, 1) if cell), default=1) for row in together)
        writer.writerows(row[:width] for row in together)
    return out.getvalue().replace('""\r\n', "\r\n")


def tickets(count: int, resolved: int, requester: str = "Lee") -> list[list[str]]:
    """So many tickets, of which the first are resolved."""
    return [
        [f"T{number}", DAY, "open", requester, DAY if number <= resolved else ""]
        for number in range(1, count + 1)
    ]


def with_one_more(lines: Sequence[str]) -> list[str]:
    """Return lines with one empty cell more from the seventeenth on."""
    return [*lines[:16], *(line.replace("\r\n", ",\r\n") for line in lines[16:])]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_tickets_that_are_not_resolved_are_read(load_files: LoadFiles, delimiter: str, encoding: str) -> None:
    """Rows 17 to 101 have no fifth cell, though some go over two lines; not one is left out."""
    text = saved([HEADER, *tickets(100, 12, "Über;\n a, b")], delimiter)
    stated = source("t.csv", "ticket", encoding=f'"{encoding}"')
    done = load_files({"t.csv": text.encode(encoding)}, stated)
    assert done.counts() == (100, 100, 0)
    assert TOLD.format(85) in done.loaded.assumptions
    assert done.rows(
        "SELECT count(resolved_at), count(DISTINCT ticket_id), min(requester), max(record) FROM ticket"
    ) == [(12, 100, "Über;\n a, b", 100)]


def test_what_stands_before_the_header_counts_among_the_rows(load_files: LoadFiles) -> None:
    """Excel counts from the first row of the sheet, be it a title."""
    text = saved([["All tickets"], [""], HEADER, *tickets(60, 3)])
    done = load_files({"t.csv": text}, TICKETS)
    assert done.counts() == (60, 60, 0)
    # rows 17 to 63 of the sheet
    assert TOLD.format(47) in done.loaded.assumptions


def test_rows_without_anything_are_no_records(load_files: LoadFiles) -> None:
    """Sixteen empty rows are empty lines, among others they hold delimiters alone."""
    many = tickets(60, 10)
    done = load_files({"t.csv": saved([HEADER, *many[:15], *[[""]] * 16, *many[15:]])}, TICKETS)
    assert done.counts() == (60, 60, 0)


def test_rows_with_more_cells_than_the_header_stay_rejects(load_files: LoadFiles) -> None:
    """They say nothing of those that have fewer."""
    many = [[*row, "x"] if 15 <= number < 31 else row for number, row in enumerate(tickets(60, 10))]
    done = load_files({"t.csv": saved([HEADER, *many])}, TICKETS)
    assert done.counts() == (60, 44, 16)


def test_notes_before_the_header_prove_nothing(load_files: LoadFiles) -> None:
    """Sixteen lines of one cell are no rows that lack any, and beside them two rows are still too few."""
    notes = [[f"Note {number}"] for number in range(20)]
    done = load_files({"t.csv": saved([*notes, HEADER, *tickets(13, 11)])}, TICKETS)
    assert done.counts() == (13, 11, 2)
    done = load_files({"u.csv": saved([*notes, HEADER, *tickets(31, 11)])}, TICKETS.replace("t.csv", "u.csv"))
    assert done.counts() == (31, 31, 0)
    # of the rows that lack cells sixteen are notes
    assert TOLD.format(20).replace("t.csv", "u.csv") in done.loaded.assumptions


def test_a_file_saved_so_is_known(load_files: LoadFiles) -> None:
    """Where the cells are lacking from the second sixteen rows on, and in more than one width."""
    rows = [[*row, DAY if number < 20 else ""] for number, row in enumerate(tickets(90, 50))]
    done = load_files({"t.csv": saved([[*HEADER, "closed_at"], *rows])}, TICKETS)
    assert done.counts() == (90, 90, 0)
    assert done.values("SELECT count(closed_at) FROM ticket") == [20]
    assert done.values("SELECT count(resolved_at) FROM ticket") == [50]


@pytest.mark.parametrize(
    ("text", "rejected"),
    [
        # Excel cannot have written one row of sixteen shorter than the others
        (saved([HEADER, *tickets(40, 40)]).replace(f"T20,{DAY},open,Lee,{DAY}", f"T20,{DAY},open"), 1),
        # a record that was torn apart: the rows of its sixteen differ
        (saved([HEADER, *tickets(40, 10)]).replace("T20,", "T20\r\n"), 26),
        # the last of a row's cells is empty in all sixteen: Excel would have left it out as well
        ("".join(with_one_more(saved([HEADER, *tickets(40, 3, "")]).splitlines(keepends=True))), 25),
        # two rows prove nothing
        (saved([HEADER, *tickets(17, 15)]), 2),
    ],
)
def test_rows_that_excel_has_not_written_so_are_rejects(
    load_files: LoadFiles, text: str, rejected: int
) -> None:
    """A row that lacks cells for another cause stays left out, with its reason."""
    done = load_files({"t.csv": text}, TICKETS)
    assert done.counts()[2] == rejected
    assert {reject[5] for reject in done.rejects()} == {"has fewer fields than the header"}


CELLS = st.sampled_from(["", "", "a", "1,5", 'x "y"', "two\nlines", "ü"])
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=70)
)


@given(rows=TABLES)
def test_all_cells_are_back(rows: list[list[str]]) -> None:
    """Whatever the table, what Excel leaves out is put back, and each row begins on the line where it began."""
    width = len(rows[0])
    header = [f"h{at}" for at in range(width)]
    text = saved([header, *rows]).replace("\r\n", "\n")
    with tempfile.TemporaryDirectory() as folder:
        path, target = Path(folder) / "t.csv", Path(folder) / "filled"
        path.write_text(text, encoding="utf-8", newline="")
        head = FileHead("utf-8", ",", tuple(header), 0, 0)
        filled = trimmed.to_csv(SourceFile(path, "t.csv", ""), head, target, 0)
        lacking = [row for row in csv.reader(io.StringIO(text, newline="")) if row and len(row) < width]
        if not filled:
            together = [rows[max(at - 1, 0) : at + 15] for at in range(0, len(rows) + 1, 16)]
            assert not any(len(some) >= 4 and not any(row[-1] for row in some) for some in together[1:])
            return
        assert filled == len(lacking)
        content = target.read_text(encoding="utf-8")
    found = [row for row in csv.reader(io.StringIO(content, newline="")) if row]
    assert found == [header, *rows]
    assert content.count("\n") == text.count("\n")
