"""How tickets end: handed over, silent customers, tickets that come back, and published incidents."""

from datetime import datetime, timedelta
from typing import Any

from invented.base import Chance, Sample, at, utc
from invented.customers import Customer
from invented.tickets import AGENTS, Ticket, event, write_ticket

BY_AGENT = {"actor_kind": "agent", "actor_id": AGENTS[2]}
BY_RULE = {"actor_kind": "application", "actor_id": "app.cleanup"}
HEALTH = "service_health_checked_first"


def add_desk(sample: Sample, known: dict[str, Customer]) -> None:
    """Write the tickets that end otherwise than solved for good, and the incidents that Microsoft published."""
    _silent(sample, known)
    _back_again(sample, known)
    _left_open(sample, known)
    _handed_over(sample, known)
    _not_looked_into(sample, known)
    _incidents(sample)
    months = ("2026-07", "2026-08", "2026-09")
    sample.fault(
        "what the months show",
        "Fabrikam's own people and a night desk answer side by side, and pass little on to Microsoft: told month by month.",
        notes=[
            *(("support_model_on_record", month, "shared") for month in months),
            *(("solved_without_microsoft", month, "share_told") for month in months),
        ],
    )


def desk_ticket(
    sample: Sample,
    ticket_id: int,
    customer: Customer,
    opened: str,
    *,
    category: str = "technical",
    kind: str = "incident",
    service: str = "microsoft_365",
    solved: str | None = None,
    is_looked_into: bool = True,
    **told: Any,
) -> Ticket:
    """Write one more ticket that came by telephone and was answered within the hour."""
    opened_at = at(opened)
    ticket = Ticket(
        ticket_id, customer, category, "normal", "voice", "Something does not work", opened_at,
        opened_at + timedelta(minutes=40), AGENTS[2], service, kind, at(solved) if solved else None,
    )  # fmt: skip
    write_ticket(sample, Chance(f"ticket {ticket_id}"), ticket, **told)
    if category == "technical" and is_looked_into:
        event(sample, ticket_id, opened_at + timedelta(minutes=5), "health_check", **BY_AGENT)
        event(sample, ticket_id, opened_at + timedelta(minutes=20), "diagnosis", **BY_AGENT)
    event(sample, ticket_id, ticket.replied_at, "reply", **BY_AGENT)
    if ticket.solved_at:
        event(sample, ticket_id, ticket.solved_at, "resolve", **BY_AGENT)
    if ticket.closed_at:
        event(sample, ticket_id, ticket.closed_at, "close", **BY_RULE)
    return ticket


def _closed(resolution: str, closed: str) -> dict[str, Any]:
    return {"resolution": resolution, "closed_at": utc(at(closed)), "closed_by": "timer"}


def _silent(sample: Sample, known: dict[str, Customer]) -> None:
    """A customer that does not reply: told before the ticket was closed."""
    closed = _closed("no_response", "2026-08-20 03:00")
    desk_ticket(sample, 60201, known["Wingtip Toys"], "2026-08-04 10:00", category="subscription", **closed)
    event(sample, 60201, at("2026-08-13 09:00"), "notice", **BY_AGENT)
    event(sample, 60201, at("2026-08-20 03:00"), "close", **BY_RULE)
    # What nobody owes: a question on a game console.
    out = _closed("out_of_scope", "2026-09-09 12:00") | {"in_scope": False, "closed_by": "agent"}
    desk_ticket(
        sample, 60204, known["Tailspin Toys"], "2026-09-08 11:00", category="other", kind="question", **out
    )


def _back_again(sample: Sample, known: dict[str, Customer]) -> None:
    ticket = desk_ticket(
        sample,
        60207,
        known["Fourth Coffee"],
        "2026-07-13 09:20",
        category="technical",
        solved="2026-07-13 15:00",
    )
    event(sample, 60207, at("2026-07-15 08:30"), "reopen", actor_kind="customer")
    event(sample, 60207, at("2026-07-15 16:00"), "resolve", **BY_AGENT)
    sample.fault(
        "solved, and back two days later",
        "Ticket 60207 was called solved and opened again by the customer two days later; five were to pass.",
        ("resolution_stays", str(ticket.ticket_id), "reopened_early"),
    )


