"""Faults in what goes to Microsoft or the provider."""

from datetime import date, timedelta

from tests.faults.generator.records import World
from tests.faults.injected.fault import (
    Effects,
    Fault,
    events,
    failed,
    key,
    noted,
    shift,
    unclear,
)


def commercial_request_by_another_way(world: World) -> Effects:
    """A commercial request is filed through a contract for technical ones."""
    request = world.known["commercial"]
    request["vehicle"] = "premier_support_for_partners"
    return {("commercial_request_vehicle", key(request)): noted("other_vehicle")}


def escalated_before_diagnosis(world: World) -> Effects:
    """The desk looks into the problem only after it filed the request."""
    ticket = world.known["escalated 4"]
    for event in events(world, ticket, "health_check", "diagnosis", "note"):
        shift(event, "occurred_at", minutes=120)
    return {
        ("diagnosis_before_escalation", key(ticket)): failed("diagnosed_afterwards"),
        ("service_health_checked_first", key(ticket)): failed("checked_afterwards"),
    }


def a_day_without_contract(world: World) -> Effects:
    """Every support contract ended on a Friday and began again on the Sunday after it."""
    day = world.clock.day(world.known["done purchase"].instant("occurred_at"))
    while day.weekday() != 5:
        day += timedelta(days=1)
    for contract in list(world.all("entitlement")):
        again = world.add("entitlement", **contract.cells)
        again["contract_id"] = f"{contract['contract_id']}-2"
        again["valid_from_on"] = day + timedelta(days=1)
        contract["valid_to_on"] = day - timedelta(days=1)
    return {("entitlement_gap", f"{day:%Y-%m}"): noted("days_without")}


def request_without_ticket(world: World) -> Effects:
    """Nobody noted for which ticket a request was filed."""
    request = world.known["request 4"]
    world.remove(world.one("service_request_ticket", request_id=request["request_id"]))
    return {
        ("escalation_traces_to_ticket", key(request)): noted("not_traced"),
    }


def defect_not_handed_over(world: World) -> Effects:
    """A defect of the service is closed without a request."""
    ticket = world.known["solved 0"]
    ticket["handoff_category"] = "service_defect"
    return {("handover_category_handed_over", key(ticket)): failed("closed_without")}


def pack_too_small(world: World) -> Effects:
    """The pack of requests was used up before the last request."""
    pack = world.one("entitlement", vehicle="signature_cloud_support")
    used = [
        one
        for one in world.all("service_request")
        if one["vehicle"] in {"partner_cloud_support", "signature_cloud_support"}
        and one["filed_by"] == "partner"
    ]
    pack["incident_quantity"] = len(used) - 1
    last = max(used, key=lambda one: one.instant("opened_at"))
    return {
        ("incident_pack_not_exhausted", key(last)): failed("pack_exhausted"),
        ("technical_request_by_entitled_vehicle", key(last)): failed("pack_exhausted"),
    }


def known_incident_not_noticed(world: World) -> Effects:
    """A request is filed on an outage that Microsoft had published, and nobody had looked."""
    ticket, request = world.known["escalated 0"], world.known["request 0"]
    world.remove(*events(world, ticket, "health_check"))
    opened_at = request.instant("opened_at")
    world.add(
        "service_incident",
        incident_id="AZ900001",
        service="azure",
        started_at=opened_at - timedelta(hours=5),
        published_at=opened_at - timedelta(hours=4),
        ended_at=opened_at + timedelta(hours=4),
    )
    return {
        ("known_incident_escalated_as_new", key(request)): noted("published_incident"),
        ("service_health_checked_first", key(ticket)): failed("not_checked"),
        ("sla_credit_claimed_in_time", "AZ900001/incident"): noted("not_claimed"),
    }


def filer_not_exported(world: World) -> Effects:
    """The export does not tell who filed a request, which a customer may have filed."""
    request = world.known["filed by customer"]
    request["filed_by"] = "unknown"
    return {
        ("request_filed_by_customer", key(request)): unclear("filer_unknown"),
        ("request_names_partner_contact", key(request)): unclear("filer_unknown"),
        ("support_actor_had_listed_role", key(request)): unclear("actor_unknown"),
        ("escalation_traces_to_ticket", key(request)): noted("not_traced"),
    }


def request_in_own_context(world: World) -> Effects:
    """A request for a customer is filed in the partner's own context."""
    request = world.known["request 0"]
    request["customer_context"] = "own"
    return {("request_filed_in_customer_context", key(request)): failed("own_context")}


def request_in_context_of_another(world: World) -> Effects:
    """A request for a customer is filed in the context of another customer."""
    request = world.known["request 0"]
    request["customer_context"] = "C00002"
    return {("request_filed_in_customer_context", key(request)): unclear("context_of_another")}


def customer_named_as_contact(world: World) -> Effects:
    """Microsoft is told to write to the customer."""
    request = world.known["request 0"]
    request["contact_email"] = "it@c00001.customers.example"
    return {("request_names_partner_contact", key(request)): failed("customer_contact")}


