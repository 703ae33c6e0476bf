"""What the rows of one check amount to: its verdict, its rate and the interval that missing evidence leaves open."""

from collections.abc import Iterable
from fractions import Fraction

from cspaudit.model.result import CheckOutcome, CheckResult, Interval, Rate, Verdict

NOTHING_KNOWN = Interval(Fraction(0), Fraction(1))


def check_result(outcome: CheckOutcome) -> CheckResult:
    """The outcome with its verdict and rate; a check that does not apply has no rate."""
    verdict = check_verdict(outcome)
    rate = None if verdict is Verdict.NOT_APPLICABLE else check_rate(outcome)
    return CheckResult(outcome, verdict, rate)


def check_verdict(outcome: CheckOutcome) -> Verdict:
    """The verdict of one check, not applicable where it only notes; a proved failure weighs more than missing evidence, which is never a pass."""
    if not outcome.binds or outcome.check.notes_only:
        return Verdict.NOT_APPLICABLE
    if outcome.error:
        return Verdict.UNDETERMINED
    counts = outcome.counts
    judged = counts.passed + counts.failed
    possible_failures = counts.failed + counts.insufficient_evidence
    scoped = judged + counts.insufficient_evidence
    if counts.failed > allowance(outcome, judged):
        return Verdict.NOT_MET
    if outcome.gaps or outcome.coverage < 1 or possible_failures > allowance(outcome, scoped):
        return Verdict.UNDETERMINED
    return Verdict.MET if scoped else Verdict.NOT_APPLICABLE


def allowance(outcome: CheckOutcome, rows: int) -> Fraction:
    """How many failures among ``rows`` leave the check met.

    A promise of shares states its own allowance; else the larger of the allowed number and the allowed share holds,
    so that setting one of them is enough.
    """
    if outcome.target_allowance is not None:
        return Fraction(outcome.target_allowance)
    return max(Fraction(outcome.allowed_failures), Fraction(outcome.allowed_share) * rows)


def check_rate(outcome: CheckOutcome) -> Rate:
    """Pass / (pass + fail), and the lowest and highest share that the missing evidence could make of it.

    Rows without evidence count as failed for the low end and as passed for the high end; so does the share of the
    period that no export covers. Without a single row to go by, everything is possible.
    """
    counts = outcome.counts
    judged = counts.passed + counts.failed
    scoped = judged + counts.insufficient_evidence
    value = Fraction(counts.passed, judged) if judged else None
    if not scoped:
        return Rate(value, NOTHING_KNOWN)
    covered = outcome.coverage
    low = covered * Fraction(counts.passed, scoped)
    high = covered * Fraction(counts.passed + counts.insufficient_evidence, scoped) + (1 - covered)
    return Rate(value, Interval(low, high))


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts; of none: not applicable."""
    return min(verdicts, key=lambda verdict: verdict.rank, default=Verdict.NOT_APPLICABLE)
