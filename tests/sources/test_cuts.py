"""Exports that hold exactly as many records as a limit lets through."""

import json

import pytest

from cspaudit.model.completeness import Cut, CutSign
from tests.sources.loading import TWO_PARTNERS, LoadFiles, Loading, source

#: an invented desk whose export ends after five tickets
LAYOUT = """
title = "Desk"
certainty = "assumed"
checked_against = "nothing"
format = "csv"
time = "utc"
row_limits = [5, 8]
[[table]]
name = "ticket"
[table.columns]
ticket_id = "id"
opened_at = "opened"
"""
JSON_LAYOUT = LAYOUT.replace('"csv"', '"json"')
DAYS = ("2026-07-01", "2026-08-31", "2026-09-01", "2026-09-02", "2026-09-03", "2026-09-04")


def export(count: int) -> str:
    """The invented desk's export of the first tickets, one a day."""
    rows = [f"{number},{DAYS[number % len(DAYS)]} 10:00:00" for number in range(count)]
    return "\n".join(["id,opened", *rows, ""])


def desk(path: str, **settings: str) -> str:
    """A source that reads the invented desk's export."""
    lines = [f"{name} = {value}" for name, value in settings.items()]
    return "\n".join(["", "[[source]]", f'path = "{path}"', 'mapping = "desk"', *lines, ""])


def canonical(count: int) -> str:
    """As many tickets with the table's own column names."""
    return "ticket_id,opened_at\n" + "".join(f"{n},2026-07-01T10:00:00Z\n" for n in range(count))


def cuts(done: Loading) -> list[Cut | None]:
    """At which limit each file seems to have been cut."""
    return [one.cut for one in done.loaded.inputs]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (4, None),
        (5, Cut(5, CutSign.LAYOUT)),
        (6, None),
        (8, Cut(8, CutSign.LAYOUT)),
    ],
)
def test_the_layouts_own_limit(load_files: LoadFiles, count: int, expected: Cut | None) -> None:
    """A file with exactly as many records as one of its layout's limits was cut; one more or less was not."""
    done = load_files({"layouts/desk.toml": LAYOUT, "t.csv": export(count)}, desk("t.csv"))
    assert cuts(done) == [expected]
    is_cut = expected is not None
    assert done.rows("SELECT table_name, is_cut FROM source_table WHERE source_id = 't.csv'") == [
        ("ticket", is_cut)
    ]
    assert done.values("SELECT DISTINCT is_doubtful FROM source_coverage") == [is_cut]
    assert [found.is_doubtful for one in done.loaded.inputs for found in one.coverage] == [is_cut] * 3


def test_records_left_out_count_too(load_files: LoadFiles) -> None:
    """The limit counts records of the file, also those that cannot be used."""
    rows = export(5).replace("2026-08-31", "31.8.")
    done = load_files({"layouts/desk.toml": LAYOUT, "t.csv": rows}, desk("t.csv"))
    assert done.counts() == (5, 4, 1)
    assert cuts(done) == [Cut(5, CutSign.LAYOUT)]


def test_a_line_that_does_not_fit_counts_too(load_files: LoadFiles) -> None:
    """A line with a cell too many is a record of the file."""
    rows = export(4) + "5,2026-09-04 10:00:00,more\n"
    done = load_files({"layouts/desk.toml": LAYOUT, "t.csv": rows}, desk("t.csv"))
    assert done.counts() == (5, 4, 1)
    assert cuts(done) == [Cut(5, CutSign.LAYOUT)]


def test_one_file_of_several(load_files: LoadFiles) -> None:
    """Each file is looked at by itself; where one was cut, the whole export is in doubt."""
    files = {"layouts/desk.toml": LAYOUT, "t1.csv": export(5), "t2.csv": export(2).replace("\n", "\n9", 2)}
    done = load_files(files, desk("t*.csv"))
    assert done.counts() == (7, 7, 0)
    assert cuts(done) == [Cut(5, CutSign.LAYOUT), None]
    assert done.values("SELECT DISTINCT is_doubtful FROM source_coverage") == [True]


def test_months_that_the_partner_states(load_files: LoadFiles) -> None:
    """What is stated as covered is not in doubt; the other months of a cut export are."""
    done = load_files(
        {"layouts/desk.toml": LAYOUT, "t.csv": export(5)}, desk("t.csv", covers="[2026-08-01, 2026-09-01]")
    )
    (one,) = done.loaded.inputs
    assert [(found.month, found.records, found.is_stated, found.is_doubtful) for found in one.coverage] == [
        ("2026-07", 1, False, True),
        ("2026-08", 1, True, False),
        ("2026-09", 3, False, True),
    ]


def test_a_partners_own_file(load_files: LoadFiles) -> None:
    """A cut file of one partner says nothing of another's."""
    files = {"layouts/desk.toml": LAYOUT, "fabrikam.csv": export(5), "tailspin.csv": export(4)}
    done = load_files(files, desk("{partner}.csv"), partners=TWO_PARTNERS)
    assert done.rows(
        "SELECT partner_id, is_cut FROM source_table WHERE table_name = 'ticket' ORDER BY 1"
    ) == [
        ("fabrikam", True),
        ("tailspin", False),
    ]
    assert done.rows("SELECT DISTINCT partner_id, is_doubtful FROM source_coverage ORDER BY 1") == [
        ("fabrikam", True),
        ("tailspin", False),
    ]


