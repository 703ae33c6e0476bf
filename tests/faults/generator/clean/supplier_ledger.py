"""What the partner owes Microsoft and how it pays: on time, in parts, with credit notes, disputes and reversals."""

from datetime import date, timedelta
from decimal import Decimal

from tests.faults.generator.clean.builder import Builder
from tests.faults.generator.records import Cell, Record

TERM = timedelta(days=60)


def owe_and_pay(builder: Builder) -> None:
    """Add sixteen months of invoices of both series up to the period's end, all settled in time."""
    month = (builder.span.start - timedelta(days=430)).replace(day=1)
    while month < builder.span.end:
        for series, day in (("legacy", 4), ("new_commerce", 8)):
            issued_on = month.replace(day=day)
            if issued_on < builder.span.taken_on:
                invoice = bill(builder, issued_on, series)
                _pay_in_some_way(builder, invoice)
        month = (month + timedelta(days=32)).replace(day=1)
    _oddities(builder)


def bill(builder: Builder, issued_on: date, series: str = "new_commerce", **cells: Cell) -> Record:
    """An invoice of Microsoft, of an amount that no other has."""
    world = builder.world
    number = world.number("D-" if series == "legacy" else "G-")
    return world.add(
        "supplier_invoice",
        **{
            "invoice_id": number,
            "issued_on": issued_on,
            "amount": Decimal(f"{builder.rng.randint(1000, 9000)}.{len(world.all('supplier_invoice')):02d}"),
            "currency": "EUR",
            "supplier": "microsoft",
            "series": series,
            # the older exports have no due date: the term of 60 days tells it
            "due_on": issued_on + TERM if series == "new_commerce" else None,
            "document_type": "invoice",
            "status": "open",
            **cells,
        },
    )


def due_on(invoice: Record) -> date:
    """The day by which an invoice is to be paid."""
    return invoice.day("due_on") if invoice["due_on"] else invoice.day("issued_on") + TERM


def pay(
    builder: Builder, invoice: Record, paid_on: date, amount: Decimal | None = None, **cells: Cell
) -> Record:
    """A payment on an invoice; without an amount, all of it."""
    world = builder.world
    payment = world.add(
        "supplier_payment",
        **{
            "payment_id": world.number("PAY-"),
            "line": "1",
            "paid_on": paid_on,
            "amount": invoice.money("amount") if amount is None else amount,
            "currency": invoice["currency"],
            "invoice_id": invoice["invoice_id"],
            "initiated_on": paid_on - timedelta(days=1),
            "status": "settled",
            **cells,
        },
    )
    world.add(
        "bank_transaction",
        transaction_id=world.number("BANK-"),
        value_on=paid_on,
        amount=-payment.money("amount"),
        currency=payment["currency"],
        booked_on=paid_on,
        reference=payment["payment_id"],
        counterparty="Microsoft",
        payment_id=payment["payment_id"],
    )
    return payment


def _pay_in_some_way(builder: Builder, invoice: Record) -> None:
    rng = builder.rng
    last = due_on(invoice)
    if last > builder.span.taken_on + timedelta(days=5):
        return  # paid later than the exports were taken
    early = min(last, builder.span.taken_on) - timedelta(days=rng.randint(0, 9))
    kind = rng.choice(["whole", "whole", "on the last day", "parts", "by reference", "returned first"])
    amount = invoice.money("amount")
    if kind == "whole" or last >= builder.span.taken_on:
        pay(builder, invoice, early)
    elif kind == "on the last day":
        pay(builder, invoice, last)
    elif kind == "parts":
        part = (amount / 3).quantize(Decimal("0.01"))
        pay(builder, invoice, early - timedelta(days=12), part)
        pay(builder, invoice, early, amount - part)
    elif kind == "by reference":
        reference = f"Invoice {invoice['invoice_id']}, with thanks"
        pay(builder, invoice, early, invoice_id=None, reference=reference)
    else:
        pay(builder, invoice, early - timedelta(days=15), status="returned")
        pay(builder, invoice, early)


def _oddities(builder: Builder) -> None:
    """Documents that ask for no payment or another one, all due within the period."""
    world = builder.world
    issued_on = builder.span.start - timedelta(days=40)
    billed = bill(builder, issued_on)
    credit = bill(builder, issued_on + timedelta(days=10), document_type="credit_note", due_on=None)
    credit.cells |= {"amount": billed["amount"], "amends_id": billed["invoice_id"]}
    rebilled = bill(builder, issued_on + timedelta(days=11), amends_id=billed["invoice_id"])
    # the transfer names the first invoice, which the second replaced
    paid = pay(builder, billed, due_on(rebilled) - timedelta(days=2), rebilled.money("amount"))
    world.known |= {"billed": billed, "credit": credit, "rebilled": rebilled, "rebilled paid": paid}
    bill(builder, issued_on, status="void")
    bill(builder, issued_on).cells |= {"amount": Decimal(0)}
    withheld = bill(builder, issued_on)
    dollars = bill(builder, issued_on, currency="USD")
    paid = pay(builder, dollars, due_on(dollars))
    builder.world.known |= {"dollars": dollars, "dollars paid": paid, "withheld": withheld}
    withheld["withheld_amount"] = Decimal("50.00")
    pay(builder, withheld, due_on(withheld) - timedelta(days=5), withheld.money("amount") - Decimal("50.00"))
    disputed = bill(builder, issued_on)
    world.add(
        "supplier_dispute",
        invoice_id=disputed["invoice_id"],
        line="1",
        opened_on=issued_on + timedelta(days=20),
        amount=Decimal("100.00"),
    )
    world.known["disputed"] = disputed
    pay(builder, disputed, due_on(disputed) - timedelta(days=1), disputed.money("amount") - Decimal("100.00"))
    for invoice in world.all("supplier_invoice", document_type="invoice"):
        world.add(
            "supplier_invoice_line",
            invoice_id=invoice["invoice_id"],
            line="1",
            amount=invoice["amount"],
            customer_id=builder.customer()["customer_id"],
        )
