"""Payments to invoices: by the id itself, by the words of the remittance text, by an amount that fits one alone."""

from dataclasses import dataclass

from cspaudit.linking import texts
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: a payment is taken for an invoice by its amount alone only within so many days of its issue: longer than any term
WINDOW_DAYS = 180
#: an id of so few signs, or digits only of so few, may be a year or a number of something else
SHORT_ID, SHORT_NUMBER = 4, 6

EXACT = "exact"
TEXT = "remittance_text"
OTHER_CURRENCY = "other_currency"
BATCH = "batch"
AMOUNT = "amount_window"
#: the steps in the order in which they are tried
STEPS = (EXACT, TEXT, OTHER_CURRENCY, BATCH, AMOUNT)


@dataclass(frozen=True)
class Side:
    """Payments to the supplier, or those of customers."""

    payments: str
    invoices: str
    kind: str
    has_customer: bool
    #: whether the amount alone can prove a payment: of a customer's it cannot, or a bill might count as paid that is
    #: open, and its suspension as groundless
    by_amount: bool

    @property
    def pool(self) -> str:
        """The table of payments that say no invoice."""
        return f"{self.payments}_pool"

    @property
    def links(self) -> str:
        """The table of what was linked: a row a payment and invoice, with the amount and the step."""
        return f"{self.payments}_link"

    @property
    def ambiguous(self) -> str:
        """The table of payments that may belong to one of several invoices."""
        return f"{self.payments}_ambiguous"


SUPPLIER = Side(
    "supplier_payment", "supplier_invoice", "supplier_payment_to_invoice", has_customer=False, by_amount=True
)
CUSTOMER = Side(
    "customer_payment", "customer_invoice", "customer_payment_to_invoice", has_customer=True, by_amount=False
)
SIDES = (SUPPLIER, CUSTOMER)

POOL_COLUMNS = (
    "partner_id VARCHAR, payment_id VARCHAR, line VARCHAR, paid_on DATE, amount DECIMAL(19,4), currency VARCHAR, "
    "customer_id VARCHAR, whole VARCHAR, remittance VARCHAR, is_of_bank BOOLEAN, is_clear BOOLEAN"
)


def collect(warehouse: Warehouse, side: Side) -> None:
    """Make the pool of settled payments that say no invoice, or say it in another spelling than the invoice's own."""
    customer = "p.customer_id" if side.has_customer else "NULL"
    clear = "true" if side.has_customer else "NOT coalesce(p.invoice_unclear, false)"
    warehouse.execute(f"CREATE TABLE {side.pool} ({POOL_COLUMNS})")
    if not warehouse.scalar(f"SELECT count(*) FROM {side.payments}"):
        return
    warehouse.execute(
        f"INSERT INTO {side.pool} SELECT p.partner_id, p.payment_id, p.line, p.paid_on, p.amount, p.currency, "
        f"{customer}, coalesce(p.invoice_id, p.reference), CASE WHEN p.invoice_id IS NULL THEN p.reference END, "
        f"false, {clear} FROM {side.payments} p "
        f"ANTI JOIN {side.invoices} i ON i.partner_id = p.partner_id AND i.invoice_id = p.invoice_id "
        f"LEFT JOIN {_keys(side)} k ON k.partner_id = p.partner_id AND k.key = {texts.key('p.invoice_id')} "
        "WHERE coalesce(p.status, 'settled') = 'settled' AND (p.invoice_id IS NULL OR k.invoice_id IS NOT NULL)"
    )


def _keys(side: Side) -> str:
    """Return a query for the invoices by the spelling that ids are compared in; one that two share names none."""
    return (
        f"(SELECT partner_id, {texts.key('invoice_id')} AS key, min(invoice_id) AS invoice_id, min(currency) AS currency "
        f"FROM {side.invoices} WHERE coalesce(document_type, 'invoice') = 'invoice' "
        "GROUP BY ALL HAVING count(*) = 1)"
    )


def link(warehouse: Warehouse, side: Side) -> None:
    """Make the tables ``side.links`` and ``side.ambiguous`` of the pool. No payment pays an invoice of another partner."""
    warehouse.execute(
        f"CREATE TABLE {side.links} (partner_id VARCHAR, payment_id VARCHAR, line VARCHAR, invoice_id VARCHAR, "
        "amount DECIMAL(19,4), step VARCHAR, evidence VARCHAR)"
    )
    warehouse.execute(
        f"CREATE TABLE {side.ambiguous} (partner_id VARCHAR, payment_id VARCHAR, line VARCHAR, reason VARCHAR)"
    )
    if not warehouse.scalar(f"SELECT count(*) FROM {side.pool}"):
        return
    _name(warehouse, side)
    _link_named(warehouse, side)
    _link_batches(warehouse, side)
    _link_amounts(warehouse, side)
    for table in ("named_invoice", "open_invoice"):
        warehouse.execute(f"DROP TABLE {table}")


