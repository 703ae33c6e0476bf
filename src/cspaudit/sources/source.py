"""One source of the engagement: its plan, its staging table and what became of each of its files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from cspaudit.errors import EngagementError, SourceError, near
from cspaudit.model.engagement import Engagement, SourceSettings
from cspaudit.model.tables import TABLES
from cspaudit.model.zones import Segment
from cspaudit.sources import files, heads, mapping, spreadsheets, sql, vendors
from cspaudit.sources.compile import Plan, StagedTable, build_plan, condition_name
from cspaudit.sources.files import SourceFile
from cspaudit.sources.header import field_weight, present_fields
from cspaudit.sources.heads import FileHead
from cspaudit.sources.spelling import normal
from cspaudit.sources.stage import StagedFile, read_each
from cspaudit.sources.staging import Stage, ignore_file
from cspaudit.sources.statement import stage_ddl
from cspaudit.warehouse.duckdb_warehouse import Warehouse


@dataclass(frozen=True)
class FailedFile:
    """A file, or a whole source, that could not be read."""

    shown: str
    partner_id: str
    error: SourceError


@dataclass
class LoadedSource:
    """A source after reading: its rows lie in the table ``stage``."""

    source_id: str
    stage: str
    plan: Plan
    settings: SourceSettings | None
    as_of: datetime
    partner_id: str
    files: list[StagedFile]
    failed: list[FailedFile]
    #: by table: how many records a later one of the same key replaced
    superseded: dict[str, int] = field(default_factory=dict)

    @property
    def is_data(self) -> bool:
        """Whether these are facts written in the engagement itself."""
        return self.settings is None

    @property
    def has_lines(self) -> bool:
        """Whether the records stand on physical lines of a file."""
        return self.plan.layout.format == "csv" and bool(self.files) and self.files[0].file.path.is_file()

    def partner_sql(self) -> str:
        """Return the SQL of a row's partner."""
        if self.plan.has_partner_column:
            return "stage_partner"
        by_file = [staged.file.partner_id for staged in self.files]
        if any(by_file):
            return f"list_extract([{', '.join(sql.literal(one) for one in by_file)}], stage_file + 1)"
        return f"{sql.literal(self.partner_id)}::VARCHAR"

    def file_sql(self) -> str:
        """Return the SQL of a row's file."""
        if len(self.files) == 1:
            return f"{sql.literal(self.files[0].file.shown)}::VARCHAR"
        names = ", ".join(sql.literal(staged.file.shown) for staged in self.files)
        return f"list_extract([{names}]::VARCHAR[], stage_file + 1)"

    def record_sql(self, rowid: str = "rowid") -> str:
        """Return the SQL of a row's record number: its place in the file, broken lines counted in."""
        if not self.files:
            return "NULL::BIGINT"
        firsts = ", ".join(str(staged.first_rowid) for staged in self.files)
        place = f"{rowid} - list_extract([{firsts}], stage_file + 1)" if len(self.files) > 1 else rowid
        shifts = [
            f"WHEN {staged.index} THEN len(list_filter([{', '.join(places)}], lambda r: r <= {place}))"
            for staged in self.files
            if (places := [str(broken.record - 1 - i) for i, broken in enumerate(staged.reading.broken)])
        ]
        shift = f" + CASE stage_file {' '.join(shifts)} ELSE 0 END" if shifts else ""
        return f"({place} + 1{shift})"

    def loaded_where(self, index: int) -> str:
        """Return the condition for the rows that feed the table of this index."""
        return "rule IS NULL" + (f" AND {condition_name(index)}" if self.plan.tables[index].when else "")

    def tables(self) -> tuple[StagedTable, ...]:
        """The canonical tables that this source feeds."""
        return self.plan.tables


