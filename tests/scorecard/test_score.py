"""Weights, parts, points and rounding, by hand; and what must hold for any counts."""

from dataclasses import replace
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspaudit.errors import CheckError
from cspaudit.model.result import CheckOutcome, Interval, Verdict
from cspaudit.scorecard import build_partner
from cspaudit.scorecard.score import Points, Printed, Tally, points, printed, tallies
from tests.scorecard.made import FABRIKAM, obligation, outcome


def test_must_weighs_three_and_should_one() -> None:
    """Score = 100 x sum of weight x share / sum of weights: (3 x 1/2 + 1 x 1) / 4 = 62.5."""
    found = build_partner(
        FABRIKAM,
        [outcome("a", "A", passed=1, failed=1), outcome("b", "B", passed=7)],
        [obligation("A"), obligation("B", "recommendation", "should")],
    )

    assert found.score == Interval(Fraction(125, 2), Fraction(125, 2))
    assert found.verdict is Verdict.NOT_MET
    assert [(item.obligation.id, item.weight) for item in found.obligations] == [("A", 3), ("B", 1)]


@pytest.mark.parametrize("kind", ["condition", "own_promise"])
def test_conditions_and_own_promises_weigh_as_should(kind: str) -> None:
    """Neither is a duty, so it weighs 1 even where its wording says must: (3 x 1 + 1 x 0) / 4."""
    promise = replace(obligation("B"), kind=kind)  # type: ignore[arg-type]  # the parameters are kinds

    found = build_partner(
        FABRIKAM, [outcome("a", "A", passed=1), outcome("b", "B", failed=1)], [obligation("A"), promise]
    )

    assert found.score == Interval(Fraction(75), Fraction(75))


def test_checks_share_their_obligation_and_neither_volume_nor_number_adds_weight() -> None:
    """A: mean of 1/2 and 1; B: 0 of one case; both must: (3 x 3/4 + 3 x 0) / 6 = 37.5."""
    found = build_partner(
        FABRIKAM,
        [
            outcome("a1", "A", passed=1000, failed=1000),
            outcome("a2", "A", passed=1),
            outcome("b", "B", failed=1),
        ],
        [obligation("A"), obligation("B")],
    )

    assert found.score == Interval(Fraction(75, 2), Fraction(75, 2))


def test_what_does_not_apply_leaves_the_score() -> None:
    """A check without cases leaves its obligation's mean, an obligation without any leaves the weights."""
    found = build_partner(
        FABRIKAM,
        [outcome("a1", "A", passed=1, failed=1), outcome("a2", "A"), outcome("b", "B", binds=False)],
        [obligation("A"), obligation("B")],
    )

    assert found.score == Interval(Fraction(50), Fraction(50))
    assert found.obligations[1].verdict is Verdict.NOT_APPLICABLE
    assert found.obligations[1].share is None


def test_parts_count_within_their_parent() -> None:
    """The parent's share is the mean over its own and its parts' checks, its verdict the worst; the part weighs 0."""
    found = build_partner(
        FABRIKAM,
        [outcome("own", "A", passed=4), outcome("part", "P", failed=1, passed=1)],
        [obligation("A"), obligation("P", "recommendation", "should", part_of="A")],
    )
    parent, part = found.obligations

    assert (parent.weight, part.weight) == (3, 0)
    assert parent.share == Interval(Fraction(3, 4), Fraction(3, 4))
    assert part.share == Interval(Fraction(1, 2), Fraction(1, 2))
    assert parent.verdict is Verdict.NOT_MET
    assert found.score == Interval(Fraction(75), Fraction(75))
    assert tallies(found) == (Tally("duty", 1, 1),)


def test_a_parent_without_a_check_is_judged_by_its_parts() -> None:
    """A parent appears as soon as one of its parts has a check; what has neither is left out."""
    found = build_partner(
        FABRIKAM,
        [outcome("part", "P", passed=1)],
        [obligation("A"), obligation("P", part_of="A"), obligation("Z")],
    )

    assert [(item.obligation.id, item.weight, item.verdict) for item in found.obligations] == [
        ("A", 3, Verdict.MET),
        ("P", 0, Verdict.MET),
    ]
    assert found.obligations[0].checks == ()


