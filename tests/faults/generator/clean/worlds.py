"""Clean partners: everything owed is done, so that an audit finds nothing."""

from collections.abc import Callable
from random import Random

from tests.faults.generator.clean.awkward_tickets import add_awkward
from tests.faults.generator.clean.billing import bill_customers
from tests.faults.generator.clean.builder import Builder
from tests.faults.generator.clean.customers import sell
from tests.faults.generator.clean.desk import work
from tests.faults.generator.clean.events import keep_subscriptions
from tests.faults.generator.clean.partner import found
from tests.faults.generator.clean.requests import escalate
from tests.faults.generator.clean.supplier_ledger import owe_and_pay
from tests.faults.generator.records import Partner, World
from tests.faults.generator.span import AUTUMN_2026, BY_RULES_OF_2018, SUMMER_2018, Span

VIENNA = "Europe/Vienna"


def direct_bill(
    partner_id: str, seed: int, customers: int = 1, zone: str = VIENNA, span: Span = AUTUMN_2026
) -> World:
    """A partner that bills its customers directly and files its requests itself."""
    return _built(Partner(partner_id, zone=zone, holidays="AT"), seed, customers, span)


def indirect_reseller(partner_id: str, seed: int, customers: int = 1, span: Span = AUTUMN_2026) -> World:
    """A partner that bills its customers, owes its provider, and files its requests through it."""
    partner = Partner(partner_id, "indirect_reseller", VIENNA, holidays="AT", provider_id="distributor")
    world = _built(partner, seed, customers, span)
    for invoice in world.all("supplier_invoice"):
        invoice["supplier"] = "provider"
    for request in world.all("service_request", filed_by="partner"):
        request.cells |= {"vehicle": "provider", "provider_case_id": f"CASE-{request['request_id']}"}
    world.remove(*world.all("entitlement", holder="partner"))
    # a reseller's ticket that ends in silence counts as neither solved nor handed on
    silent = world.known.pop("silent")
    for table in ("ticket", "ticket_event", "message"):
        world.remove(*world.all(table, ticket_id=silent["ticket_id"]))
    return world


def historic(partner_id: str, seed: int, customers: int = 1) -> World:
    """A partner of 2018: customers are told how escalated problems ended, and given a service level agreement."""
    return direct_bill(partner_id, seed, customers, span=SUMMER_2018)


def vianet(partner_id: str, seed: int, customers: int = 1) -> World:
    """A partner of the cloud that 21Vianet runs, with support around the clock."""
    partner = Partner(partner_id, zone="Asia/Shanghai", cloud="21vianet", holidays="AT", hours="24/7")
    return _built(partner, seed, customers, BY_RULES_OF_2018)


def _built(partner: Partner, seed: int, customers: int, span: Span) -> World:
    world = World(partner, Random(seed))
    builder = Builder(world, span)
    steps: tuple[Callable[[Builder], None], ...] = (
        found,
        lambda it: sell(it, customers),
        owe_and_pay,
        keep_subscriptions,
        bill_customers,
        work,
        add_awkward,
        escalate,
    )
    for step in steps:
        step(builder)
    return world
