"""Payments to invoices: the SQL against somebody who goes through payments and invoices one by one, in any world."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cspaudit.linking import payments
from cspaudit.linking.payments import CUSTOMER, SUPPLIER, Side
from cspaudit.model.tables import TABLES
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from tests.sources.loading import open_warehouse

PARTNERS = ("fabrikam", "contoso")
FIRST = date(2026, 1, 1)
IDS = ("INV100", "INV200", "inv300", "2026", "A-7", "2027")
REFERENCES = (
    None,
    None,
    "rent",
    "{0} {1}",
    "{0}",
    "pay {0}!",
    "{0} and {1}",
    "{0}, {1}",
    "x{0}",
    "{0}.2026",
    "no. {0} / {1} thanks",
)


@dataclass(frozen=True)
class Invoice:
    """An invoice to be paid, or a credit note to one."""

    partner: str
    id: str
    issued: int
    amount: int
    currency: str
    customer: str | None
    credits: str | None = None
    is_void: bool = False


@dataclass(frozen=True)
class Payment:
    """A payment that may name its invoice, or say something of it."""

    partner: str
    id: str
    day: int
    amount: int
    currency: str
    customer: str | None
    invoice: str | None
    reference: str | None
    status: str | None


Link = tuple[str, str, str, int, str]


def _key(text: str) -> str:
    return re.sub(r"\s+", "", text).upper()


class Clerk:
    """Goes through the payments of one partner, one after another, with the open invoices beside them."""

    def __init__(self, side: Side, invoices: list[Invoice], paid: list[Payment]) -> None:
        self.side = side
        self.bills = {one.id: one for one in invoices if one.credits is None}
        keys = [_key(one) for one in self.bills]
        self.by_key = {_key(one): one for one in self.bills if keys.count(_key(one)) == 1}
        self.open = {one.id: one.amount for one in self.bills.values()}
        for one in invoices:
            if one.credits in self.bills and self.bills[one.credits].currency == one.currency:
                self.open[one.credits] -= one.amount
        settled = [one for one in paid if one.status in {None, "settled"}]
        self.pool = [
            one
            for one in settled
            if one.invoice is None or (one.invoice not in self.bills and _key(one.invoice) in self.by_key)
        ]
        for payment in settled:
            if payment not in self.pool:
                self._pay(payment.invoice, payment.currency, payment.amount)
        self.links: set[Link] = set()
        self.ambiguous: set[str] = set()

    def _pay(self, bill: str | None, currency: str, amount: int) -> None:
        if bill in self.bills and self.bills[bill].currency == currency:
            self.open[bill] -= amount

    def _named(self, payment: Payment) -> tuple[int, dict[str, bool]]:
        """Return the reading that names bills, and whether each was named by a short word."""
        whole = payment.invoice or payment.reference or ""
        text = "" if payment.invoice else (payment.reference or "").upper()
        words = {word.strip("-./_&\\") for word in re.split(r"[^\w./&\\-]+", text)}
        for reading, read in ((1, {_key(whole)}), (2, words), (3, set(re.split(r"[^A-Z0-9]+", text)))):
            found: dict[str, bool] = {}
            for word in read:
                bill = self.by_key.get(word)
                if bill is None:
                    continue
                is_short = reading > 1 and (len(word) < 4 or (len(word) < 6 and word.isdigit()))
                is_same = self.bills[bill].currency == payment.currency
                fits = not self.bills[bill].is_void and self.start[bill] == payment.amount
                if not is_short or (is_same and fits):
                    found[bill] = is_short
            if found:
                return reading, found
        return 0, {}

    def work(self) -> None:
        """Link what can be linked, in the order of the steps."""
        self.start = dict(self.open)
        named = {one: self._named(one) for one in self.pool}
        single = {one: next(iter(found)) for one, (_, found) in named.items() if len(found) == 1}
        linked: set[Payment] = set()
        paid: list[tuple[str, str, int]] = []
        for one, bill in single.items():
            reading, found = named[one]
            if found[bill] and sum(other == bill for other in single.values()) > 1:
                continue
            is_same = self.bills[bill].currency == one.currency
            step = ("exact" if reading == 1 else "remittance_text") if is_same else "other_currency"
            self.links.add((one.partner, one.id, bill, one.amount, step))
            linked.add(one)
            paid.append((bill, one.currency, one.amount))
        for entry in paid:
            self._pay(*entry)
        claims: list[tuple[Payment, list[str]]] = []
        for one in self.pool:
            found = named[one][1]
            if one in linked or not found:
                continue
            bills = [bill for bill in found if self.open[bill] > 0 and not self.bills[bill].is_void]
            is_sure = all(self.bills[bill].currency == one.currency and not found[bill] for bill in bills)
            if bills and is_sure and sum(self.open[bill] for bill in bills) == one.amount:
                claims.append((one, bills))
        shares = []
        for one, bills in claims:
            if all(sum(bill in others for _, others in claims) == 1 for bill in bills):
                shares += [(one, bill, self.open[bill]) for bill in bills]
                linked.add(one)
        for one, bill, amount in shares:
            self.links.add((one.partner, one.id, bill, amount, "batch"))
            self._pay(bill, one.currency, amount)
        self.ambiguous |= {one.id for one in self.pool if named[one][1] and one not in linked}
        self._amounts([one for one in self.pool if not named[one][1] and one.amount > 0])

    def _amounts(self, rest: list[Payment]) -> None:
        fits = {
            one: [
                bill.id
                for bill in self.bills.values()
                if not bill.is_void
                and self.open[bill.id] == one.amount
                and bill.currency == one.currency
                and 0 <= one.day - bill.issued <= payments.WINDOW_DAYS
                and (
                    not self.side.has_customer
                    or None in {bill.customer, one.customer}
                    or bill.customer == one.customer
                )
            ]
            for one in rest
        }
        for one, bills in fits.items():
            if (
                self.side.by_amount
                and len(bills) == 1
                and sum(bills[0] in other for other in fits.values()) == 1
            ):
                self.links.add((one.partner, one.id, bills[0], one.amount, "amount_window"))
            elif bills:
                self.ambiguous.add(one.id)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Invoice], list[Payment]]:
    """A few invoices, credit notes and payments of two partners that use the same ids."""
    # few values, so that payments and invoices meet
    amounts, currencies = st.sampled_from([2, 2, 2, 3]), st.sampled_from([*["EUR"] * 7, "USD"])
    customers = st.sampled_from([None, None, None, "c1", "c2"])
    issued, days = st.sampled_from([0, 5, 5]), st.sampled_from([5, 5, 5, 6, 0, 180, 185, 186])
    invoices, paid = [], []
    for partner in PARTNERS:
        for name in draw(st.lists(st.sampled_from([*IDS, "INV 100"]), unique=True, min_size=1, max_size=4)):
            is_void = draw(st.integers(0, 9)) == 0
            invoices.append(
                Invoice(
                    partner,
                    name,
                    draw(issued),
                    draw(amounts),
                    draw(currencies),
                    draw(customers),
                    None,
                    is_void,
                )
            )
        if draw(st.integers(0, 2)) == 0:
            invoices.append(Invoice(partner, "CN", 1, 1, draw(currencies), None, draw(st.sampled_from(IDS))))
        names = [one.id for one in invoices if one.partner == partner]
        for number in range(draw(st.integers(1, 5))):
            text = draw(st.sampled_from(REFERENCES))
            two = draw(st.lists(st.sampled_from([*names, *IDS]), min_size=2, max_size=2, unique=True))
            invoice = draw(st.sampled_from([*[None] * 7, two[0], two[0].swapcase(), "X9"]))
            paid.append(
                Payment(
                    partner,
                    f"P{number}",
                    draw(days),
                    draw(st.sampled_from([2, 2, 2, 3, 4, 4, 5, -1])),
                    draw(currencies),
                    draw(customers),
                    invoice,
                    text.format(*two) if text else None,
                    draw(st.sampled_from([*[None] * 5, "settled", "returned"])),
                )
            )
    return invoices, paid


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Return an engine with the empty tables of both sides."""
    with open_warehouse(tmp_path) as opened:
        for name in ("supplier_invoice", "supplier_payment", "customer_invoice", "customer_payment"):
            columns = ", ".join(f"{column.name} {column.sql_type}" for column in TABLES[name].columns)
            opened.execute(f"CREATE TABLE {name} (partner_id VARCHAR, {columns})")
        yield opened


