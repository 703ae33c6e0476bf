"""The main path on one screen: load, evaluate, score, render, and put the result in its place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from cspaudit import resources
from cspaudit.errors import MissingLibraryError
from cspaudit.evaluation.definition import Catalogue, load_catalogue
from cspaudit.evaluation.findings import write_findings
from cspaudit.evaluation.in_force import assumed_starts, force_of, unstated_clouds
from cspaudit.evaluation.plan import CheckOverride, PartnerScope, check_plan, overrides_of
from cspaudit.evaluation.plan import Plan as EvaluationPlan
from cspaudit.evaluation.runner import Evaluation, evaluate
from cspaudit.model import engagement as engagements
from cspaudit.model.attestations import check_answers
from cspaudit.model.engagement import CheckSettings, Engagement
from cspaudit.model.result import EngagementFacts, PartnerFacts, Scorecard
from cspaudit.model.wording import WORDINGS
from cspaudit.outputs.delivery import Delivery, write_manifest
from cspaudit.outputs.formats import refuse_unknown, render
from cspaudit.scorecard.build import build_partner
from cspaudit.scorecard.gate import build_gate
from cspaudit.sources.compile import Plan as SourcePlan
from cspaudit.sources.load import Loaded, Progress, load, plan_sources, silent
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from cspaudit.warehouse.engine_names import DUCKDB
from cspaudit.warehouse.engines import open_engine

DEFAULT_FORMATS = ("json", "html", "pdf")
NOTHING_JUDGED = "No case passed or failed: nothing could be judged."


@dataclass(frozen=True)
class Prepared:
    """An engagement that has been read and found right, before any export is opened."""

    engagement: Engagement
    sources: tuple[SourcePlan, ...]
    evaluation: EvaluationPlan

    @property
    def catalogue(self) -> Catalogue:
        """The checks and obligations of this audit."""
        return self.evaluation.catalogue


def prepare(path: Path) -> Prepared:
    """Read the engagement at ``path`` and everything it names but the exports; EngagementError where it is wrong."""
    engagement = engagements.load(path)
    own_checks = engagement.folder / "checks"
    catalogue = load_catalogue(resources.checks(), [own_checks] if own_checks.is_dir() else [])
    plan = EvaluationPlan(
        catalogue=catalogue,
        scopes=tuple(
            PartnerScope(
                partner=PartnerFacts(one.id, one.name, one.tier, one.timezone, one.cloud),
                overrides=_overrides({**engagement.checks, **one.checks}),
            )
            for one in engagement.partners
        ),
        start=engagement.start,
        end=engagement.end,
        as_of=engagement.as_of,
        wordings={name: settings.start for name, settings in engagement.wordings.items()},
        rules_as_of=engagement.rules_as_of,
    )
    check_plan(plan, where=str(path))
    check_answers(
        engagement.answers,
        catalogue.obligations,
        [one.id for one in catalogue.obligations.values() if "attestation" in one.judged_by],
        folder=engagement.folder,
    )
    build_gate((), fail_on=engagement.gate.fail_on, strengths=engagement.gate.strengths)
    return Prepared(engagement, plan_sources(engagement, resources.mappings()), plan)


def run(
    path: Path | str,
    output: Path | str = "audit-out",
    *,
    formats: Sequence[str] = (),
    frames: Mapping[str, object] | None = None,
    progress: Progress = silent,
    started_at: str = "",
    engine: str = DUCKDB,
) -> Scorecard:
    """Audit the engagement at ``path`` and leave the result in the folder ``output``.

    ``formats`` are names of ``outputs.formats``; empty: all, and a PDF that this machine cannot make becomes a
    warning. ``frames`` are pandas frames of canonical columns by table, audited beside the exports. ``engine`` is one
    of ``engine_names.ENGINES``: it runs the checks, and changes no finding. Raises CspAuditError where the audit cannot
    begin; what goes wrong later is a problem in the scorecard.
    """
    refuse_unknown(formats)
    prepared = prepare(Path(path))
    with (
        open_engine(engine) as put_on_engine,
        Delivery(Path(output)) as delivery,
        Warehouse(delivery.staging) as warehouse,
    ):
        loaded = load(warehouse, prepared.engagement, prepared.sources, progress, frames)
        warehouse.lock()
        with put_on_engine(warehouse) as running:
            evaluation = evaluate(
                running, prepared.evaluation, on_check=lambda check: progress(check.title, 0, 0)
            )
        scorecard = _score(prepared, loaded, evaluation)
        _write_findings(warehouse, delivery, scorecard)
        warehouse.close()
        scorecard = _render(delivery, scorecard, formats)
        write_manifest(delivery, scorecard, started_at=started_at)
        delivery.put_in_place()
    return scorecard


def check_inputs(path: Path, *, progress: Progress = silent) -> Loaded:
    """Load the engagement's exports and report on them, without judging anything or leaving a result."""
    prepared = prepare(path)
    with Delivery.temporary() as delivery, Warehouse(delivery.staging) as warehouse:
        return load(warehouse, prepared.engagement, prepared.sources, progress)


