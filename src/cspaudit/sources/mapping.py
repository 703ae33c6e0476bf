"""An export layout: which field of an export fills which canonical column, read from ``mappings/*.toml``."""

import difflib
import tomllib
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from cspaudit.errors import EngagementError
from cspaudit.model.table import Table
from cspaudit.model.tables import TABLES

#: what can be derived from addresses once all sources are loaded
Derivation = Literal["direction", "customer_by_domain"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnSource(_Part):
    """Where one canonical column comes from: a field, fields joined, a constant, or a derivation."""

    field: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    #: what a value that ``values`` does not list becomes; empty: it stays as it is
    other: str = ""
    constant: str = ""
    join: tuple[str, ...] = ()
    derive: Derivation | None = None
    date_formats: tuple[str, ...] = ()
    absolute: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The export's fields that this column reads; ``#record`` is the record's own number."""
        return tuple(name for name in (self.field, *self.join) if name and name != "#record")


class Condition(_Part):
    """Which records feed a table: those where ``field`` is filled, or has one of the values."""

    field: str
    one_of: tuple[str, ...] = ()


class TableMapping(_Part):
    """How one canonical table is filled; with ``one_per`` the last record of each value of that field wins."""

    name: str = ""
    sides: dict[Literal["payable", "receivable"], str] = Field(default_factory=dict)
    one_per: str = ""
    latest_by: str = ""
    only_where: Condition | None = None
    columns: dict[str, ColumnSource]

    def table(self, side: str) -> Table:
        """Return the canonical table for ``side`` (empty where the layout has none)."""
        return TABLES[self.sides[side] if self.sides else self.name]  # type: ignore[index]  # side was checked


class Mapping(_Part):
    """One export layout."""

    id: str = ""
    title: str
    checked_against: str
    format: Literal["csv", "json"]
    records: str = ""
    nested: str = ""
    time: Literal["utc", "local"]
    delimiter: str = ""
    date_formats: tuple[str, ...] = ()
    nulls: tuple[str, ...] = ()
    #: fields that the layout is known to have and that no column uses
    unused: tuple[str, ...] = ()
    lists: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    table: tuple[TableMapping, ...]

    @model_validator(mode="before")
    @classmethod
    def _short_columns(cls, content: object) -> object:
        """Let a column be written as the bare name of its field."""
        if isinstance(content, dict):
            for table in content.get("table", ()):
                table["columns"] = {
                    column: {"field": value} if isinstance(value, str) else value
                    for column, value in table.get("columns", {}).items()
                }
        return content

    @model_validator(mode="after")
    def _known_columns(self) -> Self:
        for mapped in self.table:
            for name in (mapped.name, *mapped.sides.values()):
                if name and name not in TABLES:
                    message = f"there is no table {name!r}"
                    raise ValueError(message)
            table = TABLES[mapped.name or next(iter(mapped.sides.values()))]
            unknown = set(mapped.columns) - set(table.column_names)
            if unknown:
                message = f"the table {table.name} has no column {min(unknown)!r}"
                raise ValueError(message)
        return self

    @property
    def has_sides(self) -> bool:
        """Whether the source must say which side of the ledger the export shows."""
        return any(mapped.sides for mapped in self.table)


def names(folder: Path) -> tuple[str, ...]:
    """Return the ids of the layouts in ``folder``, sorted."""
    return tuple(sorted(file.stem for file in folder.glob("*.toml")))


def load(folder: Path, mapping_id: str) -> Mapping:
    """Read a layout; EngagementError where there is none of this name or its file is wrong."""
    file = folder / f"{mapping_id}.toml"
    if not file.is_file():
        known = names(folder)
        close = difflib.get_close_matches(mapping_id, known, n=1)
        raise EngagementError(
            f"There is no export layout {mapping_id!r}.",
            hint=f"Did you mean {close[0]!r}?" if close else f"Known: {', '.join(known)}.",
        )
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        return Mapping.model_validate({"id": mapping_id, **content})
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise EngagementError(f"The export layout is wrong: {error}", where=file.name) from error


def canonical(table: Table) -> Mapping:
    """Return the layout of a file whose header is the column names of ``table``; unnamed columns stay empty."""
    columns = {column.name: {"field": column.name} for column in table.columns}
    return Mapping.model_validate(
        {
            "id": table.name,
            "title": f"table {table.name}",
            "checked_against": "the table's own definition",
            "format": "csv",
            "time": "utc",
            "table": [{"name": table.name, "columns": columns}],
        }
    )