def plan_source(
    settings: SourceSettings,
    layouts: Path,
    segments: Mapping[str, tuple[Segment, ...]],
    *,
    for_detection: bool = False,
) -> Plan:
    """Return how a source is read; EngagementError where its settings do not fit its layout.

    ``for_detection`` a layout from which nothing can be taken is planned too: its first field is looked at.
    """
    place = f"source {settings.source_id!r}"
    layout = (
        mapping.load(layouts, settings.mapping)
        if settings.mapping
        else mapping.canonical(TABLES[settings.table])
    ).restricted(settings.only)
    if layout.has_sides and not settings.side:
        raise EngagementError(
            "This layout needs a side.",
            where=place,
            hint='Add side = "payable" (invoices to the partner) or side = "receivable" (to its customers).',
        )
    if layout.supplies_nothing and not for_detection:
        raise EngagementError(
            f"Nothing can be taken from {layout.title}: {layout.supplies_nothing}", where=place
        )
    known = {column for table in layout.table for column in table.table(settings.side).column_names}
    for column in (*settings.columns, *settings.values, *settings.constants):
        if column not in known and not (column == "partner_id" and column in settings.columns):
            raise EngagementError(
                f"No table of this source has a column {column!r}.", where=place, hint=near(column, known)
            )
    for column in settings.columns.keys() & settings.constants.keys():
        raise EngagementError(
            f"The column {column!r} is given both a field and a constant.",
            where=place,
            hint="Keep one of the two.",
        )
    return build_plan(
        layout,
        side=settings.side,
        columns=settings.columns,
        values=settings.values,
        constants=_constants(layout, settings, place),
        nulls=settings.nulls,
        formats=settings.date_formats,
        # a vendor's CSV may come from any country; JSON's numbers have a point
        mark=settings.decimal or ("." if settings.mapping else None),
        is_mark_voted=not settings.decimal and bool(settings.mapping) and layout.format == "csv",
        segments=segments.get(settings.timezone, ()),
        partner_field="",
        order=settings.date_order or None,
        lacks_zone=layout.time == "local" and not settings.timezone,
    )


def _constants(layout: mapping.Mapping, settings: SourceSettings, place: str) -> dict[str, str]:
    """Return the values that hold in every record; EngagementError where one that no field tells is not stated."""
    stated = {name: plain_text(value) for name, value in settings.constants.items()}
    given = stated.keys() | settings.columns.keys()
    for column, meaning in layout.ask.items():
        if column not in given:
            raise EngagementError(
                f"The layout {layout.id} does not hold {column}: {meaning}.",
                where=place,
                hint=f'Add constants = {{ {column} = "…" }} to its [[source]], one source for each.',
            )
    if layout.snapshot and layout.snapshot not in given:
        if settings.as_of is None:
            raise EngagementError(
                f"The layout {layout.id} does not tell when the snapshot was taken.",
                where=place,
                hint="Add as_of = 2026-09-30T12:00:00Z, the moment at which it was taken, to its [[source]].",
            )
        stated[layout.snapshot] = f"{settings.as_of.isoformat()}Z"
    return stated


