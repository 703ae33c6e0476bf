"""Records left out: why, which record, and on which physical line; nothing is lost and nothing counted twice."""

import csv
import gzip
import io
import string
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sources.loading import (
    HEAD,
    ONE_PARTNER,
    TICKETS,
    TWO_PARTNERS,
    LoadFiles,
    load_folder,
    open_warehouse,
    source,
    write,
)

HEADER = "ticket_id,opened_at,requester\n"
GOOD = "2026-07-01T09:30:00Z"


def test_record_and_line_with_blank_lines_and_quoted_line_ends(load_files: LoadFiles) -> None:
    """Blank lines count as lines, not as records; a line end in quotes makes a record of two lines."""
    content = f'{HEADER}1,{GOOD},"a\nb\n"\n\n2,nonsense,x\n\n\n3,{GOOD},"c\r\n\r\nd"\n4,{GOOD},\n5,,"e\n\nf"\n6,{GOOD},y\n'
    done = load_files({"t.csv": content}, TICKETS)
    assert done.rows("SELECT ticket_id, record FROM ticket ORDER BY record") == [
        ("1", 1),
        ("3", 3),
        ("4", 4),
        ("6", 6),
    ]
    assert done.rejects() == [
        ("t.csv", 2, 6, "opened_at", "nonsense", "is not a day and time such as 2026-07-01T09:30:00Z"),
        ("t.csv", 5, 13, "opened_at", None, "is required and empty"),
    ]
    assert done.counts() == (6, 4, 2)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_lines_that_do_not_fit_the_header(load_files: LoadFiles, pack: "type[bytes]", line_end: str) -> None:
    """A line with too few or too many fields is a record left out, and the records after it keep their numbers."""
    lines = [
        HEADER.strip(),
        f"1,{GOOD},a",
        "2,x",
        f"3,{GOOD},b",
        "",
        f"4,{GOOD},c,d,e",
        "nothing",
        f'5,{GOOD},"two',
        'lines"',
        "6,wrong,f",
        f"7,{GOOD},g,h",
        f"8,{GOOD},i",
    ]
    done = load_files({"t.csv": pack(line_end.join(lines).encode())}, TICKETS)
    assert done.rows("SELECT ticket_id, record FROM ticket ORDER BY record") == [
        ("1", 1),
        ("3", 3),
        ("5", 6),
        ("8", 9),
    ]
    assert [(row[1], row[2], row[3], row[4]) for row in done.rejects()] == [
        (2, 3, None, "2,x"),
        (4, 6, None, f"4,{GOOD},c,d,e"),
        (5, 7, None, "nothing"),
        (7, 10, "opened_at", "wrong"),
        (8, 11, None, f"7,{GOOD},g,h"),
    ]
    assert {row[5] for row in done.rejects() if row[3] is None} == {
        "has fewer fields than the header",
        "has more fields than the header",
    }
    assert done.counts() == (9, 4, 5)


def test_quote_that_never_ends(load_files: LoadFiles) -> None:
    """Behind an unclosed quote nothing can be told apart: one record left out, those before it loaded."""
    content = f'{HEADER}1,{GOOD},a\n2,{GOOD},"b\n3,{GOOD},c\n4,{GOOD},d\n'
    done = load_files({"t.csv": content}, TICKETS)
    assert done.values("SELECT ticket_id FROM ticket") == ["1"]
    assert [(row[1], row[2], row[5]) for row in done.rejects()] == [
        (2, 3, "has a quote that is not closed, or stands in the wrong place")
    ]
    assert done.counts() == (2, 1, 1)


def test_line_that_the_engine_names_twice(load_files: LoadFiles) -> None:
    """A line with several stray quotes is one record left out, not two."""
    done = load_files({"t.csv": f'{HEADER}1,{GOOD},a\n","A,","A\n2,{GOOD},b\n'}, TICKETS)
    assert done.rows("SELECT ticket_id, record FROM ticket ORDER BY 1") == [("1", 1), ("2", 3)]
    assert [(row[1], row[2], row[4]) for row in done.rejects()] == [(2, 3, '","A,","A')]


