"""SQL text for amounts as programs of every language write them: signs, currency marks, groups of thousands."""

from typing import Literal

from cspaudit.sources.sql import literal

Mark = Literal[".", ","]

#: which reading of an amount is possible, as bits: only that with a decimal point, only that with a comma, either
POINT, COMMA, EITHER = BITS = (1, 2, 4)

_SPACE = r"[\s\x{a0}\x{202f}\x{2009}]*"
_SIGN = r"[+\-\x{2212}]"
_MINUS = r"[-\x{2212}(]"
_CURRENCY = r"(?:\p{Sc}|[A-Z]{3})"
#: what parts groups of thousands, beside the mark that is no decimal mark
_GROUP = r"'\x{2019} \x{a0}\x{202f}\x{2009}"

#: an amount times a power of ten that is not positive
_SMALL = r"[+-]?\d+(?:[.,]\d+)?[eE](?:-\d{1,2}|\+?0{1,2})"
#: as many decimals as an amount has before it is rounded
_PLACES = 18


def _pattern(decimal: Mark) -> str:
    """Return the pattern of an amount whose decimals begin with ``decimal``; one sign, one currency mark at most."""
    point, other = (r"\.", ",") if decimal == "." else (",", r"\.")
    # in groups of three, or of two before the last three as in India
    groups = rf"[1-9]\d{{0,2}}(?:[{other}{_GROUP}]\d{{3}})+|[1-9]\d?(?:{other}\d{{2}})+{other}\d{{3}}"
    number = rf"(?:(?:{groups}|\d+)(?:{point}\d*)?|{point}\d+)"
    marked = rf"(?:{_CURRENCY}{_SPACE}{number}|{number}(?:{_SPACE}{_CURRENCY})?)"
    signed = "|".join(
        (
            rf"{_SIGN}?{_SPACE}{marked}",
            rf"{marked}{_SPACE}{_SIGN}",
            rf"{_CURRENCY}{_SPACE}{_SIGN}{_SPACE}{number}",
            rf"{number}{_SIGN}{_SPACE}{_CURRENCY}",
            rf"\({_SPACE}{marked}{_SPACE}\)",
        )
    )
    return f"{_SPACE}(?:{signed}){_SPACE}"


def plain(raw: str, decimal: Mark) -> str:
    """Return ``raw`` as digits with a decimal point and a leading minus, NULL where it is no amount."""
    digits = f"regexp_replace({raw}, {literal(f'[^0-9{decimal}]')}, '', 'g')"
    text = f"regexp_replace(replace({digits}, ',', '.'), '^[.]', '0.')"
    minus = f"CASE WHEN regexp_matches({raw}, {literal(_MINUS)}) THEN '-' ELSE '' END"
    return f"CASE WHEN regexp_full_match({raw}, {literal(_pattern(decimal))}) THEN {minus} || {text} END"


def unsigned(raw: str) -> str:
    """Return ``raw`` without its minus, before or behind the digits, or its brackets; a second sign stays."""
    return (
        f"CASE WHEN NOT regexp_matches({raw}, {literal(_MINUS)}) THEN {raw} "
        rf"WHEN regexp_full_match({raw}, '[^0-9]*\(.*\)[^0-9]*') THEN regexp_replace({raw}, '[()]', '', 'g') "
        rf"WHEN regexp_matches({raw}, '^[^0-9.,]*[-\x{{2212}}]') "
        rf"THEN regexp_replace({raw}, '^([^0-9.,]*?)[-\x{{2212}}]', '\1') "
        rf"ELSE regexp_replace({raw}, '[-\x{{2212}}]([^0-9]*)$', '\1') END"
    )


def negated(raw: str) -> str:
    """Return ``raw`` with the other sign."""
    return (
        f"CASE WHEN regexp_matches({raw}, {literal(_MINUS)}) THEN {unsigned(raw)} "
        f"ELSE '-' || regexp_replace({raw}, '[+]', '') END"
    )


def in_major_units(raw: str, digits: int) -> str:
    """Return a whole number whose last ``digits`` are decimals with its decimal point; what is none stays."""
    unit = f"0.{'1'.rjust(digits, '0')}"
    return (
        f"CASE WHEN regexp_full_match({raw}, '-?[0-9]{{1,18}}') "
        f"THEN cast(cast({raw} AS DECIMAL(18,0)) * {unit} AS VARCHAR) ELSE {raw} END"
    )


def sign_test(raw: str, mark: Mark | None, sign: str) -> str:
    """Return the test that an amount is ``negative``, ``zero`` or ``positive``."""
    operator = {"negative": "<", "zero": "=", "positive": ">"}[sign]
    return f"try_cast({plain(raw, mark) if mark else raw} AS DECIMAL(38,4)) {operator} 0"


def rounded(raw: str, decimal: Mark, decimals: int) -> str:
    """Return ``plain`` with no more than so many decimals, half away from zero.

    It may also be written with a power of ten that is not positive, as spreadsheets and programs write what is near
    to zero (``0.00E+00``, ``4.5E-05``): such a power takes no digit away.
    """
    text = plain(raw, decimal)
    power = f"regexp_full_match({raw}, {literal(_SMALL)})"
    exact = f"CASE WHEN {power} THEN replace({raw}, ',', '.') ELSE {text} END"
    return f"cast(try_cast({exact} AS DECIMAL(38,{_PLACES})) AS DECIMAL(38,{decimals}))::VARCHAR"


def readings(raw: str) -> str:
    """Return POINT, COMMA or EITHER for an amount whose reading hangs on the decimal mark, else 0."""
    point = f"regexp_full_match({raw}, {literal(_pattern('.'))})"
    comma = f"regexp_full_match({raw}, {literal(_pattern(','))})"
    return (
        f"CASE WHEN {raw} IS NULL OR NOT regexp_matches({raw}, '[.,]') THEN 0 "
        f"WHEN {point} THEN CASE WHEN {comma} THEN {EITHER} ELSE {POINT} END "
        f"WHEN {comma} THEN {COMMA} ELSE 0 END"
    )
