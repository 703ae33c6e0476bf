"""Whose documents a supplier's ledger holds: one of several vendors is Microsoft, and only the partner knows which."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cspaudit.errors import SourceError
from cspaudit.sources.compile import Plan, condition_name
from cspaudit.sources.staging import Reading
from cspaudit.sources.statement import VENDOR
from cspaudit.warehouse.duckdb_warehouse import Warehouse

if TYPE_CHECKING:
    from cspaudit.sources.source import LoadedSource

#: as many vendors as are named
SHOWN_VENDORS = 8


def several(warehouse: Warehouse, source: "LoadedSource") -> SourceError | None:
    """Return the question which vendors are meant, where a ledger holds several for one partner; needs the stage."""
    if not source.plan.vendor_fields or not source.files:
        return None
    many = warehouse.scalar(
        f"SELECT coalesce(max(vendors), 0) FROM (SELECT count(DISTINCT {VENDOR}) AS vendors FROM {source.stage} "
        f"WHERE {_of_suppliers(source.plan)} GROUP BY {source.partner_sql()})"
    )
    if many <= 1:
        return None
    found = in_stage(warehouse, source.plan, source.stage, SHOWN_VENDORS)
    field = field_of(source.plan, source.files[0].reading)
    first = found[0].replace('"', '\\"')
    return SourceError(
        f"The ledger holds documents of {int(many):,} vendors, and which of them is the supplier that is audited is not said.",
        where=source.source_id,
        hint=f'Add only = {{ "{field}" = ["{first}"] }} to its [[source]], with the right one of: {", ".join(found)}'
        f"{' …' if len(found) < many else ''}.",
    )


def field_of(plan: Plan, reading: Reading) -> str:
    """Return the field by which a file names its vendors."""
    return next((name for name in plan.vendor_fields if name not in reading.absent), plan.vendor_fields[0])


def in_stage(warehouse: Warehouse, plan: Plan, stage: str, limit: int) -> Sequence[str]:
    """Return the vendors of a staging table, those with the most records first."""
    return [
        str(vendor)
        for (vendor,) in warehouse.rows(
            f"SELECT {VENDOR} FROM {stage} WHERE {VENDOR} IS NOT NULL AND {_of_suppliers(plan)} "
            f"GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {limit}"
        )
    ]


def _of_suppliers(plan: Plan) -> str:
    """Return the test that a record feeds a table of what passes between the partner and its supplier."""
    tests = [
        condition_name(index) if staged.when else "true"
        for index, staged in enumerate(plan.tables)
        if staged.table.name.startswith("supplier_")
    ]
    return f"rule IS NULL AND ({' OR '.join(dict.fromkeys(tests))})"
