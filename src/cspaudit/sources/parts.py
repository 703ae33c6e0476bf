"""The rows of one source for one canonical table: lists split, superseded records left behind, keys completed."""

from dataclasses import dataclass

from cspaudit.model.table import Table
from cspaudit.sources import sql
from cspaudit.sources.compile import DUPLICATE_KEY, Plan, StagedColumn, StagedTable
from cspaudit.sources.mapping import ColumnSource, Split
from cspaudit.sources.source import LoadedSource
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: names the row of the staging table that a row of another relation was made from
STAGE_ROWID = "stage_rowid"


@dataclass(frozen=True)
class Part:
    """A relation, the column that holds its row's number in the staging table, and which rows count.

    ``first_file`` counts the files of earlier parts whose keys hold record numbers too.
    """

    source: LoadedSource
    staged: StagedTable
    relation: str
    rowid: str
    where: str
    first_file: int = 0

    def column(self, name: str) -> str:
        """Return the SQL of a canonical column, NULL where the source does not fill it."""
        stage_name = self.staged.columns.get(name)
        if stage_name is None:
            return f"NULL::{self.staged.table.column(name).sql_type}"
        if name not in self.record_columns:
            return stage_name
        # the files after the first are counted into the key, or two files could give one key to two records
        last = self.first_file + len(self.source.files)
        number = f"(stage_file + {self.first_file + 1}) || '.'"
        place = (
            f"CASE WHEN stage_file + {self.first_file} > 0 THEN {number} ELSE '' END || " if last > 1 else ""
        )
        before = "" if self._made[stage_name].is_record_number else f"{stage_name} || ':' || "
        return f"cast({before}{place}{self.source.record_sql(self.rowid)} AS VARCHAR)"

    @property
    def _made(self) -> dict[str, ColumnSource]:
        """Where each column of the staging table comes from."""
        return {column.stage_name: column.source for column in self.source.plan.columns}

    @property
    def record_columns(self) -> frozenset[str]:
        """The columns whose values end with the record's number."""
        made = self._made
        return frozenset(name for name, stage in self.staged.columns.items() if made[stage].has_record)

    @property
    def is_unique(self) -> bool:
        """Whether no two rows of this part can have one key."""
        return self.staged.mapping.last_wins or not self.record_columns.isdisjoint(self.staged.table.key)

    def key(self, table: Table) -> str:
        """Return the SQL of the partner and the key columns, comma-separated."""
        return ", ".join([self.source.partner_sql(), *(self.column(name) for name in table.key)])


def make(warehouse: Warehouse, source: LoadedSource, index: int, first_file: int) -> Part:
    """Return the rows of ``source`` for its table ``index``; needs the staging table filled."""
    staged = source.tables()[index]
    where = source.loaded_where(index)
    part = Part(source, staged, source.stage, "rowid", where, first_file)
    if any(
        staged.mapping.columns[name].identity for name in staged.table.key if name in staged.mapping.columns
    ):
        part = _numbered(warehouse, part)
    if staged.mapping.split:
        part = _split(warehouse, part, staged.mapping.split)
    if staged.mapping.last_wins:
        part = _last(warehouse, part, index)
    return part


def _numbered(warehouse: Warehouse, part: Part) -> Part:
    """Tell records that say the same apart by how often the file said it before."""
    relation = f"{part.source.stage}_{part.staged.table.name}_numbered"
    made = {column.stage_name: column.source for column in part.source.plan.columns}
    keys = [name for column in part.staged.table.key if made[name := part.staged.columns[column]].identity]
    numbered = ", ".join(
        f"{key} || '-' || row_number() OVER (PARTITION BY stage_file, {key} ORDER BY rowid) AS {key}"
        for key in keys
    )
    warehouse.execute(
        f"CREATE TABLE {relation} AS SELECT rowid AS {STAGE_ROWID}, * REPLACE ({numbered}) FROM {part.relation} "
        f"WHERE {part.where} ORDER BY rowid"
    )
    return Part(part.source, part.staged, relation, STAGE_ROWID, part.where, part.first_file)


