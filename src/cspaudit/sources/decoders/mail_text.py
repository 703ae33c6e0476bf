"""Reads what stands in the headers of mails: encoded words, addresses, ids and times.

The standard library is asked where it is sound. It gives up at unknown character sets and at addresses that break the
rules, and follows brackets in brackets into the depth.
"""

import binascii
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import NamedTuple

#: as much of a header as is looked at for a time
_TIME_LENGTH = 200

_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]*)?\?([bBqQ])\?(.*?)(\?=|\Z)", re.DOTALL)
#: character sets under the names that mails give them; a superset where programs mean one
_CHARSETS = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "ansi_x3.4-1968": "utf-8",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso-8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "big5": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "x-euc-jp": "euc_jp",
    "windows-874": "cp874",
    "cp-850": "cp850",
    "unicode-1-1-utf-7": "utf-7",
    "utf8mb4": "utf-8",
}
_NOT_OF_TEXT = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}

#: so many headers of at most so many signs are remembered with their addresses
_KNOWN, _SHORT = 1 << 14, 200
_IN_BRACKETS = re.compile(r"\\.|[\"()]")
_ADDRESS = re.compile(r"[^\s@,;<>()]+@[^\s@,;<>()\"]+")
_WRITTEN_AT = re.compile(r"([^\s@]+) at ([^\s@]+\.[^\s@]+)")
_ID = re.compile(r"<([^<>]+)>")
_BLANKS = re.compile(r"\s+")

_MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_USUAL_TIME = re.compile(
    r"\s*(?:[A-Za-z]{3},? *)?(\d{1,2}) ([A-Za-z]{3}) (\d{4}) (\d\d):(\d\d)(?::(\d\d))? "
    r"(?:([+-])(\d\d)(\d\d)|GMT([+-])(\d{1,2}):?(\d\d)?|(GMT|UTC|UT|Z))(?![\w:+-])"
)
_FIRST_YEAR = 1000
_LAST_SECOND = 59
_DAY_MINUTES = 24 * 60


class Time(NamedTuple):
    """A time in UTC, and how many minutes the header's clock is ahead; ``has_zone`` is false where no offset is named, or -0000."""

    utc: datetime
    ahead: int
    has_zone: bool

    @property
    def clock(self) -> str:
        """The header's own clock, as ISO 8601 with its offset."""
        minutes = abs(self.ahead)
        offset = f"{'-' if self.ahead < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"
        return (self.utc + timedelta(minutes=self.ahead)).isoformat() + offset

    @property
    def iso_utc(self) -> str:
        """The instant as ISO 8601 in UTC."""
        return self.utc.isoformat() + "Z"


def in_charset(raw: bytes, charset: str) -> str:
    """Return bytes as text: in their character set, else in UTF-8, else as of a Western European system."""
    name = _CHARSETS.get(charset.lower(), charset)
    for one in (name, "utf-8", "cp1252"):
        try:
            if one and one.lower().replace("-", "_") not in _NOT_OF_TEXT:
                return raw.decode(one)
        except (LookupError, ValueError):
            continue
    return raw.decode("latin-1")


def plain(text: str) -> str:
    """Return a header's text with its encoded words read (RFC 2047, and the forms that break it), blanks made one."""
    return _BLANKS.sub(" ", _without_words(text) if "=?" in text else text).strip()


def _without_words(text: str) -> str:
    found: list[str] = []
    held, held_charset = b"", ""
    end = 0
    for word in _WORD.finditer(text):
        raw = _word_bytes(word[2], word[3])
        if raw is None:
            continue
        between = text[end : word.start()]
        charset = word[1].lower()
        # between two encoded words blanks are only there to part them; a sign may be cut in two by them
        if not (end and not between.strip() and charset == held_charset):
            found += [in_charset(held, held_charset)] if held else []
            held = b""
            found += [between] if between.strip() or not end else []
        held, held_charset = held + raw, charset
        end = word.end()
    found += [in_charset(held, held_charset)] if held else []
    return "".join([*found, text[end:]])


def _word_bytes(how: str, content: str) -> bytes | None:
    """Return the bytes of an encoded word, None where it is none."""
    try:
        if how in "qQ":
            return binascii.a2b_qp(content.encode("utf-8", "replace"), header=True)
        packed = "".join(content.split()).rstrip("=").encode("ascii", "replace")
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
    except binascii.Error:
        return None


