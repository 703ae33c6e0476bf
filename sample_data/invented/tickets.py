"""Tickets and what was done on them: answered within the published times, but for the seeded faults."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from invented.base import (
    AS_OF,
    SUMMER_TIME,
    Chance,
    Row,
    Sample,
    after_business_minutes,
    at,
    is_workday,
    office_time,
    utc,
)
from invented.customers import OWN_TERMS_FREE, Customer

CHECK = "first_reply_within_published_time"
AGENTS = ("agent.anna", "agent.bilal", "agent.carla", "agent.david", "agent.eva")
NIGHT_DESK = ("night.one", "night.two")
#: Business minutes to the first answer, by Zendesk's priority; urgent ones run by the calendar, day and night.
#: They are those of cspaudit.toml, where the terms of August 2026 shortened the last one.
PROMISED = {"urgent": 60, "high": 240, "normal": 240, "low": 1200, None: 1200}
PROMISED_SINCE_AUGUST = PROMISED | {"low": 600}
#: Fields of the desk's own making, by what they hold; cspaudit.toml names their numbers.
OWN_FIELDS = {
    name: 360001 + number
    for number, name in enumerate(
        [
            "category",
            "service",
            "in_scope",
            "resolution",
            "handoff_category",
            "closed_at",
            "closed_by",
            "request_type",
            "subscription_id",
            "charge_amount",
            "charge_currency",
            "charged_on",
        ]
    )
}
SUBJECTS = {
    "billing": ("Question on last invoice", "VAT number missing on invoice", "Charged for a user who left"),
    "subscription": ("Ten more licences, please", "Which plan includes archiving?", "End of our annual term"),
    "technical": ("Outlook asks for the password", "Sync of files is stuck", "Virtual machine not reachable",
                  "Report does not refresh", "New laptop cannot enrol", "Shared mailbox missing"),
    "other": ("Training for new colleagues", "Visit next week", "Whom to call on holidays?"),
}  # fmt: skip


@dataclass(frozen=True)
class Ticket:
    """One ticket as the later parts need it, at Munich wall-clock time."""

    ticket_id: int
    customer: Customer
    category: str
    priority: str | None
    channel: str
    subject: str
    opened_at: datetime
    replied_at: datetime
    agent: str
    service: str = "microsoft_365"
    #: Zendesk's word: incident, problem, question or task
    kind: str = "question"
    #: None: not solved, or in a way written apart
    solved_at: datetime | None = None

    @property
    def mail_id(self) -> str:
        """The message id of the mail that opened it, where it came by mail."""
        return f"<ticket-{self.ticket_id}@{self.customer.domain}>"

    @property
    def closed_at(self) -> datetime | None:
        """When the desk's rule closed it: four days after it was solved, and before the cut-off."""
        closed_at = self.solved_at + timedelta(days=4) if self.solved_at else None
        return closed_at if closed_at and closed_at < AS_OF else None

    @property
    def status(self) -> str:
        """Zendesk's status at the cut-off."""
        if self.closed_at:
            return "closed"
        return "solved" if self.solved_at else "open"


def add_tickets(sample: Sample, known: dict[str, Customer]) -> list[Ticket]:
    """Write a summer of tickets with their events, and return them."""
    chance = Chance("tickets")
    tickets: list[Ticket] = []
    for opened_at in _openings(chance):
        active = [each for each in known.values() if each.is_active(opened_at.date())]
        night = not is_workday(opened_at.date()) or not 7 <= opened_at.hour < 18
        priority = chance.weighted({"urgent": 1}) if night and chance.below(0.3) else chance.weighted(
            {"urgent": 3, "high": 18, "normal": 48, "low": 25, None: 6}
        )  # fmt: skip
        category = chance.weighted({"technical": 55, "subscription": 20, "billing": 17, "other": 8})
        ticket = _ticket(chance, 48210 + len(tickets) * 3, chance.pick(active), category, priority, opened_at)
        tickets.append(ticket)
        write_ticket(sample, chance, ticket)
        _work(sample, chance, ticket)
    _add_special(sample, known, chance)
    return tickets


def event(sample: Sample, ticket_id: int, occurred_at: datetime, kind: str, **more: Any) -> None:
    """Write one event of a ticket."""
    number = len(sample.tables.get("ticket_event", [])) + 1
    row = {
        "event_id": f"TE-{number:06d}",
        "ticket_id": ticket_id,
        "occurred_at": utc(occurred_at),
        "kind": kind,
        "links_only": False if kind == "reply" else None,
    }
    sample.add("ticket_event", **(row | more))


