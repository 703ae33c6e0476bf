"""SQL text for days and times as programs of every country write them: in numbers, or with a month's name.

``3/4/2026`` is a day in March or in April. Which it is hangs on the country of whoever saved the file, and the file's
other days tell: of two numbers the one above 12 is the day. A day with full stops is read day first everywhere.
"""

import re
from collections.abc import Iterable
from typing import Literal

from cspaudit.sources import months
from cspaudit.sources.sql import literal

#: "none": days whose order their numbers leave open are not read
Order = Literal["dmy", "mdy", "ymd", "none"]

#: in the date formats of a layout: its days may be written as in any country, and each file tells how
LOCALISED = "localised"

#: which reading of a day is possible, as bits: only the day first, only the month first, either
DAY_FIRST, MONTH_FIRST, EITHER = BITS = (1, 2, 4)
#: the text is a number that can be a spreadsheet's count of days
SERIAL = 8

#: days in numbers, with what follows them
_NUMBERS = r" *([0-9]{4}|[0-9]{1,2})[-./][0-9]{1,2}[-./]([0-9]{4}|[0-9]{1,2})(?:[ ,T].*)?"
#: a spreadsheet's count of days since the end of 1899, from 1954 to 2119, and the part of the day
_SERIAL = r"[2-7][0-9]{4}(\.[0-9]+)?"
_SHAPE = re.compile(
    r"(?P<first>\d{1,4})(?P<second>[-./]\d{1,2})(?P<third>[-./](?:\d{4}|\d{2}|\d))"
    r"(?:(?P<between>[ ,T]+)(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)(?:(?P<blank> ?)(?P<half>[AaPp][Mm]))?)?"
)
_NAME = re.compile(r"\d\D*[^\W\d_]{3}|[^\W\d_]{3}\D*\d|月")
_CLOCK = r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
_ZONE = r" *(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)$"
#: words for the halves of the day, without signs, in lower case
_BEFORE_NOON = ("am", "午前", "vorm", "vm")
_AFTER_NOON = ("pm", "午後", "nachm", "nm")
#: years of days that stand for none, which say nothing of the others
_NEVER = ("0001", "9999")
#: words beside a time that say nothing
_IDLE = ("uhr", "h")


def _list(words: tuple[str, ...]) -> str:
    return f"({', '.join(repr(word) for word in words)})"


def pattern(texts: Iterable[str], order: Order) -> str:
    """Return the strptime pattern of the first text that is a day in numbers, with or without a time; "" without one."""
    for text in texts:
        if found := _SHAPE.fullmatch(text):
            return _pattern(found, order)
    return ""


def _pattern(found: re.Match[str], order: Order) -> str:
    first, second, third = found["first"], found["second"], found["third"]
    if len(first) == len("2026"):
        shown = f"%Y{second[0]}%m{third[0]}%d"
    elif order == "none" and second[0] != ".":
        return ""
    else:
        year = "%Y" if len(third) > len("/2026") - 1 else "%y"
        # no country writes the month first and full stops
        parts = {"dmy": ("%d", "%m", year), "mdy": ("%m", "%d", year), "ymd": ("%y", "%m", "%d")}[
            "dmy" if second[0] == "." or (order == "ymd" and year == "%Y") else order
        ]
        shown = f"{parts[0]}{second[0]}{parts[1]}{third[0]}{parts[2]}"
    if not found["clock"]:
        return shown
    hour = "%I" if found["half"] else "%H"
    seconds = ":%S" if found["clock"].count(":") > 1 else ""
    return f"{shown}{found['between']}{hour}:%M{seconds}{found['blank'] or ''}{'%p' if found['half'] else ''}"


def fast(raw: str, shape: str) -> str:
    """Return the time of a text of one shape, at which the engine is quick; NULL where it has another."""
    read = f"try_strptime({raw}, {literal(shape)})"
    # "%Y" takes the year 25 for what it says
    return f"CASE WHEN {read} >= TIMESTAMP '1000-01-01' THEN {read} END"


