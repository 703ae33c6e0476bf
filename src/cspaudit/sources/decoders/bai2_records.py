"""Splits a BAI2 file into its records, and their fields into what they mean."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cspaudit.errors import SourceError

#: file, group, account, transaction, ends of account, group and file; 88 continues the record before
CODES = ("01", "02", "03", "16", "49", "88", "98", "99")
_CODE = re.compile(rf"(?:{'|'.join(CODES)})(?=[,/]|$)")
#: several records on one line, as mail programs and editors leave them
_INNER = re.compile(rf"/\s+(?=(?:{'|'.join(CODES)}),)")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
#: how many fields follow a type of funds: amounts available in 0, 1 and more days; a day and a time
_FUNDS = {"S": 3, "V": 2}
MAX_CONTINUATIONS = 10_000
MAX_TEXT = 1 << 16


@dataclass
class Raw:
    """One record: its code, the text of its own line, and those of the lines that continue it."""

    code: str
    lines: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many records the trailers count it as."""
        return len(self.lines)

    def fields(self) -> list[str]:
        """Return the fields over all lines."""
        return [text.strip() for text in ",".join(self.lines).split(",")]


def records(lines: Iterable[str], shown: str) -> Iterator[Raw]:
    """Yield the records; a line that begins none is text of the one before."""
    now: Raw | None = None
    for line in lines:
        for piece in _INNER.split(line.strip("\x1a\ufeff")):
            text = piece.strip()
            found = _CODE.match(text)
            content = text[3:] if found else text.removeprefix("88:")
            content = content.rstrip().removesuffix("/")
            if found is None:
                if now is not None and content:
                    now.lines[-1] = f"{now.lines[-1]} {content}"
                    if len(now.lines[-1]) > MAX_TEXT:
                        raise SourceError(f"A record is longer than {MAX_TEXT:,} signs.", where=shown)
            elif found.group() == "88" and now is not None:
                now.lines.append(content)
                if len(now.lines) > MAX_CONTINUATIONS:
                    raise SourceError(
                        f"A record is continued more than {MAX_CONTINUATIONS:,} times.", where=shown
                    )
            else:
                if now is not None:
                    yield now
                now = Raw(found.group(), [content])
    if now is not None:
        yield now


def whole(text: str) -> int | None:
    """Return a whole number with or without a sign, None where ``text`` is none."""
    return int(text) if _WHOLE.fullmatch(text) else None


def skip_funds(fields: Sequence[str], at: int) -> int:
    """Return where the fields after a type of funds begin."""
    kind = fields[at].upper() if at < len(fields) else ""
    if kind == "D":
        days = whole(fields[at + 1]) if at + 1 < len(fields) else None
        return at + 2 + 2 * min(max(days or 0, 0), len(fields))
    return at + 1 + _FUNDS.get(kind, 0)


def summaries(fields: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield (type, amount) of each balance and sum of an account; those without an amount are skipped."""
    at = 2
    while at < len(fields):
        if not re.fullmatch(r"\d{3}", fields[at]):
            at += 1
            continue
        amount = whole(fields[at + 1]) if at + 1 < len(fields) else None
        if amount is not None:
            yield fields[at], amount
        at = skip_funds(fields, at + 3)


@dataclass(frozen=True)
class Transaction:
    """The fields of a transaction; ``value_day`` is YYMMDD where it is given."""

    type_code: str
    amount: int | None
    raw_amount: str
    value_day: str
    bank_reference: str
    customer_reference: str
    text: str


def transaction(raw: Raw) -> Transaction:
    """Return the fields of a record 16; what stands behind the references is text, with its commas and slashes."""
    content = raw.lines[0]
    for line in raw.lines[1:]:
        # a line may end between two fields, or anywhere in the text
        content += f" {line}" if len(content.split(",")) > _text_at(content) else f",{line}"
    at = _text_at(content)
    fields = [text.strip() for text in content.split(",", at)]
    fields += [""] * (at + 1 - len(fields))
    value_day = fields[3] if fields[2].upper() == "V" else ""
    return Transaction(
        fields[0], whole(fields[1]), fields[1], value_day, fields[at - 2], fields[at - 1], fields[at]
    )


def _text_at(content: str) -> int:
    return skip_funds([text.strip() for text in content.split(",")], 2) + 2


def money(minor: int, digits: int) -> Decimal:
    """Return an amount given in a currency's smallest unit."""
    return Decimal(minor).scaleb(-digits)
