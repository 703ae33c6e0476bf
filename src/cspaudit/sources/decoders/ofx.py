"""Reads bank statements in OFX and QFX: version 1 (SGML) and 2 (XML), bank and card accounts."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources.decoded import Decoded, Record, Refused
from cspaudit.sources.decoders import ofx_tree, statements
from cspaudit.sources.decoders.statements import Account, Balance, Book, Movement, clean, given
from cspaudit.sources.files import SourceFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_HEAD = re.compile(rb"(?i)OFXHEADER\s*[:=]|<OFX>")
HEAD_BYTES = 4096
ACCOUNTS = {"STMTRS": "BANKACCTFROM", "CCSTMTRS": "CCACCTFROM"}
#: what else a file may hold that moves money
LEFT_ASIDE = {"INVSTMTRS": "investment accounts", "LOANSTMTRS": "loan accounts"}
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d|\[|$)")
_AMOUNT = re.compile(r"([+-]?)(\d{1,18}(?:[.,]\d{0,6})?|[.,]\d{1,6})")
_GROUPED = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+\.\d{1,2}|\d{1,3}(?:\.\d{3})+,\d{1,2})")
#: one comma and three digits: thousands, or a thousandth
_OPEN = re.compile(r"[+-]?\d{1,3},\d{3}")


def is_format(head: bytes) -> bool:
    """Whether the first bytes hold the header of such a file, or the beginning of its body."""
    return bool(_HEAD.search(head[:HEAD_BYTES].replace(b"\0", b"")))


def decode(file: SourceFile, settings: SourceSettings) -> Decoded:
    """Return the movements of every bank and card account; investments and loans are left aside and told."""
    told: list[str] = []
    root = ofx_tree.read(file, settings)
    found = [element for element in root.iter() if element.tag in ACCOUNTS]
    aside = Counter(LEFT_ASIDE[element.tag] for element in root.iter() if element.tag in LEFT_ASIDE)
    told += [f"{file.shown}: {count} {what} were left aside." for what, count in sorted(aside.items())]
    if not found:
        raise SourceError(
            "The file holds no statement of a bank account or card.",
            where=file.shown,
            hint=" ".join(told).removeprefix(f"{file.shown}: "),
        )
    return Decoded(statements.FIELDS, _records(file, found, told), told)


def _records(file: SourceFile, found: list["Element"], told: list[str]) -> Iterator[Record | Refused]:
    book = Book(file.shown, told)
    cards = corrected = 0
    for statement in found:
        currency = _get(statement, "CURDEF").upper()
        holder = ACCOUNTS[statement.tag]
        cards += statement.tag == "CCSTMTRS"
        number = clean(f"{_get(statement, f'{holder}/BANKID')} {_get(statement, f'{holder}/ACCTID')}")
        period = f"up to {_day(_get(statement, 'BANKTRANLIST/DTEND')) or 'an unknown day'}"
        account = book.open(number, period)
        balance = _amount(_get(statement, "LEDGERBAL/BALAMT"))
        account.closing = None if balance is None else Balance(balance, currency)
        for one in statement.findall("BANKTRANLIST/STMTTRN"):
            corrected += bool(_get(one, "CORRECTFITID"))
            yield _record(one, currency, account)
        book.close(account)
    book.finish()
    if cards:
        are = "is a card" if cards == 1 else "are cards"
        told.append(f"{file.shown}: {cards} of its accounts {are}; what was paid with it is read as well.")
    if corrected:
        told.append(f"{file.shown}: {corrected:,} movements correct others, which were read as well.")


def _record(one: "Element", currency: str, account: Account) -> Record | Refused:
    posted, amount = _day(_get(one, "DTPOSTED")), _amount(_get(one, "TRNAMT"))
    if not posted or amount is None:
        account.refused += 1
        if not posted:
            return Refused("has no day that can be read (DTPOSTED)", _get(one, "DTPOSTED") or "nothing")
        return Refused("has no amount that can be read (TRNAMT)", _get(one, "TRNAMT") or "nothing")
    name = clean(_get(one, "NAME") or _get(one, "PAYEE/NAME"))
    memo = clean(_get(one, "MEMO"))
    return account.record(
        Movement(
            amount=amount,
            currency=_get(one, "CURRENCY/CURSYM").upper() or currency,
            value_on=_day(_get(one, "DTAVAIL")) or posted,
            booked_on=posted,
            # most banks write the name into the memo again
            reference=clean(
                "" if name and memo.startswith(name) else name,
                memo,
                *(given(_get(one, field)) for field in ("REFNUM", "CHECKNUM")),
            ),
            counterparty=name,
            bank_reference=given(_get(one, "FITID")),
        )
    )


def _get(element: "Element", path: str) -> str:
    # the library leaves entities as they stand, and some banks escape them twice
    return html.unescape(html.unescape(element.findtext(path) or "")).strip()


def _day(text: str) -> str:
    """Return the day as it stands, whatever the time's offset; nothing where there is none."""
    found = _DAY.match(text)
    try:
        return date(*(int(part) for part in found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def _amount(text: str) -> Decimal | None:
    """Return a signed amount, whose decimals begin with a point or a comma; None where that cannot be told."""
    bare = text.replace(" ", "").replace("\xa0", "")
    found = _GROUPED.fullmatch(bare) or (None if _OPEN.fullmatch(bare) else _AMOUNT.fullmatch(bare))
    if not found:
        return None
    whole, mark, decimals = found.group(2).rpartition(
        "." if found.group(2).rfind(".") > found.group(2).rfind(",") else ","
    )
    digits = re.sub(r"[.,]", "", whole) if mark else decimals
    number = Decimal(f"{digits or '0'}.{decimals}" if mark and decimals else digits)
    return -number if found.group(1) == "-" else number
