"""The runner: period, partners, dates in force, records left out, faults of a check."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit.evaluation.plan import CheckOverride
from cspaudit.evaluation.runner import Evaluation, evaluate
from cspaudit.model.result import CheckOutcome, Counts, MonthCount, Status
from tests.evaluation.world import (
    AS_OF,
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


def test_the_period_is_cut_at_local_midnights(world: World) -> None:
    """Berlin's quarter begins and ends at 22:00 UTC of the day before; the begin is in, the end is out."""
    world.add(
        "ticket",
        *tickets(
            ("before", "2026-06-30 21:59:59", "technical"),
            ("first", "2026-06-30 22:00:00", "technical"),
            ("last", "2026-09-30 21:59:59", "technical"),
            ("after", "2026-09-30 22:00:00", "technical"),
        ),
    )

    outcome = only(evaluate(world.warehouse, plan_of(CHECK)))

    assert outcome.counts == Counts(passed=2, out_of_period=2)


def test_a_local_day_is_compared_with_days(world: World) -> None:
    """A dated_at of type DATE is the partner's local day: the first day is in, the end day is out."""
    by_day = check_from(TICKET_CHECK.replace("opened_at as dated_at", "cast(opened_at as date) as dated_at"))
    world.add(
        "ticket",
        *tickets(
            ("before", "2026-06-30 23:00", "technical"),
            ("first", "2026-07-01 00:00", "technical"),
            ("last", "2026-09-30 23:00", "billing"),
            ("after", "2026-10-01 00:00", "technical"),
        ),
    )

    outcome = only(evaluate(world.warehouse, plan_of(by_day)))

    assert outcome.counts == Counts(passed=1, failed=1, out_of_period=2)
    assert outcome.findings[0].dated_at == date(2026, 9, 30)


def test_an_undated_row_counts_as_inside(world: World) -> None:
    """What has no date cannot be outside; it belongs to no month of the series."""
    undated = check_from(TICKET_CHECK.replace("opened_at as dated_at", "closed_at as dated_at"))
    world.add("ticket", *tickets(("a", "2020-01-01 00:00", "technical")))

    outcome = only(evaluate(world.warehouse, plan_of(undated)))

    assert outcome.counts == Counts(passed=1)
    assert [(m.passed, m.failed) for m in outcome.series] == [(0, 0), (0, 0), (0, 0)]


def test_the_series_counts_local_months(world: World) -> None:
    """A month begins at its local midnight: 22:00 UTC on 31 July is August in Berlin."""
    world.add(
        "ticket",
        *tickets(
            ("july", "2026-07-31 21:59:59", "billing"),
            ("august", "2026-07-31 22:00:00", "technical"),
            ("september", "2026-09-30 21:00", "technical"),
        ),
    )

    outcome = only(evaluate(world.warehouse, plan_of(CHECK)))

    assert outcome.series == (
        MonthCount("2026-07", 0, 1),
        MonthCount("2026-08", 1, 0),
        MonthCount("2026-09", 1, 0),
    )


def test_partners_keep_their_own_clock_rows_and_overrides(tmp_path: Path) -> None:
    """Two partners with the same ticket ids never mix, and each has the bounds of its own zone."""
    world = empty_world(tmp_path, (FABRIKAM, CONTOSO))
    world.add(
        "ticket",
        *tickets(("a", "2026-07-01 01:00", "billing")),
        *tickets(
            ("a", "2026-07-01 01:00", "billing"), ("b", "2026-08-01 12:00", "technical"), partner_id="contoso"
        ),
    )

    fabrikam, contoso = evaluate(world.warehouse, plan_of(CHECK, partners=(FABRIKAM, CONTOSO))).outcomes

    assert (fabrikam.partner_id, fabrikam.counts) == ("fabrikam", Counts(failed=1))
    assert (contoso.partner_id, contoso.counts) == ("contoso", Counts(passed=1, out_of_period=1))
    assert contoso.findings == ()


