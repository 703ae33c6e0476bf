"""Faults at the support desk and in what the partner published."""

from datetime import timedelta

from tests.faults.generator.records import Record, World
from tests.faults.injected.fault import Effects, Fault, events, failed, key, noted, shift, unclear


def ticket_forgotten(world: World) -> Effects:
    """A problem is looked into and answered, and then nothing more happens."""
    ticket = world.known["solved 0"]
    ticket.cells |= {
        "status": "open",
        "resolved_at": None,
        "resolution": None,
        "closed_at": None,
        "closed_by": None,
    }
    world.remove(*events(world, ticket, "resolve", "customer_confirmed", "close"))
    return {
        ("backlog_at_cutoff", key(ticket)): noted("still_open"),
        ("in_scope_ticket_resolved", key(ticket)): failed("open_too_long"),
        ("resolution_within_published_time", key(ticket)): failed("not_resolved"),
    }


def question_closed_unanswered(world: World) -> Effects:
    """A question on a bill is closed though nobody answered."""
    ticket = world.known["question 0"]
    world.remove(
        *events(world, ticket, "reply"), *world.all("message", ticket_id=key(ticket), direction="outbound")
    )
    return {
        ("billing_question_answered", key(ticket)): failed("closed_unanswered"),
        ("first_reply_within_published_time", key(ticket)): failed("closed_without_reply"),
    }


def robot_alone_answered(world: World) -> Effects:
    """Only the robot answered a question on a bill."""
    ticket = world.known["question 0"]
    for reply in events(world, ticket, "reply"):
        reply.cells |= {"actor_id": "robot", "actor_kind": "bot"}
    return {
        ("billing_question_answered", key(ticket)): failed("closed_unanswered"),
        ("first_reply_within_published_time", key(ticket)): failed("closed_without_reply"),
    }


def contact_not_taken_up(world: World) -> Effects:
    """A customer writes to the support address, and no ticket is opened."""
    message = _last_mail_in(world)
    lost = world.add("message", **message.cells)
    lost.cells |= {"message_id": "IN-LOST", "ticket_id": None, "sender": "chef@c00001.customers.example"}
    shift(lost, "sent_at", days=-20)
    return {("customer_contact_became_ticket", "IN-LOST"): failed("not_taken_up")}


def _last_mail_in(world: World) -> Record:
    return max(
        world.all("message", direction="inbound", customer_id="C00001"),
        key=lambda one: one.instant("sent_at"),
    )


def diagnosing_denied(world: World) -> Effects:
    """The signed answer says that problems are not diagnosed as well as they could be."""
    world.one("attestation", obligation="SUP-DIAGNOSE")["answer"] = "not_met"
    return {("diagnosis_attested", "SUP-DIAGNOSE"): failed("answered_not_met")}


def answer_expired(world: World) -> Effects:
    """The signed answer on diagnosing no longer holds at the cut-off."""
    answer = world.one("attestation", obligation="SUP-DIAGNOSE")
    answer["valid_until_on"] = answer.day("attested_on") + timedelta(days=1)
    return {("diagnosis_attested", "SUP-DIAGNOSE"): unclear("not_answered")}


def service_not_answered_for(world: World) -> Effects:
    """Nobody answers for the requirements of Azure."""
    world.remove(world.one("attestation", obligation="SVC-SPECIFIC", scope_id="azure"))
    return {("service_requirements_attested", "azure"): unclear("not_answered")}


def service_requirements_denied(world: World) -> Effects:
    """The signed answer says that the requirements of Azure are not met."""
    world.one("attestation", obligation="SVC-SPECIFIC", scope_id="azure")["answer"] = "not_met"
    return {("service_requirements_attested", "azure"): failed("answered_not_met")}


