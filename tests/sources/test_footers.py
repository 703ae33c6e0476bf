"""Lines that are no records: totals, counts and notes after the last one, and a header that stands there again."""

import gzip

import pytest

from tests.sources.loading import TICKETS, LoadFiles
from tests.sources.workbooks import xlsx

HEADER = "ticket_id,opened_at,requester,customer_id\n"
ROWS = "A,2026-07-01T09:30:00Z,Ana,C1\nB,2026-07-01T09:30:00Z,Eva,C1\n"
LAST = "Total,,,\n"


@pytest.mark.parametrize(
    ("footer", "told"),
    [
        ("Total,,,\n", "the line after the last record was left aside: 'Total,,,'"),
        (",,Summe:,12", "the line after the last record was left aside: ',,Summe:,12'"),
        ("Gesamtergebnis,2\n", "the line after the last record was left aside: 'Gesamtergebnis,2'"),
        ("\nRecords: 2\n", "the line after the last record was left aside: 'Records: 2'"),
        ("合計,,,2\r\n", "the line after the last record was left aside: '合計,,,2'"),
        ("Total général,,,2\n", "the line after the last record was left aside: 'Total général,,,2'"),
        (",,,\n,,,\n", "2 lines after the last record were left aside, beginning with ',,,'"),
        (
            "\nTotal,,,2\n\nMade by the desk, on a Monday\nEnd of report\n",
            "3 lines after the last record were left aside, beginning with 'Total,,,2'",
        ),
    ],
)
@pytest.mark.parametrize("is_packed", [False, True])
def test_what_stands_after_the_last_record(
    load_files: LoadFiles, footer: str, told: str, *, is_packed: bool
) -> None:
    """Totals, counts, notes and empty cells are neither read nor left out, and the report tells of them."""
    content = (HEADER + ROWS + footer).encode()
    done = load_files({"t.csv": gzip.compress(content, mtime=0) if is_packed else content}, TICKETS)
    assert done.counts() == (2, 2, 0)
    assert done.values("SELECT ticket_id FROM ticket ORDER BY record") == ["A", "B"]
    assert done.loaded.assumptions == (f"t.csv: {told}.",)


@pytest.mark.parametrize(
    "end",
    [
        "C,2026-07",
        "C,2026-07-01T09:30:00Z,An",
        "C,2026-07-01T09:30:00Z,Ana\n",
        "Total,2026-07-01T09:30:00Z,a,b,c\n",
        "C,2026-07-01T09:30:00Z,a long\nname\n",
        "Report,soon,Ana,C1\n",
    ],
)
def test_what_may_be_a_record_is_left_out_and_counted(load_files: LoadFiles, end: str) -> None:
    """A record that broke off, or has a field too many, is no footer."""
    done = load_files({"t.csv": HEADER + ROWS + end}, TICKETS)
    read, loaded, rejected = done.counts()
    assert (loaded, read - rejected) == (2, 2)
    assert rejected >= 1
    assert done.loaded.assumptions == ()


def test_a_total_in_the_middle_stays(load_files: LoadFiles) -> None:
    """Only what stands at the end is a footer."""
    done = load_files({"t.csv": HEADER + LAST + ROWS}, TICKETS)
    assert done.counts() == (3, 2, 1)


def test_a_header_that_stands_there_again(load_files: LoadFiles) -> None:
    """Files put one behind the other keep one record a line; the numbers of records and lines go on."""
    done = load_files(
        {"t.csv": HEADER + ROWS + HEADER + "C,soon,Ana,C1\nD,2026-07-01T09:30:00Z,,\n"}, TICKETS
    )
    assert done.counts() == (4, 3, 1)
    assert done.rows("SELECT ticket_id, record FROM ticket ORDER BY record") == [("A", 1), ("B", 2), ("D", 5)]
    assert done.rejects()[0][:3] == ("t.csv", 4, 5)
    assert done.loaded.assumptions == ("t.csv: the header stands 2 times; the repeated ones are no records.",)


def test_a_record_that_only_begins_like_the_header(load_files: LoadFiles) -> None:
    """A record that repeats the names of the columns that are read, and no other, is a record, here a faulty one."""
    header = "ticket_id,opened_at,requester,colour\n"
    row = "A,2026-07-01T09:30:00Z,Ana,red\n"
    done = load_files(
        {"t.csv": header + row + "ticket_id,opened_at,requester,red\n" + header + row[1:]}, TICKETS
    )
    assert done.counts() == (3, 1, 2)
    assert [row[1:5] for row in done.rejects()] == [
        (2, 3, "opened_at", "opened_at"),
        (4, 5, "ticket_id", None),
    ]
    assert done.loaded.assumptions == ("t.csv: the header stands 2 times; the repeated ones are no records.",)


def test_the_totals_of_a_sheet(load_files: LoadFiles) -> None:
    """What holds for a CSV holds for a sheet."""
    rows = [line.split(",") for line in (HEADER + ROWS).split()]
    done = load_files({"t.csv": xlsx({"T": [*rows, [], ["Total", None, None, 2]]})}, TICKETS)
    assert done.counts() == (2, 2, 0)
    assert done.loaded.assumptions == ("t.csv: the line after the last record was left aside: 'Total,,,2'.",)
