"""Reads a bank's list of movements as CSV without a header, or with one that does not fit the rows.

Which column holds what is told by what stands in it; where that leaves anything open the file is not read.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import files
from cspaudit.sources.decoded import Decoded, Record, Refused
from cspaudit.sources.decoders import bank_rows_columns, statements, text_lines
from cspaudit.sources.decoders.bank_rows_columns import Columns, day, is_money, money
from cspaudit.sources.decoders.statements import Book, Movement, clean
from cspaudit.sources.files import SourceFile
from cspaudit.sources.spelling import normal

DELIMITERS = (";", "\t", "|", ",")
#: as many rows show what the columns hold
SHOWN_ROWS = 200
#: as many rows at the end may hold sums and balances instead
FOOTER_ROWS = 3
#: words that only a bank's header has
HEADER_WORDS = frozenset(
    [
        "buchungsdatum",
        "buchungstag",
        "valutadatum",
        "valuta",
        "wertstellung",
        "bookingdate",
        "valuedate",
        "datedevaleur",
        "datevaleur",
        "fechavalor",
        "datavaluta",
        "datavalor",
        "rentedatum",
    ]
)


def is_format(head: bytes) -> bool:
    """Whether the first rows are movements, without a header that fits them."""
    if b"\0" in head:
        return False
    whole = head if len(head) < files.HEAD_BYTES else head[: head.rfind(b"\n") + 1]
    return _columns(whole.decode("latin-1").splitlines()[:SHOWN_ROWS]) is not None


def decode(file: SourceFile, settings: SourceSettings) -> Decoded:
    """Return the movements; SourceError where a column, the order of days, or the sign of amounts cannot be told."""
    told: list[str] = []
    encoding = text_lines.encoding_of(file, settings, told)
    found = _columns(list(islice(text_lines.read_lines(file, encoding), SHOWN_ROWS)))
    if found is None:
        raise SourceError("The file is no list of movements without a header.", where=file.shown)
    columns, delimiter, skip = found
    rows = _Rows(file, encoding, delimiter, skip)
    is_day_first = _is_day_first(rows, columns, file, settings)
    if not any(
        row[columns.amount].strip()[:1] in {"-", "+"} or row[columns.amount].strip().endswith("-")
        for row in rows.fitting(columns)
    ):
        raise SourceError(
            "No amount has a sign, so that money in and money out cannot be told apart.",
            where=file.shown,
            hint="Export it with signs, or in another format.",
        )
    names = [
        (columns.booked, "the day of booking"),
        (columns.value, "the value day"),
        (columns.amount, "the amount"),
    ]
    names += [(columns.currency, "the currency")] if columns.currency is not None else []
    listed = ", ".join(f"column {at + 1} as {what}" for at, what in names)
    told.append(f"{file.shown} has no header that fits; {listed} were read by what stands there.")
    return Decoded(statements.FIELDS, _records(rows, columns, file, told, is_day_first=is_day_first), told)


class _Rows:
    """The rows of the file, read anew each time."""

    def __init__(self, file: SourceFile, encoding: str, delimiter: str, skip: int) -> None:
        self.file = file
        self.encoding = encoding
        self.delimiter = delimiter
        self.skip = skip

    def __iter__(self) -> Iterator[list[str]]:
        lines = (f"{line}\n" for line in text_lines.read_lines(self.file, self.encoding))
        reader = csv.reader(lines, delimiter=self.delimiter)
        try:
            yield from (row for row in islice(reader, self.skip, None) if row)
        except csv.Error as error:
            raise SourceError(f"The file cannot be read as CSV: {error}.", where=self.file.shown) from error

    def fitting(self, columns: Columns) -> Iterator[list[str]]:
        """Yield the rows that have a day and an amount where the others have them."""
        return (row for row in self if _fits(row, columns))


def _fits(row: Sequence[str], columns: Columns) -> bool:
    return (
        len(row) >= columns.width
        and bank_rows_columns.is_day(row[columns.booked])
        and bank_rows_columns.is_day(row[columns.value])
        and is_money(row[columns.amount], columns.mark)
    )


def _columns(lines: Sequence[str]) -> tuple[Columns, str, int] | None:
    """Return the columns, the delimiter and how many rows stand before the movements."""
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter) if row]
        except csv.Error:
            continue
        if len(lines) == SHOWN_ROWS:
            rows.pop()  # it may go on
        for _ in range(FOOTER_ROWS):
            if rows and not any(map(bank_rows_columns.is_day, rows[-1])):
                rows.pop()
        if found := bank_rows_columns.find(rows):
            return found, delimiter, 0
        has_header = len(rows) > 1 and not HEADER_WORDS.isdisjoint(map(normal, rows[0]))
        if has_header and len(rows[0]) != len(rows[1]) and (found := bank_rows_columns.find(rows[1:])):
            return found, delimiter, 1
    return None


def _is_day_first(rows: _Rows, columns: Columns, file: SourceFile, settings: SourceSettings) -> bool:
    """Return the order of day and month, as the source states it or all days of the file tell it."""
    if settings.date_order:
        return settings.date_order == "dmy"
    can_be = {True: True, False: True}
    is_open = False
    for row in rows.fitting(columns):
        for at in (columns.booked, columns.value):
            read = {first: day(row[at], is_day_first=first) for first in can_be}
            is_open |= read[True] != read[False]
            for first, one in read.items():
                can_be[first] &= one is not None
    if can_be[True] == can_be[False] and is_open:
        raise SourceError(
            "Whether its days have the day first or the month first cannot be told.",
            where=file.shown,
            hint='Add date_order = "dmy" (the day first) or date_order = "mdy" (the month first) to its [[source]].',
        )
    return can_be[True]


def _records(
    rows: _Rows, columns: Columns, file: SourceFile, told: list[str], *, is_day_first: bool
) -> Iterator[Record | Refused]:
    book = Book(file.shown, told)
    account = None
    for row in rows:
        if not _fits(row, columns):
            yield Refused("has no day and amount where the others have them", ";".join(row))
            continue
        own = "" if columns.account is None else clean(row[columns.account]).replace(" ", "")
        account = account or book.open(own, "without a number")
        booked, value = (day(row[at], is_day_first=is_day_first) for at in (columns.booked, columns.value))
        if booked is None or value is None:
            yield Refused("has a day that there is not", ";".join(row))
            continue
        yield account.record(
            Movement(
                amount=money(row[columns.amount], columns.mark),
                currency="" if columns.currency is None else row[columns.currency].strip(),
                value_on=value.isoformat(),
                booked_on=booked.isoformat(),
                reference=clean(*(row[at] for at in columns.texts), *row[columns.width :]),
                counterparty="",
                bank_reference="",
            )
        )
    book.finish()
