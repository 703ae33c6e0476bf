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
    twice, never = done.loaded.warnings
    assert twice.startswith("t.csv: 2 records have a time in the hour that the clock shows twice")
    assert never.startswith("t.csv: 1 record has a time in the hour that the clock leaves out")


def test_offsets_are_not_counted_as_ambiguous(load_files: LoadFiles) -> None:
    """A time with an offset of its own is never in doubt, even where its UTC falls into the doubtful hour."""
    rows = "ticket_id,opened_at\n1,2026-10-25T00:30:00Z\n2,2026-10-25T02:30:00+02:00\n"
    done = load_files({"t.csv": rows}, source("t.csv", "ticket", timezone='"Europe/Berlin"'))
    assert done.loaded.warnings == ()


def test_declared_formats_are_tried_in_order(load_files: LoadFiles) -> None:
    """A declared format reads what ISO 8601 does not, in the order declared, for days and instants."""
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
    ]
    assert [row[4] for row in done.rejects()] == ["2026-03-04", "31.12.25"]


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


#: text of an amount, and the amount with a decimal point and with a decimal comma (empty: a reject)
AMOUNTS = {
    "0": ("0", "0"),
    "12": ("12", "12"),
    "+12.5": ("12.5", "125"),
    "12.3456": ("12.3456", "123456"),
    "12.34560": ("12.3456", "1234560"),
    "12.34567": ("", "1234567"),
    "12.": ("12", "12"),
    ".5": ("", "5"),
    "1,5": ("", "1.5"),
    "1.234,56": ("", "1234.56"),
    "1,234.56": ("", ""),
    "1 234": ("", ""),
    "12.00-": ("", ""),
    "(12.00)": ("", ""),
    "€12": ("", ""),
    "1e3": ("", ""),
    "NaN": ("", ""),
    "inf": ("", ""),
    "--1": ("", ""),
    "0x10": ("", ""),
    "1_000": ("", ""),
    "999999999999999.9999": ("999999999999999.9999", ""),
    "1000000000000000": ("", ""),
    "١٢": ("", ""),
}


@pytest.mark.parametrize(("decimal", "place"), [(".", 0), (",", 1)])
def test_amounts(load_files: LoadFiles, decimal: str, place: int) -> None:
    """An amount has at most four decimals and nothing but digits; nothing is rounded."""
    lines = [f'{number}\t2026-07-01\t"{text}"\tEUR' for number, text in enumerate(AMOUNTS)]
    done = load_files(
        {"p.csv": "payment_id\tpaid_on\tamount\tcurrency\n" + "\n".join(lines)},
        source("p.csv", "supplier_payment", decimal=f'"{decimal}"'),
    )
    expected = {str(n): Decimal(each[place]) for n, each in enumerate(AMOUNTS.values()) if each[place]}
    assert dict(done.rows("SELECT payment_id, amount FROM supplier_payment")) == expected
    refused = {text for text, each in AMOUNTS.items() if not each[place]}
    assert {row[4] for row in done.rejects()} == refused


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
