"""What a bank statement says of payments: it becomes the payments where no ledger holds them, else it bears them out."""

from collections.abc import Mapping, Sequence

from cspaudit.linking import texts
from cspaudit.linking.payments import SIDES, SUPPLIER, Side
from cspaudit.model.tables import TABLES
from cspaudit.warehouse.duckdb_warehouse import Warehouse

KIND = "bank_transaction_to_payment"
BOOKED, RETURNED, AMOUNT_AND_DATE, TEXT = "booked", "returned", "amount_and_date", "remittance_text"
STEPS = (BOOKED, RETURNED, TEXT, AMOUNT_AND_DATE)
#: money that comes back within so many days, from whom it went to, is the payment returned
RETURN_DAYS = 30
#: words in the name of a payee that make it Microsoft
MICROSOFT = r"\b(microsoft|msft)\b"
PROVENANCE = ("source_id", "file", "record")


def _name(text: str) -> str:
    """Return the SQL of a name as it is compared: letters and digits only, small."""
    return f"regexp_replace({texts.folded(text)}, '[^\\p{{L}}\\p{{M}}\\p{{N}}]', '', 'g')"


def find_feeds(warehouse: Warehouse, suppliers: Mapping[str, Sequence[str]]) -> None:
    """Make ``bank_feed``: for which partners the bank statement is the only record of which payments.

    A record of another source that could not be read counts as one. Makes ``bank_party`` too: what is known of each
    name that statements hold.
    """
    warehouse.execute("CREATE TABLE bank_feed (partner_id VARCHAR, table_name VARCHAR)")
    warehouse.execute("CREATE TABLE supplier_name (partner_id VARCHAR, name VARCHAR)")
    warehouse.execute(
        "CREATE TABLE bank_found (partner_id VARCHAR, transaction_id VARCHAR, payment_id VARCHAR, step VARCHAR)"
    )
    if not warehouse.scalar("SELECT count(*) FROM bank_transaction"):
        return
    warehouse.insert("supplier_name", ((one, name) for one, names in suppliers.items() for name in names))
    for side in SIDES:
        warehouse.execute(
            "INSERT INTO bank_feed SELECT partner_id, $table FROM (SELECT partner_id FROM bank_transaction "
            f"INTERSECT SELECT partner_id FROM {side.invoices} EXCEPT SELECT partner_id FROM {side.payments} "
            "EXCEPT SELECT p.partner_id FROM partner p JOIN reject r ON r.table_name = $table "
            "AND coalesce(r.partner_id = p.partner_id, true))",
            {"table": side.payments},
        )
    warehouse.execute(
        "CREATE TABLE bank_party AS WITH party AS ("
        "SELECT DISTINCT partner_id, counterparty, CASE WHEN counterparty IS NULL THEN reference END AS reference "
        "FROM bank_transaction), customers AS (SELECT partner_id, "
        f"{_name('name')} AS name, min(customer_id) AS customer_id FROM customer GROUP BY ALL HAVING count(*) = 1) "
        "SELECT p.partner_id, p.counterparty, p.reference, "
        # a statement that names nobody may do so in its text
        f"regexp_matches({texts.folded('coalesce(p.counterparty, p.reference)')}, '{MICROSOFT}') OR EXISTS ("
        "SELECT 1 FROM supplier_name s WHERE s.partner_id = p.partner_id "
        f"AND contains({_name('coalesce(p.counterparty, p.reference)')}, {_name('s.name')})) AS is_supplier, "
        f"{_name('p.counterparty')} = {_name('o.name')} AS is_partner, c.customer_id FROM party p "
        "JOIN partner o ON o.partner_id = p.partner_id LEFT JOIN customers c "
        f"ON c.partner_id = p.partner_id AND c.name = {_name('p.counterparty')}"
    )
    _find_returns(warehouse)


def _find_returns(warehouse: Warehouse) -> None:
    """Make ``bank_return``: payments whose money came back; where more than one may be meant, none."""
    warehouse.execute(
        "CREATE TABLE bank_return AS SELECT o.partner_id, o.transaction_id, r.transaction_id AS return_id "
        "FROM bank_transaction o JOIN bank_transaction r ON r.partner_id = o.partner_id AND r.currency = o.currency "
        f"AND r.amount = -o.amount AND {texts.key('r.counterparty')} = {texts.key('o.counterparty')} "
        f"WHERE r.value_on >= o.value_on AND r.value_on <= o.value_on + {RETURN_DAYS} AND o.amount <> 0 "
        "AND (r.value_on > o.value_on OR o.amount < 0) "
        "QUALIFY count(*) OVER (PARTITION BY o.partner_id, o.transaction_id) = 1 "
        "AND count(*) OVER (PARTITION BY r.partner_id, r.transaction_id) = 1"
    )