def test_rows_of_a_partner_not_bound_do_not_apply(tmp_path: Path) -> None:
    """A partner of another tier is not bound: all its rows are not applicable, and it has no findings and no gaps."""
    world = empty_world(tmp_path, (FABRIKAM, CONTOSO))
    world.add(
        "ticket",
        *tickets(("a", "2026-08-01 01:00", "billing")),
        *tickets(("a", "2026-08-01 01:00", "billing"), ("b", "2026-08-01 12:00", None), partner_id="contoso"),
    )
    obligation = replace(OBLIGATION, tiers=("direct_bill",), clouds=("global",))

    plan = plan_of(CHECK, partners=(FABRIKAM, CONTOSO), obligation=obligation)
    fabrikam, contoso = evaluate(world.warehouse, plan).outcomes

    assert (fabrikam.binds, fabrikam.counts) == (True, Counts(failed=1))
    assert (contoso.binds, contoso.counts) == (False, Counts(not_applicable=2))
    assert contoso.reasons == {"other_tier_or_cloud": 2}
    assert world.warehouse.rows("select distinct partner_id from finding") == [("fabrikam",)]


def test_a_wording_not_in_force_does_not_apply(world: World) -> None:
    """Rows before the wording's first local day, or after its last, are not applicable."""
    obligation = replace(OBLIGATION, in_force_from=date(2026, 8, 1), in_force_to=date(2026, 8, 31))
    world.add(
        "ticket",
        *tickets(
            ("before", "2026-07-31 21:59:59", "billing"),
            ("first", "2026-07-31 22:00:00", "billing"),
            ("last", "2026-08-31 21:59:59", "billing"),
            ("after", "2026-08-31 22:00:00", "billing"),
        ),
    )

    outcome = only(evaluate(world.warehouse, plan_of(CHECK, obligation=obligation)))

    assert outcome.counts == Counts(failed=2, not_applicable=2)
    assert outcome.reasons_by_status == {("fail", "billing"): 2, ("not_applicable", "not_in_force"): 2}
    assert [finding.subject_id for finding in outcome.findings] == ["first", "last"]


@pytest.mark.parametrize(
    ("day", "counts"), [(date(2026, 8, 1), Counts(failed=1)), (date(2026, 7, 31), Counts(not_applicable=1))]
)
def test_rules_of_one_day_judge_every_row(world: World, day: date, counts: Counts) -> None:
    """With rules_as_of the wording in force on that day judges all rows, whatever their dates."""
    obligation = replace(OBLIGATION, in_force_from=date(2026, 8, 1))
    world.add("ticket", *tickets(("early", "2026-07-05 10:00", "billing")))

    assert (
        only(evaluate(world.warehouse, plan_of(CHECK, obligation=obligation, rules_as_of=day))).counts
        == counts
    )


def test_a_record_left_out_is_missing_evidence(world: World) -> None:
    """Each record that could not be read adds a case without evidence, so that damaging a row never raises a score."""
    world.add("ticket", *tickets(("a", "2026-07-05 10:00", "technical")))
    world.leave_out("ticket", 7)
    world.leave_out("ticket", 8, dated_at=at("2026-07-05 10:00"))
    world.leave_out("ticket", 9, dated_at=at("2026-06-05 10:00"))
    world.leave_out("message", 7)

    outcome = only(evaluate(world.warehouse, plan_of(CHECK)))

    assert outcome.counts == Counts(passed=1, insufficient_evidence=2)
    assert outcome.reasons == {"record_left_out": 2}
    assert [(f.subject_id, f.dated_at, f.file, f.record) for f in outcome.findings] == [
        ("tickets.csv:tickets.csv:7", None, "tickets.csv", 7),
        ("tickets.csv:tickets.csv:8", at("2026-07-05 10:00"), "tickets.csv", 8),
    ]


def test_a_record_left_out_counts_within_the_look_back(world: World) -> None:
    """A check that looks two months behind the period needs the records of those months too."""
    check = check_from(TICKET_CHECK.replace("version = 1", "version = 1\nlookback_months = 2"))
    world.add("ticket", *tickets(("a", "2026-07-05 10:00", "technical")))
    world.leave_out("ticket", 7, dated_at=at("2026-04-30 21:59:59"))
    world.leave_out("ticket", 8, dated_at=at("2026-04-30 22:00:00"))
    world.leave_out("ticket", 9, dated_at=at("2026-09-30 22:00:00"))

    outcome = only(evaluate(world.warehouse, plan_of(check)))

    assert [finding.record for finding in outcome.findings] == [8]


