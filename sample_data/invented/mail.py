"""The partner's mail, twice: what its people wrote (the trace) and what its mailer sent (topics and purposes)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from invented.base import (
    AS_OF,
    MAILER_DOMAIN,
    PARTNER_DOMAIN,
    Chance,
    Sample,
    at,
    is_workday,
    office_time,
    slug,
    utc,
)
from invented.customers import QUIET, Customer, SubscriptionEvent, add_event, follow
from invented.receivables import Bill
from invented.tickets import Ticket

VOICE, ANNOUNCED = "subscription_message_from_partner", "subscription_event_announced"
LOOKALIKE = "lookalike_sender_observed"
PURPOSES = {
    "renewed": ("renewal_notice", "Your term renews soon", (20, 40)),
    "expired": ("renewal_notice", "Your term ends soon", (12, 30)),
    "price_changed": ("price_change_notice", "New price from your next term", (28, 40)),
    "suspended": ("suspension_notice", "We will have to suspend a subscription", (4, 10)),
}
PEOPLE = (
    "anna.keller",
    "bilal.aydin",
    "carla.neri",
    "david.sommer",
    "eva.lindt",
    "bruno.frank",
    "klara.muster",
)
NAMES = ("office", "it", "h.maier", "s.roth", "l.novak", "p.winter")
#: A customer that pays by transfer, and the month in which nobody reminded it.
NOT_REMINDED = ("Graphic Design Institute", 9)
NOTICES = f"Fabrikam Cloud <notices@{MAILER_DOMAIN}>"
BILLING = f"billing@{MAILER_DOMAIN}"


def add_mailer(sample: Sample, known: dict[str, Customer], events: list[SubscriptionEvent]) -> None:
    """Write what the mailer sent: an announcement or confirmation for each event, invoices, reminders."""
    chance = Chance("mailer")
    for event in events:
        purpose, subject, days = PURPOSES.get(
            event.event, ("other", f"Confirmation: {event.product}", (0, 0))
        )
        sent_at = event.occurred_at + timedelta(minutes=chance.between(5, 50))
        if days != (0, 0):
            sent_at = office_time(chance, event.occurred_at.date() - timedelta(days=chance.between(*days)))
        _announce(sample, chance, event, sent_at, purpose=purpose, subject=subject)
    _special_events(sample, chance, known)
    _special_mails(sample, chance, known)


def _send(sample: Sample, chance: Chance, customer: Customer, sent_at: datetime, **more: Any) -> str:
    """Write one mail, to one or two people of the customer, and return its id."""
    message_id = f"{sent_at:%Y%m%d}.{chance.hexadecimal(12)}@{MAILER_DOMAIN}"
    row = {
        "message_id": message_id,
        "recipient": f"accounts@{customer.domain}",
        "sent_at": utc(sent_at),
        "sender": NOTICES,
        "direction": "outbound",
        "customer_id": customer.customer_id,
        "channel": "email",
        "purpose": "other",
        "language": "de",
        "is_automated": True,
        "delivery_status": "delivered",
        "authentication": "pass",
    }
    sample.add("message", **(row | more))
    if chance.below(0.1):
        sample.add("message", **(row | more | {"recipient": f"management@{customer.domain}"}))
    return message_id


def _announce(
    sample: Sample, chance: Chance, event: SubscriptionEvent, sent_at: datetime, **more: Any
) -> str:
    filled = {"topic": "subscription", "subscription_id": event.subscription_id} | more
    return _send(sample, chance, event.customer, sent_at, **filled)


def add_billing_mail(sample: Sample, billed: list[Bill]) -> None:
    """Write each bill as it was sent, a reminder before it falls due where the customer pays itself, few demands after."""
    chance = Chance("billing mail")
    for bill in billed:
        if bill.issued_on < date(2026, 6, 1):
            continue
        invoice_id = bill.invoice_id

        def send(day: int, hour: int, purpose: str, subject: str, bill: Bill = bill, **more: Any) -> None:
            sent_at = datetime.combine(date(2026, bill.month, day), time(hour, chance.between(0, 59)))
            if sent_at < AS_OF:
                filled = {"sender": BILLING, "topic": "billing", "invoice_id": bill.invoice_id} | more
                _send(sample, chance, bill.customer, sent_at, purpose=purpose, subject=subject, **filled)

        send(6, 6, "invoice_delivery", f"Invoice {invoice_id}", states_period=True)
        if (bill.customer.name, bill.month) == NOT_REMINDED:
            sample.fault(
                "a bill falls due unsaid",
                f"{bill.customer.name} pays by transfer and was not reminded of {invoice_id}.",
                ("payment_reminder_before_due_date", invoice_id, "not_reminded"),
            )
        elif bill.is_by_transfer:
            period = f"{bill.month - 1:02d}/2026"
            send(
                13,
                9,
                "payment_reminder",
                f"Invoice {invoice_id} for {period} falls due on the 20th",
                states_period=True,
            )
        elif chance.below(0.03):
            send(
                28,
                10,
                "dunning",
                f"Invoice {invoice_id} is overdue",
                sender="kanzlei@proseware-inkasso.example",
            )
    sample.tables["message"].sort(key=lambda row: (row["sent_at"], row["message_id"]))


def _special_events(sample: Sample, chance: Chance, known: dict[str, Customer]) -> None:
    """Write the events nobody was told of in time, and those that cannot be judged."""

    def happened(name: str, event: str, occurred: str, reason: str | None = None) -> SubscriptionEvent:
        return add_event(sample, chance, known[name], event, at(occurred), reason)

    silent = happened("Fincher Architects", "price_changed", "2026-08-01 07:00")
    sample.fault(
        "price raised without a word",
        "A price changed on 1 August, and no mail told the customer.",
        (ANNOUNCED, silent.event_id, "not_announced"),
    )
    early = happened("Papierwald Druck", "renewed", "2026-09-01 07:00")
    _announce(
        sample,
        chance,
        early,
        at("2026-06-02 10:00"),
        purpose="renewal_notice",
        subject="Your term renews soon",
    )
    sample.fault(
        "renewal announced three months ahead and never again",
        "Announced on 2 June, renewed on 1 September: outside the 45 days before.",
        (ANNOUNCED, early.event_id, "not_announced"),
    )
    bounced = happened("Luftschloss Immobilien", "suspended", "2026-08-24 11:00", "other")
    bounced_id = _announce(sample, chance, bounced, at("2026-08-17 09:00"), purpose="suspension_notice",
              subject="We will have to suspend a subscription", delivery_status="bounced")  # fmt: skip
    sample.fault(
        "suspension notice came back",
        "The only notice of the suspension of 24 August bounced, and nobody wrote again.",
        (ANNOUNCED, bounced.event_id, "not_announced"),
        ("announcement_delivered", bounced_id, "bounced"),
    )
    stranger = happened("Nod Publishers", "price_changed", "2026-09-01 07:00")
    message_id = _announce(
        sample, chance, stranger, at("2026-08-03 09:30"), purpose="price_change_notice",
        subject="New price from your next term", sender="news@fabrikam-cloud.example",
    )  # fmt: skip
    sample.fault(
        "price change announced from a stranger's domain",
        "An agency sent the notice from fabrikam-cloud.example, which is not Fabrikam's: no message of the partner, "
        "and so no announcement either.",
        (VOICE, message_id, "foreign_sender"),
        (ANNOUNCED, stranger.event_id, "not_announced"),
        notes=[(LOOKALIKE, message_id, "name_in_foreign_domain")],
    )
    # Nobody knows whether this announcement arrived.
    unsure = happened("Coho Winery", "renewed", "2026-08-15 07:00")
    _announce(sample, chance, unsure, at("2026-07-20 09:00"), purpose="renewal_notice",
              subject="Your term renews soon", delivery_status="unknown")  # fmt: skip
    _suspensions(sample, chance, known)
    # There is still time to tell the customer: three weeks, which end after the cut-off.
    happened("Phantasie Verlag", "renewed", "2026-09-28 07:00")
    # A trial ends by itself; nobody has to be told.
    happened("School of Fine Art", "expired", "2026-07-19 08:00")
    sample.tables["subscription"][-1] |= {"is_paid": False, "is_trial": True}
    # A record with a month that does not exist: left out.
    happened("Phantasie Verlag", "purchased", "2026-09-21 11:00")
    sample.tables["subscription_event"][-1]["occurred_at"] = "2026-21-09T09:00:00Z"


def _suspensions(sample: Sample, chance: Chance, known: dict[str, Customer]) -> None:
    """Write four suspensions for unpaid bills, each announced: by the book, too early, without cause, too long."""

    def suspended(name: str, occurred: str, restored: str) -> str:
        made = add_event(sample, chance, known[name], "suspended", at(occurred), "non_payment")
        sent_at = office_time(chance, at(occurred).date() - timedelta(days=5))
        _announce(
            sample, chance, made, sent_at, purpose="suspension_notice",
            subject="We will have to suspend a subscription",
        )  # fmt: skip
        follow(sample, made, "reactivated", at(restored))
        return made.event_id

    suspended("City Power and Light", "2026-08-24 10:00", "2026-08-27 09:00")
    early = suspended("Consolidated Messenger", "2026-08-10 10:00", "2026-08-13 09:00")
    sample.fault(
        "suspended nine days before the policy allows it",
        "The bill was due on 20 July; by Fabrikam's own policy access ends thirty days later, and it ended on 10 August.",
        ("suspension_follows_policy", early, "too_early"),
    )
    paid = suspended("Northwind Traders", "2026-07-27 10:00", "2026-07-28 09:00")
    sample.fault(
        "suspended though paid",
        "Northwind Traders had paid its bill in time, and lost access on 27 July all the same.",
        ("suspension_only_for_unpaid_product", paid, "nothing_overdue"),
        ("suspension_follows_policy", paid, "nothing_overdue"),
    )
    long = suspended("Margie's Travel", "2026-09-25 10:00", "2026-10-08 09:00")
    sample.fault(
        "locked out ten days after paying",
        "Margie's Travel paid on 28 September and got its access back on 8 October.",
        ("access_restored_after_payment", long, "restored_late"),
    )


def _special_mails(sample: Sample, chance: Chance, known: dict[str, Customer]) -> None:
    """Write the mails in the wrong name, and those that cannot be judged or need not be."""
    trick = [
        _send(sample, chance, known[name], at(f"2026-07-17 1{number}:00"), topic="billing", purpose="invoice_delivery",
              subject="Your invoice as a PDF", sender="billing@fabrikam.example.bulkmail.example")
        for number, name in enumerate(("Tailspin Toys", "Litware Analytics"))
    ]  # fmt: skip
    sample.fault(
        "invoices sent from a bulk mailer's own domain",
        "fabrikam.example.bulkmail.example begins like Fabrikam's domain, but belongs to the bulk mailer.",
        *((VOICE, message_id, "foreign_sender") for message_id in trick),
        notes=[(LOOKALIKE, message_id, "name_in_foreign_domain") for message_id in trick],
    )
    given_up = _send(
        sample, chance, known["Wingtip Toys"], at("2026-09-02 09:15"), topic="billing", purpose="payment_reminder",
        subject="Invoice FC-2026-09-003 falls due", sender="billing@fabrikam-services.example",
        states_period=False,
    )  # fmt: skip
    sample.fault(
        "reminder from a domain given up",
        "fabrikam-services.example was Fabrikam's until 30 June; a forgotten rule still wrote from it on 2 September.",
        (VOICE, given_up, "domain_outside_dates"),
        ("payment_reminder_states_period", given_up, "period_not_stated"),
    )
    # In the partner's name, but the receiving server could not confirm it.
    _send(sample, chance, known["Alpine Ski House"], at("2026-08-25 10:40"), topic="billing", purpose="payment_reminder",
          subject="Invoice FC-2026-08-006 is open", sender=f"billing@{PARTNER_DOMAIN}", authentication="fail",
          states_period=True)  # fmt: skip
    # The sender was blacked out before the export.
    _send(sample, chance, known["Coho Vineyard"], at("2026-09-03 16:20"), topic="billing",
          subject="Your question on the invoice", sender=None, is_automated=False)  # fmt: skip
    passed_on = _send(sample, chance, known["Trey Research"], at("2026-09-11 08:05"), topic="subscription", direction="third_party",
          subject="Your subscription is about to change", sender="microsoft-noreply@microsoft.com")  # fmt: skip
    sample.fault(
        "Microsoft wrote to a customer",
        "The customer passed the mail on: noted, and no fault of Fabrikam's.",
        notes=[
            (VOICE, passed_on, "third_party_message"),
            ("microsoft_message_on_subscription", passed_on, "sent_by_microsoft"),
        ],
    )
    for number, name in enumerate(("Adatum Consulting", "Northwind Traders", "Relecloud Hosting")):
        _send(sample, chance, known[name], at(f"2026-08-0{4 + number} 15:00"), topic="service_incident",
              subject="Outage of a service: what we know")  # fmt: skip


def add_trace(sample: Sample, known: dict[str, Customer], tickets: list[Ticket]) -> None:
    """Write the trace of people's mail: dialogues on tickets, other letters, Microsoft's notices to the partner."""
    chance = Chance("trace")
    rows = [
        *_dialogues(chance, tickets),
        *_letters(chance, [each for each in known.values() if each.name not in QUIET]),
        *_notices(chance),
        *_to_support(sample, known),
    ]
    rows.sort(key=lambda row: (row[0], row[1], row[2]))
    for index, (sent_at, sender, recipient, subject, message_id, status) in enumerate(rows):
        outbound = sender.endswith(PARTNER_DOMAIN)
        # One pull of the trace holds ten days.
        pull = date(2026, 6, 21) + timedelta(days=(sent_at.date() - date(2026, 6, 21)).days // 10 * 10)
        fraction = f"{chance.between(0, 9999999):07d}"
        server = sender.rpartition("@")[2]
        sample.add(
            "message_trace",
            Organization="fabrikam.example",
            MessageId=message_id or f"<{chance.guid()}@{server}>",
            Received=f"{utc(sent_at)[:-1]}.{fraction}",
            SenderAddress=sender,
            RecipientAddress=recipient,
            Subject=subject,
            Status=status,
            ToIP="" if outbound else "192.0.2.25",
            FromIP=f"198.51.100.{chance.between(2, 250)}",
            Size=chance.between(9_000, 240_000),
            MessageTraceId=chance.guid(),
            StartDate=f"{pull}T00:00:00.0000000",
            EndDate=f"{pull + timedelta(days=10)}T00:00:00.0000000",
            Index=index,
        )


#: When, from whom, to whom, subject, message id (empty: any), and what became of it.
Mail = tuple[datetime, str, str, str, str, str]


def _dialogues(chance: Chance, tickets: list[Ticket]) -> Iterator[Mail]:
    for ticket in tickets:
        if ticket.channel != "email" or ticket.customer.name in QUIET:
            continue
        customer = f"{chance.pick(NAMES)}@{ticket.customer.domain}"
        desk = f"{chance.pick(PEOPLE)}@support.{PARTNER_DOMAIN}"
        subject = f"{ticket.subject} [#{ticket.ticket_id}]"
        moments = [
            (ticket.opened_at, customer, f"support@{PARTNER_DOMAIN}"),
            (ticket.replied_at, desk, customer),
        ]
        if chance.below(0.3):
            thanks_at = ticket.replied_at + timedelta(minutes=chance.between(4, 300))
            moments.append((thanks_at, customer, desk))
        for number, moment in enumerate(moments):
            if moment[0] < AS_OF - timedelta(minutes=5):
                yield (*moment, subject, "" if number else ticket.mail_id, "Delivered")


def _letters(chance: Chance, customers: list[Customer]) -> Iterator[Mail]:
    """Return letters between people: with customers, and with others who might become some."""
    day = date(2026, 6, 25)
    subjects = (
        "Minutes of our call",
        "Appointment on Thursday",
        "Documents for the workshop",
        "Thank you for your visit",
    )
    others = ("Proseware Akademie", "Tailwind Handel", "Blaue Berge Verein", "Wiesengrund Apotheke")
    while day < date(2026, 10, 15):
        for _ in range(chance.between(3, 6) if is_workday(day) else 0):
            sent_at = office_time(chance, day)
            person = f"{chance.pick(PEOPLE)}@{PARTNER_DOMAIN}"
            domain = f"{slug(chance.pick(others))}.example"
            active = [each for each in customers if each.is_active(day)]
            if chance.below(0.8):
                domain = chance.pick(active).domain
            other = f"{chance.pick(NAMES)}@{domain}"
            ends = (person, other) if chance.below(0.5) else (other, person)
            yield (sent_at, *ends, chance.pick(subjects), "", "Delivered")
        day += timedelta(days=1)


def _to_support(sample: Sample, known: dict[str, Customer]) -> Iterator[Mail]:
    """Two mails to the support address that never became tickets: one overlooked, one sent back."""
    desk = f"support@{PARTNER_DOMAIN}"
    overlooked = f"<overlooked@{known['Relecloud Hosting'].domain}>"
    yield (at("2026-08-12 09:30"), f"it@{known['Relecloud Hosting'].domain}", desk, "Backup fails since Monday", overlooked,
           "Delivered")  # fmt: skip
    sample.fault(
        "mail nobody saw",
        "Relecloud Hosting wrote to the support address; no ticket was opened, and nobody answered.",
        ("customer_contact_became_ticket", overlooked, "not_taken_up"),
    )
    yield (
        at("2026-09-15 17:10"),
        f"it@{known['Adatum Consulting'].domain}",
        desk,
        "Cannot sign in",
        "",
        "Failed",
    )
    sample.fault(
        "support mailbox full",
        "On 15 September the support address sent a customer's mail back.",
        ("published_channel_alive", f"email/{desk}/2026-09", "mail_came_back"),
    )


def _notices(chance: Chance) -> Iterator[Mail]:
    day = date(2026, 6, 26)
    subjects = (
        "Message center: weekly digest",
        "Your invoice is ready in Partner Center",
        "Service request updated",
    )
    while day < date(2026, 10, 15):
        sent_at = datetime.combine(day, time(chance.between(3, 22), chance.between(0, 59)))
        partner = f"partner@{PARTNER_DOMAIN}"
        status = "Failed" if chance.below(0.02) else "Delivered"
        yield (sent_at, "microsoft-noreply@microsoft.com", partner, chance.pick(subjects), "", status)
        day += timedelta(days=chance.between(1, 3))
