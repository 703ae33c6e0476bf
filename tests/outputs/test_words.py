"""Sentences and figures as readers meet them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from cspaudit.model.check import ParamValue
from cspaudit.model.result import Status
from cspaudit.outputs import words
from cspaudit.scorecard.score import Printed, Tally
from tests.outputs.samples import PAID, finding


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 7, 1), date(2026, 10, 1), "1 July to 30 September 2026"),
        (date(2026, 7, 1), date(2026, 8, 1), "1 to 31 July 2026"),
        (date(2026, 7, 1), date(2026, 7, 2), "1 July 2026"),
        (date(2012, 1, 1), date(2024, 4, 1), "1 January 2012 to 31 March 2024"),
    ],
)
def test_period(start: date, end: date, expected: str) -> None:
    """A half-open period is told by its last day."""
    assert words.period(start, end) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(0), "\u2013"),
        (Fraction(1, 100), "under +0.1"),
        (Fraction(1, 20), "+0.1"),
        (Fraction(39, 10), "+3.9"),
        (Fraction(100, 3), "+33.3"),
    ],
)
def test_gain(value: Fraction, expected: str) -> None:
    """Points have one decimal, the nearest; something never reads as nothing."""
    assert words.gain(value) == expected


def test_gain_of_evidence_is_a_limit() -> None:
    """Evidence may also turn out to be failures, so its gain is an upper limit."""
    assert words.gain_up_to(Fraction(11)) == "up to +11.0"
    assert words.gain_up_to(Fraction(1, 100)) == "under +0.1"


@pytest.mark.parametrize(
    ("found", "before", "part"),
    [
        (None, None, "There is no score"),
        (Printed(82, 82, is_exact=True), None, "The score is 82, exactly. No evidence was missing."),
        (Printed(0, 100, is_exact=False), None, "The score is open from 0 to 100"),
        (Printed(82, 82, is_exact=False), None, "The score is 82. A small gap in the evidence"),
        (Printed(71, 87, is_exact=False), None, "would be 71; if all of it turned out good, 87."),
        (
            Printed(71, 87, is_exact=False),
            Printed(70, 86, is_exact=False),
            "as failures, it would be 70\u201386.",
        ),
    ],
)
def test_score_explained(found: Printed | None, before: Printed | None, part: str) -> None:
    """The range is explained by what would happen, and a small gap is never called exact."""
    assert part in words.score_explained(found, before)


def test_headline() -> None:
    """Conditions and own promises are named as what they are, one in the singular."""
    tallied = [
        Tally("duty", 1, 2),
        Tally("recommendation", 0, 1),
        Tally("condition", 1, 1),
        Tally("own_promise", 0, 3),
    ]

    assert words.headline(tallied) == (
        "1 of 2 duties not met, 0 of 1 recommendation not followed, 1 of 1 condition of a permission not kept, "
        "0 of 3 own promises not kept"
    )
    assert words.headline([]) == "nothing that applied could be judged"


def test_reasons_are_filled_without_touching_what_a_value_holds() -> None:
    """Values replace their marks once; braces in a value stay as they are; runner reasons have texts too."""
    row = finding(PAID, 1, Status.FAIL, "paid_late", observed="{expected}{x}", expected="")

    assert words.reason_text(PAID, row) == "Settled {expected}{x} days after the due date."
    assert words.reason_text(PAID, replace(row, observed="1")) == "Settled 1 day after the due date."
    assert words.reason_text(PAID, replace(row, observed="21")) == "Settled 21 days after the due date."
    assert words.reason_text(PAID, replace(row, reason="not_in_force")) == (
        "The wording was not in force on this day."
    )
    assert words.reason_text(PAID, replace(row, reason="made_up")) == "Made up."


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "none set"), (True, "yes"), (False, "no"), (30, "30"), (Decimal("0.10"), "0.10"), (date(2026, 1, 2), "2026-01-02"), ("ignore", "ignore")],
)  # fmt: skip
def test_values(value: ParamValue, expected: str) -> None:
    """A setting without a value says so."""
    assert words.value(value) == expected


@pytest.mark.parametrize(
    ("files", "read", "left_out", "expected"),
    [
        (1, 1, 0, "1 file was read: it holds 1 record, and every one of them was used."),
        (2, 1200, 1, "2 files were read: they hold 1,200 records, of which 1 was left out because it could not be judged."),
        (2, 1200, 3, "2 files were read: they hold 1,200 records, of which 3 were left out because they could not be judged."),
    ],
)  # fmt: skip
def test_evidence_lede(files: int, read: int, left_out: int, expected: str) -> None:
    """The counts agree with their verbs."""
    assert words.evidence_lede(files, read, left_out) == expected


def test_sentences_about_files_begin_with_the_path_once() -> None:
    """A path keeps its letters and is not repeated."""
    assert words.about("exports/a.csv", "is empty") == "exports/a.csv: is empty."
    assert words.about("exports/a.csv", "exports/a.csv: is empty.") == "exports/a.csv: is empty."


def test_allowances() -> None:
    """Numbers of allowances read as numbers, not as exponents."""
    assert words.allowed_failures(1) == "1 failure is allowed"
    assert words.allowed_share(Decimal("0.10")) == "10 % of the cases may fail"
    assert (
        words.target_allowance(Decimal("100.00"))
        == "The promised share allows 100 failures among the cases judged"
    )
    assert words.percent(Fraction(1999, 2000)) == "99.9"
