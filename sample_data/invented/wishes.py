"""What customers ask for their subscriptions, and what they are charged for support."""

from typing import Any

from invented.base import Chance, Sample, after_business_minutes, at
from invented.customers import Customer, SubscriptionEvent, add_event, follow
from invented.desk import BY_AGENT, BY_RULE
from invented.tickets import AGENTS, Ticket, event, write_ticket


def add_wishes(sample: Sample, known: dict[str, Customer]) -> None:
    """Write purchases and cancellations asked for by ticket, replies that only link, and charges for support."""
    _cancellations(sample, known)
    _purchase(sample, known)
    _links(sample, known)
    _charges(sample, known)


def _ticket(
    sample: Sample, ticket_id: int, customer: Customer, opened: str, subject: str, **told: Any
) -> Ticket:
    """Write a ticket by the portal, answered within the hour and solved the same day."""
    opened_at = at(opened)
    replied_at = after_business_minutes(opened_at, 45)
    solved_at = after_business_minutes(replied_at, 90)
    ticket = Ticket(
        ticket_id, customer, "subscription", "normal", "web", subject, opened_at, replied_at, AGENTS[3],
        kind="task", solved_at=solved_at,
    )  # fmt: skip
    write_ticket(sample, Chance(f"ticket {ticket_id}"), ticket, **told)
    only_links = told.get("only_links", False)
    event(sample, ticket_id, replied_at, "reply", links_only=only_links, **BY_AGENT)
    event(sample, ticket_id, solved_at, "resolve", **BY_AGENT)
    if ticket.closed_at:
        event(sample, ticket_id, ticket.closed_at, "close", **BY_RULE)
    return ticket


def _cancellations(sample: Sample, known: dict[str, Customer]) -> None:
    chance = Chance("wishes")

    def bought(name: str, occurred: str) -> SubscriptionEvent:
        made = add_event(sample, chance, known[name], "purchased", at(occurred))
        sample.tables["subscription"][-1] |= {"platform": "new_commerce"}
        return made

    in_time = bought("Adventure Works", "2026-07-20 10:00")
    _ticket(sample, 60225, in_time.customer, "2026-07-23 09:00", "Please cancel our new plan",
            request_type="cancel", subscription_id=in_time.subscription_id)  # fmt: skip
    follow(sample, in_time, "cancelled", at("2026-07-23 16:00"), "customer_request")
    missed = bought("Litware Analytics", "2026-08-03 10:00")
    _ticket(sample, 60228, missed.customer, "2026-08-06 11:00", "Please cancel our new plan",
            request_type="cancel", subscription_id=missed.subscription_id)  # fmt: skip
    follow(sample, missed, "cancelled", at("2026-08-13 09:00"), "customer_request")
    sample.fault(
        "cancelled three days too late",
        "Asked for on the third day after the purchase, carried out on the tenth: the window of seven days had closed.",
        ("cancellation_carried_out_in_window", "60228", "window_missed"),
    )


def _purchase(sample: Sample, known: dict[str, Customer]) -> None:
    _ticket(sample, 60231, known["Zirkel Planung"], "2026-09-03 10:30", "Five more licences, please",
            request_type="quantity_change")  # fmt: skip
    sample.fault(
        "licences never added",
        "Ticket 60231 asked for five more licences and was called solved; Partner Center shows no change since.",
        ("subscription_request_carried_out", "60231", "not_carried_out"),
    )


def _links(sample: Sample, known: dict[str, Customer]) -> None:
    _ticket(sample, 60234, known["Graphic Design Institute"], "2026-08-20 14:00", "How do I share a calendar?",
            request_type="how_to", only_links=True)  # fmt: skip
    sample.fault(
        "fobbed off with a link",
        "The only reply to ticket 60234 pointed at a page of the product; then it was closed.",
        notes=[("link_only_reply_closed_ticket", "60234", "link_only")],
    )


def _charges(sample: Sample, known: dict[str, Customer]) -> None:
    """Two customers are charged for support; one of them was never told the price."""
    for ticket_id, name in ((60237, "Contoso Maschinenbau"), (60240, "Munson's Pickles")):
        _ticket(sample, ticket_id, known[name], "2026-09-09 09:40", "Training for new colleagues", request_type="how_to",
                charge_amount="64.00", charge_currency="EUR", charged_on="2026-09-10")  # fmt: skip
    sample.fault(
        "charged at a price nobody had told",
        "Munson's Pickles was charged for ticket 60240; neither terms nor price list ever reached it.",
        ("price_published_before_charge", "60240", "not_published"),
        notes=[
            ("support_charges_counted", "60237", "ticket_charged"),
            ("support_charges_counted", "60240", "ticket_charged"),
        ],
    )
