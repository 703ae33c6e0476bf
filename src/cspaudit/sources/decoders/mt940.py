"""Reads bank statements in SWIFT's MT940 (end of day) and MT942 (intraday), as banks of many countries write them."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import InvalidOperation
from typing import cast

from mt940.models import Amount, Date, Transactions
from mt940.options import Options
from mt940.tags import Statement as StatementTag

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources.decoded import Decoded, Record, Refused
from cspaudit.sources.decoders import mt940_text, statements, text_lines
from cspaudit.sources.decoders.statements import Account, Balance, Book, Movement, clean, given
from cspaudit.sources.files import SourceFile

_FIRST_FIELD = re.compile(r"(?:^|\n|\{4:)\s*:20:")
_OTHER_FIELD = re.compile(r"\n:(?:25|28C?|60[FM]|61):")
#: the fields of a statement; anything else that looks like one is text of a narrative
_FIELD = re.compile(r":(20|21|25[A-Z]?|28C?|13D?|34F|60[FM]|61|62[FM]|64|65|86|90[CD]|NS):(.*)", re.DOTALL)
_HEADER_FIELDS = ("21", "25", "28", "13", "34")
#: where the text begins within SWIFT's own blocks around a message
_BLOCK_4 = "{4:"
_END = re.compile(r"-(?:\}.*|[A-Z]{3})?\s*")
_BALANCE = re.compile(r"([DC])(\d{6})([A-Z]{3})?\s*([\d.,]+)")
_FLOOR = re.compile(r"([A-Z]{3})[DC ]?[\d,]*")
_ACCOUNT_CURRENCY = re.compile(r"\d([A-Z]{3})")
#: the reference of an old Dutch line is filled up with blanks, and a name follows
_NAMED_LINE = re.compile(r"(\S*) {2,}(\S.*)")
#: what stands between two movements has no more signs
MAX_MOVEMENT = 1 << 20
EXPECTED_MARK = "E"


class _Line(StatementTag):
    """The library's statement line, with what banks put into it: any length of references and of what follows."""

    pattern = r"""^
    (?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})
    (?P<entry_month>\d{2}|\s{2})?(?P<entry_day>\d{2}|\s{2})?
    (?P<status>[RE]?[DC])(?P<funds_code>[A-Z])?
    [\n ]?
    (?P<amount>\d{1,24}(?:[.,]\d{0,9})?)(?![\d.,])
    (?P<id>[A-Z][A-Z0-9 ]{3})?
    (?P<customer_reference>(?:(?!//)[^\n])*)
    (?://(?P<bank_reference>[^\n]*))?
    (?P<extra_details>\n[\s\S]*)?
    $"""


_LINE = _Line()
#: what the library's fields ask for signs and years; nothing is kept in it
_CONTEXT = Transactions(options=Options(reversal_sign=True))


