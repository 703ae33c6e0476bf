"""What each source holds: which tables and columns for whom, and which months."""

from collections.abc import Sequence

from cspaudit.model.engagement import Engagement
from cspaudit.model.period import months_between, parse_period
from cspaudit.sources import sql
from cspaudit.sources.compile import StagedTable
from cspaudit.sources.cuts import cut_for
from cspaudit.sources.facts import DATA_SOURCE
from cspaudit.sources.source import LoadedSource
from cspaudit.warehouse.duckdb_warehouse import Warehouse


def make_source_tables(warehouse: Warehouse, sources: Sequence[LoadedSource], engagement: Engagement) -> None:
    """Make ``source_table``, ``source_column`` and ``source_coverage``; needs ``local_slot`` and the views.

    A source is cut for a partner where it seems to have been exported only up to a limit (``is_cut``): the records that
    are missing may be of any month.
    """
    warehouse.execute(
        "CREATE TABLE source_table (source_id VARCHAR, partner_id VARCHAR, table_name VARCHAR, as_of TIMESTAMP, "
        "is_dated BOOLEAN, is_cut BOOLEAN)"
    )
    warehouse.execute(
        "CREATE TABLE source_column (source_id VARCHAR, partner_id VARCHAR, table_name VARCHAR, column_name VARCHAR)"
    )
    warehouse.execute(
        "CREATE TABLE source_coverage (source_id VARCHAR, partner_id VARCHAR, table_name VARCHAR, month VARCHAR, "
        "records BIGINT, first_at TIMESTAMP, last_at TIMESTAMP, is_stated BOOLEAN, is_doubtful BOOLEAN, file INTEGER)"
    )
    everybody = [partner.id for partner in engagement.partners]
    for source in sources:
        if not source.files:
            continue
        owners = _owners(source, everybody)
        cut = cut_for(source, owners)
        for index, staged in enumerate(source.tables()):
            table = staged.table
            is_dated = table.dated_by in staged.columns and not source.is_data
            warehouse.insert(
                "source_table",
                ((source.source_id, one, table.name, source.as_of, is_dated, one in cut) for one in owners),
            )
            columns = _mapped_columns(source, index)
            warehouse.insert(
                "source_column",
                ((source.source_id, one, table.name, column) for one in owners for column in columns),
            )
            if is_dated:
                _count_months(warehouse, source, index)
            # records without a date are of no month, but the partner can vouch for the export
            _state_months(warehouse, source, table.name, owners if is_dated else cut)
        _doubt(warehouse, source.source_id, cut)
    listed = [partner.id for partner in engagement.partners if partner.domains]
    warehouse.insert(
        "source_table",
        ((DATA_SOURCE, one, "partner_domain", engagement.as_of, False, False) for one in listed),
    )
    warehouse.insert(
        "source_column",
        (
            (DATA_SOURCE, one, "partner_domain", column)
            for one in listed
            for column in ("domain", "valid_from_on")
        ),
    )
    warehouse.insert(
        "source_table", ((DATA_SOURCE, one, "partner", engagement.as_of, False, False) for one in everybody)
    )


def _owners(source: LoadedSource, everybody: Sequence[str]) -> list[str]:
    if source.plan.has_partner_column:
        return list(everybody)
    named = [staged.file.partner_id for staged in source.files if staged.file.partner_id]
    return list(dict.fromkeys(named)) or [source.partner_id]


def _mapped_columns(source: LoadedSource, index: int) -> list[str]:
    """Return the columns that a file really fills; a header without an optional field does not map its column."""
    absent = frozenset.intersection(*(staged.reading.absent for staged in source.files))
    present = frozenset(source.plan.fields) - absent
    staged = source.tables()[index]
    read = {column.stage_name: column.source for column in source.plan.columns}
    mapped = [name for name, stage_name in staged.columns.items() if not read[stage_name].lacking(present)]
    return list(dict.fromkeys([*mapped, *staged.derived, *_found_columns(staged)]))


def _found_columns(staged: StagedTable) -> tuple[str, ...]:
    """Return the columns of messages that linking fills from what the export does tell.

    The purpose is none of them: subjects tell it of too few messages for its absence to mean anything.
    """
    if staged.table.name != "message":
        return ()
    return ("topic", "ticket_id") if "subject" in staged.columns else ()


def _count_months(warehouse: Warehouse, source: LoadedSource, index: int) -> None:
    staged = source.tables()[index]
    dated = staged.columns[staged.table.dated_by]
    is_day = staged.table.column(staged.table.dated_by).type == "date"
    where = source.loaded_where(index)
    counted = (
        f"SELECT {source.partner_sql()} AS partner_id, "
        f"{dated if is_day else f'cast(floor(epoch({dated}) / 900) AS BIGINT)'} AS place, count(*) AS records, "
        f"min({dated}) AS first_at, max({dated}) AS last_at, stage_file AS file FROM {source.stage} WHERE {where} GROUP BY ALL"
    )
    day = "place" if is_day else "coalesce(l.local_on, cast(c.first_at AS DATE))"
    join = "" if is_day else "LEFT JOIN local_slot l ON l.partner_id = c.partner_id AND l.slot = c.place"
    warehouse.execute(
        f"INSERT INTO source_coverage SELECT {sql.literal(source.source_id)}, c.partner_id, "
        f"{sql.literal(staged.table.name)}, strftime({day}, '%Y-%m') AS month, sum(records), min(first_at), "
        f"max(last_at), false, false, file FROM ({counted}) c {join} GROUP BY ALL"
    )


def _state_months(warehouse: Warehouse, source: LoadedSource, table: str, owners: Sequence[str]) -> None:
    """Add the months that lie wholly in what the partner says the export covers."""
    if source.settings is None or source.settings.covers is None:
        return
    start, end = source.settings.covers
    whole = [
        month
        for month in months_between(start, end)
        if start <= parse_period(month)[0] and parse_period(month)[1] <= end
    ]
    warehouse.insert(
        "source_coverage",
        (
            (source.source_id, one, table, month, 0, None, None, True, False, None)
            for one in owners
            for month in whole
        ),
    )


def _doubt(warehouse: Warehouse, source_id: str, partners: Sequence[str]) -> None:
    """Mark every month of a cut export: records may be missing from each."""
    if partners:
        warehouse.execute(
            "UPDATE source_coverage SET is_doubtful = true "
            f"WHERE source_id = $source AND NOT is_stated AND partner_id IN {sql.in_list(partners)}",
            {"source": source_id},
        )
