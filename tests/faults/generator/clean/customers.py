"""Customers and what they bought; some came and some left within the period, and two have terms of their own."""

from datetime import timedelta

from tests.faults.generator.clean.builder import LONG_AGO, Builder, domain_of
from tests.faults.generator.clean.partner import HOURS_BEFORE, add_targets
from tests.faults.generator.records import Record

#: service, product, platform of the subscriptions that the first customer has; the others have the first two
PRODUCTS = (
    ("microsoft_365", "Microsoft 365 Business Premium", "new_commerce"),
    ("azure", "Azure plan", "new_commerce"),
    ("dynamics_365", "Dynamics 365 Sales", "new_commerce"),
    ("on_premises", "Windows Server", "legacy"),
)


def sell(builder: Builder, number: int) -> None:
    """Add ``number`` customers, each with its domain, documents and subscriptions."""
    for place in range(number):
        _add_customer(builder, place)
    if number > 2:
        _own_terms(builder, builder.customers[2])


def _add_customer(builder: Builder, place: int) -> None:
    world, span, rng = builder.world, builder.span, builder.rng
    third = (span.end - span.start) / 3
    customer = world.add(
        "customer",
        customer_id=f"C{place + 1:05d}",
        name=f"Invented customer {place + 1}",
        country="AT",
        cloud=world.partner.cloud,
        language=rng.choice(["de", "en", "pt", "ja"]),
        onboarded_on=span.start + third if place % 9 == 3 else LONG_AGO,
        offboarded_on=span.end - third if place % 9 == 6 else None,
        partner_of_record=world.partner.id,
        support_contact="partner",
    )
    builder.customers.append(customer)
    customer_id = customer.text("customer_id")
    world.add("customer_domain", customer_id=customer_id, domain=domain_of(customer))
    for document in [*world.all("document", status="in_force")]:
        world.add(
            "document_delivery",
            document_id=document["document_id"],
            customer_id=customer_id,
            delivered_at=builder.at(document.day("valid_from_on") - timedelta(days=10), 12),
            method="mail",
            acknowledged_at=builder.at(document.day("valid_from_on") - timedelta(days=9), 9),
        )
    for product in PRODUCTS if place == 0 else PRODUCTS[:2]:
        subscribe(builder, customer, *product)
    if place == 0:
        trial = subscribe(builder, customer, "power_platform", "Power Apps trial", "new_commerce")
        trial.cells |= {"is_trial": True, "is_paid": False}
        elsewhere = subscribe(builder, customer, "microsoft_365", "Visio Plan 2", "new_commerce")
        elsewhere["channel"] = "non_csp"


def subscribe(builder: Builder, customer: Record, service: str, product: str, platform: str) -> Record:
    """Give a customer a subscription that runs through the period."""
    return builder.world.add(
        "subscription",
        subscription_id=builder.world.number("SUB-"),
        customer_id=customer["customer_id"],
        service=service,
        product=product,
        channel="csp",
        platform=platform,
        status="active",
        started_on=customer["onboarded_on"],
        ended_on=customer["offboarded_on"],
        is_paid=True,
        is_trial=False,
    )


def _own_terms(builder: Builder, customer: Record) -> None:
    """Give a customer terms that only it has: support without a charge, at the older hours."""
    world = builder.world
    customer_id = customer["customer_id"]
    world.add(
        "document",
        document_id="CONTRACT-OWN",
        kind="support_contract",
        valid_from_on=LONG_AGO,
        status="in_force",
        customer_id=customer_id,
    )
    world.add(
        "document_delivery",
        document_id="CONTRACT-OWN",
        customer_id=customer_id,
        delivered_at=builder.at(LONG_AGO, 12),
        method="letter",
    )
    world.add(
        "support_terms",
        terms_id="TERMS-OWN",
        valid_from_on=LONG_AGO,
        customer_id=customer_id,
        document_id="CONTRACT-OWN",
        service_hours=world.partner.hours or HOURS_BEFORE,
        timezone=world.partner.zone,
        holidays=world.partner.holidays,
        scope="Microsoft 365 and Azure",
        contact_methods=f"support@{builder.domain}",
        has_charge=False,
    )
    add_targets(builder, "TERMS-OWN")


def main_subscription(builder: Builder, customer: Record, service: str = "microsoft_365") -> Record:
    """A customer's paid subscription of a service bought through the partner."""
    found = builder.world.all(
        "subscription", customer_id=customer["customer_id"], service=service, channel="csp", is_trial=False
    )
    return found[0]
