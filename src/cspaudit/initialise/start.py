"""The way of init on one screen: look, ask, write, load what was written, and say what is missing."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from cspaudit import resources
from cspaudit.errors import CspAuditError, EngagementError, OutputError, SourceError
from cspaudit.evaluation.definition import Catalogue, load_catalogue
from cspaudit.evaluation.needs import Evidence
from cspaudit.evaluation.plan import PartnerScope, Plan
from cspaudit.initialise import compose, extend, partner_folders, recognise, scan
from cspaudit.initialise.answers import Ask
from cspaudit.initialise.duties import DutyEvidence, Wanted, bound_duties, evidence_of, wanted
from cspaudit.initialise.exports import Declined, Export, LeftAside
from cspaudit.initialise.facts import Facts, read_facts
from cspaudit.initialise.grouping import Group, group, literal
from cspaudit.initialise.interview import interview, is_portfolio
from cspaudit.initialise.page import is_ours, missing_page
from cspaudit.model import engagement as engagements
from cspaudit.model.engagement import FILE_NAME, Engagement
from cspaudit.model.result import PartnerFacts
from cspaudit.outputs.delivery import Delivery
from cspaudit.sources import mapping
from cspaudit.sources.detect import known_layouts
from cspaudit.sources.load import Loaded, Progress, load, plan_sources
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: how partners are called whose folder has no usable name
UNNAMED = "partner"


class NothingRecognisedError(CspAuditError):
    """A folder without a single export that is known; ``seen`` says of each file why."""

    def __init__(self, folder: Path, seen: Sequence[LeftAside]) -> None:
        """Keep what was seen beside the words."""
        super().__init__(
            "There is no export here that is recognised; nothing was written.",
            where=str(folder),
            hint="`cspaudit init --checklist` prints what to export, and where to click.",
        )
        self.seen = tuple(seen)


@dataclass(frozen=True)
class Begun:
    """What init found and wrote; ``written`` are files, ``added`` what was put behind an engagement there already."""

    exports: tuple[Export, ...]
    left_aside: tuple[LeftAside, ...]
    engagement: Path
    is_new: bool
    added: tuple[Export, ...]
    #: sentences on what nobody said: told loudly
    open_questions: tuple[str, ...]
    loaded: Loaded
    partners: Mapping[str, tuple[tuple[DutyEvidence, ...], tuple[Wanted, ...]]]
    page: Path | None
    facts: Facts | None = None


def begin(folder: Path, output: Path | None, ask: Ask, today: date, progress: Progress) -> Begun:
    """Write the engagement of ``folder`` (into ``output``, else there), or add new exports to the one it has.

    Raises NothingRecognisedError where no file is known, EngagementError where an answer or the existing engagement is wrong,
    OutputError where nothing can be written. An engagement that exists stays as it is up to its last byte.
    """
    found = scan.scan(folder)
    target = (output or folder) / FILE_NAME
    exports, declined = _recognised(folder, found.files, progress)
    aside: list[LeftAside] = [*declined, *found.passed_over]
    left_aside = tuple(sorted(aside, key=lambda one: one.path.parts))
    if not exports and not target.is_file():
        raise NothingRecognisedError(folder, left_aside)
    prefix = _prefix(folder, output)
    if target.is_file():
        text, added, opened = extend.extended(target, folder, exports, prefix, ask, today)
        facts = None
    else:
        groups, names = _partners(folder, exports, ask)
        text, left_aside, facts, opened = _composed(
            folder, groups, names, left_aside, prefix, ask, today, progress
        )
        added = ()
    engagement = _parsed(text, target)
    _write(target, text)
    loaded, partners = _look_back(engagement, progress)
    page = _write_page(target.parent, engagement, partners, left_aside)
    return Begun(
        exports=exports,
        left_aside=left_aside,
        engagement=target,
        is_new=facts is not None,
        added=added,
        open_questions=opened,
        loaded=loaded,
        partners=partners,
        page=page,
        facts=facts,
    )


def _recognised(
    folder: Path, files: Sequence[Path], progress: Progress
) -> tuple[tuple[Export, ...], tuple[Declined, ...]]:
    layouts = known_layouts(resources.mappings())
    with Delivery.temporary() as delivery, Warehouse(delivery.staging) as warehouse:
        return recognise.recognise(folder, files, layouts, warehouse, progress)


def _prefix(folder: Path, output: Path | None) -> str:
    """Return how paths begin that lead from the engagement to the exports; empty where both lie in one folder."""
    if output is None or output.resolve() == folder.resolve():
        return ""
    return f"{literal(Path(os.path.relpath(folder.resolve(), output.resolve())))}/"


def _partners(
    folder: Path, exports: Sequence[Export], ask: Ask
) -> tuple[dict[str, tuple[Group, ...]], dict[str, str]]:
    """Return the sources by partner id ("": of all), and the suggested name of each partner."""
    every = scan.all_files(folder, [one.path for one in exports])
    folders = partner_folders.sub_folders(exports)
    if not is_portfolio(folders, partner_folders.partner_folders(exports), ask):
        name = " ".join(folder.resolve().name.split()) or UNNAMED
        plain = "".join(sign for sign in name if sign.isprintable()) or UNNAMED
        return {_id(plain): group(exports, every)}, {_id(plain): plain}
    groups = {
        one: group(
            [export for export in exports if partner_folders.partner_of(export.path, {one: one})], every
        )
        for one in folders
    }
    shared = group([export for export in exports if len(export.path.parts) == 1], every)
    names = {one: "".join(sign for sign in one if sign.isprintable()) or UNNAMED for one in folders}
    return {**groups, **({"": shared} if shared else {})}, names


def _id(name: str) -> str:
    plain = "".join(sign if sign.isalnum() else "-" for sign in name.lower())
    return "-".join(part for part in plain.split("-") if part) or UNNAMED


def _composed(
    folder: Path,
    groups: Mapping[str, Sequence[Group]],
    names: Mapping[str, str],
    left_aside: Sequence[LeftAside],
    prefix: str,
    ask: Ask,
    today: date,
    progress: Progress,
) -> tuple[str, tuple[LeftAside, ...], Facts, tuple[str, ...]]:
    with Delivery.temporary() as delivery, Warehouse(delivery.staging) as warehouse:
        facts = read_facts(warehouse, folder, resources.mappings(), groups, today, progress)
    answers = interview(ask, facts, groups, names, today)
    if len(names) == 1:
        groups = {answers.partners[0].id: next(iter(groups.values()))}
    opened = tuple(
        f"{name} is not read yet: nothing tells {one.open_question}."
        for name, one in answers.sources.items()
        if one.open_question
    )
    return compose.compose(answers, facts, groups, left_aside, prefix), tuple(left_aside), facts, opened


def _parsed(text: str, target: Path) -> Engagement:
    content = tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    return engagements.parse(content, folder=target.parent, where=str(target))


def _write(target: Path, text: str) -> None:
    """Write a new engagement, or put what is new behind the old: what stands there is never written again."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file():
            target.write_bytes(text.encode())
            return
        old = target.read_bytes()
        if rest := text.encode()[len(old) :]:
            with target.open("ab") as file:
                file.write(rest)
    except OSError as error:
        raise OutputError(
            "The folder cannot be written.",
            where=str(target.parent),
            hint="Name another with --output; the exports are read from where they are.",
        ) from error


