"""Since when and until when an obligation holds in one evaluation, and what that takes for granted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from cspaudit.evaluation.plan import Plan
from cspaudit.model.obligation import Obligation
from cspaudit.model.result import CheckOutcome
from cspaudit.model.wording import WORDINGS


@dataclass(frozen=True)
class Force:
    """The first and last day, None where nothing limits it.

    ``shown_as``: the reason why rows are shown and not scored; empty: they are scored. ``is_assumed``: the first day
    is the earliest possible one, because no document gives the true one.
    """

    first: date | None
    last: date | None
    shown_as: str
    is_assumed: bool

    def holds_on(self, day: date) -> bool:
        """Whether the obligation holds on ``day``."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)

    def reaches(self, start: date, end: date) -> bool:
        """Whether it holds on any day from ``start`` (in) to ``end`` (out)."""
        return (self.first is None or self.first < end) and (self.last is None or self.last >= start)


def force_of(obligation: Obligation, starts: Mapping[str, date], rules_as_of: date | None) -> Force:
    """Return the days of ``obligation`` where the engagement states the first days ``starts`` of wordings by name."""
    first, last, basis = obligation.in_force_from, obligation.in_force_to, obligation.start_basis
    wording = WORDINGS.get(obligation.wording)
    if wording and wording.name in starts:
        first, basis = starts[wording.name], "known"
    if wording and wording.followed_by in starts:
        last = starts[wording.followed_by] - timedelta(days=1)
    shown_as = ""
    if basis == "unknown":
        shown_as = "start_not_documented"
    elif obligation.end_basis == "unknown" and (rules_as_of is None or rules_as_of != first):
        # only the day on which a stored page states it is certain
        shown_as = "end_not_documented"
    return Force(first, last, shown_as, is_assumed=basis == "not_before")


def assumed_starts(plan: Plan, outcomes: Iterable[CheckOutcome]) -> tuple[str, ...]:
    """Say of each obligation with rows judged since when it was taken to hold, where that day is assumed."""
    judged = dict.fromkeys(outcome.check.obligation for outcome in outcomes if _has_judged(outcome))
    found = []
    for name in judged:
        obligation = plan.catalogue.obligations[name]
        force = force_of(obligation, plan.wordings, plan.rules_as_of)
        if force.is_assumed and not force.shown_as:
            rests = f" rests on {WORDINGS[obligation.wording].says} alone and" if obligation.wording else ""
            found.append(
                f"{name} ({obligation.title}){rests} is taken to hold from {force.first} on, the earliest possible day; "
                "the documents do not give the exact one."
            )
    return tuple(found)


def unstated_clouds(plan: Plan, outcomes: Iterable[CheckOutcome]) -> tuple[str, ...]:
    """Say of each partner outside the global cloud how many obligations were judged that name no cloud."""
    judged: dict[str, set[str]] = {}
    for outcome in outcomes:
        if _has_judged(outcome):
            judged.setdefault(outcome.partner_id, set()).add(outcome.check.obligation)
    found = []
    for scope in plan.scopes:
        partner = scope.partner
        unstated = [
            name
            for name in judged.get(partner.partner_id, ())
            if plan.catalogue.obligations[name].is_silent_on(partner.cloud)
        ]
        if unstated:
            which = (
                "1 obligation that was judged: its newest page does not say whether it holds in this cloud (SCP-CLOUD). "
                "It is taken to."
                if len(unstated) == 1
                else f"{len(unstated)} obligations that were judged: their newest pages do not say whether they hold in "
                "this cloud (SCP-CLOUD). They are taken to."
            )
            found.append(f"{partner.partner_id}: applicability unstated for {which}")
    return tuple(found)


def _has_judged(outcome: CheckOutcome) -> bool:
    counts = outcome.counts
    return outcome.binds and bool(counts.passed or counts.failed or counts.insufficient_evidence)
