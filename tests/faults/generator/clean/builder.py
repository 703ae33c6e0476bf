"""What every part of a clean partner is built with: working days, customers, people and the two sides of the mail."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from tests.faults.generator.records import Cell, Record, World
from tests.faults.generator.span import Span

#: public holidays of Austria on working days in the spans of the generator
CLOSED = frozenset(
    {
        *(date(2026, 8, 15), date(2026, 10, 26)),
        *(date(2018, 5, 1), date(2018, 5, 10), date(2018, 5, 21), date(2018, 5, 31), date(2018, 8, 15)),
    }
)
LONG_AGO = date(2015, 1, 1)


@dataclass
class Builder:
    """A world under construction."""

    world: World
    span: Span
    customers: list[Record] = field(default_factory=list)

    @property
    def rng(self) -> Random:
        """The world's random numbers."""
        return self.world.rng

    @property
    def domain(self) -> str:
        """The partner's domain."""
        return self.world.partner.domain

    def workdays(self) -> list[date]:
        """The days of the period on which the desk works."""
        days = (self.span.start + timedelta(days=i) for i in range((self.span.end - self.span.start).days))
        return [day for day in days if day.weekday() < 5 and day not in CLOSED]

    def workday(self, number: int) -> date:
        """The working day with this number, from 0; negative ones count from the end."""
        return self.workdays()[number]

    def any_workday(self) -> date:
        """A working day that leaves three weeks of the period."""
        return self.rng.choice(self.workdays()[:-15])

    def next_workday(self, day: date, number: int = 1) -> date:
        """The working day that follows ``number`` working days later."""
        while number:
            day += timedelta(days=1)
            number -= day.weekday() < 5 and day not in CLOSED
        return day

    def at(self, day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
        """An instant by the partner's clock."""
        return self.world.clock.at(day, hour, minute, second)

    def customer(self, number: int = 0) -> Record:
        """One of the customers that stay the whole period; ``number`` picks different ones while there are any."""
        staying = [
            one for one in self.customers if one["onboarded_on"] == LONG_AGO and not one["offboarded_on"]
        ]
        return staying[number % len(staying)]

    def any_customer(self) -> Record:
        """A random customer that stays the whole period."""
        return self.customer(self.rng.randrange(len(self.customers)))

    def mail(self, customer: Record, sent_at: datetime, **cells: Cell) -> Record:
        """A message of the partner to a customer, delivered."""
        return self.world.add(
            "message",
            **{
                "message_id": self.world.number("MSG-"),
                "recipient": f"office@{domain_of(customer)}",
                "sent_at": sent_at,
                "sender": f"service@{self.domain}",
                "direction": "outbound",
                "customer_id": customer["customer_id"],
                "channel": "email",
                "topic": "support",
                "language": customer["language"],
                "is_automated": False,
                "delivery_status": "delivered",
                "authentication": "pass",
                **cells,
            },
        )

    def mail_in(self, customer: Record, sent_at: datetime, **cells: Cell) -> Record:
        """A message of a customer to the support address."""
        return self.world.add(
            "message",
            **{
                "message_id": self.world.number("IN-"),
                "recipient": f"support@{self.domain}",
                "sent_at": sent_at,
                "sender": f"office@{domain_of(customer)}",
                "direction": "inbound",
                "customer_id": customer["customer_id"],
                "channel": "email",
                "topic": "support",
                "language": customer["language"],
                "is_automated": False,
                "delivery_status": "delivered",
                "authentication": "pass",
                **cells,
            },
        )


def domain_of(customer: Record) -> str:
    """The mail domain of a customer."""
    return f"{str(customer['customer_id']).lower()}.customers.example"