def pay_from_statement(warehouse: Warehouse, side: Side) -> None:
    """Add to the pool of payments what the statements of partners without a ledger may be: money going out, or coming in."""
    if not _feeds(warehouse, side):
        return
    is_supplier = side is SUPPLIER
    clear = "coalesce(w.is_supplier, false)" if is_supplier else "w.customer_id IS NOT NULL"
    which = "b.amount < 0" if is_supplier else "b.amount > 0 AND NOT coalesce(w.is_supplier, false)"
    warehouse.execute(
        f"INSERT INTO {side.pool} SELECT b.partner_id, b.transaction_id, '1', b.value_on, abs(b.amount), b.currency, "
        f"{'NULL' if is_supplier else 'w.customer_id'}, b.reference, b.reference, true, {clear} "
        "FROM bank_transaction b SEMI JOIN bank_feed f ON f.partner_id = b.partner_id AND f.table_name = $table "
        f"JOIN bank_party w ON {_party_of('b')} "
        "ANTI JOIN bank_return o ON o.partner_id = b.partner_id AND o.transaction_id = b.transaction_id "
        "ANTI JOIN bank_return r ON r.partner_id = b.partner_id AND r.return_id = b.transaction_id "
        f"WHERE {which} AND NOT coalesce(w.is_partner, false)",
        {"table": side.payments},
    )


def _party_of(alias: str) -> str:
    return (
        f"w.partner_id = {alias}.partner_id AND w.counterparty IS NOT DISTINCT FROM {alias}.counterparty "
        f"AND w.reference IS NOT DISTINCT FROM CASE WHEN {alias}.counterparty IS NULL THEN {alias}.reference END"
    )


def _feeds(warehouse: Warehouse, side: Side) -> bool:
    return bool(
        warehouse.scalar("SELECT count(*) FROM bank_feed WHERE table_name = $table", {"table": side.payments})
    )


def drop_strangers(warehouse: Warehouse, side: Side) -> None:
    """Take out of the pool what went to others than the supplier, and all of a statement that shows no such payment.

    Money whose receiver the statement does not name stays: it may have paid an invoice, and an invoice that it may
    have paid is not unpaid for certain.
    """
    if not _feeds(warehouse, side):
        return
    linked = f"EXISTS (SELECT 1 FROM {side.links} l WHERE {_same('l')})"
    warehouse.execute(
        "DELETE FROM bank_feed WHERE table_name = $table AND partner_id NOT IN ("
        f"SELECT q.partner_id FROM {side.pool} q WHERE q.is_of_bank AND (q.is_clear OR {linked}))",
        {"table": side.payments},
    )
    kept = "true"
    if side is SUPPLIER:
        kept = (
            f"(q.is_clear OR {linked} OR EXISTS (SELECT 1 FROM {side.ambiguous} a WHERE {_same('a')}) "
            "OR EXISTS (SELECT 1 FROM bank_transaction b WHERE b.partner_id = q.partner_id "
            "AND b.transaction_id = q.payment_id AND b.counterparty IS NULL))"
        )
    warehouse.execute(
        f"CREATE TABLE kept AS SELECT * FROM {side.pool} q WHERE NOT q.is_of_bank OR ({kept} "
        "AND q.partner_id IN (SELECT partner_id FROM bank_feed WHERE table_name = $table))",
        {"table": side.payments},
    )
    warehouse.execute(f"DROP TABLE {side.pool}")
    warehouse.execute(f"ALTER TABLE kept RENAME TO {side.pool}")
    for table in (side.links, side.ambiguous):
        warehouse.execute(
            f"DELETE FROM {table} WHERE (partner_id, payment_id, line) NOT IN "
            f"(SELECT (partner_id, payment_id, line) FROM {side.pool})"
        )


def _same(alias: str) -> str:
    return (
        f"{alias}.partner_id = q.partner_id AND {alias}.payment_id = q.payment_id AND {alias}.line = q.line"
    )