def _openings(chance: Chance) -> Iterator[datetime]:
    """Return when tickets come in: some ten on a working day, few at night and on weekends, in order of time."""
    day = date(2026, 6, 24)
    moments: list[datetime] = []
    while day < date(2026, 10, 15):
        for _ in range(chance.between(8, 13) if is_workday(day) else chance.between(0, 2)):
            if is_workday(day) and chance.below(0.92):
                moments.append(office_time(chance, day))
            else:
                moments.append(datetime.combine(day, time(chance.between(0, 23), chance.between(0, 59))))
        day += timedelta(days=1)
    return iter(sorted(moments))


def _ticket(
    chance: Chance,
    ticket_id: int,
    customer: Customer,
    category: str,
    priority: str | None,
    opened_at: datetime,
) -> Ticket:
    by_calendar = priority == "urgent"
    promised = (PROMISED if opened_at < at("2026-08-01 00:00") else PROMISED_SINCE_AUGUST)[priority]
    # Most answers come early; none takes more than nine tenths of the promised time.
    share = chance.between(4, 35) if chance.below(0.8) else chance.between(36, 90)
    minutes = max(2, promised * share // 100)
    replied_at = (
        opened_at + timedelta(minutes=minutes) if by_calendar else after_business_minutes(opened_at, minutes)
    )
    at_desk = is_workday(replied_at.date()) and 8 <= replied_at.hour < 18
    solved_at = after_business_minutes(replied_at, chance.between(20, 900))
    kind = "question"
    if category == "technical":
        kind = chance.pick(("incident", "problem", "question"))
    elif category == "subscription":
        kind = "task"
    return Ticket(
        ticket_id,
        customer,
        category,
        priority,
        chance.weighted({"email": 6, "web": 3, "voice": 1}),
        chance.pick(SUBJECTS[category]),
        opened_at,
        replied_at,
        chance.pick(AGENTS if at_desk else NIGHT_DESK),
        chance.pick(("microsoft_365", "microsoft_365", "azure", "dynamics_365", "power_platform")),
        kind,
        solved_at if solved_at < AS_OF else None,
    )


def _work(sample: Sample, chance: Chance, ticket: Ticket) -> None:
    """Write an automatic receipt, how a technical problem was looked into, the answer, and the solution."""
    who: Row = {
        "actor_id": ticket.agent,
        "actor_kind": "subcontractor" if ticket.agent in NIGHT_DESK else "agent",
    }
    if chance.below(0.25):
        # The help desk does not always write who an actor is; actor.csv knows.
        who["actor_kind"] = None

    def worked(occurred_at: datetime, kind: str) -> None:
        if occurred_at < AS_OF:
            event(sample, ticket.ticket_id, occurred_at.replace(microsecond=0), kind, **who)

    if ticket.channel == "email":
        received_at = ticket.opened_at + timedelta(seconds=20)
        event(
            sample,
            ticket.ticket_id,
            received_at,
            "reply",
            actor_kind="bot",
            actor_id="bot.desk",
            message_id=ticket.mail_id,
        )
    if ticket.category == "technical":
        waited = ticket.replied_at - ticket.opened_at
        worked(ticket.opened_at + waited / 4, "health_check")
        worked(ticket.opened_at + waited / 2, chance.weighted({"note": 6, "diagnosis": 4}))
    worked(ticket.replied_at, "reply")
    if ticket.solved_at:
        worked(ticket.solved_at, "resolve")
    if ticket.closed_at:
        event(
            sample,
            ticket.ticket_id,
            ticket.closed_at,
            "close",
            actor_kind="application",
            actor_id="app.cleanup",
        )


def write_ticket(sample: Sample, chance: Chance, ticket: Ticket, **told: Any) -> None:
    """Write a ticket with the keys that Zendesk's incremental export has; `told` are fields of the desk's own."""
    requester = 4402100000000 + int(ticket.customer.customer_id) % 100000 * 100 + chance.between(1, 6)
    last_at = ticket.closed_at or ticket.solved_at or ticket.replied_at
    updated_at = max(ticket.opened_at, min(last_at, at("2026-10-15 01:55")))
    epoch = int((updated_at - SUMMER_TIME - datetime(1970, 1, 1)).total_seconds())
    own = {
        "category": ticket.category,
        "service": ticket.service,
        "in_scope": True,
        "resolution": "solved" if ticket.solved_at else None,
        "handoff_category": "none" if ticket.category == "technical" else None,
        "closed_at": utc(ticket.closed_at) if ticket.closed_at else None,
        "closed_by": "timer" if ticket.closed_at else None,
        "request_type": {"incident": "incident", "problem": "incident"}.get(ticket.kind, "how_to"),
    } | told
    sample.add(
        "zendesk_tickets",
        url=f"https://fabrikam.zendesk.example/api/v2/tickets/{ticket.ticket_id}.json",
        id=ticket.ticket_id,
        external_id=None,
        via={"channel": ticket.channel, "source": {"from": {}, "to": {}, "rel": None}},
        created_at=utc(ticket.opened_at),
        updated_at=utc(updated_at),
        type=ticket.kind,
        subject=ticket.subject,
        raw_subject=ticket.subject,
        description=f"{ticket.subject} (text left out)",
        priority=ticket.priority,
        status=ticket.status,
        recipient="support@fabrikam.example" if ticket.channel == "email" else None,
        requester_id=requester,
        submitter_id=requester,
        assignee_id=4401900000000 + (*AGENTS, *NIGHT_DESK).index(ticket.agent),
        organization_id=int(ticket.customer.customer_id),
        group_id=4401700000001,
        collaborator_ids=[],
        problem_id=None,
        has_incidents=False,
        is_public=True,
        due_at=None,
        tags=[ticket.category, ticket.service],
        custom_fields=[{"id": number, "value": own.get(name)} for name, number in OWN_FIELDS.items()],
        satisfaction_rating=None,
        brand_id=4401500000001,
        metric_set={"solved_at": utc(ticket.solved_at) if ticket.solved_at else None},
        generated_timestamp=epoch,
    )


def _add_special(sample: Sample, known: dict[str, Customer], chance: Chance) -> None:
    """Write the tickets that break the promise, and those that cannot be judged."""

    def special(
        ticket_id: int, name: str, priority: str | None, opened: str, replied: str, **told: Any
    ) -> Ticket:
        solved_at = after_business_minutes(max(at(opened), at(replied)), 30)
        ticket = Ticket(
            ticket_id, known[name], "subscription", priority, "web", "Question on our plan", at(opened), at(replied),
            AGENTS[0], solved_at=None if told else solved_at,
        )  # fmt: skip
        write_ticket(sample, chance, ticket, **told)
        return ticket

    by_agent = {"actor_kind": "agent", "actor_id": AGENTS[0]}
    overnight = special(60001, "Litware Analytics", "urgent", "2026-07-22 22:40", "2026-07-23 08:05")
    event(sample, 60001, overnight.replied_at, "reply", **by_agent)
    sample.fault(
        "urgent ticket slept until the morning",
        "Opened at 22:40, promised within the hour at any time, answered at 08:05.",
        (CHECK, "60001", "replied_late"),
    )
    slow = special(60004, "Trey Research", "high", "2026-08-19 09:15", "2026-08-21 11:30")
    event(
        sample, 60004, slow.opened_at + timedelta(seconds=15), "reply", actor_kind="bot", actor_id="bot.desk"
    )
    event(sample, 60004, slow.replied_at, "reply", **by_agent)
    sample.fault(
        "only a robot answered in time",
        "An automatic receipt after 15 seconds, a person after two working days; promised were four hours.",
        (CHECK, "60004", "replied_late"),
    )
    closed = {"resolution": "no_response", "closed_at": utc(at("2026-09-22 03:00")), "closed_by": "timer"}
    special(60007, "Adventure Works", "normal", "2026-09-08 14:00", "2026-09-09 14:00", **closed)
    event(sample, 60007, at("2026-09-08 14:01"), "reply", actor_kind="bot", actor_id="bot.desk")
    event(sample, 60007, at("2026-09-22 03:00"), "close", actor_kind="application", actor_id="app.cleanup")
    sample.fault(
        "closed without an answer",
        "A rule closed the ticket after two weeks; nobody had answered.",
        (CHECK, "60007", "closed_without_reply"),
        ("in_scope_ticket_resolved", "60007", "closed_by_silence"),
        notes=[("ticket_closed_by_silence", "60007", "silent_without_notice")],
    )
    # Who answered is not known: the name stands in no list.
    nameless = special(60010, "Relecloud Hosting", "normal", "2026-07-14 10:00", "2026-07-14 11:20")
    event(sample, 60010, nameless.replied_at, "reply", actor_id="agent.0815")
    # The answer is dated before the ticket: some clock was wrong.
    skewed = special(60013, "Fourth Coffee", "normal", "2026-09-02 10:30", "2026-09-02 09:58")
    event(sample, 60013, skewed.replied_at, "reply", **by_agent)
    # A customer whose own contract promises no times.
    free = special(60016, OWN_TERMS_FREE, "low", "2026-08-12 09:00", "2026-08-18 16:00")
    event(sample, 60016, free.replied_at, "reply", **by_agent)