def fast_readings(time: str, shape: str) -> str:
    """Return which readings the text of a ``fast`` time allows."""
    if shape.startswith("%Y"):
        return "0"
    first = MONTH_FIRST if shape.startswith("%m") else DAY_FIRST
    if shape[2] == ".":
        return str(DAY_FIRST)
    return (
        f"CASE WHEN day({time}) = month({time}) THEN 0 WHEN day({time}) > 12 THEN {first} ELSE {EITHER} END"
    )


def numbers(raw: str) -> str:
    """Return ``raw`` where it begins with a day in numbers, else NULL."""
    return f"CASE WHEN regexp_full_match({raw}, '{_NUMBERS}') THEN ltrim({raw}) END"


def named(raw: str, i: int) -> tuple[list[str], str]:
    """Return layers of columns and what they make of a day in ``raw`` that names its month: one in numbers, year first.

    Each layer reads the one before; ``i`` tells the columns of one text from those of another.
    """
    month = f"regexp_extract(en{i}, '({'|'.join(name for name, _ in months.MONTHS)})')"
    two = "^[^0-9]*([0-9]{1,4})[^0-9]+([0-9]{1,4})[^0-9: ]*(.*)$"
    layers = [
        f"CASE WHEN regexp_matches({raw}, '\\pL') THEN {months.in_english(raw)} END AS en{i}",
        f"{month} AS mo{i}, regexp_replace(en{i}, '[A-Z][a-z]{{2}}', ' ') AS ba{i}",
        ", ".join(
            f"regexp_extract(ba{i}, '{two}', {group}) AS {name}{i}"
            for group, name in enumerate(("fi", "se", "re"), 1)
        ),
        (
            f"CASE WHEN length(fi{i}) = 4 THEN se{i} ELSE fi{i} END || '/' || mo{i} || '/' || "
            f"CASE WHEN length(fi{i}) = 4 THEN fi{i} ELSE se{i} END AS wr{i}"
        ),
    ]
    written = f"try_strptime(wr{i}, ['%d/%b/%y', '%d/%b/%Y'])"
    return layers, f"strftime({written}, '%Y/%m/%d') || ' ' || re{i}"


def has_name(texts: Iterable[str]) -> bool:
    """Whether one of the texts seems to name a month."""
    return any(_NAME.search(text) for text in texts)


def day_part(text: str) -> str:
    """Return the day of what ``numbers`` gives, parted by strokes, or by full stops where it has them."""
    return f"translate(regexp_extract({text}, '^[0-9./-]+'), '-', '/')"


def time_part(text: str) -> str:
    """Return what follows the day of what ``numbers`` gives; empty where nothing does."""
    return f"ltrim(regexp_extract({text}, '^[0-9./-]+(.*)$', 1), ' ,T')"


def day(part: str, order: Order) -> str:
    """Return the midnight of a day part; the order counts only where the year is not first and no full stop parts it."""
    year = f"length(split_part({part}, '/', 3))"
    in_order = ""
    if order != "none":
        two = {"dmy": "'%d/%m/%y'", "mdy": "'%m/%d/%y'", "ymd": "'%y/%m/%d'"}[order]
        four = "'%m/%d/%Y'" if order == "mdy" else "'%d/%m/%Y'"
        in_order = f"WHEN {year} = 4 THEN try_strptime({part}, {four}) WHEN {year} = 2 THEN try_strptime({part}, {two}) "
    return (
        f"CASE WHEN {part} IS NULL THEN NULL "
        f"WHEN strpos({part}, '.') > 0 THEN CASE WHEN strpos({part}, '.') = 5 THEN try_strptime({part}, '%Y.%m.%d') "
        f"ELSE try_strptime({part}, ['%d.%m.%y', '%d.%m.%Y']) END "
        f"WHEN strpos({part}, '/') = 5 THEN try_strptime({part}, '%Y/%m/%d') {in_order}END"
    )


