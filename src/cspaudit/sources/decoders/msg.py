"""Reads a message that Outlook saved (MSG, MS-OXMSG): the headers it came with, else its properties. No body, no file.

Of the streams inside only the few that say who wrote what to whom are read, and none that is larger than headers may be.
"""

import base64
import io
import struct
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, cast

from cspaudit.errors import SourceError
from cspaudit.sources import files
from cspaudit.sources.decoded import Record, Refused
from cspaudit.sources.decoders import mail_head, mbox
from cspaudit.sources.files import SourceFile

if TYPE_CHECKING:
    from olefile import OleFileIO

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: no mail server takes a larger message
MAX_FILE_BYTES = 1 << 28
#: more streams and folders inside are no message
MAX_ENTRIES = 50_000
#: as much of a container's directory as is looked at to know a message by its names
DIRECTORY_BYTES = 4096
_CONTAINER_HEAD_BYTES = 512
#: sectors have 512 bytes, or 4,096
_SECTOR_SHIFTS = (9, 12)

_PROPERTIES = "__properties_version1.0"
#: beginnings of names that a message's directory holds and a spreadsheet's does not, as the directory writes them
_MARKS = tuple(
    name.encode("utf-16-le")
    for name in ("__properties_", "__substg1.0_", "__nameid_", "__recip_", "__attach_")
)
_RECIPIENT = "__recip_version1.0_#"
#: bytes before the properties of fixed length: of the message, and of a recipient
_HEAD_OF_MESSAGE, _HEAD_OF_RECIPIENT = 32, 8
_UNICODE, _EIGHT_BIT, _BINARY = "001F", "001E", "0102"
_INTEGER, _TIME = 0x0003, 0x0040

_CLASS, _HEADERS, _SUBJECT = "001A", "007D", "0037"
_ID, _ANSWERED, _REFERENCES, _INDEX = "1035", "1042", "1039", "0071"
#: who sent it and for whom, the address of the internet before Exchange's own
_FROM = ("5D02", "5D01", "0065", "0C1F")
_TO = ("39FE", "3003")
_FLAGS, _SUBMITTED, _ARRIVED, _KIND = 0x0E07, 0x0039, 0x0E06, 0x0C15
_UNSENT = 8
_KINDS = {1: "to", 2: "cc", 3: "bcc"}
_CODE_PAGE = 0x3FFD
#: what Outlook keeps that is no message
_OTHERS = ("ipm.contact", "ipm.appointment", "ipm.task", "ipm.activity", "ipm.stickynote", "ipm.distlist")
#: times are counted from here in tenths of a microsecond
_FIRST = datetime.fromisoformat("1601-01-01T00:00:00+00:00")


def is_ole(head: bytes) -> bool:
    """Whether a file is a container of the kind that Outlook and older spreadsheet programs write."""
    return head.startswith(OLE_MAGIC)


def directory_place(head: bytes) -> int:
    """Return where the directory of a container begins; 0 where a file is none, or its directory lies beyond all bounds.

    A message with large files has its directory behind them, where the first bytes do not reach.
    """
    if not is_ole(head) or len(head) < _CONTAINER_HEAD_BYTES:
        return 0
    (shift,) = struct.unpack_from("<H", head, 0x1E)
    (sector,) = struct.unpack_from("<I", head, 0x30)
    if shift not in _SECTOR_SHIFTS:
        return 0
    place = (sector + 1) << shift
    return place if place < MAX_FILE_BYTES else 0


def is_format(head: bytes) -> bool:
    """Whether the first bytes are those of a message, as far as they tell: its head, and its directory's beginning."""
    return is_ole(head) and any(mark in head for mark in _MARKS)


