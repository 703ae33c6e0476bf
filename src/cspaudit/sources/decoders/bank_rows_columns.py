"""Which column of a bank's list without a header holds what, by what stands in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

DAY = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})|(\d{4})(\d{2})(\d{2})")
#: an amount, by its decimal mark: the other one may part groups of thousands
AMOUNTS = {
    mark: re.compile(
        rf"[+-]?(?:\d{{1,3}}(?:[{other}'\u2019 \xa0]\d{{3}})+|\d{{1,15}})(?:[{mark}]\d{{1,2}})?-?"
    )
    for mark, other in (".,", ",.")
}
_DECIMALS = re.compile(r"([.,])\d{2}-?$")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ACCOUNT = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9 ]{8,30}|[\d ./-]{6,}")
#: day of booking and value day; an amount, and a balance beside it
MAX_DAYS = 2
MAX_AMOUNTS = 2


@dataclass(frozen=True)
class Columns:
    """Places from 0; ``texts`` are the rest, and so is what a row has beyond ``width``."""

    width: int
    booked: int
    value: int
    amount: int
    currency: int | None
    account: int | None
    texts: tuple[int, ...]
    mark: str


def find(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Return the columns of some rows that all look alike; None where they are no movements, or it cannot be told."""
    width = min(map(len, rows), default=0)
    if not width:
        return None
    columns = [[row[at].strip() for row in rows] for at in range(width)]
    days = [at for at, cells in enumerate(columns) if all(map(is_day, cells))]
    amounts = [
        at
        for at, cells in enumerate(columns)
        if at not in days and any(map(_DECIMALS.search, cells)) and _marks(cells)
    ]
    if not 1 <= len(days) <= MAX_DAYS or not 1 <= len(amounts) <= MAX_AMOUNTS:
        return None
    marks = set[str].intersection(*(_marks(columns[at]) for at in amounts))
    if len(marks) != 1:
        return None
    (mark,) = marks
    amount = _amount_beside_balance(columns, amounts, mark) if len(amounts) > 1 else amounts[0]
    if amount is None:
        return None
    taken = {*days, *amounts}
    currencies = [at for at in range(width) if at not in taken and all(map(_CURRENCY.fullmatch, columns[at]))]
    accounts = [
        at
        for at in range(width)
        if at not in taken and len(set(columns[at])) == 1 and _ACCOUNT.fullmatch(columns[at][0])
    ]
    currency, account = (one[0] if len(one) == 1 else None for one in (currencies, accounts))
    texts = tuple(at for at in range(width) if at not in {*taken, currency, account})
    if not any(re.search(r"[^\W\d_]{3}", cell) for at in texts for cell in columns[at]):
        return None
    return Columns(width, days[0], days[-1], amount, currency, account, texts, mark)


def _marks(cells: Sequence[str]) -> set[str]:
    """Return the decimal marks that all of some cells may have as amounts."""
    return {mark for mark, amount in AMOUNTS.items() if all(map(amount.fullmatch, cells))}


def _amount_beside_balance(columns: Sequence[Sequence[str]], amounts: Sequence[int], mark: str) -> int | None:
    """Return which of two columns is the amount: the one by which the other changes from row to row."""
    numbers = {at: [money(cell, mark) for cell in columns[at]] for at in amounts}
    first, second = amounts
    fits = [
        amount
        for amount, balance in ((first, second), (second, first))
        if len(numbers[amount]) > 1 and _follows(numbers[amount], numbers[balance])
    ]
    return fits[0] if len(fits) == 1 else None


def _follows(amounts: Sequence[Decimal], balances: Sequence[Decimal]) -> bool:
    steps = [later - earlier for earlier, later in pairwise(balances)]
    # the oldest first, or the newest
    return steps == list(amounts[1:]) or [-step for step in steps] == list(amounts[:-1])


def is_money(cell: str, mark: str) -> bool:
    """Whether a cell is an amount with this decimal mark."""
    return bool(AMOUNTS[mark].fullmatch(cell.strip()))


def money(cell: str, mark: str) -> Decimal:
    """Return the amount of a cell that is one with this decimal mark."""
    text = cell.strip()
    digits = re.sub(rf"[^\d{re.escape(mark)}]", "", text).replace(mark, ".")
    return Decimal(digits) * (-1 if "-" in text else 1)


def is_day(cell: str) -> bool:
    """Whether a cell is a day, in whichever order."""
    return any(day(cell, is_day_first=first) is not None for first in (True, False))


def day(cell: str, *, is_day_first: bool) -> date | None:
    """Return the day of a cell; the order counts where neither the year nor a full stop tells it."""
    found = DAY.fullmatch(cell.strip())
    if not found:
        return None
    if found.group(5):
        year, month, number = found.groups()[4:]
    else:
        first, sign, second, third = found.groups()[:4]
        if len(first) == len("2026"):
            year, month, number = first, second, third
        elif is_day_first or sign == ".":
            number, month, year = first, second, third
        else:
            month, number, year = first, second, third
    if len(year) not in {2, 4} or len(number) > len("31"):
        return None
    try:
        return date(int(year) + (2000 if len(year) == len("26") else 0), int(month), int(number))
    except ValueError:
        return None