def _fill(warehouse: Warehouse, side: Side, invoices: list[Invoice], paid: list[Payment]) -> None:
    customer = ", customer_id" if side.has_customer else ""
    for table in (side.invoices, side.payments):
        warehouse.execute(f"DELETE FROM {table}")
    for table in (side.pool, side.links, side.ambiguous):
        warehouse.execute(f"DROP TABLE IF EXISTS {table}")
    columns = (
        f"partner_id, invoice_id, issued_on, amount, currency, document_type, amends_id, status{customer}"
    )
    warehouse.insert(
        f"{side.invoices} ({columns})",
        (
            (
                one.partner,
                one.id,
                FIRST + timedelta(days=one.issued),
                one.amount,
                one.currency,
                "credit_note" if one.credits else None,
                one.credits,
                "void" if one.is_void else None,
                *([one.customer] if side.has_customer else []),
            )
            for one in invoices
        ),
    )
    columns = (
        f"partner_id, payment_id, line, paid_on, amount, currency, invoice_id, reference, status{customer}"
    )
    warehouse.insert(
        f"{side.payments} ({columns})",
        (
            (
                one.partner,
                one.id,
                "1",
                FIRST + timedelta(days=one.day),
                one.amount,
                one.currency,
                one.invoice,
                one.reference,
                one.status,
                *([one.customer] if side.has_customer else []),
            )
            for one in paid
        ),
    )


@pytest.mark.parametrize("side", [SUPPLIER, CUSTOMER], ids=lambda side: side.payments)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds())
def test_payments_are_linked_as_by_a_clerk(
    warehouse: Warehouse, side: Side, world: tuple[list[Invoice], list[Payment]]
) -> None:
    """The same links, by the same steps, and the same payments left alone as not certain."""
    invoices, paid = world
    _fill(warehouse, side, invoices, paid)
    payments.collect(warehouse, side)
    payments.link(warehouse, side)
    links: set[Link] = set()
    ambiguous: set[tuple[str, str]] = set()
    for partner in PARTNERS:
        clerk = Clerk(
            side,
            [one for one in invoices if one.partner == partner],
            [one for one in paid if one.partner == partner],
        )
        clerk.work()
        links |= clerk.links
        ambiguous |= {(partner, one) for one in clerk.ambiguous}
    found = warehouse.rows(f"SELECT partner_id, payment_id, invoice_id, amount, step FROM {side.links}")
    assert {(*row[:3], int(Decimal(row[3])), row[4]) for row in found} == links
    assert len(found) == len(links)
    assert set(warehouse.rows(f"SELECT partner_id, payment_id FROM {side.ambiguous}")) == ambiguous
