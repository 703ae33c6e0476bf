"""Lines of a CSV file that the engine refuses and that can be read in one way only, written anew in a copy.

Every line of the copy stands where it stood in the file. What can be read in two ways stays as it is, and is left out.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cspaudit.sources import files, heads
from cspaudit.sources.files import SourceFile
from cspaudit.sources.heads import FileHead
from cspaudit.sources.lines import is_open

#: so many delimiters more than the header has are looked at
MORE_DELIMITERS = 50


@dataclass(frozen=True)
class Mended:
    """How many lines were written anew, by what was wrong with them."""

    unwrapped: int = 0
    unescaped: int = 0
    padded: int = 0

    def told(self, shown: str) -> tuple[str, ...]:
        """Return what is to be told of the file."""
        causes = (
            (self.unwrapped, "quoted as a whole; the cells within were read"),
            (self.unescaped, "with quotes that are not doubled; each has one reading that fits the header"),
            (self.padded, "without the last delimiters of the header, whose columns have no name"),
        )
        return tuple(
            f"{shown}: {count:,} {'line' if count == 1 else 'lines'} {cause}."
            for count, cause in causes
            if count
        )


def shows(head: FileHead) -> bool:
    """Whether the first lines show that the engine cannot read the file as it is."""
    named, width = _named(head), len(head.header)
    return head.is_wrapped or any(
        named <= len(row) < width
        or (len(row) == 1 < width and len(strict_cells(row[0], head.delimiter) or ()) == width)
        for row in head.rows
    )


def _named(head: FileHead) -> int:
    """Return how many columns there are up to the last that has a name."""
    return max(at for at, cell in enumerate(head.header, 1) if cell)


def to_csv(file: SourceFile, head: FileHead, target: Path, limit: int) -> Mended:
    """Write a file to ``target`` as UTF-8 with line feeds and its lines mended; with a ``limit`` only its first records."""
    plain = target.with_suffix(".plain")
    try:
        write_plain(file, head, plain, limit)
        return _write(plain, head, target)
    finally:
        plain.unlink(missing_ok=True)


def write_plain(file: SourceFile, head: FileHead, target: Path, limit: int) -> None:
    """Write a file to ``target`` as UTF-8 with line feeds; with a ``limit`` only its first records."""
    if not limit:
        files.to_utf8(file, head.encoding, target)
        return
    with (
        heads.open_text(file, head.encoding) as text,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        found = islice(iter(lambda: text.readline(files.CHUNK_BYTES), ""), heads.HEAD_LINES + limit)
        out.writelines(line.removeprefix("\ufeff").rstrip("\r\n") + "\n" for line in found)


def _write(plain: Path, head: FileHead, target: Path) -> Mended:
    done = {"unwrapped": 0, "unescaped": 0, "padded": 0}
    width, named, mark = len(head.header), _named(head), head.delimiter
    inside = False
    with (
        plain.open(encoding="utf-8", newline="\n") as text,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        out.writelines(islice(text, head.skip))
        for line, following in _pairs(text):
            own = line.rstrip("\n")
            begins_inside = inside
            if '"' in own:
                inside = is_open(own, mark, inside=inside)
            cause, again = "", ""
            # what goes on over several lines stays as it is
            if not (begins_inside or inside or ('"' not in own and own.count(mark) == width - 1)):
                cause, again = _mend(own, following.rstrip("\n"), mark, width, named)
            if cause:
                done[cause] += 1
                out.write(again + "\n")
            else:
                out.write(line)
    return Mended(**done)


def _mend(line: str, following: str, mark: str, width: int, named: int) -> tuple[str, str]:
    """Return what was wrong with a line, empty where nothing can be done, and how it has to be written."""
    cells = strict_cells(line, mark)
    if cells is None:
        again = _only_reading(line, mark, width)
        return ("unescaped", _quoted(again, mark)) if again and _goes_on(following, mark, width) else ("", "")
    if len(cells) == 1 < width and len(strict_cells(heads.unwrapped(line), mark) or ()) == width:
        return "unwrapped", heads.unwrapped(line)
    if cells and named <= len(cells) < width:
        return "padded", line + mark * (width - len(cells))
    return "", ""


def _pairs(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Yield each line with the one that follows it, which is empty after the last."""
    line = next(lines, "")
    while line:
        following = next(lines, "")
        yield line, following
        line = following


def strict_cells(line: str, delimiter: str) -> Sequence[str] | None:
    """Return the cells of a line; None where its quotes are in the wrong places."""
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return None


def _goes_on(line: str, delimiter: str, width: int) -> bool:
    """Whether a line is a record, so that what stands before it has ended."""
    if not line:
        return True
    cells = strict_cells(line, delimiter)
    if cells is None:
        return bool(_only_reading(line, delimiter, width)) or is_open(line, delimiter, inside=False)
    if len(cells) == 1 < width:
        return len(strict_cells(heads.unwrapped(line), delimiter) or ()) == width
    return len(cells) == width and not any(
        '"' in piece for piece in line.split(delimiter) if '"' not in {piece[:1], piece[-1:]}
    )


def _only_reading(line: str, delimiter: str, width: int) -> list[str] | None:
    """Return the cells of a line whose quotes are not doubled; None where it cannot be cut in ``width``, or in two ways.

    A quote ends a cell only before a delimiter or the end; no quote stands in a cell that none begins.
    """
    pieces = line.split(delimiter)
    if not width <= len(pieces) <= width + MORE_DELIMITERS:
        return None
    #: by place: the ways to cut what stands before it, two of each number of cells at most
    ways: list[list[list[tuple[int, ...]]]] = [[[] for _ in range(width + 1)] for _ in range(len(pieces) + 1)]
    ways[0][0] = [()]
    for start, piece in enumerate(pieces):
        ends = _ends(pieces, start) if piece.startswith('"') else [start + 1]
        for end in ends:
            for count in range(width):
                more = [(*way, end) for way in ways[start][count]]
                ways[end][count + 1] = [*ways[end][count + 1], *more][:2]
    found = ways[-1][width]
    if len(found) != 1:
        return None
    cells, start = [], 0
    for end in found[0]:
        cell = _content(delimiter.join(pieces[start:end]), delimiter)
        if cell is None:
            return None
        cells.append(cell)
        start = end
    return cells


def _ends(pieces: Sequence[str], start: int) -> list[int]:
    """Return behind which pieces a cell may end whose quote opens in ``start``."""
    return [
        end
        for end in range(start + 1, len(pieces) + 1)
        if pieces[end - 1].endswith('"') and (end > start + 1 or len(pieces[start]) > 1)
    ]


def _content(cell: str, delimiter: str) -> str | None:
    if not cell.startswith('"'):
        return None if '"' in cell else cell
    inner = cell[1:-1]
    if f'"{delimiter}' in inner or f'{delimiter}"' in inner:
        return None
    if '""' not in inner:
        return inner
    return None if '"' in inner.replace('""', "") else inner.replace('""', '"')


def _quoted(cells: Sequence[str], delimiter: str) -> str:
    doubled = (cell.replace('"', '""') for cell in cells)
    return delimiter.join(f'"{cell}"' for cell in doubled)
