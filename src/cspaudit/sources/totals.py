"""Control totals of each file: how many records, over which time, with which sums; and values that can hardly be right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cspaudit.model.completeness import ControlTotal, MoneySum
from cspaudit.model.table import Table
from cspaudit.sources.compile import StagedTable
from cspaudit.sources.source import LoadedSource
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: dates before this, or so long after the cut-off, were mistyped or stand for "none"
EARLIEST = "1990-01-01"
LATEST = "INTERVAL 5 YEARS"
#: where a day far away is a way to say "always"
OPEN_ENDED = frozenset(
    {"valid_from_on", "valid_to_on", "valid_until_on", "ended_on", "offboarded_on", "cancellable_until_at"}
)
#: what has happened, beside the date that a record counts by
HAPPENED = ("resolved_at", "closed_at")
#: a day that has begun somewhere on earth at the cut-off
FIRST_ZONE = timedelta(hours=14)
INVOICES = ("supplier_invoice", "customer_invoice")


@dataclass(frozen=True)
class Totals:
    """The control totals of a source by file, and sentences on values that can hardly be right."""

    by_file: dict[str, tuple[ControlTotal, ...]]
    oddities: tuple[str, ...]


@dataclass(frozen=True)
class _Test:
    """Counts the records for which ``condition`` holds; ``says`` is said of them."""

    condition: str
    says: str


def totals_of(warehouse: Warehouse, source: LoadedSource) -> Totals:
    """Return what a source gave each table, in one grouped statement a table; needs the canonical tables."""
    by_file: dict[str, list[ControlTotal]] = {}
    oddities: list[str] = []
    for staged in source.tables() if source.files else ():
        tests = _tests(source, staged)
        counts = [0] * len(tests)
        for file, total, found in _table_totals(warehouse, source, staged, tests):
            by_file.setdefault(file, []).append(total)
            counts = [sum(pair) for pair in zip(counts, found, strict=True)]
        oddities += [
            f"{source.source_id}: {'1 record has' if count == 1 else f'{count:,} records have'} {test.says}."
            for test, count in zip(tests, counts, strict=True)
            if count
        ]
    return Totals({file: tuple(found) for file, found in by_file.items()}, tuple(oddities))


def _table_totals(
    warehouse: Warehouse, source: LoadedSource, staged: StagedTable, tests: Sequence[_Test]
) -> list[tuple[str, ControlTotal, list[int]]]:
    table = staged.table
    money = [
        column.name for column in table.columns if column.type == "money" and column.name in staged.columns
    ]
    currency, relation = _currency(warehouse, table) if money else ("''", f"{table.name} t")
    dated = f"t.{table.dated_by}" if table.dated_by else "NULL::DATE"
    sums = "".join(f", count(t.{name}), sum(t.{name})" for name in money)
    counts = "".join(f", count(*) FILTER (WHERE {test.condition})" for test in tests)
    rows = warehouse.rows(
        f"SELECT t.file, t.partner_id, {currency}, count(*), min({dated}), max({dated}){sums}{counts} "
        f"FROM {relation} WHERE t.source_id = $source GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        {"source": source.source_id},
    )
    found: dict[tuple[str, str], tuple[ControlTotal, list[int]]] = {}
    for file, partner, code, records, first, last, *figures in rows:
        own = tuple(
            MoneySum(name, code, int(figures[2 * i]), figures[2 * i + 1])
            for i, name in enumerate(money)
            if figures[2 * i]
        )
        total = ControlTotal(table.name, partner, int(records), first, last, own)
        odd = [int(count) for count in figures[2 * len(money) :]]
        if (file, partner) in found:
            before, odd_before = found[file, partner]
            total = _joined(before, total)
            odd = [sum(pair) for pair in zip(odd_before, odd, strict=True)]
        found[file, partner] = (total, odd)
    return [(file, total, odd) for (file, _), (total, odd) in found.items()]


def _joined(one: ControlTotal, other: ControlTotal) -> ControlTotal:
    """Return the totals of records in several currencies as one."""
    firsts = [at for at in (one.first_at, other.first_at) if at is not None]
    lasts = [at for at in (one.last_at, other.last_at) if at is not None]
    return ControlTotal(
        one.table,
        one.partner_id,
        one.records + other.records,
        min(firsts, default=None),
        max(lasts, default=None),
        (*one.sums, *other.sums),
    )


def _currency(warehouse: Warehouse, table: Table) -> tuple[str, str]:
    """Return the SQL of a record's currency and the relation to read it from; lines and disputes have their invoice's."""
    if "currency" in table.column_names:
        return "coalesce(t.currency, '')", f"{table.name} t"
    invoices = f"{table.name.partition('_')[0]}_invoice"
    if not warehouse.scalar(f"SELECT count(*) FROM {invoices}"):
        # lines alone; a join with nothing would take longer than their totals
        return "''", f"{table.name} t"
    return (
        "coalesce(i.currency, '')",
        f"{table.name} t LEFT JOIN {invoices} i ON i.partner_id = t.partner_id AND i.invoice_id = t.invoice_id",
    )


def _tests(source: LoadedSource, staged: StagedTable) -> list[_Test]:
    """Return what to count of a table's values: days that cannot be, and invoices over nothing."""
    found = []
    as_of = f"TIMESTAMP '{source.as_of}'"
    for column in staged.table.columns:
        if column.type not in {"instant", "date"} or column.name not in staged.columns:
            continue
        name = f"t.{column.name}"
        if column.name == staged.table.dated_by or column.name in HAPPENED:
            now = as_of if column.type == "instant" else f"DATE '{(source.as_of + FIRST_ZONE).date()}'"
            found.append(
                _Test(f"{name} > {now} AND {name} <= {as_of} + {LATEST}", f"{column.name} after the cut-off")
            )
        if column.name not in OPEN_ENDED:
            found.append(
                _Test(
                    f"{name} < DATE '{EARLIEST}' OR {name} > {as_of} + {LATEST}",
                    f"{column.name} before 1990 or more than five years after the cut-off",
                )
            )
    if staged.table.name in INVOICES and "amount" in staged.columns:
        found.append(
            _Test(
                "t.amount = 0 AND coalesce(t.document_type, 'invoice') = 'invoice' AND coalesce(t.status, '') <> 'void'",
                "the amount 0 in an invoice that is not void",
            )
        )
    return found
