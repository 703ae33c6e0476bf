"""What a file of a folder is found to be: an export whose layout is known, or one that is left aside."""

from dataclasses import dataclass
from pathlib import Path

from cspaudit.initialise.scan import PassedOver, shown

#: the two sides of a ledger, and how the tables of each begin
SIDES = {"payable": "supplier_", "receivable": "customer_"}


@dataclass(frozen=True)
class Export:
    """One file, or one sheet of a workbook, whose layout is known; ``path`` is relative to the folder.

    ``settings`` are keys of its source beside path and layout. ``asks`` are what the file itself does not tell:
    ``timezone``, ``side``, ``currency``, ``decimal``, ``date-order``, ``vendor``: which of ``vendors`` is the supplier. ``stated`` are columns that no field holds, each with what it is; a snapshot
    does not tell when it was taken.
    """

    path: Path
    layout: str
    is_table: bool
    title: str
    tables: tuple[str, ...]
    last_wins: bool = False
    sheet: str = ""
    settings: tuple[tuple[str, object], ...] = ()
    asks: tuple[str, ...] = ()
    #: the field that names the vendors of a supplier's ledger, and those of its first records
    vendor_field: str = ""
    vendors: tuple[str, ...] = ()
    stated: tuple[tuple[str, str], ...] = ()
    is_snapshot: bool = False
    notes: tuple[str, ...] = ()

    @property
    def what(self) -> tuple[str, str]:
        """The key of the engagement that names the layout, and its value."""
        return ("table" if self.is_table else "mapping"), self.layout

    def named(self) -> str:
        """The file, and the sheet where it has several, for a line of text."""
        return f"{shown(self.path)}, sheet {self.sheet}" if self.sheet else shown(self.path)

    def table_on(self, side: str) -> str:
        """Return the table that the export fills where its records stand on ``side`` of the ledger."""
        return f"{SIDES[side]}{self.layout.partition('_')[2]}"


@dataclass(frozen=True)
class Declined:
    """A file that no layout fits, and why, as a sentence."""

    path: Path
    reason: str


#: files that are not read, for whatever reason
LeftAside = Declined | PassedOver
