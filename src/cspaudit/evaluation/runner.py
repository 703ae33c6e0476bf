"""Evaluation: every check of the catalogue over every partner of the plan."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cspaudit.errors import CheckError, CspAuditError
from cspaudit.evaluation.bounds import Bounds, bounds_of
from cspaudit.evaluation.findings import add_findings, create_finding_table, first_findings
from cspaudit.evaluation.guard import check_sql
from cspaudit.evaluation.in_force import Force, force_of
from cspaudit.evaluation.judging import Tally, bindings, faults, final_status, run_check, tallies
from cspaudit.evaluation.left_out import add_left_out, collect_left_out, left_out_counts
from cspaudit.evaluation.needs import Evidence
from cspaudit.evaluation.plan import PartnerScope, Plan, params_of
from cspaudit.model.check import Check, Param
from cspaudit.model.obligation import Obligation
from cspaudit.model.result import FINDING_STATUSES, CheckOutcome, Counts, MonthCount, Status
from cspaudit.warehouse.interface import CheckWarehouse


@dataclass(frozen=True)
class Evaluation:
    """What evaluation found: an outcome for each partner and check, in the order of the plan and of the ids.

    ``problems`` are sentences about checks that could not be carried out (exit 3).
    """

    outcomes: tuple[CheckOutcome, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True)
class _Group:
    """Partners for whom one run of the check's query serves."""

    check: Check
    obligation: Obligation
    partner_ids: tuple[str, ...]
    unbound_ids: frozenset[str]
    params: tuple[Param, ...]
    as_of: datetime
    bounds: Bounds
    #: why rows are shown and not scored; empty: they are scored
    shown_as: str
    #: a check that a user brought
    is_own: bool
    #: a cut took records that the check reads beside its cases
    lacks_records: bool


def evaluate(
    warehouse: CheckWarehouse, plan: Plan, *, on_check: Callable[[Check], None] | None = None
) -> Evaluation:
    """Run every check once for each group of partners that share bounds, cut-off and parameters.

    Leaves the findings in the table ``finding``. A check that fails the guard, does not run or breaks its contract
    gives outcomes with ``error``; other checks, and other partners where their rows are sound, go on. Raises
    EngagementError for overrides that ``check_plan`` would refuse.
    """
    create_finding_table(warehouse)
    evidence = Evidence.collect(warehouse, plan)
    problems = [str(file.error) for file in plan.catalogue.broken]
    outcomes: dict[tuple[str, str], CheckOutcome] = {}
    for check in plan.catalogue.checks.values():
        if on_check:
            on_check(check)
        for outcome in _evaluate_check(warehouse, plan, evidence, check):
            outcomes[outcome.partner_id, check.id] = outcome
        errors: dict[str, list[str]] = {}
        for scope in plan.scopes:
            outcome = outcomes[scope.partner.partner_id, check.id]
            if outcome.error:
                errors.setdefault(outcome.error, []).append(outcome.partner_id)
        for error, partner_ids in errors.items():
            everybody = len(partner_ids) == len(plan.scopes)
            problems.append(error if everybody else f"{error} (partner {', '.join(partner_ids)})")
    kept = first_findings(warehouse, plan.max_findings)
    return Evaluation(
        outcomes=tuple(
            replace(outcome, findings=kept.get(key, ()))
            for scope in plan.scopes
            for check_id in plan.catalogue.checks
            for key in [(scope.partner.partner_id, check_id)]
            for outcome in [outcomes[key]]
        ),
        problems=tuple(problems),
    )


def _evaluate_check(
    warehouse: CheckWarehouse, plan: Plan, evidence: Evidence, check: Check
) -> Iterator[CheckOutcome]:
    obligation = plan.catalogue.obligations[check.obligation]
    drafts: dict[str, CheckOutcome] = {}
    for scope in plan.scopes:
        binds = obligation.binds(scope.partner.tier, scope.partner.cloud)
        override = scope.override_of(check)
        partner_id = scope.partner.partner_id
        drafts[partner_id] = CheckOutcome(
            partner_id=partner_id,
            check=check,
            binds=binds,
            counts=Counts(),
            params=params_of(check, override, where="cspaudit.toml"),
            allowed_failures=override.allowed_failures,
            allowed_share=override.allowed_share,
        )
    try:
        # the suite holds those that come along to the guard; to parse them all again would take longer than to run many
        if check.id in plan.catalogue.own:
            check_sql(check)
    except CheckError as error:
        yield from (replace(draft, error=str(error)) for draft in drafts.values())
        return
    runnable = []
    force = force_of(obligation, plan.wordings, plan.rules_as_of)
    for scope in plan.scopes:
        draft = drafts[scope.partner.partner_id]
        gaps = evidence.gaps(check, draft.partner_id)
        # rows that are not scored lack nothing, nor do those of a wording that holds on no day of the period
        if draft.binds and not force.shown_as and _holds(force, plan):
            draft = replace(draft, coverage=evidence.coverage(check, draft.partner_id), gaps=gaps)
            drafts[draft.partner_id] = draft
        if gaps:
            yield draft
        else:
            runnable.append(scope)
    for group in _groups(plan, evidence, check, obligation, force, runnable, drafts):
        yield from _run_group(warehouse, group, drafts)


def _holds(force: Force, plan: Plan) -> bool:
    if plan.rules_as_of is not None:
        return force.holds_on(plan.rules_as_of)
    return force.reaches(plan.start, plan.end)