def is_format(head: bytes) -> bool:
    """Whether the first bytes hold the fields that every statement begins with."""
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    text = head.decode(encoding, errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return bool(_FIRST_FIELD.search(text) and _OTHER_FIELD.search(text))


def decode(file: SourceFile, settings: SourceSettings) -> Decoded:
    """Return the movements of every statement; what is only expected is left aside and counted."""
    told: list[str] = []
    encoding = text_lines.encoding_of(file, settings, told)
    return Decoded(statements.FIELDS, _records(file, encoding, told), told)


@dataclass
class _Open:
    """The statement that is being read, and its last movement."""

    fields: dict[str, str] = field(default_factory=dict)
    currency: str = ""
    opening: Balance | None = None
    account: Account | None = None
    line: str | None = None
    narratives: list[list[str]] = field(default_factory=list)
    extensions: list[list[str]] = field(default_factory=list)
    is_closed: bool = False


def _records(file: SourceFile, encoding: str, told: list[str]) -> Iterator[Record | Refused]:
    book, expected, now = Book(file.shown, told), Counter[str](), None
    is_statement = False
    for tag, lines in _fields(file, encoding):
        if tag in {"", "20"} and now is not None:
            yield from _end(now, book, expected)
            now = None
        if not tag:
            continue
        now = now or _Open()
        is_statement |= tag[:2] in {"60", "61", "62"}
        if tag == "61" or (tag[:2] in {"62", "64", "65", "90"} and now.line is not None):
            yield from _movement(now, book, expected)
        _take(now, tag, lines, book)
    if now is not None:
        yield from _end(now, book, expected)
    if not is_statement:
        raise SourceError("The file holds no statement.", where=file.shown)
    book.finish()
    if expected:
        told.append(f"{file.shown}: {expected.total():,} expected movements (EC, ED) were left aside.")


def _fields(file: SourceFile, encoding: str) -> Iterator[tuple[str, list[str]]]:
    """Yield each field's tag and lines; a message's end has no tag."""
    tag, lines, is_body, half, size = "", list[str](), False, "", 0
    for raw in text_lines.read_lines(file, encoding):
        line = half + _unwrapped(raw.strip("\x01\x03\x1a\ufeff"))
        half = ":" if line == ":" else ""
        found = _FIELD.fullmatch(line)
        # within the movements a header's field can only be text
        if found and is_body and tag and found.group(1)[:2] in _HEADER_FIELDS:
            found = None
        is_end = not found and bool(_END.fullmatch(line))
        size = 0 if is_end or (found and found.group(1) in {"20", "61"}) else size + len(line) + 1
        if size > MAX_MOVEMENT:
            raise SourceError(f"A movement is longer than {MAX_MOVEMENT:,} signs.", where=file.shown)
        if not found and not is_end:
            if tag and not half:
                lines.append(line)
            continue
        if tag:
            yield tag, lines
        if found is None:
            tag, lines, is_body = "", [], False
            yield "", []
        else:
            tag, lines = found.group(1), [found.group(2)]
            is_body = tag[:2] in {"60", "61"} or (is_body and tag != "20")
    if tag:
        yield tag, lines


def _unwrapped(line: str) -> str:
    """Return a line without SWIFT's blocks before the text."""
    if not line.startswith("{"):
        return line
    _, found, rest = line.partition(_BLOCK_4)
    return rest if found or line.endswith("}") else line


def _take(now: _Open, tag: str, lines: list[str], book: Book) -> None:
    """Keep what a field says."""
    text = "\n".join(lines).strip()
    match tag[:2]:
        case "61":
            now.line, now.narratives, now.extensions = text, [], []
            _account(now, book)
        case "86" if now.line is not None:
            now.narratives.append(lines)
        case "NS" if now.line is not None:
            now.extensions.append(lines)
        case "60":
            now.opening = now.opening or _balance(text, now.currency)
            now.currency = now.opening.currency if now.opening else now.currency
        case "62" if not now.is_closed:
            account = _account(now, book)
            account.closing = _balance(text, now.currency)
            now.is_closed = True
        case "34" if found := _FLOOR.match(text):
            now.currency = now.currency or found.group(1)
        case "25" | "28" | "20":
            now.fields.setdefault(tag[:2], clean(text).replace(" ", ""))


def _account(now: _Open, book: Book) -> Account:
    if now.account is None:
        own = _ACCOUNT_CURRENCY.search(now.fields.get("25", "")[-4:])
        now.currency = now.currency or (own.group(1) if own else "")
        number = now.fields.get("28") or now.fields.get("20") or "without a number"
        known = f"{now.opening.amount} {now.fields.get('20')}" if now.opening else ""
        now.account = book.open(now.fields.get("25", ""), number, known)
        now.account.opening = now.opening
    return now.account


def _balance(text: str, currency: str) -> Balance | None:
    found = _BALANCE.match(text)
    amount = statements.amount_of(found.group(4).replace(",", ".")) if found else None
    if found is None or amount is None:
        return None
    return Balance(-amount if found.group(1) == "D" else amount, found.group(3) or currency)


def _end(now: _Open, book: Book, expected: Counter[str]) -> Iterator[Record | Refused]:
    yield from _movement(now, book, expected)
    if now.account is not None or now.opening is not None:
        book.close(_account(now, book))


def _movement(now: _Open, book: Book, expected: Counter[str]) -> Iterator[Record | Refused]:
    """Yield the movement that has been read, if there is one."""
    if now.line is None:
        return
    line, now.line = now.line, None
    account = _account(now, book)
    found = _LINE.re.match(line)
    parts: dict[str, str | None] = found.groupdict() if found else {}
    mark = (parts.get("status") or "").upper()
    if mark.startswith(EXPECTED_MARK):
        expected[mark] += 1
        return
    try:
        # the library makes the days, over a turn of the year too, and the signed amount
        made = _LINE(_CONTEXT, {**parts, "status": mark}) if parts else {}
    except (ValueError, InvalidOperation):
        made = {}
    if not made:
        account.refused += 1
        yield Refused("is no statement line (:61:) with days and an amount", line)
        return
    customer, extra = (parts["customer_reference"] or "").strip(), clean(parts["extra_details"])
    texts = [mt940_text.narrative(lines) for lines in now.narratives]
    texts += [mt940_text.extension(lines) for lines in now.extensions]
    names = [name for _, name in texts if name]
    if named := _NAMED_LINE.fullmatch(customer):
        names.append(clean(named.group(2)))
    elif extra and any(text.startswith(f"{customer} {extra}") for text, _ in texts):
        # account and name of the other side, as the narrative repeats them
        names.append(extra)
    amount, value_date = cast("Amount", made["amount"]), cast("Date", made["date"])
    entry_date = cast("Date | None", made.get("entry_date"))
    yield account.record(
        Movement(
            amount=amount.amount,
            currency=now.currency,
            value_on=value_date.isoformat(),
            booked_on=entry_date.isoformat() if entry_date else "",
            reference=clean(*(text for text, _ in texts), given(customer), given(extra)),
            counterparty=names[0] if names else "",
            bank_reference=given(parts["bank_reference"]),
        )
    )