def day_alone(part: str, rest: str, order: Order) -> str:
    """Return the day of a day part, whatever the time beside it; NULL where something else is beside it."""
    return f"CASE WHEN {rest} = '' OR regexp_matches({rest}, '[0-9]:[0-9]') THEN {day(part, order)} END"


def readings(raw: str, part: str) -> str:
    """Return which readings a day part allows, 0 where there is one for all; SERIAL for a bare number of days."""
    first, second = (f"try_cast(split_part({part}, '/', {i}) AS UTINYINT)" for i in (1, 2))
    return (
        f"CASE WHEN {part} IS NULL THEN CASE WHEN regexp_full_match({raw}, '{_SERIAL}') THEN {SERIAL} ELSE 0 END "
        f"WHEN strpos(translate({part}, '.', '/'), '/') = 5 OR right({part}, 4) IN {_list(_NEVER)} THEN 0 "
        f"WHEN strpos({part}, '.') > 0 THEN {DAY_FIRST} "
        f"WHEN {first} = {second} OR ({first} > 12 AND {second} > 12) THEN 0 "
        f"WHEN {first} > 12 THEN {DAY_FIRST} WHEN {second} > 12 THEN {MONTH_FIRST} ELSE {EITHER} END"
    )


def clock(part: str, rest: str, order: Order) -> tuple[str, str]:
    """Return (time, offset in seconds) of a day part and what follows it; NULL where that is no time of day."""
    bare = f"regexp_replace({rest}, '{_ZONE}', '')"
    word = f"regexp_replace(lower({bare}), '[^\\pL]', '', 'g')"
    digits = f"regexp_extract({bare}, '{_CLOCK}')"
    hour = f"try_cast(regexp_extract({digits}, '^[0-9]+') AS INTEGER)"
    wide = f"try_cast({digits} AS TIME)"
    halves = (
        f"CASE WHEN {word} IN {_list(_IDLE)} THEN to_seconds(0) WHEN {hour} > 12 THEN NULL "
        f"WHEN {word} IN {_list(_BEFORE_NOON)} THEN to_hours(CASE {hour} WHEN 12 THEN -12 ELSE 0 END) "
        f"WHEN {word} IN {_list(_AFTER_NOON)} THEN to_hours(CASE {hour} WHEN 12 THEN 0 ELSE 12 END) END"
    )
    midnight = day(part, order)
    time = (
        f"CASE WHEN {rest} = '' THEN NULL "
        f"WHEN regexp_full_match({rest}, '{_CLOCK}') THEN cast({midnight} AS DATE) + try_cast({rest} AS TIME) "
        f"WHEN regexp_full_match({bare}, '{_CLOCK}') THEN cast({midnight} AS DATE) + {wide} "
        f"ELSE cast({midnight} AS DATE) + {wide} + ({halves}) END"
    )
    zone = f"regexp_extract({rest}, '{_ZONE}', 1)"
    sign = f"CASE WHEN starts_with({zone}, '-') THEN -1 ELSE 1 END"
    hours = f"cast(substring({zone}, 2, 2) AS INTEGER)"
    minutes = f"coalesce(try_cast(replace(substring({zone}, 4), ':', '') AS INTEGER), 0)"
    offset = (
        f"CASE WHEN {rest} IS NULL OR right({rest}, 1) NOT IN ('Z', 'C', 'T') AND NOT regexp_matches({rest}, '[+-]') THEN NULL "
        f"WHEN {zone} = '' THEN NULL WHEN {zone} IN ('Z', 'UTC', 'GMT') THEN 0 "
        f"ELSE ({sign}) * ({hours} * 3600 + {minutes} * 60) END"
    )
    return time, offset


def of_serial(raw: str) -> str:
    """Return the time of a spreadsheet's count of days, to the second; NULL where ``raw`` is none."""
    seconds = f"cast(round(cast({raw} AS DOUBLE) * 86400) AS BIGINT)"
    return (
        f"CASE WHEN regexp_full_match({raw}, '{_SERIAL}') "
        f"THEN TIMESTAMP '1899-12-30 00:00:00' + to_seconds({seconds}) END"
    )
