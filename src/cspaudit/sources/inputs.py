"""Describes each file for the report: identity, counts, months, assumptions and warnings."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from cspaudit.model.completeness import Cut, CutSign
from cspaudit.model.result import InputResult, MonthCoverage
from cspaudit.model.vocabulary import RENAMED_ON, RENAMED_VEHICLES
from cspaudit.sources import sql, vendors
from cspaudit.sources.compile import NO_RECORD, condition_name
from cspaudit.sources.cuts import cut_of
from cspaudit.sources.files import Digest
from cspaudit.sources.source import LoadedSource
from cspaudit.sources.stage import StagedFile
from cspaudit.sources.statement import DOUBT
from cspaudit.sources.totals import totals_of
from cspaudit.sources.windows import Windows
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: an export whose last record is older than this before its cut-off was perhaps made earlier
STALE_AFTER = timedelta(days=2)
SHOWN_FIELDS = 12
#: in so few documents credit notes may well be most
MANY_DOCUMENTS = 5


def describe(
    warehouse: Warehouse, source: LoadedSource, digests: Mapping[Path, Digest], windows: Windows
) -> Iterator[InputResult]:
    """Yield one result for each file of a source, failed ones last; facts of the engagement yield none."""
    if source.is_data:
        return
    spans = _spans(warehouse, source)
    months = _months(warehouse, source)
    totals = totals_of(warehouse, source)
    last = max((end for _, end in spans.values()), default=None)
    notes = (*_warnings(warehouse, source, last), *totals.oddities)
    tables = tuple(staged.table.name for staged in source.tables())
    faulty = _faulty(warehouse, source) if source.files else {}
    assumed = (*_assumptions(source), *_meant(warehouse, source)) if source.files else ()
    for staged in source.files:
        digest = digests[staged.file.path]
        rejected = faulty.get(staged.index, 0) + len(staged.reading.broken)
        first_at, last_at = spans.get(staged.index, (None, None))
        cut = cut_of(staged, source.plan.layout)
        yield InputResult(
            source_id=source.source_id,
            path=staged.file.shown,
            tables=tables,
            sha256=digest.sha256,
            bytes=digest.size,
            records_read=staged.records,
            records_loaded=staged.records - rejected,
            records_rejected=rejected,
            first_at=first_at,
            last_at=last_at,
            as_of=source.as_of,
            coverage=months.get(staged.index, ()),
            assumptions=(*staged.reading.assumptions, *assumed),
            warnings=(
                *_field_warnings(staged),
                *_cut_warnings(source, staged, cut),
                *(notes if staged is source.files[0] else ()),
            ),
            partner_id=staged.file.partner_id
            or ("" if source.plan.has_partner_column else source.partner_id),
            totals=totals.by_file.get(staged.file.shown, ()),
            cut=cut,
            window=windows.by_file.get((source.source_id, staged.index)),
        )
    for failed in source.failed:
        yield InputResult(
            source_id=source.source_id,
            path=failed.shown,
            tables=tables,
            sha256="",
            bytes=0,
            records_read=0,
            records_loaded=0,
            records_rejected=0,
            first_at=None,
            last_at=None,
            as_of=source.as_of,
            coverage=(),
            error=failed.error.problem,
            partner_id=failed.partner_id or source.partner_id,
        )


def _faulty(warehouse: Warehouse, source: LoadedSource) -> dict[int, int]:
    """Return the number of faulty records of each file that has some, by the file's own number."""
    rows = warehouse.rows(
        f"SELECT stage_file, count(*) FROM {source.stage} WHERE rule <> {NO_RECORD} GROUP BY stage_file"
    )
    return {int(index): int(records) for index, records in rows}


def _spans(warehouse: Warehouse, source: LoadedSource) -> dict[int, tuple[datetime, datetime]]:
    """Return the first and last date that the records of each file carry."""
    rows = warehouse.rows(
        "SELECT file, min(first_at), max(last_at) FROM source_coverage WHERE source_id = $source AND records > 0 "
        "GROUP BY file",
        {"source": source.source_id},
    )
    return {int(file): (first, last) for file, first, last in rows}


