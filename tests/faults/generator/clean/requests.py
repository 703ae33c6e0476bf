"""What goes to Microsoft or the provider: requests, the tickets they come from, incidents and claims."""

from datetime import datetime, timedelta

from tests.faults.generator.clean.builder import Builder
from tests.faults.generator.clean.desk import Case, open_case
from tests.faults.generator.records import Cell, Record

#: vehicle, service, handoff category
WAYS = (
    ("partner_cloud_support", "azure", "undocumented_problem"),
    ("signature_cloud_support", "microsoft_365", "service_unavailable"),
    ("advanced_support_for_partners", "dynamics_365", "service_defect"),
    ("premier_support_for_partners", "on_premises", "network_disruption"),
    ("partner_on_premises_support", "on_premises", "none"),
    ("partner_cloud_support", "microsoft_365", "regional_multi_tenant"),
    ("csp_customer_entitlement", "microsoft_365", "none"),
)
COMMERCIAL_DAYS = (9, 31, 52)


def file(builder: Builder, customer: Record, opened_at: datetime, **cells: Cell) -> Record:
    """A technical request that the partner files through Partner Center for a customer."""
    world = builder.world
    return world.add(
        "service_request",
        **{
            "request_id": world.number("SR-"),
            "opened_at": opened_at,
            "issue_type": "technical",
            "customer_id": customer["customer_id"],
            "vehicle": "partner_cloud_support",
            "filed_by": "partner",
            "filed_by_actor_id": "anna",
            "contact_email": f"anna@{builder.domain}",
            "severity": "moderate",
            "service": "azure",
            "status": "closed",
            "customer_context": customer["customer_id"],
            "claims_credit": False,
            "closed_at": world.clock.later(opened_at, days=1),
            **cells,
        },
    )


def link(builder: Builder, request: Record, ticket: Record) -> Record:
    """Note that a request was filed for a ticket."""
    return builder.world.add(
        "service_request_ticket", request_id=request["request_id"], ticket_id=ticket["ticket_id"]
    )


def escalated_case(
    builder: Builder, customer: Record, number: int, vehicle: str, service: str, handoff: str
) -> tuple[Case, Record]:
    """A problem that the desk looks into, hands to Microsoft, and tells the customer the outcome of."""
    day = builder.workday(number)
    case = open_case(
        builder, customer, day, 10, builder.rng.randrange(30), service=service, handoff_category=handoff
    )
    case.done("health_check", case.at(11, 0))
    case.reply(case.at(11, 20))
    case.done("diagnosis", case.at(11, 45))
    case.done("note", case.at(12, 0))
    request = file(builder, customer, case.at(12, 30), vehicle=vehicle, service=service)
    link(builder, request, case.ticket)
    case.done("escalate", case.at(12, 31))
    case.done("notice", case.at(12, 35))
    case.solve(case.at(12, 0, days=2), case.at(12, 30, days=3))
    case.reply(case.at(12, 10, days=2))
    return case, request


def escalate(builder: Builder) -> None:
    """Requests of every ordinary kind, in every month of the period."""
    for number, (vehicle, service, handoff) in enumerate(WAYS):
        case, request = escalated_case(
            builder, builder.customer(number), 5 + 7 * number, vehicle, service, handoff
        )
        builder.world.known |= {f"escalated {number}": case.ticket, f"request {number}": request}
    extra = len(builder.customers) // 3
    for _ in range(extra):
        number = builder.rng.randrange(len(builder.workdays()) - 8)
        escalated_case(builder, builder.any_customer(), number, *WAYS[0])
    _commercial(builder)
    _filed_by_others(builder)
    _incidents(builder)


def _commercial(builder: Builder) -> None:
    for number in COMMERCIAL_DAYS:
        opened_at = builder.at(builder.workday(number), 15)
        request = file(
            builder,
            builder.customer(number),
            opened_at,
            issue_type="commercial",
            vehicle="commercial_support",
        )
        request.cells |= {"filed_by_actor_id": "ben", "contact_email": f"ben@{builder.domain}"}
        builder.world.known["commercial"] = request
    # a request on the partner's own subscriptions has no customer
    own = file(builder, builder.customer(), builder.at(builder.workday(10), 9, 15))
    own.cells |= {"customer_id": None, "customer_context": "own", "vehicle": "premier_support_for_partners"}
    builder.world.known["own request"] = own


def _filed_by_others(builder: Builder) -> None:
    """A customer files a request itself, and the subcontractor's desk files one for the partner."""
    customer = builder.customer()
    by_customer = file(builder, customer, builder.at(builder.workday(14), 16))
    by_customer.cells |= {
        "filed_by": "customer",
        "filed_by_actor_id": None,
        "contact_email": f"it@{str(customer['customer_id']).lower()}.customers.example",
    }
    builder.world.known["filed by customer"] = by_customer
    case, request = escalated_case(builder, builder.customer(1), 33, *WAYS[0])
    request.cells |= {"filed_by_actor_id": "sub-emil", "contact_email": f"emil@desk-for-{builder.domain}"}
    for event in builder.world.all("ticket_event", ticket_id=case.ticket["ticket_id"], actor_id="anna"):
        event.cells |= {"actor_id": "sub-emil", "actor_kind": "subcontractor"}


def _incidents(builder: Builder) -> None:
    """Incidents that Microsoft published: one that a ticket waits for, one that a credit is claimed for."""
    world = builder.world
    started_at = builder.at(builder.workday(16), 6)
    incident = world.add(
        "service_incident",
        incident_id="MO100001",
        service="microsoft_365",
        started_at=started_at,
        published_at=started_at + timedelta(minutes=20),
        ended_at=started_at + timedelta(hours=9),
    )
    case = open_case(
        builder,
        builder.customer(1),
        builder.workday(16),
        handoff_category="service_unavailable",
        incident_id=incident["incident_id"],
    )
    case.done("health_check", case.at(10, 20))
    case.reply(case.at(10, 25))
    case.done("diagnosis", case.at(10, 26))
    case.solve(case.at(15, 30), case.at(9, 0, days=1))
    claim = file(
        builder,
        builder.customer(1),
        builder.at(builder.workday(24), 14),
        issue_type="commercial",
        vehicle="commercial_support",
        service="microsoft_365",
        incident_id=incident["incident_id"],
        claims_credit=True,
    )
    world.known |= {"claim": claim, "incident": incident}
    claim.cells |= {"filed_by_actor_id": "ben", "contact_email": f"ben@{builder.domain}"}
    world.add(
        "service_incident",
        incident_id="AZ100002",
        service="azure",
        started_at=builder.at(builder.workday(40), 3),
        published_at=builder.at(builder.workday(40), 3, 10),
        ended_at=builder.at(builder.workday(40), 7),
    )
