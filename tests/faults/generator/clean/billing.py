"""What the partner bills its customers, reminds them of, and does where one does not pay."""

from datetime import date, timedelta
from decimal import Decimal

from tests.faults.generator.clean.builder import Builder
from tests.faults.generator.clean.customers import main_subscription, subscribe
from tests.faults.generator.clean.events import happen
from tests.faults.generator.records import Cell, Record

TERM = timedelta(days=14)


def bill_customers(builder: Builder) -> None:
    """Bill every customer each month, with a reminder before the due date and the payment by it."""
    for place, customer in enumerate(builder.customers):
        # long enough before a suspension to tell what was owed then
        month = builder.span.start - timedelta(days=100)
        while month < builder.span.end:
            issued_on = month.replace(day=3)
            first = customer.day("onboarded_on")
            last = customer.day("offboarded_on") if customer["offboarded_on"] else builder.span.end
            if first <= issued_on <= last:
                _bill_month(
                    builder, customer, issued_on, method="direct_debit" if place % 5 == 4 else "transfer"
                )
            month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
    _unpaid_and_suspended(builder)
    _credited(builder)
    _contested(builder)


def bill(
    builder: Builder, customer: Record, subscriptions: list[Record], issued_on: date, **cells: Cell
) -> Record:
    """An invoice to a customer, a line for each subscription."""
    world = builder.world
    invoice = world.add(
        "customer_invoice",
        **{
            "invoice_id": world.number("R-"),
            "issued_on": issued_on,
            "amount": Decimal(0),
            "currency": "EUR",
            "customer_id": customer["customer_id"],
            "due_on": issued_on + TERM,
            "document_type": "invoice",
            "status": "open",
            "payment_method": "transfer",
            **cells,
        },
    )
    for line, subscription in enumerate(subscriptions, 1):
        amount = Decimal(builder.rng.randint(100, 900))
        world.add(
            "customer_invoice_line",
            invoice_id=invoice["invoice_id"],
            line=str(line),
            amount=amount,
            customer_id=customer["customer_id"],
            subscription_id=subscription["subscription_id"],
            period_start_on=issued_on.replace(day=1),
            period_end_on=(issued_on.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1),
            kind="product",
        )
        invoice["amount"] = invoice.money("amount") + amount
    return invoice


def pay(
    builder: Builder, invoice: Record, paid_on: date, amount: Decimal | None = None, **cells: Cell
) -> Record:
    """The customer's payment of an invoice."""
    world = builder.world
    return world.add(
        "customer_payment",
        **{
            "payment_id": world.number("IN-PAY-"),
            "line": "1",
            "paid_on": paid_on,
            "amount": invoice.money("amount") if amount is None else amount,
            "currency": invoice["currency"],
            "customer_id": invoice["customer_id"],
            "invoice_id": invoice["invoice_id"],
            "status": "settled",
            **cells,
        },
    )


def remind(builder: Builder, customer: Record, invoice: Record, day: date, **cells: Cell) -> Record:
    """A reminder of a payment to come, written by the mailer."""
    return builder.mail(
        customer,
        builder.at(day, 7),
        **{
            "sender": f"bills@mailer-{builder.domain}",
            "topic": "billing",
            "purpose": "payment_reminder",
            "invoice_id": invoice["invoice_id"],
            "is_automated": True,
            "states_period": True,
            **cells,
        },
    )


def _bill_month(builder: Builder, customer: Record, issued_on: date, method: str) -> None:
    world = builder.world
    customer_id = customer["customer_id"]
    subscriptions = [
        one
        for one in world.all("subscription", customer_id=customer_id, is_paid=True)
        if one["channel"] == "csp"
    ]
    invoice = bill(builder, customer, subscriptions, issued_on, payment_method=method)
    builder.mail(
        customer,
        builder.at(issued_on, 8),
        topic="billing",
        purpose="invoice_delivery",
        invoice_id=invoice["invoice_id"],
    )
    remind(builder, customer, invoice, issued_on + timedelta(days=9))
    pay(builder, invoice, invoice.day("due_on") - timedelta(days=builder.rng.randint(0, 3)))


