"""Supplier invoices: the check's SQL against somebody who keeps the ledger day by day, in every world it allows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspaudit.model.tables import TABLES

CHECKS = Path(__file__).resolve().parents[2] / "checks/on_time_payment"
FIRST_DAY = date(2026, 3, 1)
CUT_OFF = 12
TERM = 4
TABLES_READ = ("supplier_invoice", "supplier_payment", "supplier_dispute")
PARTNERS = ("fabrikam", "contoso")


@dataclass(frozen=True)
class Document:
    """An invoice or credit note; days are counted from the first day."""

    invoice_id: str
    issued: int
    amount: int
    currency: str
    due: int | None = None
    document_type: str = "invoice"
    amends_id: str | None = None
    status: str | None = None
    withheld: int = 0

    @property
    def to_pay(self) -> int:
        """What is owed before credits."""
        return self.amount - self.withheld

    @property
    def due_day(self) -> int:
        """The due day, by the term where the document has none."""
        return self.issued + TERM if self.due is None else self.due


@dataclass(frozen=True)
class Payment:
    """A payment, a reversal where the amount is negative."""

    paid: int
    amount: int
    currency: str
    invoice_id: str | None = None
    reference: str | None = None
    status: str | None = None


@dataclass(frozen=True)
class Dispute:
    """A dispute; `amount` None: the whole invoice."""

    invoice_id: str
    opened: int | None
    closed: int | None
    amount: int | None
    outcome: str | None


@dataclass(frozen=True)
class Ledger:
    """What one partner exported."""

    documents: tuple[Document, ...]
    payments: tuple[Payment, ...]
    disputes: tuple[Dispute, ...]


@dataclass(frozen=True)
class Held:
    """One dispute in one world: the part it holds back, and until when (None: for good)."""

    amount: int
    until: int | None


def day_of(number: int | None) -> date | None:
    """The day with this number."""
    return None if number is None else FIRST_DAY + timedelta(days=number)


class Books:
    """The ledger as it stood at the cut-off, with every payment put where the rules put it."""

    def __init__(self, ledger: Ledger) -> None:
        self.documents = {d.invoice_id: d for d in ledger.documents if d.issued <= CUT_OFF}
        self.disputes = ledger.disputes
        self.credits = [d for d in self.documents.values() if d.document_type == "credit_note"]
        self.paid: dict[str, list[Payment]] = {i: [] for i in self.documents}
        self.foreign: dict[str, list[int]] = {i: [] for i in self.documents}
        self.loose: list[tuple[str, int, int]] = [
            (c.currency, c.issued, c.amount) for c in self.credits if c.amends_id is None
        ]
        for credit in self.credits:
            amended = self.documents.get(credit.amends_id or "")
            if amended and amended.currency != credit.currency:
                self.foreign[amended.invoice_id].append(credit.issued)
        seen = [p for p in ledger.payments if p.paid <= CUT_OFF and p.status in {None, "settled"}]
        self._fit_amounts([p for p in seen if not self._placed_by_name(p)])

    def credited(self, invoice: Document, until: int = CUT_OFF) -> int:
        """Credit notes for this invoice issued by that day, in its own currency."""
        return sum(
            c.amount
            for c in self.credits
            if (c.amends_id, c.currency) == (invoice.invoice_id, invoice.currency) and c.issued <= until
        )

    def payable(self, invoice: Document) -> bool:
        """Whether the document asks for money."""
        return (
            invoice.document_type == "invoice"
            and invoice.to_pay > 0
            and invoice.status != "void"
            and self.credited(invoice) < invoice.amount
        )

    def _root(self, document: Document) -> str:
        while document.amends_id in self.documents:
            document = self.documents[document.amends_id or ""]
        return document.invoice_id

    def _taker(self, named: Document) -> Document | None:
        if self.payable(named):
            return named
        chain = [d for d in self.documents.values() if self._root(d) == self._root(named) and self.payable(d)]
        return chain[0] if len(chain) == 1 else None

    def _placed_by_name(self, payment: Payment) -> bool:
        name = payment.invoice_id
        if name is None:
            words = set(re.findall(r"[A-Z0-9]+", (payment.reference or "").upper()))
            known = [w for w in words if w in self.documents and self.documents[w].document_type == "invoice"]
            name = known[0] if len(known) == 1 else None
        if name is None:
            return False
        if name not in self.documents:
            return True  # it pays something outside this ledger
        taker = self._taker(self.documents[name])
        if taker is None:
            return False
        if taker.currency == payment.currency:
            self.paid[taker.invoice_id].append(payment)
        else:
            self.foreign[taker.invoice_id].append(payment.paid)
        return True

    def _fit_amounts(self, unplaced: list[Payment]) -> None:
        still_open = {
            d.invoice_id: d.to_pay - self.credited(d) - sum(p.amount for p in self.paid[d.invoice_id])
            for d in self.documents.values()
            if self.payable(d)
        }

        def fits(payment: Payment) -> str | None:
            found = [
                i
                for i, rest in still_open.items()
                if rest == payment.amount > 0 and self.documents[i].currency == payment.currency
            ]
            return found[0] if len(found) == 1 and self.documents[found[0]].issued <= payment.paid else None

        wanted = [fits(p) for p in unplaced]
        for payment, invoice_id in zip(unplaced, wanted, strict=True):
            if invoice_id is not None and wanted.count(invoice_id) == 1:
                self.paid[invoice_id].append(payment)
            else:
                self.loose.append((payment.currency, payment.paid, payment.amount))


def worlds_of(dispute: Dispute, invoice: Document) -> list[Held | None]:
    """Everything the dispute may have been; None: it holds nothing back."""
    amount = invoice.to_pay if dispute.amount is None else dispute.amount
    due = invoice.due_day
    if dispute.opened is not None and dispute.opened > due:
        return [None]
    for_good, worlds = Held(amount, None), list[Held | None]()
    if (
        (dispute.closed is not None and dispute.closed >= CUT_OFF)
        or (dispute.closed, dispute.outcome) == (None,) * 2
        or dispute.outcome == "upheld"
    ):
        worlds = [for_good]
    elif dispute.closed is None:
        worlds = [for_good, None]  # lost, but on a day unknown: still ahead at the cut-off, or long past
    elif dispute.outcome is None:
        worlds = [for_good, Held(amount, max(dispute.closed, due))]
    else:
        worlds = [Held(amount, max(dispute.closed, due))]
    known_in_time = dispute.opened is not None or (dispute.closed is not None and dispute.closed <= due)
    return worlds if known_in_time else [*worlds, None]


def verdict_in(books: Books, invoice: Document, held: Sequence[Held], counted_twice: int) -> tuple[str, int]:
    """`late`, `curable` or `in_time` in one world, and the days late."""
    due = invoice.due_day
    rest = max(invoice.to_pay - sum(h.amount for h in held), 0)
    ever = max(invoice.to_pay - sum(h.amount for h in held if h.until is None), 0)
    open_on = {}
    for day in range(due, CUT_OFF + 1):
        fallen_due = min(rest + sum(h.amount for h in held if h.until is not None and h.until <= day), ever)
        paid = sum(p.amount for p in books.paid[invoice.invoice_id] if p.paid <= day)
        open_on[day] = fallen_due - max(paid + max(books.credited(invoice, day) - counted_twice, 0), 0)
    short = [day for day, left in open_on.items() if left > 0]
    if not short:
        return "in_time", 0
    undated = max(open_on[CUT_OFF], 0) if invoice.status == "paid" else 0
    named_abroad = any(day <= short[0] for day in books.foreign[invoice.invoice_id])

    def loose(until: int) -> int:
        return sum(a for c, day, a in books.loose if c == invoice.currency and day <= until)

    if named_abroad or all(open_on[d] <= max(undated, loose(d), undated + loose(d)) for d in short):
        return "curable", 0
    due_days = [*([due] if rest else []), *(h.until for h in held if h.until is not None)]
    missed = max(d for d in due_days if d <= short[0])
    return "late", min(short[-1] + 1, CUT_OFF) - missed


def expected(books: Books, invoice: Document) -> tuple[str, int | None]:
    """The invoice's status, and the days late of a failure (None: not compared)."""
    if not books.payable(invoice):
        return "not_applicable", None
    if invoice.due_day >= CUT_OFF:
        return "not_yet_due", None
    disputes = [d for d in books.disputes if d.invoice_id == invoice.invoice_id]
    won = sum(
        invoice.to_pay if d.amount is None else d.amount
        for d in disputes
        if d.outcome == "upheld"
        and (d.closed is None or d.closed < CUT_OFF)
        and (d.opened if d.opened is not None else d.closed if d.closed is not None else CUT_OFF)
        <= invoice.due_day
    )
    worlds = [
        verdict_in(books, invoice, [h for h in world if h], twice)
        for world in product(*(worlds_of(d, invoice) for d in disputes))
        for twice in (0, won)
    ]
    verdicts = {verdict for verdict, _ in worlds}
    if verdicts == {"late"}:
        return "fail", None if invoice.status == "paid" else worlds[0][1]
    if verdicts != {"in_time"}:
        return "insufficient_evidence", None
    favourable = [(d, worlds_of(d, invoice)[0]) for d in disputes]
    for_good = [(d, h.amount) for d, h in favourable if h and h.until is None]
    received = sum(p.amount for p in books.paid[invoice.invoice_id]) + books.credited(invoice)
    if sum(amount for _, amount in for_good) < invoice.to_pay or received >= invoice.to_pay:
        return "pass", None
    won_for_sure = all(
        d.outcome == "upheld" and (d.closed is None or d.closed < CUT_OFF) for d, _ in for_good
    )
    return ("not_applicable" if won_for_sure else "not_yet_due"), None


