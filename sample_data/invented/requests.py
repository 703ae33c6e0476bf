"""Requests filed with Microsoft for tickets the partner could not solve alone."""

from datetime import datetime, timedelta
from typing import Any

from invented.base import Chance, Sample, after_business_minutes, at, utc
from invented.customers import Customer
from invented.tickets import AGENTS, Ticket, event, write_ticket

VEHICLE = "technical_request_by_entitled_vehicle"
DIAGNOSIS = "diagnosis_before_escalation"
HEALTH = "service_health_checked_first"
#: The contract for cloud support ended on 31 August and its renewal began on 4 September (cspaudit.toml).
PACK = 6
GAP = (at("2026-09-01 00:00"), at("2026-09-04 00:00"))


def add_requests(sample: Sample, tickets: list[Ticket], known: dict[str, Customer]) -> None:
    """Write the requests: one for every twelfth technical ticket, one for every twelfth on billing."""
    chance = Chance("requests")
    for ticket in tickets:
        if ticket.category not in {"technical", "billing"} or not chance.below(0.1):
            continue
        opened_at = after_business_minutes(ticket.replied_at, chance.between(30, 500))
        if opened_at > at("2026-10-14 23:00") or GAP[0] <= opened_at < GAP[1]:
            continue
        if ticket.category == "billing":
            file_request(
                sample,
                chance,
                ticket.ticket_id,
                ticket.customer,
                opened_at,
                "commercial",
                "commercial_support",
            )
            continue
        vehicle = chance.weighted({"partner_cloud_support": 70, "advanced_support_for_partners": 20,
                                   "csp_customer_entitlement": 10})  # fmt: skip
        file_request(sample, chance, ticket.ticket_id, ticket.customer, opened_at, "technical", vehicle)
    _wrong_vehicles(sample, chance, known)
    _undiagnosed(sample, chance, known)
    _filed_wrongly(sample, chance, known)
    _pack_of_cloud_support(sample)


def file_request(
    sample: Sample,
    chance: Chance,
    ticket_id: int | None,
    customer: Customer,
    opened_at: datetime,
    issue_type: str,
    vehicle: str | None,
    **more: Any,
) -> str:
    """Write one request, for a ticket where one is given, and return its number."""
    number = len(sample.tables.get("service_request", [])) + 1
    request_id = f"26{opened_at:%m%d}0040{number:05d}"
    closed_at = after_business_minutes(opened_at, chance.between(300, 4000))
    is_closed = closed_at < at("2026-10-14 18:00")
    row = {
        "request_id": request_id,
        "opened_at": utc(opened_at),
        "issue_type": issue_type,
        "customer_id": customer.customer_id,
        "vehicle": vehicle,
        "filed_by": "partner",
        "filed_by_actor_id": chance.pick(AGENTS),
        "contact_email": "escalation@fabrikam.example",
        "severity": chance.weighted({"moderate": 6, "minimal": 3, "critical": 1}),
        "service": chance.pick(("microsoft_365", "azure", "dynamics_365", "power_platform")),
        "status": "closed" if is_closed else "open",
        "customer_context": customer.customer_id,
        "claims_credit": False,
        "closed_at": utc(closed_at) if is_closed else None,
    }
    sample.add("service_request", **(row | more))
    if ticket_id is not None:
        sample.add("service_request_ticket", request_id=request_id, ticket_id=ticket_id)
    return request_id


def _escalated(
    sample: Sample,
    customer: Customer,
    ticket_id: int,
    opened: str,
    category: str = "technical",
    *,
    service: str = "microsoft_365",
    noted: bool = True,
    is_linked: bool = True,
) -> datetime:
    """Write one more ticket, answered in time, and return when a request may be filed for it."""
    opened_at = at(opened)
    filed_at = opened_at + timedelta(hours=1, minutes=30)
    ticket = Ticket(
        ticket_id, customer, category, "normal", "voice", "Service not available", opened_at,
        opened_at + timedelta(minutes=25), AGENTS[1], service, "incident", filed_at + timedelta(days=2, hours=3),
    )  # fmt: skip
    # what somebody looked into and passed on was a defect of the service
    handoff = (
        {"handoff_category": "service_defect"} if category == "technical" and noted and is_linked else {}
    )
    write_ticket(sample, Chance(f"ticket {ticket_id}"), ticket, **handoff)
    by_agent = {"actor_kind": "agent", "actor_id": AGENTS[1]}
    if noted:
        event(sample, ticket_id, opened_at + timedelta(minutes=4), "health_check", **by_agent)
        event(sample, ticket_id, opened_at + timedelta(minutes=12), "diagnosis", **by_agent)
    event(sample, ticket_id, ticket.replied_at, "reply", **by_agent)
    return filed_at


