"""The table of records that another record names and no export holds: the evidence that is known to be incomplete."""

from collections.abc import Sequence

from cspaudit.model.references import REFERENCES, Reference
from cspaudit.model.result import MissingGroup
from cspaudit.model.table import Table
from cspaudit.model.tables import TABLES
from cspaudit.sources import sql
from cspaudit.sources.compile import NO_RECORD, condition_name
from cspaudit.sources.source import LoadedSource
from cspaudit.warehouse.duckdb_warehouse import Warehouse


def make_missing(warehouse: Warehouse, sources: Sequence[LoadedSource]) -> None:
    """Make the table ``missing_record``: a row for each table and record of it that others name and no export holds.

    Only for partners with an export of each table that the column may name; a record that was left out of its export
    for its own faults is not missing. ``named_at`` is the first time it is named. It matters to what happened up to
    ``matters_until``: a record with a date of its own is no younger than its first naming; one without matters up to
    its last, and always (NULL) where a naming has no date. The first record in the files that names it is kept with
    it. Needs ``source_table``, ``reject`` and the canonical tables.
    """
    warehouse.execute(
        "CREATE TABLE naming (partner_id VARCHAR, table_name VARCHAR, record_id VARCHAR, named_in VARCHAR, "
        "field VARCHAR, source_id VARCHAR, file VARCHAR, record BIGINT, dated_at TIMESTAMP)"
    )
    # a record with a fault in one of its fields lies in the staging table all the same
    faulty = {source_id for (source_id,) in warehouse.rows("SELECT DISTINCT source_id FROM reject")}
    with_faults = [source for source in sources if source.files and source.source_id in faulty]
    owners: dict[str, set[str]] = {}
    for table, partner in warehouse.rows("SELECT DISTINCT table_name, partner_id FROM source_table"):
        owners.setdefault(table, set()).add(partner)
    for reference in REFERENCES:
        tables = (reference.table, *reference.named)
        partners = set.intersection(*(owners.get(table.name, set()) for table in tables))
        if partners:
            known = [query for named in reference.named for query in _known(named, with_faults)]
            _collect(warehouse, reference, known, sorted(partners))
    dated = sql.in_list([name for name, table in TABLES.items() if table.dated_by])
    warehouse.execute(
        "CREATE TABLE missing_record AS SELECT partner_id, table_name, record_id, place.named_in AS named_in, "
        "place.field AS field, place.source_id AS source_id, place.file AS file, place.record AS record, "
        f"min(dated_at) AS named_at, CASE WHEN table_name IN {dated} THEN min(dated_at) "
        "WHEN count(dated_at) = count(*) THEN max(dated_at) END AS matters_until FROM (SELECT *, min(struct_pack(source_id, file, record, named_in, field)) "
        "OVER (PARTITION BY partner_id, table_name, record_id) AS place FROM naming) "
        "GROUP BY partner_id, table_name, record_id, place"
    )
    warehouse.execute("DROP TABLE naming")


def _known(named: Table, with_faults: Sequence[LoadedSource]) -> list[str]:
    """Return queries for the records of a table that the exports hold, those left out of them too."""
    key = named.key[0]
    found = [f"SELECT partner_id, {key} AS record_id FROM {named.name}"]
    for source in with_faults:
        for index, staged in enumerate(source.tables()):
            if staged.table is named and key in staged.columns:
                when = f" AND {condition_name(index)}" if staged.when else ""
                found.append(
                    f"SELECT {source.partner_sql()}, {staged.columns[key]} FROM {source.stage} "
                    f"WHERE rule <> {NO_RECORD}{when}"
                )
    return found


def _collect(
    warehouse: Warehouse, reference: Reference, known: Sequence[str], partners: Sequence[str]
) -> None:
    """Add each record that one column names and ``known`` lacks to ``naming``, with every record that names it."""
    table, column = reference.table, reference.column
    # in nearly every export nothing is missing: only then where it is named has to be found
    warehouse.execute(
        f"CREATE TABLE unknown AS SELECT DISTINCT n.partner_id, n.{column} AS record_id FROM {table.name} n "
        f"ANTI JOIN ({' UNION ALL '.join(known)}) k ON k.partner_id = n.partner_id AND k.record_id = n.{column} "
        f"WHERE n.{column} IS NOT NULL AND n.partner_id IN {sql.in_list(partners)}"
    )
    if warehouse.scalar("SELECT count(*) FROM unknown"):
        dated = f"cast(n.{table.dated_by} AS TIMESTAMP)" if table.dated_by else "NULL"
        names = ", ".join(sql.literal(named.name) for named in reference.named)
        warehouse.execute(
            f"INSERT INTO naming SELECT n.partner_id, unnest([{names}]), u.record_id, "
            f"{sql.literal(table.name)}, {sql.literal(column)}, n.source_id, n.file, n.record, {dated} "
            f"FROM {table.name} n JOIN unknown u ON u.partner_id = n.partner_id AND u.record_id = n.{column}"
        )
    warehouse.execute("DROP TABLE unknown")


def groups(warehouse: Warehouse, partner_id: str) -> tuple[MissingGroup, ...]:
    """Return the partner's missing records, grouped by their table and the column that names them, most first."""
    rows = warehouse.rows(
        "SELECT table_name, named_in, field, count(*), arg_min(record_id, place), arg_min(file, place), "
        "arg_min(record, place) FROM (SELECT *, (source_id, file, record) AS place FROM missing_record) "
        "WHERE partner_id = $partner GROUP BY ALL ORDER BY count(*) DESC, table_name, named_in, field",
        {"partner": partner_id},
    )
    return tuple(MissingGroup(*row) for row in rows)
