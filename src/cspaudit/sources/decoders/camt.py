"""Reads bank statements in ISO 20022 XML: camt.052 (reports), camt.053 (statements), camt.054 (notifications)."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources.decoded import Decoded, Record, Refused
from cspaudit.sources.decoders import statements
from cspaudit.sources.decoders.statements import Account, Balance, Book, Movement, clean, given
from cspaudit.sources.decoders.xml_parts import Element, parts
from cspaudit.sources.files import SourceFile

NOTIFICATION = "Ntfctn"
STATEMENTS = frozenset({"Stmt", "Rpt", NOTIFICATION})
_MESSAGE = re.compile(
    r"<(?:[\w.-]+:)?BkToCstmr(?:Stmt|AcctRpt|DbtCdtNtfctn)(?:V\d+)?[\s>/]|[:.]camt\.05[234]\.\d"
)
#: balances that a statement opens with, and that it closes with, the usual one first
OPENING = ("OPBD", "PRCD")
CLOSING = ("CLBD", "ITBD")
BOOKED = "BOOK"
SIGNS = {"CRDT": 1, "DBIT": -1}


def is_format(head: bytes) -> bool:
    """Whether the first bytes are those of such a message, in any version, with any prefix."""
    if b"<" not in head:
        return False
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "latin-1"
    return bool(_MESSAGE.search(head.decode(encoding, errors="replace")))


def decode(file: SourceFile, _settings: SourceSettings) -> Decoded:
    """Return the booked movements of every statement; what is not booked yet is left aside and counted."""
    told: list[str] = []
    return Decoded(statements.FIELDS, _records(file, told), told)


@dataclass
class _Statement:
    """What was read of the statement that is being read."""

    kind: str
    head: dict[str, str] = field(default_factory=dict)
    balances: dict[str, Balance] = field(default_factory=dict)
    currency: str = ""
    account: Account | None = None


@dataclass
class _Aside:
    """What of a file is left aside or supposed."""

    states: Counter[str] = field(default_factory=Counter)
    without_state: int = 0
    batches: int = 0
    notifications: int = 0


def _records(file: SourceFile, told: list[str]) -> Iterator[Record | Refused]:
    book, aside, statement = Book(file.shown, told), _Aside(), None
    seen = 0
    for part, kind in parts(file, STATEMENTS):
        if statement is None:
            statement = _Statement(kind)
            seen += 1
        if part is None:
            account = statement.account or _open(book, statement)
            account.opening, account.closing = (
                next((statement.balances[code] for code in codes if code in statement.balances), None)
                for codes in (OPENING, CLOSING)
            )
            aside.notifications += kind == NOTIFICATION
            if kind != NOTIFICATION:
                book.close(account)
            statement = None
        elif part.name == "Ntry":
            statement.account = statement.account or _open(book, statement)
            yield from _entry(part, statement, statement.account, aside)
        else:
            _keep(part, statement)
    if not seen:
        raise SourceError("The message holds no statement.", where=file.shown)
    book.finish()
    _tell_aside(file, aside, told)


def _open(book: Book, statement: _Statement) -> Account:
    head = statement.head
    number = head.get("ElctrncSeqNb") or head.get("LglSeqNb") or head.get("Id") or "without a number"
    return book.open(head.get("account", ""), number, statement.kind, head.get("Id", ""))


def _keep(part: Element, statement: _Statement) -> None:
    """Keep what a statement says of itself."""
    if part.name == "Acct":
        account = part.get("Id", "IBAN") or part.get("Id", "Othr", "Id") or part.get("Id", "PrtryAcct", "Id")
        statement.head["account"] = clean(account or part.get("Id", "BBAN")).replace(" ", "")
        statement.currency = part.get("Ccy")
    elif part.name == "Bal":
        amount = statements.amount_of(part.get("Amt"))
        sign = SIGNS.get(part.get("CdtDbtInd"))
        code = part.get("Tp", "CdOrPrtry", "Cd") or part.get("Tp", "Cd")
        if amount is not None and sign:
            # an account has one balance of each kind; a second is that of a day within the statement
            statement.balances.setdefault(code, Balance(sign * amount, _currency(part) or statement.currency))
    elif not part.children:
        statement.head[part.name] = clean(part.text)


def _currency(part: Element) -> str:
    amount = part.first("Amt")
    return amount.attributes.get("Ccy", "") if amount else ""


def _entry(
    entry: Element, statement: _Statement, account: Account, aside: _Aside
) -> Iterator[Record | Refused]:
    state = entry.get("Sts", "Cd") or entry.get("Sts", "Prtry") or entry.get("Sts")
    if state and state != BOOKED:
        aside.states[state] += 1
        return
    aside.without_state += not state
    amount = statements.amount_of(entry.get("Amt"))
    sign = SIGNS.get(entry.get("CdtDbtInd"))
    if amount is None or not sign:
        account.refused += 1
        wrong = "Amt" if amount is None else "CdtDbtInd"
        value = entry.get(wrong) or "nothing"
        yield Refused(f"has no readable {'amount' if amount is None else 'direction'} ({wrong})", value)
        return
    currency = _currency(entry) or statement.currency
    details = entry.all("NtryDtls", "TxDtls")
    amounts = [_detail_amount(one, currency, sign) for one in details]
    each = [one for one in amounts if one is not None]
    if len(details) > 1 and len(each) == len(details) and sum(each) == sign * amount:
        pieces = [
            _movement(entry, [detail], part, currency) for detail, part in zip(details, each, strict=True)
        ]
        yield from account.pieces(_movement(entry, [], sign * amount, currency), pieces)
        return
    aside.batches += len(details) > 1
    yield account.record(_movement(entry, details, sign * amount, currency))


def _detail_amount(detail: Element, currency: str, sign: int) -> Decimal | None:
    """Return the signed amount of one of several payments that were booked as one, in the entry's currency."""
    own = SIGNS.get(detail.get("CdtDbtInd"), sign)
    for place in (detail, *detail.all("AmtDtls", "TxAmt"), *detail.all("AmtDtls", "InstdAmt")):
        amount = statements.amount_of(place.get("Amt"))
        if amount is not None and _currency(place) in {currency, ""}:
            return own * amount
    return None


