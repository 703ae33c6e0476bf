"""One partner's outcomes become obligations with verdicts, and a score."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from cspaudit.errors import CheckError
from cspaudit.model.completeness import NOTHING_MISSING, Completeness
from cspaudit.model.obligation import Obligation
from cspaudit.model.result import (
    CheckOutcome,
    CheckResult,
    LinkTally,
    MissingGroup,
    ObligationResult,
    PartnerFacts,
    PartnerResult,
    RejectGroup,
    Scorecard,
)
from cspaudit.scorecard.score import full_weight, mean_share, score
from cspaudit.scorecard.verdicts import check_result, worst


def build_partner(
    facts: PartnerFacts,
    outcomes: Iterable[CheckOutcome],
    obligations: Iterable[Obligation],
    rejects: Sequence[RejectGroup] = (),
    missing: Sequence[MissingGroup] = (),
    links: Sequence[LinkTally] = (),
    completeness: Completeness = NOTHING_MISSING,
) -> PartnerResult:
    """One partner's result from the outcomes that are its own, obligations and checks sorted by id.

    An obligation without a check is left out, save those that are only told: they bind, weigh nothing and have no
    checks. One whose parent is left out weighs by itself.

    Raises:
        CheckError: an outcome's check cites an obligation that is not among ``obligations``.
    """
    own = sorted(
        (outcome for outcome in outcomes if outcome.partner_id == facts.partner_id),
        key=lambda outcome: outcome.check.id,
    )
    catalogue = {obligation.id: obligation for obligation in obligations}
    told = {
        name
        for name, obligation in catalogue.items()
        if obligation.is_told_only and obligation.binds(facts.tier, facts.cloud)
    }
    results = _obligations(own, catalogue, told)
    return PartnerResult(
        partner=facts,
        verdict=worst(found.verdict for found in results if found.obligation.is_scored),
        score=score(results),
        score_before_waivers=score(_obligations([_unwaived(outcome) for outcome in own], catalogue, told)),
        obligations=results,
        rejects=tuple(rejects),
        missing=tuple(missing),
        links=tuple(links),
        completeness=completeness,
    )


def _unwaived(outcome: CheckOutcome) -> CheckOutcome:
    counts = outcome.counts
    return replace(outcome, counts=replace(counts, failed=counts.failed + counts.waived, waived=0))


def _obligations(
    outcomes: Sequence[CheckOutcome], catalogue: dict[str, Obligation], told: AbstractSet[str]
) -> tuple[ObligationResult, ...]:
    checks: dict[str, list[CheckResult]] = {}
    for outcome in outcomes:
        cited = outcome.check.obligation
        if cited not in catalogue:
            raise CheckError(
                f"Check {outcome.check.id} cites the obligation {cited}, which no obligations.toml lists.",
                where=outcome.check.path,
                hint="Correct the id, or add the obligation to the obligations.toml beside the check.",
            )
        checks.setdefault(cited, []).append(check_result(outcome))
    judged = {
        name: catalogue[name]
        for name in catalogue
        if name in checks or name in told or _parts(name, catalogue, checks)
    }
    return tuple(_obligation(judged[name], judged, checks) for name in sorted(judged))


def _parts(
    parent: str, catalogue: dict[str, Obligation], checks: dict[str, list[CheckResult]]
) -> list[Obligation]:
    return [
        obligation
        for obligation in catalogue.values()
        if obligation.part_of == parent and obligation.is_scored and obligation.id in checks
    ]


def _obligation(
    obligation: Obligation, judged: dict[str, Obligation], checks: dict[str, list[CheckResult]]
) -> ObligationResult:
    own = checks.get(obligation.id, [])
    parts = [check for part in _parts(obligation.id, judged, checks) for check in checks[part.id]]
    return ObligationResult(
        obligation=obligation,
        verdict=worst(check.verdict for check in [*own, *parts]),
        weight=0 if obligation.part_of in judged else full_weight(obligation),
        share=mean_share([*own, *parts]) if obligation.is_scored else None,
        checks=tuple(own),
    )


def only_partner(scorecard: Scorecard, partner_id: str) -> Scorecard:
    """The scorecard of one partner of a portfolio, with nothing of the others.

    Exports, overrides and causes that name another partner go; so do sentences that begin with another's id and a
    colon. What names no partner stays.
    """
    others = tuple(
        f"{result.partner.partner_id}: "
        for result in scorecard.partners
        if result.partner.partner_id != partner_id
    )
    ours = {"", partner_id}

    def sentences(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(text for text in texts if not text.startswith(others))

    causes = tuple(cause for cause in scorecard.gate.causes if cause.partner_id in ours)
    return replace(
        scorecard,
        gate=replace(scorecard.gate, passed=not causes, causes=causes),
        overrides=tuple(item for item in scorecard.overrides if item.partner_id in ours),
        inputs=tuple(
            replace(item, totals=tuple(one for one in item.totals if one.partner_id == partner_id))
            for item in scorecard.inputs
            if item.partner_id in ours
        ),
        partners=tuple(item for item in scorecard.partners if item.partner.partner_id == partner_id),
        assumptions=sentences(scorecard.assumptions),
        warnings=sentences(scorecard.warnings),
        problems=sentences(scorecard.problems),
    )
