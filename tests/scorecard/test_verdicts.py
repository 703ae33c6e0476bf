"""The verdict and the rate of one check; expected values are worked out by hand from the rule in the design."""

from fractions import Fraction

import pytest

from cspaudit.model.result import CheckOutcome, Interval, Verdict
from cspaudit.scorecard.verdicts import check_rate, check_result, check_verdict, worst
from tests.scorecard.made import outcome

NOT_MET, UNDETERMINED, MET, NOT_APPLICABLE = Verdict


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(outcome(passed=9, failed=1), NOT_MET, id="one failure"),
        pytest.param(outcome(passed=9, failed=1, gap=True, missing=5), NOT_MET, id="failure beats gap"),
        pytest.param(outcome(passed=10), MET, id="all pass"),
        pytest.param(outcome(passed=10, gap=True), UNDETERMINED, id="gap"),
        pytest.param(outcome(passed=10, coverage="2/3"), UNDETERMINED, id="month missing"),
        pytest.param(outcome(passed=10, missing=1), UNDETERMINED, id="one row without evidence"),
        pytest.param(outcome(missing=3), UNDETERMINED, id="no row with evidence"),
        pytest.param(outcome(), NOT_APPLICABLE, id="no rows, all covered"),
        pytest.param(outcome(aside=4), NOT_APPLICABLE, id="rows that do not apply"),
        pytest.param(outcome(aside=4, gap=True), UNDETERMINED, id="rows that do not apply, gap"),
        pytest.param(outcome(coverage="0"), UNDETERMINED, id="no rows, nothing covered"),
        pytest.param(outcome(passed=3, failed=3, binds=False), NOT_APPLICABLE, id="not bound"),
        pytest.param(outcome(binds=False, gap=True), NOT_APPLICABLE, id="not bound, gap"),
        pytest.param(outcome(error="broken"), UNDETERMINED, id="error"),
        pytest.param(outcome(waived=2, passed=1), MET, id="accepted failures are out"),
        pytest.param(outcome(passed=8, failed=2, allowed=2), MET, id="as many as allowed"),
        pytest.param(outcome(passed=7, failed=3, allowed=2), NOT_MET, id="more than allowed"),
        pytest.param(outcome(passed=7, failed=1, missing=2, allowed=2), UNDETERMINED, id="missing may exceed"),
        pytest.param(outcome(passed=8, failed=1, missing=1, allowed=2), MET, id="missing cannot exceed"),
        pytest.param(outcome(passed=95, failed=5, allowed_share="0.05"), MET, id="allowed share reached"),
        pytest.param(outcome(passed=94, failed=6, allowed_share="0.05"), NOT_MET, id="allowed share passed"),
        pytest.param(outcome(passed=96, failed=3, missing=2, allowed_share="0.05"), MET, id="share, 5 of 101"),
        pytest.param(outcome(passed=94, failed=3, missing=3, allowed_share="0.05"), UNDETERMINED, id="share, 6 of 100"),
        pytest.param(outcome(passed=90, failed=10, target="10"), MET, id="promise of 90 % kept"),
        pytest.param(outcome(passed=90, failed=10, target="9.99"), NOT_MET, id="promise broken"),
        pytest.param(outcome(passed=90, failed=9, missing=1, target="9.9"), UNDETERMINED, id="promise open"),
        pytest.param(outcome(passed=90, failed=3, target="2", allowed=9), NOT_MET, id="a promise is its own limit"),
    ],
)  # fmt: skip
def test_verdict(found: CheckOutcome, expected: Verdict) -> None:
    """A proved excess of failures is not met; what missing evidence could still change is undetermined."""
    assert check_verdict(found) is expected


@pytest.mark.parametrize(
    ("found", "value", "low", "high"),
    [
        pytest.param(
            outcome(passed=3, failed=1), Fraction(3, 4), Fraction(3, 4), Fraction(3, 4), id="complete"
        ),
        pytest.param(
            outcome(passed=6, failed=2, missing=2),
            Fraction(3, 4),
            Fraction(3, 5),
            Fraction(4, 5),
            id="rows missing",
        ),
        pytest.param(outcome(missing=2), None, Fraction(0), Fraction(1), id="only rows missing"),
        pytest.param(outcome(gap=True), None, Fraction(0), Fraction(1), id="gap and no rows"),
        pytest.param(outcome(error="broken"), None, Fraction(0), Fraction(1), id="error"),
        # 2/3 of the period shows 3 of 4: low 2/3 x 3/4, high that and the hidden third
        pytest.param(
            outcome(passed=3, failed=1, coverage="2/3"),
            Fraction(3, 4),
            Fraction(1, 2),
            Fraction(5, 6),
            id="month missing",
        ),
        # low 1/2 x 1/4, high 1/2 x 3/4 + 1/2
        pytest.param(
            outcome(passed=1, failed=1, missing=2, coverage="1/2"),
            Fraction(1, 2),
            Fraction(1, 8),
            Fraction(7, 8),
            id="both missing",
        ),
    ],
)
def test_rate(found: CheckOutcome, value: Fraction | None, low: Fraction, high: Fraction) -> None:
    """The rate leaves missing rows out; its interval counts them as failed below and as passed above."""
    rate = check_rate(found)

    assert rate.value == value
    assert rate.range == Interval(low, high)


def test_what_does_not_apply_has_no_rate() -> None:
    """A check that does not bind or has no cases has no rate, so it can add nothing to a score."""
    assert check_result(outcome(passed=5, binds=False)).rate is None
    assert check_result(outcome(aside=5)).rate is None
    assert check_result(outcome(passed=5)).rate is not None


def test_worst() -> None:
    """Not met is worse than undetermined, that than met, that than not applicable; of nothing, nothing applies."""
    assert worst([MET, UNDETERMINED, NOT_APPLICABLE]) is UNDETERMINED
    assert worst([UNDETERMINED, NOT_MET]) is NOT_MET
    assert worst([NOT_APPLICABLE, MET]) is MET
    assert worst([]) is NOT_APPLICABLE