def _wrong_vehicles(sample: Sample, chance: Chance, known: dict[str, Customer]) -> None:
    customer = known["VanArsdel Logistik"]
    filed = _escalated(sample, customer, 60101, "2026-09-02 09:10")
    gap = file_request(
        sample, chance, 60101, customer, filed, "technical", "partner_cloud_support", service="dynamics_365"
    )
    sample.fault(
        "request in the gap between two contracts",
        "Cloud support ended on 31 August and was renewed from 4 September; this request was filed on 2 September.",
        (VEHICLE, gap, "not_held"),
        ("dynamics_request_under_partner_plan", gap, "plan_not_held"),
        notes=[("entitlement_gap", "2026-09", "days_without")],
    )
    customer = known["Northwind Traders"]
    filed = _escalated(sample, customer, 60104, "2026-08-05 10:00")
    never = file_request(sample, chance, 60104, customer, filed, "technical", "premier_support_for_partners")
    sample.fault(
        "plan never bought",
        "Filed under Premier Support for Partners, which Fabrikam does not have.",
        (VEHICLE, never, "not_held"),
    )
    pack: list[str] = []
    for number, day in enumerate((7, 10, 13, 16, 21, 24)):
        customer = known["Contoso Maschinenbau"]
        filed = _escalated(sample, customer, 60107 + 3 * number, f"2026-07-{day:02d} 13:00")
        row = file_request(
            sample, chance, 60107 + 3 * number, customer, filed, "technical", "partner_on_premises_support",
            service="on_premises",
        )  # fmt: skip
        pack.append(row)
    sample.fault(
        "sixth request of a pack of five",
        "The pack for products on premises holds five requests; a sixth was filed on it.",
        (VEHICLE, pack[-1], "pack_exhausted"),
    )
    # The name until June 2025 for the same plan: accepted.
    customer = known["Adatum Consulting"]
    filed = _escalated(sample, customer, 60128, "2026-07-09 11:00")
    file_request(sample, chance, 60128, customer, filed, "technical", "signature_cloud_support")
    # Nothing says under which plan this one was filed.
    customer = known["Wide World Importers"]
    filed = _escalated(sample, customer, 60131, "2026-08-26 15:00")
    file_request(sample, chance, 60131, customer, filed, "technical", None)
    # A plan that does not exist, as somebody typed it: the record is left out.
    customer = known["City Power and Light"]
    filed = _escalated(sample, customer, 60134, "2026-09-16 10:20", is_linked=False)
    file_request(sample, chance, None, customer, filed, "technical", "gold_support")


def _pack_of_cloud_support(sample: Sample) -> None:
    """Since September cloud support is a pack; the desk turns to the other contract, but for one request too many."""
    rows = sorted(
        (
            row
            for row in sample.tables["service_request"]
            if row["vehicle"] == "partner_cloud_support" and row["opened_at"] > utc(GAP[1])
        ),
        key=lambda row: row["opened_at"],
    )
    beyond = rows[PACK]
    for row in rows[PACK + 1 :]:
        row["vehicle"] = "advanced_support_for_partners"
    sample.fault(
        "one request beyond the pack of cloud support",
        f"The pack of September holds {PACK} requests; the desk filed one more on it before it turned to another contract.",
        *(
            (check, beyond["request_id"], "pack_exhausted")
            for check in (VEHICLE, "incident_pack_not_exhausted")
        ),
    )


def _undiagnosed(sample: Sample, chance: Chance, known: dict[str, Customer]) -> None:
    customer = known["Tailspin Toys"]
    filed = _escalated(sample, customer, 60140, "2026-07-28 09:30", noted=False)
    hasty = file_request(
        sample, chance, 60140, customer, filed, "technical", "partner_cloud_support", service="microsoft_365"
    )
    sample.fault(
        "passed on without a look",
        "The customer got an answer, and Microsoft a request; nothing shows that anybody looked into the problem. "
        "An outage had been published that morning.",
        (DIAGNOSIS, "60140", "not_diagnosed"),
        (HEALTH, "60140", "not_checked"),
        notes=[("known_incident_escalated_as_new", hasty, "published_incident")],
    )
    customer = known["Margie's Travel"]
    filed = _escalated(sample, customer, 60143, "2026-08-13 14:00", noted=False)
    file_request(sample, chance, 60143, customer, filed, "technical", "partner_cloud_support")
    event(sample, 60143, filed + timedelta(hours=2), "note", actor_kind="agent", actor_id=AGENTS[2])
    sample.fault(
        "looked into afterwards",
        "The first note was written two hours after the request was filed.",
        (DIAGNOSIS, "60143", "diagnosed_afterwards"),
        (HEALTH, "60143", "not_checked"),
    )
    customer = known["Best For You Organics"]
    filed = _escalated(sample, customer, 60146, "2026-09-10 10:00", noted=False)
    file_request(sample, chance, 60146, customer, filed, "technical", "advanced_support_for_partners")
    event(sample, 60146, filed - timedelta(minutes=50), "note", actor_kind="bot", actor_id="bot.desk")
    sample.fault(
        "only a robot took a note",
        "The one note before the request was written by the help desk's robot.",
        (DIAGNOSIS, "60146", "not_diagnosed"),
        (HEALTH, "60146", "not_checked"),
    )
    # Looked up by somebody who stands in no list: a logged health check counts whoever made it.
    customer = known["Graphic Design Institute"]
    filed = _escalated(sample, customer, 60149, "2026-09-17 13:30", noted=False)
    file_request(sample, chance, 60149, customer, filed, "technical", "partner_cloud_support")
    event(sample, 60149, filed - timedelta(minutes=30), "health_check", actor_id="agent.0815")
    # Told to be about a bill, and so no technical problem, though a request was filed.
    customer = known["Consolidated Messenger"]
    filed = _escalated(sample, customer, 60152, "2026-09-21 09:00", category="billing")
    file_request(sample, chance, 60152, customer, filed, "commercial", "commercial_support")


