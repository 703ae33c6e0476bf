"""Books kept by hand: what a small ledger of supplier invoices says, worked out day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

FIRST_DAY = date(2026, 3, 1)
#: the day of the cut-off, counted from the first day
CUT_OFF = 12
#: the payment term in days, where an invoice has no due date
TERM = 4


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
