"""The first page as printable values: verdict, consequence, score, what to do first, families."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from cspaudit.model.result import (
    CheckResult,
    Gap,
    ObligationResult,
    PartnerResult,
    Scorecard,
    Verdict,
)
from cspaudit.outputs import completeness_words, words
from cspaudit.outputs.labels import LABELS
from cspaudit.outputs.marks import Bar, Mark, bar, verdict_mark
from cspaudit.scorecard.score import Points, binding_strength, points, printed, score
from cspaudit.scorecard.verdicts import worst

MOST_ACTIONS = 4
SCORE_BAR = (600, 28)
FAMILY_BAR = (210, 14)


@dataclass(frozen=True)
class ScoreText:
    """The score in figures; ``high`` is empty where one number says it."""

    low: str
    high: str
    range: str
    earned: int
    open: int
    lost: int
    bar: Bar


@dataclass(frozen=True)
class Action:
    """Something to do: an imperative, why, and what it could add to the low end of the score."""

    title: str
    why: str
    kind: str
    points: str


@dataclass(frozen=True)
class FamilyLine:
    """One family: the worst verdict in it, its own score, and how much it weighs."""

    name: str
    title: str
    mark: Mark
    bar: Bar | None
    range: str
    weight: str


@dataclass(frozen=True)
class Glance:
    """The page that a manager reads."""

    mark: Mark
    sentences: tuple[str, ...]
    tally: tuple[Mark, ...]
    score: ScoreText | None
    score_explained: str
    actions: tuple[Action, ...]
    actions_note: str
    families: tuple[FamilyLine, ...]
    problems: tuple[str, ...]
    problems_note: str


def glance(scorecard: Scorecard, partner: PartnerResult, most_problems: int) -> Glance:
    """The first page of one partner, with as many problems as it has room for; they cost it one action."""
    gains = points(partner.obligations)
    found = None if partner.score is None else printed(partner.score)
    before = None if partner.score_before_waivers is None else printed(partner.score_before_waivers)
    top = [result for result in partner.obligations if result.weight]
    problems = all_problems(scorecard)
    hidden = len(problems) - most_problems
    return Glance(
        mark=verdict_mark(partner.verdict),
        sentences=_sentences(partner, top, gains),
        tally=_tally(top),
        score=_score(partner),
        score_explained=words.score_explained(found, before),
        actions=_actions(partner, gains)[: MOST_ACTIONS - bool(problems)],
        actions_note=words.ACTIONS_NOTE,
        families=family_lines(partner),
        problems=problems[:most_problems],
        problems_note=words.more_problems(hidden) if hidden > 0 else "",
    )


def all_problems(scorecard: Scorecard) -> tuple[str, ...]:
    """What kept the audit from being carried out in full, each said once."""
    unread = [
        words.about(item.path, item.error)
        for item in scorecard.inputs
        if item.error and not any(item.error in problem for problem in scorecard.problems)
    ]
    return tuple(dict.fromkeys([*map(words.ended, scorecard.problems), *unread]))


def _tally(top: Sequence[ObligationResult]) -> tuple[Mark, ...]:
    marks = []
    for verdict in Verdict:
        count = sum(result.verdict is verdict for result in top)
        if count:
            mark = verdict_mark(verdict)
            marks.append(Mark(mark.kind, mark.sign, f"{count} {mark.word.lower()}"))
    return tuple(marks)


def _score(partner: PartnerResult) -> ScoreText | None:
    if partner.score is None:
        return None
    found = printed(partner.score)
    width, height = SCORE_BAR
    return ScoreText(
        low=str(found.low),
        high="" if found.low == found.high else str(found.high),
        range=words.range_of(found),
        earned=found.earned,
        open=found.open,
        lost=found.lost,
        bar=bar("score", LABELS["score"], partner.score, width=width, height=height),
    )


def _scored_checks(partner: PartnerResult) -> list[tuple[ObligationResult, CheckResult]]:
    return [
        (result, check)
        for result in partner.obligations
        if result.obligation.is_scored
        for check in result.checks
    ]


def _sentences(
    partner: PartnerResult, top: Sequence[ObligationResult], gains: dict[str, Points]
) -> tuple[str, ...]:
    """The worst consequence first, then the count, then what is open."""
    failing = [pair for pair in _scored_checks(partner) if pair[1].verdict is Verdict.NOT_MET]
    sentences = []
    if failing:
        result, check = min(failing, key=lambda pair: _urgency(pair, gains))
        counts = check.outcome.counts
        sentences.append(
            words.worst_failure(
                result.obligation.kind,
                check.outcome.check.title,
                counts.failed,
                counts.passed + counts.failed,
            )
        )
    headline = words.headline_sentence(partner)
    undecided = sum(result.verdict is Verdict.UNDETERMINED for result in top)
    if undecided and not failing:
        applicable = sum(result.verdict is not Verdict.NOT_APPLICABLE for result in top)
        return words.nothing_settled(undecided, applicable), headline
    sentences.append(headline)
    if undecided:
        sentences.append(words.undecided(undecided))
    return tuple(sentences)


def _urgency(
    pair: tuple[ObligationResult, CheckResult], gains: dict[str, Points]
) -> tuple[bool, Fraction, str]:
    result, check = pair
    name = check.outcome.check.id
    gain = gains[name].fix if name in gains else Fraction(0)
    return binding_strength(result.obligation) != "must", -gain, name


def _actions(partner: PartnerResult, gains: dict[str, Points]) -> tuple[Action, ...]:
    """Duties with proved failures first, then whatever adds most, repaired or supplied."""
    ranked: list[tuple[tuple[bool, Fraction, str], Action]] = []
    for result, check in _scored_checks(partner):
        counts = check.outcome.counts
        if check.verdict is Verdict.NOT_MET and counts.failed:
            urgency = _urgency((result, check), gains)
            why = f"{words.failed_of(counts.failed, counts.passed + counts.failed)}. {check.outcome.check.remedy}"
            action = Action(result.obligation.title, why, words.FIX, words.gain(-urgency[1]))
            ranked.append((urgency, action))
    ranked += _evidence_actions(partner, gains)
    return tuple(action for _, action in sorted(ranked, key=lambda item: item[0]))


def _evidence_actions(
    partner: PartnerResult, gains: dict[str, Points]
) -> list[tuple[tuple[bool, Fraction, str], Action]]:
    """One action for what the same tests wait for together, one for all exports that cover the period in part only.

    And one for each further test whose single cases lack evidence.
    """
    waiting: dict[tuple[Gap, ...], list[CheckResult]] = {}
    uncovered: list[CheckResult] = []
    ranked = []
    for _, check in _scored_checks(partner):
        outcome = check.outcome
        missing = outcome.counts.insufficient_evidence
        if outcome.gaps:
            waiting.setdefault(outcome.gaps, []).append(check)
        elif outcome.coverage < 1 and not outcome.error:
            uncovered.append(check)
        elif missing and not outcome.error:
            gain = _evidence_gain([check], gains)
            action = Action(
                words.complete_evidence(outcome.check.title),
                words.cases_without_evidence(missing, _first_reason(check)),
                words.SUPPLY,
                words.gain_up_to(gain),
            )
            ranked.append(((True, -gain, outcome.check.id), action))
    for gaps, checks in waiting.items():
        gain = _evidence_gain(checks, gains)
        titles = [check.outcome.check.title for check in checks]
        if len(gaps) == 1:
            title, why = (
                words.heading(gaps[0].cure),
                f"{words.sentence(gaps[0].problem)} {words.waits(titles)}",
            )
        else:
            title, why = (
                words.supply_several(titles, len(gaps)),
                words.first_of_several(gaps[0].cure, len(gaps)),
            )
        action = Action(title, why, words.SUPPLY, words.gain_up_to(gain))
        ranked.append(((True, -gain, checks[0].outcome.check.id), action))
    if uncovered:
        gain = _evidence_gain(uncovered, gains)
        why = completeness_words.waiting(len(uncovered))
        action = Action(completeness_words.COMPLETE_EXPORTS, why, words.SUPPLY, words.gain_up_to(gain))
        ranked.append(((True, -gain, uncovered[0].outcome.check.id), action))
    return ranked


def _evidence_gain(checks: Sequence[CheckResult], gains: dict[str, Points]) -> Fraction:
    names = [check.outcome.check.id for check in checks]
    return sum((gains[name].evidence for name in names if name in gains), Fraction(0))


def _first_reason(check: CheckResult) -> str:
    """The text of the commonest reason among the cases without evidence, empty where it holds values of its own."""
    outcome = check.outcome
    counted = [
        (-count, reason)
        for (status, reason), count in outcome.reasons_by_status.items()
        if status == "insufficient_evidence"
    ]
    if not counted:
        return ""
    text = words.reason_template(outcome.check, min(counted)[1])
    return "" if "{" in text else text


def family_lines(partner: PartnerResult) -> tuple[FamilyLine, ...]:
    """The families worst first; the score of a family is that of its obligations alone."""
    families: dict[str, list[ObligationResult]] = {}
    for result in partner.obligations:
        if result.obligation.is_scored:
            families.setdefault(result.obligation.family, []).append(result)
    lines = []
    for name, results in families.items():
        verdict = worst(result.verdict for result in results)
        found = score(results)
        title = words.family(name)
        width, height = FAMILY_BAR
        line = FamilyLine(
            name=name,
            title=title,
            mark=verdict_mark(verdict),
            bar=None if found is None else bar(f"family-{name}", title, found, width=width, height=height),
            range="\u2013" if found is None else words.range_of(printed(found)),
            weight=str(sum(result.weight for result in results if result.share)) if found else "\u2013",
        )
        lines.append(((verdict.rank, Fraction(101) if found is None else found.low, name), line))
    return tuple(line for _, line in sorted(lines, key=lambda item: item[0]))
