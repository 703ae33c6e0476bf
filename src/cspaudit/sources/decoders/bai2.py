"""Reads bank statements in BAI2, the cash management format of banks in North America.

The library of that name stops at codes that it does not know and at sums that do not add up, as most files in use
have them; so the records are read here, and what does not add up is told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources.currencies import decimals
from cspaudit.sources.decoded import Decoded, Record, Refused
from cspaudit.sources.decoders import bai2_records, statements, text_lines
from cspaudit.sources.decoders.bai2_records import Raw, money, whole
from cspaudit.sources.decoders.statements import Account, Balance, Book, Movement, clean, given
from cspaudit.sources.files import SourceFile

_HEAD = re.compile(r"\s*01,[^\n/]*/?\s+02,")
DEFAULT_CURRENCY = "USD"
OPENING, CLOSING = "010", "015"
_DAY = re.compile(r"(\d\d)(\d\d)(\d\d)")
#: groups that delete what was sent before, and tests
NOT_TAKEN = {"2": "deletes", "4": "is a test of"}
NO_MONEY = "890"
#: codes of money in and money out: by the standard, and by banks for themselves
_CREDIT = re.compile(r"[123]\d\d|9[2-5]\d|72[1-8]|70[68]")
_DEBIT = re.compile(r"[456]\d\d|9[6-9]\d")
_NAMED = {
    1: re.compile(r"\bDBNM: ?(.*?)(?= [A-Z]{4}: ?|$)"),
    -1: re.compile(r"\bCRNM: ?(.*?)(?= [A-Z]{4}: ?|$)"),
}


def is_format(head: bytes) -> bool:
    """Whether the first bytes are a file's and a group's header."""
    return bool(_HEAD.match(head.decode("utf-8-sig", errors="replace")))


def decode(file: SourceFile, settings: SourceSettings) -> Decoded:
    """Return the transactions of every account; sums and counts that do not agree are told."""
    told: list[str] = []
    encoding = text_lines.encoding_of(file, settings, told)
    return Decoded(statements.FIELDS, _Reading(file, told).records(encoding), told)


@dataclass
class _Sum:
    """What a trailer states of: an amount, the members, the records."""

    amount: int = 0
    members: int = 0
    records: int = 0


@dataclass
class _Reading:
    """The file, group and account that are being read."""

    file: SourceFile
    told: list[str]
    day: str = ""
    currency: str = ""
    own_currency: str = ""
    not_taken: str = ""
    account: Account | None = None
    assumed: bool = False
    without_money: int = 0
    is_whole: bool = False
    sums: dict[str, _Sum] = field(default_factory=lambda: {code: _Sum() for code in ("49", "98", "99")})

    def records(self, encoding: str) -> Iterator[Record | Refused]:
        """Yield the transactions."""
        book = Book(self.file.shown, self.told)
        lines = text_lines.read_lines(self.file, encoding)
        for raw in bai2_records.records(lines, self.file.shown):
            for one in self.sums.values():
                one.records += raw.count
            match raw.code:
                case "02":
                    self._group(raw)
                case "03":
                    self._account(raw, book)
                case "16":
                    yield from self._transaction(raw)
                case "49" | "98" | "99":
                    self._trailer(raw, book)
        if not self.is_whole:
            raise SourceError(
                "The file ends before its last record (99); it is not whole.",
                where=self.file.shown,
                hint="Fetch or export it again.",
            )
        book.finish()
        self._tell()

    def _group(self, raw: Raw) -> None:
        fields = [*raw.fields(), *[""] * 7]
        self.sums["98"] = _Sum(records=raw.count)
        self.not_taken = NOT_TAKEN.get(fields[2], "")
        self.day = _day(fields[3])
        self.currency = fields[5].upper()
        if self.not_taken:
            self.told.append(
                f"{self.file.shown}: a group of {self.day or 'no day'} {self.not_taken} records; it was left aside."
            )

    def _account(self, raw: Raw, book: Book) -> None:
        fields = [*raw.fields(), ""]
        self.sums["49"] = _Sum(records=raw.count)
        self.own_currency = fields[1].upper() or self.currency
        if not self.own_currency:
            self.own_currency, self.assumed = DEFAULT_CURRENCY, True
        digits = decimals(self.own_currency)
        self.account = book.open(fields[0], f"of {self.day or 'no day'}", self.day)
        for code, amount in bai2_records.summaries(fields):
            self.sums["49"].amount += amount
            balance = Balance(money(amount, digits), self.own_currency)
            if code == OPENING:
                self.account.opening = balance
            elif code == CLOSING:
                self.account.closing = balance

    def _transaction(self, raw: Raw) -> Iterator[Record | Refused]:
        one = bai2_records.transaction(raw)
        self.sums["49"].amount += one.amount or 0
        if self.not_taken or self.account is None:
            return
        if one.type_code == NO_MONEY:
            self.without_money += 1
            return
        sign = 1 if _CREDIT.fullmatch(one.type_code) else -1 if _DEBIT.fullmatch(one.type_code) else 0
        value_day = _day(one.value_day) if one.value_day else self.day
        if not sign or one.amount is None or one.amount < 0 or not value_day:
            self.account.refused += 1
            yield _refusal(one, sign)
            return
        text = clean(one.text)
        named = _NAMED[sign].search(text)
        yield self.account.record(
            Movement(
                amount=money(sign * one.amount, decimals(self.own_currency)),
                currency=self.own_currency,
                value_on=value_day,
                booked_on=self.day,
                reference=clean(text, given(one.customer_reference)),
                counterparty=clean(named.group(1)) if named else "",
                bank_reference=given(one.bank_reference),
            )
        )

    def _trailer(self, raw: Raw, book: Book) -> None:
        fields = [*raw.fields(), "", ""]
        counted = self.sums[raw.code]
        stated_amount = whole(fields[0])
        if raw.code == "49":
            what, members = statements.last_four(self.account.account) if self.account else "no account", None
            if self.account is not None and not self.not_taken:
                book.close(self.account)
            self.account = None
        else:
            what, members = ("a group" if raw.code == "98" else "the file"), whole(fields[1])
        stated_records = whole(fields[1] if raw.code == "49" else fields[2])
        self._compare(what, "the sum of its amounts", stated_amount, counted.amount)
        self._compare(what, "the number of its records", stated_records, counted.records)
        if members is not None:
            self._compare(what, "the number of its members", members, counted.members)
        upper = {"49": "98", "98": "99"}.get(raw.code)
        if upper:
            self.sums[upper].amount += stated_amount or 0
            self.sums[upper].members += 1
        else:
            self.is_whole = True

    def _compare(self, of: str, what: str, stated: int | None, counted: int) -> None:
        if stated != counted:
            given_as = "not stated" if stated is None else f"stated as {stated:,}"
            self.told.append(f"{self.file.shown}: {what} of {of} is {given_as}; it is {counted:,}.")

    def _tell(self) -> None:
        if self.assumed:
            self.told.append(
                f"{self.file.shown}: it names no currency for some accounts; amounts were read as {DEFAULT_CURRENCY}, as "
                "the format says."
            )
        if self.without_money:
            self.told.append(
                f"{self.file.shown}: {self.without_money:,} records without money (type 890) were left aside."
            )


def _refusal(one: bai2_records.Transaction, sign: int) -> Refused:
    if not sign:
        return Refused("has a type code that says neither money in nor money out", one.type_code)
    if one.amount is None or one.amount < 0:
        return Refused("has no amount in whole units without a sign", one.raw_amount)
    return Refused("has no day", one.value_day)


def _day(text: str) -> str:
    """Return a day written YYMMDD, nothing where it is none."""
    found = _DAY.fullmatch(text)
    try:
        return date.fromisoformat(f"20{'-'.join(found.groups())}").isoformat() if found else ""
    except ValueError:
        return ""
