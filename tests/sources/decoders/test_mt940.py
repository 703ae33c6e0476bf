"""Statements in MT940 and MT942, in the shapes that banks of several countries give them."""

from pathlib import Path

import pytest

from tests.sources.decoders.decoding import is_known, read
from tests.sources.loading import LoadFiles, source

HEAD = ":20:STARTUMS\n:25:12030000/0000202051\n:28C:7/1\n:60F:C260630EUR100,00\n"


def text(*fields: str, opening: str = "100,00", closing: str = "60,00") -> str:
    """Return a statement with these fields between an opening and a closing balance."""
    head = HEAD.replace("100,00", opening)
    return f"{head}{''.join(f'{one}{chr(10)}' for one in fields)}:62F:C260702EUR{closing}\n-\n"


def test_a_german_movement(tmp_path: Path) -> None:
    """A text that was cut after 27 signs and 65 is joined within words; name, purpose and references are kept."""
    seen = read(
        tmp_path,
        "mt940",
        text(
            ":61:2607020701DR40,NTRFKREF77//B4711",
            ":86:116?00UEBERWEISUNG?10931?20EREF+RUN-12?21SVWZ+Invoice G0022973724?225 of J",
            "une?30COBADEFFXXX?31DE02120300000000202051?32Contoso Cloud Services Euro?33pe Ltd",
        ),
    )
    (one,) = seen.records
    assert one | {"transaction_id": ""} == {
        "transaction_id": "",
        "account": "12030000/0000202051",
        "statement": "7/1",
        "value_on": "2026-07-02",
        "booked_on": "2026-07-01",
        "amount": "-40",
        "currency": "EUR",
        "reference": "EREF+RUN-12 SVWZ+Invoice G0022973724 5 of June UEBERWEISUNG KREF77",
        "counterparty": "Contoso Cloud Services Europe Ltd",
        "bank_reference": "B4711",
    }
    assert seen.told == [
        "statement, statement 7/1 of account …2051: opening 100.00, 1 movement, closing 60.00 EUR: agrees."
    ]


@pytest.mark.parametrize(
    ("mark", "amount", "closing"),
    [
        ("C", "40.00", "140,00"),
        ("D", "-40.00", "60,00"),
        # the letter of the currency may follow, and small letters occur
        ("CR", "40.00", "140,00"),
        ("DR", "-40.00", "60,00"),
        ("d", "-40.00", "60,00"),
        # a credit that is reversed takes money away, a debit that is reversed brings it back
        ("RC", "-40.00", "60,00"),
        ("RD", "40.00", "140,00"),
        ("RCR", "-40.00", "60,00"),
    ],
)
def test_signs(tmp_path: Path, mark: str, amount: str, closing: str) -> None:
    """Every mark has its sign, as the balances confirm."""
    seen = read(tmp_path, "mt940", text(f":61:2607020701{mark}40,00NTRFNONREF", closing=closing))
    assert seen.column("amount") == [amount]
    assert seen.told[0].endswith("agrees.")


@pytest.mark.parametrize(
    ("days", "value_on", "booked_on"),
    [
        ("2607020701", "2026-07-02", "2026-07-01"),
        ("260702", "2026-07-02", ""),
        ("260702    ", "2026-07-02", ""),
        # the two lie in different years
        ("2612310102", "2026-12-31", "2027-01-02"),
        ("2701021231", "2027-01-02", "2026-12-31"),
        ("2402290301", "2024-02-29", "2024-03-01"),
    ],
)
def test_days(tmp_path: Path, days: str, value_on: str, booked_on: str) -> None:
    """The day of booking has the year that brings it next to the value day."""
    seen = read(tmp_path, "mt940", text(f":61:{days}D40,00NTRFNONREF"))
    assert [(one["value_on"], one["booked_on"]) for one in seen.records] == [(value_on, booked_on)]


