"""Lines that break the rules of CSV and can be read in one way only are read; what can be read in two is left out."""

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspaudit.sources import mend
from cspaudit.sources.files import SourceFile
from cspaudit.sources.heads import FileHead
from tests.sources.loading import TICKETS, LoadFiles

HEADER = "ticket_id,opened_at,requester\n"
GOOD = "2026-07-01T09:30:00Z"
TEXT = st.text(alphabet='ab ,;"\n', max_size=6)


@pytest.mark.parametrize(
    ("line", "requester"),
    [
        (f'1,{GOOD},"the "old" desk"', 'the "old" desk'),
        (f'1,{GOOD},"said "no""', 'said "no"'),
        (f'1,{GOOD},""no" she said, twice"', '"no" she said, twice'),
        (f'"1","{GOOD}","27" screen, broken"', '27" screen, broken'),
        (f'"1,{GOOD},""Ana, Eva"""', "Ana, Eva"),
        (f'"1,{GOOD},Ana"', "Ana"),
        (f"1,{GOOD},Ana,,", "Ana"),
        (f'1,{GOOD},5" disk', '5" disk'),
    ],
)
def test_what_can_be_read_in_one_way_is_read(load_files: LoadFiles, line: str, requester: str) -> None:
    """Quotes that are not doubled, lines quoted as a whole and empty cells behind the last column lose nothing."""
    done = load_files({"t.csv": f"{HEADER}{line}\n\n2,{GOOD},Eva\n3,wrong,Eva\n"}, TICKETS)
    assert done.counts() == (3, 2, 1)
    assert done.rows("SELECT ticket_id, requester, record FROM ticket ORDER BY record") == [
        ("1", requester, 1),
        ("2", "Eva", 2),
    ]
    assert [row[1:4] for row in done.rejects()] == [(3, 5, "opened_at")]


@pytest.mark.parametrize(
    "line",
    [
        f'1,{GOOD},"a "b","c"',
        f'1,{GOOD},"a "b" c,',
        f'1,{GOOD},""no", she said"',
        f'"1","{GOOD}","x "y" z",w',
        f'1,{GOOD},"a ""b"" c "d" e"',
        f"1,{GOOD},Ana,more",
        f"1,{GOOD}",
        f'"1,{GOOD}"',
        f'"1,{GOOD},Ana,more"',
    ],
)
def test_what_can_be_read_in_two_ways_is_left_out(load_files: LoadFiles, line: str) -> None:
    """A line whose cells are not as many as the header's, or may be cut in two ways, is counted and told."""
    done = load_files({"t.csv": f"{HEADER}0,{GOOD},Ana\n{line}\n2,{GOOD},Eva\n"}, TICKETS)
    assert done.values("SELECT ticket_id FROM ticket WHERE ticket_id IN ('1', '2')") in ([], ["2"])
    assert [row[1:3] for row in done.rejects()] == [(2, 3)]


def test_the_report_tells_how_many_lines_were_mended(load_files: LoadFiles) -> None:
    """Mended lines are no secret, and the lines that stay broken keep their numbers."""
    lines = [
        f'1,{GOOD},"the "old" desk"',
        f'"2,{GOOD},""Ana, Eva"""',
        "broken",
        f'"4,{GOOD},""Ana, Eva"""',
        f'5,{GOOD},"two',
        'lines"',
        "6,wrong,x",
    ]
    content = (HEADER + "\r\n".join(lines) + "\r\n").encode("utf-16")
    done = load_files({"t.csv": content}, TICKETS)
    assert done.counts() == (6, 4, 2)
    assert [row[1:3] for row in done.rejects()] == [(3, 4), (6, 8)]
    assert done.loaded.assumptions == (
        "t.csv: 2 lines quoted as a whole; the cells within were read.",
        "t.csv: 1 line with quotes that are not doubled; each has one reading that fits the header.",
    )


