"""The table into which a source's files are read, and what is to be known of how each was read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import files
from cspaudit.sources.compile import Plan
from cspaudit.sources.files import SourceFile
from cspaudit.sources.likeness import Likeness
from cspaudit.sources.lines import BrokenLine
from cspaudit.sources.statement import select, vote_columns
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from cspaudit.warehouse.interface import QueryError


@dataclass(frozen=True)
class Reading:
    """How one file was read.

    ``absent`` are fields of the layout that it lacks, ``unknown`` ones it has beside, ``known`` the rest of its own;
    ``before`` counts the records before the header; ``encoding`` is empty where the file is no text.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    before: int = 0
    absent: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    broken: tuple[BrokenLine, ...] = ()
    assumptions: tuple[str, ...] = ()
    #: keys of the source that must say what a limited reading left open
    asked: tuple[str, ...] = ()
    #: how many rows of the table are no records
    no_records: int = 0
    #: whether the engine read a copy in UTF-8 with line feeds
    is_copied: bool = False
    #: whether records stand on lines of the file
    has_lines: bool = True
    #: the column that is known by its likeness to a field alone
    taken: Likeness | None = None
    #: a copy in UTF-8, with every line where it stands in the file, that was read in its place
    copy: Path | None = None


def ignore_file(path: Path) -> None:
    """Do nothing about a file that is read."""


@dataclass(frozen=True)
class Stage:
    """One staging table, its plan, and how its source is to be read; with a ``limit`` no more records of each file."""

    warehouse: Warehouse
    name: str
    plan: Plan
    settings: SourceSettings
    limit: int = 0
    #: told of each file before it is read
    on_file: Callable[[Path], None] = ignore_file

    @property
    def rows(self) -> int:
        """How many records lie in the table."""
        return int(self.warehouse.scalar(f"SELECT count(*) FROM {self.name}"))

    def insert(
        self,
        plan: Plan,
        relation: str,
        field: Callable[[str], str],
        index: int | str,
        no_record: str = "",
    ) -> None:
        """Read a relation of raw texts into the table; ``field`` gives the SQL of an export's field.

        ``index`` is the number of the file that is read, or the relation's column that holds it; ``no_record`` is the
        condition for what is no record.
        """
        some = f"(SELECT * FROM {relation} LIMIT {self.limit})" if self.limit else relation
        statement = select(plan, field, some, index, no_record)
        for name in vote_columns(plan):
            self.warehouse.execute(f"ALTER TABLE {self.name} ADD COLUMN IF NOT EXISTS {name} UTINYINT")
        self.warehouse.execute(f"INSERT INTO {self.name} BY NAME {statement}")

    def take_back(self, index: int) -> None:
        """Remove the records of the file that was read last; the others keep their row numbers."""
        kept = f"{self.name}_kept"
        self.warehouse.execute(
            f"CREATE TABLE {kept} AS SELECT * FROM {self.name} WHERE stage_file <> {index} ORDER BY rowid"
        )
        self.warehouse.execute(f"DROP TABLE {self.name}")
        self.warehouse.execute(f"ALTER TABLE {kept} RENAME TO {self.name}")

    def copy_path(self, index: int, suffix: str) -> Path:
        """Return where a readable copy of a file may lie while it is read."""
        return self.warehouse.staging / f"{self.name}_{index}{suffix}"


def compression(path: Path) -> str:
    """Return the engine's word for how a file is packed."""
    # the engine goes by the name, which may be wrong
    return f"compression = '{'gzip' if files.is_packed(path) else 'none'}'"


def unreadable(file: SourceFile, encoding: str, problem: str, error: QueryError) -> SourceError:
    """Return the error for a file that the engine refuses, by its cause where that can be told."""
    with files.unpacking(file):
        nul_at = files.digest(file.path).nul_at
    if nul_at >= 0 and files.is_bytewise(encoding):
        return files.holds_nul(file, nul_at)
    said = error.problem.replace(f'"{file.path}"', file.shown).replace(str(file.path), file.shown)
    return SourceError(f"{problem}: {said}", where=file.shown)
