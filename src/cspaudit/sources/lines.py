"""Where in a file a record stands: physical lines, records between broken lines, quoted line ends, blank lines."""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_LINE_END = re.compile(rb"\r\n|\n|\r")
#: as much of a line as a reject shows
SHOWN_VALUE = 500
#: the engine's word for what is wrong with a line, and ours
REASONS = {
    "MISSING COLUMNS": "has fewer fields than the header",
    "TOO MANY COLUMNS": "has more fields than the header",
    "UNQUOTED VALUE": "has a quote that is not closed, or stands in the wrong place",
    "LINE SIZE OVER MAXIMUM": "is longer than 2 MB",
}
OTHER_REASON = "cannot be read as a line of this export"


@dataclass(frozen=True)
class BrokenLine:
    """A line whose structure cannot be read; ``start`` and ``end`` are its bytes in the plain UTF-8 text.

    A record of a format without lines has its number, and 0 as its ``line``.
    """

    start: int
    end: int
    line: int
    record: int
    reason: str
    value: str


def is_open(line: str, delimiter: str, *, inside: bool) -> bool:
    """Return whether a quoted field is open at the end of ``line``."""
    at, at_start = 0, True
    while True:
        if inside:
            quote = line.find('"', at)
            if quote < 0:
                return True
            doubled = line.startswith('"', quote + 1)
            at, inside, at_start = quote + 1 + doubled, doubled, False
        elif at_start and line.startswith('"', at):
            at, inside, at_start = at + 1, True, False
        else:
            after = line.find(delimiter, at)
            if after < 0:
                return False
            at, at_start = after + 1, True


def starts(lines: Iterable[str], delimiter: str) -> Iterator[int]:
    """Yield for each record the number of lines before it; blank lines are no records."""
    inside = False
    for number, line in enumerate(lines):
        if not inside and line.strip("\r\n"):
            yield number
        if inside or '"' in line:
            inside = is_open(line, delimiter, inside=inside)


def _text(content: bytes) -> io.StringIO:
    return io.StringIO(content.decode("utf-8", errors="replace"), newline="")


def _span(content: bytes, position: int, place: int, text: str) -> tuple[int, int]:
    """Return the first byte of a broken line and the one after its last.

    The engine tells where the line starts and its text, but for stray quotes sometimes those of the line before; the
    place of the fault itself is always right.
    """
    start = position
    while content[start : start + 1] in {b"\r", b"\n"}:
        start += 1
    end = start + len(text.lstrip("\r\n").encode())
    if start < end and start <= place <= end:
        return start, end
    if content[place - 1 : place + 1] == b"\r\n":
        place -= 1
    ended = _LINE_END.search(content, place)
    start = max(content.rfind(b"\n", 0, place), content.rfind(b"\r", 0, place)) + 1
    return start, ended.start() if ended else len(content)


def number_broken(
    content: bytes, found: Sequence[tuple[int, int, str, str]], delimiter: str, before: int
) -> tuple[BrokenLine, ...]:
    """Number the broken lines of the plain text ``content``, which has ``before`` records before its header.

    Each is given as (first byte of the line, byte of the fault, text, the engine's word for it), bytes from 0.
    """
    numbered: list[BrokenLine] = []
    at, line, record = 0, 1, -before
    spans = sorted((*_span(content, position, place, text), kind) for position, place, text, kind in found)
    for start, end, kind in spans:
        if start < at:
            continue  # the engine names some lines twice
        own = content[start:end].decode("utf-8", errors="replace")
        between = content[at:start]
        # the header is the first record of the file, and what stands before it others
        record += sum(1 for _ in starts(_text(between), delimiter))
        line += len(_LINE_END.findall(between))
        shown = own if len(own) <= SHOWN_VALUE else own[:SHOWN_VALUE] + "…"
        numbered.append(
            BrokenLine(start, end, line, record, REASONS.get(kind, OTHER_REASON), shown.rstrip("\r\n"))
        )
        record += 1
        line += len(_LINE_END.findall(content[start:end]))
        at = end
        if ended := _LINE_END.match(content, end):
            at, line = ended.end(), line + 1
    return tuple(numbered)


def lines_of(
    content: bytes, broken: Sequence[BrokenLine], records: Sequence[int], delimiter: str, before: int
) -> Iterator[tuple[int, int]]:
    """Yield (record, line) of the wanted ``records``, both from 1, in a text that has broken lines.

    ``before`` counts the records before its header.
    """
    wanted = set(records)
    at, line, record = 0, 1, -before
    for end, after in [*((one.start, one) for one in broken), (len(content), None)]:
        segment = content[at:end]
        for number in starts(_text(segment), delimiter):
            if record in wanted:
                yield record, line + number
            record += 1
        if after is not None:
            at, line, record = after.end, after.line, after.record + 1
            line += len(_LINE_END.findall(content[after.start : after.end]))
            if ended := _LINE_END.match(content, after.end):
                at, line = ended.end(), line + 1
