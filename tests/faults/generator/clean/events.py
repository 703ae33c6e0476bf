"""What happens to subscriptions, and how customers are told."""

from datetime import date, datetime, timedelta

from tests.faults.generator.clean.builder import Builder
from tests.faults.generator.clean.customers import main_subscription, subscribe
from tests.faults.generator.records import Cell, Record

NOTICES = {"renewed": "renewal_notice", "price_changed": "price_change_notice", "expired": "other"}


def happen(
    builder: Builder, subscription: Record, event: str, occurred_at: datetime, **cells: Cell
) -> Record:
    """An event of a subscription, done by the partner."""
    world = builder.world
    return world.add(
        "subscription_event",
        **{
            "event_id": world.number("EV-"),
            "subscription_id": subscription["subscription_id"],
            "occurred_at": occurred_at,
            "event": event,
            "customer_id": subscription["customer_id"],
            "reason": "other",
            "actor_kind": "agent",
            "actor_id": "ben",
            **cells,
        },
    )


def announce(builder: Builder, subscription: Record, sent_at: datetime, purpose: str) -> Record:
    """The partner's message on a subscription to its customer."""
    customer = builder.world.one("customer", customer_id=subscription["customer_id"])
    return builder.mail(
        customer,
        sent_at,
        topic="subscription",
        purpose=purpose,
        subscription_id=subscription["subscription_id"],
    )


def announced(builder: Builder, subscription: Record, event: str, day: date, **cells: Cell) -> Record:
    """An event with the announcement some days before."""
    sent_on = day - timedelta(days=builder.rng.randint(4, 20))
    told = announce(builder, subscription, builder.at(sent_on, 10, 30), NOTICES[event])
    happened = happen(builder, subscription, event, builder.at(day, 3), **cells)
    builder.world.known |= {event: happened, f"{event} told": told}
    return happened


def keep_subscriptions(builder: Builder) -> None:
    """Renewals for everybody, and at least one event of every kind."""
    for customer in builder.customers:
        if (
            customer in (builder.customer(), builder.customer(1), builder.customer(2))
            or builder.rng.random() < 0.4
        ):
            subscription = main_subscription(builder, customer)
            if customer["onboarded_on"] == customer["offboarded_on"] or customer["offboarded_on"]:
                continue
            day = max(builder.any_workday(), customer.day("onboarded_on") + timedelta(days=21))
            announced(builder, subscription, "renewed", min(day, builder.workday(-3)))
    customer = builder.customer()
    announced(builder, main_subscription(builder, customer, "azure"), "price_changed", builder.workday(30))
    ending = subscribe(builder, customer, "power_platform", "Power BI Pro", "new_commerce")
    ending.cells |= {"ended_on": builder.workday(40), "status": "expired", "is_paid": False}
    announced(builder, ending, "expired", builder.workday(40), reason="expiry")
    _told_twice(builder)
    _not_the_partners_matter(builder)


def _told_twice(builder: Builder) -> None:
    """An announcement comes back and is sent again to another address."""
    customer = builder.customer(1)
    subscription = subscribe(builder, customer, "azure", "Azure reservation", "new_commerce")
    day = builder.workday(35)
    bounced = announce(builder, subscription, builder.at(day - timedelta(days=9), 10), "renewal_notice")
    bounced["delivery_status"] = "bounced"
    again = announce(builder, subscription, builder.at(day - timedelta(days=8), 10), "renewal_notice")
    builder.world.known |= {"bounced": bounced, "sent again": again}
    again["recipient"] = f"second.{again['recipient']}"
    happen(builder, subscription, "renewed", builder.at(day, 3))


def _not_the_partners_matter(builder: Builder) -> None:
    """A trial ends, the customer's own wish is carried out, and Microsoft writes on an incident."""
    customer = builder.customer()
    customer_id = customer["customer_id"]
    trial = builder.world.one("subscription", customer_id=customer_id, is_trial=True)
    builder.world.known["trial"] = trial
    happen(builder, trial, "expired", builder.at(builder.workday(20), 0, 30), reason="expiry")
    wished = main_subscription(builder, customer, "azure")
    happen(
        builder,
        wished,
        "suspended",
        builder.at(builder.workday(21), 9),
        reason="customer_request",
        actor_kind="customer",
        actor_id=None,
    )
    happen(builder, wished, "reactivated", builder.at(builder.workday(22), 9), reason="customer_request")
    builder.mail(
        customer,
        builder.at(builder.workday(12), 14),
        sender="incidents@microsoft.example",
        direction="third_party",
        topic="service_incident",
    )
