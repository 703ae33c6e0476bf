"""Lines of payments that are an export of their own: each takes its day and currency from the payment it belongs to."""

from collections.abc import Sequence

from cspaudit.model.table import Table
from cspaudit.sources.compile import NO_PAYMENT
from cspaudit.sources.parts import Part
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: what a line says itself; everything else it may have from its payment
_OWN = ("payment_id", "line", "invoice_id", "amount")


def are_in(part: Part) -> bool:
    """Whether the rows of a part are lines of payments that other parts hold."""
    return part.staged.mapping.payment_lines


def refuse_orphans(warehouse: Warehouse, parts: Sequence[Part]) -> None:
    """Leave out every line whose payment no export holds: on which day it was paid is not known.

    A line whose payment was set aside, as it was deleted or is another vendor's, is set aside with it.
    """
    lines = [part for part in parts if are_in(part)]
    if not lines:
        return
    payments = [part for part in parts if not are_in(part)]
    known = " UNION ALL ".join(
        f"SELECT {part.source.partner_sql()} AS partner_id, {part.column('payment_id')} AS payment_id "
        f"FROM {part.source.stage}"
        for part in payments
    )
    for part in lines:
        place = f"({part.source.partner_sql()}, {part.column('payment_id')})"
        orphan = f"{place} NOT IN (SELECT (partner_id, payment_id) FROM ({known}))" if known else "true"
        warehouse.execute(
            f"UPDATE {part.source.stage} SET rule = {NO_PAYMENT}, rule_value = {part.column('payment_id')} "
            f"WHERE {part.where} AND {orphan}"
        )


def completed(table: Table, parts: Sequence[Part], selects: Sequence[str]) -> list[str]:
    """Return the rows of payments and lines, given those of each part: the rest of a payment, and every line."""
    pairs = list(zip(parts, selects, strict=True))
    payments = [select for part, select in pairs if not are_in(part)]
    lines = " UNION ALL ".join(select for part, select in pairs if are_in(part))
    if not payments:
        return [f"SELECT * FROM ({lines}) WHERE false"]
    united = " UNION ALL ".join(payments)
    other = [name for name in table.column_names if name not in _OWN]
    told = (
        f"SELECT partner_id, payment_id, {', '.join(f'min({name}) AS {name}' for name in other)} "
        f"FROM ({united}) GROUP BY partner_id, payment_id"
    )
    used = (
        f"SELECT partner_id, payment_id, sum(amount) AS used FROM ({lines}) GROUP BY partner_id, payment_id"
    )
    rest = ", ".join(
        "cast(p.amount - coalesce(u.used, 0) AS DECIMAL(19,4)) AS amount" if name == "amount" else f"p.{name}"
        for name in table.column_names
    )
    each = ", ".join(
        f"l.{name}" if name in _OWN else f"coalesce(l.{name}, t.{name}) AS {name}"
        for name in table.column_names
    )
    place = "source_id, {0}.file, {0}.record"
    left_over = (
        f"SELECT p.partner_id, {rest}, p.{place.format('p')} FROM ({united}) p LEFT JOIN ({used}) u "
        "ON u.partner_id = p.partner_id AND u.payment_id = p.payment_id WHERE u.used IS NULL OR u.used <> p.amount"
    )
    dated = (
        f"SELECT l.partner_id, {each}, l.{place.format('l')} FROM ({lines}) l JOIN ({told}) t "
        "ON t.partner_id = l.partner_id AND t.payment_id = l.payment_id"
    )
    return [left_over, dated]
