"""Which layout an export has: every layout is tried on its header and first records, and the evidence for each is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from cspaudit.errors import LackingFieldsError, SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.model.tables import TABLES
from cspaudit.model.zones import Segment
from cspaudit.sources import files, formats, mapping, spreadsheets, vendors
from cspaudit.sources.compile import Plan
from cspaudit.sources.files import SourceFile
from cspaudit.sources.likeness import Likeness
from cspaudit.sources.mapping import Certainty, Format
from cspaudit.sources.source import plan_source
from cspaudit.sources.spelling import normal
from cspaudit.sources.stage import read
from cspaudit.sources.stage_json import top_name
from cspaudit.sources.staging import Stage
from cspaudit.sources.statement import stage_ddl
from cspaudit.warehouse.duckdb_warehouse import Warehouse

NOTHING_NEAR = "No layout knows half of its fields and can use half of its records."
#: as many records of a file as are tried
TRIED_RECORDS = 1000
#: a layout that knows less of a file's fields is not meant ...
KNOWN_SHARE = Fraction(1, 2)
#: ... nor one of whose own fields the file has less: every export has an id and a day
USED_SHARE = Fraction(1, 2)
#: with nearly all of the fields that a layout uses, a file may have any number of columns of its own
NEARLY_ALL = Fraction(9, 10)
USED_FIELDS = 4
STAGE = "tried"
MOMENT = "the moment at which it was taken, which as_of may tell"
#: stand for the currency, a text and the moment of a snapshot that somebody will have to state
ANY_CURRENCY = "XXX"
ANY_TEXT = "-"
ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Candidate:
    """One layout tried on one file. ``lacking`` are fields that it needs and the file has not: then none was read."""

    #: id of the layout, or of the table whose column names the file has
    name: str
    title: str
    is_table: bool
    #: whether a file may have few of the fields that the layout knows, and whether it is one of no vendor
    columns_vary: bool
    is_generic: bool
    certainty: Certainty
    #: fields of the file that the layout knows, and those that it does not
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    lacking: tuple[str, ...]
    #: fields that the file has not and without which it is not taken for the layout, though it can be read
    unmarked: tuple[str, ...]
    #: how many of the fields that the layout uses the file has, and how many those are
    used: int
    uses: int
    #: of the first records: how many were read, and how many can be used
    records: int
    usable: int
    #: whether the source will have to name the zone of its times, whose invoices it shows, and their one currency
    needs_timezone: bool
    needs_side: bool
    needs_currency: bool
    #: the field that names the vendors of a supplier's ledger, and those of its first records, the most frequent first:
    #: where there are several the source will have to say which are meant
    vendor_field: str = ""
    vendors: tuple[str, ...] = ()
    #: columns that the source will have to state, as no field holds them, each with what it is
    needs_stated: tuple[tuple[str, str], ...] = ()
    #: why nothing can be taken from such an export
    supplies_nothing: str = ""
    #: keys by which the source will have to say how its values are written: decimal, date_order
    asked: tuple[str, ...] = ()
    #: the column that is known by its likeness to a field alone
    taken: Likeness | None = None

    @property
    def share(self) -> Fraction:
        """The part of the file's fields that the layout knows."""
        fields = len(self.known) + len(self.unknown)
        return Fraction(len(self.known), fields) if fields else Fraction(0)

    @property
    def used_share(self) -> Fraction:
        """The part of the fields that the layout uses which the file has."""
        return Fraction(self.used, self.uses)

    @property
    def fits(self) -> bool:
        """Whether it is likely enough: the file's fields are mostly known, the layout's mostly there, the records of use."""
        if self.lacking or self.unmarked or self.usable * 2 < self.records:
            return False
        if self.is_table or self.columns_vary:
            # whoever writes our own column names fills as few of them as there is to fill
            return self.share >= KNOWN_SHARE
        if self.used_share >= NEARLY_ALL and self.used >= USED_FIELDS:
            return True
        return self.share >= KNOWN_SHARE and self.used_share >= USED_SHARE

    @property
    def rank(self) -> tuple[bool, Fraction, bool, int, bool, bool]:
        """Sorts the better layout last: what fits, then the share and number of known fields, a layout of a vendor.

        One that knows all of its fields by name goes before one that takes a damaged one for its own.
        """
        return (
            self.fits,
            self.share,
            not self.taken,
            len(self.known),
            not self.is_generic,
            not self.is_table,
        )


