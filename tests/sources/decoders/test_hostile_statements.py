"""Damaged and malicious bank statements: a clear error or a counted reject, in bounded memory."""

import tracemalloc
from pathlib import Path

import pytest

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import formats
from cspaudit.sources.decoders import xml_parts
from cspaudit.sources.files import SourceFile
from cspaudit.sources.mapping import Format
from tests.sources.decoders.decoding import read, read_anyhow
from tests.sources.decoders.test_camt import entry, message, statement

MANY = 1 << 27
CAMT = message(statement(entry("40.00")))
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    "<Document><BkToCstmrStmt><Stmt><Id>&b;</Id></Stmt></BkToCstmrStmt></Document>"
)
EXTERNAL = CAMT.replace("<Document>", '<!DOCTYPE Document SYSTEM "file:///etc/passwd"><Document>')


@pytest.mark.parametrize("content", [BOMB, EXTERNAL])
def test_no_document_types(tmp_path: Path, content: str) -> None:
    """A message that declares entities or a document type is refused before any of it is expanded."""
    with pytest.raises(SourceError, match="declares a document type or entities"):
        read(tmp_path, "camt", content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("camt", CAMT[:-30], "no whole XML document"),
        ("camt", CAMT.replace("<Id>", "<Id>\0"), "no whole XML document"),
        (
            "camt",
            CAMT.replace("<?xml version='1.0'?>", "<?xml version='1.0' encoding='x-none'?>"),
            "cannot be read|no whole",
        ),
        ("camt", message(), "holds no statement"),
        ("camt", CAMT.replace("<Amt", "<x>" * 200 + "<Amt"), "nested deeper than 100"),
        ("mt940", ":20:X\n:25:1\n:28C:1\n" + "x" * 3_000_000, "longer than"),
        ("mt940", ":20:X\n:25:1\n:28C:1\n", "holds no statement"),
        ("mt940", ":20:X\n:25:1\n:28C:1\n:60F:C260701EUR1,\n" + "x\n" * 600_000, "movement is longer"),
        (
            "mt940",
            ":20:X\n:25:1\n:28C:1\n:60F:C260701EUR1,\n:61:\n" + ":86:x\n" * 300_000,
            "movement is longer",
        ),
        ("bai2", "01,A,B,260701,0800,1,,,2/\n02,B,A,1,260630,,USD,2/\n03,1,USD,010,100,,/\n", "not whole"),
        (
            "bai2",
            "01,A,B,260701,0800,1,,,2/\n02,B,A,1,260630,,USD,2/\n" + "88,x\n" * 20_000,
            "continued more than",
        ),
        ("ofx", "<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD", "no whole OFX"),
        ("ofx", "<OFX><A><B></A></B></OFX>", "no whole OFX"),
        (
            "ofx",
            "<OFX><STMTRS><BANKTRANLIST><STMTTRN><TRNAMT>1</BANKTRANLIST></STMTRS></OFX>",
            "no whole OFX",
        ),
        ("ofx", "<OFX>" + "<A>" * 100_000 + "</A>", "nested deeper than 100"),
        ("ofx", '<!DOCTYPE OFX [<!ENTITY a "a">]><OFX></OFX>', "document type or entities"),
        ("ofx", "<OFX>\0</OFX>", "NUL byte"),
        ("bai2", "01,A,B,260701,0800,1,,,2/\n02,B,A,1,260630,,USD,2/\n" + "x\n" * 90_000, "record is longer"),
        ("ofx", "<OFX>" + "<A><![CDATA[" * 200_000 + "</OFX>", "no whole OFX"),
        ("ofx", "<OFX>" + "<!--" * 200_000 + "</OFX>", "no whole OFX"),
        ("ofx", "<OFX>" + "<A>1" * 4_000_001 + "</OFX>", "more than 4,000,000 tags"),
        ("ofx", "<OFX></OFX>", "no statement of a bank account"),
    ],
)
def test_a_clear_error(tmp_path: Path, name: Format, content: str, said: str) -> None:
    """What cannot be read at all is told with its reason."""
    with pytest.raises(SourceError, match=said):
        read(tmp_path, name, content)


def _file_of_one_line(path: Path, start: bytes, piece: bytes) -> None:
    with path.open("wb") as out:
        out.write(start)
        for _ in range(MANY // (1 << 20)):
            out.write(piece * (1 << 20))


@pytest.mark.parametrize(
    ("name", "start", "piece"),
    [
        ("camt", b"<Document><BkToCstmrStmt><Stmt><Ntry><AddtlNtryInf>", b"x"),
        ("camt", b"<Document><BkToCstmrStmt><Stmt><", b"x"),
        ("mt940", b":20:X\n:25:1\n:28C:1\n:60F:C260701EUR1,\n:61:", b"1"),
        ("bai2", b"01,A,B,260701,0800,1,,,2/\n02,B,A,1,260630,,USD,2/\n16,", b"1"),
        ("ofx", b"<OFX><STMTRS>", b"x"),
    ],
)
def test_an_endless_line(tmp_path: Path, name: Format, start: bytes, piece: bytes) -> None:
    """A line or tag of 128 MB, without end, is refused without being held as a whole more than twice over."""
    path = tmp_path / "endless"
    _file_of_one_line(path, start, piece)
    tracemalloc.start()
    try:
        with pytest.raises(SourceError):
            read_anyhow(path, name)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * xml_parts.MAX_TEXT + (1 << 23)


def test_many_entries_in_bounded_memory(tmp_path: Path) -> None:
    """A statement is read entry by entry: four thousand entries need a fraction of the file's size."""
    path = tmp_path / "large"
    start, _, end = message(statement("#")).partition("#")
    with path.open("w", encoding="utf-8") as out:
        out.write(start)
        for number in range(4_000):
            out.write(
                entry("1.00", ref=f"R{number}", more="<AddtlNtryInf>" + "text " * 250 + "</AddtlNtryInf>")
            )
        out.write(end)
    decoded = formats.decoder("camt").decode(
        SourceFile(path, path.name, ""), SourceSettings(path="*", mapping="camt_statement")
    )
    tracemalloc.start()
    try:
        assert sum(1 for _ in decoded.records) == 4_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < path.stat().st_size / 2
    assert path.stat().st_size > 1 << 22
