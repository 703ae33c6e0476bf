"""Worked cases of a check: the rows given, and every row that the check must return for them."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from cspaudit.errors import CheckError, CspAuditError, near
from cspaudit.evaluation.bounds import edge
from cspaudit.evaluation.front_matter import typed
from cspaudit.evaluation.guard import check_sql
from cspaudit.evaluation.judging import COLUMNS, TARGET_SHARE, bindings, bound_to
from cspaudit.model.check import Check, Param
from cspaudit.model.result import Status
from cspaudit.model.tables import TABLES
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: what a case can show
KINDS = ("pass", "fail", "boundary", "missing_evidence", "not_applicable", "not_yet_due", "observation")
DEFAULT_PARTNER = "fabrikam"

GivenRow = dict[str, Any]
Given = dict[str, list[GivenRow]]
#: builds a warehouse from given rows, partners (rows of the table partner, with ``domains``), period and cut-off
Load = Callable[[Given, Sequence[GivenRow], date, date, datetime], Warehouse]

_FABRIKAM: GivenRow = {
    "partner_id": DEFAULT_PARTNER,
    "name": "Fabrikam Cloud GmbH",
    "tier": "direct_bill",
    "timezone": "Europe/Berlin",
    "holidays": "DE-BY",
    "domains": ["fabrikam.example"],
}
_CASE_KEYS = ("name", "covers", "params", "given", "expect", "partner", "start", "end", "as_of")
_DEFAULT_KEYS = ("params", "given", "partner", "start", "end", "as_of")
_EXPECTED_KEYS = (*COLUMNS, TARGET_SHARE)


@dataclass(frozen=True)
class Case:
    """One worked case; ``expect`` holds, for each row the check returns, the values to compare (None: empty)."""

    name: str
    covers: tuple[str, ...]
    start: date
    end: date
    as_of: datetime
    partners: tuple[GivenRow, ...]
    given: Given
    params: Mapping[str, object]
    expect: tuple[GivenRow, ...]


@dataclass(frozen=True)
class CaseResult:
    """How one case came out; no problems: as expected."""

    name: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseReport:
    """How all cases of a check came out."""

    check_id: str
    results: tuple[CaseResult, ...] = field(default_factory=tuple)

    @property
    def passed(self) -> bool:
        """Whether every case came out as expected; False without cases."""
        return bool(self.results) and not any(result.problems for result in self.results)

    @property
    def lines(self) -> tuple[str, ...]:
        """The report for a terminal: a line a case, and below it what differs."""
        lines = []
        for result in self.results:
            lines.append(f"{'failed' if result.problems else 'ok    '}  {self.check_id}: {result.name}")
            lines += [f"          {problem}" for problem in result.problems]
        return tuple(lines)


def load_cases(path: Path) -> tuple[Case, ...]:
    """Read a case file; CheckError names the case and the key that is wrong."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except FileNotFoundError as error:
        raise CheckError("The check has no case file.", where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CheckError(f"The file cannot be read: {error}.", where=str(path)) from error
    _known(content, ("defaults", "case"), str(path))
    defaults = content.get("defaults", {})
    _known(defaults, _DEFAULT_KEYS, f"{path}: defaults")
    cases = tuple(
        _case(entry, defaults, f"{path}: case {entry.get('name', number)!r}")
        for number, entry in enumerate(content.get("case", []), 1)
    )
    if not cases:
        raise CheckError("The file holds no [[case]].", where=str(path))
    return cases


def run_cases(check: Check, cases: Sequence[Case], load: Load) -> CaseReport:
    """Run the check over each case's rows in a warehouse of its own; an error of one case is its problem."""
    try:
        check_sql(check)
    except CheckError as error:
        return CaseReport(check.id, (CaseResult("the rules for a check's SQL", (str(error),)),))
    return CaseReport(check.id, tuple(_run_case(check, case, load) for case in cases))


def _run_case(check: Check, case: Case, load: Load) -> CaseResult:
    try:
        values = values_of(check, case)
        given = {table: [dict(row) for row in rows] for table, rows in case.given.items()}
        partners = [dict(partner) for partner in case.partners]
        with load(given, partners, case.start, case.end, case.as_of) as warehouse:
            bound = bound_to(warehouse, check, values)
            names = warehouse.column_names(check.sql, bound)
            rows = [dict(zip(names, row, strict=True)) for row in warehouse.rows(check.sql, bound)]
    except CspAuditError as error:
        return CaseResult(case.name, (str(error),))
    return CaseResult(case.name, tuple(differences(check, case, rows)))


def differences(check: Check, case: Case, rows: Sequence[GivenRow]) -> list[str]:
    """Return what is wrong with the rows that the check returned for the case; nothing: as expected."""
    problems = []
    found = {(row["partner_id"], row["subject_id"]): row for row in rows}
    expected = {(row["partner_id"], row["subject_id"]): row for row in case.expect}
    if len(found) != len(rows):
        problems.append("a subject is returned more than once")
    if len(expected) != len(case.expect):
        problems.append("a subject is expected more than once")
    problems += [
        f"{_name(key)}: not expected, got {found[key]['status']}"
        for key in sorted(found.keys() - expected.keys())
    ]
    problems += [f"{_name(key)}: expected, not returned" for key in sorted(expected.keys() - found.keys())]
    for key in sorted(found.keys() & expected.keys()):
        row = found[key]
        problems += [
            f"{_name(key)}: {column} should be {wanted!r}, is {row.get(column)!r}"
            for column, wanted in expected[key].items()
            if row.get(column) != wanted
        ]
    for key, row in sorted(found.items()):
        if row["status"] not in list(Status):
            problems.append(f"{_name(key)}: unknown status {row['status']!r}")
        if row["reason"] is None and row["status"] != Status.PASS:
            problems.append(f"{_name(key)}: no reason")
        if row["reason"] is not None and row["reason"] not in check.reasons:
            problems.append(f"{_name(key)}: the reason {row['reason']!r} is not listed")
    return problems


def _name(key: tuple[str, str]) -> str:
    partner_id, subject_id = key
    return subject_id if partner_id == DEFAULT_PARTNER else f"{subject_id} of {partner_id}"


def values_of(check: Check, case: Case) -> dict[str, object]:
    """Return the value of every parameter in the case; CheckError for one that the check does not have."""
    return bindings(
        _with_values(check, case),
        start=edge(case.partners[0]["timezone"], case.start).at,
        end=edge(case.partners[0]["timezone"], case.end).at,
        as_of=case.as_of,
    )


def _with_values(check: Check, case: Case) -> tuple[Param, ...]:
    known = {param.name: param for param in check.params}
    values = []
    for name in case.params:
        if name not in known:
            raise CheckError(f"The check has no parameter {name!r}.", hint=near(name, known))
    for param in check.params:
        value = case.params.get(param.name, param.value)
        try:
            value_typed = None if value is None else typed(param.type, value)
        except ValueError as error:
            raise CheckError(f"{param.name}: {error}.") from error
        values.append(Param(param.name, param.type, value_typed, param.basis, param.one_of))
    return tuple(values)


def _case(entry: Mapping[str, Any], defaults: Mapping[str, Any], where: str) -> Case:
    _known(entry, _CASE_KEYS, where)
    merged = {**defaults, **entry}
    for key in ("name", "start", "end", "as_of"):
        if key not in merged:
            raise CheckError(f"The key {key!r} is missing.", where=where)
    partners = tuple(merged.get("partner", [_FABRIKAM]))
    for partner in partners:
        for key in ("partner_id", "name", "tier", "timezone"):
            if key not in partner:
                raise CheckError(f"The key {key!r} of a partner is missing.", where=where)
    covers = tuple(merged.get("covers", ()))
    for kind in covers:
        if kind not in KINDS:
            raise CheckError(f"covers: {kind!r} is unknown.", where=where, hint=near(kind, KINDS))
    given = {**defaults.get("given", {}), **entry.get("given", {})}
    return Case(
        name=merged["name"],
        covers=covers,
        start=merged["start"],
        end=merged["end"],
        as_of=_naive(merged["as_of"]),
        partners=partners,
        given={table: [_given_row(table, row, where) for row in rows] for table, rows in given.items()},
        params=merged.get("params", {}),
        expect=tuple(_expected_row(row, where) for row in entry.get("expect", [])),
    )


def _given_row(table: str, row: Mapping[str, Any], where: str) -> GivenRow:
    if table not in TABLES:
        raise CheckError(f"given: there is no table {table!r}.", where=where, hint=near(table, TABLES))
    columns = {"partner_id", *TABLES[table].column_names}
    for name in row:
        if name not in columns:
            raise CheckError(
                f"given: the table {table} has no column {name!r}.", where=where, hint=near(name, columns)
            )
    return {"partner_id": DEFAULT_PARTNER} | {name: _naive(value) for name, value in row.items()}


def _expected_row(row: Mapping[str, Any], where: str) -> GivenRow:
    _known(row, _EXPECTED_KEYS, f"{where}: expect")
    for key in ("subject_id", "status"):
        if key not in row:
            raise CheckError(f"expect: the key {key!r} is missing.", where=where)
    values = {name: None if value == "" else _naive(value) for name, value in row.items()}
    return {"partner_id": DEFAULT_PARTNER} | values


def _naive(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def _known(content: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
    for key in content:
        if key not in keys:
            raise CheckError(f"The key {key!r} is unknown.", where=where, hint=near(key, keys))
