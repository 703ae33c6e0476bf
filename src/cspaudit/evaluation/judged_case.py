"""One case of a check, whatever came out of it: the row itself, not only what became a finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from cspaudit.evaluation.bounds import Bounds, Edge, bounds_of
from cspaudit.evaluation.in_force import force_of
from cspaudit.evaluation.judging import bindings, bound_to, final_status
from cspaudit.evaluation.needs import Evidence
from cspaudit.evaluation.plan import PartnerScope, Plan, params_of
from cspaudit.model.check import Check, Param
from cspaudit.warehouse.duckdb_warehouse import Warehouse


@dataclass(frozen=True)
class JudgedCase:
    """A row of a check as it counts for one partner; ``reason`` is a code, of the runner where it changed the row."""

    partner_id: str
    subject_id: str
    dated_at: datetime | date | None
    status: str
    reason: str
    observed: str
    expected: str
    #: whether it lies in the period; only then it counts at all
    is_inside: bool


@dataclass(frozen=True)
class CheckSetting:
    """How a check is run for one partner: its parameters, limits and cut-off (naive UTC)."""

    params: tuple[Param, ...]
    bounds: Bounds
    as_of: datetime
    #: a cut took records that the check reads beside its cases
    lacks_records: bool = False

    @property
    def values(self) -> dict[str, object]:
        """The values that the check's query may name."""
        return bindings(self.params, start=self.bounds.start.at, end=self.bounds.end.at, as_of=self.as_of)


def setting_of(plan: Plan, evidence: Evidence, check: Check, scope: PartnerScope) -> CheckSetting:
    """Return how ``check`` is run for the partner of ``scope``."""
    obligation = plan.catalogue.obligations[check.obligation]
    bounds = bounds_of(
        scope.partner.timezone,
        plan.start,
        plan.end,
        lookback_months=check.lookback_months,
        force=force_of(obligation, plan.wordings, plan.rules_as_of),
        rules_as_of=plan.rules_as_of,
    )
    params = params_of(check, scope.override_of(check), where="cspaudit.toml")
    partner_id = scope.partner.partner_id
    return CheckSetting(
        params, bounds, evidence.cut_off(check, partner_id), evidence.lacks_records(check, partner_id)
    )


def judged_cases(
    warehouse: Warehouse,
    plan: Plan,
    setting: CheckSetting,
    check: Check,
    scope: PartnerScope,
    subject_id: str,
) -> tuple[JudgedCase, ...]:
    """Return the rows of one subject, or of its parts after a slash; none where the check does not judge it."""
    values: Mapping[str, object] = bound_to(warehouse, check, setting.values)
    rows = warehouse.rows(
        f"""
        select subject_id, dated_at, status, reason, observed, expected
        from (
{check.sql}
        ) as checked
        where partner_id = $explained_partner
            and (subject_id = $explained_subject or split_part(subject_id, '/', 1) = $explained_subject)
        order by subject_id
        """,
        {**values, "explained_partner": scope.partner.partner_id, "explained_subject": subject_id},
    )
    return tuple(_counted(plan, setting, check, scope, row) for row in rows)


def unseen_cases(
    warehouse: Warehouse, check: Check, scope: PartnerScope, subject_id: str
) -> tuple[tuple[JudgedCase, str], ...]:
    """Return the case of a record left out, or in no export, with the place that tells of it; needs the findings."""
    rows = warehouse.rows(
        """
        select status, reason, file || coalesce(', record ' || cast(record as varchar), '')
        from finding
        where partner_id = $partner and check_id = $check and subject_id = $subject
        """,
        {"partner": scope.partner.partner_id, "check": check.id, "subject": subject_id},
    )
    return tuple(
        (
            JudgedCase(scope.partner.partner_id, subject_id, None, status, reason, "", "", is_inside=True),
            place,
        )
        for status, reason, place in rows
    )


def _counted(
    plan: Plan, setting: CheckSetting, check: Check, scope: PartnerScope, row: tuple[object, ...]
) -> JudgedCase:
    subject_id, dated_at, status, reason, observed, expected = row
    obligation = plan.catalogue.obligations[check.obligation]
    dated = dated_at if isinstance(dated_at, date) else None
    force = force_of(obligation, plan.wordings, plan.rules_as_of)
    counted, changed = final_status(
        str(status),
        binds=obligation.binds(scope.partner.tier, scope.partner.cloud),
        in_force=_in_force(setting.bounds, dated),
        shown_as=force.shown_as,
        lacks_records=setting.lacks_records,
    )
    return JudgedCase(
        partner_id=scope.partner.partner_id,
        subject_id=str(subject_id),
        dated_at=dated,
        status=counted,
        reason=changed or str(reason or ""),
        observed=str(observed or ""),
        expected=str(expected or ""),
        is_inside=dated is None
        or (not _before(dated, setting.bounds.start) and _before(dated, setting.bounds.end)),
    )


def _in_force(bounds: Bounds, dated: datetime | date | None) -> bool:
    if not bounds.by_day:
        return bounds.ever
    if dated is None:
        return True
    first, after = bounds.in_force_start, bounds.in_force_end
    return (first is None or not _before(dated, first)) and (after is None or _before(dated, after))


def _before(dated: datetime | date, edge: Edge) -> bool:
    return dated < edge.at if isinstance(dated, datetime) else dated < edge.on
