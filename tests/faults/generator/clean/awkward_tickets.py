"""Tickets as they are in real life: merged, opened again, excluded, refused, silent, charged, over a change of clocks."""

from decimal import Decimal

from tests.faults.generator.clean.builder import Builder
from tests.faults.generator.clean.customers import main_subscription, subscribe
from tests.faults.generator.clean.desk import Case, open_case, question_case, solved_case
from tests.faults.generator.clean.events import happen
from tests.faults.generator.records import Cell


def add_awkward(builder: Builder) -> None:
    """One ticket of each awkward kind."""
    _merged(builder)
    _excluded(builder)
    _opened_again(builder)
    _links_only(builder)
    _silent(builder)
    _refused_and_withdrawn(builder)
    _of_two_kinds(builder)
    _over_the_holiday(builder)
    _by_others(builder)
    _charged(builder)
    _orders(builder)
    _still_open(builder)


def _merged(builder: Builder) -> None:
    """The customer wrote twice; the reply went out on the second ticket, the work was done on the first."""
    survivor = open_case(builder, builder.customer(), builder.workday(2), 10, 5)
    child = open_case(builder, builder.customer(), builder.workday(2), 10, 30)
    child.ticket.cells |= {"merged_into_id": survivor.ticket["ticket_id"], "status": "merged"}
    child.done("merge", child.at(10, 50))
    child.done("health_check", child.at(10, 55))
    child.reply(child.at(11, 0))
    builder.world.known |= {"survivor": survivor.ticket, "merged": child.ticket}
    survivor.done("diagnosis", survivor.at(11, 30))
    survivor.solve(survivor.at(15, 0), survivor.at(9, 0, days=1))


def _excluded(builder: Builder) -> None:
    for number, kind in enumerate(("spam", "test", "internal", "monitoring")):
        case = open_case(builder, builder.customer(), builder.workday(20 + number), 16)
        case.ticket.cells |= {
            "excluded_as": kind,
            "status": "closed",
            "closed_at": case.at(16, 30),
            "closed_by": "agent",
        }


def _opened_again(builder: Builder) -> None:
    """Solved, opened again three weeks later, and solved again."""
    case = solved_case(builder, builder.customer(1), builder.workday(7))
    builder.world.known["reopened"] = case.ticket
    case.done("reopen", case.at(9, 0, days=15), None)
    case.done("health_check", case.at(9, 20, days=15))
    case.reply(case.at(9, 30, days=15))
    case.done("diagnosis", case.at(9, 40, days=15))
    case.solve(case.at(11, 0, days=15), case.at(9, 0, days=16))


def _links_only(builder: Builder) -> None:
    """A how-to question is answered with a link to the product's pages, and after that by a person's words."""
    case = open_case(
        builder, builder.customer(), builder.workday(11), request_type="how_to", severity="minimal"
    )
    case.done("note", case.at(10, 30))
    builder.world.known["links only"] = case.ticket
    case.reply(case.at(10, 45), links_only=True)
    case.solve(case.at(10, 50), case.at(9, 0, days=1))


def _silent(builder: Builder) -> None:
    """The customer no longer answers; after two notices the timer closes the ticket."""
    case = open_case(builder, builder.customer(2), builder.workday(12), severity="minimal")
    case.done("health_check", case.at(10, 30))
    case.done("diagnosis", case.at(10, 40))
    case.reply(case.at(10, 50))
    builder.world.known["silent"] = case.ticket
    for days in (1, 2):
        case.done("notice", case.at(10, 0, days=days))
    closed_at = case.at(10, 0, days=4)
    case.ticket.cells |= {
        "status": "closed",
        "resolved_at": case.at(10, 50),
        "closed_at": closed_at,
        "closed_by": "timer",
        "resolution": "no_response",
    }
    case.done("close", closed_at, "robot")


def _ended(case: Case, hour: int, resolution: str, **cells: Cell) -> None:
    closed_at = case.at(hour)
    case.ticket.cells |= {
        "status": "closed",
        "resolved_at": closed_at,
        "closed_at": closed_at,
        "closed_by": "agent",
        "resolution": resolution,
        **cells,
    }
    case.done("close", closed_at)


