"""Messages that Outlook saved: the headers they came with, or else their properties; never a body or a file."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources import formats
from cspaudit.sources.decoders.msg import is_format
from cspaudit.sources.detect import known_layouts
from cspaudit.sources.files import HEAD_BYTES
from tests.sources.loading import LoadFiles, detect, instant, open_warehouse, source
from tests.sources.mails import DOMAINS, mail
from tests.sources.ole_files import message, ole, properties, texts

SENT = {0x0039: datetime(2026, 7, 1, 8, tzinfo=UTC), 0x0E06: datetime(2026, 7, 1, 8, 0, 3, tzinfo=UTC)}
TEXTS = {
    "001A": "IPM.Note",
    "0037": "Ihr Anliegen",
    "0C1F": "/O=EXCHANGELABS/CN=RECIPIENTS/CN=HELP",
    "5D01": "help@fabrikam.example",
    "1035": "<7@fabrikam.example>",
    "1042": "<6@contoso.example>",
    "1000": "The body, which nobody reads",
}
ROWS = (
    "SELECT message_id, recipient, sent_at, sender, subject, in_reply_to_id, direction, customer_id "
    "FROM message ORDER BY recipient"
)


def test_a_sent_message_has_no_headers(load_files: LoadFiles) -> None:
    """Sender, recipients of every kind, subject, times and ids are taken from the properties."""
    content = message(TEXTS, [("Kim@contoso.example", 1), ("audit@fabrikam.example", 3), ("", 2)], {}, SENT)
    done = load_files({"m.msg": content}, source("m.msg", "mail") + DOMAINS)
    shared = (instant("2026-07-01T08:00:00"), "help@fabrikam.example", "Ihr Anliegen", "<6@contoso.example>")
    assert done.rows(ROWS) == [
        ("<7@fabrikam.example>", "audit@fabrikam.example", *shared, "inbound", None),
        ("<7@fabrikam.example>", "kim@contoso.example", *shared, "outbound", "c1"),
    ]
    assert done.counts() == (1, 1, 0)
    assert done.loaded.assumptions == ()


def test_a_recipient_without_an_address_of_its_own_kind(load_files: LoadFiles) -> None:
    """Where a recipient has no SMTP address beside it, its plain address is one, if it is of the internet."""
    addresses = {"3001": "Kim", "3002": "SMTP", "3003": "kim@contoso.example"}
    exchange = {"3001": "Lee", "3002": "EX", "3003": "/O=EXCHANGELABS/CN=RECIPIENTS/CN=LEE"}
    more = {
        f"__recip_version1.0_#{number:08X}": {
            "__properties_version1.0": properties(8, {0x0C15: 1}, {}),
            **texts(found),
        }
        for number, found in enumerate((addresses, exchange))
    }
    done = load_files({"m.msg": message(TEXTS, (), {}, SENT, more)}, source("m.msg", "mail"))
    assert done.values("SELECT recipient FROM message") == ["kim@contoso.example"]


def test_a_received_message_keeps_its_headers(load_files: LoadFiles) -> None:
    """The headers go before the properties, which fill what no header says."""
    headers = mail(1, Message_ID="", Subject="=?utf-8?q?R=C3=A9ponse?=").replace("\n", "\r\n")
    content = message({**TEXTS, "007D": headers}, [("lee@contoso.example", 1)], {}, SENT)
    done = load_files({"m.msg": content}, source("m.msg", "mail"))
    assert done.rows("SELECT message_id, recipient, subject FROM message") == [
        ("<7@fabrikam.example>", "kim@contoso.example", "Réponse")
    ]


@pytest.mark.parametrize(
    ("own", "numbers", "counts"),
    [
        ({}, {0x0E07: 8}, (1, 1, 0)),
        ({"001A": "IPM.Contact"}, {}, (1, 0, 1)),
        ({"001A": "IPM.Task"}, {}, (1, 0, 1)),
    ],
)
def test_drafts_and_what_is_no_message(
    load_files: LoadFiles, own: dict[str, str], numbers: dict[int, int], counts: tuple[int, int, int]
) -> None:
    """A draft is left aside; a contact or a task is a counted reject."""
    content = message({**TEXTS, **own}, [("kim@contoso.example", 1)], numbers, SENT)
    done = load_files({"m.msg": content}, source("m.msg", "mail"))
    assert done.values("SELECT count(*) FROM message") == [0]
    assert done.counts() == counts


def test_a_report_of_failure_is_a_program_s(load_files: LoadFiles) -> None:
    """What the class of a message tells of it is told."""
    content = message({**TEXTS, "001A": "REPORT.IPM.Note.NDR"}, [("kim@contoso.example", 1)], {}, SENT)
    done = load_files({"m.msg": content}, source("m.msg", "mail"))
    assert done.values("SELECT is_automated FROM message") == [True]


@pytest.mark.parametrize("cut", [600, 1500, -700])
def test_a_damaged_message_is_refused(load_files: LoadFiles, cut: int) -> None:
    """A message that is not whole is a problem of its own; the next one is read."""
    whole = message(TEXTS, [("kim@contoso.example", 1)], {}, SENT)
    done = load_files({"a.msg": whole[:cut], "b.msg": whole}, source("*.msg", "mail"))
    assert "a.msg: The file is no Outlook message, or it is damaged." in done.problem
    assert done.rows("SELECT file, record FROM message") == [("b.msg", 1)]


def test_other_containers_are_no_messages(load_files: LoadFiles) -> None:
    """A spreadsheet of old has the same container, and none of the properties."""
    done = load_files({"a.msg": ole({"Workbook": b"x" * 5000})}, source("a.msg", "mail"))
    assert "The file is no Outlook message" in done.problem


def test_bombs_are_bounded(load_files: LoadFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams larger than headers may be are not read, and a container of too many entries is refused."""
    large = message({**TEXTS, "007D": "X: y\r\n" * 370_000}, [("kim@contoso.example", 1)], {}, SENT)
    done = load_files({"a.msg": large}, source("a.msg", "mail"))
    assert done.values("SELECT message_id FROM message") == ["<7@fabrikam.example>"]
    monkeypatch.setattr("cspaudit.sources.decoders.msg.MAX_ENTRIES", 20)
    many = message(TEXTS, [(f"{number}@x.example", 1) for number in range(30)], {}, SENT)
    done = load_files({"a.msg": many}, source("a.msg", "mail"))
    assert "The file is no Outlook message, or it is damaged" in done.problem


