"""Rows of canonical tables as plain values: what one invented partner's exports hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from random import Random

from tests.faults.generator.clock import Clock

Cell = str | bool | int | Decimal | date | datetime | None


@dataclass(eq=False)
class Record:
    """One record of one table. Two records are the same only if they are one: a file may hold equal ones."""

    table: str
    cells: dict[str, Cell]

    def __getitem__(self, column: str) -> Cell:
        return self.cells.get(column)

    def __setitem__(self, column: str, cell: Cell) -> None:
        self.cells[column] = cell

    def text(self, column: str) -> str:
        """A cell that is text and filled."""
        cell = self.cells[column]
        assert isinstance(cell, str), f"{self.table}.{column} holds {cell!r}"
        return cell

    def instant(self, column: str) -> datetime:
        """A cell that is an instant and filled."""
        cell = self.cells[column]
        assert isinstance(cell, datetime), f"{self.table}.{column} holds {cell!r}"
        return cell

    def day(self, column: str) -> date:
        """A cell that is a day and filled."""
        cell = self.cells[column]
        assert isinstance(cell, date), f"{self.table}.{column} holds {cell!r}"
        return cell

    def money(self, column: str) -> Decimal:
        """A cell that is an amount and filled."""
        cell = self.cells[column]
        assert isinstance(cell, Decimal), f"{self.table}.{column} holds {cell!r}"
        return cell


@dataclass(frozen=True)
class Partner:
    """Whose exports they are."""

    id: str
    tier: str = "direct_bill"
    zone: str = "Europe/Berlin"
    cloud: str = "global"
    holidays: str = "DE-BY"
    provider_id: str = ""
    #: service hours of all its support terms, where they are not the usual ones
    hours: str = ""

    @property
    def domain(self) -> str:
        """The domain the partner writes from. All invented partners have the same, so that mixing them up would show."""
        return "tailspin.example"


@dataclass
class World:
    """One partner with all its records, and what the audit sets for its checks alone."""

    partner: Partner
    rng: Random
    tables: dict[str, list[Record]] = field(default_factory=dict)
    settings: dict[str, dict[str, Cell]] = field(default_factory=dict)
    #: records that a fault finds by the part they play
    known: dict[str, Record] = field(default_factory=dict)
    _numbers: dict[str, int] = field(default_factory=dict)

    @property
    def clock(self) -> Clock:
        """The partner's wall clock."""
        return Clock(self.partner.zone)

    def add(self, table: str, **cells: Cell) -> Record:
        """Add a record and return it."""
        record = Record(table, cells)
        self.tables.setdefault(table, []).append(record)
        return record

    def number(self, prefix: str) -> str:
        """The next id that begins with ``prefix``."""
        self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}{self._numbers[prefix]:05d}"

    def all(self, table: str, **cells: Cell) -> list[Record]:
        """The records whose cells are these."""
        return [
            record
            for record in self.tables.get(table, [])
            if all(record[column] == cell for column, cell in cells.items())
        ]

    def one(self, table: str, **cells: Cell) -> Record:
        """The one record whose cells are these."""
        found = self.all(table, **cells)
        assert len(found) == 1, f"{len(found)} records of {table} have {cells}"
        return found[0]

    def any(self, table: str, **cells: Cell) -> Record:
        """A random record whose cells are these."""
        return self.rng.choice(self.all(table, **cells))

    def remove(self, *records: Record) -> None:
        """Take records out."""
        for record in records:
            self.tables[record.table].remove(record)

    def records(self) -> Iterator[Record]:
        """Every record, table by table."""
        for records in self.tables.values():
            yield from records
