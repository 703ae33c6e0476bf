"""How complete the exports are, as plain values: control totals, cuts, windows, months and numbers without records."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class CutSign(StrEnum):
    """By which limit a number of records is told to be that of a cut export."""

    LAYOUT = "layout"
    SPREADSHEET = "spreadsheet"
    ROUND_NUMBER = "round_number"


@dataclass(frozen=True)
class Cut:
    """A file holds exactly as many records as a limit lets through.

    A round number alone is worth a question, no more: many exports hold 1,000 records by chance.
    """

    limit: int
    sign: CutSign

    @property
    def is_evidence(self) -> bool:
        """Whether records are to be taken for missing."""
        return self.sign is not CutSign.ROUND_NUMBER


@dataclass(frozen=True)
class MoneySum:
    """The sum of one amount column in one currency, over the records that have an amount; "" is no known currency."""

    column: str
    currency: str
    records: int
    total: Decimal


@dataclass(frozen=True)
class ControlTotal:
    """What one file gave one partner's table: the figures to hold against a ledger, a desk or a bank."""

    table: str
    partner_id: str
    records: int
    first_at: datetime | date | None
    last_at: datetime | date | None
    sums: tuple[MoneySum, ...] = ()


@dataclass(frozen=True)
class Window:
    """What a system still held when one of its files was exported: nothing from before ``opens_at``."""

    days: int
    opens_at: datetime


@dataclass(frozen=True)
class ExportCompleteness:
    """What one export lacks for one partner. Months are those of the period, as ``2026-07``.

    ``before``, ``between`` and ``after`` hold no record; ``outside`` begin before the system's window opens and do
    not count, whatever they hold. Months that the partner states to be covered are in none of them.
    """

    source_id: str
    before: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    #: months of the period that the partner states to be covered
    stated: tuple[str, ...] = ()
    #: records left out because their key occurred before
    repeated: int = 0
    #: records that a later one of the same key replaced
    superseded: int = 0


@dataclass(frozen=True)
class NumberSeries:
    """A run of numbered records with numbers missing; ``examples`` are the first of them, or ranges of them."""

    table: str
    column: str
    first: str
    last: str
    present: int
    missing: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Completeness:
    """What is known to be missing from one partner's exports, in the months of the period."""

    months: tuple[str, ...] = ()
    exports: tuple[ExportCompleteness, ...] = ()
    numbers: tuple[NumberSeries, ...] = ()


#: nothing is known to be missing
NOTHING_MISSING = Completeness()