def test_a_message_is_known_by_its_content(tmp_path: Path) -> None:
    """Detection names the layout of a message, whatever its name."""
    (tmp_path / "thing.csv").write_bytes(message(TEXTS, [("kim@contoso.example", 1)], {}, SENT))
    with open_warehouse(tmp_path) as warehouse:
        found = detect(tmp_path / "thing.csv", known_layouts(resources.mappings()), warehouse)
    assert [one.name for one in found.candidates] == ["mail"]


def test_a_message_with_a_large_file_is_known(tmp_path: Path) -> None:
    """What is attached may stand before the directory of names: a message is known, a spreadsheet of old is not one."""
    attached = {"__attach_version1.0_#00000000": {"__substg1.0_37010102": b"x" * 300_000}}
    large = message(TEXTS, [("kim@contoso.example", 1)], {}, SENT, attached)
    (tmp_path / "m.msg").write_bytes(large)
    (tmp_path / "w.xls").write_bytes(ole({"Workbook": b"x" * 300_000}))
    assert not is_format(large[:HEAD_BYTES])
    assert formats.of(tmp_path / "m.msg") == "mail"
    assert formats.of(tmp_path / "w.xls") == "csv"
    with open_warehouse(tmp_path) as warehouse:
        found = detect(tmp_path / "m.msg", known_layouts(resources.mappings()), warehouse)
    assert [one.name for one in found.candidates] == ["mail"]


@pytest.mark.parametrize("at", [0x1E, 0x30])
def test_a_container_that_points_nowhere_is_no_message(tmp_path: Path, at: int) -> None:
    """A directory that is said to lie where no file reaches is not looked for."""
    content = bytearray(ole({"Workbook": b"x" * 5000}))
    content[at : at + 2] = b"\xff\xff"
    content[at + 2 : at + 4] = content[at + 2 : at + 4] if at == 0x1E else b"\xff\xff"
    (tmp_path / "w").write_bytes(content)
    assert formats.of(tmp_path / "w") == "csv"
