"""Reads a CSV file into a staging table."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from cspaudit.errors import BrokenLinesError, WrongEncodingError
from cspaudit.sources import (
    barred,
    blocks,
    files,
    first_records,
    footers,
    guess,
    heads,
    mend,
    sql,
    trimmed,
    votes,
)
from cspaudit.sources.compile import NO_RECORD, UNUSUAL, Plan
from cspaudit.sources.files import SourceFile
from cspaudit.sources.header import Header, field_weight
from cspaudit.sources.heads import FileHead
from cspaudit.sources.lines import OTHER_REASON, SHOWN_VALUE, BrokenLine, number_broken
from cspaudit.sources.staging import Reading, Stage, compression, unreadable
from cspaudit.sources.statement import unusual_ids
from cspaudit.warehouse.interface import QueryError

#: as many faults as the engine notes; a line may have several
MAX_FAULTS = 100_000
#: a file with more broken lines than this was read with the wrong delimiter, quoting or layout
MAX_BROKEN_LINES = 10_000
#: as much of a line of totals as is told
SHOWN_FOOTER = 60


def read(stage: Stage, file: SourceFile, index: int) -> Reading:
    """Read a file; SourceError where it cannot be read at all, LackingFieldsError where it has another layout."""
    head = heads.read_head(file, stage.settings, stage.plan.layout.delimiter, field_weight(stage.plan))
    if head.delimiter == barred.BAR and barred.is_list(file, head.encoding):
        return _read_list(stage, file, head.encoding, index)
    is_mendable = not (file.is_sheet or head.is_folded)
    mended = None
    try:
        if is_mendable and mend.shows(head):
            mended = _read_mended(stage, file, index, head)
        reading = mended or _read(stage, file, index, head)
    except WrongEncodingError:
        # the first bytes said nothing of it
        likely = guess.likely_encoding(file) if stage.settings.mapping and not stage.settings.encoding else ""
        if not likely or head.encoding != "utf-8":
            raise
        stage.take_back(index)
        told = (*head.assumptions, heads.told_encoding(file, likely))
        head = replace(head, encoding=likely, assumptions=told)
        reading = _read(stage, file, index, head)
    except BrokenLinesError:
        again = _read_otherwise(stage, file, index, head) if is_mendable else None
        if again is None:
            raise
        return again
    if reading.broken and is_mendable and not mended:
        return _read_otherwise(stage, file, index, head) or reading
    return reading


def _read_otherwise(stage: Stage, file: SourceFile, index: int, head: FileHead) -> Reading | None:
    """Take the records of a file with broken lines back and read it by way of a copy; None where none would help."""
    return (
        _read_filled(stage, file, index, head)
        or _read_first_table(stage, file, index, head)
        or _read_mended(stage, file, index, head, taken=True)
    )


def _read_filled(stage: Stage, file: SourceFile, index: int, head: FileHead) -> Reading | None:
    """Take the records of a file back and read it with the cells that Excel left out; None where it has left none out."""
    copy = stage.copy_path(index, ".filled")
    rows = trimmed.to_csv(file, head, copy, stage.limit)
    if not rows:
        return None
    stage.take_back(index)
    told = (
        f"{file.shown}: {rows:,} rows lack their last cells, which Excel leaves out where {trimmed.ROWS} rows have "
        "nothing there; they were read as empty."
    )
    return _read_copy(stage, file, index, head, copy, (told,))


def _read_first_table(stage: Stage, file: SourceFile, index: int, head: FileHead) -> Reading | None:
    """Take the records of a file back and read those before a second table of it; None where it has none."""
    copy = stage.copy_path(index, ".first")
    second = blocks.cut(file, head, copy, field_weight(stage.plan), stage.limit)
    if second is None:
        return None
    stage.take_back(index)
    return _read_copy(stage, file, index, head, copy, (second.told(file.shown),))


def _read_mended(
    stage: Stage, file: SourceFile, index: int, head: FileHead, *, taken: bool = False
) -> Reading | None:
    """Read a file by way of a copy in which its broken lines are mended; None where none can be.

    Where records of it are ``taken`` already they are taken back before.
    """
    copy = stage.copy_path(index, ".mended")
    found = mend.to_csv(file, head, copy, stage.limit)
    if found == mend.Mended():
        copy.unlink()
        return None
    if taken:
        stage.take_back(index)
    return _read_copy(stage, file, index, head, copy, found.told(file.shown))


def _read_copy(
    stage: Stage, file: SourceFile, index: int, head: FileHead, copy: Path, told: Sequence[str]
) -> Reading:
    """Read a copy of a file in which every line stands where it stood; ``told`` says how it was made."""
    own = replace(file, copy=copy, copy_delimiter=head.delimiter, told=())
    again = heads.read_head(own, stage.settings, head.delimiter, field_weight(stage.plan))
    reading = _read(stage, own, index, replace(again, assumptions=(*head.assumptions, *told)))
    return replace(reading, encoding=head.encoding, copy=copy)


def _read(stage: Stage, file: SourceFile, index: int, head: FileHead) -> Reading:
    header = Header.match(head.header, stage.plan, file, head.rows)
    path = file.readable
    # a line end within the header that is another than those of the file makes the engine find no record at all
    copied = head.encoding not in {"utf-8", "utf-8-sig"} or head.is_folded
    if copied:
        path = files.to_utf8(file, head.encoding, stage.copy_path(index, ".csv"))
    nulls = _nulls(stage.plan, head)
    given, first = replace(stage.plan, nulls_read=frozenset(nulls)), stage.rows
    try:
        plan, broken = _insert(stage, given, file, path, head, header, index)
    except QueryError as error:
        if copied or "state machine" not in error.problem:
            raise unreadable(file, head.encoding, "The file cannot be read", error) from error
        # line ends of both kinds in one file; the copy has one kind only
        path = files.to_utf8(file, head.encoding, stage.copy_path(index, ".csv"))
        copied = True
        plan, broken = _insert(stage, given, file, path, head, header, index)
    answer = votes.settle(stage, file, index, plan, first)
    settled, told = answer.plan, list(answer.told)
    serials = votes.serial_columns(stage, index, settled, header.field, _relation(path, head, nulls))
    if serials:
        settled = replace(settled, serials=serials)
        told.append(
            f"{file.shown}: {', '.join(sorted(serials))}: numbers were read as a spreadsheet's count of days."
        )
    if settled != plan:
        stage.take_back(index)
        # the shapes of days hang on their order
        _, broken = _insert(stage, settled, file, path, head, header, index)
    broken, no_records, aside = _leave_aside(stage, file, path, head, index, broken)
    told += aside
    if header.taken:
        told.append(f"{file.shown}: {header.taken.told}.")
    if copied:
        path.unlink()
    absent = frozenset(stage.plan.fields) - frozenset(header.positions)
    return Reading(
        "" if file.copy else head.encoding,
        head.delimiter,
        head.before,
        absent,
        header.unknown,
        header.known,
        broken,
        (*head.assumptions, *told),
        answer.asked,
        no_records,
        copied,
        taken=header.taken,
    )


def _read_list(stage: Stage, file: SourceFile, encoding: str, index: int) -> Reading:
    """Read a list with bars by way of a copy without its ornaments; its records stand on lines of their own."""
    copy = stage.copy_path(index, ".list")
    told = barred.to_csv(file, encoding, copy)
    settings = stage.settings.model_copy(update={"encoding": "utf-8", "delimiter": ","})
    try:
        reading = read(replace(stage, settings=settings), replace(file, path=copy, copy=None), index)
    finally:
        copy.unlink()
    broken = tuple(replace(one, start=0, end=0, line=0) for one in reading.broken)
    assumptions = (*told, *reading.assumptions)
    return replace(reading, encoding=encoding, broken=broken, assumptions=assumptions, has_lines=False)


def _leave_aside(
    stage: Stage, file: SourceFile, path: Path, head: FileHead, index: int, broken: tuple[BrokenLine, ...]
) -> tuple[tuple[BrokenLine, ...], int, list[str]]:
    """Leave aside what is no record; return the lines that stay broken, the rows left aside, and what is to be told."""
    told = []
    repeated = _with_rule(stage, index, NO_RECORD)
    if repeated:
        told.append(
            f"{file.shown}: the header stands {repeated + 1:,} times; the repeated ones are no records."
        )
    if stage.limit:
        return broken, repeated, told
    found = footers.find(path, len(head.header), head.delimiter)
    if found.wide:
        stage.warehouse.execute(
            f"UPDATE {stage.name} SET rule = {NO_RECORD}, rule_value = NULL WHERE rowid IN (SELECT rowid FROM {stage.name} "
            f"WHERE stage_file = {index} ORDER BY rowid DESC LIMIT {found.wide})"
        )
    if found.lines:
        broken = tuple(one for one in broken if one.start < found.start)
        told.append(
            f"{file.shown}: {found.lines} lines after the last record were left aside, beginning with {found.first[:SHOWN_FOOTER]!r}."
            if found.lines > 1
            else f"{file.shown}: the line after the last record was left aside: {found.first[:SHOWN_FOOTER]!r}."
        )
    return broken, repeated + found.wide, told


def _any_unusual(stage: Stage, plan: Plan, index: int) -> bool:
    """Whether a record of a file is not written as its plan supposes."""
    test = " OR ".join(filter(None, (f"rule = {UNUSUAL}", unusual_ids(plan))))
    return bool(
        stage.warehouse.scalar(f"SELECT count(*) FROM {stage.name} WHERE stage_file = {index} AND ({test})")
    )


def _with_rule(stage: Stage, index: int, rule: int) -> int:
    """Count the records of a file that a rule of the statement has told."""
    return int(
        stage.warehouse.scalar(
            f"SELECT count(*) FROM {stage.name} WHERE stage_file = {index} AND rule = {rule}"
        )
    )


def _nulls(plan: Plan, head: FileHead) -> list[str]:
    """Return the words for "nothing" that the engine may be told: none that holds a sign of its own."""
    signs = {head.delimiter, '"', "\r", "\n"}
    return [word for word in dict.fromkeys(["", *plan.nulls]) if signs.isdisjoint(word)]


def _relation(
    path: Path, head: FileHead, nulls: Iterable[str], on_faults: str = "ignore_errors = true"
) -> str:
    """Return the SQL that reads the raw texts of a file, ``nulls`` as NULL; columns are c0, c1 and so on."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(head.header)))
    return (
        f"read_csv({sql.literal(str(path))}, {compression(path)}, columns = {{{columns}}}, header = true, auto_detect = false, "
        f"delim = {sql.literal(head.delimiter)}, quote = '\"', escape = '\"', skip = {head.skip}, "
        f"nullstr = [{', '.join(map(sql.literal, nulls))}], {on_faults})"
    )


