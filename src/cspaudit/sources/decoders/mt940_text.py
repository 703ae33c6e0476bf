"""What the narrative of an MT940 movement (field :86:) says, in the structures that banks give it."""

import re
from collections.abc import Sequence

from cspaudit.sources.decoders.statements import clean

#: a line, and a piece of a structured text, that is so long was cut there, perhaps within a word
LINE_WIDTH = 65
PIECE_WIDTH = 27
#: German and Austrian banks: a code of three digits, then a sign and two digits before each piece
_CODED = re.compile(r"\s*\d{3}([?>~^|!@#$%&*;<\xa7])(?=\d{2})")
_PURPOSE = tuple(str(code) for code in range(20, 30))
_MORE_PURPOSE = tuple(str(code) for code in range(60, 66))
_NAME = ("32", "33")
_TEXT = ("00",)
#: words that begin a part of a SEPA purpose
_SEPA = re.compile(r"(?<!^)(?<! )(?=(?:EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|PURP)\+)")
#: Dutch banks: code words between slashes
_SLASHED = re.compile(r"\s*/[A-Z]{2,4}/")
_SLASHED_NAME = re.compile(r"/NAME/(.*?)(?=/(?:[A-Z]{2,4}/)|$)")
_SLASHED_PARTY = re.compile(r"/CNTP/[^/]*/[^/]*/([^/]*)/")
_WORDED_NAME = re.compile(r"/NAAM: ?(.+)$")
#: fields of the German non-SWIFT extension: purpose, name of the other side, text of the booking
_EXTENSION = re.compile(r"(\d{2})(.*)")
_EXTENSION_PURPOSE = {f"{code:02}" for code in range(1, 15)}
_EXTENSION_NAME = {"15", "16"}
_EXTENSION_TEXT = {"17"}


def joined(pieces: Sequence[str], width: int) -> str:
    """Join pieces of a text that was cut at ``width``: without a blank where a piece is full, else with one."""
    text = ""
    for piece in pieces:
        text += piece if len(piece) >= width else f"{piece} "
    return text.rstrip()


def narrative(lines: Sequence[str]) -> tuple[str, str]:
    """Return (text, name of the other side) of one field :86:."""
    whole = "".join(lines)
    if coded := _CODED.match(whole):
        return _coded(whole, coded.group(1))
    if _SLASHED.match(whole):
        named = _SLASHED_NAME.search(whole) or _SLASHED_PARTY.search(whole)
        return clean(whole), clean(named.group(1)) if named else ""
    text = joined(lines, LINE_WIDTH)
    named = _WORDED_NAME.search(text)
    return clean(text), clean(named.group(1)) if named else ""


def _coded(whole: str, sign: str) -> tuple[str, str]:
    _, *rest = re.split(rf"{re.escape(sign)}(\d\d)", whole)
    pieces = list(zip(rest[::2], rest[1::2], strict=True))

    def part(codes: Sequence[str]) -> str:
        return joined([piece for code, piece in pieces if code in codes], PIECE_WIDTH)

    purpose = (_SEPA.sub(" ", part(codes)) for codes in (_PURPOSE, _MORE_PURPOSE))
    return clean(*purpose, part(_TEXT)), clean(part(_NAME))


def extension(lines: Sequence[str]) -> tuple[str, str]:
    """Return (text, name of the other side) of a field :NS: of a movement."""
    coded = [(found.group(1), found.group(2)) for line in lines if (found := _EXTENSION.match(line))]

    def part(codes: set[str]) -> str:
        return joined([text for code, text in coded if code in codes], PIECE_WIDTH)

    return clean(part(_EXTENSION_PURPOSE), part(_EXTENSION_TEXT)), clean(part(_EXTENSION_NAME))
