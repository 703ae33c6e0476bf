"""One partner's report as printable values: templates print them and work nothing out."""

from dataclasses import dataclass
from urllib.parse import quote

from cspaudit.model.result import PartnerFacts, PartnerResult, Scorecard, Verdict
from cspaudit.outputs import words
from cspaudit.outputs.completeness import CompletenessChapter, completeness
from cspaudit.outputs.duties import DutyTable, ToldList, duty_tables, told_lists
from cspaudit.outputs.evidence import Evidence, evidence, seal
from cspaudit.outputs.findings import Limits, Section, sections
from cspaudit.outputs.glance import Glance, all_problems, glance
from cspaudit.outputs.labels import CLOUDS, LABELS, MEANINGS, TIERS
from cspaudit.outputs.marks import Mark, verdict_mark
from cspaudit.outputs.method import Method, method
from cspaudit.scorecard.score import printed


@dataclass(frozen=True)
class Chapter:
    """An entry of the contents; ``count`` is empty where there is nothing to count."""

    anchor: str
    title: str
    count: str


@dataclass(frozen=True)
class Report:
    """Everything that a page of one partner prints."""

    title: str
    tool: str
    partner: str
    audited_as: str
    period: str
    as_of: str
    created: str
    inputs: str
    seal_short: str
    seal_groups: str
    confidential: str
    chapters: tuple[Chapter, ...]
    legend: tuple[tuple[Mark, str], ...]
    glance: Glance
    duties: tuple[DutyTable, ...]
    told: tuple[ToldList, ...]
    findings: tuple[Section, ...]
    evidence: Evidence
    completeness: CompletenessChapter
    method: Method


def report(scorecard: Scorecard, partner: PartnerResult, limits: Limits) -> Report:
    """The report of one partner; ``scorecard`` is cut to this partner where there are several."""
    facts = scorecard.engagement
    files = [item for item in scorecard.inputs if item.partner_id in {"", partner.partner.partner_id}]
    digest = seal(files)
    found = sections(partner, limits)
    whole = completeness(scorecard, partner, limits)
    finding_count = sum(
        check.outcome.finding_count for result in partner.obligations for check in result.checks
    )
    return Report(
        title=facts.title,
        tool=f"cspaudit {scorecard.tool_version}",
        partner=partner.partner.name,
        audited_as=audited_as(partner.partner),
        period=words.period(facts.start, facts.end),
        as_of=words.moment(facts.as_of),
        created=facts.as_of.replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
        inputs=words.evidence_lede(
            len(files), sum(item.records_read for item in files), sum(item.records_rejected for item in files)
        ),
        seal_short=digest[:8],
        seal_groups=" ".join(digest[start : start + 8] for start in range(0, 64, 8)),
        confidential=LABELS["confidential"].replace("{name}", partner.partner.name),
        chapters=(
            Chapter("result", LABELS["result"], ""),
            Chapter(
                "duties",
                LABELS["duties"],
                str(sum(1 for result in partner.obligations if result.weight)),
            ),
            Chapter("findings", LABELS["findings"], words.number(finding_count)),
            Chapter("evidence", LABELS["evidence"], words.number(len(files))),
            Chapter("completeness", LABELS["completeness"], whole.count),
            Chapter("method", LABELS["method"], ""),
            Chapter("sign-off", LABELS["sign_off"], ""),
        ),
        legend=tuple(
            (verdict_mark(verdict), MEANINGS[verdict])
            for verdict in (Verdict.MET, Verdict.NOT_MET, Verdict.UNDETERMINED, Verdict.NOT_APPLICABLE)
        ),
        glance=glance(scorecard, partner, limits.problems),
        duties=duty_tables(partner),
        told=told_lists(partner),
        findings=found,
        evidence=evidence(scorecard, partner, limits),
        completeness=whole,
        method=method(partner),
    )


def audited_as(facts: PartnerFacts) -> str:
    """The partner's tier, cloud and time zone."""
    tier = TIERS.get(facts.tier, words.plain(facts.tier))
    cloud = CLOUDS.get(facts.cloud, words.plain(facts.cloud))
    return f"{tier}, {cloud}, {facts.timezone}"


@dataclass(frozen=True)
class PartnerLine:
    """One partner of a portfolio."""

    name: str
    folder: str
    mark: Mark
    range: str
    headline: str


@dataclass(frozen=True)
class Index:
    """The page above the partners' folders."""

    title: str
    period: str
    as_of: str
    tool: str
    problems: tuple[str, ...]
    partners: tuple[PartnerLine, ...]


def index(scorecard: Scorecard) -> Index:
    """The partners of a portfolio, worst verdict and lowest score first."""
    ordered = sorted(
        scorecard.partners,
        key=lambda item: (item.verdict.rank, item.score.low if item.score else 101, item.partner.partner_id),
    )
    return Index(
        title=scorecard.engagement.title,
        period=words.period(scorecard.engagement.start, scorecard.engagement.end),
        as_of=words.moment(scorecard.engagement.as_of),
        tool=f"cspaudit {scorecard.tool_version}",
        problems=all_problems(scorecard),
        partners=tuple(
            PartnerLine(
                name=item.partner.name,
                folder=quote(item.partner.partner_id, safe=""),
                mark=verdict_mark(item.verdict),
                range=words.range_of(printed(item.score)) if item.score else LABELS["no_score"],
                headline=words.headline_sentence(item),
            )
            for item in ordered
        ),
    )
