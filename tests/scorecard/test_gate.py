"""Which verdicts make the run fail, and what of a portfolio one partner may see."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from cspaudit.errors import EngagementError
from cspaudit.model.result import (
    EngagementFacts,
    GateCause,
    InputResult,
    Override,
    PartnerFacts,
    PartnerResult,
    Scorecard,
)
from cspaudit.scorecard import FailOn, build_gate, build_partner, only_partner
from tests.scorecard.made import FABRIKAM, obligation, outcome

OBLIGATIONS = [
    obligation("A"),
    obligation("B", "recommendation", "should"),
    obligation("C", "condition", "must"),
    obligation("M", "permission", "may"),
]
AS_OF = datetime(2026, 10, 15)  # noqa: DTZ001 - instants of the model are naive UTC


def partner(**verdicts: str) -> PartnerResult:
    """A partner with one check an obligation: failed, missing or passed."""
    outcomes = [
        outcome(f"c{name}", name, failed=how == "failed", missing=how == "missing", passed=how == "passed")
        for name, how in verdicts.items()
    ]
    return build_partner(FABRIKAM, outcomes, OBLIGATIONS)


@pytest.mark.parametrize(
    ("fail_on", "expected"),
    [("not_met", ["1: A"]), ("undetermined", ["1: A", "1: B"]), ("never", [])],
)
def test_fail_on(fail_on: FailOn, expected: list[str]) -> None:
    """Not met alone, undetermined besides, or nothing breaks the gate; each cause names its obligations."""
    gate = build_gate([partner(A="failed", B="missing", C="passed", M="failed")], fail_on=fail_on)

    assert [cause.figure for cause in gate.causes] == expected
    assert gate.passed == (not expected)


def test_strengths_narrow_the_gate() -> None:
    """With must alone a recommendation does not break it, nor does a condition, which binds as should."""
    found = partner(A="passed", B="failed", C="failed")

    assert build_gate([found], strengths=["must"]).passed
    assert build_gate([found], strengths=["should"]).causes == (
        GateCause("not_met", "2: B, C", "0", "fabrikam"),
    )


def test_regression_needs_an_earlier_result() -> None:
    """Without anything to compare with, asking for no regression is the engagement's mistake."""
    with pytest.raises(EngagementError, match="no earlier result"):
        build_gate([], fail_on="regression")


def test_a_partner_sees_nothing_of_the_others() -> None:
    """Exports, overrides, causes and sentences of another partner are gone; what names none stays."""
    ours = partner(A="passed")
    theirs = build_partner(
        PartnerFacts("contoso", "Contoso", "direct_bill", "UTC"),
        [outcome("cA", "A", failed=1, partner="contoso")],
        OBLIGATIONS,
    )

    def source(owner: str) -> InputResult:
        return InputResult(owner, f"{owner}.csv", (), "", 0, 0, 0, 0, None, None, AS_OF, (), partner_id=owner)

    portfolio = Scorecard(
        tool_version="0",
        engagement=EngagementFacts("", date(2026, 1, 1), date(2026, 2, 1), AS_OF),
        gate=build_gate([ours, theirs]),
        overrides=(Override("c", "p", "1", "why", "contoso"), Override("c", "q", "1", "why")),
        inputs=(source("fabrikam"), source("contoso"), source("")),
        partners=(ours, theirs),
        assumptions=("contoso: one.", "two.", "fabrikam: three."),
        warnings=("contoso: one.",),
        problems=("contoso: one.", "two."),
    )
    cut = only_partner(portfolio, "fabrikam")

    assert not portfolio.gate.passed
    assert cut.gate.passed
    assert [item.param for item in cut.overrides] == ["q"]
    assert [item.partner_id for item in cut.inputs] == ["fabrikam", ""]
    assert cut.partners == (ours,)
    assert (cut.assumptions, cut.warnings, cut.problems) == (("two.", "fabrikam: three."), (), ("two.",))
    assert only_partner(replace(portfolio, partners=(ours,)), "fabrikam").partners == (ours,)