@pytest.mark.parametrize(
    "line",
    [
        # there is no such day, of value or of booking
        "2602300301D6,00NTRFNONREF",
        "2603010230D6,00NTRFNONREF",
        "2613010101D6,00NTRFNONREF",
        # neither sign nor amount
        "260702X6,00NTRFNONREF",
        "260702DNTRFNONREF",
        "260702D1.234,56NTRFNONREF",
        "260702D1,2,3NTRFNONREF",
        "260702DNaNNTRF",
        "",
    ],
)
def test_a_line_that_cannot_be_read(load_files: LoadFiles, line: str) -> None:
    """Such a movement is left out and counted, and the rest of the statement is read."""
    done = load_files(
        {"s.sta": text(f":61:{line}", ":61:260702D40,00NTRFNONREF")}, source("s.sta", "mt940_statement")
    )
    assert done.counts() == (2, 1, 1)
    assert [reason for *_, reason in done.rejects()] == [
        "is no statement line (:61:) with days and an amount"
    ]


@pytest.mark.parametrize(
    ("fields", "reference", "name"),
    [
        # code words between slashes, cut at 65
        (
            (
                ":61:260702D40,00NTRFEREF//B1",
                ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL02/BIC/INGBNL2A/NAME/CONTOSO CLO",
                "UD/REMI/FACTUUR G002297372/EREF/12",
            ),
            "/TRTP/SEPA OVERBOEKING/IBAN/NL02/BIC/INGBNL2A/NAME/CONTOSO CLOUD/REMI/FACTUUR G002297372/EREF/12 EREF",
            "CONTOSO CLOUD",
        ),
        (
            (":61:260702D40,00NTRFEREF//B1", ":86:/CNTP/NL02/INGBNL2A/CONTOSO//REMI/USTD//FACTUUR 1/"),
            "/CNTP/NL02/INGBNL2A/CONTOSO//REMI/USTD//FACTUUR 1/ EREF",
            "CONTOSO",
        ),
        # a reference filled up with blanks, and a name behind it
        (
            (":61:260702D40,00N0440121470966      TAILSPIN BV", ":86:FACTUUR 1", ":86:JULI"),
            "FACTUUR 1 JULI 0121470966 TAILSPIN BV",
            "TAILSPIN BV",
        ),
        # account and name on the line, and again in the text
        (
            (
                ":61:260702D40,00NIOBNL47INGB9999999999",
                "litware bv",
                ":86:NL47INGB9999999999 litware bv",
                "",
                "factuur 1",
            ),
            "NL47INGB9999999999 litware bv factuur 1 NL47INGB9999999999 litware bv",
            "litware bv",
        ),
        # the German extension outside SWIFT
        (
            (":61:260702D40,00NTRFNONREF", ":NS:01Rechnung G002297372", "15Contoso", "17UEBERWEISUNG"),
            "Rechnung G002297372 UEBERWEISUNG",
            "Contoso",
        ),
        # another sign than the question mark, soft hyphens and blanks that do not break
        (
            (":61:260702D40,00NTRFNONREF", ":86:000>20Rech\xadnung\xa0G1>32Contoso"),
            "Rechnung G1",
            "Contoso",
        ),
        # what looks like a field within a narrative is text
        (
            (":61:260702D40,00NTRFNONREF", ":86:106?20Run 2026-07-02T16", ":26:37", ":25:No account"),
            "Run 2026-07-02T16:26:37:25:No account",
            None,
        ),
    ],
)
def test_narratives(tmp_path: Path, fields: tuple[str, ...], reference: str, name: str | None) -> None:
    """Text and counterparty come out of every structure in use."""
    seen = read(tmp_path, "mt940", text(*fields))
    assert [(one["reference"], one["counterparty"]) for one in seen.records] == [(reference, name)]


def test_wrappers_and_headers(tmp_path: Path) -> None:
    """SWIFT's blocks, banks' own headers, Windows line ends and control signs around a statement make no difference."""
    plain = text(":61:260702D40,00NTRFNONREF//B1")
    wrapped = "{1:F01BANKDEFFXXXX0000000000}{2:O940BANKDEFFXXXXN}{3:}{4:\n" + plain.replace("-\n", "-}{5:}\n")
    headed = "BANKNL2A\n940\nBANKNL2A\n" + plain
    inline = "{1:F01BANKDEFFXXXX0000000000}{4:" + plain
    expected = read(tmp_path, "mt940", plain).records
    for other in (wrapped, headed, inline, plain.replace("\n", "\r\n"), "\x01\n" + plain, "\ufeff" + plain):
        assert read(tmp_path, "mt940", other).records == expected


