"""The runner: period, partners, dates in force, records left out, faults of a check."""

from pathlib import Path

import pytest

from cspaudit.evaluation.runner import Evaluation, evaluate
from cspaudit.model.result import CheckOutcome, Counts, Status
from tests.evaluation.world import (
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


def only(evaluation: Evaluation) -> CheckOutcome:
    """Return the single outcome."""
    (outcome,) = evaluation.outcomes
    return outcome


def test_counts_rows_of_the_period_by_status(world: World) -> None:
    """Rows dated in the period count by status; those outside only as being outside."""
    world.add(
        "ticket",
        *tickets(
            ("a", "2026-07-01 09:00", "technical"),
            ("b", "2026-08-01 09:00", "billing"),
            ("c", "2026-09-01 09:00", None),
            ("d", "2026-09-02 09:00", "subscription"),
            ("e", "2026-09-03 09:00", "other"),
            ("f", "2026-06-01 09:00", "billing"),
        ),
    )

    outcome = only(evaluate(world.warehouse, plan_of(CHECK)))

    assert outcome.counts == Counts(
        passed=1, failed=1, insufficient_evidence=1, observation=1, not_applicable=1, out_of_period=1
    )
    assert outcome.error == ""
    assert outcome.finding_count == 3
    assert [(f.subject_id, f.status, f.reason, f.observed) for f in outcome.findings] == [
        ("b", Status.FAIL, "billing", "billing"),
        ("c", Status.INSUFFICIENT, "unclear", ""),
        ("d", Status.OBSERVATION, "noted", "subscription"),
    ]
