"""Exports that are spreadsheets: every kind, what cells become, which sheet is read, and what is told."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.sources.loading import TICKETS, LoadFiles, source
from tests.sources.workbooks import Rows, ods, xls, xlsx

HEADER = ["ticket_id", "opened_at", "requester"]
ROWS: Rows = [
    HEADER,
    ["INC1", datetime(2026, 7, 1, 9, 30, tzinfo=UTC).replace(tzinfo=None), 'Jörg, "the" one\nof two'],
    [],
    ["INC2", datetime(2026, 7, 2, tzinfo=UTC).replace(tzinfo=None), "Ana"],
    ["INC3", "soon", "Eva"],
]
READ = [
    ("INC1", "2026-07-01 09:30:00", 'Jörg, "the" one\nof two', 1),
    ("INC2", "2026-07-02 00:00:00", "Ana", 2),
]
QUERY = "SELECT ticket_id, strftime(opened_at, '%Y-%m-%d %H:%M:%S'), requester, record FROM ticket ORDER BY record"


def at(text: str) -> datetime:
    """Return the time that a spreadsheet shows."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "book",
    [
        xlsx({"Tickets": ROWS}),
        xlsx({"Tickets": ROWS}, date_1904=True),
        xlsx({"Tickets": ROWS}, constant_memory=True),
        xls({"Tickets": ROWS}),
        ods(ROWS),
    ],
    ids=["xlsx", "xlsx from a Mac", "texts within cells", "xls", "ods"],
)
def test_every_kind_of_spreadsheet_reads_as_the_csv_would(load_files: LoadFiles, book: bytes) -> None:
    """Texts, days and times are those of the sheet; blank rows are no records; a reject names the sheet's row."""
    done = load_files({"t.csv": book}, TICKETS)
    assert done.loaded.problems == ()
    assert done.rows(QUERY) == READ
    assert done.counts() == (3, 2, 1)
    assert done.rejects() == [
        ("t.csv", 3, 5, "opened_at", "soon", "is not a day and time such as 2026-07-01T09:30:00Z")
    ]


def test_cells_are_read_as_they_are_shown(load_files: LoadFiles) -> None:
    """Numbers have neither exponent nor ".0", times whole seconds, durations their hours, formulas their results."""
    book = xlsx(
        {
            "T": [
                [*HEADER, "parent_id", "incident_id", "channel", "status", "charge_amount", "currency"],
                [
                    2960623488,
                    at("2026-07-01 09:29:59.999"),
                    123456789012345,
                    timedelta(hours=36, minutes=5),
                    True,
                    0.000025,
                    ("=1+1", "2"),
                    ("=A1", 1234.5600000000001),
                    "EUR",
                ],
            ]
        }
    )
    done = load_files({"t.csv": book}, TICKETS)
    assert done.rows(
        "SELECT ticket_id, opened_at, requester, parent_id, incident_id, channel, status FROM ticket"
    ) == [
        (
            "2960623488",
            at("2026-07-01 09:30:00"),
            "123456789012345",
            "36:05:00",
            "true",
            "0.000025",
            "2",
        )
    ]
    assert done.values("SELECT charge_amount FROM ticket") == [Decimal("1234.5600")]


def test_numbers_too_long_for_a_spreadsheet_are_told(load_files: LoadFiles) -> None:
    """A number of 18 digits has lost its last ones, and the report says so."""
    book = xlsx({"T": [HEADER, [566890604832738111, at("2026-07-01 09:30"), "a"]]})
    done = load_files({"t.csv": book}, TICKETS)
    assert done.values("SELECT ticket_id FROM ticket") == ["566890604832738000"]
    assert done.loaded.assumptions == (
        "t.csv: 1 numbers have more than 15 digits; a spreadsheet keeps no more of them.",
    )


def test_error_cells_are_empty_and_told(load_files: LoadFiles) -> None:
    """A cell with #N/A is empty: left out where the value is needed, told in any case."""
    book = xlsx(
        {
            "T": [
                HEADER,
                ["A", at("2026-07-01 09:30"), ("=NA()", "#N/A")],
                [("=NA()", "#N/A"), at("2026-07-01 09:30"), "b"],
            ]
        }
    )
    done = load_files({"t.csv": book}, TICKETS)
    assert done.rows("SELECT ticket_id, requester FROM ticket") == [("A", None)]
    assert done.rejects() == [("t.csv", 2, 3, "ticket_id", None, "is required and empty")]
    assert done.loaded.assumptions == ("t.csv: 2 cells hold an error such as #N/A; they were read as empty.",)


