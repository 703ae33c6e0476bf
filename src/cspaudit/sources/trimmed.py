"""Rows of a CSV file whose last cells Excel left out: it writes sixteen rows at a time, without the columns that none of them fills."""

import csv
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from cspaudit.sources import mend
from cspaudit.sources.files import SourceFile
from cspaudit.sources.heads import FileHead

#: as many rows are written at a time
ROWS = 16
#: as many rows in one go that lack the same columns are no accident
PROOF = 4


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
            rows = [cells or [""] for _, (cells, _) in numbered]
            narrow = len(rows[0])
            if narrow > width or any(len(cells) != narrow for cells in rows):
                return False
            if narrow < width:
                if not any(cells[-1] for cells in rows) and any(map(any, rows)):
                    return False
                is_proven = is_proven or len(rows) >= PROOF
    except csv.Error:
        return False
    return is_proven


def _rows(plain: Path, delimiter: str) -> Iterator[tuple[list[str], str]]:
    """Yield the cells of each row with the lines that it takes; csv.Error where its quotes are in the wrong places."""
    taken: list[str] = []
    with plain.open(encoding="utf-8", newline="\n") as text:

        def lines() -> Iterator[str]:
            for line in text:
                taken.append(line)
                yield line

        for cells in csv.reader(lines(), delimiter=delimiter, strict=True):
            yield cells, "".join(taken)
            taken.clear()


def _fill(plain: Path, head: FileHead, target: Path) -> int:
    filled = line = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        for cells, text in _rows(plain, head.delimiter):
            lacking = len(head.header) - len(cells)
            # what stands before the header is no record, nor is a blank line
            if lacking and cells and line >= head.skip:
                filled += 1
                out.write(text.removesuffix("\n") + head.delimiter * lacking + "\n")
            else:
                out.write(text)
            line += text.count("\n")
    return filled