def _insert(
    stage: Stage, given: Plan, file: SourceFile, path: Path, head: FileHead, header: Header, index: int
) -> tuple[Plan, tuple[BrokenLine, ...]]:
    """Read the records of a file; return the plan by which they were read, and the lines that are none.

    Where all records seem to be written alike they are read so first, and once more where one of them is not.
    """
    texts = first_records.texts_of(given, head, header)
    plan = first_records.supposed(given, texts)
    broken = _insert_csv(stage, plan, file, path, head, header, index)
    if not plan.usual or not _any_unusual(stage, plan, index):
        return plan, broken
    stage.take_back(index)
    # what is written otherwise may be a day with a month's name
    plan = replace(first_records.shaped(given, texts), is_named=given.is_localised)
    return plan, _insert_csv(stage, plan, file, path, head, header, index)


def _insert_csv(
    stage: Stage,
    plan: Plan,
    file: SourceFile,
    path: Path,
    head: FileHead,
    header: Header,
    index: int,
    *,
    by_all_cells: bool = False,
) -> tuple[BrokenLine, ...]:
    """Read the records of a file, and return the lines that are none.

    A header again, as in files put one behind the other, is first told by the cells that are read: only where that
    finds one are all cells looked at, which takes half as long again.
    """
    rejects = f"broken_{stage.name}_{index}"
    kept = f"store_rejects = true, rejects_table = '{rejects}', rejects_scan = '{rejects}_scan', rejects_limit = {MAX_FAULTS}"
    relation = _relation(path, head, sorted(plan.nulls_read), kept)
    stage.warehouse.execute(f"DROP TABLE IF EXISTS {rejects}")
    stage.warehouse.execute(f"DROP TABLE IF EXISTS {rejects}_scan")
    read = {place for name in plan.fields for place in header.positions.get(name, ())}
    again = [
        f"c{i} IN ({', '.join(map(sql.literal, spellings))})"
        if len(spellings := _spellings(cell, i)) > 1
        else f"c{i} = {sql.literal(cell)}"
        # the first one last: that it is none of several takes longest to tell
        for i, cell in reversed(list(enumerate(head.header)))
        if cell and (by_all_cells or i in read)
    ]
    stage.insert(plan, relation, header.field, index, " AND ".join(again))
    if not by_all_cells and _with_rule(stage, index, NO_RECORD):
        stage.take_back(index)
        return _insert_csv(stage, plan, file, path, head, header, index, by_all_cells=True)
    lines = stage.warehouse.rows(
        "SELECT min(line_byte_position), min(byte_position), min_by(csv_line, byte_position), "
        f"min_by(error_type, byte_position) FROM {rejects} GROUP BY line, line_byte_position "
        f"ORDER BY 1 LIMIT {MAX_BROKEN_LINES + 1}"
    )
    faults = int(stage.warehouse.scalar(f"SELECT count(*) FROM {rejects}"))
    for table in (rejects, f"{rejects}_scan"):
        stage.warehouse.execute(f"DROP TABLE {table}")
    if len(lines) > MAX_BROKEN_LINES or faults >= MAX_FAULTS:
        raise BrokenLinesError(
            f"More than {MAX_BROKEN_LINES:,} lines do not fit the header.",
            where=file.shown,
            hint="Check the delimiter and that this export has the layout named in cspaudit.toml.",
        )
    if any(kind == "INVALID ENCODING" for *_, kind in lines):
        raise files.wrong_encoding(file, "utf-8")
    if not lines:
        return ()
    if stage.limit:
        return tuple(
            BrokenLine(int(start), int(place), 0, 0, OTHER_REASON, str(text)[:SHOWN_VALUE])
            for start, place, text, _ in lines
        )
    with files.open_plain(path) as plain:
        found = [(int(start) - 1, int(place) - 1, str(text), str(kind)) for start, place, text, kind in lines]
        return number_broken(plain.read(), found, head.delimiter, head.before)


def _spellings(cell: str, place: int) -> tuple[str, ...]:
    """Return how a cell of a header may stand that is repeated: the first one behind the byte order mark of its file."""
    return (cell,) if place else (cell, f"\ufeff{cell}", f'\ufeff"{cell}"')