def outage_without_health_check(world: World) -> Effects:
    """A change is made before anybody looked at the service's health."""
    ticket = world.known["solved 0"]
    world.remove(*events(world, ticket, "health_check"))
    return {("service_health_checked_first", key(ticket)): failed("not_checked")}


def credit_claimed_late(world: World) -> Effects:
    """A credit for an outage of August is claimed in October."""
    claim = world.known["claim"]
    shift(claim, "opened_at", days=40)
    shift(claim, "closed_at", days=40)
    return {("sla_credit_claimed_in_time", key(claim)): failed("claimed_late")}


def category_not_exported(world: World) -> Effects:
    """A ticket is filed under no category."""
    ticket = world.known["question 1"]
    ticket["category"] = None
    return {
        ("solved_without_microsoft", f"{ticket.instant('opened_at'):%Y-%m}"): noted("share_told_in_part"),
        ("billing_question_answered", key(ticket)): unclear("category_unknown"),
        ("diagnosis_before_closure", key(ticket)): unclear("category_unknown"),
    }


def contract_ended(world: World) -> Effects:
    """Premier support ended the day before a request was filed through it."""
    request = world.known["request 3"]
    contract = world.one("entitlement", contract_id="PREMIER")
    contract["valid_to_on"] = world.clock.day(request.instant("opened_at")) - timedelta(days=1)
    return {("technical_request_by_entitled_vehicle", key(request)): failed("not_held")}


def technical_request_as_commercial(world: World) -> Effects:
    """A technical request is filed through commercial support."""
    request = world.known["request 3"]
    request["vehicle"] = "commercial_support"
    return {("technical_request_by_entitled_vehicle", key(request)): failed("commercial_vehicle")}


def cloud_problem_on_premises_contract(world: World) -> Effects:
    """A request on a cloud service is filed through the contract for products on premises."""
    request = world.known["request 2"]
    request["vehicle"] = "partner_on_premises_support"
    return {("vehicle_fits_service", key(request)): failed("on_premises_contract_cloud")}


def dynamics_without_plan(world: World) -> Effects:
    """No contract at Advanced Support or above is held when a request on Dynamics is filed."""
    request = world.known["request 2"]
    request["vehicle"] = "partner_cloud_support"
    day = world.clock.day(request.instant("opened_at"))
    for name in ("ADVANCED", "PREMIER"):
        contract = world.one("entitlement", contract_id=name)
        contract["valid_from_on"] = day + timedelta(days=1)
    return {
        ("dynamics_request_under_partner_plan", key(request)): failed("plan_not_held"),
        ("technical_request_by_entitled_vehicle", key(world.known["own request"])): failed("not_held"),
    }


def request_by_sales_agent(world: World) -> Effects:
    """A technical request is filed by somebody whose role is to sell."""
    request = world.known["request 0"]
    request["filed_by_actor_id"] = "dirk"
    return {("support_actor_had_listed_role", key(request)): failed("other_role")}


def billing_work_by_unlisted_role(world: World) -> Effects:
    """Access is suspended by somebody in a role that is not for billing work."""
    work = world.all("audit_event")[0]
    world.add("actor", actor_id="hans", role="reports_reader", valid_from_on=date(2016, 1, 1), kind="agent")
    work["actor_id"] = "hans"
    return {("billing_actor_had_listed_role", key(work)): failed("other_role")}


REQUEST_FAULTS = (
    Fault("commercial_request_vehicle", commercial_request_by_another_way),
    Fault("diagnosis_before_escalation", escalated_before_diagnosis),
    Fault("entitlement_gap", a_day_without_contract),
    Fault("escalation_traces_to_ticket", request_without_ticket),
    Fault("handover_category_handed_over", defect_not_handed_over),
    Fault("incident_pack_not_exhausted", pack_too_small),
    Fault("known_incident_escalated_as_new", known_incident_not_noticed),
    Fault("request_filed_by_customer", filer_not_exported),
    Fault("request_filed_in_customer_context", request_in_own_context),
    Fault("request_filed_in_customer_context", request_in_context_of_another),
    Fault("request_names_partner_contact", customer_named_as_contact),
    Fault("service_health_checked_first", outage_without_health_check),
    Fault("sla_credit_claimed_in_time", credit_claimed_late),
    Fault("solved_without_microsoft", category_not_exported),
    Fault("technical_request_by_entitled_vehicle", contract_ended),
    Fault("technical_request_by_entitled_vehicle", technical_request_as_commercial),
    Fault("vehicle_fits_service", cloud_problem_on_premises_contract),
    Fault("dynamics_request_under_partner_plan", dynamics_without_plan),
    Fault("support_actor_had_listed_role", request_by_sales_agent),
    Fault("billing_actor_had_listed_role", billing_work_by_unlisted_role),
)
