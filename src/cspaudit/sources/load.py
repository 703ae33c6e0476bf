"""Loads an engagement into a warehouse: facts first, then every export, then what follows from both."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cspaudit import resources
from cspaudit.errors import CspAuditError
from cspaudit.linking import apply, links, topics
from cspaudit.model import zones
from cspaudit.model.completeness import Completeness
from cspaudit.model.engagement import Engagement
from cspaudit.model.result import InputResult, LinkTally, MissingGroup, RejectGroup
from cspaudit.model.zones import Segment
from cspaudit.sources import (
    completeness,
    coverage,
    evidence,
    facts,
    files,
    inputs,
    messages,
    missing,
    rejects,
    time_tables,
    unite,
    windows,
)
from cspaudit.sources.compile import Plan
from cspaudit.sources.files import Digest
from cspaudit.sources.source import FailedFile, LoadedSource, plan_source, read_again_without, read_source
from cspaudit.sources.zone_needed import refuse_without_zone
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: local times are turned into UTC by the zone's own changes this far around the audit
YEARS_BEFORE = timedelta(days=4 * 366)
YEARS_AFTER = timedelta(days=366)

Progress = Callable[[str, int, int], None]


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody about the progress."""


@dataclass(frozen=True)
class Loaded:
    """What loading left behind beside the tables: inputs, sentences for the report, and problems (exit 3)."""

    inputs: tuple[InputResult, ...]
    rejects: dict[str, tuple[RejectGroup, ...]]
    missing: dict[str, tuple[MissingGroup, ...]]
    links: dict[str, tuple[LinkTally, ...]]
    completeness: dict[str, Completeness]
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    problems: tuple[CspAuditError, ...]


def plan_sources(engagement: Engagement, layouts: Path) -> tuple[Plan, ...]:
    """Plan every source; EngagementError where one is stated wrongly.

    Reads no export, but for the first records of one that lacks a zone: it is asked for where they need it.
    """
    segments = _segments(engagement)
    plans = tuple(plan_source(settings, layouts, segments) for settings in engagement.sources)
    for settings, plan in zip(engagement.sources, plans, strict=True):
        refuse_without_zone(engagement, settings, plan)
    return plans


def load(
    warehouse: Warehouse,
    engagement: Engagement,
    plans: tuple[Plan, ...],
    progress: Progress,
    frames: Mapping[str, object] | None = None,
) -> Loaded:
    """Fill the warehouse with every canonical table and the helper tables.

    ``frames`` are pandas frames by table, read after the facts and before the exports. What cannot be read is a problem in the answer, never an exception; the rest is loaded. ``progress`` is told
    (what, done, of how many).
    """
    sources = [
        facts.read_data(warehouse, engagement, table, f"data_{number}")
        for number, table in enumerate(engagement.data)
        if engagement.data[table]
    ]
    fingerprints: dict[Path, Digest] = {}
    for number, (table, frame) in enumerate((frames or {}).items()):
        texts = facts.frame_texts(table, frame)
        source = facts.read_frame(warehouse, engagement, table, f"frame_{number}", texts)
        fingerprints[source.files[0].file.path] = facts.digest(texts)
        sources.append(source)
    for number, file in enumerate(engagement.answers):
        source = facts.read_answers(warehouse, engagement, file, f"answers_{number}")
        fingerprints[source.files[0].file.path] = facts.digest_of_file(file.path)
        sources.append(source)
    with ThreadPoolExecutor(max_workers=1) as pool:
        digests: dict[Path, Future[Digest]] = {}

        def fingerprint(path: Path) -> None:
            # several sheets of one workbook are read
            if path not in digests:
                digests[path] = pool.submit(files.digest, path)

        for number, (settings, plan) in enumerate(zip(engagement.sources, plans, strict=True)):
            progress(settings.source_id, number, len(plans))
            source = read_source(warehouse, settings, plan, engagement, f"stage_{number}", fingerprint)
            for staged in source.files:
                fingerprint(staged.file.path)
            sources.append(source)
        # of a file that was refused nothing is told
        read = {staged.file.path for source in sources for staged in source.files}
        fingerprints |= {path: digest.result() for path, digest in digests.items() if path in read}
    progress("", len(plans), len(plans))
    for source in sources:
        _refuse_damaged(warehouse, source, fingerprints)
    evidence.refuse_changed_evidence(warehouse, sources, engagement.folder)
    has_messages = any(staged.table.name == "message" for source in sources for staged in source.tables())
    rules = (
        topics.load(resources.linking_rules() / "topics.toml", warehouse) if has_messages else topics.NO_RULES
    )
    mail = unite.unite(warehouse, sources, engagement, rules)
    partners = [partner.id for partner in engagement.partners]
    rejects.make_rejects(warehouse, sources, partners)
    links.start(warehouse)
    links.link_payments(warehouse, {partner.id: partner.suppliers for partner in engagement.partners})
    messages.link(warehouse, mail, rules)
    time_tables.make_local_slots(warehouse, engagement)
    notes = time_tables.make_calendars(warehouse, engagement)
    coverage.make_source_tables(warehouse, sources, engagement)
    held = windows.mark_outside(warehouse, sources, engagement)
    apply.count_as_source(warehouse)
    missing.make_missing(warehouse, sources)
    results = tuple(
        result for source in sources for result in inputs.describe(warehouse, source, fingerprints, held)
    )
    warehouse.execute("CREATE TABLE load_warning (source_id VARCHAR, file VARCHAR, problem VARCHAR)")
    warehouse.insert(
        "load_warning", ((one.source_id, one.path, text) for one in results for text in one.warnings)
    )
    any_left_out = bool(warehouse.scalar("SELECT count(*) FROM reject"))
    any_missing = bool(warehouse.scalar("SELECT count(*) FROM missing_record"))
    return Loaded(
        inputs=results,
        rejects={one: rejects.groups(warehouse, one) if any_left_out else () for one in partners},
        missing={one: missing.groups(warehouse, one) if any_missing else () for one in partners},
        links=links.tallies(warehouse, partners),
        completeness=completeness.completeness_of(warehouse, sources, engagement, held),
        assumptions=(*notes.assumptions, *(text for result in results for text in result.assumptions)),
        warnings=(*notes.warnings, *(text for result in results for text in result.warnings)),
        problems=tuple(failed.error for source in sources for failed in source.failed),
    )


def _segments(engagement: Engagement) -> dict[str, tuple[Segment, ...]]:
    first, last = time_tables.time_span(engagement)
    return {
        source.timezone: zones.transitions(source.timezone, first - YEARS_BEFORE, last + YEARS_AFTER)
        for source in engagement.sources
        if source.timezone
    }


def _refuse_damaged(warehouse: Warehouse, source: LoadedSource, digests: Mapping[Path, Digest]) -> None:
    """Take a file out again that is damaged or no text at all: it holds NUL bytes, or a line without an end."""
    damaged = []
    for staged in source.files:
        found = digests.get(staged.file.path)
        if found and found.nul_at >= 0 and files.is_bytewise(staged.reading.encoding):
            error = files.holds_nul(staged.file, found.nul_at)
        elif (
            found
            and staged.file.copy is None
            and source.plan.layout.format == "csv"
            and found.longest > files.LINE_BYTES
        ):
            error = files.holds_endless_line(staged.file)
        else:
            continue
        damaged.append(FailedFile(staged.file.shown, staged.file.partner_id, error))
    read_again_without(warehouse, source, damaged)
