"""What to evaluate: the partners, the period, the cut-off, and what the engagement set otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from cspaudit.errors import EngagementError, near
from cspaudit.evaluation.definition import Catalogue
from cspaudit.evaluation.front_matter import typed
from cspaudit.model.check import Check, Param
from cspaudit.model.result import Override, PartnerFacts
from cspaudit.model.wording import check_starts


@dataclass(frozen=True)
class CheckOverride:
    """What the engagement sets for one check: parameter values, the allowances, and the reason for both."""

    params: Mapping[str, object] = field(default_factory=dict)
    because: str = ""
    allowed_failures: int = 0
    allowed_share: Decimal = Decimal(0)


@dataclass(frozen=True)
class PartnerScope:
    """One partner to audit, and its overrides by check id (an aliased id serves too)."""

    partner: PartnerFacts
    overrides: Mapping[str, CheckOverride] = field(default_factory=dict)

    def override_of(self, check: Check) -> CheckOverride:
        """Return what is set for ``check``; an empty override where nothing is."""
        for name in (check.id, *check.aliases):
            if name in self.overrides:
                return self.overrides[name]
        return CheckOverride()


@dataclass(frozen=True)
class Plan:
    """One evaluation: ``start`` (in) and ``end`` (out) are local days of each partner, ``as_of`` naive UTC.

    ``wordings`` holds the first days that the engagement states, by the wording's name. ``rules_as_of``: judge every row by the wording in force on that day. ``max_findings`` limits the
    findings kept in each outcome, not those written to files.
    """

    catalogue: Catalogue
    scopes: tuple[PartnerScope, ...]
    start: date
    end: date
    as_of: datetime
    wordings: Mapping[str, date] = field(default_factory=dict)
    rules_as_of: date | None = None
    max_findings: int = 200

    def only(self, check_id: str) -> "Plan":
        """Return the same plan with one check alone."""
        checks = {check_id: self.catalogue.checks[check_id]}
        return replace(self, catalogue=replace(self.catalogue, checks=checks, broken=()))


def params_of(check: Check, override: CheckOverride, *, where: str) -> tuple[Param, ...]:
    """Return the check's parameters with the engagement's values; EngagementError for a name or value that is wrong."""
    known = {param.name: param for param in check.params}
    for name, value in override.params.items():
        place = f"{where}: {check.id}.{name}"
        if name not in known:
            raise EngagementError(
                f"The check has no parameter {name!r}.", where=place, hint=near(name, known)
            )
        param = known[name]
        try:
            value_typed = typed(param.type, value)
        except ValueError as error:
            raise EngagementError(f"{error}.", where=place) from error
        if param.one_of and value_typed not in param.one_of:
            raise EngagementError(
                f"{value!r} is not possible here.", where=place, hint=f"Known: {', '.join(param.one_of)}."
            )
        known[name] = replace(param, value=value_typed, because=override.because)
    return tuple(known.values())


def check_plan(plan: Plan, *, where: str = "cspaudit.toml") -> None:
    """Raise EngagementError where an override or a stated first day names something unknown or impossible.

    Names of users' broken checks are let through: the run reports those checks themselves.
    """
    names = {name: check for check in plan.catalogue.checks.values() for name in (check.id, *check.aliases)}
    broken = {file.name for file in plan.catalogue.broken}
    for scope in plan.scopes:
        for name, override in scope.overrides.items():
            if name in names:
                params_of(names[name], override, where=where)
            elif name not in broken:
                raise EngagementError(
                    f"There is no check {name!r}.", where=f"{where}: checks", hint=near(name, names)
                )
    check_starts(plan.wordings, where)


def overrides_of(plan: Plan) -> tuple[Override, ...]:
    """Return every parameter and allowance that the engagement set, once where it is the same for all partners."""
    found: list[Override] = []
    for check in plan.catalogue.checks.values():
        each = {scope.partner.partner_id: _overrides(check, scope) for scope in plan.scopes}
        if len(set(each.values())) == 1:
            found += next(iter(each.values()))
        else:
            found += [
                replace(override, partner_id=partner_id)
                for partner_id, overrides in each.items()
                for override in overrides
            ]
    return tuple(found)


def _overrides(check: Check, scope: PartnerScope) -> tuple[Override, ...]:
    override = scope.override_of(check)
    values = {name: str(value) for name, value in override.params.items()}
    if override.allowed_failures:
        values["allowed_failures"] = str(override.allowed_failures)
    if override.allowed_share:
        values["allowed_share"] = str(override.allowed_share)
    return tuple(Override(check.id, name, value, override.because) for name, value in values.items())
