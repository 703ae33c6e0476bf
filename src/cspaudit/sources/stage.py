"""Reads the files of one source into its staging table, which holds every record, faulty ones too."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cspaudit.errors import LackingFieldsError, SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import amounts, files, sql
from cspaudit.sources.compile import READINGS, Plan, select
from cspaudit.sources.files import FileHead, SourceFile
from cspaudit.sources.header import Header, field_test
from cspaudit.sources.lines import OTHER_REASON, SHOWN_VALUE, BrokenLine, number_broken
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from cspaudit.warehouse.interface import QueryError

#: a file with more broken lines than this was read with the wrong delimiter, quoting or layout
MAX_BROKEN_LINES = 10_000
#: the engine reads JSON in buffers as large as the largest object, which may be the whole file
MIN_OBJECT_BYTES = files.LINE_BYTES
#: as many records as tell whether a JSON file has the fields of its layout, before all of it is looked at
FIRST_RECORDS = 1000
#: what parts the steps of a path; a dot within brackets belongs to a value
_DOT = re.compile(r"\.(?![^\[]*\])")


@dataclass(frozen=True)
class Reading:
    """How one file was read.

    ``absent`` are fields of the layout that it lacks, ``unknown`` ones it has beside, ``known`` the rest of its own;
    ``before`` counts the records before the header.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    before: int = 0
    absent: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    broken: tuple[BrokenLine, ...] = ()
    assumptions: tuple[str, ...] = ()
    #: whether the engine read a copy in UTF-8 with line feeds
    is_copied: bool = False


@dataclass(frozen=True)
class StagedFile:
    """One file as it lies in the staging table: its rows follow each other from ``first_rowid`` on."""

    file: SourceFile
    index: int
    first_rowid: int
    rows: int
    reading: Reading

    @property
    def records(self) -> int:
        """All records of the file."""
        return self.rows + len(self.reading.broken)