def _months(warehouse: Warehouse, source: LoadedSource) -> dict[int, tuple[MonthCoverage, ...]]:
    """Return the months of each file; what the partner states of an export holds for each of its files."""
    rows = warehouse.rows(
        "SELECT file, month, max(records), bool_or(is_doubtful) FROM (SELECT file, table_name, month, "
        "sum(records) AS records, bool_or(is_doubtful) AS is_doubtful FROM source_coverage "
        "WHERE source_id = $source AND month IS NOT NULL AND NOT is_stated GROUP BY ALL) GROUP BY ALL ORDER BY month",
        {"source": source.source_id},
    )
    stated = {
        str(month)
        for (month,) in warehouse.rows(
            "SELECT DISTINCT month FROM source_coverage WHERE source_id = $source AND is_stated",
            {"source": source.source_id},
        )
    }
    found: dict[int, dict[str, MonthCoverage]] = {
        staged.index: {month: MonthCoverage(month, 0, is_stated=True) for month in sorted(stated)}
        for staged in source.files
    }
    for file, month, records, doubtful in rows:
        found[int(file)][month] = MonthCoverage(
            month, int(records), is_stated=month in stated, is_doubtful=bool(doubtful) and month not in stated
        )
    return {file: tuple(each[month] for month in sorted(each)) for file, each in found.items()}


def _assumptions(source: LoadedSource) -> tuple[str, ...]:
    settings = source.settings
    if settings is None:
        return ()
    found = []
    if settings.covers:
        found.append(
            f"{settings.source_id}: the partner states that the export covers {settings.covers[0]} up to, not "
            f"including, {settings.covers[1]}."
        )
    if settings.timezone:
        found.append(f"{settings.source_id}: times without an offset were read as {settings.timezone}.")
    stated = [
        name
        for mapped in source.plan.layout.table
        for name, column in mapped.columns.items()
        if column.or_stated
    ]
    found += [
        f"{settings.source_id}: {name} is {value} in every record{' that names none' if name in stated else ''}."
        for name, value in settings.constants.items()
    ]
    snapshot = source.plan.layout.snapshot
    if snapshot and snapshot not in {*settings.constants, *settings.columns}:
        found.append(f"{settings.source_id}: {snapshot} is the source's as_of.")
    for column in source.plan.columns:
        if column.source.round is not None:
            found.append(
                f"{settings.source_id}: {column.column.name} was rounded to {column.source.round} decimals where the "
                "export has more."
            )
    return tuple(found)


def _meant(warehouse: Warehouse, source: LoadedSource) -> tuple[str, ...]:
    """Tell which records alone were meant, or whose documents all of them were taken for."""
    settings, plan = source.settings, source.plan
    if settings is None:
        return ()
    if settings.only:
        feeds = " OR ".join(condition_name(index) for index, staged in enumerate(plan.tables) if staged.when)
        used = int(warehouse.scalar(f"SELECT count(*) FROM {source.stage} WHERE rule IS NULL AND ({feeds})"))
        tests = " and ".join(f"{field} is {' or '.join(values)}" for field, values in settings.only.items())
        return (f"{source.source_id}: only records where {tests} were used ({used:,}).",)
    if not plan.vendor_fields or not source.files:
        return ()
    found = vendors.in_stage(warehouse, plan, source.stage, 1)
    told = f"all of them are of the vendor {found[0]}" if found else "the ledger names no vendor"
    return (
        f"{source.source_id}: its documents are taken for those of the supplier that is audited; {told}.",
    )


def _field_warnings(staged: StagedFile) -> tuple[str, ...]:
    unknown = staged.reading.unknown
    if not unknown:
        return ()
    more = f" and {len(unknown) - SHOWN_FIELDS} more" if len(unknown) > SHOWN_FIELDS else ""
    return (f"{staged.file.shown}: columns not used: {', '.join(unknown[:SHOWN_FIELDS])}{more}.",)


def _cut_warnings(source: LoadedSource, staged: StagedFile, cut: Cut | None) -> tuple[str, ...]:
    """Ask about a round number of records, unless the partner vouches for the export."""
    vouched = source.settings is not None and source.settings.covers is not None
    if cut is None or cut.sign is not CutSign.ROUND_NUMBER or vouched:
        return ()
    return (
        f"{staged.file.shown}: it holds exactly {cut.limit:,} records, where many programs end an export; is it whole?",
    )


