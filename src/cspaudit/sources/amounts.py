"""SQL text for amounts as programs of every language write them: signs, currency marks, groups of thousands."""

from typing import Literal

from cspaudit.sources.currencies import WHOLE
from cspaudit.sources.sql import in_list, literal

Mark = Literal[".", ","]

#: which reading of an amount is possible, as bits: only that with a decimal point, only that with a comma, either
POINT, COMMA, EITHER = BITS = (1, 2, 4)

_SPACE = r"[\s\x{a0}\x{202f}\x{2009}]*"
_SIGN = r"[+\-\x{2212}]"
_MINUS = r"[-\x{2212}(]"
_CURRENCY = r"(?:\p{Sc}|[A-Z]{3})"
#: what parts groups of thousands, beside the mark that is no decimal mark
_GROUP = r"'\x{2019} \x{a0}\x{202f}\x{2009}"

#: an amount that can only have a decimal point
_ONLY_POINT = r"-?\d+\.(?:\d{1,2}|\d{4,})"
#: an amount that has no other reading, whatever the decimal mark of others is
USUAL = r"-?\d+(?:\.\d{1,2})?"
#: as many decimals as those have
USUAL_DECIMALS = 2
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
    # nearly every amount is digits and a mark, which a short pattern tells three times as fast
    usual = f"CASE WHEN regexp_full_match({raw}, {literal(_usual(decimal))}) THEN {_pointed(raw, decimal)} "
    return f"{usual}WHEN regexp_full_match({raw}, {literal(_pattern(decimal))}) THEN {minus} || {text} END"


def _usual(decimal: Mark, decimals: str = "+") -> str:
    return rf"-?\d+(?:[{decimal}]\d{decimals})?"


def _pointed(raw: str, decimal: Mark) -> str:
    return raw if decimal == "." else f"replace({raw}, ',', '.')"


def usual(raw: str, sql_type: str) -> str:
    """Return the value of an amount that can be read in one way only: digits and two decimals at most; NULL else."""
    return f"CASE WHEN regexp_full_match({raw}, '{USUAL}') THEN try_cast({raw} AS {sql_type}) END"


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
    rounded_ = f"cast(try_cast({exact} AS DECIMAL(38,{_PLACES})) AS DECIMAL(38,{decimals}))::VARCHAR"
    short = f"regexp_full_match({raw}, {literal(_usual(decimal, f'{{1,{max(decimals, 1)}}}'))})"
    return f"CASE WHEN {short} THEN {_pointed(raw, decimal)} ELSE {rounded_} END" if decimals else rounded_


def readings(raw: str, read: str, currency: str) -> str:
    """Return POINT, COMMA or EITHER for an amount whose reading hangs on the decimal mark, else 0.

    ``read`` is what ``plain`` or ``rounded`` made of it. In a ``currency`` without a smaller unit the mark in an amount that can be read either way parts thousands.
    """
    point = f"regexp_full_match({raw}, {literal(_pattern('.'))})"
    comma = f"regexp_full_match({raw}, {literal(_pattern(','))})"
    whole = f"CASE WHEN {currency} IN {in_list(WHOLE)} THEN CASE WHEN contains({raw}, ',') THEN {POINT} ELSE {COMMA} END ELSE {EITHER} END"
    return (
        # read as it stands it has no other mark than a point, and two digits behind that are no group of thousands
        f"CASE WHEN {raw} = {read} AND strlen({raw}) - strpos({raw}, '.') < least(3, strlen({raw})) THEN {POINT} "
        f"WHEN {raw} IS NULL OR NOT (contains({raw}, '.') OR contains({raw}, ',')) THEN 0 "
        # three digits behind a mark may be a group of thousands
        f"WHEN regexp_full_match({raw}, {literal(_ONLY_POINT)}) THEN {POINT} "
        f"WHEN {point} THEN CASE WHEN {comma} THEN {whole} ELSE {POINT} END "
        f"WHEN {comma} THEN {COMMA} ELSE 0 END"
    )