def _groups(
    plan: Plan,
    evidence: Evidence,
    check: Check,
    obligation: Obligation,
    force: Force,
    scopes: Sequence[PartnerScope],
    drafts: dict[str, CheckOutcome],
) -> tuple[_Group, ...]:
    members: dict[tuple[Bounds, datetime, tuple[Param, ...], bool], list[str]] = {}
    for scope in scopes:
        bounds = bounds_of(
            scope.partner.timezone,
            plan.start,
            plan.end,
            lookback_months=check.lookback_months,
            force=force,
            rules_as_of=plan.rules_as_of,
        )
        partner_id = scope.partner.partner_id
        lacks_records = evidence.lacks_records(check, partner_id)
        key = (bounds, evidence.cut_off(check, partner_id), drafts[partner_id].params, lacks_records)
        members.setdefault(key, []).append(partner_id)
    return tuple(
        _Group(
            check=check,
            obligation=obligation,
            partner_ids=tuple(partner_ids),
            unbound_ids=frozenset(partner_id for partner_id in partner_ids if not drafts[partner_id].binds),
            params=params,
            as_of=as_of,
            bounds=bounds,
            shown_as=force.shown_as,
            is_own=check.id in plan.catalogue.own,
            lacks_records=lacks_records,
        )
        for (bounds, as_of, params, lacks_records), partner_ids in members.items()
    )


def _run_group(
    warehouse: CheckWarehouse, group: _Group, drafts: dict[str, CheckOutcome]
) -> Iterator[CheckOutcome]:
    bounds = group.bounds
    values = bindings(group.params, start=bounds.start.at, end=bounds.end.at, as_of=group.as_of)
    try:
        run_check(
            warehouse,
            group.check,
            values,
            partner_ids=group.partner_ids,
            bounds=bounds,
            keep_passes=bool(group.shown_as),
        )
        found = tallies(warehouse)
        wrong = faults(warehouse, group.check, values, found, is_own=group.is_own)
    except CspAuditError as error:
        if len(group.partner_ids) == 1:
            yield replace(drafts[group.partner_ids[0]], error=str(error))
            return
        # One partner's data may have stopped the query: alone, the others get their answer.
        for partner_id in group.partner_ids:
            alone = replace(group, partner_ids=(partner_id,), unbound_ids=group.unbound_ids & {partner_id})
            yield from _run_group(warehouse, alone, drafts)
        return
    for partner_id, message in wrong.items():
        yield replace(drafts[partner_id], error=str(CheckError(message, where=group.check.path)))
    sound = tuple(partner_id for partner_id in group.partner_ids if partner_id not in wrong)
    if not sound:
        return
    collect_left_out(warehouse, group.check, partner_ids=sound, bounds=bounds, as_of=group.as_of)
    left_out = left_out_counts(warehouse)
    scored = tuple(partner_id for partner_id in sound if partner_id not in group.unbound_ids)
    if scored:
        add_findings(
            warehouse,
            group.check,
            partner_ids=scored,
            shown_as=group.shown_as,
            lacks_records=group.lacks_records,
        )
        if left_out:
            status, changed = final_status(
                Status.INSUFFICIENT, binds=True, in_force=True, shown_as=group.shown_as
            )
            add_left_out(warehouse, group.check, partner_ids=scored, status=status, reason=changed)
    by_partner: dict[str, list[Tally]] = {}
    for tally in found:
        by_partner.setdefault(tally.partner_id, []).append(tally)
    for (partner_id, reason, in_force), rows in left_out.items():
        by_partner.setdefault(partner_id, []).append(
            Tally(partner_id, True, in_force, Status.INSUFFICIENT, reason, None, rows)
        )
    for partner_id in sound:
        yield _counted(drafts[partner_id], group, by_partner.get(partner_id, []))


def _counted(draft: CheckOutcome, group: _Group, found: Sequence[Tally]) -> CheckOutcome:
    counts: Counter[str] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    months: Counter[tuple[int, str]] = Counter()
    outside = 0
    allowance = Decimal(0)
    for tally in found:
        if not tally.inside:
            outside += tally.rows
            continue
        status, changed = final_status(
            tally.status,
            binds=draft.binds,
            in_force=tally.in_force,
            shown_as=group.shown_as,
            lacks_records=group.lacks_records,
        )
        counts[status] += tally.rows
        if reason := changed or tally.reason:
            reasons[status, reason] += tally.rows
        if status in {Status.PASS, Status.FAIL}:
            allowance += tally.allowance
            if tally.month is not None:
                months[tally.month, status] += tally.rows
    by_code: Counter[str] = Counter()
    for (_, reason), rows in reasons.items():
        by_code[reason] += rows
    return replace(
        draft,
        counts=Counts(
            passed=counts[Status.PASS],
            failed=counts[Status.FAIL],
            insufficient_evidence=counts[Status.INSUFFICIENT],
            not_yet_due=counts[Status.NOT_YET_DUE],
            not_applicable=counts[Status.NOT_APPLICABLE],
            observation=counts[Status.OBSERVATION],
            out_of_period=outside,
        ),
        reasons=dict(sorted(by_code.items())),
        reasons_by_status=dict(sorted(reasons.items())),
        series=tuple(
            MonthCount(month, months[index, Status.PASS], months[index, Status.FAIL])
            for index, (month, _) in enumerate(group.bounds.months)
        ),
        target_allowance=allowance if any(tally.inside and tally.with_share for tally in found) else None,
        finding_count=sum(counts[status] for status in FINDING_STATUSES),
    )