def records(file: SourceFile, told: list[str]) -> Iterator[Record | Refused]:
    """Yield the one record of a message; SourceError where the file is none, or damaged."""
    seen: Counter[str] = Counter()
    with files.open_plain(file.path) as plain:
        content = plain.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise SourceError(f"A message has at most {MAX_FILE_BYTES >> 20} MB.", where=file.shown)
    try:
        yield _record(content, seen)
    # what the reader of the container meets in a damaged one
    except (
        OSError,
        struct.error,
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as error:
        raise SourceError(
            "The file is no Outlook message, or it is damaged.",
            where=file.shown,
            hint="Save the message from Outlook again, or export it as EML.",
        ) from error
    told += mail_head.sentences(file.shown, seen)


def _record(content: bytes, seen: Counter[str]) -> Record | Refused:
    from olefile import OleFileIO

    class Bounded(OleFileIO):  # type: ignore[misc]  # the library has no types
        entries = 0

        def _load_direntry(self, sid: int) -> object:
            self.entries += 1
            if self.entries > MAX_ENTRIES:
                message = "too many entries"
                raise OSError(message)
            return super()._load_direntry(sid)

    with Bounded(io.BytesIO(content)) as ole:
        message = _Folder(ole, "", _HEAD_OF_MESSAGE)
        if not message.properties:
            message_text = "no message"
            raise ValueError(message_text)
        kind = message.text(_CLASS).lower()
        if kind.startswith(_OTHERS):
            return Refused("is no mail but another item of Outlook", message.text(_CLASS))
        return mail_head.record(_headers(ole, message, kind), b"", b"", seen)


class _Folder:
    """The properties of a message or of one of its recipients."""

    def __init__(self, ole: "OleFileIO", path: str, head_bytes: int, encoding: str = "") -> None:
        self._ole = ole
        self._path = path
        self.properties = self._stream(_PROPERTIES)
        self._fixed: dict[int, bytes] = {}
        for at in range(head_bytes, len(self.properties) - 15, 16):
            _, number = struct.unpack_from("<HH", self.properties, at)
            self._fixed.setdefault(number, self.properties[at + 8 : at + 16])
        code_page = self.integer(_CODE_PAGE)
        self.encoding = encoding or (f"cp{code_page}" if code_page else "cp1252")

    def _stream(self, name: str) -> bytes:
        path = f"{self._path}/{name}" if self._path else name
        if not self._ole.exists(path) or self._ole.get_size(path) > mbox.MAX_HEAD_BYTES:
            return b""
        return cast("bytes", self._ole.openstream(path).read())

    def text(self, *numbers: str) -> str:
        """Return the first text property that is filled."""
        for number in numbers:
            if raw := self._stream(f"__substg1.0_{number}{_UNICODE}"):
                return raw.decode("utf-16-le", "replace").strip("\0")
            if raw := self._stream(f"__substg1.0_{number}{_EIGHT_BIT}"):
                return _in_code_page(raw, self.encoding).strip("\0")
        return ""

    def binary(self, number: str) -> bytes:
        """Return a property of bytes."""
        return self._stream(f"__substg1.0_{number}{_BINARY}")

    def integer(self, number: int) -> int:
        """Return a whole number, 0 where there is none."""
        return int(struct.unpack("<i", self._fixed.get(number, bytes(8))[:4])[0])

    def time(self, number: int) -> datetime | None:
        """Return a time in UTC."""
        ticks = int(struct.unpack("<Q", self._fixed.get(number, bytes(8)))[0])
        try:
            return _FIRST + timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None


def _in_code_page(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding, "replace")
    except LookupError:
        return raw.decode("cp1252", "replace")


def _headers(ole: "OleFileIO", message: _Folder, kind: str) -> dict[str, list[str]]:
    """Return the headers that the message came with, completed by its properties."""
    found = mail_head.headers(message.text(_HEADERS).encode("utf-8", "replace"))
    own: dict[str, list[str]] = {
        "subject": [message.text(_SUBJECT)],
        "message-id": [message.text(_ID)],
        "in-reply-to": [message.text(_ANSWERED)],
        "references": [message.text(_REFERENCES)],
        "from": [next((one for number in _FROM if "@" in (one := message.text(number))), "")],
        "thread-index": [_base64(message.binary(_INDEX))],
        "x-unsent": ["1" if message.integer(_FLAGS) & _UNSENT else ""],
        "content-type": ["multipart/report" if kind.startswith("report.") else ""],
    }
    if sent := message.time(_SUBMITTED):
        own["date"] = [format_datetime(sent)]
    if arrived := message.time(_ARRIVED):
        own["received"] = [f"; {format_datetime(arrived)}"]
    if not {"to", "cc", "bcc"} & found.keys():
        for name, address in _recipients(ole, message.encoding):
            own.setdefault(name, []).append(address)
    for name, texts in own.items():
        if name not in found and any(texts):
            found[name] = texts
    return found


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _recipients(ole: "OleFileIO", encoding: str) -> Iterator[tuple[str, str]]:
    names = sorted({path[0] for path in ole.listdir() if path[0].lower().startswith(_RECIPIENT)})
    for name in names:
        one = _Folder(ole, name, _HEAD_OF_RECIPIENT, encoding)
        address = next((text for number in _TO if "@" in (text := one.text(number))), "")
        if address:
            yield _KINDS.get(one.integer(_KIND) & 0xF, "to"), address
