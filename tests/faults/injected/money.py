"""Faults in what the partner owes and pays, bills and collects."""

from datetime import date, timedelta
from decimal import Decimal

from tests.faults.generator.records import Record, World
from tests.faults.injected.fault import Effects, Fault, failed, key, noted, shift, unclear

BEYOND = failed("share_beyond_limit")
#: the only month for which paying on time consistently is asked: the newest wording, from September, no longer does
ASKED = ("payments_on_time_consistently", "2026-08")


def paid_late(world: World) -> Effects:
    """An invoice is paid the day after it was due."""
    invoice, payment = world.known["dollars"], world.known["dollars paid"]
    payment["paid_on"] = invoice.day("due_on") + timedelta(days=1)
    return {
        ("invoice_paid_by_due_date", key(invoice)): failed("paid_late"),
        ASKED: BEYOND,
    }


def never_paid(world: World) -> Effects:
    """An invoice is not paid at all."""
    invoice, payment = world.known["dollars"], world.known["dollars paid"]
    world.remove(payment, world.one("bank_transaction", payment_id=payment["payment_id"]))
    return {
        ("invoice_paid_by_due_date", key(invoice)): failed("unpaid"),
        ("payment_overdue_horizon", key(invoice)): noted("horizon_crossed"),
        ASKED: BEYOND,
    }


def paid_short_by_a_cent(world: World) -> Effects:
    """A cent of an invoice stays open."""
    invoice, payment = world.known["dollars"], world.known["dollars paid"]
    payment["amount"] = payment.money("amount") - Decimal("0.01")
    return {
        ("invoice_paid_by_due_date", key(invoice)): failed("unpaid"),
        ("payment_overdue_horizon", key(invoice)): noted("horizon_crossed"),
        ASKED: BEYOND,
    }


def payment_returned(world: World) -> Effects:
    """The bank returns the payment of an invoice."""
    invoice, payment = world.known["dollars"], world.known["dollars paid"]
    payment["status"] = "returned"
    return {
        ("invoice_paid_by_due_date", key(invoice)): failed("unpaid"),
        ("payment_overdue_horizon", key(invoice)): noted("horizon_crossed"),
        ASKED: BEYOND,
    }


def rebilled_paid_late(world: World) -> Effects:
    """The invoice that replaced another one is paid late, by a transfer that names the replaced one."""
    invoice, payment = world.known["rebilled"], world.known["rebilled paid"]
    payment["paid_on"] = invoice.day("due_on") + timedelta(days=3)
    # due in September, when consistency is no longer asked for
    return {("invoice_paid_by_due_date", key(invoice)): failed("paid_late")}


def only_a_mark_of_payment(world: World) -> Effects:
    """The list of invoices says paid, but no payment shows when."""
    invoice, payment = world.known["dollars"], world.known["dollars paid"]
    invoice["status"] = "paid"
    world.remove(payment, world.one("bank_transaction", payment_id=payment["payment_id"]))
    return {
        ("invoice_paid_by_due_date", key(invoice)): unclear("payment_date_unknown"),
        ASKED: unclear("lateness_unknown"),
    }


def policy_does_not_describe(world: World) -> Effects:
    """The reader of the policy noted that it does not describe how debts are collected."""
    policy = world.one("document", document_id="POLICY-B")
    policy["describes_process"] = False
    return {("collections_policy_describes_process", "POLICY-B"): failed("reader_denied")}


def policy_not_read(world: World) -> Effects:
    """Nobody is named who read the policy."""
    policy = world.one("document", document_id="POLICY-B")
    policy.cells |= {"describes_process": None, "reviewed_by": None, "reviewed_on": None}
    return {("collections_policy_describes_process", "POLICY-B"): unclear("not_reviewed")}


def policy_states_no_point(world: World) -> Effects:
    """The older policy does not say from when access is affected."""
    policy = world.one("document", document_id="POLICY-A")
    policy["access_impact_days"] = None
    return {
        ("collections_policy_states_access_impact", "POLICY-A"): unclear("not_read"),
        ("suspension_follows_policy", key(world.known["suspended"])): unclear("policy_not_read"),
    }


def policy_began_late(world: World) -> Effects:
    """For a day no policy was in force."""
    policy = world.one("document", document_id="POLICY-B")
    policy["valid_from_on"] = policy.day("valid_from_on") + timedelta(days=1)
    return {
        ("collections_policy_established", key(customer)): failed("no_policy_in_force")
        for customer in world.all("customer")
    }