@dataclass
class Stager:
    """Fills one staging table, file after file; with a ``limit`` from no more than so many records of each.

    Then lines that do not fit the header are not numbered, and a JSON file's fields are told as a header's are.
    """

    warehouse: Warehouse
    stage: str
    plan: Plan
    settings: SourceSettings
    limit: int = 0

    def read(self, file: SourceFile, index: int) -> StagedFile:
        """Read one file; SourceError where it cannot be read at all."""
        first = int(self.warehouse.scalar(f"SELECT count(*) FROM {self.stage}"))
        read = self._read_json if self.plan.layout.format == "json" else self._read_csv
        with files.unpacking(file):
            reading = read(file, index)
        rows = int(self.warehouse.scalar(f"SELECT count(*) FROM {self.stage}")) - first
        return StagedFile(file, index, first, rows, reading)

    def read_relation(self, file: SourceFile, relation: str, field: Callable[[str], str]) -> StagedFile:
        """Read a table of raw texts that stands for ``file``."""
        self._insert(self.plan, relation, field, 0)
        rows = int(self.warehouse.scalar(f"SELECT count(*) FROM {self.stage}"))
        return StagedFile(file, 0, 0, rows, Reading())

    def _insert(self, plan: Plan, relation: str, field: Callable[[str], str], index: int) -> None:
        some = f"(SELECT * FROM {relation} LIMIT {self.limit})" if self.limit else relation
        statement = select(plan, field, some, index)
        self.warehouse.execute(f"INSERT INTO {self.stage} {statement}")

    def _copy_path(self, index: int, suffix: str) -> Path:
        return self.warehouse.staging / f"{self.stage}_{index}{suffix}"

    def _read_csv(self, file: SourceFile, index: int) -> Reading:
        head = files.read_head(file, self.settings, self.plan.layout.delimiter, field_test(self.plan))
        header = Header.match(head.header, self.plan, file)
        path = file.path
        copied = head.encoding not in {"utf-8", "utf-8-sig"}
        if copied:
            path = files.to_utf8(file, head.encoding, self._copy_path(index, ".csv"))
        try:
            broken = self._insert_csv(self.plan, file, path, head, header, index)
        except QueryError as error:
            if copied or "state machine" not in error.problem:
                raise _unreadable(file, head.encoding, "The file cannot be read", error) from error
            # line ends of both kinds in one file; the copy has one kind only
            path = files.to_utf8(file, head.encoding, self._copy_path(index, ".csv"))
            copied = True
            broken = self._insert_csv(self.plan, file, path, head, header, index)
        told = list(head.assumptions)
        if self.plan.is_mark_voted and self._has_decimal_comma(file, index):
            told.append(f"{file.shown}: amounts were read with a decimal comma, as most of them can only be.")
            self._take_back(index)
            broken = self._insert_csv(replace(self.plan, mark=","), file, path, head, header, index)
        if copied:
            path.unlink()
        absent = frozenset(self.plan.fields) - frozenset(header.positions)
        return Reading(
            head.encoding,
            head.delimiter,
            head.before,
            absent,
            header.unknown,
            header.known,
            broken,
            tuple(told),
            copied,
        )

    def _has_decimal_comma(self, file: SourceFile, index: int) -> bool:
        """Return what the amounts of a file say of their decimal mark; SourceError where they leave it open."""
        point, comma, either = self.warehouse.row(
            f"SELECT {', '.join(f'count_if(({READINGS} & {bit}) > 0)' for bit in amounts.BITS)} FROM {self.stage} "
            f"WHERE stage_file = {index}"
        )
        if point == comma and (point or either):
            raise SourceError(
                "Whether the amounts have a decimal point or a decimal comma cannot be told.",
                where=file.shown,
                hint='Add decimal = "." or decimal = "," to its [[source]].',
            )
        return bool(comma > point)

    def _take_back(self, index: int) -> None:
        """Remove the records of the file that was read last; the others keep their row numbers."""
        kept = f"{self.stage}_kept"
        self.warehouse.execute(
            f"CREATE TABLE {kept} AS SELECT * FROM {self.stage} WHERE stage_file <> {index} ORDER BY rowid"
        )
        self.warehouse.execute(f"DROP TABLE {self.stage}")
        self.warehouse.execute(f"ALTER TABLE {kept} RENAME TO {self.stage}")

    def _insert_csv(
        self, plan: Plan, file: SourceFile, path: Path, head: FileHead, header: Header, index: int
    ) -> tuple[BrokenLine, ...]:
        columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(head.header)))
        rejects = f"broken_{self.stage}_{index}"
        relation = (
            f"read_csv({sql.literal(str(path))}, {_compression(path)}, columns = {{{columns}}}, header = true, auto_detect = false, "
            f"delim = {sql.literal(head.delimiter)}, quote = '\"', escape = '\"', skip = {head.skip}, "
            f"store_rejects = true, rejects_table = '{rejects}', rejects_scan = '{rejects}_scan', rejects_limit = 0)"
        )
        self.warehouse.execute(f"DROP TABLE IF EXISTS {rejects}")
        self.warehouse.execute(f"DROP TABLE IF EXISTS {rejects}_scan")
        self._insert(plan, relation, header.field, index)
        lines = self.warehouse.rows(
            "SELECT min(line_byte_position), min(byte_position), min_by(csv_line, byte_position), "
            f"min_by(error_type, byte_position) FROM {rejects} GROUP BY line, line_byte_position "
            f"ORDER BY 1 LIMIT {MAX_BROKEN_LINES + 1}"
        )
        for table in (rejects, f"{rejects}_scan"):
            self.warehouse.execute(f"DROP TABLE {table}")
        if len(lines) > MAX_BROKEN_LINES:
            raise SourceError(
                f"More than {MAX_BROKEN_LINES:,} lines do not fit the header.",
                where=file.shown,
                hint="Check the delimiter and that this export has the layout named in cspaudit.toml.",
            )
        if any(kind == "INVALID ENCODING" for *_, kind in lines):
            raise files.wrong_encoding(file, "utf-8")
        if not lines:
            return ()
        if self.limit:
            return tuple(
                BrokenLine(int(start), int(place), 0, 0, OTHER_REASON, str(text)[:SHOWN_VALUE])
                for start, place, text, _ in lines
            )
        with files.open_plain(path) as plain:
            found = [
                (int(start) - 1, int(place) - 1, str(text), str(kind)) for start, place, text, kind in lines
            ]
            return number_broken(plain.read(), found, head.delimiter, head.before)

    def _read_json(self, file: SourceFile, index: int) -> Reading:
        encoding, assumption = files.json_encoding(file, self.settings)
        path, copied = file.path, encoding != "utf-8"
        if copied:
            path = files.to_utf8(file, encoding, self._copy_path(index, ".json"))
        size = (
            MIN_OBJECT_BYTES
            if files.is_json_lines(path)
            else max(MIN_OBJECT_BYTES, files.plain_size(path) + 1)
        )
        objects = f"read_json_objects({sql.literal(str(path))}, {_compression(path)}, format = 'auto', maximum_object_size = {size})"
        relation = f"(SELECT json AS j FROM {objects})"
        if self.plan.layout.records:
            # a file may also hold the records themselves: one alone, a list, or one a line
            found = _found("json", self.plan.layout.records)
            members = f"CASE WHEN {found} IS NULL THEN [json] ELSE {_members(found)} END"
            relation = f"(SELECT unnest({members}) AS j FROM {objects})"
        if self.plan.layout.nested:
            members = _members(_found("j", self.plan.layout.nested))
            relation = f"(SELECT unnest(list_concat([j], {members})) AS j FROM {relation})"
        records = relation
        if self.plan.layout.members:
            # what is the record's own is read once, not again for each of its members
            own = "".join(
                f"{json_field(path)} AS own_{i}, "
                for i, path in enumerate(self.plan.fields)
                if not self._is_member(path)
            )
            members = _members(_found("j", self.plan.layout.members))
            # first none, for the record itself
            relation = f"(SELECT {own}unnest(list_concat([NULL::JSON], {members})) AS m FROM {relation})"
        try:
            known, unknown = self._names_in(records) if self.limit else ((), ())
            lacking = self._lacking_json(relation)
            if not lacking:
                self._insert(self.plan, relation, self._json_field, index)
        except QueryError as error:
            raise _unreadable(file, encoding, "The file is not valid JSON", error) from error
        if lacking:
            raise LackingFieldsError(
                f"No record of the export has {', '.join(repr(field) for field in lacking)}.",
                where=file.shown,
                hint=f"It was read as {self.plan.layout.title!r}; is that the layout of this file?",
                lacking=lacking,
                known=known,
                unknown=unknown,
            )
        if copied:
            path.unlink()
        assumptions = (assumption,) if assumption else ()
        return Reading(encoding, known=known, unknown=unknown, assumptions=assumptions)

    def _names_in(self, relation: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names at the top of the first records: those that the layout knows, and the others."""
        fields = (*self.plan.fields, *self.plan.layout.unused, self.plan.layout.nested)
        tops = {top_name(field) for field in fields}
        names = [
            str(name)
            for (name,) in self.warehouse.rows(
                f"SELECT DISTINCT unnest(json_keys(j)) AS name FROM (SELECT j FROM {relation} LIMIT {self.limit}) "
                "ORDER BY name"
            )
        ]
        known = tuple(name for name in names if name in tops)
        return known, tuple(name for name in names if name not in tops)

    def _lacking_json(self, relation: str) -> tuple[str, ...]:
        """Return the fields that a record must have and that none has; no record lacks nothing."""
        lacking = self._absent_from(f"(SELECT * FROM {relation} LIMIT {FIRST_RECORDS})")
        return self._absent_from(relation) if lacking and not self.limit else lacking

    def _absent_from(self, relation: str) -> tuple[str, ...]:
        listed = self.plan.layout.members
        fields = (*self.plan.fields, *([listed] if listed else []))
        counts = ", ".join(f"count({self._json_field(field)})" for field in fields)
        records, *found = self.warehouse.row(f"SELECT count(*), {counts} FROM {relation}")
        present = [field for field, count in zip(fields, found, strict=True) if count]
        if listed and listed not in present:
            # where nothing is listed, no member lacks anything
            present += filter(self._is_member, fields)
        return self.plan.lacking(present) if records else ()

    def _is_member(self, path: str) -> bool:
        """Whether a field is that of a listed member, or the member itself."""
        listed = self.plan.layout.members
        return bool(listed) and f"{path}.".startswith(f"{listed}.")

    def _json_field(self, path: str) -> str:
        """Return the SQL of a field as text, read from the listed member where the path leads there."""
        listed = self.plan.layout.members
        if not listed:
            return json_field(path)
        if path == listed:
            return "json_extract_string(m, '$')"
        if self._is_member(path):
            return json_field(path.removeprefix(f"{listed}."), "m")
        return f"own_{self.plan.fields.index(path)}"


def _found(value: str, path: str) -> str:
    """Return the SQL of what stands at a path of names, NULL where nothing does."""
    names = "".join(f".{sql.name(part)}" for part in path.split("."))
    return f"json_extract({value}, {sql.literal(f'${names}')})"


def _members(found: str) -> str:
    """Return the SQL of the members of a JSON list; what is no list is one member, which has none of the fields."""
    return (
        f"CASE coalesce(json_type({found}), 'NULL') WHEN 'NULL' THEN [] "
        f"WHEN 'ARRAY' THEN from_json({found}, '[\"JSON\"]') ELSE [{found}] END"
    )


def _compression(path: Path) -> str:
    # the engine goes by the name, which may be wrong
    return f"compression = '{'gzip' if files.is_packed(path) else 'none'}'"


def _unreadable(file: SourceFile, encoding: str, problem: str, error: QueryError) -> SourceError:
    """Return the error for a file that the engine refuses, by its cause where that can be told."""
    with files.unpacking(file):
        nul_at = files.digest(file.path, encoding).nul_at
    if nul_at >= 0:
        return files.holds_nul(file, nul_at)
    said = error.problem.replace(f'"{file.path}"', file.shown).replace(str(file.path), file.shown)
    return SourceError(f"{problem}: {said}", where=file.shown)


def top_name(path: str) -> str:
    """Return the name at the top of a record from which the path of a field leads on."""
    return path.split(".", maxsplit=1)[0].partition("[")[0]


def json_field(path: str, here: str = "j") -> str:
    """Return the SQL of a JSON field as text: ``a.b``, or ``list[key=value].rest`` for a member of a list."""
    for part in _DOT.split(path):
        name, _, member = part.partition("[")
        here = f"json_extract({here}, {sql.literal(f'$.{sql.name(name)}')})"
        if member:
            key, _, wanted = member.rstrip("]").partition("=")
            test = f"json_extract_string(m, {sql.literal(f'$.{sql.name(key)}')}) = {sql.literal(wanted)}"
            here = f"list_extract(list_filter(from_json({here}, '[\"JSON\"]'), lambda m: {test}), 1)"
    return f"json_extract_string({here}, '$')"
