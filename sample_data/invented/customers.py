"""The customers, what they bought, and what happened to it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from invented.base import Chance, Sample, at, slug, utc

NAMES = (
    "Contoso Maschinenbau", "Tailspin Toys", "Wingtip Toys", "Adatum Consulting", "Adventure Works", "Alpine Ski House",
    "Bellows College", "Best For You Organics", "City Power and Light", "Coho Vineyard", "Coho Winery",
    "Consolidated Messenger", "Fincher Architects", "First Up Consultants", "Fourth Coffee", "Graphic Design Institute",
    "Humongous Insurance", "Lamna Healthcare", "Litware Analytics", "Lucerne Publishing", "Margie's Travel",
    "Munson's Pickles", "Nod Publishers", "Northwind Traders", "Phantasie Verlag", "Relecloud Hosting",
    "School of Fine Art", "Southridge Video", "Trey Research", "VanArsdel Logistik", "Wide World Importers",
    "Woodgrove Bank", "Musterbau Nord", "Beispiel Logistik", "Erfunden & Söhne", "Nirgendwo Reisen",
    "Luftschloss Immobilien", "Papierwald Druck", "Wolkenheim Hotels", "Zirkel Planung",
)  # fmt: skip

#: Customers with a part in a seeded fault or a special case; README.md tells the story of each.
NEVER_SENT_TERMS = "Munson's Pickles"
OWN_TERMS_NO_PRICE = "Woodgrove Bank"
OWN_TERMS_NO_CONTACT = "Lamna Healthcare"
OWN_TERMS_PRICE_UNCLEAR = "Humongous Insurance"
OWN_TERMS_FREE = "Bellows College"
LEFT_IN_AUGUST = "Southridge Video"
LEFT_BEFORE = "Nirgendwo Reisen"
CAME_IN_AUGUST = "Zirkel Planung"
CAME_AFTERWARDS = "Wolkenheim Hotels"

#: They write by the portal and the telephone only, so that no other mail could stand for an announcement.
QUIET = (
    "Fincher Architects", "Papierwald Druck", "Luftschloss Immobilien", "Nod Publishers", "Coho Winery",
    "Phantasie Verlag", "School of Fine Art",
)  # fmt: skip

PRODUCTS = {
    "microsoft_365": ("Microsoft 365 Business Premium", "Microsoft 365 E3", "Exchange Online (Plan 1)"),
    "azure": ("Azure plan", "Azure reserved instances"),
    "dynamics_365": ("Dynamics 365 Business Central Essentials", "Dynamics 365 Sales Professional"),
    "power_platform": ("Power BI Pro", "Power Apps Premium"),
    "on_premises": ("Windows Server 2025 Standard",),
}
SERVICES = {"microsoft_365": 10, "azure": 5, "dynamics_365": 3, "power_platform": 3, "on_premises": 1}
CONFIRMED = {"purchased": 9, "quantity_changed": 20, "cancelled": 5, "reactivated": 3, "transferred": 2}
ANNOUNCED = {"renewed": 40, "price_changed": 26, "suspended": 6, "expired": 8}


@dataclass(frozen=True)
class Customer:
    """One customer; both days are None for one that was there all along."""

    customer_id: str
    name: str
    onboarded_on: date
    offboarded_on: date | None

    @property
    def domain(self) -> str:
        """The domain its people write from."""
        return f"{slug(self.name)}.example"

    def is_active(self, day: date) -> bool:
        """Say whether the customer is one on that day."""
        return self.onboarded_on <= day and (self.offboarded_on is None or day <= self.offboarded_on)


@dataclass(frozen=True)
class SubscriptionEvent:
    """What happened to a subscription of a customer, at Munich wall-clock time."""

    event_id: str
    subscription_id: str
    customer: Customer
    product: str
    event: str
    occurred_at: datetime


def customers() -> dict[str, Customer]:
    """Return the customers by name."""
    chance = Chance("customers")
    came = {CAME_IN_AUGUST: date(2026, 8, 10), CAME_AFTERWARDS: date(2026, 10, 5)}
    left = {LEFT_IN_AUGUST: date(2026, 8, 21), LEFT_BEFORE: date(2026, 5, 31)}
    return {
        name: Customer(
            str(360014500101 + 17 * number),
            name,
            came.get(name, date(2019 + number % 6, chance.between(1, 12), chance.between(1, 28))),
            left.get(name),
        )
        for number, name in enumerate(NAMES)
    }


def add_customers(sample: Sample, known: dict[str, Customer]) -> None:
    """Write the customers, their domains, and which terms reached them when."""
    chance = Chance("terms")
    for number, customer in enumerate(known.values()):
        sample.add(
            "customer",
            customer_id=customer.customer_id,
            name=customer.name + (" AG" if number % 5 == 0 else " GmbH"),
            country=("DE", "DE", "DE", "AT", "DE", "CH")[number % 6],
            cloud="global",
            language="en" if number % 7 == 0 else "de",
            onboarded_on=customer.onboarded_on,
            offboarded_on=customer.offboarded_on,
            support_contact="partner",
        )
        sample.add("customer_domain", customer_id=customer.customer_id, domain=customer.domain)
        if number % 8 == 0:
            sample.add(
                "customer_domain",
                customer_id=customer.customer_id,
                domain=f"{slug(customer.name)}-group.example",
            )
        deliver = [("TERMS-2025", max(date(2025, 4, 2), customer.onboarded_on), date(2026, 7, 31))]
        deliver += [("TERMS-2026-08", max(date(2026, 7, 13), customer.onboarded_on), date(2026, 12, 31))]
        for document_id, first, last in deliver:
            if customer.name == NEVER_SENT_TERMS or not customer.is_active(first) or first > last:
                continue
            sent = datetime.combine(
                first + timedelta(days=chance.between(0, 3)), time(9, chance.between(0, 59))
            )
            sample.add(
                "document_delivery",
                document_id=document_id,
                customer_id=customer.customer_id,
                delivered_at=utc(sent),
                method=chance.pick(("mail", "mail", "portal")),
                acknowledged_at=utc(sent + timedelta(days=2, hours=3)) if chance.below(0.6) else None,
            )
    _add_documents(sample, known)


def _add_documents(sample: Sample, known: dict[str, Customer]) -> None:
    def document(
        document_id: str, kind: str, first: str, last: str | None, customer: str | None = None
    ) -> None:
        sample.add(
            "document",
            document_id=document_id,
            kind=kind,
            valid_from_on=first,
            valid_to_on=last,
            version=document_id.partition("-")[2],
            status="in_force",
            customer_id=known[customer].customer_id if customer else None,
            reviewed_by="Klara Muster",
            reviewed_on=first,
        )

    document("TERMS-2025", "support_terms", "2025-04-01", "2026-07-31")
    document("TERMS-2026-08", "support_terms", "2026-08-01", None)
    for name in (OWN_TERMS_NO_PRICE, OWN_TERMS_NO_CONTACT, OWN_TERMS_PRICE_UNCLEAR, OWN_TERMS_FREE):
        document_id = f"CONTRACT-{slug(name).split('-')[0].upper()}"
        document(document_id, "support_contract", "2026-01-01", None, name)
        sample.add(
            "document_delivery",
            document_id=document_id,
            customer_id=known[name].customer_id,
            delivered_at=utc(at("2026-05-18 10:30")),
            method="signed contract",
        )
    check = "support_terms_disclosed"
    customer_id = known[NEVER_SENT_TERMS].customer_id
    sample.fault(
        "terms never sent",
        f"The support terms of August 2026 never reached {NEVER_SENT_TERMS}, nor did those before.",
        *((check, f"{customer_id}/{part}", "not_communicated") for part in ("contact", "hours", "scope")),
        (check, f"{customer_id}/price", "price_not_disclosed"),
    )
    sample.fault(
        "contract without a price",
        f"The support contract of {OWN_TERMS_NO_PRICE} says that support is charged, but not what it costs.",
        (check, f"{known[OWN_TERMS_NO_PRICE].customer_id}/price", "price_not_stated"),
    )
    sample.fault(
        "contract without a contact",
        f"The support contract of {OWN_TERMS_NO_CONTACT} does not say how to reach support.",
        (check, f"{known[OWN_TERMS_NO_CONTACT].customer_id}/contact", "contact_not_stated"),
    )


def add_subscriptions(sample: Sample, known: dict[str, Customer]) -> list[SubscriptionEvent]:
    """Write subscriptions and their events; every other one has one event from June to October."""
    chance = Chance("subscriptions")
    events: list[SubscriptionEvent] = []
    for customer in known.values():
        if customer.name in {LEFT_BEFORE, CAME_AFTERWARDS}:
            continue
        for _ in range(chance.between(2, 4)):
            service = chance.weighted(SERVICES)
            product = chance.pick(PRODUCTS[service])
            event = chance.weighted(ANNOUNCED | CONFIRMED)
            first, last = date(2026, 6, 22), date(2026, 10, 14)
            if customer.name in QUIET or customer.name == CAME_IN_AUGUST:
                event, first = "purchased", date(2026, 8, 12)
            elif customer.name == LEFT_IN_AUGUST:
                last = date(2026, 8, 18)
            day = first + timedelta(days=chance.between(0, (last - first).days))
            occurred_at = datetime.combine(day, time(chance.between(6, 19), chance.between(0, 59)))
            events.append(_subscribe(sample, chance, customer, service, product, event, occurred_at))
    return events


def add_event(
    sample: Sample,
    chance: Chance,
    customer: Customer,
    event: str,
    occurred_at: datetime,
    reason: str | None = None,
) -> SubscriptionEvent:
    """Write one more subscription of the customer with one event."""
    product = PRODUCTS["microsoft_365"][0]
    made = _subscribe(sample, chance, customer, "microsoft_365", product, event, occurred_at)
    if reason:
        sample.tables["subscription_event"][-1]["reason"] = reason
    return made


def follow(
    sample: Sample, first: SubscriptionEvent, event: str, occurred_at: datetime, reason: str = "other"
) -> None:
    """Write what happened next to the subscription of an event."""
    sample.add(
        "subscription_event",
        event_id=f"SE-{len(sample.tables['subscription_event']) + 1:04d}",
        subscription_id=first.subscription_id,
        occurred_at=utc(occurred_at),
        event=event,
        customer_id=first.customer.customer_id,
        reason=reason,
        actor_kind="agent",
        actor_id="sales.bruno",
    )
    row = next(
        row for row in sample.tables["subscription"] if row["subscription_id"] == first.subscription_id
    )
    row["status"] = {"cancelled": "deleted", "reactivated": "active"}[event]
    if event == "cancelled":
        row["ended_on"] = occurred_at.date()


def _subscribe(
    sample: Sample,
    chance: Chance,
    customer: Customer,
    service: str,
    product: str,
    event: str,
    occurred_at: datetime,
) -> SubscriptionEvent:
    subscription_id = chance.guid()
    started_on = date(2025, chance.between(1, 12), chance.between(1, 28))
    ended = event in {"cancelled", "expired"}
    status = {"suspended": "suspended", "cancelled": "deleted", "expired": "expired"}.get(event, "active")
    sample.add(
        "subscription",
        subscription_id=subscription_id,
        customer_id=customer.customer_id,
        service=service,
        product=product,
        channel="csp",
        platform="legacy" if chance.below(0.15) else "new_commerce",
        status=status,
        started_on=occurred_at.date() if event == "purchased" else max(started_on, customer.onboarded_on),
        ended_on=occurred_at.date() if ended else None,
        is_paid=True,
        is_trial=False,
    )
    known_reason = {"cancelled": "customer_request", "expired": "expiry"}
    known_reason |= {"quantity_changed": "customer_request", "purchased": "customer_request"}
    automatic = event in {"renewed", "price_changed", "expired"}
    event_id = f"SE-{len(sample.tables.get('subscription_event', [])) + 1:04d}"
    sample.add(
        "subscription_event",
        event_id=event_id,
        subscription_id=subscription_id,
        occurred_at=utc(occurred_at),
        event=event,
        customer_id=customer.customer_id,
        reason=known_reason.get(event, "other"),
        actor_kind="microsoft" if automatic else "agent",
        actor_id=None if automatic else "sales.bruno",
    )
    return SubscriptionEvent(event_id, subscription_id, customer, product, event, occurred_at)
