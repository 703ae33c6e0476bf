"""Mails that are damaged, endless or made to do harm: a clear error or a counted reject, within bounded memory."""

import gzip
import io
import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources.decoded import Refused
from cspaudit.sources.decoders import mail as decoder
from cspaudit.sources.decoders import mail_head, mbox
from cspaudit.sources.files import SourceFile, unpacking
from tests.sources.loading import LoadFiles, Loading, source
from tests.sources.mails import ENVELOPE, mail, mailbox
from tests.sources.ole_files import message

SETTINGS = SourceSettings(path="*", mapping="mail")
SOUND = mailbox([mail(1), mail(2, Cc="lee@contoso.example")]).encode()
MSG = message({"001A": "IPM.Note", "1035": "<7@x>", "5D01": "a@x.example"}, [("kim@contoso.example", 1)])


class Endless(io.RawIOBase):
    """A file of one mail whose body is a line of so many bytes, none of which lie anywhere."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._begin = (ENVELOPE + mail(1, "x")).encode()
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        if self._begin:
            begin, self._begin = self._begin, b""
            return begin
        now = min(size, self._left)
        self._left -= now
        return b"x" * now


def load(load_files: LoadFiles, content: str | bytes, name: str = "m.mbox") -> Loading:
    """Load one file of mails."""
    return load_files({name: content}, source(name, "mail"))


def test_a_line_without_end_is_never_held() -> None:
    """A body of 300 MB in one line takes a few megabytes."""
    tracemalloc.start()
    mails = list(mbox.Mailbox(Endless(300_000_000)).mails())  # type: ignore[arg-type]  # it can be read
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(mails) == 1
    assert peak < 16_000_000


@pytest.mark.parametrize("lines", [1_000_000, 3_000_000])
def test_headers_without_end(load_files: LoadFiles, lines: int) -> None:
    """A mail of more than four megabytes of headers is a counted reject, and the next one is read."""
    done = load(load_files, mailbox(["X: y\n" * lines + mail(1), mail(2)]))
    assert done.values("SELECT message_id FROM message") == ["<2@fabrikam.example>"]
    assert done.counts() == (2, 1, 1)
    assert done.values("SELECT reason FROM reject") == ["has more than 4 MB of headers"]


def test_half_a_million_headers(load_files: LoadFiles) -> None:
    """Many headers are no harm, and neither are 20,000 recipients."""
    people = ", ".join(f"k{number}@contoso.example" for number in range(20_000))
    done = load(load_files, mail(1, To=people, X="y" + "\nX: y" * 500_000), "m.eml")
    assert done.values("SELECT count(*) FROM message") == [20_000]


def test_parts_in_parts(load_files: LoadFiles) -> None:
    """Bodies are not read, so that parts within parts, however deep, are nothing to follow."""
    deep = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(10_000))
    done = load(load_files, mailbox([mail(1, deep), mail(2)]))
    assert done.values("SELECT message_id FROM message ORDER BY 1") == [
        "<1@fabrikam.example>", "<2@fabrikam.example>",
    ]  # fmt: skip


def test_brackets_in_brackets(load_files: LoadFiles) -> None:
    """Comments and quotes that nothing closes hide what stands behind them, and stop nothing."""
    done = load(load_files, mail(1, To="(" * 100_000 + "kim@contoso.example", Cc='"' * 50_001), "m.eml")
    assert done.values("SELECT recipient FROM message") == ["unknown"]


def test_nul_bytes(load_files: LoadFiles) -> None:
    """A NUL byte in a header is shown as what it is not; in a body it is nobody's matter."""
    done = load(load_files, mailbox([mail(1, "\0" * 9, Subject="a\0b")]))
    assert done.values("SELECT subject FROM message") == ["a\ufffdb"]


