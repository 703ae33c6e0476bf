"""What the engine must be told of a CSV file before it reads it: encoding, delimiter, where the header is."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import files
from cspaudit.sources.files import SourceFile
from cspaudit.sources.guess import likely_encoding
from cspaudit.sources.lines import starts

DELIMITERS = (",", ";", "\t", "|")
#: a header further down is none
HEAD_LINES = 50
#: as many further lines show how a file writes its values
SHOWN_LINES = 200
#: how a page or another file of marks begins, whatever its name says
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:[!?]?[a-z]+)[\s>:]", re.IGNORECASE)
#: a line that is one quoted cell
_WRAPPED = re.compile(r'\ufeff?"((?:[^"\r\n]|"")*)"(\r?\n?)')
#: the spreadsheets of 2003 that are one XML file
_XML_SHEET = b"urn:schemas-microsoft-com:office:spreadsheet"


@dataclass(frozen=True)
class FileHead:
    """What the first bytes of a file say. ``skip`` counts the lines before the header, ``before`` the records there."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    skip: int
    before: int
    assumptions: tuple[str, ...] = ()
    #: the first records after the header, as they stand
    rows: tuple[tuple[str, ...], ...] = ()
    #: whether a cell of the header holds a line end
    is_folded: bool = False
    #: whether the lines are quoted as a whole
    is_wrapped: bool = False


def read_head(
    file: SourceFile, settings: SourceSettings, delimiter: str, weight: Callable[[str], int]
) -> FileHead:
    """Read encoding, delimiter and header of a CSV file; SourceError where it is empty or unreadable.

    The header is the line, of the first fifty, whose cells have most ``weight``; what stands before it
    is told as an assumption. Where no line has any the first is the header.
    """
    encoding, assumption = files.encoding_of(file, settings.encoding)
    head = _refuse_markup(file)
    if settings.mapping and encoding == "utf-8" and not _is_utf8(head) and (likely := likely_encoding(file)):
        encoding, assumption = likely, told_encoding(file, likely)
    with open_text(file, encoding) as text:
        # no line is read whole that has no end
        first = list(
            itertools.islice(iter(lambda: text.readline(files.CHUNK_BYTES), ""), HEAD_LINES + SHOWN_LINES)
        )
    is_wrapped = bool(first) and _is_wrapped(first[0])
    if is_wrapped:
        first = list(map(unwrapped, first))
    lines = first[:HEAD_LINES]
    declared = file.copy_delimiter or settings.delimiter or delimiter
    mark = lines[0].removeprefix("\ufeff").rstrip("\r\n") if lines else ""
    marks = 0
    if mark.lower().startswith("sep=") and len(mark) == len("sep=") + 1:
        declared, marks = mark[-1], 1
    elif mark.startswith("#TYPE"):
        marks = 1
    skip = max(
        range(marks, len(lines)),
        key=lambda place: sum(map(weight, set(_cells(lines, place, declared)))),
        default=marks,
    )
    header = _cells(lines, skip, declared)
    if not any(header):
        raise SourceError("The export has no header line.", where=file.shown)
    chosen = _delimiter(lines[skip], declared)
    told = [*file.told, *([assumption] if assumption else [])]
    if any(line.strip() for line in lines[marks:skip]):
        plural = "lines before the header were" if skip - marks > 1 else "line before the header was"
        told.append(f"{file.shown}: {skip - marks} {plural} left aside.")
    before = sum(1 for _ in starts(lines[:skip], chosen))
    reader = csv.reader(lines[skip:], delimiter=chosen)
    next(reader)
    is_folded = reader.line_num > 1
    rows = _rows(first[skip:], chosen)[1:]
    return FileHead(encoding, chosen, header, skip, before, tuple(told), rows, is_folded, is_wrapped)


def _is_wrapped(line: str) -> bool:
    """Whether a line is one quoted cell that holds several."""
    within = unwrapped(line)
    return within != line and max(map(within.count, DELIMITERS)) > 1


def unwrapped(line: str) -> str:
    """Return what a line holds that is one quoted cell, with its line end, or the line."""
    found = _WRAPPED.fullmatch(line)
    return found[1].replace('""', '"') + found[2] if found else line


def _rows(lines: Sequence[str], delimiter: str) -> tuple[tuple[str, ...], ...]:
    """Return the records of some lines, up to one that cannot be read."""
    found: list[tuple[str, ...]] = []
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            row = next(reader, None)
        except csv.Error:
            row = None
        if row is None:
            return tuple(found)
        if row:
            found.append(tuple(row))


def _delimiter(line: str, declared: str) -> str:
    return declared or max(DELIMITERS, key=line.count)


def _cells(lines: Sequence[str], place: int, declared: str) -> tuple[str, ...]:
    """Return the cells of the record that begins in a line; none where one is too long to be a header's."""
    if not lines:
        return ()
    try:
        found = next(csv.reader(lines[place:], delimiter=_delimiter(lines[place], declared)), [])
    except csv.Error:
        return ()
    return tuple(cell.strip().removeprefix("\ufeff") for cell in found)


def open_text(file: SourceFile, encoding: str) -> io.TextIOWrapper:
    """Open a file as text with its line ends."""
    # errors="replace": the header decides the layout; wrong bytes are reported with their place by the load itself
    return io.TextIOWrapper(files.open_plain(file.readable), encoding=encoding, errors="replace", newline="")


def _is_utf8(head: bytes) -> bool:
    try:
        # the last letter may be cut in two
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def told_encoding(file: SourceFile, encoding: str) -> str:
    """Return what is told of a file that was read in another encoding than UTF-8."""
    return f"{file.shown} is not UTF-8; it was read as {encoding}, the one likely encoding that all its letters fit."


def _refuse_markup(file: SourceFile) -> bytes:
    """Return the first bytes of a file; refuse a page that a program called a spreadsheet or CSV, and any other XML."""
    with files.open_plain(file.readable) as plain:
        head = plain.read(files.HEAD_BYTES)
    if not _MARKUP.match(head):
        return head
    kind = (
        "an XML spreadsheet of 2003"
        if _XML_SHEET in head
        else "a web page or another file of marks (HTML, XML)"
    )
    raise SourceError(
        f"The file is {kind}, whatever its name says, and no table.",
        where=file.shown,
        hint="Open it in a spreadsheet program and save it as xlsx, or export it as CSV.",
    )