def test_broken_lines_of_several_files(load_files: LoadFiles) -> None:
    """Each file counts its own records and lines."""
    one = f"{HEADER}1,{GOOD},a\nbroken\n2,{GOOD},b\n"
    two = f"{HEADER}broken\n3,{GOOD},c\n4,wrong,d\nbroken\n5,{GOOD},e\n"
    done = load_files({"t1.csv": one, "t2.csv": two}, source("t*.csv", "ticket"))
    assert done.rows("SELECT ticket_id, file, record FROM ticket ORDER BY 1") == [
        ("1", "t1.csv", 1),
        ("2", "t1.csv", 3),
        ("3", "t2.csv", 2),
        ("5", "t2.csv", 5),
    ]
    assert [row[:3] for row in done.rejects()] == [
        ("t1.csv", 2, 3),
        ("t2.csv", 1, 2),
        ("t2.csv", 3, 4),
        ("t2.csv", 4, 5),
    ]


def test_lines_after_a_preamble(load_files: LoadFiles) -> None:
    """The line before the header is a line too."""
    done = load_files({"t.csv": f"sep=,\n{HEADER}1,{GOOD},a\nbroken\n2,wrong,a\n"}, TICKETS)
    assert [row[1:3] for row in done.rejects()] == [(2, 4), (3, 5)]


def test_utf16_lines(load_files: LoadFiles) -> None:
    """Lines are counted alike in a file that is read through a copy."""
    content = f"{HEADER}1,{GOOD},a\r\n\r\n2,wrong,ä\r\nbroken\r\n3,{GOOD},c\r\n"
    done = load_files({"t.csv": content.encode("utf-16")}, TICKETS)
    assert [row[1:3] for row in done.rejects()] == [(2, 4), (3, 5)]
    assert done.rows("SELECT ticket_id, record FROM ticket ORDER BY 1") == [("1", 1), ("3", 4)]


def test_first_fault_of_a_record_is_told(load_files: LoadFiles) -> None:
    """A record has one reject, for the first column that is wrong in the table's order."""
    content = "invoice_id,issued_on,amount,currency,status\n,wrong,x,eur,lost\n1,2026-07-01,x,eur,lost\n2,2026-07-01,1,eur,lost\n3,2026-07-01,1,EUR,lost\n4,2026-07-01,-1,EUR,open\n"
    done = load_files({"i.csv": content}, source("i.csv", "supplier_invoice"))
    assert [(row[1], row[3], row[4], row[5]) for row in done.rejects()] == [
        (1, "invoice_id", None, "is required and empty"),
        (2, "amount", "x", "is not an amount with at most four decimals such as 1234.50"),
        (3, "currency", "eur", "is not three capital letters (ISO 4217)"),
        (4, "status", "lost", "is none of open, paid, void"),
        (5, "amount", "-1", "is below 0"),
    ]


@pytest.mark.parametrize("value", ['"EUR\n"', "EURO", " EUR", "EUR ", "ÀÉÎ", "eur"])
def test_pattern_matches_the_whole_value(load_files: LoadFiles, value: str) -> None:
    """A pattern is held against the whole value, line ends too."""
    done = load_files(
        {"i.csv": f"invoice_id,issued_on,amount,currency\n1,2026-07-01,1,{value}\n"},
        source("i.csv", "supplier_invoice"),
    )
    assert done.counts() == (1, 0, 1)


def test_rules_across_columns(load_files: LoadFiles) -> None:
    """Order, needs and at-least hold; an empty side violates none but needs."""
    disputes = (
        "invoice_id,opened_on,closed_on,amount\n1,2026-07-02,2026-07-01,\n2,2026-07-01,2026-07-01,0\n3,,2026-07-01,\n"
        "4,2026-07-01,,-0.0001\n"
    )
    tickets = f"ticket_id,opened_at,charge_amount,currency\n1,{GOOD},5,\n2,{GOOD},,EUR\n3,{GOOD},5,EUR\n"
    done = load_files(
        {"d.csv": disputes, "t.csv": tickets}, source("d.csv", "supplier_dispute") + source("t.csv", "ticket")
    )
    assert [row[:2] + row[3:] for row in done.rejects()] == [
        ("d.csv", 1, "opened_on", "2026-07-02", "is after closed_on"),
        ("d.csv", 4, "amount", "-0.0001", "is below 0"),
        ("t.csv", 1, "charge_amount", "5", "needs currency, which is empty"),
    ]


