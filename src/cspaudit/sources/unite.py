"""Unites the sources of each canonical table: first of duplicate keys, merged tickets, one view a table."""

from collections.abc import Sequence
from dataclasses import replace

from cspaudit import resources
from cspaudit.linking.topics import TopicRules
from cspaudit.model.engagement import ALWAYS, Engagement, PartnerSettings
from cspaudit.model.table import Table
from cspaudit.model.tables import TABLES
from cspaudit.sources import derive, payment_lines, repeats, sql
from cspaudit.sources.compile import DUPLICATE_KEY, MERGE_CYCLE, NO_RECORD, UNKNOWN_PARTNER
from cspaudit.sources.facts import DATA_FILE, DATA_SOURCE
from cspaudit.sources.parts import Part, make
from cspaudit.sources.source import LoadedSource
from cspaudit.warehouse.duckdb_warehouse import Warehouse

PROVENANCE = "source_id VARCHAR, file VARCHAR, record BIGINT"


def unite(
    warehouse: Warehouse, sources: Sequence[LoadedSource], engagement: Engagement, topics: TopicRules
) -> Sequence[Part]:
    """Make every canonical table; tables that no source feeds are empty. Return where the messages come from."""
    messages: list[Part] = []
    _make_partners(warehouse, engagement)
    for source in sources:
        if source.files and source.plan.has_partner_column:
            _refuse_unknown_partners(warehouse, source)
    warehouse.execute(
        "CREATE TABLE merge_survivor (partner_id VARCHAR, ticket_id VARCHAR, survivor_id VARCHAR)"
    )
    warehouse.execute("CREATE TABLE gave_way (source_id VARCHAR, table_name VARCHAR, records BIGINT)")
    for table in TABLES.values():
        if table.name == "partner":
            continue
        parts: list[Part] = []
        for source in sources:
            for index, staged in enumerate(source.tables()):
                if staged.table is table and source.files:
                    earlier = sum(len(part.source.files) for part in parts if part.record_columns)
                    parts.append(make(warehouse, source, index, earlier))
        parts = _give_way_to_pieces(warehouse, table, _give_way(warehouse, table, parts))
        own = [part for part in parts if not part.staged.mapping.completes]
        more = [part for part in parts if part.staged.mapping.completes]
        if not own:
            own, more = more, []
        own, more = (
            repeats.pass_over(warehouse, f"{table.name}_{name}", table, some)
            for name, some in (("own", own), ("more", more))
        )
        _mark_duplicates(warehouse, table, own)
        _mark_duplicates(warehouse, table, more)
        payment_lines.refuse_orphans(warehouse, own)
        merged = table.name == "ticket" and any("merged_into_id" in part.staged.columns for part in parts)
        if merged:
            _resolve_merges(warehouse, parts)
        if table.name == "message":
            messages = [*own, *more]
        _make_view(warehouse, table, own, more, merged=merged, engagement=engagement, topics=topics)
    return messages


def _make_partners(warehouse: Warehouse, engagement: Engagement) -> None:
    columns = TABLES["partner"].columns
    listed = ", ".join(f"{column.name} {column.sql_type}" for column in columns)
    warehouse.execute(f"CREATE TABLE partner (partner_id VARCHAR, {listed}, {PROVENANCE})")
    warehouse.insert(
        "partner", (_partner_row(one, number) for number, one in enumerate(engagement.partners, 1))
    )


def _partner_row(one: PartnerSettings, number: int) -> tuple[object, ...]:
    holidays, provider = one.holidays or None, one.provider_id or None
    return (
        one.id,
        one.name,
        one.tier,
        one.timezone,
        one.cloud,
        holidays,
        provider,
        DATA_SOURCE,
        DATA_FILE,
        number,
    )


def _refuse_unknown_partners(warehouse: Warehouse, source: LoadedSource) -> None:
    warehouse.execute(
        f"UPDATE {source.stage} SET rule = {UNKNOWN_PARTNER}, rule_value = stage_partner "
        "WHERE (stage_partner IS NULL OR stage_partner NOT IN (SELECT partner_id FROM partner)) "
        f"AND rule IS DISTINCT FROM {NO_RECORD}"
    )


def _give_way(warehouse: Warehouse, table: Table, parts: Sequence[Part]) -> list[Part]:
    """Pass over the rows of a part that tell the same as another's, and count them in ``gave_way``."""
    firm = [part for part in parts if not part.staged.mapping.yields_by]
    kept: list[Part] = []
    for number, part in enumerate(parts):
        column = part.staged.mapping.yields_by
        if not column or not firm:
            kept.append(part)
            continue
        held = f"{table.name}_held_{number}"
        values = " UNION ".join(
            f"SELECT {one.source.partner_sql()} AS partner_id, {one.column(column)} AS held FROM {one.relation} "
            f"WHERE {one.where}"
            for one in firm
        )
        warehouse.execute(f"CREATE TABLE {held} AS SELECT * FROM ({values}) WHERE held IS NOT NULL")
        kept.append(_without(warehouse, table, part, column, held))
    return kept


