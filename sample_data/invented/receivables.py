"""What the partner bills its customers, what they pay and contest, and the policy on bills that stay unpaid."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from invented.base import END, Chance, Sample, previous_workday
from invented.customers import Customer

#: Customers whose bills have a story of their own; they pay by transfer.
PAYS_BY_TRANSFER = (
    "Tailspin Toys", "Wingtip Toys", "Margie's Travel", "Northwind Traders", "City Power and Light", "Consolidated Messenger",
    "Graphic Design Institute", "Musterbau Nord", "Beispiel Logistik",
)  # fmt: skip
#: Bills that were paid after their customers had been locked out for them.
PAID_LATE = {
    ("City Power and Light", 7): date(2026, 8, 26),
    ("Consolidated Messenger", 7): date(2026, 8, 12),
    ("Margie's Travel", 8): date(2026, 9, 28),
}
#: A customer, and the month in whose bill one of its subscriptions was forgotten.
FORGOTTEN = ("Relecloud Hosting", 9)
POLICY, POLICY_BEFORE = "COLLECTIONS-2026", "COLLECTIONS-2024"
NEVER_SENT_POLICY = "Munson's Pickles"
#: The first month billed, so that every look-back of three months is complete.
FIRST_MONTH, LAST_MONTH = 3, 10


@dataclass
class Bill:
    """One monthly bill of a customer: issued on the sixth, due on the twentieth."""

    number: int
    month: int
    customer: Customer
    subscriptions: list[tuple[str, Decimal]] = field(default_factory=list)

    @property
    def invoice_id(self) -> str:
        """The number printed on it."""
        return f"FC-2026-{self.month:02d}-{self.number:03d}"

    @property
    def issued_on(self) -> date:
        """The day it was written."""
        return date(2026, self.month, 6)

    @property
    def due_on(self) -> date:
        """The last day for the money to arrive."""
        return date(2026, self.month, 20)

    @property
    def amount(self) -> Decimal:
        """The sum of its lines."""
        return sum((amount for _, amount in self.subscriptions), Decimal(0))

    @property
    def is_by_transfer(self) -> bool:
        """Say whether the customer sends the money; from all others it is collected."""
        return self.customer.name in PAYS_BY_TRANSFER


def bills(sample: Sample, known: dict[str, Customer]) -> list[Bill]:
    """Return the monthly bills: one a customer and month, a line for each subscription that ran in the month before."""
    chance = Chance("receivables")
    prices = {
        row["subscription_id"]: Decimal(chance.between(900, 48_000)) / 100
        for row in sample.tables["subscription"]
        if row["is_paid"]
    }
    made: list[Bill] = []
    for number, customer in enumerate(known.values(), start=1):
        for month in range(FIRST_MONTH, LAST_MONTH + 1):
            bill = Bill(number, month, customer)
            first, last = date(2026, month - 1, 1), date(2026, month, 1) - timedelta(days=1)
            bill.subscriptions = [
                (row["subscription_id"], prices[row["subscription_id"]])
                for row in sample.tables["subscription"]
                if row["customer_id"] == customer.customer_id
                and row["subscription_id"] in prices
                and row["started_on"] <= last
                and (row["ended_on"] is None or row["ended_on"] >= first)
            ]
            if (customer.name, month) == FORGOTTEN:
                forgotten, _ = bill.subscriptions.pop()
                sample.fault(
                    "subscription nobody billed",
                    f"The bill of September 2026 of {customer.name} left one of its subscriptions out.",
                    notes=[("paid_subscription_is_invoiced", f"{forgotten}/2026-08", "not_invoiced")],
                )
            if bill.subscriptions:
                made.append(bill)
    return made


def add_receivables(sample: Sample, known: dict[str, Customer], made: list[Bill]) -> None:
    """Write the bills, their lines, and the money that came in for them."""
    chance = Chance("receipts")
    for bill in made:
        first = date(2026, bill.month - 1, 1)
        last = date(2026, bill.month, 1) - timedelta(days=1)
        sample.add(
            "customer_invoice",
            invoice_id=bill.invoice_id,
            customer_id=bill.customer.customer_id,
            issued_on=bill.issued_on,
            due_on=bill.due_on,
            amount=f"{bill.amount:.2f}",
            currency="EUR",
            document_type="invoice",
            payment_method="transfer" if bill.is_by_transfer else "direct_debit",
        )
        for line, (subscription_id, amount) in enumerate(bill.subscriptions, start=1):
            sample.add(
                "customer_invoice_line",
                invoice_id=bill.invoice_id,
                line=line,
                amount=f"{amount:.2f}",
                customer_id=bill.customer.customer_id,
                subscription_id=subscription_id,
                kind="product",
                period_start_on=first,
                period_end_on=last,
            )
        paid_on = previous_workday(
            bill.due_on - timedelta(days=chance.between(0, 7) if bill.is_by_transfer else 0)
        )
        paid_on = PAID_LATE.get((bill.customer.name, bill.month), paid_on)
        if paid_on < date(2026, 10, 15):
            receive(sample, bill, paid_on, bill.amount)
    _policies(sample, known)


def receive(sample: Sample, bill: Bill, paid_on: date, amount: Decimal) -> None:
    """Write money that came in for a bill."""
    number = len(sample.tables.get("customer_payment", [])) + 1
    sample.add(
        "customer_payment",
        payment_id=f"CR-{number:05d}",
        line="1",
        paid_on=paid_on,
        amount=f"{amount:.2f}",
        currency="EUR",
        customer_id=bill.customer.customer_id,
        invoice_id=bill.invoice_id,
        status="settled",
        reference=f"Rechnung {bill.invoice_id}",
    )


def _policies(sample: Sample, known: dict[str, Customer]) -> None:
    """The policy on unpaid bills in two versions; the newer one forgot when access ends."""

    def policy(
        document_id: str, first: date, last: date | None, *, states_impact: bool, describes: bool
    ) -> None:
        sample.add(
            "document",
            document_id=document_id,
            kind="collections_policy",
            valid_from_on=first,
            valid_to_on=last,
            version=document_id.partition("-")[2],
            status="in_force",
            describes_process=describes,
            states_access_impact=states_impact,
            access_impact_days=30 if states_impact else None,
            notices_promised=1 if states_impact else None,
            reviewed_by="Klara Muster",
            reviewed_on=first,
        )

    policy(POLICY_BEFORE, date(2024, 1, 1), date(2026, 8, 31), states_impact=True, describes=True)
    policy(POLICY, date(2026, 9, 1), None, states_impact=False, describes=False)
    sample.fault(
        "new policy, half the content",
        "The policy of September 2026 tells neither how unpaid bills are collected nor when access ends; a reader noted it.",
        ("collections_policy_describes_process", POLICY, "reader_denied"),
        ("collections_policy_states_access_impact", POLICY, "no_point_stated"),
    )
    for customer in known.values():
        if customer.name == NEVER_SENT_POLICY or customer.onboarded_on >= END:
            continue
        for document_id, first in ((POLICY_BEFORE, date(2024, 1, 8)), (POLICY, date(2026, 8, 24))):
            if customer.offboarded_on is None or customer.offboarded_on > first:
                sample.add(
                    "document_delivery",
                    document_id=document_id,
                    customer_id=customer.customer_id,
                    delivered_at=f"{max(first, customer.onboarded_on)}T08:00:00Z",
                    method="mail",
                )
    sample.fault(
        "policy never sent",
        f"The policy on unpaid bills never reached {NEVER_SENT_POLICY}.",
        ("collections_policy_established", known[NEVER_SENT_POLICY].customer_id, "not_delivered"),
    )
