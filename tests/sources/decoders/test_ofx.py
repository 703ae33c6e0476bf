"""Statements in OFX and QFX."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sources.decoders.decoding import is_known, read
from tests.sources.loading import LoadFiles, source

HEAD = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n\n"
XML = '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n'
ONE = "<TRNTYPE>DEBIT<DTPOSTED>20260701120000.000[-5:EST]<TRNAMT>-40.00<FITID>F1<NAME>Contoso<MEMO>Invoice G002297372"


def text(*movements: str, account: str = "202051", head: str = HEAD) -> str:
    """Return the statement of one account, in SGML without end tags of its fields."""
    listed = "".join(f"<STMTTRN>{one}</STMTTRN>\n" for one in movements)
    return (
        f"{head}<OFX><BANKMSGSRSV1><STMTTRNRS><TRNUID>0<STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1203<ACCTID>{account}"
        f"<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST><DTSTART>20260601<DTEND>20260702\n{listed}</BANKTRANLIST>"
        "<LEDGERBAL><BALAMT>60.00<DTASOF>20260702</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )


def test_a_movement(tmp_path: Path) -> None:
    """The day is that which the bank writes, whatever the time's offset; name and memo make the text."""
    seen = read(tmp_path, "ofx", text(ONE + "<CHECKNUM>319"))
    (one,) = seen.records
    assert one | {"transaction_id": ""} == {
        "transaction_id": "",
        "account": "1203 202051",
        "statement": "up to 2026-07-02",
        "value_on": "2026-07-01",
        "booked_on": "2026-07-01",
        "amount": "-40.00",
        "currency": "USD",
        "reference": "Contoso Invoice G002297372 319",
        "counterparty": "Contoso",
        "bank_reference": "F1",
    }
    assert seen.told == [
        (
            "statement, statement up to 2026-07-02 of account …2051: 1 movement, closing 60.00 USD; it has only one balance, "
            "so nothing shows that it is whole."
        )
    ]


def test_every_spelling_is_the_same(tmp_path: Path) -> None:
    """XML, small letters, one line, CDATA, entities, empty fields and no header give the records of plain SGML."""
    plain = text(ONE.replace("Contoso", "Contoso & Co"))
    fields = ("TRNTYPE", "DTPOSTED", "TRNAMT", "FITID", "NAME", "MEMO", "CURDEF", "BANKID", "ACCTID")
    ended = plain
    for field in fields:
        before, found, after = ended.partition(f"<{field}>")
        value, mark, rest = after.partition("<")
        ended = f"{before}{found}{value}</{field}>{mark}{rest}" if found else ended
    expected = read(tmp_path, "ofx", plain).records
    assert expected[0]["counterparty"] == "Contoso & Co"
    for other in (
        XML + ended.removeprefix(HEAD).replace("&", "&amp;"),
        plain.removeprefix(HEAD),
        plain.replace("\n<STMTTRN>", "<STMTTRN>").replace("\n</BANK", "</BANK"),
        plain.replace("Contoso & Co", "<![CDATA[Contoso & Co]]>"),
        plain.replace("<FITID>", "<SIC><PAYEEID>\n<FITID>"),
        plain.replace("STMTTRN", "stmttrn").replace("TRNAMT", "trnamt"),
        plain.replace("<STMTTRN>", "<!-- a note --><STMTTRN>"),
    ):
        assert read(tmp_path, "ofx", other).records == expected


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("cp1252", HEAD),
        # many a bank says 1252 and writes UTF-8
        ("utf-8", HEAD),
        ("latin-1", HEAD.replace("1252", "ISO-8859-1")),
        ("utf-8", XML),
        ("utf-16", HEAD.replace("USASCII", "UNICODE")),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, head: str) -> None:
    """Letters with accents come out of every encoding that headers name."""
    content = text(ONE.replace("Contoso", "Müller"), head=head).encode(encoding)
    assert read(tmp_path, "ofx", content).column("counterparty") == ["Müller"]


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("-40.00", "-40.00"),
        ("+40,5", "40.5"),
        ("40", "40"),
        (".5", "0.5"),
        ("-1.234,56", "-1234.56"),
        ("1,234,567.89", "1234567.89"),
        ("-1,234.5", "-1234.5"),
    ],
)
def test_amounts(tmp_path: Path, written: str, amount: str) -> None:
    """Decimals begin with a point or a comma; where both stand the first parts thousands."""
    assert read(tmp_path, "ofx", text(ONE.replace("-40.00", written))).column("amount") == [amount]


