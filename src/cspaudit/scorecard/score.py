"""The score: weights, shares, points, and how an interval is printed without promising too much."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from cspaudit.model.obligation import Obligation
from cspaudit.model.result import CheckResult, Interval, ObligationResult, PartnerResult, Verdict

#: Our convention, stated in every report: what must be done counts three times what should be done.
MUST_WEIGHT = 3
SHOULD_WEIGHT = 1


def binding_strength(obligation: Obligation) -> str:
    """``must`` or ``should``: conditions and own promises bind as ``should``, whatever their wording."""
    if obligation.kind in {"condition", "own_promise"} or obligation.strength != "must":
        return "should"
    return "must"


def full_weight(obligation: Obligation) -> int:
    """What an obligation weighs as long as it is no part of another; 0 where its kind is never scored."""
    if not obligation.is_scored:
        return 0
    return MUST_WEIGHT if binding_strength(obligation) == "must" else SHOULD_WEIGHT


def mean_share(checks: Iterable[CheckResult]) -> Interval | None:
    """The mean of the lows and of the highs of the checks that apply, 0 to 1; None where none applies."""
    ranges = [check.rate.range for check in checks if check.rate is not None]
    if not ranges:
        return None
    low = sum((found.low for found in ranges), Fraction(0)) / len(ranges)
    high = sum((found.high for found in ranges), Fraction(0)) / len(ranges)
    return Interval(low, high)


def score(obligations: Iterable[ObligationResult]) -> Interval | None:
    """The weighted mean of the shares, 0 to 100, over what weighs and applies; None where nothing does."""
    scored = [(found.weight, found.share) for found in obligations if found.weight and found.share]
    total = sum(weight for weight, _ in scored)
    if not total:
        return None
    low = sum((weight * share.low for weight, share in scored), Fraction(0))
    high = sum((weight * share.high for weight, share in scored), Fraction(0))
    return Interval(100 * low / total, 100 * high / total)


@dataclass(frozen=True)
class Points:
    """What one check could add to the score's low end.

    ``fix``: if its failures had been passes. ``evidence``: at most, if all that is missing turned out good.
    """

    fix: Fraction
    evidence: Fraction


def points(obligations: Sequence[ObligationResult]) -> dict[str, Points]:
    """By check id, what each check that scores could add; parts share the points of the obligation they belong to."""
    total = sum(found.weight for found in obligations if found.share)
    gains: dict[str, Points] = {}
    for top in obligations:
        if not top.weight:
            continue
        checks = [check for check in checks_with_parts(top, obligations) if check.rate is not None]
        for check in checks:
            unit = Fraction(100 * top.weight, total * len(checks))
            gains[check.outcome.check.id] = _check_points(check, unit)
    return gains


def _check_points(check: CheckResult, unit: Fraction) -> Points:
    counts = check.outcome.counts
    scoped = counts.passed + counts.failed + counts.insufficient_evidence
    fix = unit * check.outcome.coverage * Fraction(counts.failed, scoped) if scoped else Fraction(0)
    if check.rate is None:
        return Points(fix, Fraction(0))
    return Points(fix, unit * (check.rate.range.high - check.rate.range.low))


def checks_with_parts(top: ObligationResult, others: Iterable[ObligationResult]) -> tuple[CheckResult, ...]:
    """An obligation's own checks, then those of its scored parts."""
    parts = [
        check
        for found in others
        if found.obligation.part_of == top.obligation.id and found.obligation.is_scored
        for check in found.checks
    ]
    return (*top.checks, *parts)


@dataclass(frozen=True)
class Printed:
    """A score or a share in whole hundredths: earned, open and lost add up to 100.

    ``is_exact``: nothing was missing. Ends that are equal though something was missing differ by under one point.
    """

    low: int
    high: int
    is_exact: bool

    @property
    def earned(self) -> int:
        """Proved by records."""
        return self.low

    @property
    def open(self) -> int:
        """Left open by missing evidence."""
        return self.high - self.low

    @property
    def lost(self) -> int:
        """Lost to proved failures."""
        return 100 - self.high


def printed(hundredths: Interval) -> Printed:
    """An interval of 0 to 100 in whole numbers.

    Nothing missing: the nearest number; else the low end is rounded down and the high end up. 0 and 100 stand for
    exactly that, so 99.6 is 99: a proved failure never disappears in the rounding.
    """
    is_exact = hundredths.low == hundredths.high
    if is_exact:
        nearest = _inside(hundredths.low, math.floor(hundredths.low + Fraction(1, 2)))
        return Printed(nearest, nearest, is_exact=True)
    low = _inside(hundredths.low, math.floor(hundredths.low))
    high = _inside(hundredths.high, math.ceil(hundredths.high))
    return Printed(low, high, is_exact=False)


def _inside(value: Fraction, rounded: int) -> int:
    return rounded if value in {0, 100} else min(max(rounded, 1), 99)


@dataclass(frozen=True)
class Tally:
    """How many obligations of one kind apply, and how many of them are not met."""

    kind: str
    not_met: int
    applicable: int


def tallies(partner: PartnerResult) -> tuple[Tally, ...]:
    """Duties, recommendations, conditions, own promises, as far as any applies; parts stay out of the count."""
    found = []
    for kind in ("duty", "recommendation", "condition", "own_promise"):
        verdicts = [
            result.verdict
            for result in partner.obligations
            if result.weight
            and result.obligation.kind == kind
            and result.verdict is not Verdict.NOT_APPLICABLE
        ]
        if verdicts:
            found.append(Tally(kind, verdicts.count(Verdict.NOT_MET), len(verdicts)))
    return tuple(found)
