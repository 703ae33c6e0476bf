"""A check as its file states it: what it judges, what it needs, its parameters and reasons."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

ParamType = Literal["integer", "decimal", "text", "date", "boolean"]
ParamValue = int | Decimal | str | date | bool | None


@dataclass(frozen=True)
class Param:
    """A parameter: its value (None: none set), its type, and what the value rests on."""

    name: str
    type: ParamType
    value: ParamValue
    basis: str
    one_of: tuple[str, ...] = ()
    #: the engagement's reason, where it set the value
    because: str = ""


@dataclass(frozen=True)
class Need:
    """Evidence without which nothing can be judged: a table, a column with a usable value, or a value."""

    table: str
    column: str = ""
    values: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The need as a check file writes it."""
        written = f"{self.table}.{self.column}" if self.column else self.table
        return f"{written}={'|'.join(self.values)}" if self.values else written


@dataclass(frozen=True)
class Check:
    """One check file: front matter and the SELECT that judges every subject of one population."""

    id: str
    family: str
    title: str
    obligation: str
    version: int
    subject: str
    needs: tuple[Need, ...]
    reads: tuple[str, ...]
    unit: str
    rationale: str
    blind_spot: str
    remedy: str
    sql: str
    params: tuple[Param, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    lookback_months: int = 0
    #: its rows are facts worth showing that neither pass nor fail: they never count, and lack nothing
    notes_only: bool = False
    #: a second table whose records are judged beside those of ``subject``
    other_subject: str = ""
    #: the shared parts whose steps stand before the check's own in ``sql``
    uses: tuple[str, ...] = ()
    #: the file it was read from, for messages
    path: str = ""

    @property
    def subjects(self) -> tuple[str, ...]:
        """The tables whose records its rows stand for."""
        return (self.subject, self.other_subject) if self.other_subject else (self.subject,)

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table the check may touch, needed ones first."""
        return tuple(dict.fromkeys([*(need.table for need in self.needs), *self.reads]))
