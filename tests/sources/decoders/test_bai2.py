"""Statements in BAI2."""

from pathlib import Path

import pytest

from tests.sources.decoders.decoding import is_known, read


def text(*transactions: str, currency: str = "USD", opening: str = "10000", closing: str = "6000") -> str:
    """Return a file with one account of June 30, whose trailers hold whatever ``transactions`` make them hold."""
    account = [f"03,0123456789,{currency},010,{opening},,,015,{closing},,/", *transactions]
    amounts = [
        int(opening),
        int(closing),
        *(int(one.split(",")[2]) for one in transactions if one[:2] == "16"),
    ]
    total, count = sum(amounts), len(account) + 1
    return "\n".join(
        [
            "01,122099999,123456789,260701,0200,1,,,2/",
            "02,123456789,122099999,1,260630,2359,,2/",
            *account,
            f"49,{total},{count}/",
            f"98,{total},1,{count + 2}/",
            f"99,{total},1,{count + 4}/",
            "",
        ]
    )


def test_a_movement(tmp_path: Path) -> None:
    """Amounts are whole cents, the text keeps its commas and slashes, continuations follow it."""
    seen = read(
        tmp_path,
        "bai2",
        text(
            "16,495,4000,V,260702,,SP4738,INV7,Wire, To: Contoso, 08/18",
            "88,CRNM: Contoso Ltd",
            "88,DBNM: Fabrikam/",
        ),
    )
    (one,) = seen.records
    assert one | {"transaction_id": ""} == {
        "transaction_id": "",
        "account": "0123456789",
        "statement": "of 2026-06-30",
        "value_on": "2026-07-02",
        "booked_on": "2026-06-30",
        "amount": "-40.00",
        "currency": "USD",
        "reference": "Wire, To: Contoso, 08/18 CRNM: Contoso Ltd DBNM: Fabrikam INV7",
        "counterparty": "Contoso Ltd",
        "bank_reference": "SP4738",
    }
    assert seen.told == [
        "statement, statement of 2026-06-30 of account …6789: opening 100.00, 1 movement, closing 60.00 USD: agrees."
    ]


@pytest.mark.parametrize(
    ("code", "amount"),
    [
        ("100", "40.00"),
        ("399", "40.00"),
        ("400", "-40.00"),
        ("699", "-40.00"),
        ("920", "40.00"),
        ("999", "-40.00"),
    ],
)
def test_type_codes(tmp_path: Path, code: str, amount: str) -> None:
    """Codes from 100 are money in, from 400 money out, and so are the banks' own."""
    closing = "14000" if amount == "40.00" else "6000"
    seen = read(tmp_path, "bai2", text(f"16,{code},4000,Z,,,X/", closing=closing))
    assert seen.column("amount") == [amount]
    assert seen.told[0].endswith("agrees.")


@pytest.mark.parametrize(
    ("currency", "amount"), [("JPY", "-4000"), ("KWD", "-4.000"), ("CAD", "-40.00"), ("", "-40.00")]
)
def test_minor_units(tmp_path: Path, currency: str, amount: str) -> None:
    """An amount counts the smallest units of its currency; where none is named it is US dollars, and told."""
    seen = read(tmp_path, "bai2", text("16,495,4000,Z,,,X/", currency=currency))
    assert seen.records[0]["amount"] == amount
    assert seen.records[0]["currency"] == (currency or "USD")
    assumed = (
        "statement: it names no currency for some accounts; amounts were read as USD, as the format says."
    )
    assert (assumed in seen.told) == (not currency)


@pytest.mark.parametrize(
    ("fields", "value_on", "bank", "customer"),
    [
        ("S,100,200,3700,B1,C1,T", "2026-06-30", "B1", "T C1"),
        ("D,2,0,100,1,3900,B1,C1,T", "2026-06-30", "B1", "T C1"),
        ("V,260702,1200,B1,C1,T", "2026-07-02", "B1", "T C1"),
        ("0,B1,C1,T", "2026-06-30", "B1", "T C1"),
        (",B1,C1,T", "2026-06-30", "B1", "T C1"),
        ("Z,,,", "2026-06-30", None, None),
        ("Z", "2026-06-30", None, None),
    ],
)
def test_types_of_funds(
    tmp_path: Path, fields: str, value_on: str, bank: str | None, customer: str | None
) -> None:
    """What a type of funds brings along stands between the amount and the references."""
    (one,) = read(tmp_path, "bai2", text(f"16,495,4000,{fields}/")).records
    assert (one["value_on"], one["bank_reference"], one["reference"]) == (value_on, bank, customer)


def test_several_records_on_a_line(tmp_path: Path) -> None:
    """Records that an editor has put on one line, or broken over two, are the same records."""
    plain = text("16,495,3000,Z,,,First text here/", "16,495,1000,Z,,,Second/")
    packed = plain.replace("/\n16", "/  16").replace("/\n49", "/ 49").replace("text here", "text\nhere")
    expected = read(tmp_path, "bai2", plain)
    assert read(tmp_path, "bai2", packed).records == expected.records
    assert read(tmp_path, "bai2", packed).told == expected.told


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "49,20000,3",
            "49,20001,3",
            "the sum of its amounts of account …6789 is stated as 20,001; it is 20,000.",
        ),
        ("49,20000,3", "49,20000,4", "the number of its records of account …6789 is stated as 4; it is 3."),
        ("98,20000,1,5", "98,20000,2,5", "the number of its members of a group is stated as 2; it is 1."),
        ("99,20000,1,7", "99,,1,7", "the sum of its amounts of the file is not stated; it is 20,000."),
    ],
)
def test_control_totals(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A sum or a count that does not agree is told."""
    plain = text("16,495,4000,Z,,,X/")
    assert old in plain
    assert f"statement: {said}" in read(tmp_path, "bai2", plain.replace(old, new)).told


def test_what_cannot_be_read(tmp_path: Path) -> None:
    """An unknown code, an amount that is no whole number, a day that there is not: counted, each with its reason."""
    lines = ("16,777,1,Z,,,X/", "16,495,-4,Z,,,X/", "16,495,4,V,260230,,,X/")
    seen = read(tmp_path, "bai2", text(*lines).replace(",4,V", ",4,V"))
    assert [(one.reason, one.value) for one in seen.refused] == [
        ("has a type code that says neither money in nor money out", "777"),
        ("has no amount in whole units without a sign", "-4"),
        ("has no day", "260230"),
    ]
    wrong = read(tmp_path, "bai2", text("16,495,4000,Z,,,X/").replace("16,495,4000", "16,495,NaN"))
    assert [one.value for one in wrong.refused] == ["NaN"]


def test_what_is_left_aside(tmp_path: Path) -> None:
    """Groups that delete or test, and records without money, make no movement and are told."""
    deleted = text("16,495,4000,Z,,,X/").replace("122099999,1,260630", "122099999,2,260630")
    seen = read(tmp_path, "bai2", deleted)
    assert (seen.records, seen.refused) == ([], [])
    assert seen.told[0] == "statement: a group of 2026-06-30 deletes records; it was left aside."
    without = read(tmp_path, "bai2", text("16,890,0,Z,,,Note/", closing="10000"))
    assert without.records == []
    assert "statement: 1 records without money (type 890) were left aside." in without.told


def test_other_text_is_not_taken() -> None:
    """A CSV file whose first cell is 01 is no cash management file."""
    assert not is_known(b"01,2,3\n04,5,6\n", "bai2")
    assert not is_known(b"02,A\n01,B\n", "bai2")
