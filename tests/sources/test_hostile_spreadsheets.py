"""Spreadsheets that are damaged, protected, no spreadsheets at all, or made to do harm."""

import io
import zipfile
from pathlib import Path

import pytest

from cspaudit.sources.spreadsheets import OLE_MAGIC
from tests.sources.loading import TICKETS, LoadFiles
from tests.sources.workbooks import Rows, altered, xls, xlsx

ROWS: Rows = [["ticket_id", "opened_at"], ["A", "2026-07-01T09:30:00Z"]]
BOOK = xlsx({"T": ROWS})
CSV = "ticket_id,opened_at\r\nA,2026-07-01T09:30:00Z\r\n"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "AAAAAAAAAA">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9)
)


def archive(name: str) -> bytes:
    """Return an archive that holds one file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr(name, CSV)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (OLE_MAGIC + bytes(504) + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (BOOK[: len(BOOK) // 2], "damaged or not whole"),
        (BOOK[:-40] + bytes(40), "damaged or not whole"),
        (xls({"T": ROWS})[:1500], "damaged or not whole"),
        (OLE_MAGIC + bytes(504) + "Workbook".encode("utf-16-le"), "damaged or not whole"),
        (archive("tickets.csv"), "a packed archive, not a spreadsheet"),
        (archive("word/document.xml"), "a packed archive, not a spreadsheet"),
        (xlsx({"T": []}), "No sheet of the spreadsheet holds anything"),
        (b"<html><body><table><tr><td>ticket_id", "a web page"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>\n<table>", "a web page"),
        (b"<table border=1><tr><td>a", "a web page"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "an XML spreadsheet of 2003",
        ),
        (
            xlsx({"T": [*ROWS, *[[]] * 1_048_573, [*[None] * 16_383, "z"]]}),
            "takes more than 6 GB of memory or 15 minutes",
        ),
        (altered(BOOK, "xl/worksheets/sheet1.xml", b"</sheetData>", b"<row r='3'><c r='A3'><v>1"), "damaged"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_cannot_be_read_is_told(load_files: LoadFiles, content: bytes, said: str) -> None:
    """Each damage, protection and disguise is one clear problem, in bounded memory, and nothing is read."""
    done = load_files({"t.xls": content}, TICKETS.replace("t.csv", "t.xls"))
    assert said in done.problem
    assert "t.xls" in done.problem
    assert done.counts() == (0, 0, 0)


@pytest.mark.parametrize("content", [CSV, CSV.replace(",", "\t"), CSV.replace(",", ";")])
def test_a_csv_named_like_a_spreadsheet_is_read_as_what_it_is(load_files: LoadFiles, content: str) -> None:
    """What a program calls .xls is often a text."""
    done = load_files({"t.xls": content}, TICKETS.replace("t.csv", "t.xls"))
    assert done.counts() == (1, 1, 0)


def test_an_archive_that_unpacks_to_too_much_is_not_opened(load_files: LoadFiles) -> None:
    """The sizes that the archive states are looked at first."""
    bomb = bytearray(BOOK)
    directory = bomb.rfind(b"PK\x01\x02")
    bomb[directory + 24 : directory + 28] = b"\xfe\xff\xff\xff"
    bomb2 = bomb.rfind(b"PK\x01\x02", 0, directory)
    bomb[bomb2 + 24 : bomb2 + 28] = b"\xfe\xff\xff\xff"
    done = load_files({"t.csv": bytes(bomb)}, TICKETS)
    assert "takes more than 6 GB of memory" in done.problem


def test_entities_are_not_expanded(load_files: LoadFiles) -> None:
    """A chain of entities that would grow to gigabytes stays the text that it is, or is refused."""
    book = altered(
        BOOK, "xl/sharedStrings.xml", b'standalone="yes"?>', b'standalone="yes"?>' + ENTITIES + b"]>"
    )
    book = altered(book, "xl/sharedStrings.xml", b"<t>A</t>", b"<t>&j;</t>")
    done = load_files({"t.csv": book}, TICKETS)
    assert done.loaded.problems or done.values("SELECT length(ticket_id) < 10 FROM ticket") == [True]


def test_empty_columns_without_end_cost_nothing(load_files: LoadFiles) -> None:
    """Cells that only have a format are no columns."""
    blank = b"".join(b'<c r="%s1" s="0"/>' % name for name in (b"C", b"ZZ", b"XFD"))
    book = altered(BOOK, "xl/worksheets/sheet1.xml", b"</row>", blank + b"</row>")
    done = load_files({"t.csv": book}, TICKETS)
    assert done.counts() == (1, 1, 0)
    assert done.loaded.warnings == ()


def test_a_book_writes_nothing_outside_the_staging_folder(load_files: LoadFiles, tmp_path: Path) -> None:
    """A sheet named like a path is a sheet."""
    book = altered(BOOK, "xl/workbook.xml", b'name="T"', b'name="..\\..\\evil"')
    done = load_files({"t.csv": book}, TICKETS)
    assert done.counts() == (1, 1, 0)
    assert not list(tmp_path.rglob("*evil*"))
