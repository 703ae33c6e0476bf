"""Faults of partners of another time, cloud or tier: 2018, 21Vianet, an indirect reseller."""

from tests.faults.generator.records import World
from tests.faults.injected.fault import Effects, Fault, events, failed, key, unclear

#: every test that reads the requests and binds a partner of 2018
READ_REQUESTS = (
    "billing_dispute_reported",
    "billing_question_answered",
    "customer_told_of_outcome",
    "handover_category_handed_over",
    "known_incident_escalated_as_new",
    "request_filed_in_customer_context",
    "request_names_partner_contact",
    "service_health_checked_first",
    "solved_without_microsoft",
)


def dispute_not_reported(world: World) -> Effects:
    """A dispute about Microsoft's figures is not taken to Microsoft."""
    dispute = world.all("customer_dispute")[0]
    world.add("customer_dispute", **{**dispute.cells, "line": "2", "request_id": None})
    return {("billing_dispute_reported", f"{dispute['invoice_id']}/2"): failed("not_reported")}


def request_not_exported(world: World) -> Effects:
    """The request that took a dispute to Microsoft is in no export: every test that reads requests lacks it."""
    dispute = world.all("customer_dispute")[0]
    request = dispute["request_id"]
    world.remove(world.one("service_request", request_id=request))
    return {
        ("billing_dispute_reported", f"{dispute['invoice_id']}/1"): unclear("request_unseen"),
        **{(check, f"service_request:{request}"): unclear("record_missing") for check in READ_REQUESTS},
    }


def customer_not_told(world: World) -> Effects:
    """Nobody tells the customer how the problem that went to Microsoft ended."""
    ticket = world.known["escalated 0"]
    resolved_at = ticket.instant("resolved_at")
    for reply in events(world, ticket, "reply"):
        if reply.instant("occurred_at") >= resolved_at:
            world.remove(reply, world.one("message", message_id=reply["message_id"]))
    return {("customer_told_of_outcome", key(ticket)): failed("not_told")}


def no_service_level_agreement(world: World) -> Effects:
    """The telephone is not answered at night, and no customer is given a service level agreement."""
    world.remove(world.one("document", document_id="SLA"), *world.all("document_delivery", document_id="SLA"))
    return {
        ("sla_given_without_24x7_phone", key(customer)): failed("neither_given")
        for customer in world.all("customer")
    }


def closed_at_night(world: World) -> Effects:
    """The newer terms no longer offer support at night."""
    world.one("support_terms", terms_id="TERMS-B")["service_hours"] = "Mo-Su 06:00-22:00"
    return {("continuous_support_offered", "TERMS-B"): failed("less_than_continuous")}


def reseller_refuses(world: World) -> Effects:
    """A reseller refuses a problem within its scope and does not hand it to its provider."""
    ticket = world.known["solved 0"]
    ticket["resolution"] = "refused"
    world.remove(*events(world, ticket, "customer_confirmed"))
    return {
        ("reseller_works_with_provider", key(ticket)): failed("neither_solved_nor_handed"),
        ("in_scope_ticket_resolved", key(ticket)): failed("refused"),
        ("resolution_within_published_time", key(ticket)): failed("closed_unresolved"),
    }


HISTORIC_FAULTS = (
    Fault("billing_dispute_reported", dispute_not_reported),
    Fault("billing_dispute_reported", request_not_exported),
    Fault("customer_told_of_outcome", customer_not_told),
    Fault("sla_given_without_24x7_phone", no_service_level_agreement),
)
VIANET_FAULTS = (Fault("continuous_support_offered", closed_at_night),)
RESELLER_FAULTS = (Fault("reseller_works_with_provider", reseller_refuses),)