def _filed_wrongly(sample: Sample, chance: Chance, known: dict[str, Customer]) -> None:
    """Requests that name the wrong contact, context or contract, or that stand behind no ticket."""
    customer = known["Beispiel Logistik"]
    filed = _escalated(sample, customer, 60155, "2026-07-16 10:00")
    contact = file_request(
        sample, chance, 60155, customer, filed, "technical", "partner_cloud_support",
        contact_email=f"it@{customer.domain}",
    )  # fmt: skip
    sample.fault(
        "customer left alone with Microsoft",
        f"The request names the customer's own mailbox as its contact, it@{customer.domain}.",
        ("request_names_partner_contact", contact, "customer_contact"),
    )
    customer = known["Musterbau Nord"]
    filed = _escalated(sample, customer, 60158, "2026-08-11 09:15")
    context = file_request(
        sample,
        chance,
        60158,
        customer,
        filed,
        "technical",
        "partner_cloud_support",
        customer_context="fabrikam",
    )
    sample.fault(
        "filed from the own tenant",
        "A request for a customer was filed in Fabrikam's own context.",
        ("request_filed_in_customer_context", context, "own_context"),
    )
    customer = known["Zirkel Planung"]
    filed = _escalated(sample, customer, 60161, "2026-08-27 13:30", service="on_premises")
    unfit = file_request(
        sample, chance, 60161, customer, filed, "technical", "partner_cloud_support", service="on_premises"
    )
    sample.fault(
        "server on the contract for the cloud",
        "A problem of a Windows Server was filed through the contract that takes cloud products only.",
        ("vehicle_fits_service", unfit, "cloud_contract_on_premises"),
    )
    customer = known["Lucerne Publishing"]
    untraced = file_request(
        sample, chance, None, customer, at("2026-09-22 11:40"), "commercial", "advanced_support_for_partners"
    )
    sample.fault(
        "request out of nowhere",
        "A question on a bill went to Microsoft through a contract for technical problems, and no ticket stands behind it.",
        notes=[
            ("escalation_traces_to_ticket", untraced, "not_traced"),
            ("commercial_request_vehicle", untraced, "other_vehicle"),
        ],
    )
    customer = known["Adventure Works"]
    filed = _escalated(sample, customer, 60164, "2026-09-24 08:50", category="billing")
    itself = file_request(
        sample, chance, 60164, customer, filed, "commercial", "commercial_support", filed_by="customer",
        filed_by_actor_id=None, contact_email=f"it@{customer.domain}",
    )  # fmt: skip
    sample.fault(
        "customer lost patience",
        f"{customer.name} filed a request with Microsoft itself; it buys everything through Fabrikam.",
        notes=[("request_filed_by_customer", itself, "filed_by_customer")],
    )


def add_claims(sample: Sample, known: dict[str, Customer]) -> None:
    """Write the claims for credits after outages: one in time, one late."""
    chance = Chance("claims")

    def claim(name: str, filed: str, incident_id: str) -> str:
        request_id = file_request(
            sample, chance, None, known[name], at(filed), "commercial", "commercial_support",
            incident_id=incident_id, claims_credit=True,
        )  # fmt: skip
        # it follows from the ticket on the outage
        sample.add("service_request_ticket", request_id=request_id, ticket_id=60140)
        return request_id

    claim("Tailspin Toys", "2026-08-20 10:00", "MO1140220")
    late = claim("Wingtip Toys", "2026-09-16 14:30", "MO1140220")
    sample.fault(
        "credit claimed half a month too late",
        "The outage of 28 July could be claimed until 31 August; the claim was filed on 16 September.",
        ("sla_credit_claimed_in_time", late, "claimed_late"),
    )
    sample.fault(
        "outage of which nobody claimed anything",
        "For the outage of Azure of 5 August no credit was claimed by 30 September.",
        notes=[("sla_credit_claimed_in_time", "AZ1143301/incident", "not_claimed")],
    )
