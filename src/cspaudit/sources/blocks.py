"""Files that hold a second table below the first, with a header of its own: the first one is read, the rest is told.

Partner Center's legacy usage files list the month's charges and, below them, what was used each day; reports of other
programs end with tables of sums.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cspaudit.sources.files import SourceFile
from cspaudit.sources.heads import FileHead
from cspaudit.sources.lines import is_open
from cspaudit.sources.mend import strict_cells, write_plain

#: a header has so many columns at least
LEAST_COLUMNS = 3
#: as much of the second header as is told
SHOWN_CELLS = 4


@dataclass(frozen=True)
class SecondBlock:
    """Where another table begins, how its header begins, and how many lines follow that."""

    line: int
    begins: str
    lines: int

    def told(self, shown: str) -> str:
        """Return what is to be told of the file."""
        following = (
            "1 line that follows it was" if self.lines == 1 else f"{self.lines:,} lines that follow it were"
        )
        return (
            f"{shown}: on line {self.line:,} another table begins, with a header of its own ({self.begins} …); "
            f"the {following} left aside."
        )


@dataclass(frozen=True)
class _Line:
    """A line outside quotes, with the cells it has; no cells where its quotes are in wrong places."""

    number: int
    start: int
    cells: Sequence[str]
    is_after_blank: bool


def cut(
    file: SourceFile, head: FileHead, target: Path, weight: Callable[[str], int], limit: int
) -> SecondBlock | None:
    """Write what stands before a second table to ``target`` as UTF-8 with line feeds; None, and no file, without one.

    A second header has another number of columns than the first, a name in each, and an empty line before it or, for
    the most part, names that are fields of the layout. No line after it has as many cells as the first header: it
    would be a record of the first table. With a ``limit`` no more records are looked at.
    """
    write_plain(file, head, target, limit)
    found = _find(target, head, weight)
    if found is None:
        target.unlink()
        return None
    start, block = found
    with target.open("r+b") as copy:
        copy.truncate(start)
    return block


def _find(path: Path, head: FileHead, weight: Callable[[str], int]) -> tuple[int, SecondBlock] | None:
    width = len(head.header)
    header: _Line | None = None
    following = 0
    for line in _lines(path, head):
        if len(line.cells) == width or not line.cells:
            # a record of the first table, or what may be one
            header = None
        elif header is None:
            if _is_header(line, weight):
                header, following = line, 0
        elif not following and len(line.cells) != len(header.cells):
            # what stands under a header has its width
            header = line if _is_header(line, weight) else None
        else:
            following += 1
    if header is None or not following:
        return None
    begins = ", ".join(cell.strip() for cell in header.cells[:SHOWN_CELLS])
    return header.start, SecondBlock(header.number, begins, following)


def _is_header(line: _Line, weight: Callable[[str], int]) -> bool:
    names = [cell.strip() for cell in line.cells]
    if len(names) < LEAST_COLUMNS or len({name.casefold() for name in names}) < len(names):
        return False
    if not all(any(map(str.isalpha, name)) and not name[0].isdigit() for name in names):
        return False
    return line.is_after_blank or 2 * sum(weight(name) > 0 for name in names) > len(names)


def _lines(path: Path, head: FileHead) -> Iterator[_Line]:
    """Yield the lines after the header that begin outside quotes; empty ones are told by those that follow."""
    mark, width = head.delimiter, len(head.header)
    usual = ("",) * width
    inside = is_after_blank = False
    at = 0
    with path.open("rb") as plain:
        for number, raw in enumerate(plain, 1):
            start, at = at, at + len(raw)
            text = raw.decode("utf-8").rstrip("\n")
            if number <= head.skip + 1:
                continue
            begins_inside = inside
            if inside or '"' in text:
                inside = is_open(text, mark, inside=inside)
            if begins_inside:
                continue
            if not text.strip(mark + " \t"):
                is_after_blank = True
                continue
            if inside:
                cells: Sequence[str] = ()
            elif '"' not in text and text.count(mark) == width - 1:
                cells = usual
            else:
                cells = strict_cells(text, mark) or ()
            yield _Line(number, start, cells, is_after_blank)
            is_after_blank = False
