"""Takes the list of records out of a JSON object of any size, with little of it in memory at a time.

The engine reads a list member by member, but an object as a whole; and most interfaces answer with an object that
holds the list: ``{"tickets": [...], "count": 2}``.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from cspaudit.errors import SourceError
from cspaudit.sources import files
from cspaudit.sources.files import SourceFile

#: records nested deeper than this are no export's
MAX_DEPTH = 500
#: a text in quotes, or a sign that opens, parts or closes
_TOKEN = re.compile(rb'"[^"]*"|[\[\]{},:]')
_TEXT = re.compile(rb'"[^"]*"')
_NO_BRACKET = bytes(set(range(256)) - set(b"[]{}"))


def take(file: SourceFile, path: Path, name: str, target: Path, limit: int) -> None:
    """Write the list that stands under ``name`` in the object of ``path`` to ``target``, as a JSON list of its own.

    With a ``limit`` no more than so many members of it are taken. SourceError where the object has no such list, or
    is cut off, or nests too deeply.
    """
    if not name:
        raise SourceError(
            f"The file is one JSON object of more than {files.LINE_BYTES >> 20} MB, which is no record of this layout.",
            where=file.shown,
        )
    with files.open_plain(path) as plain, target.open("wb") as out:
        out.write(b"[")
        scan = _Scan(file, limit)
        for chunk in _chunks(plain, _begin(file, plain, name)):
            end = scan.end_in(_without_escapes(chunk))
            if end >= 0:
                out.write(chunk[:end] + b"]")
                if not limit:
                    _refuse_more(file, chunk[end + 1 :] + plain.read(files.LINE_BYTES))
                return
            out.write(chunk)
    raise SourceError("The file ends within its list of records.", where=file.shown, hint="Export it again.")


def _refuse_more(file: SourceFile, rest: bytes) -> None:
    """Refuse a file that goes on after the object with the list: another page would be lost."""
    try:
        json.loads(b'{"": []' + rest)
    except (ValueError, RecursionError) as error:
        raise SourceError(
            "After the object with its list of records the file goes on, or ends too soon.",
            where=file.shown,
            hint="Give each page of the export a file of its own.",
        ) from error


def _begin(file: SourceFile, plain: IO[bytes], name: str) -> bytes:
    """Read up to the list and return what was read of it; only the first bytes are searched for it."""
    head = plain.read(files.LINE_BYTES)
    wanted = b'"' + name.encode() + b'"'
    depth, last, key = 0, b"", b""
    for token in _TOKEN.finditer(_closed(_without_escapes(head))[0]):
        sign = token.group()
        if sign == b":" and depth == 1:
            key = last
        elif sign == b"[" and depth == 1 and key == wanted:
            return head[token.end() :]
        depth += _step(sign)
        last = sign
    raise SourceError(
        f"The file is one JSON object of more than {files.LINE_BYTES >> 20} MB, and no list {name!r} begins in its first part.",
        where=file.shown,
    )


def _chunks(plain: IO[bytes], begun: bytes) -> Iterator[bytes]:
    """Yield the rest of a file in pieces that part no escape."""
    rest = begun
    more = True
    while more:
        odd = (len(rest) - len(rest.rstrip(b"\\"))) % 2
        yield rest[: len(rest) - odd]
        read = plain.read(files.CHUNK_BYTES)
        more = bool(read)
        rest = rest[len(rest) - odd :] + read


def _without_escapes(text: bytes) -> bytes:
    """Return a text of the same length in which every quote begins or ends a text."""
    return text.replace(b"\\\\", b"__").replace(b'\\"', b"__")


def _closed(text: bytes) -> tuple[bytes, bool]:
    """Return the part of a piece that ends in no text in quotes, and whether such a text was cut away."""
    is_open = text.count(b'"') % 2 == 1
    return (text[: text.rindex(b'"')] if is_open else text), is_open


def _step(sign: bytes) -> int:
    return {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(sign, 0)


class _Scan:
    """Reads a list piece by piece, from behind its opening bracket, and finds where it ends."""

    def __init__(self, file: SourceFile, limit: int) -> None:
        self._file = file
        self._limit = limit
        self._members = 0
        self._depth = 1
        self._in_text = False

    def end_in(self, piece: bytes) -> int:
        """Return where in a piece without escapes the list ends, or has its last wanted member; -1: it goes on."""
        text, is_open = _closed(b'"' + piece if self._in_text else piece)
        shift = int(self._in_text)
        self._in_text = is_open
        brackets = self._unpaired(text)
        closing = len(brackets) - len(brackets.lstrip(b"]}"))
        if not self._limit and closing < self._depth:
            self._depth += len(brackets) - 2 * sum(map(brackets.count, (b"]", b"}")))
            self._refuse_depth(self._depth)
            return -1
        for token in _TOKEN.finditer(text):
            sign = token.group()
            self._depth += _step(sign)
            self._refuse_depth(self._depth)
            if sign == b"," and self._depth == 1:
                self._members += 1
            if self._depth == 0 or (self._limit and self._members == self._limit):
                return token.start() - shift
        return -1

    def _unpaired(self, text: bytes) -> bytes:
        """Return the brackets of a piece that find no partner in it."""
        brackets = _TEXT.sub(b"", text).translate(None, _NO_BRACKET)
        for depth in range(MAX_DEPTH + 1):
            fewer = brackets.replace(b"{}", b"").replace(b"[]", b"")
            if len(fewer) == len(brackets):
                break
            brackets = fewer
            self._refuse_depth(depth)
        return brackets

    def _refuse_depth(self, depth: int) -> None:
        if depth >= MAX_DEPTH:
            raise SourceError(f"The records are nested more than {MAX_DEPTH} deep.", where=self._file.shown)