DAYS = st.integers(0, CUT_OFF + 2)
CURRENCIES = st.sampled_from(["EUR", "EUR", "EUR", "USD"])
NAMED = st.sampled_from(["{0}", "pay {0}, thanks", "{0}/{1}", "({0}.)", "x{0}", "rent"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[Document, ...]:
    """A few documents that may amend earlier ones, or one that nobody exported."""
    made: list[Document] = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        is_credit = bool(made) and draw(st.integers(0, 3)) == 0
        earlier = [d.invoice_id for d in made]
        amends = [*earlier, *earlier, None, "X9"] if is_credit else [None, None, None, *earlier]
        made.append(
            Document(
                invoice_id=f"{'C' if is_credit else 'G'}{number}",
                issued=draw(DAYS),
                amount=draw(st.integers(0 if number == 4 else 1, 4)),
                currency=draw(CURRENCIES),
                due=draw(st.none() | DAYS),
                document_type="credit_note" if is_credit else "invoice",
                amends_id=draw(st.sampled_from(amends)),
                status=draw(st.sampled_from([None, None, None, "open", "paid", "void"])),
                withheld=draw(st.sampled_from([0, 0, 0, 1])),
            )
        )
    return tuple(made)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Documents, payments that name them well, badly or not at all, and disputes with facts missing."""
    written = draw(documents())
    ids = [d.invoice_id for d in written]
    payments = []
    for _ in range(draw(st.integers(0, 6))):
        about = draw(st.sampled_from(written))
        way = draw(st.sampled_from(["id", "id", "id", "reference", "nothing"]))
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
                reference=draw(NAMED).format(about.invoice_id.lower(), draw(st.sampled_from(ids)))
                if way == "reference"
                else None,
                status=draw(st.sampled_from([None, None, None, "settled", "returned", "pending"])),
            )
        )
    disputes = []
    # with a payment of unknown date no dispute: the doubts would multiply, and the check settles them one by one
    for about in draw(st.lists(st.sampled_from(written), max_size=3)):
        if about.status != "paid":
            opened, closed = draw(st.none() | DAYS), draw(st.none() | DAYS)
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
                "reference": p.reference,
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
@settings(max_examples=120, deadline=None)
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
        (CHECKS / "invoice_paid_by_due_date.sql").read_text(encoding="utf-8"),
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


def test_both_checks_judge_lateness_by_the_same_lines() -> None:
    """The part between the marks stands word for word in both checks."""
    texts = [
        (CHECKS / f"{name}.sql").read_text(encoding="utf-8")
        for name in ("invoice_paid_by_due_date", "payments_on_time_consistently")
    ]
    shared = [text[text.index("-- begin lateness") : text.index("-- end lateness")] for text in texts]
    assert shared[0] == shared[1]
