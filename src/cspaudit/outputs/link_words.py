"""The words for links in reports and on the terminal: what was linked to what, and by which step."""

from fractions import Fraction

from cspaudit.model.result import LinkTally
from cspaudit.outputs import words

KINDS = {
    "supplier_payment_to_invoice": "Payments to the supplier, to its invoices",
    "customer_payment_to_invoice": "Payments of customers, to their bills",
    "bank_transaction_to_payment": "Movements on bank accounts, to payments",
    "message_to_customer": "Messages, to customers",
    "message_to_ticket": "Messages, to tickets",
    "request_to_ticket": "Requests to Microsoft, to tickets",
    "message_to_topic": "Messages, to topics",
}
STEPS = {
    "exact": "by the invoice number itself",
    "remittance_text": "by a number in the text",
    "other_currency": "by a number in the text, though in another currency",
    "batch": "by several invoice numbers that add up",
    "amount_window": "by the amount alone",
    "booked": "taken for a payment",
    "returned": "taken for a payment that came back",
    "amount_and_date": "by amount and day",
    "domain": "by the domain",
    "domain_above": "by the domain above",
    "subject": "by an id in the subject",
    "tracking_id": "by the tracking id",
    "thread": "by the thread",
    "reply": "by what was answered",
    "subject_words": "by words of the subject",
}


def kind(name: str) -> str:
    """What was linked to what."""
    return KINDS.get(name, words.plain(name))


def step(name: str) -> str:
    """How a step came to the link."""
    return STEPS.get(name, words.plain(name).lower())


def steps(tally: LinkTally) -> tuple[str, ...]:
    """Each step that linked any: ``12 by the domain``."""
    return tuple(f"{words.number(count)} {step(name)}" for name, count in tally.steps)


def share(tally: LinkTally) -> str:
    """The proportion linked, in per cent."""
    return f"{words.percent(Fraction(tally.linked, tally.candidates))} %"


def sentence(tally: LinkTally) -> str:
    """The whole tally on one line."""
    linked = f"{words.number(tally.linked)} of {words.number(tally.candidates)} linked ({share(tally)})"
    parts = [f"{kind(tally.kind)}: {linked}", *steps(tally)]
    if tally.ambiguous:
        parts.append(f"{words.number(tally.ambiguous)} left alone as not certain")
    if tally.unlinked:
        parts.append(f"{words.number(tally.unlinked)} without a sign of any")
    return f"{'; '.join(parts)}."
