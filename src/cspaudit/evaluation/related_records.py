"""The records behind one case: those that share its ids, or the ids of what it is linked to."""

from collections.abc import Sequence
from dataclasses import dataclass

from cspaudit.evaluation.judging import quoted
from cspaudit.model.check import Check
from cspaudit.model.tables import TABLES
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: columns that lead from one record to another, the same name in every table
_LINKS = (
    "ticket_id",
    "request_id",
    "invoice_id",
    "subscription_id",
    "message_id",
    "document_id",
    "terms_id",
    "incident_id",
)
#: columns that lead on where a record names another of its own kind
_SAME_KIND = {
    "ticket": ("merged_into_id", "ticket_id"),
    "supplier_invoice": ("amends_id", "invoice_id"),
    "customer_invoice": ("amends_id", "invoice_id"),
}
#: links are followed this often: ticket, its link to a request, the request itself
_STEPS = 3


@dataclass(frozen=True)
class RelatedRecord:
    """One record, with its filled columns in their documented order, as texts."""

    table: str
    source_id: str
    file: str
    record: int | None
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RelatedTable:
    """The records of one table that have to do with a case: how many, and the first of them."""

    table: str
    total: int
    records: tuple[RelatedRecord, ...]
    #: they are the partner's as a whole, not this case's alone
    is_general: bool


def related_tables(
    warehouse: Warehouse, check: Check, partner_id: str, subject_id: str, *, limit: int
) -> tuple[RelatedTable, ...]:
    """Return, for each table that ``check`` reads, the records that share an id with the subject, up to ``limit``.

    Ids are followed from record to record over at most three steps. A table that shares no id with any other, such
    as support contracts, is given as a whole; the subject's customer selects where nothing nearer does.
    """
    known = _seeds(check, subject_id)
    tables = [table for table in check.tables if table in TABLES]
    for _ in range(_STEPS):
        grown = {column: set(values) for column, values in known.items()}
        for table in tables:
            condition = _condition(table, known)
            if condition:
                _collect(warehouse, table, partner_id, condition, grown)
        if grown == known:
            break
        known = grown
    return tuple(_read(warehouse, table, partner_id, known, limit) for table in tables)


def _seeds(check: Check, subject_id: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for table in check.subjects:
        found.setdefault(TABLES[table].key[0], set()).update({subject_id, subject_id.partition("/")[0]})
    return found


def _columns(table: str) -> tuple[str, ...]:
    return TABLES[table].column_names


def _condition(table: str, known: dict[str, set[str]], names: Sequence[str] = _LINKS) -> str:
    """Return the condition for records that share a known id, empty where the table has no such column."""
    key = TABLES[table].key[0]
    wanted = dict.fromkeys([*(name for name in (*names, key) if name in _columns(table))])
    tests = [
        f"cast({name} as varchar) in ({', '.join(quoted(value) for value in sorted(known[name]))})"
        for name in wanted
        if known.get(name)
    ]
    if table in _SAME_KIND:
        via, to = _SAME_KIND[table]
        if known.get(to):
            tests.append(f"{via} in ({', '.join(quoted(value) for value in sorted(known[to]))})")
    return " or ".join(tests)


def _collect(
    warehouse: Warehouse, table: str, partner_id: str, condition: str, grown: dict[str, set[str]]
) -> None:
    """Add the ids that the records of ``condition`` name."""
    own = dict([_SAME_KIND[table]]) if table in _SAME_KIND else {}
    names = [name for name in (*_LINKS, "customer_id", "actor_id", *own) if name in _columns(table)]
    for name in names:
        rows = warehouse.rows(
            f"select distinct {name} from {table} where partner_id = $partner and {name} is not null and ({condition})",
            {"partner": partner_id},
        )
        grown.setdefault(own.get(name, name), set()).update(str(value) for (value,) in rows)


def _read(
    warehouse: Warehouse, table: str, partner_id: str, known: dict[str, set[str]], limit: int
) -> RelatedTable:
    condition = _condition(table, known)
    is_general = False
    if not condition or not _count(warehouse, table, partner_id, condition):
        # nothing nearer: what the customer or the actor of the case selects, else all that the partner has
        nearer = _condition(table, known, ("customer_id", "actor_id"))
        is_general = not nearer
        if nearer and "valid_from_on" in _columns(table):
            # what holds for everybody holds for this customer too
            nearer += " or customer_id is null"
        condition = nearer or "true"
    total = _count(warehouse, table, partner_id, condition)
    names = _columns(table)
    dated = TABLES[table].dated_by or names[0]
    rows = warehouse.rows(
        f"select source_id, file, record, {', '.join(f'cast({name} as varchar)' for name in names)} from {table} "
        f"where partner_id = $partner and ({condition}) order by {dated}, file, record limit {limit}",
        {"partner": partner_id},
    )
    records = tuple(
        RelatedRecord(
            table,
            source_id or "",
            file or "",
            record,
            tuple((name, value) for name, value in zip(names, values, strict=True) if value is not None),
        )
        for source_id, file, record, *values in rows
    )
    return RelatedTable(table, total, records, is_general)


def _count(warehouse: Warehouse, table: str, partner_id: str, condition: str) -> int:
    return int(
        warehouse.scalar(
            f"select count(*) from {table} where partner_id = $partner and ({condition})",
            {"partner": partner_id},
        )
    )