@pytest.mark.parametrize(
    ("old", "new", "reason", "value"),
    [
        ("-40.00", "1,234", "has no amount that can be read (TRNAMT)", "1,234"),
        ("-40.00", "$120", "has no amount that can be read (TRNAMT)", "$120"),
        ("-40.00", "NaN", "has no amount that can be read (TRNAMT)", "NaN"),
        ("-40.00", "1E400", "has no amount that can be read (TRNAMT)", "1E400"),
        ("<TRNAMT>-40.00", "", "has no amount that can be read (TRNAMT)", "nothing"),
        ("20260701120000.000[-5:EST]", "20260231", "has no day that can be read (DTPOSTED)", "20260231"),
        ("<DTPOSTED>20260701120000.000[-5:EST]", "", "has no day that can be read (DTPOSTED)", "nothing"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, old: str, new: str, reason: str, value: str) -> None:
    """A movement without a day or a certain amount is left out, with its reason; the next one is read."""
    seen = read(tmp_path, "ofx", text(ONE.replace(old, new), ONE))
    assert [(one.reason, one.value) for one in seen.refused] == [(reason, value)]
    assert len(seen.records) == 1


def test_ids_of_accounts_and_overlapping_files(load_files: LoadFiles) -> None:
    """An id of the bank is one movement's within its account, in however many files; another account's is another."""
    done = load_files(
        {"1.ofx": text(ONE), "2.qfx": text(ONE, ONE.replace("F1", "F2")), "3.ofx": text(ONE, account="777")},
        source("*.?fx", "ofx_statement"),
    )
    assert done.counts() == (4, 4, 0)
    assert done.rows("SELECT count(*) FROM bank_transaction") == [(3,)]


def test_other_accounts(tmp_path: Path) -> None:
    """Cards are read and told; investments and loans are left aside and told."""
    card = text(ONE).replace("STMTRS", "CCSTMTRS").replace("BANKACCTFROM", "CCACCTFROM")
    investment = "<INVSTMTRS><CURDEF>USD</INVSTMTRS></OFX>"
    seen = read(tmp_path, "ofx", card.replace("</OFX>", investment))
    assert seen.column("amount") == ["-40.00"]
    assert "statement: 1 investment accounts were left aside." in seen.told
    assert "statement: 1 of its accounts is a card; what was paid with it is read as well." in seen.told


def test_without_the_library(tmp_path: Path) -> None:
    """Where the extra is not installed the error names it."""
    (tmp_path / "s.ofx").write_text(text(ONE), encoding="utf-8")
    code = (
        "import sys; sys.modules['ofxtools'] = None\n"
        "from pathlib import Path\n"
        "from cspaudit.model.engagement import SourceSettings\n"
        "from cspaudit.sources.decoders import ofx\n"
        "from cspaudit.sources.files import SourceFile\n"
        "ofx.decode(SourceFile(Path('s.ofx'), 's.ofx', ''), SourceSettings(path='*', mapping='ofx_statement'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "SourceError: s.ofx: OFX and QFX are read with ofxtools, which is not installed." in done.stderr
    assert "pip install 'cspaudit[ofx]'" in done.stderr


def test_other_text_is_not_taken() -> None:
    """An HTML page is no statement."""
    assert not is_known(b"<html><body>ofx</body></html>", "ofx")
