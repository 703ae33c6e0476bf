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

#: three months in which Europe's clocks change, a public holiday falls on a working day and terms change
AUTUMN_2026 = Span(
    start=date(2026, 8, 1),
    end=date(2026, 11, 1),
    taken_on=date(2026, 11, 20),
    wordings={"S0": date(2025, 6, 23), "S1": date(2026, 9, 1)},
    checks={
        "payments_on_time_consistently": {"late_share_limit": 0, "because": BECAUSE},
        "subscription_event_announced": {"window_days_before": 30, "window_days_after": 2, "because": BECAUSE},
    },
)
