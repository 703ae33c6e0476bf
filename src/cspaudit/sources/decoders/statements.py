"""What the decoders of bank statements share: the fields of a movement, its id, and whether the balances agree.

A movement keeps its id in whichever file it is delivered: an intraday report, the day's statement, or two exports
whose periods overlap. Movements of one account with the same day, amount and bank's reference are one; where the
bank gives no reference, text and counterparty take its place. What one statement holds twice stays two.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cspaudit.sources.decoded import Record

#: the fields of every decoded movement
FIELDS = (
    "transaction_id",
    "account",
    "statement",
    "value_on",
    "booked_on",
    "amount",
    "currency",
    "reference",
    "counterparty",
    "bank_reference",
)

#: between the id of a booking and that of a payment in it; the layouts name it as ``pieces_by``
PIECE = "/"
#: as much of a digest as tells movements apart
ID_SIGNS = 16
#: as many statements of a file are told one by one; those that agree beyond are counted
TOLD_STATEMENTS = 20
_AMOUNT = re.compile(r"\d{1,18}(?:\.\d{0,18})?")
_NO_REFERENCE = re.compile(r"(?i)0*|none|nonref|n/?a|notprovided|not provided|[-.*?x]*")
_SPACE = re.compile(r"[\s\xa0\u202f]+")
#: signs that are no text: control codes, and marks of where a word might be parted
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\xad\u200b\ufeff]")


@dataclass(frozen=True)
class Balance:
    """What an account held: a signed amount in a currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Movement:
    """One movement of an account; money out is negative, days are ISO 8601."""

    amount: Decimal
    currency: str
    value_on: str
    booked_on: str
    reference: str
    counterparty: str
    bank_reference: str


def amount_of(text: str) -> Decimal | None:
    """Return an unsigned plain decimal, None where ``text`` is none: no exponent, no infinity, no sign."""
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def clean(*parts: str | None) -> str:
    """Return texts as one line, each once, without what cannot be seen."""
    found = [_SPACE.sub(" ", _INVISIBLE.sub("", part)).strip() for part in parts if part]
    return " ".join(dict.fromkeys(part for part in found if part))


def given(reference: str | None) -> str:
    """Return a reference, nothing for what banks write where there is none."""
    text = clean(reference)
    return "" if _NO_REFERENCE.fullmatch(text) else text


def last_four(account: str) -> str:
    """Return the account as it is told: its last four signs."""
    return f"account …{account[-4:]}" if account else "an account without a number"


@dataclass
class Account:
    """The movements of one statement, in its order, and its balances."""

    book: "Book"
    account: str
    statement: str
    opening: Balance | None = None
    closing: Balance | None = None
    #: the sum of the movements by currency
    sums: dict[str, Decimal] = field(default_factory=dict)
    movements: int = 0
    refused: int = 0
    _times: Counter[bytes] = field(default_factory=Counter)

    def record(self, one: Movement) -> Record:
        """Return a movement's fields, and count it."""
        return self._record(one, self._id(one))

    def pieces(self, whole: Movement, each: Sequence[Movement]) -> Iterator[Record]:
        """Yield the payments that were booked as one; their ids hold that of the booking, which other files may have."""
        booking = self._id(whole)
        for one in each:
            yield self._record(one, f"{booking}{PIECE}{self._id(one)}")

    def _id(self, one: Movement) -> str:
        day = one.booked_on or one.value_on
        told = (one.bank_reference,) if one.bank_reference else (one.reference, one.counterparty)
        content = (self.account, day, format(one.amount.normalize(), "f"), one.currency, *told)
        key = hashlib.sha256("\0".join(content).encode(errors="replace")).digest()
        times = self._times if one.bank_reference else self.book.times_of(self)
        times[key] += 1
        return f"{day}-{hashlib.sha256(key + str(times[key]).encode()).hexdigest()[:ID_SIGNS]}"

    def _record(self, one: Movement, key: str) -> Record:
        self.movements += 1
        self.sums[one.currency] = self.sums.get(one.currency, Decimal(0)) + one.amount
        self.book.unnamed += not one.bank_reference
        return (
            key,
            self.account,
            self.statement,
            one.value_on or one.booked_on,
            one.booked_on,
            format(one.amount, "f"),
            one.currency,
            one.reference or None,
            one.counterparty or None,
            one.bank_reference or None,
        )

    def told(self) -> tuple[bool, str]:
        """Return whether opening balance and movements make the closing balance, and the sentence that says so."""
        name = f"statement {self.statement} of {last_four(self.account)}"
        opening = f"opening {self.opening.amount}, " if self.opening else ""
        closing = f", closing {self.closing.amount} {self.closing.currency}" if self.closing else ""
        moved = f"{self.movements:,} movement{'' if self.movements == 1 else 's'}"
        shown = f"{opening}{moved}{closing}"
        if self.opening is None or self.closing is None:
            lacks = "no balances" if self.opening is self.closing else "only one balance"
            return False, f"{name}: {shown}; it has {lacks}, so nothing shows that it is whole."
        currencies = {self.opening.currency, self.closing.currency, *self.sums}
        if len(currencies) > 1:
            return False, f"{name}: {shown}; in {', '.join(sorted(currencies))}, so they cannot be compared."
        gap = self.closing.amount - self.opening.amount - sum(self.sums.values(), Decimal(0))
        if not gap:
            return True, f"{name}: {shown}: agrees."
        left = f"; {self.refused:,} of its records cannot be read" if self.refused else ""
        return False, f"{name}: {shown}: differs by {gap}{left}."


