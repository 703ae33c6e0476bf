"""When the invented audits take place, and what they set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

Settings = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True)
class Span:
    """The period audited (its last day is out), the local day on which the exports were taken, and what the audit sets."""

    start: date
    end: date
    taken_on: date
    checks: Settings = field(default_factory=dict)
    wordings: Mapping[str, date] = field(default_factory=dict)
    rules_as_of: date | None = None


BECAUSE = "Set so that every duty can be scored"


def _limit(**values: object) -> Mapping[str, object]:
    return {**values, "because": BECAUSE}


#: what the documents leave to the audit; without it an open item would never fail
LIMITS: Settings = {
    "payments_on_time_consistently": _limit(late_share_limit=0),
    "subscription_event_announced": _limit(window_days_before=30, window_days_after=2),
    "customer_contact_became_ticket": _limit(limit_days=5),
    "published_contact_matches_profile": _limit(changeover_days=14),
    "access_restored_after_payment": _limit(days=3),
    "resolution_stays": _limit(days=14),
    "billing_question_answered": _limit(answer_within_days=5),
    "in_scope_ticket_resolved": _limit(days=60),
    "subscription_request_carried_out": _limit(open_limit_days=10),
    "handover_category_handed_over": _limit(open_limit_days=15),
}

#: since when the two newest wordings bind, as no document tells
STARTS = {"S0": date(2025, 6, 23), "S1": date(2026, 9, 1)}

#: three months in which Europe's clocks change, a public holiday falls on a working day and terms change
AUTUMN_2026 = Span(
    start=date(2026, 8, 1),
    end=date(2026, 11, 1),
    taken_on=date(2026, 11, 20),
    wordings=STARTS,
    checks=LIMITS,
)

#: when a page long replaced was in force
SUMMER_2018 = Span(
    start=date(2018, 5, 1), end=date(2018, 8, 1), taken_on=date(2018, 8, 20), checks=LIMITS, wordings=STARTS
)

#: an audit by the page on support for 21Vianet of that day, which was archived in 2019
BY_RULES_OF_2018 = Span(
    start=date(2026, 8, 1),
    end=date(2026, 11, 1),
    taken_on=date(2026, 11, 20),
    checks=LIMITS,
    wordings=STARTS,
    rules_as_of=date(2018, 10, 29),
)