def test_needs_a_column_the_export_lacks(load_files: LoadFiles) -> None:
    """A column that is absent is empty, so what needs it is refused."""
    done = load_files({"t.csv": f"ticket_id,opened_at,charge_amount\n1,{GOOD},5\n2,{GOOD},\n"}, TICKETS)
    assert [(row[1], row[3]) for row in done.rejects()] == [(1, "charge_amount")]


def test_first_of_duplicate_keys_stays(load_files: LoadFiles) -> None:
    """Within a file, across files and sources, and after facts of the engagement, the first key wins."""
    done = load_files(
        {
            "a.csv": f"{HEADER}1,{GOOD},a1\n2,{GOOD},a2\n1,{GOOD},a3\n",
            "b.csv": f"{HEADER}2,{GOOD},b1\n9,{GOOD},b2\n5,{GOOD},b3\n",
        },
        source("b.csv", "ticket")
        + source("a.csv", "ticket")
        + f'\n[[data.ticket]]\nticket_id = "9"\nopened_at = {GOOD}\nrequester = "fact"\n',
    )
    assert done.rows("SELECT ticket_id, requester, source_id, record FROM ticket ORDER BY 1") == [
        ("1", "a1", "a.csv", 1),
        ("2", "b1", "b.csv", 1),
        ("5", "b3", "b.csv", 3),
        ("9", "fact", "data", 1),
    ]
    assert [row[:5] for row in done.rejects()] == [
        ("a.csv", 2, 3, "ticket_id", "2"),
        ("a.csv", 3, 4, "ticket_id", "1"),
        ("b.csv", 2, 3, "ticket_id", "9"),
    ]
    assert done.counts() == (6, 3, 3)


def test_a_refused_record_does_not_take_the_key(load_files: LoadFiles) -> None:
    """Only records that are loaded count as earlier holders of a key."""
    done = load_files({"t.csv": f"{HEADER}1,wrong,a\n1,{GOOD},b\n"}, TICKETS)
    assert done.values("SELECT requester FROM ticket") == ["b"]
    assert done.counts() == (2, 1, 1)


def test_keys_of_two_columns(load_files: LoadFiles) -> None:
    """A key of several columns repeats only as a whole; an empty line of a payment is line 1."""
    rows = (
        "payment_id,line,paid_on,amount,currency\np,1,2026-07-01,1,EUR\np,2,2026-07-01,1,EUR\np,,2026-07-01,7,EUR\n"
        "q,,2026-07-01,1,EUR\n"
    )
    done = load_files({"p.csv": rows}, source("p.csv", "supplier_payment"))
    assert done.rows("SELECT payment_id, line FROM supplier_payment ORDER BY ALL") == [
        ("p", "1"),
        ("p", "2"),
        ("q", "1"),
    ]
    assert [row[1] for row in done.rejects()] == [3]


def test_unlisted_partner(load_files: LoadFiles) -> None:
    """A record of a partner that is not audited is left out, and belongs to none."""
    rows = f"partner_id,ticket_id,opened_at\nfabrikam,1,{GOOD}\nnobody,2,{GOOD}\n,3,{GOOD}\ntailspin,1,{GOOD}\nfabrikam,4,wrong\n"
    done = load_files({"t.csv": rows}, TICKETS, partners=TWO_PARTNERS)
    assert done.rows("SELECT partner_id, ticket_id, record FROM ticket ORDER BY record") == [
        ("fabrikam", "1", 1),
        ("tailspin", "1", 4),
    ]
    assert done.rows("SELECT partner_id, record, field, value FROM reject ORDER BY record") == [
        (None, 2, "partner_id", "nobody"),
        (None, 3, "partner_id", None),
        ("fabrikam", 5, "opened_at", "wrong"),
    ]


def test_partner_column_and_setting(load_files: LoadFiles) -> None:
    """A column partner_id and the source's partner are two answers to one question."""
    rows = {"t.csv": f"partner_id,ticket_id,opened_at\nfabrikam,1,{GOOD}\n"}
    done = load_files(rows, source("t.csv", "ticket", partner='"fabrikam"'))
    assert "has a column partner_id, and the source names the partner as well" in done.problem
    renamed = {"t.csv": f"Mandant,ticket_id,opened_at\ntailspin,1,{GOOD}\n"}
    done = load_files(
        renamed, source("t.csv", "ticket", columns='{ partner_id = "mandant" }'), partners=TWO_PARTNERS
    )
    assert done.rows("SELECT partner_id, ticket_id FROM ticket") == [("tailspin", "1")]