def _split(warehouse: Warehouse, part: Part, split: Split) -> Part:
    """Make a row of each member that a record lists; a member named twice in one record counts once."""
    relation = f"{part.source.stage}_{part.staged.table.name}_split"
    made = [column for column in part.source.plan.columns if column.source.part]
    names = set(part.staged.columns.values())
    pieces = [column for column in made if column.stage_name in names]
    replaced = ", ".join(
        f"{_piece(part.source.plan, column, split)} AS {column.stage_name}" for column in pieces
    )
    keys = [part.staged.columns[name] for name in part.staged.table.key]
    warehouse.execute(
        f"CREATE TABLE {relation} AS SELECT * EXCLUDE (piece) FROM ("
        f"SELECT * REPLACE ({replaced}) FROM ("
        f"SELECT rowid AS {STAGE_ROWID}, *, unnest(string_split({pieces[0].stage_name}, {sql.literal(split.separator)})) "
        f"AS piece FROM {part.source.stage} WHERE {part.where})) "
        f"WHERE {' AND '.join(f'{key} IS NOT NULL' for key in keys)} "
        f"QUALIFY row_number() OVER (PARTITION BY {STAGE_ROWID}, {', '.join(keys)} ORDER BY 1) = 1 "
        f"ORDER BY {STAGE_ROWID}, {', '.join(keys)}"
    )
    return Part(part.source, part.staged, relation, STAGE_ROWID, part.where, part.first_file)


def _piece(plan: Plan, column: StagedColumn, split: Split) -> str:
    source: ColumnSource = column.source
    text = "piece"
    if split.part_separator:
        text = f"split_part(piece, {sql.literal(split.part_separator)}, {source.part})"
    text = f"nullif({sql.address(text) if source.address else f'trim({text})'}, '')"
    own = {**source.values, **plan.values.get(column.column.name, {})}
    return sql.mapped(text, own, source.other, any_case=source.any_case)


def _last(warehouse: Warehouse, part: Part, index: int) -> Part:
    """Keep one record a key; most exports repeat none, and then the relation stays as it is."""
    key = part.key(part.staged.table)
    repeats = warehouse.scalar(
        f"SELECT count(*) - count(DISTINCT h) FROM (SELECT hash({key}) AS h FROM {part.relation} WHERE {part.where})"
    )
    if not repeats:
        return part
    part.source.superseded[part.staged.table.name] = int(repeats)
    _refuse_apart(warehouse, part)
    latest = f"latest_{index}"
    # rows of one record are told apart by the relation's own row number
    order = f"(coalesce(try_cast({latest} AS DOUBLE), 0), coalesce({latest}, ''), rowid)"
    last = f"arg_max(rowid, {order})" if part.staged.mapping.latest_by else "max(rowid)"
    made = {column.stage_name: column.source for column in part.source.plan.columns}
    first = [stage for stage in part.staged.columns.values() if made[stage].earliest]
    smallest = "".join(f", min({stage}) AS first_{stage}" for stage in first)
    replaced = f" REPLACE ({', '.join(f'first_{stage} AS {stage}' for stage in first)})" if first else ""
    taken = f" EXCLUDE (place{''.join(f', first_{stage}' for stage in first)})"
    rowid = "" if part.rowid == STAGE_ROWID else f"r.rowid AS {STAGE_ROWID}, "
    relation = f"{part.relation}_{part.staged.table.name}_last"
    warehouse.execute(
        f"CREATE TABLE {relation} AS SELECT *{taken}{replaced} FROM (SELECT {rowid}r.*, g.* FROM {part.relation} r "
        f"JOIN (SELECT {last} AS place{smallest} FROM {part.relation} WHERE {part.where} GROUP BY {key}) g "
        f"ON r.rowid = g.place) ORDER BY {STAGE_ROWID}"
    )
    return Part(part.source, part.staged, relation, STAGE_ROWID, part.where, part.first_file)


def _refuse_apart(warehouse: Warehouse, part: Part) -> None:
    """Make rejects of the records whose key an earlier one has that lies too far away to be the same."""
    apart = part.staged.mapping.apart
    if apart is None:
        return
    table = part.staged.table
    dated = part.staged.columns[table.dated_by]
    key = f"({part.key(table)})"
    # only the keys that span too long are compared row by row; a window over all rows would not fit
    spans = (
        f"SELECT {key} AS k, min(epoch({dated})) AS first FROM {part.relation} WHERE {part.where} GROUP BY k "
        f"HAVING max(epoch({dated})) - first > {apart}"
    )
    places = (
        f"SELECT {part.rowid} AS place FROM {part.relation} JOIN ({spans}) ON k = {key} "
        f"WHERE {part.where} AND epoch({dated}) - first > {apart}"
    )
    warehouse.execute(f"CREATE TABLE {part.relation}_apart AS {places}")
    for relation in dict.fromkeys([part.source.stage, part.relation]):
        place = part.rowid if relation == part.relation else "rowid"
        warehouse.execute(
            f"UPDATE {relation} SET rule = {DUPLICATE_KEY}, rule_value = {part.staged.columns[table.key[0]]} "
            f"WHERE {place} IN (SELECT place FROM {part.relation}_apart)"
        )
    warehouse.execute(f"DROP TABLE {part.relation}_apart")