def test_a_file_whose_lines_are_quoted_as_a_whole(load_files: LoadFiles) -> None:
    """The header is read like the others."""
    lines = [HEADER.strip(), f'1,{GOOD},""Ana, Eva""', f"2,{GOOD},Eva", "3,wrong,Eva"]
    done = load_files({"t.csv": "".join(f'"{line}"\r\n' for line in lines)}, TICKETS)
    assert done.counts() == (3, 2, 1)
    assert done.values("SELECT requester FROM ticket ORDER BY record") == ["Ana, Eva", "Eva"]
    assert [row[1:3] for row in done.rejects()] == [(3, 4)]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_delimiters_at_the_end_of_the_header_only(load_files: LoadFiles, mark: str) -> None:
    """Columns without a name at the end need not be in the records; a cell under a name must be."""
    lines = [
        "ticket_id,opened_at,requester,,",
        f"1,{GOOD},Ana",
        f'2,{GOOD},"E,va",',
        f"3,{GOOD}",
        "4,wrong,x",
    ]
    content = "\n".join(lines).replace(",", mark) + "\n"
    done = load_files(
        {"t.csv": content}, TICKETS.replace("[[source]]", f"[[source]]\ndelimiter = {json.dumps(mark)}")
    )
    assert done.counts() == (4, 2, 2)
    assert done.values("SELECT requester FROM ticket ORDER BY record") == ["Ana", f"E{mark}va"]
    assert [row[1:3] for row in done.rejects()] == [(3, 4), (4, 5)]


def test_a_quoted_text_over_lines_is_never_mended_in_pieces(load_files: LoadFiles) -> None:
    """What looks broken within quotes that are open is text."""
    text = f'"first\nx,{GOOD},""the ""old"" desk""\nlast"'
    done = load_files(
        {"t.csv": f'{HEADER}1,{GOOD},{text}\n2,{GOOD},a,b\n3,{GOOD},"the "old" desk"\n'}, TICKETS
    )
    assert done.values("SELECT requester FROM ticket ORDER BY record") == [
        f'first\nx,{GOOD},"the "old" desk"\nlast',
        'the "old" desk',
    ]
    assert [row[1:3] for row in done.rejects()] == [(2, 5)]


@given(
    table=st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=5),
    damaged=st.integers(0, 4),
    column=st.integers(0, 2),
)
def test_a_damaged_cell_is_read_as_it_was_or_not_at_all(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], damaged: int, column: int
) -> None:
    """Of a line with quotes that were not doubled either the right cells are written or the line as it stands."""
    folder: Path = tmp_path_factory.mktemp("mended")
    row = table[damaged % len(table)]
    # quotes side by side have the meaning of one, to whoever reads them
    row[:] = [cell.replace("\n", " ").replace('""', '"').replace('""', '"') for cell in row]
    lines = ["a,b,c"]
    for one in table:
        cells = ['"' + cell.replace('"', '""') + '"' for cell in one]
        if one is row:
            cells[column] = f'"{one[column]}"'
        lines.append(",".join(cells))
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    head = FileHead("utf-8", ",", ("a", "b", "c"), 0, 0)
    target = folder / "copy.mended"
    done = mend.to_csv(SourceFile(folder / "t.csv", "t.csv", ""), head, target, 0)
    before, after = (folder / "t.csv").read_text(encoding="utf-8"), target.read_text(encoding="utf-8")
    assert before.count("\n") == after.count("\n")
    if done.unescaped:
        assert list(csv.reader(io.StringIO(after, newline="")))[1:] == table
    else:
        assert after == before


def test_more_lines_quoted_as_a_whole_than_are_told_one_by_one(load_files: LoadFiles) -> None:
    """A spreadsheet program quotes only the lines that hold quotes, and these may be most of a large file."""
    lines = (f'"{number},{GOOD},""Ana, Eva"""\n' for number in range(12_000))
    done = load_files({"t.csv": HEADER + "".join(lines)}, TICKETS)
    assert done.counts() == (12_000, 12_000, 0)
    assert done.values("SELECT DISTINCT requester FROM ticket") == ["Ana, Eva"]


def test_more_lines_with_undoubled_quotes_than_damage_can_break(load_files: LoadFiles) -> None:
    """A program that never doubles quotes breaks every line; each of them has one reading."""
    rows = "".join(f'{number},{GOOD},"Ana "the boss" Lee"\n' for number in range(10_500))
    done = load_files({"t.csv": HEADER + rows}, TICKETS)
    assert done.counts() == (10_500, 10_500, 0)
    assert done.values("SELECT DISTINCT requester FROM ticket") == ['Ana "the boss" Lee']


@pytest.mark.parametrize("header", [HEADER, HEADER.replace("ticket_id", '"ticket_id"')])
def test_files_joined_with_their_byte_order_marks(load_files: LoadFiles, header: str) -> None:
    """The header of the second file is none the less a header that stands there again."""
    done = load_files({"t.csv": f"\ufeff{header}1,{GOOD},Ana\n\ufeff{header}2,{GOOD},Eva\n"}, TICKETS)
    assert done.counts() == (2, 2, 0)
    assert done.values("SELECT ticket_id FROM ticket ORDER BY record") == ["1", "2"]
