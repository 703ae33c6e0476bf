"""Texts become typed values: every form that an instant, a day, an amount or a flag may have."""

from datetime import date
from decimal import Decimal

import pytest

from tests.sources.loading import TICKETS, LoadFiles, instant, source

#: text of an instant (empty: a reject), with the UTC instant it means where no zone is declared
INSTANTS = {
    "2026-07-01T09:30:00Z": "2026-07-01T09:30:00",
    "2026-07-01 09:30:00": "2026-07-01T09:30:00",
    "2026-07-01T09:30:00": "2026-07-01T09:30:00",
    "2026-07-01T09:30": "2026-07-01T09:30:00",
    "2026-07-01 09:30Z": "2026-07-01T09:30:00",
    "2026-07-01T09:30:00 Z": "2026-07-01T09:30:00",
    "2026-07-01T09:30:00+02:00": "2026-07-01T07:30:00",
    "2026-07-01T09:30:00+0200": "2026-07-01T07:30:00",
    "2026-07-01T09:30:00+02": "2026-07-01T07:30:00",
    "2026-07-01 09:30:00 +02:00": "2026-07-01T07:30:00",
    "2026-07-01T09:30:00-0530": "2026-07-01T15:00:00",
    "2026-07-01T09:30:00-05:30": "2026-07-01T15:00:00",
    "2026-07-01T09:30+05:45": "2026-07-01T03:45:00",
    "2026-07-01T09:30-00:30": "2026-07-01T10:00:00",
    "2026-07-01T23:30:00-01:00": "2026-07-02T00:30:00",
    "2026-07-01T09:30:00.9999999Z": "2026-07-01T09:30:00",
    "2026-07-01T09:30:00.9999999": "2026-07-01T09:30:00",
    "2026-07-01T09:30:59.5+02:00": "2026-07-01T07:30:59",
    "2026-07-01T09:30:00.123456789Z": "2026-07-01T09:30:00",
    "1969-12-31T23:59:59.5Z": "1969-12-31T23:59:59",
    "2026-07-01": "",
    "01.07.2026 09:30": "",
    "2026-07-32T09:30:00Z": "",
    "2026-02-29T09:30:00Z": "",
    "2026-07-01T24:30:00Z": "",
    "2026-07-01T09:60:00Z": "",
    "2026-07-01T09: 30: 00Z": "",
    "2026-7-1T09:30:00Z": "",
    "2026-07-01T09:30:00+2": "",
    "2026-07-01T09:30:00+02:0": "",
    "2026-07-01T09:30:00+02:00x": "",
    "2026-07-01T09:30:00 Europe/Berlin": "",
    "infinity": "",
    "-infinity": "",
    "epoch": "",
    "now": "",
    "1782898200": "",
    "2026-07-01T09:30:00+99:00": "",
    "2026-07-01T09:30:00z": "",
}


def test_instants(load_files: LoadFiles) -> None:
    """An instant is ISO 8601 with a time; an offset counts, a fraction is floored, all else is refused."""
    lines = [f"{number},{text}" for number, text in enumerate(INSTANTS, 1)]
    done = load_files({"t.csv": "ticket_id,opened_at\n" + "\n".join(lines)}, TICKETS)
    loaded: dict[int, object] = dict(done.rows("SELECT record, opened_at FROM ticket"))
    expected = {n: instant(utc) for n, utc in enumerate(INSTANTS.values(), 1) if utc}
    assert loaded == expected
    refused = {(n, text) for n, (text, utc) in enumerate(INSTANTS.items(), 1) if not utc}
    assert {(row[1], row[4]) for row in done.rejects()} == refused
    assert {row[5] for row in done.rejects()} == {"is not a day and time such as 2026-07-01T09:30:00Z"}