@dataclass(frozen=True)
class Detected:
    """What one file may be, the likeliest first, and what it nearly is; ``declined`` says why no layout fits.

    ``sheet`` is the name of the sheet where the file is a spreadsheet.
    """

    candidates: tuple[Candidate, ...]
    near: tuple[Candidate, ...]
    declined: str = ""
    #: whether the file is known for what it is, and nothing can be taken from it
    is_known: bool = False
    sheet: str = ""


@dataclass(frozen=True)
class KnownLayout:
    """A layout, or the column names of a table, planned and ready to be tried on any file.

    ``stated`` is the same with the currency stated, where amounts may all be in one.
    """

    settings: SourceSettings
    plan: Plan
    stated: "KnownLayout | None" = None


def known_layouts(layouts: Path) -> tuple[KnownLayout, ...]:
    """Return every layout in ``layouts``, and every table under its own column names."""
    return tuple(
        [_planned(layouts, mapping=name) for name in mapping.names(layouts)]
        + [_planned(layouts, table=name) for name in TABLES if name != "partner"]
    )


def _planned(layouts: Path, **what: str) -> KnownLayout:
    # the path is any, and layouts without sides pass the side over
    asked = mapping.load(layouts, what["mapping"]).ask if "mapping" in what else {}
    settings = SourceSettings(
        path="*",
        side="payable",
        as_of=ANY_MOMENT,
        constants=dict.fromkeys(asked, ANY_TEXT),
        **what,
    )
    no_changes: dict[str, tuple[Segment, ...]] = {}
    plan = plan_source(settings, layouts, no_changes, for_detection=True)
    if not _currency_fields(plan):
        return KnownLayout(settings, plan)
    constants = {**settings.constants, "currency": ANY_CURRENCY}
    stated = settings.model_copy(update={"constants": constants})
    return KnownLayout(settings, plan, KnownLayout(stated, plan_source(stated, layouts, no_changes)))


def detect_all(path: Path, layouts: Sequence[KnownLayout], warehouse: Warehouse) -> tuple[Detected, ...]:
    """Try every layout of a file's format on its header and first records; of a spreadsheet, on each sheet that holds something."""
    file = SourceFile(path, path.name, "")
    try:
        with files.unpacking(file):
            wanted = formats.of(path)
        if wanted != "csv" or not spreadsheets.is_spreadsheet(path):
            return (_detect(file, wanted, layouts, warehouse),)
        sheets = spreadsheets.read_sheets(file, warehouse.staging)
    except SourceError as error:
        return (Detected((), (), error.problem),)
    if not sheets:
        return (Detected((), (), "No sheet of the spreadsheet holds anything."),)
    return tuple(
        Detected((), (), one.problem, sheet=one.name)
        if one.problem
        else replace(_detect(spreadsheets.as_file(file, one), wanted, layouts, warehouse), sheet=one.name)
        for one in sheets
    )


def _detect(
    file: SourceFile, wanted: Format, layouts: Sequence[KnownLayout], warehouse: Warehouse
) -> Detected:
    tried: list[Candidate] = []
    refusals: list[str] = []
    for known in layouts:
        if known.plan.layout.format != wanted:
            continue
        try:
            tried.append(_try(file, known, warehouse))
        except SourceError as error:
            refusals.append(error.problem)
    ranked = sorted(tried, key=lambda one: (one.rank, one.name), reverse=True)
    if ranked and ranked[0].fits and ranked[0].supplies_nothing:
        return Detected((), (), f"It holds {ranked[0].title}: {ranked[0].supplies_nothing}", is_known=True)
    ranked = [one for one in ranked if not one.supplies_nothing]
    return Detected(
        tuple(one for one in ranked if one.fits),
        tuple(one for one in ranked if not one.fits and one.share >= KNOWN_SHARE),
        NOTHING_NEAR if ranked else refusals[0],
    )


