"""What a check's leading comment and an obligations.toml may say, key by key."""

import re
import string
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from cspaudit.errors import CheckError, near
from cspaudit.model.check import Check, Need, Param, ParamType, ParamValue
from cspaudit.model.obligation import Citation, EndBasis, Kind, Obligation, StartBasis, Strength, Way
from cspaudit.model.result import RUNNER_REASONS
from cspaudit.model.tables import TABLES
from cspaudit.model.vocabulary import CLOUDS, TIERS
from cspaudit.model.wording import WORDINGS

#: tables that the loader derives: usable where ``reads`` lists them
HELPER_TABLES = frozenset({"calendar_of", "business_calendar", "local_slot"})
#: parameters that every check may use: the period's bounds in UTC and the cut-off
GIVEN_PARAMS = frozenset({"start", "end", "as_of"})

_NEED = re.compile(r"(?P<table>[a-z_]+)(\.(?P<column>[a-z0-9_]+)(=(?P<values>[a-z0-9_]+(\|[a-z0-9_]+)*))?)?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")

Text = Annotated[str, Field(min_length=1)]


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Words = Annotated[tuple[Text, ...], BeforeValidator(_tuple)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Param(_Part):
    value: bool | int | Decimal | str | date | None = None
    type: ParamType | None = None
    basis: Text
    one_of: Words = ()


class _FrontMatter(_Part):
    title: Text
    obligation: Text
    version: Annotated[int, Field(ge=1)]
    subject: Text
    other_subject: str = ""
    notes_only: bool = False
    needs: Annotated[Words, Field(min_length=1)]
    reads: Words = ()
    uses: Words = ()
    unit: str = ""
    rationale: Text
    blind_spot: Text
    remedy: Text
    aliases: Words = ()
    lookback_months: Annotated[int, Field(ge=0)] = 0
    params: dict[str, _Param] = Field(default_factory=dict)
    reasons: dict[str, Text] = Field(default_factory=dict)


class _Citation(_Part):
    document: Text
    language: Text
    dated: Text
    clause: str = ""


class _Obligation(_Part):
    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*$")]
    title: Text
    kind: Kind
    strength: Strength
    basis: Literal["text", "derived"]
    statement: Text
    in_force_from: date | None = None
    start_basis: StartBasis
    in_force_to: date | None = None
    end_basis: EndBasis | None = None
    judged_by: Annotated[tuple[Way, ...], BeforeValidator(_tuple), Field(min_length=1)] = ("check",)
    part_of: str = ""
    condition_of: str = ""
    derived_from: Words = ()
    wording: str = ""
    tiers: Words = ()
    clouds: Words = ()
    note: str = ""
    citation: Annotated[tuple[_Citation, ...], BeforeValidator(_tuple)] = ()


def read_check(content: Mapping[str, object], *, id_: str, family: str, sql: str, where: str) -> Check:
    """Return the check whose leading comment says ``content``; CheckError names the key that is wrong."""
    try:
        stated = _FrontMatter.model_validate(content)
    except ValidationError as error:
        raise explain(error, where, _FrontMatter) from error
    for key, table in (("subject", stated.subject), ("other_subject", stated.other_subject)):
        if table and table not in TABLES:
            raise CheckError(f"{key}: there is no table {table!r}.", where=where, hint=near(table, TABLES))
    test_tables(stated.reads, where)
    for code, text in stated.reasons.items():
        _test_reason(code, text, where)
    return Check(
        id=id_,
        family=family,
        title=stated.title,
        obligation=stated.obligation,
        version=stated.version,
        subject=stated.subject,
        other_subject=stated.other_subject,
        notes_only=stated.notes_only,
        needs=tuple(_need(text, where) for text in stated.needs),
        reads=stated.reads,
        uses=stated.uses,
        unit=stated.unit,
        rationale=stated.rationale,
        blind_spot=stated.blind_spot,
        remedy=stated.remedy,
        sql=sql,
        params=tuple(_param(name, param, where) for name, param in stated.params.items()),
        reasons=dict(stated.reasons),
        aliases=stated.aliases,
        lookback_months=stated.lookback_months,
        path=where,
    )


def test_tables(reads: Iterable[str], where: str) -> None:
    """Raise CheckError for a name that is no table a check may read."""
    for table in reads:
        if table not in TABLES and table not in HELPER_TABLES:
            raise CheckError(
                f"reads: there is no table {table!r}.",
                where=where,
                hint=near(table, {*TABLES, *HELPER_TABLES}),
            )


def read_obligation(content: object, *, family: str, where: str) -> Obligation:
    """Return the obligation that one ``[[obligation]]`` states; CheckError names the key that is wrong."""
    try:
        stated = _Obligation.model_validate(content)
    except ValidationError as error:
        raise explain(error, where, _Obligation) from error
    for key, words, known in (("tiers", stated.tiers, TIERS), ("clouds", stated.clouds, CLOUDS)):
        for word in words:
            if word not in known.split():
                raise CheckError(
                    f"{key}: {word!r} is unknown.", where=where, hint=f"Known: {', '.join(known.split())}."
                )
    if stated.wording and stated.wording not in WORDINGS:
        raise CheckError(
            f"wording: {stated.wording!r} is unknown.", where=where, hint=f"Known: {', '.join(WORDINGS)}."
        )
    if stated.start_basis != "unknown" and stated.in_force_from is None:
        raise CheckError(
            "in_force_from is missing.", where=where, hint='Give the day, or start_basis = "unknown".'
        )
    if stated.in_force_from and stated.in_force_to and stated.in_force_to < stated.in_force_from:
        raise CheckError("in_force_to is before in_force_from.", where=where)
    if not stated.citation and stated.kind != "own_promise":
        raise CheckError("There is no [[obligation.citation]].", where=where)
    facts = stated.model_dump(exclude={"citation", "end_basis"})
    end_basis = stated.end_basis or ("known" if stated.in_force_to else "open")
    if (end_basis == "known") != (stated.in_force_to is not None):
        raise CheckError(
            f'end_basis = "{end_basis}" does not fit in_force_to.',
            where=where,
            hint='A last day is "known"; without one the end is "open" or "unknown".',
        )
    citations = tuple(Citation(**citation.model_dump()) for citation in stated.citation)
    return Obligation(**facts, end_basis=end_basis, family=family, citations=citations)


def typed(type_: ParamType, value: object) -> ParamValue:
    """Return ``value`` as a parameter of ``type_`` is bound; ValueError where it is of another type.

    A whole number serves as a decimal; no other type stands in for another.
    """
    if isinstance(value, bool):
        fits: ParamType | None = "boolean"
    elif isinstance(value, int):
        fits = "decimal" if type_ == "decimal" else "integer"
    elif isinstance(value, Decimal):
        fits = "decimal"
    elif isinstance(value, str):
        fits = "text"
    else:
        fits = "date" if type(value) is date else None
    if fits != type_:
        raise ValueError(f"{value!r} is no {type_}")
    return Decimal(value) if type_ == "decimal" and isinstance(value, int) else value  # type: ignore[return-value]  # narrowed by fits


def _param(name: str, stated: _Param, where: str) -> Param:
    if not _NAME.fullmatch(name) or name in GIVEN_PARAMS:
        raise CheckError(f"params: {name!r} cannot be a parameter's name.", where=where)
    if stated.value is None and stated.type is None:
        raise CheckError(f"params.{name}: give a value, or a type where there is none.", where=where)
    type_ = stated.type or _type_of(stated.value)
    try:
        value = None if stated.value is None else typed(type_, stated.value)
    except ValueError as error:
        raise CheckError(f"params.{name}: {error}.", where=where) from error
    if stated.one_of and type_ != "text":
        raise CheckError(f"params.{name}: one_of is for texts.", where=where)
    if stated.one_of and value is not None and value not in stated.one_of:
        raise CheckError(f"params.{name}: {value!r} is not in one_of.", where=where)
    return Param(name, type_, value, stated.basis, stated.one_of)


def _type_of(value: object) -> ParamType:
    if isinstance(value, bool):
        return "boolean"
    types: tuple[tuple[type, ParamType], ...] = ((int, "integer"), (Decimal, "decimal"), (str, "text"))
    return next((name for type_, name in types if isinstance(value, type_)), "date")


def _need(text: str, where: str) -> Need:
    found = _NEED.fullmatch(text)
    if not found:
        raise CheckError(
            f"needs: {text!r} cannot be read.",
            where=where,
            hint="Write table, table.column or table.column=value|value.",
        )
    table, column = found["table"], found["column"] or ""
    values = tuple(found["values"].split("|")) if found["values"] else ()
    if table not in TABLES:
        raise CheckError(f"needs: there is no table {table!r}.", where=where, hint=near(table, TABLES))
    if column and column not in TABLES[table].column_names:
        raise CheckError(
            f"needs: the table {table} has no column {column!r}.",
            where=where,
            hint=near(column, TABLES[table].column_names),
        )
    allowed = TABLES[table].column(column).allowed if column else ()
    for value in values:
        if value not in allowed:
            raise CheckError(
                f"needs: {table}.{column} never holds {value!r}.", where=where, hint=near(value, allowed)
            )
    return Need(table, column, values)


def _test_reason(code: str, text: str, where: str) -> None:
    if not _NAME.fullmatch(code) or code in RUNNER_REASONS:
        raise CheckError(f"reasons: {code!r} cannot be a reason's code.", where=where)
    try:
        names = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise CheckError(f"reasons.{code}: a brace is left open.", where=where) from error
    if names - {"observed", "expected"}:
        raise CheckError(f"reasons.{code}: a text may only use {{observed}} and {{expected}}.", where=where)


def explain(error: ValidationError, where: str, model: type[BaseModel]) -> CheckError:
    """Turn the most telling complaint into a sentence that names the key as the file writes it.

    A misspelt key is both unknown and missing: the unknown one tells more.
    """
    complaints = error.errors()
    first = next((each for each in complaints if each["type"] == "extra_forbidden"), complaints[0])
    path = [str(part) for part in first["loc"] if part not in {"bool", "int", "decimal", "str", "date"}]
    key = ".".join(path)
    if first["type"] == "extra_forbidden":
        hint = near(path[-1], tuple(model.model_fields)) if len(path) == 1 else ""
        return CheckError(f"The key {key!r} is unknown.", where=where, hint=hint)
    if first["type"] == "missing":
        return CheckError(f"The key {key!r} is missing.", where=where)
    return CheckError(f"{key}: {first['msg'].removeprefix('Value error, ')}.", where=where)