def subscription_not_billed(world: World) -> Effects:
    """A paid subscription is left out of an invoice."""
    subscription = world.all("subscription", customer_id="C00002", service="microsoft_365", is_paid=True)[0]
    lines = [
        line
        for line in world.all("customer_invoice_line", subscription_id=subscription["subscription_id"])
        if line.day("period_start_on").month == 10
    ]
    world.remove(*lines)
    return {("paid_subscription_is_invoiced", f"{key(subscription)}/2026-10"): noted("not_invoiced")}


def _billed_in_october(world: World) -> tuple[Record, Record]:
    """An invoice that is due while reminders are asked for, and the reminder of it."""
    invoices = world.all("customer_invoice", customer_id="C00001", issued_on=date(2026, 10, 3))
    return invoices[0], world.one("message", invoice_id=invoices[0]["invoice_id"], purpose="payment_reminder")


def not_reminded(world: World) -> Effects:
    """A customer is not reminded of an invoice before it is due."""
    invoice, reminder = _billed_in_october(world)
    world.remove(reminder)
    return {("payment_reminder_before_due_date", key(invoice)): failed("not_reminded")}


def reminded_too_late(world: World) -> Effects:
    """The reminder goes out the day after the due date."""
    invoice, reminder = _billed_in_october(world)
    shift(reminder, "sent_at", days=5)
    return {("payment_reminder_before_due_date", key(invoice)): failed("not_reminded")}


def reminder_without_period(world: World) -> Effects:
    """A reminder does not say for which time the bill is."""
    _, reminder = _billed_in_october(world)
    reminder["states_period"] = False
    return {("payment_reminder_states_period", key(reminder)): failed("period_not_stated")}


def suspended_too_early(world: World) -> Effects:
    """Access is suspended eight days before the point that the policy states, after both notices."""
    event = world.known["suspended"]
    shift(event, "occurred_at", days=-8)
    shift(world.one("message", purpose="suspension_notice"), "sent_at", days=-8)
    return {("suspension_follows_policy", key(event)): failed("too_early")}


def notice_not_sent(world: World) -> Effects:
    """Two of the notices that the policy promises before a suspension are not sent."""
    invoice = world.known["unpaid"]
    sent = [
        one
        for one in world.all("message", invoice_id=invoice["invoice_id"])
        if one["purpose"] in {"dunning", "suspension_notice"}
    ]
    world.remove(*[one for one in sent if one["purpose"] == "dunning"])
    return {("suspension_follows_policy", key(world.known["suspended"])): failed("notice_missing")}


def suspended_though_paid(world: World) -> Effects:
    """Access is suspended though the customer had paid the day before."""
    event, payment = world.known["suspended"], world.known["unpaid paid"]
    payment["paid_on"] = world.clock.day(event.instant("occurred_at")) - timedelta(days=1)
    return {
        ("suspension_only_for_unpaid_product", key(event)): failed("nothing_overdue"),
        ("suspension_follows_policy", key(event)): failed("nothing_overdue"),
    }


def access_not_restored(world: World) -> Effects:
    """The customer paid, and access never came back."""
    world.remove(world.known["access back"])
    return {("access_restored_after_payment", key(world.known["suspended"])): failed("not_restored")}


def access_restored_late(world: World) -> Effects:
    """Access comes back six days after the customer paid."""
    shift(world.known["access back"], "occurred_at", days=5)
    return {("access_restored_after_payment", key(world.known["suspended"])): failed("restored_late")}


MONEY_FAULTS = (
    Fault("invoice_paid_by_due_date", paid_late),
    Fault("payment_overdue_horizon", never_paid),
    Fault("payments_on_time_consistently", paid_short_by_a_cent),
    Fault("invoice_paid_by_due_date", payment_returned),
    Fault("invoice_paid_by_due_date", rebilled_paid_late),
    Fault("invoice_paid_by_due_date", only_a_mark_of_payment),
    Fault("collections_policy_describes_process", policy_does_not_describe),
    Fault("collections_policy_describes_process", policy_not_read),
    Fault("collections_policy_states_access_impact", policy_states_no_point),
    Fault("collections_policy_established", policy_began_late),
    Fault("paid_subscription_is_invoiced", subscription_not_billed),
    Fault("payment_reminder_before_due_date", not_reminded),
    Fault("payment_reminder_before_due_date", reminded_too_late),
    Fault("payment_reminder_states_period", reminder_without_period),
    Fault("suspension_follows_policy", suspended_too_early),
    Fault("suspension_follows_policy", notice_not_sent),
    Fault("suspension_only_for_unpaid_product", suspended_though_paid),
    Fault("access_restored_after_payment", access_not_restored),
    Fault("access_restored_after_payment", access_restored_late),
)
