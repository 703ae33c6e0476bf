"""A partner in whose world many things went wrong at once, so that its score lies well between 0 and 100."""

from tests.faults.generator.clean.worlds import direct_bill
from tests.faults.generator.records import World
from tests.faults.generator.span import AUTUMN_2026, Span
from tests.faults.injected import desk, money, requests, talk
from tests.faults.injected.fault import Effects

#: faults that do not touch the same records
TOGETHER = (
    requests.commercial_request_by_another_way,
    requests.escalated_before_diagnosis,
    requests.request_in_own_context,
    requests.credit_claimed_late,
    requests.contract_ended,
    requests.cloud_problem_on_premises_contract,
    requests.billing_work_by_unlisted_role,
    requests.defect_not_handed_over,
    money.paid_late,
    money.policy_does_not_describe,
    money.not_reminded,
    money.suspended_too_early,
    money.access_restored_late,
    talk.announcement_not_repeated,
    talk.event_not_announced,
    talk.foreign_sender,
    talk.cancelled_after_window,
    talk.wish_not_carried_out,
    desk.question_closed_unanswered,
    desk.contact_not_taken_up,
    desk.service_requirements_denied,
    desk.problem_refused,
    desk.opened_again_soon,
    desk.support_mail_comes_back,
    desk.profile_contact_dead,
)


def messy(
    partner_id: str, seed: int, customers: int, zone: str = "Europe/Vienna", span: Span = AUTUMN_2026
) -> World:
    """A partner with all these faults."""
    world = direct_bill(partner_id, seed, customers, zone, span)
    mess_up(world)
    return world


def mess_up(world: World) -> Effects:
    """Inject all these faults, and return the rows that they cause together."""
    return {place: outcome for fault in TOGETHER for place, outcome in fault(world).items()}
