"""Canonical tables as pandera schemas, for the pandas frames that users hand in; imported only when one is there.

Frame and file are judged alike: patterns match the whole value, an empty cell violates nothing but "required", and
the first of several records with one key stays.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import pandera.pandas as pa

from cspaudit.errors import SourceError
from cspaudit.model.table import AtLeast, Column, ColumnType, Needs, Order, Rule, Table

#: the pandas type that each column takes; money and shares are objects that hold Decimal, None takes any
DTYPES: dict[ColumnType, str | None] = {
    "text": None,
    "instant": "datetime64[us]",
    "date": "datetime64[us]",
    "money": "object",
    "share": "object",
    "integer": "Int64",
    "boolean": "boolean",
}


@dataclass(frozen=True)
class RowFault:
    """One rule that one row breaks; ``row`` is its place in the frame, from 0."""

    row: int
    rule: str
    column: str


def schema(table: Table) -> pa.DataFrameSchema:
    """Return the schema of a typed frame of ``table``, keyed by partner_id where the frame has it."""
    return pa.DataFrameSchema(
        columns={column.name: _column(column) for column in table.columns},
        checks=[_rule(rule) for rule in table.rules],
        strict=False,
    )


def texts(table: Table, frame: object) -> dict[str, list[str | None]]:
    """Return the columns of a user's frame as the texts a canonical file would hold, empty cells as None.

    Instants may be aware or naive UTC; amounts any number. Columns the table does not know are left out. Raises
    SourceError where a required column is absent or a column holds another type; a wrong value in one row is no
    error, the loader leaves that record out as it does in a file.
    """
    if not isinstance(frame, pd.DataFrame):
        raise SourceError("This is no pandas frame.", where=f"frames[{table.name!r}]")
    known = [column for column in table.columns if column.name in frame.columns]
    typed = pd.DataFrame({column.name: _typed(column, frame[column.name], table) for column in known})
    faults(table, typed)
    columns = {column.name: [_text(column, value) for value in typed[column.name]] for column in known}
    if "partner_id" in frame.columns:
        columns["partner_id"] = [None if pd.isna(value) else str(value) for value in frame["partner_id"]]
    return columns


def _typed(column: Column, values: "pd.Series[Any]", table: Table) -> "pd.Series[Any]":
    """Return a user's column in the type of ``DTYPES``."""
    plain = values.reset_index(drop=True)
    try:
        match column.type:
            case "instant":
                return _moments(plain)
            case "date":
                return _days(plain)
            case "money" | "share":
                return plain.map(_decimal).astype("object")
            case "integer":
                return plain.astype("Int64")
            case "boolean":
                return plain.astype("boolean")
            case "text":
                return _words(plain)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise SourceError(
            f"Column {column.name!r} of the frame cannot be used as {column.type}: {error}.",
            where=f"frames[{table.name!r}]",
        ) from error


def _moments(values: "pd.Series[Any]") -> "pd.Series[Any]":
    moments = pd.to_datetime(values, utc=True, format="ISO8601").dt.tz_localize(None)
    return moments.dt.floor("s").astype("datetime64[us]")


def _days(values: "pd.Series[Any]") -> "pd.Series[Any]":
    moments = _moments(values)
    if (moments != moments.dt.normalize())[moments.notna()].any():
        message = "a day has no time of day"
        raise ValueError(message)
    return moments


def _words(values: "pd.Series[Any]") -> "pd.Series[Any]":
    if pd.api.types.is_float_dtype(values) and values.notna().any():
        message = "numbers with a point are no text"
        raise ValueError(message)
    return values.map(_word).astype("object")


def _decimal(value: Any) -> Decimal | None:
    return None if pd.isna(value) else Decimal(str(value))


def _word(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)


def _text(column: Column, value: Any) -> str | None:
    if value is None or pd.isna(value):
        return None
    match column.type:
        case "instant":
            return f"{value:%Y-%m-%d %H:%M:%S}"
        case "date":
            return f"{value:%Y-%m-%d}"
        case "boolean":
            return "true" if value else "false"
        case "money" | "share":
            return format(value, "f")
        case _:
            return str(value)


def faults(table: Table, frame: pd.DataFrame) -> list[RowFault]:
    """Return every rule that a row of ``frame`` breaks, by row; a repeated key is a fault of each row but the first.

    ``frame`` holds the columns of ``table`` in their types (see ``DTYPES``); absent optional columns count as empty.
    Raises SourceError where a required column is absent.
    """
    absent = [column.name for column in table.required if column.name not in frame.columns]
    if absent:
        raise SourceError(
            f"The frame lacks {', '.join(repr(name) for name in absent)}.", where=f"frames[{table.name!r}]"
        )
    full = frame.reset_index(drop=True)
    for column in table.columns:
        if column.name not in full.columns:
            full[column.name] = pd.Series([None] * len(full), dtype=DTYPES[column.type] or "object")
    for name, value in table.key_defaults.items():
        full[name] = full[name].fillna(value)
    # a rule across columns fails for every column of its row; it is named by its first
    across = {rule.name: rule.first if isinstance(rule, Order) else rule.column for rule in table.rules}
    found: list[RowFault] = []
    try:
        schema(table).validate(full, lazy=True)
    except pa.errors.SchemaErrors as errors:
        for case in errors.failure_cases.to_dict("records"):
            if pd.isna(case["index"]):
                raise SourceError(
                    f"Column {case['column']!r} of the frame cannot be used: {case['check']}.",
                    where=f"frames[{table.name!r}]",
                ) from errors
            rule = str(case["check"])
            named = across.get(rule) or str(case["column"])
            found.append(RowFault(int(case["index"]), rule.partition("(")[0], named))
    return sorted(
        {*found, *_repeated(table, full, {fault.row for fault in found})}, key=lambda one: (one.row, one.rule)
    )


def _repeated(table: Table, frame: pd.DataFrame, refused: set[int]) -> list[RowFault]:
    """Only records that stand claim their key, so one that is refused for another reason does not."""
    key = [name for name in ("partner_id", *table.key) if name in frame.columns]
    standing = frame.drop(index=sorted(refused))
    again = standing.index[standing.duplicated(subset=key, keep="first")]
    return [RowFault(int(row), "repeated_key", table.key[0]) for row in again]


def _column(column: Column) -> pa.Column:
    checks = []
    if column.allowed:
        checks.append(pa.Check.isin(column.allowed, name="allowed", ignore_na=True))
    if column.pattern:
        # pandera's own str_matches accepts a line end behind the match
        whole = re.compile(column.pattern)
        checks.append(
            pa.Check(
                lambda text: whole.fullmatch(text) is not None,
                element_wise=True,
                name="pattern",
                ignore_na=True,
            )
        )
    return pa.Column(DTYPES[column.type], checks, nullable=not column.required, required=True)


def _rule(rule: Rule) -> pa.Check:
    match rule:
        case Order(first, second):
            return pa.Check(
                lambda frame: ~(frame[first] > frame[second]).fillna(value=False),
                name=rule.name,
                ignore_na=False,
            )
        case Needs(column, other):
            return pa.Check(
                lambda frame: frame[column].isna() | frame[other].notna(), name=rule.name, ignore_na=False
            )
        case AtLeast(column, minimum):
            return pa.Check(
                lambda frame: frame[column].isna() | (frame[column].fillna(minimum) >= minimum),
                name=rule.name,
                ignore_na=False,
            )