def test_a_part_whose_parent_is_not_listed_weighs_by_itself() -> None:
    """Nothing that is judged gets lost because the catalogue holds only the part."""
    found = build_partner(
        FABRIKAM, [outcome("part", "P", passed=1)], [obligation("P", "recommendation", "should", part_of="A")]
    )

    assert [item.weight for item in found.obligations] == [1]


def test_what_is_never_scored_changes_neither_score_nor_verdict() -> None:
    """A permission whose check lacks evidence weighs 0, has no share and leaves the partner's verdict alone."""
    found = build_partner(
        FABRIKAM,
        [outcome("a", "A", passed=1), outcome("m", "M", gap=True), outcome("p", "P", failed=9)],
        [
            obligation("A"),
            obligation("M", "permission", "may"),
            obligation("P", "statement", "-", part_of="A"),
        ],
    )

    assert found.verdict is Verdict.MET
    assert found.score == Interval(Fraction(100), Fraction(100))
    assert [item.share for item in found.obligations[1:]] == [None, None]


def test_what_is_only_told_is_listed_and_weighs_nothing() -> None:
    """What nothing tests appears without a check, where it binds, and touches neither score nor verdict."""
    told = replace(obligation("I", "statement", "-"), judged_by=("information",))
    whom = replace(told, id="D", judged_by=("applicability",), tiers=("direct_bill",))
    others = replace(whom, id="R", tiers=("indirect_reseller",))
    judged = [obligation("A"), obligation("Z", "recommendation", "should")]
    found = build_partner(FABRIKAM, [outcome("a", "A", failed=1)], [*judged, told, whom, others])

    assert [(item.obligation.id, item.checks == (), item.weight) for item in found.obligations] == [
        ("A", False, 3),
        ("D", True, 0),
        ("I", True, 0),
    ]
    assert {item.verdict for item in found.obligations[1:]} == {Verdict.NOT_APPLICABLE}
    assert (found.verdict, found.score) == (Verdict.NOT_MET, Interval(Fraction(0), Fraction(0)))


def test_a_recommendation_that_is_only_noted_weighs_nothing() -> None:
    """What is judged by observation alone has no weight, though its kind would be scored."""
    noted = replace(obligation("N", "recommendation", "should"), judged_by=("observation",))
    found = build_partner(
        FABRIKAM, [outcome("a", "A", passed=1), outcome("n", "N", gap=True)], [obligation("A"), noted]
    )

    assert [item.weight for item in found.obligations] == [3, 0]
    assert (found.verdict, found.score) == (Verdict.MET, Interval(Fraction(100), Fraction(100)))


def test_nothing_scorable_has_no_score() -> None:
    """No score, never 0 or 100, where nothing applies."""
    found = build_partner(FABRIKAM, [outcome("a", "A", binds=False)], [obligation("A")])

    assert found.score is None
    assert found.score_before_waivers is None
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert tallies(found) == ()


def test_waived_failures_count_in_the_score_before_waivers_only() -> None:
    """3 passes, 1 accepted failure: 100 after waivers, 75 before."""
    found = build_partner(FABRIKAM, [outcome("a", "A", passed=3, waived=1)], [obligation("A")])

    assert found.score == Interval(Fraction(100), Fraction(100))
    assert found.score_before_waivers == Interval(Fraction(75), Fraction(75))
    assert found.verdict is Verdict.MET


def test_only_the_partners_own_outcomes_count() -> None:
    """An outcome of another partner changes nothing."""
    found = build_partner(
        FABRIKAM,
        [outcome("a", "A", passed=1), outcome("a", "A", failed=1, partner="contoso")],
        [obligation("A")],
    )

    assert found.verdict is Verdict.MET


def test_an_unknown_obligation_is_an_error() -> None:
    """A check that cites nothing known cannot be weighed, and saying so beats dropping it."""
    with pytest.raises(CheckError, match="cites the obligation X"):
        build_partner(FABRIKAM, [outcome("a", "X", passed=1)], [obligation("A")])


