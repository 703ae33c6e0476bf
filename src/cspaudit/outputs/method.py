"""The method chapter as printable values: the formula with this report's numbers, citations, tests, glossary."""

from dataclasses import dataclass
from fractions import Fraction

from cspaudit.model.obligation import Obligation
from cspaudit.model.result import CheckResult, PartnerResult
from cspaudit.outputs import duty_words, words
from cspaudit.outputs.findings import setting, tolerances
from cspaudit.outputs.labels import GLOSSARY, HIGH_END, KIND_NOTES, LIMITS, LOW_END
from cspaudit.scorecard.score import printed


@dataclass(frozen=True)
class Share:
    """What one obligation adds to the score."""

    code: str
    title: str
    weight: str
    low: str
    high: str


@dataclass(frozen=True)
class Cited:
    """One obligation with where it stands and since when."""

    code: str
    title: str
    kind: str
    statement: str
    citations: tuple[str, ...]
    in_force: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Tested:
    """One test: what it rests on, what it cannot see, how it was set."""

    name: str
    version: str
    title: str
    rationale: str
    blind_spot: str
    settings: tuple[str, ...]


@dataclass(frozen=True)
class Method:
    """The chapter."""

    formula: tuple[str, ...]
    shares: tuple[Share, ...]
    obligations: tuple[Cited, ...]
    tests: tuple[Tested, ...]
    glossary: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]


def method(partner: PartnerResult) -> Method:
    """How one partner's score came about."""
    return Method(
        formula=_formula(partner),
        shares=tuple(
            Share(
                result.obligation.id,
                result.obligation.title,
                str(result.weight),
                words.percent(result.share.low),
                words.percent(result.share.high),
            )
            for result in partner.obligations
            if result.weight and result.share
        ),
        obligations=tuple(
            _cited(result.obligation, partner.partner.cloud)
            for result in partner.obligations
            if not result.obligation.is_told_only
        ),
        tests=tuple(_tested(check) for result in partner.obligations for check in result.checks),
        glossary=GLOSSARY,
        limits=LIMITS,
    )


def _formula(partner: PartnerResult) -> tuple[str, ...]:
    if partner.score is None:
        return ()
    scored = [(item.weight, item.share) for item in partner.obligations if item.weight and item.share]
    total = sum(weight for weight, _ in scored)
    low = sum((weight * share.low for weight, share in scored), Fraction(0))
    high = sum((weight * share.high for weight, share in scored), Fraction(0))
    figures = printed(partner.score)
    lines = [words.formula_line(LOW_END, words.decimal(low), total, partner.score.low, figures.low)]
    if not figures.is_exact:
        lines.append(
            words.formula_line(HIGH_END, words.decimal(high), total, partner.score.high, figures.high)
        )
    return tuple(lines)


def _cited(obligation: Obligation, cloud: str) -> Cited:
    labels = (duty_words.wording(obligation), duty_words.cloud_unstated(obligation, cloud))
    notes = [text for text in labels if text]
    notes += [KIND_NOTES[obligation.kind]] if obligation.kind in KIND_NOTES else []
    if obligation.note:
        notes.append(words.sentence(obligation.note))
    return Cited(
        code=obligation.id,
        title=obligation.title,
        kind=duty_words.strength(obligation),
        statement=words.sentence(obligation.statement),
        citations=tuple(duty_words.citation(item) for item in obligation.citations),
        in_force=duty_words.in_force(obligation),
        notes=tuple(notes),
    )


def _tested(check: CheckResult) -> Tested:
    found = check.outcome.check
    return Tested(
        name=found.id,
        version=words.version(found.version),
        title=found.title,
        rationale=words.sentence(found.rationale) if found.rationale else "",
        blind_spot=words.sentence(found.blind_spot) if found.blind_spot else "",
        settings=tuple(setting(param) for param in check.outcome.params) + tolerances(check),
    )