def _movement(entry: Element, details: list[Element], amount: Decimal, currency: str) -> Movement:
    is_return = entry.get("RvslInd") in {"true", "1"}
    # who paid whom stays as it was when a payment comes back
    to_us = (amount > 0) != is_return if amount else entry.get("CdtDbtInd") == "CRDT"
    parties = {clean(_party(one, to_us=to_us)) for one in details} - {""}
    references = {given(one.get("Refs", "AcctSvcrRef")) for one in details} - {""}
    own = references.pop() if len(references) == 1 and len(details) == 1 else ""
    return Movement(
        amount=amount,
        currency=currency,
        value_on=_day(entry, "ValDt"),
        booked_on=_day(entry, "BookgDt"),
        reference=clean(
            *(text for one in details for text in _texts(one)),
            *(one.text for one in entry.all("AddtlNtryInf")),
        ),
        counterparty=parties.pop() if len(parties) == 1 else "",
        # the booking's own reference is in every file that tells of it, that of its details only in some
        bank_reference=given(entry.get("AcctSvcrRef")) or own or _payment_reference(details),
    )


def _payment_reference(details: list[Element]) -> str:
    """Return what names a payment where the bank's own reference is absent."""
    if len(details) != 1:
        return ""
    return next(
        (text for name in ("TxId", "UETR", "ClrSysRef") if (text := given(details[0].get("Refs", name)))), ""
    )


def _day(entry: Element, name: str) -> str:
    # a time keeps the day that the bank writes, whatever its offset
    return (entry.get(name, "Dt") or entry.get(name, "DtTm"))[:10]


def _party(detail: Element, *, to_us: bool) -> str:
    """Return the name of the other side: who paid where money came in, else who was paid."""
    role = "Dbtr" if to_us else "Cdtr"
    paths = (
        (role, "Nm"),
        (role, "Pty", "Nm"),
        (role, "Agt", "FinInstnId", "Nm"),
        (f"Ultmt{role}", "Nm"),
        (f"Ultmt{role}", "Pty", "Nm"),
    )
    return next((name for path in paths if (name := detail.get("RltdPties", *path))), "")


def _texts(detail: Element) -> Iterator[str]:
    """Yield all that a payment says of what it is for."""
    for path in (
        ("RmtInf", "Ustrd"),
        ("RmtInf", "Strd", "CdtrRefInf", "Ref"),
        ("RmtInf", "Strd", "CdtrRefInf", "CdtrRef"),
        ("RmtInf", "Strd", "RfrdDocInf", "Nb"),
        ("RmtInf", "Strd", "RfrdDocInf", "RfrdDocNb"),
        ("RmtInf", "Strd", "AddtlRmtInf"),
        ("Refs", "EndToEndId"),
        ("Refs", "InstrId"),
        ("Refs", "ChqNb"),
        ("RtrInf", "Rsn", "Cd"),
        ("RtrInf", "AddtlInf"),
        ("AddtlTxInf",),
    ):
        for found in detail.all(*path):
            yield given(found.text)


def _tell_aside(file: SourceFile, aside: _Aside, told: list[str]) -> None:
    if aside.states:
        listed = ", ".join(f"{state} {count:,}" for state, count in sorted(aside.states.items()))
        told.append(f"{file.shown}: entries that are not booked were left aside: {listed}.")
    if aside.without_state:
        told.append(
            f"{file.shown}: {aside.without_state:,} entries have no state; they were taken as booked."
        )
    if aside.batches:
        told.append(
            f"{file.shown}: {aside.batches:,} entries of several payments are one movement each, as the payments' own "
            "amounts are absent or do not add up."
        )
    if aside.notifications:
        told.append(
            f"{file.shown}: it notifies of single bookings and has no balances, so nothing shows that it is whole."
        )
