"""Gaps in numbers: records that are counted up, such as invoices and tickets, and whose run lacks some."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cspaudit.model.completeness import NumberSeries
from cspaudit.model.table import Table
from cspaudit.model.tables import TABLES
from cspaudit.sources import sql
from cspaudit.sources.compile import NO_RECORD, condition_name
from cspaudit.sources.source import LoadedSource
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: tables whose records a program may number, by the first column of their key
NUMBERED = (
    "ticket",
    "service_request",
    "supplier_invoice",
    "supplier_payment",
    "customer_invoice",
    "customer_payment",
    "bank_transaction",
)
#: fewer numbers are no run ...
FEWEST = 20
#: ... nor are those that lack more between the lowest and the highest
LEAST_SHARE = Fraction(9, 10)
SHOWN_EXAMPLES = 5
DIGITS = "0123456789"
#: longer numbers do not fit the engine's integers, and nobody counts so far
MOST_DIGITS = 18
#: a table of more records is tried on some of them first
SMALL = 20_000
SAMPLED = 97


@dataclass(frozen=True)
class _Run:
    """Numbers with one prefix, of one width or (0) of any, from ``low`` to ``high``."""

    partner_id: str
    prefix: str
    width: int
    low: int
    high: int
    ids: int
    #: digits to fill up with zeros to, 0 for none
    digits: int

    @property
    def is_close(self) -> bool:
        """Whether the ids can be a run: enough of them, and of the numbers between the lowest and the highest."""
        return self.ids >= FEWEST and self.ids >= LEAST_SHARE * (self.high - self.low + 1)

    def text(self, number: int) -> str:
        """Return the id with this number."""
        return f"{self.prefix}{number:0{self.digits}}"


def series_of(
    warehouse: Warehouse, sources: Sequence[LoadedSource], partners: Sequence[str]
) -> dict[str, tuple[NumberSeries, ...]]:
    """Return for each partner the runs of numbers with gaps, the greatest gap first; needs the views and ``reject``.

    A run has one prefix, and if need be one width. A number counts as there wherever its record stands: in any source,
    and among the records left out. Ids that we made ourselves, of several fields, are no numbers of the program's.
    """
    found: dict[str, list[NumberSeries]] = {one: [] for one in partners}
    for name in NUMBERED:
        for partner, series in _gaps(warehouse, TABLES[name], sources):
            # a record left out may name a partner that is not of this audit
            if partner in found:
                found[partner].append(series)
    return {
        partner: tuple(sorted(runs, key=lambda run: (-run.missing, run.table, run.first)))
        for partner, runs in found.items()
    }


def _gaps(
    warehouse: Warehouse, table: Table, sources: Sequence[LoadedSource]
) -> list[tuple[str, NumberSeries]]:
    known = _known(warehouse, table, sources)
    if not known:
        return []
    ids = " UNION ALL ".join(known)
    # where an id can occur twice, among the records left out or with another line, it counts once
    count = "count(*)" if len(table.key) == 1 and len(known) == 1 else "count(DISTINCT id)"
    # a run that fills its span needs no closer look
    runs = [run for run in _runs(warehouse, ids, count) if run.ids < run.high - run.low + 1]
    if not runs:
        return []
    warehouse.execute(
        "CREATE TABLE number_run (run INTEGER, partner_id VARCHAR, prefix VARCHAR, width INTEGER, low BIGINT, high BIGINT)"
    )
    warehouse.insert(
        "number_run",
        (
            (number, run.partner_id, run.prefix, run.width, run.low, run.high)
            for number, run in enumerate(runs)
        ),
    )
    warehouse.execute(
        "CREATE TABLE absent_number AS SELECT run, n FROM (SELECT run, unnest(range(low, high + 1)) AS n FROM number_run) "
        f"ANTI JOIN (SELECT r.run, k.n FROM ({_split(ids)}) k JOIN number_run r ON r.partner_id = k.partner_id "
        "AND r.prefix = k.prefix AND (r.width = 0 OR r.width = k.width)) USING (run, n)"
    )
    rows = warehouse.rows(
        "SELECT run, low, high, sum(high - low + 1) OVER (PARTITION BY run) FROM (SELECT run, min(n) AS low, "
        "max(n) AS high FROM (SELECT run, n, n - row_number() OVER (PARTITION BY run ORDER BY n) AS island "
        "FROM absent_number) GROUP BY run, island) "
        f"QUALIFY row_number() OVER (PARTITION BY run ORDER BY low) <= {SHOWN_EXAMPLES} ORDER BY run, low"
    )
    warehouse.execute("DROP TABLE absent_number")
    warehouse.execute("DROP TABLE number_run")
    return _told(table, runs, [(int(run), int(low), int(high), int(total)) for run, low, high, total in rows])


def _told(
    table: Table, runs: Sequence[_Run], ranges: Sequence[tuple[int, int, int, int]]
) -> list[tuple[str, NumberSeries]]:
    by_run: dict[int, list[tuple[int, int, int]]] = {}
    for number, low, high, missing in ranges:
        by_run.setdefault(number, []).append((low, high, missing))
    found = []
    for number, own in by_run.items():
        run, missing = runs[number], own[0][2]
        present = run.high - run.low + 1 - missing
        if present < FEWEST or present < LEAST_SHARE * (present + missing):
            continue
        examples = tuple(
            run.text(low) if low == high else f"{run.text(low)}\N{EN DASH}{run.text(high)}"
            for low, high, _ in own
        )
        series = NumberSeries(
            table.name, table.key[0], run.text(run.low), run.text(run.high), present, missing, examples
        )
        found.append((run.partner_id, series))
    return found


def _known(warehouse: Warehouse, table: Table, sources: Sequence[LoadedSource]) -> list[str]:
    """Return queries for the ids of a table, those of records left out too."""
    key = table.key[0]
    feeding = [
        (source, index, staged)
        for source in sources
        if source.files
        for index, staged in enumerate(source.tables())
        if staged.table is table and key in staged.columns
    ]
    made = {column.stage_name: column.source for source, *_ in feeding for column in source.plan.columns}
    counted = [one for one in feeding if not made[one[2].columns[key]].join]
    if not counted:
        return []
    names = sql.in_list([source.source_id for source, *_ in counted])
    found = [f"SELECT partner_id, {key} AS id, record FROM {table.name} WHERE source_id IN {names}"]
    for source, index, staged in counted:
        if warehouse.scalar(f"SELECT count(*) FROM {source.stage} WHERE rule <> {NO_RECORD}"):
            when = f" AND {condition_name(index)}" if staged.when else ""
            found.append(
                f"SELECT {source.partner_sql()}, {staged.columns[key]}, 0 FROM {source.stage} "
                f"WHERE rule <> {NO_RECORD}{when}"
            )
    return found


def _split(ids: str) -> str:
    """Return the ids with what stands before their last digits, their length, and the number that the digits are."""
    return (
        "SELECT partner_id, prefix, width, try_cast(right(id, width - length(prefix)) AS BIGINT) AS n FROM ("
        f"SELECT partner_id, id, rtrim(id, '{DIGITS}') AS prefix, length(id) AS width FROM ({ids}))"
    )


def _runs(warehouse: Warehouse, ids: str, count: str) -> list[_Run]:
    """Return the candidates: whole prefixes where their numbers lie close enough, else single widths of them."""
    families: dict[tuple[str, str], list[_Run]] = {}
    for group in _groups(warehouse, ids, count):
        families.setdefault((group.partner_id, group.prefix), []).append(group)
    runs = []
    for groups in families.values():
        whole = _Run(
            groups[0].partner_id,
            groups[0].prefix,
            width=0,
            low=min(group.low for group in groups),
            high=max(group.high for group in groups),
            ids=sum(group.ids for group in groups),
            digits=groups[0].digits if len(groups) == 1 else 0,
        )
        runs += [run for run in ([whole] if whole.is_close else groups) if run.is_close]
    return runs


def _groups(warehouse: Warehouse, ids: str, count: str) -> list[_Run]:
    """Return the ids grouped by prefix and width, as far as they end with digits."""
    widths = warehouse.rows(
        f"SELECT partner_id, length(id) AS width, {count}, min(id), max(id) FROM ({ids}) "
        "WHERE partner_id IS NOT NULL AND id IS NOT NULL GROUP BY partner_id, width ORDER BY 1, 2"
    )
    # nearly always all ids of one width have one prefix, and the engine need not look for it in each of them
    mixed = {partner for partner, _, _, low, high in widths if low.rstrip(DIGITS) != high.rstrip(DIGITS)}
    records = sum(found for partner, _, found, _, _ in widths if partner in mixed)
    if records > SMALL:
        mixed &= _counted_up(warehouse, ids)
    rows = [
        (partner, low.rstrip(DIGITS), width, found, low, high)
        for partner, width, found, low, high in widths
        if partner not in mixed and low.rstrip(DIGITS) == high.rstrip(DIGITS)
    ]
    if mixed:
        rows += warehouse.rows(
            f"SELECT partner_id, prefix, width, {count}, min(id), max(id) FROM ("
            f"SELECT partner_id, id, rtrim(id, '{DIGITS}') AS prefix, length(id) AS width FROM ({ids}) "
            f"WHERE id IS NOT NULL AND partner_id IN {sql.in_list(sorted(mixed))}) GROUP BY partner_id, prefix, width ORDER BY 1, 2, 3"
        )
    return [
        _Run(partner, prefix, width, int(low[len(prefix) :]), int(high[len(prefix) :]), found, digits)
        for partner, prefix, width, found, low, high in rows
        if 1 <= (digits := width - len(prefix)) <= MOST_DIGITS
    ]


def _counted_up(warehouse: Warehouse, ids: str) -> set[str]:
    """Return the partners some of whose ids share a prefix, by one in many: grouping all random ids is in vain."""
    rows = warehouse.rows(
        f"SELECT partner_id FROM (SELECT partner_id, rtrim(id, '{DIGITS}') AS prefix FROM ({ids}) "
        f"WHERE record % {SAMPLED} = 0) WHERE partner_id IS NOT NULL GROUP BY partner_id "
        f"HAVING count(DISTINCT prefix) * {FEWEST} <= count(*)"
    )
    return {partner for (partner,) in rows}