def test_other_encodings(tmp_path: Path) -> None:
    """A text that is no UTF-8 is read as Windows' and says so; one with a mark of UTF-16 as that."""
    plain = text(":61:260702D40,00NTRFNONREF", ":86:166?20Gebühr?32Müller")
    legacy = read(tmp_path, "mt940", plain.encode("cp1252"))
    assert legacy.column("counterparty") == ["Müller"]
    assert legacy.told[0] == (
        "statement is not UTF-8; it was read as cp1252, the one likely encoding that all its letters fit."
    )
    other = read(tmp_path, "mt940", plain.encode("cp437"))
    assert other.column("amount") == ["-40.00"]
    assert other.told[0] == (
        "statement is not UTF-8; it was read as CP1252, so that letters with accents may be others."
    )
    stated = read(tmp_path, "mt940", plain.encode("cp437"), encoding="cp437")
    assert stated.column("counterparty") == ["Müller"]
    assert read(tmp_path, "mt940", plain.encode("utf-16")).column("counterparty") == ["Müller"]


def test_a_report_of_the_day(load_files: LoadFiles) -> None:
    """An MT942 names its currency in a limit; its movements are those of the day's statement, and expected ones none."""
    report = (
        ":20:X\n:25:12030000/0000202051\n:28C:7/1\n:34F:EURD0,00\n:13D:2607021815+0200\n"
        ":61:2607020702D40,00NTRFNONREF//B1\n:61:2607020702ED7,00NTRFNONREF\n:90D:1EUR40,00\n-\n"
    )
    whole = text(":61:2607020702D40,00NTRFNONREF//B1", ":61:2607020702D1,00NTRFNONREF//B2")
    done = load_files({"1.sta": report, "2.sta": whole}, source("*.sta", "mt940_statement"))
    assert done.counts() == (3, 3, 0)
    assert done.rows("SELECT amount::VARCHAR FROM bank_transaction ORDER BY 1") == [
        ("-1.0000",),
        ("-40.0000",),
    ]
    assert "1.sta: 1 expected movements (EC, ED) were left aside." in done.loaded.assumptions


def test_a_statement_twice_in_one_file(load_files: LoadFiles) -> None:
    """Without references of the bank, a statement that is delivered again counts once, and equal movements count each."""
    once = text(":61:260702D20,00NTRFNONREF", ":61:260702D20,00NTRFNONREF")
    done = load_files({"s.sta": once + once}, source("s.sta", "mt940_statement"))
    assert done.counts() == (4, 4, 0)
    assert done.rows("SELECT count(*) FROM bank_transaction") == [(2,)]


@pytest.mark.parametrize(
    ("balances", "is_told"),
    [
        ([("100,", "60,"), ("60,", "20,")], False),
        # the newest first, and one twice
        ([("60,", "20,"), ("100,", "60,")], False),
        ([("100,", "60,"), ("100,", "60,")], False),
        ([("100,", "60,"), ("61,", "21,")], True),
    ],
)
def test_statements_that_follow_each_other(
    tmp_path: Path, balances: list[tuple[str, str]], *, is_told: bool
) -> None:
    """A statement that begins where no other of its account in the file ends is told."""
    each = (
        text(":61:260702D40,00NTRFNONREF", opening=opening, closing=closing).replace(
            "28C:7/1", f"28C:{number}"
        )
        for number, (opening, closing) in enumerate(balances)
    )
    told = read(tmp_path, "mt940", "".join(each)).told
    sentence = (
        "statement: between statements 0 and 1 of account …2051 the balances do not follow each other: a statement is "
        "missing, or they are out of order."
    )
    assert (sentence in told) == is_told


def test_other_text_is_not_taken() -> None:
    """A text that merely begins with a colon and digits is no statement."""
    assert not is_known(b":20:reference only\n", "mt940")
    assert not is_known(b"20,30\n:25:\n", "mt940")
