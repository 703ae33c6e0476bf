"""Reads the files of one source into its staging table, which holds every record, faulty ones too."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cspaudit.errors import SourceError
from cspaudit.sources import files, stage_csv, stage_decoded, stage_json
from cspaudit.sources.files import SourceFile
from cspaudit.sources.staging import Reading, Stage


@dataclass(frozen=True)
class StagedFile:
    """One file as it lies in the staging table: its rows follow each other from ``first_rowid`` on."""

    file: SourceFile
    index: int
    first_rowid: int
    rows: int
    reading: Reading

    @property
    def readable(self) -> Path:
        """The file whose text was read, in which every line stands where it stands in the export."""
        return self.reading.copy or self.file.readable

    @property
    def records(self) -> int:
        """All records of the file."""
        return self.rows + len(self.reading.broken) - self.reading.no_records


@dataclass(frozen=True)
class UnreadFile:
    """A file that cannot be read, and why."""

    file: SourceFile
    error: SourceError


def read_each(stage: Stage, found: Sequence[SourceFile]) -> Iterator[StagedFile | UnreadFile]:
    """Read the files of a source; those that can be read are numbered from 0."""
    if stage.plan.layout.format not in {"csv", "json"}:
        yield from _decode_each(stage, found)
        return
    index = 0
    for file in found:
        try:
            staged = read(stage, file, index)
        except SourceError as error:
            yield UnreadFile(file, error)
        else:
            index += 1
            yield staged


def _decode_each(stage: Stage, found: Sequence[SourceFile]) -> Iterator[StagedFile | UnreadFile]:
    index, first = 0, stage.rows
    for file, outcome in stage_decoded.read_all(stage, found):
        if isinstance(outcome, SourceError):
            yield UnreadFile(file, outcome)
            continue
        yield StagedFile(file, index, first, outcome.rows, outcome.reading)
        index, first = index + 1, first + outcome.rows


def read(stage: Stage, file: SourceFile, index: int) -> StagedFile:
    """Read one file, the source's number ``index``; SourceError where it cannot be read at all.

    Where the stage has a limit, lines that do not fit the header are not numbered, and a JSON file's fields are told
    as a header's are.
    """
    first = stage.rows
    with files.unpacking(file):
        files.refuse_bomb(file)
        stage.on_file(file.path)
        try:
            reading = _read(stage, file, index)
        except SourceError:
            # nothing of a file that is refused stays, or the next one would take its place and its rows
            if stage.rows > first:
                stage.take_back(index)
            raise
    return StagedFile(file, index, first, stage.rows - first, reading)


def _read(stage: Stage, file: SourceFile, index: int) -> Reading:
    match stage.plan.layout.format:
        case "csv":
            return stage_csv.read(stage, file, index)
        case "json":
            return stage_json.read(stage, file, index)
        case _:
            return stage_decoded.read(stage, file, index)


def read_relation(stage: Stage, file: SourceFile, relation: str, field: Callable[[str], str]) -> StagedFile:
    """Read a table of raw texts that stands for ``file``."""
    stage.insert(stage.plan, relation, field, 0)
    return StagedFile(file, 0, 0, stage.rows, Reading())
