"""Dates in force: what a row's own day, a stated first day and rules_as_of select, and what is said of it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cspaudit.errors import EngagementError
from cspaudit.evaluation.in_force import Force, assumed_starts, force_of, unstated_clouds
from cspaudit.evaluation.runner import Evaluation, evaluate
from cspaudit.model.result import CheckOutcome, Counts, Status, Verdict
from cspaudit.model.wording import check_starts
from cspaudit.scorecard.verdicts import check_verdict
from tests.evaluation.world import (
    CONTOSO,
    FABRIKAM,
    OBLIGATION,
    TICKET_CHECK,
    World,
    at,
    check_from,
    empty_world,
    plan_of,
    tickets,
)

CHECK = check_from(TICKET_CHECK)
UNDATED = replace(OBLIGATION, in_force_from=None, start_basis="unknown", wording="S1")
ASSUMED = replace(OBLIGATION, in_force_from=date(2026, 8, 1), start_basis="not_before")
ON_S0 = replace(OBLIGATION, in_force_from=date(2025, 6, 23), start_basis="not_before", wording="S0")
ENDED = replace(OBLIGATION, in_force_to=date(2018, 9, 3), end_basis="known")
#: two local days on either side of the first of August
ON_THE_EVE = ("eve", "2026-07-31 21:59:59", "technical")
ON_THE_DAY = ("day", "2026-07-31 22:00:00", "technical")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One partner's empty warehouse."""
    return empty_world(tmp_path)


def only(evaluation: Evaluation) -> CheckOutcome:
    """Return the single outcome."""
    (outcome,) = evaluation.outcomes
    return outcome


def test_a_start_that_is_only_bounded_is_assumed(world: World) -> None:
    """A wording that cannot have begun earlier is scored from that day on, and the report says so."""
    world.add("ticket", *tickets(ON_THE_EVE, ON_THE_DAY))
    plan = plan_of(CHECK, obligation=ASSUMED)

    outcome = only(evaluate(world.warehouse, plan))

    assert outcome.counts == Counts(passed=1, not_applicable=1)
    assert assumed_starts(plan, [outcome]) == (
        (
            "SUP-TEST (Write tickets) is taken to hold from 2026-08-01 on, the earliest possible day; "
            "the documents do not give the exact one."
        ),
    )


def test_an_assumed_start_matters_only_where_rows_were_judged(world: World) -> None:
    """Without a row to judge, or with a known or stated start, nothing is taken for granted."""
    world.add("ticket", *tickets(ON_THE_EVE))
    plan = plan_of(CHECK, obligation=ASSUMED)
    assert assumed_starts(plan, evaluate(world.warehouse, plan).outcomes) == ()

    known = plan_of(CHECK)
    assert assumed_starts(known, evaluate(world.warehouse, known).outcomes) == ()

    stated = plan_of(CHECK, obligation=ON_S0, wordings={"S0": date(2026, 7, 1)})
    assert assumed_starts(stated, evaluate(world.warehouse, stated).outcomes) == ()


def test_a_wording_of_unknown_start_is_shown_and_not_scored(world: World) -> None:
    """Where no document gives the start, passes, failures and missing evidence are observations."""
    world.add(
        "ticket",
        *tickets(
            ("a", "2026-07-05 10:00", "billing"),
            ("b", "2026-07-05 10:00", "technical"),
            ("c", "2026-07-05 10:00", None),
            ("d", "2026-07-05 10:00", "subscription"),
        ),
    )

    shown = only(evaluate(world.warehouse, plan_of(CHECK, obligation=UNDATED)))

    assert shown.counts == Counts(observation=4)
    assert shown.reasons == {"noted": 1, "start_not_documented": 3}
    assert [finding.reason for finding in shown.findings] == [*["start_not_documented"] * 3, "noted"]
    assert {finding.status for finding in shown.findings} == {Status.OBSERVATION}


def test_a_stated_start_binds_from_that_day(world: World) -> None:
    """With a first day of its wording the engagement makes rows of that day and later count, and no earlier one."""
    world.add("ticket", *tickets(ON_THE_EVE, ON_THE_DAY))
    plan = plan_of(CHECK, obligation=UNDATED, wordings={"S1": date(2026, 8, 1)})

    assert only(evaluate(world.warehouse, plan)).counts == Counts(passed=1, not_applicable=1)


def test_a_wording_ends_the_day_before_the_next_one(world: World) -> None:
    """What rests on the wording before the newest holds until the day before the stated start of the newest."""
    world.add("ticket", *tickets(ON_THE_EVE, ON_THE_DAY))
    plan = plan_of(CHECK, obligation=ON_S0, wordings={"S1": date(2026, 8, 1)})

    outcome = only(evaluate(world.warehouse, plan))

    assert outcome.counts == Counts(passed=1, not_applicable=1)
    assert force_of(ON_S0, {"S1": date(2026, 8, 1)}, None).last == date(2026, 7, 31)


