"""Supplier invoices: the check's SQL against somebody who keeps the ledger day by day, in every world it allows."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspaudit import resources
from cspaudit.evaluation.definition import load_catalogue
from cspaudit.model.tables import TABLES
from tests.evaluation.ledger_books import (
    CUT_OFF,
    FIRST_DAY,
    TERM,
    Books,
    Dispute,
    Document,
    Ledger,
    Payment,
    day_of,
    expected,
)

SQL = load_catalogue(resources.checks()).checks["invoice_paid_by_due_date"].sql
TABLES_READ = ("supplier_invoice", "supplier_payment", "supplier_dispute", "bank_transaction")
PARTNERS = ("fabrikam", "contoso")
DAYS = st.integers(0, CUT_OFF + 2)
CURRENCIES = st.sampled_from(["EUR", "EUR", "EUR", "USD"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, ...]:
    """A few documents that may amend earlier ones, or one that nobody exported."""
    made: list[Document] = []
    for number in range(1, draw(st.integers(1, 6)) + 1):
        is_credit = bool(made) and draw(st.integers(0, 3)) == 0
        amended = (
            draw(st.sampled_from([*made, None])) if made and (is_credit or draw(st.booleans())) else None
        )
        unknown = draw(st.sampled_from([None, None, "X9"]))
        full = amended.amount if is_credit and amended else 4
        made.append(
            Document(
                invoice_id=f"{'C' if is_credit else 'G'}{number}",
                issued=draw(st.sampled_from([0, 0, 1, 2, 3, 5, 7, CUT_OFF + 1])),
                amount=draw(st.sampled_from([full, full, full, 3, 2, 3, 0])),
                currency=draw(CURRENCIES),
                due=draw(st.sampled_from([None, 4, 6, 8, CUT_OFF - 1, CUT_OFF])),
                document_type="credit_note" if is_credit else "invoice",
                amends_id=amended.invoice_id if amended else unknown,
                status=draw(st.sampled_from([*[None] * 6, "open", "paid", "void"])),
                withheld=draw(st.sampled_from([0, 0, 0, 1])),
            )
        )
    return tuple(made)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Documents, payments that name one of them, another or none, and disputes with facts missing."""
    written = draw(documents())
    payments = []
    for _ in range(draw(st.integers(0, 8))):
        about = draw(st.sampled_from(written))
        way = draw(st.sampled_from(["id", "id", "id", "nothing"]))
        amount = draw(
            st.sampled_from(
                [about.amount, about.amount, 1, 2, 3, -1] if way == "id" else [about.amount, 1, 2]
            )
        )
        invoice_id = draw(st.sampled_from([about.invoice_id] * 5 + ["X9"]))
        payments.append(
            Payment(
                paid=draw(DAYS),
                amount=amount,
                currency=draw(st.sampled_from([about.currency] * 4 + ["USD"])),
                invoice_id=invoice_id if way == "id" else None,
                status=draw(st.sampled_from([None, None, None, "settled", "returned", "pending"])),
            )
        )
    disputes = []
    # with a payment of unknown date no dispute: the doubts would multiply, and the check settles them one by one
    for about in draw(st.lists(st.sampled_from(written), max_size=3)):
        if about.status != "paid":
            near_due = st.sampled_from(
                [None, about.due_day - 1, about.due_day, about.due_day + 1, about.due_day + 3]
            )
            opened, closed = draw(near_due), draw(near_due)
            if opened is not None and closed is not None:
                opened, closed = min(opened, closed), max(opened, closed)
            disputes.append(
                Dispute(
                    about.invoice_id,
                    opened,
                    closed,
                    draw(st.none() | st.integers(1, 3)),
                    draw(st.sampled_from([None, "upheld", "rejected", "withdrawn"])),
                )
            )
    return Ledger(written, tuple(payments), tuple(disputes))