def _give_way_to_pieces(warehouse: Warehouse, table: Table, parts: Sequence[Part]) -> list[Part]:
    """Pass over the rows whose pieces are there as well: a sum and what makes it would count twice."""
    (key, *more) = table.key
    by_pieces = [part for part in parts if part.staged.mapping.pieces_by and not more]
    if not by_pieces:
        return list(parts)
    values = " UNION ".join(
        f"SELECT {part.source.partner_sql()} AS partner_id, split_part({part.column(key)}, {sign}, 1) AS held "
        f"FROM {part.relation} WHERE {part.where} AND contains({part.column(key)}, {sign})"
        for part in by_pieces
        for sign in [sql.literal(part.staged.mapping.pieces_by)]
    )
    held = f"{table.name}_in_pieces"
    warehouse.execute(f"CREATE TABLE {held} AS {values}")
    return [_without(warehouse, table, part, key, held) if part in by_pieces else part for part in parts]


def _without(warehouse: Warehouse, table: Table, part: Part, column: str, held: str) -> Part:
    """Return the part without the rows whose ``column`` another table holds, and count them in ``gave_way``."""
    same = f"({part.source.partner_sql()}, {part.column(column)}) IN (SELECT (partner_id, held) FROM {held})"
    passed = int(warehouse.scalar(f"SELECT count(*) FROM {part.relation} WHERE {part.where} AND {same}"))
    if not passed:
        return part
    warehouse.insert("gave_way", [(part.source.source_id, table.name, passed)])
    return replace(part, where=f"{part.where} AND NOT ({same})")


def _mark_duplicates(warehouse: Warehouse, table: Table, parts: Sequence[Part]) -> None:
    """Leave out every row whose key occurred before, in the order of the sources."""
    if not parts or (len(parts) == 1 and parts[0].is_unique):
        return
    hashes = " UNION ALL ".join(
        f"SELECT hash({part.key(table)}) AS h FROM {part.relation} WHERE {part.where}" for part in parts
    )
    if warehouse.scalar(f"SELECT count(*) = count(DISTINCT h) FROM ({hashes})"):
        return
    # only rows whose hash repeats are compared by their key; the window over all of them would not fit
    warehouse.execute(
        f"CREATE TABLE repeated_hash AS SELECT h FROM ({hashes}) GROUP BY h HAVING count(*) > 1"
    )
    keys = " UNION ALL ".join(
        f"SELECT ({part.key(table)}) AS k, {number} AS part, {part.rowid} AS place FROM {part.relation} "
        f"WHERE {part.where} AND hash({part.key(table)}) IN (SELECT h FROM repeated_hash)"
        for number, part in enumerate(parts)
    )
    warehouse.execute(
        f"CREATE TABLE repeated AS SELECT part, place FROM ({keys}) "
        "QUALIFY row_number() OVER (PARTITION BY k ORDER BY part, place) > 1"
    )
    for number, part in enumerate(parts):
        places = f"SELECT place FROM repeated WHERE part = {number}"
        for relation in dict.fromkeys([part.source.stage, part.relation]):
            place = part.rowid if relation == part.relation else "rowid"
            warehouse.execute(
                f"UPDATE {relation} SET rule = {DUPLICATE_KEY}, rule_value = {part.staged.columns[table.key[0]]} "
                f"WHERE {place} IN ({places})"
            )
    warehouse.execute("DROP TABLE repeated")
    warehouse.execute("DROP TABLE repeated_hash")


def _resolve_merges(warehouse: Warehouse, parts: Sequence[Part]) -> None:
    """Follow each merged ticket to the one that survives; tickets merged in a circle are left out."""
    links = " UNION ALL ".join(
        f"SELECT {part.source.partner_sql()} AS partner_id, {part.column('ticket_id')} AS ticket_id, "
        f"{part.column('merged_into_id')} AS into_id FROM {part.relation} "
        f"WHERE {part.where} AND {part.column('merged_into_id')} IS NOT NULL"
        for part in parts
    )
    tickets = " UNION ALL ".join(
        f"SELECT {part.source.partner_sql()} AS partner_id, {part.column('ticket_id')} AS ticket_id "
        f"FROM {part.relation} WHERE {part.where}"
        for part in parts
    )
    warehouse.execute(f"CREATE TABLE merge_link AS {links}")
    warehouse.execute(
        "INSERT INTO merge_survivor WITH RECURSIVE chain AS ("
        "SELECT partner_id, ticket_id, into_id FROM merge_link UNION "
        "SELECT c.partner_id, c.ticket_id, l.into_id FROM chain c "
        "JOIN merge_link l ON l.partner_id = c.partner_id AND l.ticket_id = c.into_id) "
        "SELECT c.partner_id, c.ticket_id, max(t.ticket_id) FROM chain c "
        "ANTI JOIN merge_link l ON l.partner_id = c.partner_id AND l.ticket_id = c.into_id "
        f"LEFT JOIN ({tickets}) t ON t.partner_id = c.partner_id AND t.ticket_id = c.into_id "
        "GROUP BY ALL"
    )
    for part in parts:
        circle = (
            f"{part.column('merged_into_id')} IS NOT NULL AND ({part.source.partner_sql()}, "
            f"{part.column('ticket_id')}) NOT IN (SELECT (partner_id, ticket_id) FROM merge_survivor)"
        )
        for relation in dict.fromkeys([part.source.stage, part.relation]):
            warehouse.execute(
                f"UPDATE {relation} SET rule = {MERGE_CYCLE}, rule_value = {part.column('merged_into_id')} "
                f"WHERE {part.where} AND {circle}"
            )
    warehouse.execute("DROP TABLE merge_link")


