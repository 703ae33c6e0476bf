"""Lists that programs print with bars between the fields and lines of dashes, written anew as CSV."""

import csv
from itertools import islice
from pathlib import Path

from cspaudit.sources import files, heads
from cspaudit.sources.files import SourceFile

BAR = "|"
#: as many bars as a line of such a list has at least
LEAST_BARS = 3
#: what the lines between its parts are made of
RULE_SIGNS = frozenset("-=_+|")


def is_list(file: SourceFile, encoding: str) -> bool:
    """Whether the first lines of a file are of such a list: a line of dashes, and lines that bars begin and end."""
    with heads.open_text(file, encoding) as text:
        lines = [
            line.strip()
            for line in islice(iter(lambda: text.readline(files.CHUNK_BYTES), ""), heads.HEAD_LINES)
        ]
    return any(map(_is_rule, lines)) and any(map(_is_row, lines))


def _is_rule(line: str) -> bool:
    return len(line) > LEAST_BARS and RULE_SIGNS.issuperset(line) and "-" in line


def _is_row(line: str) -> bool:
    ends = line.startswith(BAR) and line.endswith(BAR)
    return ends and line.count(BAR) >= LEAST_BARS and not _is_rule(line)


def to_csv(file: SourceFile, encoding: str, target: Path) -> tuple[str, ...]:
    """Write the rows of a list to ``target`` as CSV in UTF-8, cells without padding; return what was left aside.

    The header, which such a list repeats on every page, is written once.
    """
    header: list[str] = []
    aside = 0
    with (
        heads.open_text(file, encoding) as text,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        # a line that does not end is read in pieces, which are no rows
        for raw in iter(lambda: text.readline(files.LINE_BYTES), ""):
            line = raw.strip().removeprefix("\ufeff")
            if not _is_row(line):
                aside += bool(line) and not _is_rule(line)
                continue
            cells = [cell.strip() for cell in line[1:-1].split(BAR)]
            if cells != header:
                writer.writerow(cells)
            header = header or cells
    if not aside:
        return ()
    lines = (
        "1 line that is no row of the list was"
        if aside == 1
        else f"{aside:,} lines that are no rows of the list were"
    )
    return (f"{file.shown}: {lines} left aside.",)
