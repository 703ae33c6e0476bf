"""Months that a system no longer held in full when its records were exported."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from cspaudit.model.completeness import Window
from cspaudit.model.engagement import Engagement
from cspaudit.model.period import months_between, parse_period
from cspaudit.model.zones import local_to_utc
from cspaudit.sources import sql
from cspaudit.sources.source import LoadedSource
from cspaudit.warehouse.duckdb_warehouse import Warehouse


@dataclass(frozen=True)
class Windows:
    """How far back each file reaches, and which months of the period no file of an export reaches in full."""

    #: by source and number of the file
    by_file: dict[tuple[str, int], Window] = field(default_factory=dict)
    #: by source and partner; without the months that the partner states to be covered
    outside: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)


def mark_outside(warehouse: Warehouse, sources: Sequence[LoadedSource], engagement: Engagement) -> Windows:
    """Mark in ``source_coverage`` each month of a file that begins before its system's window opens.

    A system that keeps records for some days only was exported at the source's cut-off at the latest, and no earlier
    than the file's last record: the window opens so many days before the earlier of the two. A month counts from its
    first moment on the partner's clock that lies in the period. Needs the counted months.
    """
    days = {
        source.source_id: (source.plan.layout.retention_days, source.as_of)
        for source in sources
        if source.plan.layout.retention_days and not source.is_data
    }
    if not days:
        return Windows()
    limited = sql.in_list(tuple(days))
    kept = " ".join(f"WHEN {sql.literal(name)} THEN {count}" for name, (count, _) in days.items())
    cut_offs = " ".join(
        f"WHEN {sql.literal(name)} THEN TIMESTAMP '{as_of}'" for name, (_, as_of) in days.items()
    )
    warehouse.execute(
        "CREATE TABLE source_window AS SELECT source_id, file, max(last_at) AS last_at, "
        f"least(max(last_at), CASE source_id {cut_offs} END) - to_days(CASE source_id {kept} END) AS opens_at "
        f"FROM source_coverage WHERE source_id IN {limited} AND records > 0 GROUP BY source_id, file"
    )
    _make_month_begins(warehouse, limited, engagement)
    warehouse.execute(
        "UPDATE source_coverage c SET is_doubtful = true FROM source_window w, partner p, month_begin b "
        "WHERE w.source_id = c.source_id AND w.file = c.file AND p.partner_id = c.partner_id "
        "AND b.timezone = p.timezone AND b.month = c.month AND b.begins_at < w.opens_at"
    )
    opens = {
        (source_id, int(file)): Window(days[source_id][0], opens_at)
        for source_id, file, opens_at in warehouse.rows("SELECT source_id, file, opens_at FROM source_window")
    }
    return Windows(opens, _outside(warehouse, limited))


def _make_month_begins(warehouse: Warehouse, limited: str, engagement: Engagement) -> None:
    """Make ``month_begin``: the first moment of each month in each zone; the period may begin within a month."""
    months = {
        month
        for (month,) in warehouse.rows(
            f"SELECT DISTINCT month FROM source_coverage WHERE source_id IN {limited} AND month IS NOT NULL"
        )
    }
    in_period = months_between(engagement.start, engagement.end)
    warehouse.execute(
        "CREATE TABLE month_begin (timezone VARCHAR, month VARCHAR, begins_at TIMESTAMP, in_period BOOLEAN)"
    )
    warehouse.insert(
        "month_begin",
        (
            (zone, month, local_to_utc(zone, _first_moment(month, engagement.start)), month in in_period)
            for zone in sorted({partner.timezone for partner in engagement.partners})
            for month in sorted(months.union(in_period))
        ),
    )


def _first_moment(month: str, start: date) -> datetime:
    first = start if f"{start:%Y-%m}" == month else parse_period(month)[0]
    return datetime.combine(first, datetime.min.time())


def _outside(warehouse: Warehouse, limited: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the months of the period that end in some file's time, and before which every such window opens late."""
    rows = warehouse.rows(
        "SELECT f.source_id, f.partner_id, b.month FROM (SELECT DISTINCT source_id, partner_id, file "
        f"FROM source_coverage WHERE source_id IN {limited} AND records > 0) f JOIN source_window w USING (source_id, file) "
        "JOIN partner p ON p.partner_id = f.partner_id JOIN month_begin b ON b.timezone = p.timezone AND b.in_period "
        "AND b.begins_at <= w.last_at ANTI JOIN (SELECT * FROM source_coverage WHERE is_stated) s "
        "ON s.source_id = f.source_id AND s.partner_id = f.partner_id AND s.month = b.month "
        "GROUP BY ALL HAVING bool_and(b.begins_at < w.opens_at) ORDER BY ALL"
    )
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for source_id, partner_id, month in rows:
        found[source_id, partner_id] = (*found.get((source_id, partner_id), ()), month)
    return found