def _make_view(
    warehouse: Warehouse,
    table: Table,
    parts: Sequence[Part],
    more: Sequence[Part],
    *,
    merged: bool,
    engagement: Engagement,
    topics: TopicRules,
) -> None:
    selects = [_select(warehouse, table, part, topics) for part in parts]
    if more:
        selects = [_completed(table, selects, [_select(warehouse, table, part, topics) for part in more])]
    if any(payment_lines.are_in(part) for part in parts):
        selects = payment_lines.completed(table, parts, selects)
    if table.name == "partner_domain":
        selects = _with_listed_domains(warehouse, table, selects, engagement)
    if not selects:
        columns = ", ".join(f"NULL::{column.sql_type} AS {column.name}" for column in table.columns)
        provenance = "NULL::VARCHAR AS source_id, NULL::VARCHAR AS file, NULL::BIGINT AS record"
        selects = [f"SELECT NULL::VARCHAR AS partner_id, {columns}, {provenance} WHERE false"]
    united = " UNION ALL ".join(selects)
    if table.name == "ticket":
        united = (
            f"SELECT t.*, CASE WHEN t.merged_into_id IS NULL THEN t.ticket_id ELSE m.survivor_id END AS survivor_id "
            f"FROM ({united}) t LEFT JOIN merge_survivor m USING (partner_id, ticket_id)"
            if merged
            else f"SELECT *, ticket_id AS survivor_id FROM ({united})"
        )
    warehouse.execute(f"CREATE VIEW {table.name} AS {united}")


def _completed(table: Table, own: Sequence[str], more: Sequence[str]) -> str:
    """Return the rows of ``own``, what they leave empty filled from ``more``, and the rows that ``more`` alone has."""
    key = ", ".join(("partner_id", *table.key))
    columns = ", ".join(
        f"o.{name}" if name in table.key else f"coalesce(o.{name}, m.{name}) AS {name}"
        for name in table.column_names
    )
    first, second = " UNION ALL ".join(own), " UNION ALL ".join(more)
    return (
        f"SELECT o.partner_id, {columns}, o.source_id, o.file, o.record FROM ({first}) o LEFT JOIN ({second}) m "
        f"USING ({key}) UNION ALL SELECT m.* FROM ({second}) m ANTI JOIN ({first}) o USING ({key})"
    )


def _select(warehouse: Warehouse, table: Table, part: Part, topics: TopicRules) -> str:
    source = part.source
    is_linked = table.name == "message" and derive.is_linked(part)
    derived = derive.fill(warehouse, part, topics, resources.linking_rules()) if is_linked else {}
    columns = [
        f"{derived.get(column.name) or part.column(column.name)} AS {column.name}" for column in table.columns
    ]
    return (
        f"SELECT {source.partner_sql()} AS partner_id, {', '.join(columns)}, "
        f"{sql.literal(source.source_id)} AS source_id, {source.file_sql()} AS file, "
        f"{source.record_sql(part.rowid)} AS record FROM {part.relation} WHERE {part.where}"
    )


def _with_listed_domains(
    warehouse: Warehouse, table: Table, selects: list[str], engagement: Engagement
) -> list[str]:
    """Add the domains listed under the partners; a domain that the table itself names is the table's."""
    columns = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
    warehouse.execute(f"CREATE TABLE listed_domain (partner_id VARCHAR, {columns}, {PROVENANCE})")
    warehouse.insert(
        "listed_domain",
        (
            (one.id, domain.lower(), ALWAYS, None, None, DATA_SOURCE, DATA_FILE, number)
            for number, one in enumerate(engagement.partners, 1)
            for domain in one.domains
        ),
    )
    own = " UNION ALL ".join(selects)
    unless = (
        f" WHERE (partner_id, domain) NOT IN (SELECT (partner_id, lower(domain)) FROM ({own}))" if own else ""
    )
    return [*selects, f"SELECT * FROM listed_domain{unless}"]
