"""Puts what was linked into the canonical tables: payments name their invoices, movements their payments."""

from cspaudit.linking import bank
from cspaudit.linking.payments import Side
from cspaudit.warehouse.duckdb_warehouse import Warehouse


def rewrite(warehouse: Warehouse, table: str, query: str) -> None:
    """Make ``table`` hold what ``query`` says, which reads the table as it was under ``<table>_read``."""
    warehouse.execute(f"ALTER VIEW {table} RENAME TO {table}_read")
    warehouse.execute(f"CREATE TABLE {table} AS {query}")


def allocate(warehouse: Warehouse, side: Side) -> None:
    """Give each linked payment its invoice; a batch becomes a row an invoice. Adds the payments that statements hold."""
    of_bank = warehouse.scalar(
        "SELECT count(*) FROM bank_feed WHERE table_name = $table", {"table": side.payments}
    )
    found = warehouse.scalar(
        f"SELECT (SELECT count(*) FROM {side.links}) + (SELECT count(*) FROM {side.ambiguous})"
    )
    if not of_bank and not found:
        return
    customer = "i.customer_id" if side.has_customer else "NULL::VARCHAR"
    warehouse.execute(
        f"CREATE TABLE numbered_link AS SELECT l.*, {customer} AS customer_id, "
        "CASE WHEN count(*) OVER payment > 1 THEN l.line || '/' || row_number() OVER (payment ORDER BY l.invoice_id) "
        f"ELSE l.line END AS new_line FROM {side.links} l JOIN {side.invoices} i USING (partner_id, invoice_id) "
        "WINDOW payment AS (PARTITION BY l.partner_id, l.payment_id, l.line)"
    )
    unclear = (
        ""
        if side.has_customer
        else ", CASE WHEN a.payment_id IS NOT NULL THEN true ELSE p.invoice_unclear END AS invoice_unclear"
    )
    query = (
        "SELECT p.* REPLACE (coalesce(l.invoice_id, p.invoice_id) AS invoice_id, coalesce(l.amount, p.amount) AS amount, "
        f"coalesce(l.new_line, p.line) AS line{unclear}) FROM {side.payments}_read p "
        "LEFT JOIN numbered_link l USING (partner_id, payment_id, line) "
        f"LEFT JOIN {side.ambiguous} a USING (partner_id, payment_id, line)"
    )
    if of_bank:
        query += f" UNION ALL {bank.payments_made(side)}"
    rewrite(warehouse, side.payments, query)
    warehouse.execute("DROP TABLE numbered_link")
    if of_bank:
        warehouse.execute(
            f"INSERT INTO bank_found SELECT DISTINCT p.partner_id, p.payment_id, p.payment_id, "
            f"CASE p.status WHEN 'returned' THEN '{bank.RETURNED}' ELSE '{bank.BOOKED}' END FROM {side.payments} p "
            "SEMI JOIN bank_feed f ON f.partner_id = p.partner_id AND f.table_name = $table",
            {"table": side.payments},
        )


def name_payments(warehouse: Warehouse) -> None:
    """Give each movement on a bank account the payment that it is; one that its export names stays."""
    if warehouse.scalar("SELECT count(*) FROM bank_found"):
        rewrite(
            warehouse,
            "bank_transaction",
            "SELECT b.* REPLACE (coalesce(b.payment_id, f.payment_id) AS payment_id) FROM bank_transaction_read b "
            "LEFT JOIN bank_found f USING (partner_id, transaction_id)",
        )


def count_as_source(warehouse: Warehouse) -> None:
    """Let a bank statement count as the export of the payments it holds: for its months, and for what was left out of it.

    Needs ``source_table``, ``source_column``, ``source_coverage`` and ``reject``.
    """
    if not warehouse.scalar("SELECT count(*) FROM bank_feed"):
        return
    of_feed = "JOIN bank_feed f ON f.partner_id = s.partner_id WHERE s.table_name = 'bank_transaction'"
    warehouse.execute(
        f"INSERT INTO source_table SELECT s.* REPLACE (f.table_name AS table_name) FROM source_table s {of_feed}"
    )
    filled = "['payment_id', 'line', 'paid_on', 'amount', 'currency', 'invoice_id', 'status', 'reference', 'customer_id']"
    warehouse.execute(
        f"INSERT INTO source_column SELECT s.source_id, s.partner_id, f.table_name, c.name FROM source_table s "
        f"CROSS JOIN (SELECT unnest({filled}) AS name) c {of_feed} "
        "AND (c.name <> 'customer_id' OR f.table_name = 'customer_payment')"
    )
    warehouse.execute(
        f"INSERT INTO source_coverage SELECT s.* REPLACE (f.table_name AS table_name) FROM source_coverage s {of_feed}"
    )
    warehouse.execute(
        "INSERT INTO reject SELECT r.source_id, coalesce(r.partner_id, f.partner_id), f.table_name, r.file, r.record, "
        "r.line, r.field, r.value, r.reason, r.dated_at FROM reject r JOIN bank_feed f "
        "ON coalesce(r.partner_id = f.partner_id, true) WHERE r.table_name = 'bank_transaction'"
    )