def test_days_in_a_column_with_times_are_midnights(load_files: LoadFiles) -> None:
    """A column that holds days alone has days, which a table's column for times refuses."""
    book = xlsx({"T": [HEADER, ["A", date(2026, 7, 1), "a"]]})
    done = load_files({"t.csv": book}, TICKETS)
    assert [row[4:] for row in done.rejects()] == [
        ("2026-07-01", "is not a day and time such as 2026-07-01T09:30:00Z")
    ]


def test_the_sheet_that_has_the_layout_is_read_and_the_others_are_told(load_files: LoadFiles) -> None:
    """Of several sheets the one with most fields counts, wherever its header stands; none is left aside in silence."""
    book = xlsx(
        {
            "Cover": [["Tickets of July"], ["Made by", "the desk"]],
            "Data": [
                [],
                [],
                [None, None, "July"],
                [None, None, *HEADER],
                [None, None, "A", at("2026-07-01 09:30"), "a"],
            ],
            "Empty": [],
        }
    )
    done = load_files({"t.csv": book}, TICKETS)
    assert done.rows("SELECT ticket_id, record, file FROM ticket") == [("A", 1, "t.csv")]
    assert done.loaded.assumptions == (
        "t.csv: sheets left aside: Cover; read: Data.",
        "t.csv: 3 lines before the header were left aside.",
    )


def test_sheets_with_one_header_are_all_read(load_files: LoadFiles) -> None:
    """Where a program went on in another sheet every sheet is a file of its own, with records of its own."""
    row = at("2026-07-01 09:30")
    book = xlsx(
        {
            "July": [HEADER, ["A", row, "a"]],
            "August": [HEADER, ["B", row, "b"], ["B", row, "c"]],
            "Notes": [["x"]],
        }
    )
    done = load_files({"t.csv": book}, TICKETS)
    assert done.rows("SELECT ticket_id, file, record FROM ticket ORDER BY ALL") == [
        ("A", "t.csv (July)", 1),
        ("B", "t.csv (August)", 1),
    ]
    assert done.counts() == (3, 2, 1)
    assert done.rejects()[0][:3] == ("t.csv (August)", 2, 3)
    assert len({one.sha256 for one in done.loaded.inputs}) == 1
    assert done.loaded.assumptions == (
        "t.csv: the sheets July, August have the same columns; all of them were read.",
        "t.csv: sheets left aside: Notes; read: July, August.",
    )


def test_a_source_names_its_sheet(load_files: LoadFiles) -> None:
    """The named sheet is read, and a name that no filled sheet has is told with the nearest."""
    row = at("2026-07-01 09:30")
    book = xlsx({"July": [HEADER, ["A", row, "a"]], "August": [HEADER, ["B", row, "b"]], "Empty": []})
    done = load_files({"t.csv": book}, source("t.csv", "ticket", sheet='"August"'))
    assert done.values("SELECT ticket_id FROM ticket") == ["B"]
    assert done.loaded.assumptions == ()
    done = load_files({"t.csv": book}, source("t.csv", "ticket", sheet='"Augus"'))
    assert "There is no sheet 'Augus' that holds anything." in done.problem
    assert "August" in done.problem
    done = load_files({"t.csv": "ticket_id,opened_at\n"}, source("t.csv", "ticket", sheet='"July"'))
    assert "the file is no spreadsheet" in done.problem


def test_a_sheet_named_like_the_table_is_meant(load_files: LoadFiles) -> None:
    """A workbook with a sheet a table is read table by table, once."""
    book = xlsx(
        {
            "customer": [["customer_id", "name"], ["C1", "Contoso"]],
            "customer_domain": [["customer_id", "domain"], ["C1", "contoso.example"]],
        }
    )
    done = load_files(
        {"facts.xlsx": book},
        source("facts.xlsx", "customer", id='"a"') + source("facts.xlsx", "customer_domain", id='"b"'),
    )
    assert done.rows(
        "SELECT c.name, d.domain FROM customer c JOIN customer_domain d USING (customer_id)"
    ) == [("Contoso", "contoso.example")]


def test_days_read_in_another_country_are_refused(load_files: LoadFiles) -> None:
    """Where only days up to 12 became dates and the others stayed text, day and month may have changed places."""
    book = xlsx({"T": [HEADER, ["A", at("2026-07-01 09:30"), "a"], ["B", "7/13/2026 9:30", "b"]]})
    done = load_files({"t.csv": book}, TICKETS)
    assert "In the column 'opened_at' some days are dates and others are text" in done.problem