def test_local_times_of_both_changes(load_files: LoadFiles) -> None:
    """Local times become UTC; the hour shown twice is read as the first and counted, one skipped by the old offset."""
    times = [
        "2026-07-01T12:00:00",
        "2026-12-01T12:00:00",
        "2026-10-25T01:59:59",
        "2026-10-25T02:00:00",
        "2026-10-25T02:59:59",
        "2026-10-25T03:00:00",
        "2026-03-29T01:59:59",
        "2026-03-29T02:30:00",
        "2026-03-29T03:00:00",
        "2026-10-25T02:30:00Z",
        "2026-10-25T02:30:00+01:00",
    ]
    lines = [f"{number},{text}" for number, text in enumerate(times)]
    done = load_files(
        {"t.csv": "ticket_id,opened_at\n" + "\n".join(lines)},
        source("t.csv", "ticket", timezone='"Europe/Berlin"'),
    )
    assert done.values("SELECT opened_at FROM ticket ORDER BY record") == [
        instant(utc)
        for utc in (
            "2026-07-01T10:00:00",
            "2026-12-01T11:00:00",
            "2026-10-24T23:59:59",
            "2026-10-25T00:00:00",
            "2026-10-25T00:59:59",
            "2026-10-25T02:00:00",
            "2026-03-29T00:59:59",
            "2026-03-29T01:30:00",
            "2026-03-29T01:00:00",
            "2026-10-25T02:30:00",
            "2026-10-25T01:30:00",
        )
    ]
    assert done.loaded.assumptions == ("t.csv: times without an offset were read as Europe/Berlin.",)
    twice, never, later = done.loaded.warnings
    assert twice.startswith("t.csv: 2 records have a time in the hour that the clock shows twice")
    assert never.startswith("t.csv: 1 record has a time in the hour that the clock leaves out")
    assert later == "t.csv: 7 records have opened_at after the cut-off."


def test_offsets_are_not_counted_as_ambiguous(load_files: LoadFiles) -> None:
    """A time with an offset of its own is never in doubt, even where its UTC falls into the doubtful hour."""
    rows = "ticket_id,opened_at\n1,2026-10-25T00:30:00Z\n2,2026-10-25T02:30:00+02:00\n"
    done = load_files({"t.csv": rows}, source("t.csv", "ticket", timezone='"Europe/Berlin"'))
    assert done.loaded.warnings == ("t.csv: 2 records have opened_at after the cut-off.",)


def test_declared_formats_are_tried_in_order(load_files: LoadFiles) -> None:
    """A declared format reads what ISO 8601 does not, in the order declared; ISO 8601 is read beside any."""
    rows = (
        "invoice_id;issued_on;amount;currency;due_on\n"
        "1;31.12.2025;1,00;EUR;1.2.2026\n2;3/4/2026;1,00;EUR;\n3;2026-03-04;1,00;EUR;\n4;31.12.25;1,00;EUR;\n"
    )
    done = load_files(
        {"i.csv": rows},
        source("i.csv", "supplier_invoice", date_format='["%d.%m.%Y", "%m/%d/%Y"]', decimal='","'),
    )
    assert done.rows("SELECT invoice_id, issued_on, due_on FROM supplier_invoice ORDER BY record") == [
        ("1", date(2025, 12, 31), date(2026, 2, 1)),
        ("2", date(2026, 3, 4), None),
        ("3", date(2026, 3, 4), None),
    ]
    assert [row[4] for row in done.rejects()] == ["31.12.25"]


def test_declared_format_with_an_offset(load_files: LoadFiles) -> None:
    """A declared format may name an offset; it counts like that of ISO 8601, and goes before the zone."""
    rows = "ticket_id,opened_at\n1,01.07.2026 09:30 +0200\n2,01.07.2026 09:30 -0530\n3,01.07.2026 09:30\n"
    done = load_files(
        {"t.csv": rows},
        source(
            "t.csv",
            "ticket",
            date_format='["%d.%m.%Y %H:%M %z", "%d.%m.%Y %H:%M"]',
            timezone='"America/New_York"',
        ),
    )
    assert done.values("SELECT opened_at FROM ticket ORDER BY record") == [
        instant("2026-07-01T07:30:00"),
        instant("2026-07-01T15:00:00"),
        instant("2026-07-01T13:30:00"),
    ]


@pytest.mark.parametrize(
    "text",
    ["2026-07-01T00:00:00Z", "2026-7-1", "01.07.2026", "2026-02-30", "infinity", "20260701", "+2026-07-1"],
)
def test_day_is_iso(load_files: LoadFiles, text: str) -> None:
    """A day is YYYY-MM-DD; an instant is none, lest its time be dropped without a word."""
    done = load_files(
        {"i.csv": f"invoice_id,issued_on,amount,currency\n1,{text},1,EUR\n2,2026-07-01,1,EUR\n"},
        source("i.csv", "supplier_invoice"),
    )
    assert done.values("SELECT invoice_id FROM supplier_invoice") == ["2"]
    assert [(row[1], row[3], row[4]) for row in done.rejects()] == [(1, "issued_on", text)]