def test_a_wording_of_unknown_end_is_scored_on_its_stored_day_alone(world: World) -> None:
    """Nobody knows until when it held: rows are shown, unless judged by the rules of the day of the stored page."""
    obligation = replace(OBLIGATION, in_force_from=date(2018, 10, 29), end_basis="unknown")
    world.add("ticket", *tickets(ON_THE_DAY))

    shown = only(evaluate(world.warehouse, plan_of(CHECK, obligation=obligation)))
    scored = only(
        evaluate(world.warehouse, plan_of(CHECK, obligation=obligation, rules_as_of=date(2018, 10, 29)))
    )
    later = only(
        evaluate(world.warehouse, plan_of(CHECK, obligation=obligation, rules_as_of=date(2018, 10, 30)))
    )

    assert shown.reasons == {"end_not_documented": 1}
    assert scored.counts == Counts(passed=1)
    assert later.counts == Counts(observation=1)


def test_a_duty_that_ended_before_the_period_lacks_no_evidence(world: World) -> None:
    """Neither a missing export nor an unread record without a date leaves open what held on no day of the period."""
    assert check_verdict(only(evaluate(world.warehouse, plan_of(CHECK)))) is Verdict.UNDETERMINED
    nothing = only(evaluate(world.warehouse, plan_of(CHECK, obligation=ENDED)))
    assert nothing.gaps == ()
    assert check_verdict(nothing) is Verdict.NOT_APPLICABLE

    world.add("ticket", *tickets(ON_THE_DAY))
    world.leave_out("ticket", 7)
    world.leave_out("ticket", 8, dated_at=at("2026-07-05 10:00"))

    outcome = only(evaluate(world.warehouse, plan_of(CHECK, obligation=ENDED)))
    assert outcome.counts == Counts(not_applicable=3)
    assert outcome.findings == ()
    judged = only(evaluate(world.warehouse, plan_of(CHECK, obligation=ENDED, rules_as_of=date(2018, 9, 3))))
    assert judged.counts == Counts(passed=1, insufficient_evidence=2)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2026, 9, 30), None, True),
        (date(2026, 10, 1), None, False),
        (None, date(2026, 7, 1), True),
        (None, date(2026, 6, 30), False),
    ],
)
def test_what_reaches_into_the_period(first: date | None, last: date | None, *, expected: bool) -> None:
    """A wording matters where it holds on at least one day of the period, first and last day included."""
    force = Force(first, last, shown_as="", is_assumed=False)

    assert force.reaches(date(2026, 7, 1), date(2026, 10, 1)) is expected


@pytest.mark.parametrize(
    ("starts", "told"),
    [
        ({"s1": date(2026, 1, 1)}, "S1 is the newest wording"),
        ({"newest": date(2026, 1, 1)}, "S1 is the newest wording"),
        ({"S0": date(2025, 6, 22)}, "cannot have begun"),
        ({"S1": date(2025, 6, 22)}, "cannot have begun"),
        ({"S1": date(2025, 6, 23)}, "S1 follows S0"),
        ({"S0": date(2026, 3, 1), "S1": date(2026, 3, 1)}, "taken to begin on 2026-03-01"),
    ],
)
def test_impossible_starts_are_refused(starts: dict[str, date], told: str) -> None:
    """An unknown wording, or a first day before it can have stood there, is the engagement's mistake."""
    with pytest.raises(EngagementError) as error:
        check_starts(starts, "cspaudit.toml")

    assert told in f"{error.value.problem} {error.value.hint}"


def test_possible_starts_are_taken() -> None:
    """The earliest days that the documents leave open are possible."""
    check_starts({"S0": date(2025, 6, 23), "S1": date(2025, 6, 24)}, "cspaudit.toml")


def test_a_cloud_that_no_page_names_is_said(tmp_path: Path) -> None:
    """Partners outside the global cloud are judged, and the report says that applicability is unstated."""
    world = empty_world(tmp_path, [FABRIKAM, CONTOSO])
    world.add(
        "ticket", *tickets(ON_THE_DAY), *({**row, "partner_id": "contoso"} for row in tickets(ON_THE_DAY))
    )
    plan = plan_of(CHECK, partners=[FABRIKAM, CONTOSO])
    evaluation = evaluate(world.warehouse, plan)

    assert [outcome.counts.passed for outcome in evaluation.outcomes] == [1, 1]
    assert unstated_clouds(plan, evaluation.outcomes) == (
        (
            "contoso: applicability unstated for 1 obligation that was judged: its newest page does not say "
            "whether it holds in this cloud (SCP-CLOUD). It is taken to."
        ),
    )
    named = replace(OBLIGATION, clouds=("us_gov",))
    plan = plan_of(CHECK, partners=[FABRIKAM, CONTOSO], obligation=named)
    assert unstated_clouds(plan, evaluate(world.warehouse, plan).outcomes) == ()
