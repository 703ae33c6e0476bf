"""Reads files that have a decoder into a staging table, by way of a copy that the engine can read.

Small files share a copy: ten thousand mails in a folder are read by one statement.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from typing import TextIO

from cspaudit.errors import SourceError
from cspaudit.sources import files, formats, sql
from cspaudit.sources.decoded import Decoded, Refused
from cspaudit.sources.files import SourceFile
from cspaudit.sources.lines import SHOWN_VALUE, BrokenLine
from cspaudit.sources.staging import Reading, Stage

#: a file with more records that cannot be read is of another format, or damaged as a whole
MAX_REFUSED = 10_000
#: so many files share a copy, which goes again before the next one
FILES_TOGETHER = 5_000
#: so many rows are held before they are written
HELD_ROWS = 500
#: the column of a copy that holds the number of the file
FILE_NUMBER = "cspaudit file"


@dataclass(frozen=True)
class ReadFile:
    """How one file was read, and how many records of it lie in the staging table."""

    reading: Reading
    rows: int


def read(stage: Stage, file: SourceFile, index: int) -> Reading:
    """Decode a file and read its records; SourceError where it cannot be read at all."""
    ((_, outcome),) = _read_together(stage, [file], index)
    if isinstance(outcome, SourceError):
        raise outcome
    return outcome.reading


def read_all(
    stage: Stage, found: Sequence[SourceFile]
) -> Iterator[tuple[SourceFile, ReadFile | SourceError]]:
    """Decode files and read their records, in their order; those that can be read are numbered from 0.

    What is told of many files is told once.
    """
    outcomes: list[tuple[SourceFile, ReadFile | SourceError]] = []
    index = 0
    for first in range(0, len(found), FILES_TOGETHER):
        together = found[first : first + FILES_TOGETHER]
        read_now = _read_together(stage, together, index)
        index += sum(1 for _, outcome in read_now if isinstance(outcome, ReadFile))
        outcomes += read_now
    yield from _told_once(outcomes)


def _read_together(
    stage: Stage, together: Sequence[SourceFile], index: int
) -> list[tuple[SourceFile, ReadFile | SourceError]]:
    """Decode files into one copy and read it; a file that turns out to be damaged leaves nothing in it."""
    decoder = formats.decoder(stage.plan.layout.format)
    outcomes: list[tuple[SourceFile, ReadFile | SourceError]] = []
    fields: tuple[str, ...] = ()
    wanted = frozenset(stage.plan.fields)
    usual = Reading()
    copy = stage.copy_path(index, ".csv")
    # half of a surrogate pair, as in a damaged header of a mail, has no UTF-8
    with copy.open("w", encoding="utf-8", errors="replace", newline="") as out:
        rows = _Rows(out)
        for file in together:
            try:
                decoded = decoder.decode(file, stage.settings)
                if usual.known != decoded.fields:
                    usual = Reading(
                        encoding="", absent=wanted.difference(decoded.fields), known=decoded.fields
                    )
                outcome = _write(file, decoded, rows, index, stage.limit, usual)
            except (SourceError, *files.PACKING_ERRORS) as error:
                rows.take_back()
                outcomes.append((file, error if isinstance(error, SourceError) else files.cut_off(file)))
                continue
            rows.keep()
            fields = decoded.fields
            outcomes.append((file, outcome))
            index += 1
        rows.close()
    names = (FILE_NUMBER, *fields)
    columns = ", ".join(
        f"{sql.literal(name)}: '{'INTEGER' if name == FILE_NUMBER else 'VARCHAR'}'" for name in names
    )
    relation = (
        f"read_csv({sql.literal(str(copy))}, columns = {{{columns}}}, header = false, auto_detect = false, delim = ',', "
        "quote = '\"', escape = '\"', max_line_size = 16777216)"
    )
    present = frozenset(fields)
    if fields:
        stage.insert(
            stage.plan,
            relation,
            lambda name: sql.name(name) if name in present else "NULL::VARCHAR",
            sql.name(FILE_NUMBER),
        )
    copy.unlink()
    return outcomes


class _Rows:
    """The rows of a copy; those of the file that is being read can be taken back. A NUL sign is written as unknown."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        #: rows that are not written yet; the first ones are of files that were read to their end
        self._held: list[Sequence[object]] = []
        self._kept = 0
        #: where the written rows of the file that is being read begin, if it has any
        self._begin = -1

    def add(self, row: Sequence[object]) -> None:
        """Add a row of the file that is being read."""
        self._held.append(row)
        if len(self._held) >= HELD_ROWS:
            self._write(self._kept)
            self._begin = self._out.tell() if self._begin < 0 else self._begin
            self._write(len(self._held))

    def keep(self) -> None:
        """The file was read to its end."""
        self._kept = len(self._held)
        self._begin = -1

    def take_back(self) -> None:
        """The file is damaged: it leaves no rows."""
        del self._held[self._kept :]
        if self._begin >= 0:
            self._out.seek(self._begin)
            self._out.truncate()
        self._begin = -1

    def close(self) -> None:
        """Write what is still held."""
        self._write(len(self._held))

    def _write(self, rows: int) -> None:
        text = io.StringIO()
        csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(self._held[:rows])
        self._out.write(text.getvalue().replace("\0", "\ufffd"))
        del self._held[:rows]
        self._kept = max(self._kept - rows, 0)


def _write(
    file: SourceFile, decoded: Decoded, rows: _Rows, index: int, limit: int, usual: Reading
) -> ReadFile:
    """Write the records of a file that can be read, and keep the others; SourceError where those are too many.

    ``usual`` is how a file is read of which nothing is to be told.
    """
    refused: list[BrokenLine] = []
    number = 0
    # a decoder holds its file open until it is through, or is told that nobody goes on
    with closing(decoded.records) if isinstance(decoded.records, Generator) else nullcontext():
        for number, record in enumerate(islice(decoded.records, limit or None), 1):  # the last is kept
            if not isinstance(record, Refused):
                rows.add((index, *record))
                continue
            refused.append(BrokenLine(0, 0, 0, number, record.reason, record.value[:SHOWN_VALUE]))
            if len(refused) > MAX_REFUSED:
                raise SourceError(f"More than {MAX_REFUSED:,} records cannot be read.", where=file.shown)
    if refused or decoded.told:
        usual = replace(usual, broken=tuple(refused), assumptions=tuple(decoded.told))
    return ReadFile(usual, number - len(refused))


def _told_once(
    outcomes: Sequence[tuple[SourceFile, ReadFile | SourceError]],
) -> Iterator[tuple[SourceFile, ReadFile | SourceError]]:
    """Say once, with their number, what is told of several files in the same words."""
    tellers: defaultdict[str, list[SourceFile]] = defaultdict(list)
    for file, outcome in outcomes:
        if isinstance(outcome, ReadFile):
            for text in outcome.reading.assumptions:
                tellers[text.removeprefix(f"{file.shown}: ")].append(file)
    for file, outcome in outcomes:
        if isinstance(outcome, SourceError) or not outcome.reading.assumptions:
            yield file, outcome
            continue
        told = []
        for text in outcome.reading.assumptions:
            alike = tellers[text.removeprefix(f"{file.shown}: ")]
            if len(alike) == 1:
                told.append(text)
            elif alike[0] is file:
                said = text.removeprefix(f"{file.shown}: ")
                told.append(f"{file.shown} and {len(alike) - 1:,} more, each: {said}")
        yield file, ReadFile(replace(outcome.reading, assumptions=tuple(told)), outcome.rows)
