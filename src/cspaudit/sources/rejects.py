"""The table of records left out: what each said, in which record and on which physical line, and why."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from cspaudit.model.result import RejectGroup
from cspaudit.sources import files, lines, sql
from cspaudit.sources.compile import (
    DUPLICATE_KEY,
    EVIDENCE_CHANGED,
    LATE_REASONS,
    MERGE_CYCLE,
    NO_PAYMENT,
    NO_RECORD,
    UNKNOWN_PARTNER,
    condition_name,
)
from cspaudit.sources.source import LoadedSource
from cspaudit.sources.stage import StagedFile
from cspaudit.warehouse.duckdb_warehouse import Warehouse

UNREADABLE = "the export could not be read"


def make_rejects(warehouse: Warehouse, sources: Sequence[LoadedSource], partners: Sequence[str]) -> None:
    """Make the table ``reject``: a row for each record left out and table it would have fed.

    An export that could not be read at all leaves one row without a record for each of its tables and partners, so
    that its absence is never taken for an absence of failures.
    """
    warehouse.execute(
        "CREATE TABLE reject (source_id VARCHAR, partner_id VARCHAR, table_name VARCHAR, file VARCHAR, record BIGINT, "
        "line BIGINT, field VARCHAR, value VARCHAR, reason VARCHAR, dated_at TIMESTAMP)"
    )
    for source in sources:
        for failed in source.failed:
            affected = (
                [failed.partner_id]
                if failed.partner_id
                else ([source.partner_id] if source.partner_id else partners)
            )
            warehouse.insert(
                "reject",
                (
                    (
                        source.source_id,
                        one,
                        staged.table.name,
                        failed.shown,
                        None,
                        None,
                        None,
                        None,
                        UNREADABLE,
                        None,
                    )
                    for one in affected
                    for staged in source.tables()
                ),
            )
        if source.files:
            _value_rejects(warehouse, source)
            _broken_lines(warehouse, source)


def _value_rejects(warehouse: Warehouse, source: LoadedSource) -> None:
    faults = [(fault.number, fault.column, fault.reason) for fault in source.plan.faults]
    first_key = source.tables()[0].table.key[0]
    blamed = {
        UNKNOWN_PARTNER: "partner_id",
        DUPLICATE_KEY: first_key,
        MERGE_CYCLE: "merged_into_id",
        EVIDENCE_CHANGED: "evidence_path",
        NO_PAYMENT: "payment_id",
    }
    faults += [(number, blamed[number], reason) for number, reason in LATE_REASONS.items()]
    fields = " ".join(f"WHEN {number} THEN {sql.literal(column)}" for number, column, _ in faults)
    reasons = " ".join(f"WHEN {number} THEN {sql.literal(reason)}" for number, _, reason in faults)
    if not warehouse.scalar(f"SELECT count(*) FROM {source.stage} WHERE rule <> {NO_RECORD}"):
        return
    partner = source.partner_sql()
    known = (
        f"CASE WHEN rule = {UNKNOWN_PARTNER} THEN NULL ELSE {partner} END"
        if source.plan.has_partner_column
        else partner
    )
    for index, staged in enumerate(source.tables()):
        dated = staged.columns.get(staged.table.dated_by, "NULL") if staged.table.dated_by else "NULL"
        where = f"rule <> {NO_RECORD}" + (f" AND {condition_name(index)}" if staged.when else "")
        warehouse.execute(
            f"INSERT INTO reject SELECT {sql.literal(source.source_id)}, {known}, {sql.literal(staged.table.name)}, "
            f"{source.file_sql()}, {source.record_sql()}, NULL, CASE rule {fields} END, rule_value, "
            f"CASE rule {reasons} END, cast({dated} AS TIMESTAMP) FROM {source.stage} WHERE {where}"
        )
    _number_lines(warehouse, source)


def _number_lines(warehouse: Warehouse, source: LoadedSource) -> None:
    """Fill the physical line of CSV records left out."""
    if not source.has_lines:
        return
    for staged in source.files:
        if not staged.reading.has_lines:
            continue
        place = {"source": source.source_id, "file": staged.file.shown}
        records = [
            int(row[0])
            for row in warehouse.rows(
                "SELECT DISTINCT record FROM reject WHERE source_id = $source AND file = $file ORDER BY record",
                place,
            )
            if row[0] is not None
        ]
        if not records:
            continue
        numbered = list(_physical_lines(staged, records))
        warehouse.execute(
            "CREATE TEMP TABLE line_of AS SELECT unnest($records) AS record, unnest($lines) AS line",
            {"records": [record for record, _ in numbered], "lines": [line for _, line in numbered]},
        )
        warehouse.execute(
            "UPDATE reject SET line = l.line FROM line_of l "
            "WHERE l.record = reject.record AND source_id = $source AND file = $file",
            place,
        )
        warehouse.execute("DROP TABLE line_of")


def _physical_lines(staged: StagedFile, records: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Yield (record, line), both from 1; quoted line ends and blank lines make them differ."""
    reading = staged.reading
    if staged.file.is_sheet:
        return _rows_of_sheet(staged, records)
    if reading.broken:
        return lines.lines_of(_plain_text(staged), reading.broken, records, reading.delimiter, reading.before)
    return _unbroken_lines(staged, records)