def test_points() -> None:
    """Of weights 3 and 1: A's two checks share 75 points, so 1 failure of 4 is worth 9.375; B's gap all its 25."""
    found = build_partner(
        FABRIKAM,
        [
            outcome("a1", "A", passed=2, failed=1, missing=1),
            outcome("a2", "A", passed=1),
            outcome("a3", "A", binds=False),
            outcome("b", "B", gap=True),
            outcome("m", "M", failed=1),
        ],
        [obligation("A"), obligation("B", "recommendation", "should"), obligation("M", "permission", "may")],
    )

    assert points(found.obligations) == {
        "a1": Points(fix=Fraction(75, 8), evidence=Fraction(75, 8)),
        "a2": Points(Fraction(0), Fraction(0)),
        "b": Points(Fraction(0), Fraction(25)),
    }


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("70.4", "70.4", (70, 70, True)),
        ("70.5", "70.5", (71, 71, True)),
        ("99.6", "99.6", (99, 99, True)),
        ("0.2", "0.2", (1, 1, True)),
        ("0", "0", (0, 0, True)),
        ("100", "100", (100, 100, True)),
        ("71.9", "86.1", (71, 87, False)),
        ("71", "87", (71, 87, False)),
        ("0", "100", (0, 100, False)),
        ("0.4", "99.6", (1, 99, False)),
        ("99.2", "99.7", (99, 99, False)),
    ],
)
def test_printed(low: str, high: str, expected: tuple[int, int, bool]) -> None:
    """Complete: the nearest number; else outwards; 0 and 100 only where exact, so no failure vanishes."""
    assert printed(Interval(Fraction(low), Fraction(high))) == Printed(*expected)


hundredths = st.fractions(min_value=0, max_value=100, max_denominator=10_000)


@given(hundredths, hundredths)
def test_earned_open_and_lost_add_up(one: Fraction, other: Fraction) -> None:
    """The three parts are never negative and always make 100; each end is off by less than one point."""
    interval = Interval(min(one, other), max(one, other))
    found = printed(interval)

    assert found.earned + found.open + found.lost == 100
    assert min(found.earned, found.open, found.lost) >= 0
    assert abs(found.low - interval.low) < 1
    assert abs(found.high - interval.high) < 1
    if 1 <= interval.low < interval.high <= 99:
        assert (found.low, found.high) == (floor(interval.low), ceil(interval.high))


counts = st.integers(min_value=0, max_value=30)
rows = st.tuples(counts, counts, counts)


def scored(triples: list[tuple[int, int, int]]) -> Interval | None:
    """The score of one obligation a triple of passed, failed, missing."""
    outcomes: list[CheckOutcome] = [
        outcome(f"c{number}", f"O{number}", passed=passed, failed=failed, missing=missing)
        for number, (passed, failed, missing) in enumerate(triples)
    ]
    obligations = [
        obligation(f"O{number}", strength="must" if number % 2 else "should")
        for number in range(len(triples))
    ]
    return build_partner(FABRIKAM, outcomes, obligations).score


@given(st.lists(rows, min_size=1, max_size=5), st.data())
def test_damaging_rows_never_raises_the_low_end(
    triples: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    """Losing the evidence of passes lowers the low end and leaves the high end; of failures, the other way round."""
    before = scored(triples)
    lost = [
        (data.draw(st.integers(0, passed)), data.draw(st.integers(0, failed)))
        for passed, failed, _ in triples
    ]
    after = scored(
        [
            (passed - good, failed - bad, missing + good + bad)
            for (passed, failed, missing), (good, bad) in zip(triples, lost, strict=True)
        ]
    )

    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after.low <= before.low <= before.high <= after.high
        if not any(good for good, _ in lost):
            assert after.low == before.low
        if not any(bad for _, bad in lost):
            assert after.high == before.high


@given(st.lists(rows, min_size=1, max_size=5), st.data())
def test_the_interval_holds_the_score_of_complete_evidence(
    triples: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    """Whatever the missing rows turn out to be, the score then lies within the interval."""
    truth = []
    for passed, failed, missing in triples:
        good = data.draw(st.integers(0, missing))
        truth.append((passed + good, failed + missing - good, 0))
    interval, exact = scored(triples), scored(truth)

    assert (interval is None) == (exact is None)
    if interval is not None and exact is not None:
        assert interval.low <= exact.low == exact.high <= interval.high
