"""A second table below the first, with a header of its own, is left aside and told; nothing else is."""

import gzip
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import TICKETS, LoadFiles, detect, open_warehouse, source

HEADER = "ticket_id,opened_at,requester,customer_id\n"
ROWS = "A,2026-07-01T09:30:00Z,Ana,C1\nB,2026-07-01T09:30:00Z,Eva,C1\n"
SUMS = "Team,Open,Closed,Late,Mean days\nNorth,3,4,0,1.5\nSouth,1,9,2,2.5\n"
TOLD = (
    "t.csv: on line {line} another table begins, with a header of its own (Team, Open, Closed, Late …); "
    "the 2 lines that follow it were left aside."
)


@pytest.mark.parametrize("between", ["\n", ",,,\n", "\r\n"])
@pytest.mark.parametrize(
    "encode",
    [str.encode, lambda text: gzip.compress(text.encode(), mtime=0), lambda text: text.encode("utf-16")],
)
def test_a_table_of_sums_below_the_records(load_files: LoadFiles, between: str, encode: object) -> None:
    """Behind an empty line a table of another width is no record of the first, whatever the file's encoding."""
    assert callable(encode)
    done = load_files({"t.csv": encode(HEADER + ROWS + between + SUMS)}, TICKETS)
    assert done.counts() == (2, 2, 0)
    assert done.values("SELECT ticket_id FROM ticket ORDER BY record") == ["A", "B"]
    assert TOLD.format(line=5) in done.loaded.assumptions


def test_what_the_first_table_leaves_out_keeps_its_line(load_files: LoadFiles) -> None:
    """Faulty records and broken lines above the second table are left out with the lines on which they stand."""
    above = HEADER + 'C,soon,"Ana\nMaria",C1\n' + ROWS + "D,2026-07-01T09:30:00Z,Ana,C1,x,y\n"
    done = load_files({"t.csv": above + "\n" + SUMS}, TICKETS)
    assert done.counts() == (4, 2, 2)
    assert [row[1:4] for row in done.rejects()] == [(1, 2, "opened_at"), (4, 6, None)]
    assert TOLD.format(line=8) in done.loaded.assumptions


def test_a_table_longer_than_damage_can_be(load_files: LoadFiles) -> None:
    """A second table of any length does not make the first one unreadable."""
    more = "".join(f"Team {number},1,2,3,4\n" for number in range(10_500))
    done = load_files({"t.csv": HEADER + ROWS + "\n" + SUMS + more}, TICKETS)
    assert done.counts() == (2, 2, 0)
    assert any("the 10,502 lines that follow it were left aside" in text for text in done.loaded.assumptions)


@pytest.mark.parametrize(
    ("below", "rejected"),
    [
        # no empty line, and no name that the layout knows
        (SUMS, 3),
        # a record of the first table stands below it
        ("\n" + SUMS + "C,2026-07-01T09:30:00Z,Ana,C1\n", 3),
        # a name is missing, twice there, or a number
        ("\nTeam,,Closed,Late,Mean days\nNorth,3,4,0,1.5\n", 2),
        ("\nTeam,Open,Open,Late,Mean days\nNorth,3,4,0,1.5\n", 2),
        ("\nTeam,Open,2026,Late,Mean days\nNorth,3,4,0,1.5\n", 2),
        # what follows is of another width
        ("\nTeam,Open,Closed,Late,Mean days\nNorth,3\nSouth,1\n", 3),
    ],
)
def test_what_may_be_records_is_left_out_and_counted(
    load_files: LoadFiles, below: str, rejected: int
) -> None:
    """Lines that may be broken records of the first table are rejects, never left aside."""
    done = load_files({"t.csv": HEADER + ROWS + below}, TICKETS)
    read, loaded, left_out = done.counts()
    assert left_out == rejected
    assert read == loaded + left_out
    assert not any("another table" in text for text in done.loaded.assumptions)


CHARGES = (
    "PartnerId,CustomerCompanyName,InvoiceNumber,ChargeStartDate,ChargeEndDate,SubscriptionId,PostTaxTotal,Currency,CustomerId\n"
    "p,Tailspin,D01,7/1/2026,7/31/2026,s1,10.50,EUR,c1\n"
    "p,Tailspin,D01,7/1/2026,7/31/2026,s2,4.50,EUR,c1\n"
)
DAILY = (
    "PartnerId,CustomerCompanyName,InvoiceNumber,ChargeStartDate,ChargeEndDate,SubscriptionId,UsageDate,ConsumedQuantity,Unit,Region,CustomerId\n"
    "p,Tailspin,D01,7/1/2026,7/31/2026,s1,7/14/2026,3.5,Hours,EU,c1\n"
    "p,Tailspin,D01,7/1/2026,7/31/2026,s1,7/15/2026,1.5,Hours,EU,c1\n"
    "p,Tailspin,D01,7/1/2026,7/31/2026,s1,7/16/2026,1.5,Hours,EU,c1\n"
)


def test_daily_usage_below_the_charges(load_files: LoadFiles) -> None:
    """The legacy usage file lists what was used each day below the charges; its header names fields of the layout."""
    done = load_files({"u.csv": CHARGES + DAILY}, source("u.csv", "partner_center_usage_reconciliation_csv"))
    assert done.counts() == (2, 2, 0)
    assert [str(one) for one in done.values("SELECT amount FROM supplier_invoice_line ORDER BY record")] == [
        "10.5000",
        "4.5000",
    ]
    assert any("on line 4 another table begins" in text for text in done.loaded.assumptions)


def test_a_file_of_two_tables_is_recognised_by_the_first(tmp_path: Path) -> None:
    """Detection counts the records of the first table alone, however short it is."""
    (tmp_path / "u.csv").write_text(CHARGES + "\n" + DAILY, encoding="utf-8")
    with open_warehouse(tmp_path) as warehouse:
        best = detect(tmp_path / "u.csv", known_layouts(resources.mappings()), warehouse).candidates[0]
    assert (best.name, best.usable, best.records) == ("partner_center_usage_reconciliation_csv", 2, 2)