def _open(warehouse: Warehouse, side: Side) -> None:
    """Make the table of invoices to be paid, with what credit notes and payments linked so far leave open."""
    customer = "i.customer_id" if side.has_customer else "NULL::VARCHAR"
    warehouse.execute(
        "CREATE OR REPLACE TABLE open_invoice AS WITH moved AS ("
        "SELECT partner_id, amends_id AS invoice_id, currency, amount FROM "
        f"{side.invoices} WHERE document_type = 'credit_note' AND amends_id IS NOT NULL "
        f"UNION ALL SELECT p.partner_id, p.invoice_id, p.currency, p.amount FROM {side.payments} p "
        f"ANTI JOIN {side.pool} q USING (partner_id, payment_id, line) "
        "WHERE p.invoice_id IS NOT NULL AND coalesce(p.status, 'settled') = 'settled' "
        f"UNION ALL SELECT l.partner_id, l.invoice_id, q.currency, l.amount FROM {side.links} l "
        f"JOIN {side.pool} q USING (partner_id, payment_id, line)), "
        "paid AS (SELECT partner_id, invoice_id, currency, sum(amount) AS amount FROM moved GROUP BY ALL) "
        f"SELECT i.partner_id, i.invoice_id, i.currency, i.issued_on, {customer} AS customer_id, "
        "cast(i.amount - coalesce(i.withheld_amount, 0) - coalesce(m.amount, 0) AS DECIMAL(19,4)) AS open_amount "
        f"FROM {side.invoices} i LEFT JOIN paid m USING (partner_id, invoice_id, currency) "
        "WHERE coalesce(i.document_type, 'invoice') = 'invoice' AND coalesce(i.status, 'open') <> 'void'"
    )


def _name(warehouse: Warehouse, side: Side) -> None:
    """Find the invoices that each payment's text names: as a whole, else in a word, else in a piece of one."""
    _open(warehouse, side)
    warehouse.execute(
        "CREATE TABLE named_invoice AS WITH read AS ("
        f"SELECT partner_id, payment_id, line, 1 AS reading, {texts.key('whole')} AS word FROM {side.pool} "
        "WHERE whole IS NOT NULL "
        f"UNION ALL SELECT partner_id, payment_id, line, 2, unnest({texts.words('remittance')}) FROM {side.pool} "
        "WHERE remittance IS NOT NULL "
        f"UNION ALL SELECT partner_id, payment_id, line, 3, unnest({texts.pieces('remittance')}) FROM {side.pool} "
        "WHERE remittance IS NOT NULL), "
        "found AS (SELECT DISTINCT r.partner_id, r.payment_id, r.line, r.reading, k.invoice_id, "
        "q.currency = k.currency AS is_same, q.amount, "
        f"r.reading > 1 AND (length(r.word) < {SHORT_ID} "
        f"OR (length(r.word) < {SHORT_NUMBER} AND regexp_full_match(r.word, '[0-9]+'))) AS is_short "
        f"FROM read r JOIN {_keys(side)} k ON k.partner_id = r.partner_id AND k.key = r.word "
        f"JOIN {side.pool} q ON q.partner_id = r.partner_id AND q.payment_id = r.payment_id AND q.line = r.line) "
        # a short number counts only where the amount says the same
        "SELECT f.partner_id, f.payment_id, f.line, f.reading, f.invoice_id, f.is_same, f.is_short FROM found f "
        "LEFT JOIN open_invoice o USING (partner_id, invoice_id) "
        "WHERE NOT f.is_short OR (f.is_same AND coalesce(o.open_amount = f.amount, false)) "
        "QUALIFY f.reading = min(f.reading) OVER (PARTITION BY f.partner_id, f.payment_id, f.line)"
    )