def addresses(text: str) -> tuple[str, ...]:
    """Return the addresses in a header, in its order and in small letters; names and comments are left out."""
    # a mailbox names the same people over and over
    return _known_addresses(text) if len(text) <= _SHORT else _addresses(text)


def _addresses(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in re.split("[,;]", _outside_brackets(text) if '"' in text or "(" in text else text):
        inner = part.rpartition("<")[2].partition(">")[0] if "<" in part else part
        inner = inner.strip()
        if not (address := _ADDRESS.fullmatch(inner)):
            # of a group, what follows its name
            inner = inner.rpartition(":")[2].strip()
            address = _ADDRESS.fullmatch(inner)
        if not address and (written := _WRITTEN_AT.fullmatch(inner)):
            found.append(f"{written[1]}@{written[2]}".lower())
        elif not address and len(several := _ADDRESS.findall(inner)) == 1 and inner.count("@") == 1:
            # a name without brackets beside the address
            found += several if several[0] in inner.split() else []
        elif address:
            found.append(address[0])
    if not found and "=?" in text and (read := plain(text)) != text:
        return _addresses(read.replace("=?", ""))
    return tuple(one.lower() for one in found)


_known_addresses = lru_cache(_KNOWN)(_addresses)


def _outside_brackets(text: str) -> str:
    """Return a header without comments and without quoted names; a quoted part of an address stays."""
    found: list[str] = []
    depth, quote, at = 0, -1, 0
    for mark in _IN_BRACKETS.finditer(text):
        sign = mark[0]
        if quote >= 0:
            if sign == '"':
                is_address = text.startswith("@", mark.end()) and " " not in text[quote : mark.end()]
                found += [text[quote : mark.end()]] if is_address else [" "]
                quote, at = -1, mark.end()
        elif sign == "(":
            found += [text[at : mark.start()]] if not depth else []
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
            at = mark.end()
        elif sign == '"' and not depth:
            found.append(text[at : mark.start()])
            quote = mark.start()
    if quote >= 0:
        # a quote that nothing closes hides nothing
        found.append(text[quote + 1 :])
    elif not depth:
        found.append(text[at:])
    return "".join(found)


def ids(text: str) -> list[str]:
    """Return every message id in a header, each in its angle brackets."""
    return [f"<{_BLANKS.sub('', one)}>" for one in _ID.findall(text) if one.strip()]


def message_id(texts: Sequence[str]) -> str:
    """Return the id that a mail gives itself, empty where it has none; brackets that lack are set."""
    for text in texts:
        if found := ids(text):
            return found[0]
        if (bare := text.strip(" \t<>")) and " " not in bare:
            return f"<{bare}>"
    return ""


def time(text: str) -> Time | None:
    """Return the time that a header names, None where it is none."""
    if usual := _USUAL_TIME.match(text):
        return _usual(usual)
    try:
        clock = parsedate_to_datetime(text[:_TIME_LENGTH])
        if clock.year < _FIRST_YEAR:
            return None
        # RFC 5322: without a zone the time is UTC, and where the clock stood is not known
        offset = clock.utcoffset()
        ahead = int((offset or timedelta()).total_seconds() // 60)
        return Time(clock.replace(tzinfo=None) - timedelta(minutes=ahead), ahead, offset is not None)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _usual(found: re.Match[str]) -> Time | None:
    day, month, year, hour, minute, second, sign, hours, minutes, far_sign, far, far_minutes, _ = (
        found.groups()
    )
    ahead = 60 * int(hours or far or 0) + int(minutes or far_minutes or 0)
    if (sign or far_sign) == "-":
        ahead = -ahead
    number = _MONTHS.get(month.lower(), 0)
    seconds = min(int(second or 0), _LAST_SECOND)
    try:
        clock = datetime(int(year), number, int(day), int(hour), int(minute), seconds)  # noqa: DTZ001  # no zone yet
        if clock.year < _FIRST_YEAR or abs(ahead) >= _DAY_MINUTES:
            return None
        return Time(clock - timedelta(minutes=ahead), ahead, sign != "-" or bool(ahead))
    except (ValueError, OverflowError):
        return None