def test_a_file_of_two_partners(load_files: LoadFiles) -> None:
    """Where records name their partner, what a cut took may be anybody's."""
    rows = export(5).replace("\n", ",fabrikam\n").replace("opened,fabrikam", "opened,partner_id")
    done = load_files(
        {"layouts/desk.toml": LAYOUT, "t.csv": rows.replace("fabrikam", "tailspin", 2)},
        desk("t.csv"),
        partners=TWO_PARTNERS,
    )
    assert done.rows(
        "SELECT partner_id, is_cut FROM source_table WHERE table_name = 'ticket' ORDER BY 1"
    ) == [
        ("fabrikam", True),
        ("tailspin", True),
    ]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (65_534, None),
        (65_535, Cut(65_535, CutSign.SPREADSHEET)),
        (65_536, Cut(65_536, CutSign.SPREADSHEET)),
        (65_537, None),
        (1_048_575, Cut(1_048_575, CutSign.SPREADSHEET)),
    ],
)
def test_a_spreadsheets_last_row(load_files: LoadFiles, count: int, expected: Cut | None) -> None:
    """A file that fills a sheet, with its header or without, was cut there; it is evidence."""
    done = load_files({"t.csv": canonical(count)}, source("t.csv", "ticket"))
    assert cuts(done) == [expected]
    assert done.values("SELECT is_cut FROM source_table WHERE table_name = 'ticket'") == [
        expected is not None
    ]
    assert done.loaded.warnings == ()


def test_lines_above_the_header_fill_a_sheet_too(load_files: LoadFiles) -> None:
    """Three lines above the header take as many rows from the records."""
    done = load_files(
        {"t.csv": "Our desk\nTickets\nof 2026\n" + canonical(65_532)}, source("t.csv", "ticket")
    )
    assert done.counts() == (65_532, 65_532, 0)
    assert cuts(done) == [Cut(65_532, CutSign.SPREADSHEET)]


@pytest.mark.parametrize("count", [999, 1_000, 1_001, 5_000, 10_000, 50_000, 100_000])
def test_a_round_number_is_a_question(load_files: LoadFiles, count: int) -> None:
    """Where no limit is known, a round number of records is told, and changes nothing."""
    done = load_files({"t.csv": canonical(count)}, source("t.csv", "ticket"))
    is_round = count % 1_000 == 0
    assert cuts(done) == [Cut(count, CutSign.ROUND_NUMBER) if is_round else None]
    assert done.values("SELECT is_cut FROM source_table WHERE table_name = 'ticket'") == [False]
    assert done.values("SELECT DISTINCT is_doubtful FROM source_coverage") == [False]
    asked = f"t.csv: it holds exactly {count:,} records, where many programs end an export; is it whole?"
    assert done.loaded.warnings == ((asked,) if is_round else ())


def test_a_round_number_that_the_partner_vouches_for(load_files: LoadFiles) -> None:
    """Nobody is asked again what the partner has stated."""
    done = load_files(
        {"t.csv": canonical(1_000)}, source("t.csv", "ticket", covers="[2026-07-01, 2026-10-01]")
    )
    assert done.loaded.warnings == ()


def test_a_layout_with_limits_of_its_own_has_no_others(load_files: LoadFiles) -> None:
    """A round number is nothing to an export whose limits are known."""
    rows = "id,opened\n" + "".join(f"{n},2026-07-01 10:00:00\n" for n in range(1_000))
    done = load_files({"layouts/desk.toml": LAYOUT, "t.csv": rows}, desk("t.csv"))
    assert (cuts(done), done.loaded.warnings) == ([None], ())


@pytest.mark.parametrize("listed", ["", 'members = "notes"\n', 'nested = "notes"\n'])
def test_records_inside_records_are_not_counted(load_files: LoadFiles, listed: str) -> None:
    """Of a file whose records list others the number of records is not known, so nothing is told of it."""
    tickets = [{"id": n, "opened": "2026-07-01 10:00:00"} for n in range(5)]
    layout = JSON_LAYOUT.replace("[[table]]", f"{listed}[[table]]")
    done = load_files({"layouts/desk.toml": layout, "t.json": json.dumps(tickets)}, desk("t.json"))
    assert done.counts() == (5, 5, 0)
    assert cuts(done) == [None if listed else Cut(5, CutSign.LAYOUT)]


def test_undated_records_of_a_cut_export(load_files: LoadFiles) -> None:
    """Months are stated for records without a date only where the export was cut: there they can vouch for it."""
    layout = LAYOUT.replace('"ticket"', '"customer"').replace("ticket_id", "customer_id")
    layout = layout.replace('opened_at = "opened"', 'name = "opened"')
    files = {
        "layouts/desk.toml": layout,
        "c5.csv": export(5),
        "c4.csv": export(4).replace("\n", "\n9").removesuffix("9"),
    }
    stated = "[2026-07-01, 2026-09-01]"
    done = load_files(files, desk("c5.csv", covers=stated) + desk("c4.csv", covers=stated))
    assert done.rows("SELECT source_id, month, is_stated FROM source_coverage ORDER BY ALL") == [
        ("c5.csv", "2026-07", True),
        ("c5.csv", "2026-08", True),
    ]