def closed_undiagnosed(world: World) -> Effects:
    """A problem is closed, and nobody looked into it or wrote on it."""
    ticket = world.known["solved 0"]
    world.remove(
        *events(world, ticket, "health_check", "diagnosis", "reply", "change"),
        *world.all("message", ticket_id=key(ticket), direction="outbound"),
    )
    return {
        ("diagnosis_before_closure", key(ticket)): failed("not_diagnosed"),
        ("first_reply_within_published_time", key(ticket)): failed("closed_without_reply"),
    }


def replied_late(world: World) -> Effects:
    """The first reply to a question comes three working days later."""
    ticket = world.known["question 0"]
    for event in events(world, ticket, "reply", "resolve", "customer_confirmed", "close"):
        shift(event, "occurred_at", days=3)
    for column in ("resolved_at", "closed_at"):
        shift(ticket, column, days=3)
    for message in world.all("message", ticket_id=key(ticket), direction="outbound"):
        shift(message, "sent_at", days=3)
    return {("first_reply_within_published_time", key(ticket)): failed("replied_late")}


def resolved_late(world: World) -> Effects:
    """A critical problem is resolved a week later."""
    ticket = world.known["solved 0"]
    for event in events(world, ticket, "resolve", "customer_confirmed", "close"):
        shift(event, "occurred_at", days=7)
    for column in ("resolved_at", "closed_at"):
        shift(ticket, column, days=7)
    return {("resolution_within_published_time", key(ticket)): failed("resolved_late")}


def problem_refused(world: World) -> Effects:
    """A problem within the scope of support is refused."""
    ticket = world.known["solved 0"]
    ticket["resolution"] = "refused"
    world.remove(*events(world, ticket, "customer_confirmed"))
    return {
        ("in_scope_ticket_resolved", key(ticket)): failed("refused"),
        ("resolution_within_published_time", key(ticket)): failed("closed_unresolved"),
    }


def closed_by_silence_unwarned(world: World) -> Effects:
    """The timer closes a silent customer's ticket, and no notice went out."""
    ticket = world.known["silent"]
    world.remove(*events(world, ticket, "notice"))
    return {
        ("ticket_closed_by_silence", key(ticket)): noted("silent_without_notice"),
        ("in_scope_ticket_resolved", key(ticket)): failed("closed_by_silence"),
    }


def opened_again_soon(world: World) -> Effects:
    """A solved problem comes back five days later."""
    ticket = world.known["reopened"]
    solved = min(events(world, ticket, "resolve"), key=lambda one: one.instant("occurred_at"))
    again = events(world, ticket, "reopen")[0]
    again["occurred_at"] = solved.instant("occurred_at") + timedelta(days=5)
    return {
        ("resolution_stays", key(ticket)): failed("reopened_early"),
        # the ticket was open for longer, as it was solved again on the same day as before
        ("resolution_within_published_time", key(ticket)): failed("resolved_late"),
    }


def scope_not_exported(world: World) -> Effects:
    """The export does not tell whether a ticket lies within the scope of support."""
    ticket = world.known["silent"]
    ticket["in_scope"] = None
    return {("in_scope_ticket_resolved", key(ticket)): unclear("scope_unknown")}


def price_not_published(world: World) -> Effects:
    """A charge is made, and nothing shows that its price was published before."""
    for record in [*world.all("support_terms"), *world.all("document")]:
        if record["published_at"] and key(record) in {"TERMS-A", "TERMS-B", "PRICES"}:
            record.cells |= {"published_at": None, "url": None}
    for delivery in world.all("document_delivery"):
        if delivery["document_id"] in {"TERMS-A", "TERMS-B", "PRICES"}:
            world.remove(delivery)
    charged = world.known["charged"]
    lacking = {
        ("support_terms_disclosed", f"{key(one)}/{part}"): failed(
            "price_not_disclosed" if part == "price" else "not_communicated"
        )
        for one in world.all("customer")
        if key(one) != "C00003"
        for part in ("scope", "hours", "contact", "price")
    }
    return {("price_published_before_charge", key(charged)): failed("not_published"), **lacking}