def _link_named(warehouse: Warehouse, side: Side) -> None:
    """Link each payment that names one invoice; a short number that two payments name is no evidence."""
    warehouse.execute(
        f"INSERT INTO {side.links} WITH one AS (SELECT n.partner_id, n.payment_id, n.line, "
        "min(n.invoice_id) AS invoice_id, min(n.reading) AS reading, bool_and(n.is_same) AS is_same, "
        "bool_or(n.is_short) AS is_short FROM named_invoice n GROUP BY ALL HAVING count(*) = 1) "
        "SELECT o.partner_id, o.payment_id, o.line, o.invoice_id, q.amount, "
        f"CASE WHEN NOT o.is_same THEN '{OTHER_CURRENCY}' WHEN o.reading = 1 THEN '{EXACT}' ELSE '{TEXT}' END, "
        f"q.whole FROM one o JOIN {side.pool} q USING (partner_id, payment_id, line) "
        "QUALIFY NOT o.is_short OR count(*) OVER (PARTITION BY o.partner_id, o.invoice_id) = 1"
    )


def _link_batches(warehouse: Warehouse, side: Side) -> None:
    """Link each payment that names several invoices, where what is open of them is its amount, and no other pays them."""
    warehouse.execute(
        f"CREATE TABLE batch AS SELECT n.* FROM named_invoice n ANTI JOIN {side.links} l USING (partner_id, payment_id, line)"
    )
    if warehouse.scalar("SELECT count(*) FROM batch"):
        _open(warehouse, side)
        warehouse.execute(
            f"INSERT INTO {side.links} WITH part AS (SELECT b.*, o.open_amount, q.amount, q.whole, "
            "sum(o.open_amount) OVER payment = q.amount AND bool_and(b.is_same AND NOT b.is_short) OVER payment AS fits "
            f"FROM batch b JOIN {side.pool} q USING (partner_id, payment_id, line) "
            "JOIN open_invoice o USING (partner_id, invoice_id) WHERE o.open_amount > 0 "
            "WINDOW payment AS (PARTITION BY b.partner_id, b.payment_id, b.line)), "
            "fitting AS (SELECT *, count(*) OVER (PARTITION BY partner_id, invoice_id) AS takers FROM part WHERE fits) "
            f"SELECT partner_id, payment_id, line, invoice_id, open_amount, '{BATCH}', whole FROM fitting "
            "QUALIFY max(takers) OVER (PARTITION BY partner_id, payment_id, line) = 1"
        )
    warehouse.execute(
        f"INSERT INTO {side.ambiguous} SELECT DISTINCT partner_id, payment_id, line, 'several_named' "
        f"FROM batch ANTI JOIN {side.links} l USING (partner_id, payment_id, line)"
    )
    warehouse.execute("DROP TABLE batch")


def _link_amounts(warehouse: Warehouse, side: Side) -> None:
    """Link each payment that names no invoice and fits exactly one, which no other fits; else it is ambiguous.

    On the side whose amounts prove nothing every payment that fits is ambiguous.
    """
    rest = (
        f"SELECT q.* FROM {side.pool} q ANTI JOIN named_invoice n USING (partner_id, payment_id, line) "
        "WHERE q.amount > 0"
    )
    if not warehouse.scalar(f"SELECT count(*) FROM ({rest})"):
        return
    _open(warehouse, side)
    warehouse.execute(
        f"CREATE TABLE fit AS SELECT q.partner_id, q.payment_id, q.line, q.amount, q.is_clear, i.invoice_id "
        f"FROM ({rest}) q JOIN open_invoice i ON i.partner_id = q.partner_id AND i.currency = q.currency "
        "AND i.open_amount = q.amount AND i.issued_on <= q.paid_on "
        f"AND i.issued_on >= q.paid_on - {WINDOW_DAYS} "
        "AND coalesce(i.customer_id = q.customer_id, true)"
    )
    warehouse.execute(
        f"INSERT INTO {side.links} SELECT partner_id, payment_id, line, invoice_id, amount, '{AMOUNT}', "
        "cast(amount AS VARCHAR) FROM (SELECT *, count(*) OVER (PARTITION BY partner_id, payment_id, line) AS invoices, "
        "count(*) FILTER (WHERE is_clear) OVER (PARTITION BY partner_id, invoice_id) AS payments FROM fit) "
        f"WHERE {str(side.by_amount).lower()} AND is_clear AND invoices = 1 AND payments = 1"
    )
    warehouse.execute(
        f"INSERT INTO {side.ambiguous} SELECT DISTINCT partner_id, payment_id, line, "
        "CASE WHEN is_clear THEN 'several_fit' ELSE 'payee_unclear' END "
        f"FROM fit ANTI JOIN {side.links} l USING (partner_id, payment_id, line)"
    )
    warehouse.execute("DROP TABLE fit")