def payments_made(side: Side) -> str:
    """Return the query of the payments that statements hold, in the columns of the side's table."""
    unclear = (
        "CASE WHEN a.payment_id IS NOT NULL OR NOT q.is_clear THEN true END" if side is SUPPLIER else "NULL"
    )
    columns = {
        "payment_id": "q.payment_id",
        "paid_on": "q.paid_on",
        "amount": "coalesce(l.amount, q.amount)",
        "currency": "q.currency",
        "line": "coalesce(l.new_line, q.line)",
        "invoice_id": "l.invoice_id",
        "status": "'settled'",
        "reference": "q.remittance",
        "customer_id": "coalesce(q.customer_id, l.customer_id)",
        "invoice_unclear": f"CASE WHEN l.invoice_id IS NULL THEN {unclear} END",
    }
    returned = {
        **columns,
        "payment_id": "b.transaction_id",
        "paid_on": "b.value_on",
        "amount": "abs(b.amount)",
        "currency": "b.currency",
        "line": "'1'",
        "invoice_id": "NULL",
        "status": "'returned'",
        "reference": "b.reference",
        "customer_id": "w.customer_id",
        "invoice_unclear": "NULL",
    }
    sign = "<" if side is SUPPLIER else ">"
    party = "w.is_supplier" if side is SUPPLIER else "NOT coalesce(w.is_supplier, false)"
    return (
        f"SELECT q.partner_id, {_columns(side, columns)}, b.source_id, b.file, b.record FROM {side.pool} q "
        "JOIN bank_transaction b ON b.partner_id = q.partner_id AND b.transaction_id = q.payment_id "
        f"LEFT JOIN numbered_link l ON {_same('l')} LEFT JOIN {side.ambiguous} a ON {_same('a')} WHERE q.is_of_bank "
        f"UNION ALL SELECT b.partner_id, {_columns(side, returned)}, b.source_id, b.file, b.record "
        "FROM bank_transaction b SEMI JOIN bank_return o ON o.partner_id = b.partner_id "
        "AND o.transaction_id = b.transaction_id SEMI JOIN bank_feed f ON f.partner_id = b.partner_id "
        f"AND f.table_name = '{side.payments}' JOIN bank_party w ON {_party_of('b')} "
        f"WHERE b.amount {sign} 0 AND {party}"
    )


def _columns(side: Side, filled: Mapping[str, str]) -> str:
    return ", ".join(
        f"cast({filled.get(column.name, 'NULL')} AS {column.sql_type}) AS {column.name}"
        for column in TABLES[side.payments].columns
    )


def bear_out(warehouse: Warehouse, side: Side) -> None:
    """Find which movement on the bank account is which payment of the ledger, by its id in the text or amount and day."""
    if not warehouse.scalar("SELECT count(*) FROM bank_transaction"):
        return
    sign = "<" if side is SUPPLIER else ">"
    movements = (
        "SELECT b.* FROM bank_transaction b ANTI JOIN bank_feed f ON f.partner_id = b.partner_id "
        f"AND f.table_name = '{side.payments}' "
        "ANTI JOIN bank_found d ON d.partner_id = b.partner_id AND d.transaction_id = b.transaction_id "
        f"WHERE b.payment_id IS NULL AND b.amount {sign} 0"
    )
    # a payment of several lines is one movement
    paid = (
        f"SELECT partner_id, payment_id, currency, paid_on, sum(amount) AS amount FROM {side.payments} "
        "WHERE coalesce(status, 'settled') = 'settled' AND payment_id NOT IN "
        f"(SELECT payment_id FROM bank_found WHERE step <> '{BOOKED}') GROUP BY ALL"
    )
    one_each = (
        "QUALIFY count(*) OVER (PARTITION BY b.partner_id, b.transaction_id) = 1 "
        "AND count(*) OVER (PARTITION BY b.partner_id, p.payment_id) = 1"
    )
    warehouse.execute(
        f"INSERT INTO bank_found SELECT b.partner_id, b.transaction_id, p.payment_id, '{TEXT}' FROM ("
        f"SELECT partner_id, transaction_id, currency, abs(amount) AS amount, unnest({texts.words('reference')}) AS word "
        f"FROM ({movements}) WHERE reference IS NOT NULL) b JOIN ({paid}) p ON p.partner_id = b.partner_id "
        f"AND {texts.key('p.payment_id')} = b.word AND p.amount = b.amount AND p.currency = b.currency {one_each}"
    )
    warehouse.execute(
        f"INSERT INTO bank_found SELECT b.partner_id, b.transaction_id, p.payment_id, '{AMOUNT_AND_DATE}' "
        f"FROM ({movements}) b JOIN ({paid}) p ON p.partner_id = b.partner_id AND p.currency = b.currency "
        f"AND p.amount = abs(b.amount) AND p.paid_on IN (b.value_on, b.booked_on) {one_each}"
    )
