"""Faults of a check: each costs its own outcomes, or one partner's, and nothing else."""

from dataclasses import replace
from pathlib import Path

import pytest

from cspaudit.evaluation.plan import Plan
from cspaudit.evaluation.runner import evaluate
from cspaudit.model.check import Check
from cspaudit.model.result import Counts
from tests.evaluation.world import (
    CONTOSO,
    FABRIKAM,
    TICKET_CHECK,
    World,
    check_from,
    empty_world,
    plan_of,
    tickets,
)

CHECK = check_from(TICKET_CHECK)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One partner's empty warehouse."""
    return empty_world(tmp_path)


BROKEN = {
    "an unknown status": (TICKET_CHECK.replace("'pass'", "'okay'"), "unknown status 'okay'"),
    "a pass of a check that only notes": (
        TICKET_CHECK.replace("version = 1", "version = 1\nnotes_only = true"),
        "but the check only notes",
    ),
    "an unlisted reason": (TICKET_CHECK.replace("then 'billing'\n", "then 'money'\n"), "'money', which"),
    "a failure without reason": (TICKET_CHECK.replace("then 'billing'\n", "then null\n"), "and no reason"),
    "two rows a subject": (
        f"{TICKET_CHECK}cross join (values (1), (2)) as twice(n)",
        "more than one row for ticket 'a'",
    ),
    "a row without subject": (
        TICKET_CHECK.replace("ticket_id as subject_id", "customer_id as subject_id"),
        "without subject_id",
    ),
    "a column missing": (
        TICKET_CHECK.replace("'technical' as expected", "'x' as expect"),
        "returns the columns",
    ),
    "a number as text": (
        TICKET_CHECK.replace("'technical' as expected", "1 as expected"),
        "expected is INTEGER",
    ),
    "a date as text": (
        TICKET_CHECK.replace("opened_at as dated_at", "ticket_id as dated_at"),
        "dated_at is VARCHAR",
    ),
    "a value that does not convert": (
        TICKET_CHECK.replace(
            "'technical' as expected", "cast(cast(ticket_id as decimal(9, 2)) as varchar) as expected"
        ),
        "does not run",
    ),
    "an unknown column": (TICKET_CHECK.replace("ticket_id as", "number as"), "does not run"),
    "broken SQL": (f"{TICKET_CHECK}where (", "cannot be parsed"),
    "a file": (f"{TICKET_CHECK}, 'tickets.csv' as f", "no plain table name"),
}


def brought_by_user(plan: Plan, check: Check) -> Plan:
    """The plan with a check that is not among those that come along."""
    return replace(plan, catalogue=replace(plan.catalogue, own=frozenset({check.id})))


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_check_spoils_no_other(world: World, fault: str) -> None:
    """A check that errs gives an outcome with the message and no counts; the next check is carried out."""
    text, says = BROKEN[fault]
    broken = check_from(text, "broken")
    world.add(
        "ticket", *tickets(("a", "2026-08-01 10:00", "technical"), ("b", "2026-08-01 10:00", "billing"))
    )

    evaluation = evaluate(world.warehouse, brought_by_user(plan_of(broken, CHECK), broken))
    spoilt, sound = evaluation.outcomes

    assert says in spoilt.error
    assert "broken.sql" in spoilt.error
    assert spoilt.counts == Counts()
    assert evaluation.problems == (spoilt.error,)
    assert (sound.error, sound.counts) == ("", Counts(passed=1, failed=1))
    assert world.warehouse.rows("select distinct check_id from finding") == [(CHECK.id,)]


def test_one_partners_rows_spoil_no_other_partner(tmp_path: Path) -> None:
    """A value that stops the query, or repeats a subject, costs that partner's outcome only."""
    world = empty_world(tmp_path, (FABRIKAM, replace(CONTOSO, timezone="Europe/Berlin")))
    world.add(
        "ticket",
        *tickets(("1", "2026-08-01 01:00", "technical")),
        *tickets(("x", "2026-08-01 01:00", "technical"), partner_id="contoso"),
    )
    stops = check_from(
        TICKET_CHECK.replace(
            "'technical' as expected", "cast(cast(ticket_id as decimal(9, 2)) as varchar) as expected"
        ),
        "stops",
    )
    repeats = check_from(
        f"{TICKET_CHECK}cross join (values ('1'), ('x'), ('x')) as v(k) where ticket_id = v.k", "repeats"
    )

    evaluation = evaluate(world.warehouse, plan_of(stops, repeats, partners=world.partners))
    errors = {(o.partner_id, o.check.id): bool(o.error) for o in evaluation.outcomes}

    assert errors == {
        ("fabrikam", "stops"): False,
        ("fabrikam", "repeats"): False,
        ("contoso", "stops"): True,
        ("contoso", "repeats"): True,
    }
    assert all("(partner contoso)" in problem for problem in evaluation.problems)


def test_a_subject_both_passed_and_failed_is_repeated(world: World) -> None:
    """One row a subject holds across statuses: a join that fans out often gives a pass and a failure."""
    check = check_from(TICKET_CHECK.replace("ticket_id as subject_id", "'same' as subject_id"))
    world.add(
        "ticket", *tickets(("a", "2026-08-01 10:00", "technical"), ("b", "2026-08-01 10:00", "billing"))
    )

    assert (
        "more than one row for ticket 'same'" in evaluate(world.warehouse, plan_of(check)).outcomes[0].error
    )


def test_a_users_check_over_many_subjects_may_not_repeat_a_pass(world: World) -> None:
    """In a large population passes are counted together; in a user's own check a repeated one is still found."""
    check = check_from(
        TICKET_CHECK.replace("ticket_id as subject_id", "coalesce(parent_id, ticket_id) as subject_id")
    )
    world.feed("ticket")
    world.warehouse.execute(
        "insert into ticket (partner_id, ticket_id, opened_at, category, parent_id) "
        "select 'fabrikam', cast(n as varchar), timestamp '2026-08-01 10:00:00', 'technical', "
        "case when n = 77 then '78' end from range(600000) as r(n)"
    )
    own = evaluate(world.warehouse, brought_by_user(plan_of(check), check))

    assert "more than one row for ticket '78'" in own.outcomes[0].error


def test_many_subjects_are_counted_like_few(world: World) -> None:
    """Counts, months and findings of a large population are the same as those of a small one, a hundred thousand times."""
    world.feed("ticket")
    world.warehouse.execute(
        "insert into ticket (partner_id, ticket_id, opened_at, category) "
        "select 'fabrikam', cast(n as varchar), timestamp '2026-08-01 10:00:00', "
        "case n % 6 when 0 then 'technical' when 1 then 'billing' when 2 then 'other' when 3 then 'subscription' "
        "when 4 then 'technical' end from range(600000) as r(n)"
    )

    (outcome,) = evaluate(world.warehouse, plan_of(CHECK)).outcomes

    assert outcome.counts == Counts(
        passed=200_000,
        failed=100_000,
        not_applicable=100_000,
        observation=100_000,
        insufficient_evidence=100_000,
    )
    assert [(month.passed, month.failed) for month in outcome.series] == [(0, 0), (200_000, 100_000), (0, 0)]
    assert outcome.finding_count == world.warehouse.scalar("select count(*) from finding") == 300_000
