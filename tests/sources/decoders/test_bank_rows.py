"""Banks' lists of movements as CSV without a header."""

from pathlib import Path

import pytest

from cspaudit.errors import SourceError
from tests.sources.decoders.decoding import is_known, read

SIGNED = "01.07.2026;02.07.2026;Contoso Rechnung 7;-1.040,00;EUR\n31.07.2026;31.07.2026;Zinsen;+0,07;EUR\n"


def rows_of(folder: Path, content: str, **settings: str) -> list[tuple[str | None, ...]]:
    """Return (day of booking, value day, amount, currency, text) of each movement."""
    fields = ("booked_on", "value_on", "amount", "currency", "reference")
    return [
        tuple(one[name] for name in fields) for one in read(folder, "bank_rows", content, **settings).records
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            SIGNED,
            [
                ("2026-07-01", "2026-07-02", "-1040.00", "EUR", "Contoso Rechnung 7"),
                ("2026-07-31", "2026-07-31", "0.07", "EUR", "Zinsen"),
            ],
        ),
        # one day, no currency; the month first, as the second day tells
        (
            '07/01/2026,"-1,040.00",WIRE CONTOSO 7\n07/31/2026,0.07,INTEREST\n',
            [
                ("2026-07-01", "2026-07-01", "-1040.00", "", "WIRE CONTOSO 7"),
                ("2026-07-31", "2026-07-31", "0.07", "", "INTEREST"),
            ],
        ),
        # an account that stands in every row, a time that is no day, quoted texts with line ends, a minus behind
        (
            '202051202;2026-07-01;2026-07-01 09:00;"Contoso\nRechnung 7";40,00-;\n202051202;2026-07-02;2026-07-02 09:01;Zinsen;7,00;\n',
            [
                ("2026-07-01", "2026-07-01", "-40.00", "", "2026-07-01 09:00 Contoso Rechnung 7"),
                ("2026-07-02", "2026-07-02", "7.00", "", "2026-07-02 09:01 Zinsen"),
            ],
        ),
        # beside a balance, which changes by the amounts: the oldest first
        (
            "13/07/2026,-40.00,CONTOSO,60.00\n14/07/2026,-10.00,LITWARE,50.00\n15/07/2026,5.00,TAILSPIN,55.00\n",
            [
                ("2026-07-13", "2026-07-13", "-40.00", "", "CONTOSO"),
                ("2026-07-14", "2026-07-14", "-10.00", "", "LITWARE"),
                ("2026-07-15", "2026-07-15", "5.00", "", "TAILSPIN"),
            ],
        ),
        # and the newest first, the balance before the amount
        (
            "15/07/2026,55.00,TAILSPIN,5.00\n14/07/2026,50.00,LITWARE,-10.00\n13/07/2026,60.00,CONTOSO,-40.00\n",
            [
                ("2026-07-15", "2026-07-15", "5.00", "", "TAILSPIN"),
                ("2026-07-14", "2026-07-14", "-10.00", "", "LITWARE"),
                ("2026-07-13", "2026-07-13", "-40.00", "", "CONTOSO"),
            ],
        ),
        # a header with fewer cells than the rows, which have texts of their own beyond
        (
            (
                "Konto;Buchungsdatum;Valutadatum;Betrag;Text\n2051;01.07.2026;01.07.2026;-40,00;Contoso;Rechnung 7;x\n"
                "2051;02.07.2026;02.07.2026;-7,00;Litware;Rechnung 8;y;z\n"
            ),
            [
                ("2026-07-01", "2026-07-01", "-40.00", "", "2051 Contoso Rechnung 7 x"),
                ("2026-07-02", "2026-07-02", "-7.00", "", "2051 Litware Rechnung 8 y z"),
            ],
        ),
    ],
)
def test_columns_by_what_they_hold(
    tmp_path: Path, content: str, expected: list[tuple[str | None, ...]]
) -> None:
    """Days, amount, currency and account are told by what stands there; the rest is text."""
    assert rows_of(tmp_path, content) == expected


def test_what_was_taken_for_what(tmp_path: Path) -> None:
    """The report says which column was read as what."""
    assert read(tmp_path, "bank_rows", SIGNED).told[0] == (
        "statement has no header that fits; column 1 as the day of booking, column 2 as the value day, column 4 as the "
        "amount, column 5 as the currency were read by what stands there."
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("03/04/2026,-40.00,CONTOSO\n", "day first or the month first cannot be told"),
        ("13/07/2026,40.00,CONTOSO\n14/07/2026,7.00,LITWARE\n", "No amount has a sign"),
    ],
)
def test_what_cannot_be_told(tmp_path: Path, content: str, said: str) -> None:
    """Where the order of days or the way of the money is open, the file is not read."""
    with pytest.raises(SourceError, match=said):
        read(tmp_path, "bank_rows", content)


def test_a_stated_order(tmp_path: Path) -> None:
    """The source's own word on the order of days counts."""
    (one,) = rows_of(tmp_path, "03/04/2026,-40.00,CONTOSO\n", date_order="mdy")
    assert one[:2] == ("2026-03-04", "2026-03-04")


@pytest.mark.parametrize("odd", ["+0,040,00", "1,040.00", "12.50", "1.04", "1,040", "1.0400,00"])
def test_an_amount_with_another_mark_than_the_others_is_refused(tmp_path: Path, odd: str) -> None:
    """Of amounts with a decimal comma none has a decimal point: read so it would be a hundred times as much, or nothing."""
    content = SIGNED * 200 + f"31.07.2026;31.07.2026;Gebuehr;{odd};EUR\n"
    seen = read(tmp_path, "bank_rows", content)
    assert len(seen.records) == 400
    assert [one.reason for one in seen.refused] == ["has no day and amount where the others have them"]


def test_rows_of_another_kind(tmp_path: Path) -> None:
    """A row further down that is no movement is left out and counted."""
    many = "".join(f"{day:02}.07.2026;Entgelt;-{day},00;EUR\n" for day in range(1, 29)) * 10
    seen = read(tmp_path, "bank_rows", many + "Saldo;;;\n31.06.2026;x;-1,00;EUR\n")
    assert len(seen.records) == 280
    assert [one.value for one in seen.refused] == ["Saldo;;;", "31.06.2026;x;-1,00;EUR"]
    few = read(tmp_path, "bank_rows", SIGNED + "Saldo;;;10,00;EUR\n")
    assert (len(few.records), [one.value for one in few.refused]) == (2, ["Saldo;;;10,00;EUR"])


@pytest.mark.parametrize(
    "content",
    [
        # with a header, that of a bank or another
        "Date,Amount,Text\n2026-07-01,-40.00,CONTOSO\n",
        "Buchungsdatum;Betrag;Text\n01.07.2026;-40,00;CONTOSO\n",
        # no day, no amount, no text; three days; two amounts of which neither is a balance
        "CONTOSO,-40.00\n",
        "2026-07-01,CONTOSO\n",
        "2026-07-01,-40.00\n",
        "2026-07-01,2026-07-02,2026-07-03,-40.00,CONTOSO\n",
        "2026-07-01,-40.00,7.00,CONTOSO\n2026-07-02,-41.00,9.00,CONTOSO\n",
        # marks of two kinds
        "2026-07-01;-40,00;CONTOSO\n2026-07-02;-40.00;CONTOSO\n",
        "",
    ],
)
def test_other_tables_are_not_taken(content: str) -> None:
    """Whatever is no list of movements, or leaves open which column is which, is left to the other layouts."""
    assert not is_known(content.encode(), "bank_rows")
