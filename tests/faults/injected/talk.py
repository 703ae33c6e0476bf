"""Faults in what the partner writes to its customers, and in what it does for their subscriptions."""

from datetime import timedelta

from tests.faults.generator.records import Record, World
from tests.faults.injected.fault import Effects, Fault, events, failed, key, noted, shift, unclear


def _copy(world: World, message: Record, **cells: str | None) -> Record:
    """Another message like this one."""
    copied = world.add(message.table, **message.cells)
    copied.cells |= {"message_id": world.number("MSG-NEW-"), **cells}
    return copied


def announcement_not_repeated(world: World) -> Effects:
    """An announcement comes back and is not sent again."""
    bounced, again = world.known["bounced"], world.known["sent again"]
    event = max(world.all("subscription_event", subscription_id=bounced["subscription_id"]), key=key)
    world.remove(again)
    return {
        ("announcement_delivered", key(bounced)): failed("bounced"),
        ("subscription_event_announced", key(event)): failed("not_announced"),
    }


def delivery_not_exported(world: World) -> Effects:
    """The log does not tell whether an announcement arrived."""
    told = world.known["price_changed told"]
    told["delivery_status"] = "unknown"
    return {
        ("announcement_delivered", key(told)): unclear("delivery_unclear"),
        ("subscription_event_announced", key(world.known["price_changed"])): unclear("message_uncertain"),
    }


def lookalike_writes(world: World) -> Effects:
    """Somebody writes to a customer from a domain that looks like the partner's."""
    message = _copy(
        world, world.known["price_changed told"], sender="service@tailspln.example", direction="third_party"
    )
    return {
        ("lookalike_sender_observed", key(message)): noted("look_of_letters"),
        ("subscription_message_from_partner", key(message)): noted("third_party_message"),
    }


def microsoft_writes_on_subscription(world: World) -> Effects:
    """Microsoft itself writes to a customer about its subscription."""
    message = _copy(
        world, world.known["price_changed told"], sender="billing@microsoft.com", direction="third_party"
    )
    return {
        ("microsoft_message_on_subscription", key(message)): noted("sent_by_microsoft"),
        ("subscription_message_from_partner", key(message)): noted("third_party_message"),
    }


def event_not_announced(world: World) -> Effects:
    """A price changes and nobody tells the customer."""
    world.remove(world.known["price_changed told"])
    return {("subscription_event_announced", key(world.known["price_changed"])): failed("not_announced")}


def announced_too_early(world: World) -> Effects:
    """The customer is told of a change in price longer before than the audit accepts."""
    event, told = world.known["price_changed"], world.known["price_changed told"]
    told["sent_at"] = event.instant("occurred_at") - timedelta(days=32)
    return {("subscription_event_announced", key(event)): failed("not_announced")}


def foreign_sender(world: World) -> Effects:
    """A bill is sent from an address of a free mail service."""
    message = max(world.all("message", purpose="invoice_delivery"), key=key)
    message["sender"] = "bookkeeping@freemail.example"
    return {("subscription_message_from_partner", key(message)): failed("foreign_sender")}


def domain_given_up(world: World) -> Effects:
    """A bill is sent from a domain that the partner had given up before."""
    message = max(world.all("message", purpose="invoice_delivery"), key=key)
    message["sender"] = "bills@old-tailspin.example"
    return {("subscription_message_from_partner", key(message)): failed("domain_outside_dates")}


def cancelled_after_window(world: World) -> Effects:
    """A cancellation is carried out a week after it was asked for, when its window had closed."""
    ticket, done = world.known["asked cancel"], world.known["done cancel"]
    shift(done, "occurred_at", days=7)
    return {("cancellation_carried_out_in_window", key(ticket)): failed("window_missed")}


def wish_not_carried_out(world: World) -> Effects:
    """More seats are asked for, and nothing changes."""
    ticket, done = world.known["asked quantity_change"], world.known["done quantity_change"]
    world.remove(done)
    return {("subscription_request_carried_out", key(ticket)): failed("not_carried_out")}


def answered_with_links(world: World) -> Effects:
    """A problem's last reply only points at product pages."""
    ticket = world.known["solved 0"]
    events(world, ticket, "reply")[-1]["links_only"] = True
    return {("link_only_reply_closed_ticket", key(ticket)): noted("link_only")}


def question_answered_with_links(world: World) -> Effects:
    """A question on a bill is answered with a link alone."""
    ticket = world.known["question 0"]
    events(world, ticket, "reply")[-1]["links_only"] = True
    return {
        ("link_only_reply_closed_ticket", key(ticket)): noted("link_only"),
        ("billing_question_answered", key(ticket)): unclear("only_links"),
    }


TALK_FAULTS = (
    Fault("announcement_delivered", announcement_not_repeated),
    Fault("announcement_delivered", delivery_not_exported),
    Fault("lookalike_sender_observed", lookalike_writes),
    Fault("microsoft_message_on_subscription", microsoft_writes_on_subscription),
    Fault("subscription_event_announced", event_not_announced),
    Fault("subscription_event_announced", announced_too_early),
    Fault("subscription_message_from_partner", foreign_sender),
    Fault("subscription_message_from_partner", domain_given_up),
    Fault("cancellation_carried_out_in_window", cancelled_after_window),
    Fault("subscription_request_carried_out", wish_not_carried_out),
    Fault("link_only_reply_closed_ticket", answered_with_links),
    Fault("billing_question_answered", question_answered_with_links),
)
