"""What a clean partner's audit may note: facts that are on record, none of them a failure."""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.faults.generator.records import Record, World
from tests.faults.generator.span import Span

#: check, subject, reason
Note = tuple[str, str, str]

#: the first day on which a document says what the check looks at
KNOWN_SINCE = {
    "backlog_at_cutoff": date(2018, 9, 4),
    "commercial_request_vehicle": date(2018, 9, 4),
    "escalation_traces_to_ticket": date(2018, 9, 4),
    "link_only_reply_closed_ticket": date(2016, 12, 2),
    "paid_subscription_is_invoiced": date(2016, 12, 2),
    "sla_credit_claimed_in_time": date(2019, 6, 25),
    "solved_without_microsoft": date(2016, 12, 2),
    "support_charges_counted": date(2018, 9, 4),
    "support_model_on_record": date(2018, 9, 4),
    "ticket_closed_by_silence": date(2018, 9, 4),
}


def notes(world: World, span: Span) -> frozenset[Note]:
    """All notes that the audit of this clean world must hold."""
    judged_on = span.rules_as_of or span.start
    return frozenset(note for note in _all(world, span) if KNOWN_SINCE[note[0]] <= judged_on)


def _all(world: World, span: Span) -> Iterator[Note]:
    yield ("backlog_at_cutoff", world.known["still open"].text("ticket_id"), "still_open")
    yield ("link_only_reply_closed_ticket", world.known["links only"].text("ticket_id"), "link_only")
    yield ("support_charges_counted", world.known["charged"].text("ticket_id"), "ticket_charged")
    if "silent" in world.known:
        yield ("ticket_closed_by_silence", world.known["silent"].text("ticket_id"), "silent_after_notice")
    if world.partner.tier != "indirect_reseller":
        yield ("sla_credit_claimed_in_time", "AZ100002/incident", "not_claimed")
    for month in months(span):
        yield ("solved_without_microsoft", f"{month:%Y-%m}", "share_told")
        yield ("support_model_on_record", f"{month:%Y-%m}", _model(world, month))
    yield from _requests(world)
    yield from _invoiced(world, span)


def months(span: Span) -> list[date]:
    """The first days of the period's months."""
    found = [span.start]
    while (following := (found[-1] + timedelta(days=32)).replace(day=1)) < span.end:
        found.append(following)
    return found


def _model(world: World, month: date) -> str:
    kinds = {
        event["actor_kind"] or "subcontractor"
        for event in world.all("ticket_event", kind="reply")
        if world.clock.day(event.instant("occurred_at")).replace(day=1) == month
        and event["actor_kind"] != "bot"
    }
    return "own_desk" if kinds == {"agent"} else "shared"


def _requests(world: World) -> Iterator[Note]:
    linked = {link["request_id"] for link in world.all("service_request_ticket")}
    for request in world.all("service_request", filed_by="partner"):
        request_id = request.text("request_id")
        yield ("escalation_traces_to_ticket", request_id, "traced" if request_id in linked else "not_traced")
        if request["issue_type"] == "commercial":
            way = "provider_vehicle" if request["vehicle"] == "provider" else "commercial_support"
            yield ("commercial_request_vehicle", request_id, way)


def _invoiced(world: World, span: Span) -> Iterator[Note]:
    billed = {
        (line["subscription_id"], line.day("period_start_on")) for line in world.all("customer_invoice_line")
    }
    for subscription in world.all("subscription", is_paid=True, channel="csp", is_trial=False):
        for month in months(span):
            if not _ran(subscription, month):
                continue
            is_billed = (subscription["subscription_id"], month) in billed
            subject = f"{subscription['subscription_id']}/{month:%Y-%m}"
            yield ("paid_subscription_is_invoiced", subject, "invoiced" if is_billed else "not_invoiced")


def _ran(subscription: Record, month: date) -> bool:
    following = (month + timedelta(days=32)).replace(day=1)
    started_on = subscription["started_on"] or date.min
    ended_on = subscription["ended_on"] or date.max
    assert isinstance(started_on, date)
    assert isinstance(ended_on, date)
    return started_on < following and ended_on >= month
