"""Checks and outcomes reduced to what the scorecard looks at."""

from decimal import Decimal
from fractions import Fraction

from cspaudit.model.check import Check
from cspaudit.model.obligation import Kind, Obligation, Strength
from cspaudit.model.result import CheckOutcome, Counts, Gap, PartnerFacts

FABRIKAM = PartnerFacts("fabrikam", "Fabrikam Cloud GmbH", "direct_bill", "Europe/Berlin")
GAP = Gap("ticket", "no export holds tickets", "export the tickets")


def check(name: str = "c", cites: str = "A") -> Check:
    """A check of an obligation."""
    return Check(name, "f", name, cites, 1, "ticket", (), (), "", "", "", "", "select 1")


def outcome(
    name: str = "c",
    cites: str = "A",
    *,
    passed: int = 0,
    failed: int = 0,
    missing: int = 0,
    waived: int = 0,
    aside: int = 0,
    binds: bool = True,
    gap: bool = False,
    coverage: str = "1",
    target: str | None = None,
    allowed: int = 0,
    allowed_share: str = "0",
    error: str = "",
    partner: str = "fabrikam",
) -> CheckOutcome:
    """What evaluation would hand over for these counts."""
    return CheckOutcome(
        partner_id=partner,
        check=check(name, cites),
        binds=binds,
        counts=Counts(passed, failed, missing, not_applicable=aside, waived=waived),
        gaps=(GAP,) if gap else (),
        coverage=Fraction(coverage),
        target_allowance=None if target is None else Decimal(target),
        allowed_failures=allowed,
        allowed_share=Decimal(allowed_share),
        error=error,
    )


def obligation(name: str, kind: Kind = "duty", strength: Strength = "must", part_of: str = "") -> Obligation:
    """An obligation of a kind and strength."""
    return Obligation(name, "f", name, kind, strength, "text", "", (), None, "unknown", part_of=part_of)
