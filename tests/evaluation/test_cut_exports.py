"""A case fails for want of a record only where the record is known not to be there."""

from pathlib import Path

import pytest

from cspaudit.evaluation.findings import first_findings
from cspaudit.evaluation.judged_case import judged_cases, setting_of
from cspaudit.evaluation.needs import Evidence
from cspaudit.evaluation.runner import evaluate
from cspaudit.model.result import Counts
from tests.evaluation.world import (
    CONTOSO,
    FABRIKAM,
    MONTHS,
    TICKET_CHECK,
    World,
    check_from,
    empty_world,
    plan_of,
    tickets,
)

#: the test of tickets, which looks at what was done on them too
CHECK = check_from(TICKET_CHECK.replace('needs = ["ticket"]', 'needs = ["ticket"]\nreads = ["ticket_event"]'))
TICKETS = (
    ("t1", "2026-07-01 09:00", "technical"),
    ("t2", "2026-08-01 09:00", "billing"),
    ("t3", "2026-09-01 09:00", "subscription"),
    ("t4", "2026-09-02 09:00", None),
)
PROVED = Counts(passed=1, failed=1, insufficient_evidence=1, observation=1)
OPEN = Counts(passed=1, failed=0, insufficient_evidence=2, observation=1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two partners with the same tickets: one passes, one fails, one is noted, one lacks its category."""
    made = empty_world(tmp_path, (FABRIKAM, CONTOSO))
    made.add("ticket", *tickets(*TICKETS), *tickets(*TICKETS, partner_id="contoso"))
    return made


def counts(world: World) -> dict[str, Counts]:
    """The counts of each partner."""
    plan = plan_of(CHECK, partners=world.partners)
    return {one.partner_id: one.counts for one in evaluate(world.warehouse, plan).outcomes}


def test_other_records_were_cut(world: World) -> None:
    """What failed may have failed for want of what was cut off: it lacks evidence, in the findings too; the rest stays."""
    world.feed("ticket_event", source_id="events.csv", cut=True)
    assert counts(world) == {"fabrikam": OPEN, "contoso": PROVED}
    found = first_findings(world.warehouse, 9)
    assert [(one.subject_id, one.status, one.reason) for one in found["fabrikam", CHECK.id]] == [
        ("t2", "insufficient_evidence", "records_cut_off"),
        ("t3", "observation", "noted"),
        ("t4", "insufficient_evidence", "unclear"),
    ]
    assert [(one.subject_id, one.status) for one in found["contoso", CHECK.id]] == [
        ("t2", "fail"),
        ("t3", "observation"),
        ("t4", "insufficient_evidence"),
    ]


@pytest.mark.parametrize("months", [MONTHS, MONTHS[:2]])
def test_what_the_partner_vouches_for(world: World, months: tuple[str, ...]) -> None:
    """A cut export that is stated to cover the whole period lacks nothing; a month less leaves failures open."""
    world.feed("ticket_event", source_id="events.csv", months=months, stated=True, cut=True)
    assert counts(world)["fabrikam"] == (PROVED if months == MONTHS else OPEN)


def test_the_cases_themselves_were_cut(world: World) -> None:
    """A case that is there and fails has failed, however many others were cut off."""
    world.feed("ticket", source_id="more.csv", cut=True)
    assert counts(world)["fabrikam"] == PROVED


def test_records_that_the_check_does_not_read(world: World) -> None:
    """An export that the check never looks at does not matter."""
    world.feed("message", source_id="mail.csv", cut=True)
    assert counts(world)["fabrikam"] == PROVED


def test_explaining_says_the_same(world: World) -> None:
    """The case told by itself has the status that it counts with."""
    world.feed("ticket_event", source_id="events.csv", cut=True)
    plan = plan_of(CHECK, partners=world.partners)
    evidence = Evidence.collect(world.warehouse, plan)
    (scope, _) = plan.scopes
    setting = setting_of(plan, evidence, CHECK, scope)
    (case,) = judged_cases(world.warehouse, plan, setting, CHECK, scope, "t2")
    assert (case.status, case.reason) == ("insufficient_evidence", "records_cut_off")