@dataclass
class Book:
    """All statements of one file; ``told`` is what the report is to say of them."""

    shown: str
    told: list[str]
    unnamed: int = 0
    _last: dict[str, Account] = field(default_factory=dict)
    _gaps: list[str] = field(default_factory=list)
    _agreeing: int = 0
    _listed: int = 0
    _times: Counter[bytes] = field(default_factory=Counter)
    _seen: set[tuple[str, ...]] = field(default_factory=set)
    _repeated: dict[int, Counter[bytes]] = field(default_factory=dict)

    def open(self, account: str, statement: str, *known: str) -> Account:
        """Begin a statement; one with the same account, name and whatever else is ``known`` was delivered before."""
        opened = Account(self, account, statement)
        name = (account, statement, *known)
        if name in self._seen:
            self._repeated = {id(opened): Counter()}
        self._seen.add(name)
        return opened

    def times_of(self, account: Account) -> Counter[bytes]:
        """Return how often each movement without a bank's reference was met: a repeated statement begins anew."""
        return self._repeated.get(id(account), self._times)

    def close(self, account: Account) -> None:
        """Tell of a statement that has ended, and whether it goes on where the account's last one in the file ended."""
        before = self._last.get(account.account)
        if before is not None and not _are_neighbours(before, account):
            self._gaps.append(
                f"statements {before.statement} and {account.statement} of {last_four(account.account)}"
            )
        if account.opening and account.closing:
            self._last[account.account] = account
        agrees, sentence = account.told()
        if agrees and self._listed >= TOLD_STATEMENTS:
            self._agreeing += 1
            return
        self._listed += 1
        self.told.append(f"{self.shown}, {sentence}")

    def finish(self) -> None:
        """Tell what is said of the file as a whole."""
        if self._agreeing:
            self.told.append(f"{self.shown}: the balances of {self._agreeing:,} more statements agree.")
        if self._gaps:
            more = f", and {len(self._gaps) - 1:,} times elsewhere," if len(self._gaps) > 1 else ""
            self.told.append(
                f"{self.shown}: between {self._gaps[0]}{more} the balances do not follow each other: a statement is "
                "missing, or they are out of order."
            )
        if self.unnamed:
            many = "movement has" if self.unnamed == 1 else "movements have"
            self.told.append(
                f"{self.shown}: {self.unnamed:,} {many} no reference of the bank; of those with the same day, amount, "
                "text and counterparty in several files each counts once."
            )


def _are_neighbours(one: Account, other: Account) -> bool:
    """Whether one statement begins where the other ends, in whichever order, or is the other once more."""
    if other.opening is None or other.closing is None:
        return True  # nothing tells
    return other.opening == one.closing or one.opening in (other.closing, other.opening)
