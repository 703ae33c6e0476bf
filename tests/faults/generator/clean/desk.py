"""The support desk: every ticket with the contact it began with, what was done, and how it ended."""

from dataclasses import dataclass
from datetime import date, datetime

from tests.faults.generator.clean.builder import Builder
from tests.faults.generator.records import Cell, Record


@dataclass(frozen=True)
class Case:
    """A ticket under way: the record and the day on which it was opened."""

    builder: Builder
    ticket: Record
    customer: Record
    day: date

    def at(self, hour: int, minute: int = 0, days: int = 0) -> datetime:
        """An instant on the day of the ticket, or working days later."""
        return self.builder.at(self.builder.next_workday(self.day, days), hour, minute)

    def done(self, kind: str, at: datetime, actor_id: str | None = "anna", **cells: Cell) -> Record:
        """Something that was done on the ticket."""
        world = self.builder.world
        kinds = {one["actor_id"]: one["kind"] for one in world.tables["actor"]}
        return world.add(
            "ticket_event",
            **{
                "event_id": world.number("TE-"),
                "ticket_id": self.ticket["ticket_id"],
                "occurred_at": at,
                "kind": kind,
                "actor_kind": kinds.get(actor_id, "customer"),
                "actor_id": actor_id,
                **cells,
            },
        )

    def reply(self, at: datetime, actor_id: str = "anna", **cells: Cell) -> Record:
        """A reply on the ticket, and the mail that carried it."""
        message = self.builder.mail(
            self.customer,
            at,
            sender=f"support@{self.builder.domain}",
            ticket_id=self.ticket["ticket_id"],
            is_automated=actor_id == "robot",
        )
        return self.done(
            "reply", at, actor_id, message_id=message["message_id"], **{"links_only": False, **cells}
        )

    def solve(self, at: datetime, closed_at: datetime) -> None:
        """Solve the ticket, have the customer confirm it, close it."""
        self.ticket.cells |= {
            "status": "closed",
            "resolved_at": at,
            "resolution": "solved",
            "closed_at": closed_at,
            "closed_by": "agent",
        }
        self.done("resolve", at)
        self.done("customer_confirmed", closed_at, None)
        self.done("close", closed_at)


def open_case(
    builder: Builder, customer: Record, day: date, hour: int = 10, minute: int = 0, /, **cells: Cell
) -> Case:
    """A customer writes to the published address, and a ticket is opened for it."""
    world = builder.world
    opened_at = builder.at(day, hour, minute)
    ticket = world.add(
        "ticket",
        **{
            "ticket_id": world.number("T-"),
            "opened_at": opened_at,
            "customer_id": customer["customer_id"],
            "category": "technical",
            "request_type": "incident",
            "channel": "email",
            "severity": "moderate",
            "status": "open",
            "in_scope": True,
            "handoff_category": "none",
            "service": "microsoft_365",
            **cells,
        },
    )
    message = builder.mail_in(
        customer, builder.world.clock.later(opened_at, minutes=-1), ticket_id=ticket["ticket_id"]
    )
    ticket["requester"] = message["sender"]
    return Case(builder, ticket, customer, day)


def solved_case(builder: Builder, customer: Record, day: date, **cells: Cell) -> Case:
    """A technical problem that the desk finds and solves itself."""
    case = open_case(builder, customer, day, 10, builder.rng.randrange(40, 60), **cells)
    case.done("health_check", case.at(11, 5))
    case.reply(case.at(11, builder.rng.randint(6, 30)))
    case.done("diagnosis", case.at(11, 40))
    case.done("change", case.at(13, 10))
    case.solve(case.at(14, 20), case.at(10, 15, days=1))
    return case


def question_case(builder: Builder, customer: Record, day: date, **cells: Cell) -> Case:
    """A question that a person answers."""
    case = open_case(
        builder,
        customer,
        day,
        **{"category": "billing", "request_type": "other", "severity": "minimal", **cells},
    )
    case.reply(case.at(11, 15))
    case.solve(case.at(11, 20), case.at(9, 30, days=1))
    return case


def work(builder: Builder) -> None:
    """At least one ticket of every ordinary kind, and one or two more for each customer."""
    for customer in builder.customers:
        days = [day for day in builder.workdays()[:-8] if day >= customer.day("onboarded_on")]
        if customer["offboarded_on"]:
            days = [day for day in days if day < customer.day("offboarded_on")][:-5]
        for kind in builder.rng.sample([solved_case, question_case], builder.rng.randint(1, 2)):
            kind(builder, customer, builder.rng.choice(days))
    for number in range(3):
        solved = solved_case(
            builder, builder.customer(number), builder.workday(4 + 22 * number), severity="critical"
        )
        asked = question_case(builder, builder.customer(number), builder.workday(6 + 22 * number))
        builder.world.known |= {f"solved {number}": solved.ticket, f"question {number}": asked.ticket}