def _refused_and_withdrawn(builder: Builder) -> None:
    out = open_case(builder, builder.customer(), builder.workday(13))
    out.done("diagnosis", out.at(10, 30))
    out.reply(out.at(10, 40))
    _ended(out, 12, "out_of_scope", in_scope=False)
    withdrawn = open_case(builder, builder.customer(1), builder.workday(14))
    withdrawn.reply(withdrawn.at(10, 20))
    builder.world.known |= {"out of scope": out.ticket, "withdrawn": withdrawn.ticket}
    _ended(withdrawn, 13, "withdrawn", closed_by="customer")


def _of_two_kinds(builder: Builder) -> None:
    solved_case(builder, builder.customer(), builder.workday(15), second_category="billing")


def _over_the_holiday(builder: Builder) -> None:
    """Opened on the last Friday before Europe's clocks change and a public holiday; answered on the next working day."""
    day = max((day for day in builder.workdays()[:-4] if day.weekday() == 4), key=lambda day: day)
    case = open_case(builder, builder.customer(), day, 16, 30)
    case.done("health_check", case.at(9, 30, days=1))
    case.reply(case.at(10, 0, days=1))
    case.done("diagnosis", case.at(10, 30, days=1))
    case.solve(case.at(12, 0, days=1), case.at(9, 0, days=2))


def _by_others(builder: Builder) -> None:
    """The robot confirms receipt, the subcontractor's desk answers, and it is known as an actor only by its id."""
    case = open_case(builder, builder.customer(1), builder.workday(18), 10, 45)
    case.reply(case.at(10, 46), "robot")
    case.done("health_check", case.at(10, 55), "sub-emil", actor_kind=None)
    case.reply(case.at(11, 5), "sub-emil", actor_kind=None)
    case.done("diagnosis", case.at(11, 20), "sub-emil")
    case.solve(case.at(13, 0), case.at(9, 0, days=1))


def _charged(builder: Builder) -> None:
    case = question_case(
        builder, builder.customer(), builder.workday(19), category="technical", request_type="how_to"
    )
    case.done("note", case.at(10, 50))
    builder.world.known["charged"] = case.ticket
    case.ticket.cells |= {"charge_amount": Decimal("60.00"), "currency": "EUR", "charged_on": case.day}


def _orders(builder: Builder) -> None:
    """A customer orders, changes and cancels; each is carried out the next day, the last within its window."""
    world, customer = builder.world, builder.customer(1)
    bought = subscribe(builder, customer, "microsoft_365", "Exchange Online", "new_commerce")
    bought["is_paid"] = False
    wishes = (
        ("purchase", bought, "purchased", 22),
        ("quantity_change", main_subscription(builder, customer, "azure"), "quantity_changed", 24),
        ("cancel", bought, "cancelled", 25),
    )
    for wish, subscription, event, number in wishes:
        case = question_case(
            builder,
            customer,
            builder.workday(number),
            category="subscription",
            request_type=wish,
            subscription_id=subscription["subscription_id"],
        )
        done = happen(
            builder, subscription, event, case.at(11, 0), reason="customer_request", actor_id="dirk"
        )
        world.known |= {f"asked {wish}": case.ticket, f"done {wish}": done}
    bought.cells |= {
        "started_on": builder.workday(22),
        "ended_on": builder.workday(25),
        "status": "cancelled",
        "cancellable_until_at": world.clock.later(builder.at(builder.workday(22), 11), days=7),
    }


def _still_open(builder: Builder) -> None:
    """Opened and answered at the end of the period, still being worked on."""
    case = open_case(builder, builder.customer(), builder.workday(-1), severity="minimal")
    builder.world.known["still open"] = case.ticket
    case.done("health_check", case.at(10, 30))
    case.reply(case.at(10, 45))
    case.done("diagnosis", case.at(11, 0))
