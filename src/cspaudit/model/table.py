"""The shape of a canonical table: columns, key and rules as plain frozen data."""

from dataclasses import dataclass, field
from typing import Literal

ColumnType = Literal["text", "instant", "date", "money", "share", "integer", "boolean"]

#: SQL type of each column type, the same name on every engine.
SQL_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "instant": "TIMESTAMP",
    "date": "DATE",
    "money": "DECIMAL(19,4)",
    "share": "DECIMAL(5,4)",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True)
class Column:
    """One column; ``allowed`` values and ``pattern`` are tested on the whole value, NULL passes both."""

    name: str
    type: ColumnType = "text"
    required: bool = False
    allowed: tuple[str, ...] = ()
    pattern: str = ""
    pattern_says: str = ""

    @property
    def sql_type(self) -> str:
        """The column's SQL type."""
        return SQL_TYPES[self.type]


@dataclass(frozen=True)
class Order:
    """``first`` may not be after ``second``; a NULL on either side passes."""

    first: str
    second: str

    @property
    def name(self) -> str:
        """The rule's name in rejects and documents."""
        return f"order({self.first}, {self.second})"


@dataclass(frozen=True)
class Needs:
    """Where ``column`` is filled, ``other`` must be filled too."""

    column: str
    other: str

    @property
    def name(self) -> str:
        """The rule's name in rejects and documents."""
        return f"needs({self.column}, {self.other})"


@dataclass(frozen=True)
class AtLeast:
    """``column`` is at least ``minimum``; NULL passes."""

    column: str
    minimum: int

    @property
    def name(self) -> str:
        """The rule's name in rejects and documents."""
        return f"at_least({self.column}, {self.minimum})"


Rule = Order | Needs | AtLeast


@dataclass(frozen=True)
class Table:
    """One canonical table. ``key`` holds within a partner; ``dated_by`` is the column its months count by."""

    name: str
    purpose: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()
    dated_by: str = ""
    #: value that a key column takes where the record leaves it empty
    key_defaults: dict[str, str] = field(default_factory=dict)

    def column(self, name: str) -> Column:
        """Return the column called ``name``; KeyError where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of the columns, in their documented order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns without which a record cannot be judged."""
        return tuple(column for column in self.columns if column.required)