def _rows_of_sheet(staged: StagedFile, records: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (record, row of the sheet): a cell may hold several lines."""
    wanted = set(records)
    record = -staged.reading.before
    with staged.file.readable.open(encoding="utf-8", newline="") as text:
        for row, cells in enumerate(csv.reader(text), 1):
            if record in wanted and cells:
                yield record, row
            record += bool(cells)


def _unbroken_lines(staged: StagedFile, records: Sequence[int]) -> Iterator[tuple[int, int]]:
    wanted = set(records)
    with files.open_plain(staged.readable) as plain:
        # wrong bytes were refused before; replacing only keeps this pass from failing twice
        text = io.TextIOWrapper(
            cast("io.BufferedReader", plain),
            encoding=(not staged.reading.copy and staged.reading.encoding) or "utf-8",
            errors="replace",
            newline="",
        )
        for record, line in enumerate(lines.starts(text, staged.reading.delimiter), -staged.reading.before):
            if record in wanted:
                yield record, line + 1
            if record >= records[-1]:
                return


def _plain_text(staged: StagedFile) -> bytes:
    """Return the bytes that the engine read: those of the file, or of the copy made of it."""
    with files.open_plain(staged.readable) as plain:
        content = plain.read()
    if staged.reading.copy or not staged.reading.is_copied:
        return content
    text = content.decode(staged.reading.encoding).removeprefix("\ufeff")
    return io.IncrementalNewlineDecoder(None, translate=True).decode(text, final=True).encode()


def _broken_lines(warehouse: Warehouse, source: LoadedSource) -> None:
    for staged in source.files:
        broken = staged.reading.broken
        if not broken:
            continue
        columns = {
            "record": [one.record for one in broken],
            "line": [one.line or None for one in broken],
            "value": [one.value for one in broken],
            "reason": [one.reason for one in broken],
        }
        for fed in source.tables():
            warehouse.execute(
                "INSERT INTO reject SELECT $source, $partner, $table, $file, unnest($record), unnest($line), NULL, "
                "unnest($value), unnest($reason), NULL",
                {
                    **columns,
                    "source": source.source_id,
                    "partner": staged.file.partner_id or source.partner_id or None,
                    "table": fed.table.name,
                    "file": staged.file.shown,
                },
            )


def groups(warehouse: Warehouse, partner_id: str) -> tuple[RejectGroup, ...]:
    """Return the partner's records left out, grouped by file, field and reason, most first."""
    rows = warehouse.rows(
        "SELECT source_id, file, coalesce(field, ''), reason, count(DISTINCT record), min(record), "
        "coalesce(min(line), 0), coalesce(min_by(value, record), '') FROM reject "
        "WHERE record IS NOT NULL AND (partner_id = $partner OR partner_id IS NULL) "
        "GROUP BY ALL ORDER BY count(DISTINCT record) DESC, source_id, file, 3, reason",
        {"partner": partner_id},
    )
    return tuple(RejectGroup(*row) for row in rows)
