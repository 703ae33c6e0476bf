"""The header decides what is read: any order, any case; what is missing, doubled or unknown is said."""

import pytest

from cspaudit.errors import EngagementError
from tests.sources.loading import TICKETS, LoadFiles, source

GOOD = "2026-07-01T09:30:00Z"


def test_columns_in_any_order(load_files: LoadFiles) -> None:
    """Each file is read by its own header, so that swapped columns load right."""
    done = load_files(
        {
            "t1.csv": f"ticket_id,opened_at,requester,status\n1,{GOOD},a,open\n",
            "t2.csv": f"status,requester,opened_at,ticket_id\nclosed,b,{GOOD},2\n",
            "t3.csv": f"OPENED AT;Ticket-ID\n{GOOD};3\n",
        },
        source("t*.csv", "ticket"),
    )
    assert done.rows("SELECT ticket_id, requester, status, record FROM ticket ORDER BY 1") == [
        ("1", "a", "open", 1),
        ("2", "b", "closed", 1),
        ("3", None, None, 1),
    ]


def test_unknown_columns_are_reported(load_files: LoadFiles) -> None:
    """What no column reads is told once, and ignored; what a layout knows and leaves aside is not told."""
    done = load_files({"t.csv": f"ticket_id,opened_at,Färbung,x\n1,{GOOD},rot,1\n"}, TICKETS)
    assert done.loaded.warnings == ("t.csv: columns not used: Färbung, x.",)
    assert done.counts() == (1, 1, 0)


def test_missing_required_column(load_files: LoadFiles) -> None:
    """A required column that is missing is named, with the one that looks like it and what would help."""
    done = load_files({"t.csv": f"ticket_id,open_at,requester\n1,{GOOD},a\n"}, TICKETS)
    assert "t.csv: The export lacks 'opened_at'. Is 'open_at' meant?" in done.problem
    assert 'columns = { opened_at = "…" }' in done.problem
    assert done.loaded.problems[0].exit_code == 3


def test_a_file_of_another_layout_costs_only_itself(load_files: LoadFiles) -> None:
    """One file of a pattern that lacks a required column leaves the others."""
    done = load_files(
        {"t1.csv": f"ticket_id,opened_at\n1,{GOOD}\n", "t2.csv": "a,b\n1,2\n"}, source("t*.csv", "ticket")
    )
    assert "t2.csv: The export lacks 'ticket_id', 'opened_at'." in done.problem
    assert done.values("SELECT ticket_id FROM ticket") == ["1"]


@pytest.mark.parametrize("second", ["opened_at", "Opened At", "OPENED_AT"])
def test_doubled_column(load_files: LoadFiles, second: str) -> None:
    """Two columns of one name that is read are refused, lest one be guessed."""
    done = load_files({"t.csv": f"ticket_id,opened_at,{second}\n1,{GOOD},{GOOD}\n"}, TICKETS)
    assert "The header names 'opened_at' 2 times." in done.problem


def test_doubled_column_that_nobody_reads(load_files: LoadFiles) -> None:
    """Two columns of one name that no column reads do no harm."""
    done = load_files({"t.csv": f"ticket_id,x,opened_at,x\n1,a,{GOOD},b\n"}, TICKETS)
    assert done.counts() == (1, 1, 0)


def test_own_field_names_values_and_nulls(load_files: LoadFiles) -> None:
    """The source may name fields, replace values, and say which words mean nothing."""
    rows = f"Nr,Eröffnet,Art,Kunde\n1,{GOOD},Rechnung,-\n2,{GOOD},technical,c\n3,{GOOD},Wartung,n/a\n4,-,Rechnung,c\n"
    done = load_files(
        {"t.csv": rows},
        source(
            "t.csv",
            "ticket",
            columns='{ ticket_id = "Nr", opened_at = "eröffnet", category = "Art", customer_id = "Kunde" }',
            values='{ category = { Rechnung = "billing" } }',
            nulls='["-", "n/a"]',
        ),
    )
    assert done.rows("SELECT ticket_id, category, customer_id FROM ticket ORDER BY 1") == [
        ("1", "billing", None),
        ("2", "technical", "c"),
    ]
    assert [(row[1], row[3], row[4], row[5][:20]) for row in done.rejects()] == [
        (3, "category", "Wartung", "is none of billing, "),
        (4, "opened_at", None, "is required and empt"),
    ]


@pytest.mark.parametrize("cell", ["none, yet", 'n"a', "-"])
def test_a_word_for_nothing_may_hold_signs_of_the_file(load_files: LoadFiles, cell: str) -> None:
    """Words with a delimiter or a quote mean nothing as others do, quoted or in a later file; longer texts are kept."""
    quoted = '"' + cell.replace('"', '""') + '"'
    rows = f"ticket_id,opened_at,customer_id,requester\n1,{GOOD},{quoted},Ana\n2,{GOOD},c,x {cell[0]}\n"
    words = ", ".join(repr(word) for word in ("none, yet", 'n"a', "-"))
    done = load_files({"t.csv": rows}, source("t.csv", "ticket", nulls=f"[{words}]"))
    assert done.rows("SELECT ticket_id, customer_id FROM ticket ORDER BY 1") == [("1", None), ("2", "c")]


def test_constants(load_files: LoadFiles) -> None:
    """A constant fills its column in every record and is told as an assumption."""
    done = load_files(
        {"i.csv": "invoice_id,issued_on,amount\n1,2026-07-01,1\n"},
        source("i.csv", "supplier_invoice", constants='{ currency = "EUR", due_on = 2026-08-30 }'),
    )
    assert [str(cell) for cell in done.rows("SELECT currency, due_on FROM supplier_invoice")[0]] == [
        "EUR",
        "2026-08-30",
    ]
    assert "i.csv: currency is EUR in every record." in done.loaded.assumptions


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (
            {"columns": '{ opend_at = "x" }'},
            "No table of this source has a column 'opend_at'. Did you mean 'opened_at'?",
        ),
        ({"values": "{ colour = { a = 'b' } }"}, "has a column 'colour'"),
        ({"columns": '{ status = "x" }', "constants": '{ status = "y" }'}, "both a field and a constant"),
    ],
)
def test_wrong_settings(load_files: LoadFiles, settings: dict[str, str], problem: str) -> None:
    """A setting that names no column is refused before anything is read."""
    with pytest.raises(EngagementError) as caught:
        load_files({}, source("t.csv", "ticket", **settings))
    assert problem in str(caught.value)