#: text of an amount, and the amount in a file with our own column names, then where a decimal point or a decimal comma is
#: stated (empty: a reject)
AMOUNTS = {
    "0": ("0", "0", "0"),
    "12": ("12", "12", "12"),
    "+12.5": ("12.5", "12.5", ""),
    "12.3456": ("12.3456", "12.3456", ""),
    "12.34560": ("12.3456", "12.3456", ""),
    "12.34567": ("", "", ""),
    "12.": ("12", "12", ""),
    ".5": ("", "0.5", ""),
    "1,5": ("", "", "1.5"),
    "12,34": ("", "", "12.34"),
    "1125250,": ("", "", "1125250"),
    "1,234": ("", "1234", "1.234"),
    "1.234": ("1.234", "1.234", "1234"),
    "0,045": ("", "", "0.045"),
    "1.234,56": ("", "", "1234.56"),
    "1,234.56": ("", "1234.56", ""),
    "12,34,567.8": ("", "1234567.8", ""),
    "1,23.5": ("", "", ""),
    "1.2.3,5": ("", "", ""),
    "1 234": ("", "1234", "1234"),
    "1\u00a0234,5": ("", "", "1234.5"),
    "1\u202f234": ("", "1234", "1234"),
    "1'234.50": ("", "1234.5", ""),
    "1\u2019234": ("", "1234", "1234"),
    "12.00-": ("", "-12", ""),
    "1.234,56-": ("", "", "-1234.56"),
    "(12.00)": ("", "-12", ""),
    "(-12)": ("", "", ""),
    "\u22125": ("", "-5", "-5"),
    "€12": ("", "12", "12"),
    "$ 1,234.50": ("", "1234.5", ""),
    "-1.234,5 EUR": ("", "", "-1234.5"),
    "EUR -5": ("", "-5", "-5"),
    "EUR 5 USD": ("", "", ""),
    "Euro 5": ("", "", ""),
    "5 kg": ("", "", ""),
    "1e3": ("", "", ""),
    "NaN": ("", "", ""),
    "inf": ("", "", ""),
    "--1": ("", "", ""),
    "0x10": ("", "", ""),
    "1_000": ("", "", ""),
    "999999999999999.9999": ("999999999999999.9999", "999999999999999.9999", ""),
    "1000000000000000": ("", "", ""),
    "١٢": ("", "", ""),
}


@pytest.mark.parametrize(("settings", "place"), [({}, 0), ({"decimal": '"."'}, 1), ({"decimal": '","'}, 2)])
def test_amounts(load_files: LoadFiles, settings: dict[str, str], place: int) -> None:
    """One sign, one currency mark, groups of thousands, at most four decimals; nothing is rounded, nothing else is read.

    A file with our own column names holds digits and a point only, unless its decimal mark is stated.
    """
    lines = [f'{number}\t2026-07-01\t"{text}"\tEUR' for number, text in enumerate(AMOUNTS)]
    done = load_files(
        {"p.csv": "payment_id\tpaid_on\tamount\tcurrency\n" + "\n".join(lines)},
        source("p.csv", "supplier_payment", **settings),
    )
    expected = {str(n): Decimal(each[place]) for n, each in enumerate(AMOUNTS.values()) if each[place]}
    assert dict(done.rows("SELECT payment_id, amount FROM supplier_payment")) == expected
    refused = {text for text, each in AMOUNTS.items() if not each[place]}
    assert {row[4] for row in done.rejects()} == refused


LEDGER = "invoiceNumber;InvoiceDate;DueDate;InvoiceAmount;SettledDate;currency\n"


def ledger(*amounts: str) -> str:
    """A vendor's ledger of invoices with these amounts."""
    rows = (f"{n};1/2/2026;2/1/2026;{amount};1/15/2026;EUR\n" for n, amount in enumerate(amounts, 1))
    return LEDGER + "".join(rows)


