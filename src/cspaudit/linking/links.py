"""What was linked, told: the table ``link``, and for each partner and kind of link how much was linked by which step."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cspaudit.linking import apply, bank, domains, payments, tickets
from cspaudit.linking.payments import SIDES, Side
from cspaudit.model.result import LinkTally
from cspaudit.warehouse.duckdb_warehouse import Warehouse

TO_CUSTOMER, TO_TOPIC = "message_to_customer", "message_to_topic"
SUBJECT_WORDS, AMBIGUOUS, CANDIDATES = "subject_words", "ambiguous", "candidates"
#: every kind of link in the order of reports, with the steps that make it in the order in which they are tried
KINDS: dict[str, tuple[str, ...]] = {
    **{side.kind: payments.STEPS for side in SIDES},
    bank.KIND: bank.STEPS,
    TO_CUSTOMER: (domains.DOMAIN, domains.ABOVE),
    tickets.KIND: tickets.STEPS,
    tickets.REQUEST_KIND: (tickets.TRACKING,),
    TO_TOPIC: (SUBJECT_WORDS,),
}
#: the kinds of link that begin at a record of a table, by its first key column
KINDS_OF: dict[str, tuple[str, ...]] = {
    **{side.payments: (side.kind,) for side in SIDES},
    "bank_transaction": (bank.KIND,),
    "message": (TO_CUSTOMER, tickets.KIND, TO_TOPIC),
    "service_request": (tickets.REQUEST_KIND,),
}
LINK_COLUMNS = (
    "partner_id VARCHAR, kind VARCHAR, from_id VARCHAR, to_id VARCHAR, step VARCHAR, evidence VARCHAR"
)


@dataclass(frozen=True)
class RecordLink:
    """One link: of what kind, from which record to which, by which step, and what the step went by."""

    kind: str
    from_id: str
    to_id: str
    step: str
    evidence: str


def link_payments(warehouse: Warehouse, suppliers: Mapping[str, Sequence[str]]) -> None:
    """Link payments to invoices and movements on bank accounts to payments; needs the canonical tables and ``reject``.

    ``suppliers`` are the names, by partner, under which the supplier stands on bank statements beside Microsoft.
    """
    bank.find_feeds(warehouse, suppliers)
    for side in SIDES:
        payments.collect(warehouse, side)
        bank.pay_from_statement(warehouse, side)
        payments.link(warehouse, side)
        bank.drop_strangers(warehouse, side)
        apply.allocate(warehouse, side)
        bank.bear_out(warehouse, side)
        _record_payments(warehouse, side)
    apply.name_payments(warehouse)
    _record_movements(warehouse)


def start(warehouse: Warehouse) -> None:
    """Make the empty tables ``link_row`` and ``link_tally``."""
    warehouse.execute(f"CREATE TABLE link_row ({LINK_COLUMNS})")
    warehouse.execute(
        "CREATE TABLE link_tally (partner_id VARCHAR, kind VARCHAR, step VARCHAR, records BIGINT)"
    )


def _record_payments(warehouse: Warehouse, side: Side) -> None:
    if not warehouse.scalar(f"SELECT count(*) FROM {side.pool}"):
        return
    warehouse.execute(
        f"INSERT INTO link_row SELECT partner_id, '{side.kind}', payment_id, invoice_id, step, evidence FROM {side.links}"
    )
    key = "(partner_id, payment_id, line)"
    warehouse.execute(
        f"INSERT INTO link_tally SELECT partner_id, '{side.kind}', step, count(DISTINCT {key}) FROM {side.links} "
        f"GROUP BY ALL UNION ALL SELECT partner_id, '{side.kind}', 'ambiguous', count(*) FROM {side.ambiguous} "
        f"GROUP BY ALL UNION ALL SELECT partner_id, '{side.kind}', 'candidates', count(*) FROM {side.pool} GROUP BY ALL"
    )


def _record_movements(warehouse: Warehouse) -> None:
    if not warehouse.scalar("SELECT count(*) FROM bank_transaction"):
        return
    warehouse.execute(
        f"INSERT INTO link_row SELECT partner_id, '{bank.KIND}', transaction_id, payment_id, step, '' FROM bank_found"
    )
    warehouse.execute(
        f"INSERT INTO link_tally SELECT partner_id, '{bank.KIND}', step, count(*) FROM bank_found GROUP BY ALL "
        f"UNION ALL SELECT partner_id, '{bank.KIND}', 'candidates', count(*) FROM bank_transaction b "
        "WHERE partner_id IN (SELECT partner_id FROM supplier_invoice UNION SELECT partner_id FROM customer_invoice "
        "UNION SELECT partner_id FROM supplier_payment UNION SELECT partner_id FROM customer_payment) GROUP BY ALL"
    )


def tallies(warehouse: Warehouse, partners: Sequence[str]) -> dict[str, tuple[LinkTally, ...]]:
    """Return what was linked of each partner's records; kinds of which it has no candidates are left out."""
    counts: dict[str, dict[tuple[str, str], int]] = {one: {} for one in partners}
    for partner, kind, step, records in warehouse.rows(
        "SELECT partner_id, kind, step, sum(records) FROM link_tally GROUP BY ALL"
    ):
        counts[partner][kind, step] = int(records)
    return {partner: tuple(_tallies(found)) for partner, found in counts.items()}


def _tallies(counts: Mapping[tuple[str, str], int]) -> Iterator[LinkTally]:
    for kind, steps in KINDS.items():
        if counts.get((kind, CANDIDATES)):
            linked = tuple((step, counts[kind, step]) for step in steps if counts.get((kind, step)))
            yield LinkTally(kind, counts[kind, CANDIDATES], linked, counts.get((kind, AMBIGUOUS), 0))


def of_records(
    warehouse: Warehouse, partner_id: str, table: str, ids: Sequence[str]
) -> tuple[RecordLink, ...]:
    """Return the links that begin at these records of a table, by their first key column; needs the view ``link``."""
    kinds = KINDS_OF.get(table, ())
    if not kinds or not ids:
        return ()
    rows = warehouse.rows(
        "SELECT DISTINCT kind, from_id, to_id, step, coalesce(evidence, '') FROM link WHERE partner_id = $partner "
        "AND kind IN (SELECT unnest($kinds::VARCHAR[])) AND from_id IN (SELECT unnest($ids::VARCHAR[])) ORDER BY ALL",
        {"partner": partner_id, "kinds": list(kinds), "ids": list(ids)},
    )
    return tuple(RecordLink(*row) for row in rows)
