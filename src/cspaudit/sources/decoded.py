"""What a decoder makes of a file that is neither CSV nor JSON: the texts of its records under fixed field names."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Refused:
    """A record that cannot be read: why, as the end of a sentence about it, and what it says."""

    reason: str
    value: str


#: the texts of one record, one a field; None: the record does not have it
Record = tuple[str | None, ...]


@dataclass(frozen=True)
class Decoded:
    """The records of a file, in its order.

    ``told`` are sentences for the report: what was assumed and what is odd. It may grow while ``records`` runs and
    is read after.
    """

    fields: tuple[str, ...]
    records: Iterator[Record | Refused]
    told: list[str] = field(default_factory=list)