def _warnings(warehouse: Warehouse, source: LoadedSource, last: datetime | None) -> tuple[str, ...]:
    found = []
    if source.plan.has_local_times and source.files:
        twice, never = warehouse.row(
            f"SELECT count(*) FILTER (WHERE {DOUBT} = {sql.TWICE}), count(*) FILTER (WHERE {DOUBT} = {sql.NEVER}) "
            f"FROM {source.stage} WHERE rule IS NULL"
        )
        if twice:
            found.append(
                f"{source.source_id}: {_records(twice)} a time in the hour that the clock shows twice in autumn; "
                "the first was taken."
            )
        if never:
            found.append(
                f"{source.source_id}: {_records(never)} a time in the hour that the clock leaves out in spring; "
                "it was counted on from before."
            )
    for table, records in warehouse.rows(
        "SELECT table_name, records FROM gave_way WHERE source_id = $source", {"source": source.source_id}
    ):
        passed = "1 record of {0} was" if records == 1 else "{1:,} records of {0} were"
        found.append(
            f"{source.source_id}: {passed.format(table, records)} passed over, as another export tells the same."
        )
    found += _odd_order(warehouse, source)
    found += _mostly_credit(warehouse, source)
    found += _stale_names(warehouse, source)
    own_cut_off = source.settings is not None and source.settings.as_of is not None
    if own_cut_off and last is not None and source.as_of - last > STALE_AFTER:
        found.append(f"{source.source_id}: its last record is more than two days older than its cut-off.")
    return tuple(found)


def _odd_order(warehouse: Warehouse, source: LoadedSource) -> list[str]:
    """Count tickets that were resolved or closed before they were opened; they are kept."""
    found = []
    for index, staged in enumerate(source.tables()):
        if staged.table.name != "ticket" or not source.files:
            continue
        where = source.loaded_where(index)
        for end in ("resolved_at", "closed_at"):
            if end in staged.columns:
                odd = int(
                    warehouse.scalar(
                        f"SELECT count(*) FROM {source.stage} "
                        f"WHERE {where} AND {staged.columns[end]} < {staged.columns['opened_at']}"
                    )
                )
                if odd:
                    found.append(f"{source.source_id}: {_records(odd)} {end} before opened_at.")
    return found


def _mostly_credit(warehouse: Warehouse, source: LoadedSource) -> list[str]:
    """Tell of a ledger that seems to ask for no payment: perhaps it writes invoices with a minus."""
    found = []
    for index, staged in enumerate(source.tables()):
        kind = staged.columns.get("document_type")
        # an export of credit notes alone says so
        if not kind or not source.files or staged.mapping.columns["document_type"].constant:
            continue
        credit, documents = warehouse.row(
            f"SELECT count(*) FILTER (WHERE {kind} = 'credit_note'), count(*) FROM {source.stage} "
            f"WHERE {source.loaded_where(index)}"
        )
        if credit * 2 > documents >= MANY_DOCUMENTS:
            found.append(
                f"{source.source_id}: {credit:,} of {documents:,} documents were read as credit notes, which ask for no "
                "payment; look whether the ledger writes its invoices with a minus."
            )
    return found


def _stale_names(warehouse: Warehouse, source: LoadedSource) -> list[str]:
    """Count requests that call a support contract by a name not in use on their day; it is the same contract."""
    found = []
    for index, staged in enumerate(source.tables()):
        if staged.table.name != "service_request" or "vehicle" not in staged.columns or not source.files:
            continue
        vehicle, opened = staged.columns["vehicle"], staged.columns["opened_at"]
        where = source.loaded_where(index)
        stale = int(
            warehouse.scalar(
                f"SELECT count(*) FROM {source.stage} WHERE {where} AND CASE "
                f"WHEN {vehicle} IN {sql.in_list(tuple(RENAMED_VEHICLES))} THEN {opened} >= TIMESTAMP '{RENAMED_ON}' "
                f"WHEN {vehicle} IN {sql.in_list(tuple(RENAMED_VEHICLES.values()))} "
                f"THEN {opened} < TIMESTAMP '{RENAMED_ON}' ELSE false END"
            )
        )
        if stale:
            found.append(
                f"{source.source_id}: {_records(stale)} a name of a support contract that was not in use on its day; "
                "it was taken for the same contract."
            )
    return found


def _records(count: int) -> str:
    return "1 record has" if count == 1 else f"{count:,} records have"