def _try(file: SourceFile, tried: KnownLayout, warehouse: Warehouse) -> Candidate:
    plan = tried.plan
    warehouse.execute(stage_ddl(plan, STAGE))
    try:
        staged = read(Stage(warehouse, STAGE, plan, tried.settings, limit=TRIED_RECORDS), file, 0)
        seen, known, unknown = staged.records, staged.reading.known, staged.reading.unknown
        # a time that only lacks its zone is one
        naive = f"rule IN ({', '.join(map(str, (0, *plan.naive_faults)))})"
        usable, local = warehouse.row(
            f"SELECT count(CASE WHEN rule IS NULL OR {naive} THEN 1 END), count(CASE WHEN {naive} THEN 1 END) FROM {STAGE}"
        )
        named = vendors.in_stage(warehouse, plan, STAGE, TRIED_RECORDS) if plan.vendor_fields else ()
        vendor_field = vendors.field_of(plan, staged.reading) if plan.vendor_fields else ""
        lacking: tuple[str, ...] = ()
        asked, taken = staged.reading.asked, staged.reading.taken
    except LackingFieldsError as error:
        seen, known, unknown, lacking, usable = 0, error.known, error.unknown, error.lacking, 0
        named, vendor_field = (), ""
        local, asked, taken = 0, (), None
    finally:
        warehouse.execute(f"DROP TABLE {STAGE}")
    lacks_currency = bool(lacking) and set(lacking) <= _currency_fields(plan)
    if tried.stated and (lacks_currency or (usable < seen and _may_state_currency(plan))):
        with_currency = _try(file, tried.stated, warehouse)
        if lacks_currency or with_currency.usable > usable:
            return with_currency
    layout = plan.layout
    spelt = {normal(name) for name in (*known, *([taken.field] if taken else []))}
    fields = layout.unused if layout.supplies_nothing else plan.fields
    found = {field for field in fields if spelt & layout.spellings(top_name(field))}
    missed = set(fields) - found if layout.supplies_nothing else _missed(plan, found)
    return Candidate(
        name=layout.id,
        title=layout.title,
        is_table=bool(tried.settings.table),
        columns_vary=layout.columns_vary or layout.is_generic,
        is_generic=layout.is_generic,
        certainty=layout.certainty,
        known=known,
        unknown=unknown,
        lacking=lacking,
        unmarked=tuple(field for field in layout.known_by if not spelt & layout.spellings(field)),
        used=len(found),
        uses=len(found | missed),
        records=seen,
        usable=usable,
        # records that show no time do not tell either
        needs_timezone=layout.time == "local" and (local > 0 or not usable),
        needs_side=layout.has_sides,
        vendor_field=vendor_field,
        vendors=tuple(named),
        needs_currency="currency" in tried.settings.constants,
        needs_stated=(*layout.ask.items(), *([(layout.snapshot, MOMENT)] if layout.snapshot else [])),
        supplies_nothing=layout.supplies_nothing,
        asked=asked,
        taken=taken,
    )


def _may_state_currency(plan: Plan) -> bool:
    """Whether the source may state the currency of records that name none."""
    return any(staged.column.name == "currency" and staged.source.or_stated for staged in plan.columns)


def _missed(plan: Plan, found: set[str]) -> set[str]:
    """Return the absent fields that are missed: of alternatives the first, and of a test those without which it cannot hold."""
    missed = {name for staged in plan.columns for name in staged.source.lacking(found)}
    for staged in plan.tables:
        only_where, latest_by = staged.mapping.only_where, staged.mapping.latest_by
        if only_where and not only_where.can_hold(found):
            missed |= set(only_where.fields) - found
        if found.isdisjoint(latest_by):
            missed |= set(latest_by[:1])
    return missed


def _currency_fields(plan: Plan) -> set[str]:
    """Return the fields that hold currencies: where there are none, all amounts may be in one."""
    return {
        name for staged in plan.columns if staged.column.name == "currency" for name in staged.source.fields
    }