def _unpaid_and_suspended(builder: Builder) -> None:
    """An invoice is not paid: two notices, suspension after the point the policy states, payment, access again."""
    world, customer = builder.world, builder.customer()
    subscription = subscribe(builder, customer, "microsoft_365", "Project Plan 3", "new_commerce")
    issued_on = builder.workday(3)
    invoice = bill(builder, customer, [subscription], issued_on)
    due_on = invoice.day("due_on")
    remind(builder, customer, invoice, due_on - timedelta(days=5))
    for days in (5, 12):
        builder.mail(
            customer,
            builder.at(due_on + timedelta(days=days), 9),
            topic="billing",
            purpose="dunning",
            invoice_id=invoice["invoice_id"],
        )
    suspended_on = due_on + timedelta(days=24)
    builder.mail(
        customer,
        builder.at(suspended_on - timedelta(days=3), 9),
        topic="subscription",
        purpose="suspension_notice",
        invoice_id=invoice["invoice_id"],
        subscription_id=subscription["subscription_id"],
    )
    suspended = happen(builder, subscription, "suspended", builder.at(suspended_on, 10), reason="non_payment")
    paid = pay(builder, invoice, suspended_on + timedelta(days=4))
    back = happen(builder, subscription, "reactivated", builder.at(suspended_on + timedelta(days=5), 10))
    world.known |= {"unpaid": invoice, "suspended": suspended, "unpaid paid": paid, "access back": back}
    world.add(
        "audit_event",
        event_id=world.number("AUDIT-"),
        occurred_at=builder.at(suspended_on, 10),
        operation="suspend_subscription",
        actor_id="ben",
        customer_id=customer["customer_id"],
        resource_type="subscription",
        status="succeeded",
    )


def _credited(builder: Builder) -> None:
    """An invoice was wrong: credited in full and billed again."""
    customer = builder.customer(1)
    subscription = main_subscription(builder, customer)
    wrong = bill(builder, customer, [subscription], builder.workday(5))
    credit = bill(builder, customer, [], builder.workday(7), document_type="credit_note", due_on=None)
    credit.cells |= {"amount": wrong["amount"], "amends_id": wrong["invoice_id"]}
    right = bill(builder, customer, [subscription], builder.workday(7), amends_id=wrong["invoice_id"])
    remind(builder, customer, right, right.day("due_on") - timedelta(days=4))
    pay(builder, right, right.day("due_on"))
    builder.world.known |= {"billed wrongly": wrong, "billed rightly": right}


def _contested(builder: Builder) -> None:
    """A customer contests what Microsoft counted; the partner takes it to Microsoft."""
    world, customer = builder.world, builder.customer(2)
    subscription = main_subscription(builder, customer, "azure")
    invoice = bill(builder, customer, [subscription], builder.workday(8))
    remind(builder, customer, invoice, invoice.day("due_on") - timedelta(days=4))
    opened_on = builder.workday(11)
    request = world.add(
        "service_request",
        request_id=world.number("SR-"),
        opened_at=builder.at(opened_on, 11),
        issue_type="commercial",
        customer_id=customer["customer_id"],
        vehicle="commercial_support",
        filed_by="partner",
        filed_by_actor_id="ben",
        contact_email=f"ben@{builder.domain}",
        severity="minimal",
        service="azure",
        status="closed",
        customer_context=customer["customer_id"],
        closed_at=builder.at(builder.next_workday(opened_on, 2), 11),
    )
    world.add(
        "customer_dispute",
        invoice_id=invoice["invoice_id"],
        line="1",
        customer_id=customer["customer_id"],
        opened_on=opened_on,
        closed_on=builder.workday(13),
        amount=Decimal(10),
        outcome="rejected",
        cause="microsoft_figures",
        request_id=request["request_id"],
    )
    world.known["contested"] = invoice
    pay(builder, invoice, invoice.day("due_on"), invoice.money("amount") - 10)
    pay(builder, invoice, invoice.day("due_on") + timedelta(days=2), Decimal(10))