def _score(prepared: Prepared, loaded: Loaded, evaluation: Evaluation) -> Scorecard:
    engagement, catalogue = prepared.engagement, prepared.catalogue
    partners = tuple(
        build_partner(
            scope.partner,
            evaluation.outcomes,
            catalogue.obligations.values(),
            loaded.rejects[scope.partner.partner_id],
            loaded.missing[scope.partner.partner_id],
            loaded.links[scope.partner.partner_id],
            loaded.completeness[scope.partner.partner_id],
        )
        for scope in prepared.evaluation.scopes
    )
    problems = [*(str(problem) for problem in loaded.problems), *evaluation.problems]
    if not any(outcome.counts.passed or outcome.counts.failed for outcome in evaluation.outcomes):
        problems.append(NOTHING_JUDGED)
    return Scorecard(
        tool_version=metadata.version("cspaudit"),
        engagement=EngagementFacts(engagement.title, engagement.start, engagement.end, engagement.as_of),
        gate=build_gate(partners, fail_on=engagement.gate.fail_on, strengths=engagement.gate.strengths),
        overrides=overrides_of(prepared.evaluation),
        inputs=loaded.inputs,
        partners=partners,
        assumptions=(
            *loaded.assumptions,
            *_stated_starts(engagement),
            *assumed_starts(prepared.evaluation, evaluation.outcomes),
            *unstated_clouds(prepared.evaluation, evaluation.outcomes),
        ),
        warnings=(*loaded.warnings, *_outside_the_wording(prepared, evaluation)),
        problems=tuple(problems),
    )


def _stated_starts(engagement: Engagement) -> tuple[str, ...]:
    return tuple(
        f"{name}, {WORDINGS[name].says}, was taken to hold from {settings.start} on: {settings.because}"
        for name, settings in engagement.wordings.items()
    )


def _outside_the_wording(prepared: Prepared, evaluation: Evaluation) -> tuple[str, ...]:
    """Say which cases were set aside for their date alone, and how to judge them all the same.

    Of duties that ended before the period nothing is said: no case was to be expected.
    """
    plan, found = prepared.evaluation, []
    for outcome in evaluation.outcomes:
        count = outcome.reasons.get("not_in_force", 0)
        obligation = prepared.catalogue.obligations[outcome.check.obligation]
        force = force_of(obligation, plan.wordings, plan.rules_as_of)
        if outcome.binds and count and (force.last is None or force.last >= plan.start):
            days = f"from {force.first}" + (f" to {force.last}" if force.last else "")
            cases, were, them = ("case lies", "was", "it") if count == 1 else ("cases lie", "were", "them")
            found.append(
                f"{outcome.check.title}: {count:,} {cases} outside the days on which the wording held "
                f"({days}) and {were} not judged; rules_as_of in cspaudit.toml judges {them} by "
                "the rules of another day."
            )
    return tuple(dict.fromkeys(found))


def _overrides(settings: dict[str, CheckSettings]) -> dict[str, CheckOverride]:
    return {
        name: CheckOverride(one.params, one.because, one.allowed_failures, one.allowed_share)
        for name, one in settings.items()
    }


def _write_findings(warehouse: Warehouse, delivery: Delivery, scorecard: Scorecard) -> None:
    if len(scorecard.partners) == 1:
        write_findings(warehouse, delivery.staging)
        return
    for result in scorecard.partners:
        partner_id = result.partner.partner_id
        write_findings(warehouse, delivery.folder(partner_id), [partner_id])


def _render(delivery: Delivery, scorecard: Scorecard, formats: Sequence[str]) -> Scorecard:
    """Write every format; results.json last, so that it holds what went wrong with the others."""
    chosen = tuple(formats) or DEFAULT_FORMATS
    for name in sorted({*chosen, "json"}, key=lambda name: name == "json"):
        try:
            files = render(scorecard, name)
        except MissingLibraryError as error:
            if formats:
                raise
            scorecard = scorecard.with_warning(str(error))
            continue
        delivery.write(files)
    return scorecard
