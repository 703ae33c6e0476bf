"""Parts a file of mails into single ones: the envelope line, the headers and the first bytes of each body.

The standard library's mailbox holds a whole mail in memory, stops at bytes that are not ASCII, and takes every line of
a body that begins with "From " for a new mail. Here a mail begins at such a line only where a date stands in it and a
header after it. Of a body nothing is kept but its beginning, so that a mailbox of any size needs little memory.
"""

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

CHUNK_BYTES = 1 << 20
#: headers without an end are none
MAX_HEAD_BYTES = 1 << 22
#: as much of a body as tells mails without an id apart
BODY_BYTES = 1 << 11
#: a longer mail's own word on its length is not looked after
MAX_STATED_BYTES = 1 << 26
#: as much as is looked at to tell whether a mail begins
_LINE_BYTES = 1 << 11
_MARK = b"\nFrom "

_MONTH = rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_DATE = (
    rb"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?[ \t]+)?"
    rb"(?:" + _MONTH + rb"[ \t]+\d{1,2}|\d{1,2}[ \t]+" + _MONTH + rb")(?:,?[ \t]+\d{4})?,?[ \t]+\d{1,2}:\d\d"
)
_START = re.compile(
    rb"From (?:[^\r\n]{0,1000}[ \t])?(" + _DATE + rb"[^\r\n]{0,100})\r?\n(?=[!-9;-~]+[ \t]*:|>?From )"
)
_YEAR = re.compile(rb"\b\d{4}\b")
_EMPTY_LINE = re.compile(rb"\n\r?\n")
_STATED = re.compile(rb"^content-length:[ \t]*(\d{1,10})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
#: what may stand before the first mail
BEFORE = b"\xef\xbb\xbf\r\n"


class RawMail(NamedTuple):
    """One mail: its envelope line (empty outside of a mailbox), its headers, and the beginning of its body."""

    envelope: bytes
    head: bytes
    body: bytes
    is_endless: bool


def begins(text: bytes) -> bool:
    """Whether a text is the beginning of a mailbox."""
    found = _START.match(text, len(text) - len(text.lstrip(BEFORE)))
    return found is not None and _YEAR.search(found[1]) is not None


class Mailbox:
    """The mails of a file, read forward once; ``head`` is what was read of it before."""

    def __init__(self, plain: IO[bytes] | None, head: bytes = b"") -> None:
        self._plain = plain
        self._buffer = head
        #: where in the buffer the mail begins that is being read
        self._at = 0
        self._has_ended = plain is None
        #: lines that look like the beginning of a mail, in bodies whose length is stated
        self.passed_over = 0

    def mails(self) -> Iterator[RawMail]:
        """Yield every mail of a mailbox."""
        self._leave_out_blanks()
        while self._reach(1):
            mail, begin = self._one()
            yield mail
            self._skip_body(begin, mail.head)

    def one(self) -> RawMail:
        """Return the mail of a file that holds a single one; its body is not read."""
        self._leave_out_blanks()
        return self._one()[0]

    def _leave_out_blanks(self) -> None:
        self._reach(_LINE_BYTES)
        self._buffer = self._buffer.lstrip(BEFORE)

    def _reach(self, size: int) -> bool:
        """Read on until so many bytes of the mail are there; whether they are."""
        while self._plain and len(self._buffer) - self._at < size and not self._has_ended:
            lacking = size - (len(self._buffer) - self._at)
            chunk = self._plain.read(max(CHUNK_BYTES, lacking))
            self._has_ended = not chunk
            self._buffer = self._buffer[self._at :] + chunk
            self._at = 0
        return len(self._buffer) - self._at >= size

    def _one(self) -> tuple[RawMail, int]:
        """Return the mail that begins here, and where its body does, counted from the mail's beginning."""
        first = 0
        if self._buffer.startswith(b"From ", self._at):
            self._reach(_LINE_BYTES)
            first = self._buffer.find(b"\n", self._at) + 1 - self._at
            first = max(first, 0)
        envelope = self._buffer[self._at : self._at + first]
        while True:
            # the line end of the envelope may be the first of two
            found = _EMPTY_LINE.search(self._buffer, self._at + max(first - 1, 0))
            seen = len(self._buffer) - self._at
            if found or seen > MAX_HEAD_BYTES or not self._reach(seen + 1):
                break
        end = found.start() + 1 - self._at if found else seen
        begin = found.end() - self._at if found else seen
        is_endless = end > MAX_HEAD_BYTES
        if is_endless:
            end = begin = MAX_HEAD_BYTES
        if (next_one := self._find_start(first, end)) >= 0:
            # a mail without an empty line, and so without a body
            end = begin = next_one
            is_endless = False
        self._reach(begin + BODY_BYTES)
        head = self._buffer[self._at + first : self._at + end]
        body = self._buffer[self._at + begin : self._at + begin + BODY_BYTES]
        if envelope and _MARK in body and (next_one := self._find_start(begin, begin + BODY_BYTES)) >= 0:
            body = body[: next_one - begin]
        return RawMail(envelope, head, body, is_endless), begin

    def _find_start(self, begin: int, end: int) -> int:
        """Return where between two places the first mail begins, -1 where none does."""
        place = begin - 1 if begin else begin
        while (found := self._buffer.find(_MARK, self._at + place, self._at + end)) >= 0:
            place = found + 1 - self._at
            if self._is_start(place):
                return place
        return -1

    def _is_start(self, place: int) -> bool:
        self._reach(place + _LINE_BYTES)
        found = _START.match(self._buffer, self._at + place)
        return found is not None and _YEAR.search(found[1]) is not None

    def _skip_body(self, begin: int, head: bytes) -> None:
        """Go on to the next mail; what stands in a body whose length is stated truly begins none."""
        # few mails state it, and a plain search tells that faster
        stated = _STATED.search(head) if b"content-length" in head.lower() else None
        if stated and int(stated[1]) <= MAX_STATED_BYTES and self._ends_after(begin, int(stated[1])):
            return
        # the line end before the body may be the one before the next mail
        self._at += max(begin - 1, 0)
        while self._reach(len(_MARK)):
            end = len(self._buffer) - self._at
            found = self._find_start(0, end)
            if found >= 0:
                self._at += found
                return
            # the mark may be cut in two by the end of what was searched
            self._at += end - len(_MARK) + 1
        self._at = len(self._buffer)

    def _ends_after(self, begin: int, length: int) -> bool:
        """Go on to where the stated length of a body ends, if that is where a mail or the whole file ends."""
        self._reach(begin + length + _LINE_BYTES)
        place = begin + length
        if self._at + place > len(self._buffer):
            return False
        while self._buffer[self._at + place : self._at + place + 1] in {b"\r", b"\n"}:
            place += 1
        if self._at + place < len(self._buffer) and not self._is_start(place):
            return False
        inside = begin
        while (found := self._find_start(inside, begin + length)) >= 0:
            self.passed_over += 1
            inside = found + 1
        self._at += place
        return True