def test_a_packed_mailbox_that_is_cut_off(load_files: LoadFiles) -> None:
    """Nothing of a damaged file is loaded, also where thousands of its mails were read; the others are."""
    many = mailbox([mail(number, sha256(bytes(number)).hexdigest()) for number in range(2_000)])
    damaged = gzip.compress(many.encode())[:-5000]
    done = load_files({"a.mbox": damaged, "b.mbox": SOUND, "c.eml": b""}, source("[a-c].*", "mail"))
    assert [one.problem for one in done.loaded.problems] == [
        "The file cannot be unpacked; it is damaged or not whole.",
        "The export is empty (0 bytes).",
    ]
    assert done.rows("SELECT file, count(*) FROM message GROUP BY file") == [("b.mbox", 3)]
    assert done.counts() == (2, 2, 0)


def test_a_folder_is_no_file(load_files: LoadFiles) -> None:
    """A folder that is named like a file is passed over."""
    done = load_files({"a.eml/x": "y", "b.eml": mail(1)}, source("*.eml", "mail"))
    assert done.counts() == (1, 1, 0)


def test_too_many_mails_without_headers(load_files: LoadFiles) -> None:
    """A file of which ten thousand mails cannot be read is no mailbox."""
    done = load(load_files, f"{ENVELOPE}>From x\n\n" * 10_001)
    assert "More than 10,000 records cannot be read." in done.problem


@pytest.mark.parametrize("year", ["0001", "9999", "1601"])
def test_absurd_dates(load_files: LoadFiles, year: str) -> None:
    """A date that no mail has is kept where it is one, and left out where not."""
    done = load(load_files, mail(1, Date=f"Sat, 1 Jan {year} 00:00:00 -1200"), "m.eml")
    assert done.counts() == ((1, 0, 1) if year == "0001" else (1, 1, 0))


def decoded(folder: Path, content: bytes) -> int:
    """Return how many mails a file holds, -1 where it is refused; whatever else happens is a failure."""
    path = folder / "fuzzed"
    path.write_bytes(content)
    file = SourceFile(path, "fuzzed", "")
    try:
        # as the stage does: damage of a packed file is a SourceError
        with unpacking(file):
            found = list(decoder.decode(file, SETTINGS).records)
    except SourceError:
        return -1
    assert all(isinstance(one, Refused) or len(one) == len(mail_head.FIELDS) for one in found)
    return len(found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for one file at a time."""
    return tmp_path_factory.mktemp("fuzz")


@given(st.one_of(st.binary(), st.binary().map(lambda tail: SOUND[:300] + tail)))
@example(b"\x1f\x8b")
def test_any_bytes(folder: Path, content: bytes) -> None:
    """Whatever a file holds, it is read or refused."""
    decoded(folder, content)
    decoder.is_format(content)


@settings(max_examples=300)
@given(st.sampled_from([SOUND, SOUND.replace(b"\n", b"\r\n"), MSG]), st.data())
def test_mails_with_changed_bytes(folder: Path, content: bytes, data: st.DataObject) -> None:
    """A mail with some bytes changed, dropped or doubled is read or refused."""
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(changed) - 1))
        piece = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b"\n\n", b"\nFrom ", b"=?utf-8?B?", b"<("]))
        )
        changed[at : at + data.draw(st.integers(0, 3))] = piece
        if not changed:
            return
    decoded(folder, bytes(changed))


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=60), min_size=1, max_size=8))
def test_read_is_loaded_and_rejected(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    """Of any mailbox every mail is loaded or a counted reject."""
    from tests.sources.loading import HEAD, ONE_PARTNER, load_folder, open_warehouse, write

    folder = tmp_path_factory.mktemp("any")
    box = b"".join(ENVELOPE.encode() + b"Subject: " + part + b"\n" for part in parts)
    write(folder, {"m.mbox": box, "cspaudit.toml": HEAD + ONE_PARTNER + source("m.mbox", "mail")})
    warehouse = open_warehouse(folder)
    done = load_folder(folder, warehouse)
    read, loaded, rejected = done.counts()
    assert read == loaded + rejected >= 1
    assert done.loaded.problems == ()
    warehouse.close()