@pytest.mark.parametrize(
    ("amounts", "expected", "has_comma"),
    [
        (("1.234,50", "1.234", "7"), {"1": "1234.5", "2": "1234", "3": "7"}, True),
        (("1,234.50", "1,234", "7"), {"1": "1234.5", "2": "1234", "3": "7"}, False),
        (("5,5", "6,5", "7.5"), {"1": "5.5", "2": "6.5"}, True),
        (("5.5", "6.5", "7,5"), {"1": "5.5", "2": "6.5"}, False),
        (("0,045", "1,234"), {"1": "0.045", "2": "1.234"}, True),
        (("12", "1 234"), {"1": "12", "2": "1234"}, False),
    ],
)
def test_the_decimal_mark_is_what_most_amounts_can_only_have(
    load_files: LoadFiles, amounts: tuple[str, ...], expected: dict[str, str], *, has_comma: bool
) -> None:
    """Amounts that could be read both ways follow those that cannot; what contradicts the most is left out."""
    done = load_files({"l.csv": ledger(*amounts)}, source("l.csv", "invoice_ledger_csv", side='"payable"'))
    found: dict[str, Decimal] = dict(done.rows("SELECT invoice_id, amount FROM supplier_invoice"))
    assert found == {key: Decimal(value) for key, value in expected.items()}
    assert {row[1] for row in done.rejects()} == set(range(1, len(amounts) + 1)) - {
        int(key) for key in expected
    }
    comma = "l.csv: amounts were read with a decimal comma, as most of them can only be."
    assert (comma in done.loaded.assumptions) == has_comma


@pytest.mark.parametrize("amounts", [("1.234", "5.678"), ("1,234",), ("1,5", "1.5")])
def test_amounts_that_leave_the_mark_open_are_a_question(
    load_files: LoadFiles, amounts: tuple[str, ...]
) -> None:
    """Where every amount can be read both ways, or as many one way as the other, nothing is guessed."""
    export = ledger(*amounts)
    asked = load_files({"l.csv": export}, source("l.csv", "invoice_ledger_csv", side='"payable"'))
    assert "Whether the amounts have a decimal point or a decimal comma cannot be told." in asked.problem
    told = load_files(
        {"l.csv": export}, source("l.csv", "invoice_ledger_csv", side='"payable"', decimal='","')
    )
    assert told.loaded.problems == ()


def test_each_file_has_its_own_decimal_mark(load_files: LoadFiles) -> None:
    """One file was saved again in another country: its records keep their numbers, and the other's theirs."""
    files = {
        "l1.csv": ledger("1.5", "2.5"),
        "l2.csv": ledger("x", "9,5", "8,5").replace("\n1;", "\n7;"),
        "l3.csv": ledger("3.5").replace("\n1;", "\n9;"),
    }
    files["l2.csv"] = files["l2.csv"].replace("\n2;", "\n5;").replace("\n3;", "\n6;")
    done = load_files(files, source("l*.csv", "invoice_ledger_csv", side='"payable"'))
    assert done.rows("SELECT invoice_id, amount, file, record FROM supplier_invoice ORDER BY 1") == [
        ("1", Decimal("1.5"), "l1.csv", 1),
        ("2", Decimal("2.5"), "l1.csv", 2),
        ("5", Decimal("9.5"), "l2.csv", 2),
        ("6", Decimal("8.5"), "l2.csv", 3),
        ("9", Decimal("3.5"), "l3.csv", 1),
    ]
    assert {row[:2] for row in done.rejects()} == {("l2.csv", 1)}


def test_flags_shares_and_whole_numbers(load_files: LoadFiles) -> None:
    """Flags are yes or no in any case, shares lie from 0 to 1, whole numbers have no fraction."""
    rows = (
        "terms_id,severity,measure,minutes,clock,target_share\n"
        "a,any,resolution,60,business,0.95\nb,any,resolution,60.0,business,1\nc,any,resolution,60,business,1.2\n"
        "d,any,resolution,-1,business,\ne,any,resolution,60,business,95%\nf,any,resolution,60,business,0.12345\n"
    )
    terms = (
        "terms_id,valid_from_on,has_charge\na,2026-01-01,TRUE\nb,2026-01-01,No\nc,2026-01-01,1\nd,2026-01-01,\n"
        "e,2026-01-01,maybe\n"
    )
    done = load_files(
        {"s.csv": rows, "terms.csv": terms},
        source("s.csv", "support_target") + source("terms.csv", "support_terms"),
    )
    assert done.rows("SELECT terms_id, minutes, target_share FROM support_target") == [
        ("a", 60, Decimal("0.95"))
    ]
    assert done.rows("SELECT terms_id, has_charge FROM support_terms ORDER BY 1") == [
        ("a", True),
        ("b", False),
        ("c", True),
        ("d", None),
    ]
    assert [(row[1], row[3], row[5]) for row in done.rejects() if row[0] == "s.csv"] == [
        (2, "minutes", "is not a whole number"),
        (3, "target_share", "is not a share from 0 to 1 such as 0.95"),
        (4, "minutes", "is below 0"),
        (5, "target_share", "is not a share from 0 to 1 such as 0.95"),
        (6, "target_share", "is not a share from 0 to 1 such as 0.95"),
    ]