def _look_back(
    engagement: Engagement, progress: Progress
) -> tuple[Loaded, dict[str, tuple[tuple[DutyEvidence, ...], tuple[Wanted, ...]]]]:
    """Load what the engagement names, as a run would, and see what evidence that makes."""
    own = engagement.folder / "checks"
    catalogue = load_catalogue(resources.checks(), [own] if own.is_dir() else [])
    layouts = [mapping.load(resources.mappings(), name) for name in mapping.names(resources.mappings())]
    scopes = tuple(
        PartnerScope(PartnerFacts(one.id, one.name, one.tier, one.timezone, one.cloud))
        for one in engagement.partners
    )
    plan = Plan(catalogue, scopes, engagement.start, engagement.end, engagement.as_of)
    with Delivery.temporary() as delivery, Warehouse(delivery.staging) as warehouse:
        loaded = load(warehouse, engagement, plan_sources(engagement, resources.mappings()), progress)
        evidence = Evidence.collect(warehouse, plan)
    present = [one.mapping for one in engagement.sources if one.mapping]
    return loaded, {
        scope.partner.name: _of_partner(scope.partner, catalogue, engagement, evidence, layouts, present)
        for scope in scopes
    }


def _of_partner(
    partner: PartnerFacts,
    catalogue: Catalogue,
    engagement: Engagement,
    evidence: Evidence,
    layouts: Sequence[mapping.Mapping],
    present: Sequence[str],
) -> tuple[tuple[DutyEvidence, ...], tuple[Wanted, ...]]:
    duties = bound_duties(catalogue, partner.tier, partner.cloud, engagement.start, engagement.end)
    found = evidence_of(duties, catalogue, evidence, partner.partner_id)
    return found, wanted(found, layouts, present)


def _write_page(
    folder: Path,
    engagement: Engagement,
    partners: Mapping[str, tuple[Sequence[DutyEvidence], Sequence[Wanted]]],
    left_aside: Sequence[LeftAside],
) -> Path | None:
    """Write what-is-missing.md; None where somebody has edited the one that is there, which then stays."""
    path = folder / scan.PAGE_NAME
    if path.is_file() and not is_ours(path.read_text(encoding="utf-8", errors="replace")):
        return None
    try:
        path.write_text(missing_page(engagement.title, partners, left_aside), encoding="utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            "The folder cannot be written.", where=str(folder), hint="Name another with --output."
        ) from error
    return path


__all__ = ["Begun", "EngagementError", "NothingRecognisedError", "SourceError", "begin"]
