"""Records that several exports tell of: the copy of a mail in two mailboxes, downloads of overlapping days."""

from collections.abc import Sequence
from dataclasses import replace

from cspaudit.model.table import Table
from cspaudit.sources.parts import Part
from cspaudit.warehouse.duckdb_warehouse import Warehouse


def pass_over(warehouse: Warehouse, name: str, table: Table, parts: Sequence[Part]) -> list[Part]:
    """Pass over what an earlier part tells too, and count it in ``gave_way``; ``name`` is that of a table to be made.

    Of records that lie too far apart to be the same none is passed over: the later ones are rejects.
    """
    able = {number: part for number, part in enumerate(parts) if part.staged.mapping.repeats_others}
    if len(able) < 2:  # noqa: PLR2004  # nobody to repeat
        return list(parts)
    hashes = " UNION ALL ".join(
        f"SELECT hash({part.key(table)}) AS h FROM {part.relation} WHERE {part.where}"
        for part in able.values()
    )
    if warehouse.scalar(f"SELECT count(*) = count(DISTINCT h) FROM ({hashes})"):
        return list(parts)
    repeated = f"SELECT h FROM ({hashes}) GROUP BY h HAVING count(*) > 1"
    warehouse.execute(f"CREATE TABLE {name}_hash AS {repeated}")
    keys = " UNION ALL ".join(
        f"SELECT ({part.key(table)}) AS k, {number} AS part, rowid AS place, "
        f"epoch({part.column(table.dated_by)}) AS dated, {_apart(part)} AS apart FROM {part.relation} "
        f"WHERE {part.where} AND hash({part.key(table)}) IN (SELECT h FROM {name}_hash)"
        for number, part in able.items()
    )
    warehouse.execute(
        f"CREATE TABLE {name}_again AS SELECT part, place FROM (SELECT *, row_number() OVER own AS number, "
        f"first_value(dated) OVER own AS first FROM ({keys}) WINDOW own AS (PARTITION BY k ORDER BY part, place)) "
        "WHERE number > 1 AND abs(dated - first) <= apart"
    )
    kept = list(parts)
    for number, part in able.items():
        places = f"SELECT place FROM {name}_again WHERE part = {number}"
        if passed := int(warehouse.scalar(f"SELECT count(*) FROM ({places})")):
            warehouse.insert("gave_way", [(part.source.source_id, table.name, passed)])
            kept[number] = replace(part, where=f"{part.where} AND rowid NOT IN ({places})")
    return kept


def _apart(part: Part) -> str:
    """Return the SQL of how many seconds may lie between two records of one key."""
    apart = part.staged.mapping.apart
    return "'infinity'::DOUBLE" if apart is None else str(apart)