def insert(engine: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, object]]) -> None:
    """Put rows of equal keys into a table."""
    if rows:
        names = ", ".join(rows[0])
        places = ", ".join("?" for _ in rows[0])
        engine.execute(
            f"insert into {table} ({names}) values "
            + ", ".join([f"({places})"] * len(rows)),  # our own names
            [value for row in rows for value in row.values()],
        )


def fill(engine: duckdb.DuckDBPyConnection, partner: str, ledger: Ledger) -> None:
    """Add one partner's ledger to the tables."""
    insert(
        engine,
        "supplier_invoice",
        [
            {
                "partner_id": partner,
                "invoice_id": d.invoice_id,
                "issued_on": day_of(d.issued),
                "amount": d.amount,
                "currency": d.currency,
                "due_on": day_of(d.due),
                "document_type": d.document_type if d.document_type == "credit_note" else None,
                "amends_id": d.amends_id,
                "status": d.status,
                "withheld_amount": d.withheld or None,
            }
            for d in ledger.documents
        ],
    )
    insert(
        engine,
        "supplier_payment",
        [
            {
                "partner_id": partner,
                "payment_id": f"P{number // 2}",
                "line": str(number % 2 + 1),
                "paid_on": day_of(p.paid),
                "amount": p.amount,
                "currency": p.currency,
                "invoice_id": p.invoice_id,
                "status": p.status,
            }
            for number, p in enumerate(ledger.payments)
        ],
    )
    insert(
        engine,
        "supplier_dispute",
        [
            {
                "partner_id": partner,
                "invoice_id": d.invoice_id,
                "line": str(number),
                "opened_on": day_of(d.opened),
                "closed_on": day_of(d.closed),
                "amount": d.amount,
                "outcome": d.outcome,
            }
            for number, d in enumerate(ledger.disputes)
        ],
    )


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine with the empty tables of the check, and two partners that live in UTC."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        for name in TABLES_READ:
            columns = ", ".join(f"{c.name} {c.sql_type}" for c in TABLES[name].columns)
            connection.execute(f"create table {name} (partner_id varchar, {columns})")
        connection.execute(
            "create table local_slot (partner_id varchar, slot bigint, offset_s integer, local_on date)"
        )
        slot = int((as_of() - datetime(1970, 1, 1)).total_seconds()) // 900  # noqa: DTZ001  # instants are naive UTC
        insert(
            connection,
            "local_slot",
            [
                {"partner_id": partner, "slot": slot, "offset_s": 0, "local_on": day_of(CUT_OFF)}
                for partner in PARTNERS
            ],
        )
        yield connection


def as_of() -> datetime:
    """The cut-off, within its day."""
    return datetime.combine(FIRST_DAY + timedelta(days=CUT_OFF), datetime.min.time()) + timedelta(hours=10)


@given(ours=ledgers(), theirs=ledgers())
@settings(max_examples=60, deadline=None)
def test_invoices_are_judged_as_by_somebody_who_keeps_the_books(
    engine: duckdb.DuckDBPyConnection, ours: Ledger, theirs: Ledger
) -> None:
    """Every document has the status, and every failure the days late, that a walk through the days gives."""
    for table in TABLES_READ:
        engine.execute(f"delete from {table}")  # a name of our own
    books = dict(zip(PARTNERS, (Books(ours), Books(theirs)), strict=True))
    for partner, ledger in zip(PARTNERS, (ours, theirs), strict=True):
        fill(engine, partner, ledger)
    found = engine.execute(
        SQL,
        {"as_of": as_of(), "payment_term_days": TERM, "tolerance": Decimal("0.00"), "disputes": "separate"},
    ).fetchall()
    judged = {(row[0], row[1]): (row[3], row[5]) for row in found}
    assert len(judged) == len(found)
    wanted = {(p, i): expected(b, d) for p, b in books.items() for i, d in b.documents.items()}
    assert {k: status for k, (status, _) in judged.items()} == {
        k: status for k, (status, _) in wanted.items()
    }
    days = {k: late for k, (_, late) in wanted.items() if late is not None}
    assert {k: int(judged[k][1]) for k in days} == days
