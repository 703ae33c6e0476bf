"""Days and times as programs of every country write them: the file tells which number is the day, or it is asked."""

from datetime import date

import pytest

from tests.sources.loading import LoadFiles, Loading, instant
from tests.sources.workbooks import xlsx

LAYOUT = """
title = "Localised"
certainty = "assumed"
checked_against = "nothing"
format = "csv"
time = "local"
date_formats = ["localised"]
[[table]]
name = "ticket"
[table.columns]
ticket_id = "Number"
opened_at = "Opened"
charged_on = "Charged"
"""
SOURCE = '[[source]]\npath = "x.csv"\nmapping = "x"\ntimezone = "UTC"\n'
QUERY = "SELECT opened_at, charged_on FROM ticket ORDER BY record"


def read(load_files: LoadFiles, *rows: str, settings: str = "", layout: str = LAYOUT) -> Loading:
    """Load rows of opening and charge, parted by semicolons."""
    numbered = [f"T{number};{row}" for number, row in enumerate(rows, 1)]
    text = "\n".join(["Number;Opened;Charged", *numbered, ""])
    return load_files({"x.csv": text, "layouts/x.toml": layout}, SOURCE + settings)


FOURTH = (instant("2026-04-03T14:05:00"), date(2026, 4, 3))


@pytest.mark.parametrize(
    ("opened", "charged"),
    [
        ("3/4/2026 14:05", "03/04/2026"),
        ("03.04.2026 14:05", "3.4.26"),
        ("3-4-2026 2:05 PM", "3-4-26"),
        ("3/4/26, 14:05:00", "3/4/2026 0:00"),
        ("03/04/2026 2:05 p. m.", "03/04/2026 2:05 a. m."),
        ("3/4/2026, 2:05:00\u202fpm", "3/4/2026"),
        ("2026/04/03 14:05", "2026/4/3"),
        ("2026/4/3 午後 2:05", "2026年4月3日"),
        ("2026-04-03T14:05:00.999Z", "2026-04-03"),
        ("3/4/2026 16:05 +02:00", "2026-04-03T00:00:00"),
        ("3. April 2026 14:05 Uhr", "3. Apr. 2026"),
        ("3 de abril de 2026 14:05", "03-avr-26"),
        ("Apr 3, 2026, 2:05 PM", "April 3, 2026"),
        ("3 avr. 2026 14:05:00", "3 april 2026"),
    ],
)
def test_one_day_in_every_way(load_files: LoadFiles, opened: str, charged: str) -> None:
    """Another day of the file shows the day first; then all of these are the third of April, in the afternoon."""
    done = read(load_files, f"{opened};{charged}", "13/1/2026 10:00;14/1/2026")
    assert done.rejects() == []
    assert done.rows(QUERY)[0] == FOURTH


@pytest.mark.parametrize(
    ("rows", "order", "expected"),
    [
        (("1/2/2026 9:00;1/2/2026", "1/13/2026 9:00;"), "month", date(2026, 1, 2)),
        (("1/2/2026 9:00;1/2/2026", "1/2/2026 9:00;13/2/2026"), "day", date(2026, 2, 1)),
        (("1/2/2026 9:00;1/2/2026", "30.1.2026 9:00;"), "day", date(2026, 2, 1)),
        (("01-02-26 9:00 AM;01-02-26", "01-31-26 9:00 AM;"), "month", date(2026, 1, 2)),
    ],
)
def test_one_day_above_twelve_tells_the_order_of_all(
    load_files: LoadFiles, rows: tuple[str, ...], order: str, expected: date
) -> None:
    """All columns of a file have one order, which the report tells."""
    done = read(load_files, *rows)
    assert done.rejects() == []
    assert done.rows(QUERY)[0][1] == expected
    assert done.loaded.assumptions[0] == (
        f"x.csv: days such as 3/4/2026 were read {order} first, as others of them can only be."
    )


def test_the_order_is_found_far_down(load_files: LoadFiles) -> None:
    """Every record of a file is heard, not only its first ones."""
    rows = [f"1/{1 + number % 12}/2026 9:00;" for number in range(3000)]
    done = read(load_files, *rows, "1/31/2026 9:00;")
    assert done.counts() == (3001, 3001, 0)
    assert done.rows("SELECT min(opened_at), max(opened_at) FROM ticket") == [
        (instant("2026-01-01T09:00:00"), instant("2026-01-31T09:00:00"))
    ]


