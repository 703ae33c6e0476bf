"""The gate: which verdicts make the exit code 1."""

from collections.abc import Collection, Iterable
from typing import Literal

from cspaudit.errors import EngagementError
from cspaudit.model.result import GateCause, GateResult, PartnerResult, Verdict
from cspaudit.scorecard.score import binding_strength

FailOn = Literal["not_met", "undetermined", "regression", "never"]

_BREAKING: dict[str, tuple[Verdict, ...]] = {
    "not_met": (Verdict.NOT_MET,),
    "undetermined": (Verdict.NOT_MET, Verdict.UNDETERMINED),
    "never": (),
}


def build_gate(
    partners: Iterable[PartnerResult], *, fail_on: FailOn = "not_met", strengths: Collection[str] = ()
) -> GateResult:
    """Whether the gate is passed: one cause a partner and verdict that breaks it, naming the obligations.

    Every scored obligation counts, parts too; ``strengths`` narrows them (conditions and own promises bind as
    ``should``). Empty: all.

    Raises:
        EngagementError: ``regression``, for which there is no earlier result to compare with.
    """
    if fail_on == "regression":
        raise EngagementError(
            "The gate asks for no regression, but there is no earlier result to compare with.",
            where="[gate] fail_on",
            hint='Set fail_on to "not_met", "undetermined" or "never".',
        )
    causes = []
    for result in partners:
        for verdict in _BREAKING[fail_on]:
            broken = [
                found.obligation.id
                for found in result.obligations
                if found.verdict is verdict
                and found.obligation.is_scored
                and (not strengths or binding_strength(found.obligation) in strengths)
            ]
            if broken:
                figure = f"{len(broken)}: {', '.join(broken)}"
                causes.append(GateCause(verdict.value, figure, "0", result.partner.partner_id))
    return GateResult(fail_on, passed=not causes, causes=tuple(causes))