def _left_open(sample: Sample, known: dict[str, Customer]) -> None:
    desk_ticket(sample, 60210, known["Nod Publishers"], "2026-07-20 13:10", category="other", kind="question")
    sample.fault(
        "forgotten since July",
        "Ticket 60210 got a first answer and nothing more; it was still open in October.",
        ("in_scope_ticket_resolved", "60210", "open_too_long"),
        ("resolution_within_published_time", "60210", "not_resolved"),
        notes=[("backlog_at_cutoff", "60210", "still_open")],
    )
    refused = _closed("refused", "2026-09-15 17:00") | {"closed_by": "agent"}
    desk_ticket(sample, 60213, known["Erfunden & Söhne"], "2026-09-15 10:05", category="other", kind="question",
                **refused)  # fmt: skip
    sample.fault(
        "turned away",
        "Ticket 60213 lay within the scope of support and was refused; nothing was passed on.",
        ("in_scope_ticket_resolved", "60213", "refused"),
        ("resolution_within_published_time", "60213", "closed_unresolved"),
    )


def _handed_over(sample: Sample, known: dict[str, Customer]) -> None:
    desk_ticket(
        sample, 60216, known["Alpine Ski House"], "2026-08-18 09:00", solved="2026-08-19 10:00",
        handoff_category="service_defect",
    )  # fmt: skip
    sample.fault(
        "a defect of the service kept for oneself",
        "Ticket 60216 was marked as a defect of the service and closed; no request was filed.",
        ("handover_category_handed_over", "60216", "closed_without"),
    )


def _not_looked_into(sample: Sample, known: dict[str, Customer]) -> None:
    told = _closed("solved", "2026-08-07 12:00") | {"closed_by": "agent"}
    problem = Ticket(
        60219, known["Best For You Organics"], "technical", "normal", "web", "Sync of files is stuck",
        at("2026-08-07 09:00"), at("2026-08-07 12:00"), AGENTS[2], "microsoft_365", "incident",
    )  # fmt: skip
    write_ticket(sample, Chance("ticket 60219"), problem, **told)
    event(sample, 60219, at("2026-08-07 09:10"), "reply", actor_kind="bot", actor_id="bot.desk")
    event(sample, 60219, at("2026-08-07 12:00"), "close", **BY_AGENT)
    sample.fault(
        "closed without a look",
        "Ticket 60219 was closed at noon; but for the automatic receipt nothing had been written on it.",
        ("diagnosis_before_closure", "60219", "not_diagnosed"),
        ("first_reply_within_published_time", "60219", "closed_without_reply"),
    )
    bill = Ticket(
        60222, known["Consolidated Messenger"], "billing", "normal", "web", "Charged for a user who left",
        at("2026-09-14 10:30"), at("2026-09-14 13:00"), AGENTS[2],
    )  # fmt: skip
    write_ticket(sample, Chance("ticket 60222"), bill, **_closed("solved", "2026-09-14 13:00"))
    event(sample, 60222, at("2026-09-14 13:00"), "close", **BY_AGENT)
    sample.fault(
        "question on a bill closed in silence",
        "Ticket 60222 asked about a bill and was closed without a word to the customer.",
        ("billing_question_answered", "60222", "closed_unanswered"),
        ("first_reply_within_published_time", "60222", "closed_without_reply"),
    )


def _incidents(sample: Sample) -> None:
    def incident(incident_id: str, service: str, started: str, published: datetime, ended: str) -> None:
        sample.add(
            "service_incident",
            incident_id=incident_id,
            service=service,
            started_at=utc(at(started)),
            published_at=utc(published),
            ended_at=utc(at(ended)),
            region="Europe",
        )

    incident("MO1140220", "microsoft_365", "2026-07-28 07:30", at("2026-07-28 08:10"), "2026-07-28 19:45")
    incident("AZ1143301", "azure", "2026-08-05 02:10", at("2026-08-05 02:40"), "2026-08-05 05:00")
    incident("DB1151904", "dynamics_365", "2026-09-11 20:00", at("2026-09-11 20:25"), "2026-09-12 04:10")