def test_days_that_can_all_be_read_both_ways_are_asked_for(load_files: LoadFiles) -> None:
    """Nothing is guessed: the file is left out, and the question names the key that answers it."""
    rows = ("3/4/2026 9:00;", "5/5/2026 9:00;")
    done = read(load_files, *rows)
    assert "every one can be read both ways" in done.problem
    assert 'date_order = "dmy"' in done.problem
    done = read(load_files, *rows, settings='date_order = "mdy"\n')
    assert done.values("SELECT opened_at FROM ticket ORDER BY record") == [
        instant("2026-03-04T09:00:00"),
        instant("2026-05-05T09:00:00"),
    ]
    done = read(load_files, *rows, settings='date_order = "dmy"\n')
    assert done.values("SELECT opened_at FROM ticket ORDER BY record")[0] == instant("2026-04-03T09:00:00")


def test_a_day_that_is_its_month_asks_nothing(load_files: LoadFiles) -> None:
    """The fifth of May is the fifth of May in every order."""
    done = read(load_files, "5/5/2026 9:00;", "2026-04-03 9:00;")
    assert done.loaded.problems == ()
    assert done.counts() == (2, 2, 0)


def test_orders_that_contradict_are_refused(load_files: LoadFiles) -> None:
    """Of a file with both orders none is right for all; the two records that show it are named."""
    done = read(load_files, "1/2/2026 9:00;", "13/2/2026 9:00;", "2/13/2026 9:00;")
    assert "the day first (record 2) and some the month first (record 3)" in done.problem
    # what a spreadsheet of another country made of 1/11/2026 and left of 11/30/2026
    done = read(load_files, "11.01.2026 9:00;", "11/30/2026 9:00;")
    assert "the day first (record 1) and some the month first (record 2)" in done.problem


def test_the_years_first_only_where_it_is_said(load_files: LoadFiles) -> None:
    """Two digits are a year in front only by the source's own word."""
    done = read(load_files, "26/04/03 14:05;26/04/03", settings='date_order = "ymd"\n')
    assert done.rows(QUERY) == [FOURTH]
    done = read(load_files, "26/04/03 14:05;26/04/03")
    assert done.rows(QUERY) == [(instant("2003-04-26T14:05:00"), date(2003, 4, 26))]


@pytest.mark.parametrize(
    "opened",
    [
        "31.04.2026 9:00",
        "13/13/2026 9:00",
        "3.4.2026 25:00",
        "3.4.2026",
        "3.4.2026 soon",
        "1.2.3.4 9:00",
        "4.2026 9:00",
        "3.4.226 9:00",
        "13.4.2026 13:05 PM",
    ],
)
def test_what_is_no_time_is_left_out(load_files: LoadFiles, opened: str) -> None:
    """A day that there is not, and a time that is none or missing, are rejects."""
    done = read(load_files, f"{opened};", "13.4.2026 9:00;")
    assert done.counts() == (2, 1, 1)
    assert done.rejects()[0][3:5] == ("opened_at", opened)


def test_counts_of_days_are_read_where_a_column_holds_nothing_else(load_files: LoadFiles) -> None:
    """Numbers in a column of times are a spreadsheet's days since 1899, told; beside a day they are none."""
    done = read(load_files, "46115.586805556;46115", "46116.5;")
    assert done.rows(QUERY)[0] == FOURTH
    assert done.loaded.assumptions[0] == (
        "x.csv: charged_on, opened_at: numbers were read as a spreadsheet's count of days."
    )
    done = read(load_files, "46115.586805556;46115", "13.4.2026 9:00;")
    assert done.counts() == (2, 1, 1)


def test_fixed_formats_stay(load_files: LoadFiles) -> None:
    """What a layout states explicitly is read beside, and files with one zone need no vote."""
    layout = LAYOUT.replace('["localised"]', '["%Y%m%d%H%M", "localised"]')
    done = read(load_files, "202604031405;3.4.2026", layout=layout)
    assert done.rows(QUERY) == [FOURTH]


def test_real_days_of_a_spreadsheet(load_files: LoadFiles) -> None:
    """Days that a spreadsheet holds as days are read whatever its program shows, by layouts of fixed formats too."""
    book = xlsx(
        {"T": [["Number", "Opened", "Charged"], ["T1", instant("2026-04-03T14:05:00"), date(2026, 4, 3)]]}
    )
    for formats in ('["localised"]', '["%m/%d/%Y %H:%M", "%m/%d/%Y"]'):
        layout = LAYOUT.replace('["localised"]', formats)
        done = load_files({"x.csv": book, "layouts/x.toml": layout}, SOURCE)
        assert done.rows(QUERY) == [FOURTH]
