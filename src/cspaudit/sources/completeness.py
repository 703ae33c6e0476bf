"""What is known to be missing from each partner's exports, told once the whole engagement is loaded."""

from collections.abc import Mapping, Sequence

from cspaudit.model.completeness import Completeness, ExportCompleteness
from cspaudit.model.engagement import Engagement
from cspaudit.model.period import months_between
from cspaudit.sources import numbers
from cspaudit.sources.compile import DUPLICATE_KEY, LATE_REASONS
from cspaudit.sources.source import LoadedSource
from cspaudit.sources.windows import Windows
from cspaudit.warehouse.duckdb_warehouse import Warehouse


def completeness_of(
    warehouse: Warehouse, sources: Sequence[LoadedSource], engagement: Engagement, windows: Windows
) -> dict[str, Completeness]:
    """Return what each partner's exports lack; needs ``source_coverage``, ``reject`` and the canonical tables."""
    partners = [partner.id for partner in engagement.partners]
    series = numbers.series_of(warehouse, sources, partners)
    exports = _exports(warehouse, sources, engagement, windows)
    months = months_between(engagement.start, engagement.end)
    return {one: Completeness(months, tuple(exports.get(one, ())), series[one]) for one in partners}


def _exports(
    warehouse: Warehouse, sources: Sequence[LoadedSource], engagement: Engagement, windows: Windows
) -> dict[str, list[ExportCompleteness]]:
    months = _months(warehouse)
    repeated = _repeated(warehouse)
    owners: dict[str, list[str]] = {}
    for source_id, partner in warehouse.rows(
        "SELECT DISTINCT source_id, partner_id FROM source_table ORDER BY ALL"
    ):
        owners.setdefault(source_id, []).append(partner)
    found: dict[str, list[ExportCompleteness]] = {}
    for source in sources:
        if source.is_data:
            continue
        for partner in owners.get(source.source_id, ()):
            place = (source.source_id, partner)
            found.setdefault(partner, []).append(
                _export(
                    place,
                    months_between(engagement.start, engagement.end),
                    months.get(place, {}),
                    until=f"{source.as_of:%Y-%m}",
                    outside=windows.outside.get(place, ()),
                    repeated=repeated.get(place, 0),
                    superseded=sum(source.superseded.values()),
                )
            )
    return found


def _export(
    place: tuple[str, str],
    in_period: Sequence[str],
    months: Mapping[str, tuple[bool, bool]],
    *,
    until: str,
    outside: tuple[str, ...],
    repeated: int,
    superseded: int,
) -> ExportCompleteness:
    """Return what one export lacks; of each of its months is told whether it has records, and is stated as covered.

    Months after that of the cut-off, ``until``, are not missing.
    """
    held = sorted(month for month, (has_records, _) in months.items() if has_records)
    lacking = [
        month
        for month in in_period
        if held and month <= until and month not in months and month not in outside
    ]
    return ExportCompleteness(
        source_id=place[0],
        before=tuple(month for month in lacking if month < held[0]),
        between=tuple(month for month in lacking if held[0] < month < held[-1]),
        after=tuple(month for month in lacking if month > held[-1]),
        outside=outside,
        stated=tuple(month for month in in_period if month in months and months[month][1]),
        repeated=repeated,
        superseded=superseded,
    )


def _months(warehouse: Warehouse) -> dict[tuple[str, str], dict[str, tuple[bool, bool]]]:
    """Return the months of each source and partner: whether there are records, and whether it is stated as covered."""
    found: dict[tuple[str, str], dict[str, tuple[bool, bool]]] = {}
    for source_id, partner, month, has_records, is_stated in warehouse.rows(
        "SELECT source_id, partner_id, month, bool_or(records > 0), bool_or(is_stated) FROM source_coverage "
        "WHERE month IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ):
        found.setdefault((source_id, partner), {})[month] = (has_records, is_stated)
    return found


def _repeated(warehouse: Warehouse) -> dict[tuple[str, str], int]:
    rows = warehouse.rows(
        "SELECT source_id, partner_id, count(DISTINCT (file, record)) FROM reject WHERE reason = $reason GROUP BY ALL",
        {"reason": LATE_REASONS[DUPLICATE_KEY]},
    )
    return {(source_id, partner): int(count) for source_id, partner, count in rows}