def charged_for_support(world: World) -> Effects:
    """A question is charged for, at the published price."""
    ticket = world.known["question 0"]
    ticket.cells |= {
        "charge_amount": world.known["charged"]["charge_amount"],
        "currency": "EUR",
        "charged_on": world.clock.day(ticket.instant("opened_at")),
    }
    return {("support_charges_counted", key(ticket)): noted("ticket_charged")}


def support_mail_comes_back(world: World) -> Effects:
    """A customer's mail to the support address comes back; the customer telephones, and the ticket is opened."""
    message = _last_mail_in(world)
    message["delivery_status"] = "bounced"
    month = f"{world.clock.day(message.instant('sent_at')):%Y-%m}"
    return {("published_channel_alive", f"email/{message['recipient']}/{month}"): failed("mail_came_back")}


def profile_shows_old_address(world: World) -> Effects:
    """The profile shows an address that is not published."""
    profile = world.all("support_profile")[-6]
    profile["email"] = "help@tailspin.example"
    return {("published_contact_matches_profile", f"{_instant(profile)}/email"): failed("differs_too_long")}


def profile_empty(world: World) -> Effects:
    """The profile shows no contact at all."""
    profile = world.all("support_profile")[-6]
    profile.cells |= {"email": None, "telephone": None, "website": None, "contact_ok": None}
    return {("support_profile_filled", _instant(profile)): failed("profile_empty")}


def profile_contact_dead(world: World) -> Effects:
    """Somebody tries the contact of the profile, and it does not work."""
    profile = world.all("support_profile")[-6]
    profile["contact_ok"] = False
    return {("support_profile_filled", _instant(profile)): failed("contact_failed")}


def _instant(record: Record) -> str:
    return f"{record.instant('observed_at'):%Y-%m-%d %H:%M:%S}"


def scope_not_stated(world: World) -> Effects:
    """A customer's own terms do not say which support it gets."""
    terms = world.one("support_terms", terms_id="TERMS-OWN")
    terms["scope"] = None
    return {("support_terms_disclosed", "C00003/scope"): failed("scope_not_stated")}


def desk_outsourced(world: World) -> Effects:
    """From October on a subcontractor answers all customers."""
    for reply in world.all("ticket_event", kind="reply"):
        if world.clock.day(reply.instant("occurred_at")).month == 10:
            reply.cells |= {"actor_id": "sub-emil", "actor_kind": "subcontractor"}
    return {("support_model_on_record", "2026-10"): noted("outsourced")}


DESK_FAULTS = (
    Fault("backlog_at_cutoff", ticket_forgotten),
    Fault("billing_question_answered", question_closed_unanswered),
    Fault("billing_question_answered", robot_alone_answered),
    Fault("customer_contact_became_ticket", contact_not_taken_up),
    Fault("diagnosis_attested", diagnosing_denied),
    Fault("diagnosis_attested", answer_expired),
    Fault("service_requirements_attested", service_not_answered_for),
    Fault("service_requirements_attested", service_requirements_denied),
    Fault("diagnosis_before_closure", closed_undiagnosed),
    Fault("first_reply_within_published_time", replied_late),
    Fault("resolution_within_published_time", resolved_late),
    Fault("in_scope_ticket_resolved", problem_refused),
    Fault("ticket_closed_by_silence", closed_by_silence_unwarned),
    Fault("resolution_stays", opened_again_soon),
    Fault("in_scope_ticket_resolved", scope_not_exported),
    Fault("price_published_before_charge", price_not_published),
    Fault("support_charges_counted", charged_for_support),
    Fault("published_channel_alive", support_mail_comes_back),
    Fault("published_contact_matches_profile", profile_shows_old_address),
    Fault("support_profile_filled", profile_empty),
    Fault("support_profile_filled", profile_contact_dead),
    Fault("support_terms_disclosed", scope_not_stated),
    Fault("support_model_on_record", desk_outsourced),
)