def test_a_record_that_others_name_and_no_export_holds_is_missing_evidence(world: World) -> None:
    """It adds a case, unless it is named only after the cut-off, or is older than what the check looks back on."""
    check = check_from(TICKET_CHECK.replace("version = 1", "version = 1\nlookback_months = 2"))
    world.add("ticket", *tickets(("a", "2026-07-05 10:00", "technical")))
    late, cut_off = AS_OF - timedelta(seconds=1), AS_OF
    first = at("2026-04-30 22:00:00")
    world.miss("ticket", "undated")
    world.miss("ticket", "named late", named_at=late, matters_until=late)
    world.miss("ticket", "named after the cut-off", named_at=cut_off, matters_until=cut_off)
    world.miss("ticket", "named first in the look-back", named_at=first, matters_until=first)
    world.miss("ticket", "older", named_at=at("2026-04-30 21:59:59"), matters_until=at("2026-04-30 21:59:59"))
    world.miss("ticket", "still named", named_at=at("2025-01-01"), matters_until=first)
    world.miss("message", "of another table")

    outcome = only(evaluate(world.warehouse, plan_of(check)))

    assert outcome.counts == Counts(passed=1, insufficient_evidence=4)
    assert outcome.reasons == {"record_missing": 4}
    assert [(f.subject_id, f.dated_at, f.file, f.record) for f in outcome.findings] == [
        ("ticket:named first in the look-back", None, "events.csv", 7),
        ("ticket:named late", None, "events.csv", 7),
        ("ticket:still named", None, "events.csv", 7),
        ("ticket:undated", None, "events.csv", 7),
    ]


def test_a_record_of_unknown_partner_concerns_all_of_its_source(tmp_path: Path) -> None:
    """Nobody knows whose record it was, so every partner that the source feeds lacks it, and no other."""
    world = empty_world(tmp_path, (FABRIKAM, CONTOSO))
    world.add(
        "ticket",
        *tickets(("a", "2026-08-01 01:00", "technical")),
        *tickets(("a", "2026-08-01 01:00", "technical"), partner_id="contoso"),
    )
    world.leave_out("ticket", 3, partner_id=None)
    world.feed("ticket", source_id="own.csv")
    world.leave_out("ticket", 4, partner_id=None, source_id="own.csv")

    fabrikam, contoso = evaluate(world.warehouse, plan_of(CHECK, partners=(FABRIKAM, CONTOSO))).outcomes

    assert fabrikam.counts == Counts(passed=1, insufficient_evidence=2)
    assert contoso.counts == Counts(passed=1, insufficient_evidence=1)


PROMISE = TICKET_CHECK.replace(
    "'technical' as expected", "'technical' as expected,\n    cast(0.9 as decimal(5, 4)) as target_share"
)


def test_a_promised_share_sums_what_it_leaves_open(world: World) -> None:
    """Ten judged rows with a promise of 90 per cent allow one failure; rows without a verdict allow none."""
    rows = [(f"t{n}", "2026-08-01 10:00", "technical" if n < 8 else "billing") for n in range(10)]
    world.add(
        "ticket", *tickets(*rows, ("u", "2026-08-01 10:00", None), ("o", "2026-06-01 10:00", "technical"))
    )

    outcome = only(evaluate(world.warehouse, plan_of(check_from(PROMISE))))

    assert outcome.target_allowance == Decimal(1)
    assert only(evaluate(world.warehouse, plan_of(CHECK))).target_allowance is None


def with_params(extra: str) -> str:
    """Return the ticket check with a parameter and a condition on it."""
    text = TICKET_CHECK.replace(
        "[reasons]", 'params.least = { value = "b", basis = "a test" }\n\n[reasons]', 1
    )
    return f"{text}where ticket_id >= $least{extra}"


