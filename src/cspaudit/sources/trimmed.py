"""Rows of a CSV file whose last cells Excel left out: it writes sixteen rows at a time, without the columns that none of them fills."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from cspaudit.sources import mend
from cspaudit.sources.files import SourceFile
from cspaudit.sources.heads import FileHead

#: as many rows are written at a time
ROWS = 16
#: as many rows in one go that lack the same columns are no accident
PROOF = 4


@dataclass(frozen=True)
class _Row:
    """One row: the lines before it, its cells, and its own lines."""

    line: int
    cells: list[str]
    text: str


def to_csv(file: SourceFile, head: FileHead, target: Path, limit: int) -> int:
    """Write a file to ``target`` with the cells that Excel left out; with a ``limit`` only its first records.

    Every line stays where it stood. Return how many rows lacked some; 0, and nothing is written, where the file shows
    no row that does, or one that Excel cannot have written so.
    """
    plain = target.with_suffix(".plain")
    try:
        mend.write_plain(file, head, plain, limit)
        if not _is_trimmed(plain, head):
            return 0
        return _fill(plain, head, target)
    finally:
        plain.unlink(missing_ok=True)


def _is_trimmed(plain: Path, head: FileHead) -> bool:
    """Whether all rows written at a time have as many cells, of which one at least fills the last."""
    width = len(head.header)
    is_proven = False
    try:
        for _, numbered in groupby(enumerate(_rows(plain, head.delimiter)), lambda one: one[0] // ROWS):
            rows = [row for _, row in numbered]
            cells = [row.cells or [""] for row in rows]
            narrow = len(cells[0])
            if any(len(some) != narrow for some in cells):
                return False
            if narrow < width and not any(some[-1] for some in cells) and any(map(any, cells)):
                return False
            # what stands before the header is no record
            is_proven = is_proven or (narrow < width and len(rows) >= PROOF and rows[0].line >= head.skip)
    except csv.Error:
        return False
    return is_proven


def _rows(plain: Path, delimiter: str) -> Iterator[_Row]:
    """Yield each row; csv.Error where its quotes are in the wrong places."""
    taken: list[str] = []
    line = 0
    with plain.open(encoding="utf-8", newline="\n") as text:

        def lines() -> Iterator[str]:
            for one in text:
                taken.append(one)
                yield one

        for cells in csv.reader(lines(), delimiter=delimiter, strict=True):
            yield _Row(line, cells, "".join(taken))
            line += len(taken)
            taken.clear()


def _fill(plain: Path, head: FileHead, target: Path) -> int:
    filled = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        for row in _rows(plain, head.delimiter):
            lacking = len(head.header) - len(row.cells)
            # a blank line is no record either
            if lacking > 0 and row.cells and row.line >= head.skip:
                filled += 1
                out.write(row.text.removesuffix("\n") + head.delimiter * lacking + "\n")
            else:
                out.write(row.text)
    return filled