def test_merged_tickets(load_files: LoadFiles) -> None:
    """A chain of merges ends at its survivor; a circle, and what leads into it, is left out."""
    rows = "ticket_id,opened_at,merged_into_id\n" + "".join(
        f"{ticket},{GOOD},{into}\n"
        for ticket, into in [
            ("a", "b"),
            ("b", "c"),
            ("c", ""),
            ("d", "e"),
            ("e", "d"),
            ("f", "f"),
            ("g", "d"),
            ("h", "zz"),
        ]
    )
    done = load_files({"t.csv": rows}, TICKETS)
    assert done.rows("SELECT ticket_id, survivor_id FROM ticket ORDER BY 1") == [
        ("a", "c"),
        ("b", "c"),
        ("c", "c"),
        ("h", None),
    ]
    assert [(row[1], row[3], row[4], row[5]) for row in done.rejects()] == [
        (4, "merged_into_id", "e", "is merged in a circle"),
        (5, "merged_into_id", "d", "is merged in a circle"),
        (6, "merged_into_id", "f", "is merged in a circle"),
        (7, "merged_into_id", "d", "is merged in a circle"),
    ]
    assert done.counts() == (8, 4, 4)


def test_dated_rejects(load_files: LoadFiles) -> None:
    """A reject carries the date of its record where that can be read."""
    rows = "invoice_id,issued_on,amount,currency\n1,2026-07-01,x,EUR\n2,wrong,1,EUR\n"
    done = load_files({"i.csv": rows}, source("i.csv", "supplier_invoice"))
    assert [str(row[0]) for row in done.rows("SELECT dated_at FROM reject ORDER BY record")] == [
        "2026-07-01 00:00:00",
        "None",
    ]


def test_groups(load_files: LoadFiles) -> None:
    """Rejects of one kind are told once, with their number and the first of them."""
    rows = HEADER + "".join(f"{n},{'wrong' if n % 2 else GOOD},x\n" for n in range(1, 8)) + "broken\n"
    done = load_files({"t.csv": rows}, TICKETS)
    first, second = done.loaded.rejects["fabrikam"]
    assert (first.field, first.count, first.first_record, first.first_line, first.first_value) == (
        "opened_at",
        4,
        1,
        2,
        "wrong",
    )
    assert (second.field, second.count, second.first_record, second.first_line) == ("", 1, 8, 9)


CELL = st.one_of(
    st.sampled_from(["1", "2", GOOD, "wrong", "", '"', '""', '"a"', '"x\ny"', "a,b", ",", "\n", "\n\n", "'"]),
    st.text(alphabet=string.ascii_letters + ' ,"\n', max_size=6),
)


@settings(max_examples=40)
@given(cells=st.lists(CELL, max_size=30), good=st.integers(0, 4))
def test_no_record_is_lost(cells: list[str], good: int) -> None:
    """However a file is damaged: read = loaded + rejected, and records and lines never contradict each other."""
    content = HEADER + f"k,{GOOD},x\n" * min(good, 1) + ",".join(cells) + f"\nz,{GOOD},x\n"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, {"t.csv": content, "cspaudit.toml": HEAD + ONE_PARTNER + TICKETS})
        with open_warehouse(folder) as warehouse:
            done = load_folder(folder, warehouse)
            assert done.loaded.problems == ()
            read, loaded, rejected = done.counts()
            assert done.values("SELECT count(*) FROM ticket") == [loaded]
            assert done.values("SELECT count(DISTINCT record) FROM reject") == [rejected]
            numbers = done.values(
                "SELECT record FROM ticket UNION ALL SELECT DISTINCT record FROM reject ORDER BY record"
            )
            assert numbers == list(range(1, read + 1))
            if '"' not in content:
                records = [row for row in csv.reader(io.StringIO(content, newline="")) if row]
                assert read == len(records) - 1