def test_an_override_replaces_the_value_and_is_kept(world: World) -> None:
    """The engagement's value is bound in place of the check's, and the outcome tells value and reason."""
    check = check_from(with_params(""))
    world.add("ticket", *tickets(*((name, "2026-08-01 10:00", "technical") for name in "abcd")))
    override = CheckOverride(
        {"least": "d"}, because="Agreed.", allowed_failures=2, allowed_share=Decimal("0.1")
    )

    as_written = only(evaluate(world.warehouse, plan_of(check)))
    overridden = only(evaluate(world.warehouse, plan_of(check, overrides={check.id: override})))

    assert as_written.counts == Counts(passed=3)
    assert overridden.counts == Counts(passed=1)
    assert [(p.value, p.because) for p in overridden.params] == [("d", "Agreed.")]
    assert (overridden.allowed_failures, overridden.allowed_share) == (2, Decimal("0.1"))


def test_the_cut_off_is_the_earliest_of_the_needed_sources(world: World) -> None:
    """A source with an earlier cut-off of its own holds the check back; a source it does not need does not."""
    check = check_from(f"{TICKET_CHECK}where opened_at <= $as_of")
    world.add(
        "ticket", *tickets(("a", "2026-08-01 10:00", "technical"), ("b", "2026-09-20 10:00", "technical"))
    )
    world.feed("ticket", source_id="more.csv", as_of=at("2026-09-15 00:00"))
    world.feed("message", source_id="mail.csv", as_of=at("2026-07-01 00:00"))

    assert only(evaluate(world.warehouse, plan_of(check))).counts == Counts(passed=1)


def test_only_as_many_findings_are_kept_as_asked(world: World) -> None:
    """The outcome keeps the first findings in the order of their ids, and tells how many there are."""
    world.add("ticket", *tickets(*((f"t{n}", "2026-08-01 10:00", "billing") for n in (3, 1, 2))))

    outcome = only(evaluate(world.warehouse, plan_of(CHECK, max_findings=2)))

    assert [finding.subject_id for finding in outcome.findings] == ["t1", "t2"]
    assert outcome.finding_count == 3


def test_evaluation_works_behind_closed_doors(world: World) -> None:
    """After the engine is locked against the outside, checks still run."""
    world.add("ticket", *tickets(("a", "2026-08-01 10:00", "technical")))
    world.warehouse.lock()

    assert only(evaluate(world.warehouse, plan_of(CHECK))).counts == Counts(passed=1)


@pytest.mark.parametrize(("set_to", "passed"), [({}, 3), ({"least": "c"}, 2)])
def test_a_parameter_without_value_is_null(world: World, set_to: dict[str, object], passed: int) -> None:
    """A parameter that nobody gave a value reaches the query as NULL; the engagement may give one."""
    declared = '[params]\nleast = { type = "text", basis = "auditor policy" }\n\n[reasons]'
    text = TICKET_CHECK.replace("[reasons]", declared, 1)
    check = check_from(f"{text}where $least is null or ticket_id >= $least")
    world.add("ticket", *tickets(*((name, "2026-08-01 10:00", "technical") for name in "bcd")))
    overrides = {check.id: CheckOverride(set_to, "Agreed.")}

    assert only(evaluate(world.warehouse, plan_of(check, overrides=overrides))).counts == Counts(
        passed=passed
    )


def test_an_override_by_a_former_name_holds(world: World) -> None:
    """An engagement that names a check by an alias still reaches it."""
    check = check_from(TICKET_CHECK.replace("version = 1", 'version = 1\naliases = ["old_name"]'))
    world.add("ticket", *tickets(("a", "2026-08-01 10:00", "billing")))
    overrides = {"old_name": CheckOverride({}, "Agreed.", allowed_failures=1)}

    assert only(evaluate(world.warehouse, plan_of(check, overrides=overrides))).allowed_failures == 1


def test_each_check_is_announced_before_it_runs(world: World) -> None:
    """The caller is told of every check in its order, so that a terminal can show how far the audit is."""
    other = check_from(TICKET_CHECK, "another")
    seen: list[str] = []

    evaluate(world.warehouse, plan_of(CHECK, other), on_check=lambda check: seen.append(check.id))

    assert seen == [CHECK.id, other.id]