def plain_text(value: object) -> str:
    """Return a TOML value as an export would write it."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case list() | tuple():
            return ",".join(plain_text(part) for part in value)
        case Decimal():
            return format(value, "f")
        case _:
            return str(value)


def read_source(
    warehouse: Warehouse,
    settings: SourceSettings,
    plan: Plan,
    engagement: Engagement,
    stage: str,
    on_file: Callable[[Path], None] = ignore_file,
) -> LoadedSource:
    """Read every file of a source; what cannot be read is kept as a failure, the rest goes on.

    ``on_file`` may be told of a file before it is read.
    """
    partners = [partner.id for partner in engagement.partners]
    loaded = LoadedSource(
        source_id=settings.source_id,
        stage=stage,
        plan=plan,
        settings=settings,
        as_of=settings.as_of or engagement.as_of,
        partner_id=settings.partner or (partners[0] if len(partners) == 1 else ""),
        files=[],
        failed=[],
    )
    found: list[SourceFile] = []
    for pattern, partner in files.patterns(settings, partners):
        try:
            there = files.find(engagement.folder, pattern, partner)
        except SourceError as error:
            loaded.failed.append(FailedFile(pattern, partner, error))
            continue
        for file in there:
            try:
                found += _copies(file, settings, plan, warehouse.staging)
            except SourceError as error:
                loaded.failed.append(FailedFile(file.shown, partner, error))
    try:
        plan = _with_partner_column(plan, settings, found, loaded.partner_id)
        plan = loaded.plan = _without_absent_columns(plan, settings, found)
    except SourceError as error:
        loaded.failed.append(FailedFile(settings.path, settings.partner, error))
        return loaded
    _read_files(warehouse, loaded, settings, found, on_file)
    several = vendors.several(warehouse, loaded)
    if several:
        failed = [FailedFile(one.file.shown, one.file.partner_id, several) for one in loaded.files]
        read_again_without(warehouse, loaded, failed)
    return loaded


def _copies(file: SourceFile, settings: SourceSettings, plan: Plan, staging: Path) -> list[SourceFile]:
    """Return what is read in place of a spreadsheet; any other file is read itself."""
    if plan.layout.format != "csv":
        return [file]
    return spreadsheets.copies(file, settings, staging, field_weight(plan), plan.layout.id)


def _read_files(
    warehouse: Warehouse,
    loaded: LoadedSource,
    settings: SourceSettings,
    found: Sequence[SourceFile],
    on_file: Callable[[Path], None] = ignore_file,
) -> None:
    warehouse.execute(stage_ddl(loaded.plan, loaded.stage))
    stage = Stage(warehouse, loaded.stage, loaded.plan, settings, on_file=on_file)
    for one in read_each(stage, found):
        if isinstance(one, StagedFile):
            loaded.files.append(one)
        else:
            loaded.failed.append(FailedFile(one.file.shown, one.file.partner_id, one.error))


def read_again_without(warehouse: Warehouse, loaded: LoadedSource, damaged: Sequence[FailedFile]) -> None:
    """Read a source anew without files that turned out to be damaged, so that every row keeps a place of its own."""
    if loaded.settings is None or not damaged:
        return
    shown = {one.shown for one in damaged}
    sound = [staged.file for staged in loaded.files if staged.file.shown not in shown]
    warehouse.execute(f"DROP TABLE {loaded.stage}")
    loaded.files = []
    loaded.failed.extend(damaged)
    _read_files(warehouse, loaded, loaded.settings, sound)


def _with_partner_column(
    plan: Plan, settings: SourceSettings, found: Sequence[SourceFile], partner_id: str
) -> Plan:
    """Let each record name its partner where the export has that column; refuse two answers to one question."""
    field = settings.columns.get("partner_id", "partner_id")
    # a vendor may know partners of its own: its PartnerId is none of this audit
    own = {normal(name) for name in (*plan.layout.fields, *plan.layout.unused)}
    if plan.layout.format != "csv" or normal(field) in own:
        has_column = "partner_id" in settings.columns
    else:
        some = (_head(file, settings, plan) for file in found)
        has_column = any(normal(field) in map(normal, head.header) for head in some if head)
    named = settings.partner or files.PARTNER in settings.path
    if has_column and named:
        raise SourceError(
            f"The export has a column {field}, and the source names the partner as well.",
            where=settings.source_id,
            hint="Keep one of the two.",
        )
    if has_column:
        return plan.with_partner_field(field)
    if not named and not partner_id:
        raise SourceError(
            "It is not said whose export this is.",
            where=settings.source_id,
            hint='Add partner = "…", put {partner} into the path, or add a column partner_id.',
        )
    return plan


def _without_absent_columns(plan: Plan, settings: SourceSettings, found: Sequence[SourceFile]) -> Plan:
    """Leave out what no file has; JSON objects tell only record by record which fields they have."""
    if plan.layout.format != "csv":
        return plan
    heads_of = [head for file in found if (head := _head(file, settings, plan))]
    present = (present_fields(head.header, plan, head.rows) for head in heads_of)
    return plan.without_absent(frozenset[str]().union(*present))


def _head(file: SourceFile, settings: SourceSettings, plan: Plan) -> FileHead | None:
    """Return the head of a file, None where it cannot be read: reading it will tell why."""
    try:
        with files.unpacking(file):
            return heads.read_head(file, settings, plan.layout.delimiter, field_weight(plan))
    except SourceError:
        return None
