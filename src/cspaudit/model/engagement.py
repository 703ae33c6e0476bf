"""The engagement: what is audited, as ``cspaudit.toml`` states it, checked key by key."""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from cspaudit.errors import EngagementError, near
from cspaudit.model.attestations import AnswerFile, read_answers
from cspaudit.model.period import parse_period
from cspaudit.model.tables import TABLES
from cspaudit.model.zones import check_zone

FILE_NAME = "cspaudit.toml"
#: the first day that any table can hold: domains listed under a partner are valid from then on
ALWAYS = date(1, 1, 1)
#: filled from the engagement itself, never from an export
PARTNER_TABLE = "partner"
#: columns of a list of partners that hold several values, comma-separated
LISTS = frozenset({"domains", "company_days"})


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


def _offset_required(value: object) -> object:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    message = "write a day and time with its offset, such as 2026-10-15T00:00:00Z"
    raise ValueError(message)


def _several(value: object) -> object:
    return (value,) if isinstance(value, str) else value


#: one text or a list of them
Texts = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]
UtcInstant = Annotated[datetime, BeforeValidator(_offset_required)]


class CheckSettings(BaseModel):
    """What the engagement sets for one check: parameters and allowances, with the reason."""

    model_config = ConfigDict(extra="allow", frozen=True)

    because: str = ""
    allowed_failures: int = Field(default=0, ge=0)
    allowed_share: Decimal = Field(default=Decimal(0), ge=0, le=1)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters set, by name."""
        return dict(self.__pydantic_extra__ or {})

    @model_validator(mode="after")
    def _reason_given(self) -> Self:
        if not self.because.strip() and self.model_fields_set | set(self.params) != {"because"}:
            message = 'an override needs its reason: add because = "…"'
            raise ValueError(message)
        return self


class WordingSettings(_Part):
    """The first day of a wording whose start no document gives, with the reason."""

    start: date
    because: str = Field(min_length=1)


class PartnerSettings(_Part):
    """One partner to audit."""

    id: str = Field(min_length=1)
    name: str = Field(min_length=1)
    tier: Literal["direct_bill", "indirect_provider", "indirect_reseller"]
    timezone: str
    cloud: Literal["global", "us_gov", "21vianet"] = "global"
    holidays: str = ""
    company_days: tuple[date, ...] = ()
    provider_id: str = ""
    domains: tuple[str, ...] = ()
    #: names under which the supplier stands on the partner's bank statements, beside Microsoft's own
    suppliers: tuple[str, ...] = ()
    checks: dict[str, CheckSettings] = Field(default_factory=dict)


class SourceSettings(_Part):
    """One export, or several of the same layout."""

    path: str = Field(min_length=1)
    id: str = ""
    mapping: str = ""
    table: str = ""
    #: which sheet of a spreadsheet is read
    sheet: str = ""
    partner: str = ""
    timezone: str = ""
    as_of: UtcInstant | None = None
    covers: tuple[date, date] | None = None
    encoding: str = ""
    delimiter: str = ""
    decimal: Literal["", ".", ","] = ""
    date_format: str | tuple[str, ...] = ()
    #: in days such as 3/4/2026: which number is the day, which the month and which the year
    date_order: Literal["", "dmy", "mdy", "ymd"] = ""
    columns: dict[str, str] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    nulls: tuple[str, ...] = ()
    side: Literal["", "payable", "receivable"] = ""
    only: dict[str, Texts] = Field(default_factory=dict)
    constants: dict[str, str | int | bool | Decimal | date] = Field(default_factory=dict)

    @property
    def source_id(self) -> str:
        """The id as given, else the path as written."""
        return self.id or self.path

    @property
    def date_formats(self) -> tuple[str, ...]:
        """The declared date formats, in the order they are tried."""
        return (self.date_format,) if isinstance(self.date_format, str) else self.date_format

    @model_validator(mode="after")
    def _one_layout(self) -> Self:
        if bool(self.mapping) == bool(self.table):
            message = 'say what the export is: either mapping = "…" or table = "…"'
            raise ValueError(message)
        if self.covers and self.covers[0] >= self.covers[1]:
            message = "covers = [start, end]: the end must be after the start"
            raise ValueError(message)
        return self


class GateSettings(_Part):
    """What makes the exit code."""

    fail_on: Literal["not_met", "undetermined", "regression", "never"] = "not_met"
    strengths: tuple[Literal["must", "should"], ...] = ("must", "should")


class _Header(_Part):
    title: str = Field(min_length=1)
    as_of: UtcInstant
    period: str = ""
    start: date | None = None
    end: date | None = None
    partners: str = ""
    rules_as_of: date | None = None

    @model_validator(mode="after")
    def _one_period(self) -> Self:
        if bool(self.period) == bool(self.start or self.end) or (bool(self.start) != bool(self.end)):
            message = 'give either period = "2026-Q3", or both start and end'
            raise ValueError(message)
        if self.start and self.end and self.start >= self.end:
            message = "the end must be after the start (the end day itself is not part of the period)"
            raise ValueError(message)
        if self.period:
            parse_period(self.period)
        return self


class _File(_Part):
    engagement: _Header
    partner: tuple[PartnerSettings, ...] = ()
    source: tuple[SourceSettings, ...] = ()
    data: dict[str, tuple[dict[str, Any], ...]] = Field(default_factory=dict)
    checks: dict[str, CheckSettings] = Field(default_factory=dict)
    wordings: dict[str, WordingSettings] = Field(default_factory=dict)
    gate: GateSettings = GateSettings()


class Engagement(_Part):
    """What is audited. ``start`` (in) and ``end`` (out) are local days, ``as_of`` is naive UTC."""

    title: str
    start: date
    end: date
    as_of: datetime
    folder: Path
    partners: tuple[PartnerSettings, ...]
    sources: tuple[SourceSettings, ...]
    data: dict[str, tuple[dict[str, Any], ...]]
    checks: dict[str, CheckSettings]
    wordings: dict[str, WordingSettings]
    gate: GateSettings
    rules_as_of: date | None = None
    #: signed answers that lie beside the engagement file
    answers: tuple[AnswerFile, ...] = ()


def find(path: Path) -> Path:
    """Return the engagement file at ``path``, a file or a folder holding one."""
    file = path / FILE_NAME if path.is_dir() else path
    if not file.is_file():
        raise EngagementError(
            f"There is no {FILE_NAME} here." if path.is_dir() else "There is no such file.",
            where=str(path),
            hint=f"Name a folder that holds a {FILE_NAME}, or try `cspaudit demo` to see one.",
        )
    return file


def load(path: Path) -> Engagement:
    """Read the engagement at ``path`` (file or folder); EngagementError names the key that is wrong."""
    file = find(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise EngagementError(
            "The file is not UTF-8 text.", where=str(file), hint="Save it as UTF-8."
        ) from error
    try:
        content = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise EngagementError(
            f"The file is not valid TOML: {error}.",
            where=str(file),
            hint="Check quotes and brackets on that line.",
        ) from error
    engagement = parse(content, folder=file.parent, where=str(file))
    return engagement.model_copy(update={"answers": read_answers(file.parent)})


def parse(content: Mapping[str, Any], *, folder: Path, where: str) -> Engagement:
    """Return the engagement that ``content`` states; EngagementError names the key that is wrong."""
    try:
        file = _File.model_validate(content)
    except ValidationError as error:
        raise _explain(error, where) from error
    header = file.engagement
    period = parse_period(header.period) if header.period else None
    start, end = period or (header.start, header.end)
    if start is None or end is None:
        raise EngagementError("The period is missing.", where=f"{where}: engagement")
    partners = file.partner
    if header.partners:
        partners = (*partners, *_partners_from_csv(folder / header.partners))
    engagement = Engagement(
        title=header.title,
        start=start,
        end=end,
        as_of=header.as_of,
        folder=folder,
        partners=partners,
        sources=file.source,
        data=file.data,
        checks=file.checks,
        wordings=file.wordings,
        gate=file.gate,
        rules_as_of=header.rules_as_of,
    )
    _check_across(engagement, where)
    return engagement


def _partners_from_csv(file: Path) -> tuple[PartnerSettings, ...]:
    import csv

    if not file.is_file():
        raise EngagementError("The list of partners is not there.", where=str(file))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    renamed = [
        {("id" if key == "partner_id" else key): value for key, value in row.items() if value} for row in rows
    ]
    for row in renamed:
        for name in LISTS.intersection(row):
            row[name] = [part.strip() for part in row[name].split(",")]
    try:
        return tuple(PartnerSettings.model_validate(row) for row in renamed)
    except ValidationError as error:
        raise _explain(error, str(file)) from error


def _check_across(engagement: Engagement, where: str) -> None:
    """Refuse what only several keys together show to be wrong."""
    if not engagement.partners:
        raise EngagementError("No partner is named.", where=where, hint="Add a [[partner]] table.")
    ids = [partner.id for partner in engagement.partners]
    for partner in engagement.partners:
        if ids.count(partner.id) > 1:
            raise EngagementError(f"The partner id {partner.id!r} is given twice.", where=where)
        check_zone(partner.timezone)
    _check_sources(engagement.sources, ids, where)
    _check_data(engagement.data, where)


def _check_sources(sources: Sequence[SourceSettings], partner_ids: Sequence[str], where: str) -> None:
    for source in sources:
        place = f"{where}: source {source.source_id!r}"
        if source.partner and source.partner not in partner_ids:
            raise EngagementError(
                f"Partner {source.partner!r} is not one of this audit.",
                where=place,
                hint=near(source.partner, partner_ids),
            )
        if source.timezone:
            check_zone(source.timezone)
        if source.table == PARTNER_TABLE:
            raise EngagementError(
                "Partners are no export.",
                where=place,
                hint="Write [[partner]] tables, or partners = under [engagement].",
            )
        if source.table and source.table not in TABLES:
            raise EngagementError(
                f"There is no table {source.table!r}.", where=place, hint=near(source.table, TABLES)
            )
    if len({source.source_id for source in sources}) < len(sources):
        raise EngagementError(
            "Two sources have the same path and no id.", where=where, hint='Give each an id = "…".'
        )


def _check_data(data: Mapping[str, Sequence[Mapping[str, object]]], where: str) -> None:
    for table, rows in data.items():
        if table == PARTNER_TABLE:
            raise EngagementError(
                "Partners are no facts beside the audit.",
                where=f"{where}: data",
                hint="Write [[partner]] tables.",
            )
        if table not in TABLES:
            raise EngagementError(
                f"There is no table {table!r}.", where=f"{where}: data", hint=near(table, TABLES)
            )
        known = {*TABLES[table].column_names, "partner_id"}
        for number, row in enumerate(rows, 1):
            for column in row:
                if column not in known:
                    raise EngagementError(
                        f"The table {table} has no column {column!r}.",
                        where=f"{where}: data.{table}, number {number}",
                        hint=near(column, known),
                    )


def _explain(error: ValidationError, where: str) -> EngagementError:
    """Turn pydantic's first complaint into a sentence that names the key as the file writes it."""
    first = error.errors()[0]
    path = [str(part + 1) if isinstance(part, int) else part for part in first["loc"]]
    place = f"{where}: {'.'.join(path)}" if path else where
    if first["type"] == "extra_forbidden":
        return EngagementError(
            f"The key {path[-1]!r} is unknown.", where=place, hint=near(path[-1], _known_keys(path[:-1]))
        )
    if first["type"] == "missing":
        return EngagementError(f"The key {path[-1]!r} is missing.", where=place)
    message = str(first["msg"]).removeprefix("Value error, ")
    return EngagementError(f"{message[:1].upper()}{message[1:]}.".replace("..", "."), where=place)


def _known_keys(path: list[str]) -> tuple[str, ...]:
    models: dict[str, type[BaseModel]] = {
        "engagement": _Header,
        "partner": PartnerSettings,
        "source": SourceSettings,
        "gate": GateSettings,
        "wordings": WordingSettings,
    }
    model = models.get(path[0], _File) if path else _File
    return tuple(model.model_fields)
