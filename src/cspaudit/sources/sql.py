"""SQL text for turning an export's text fields into typed canonical values, NULL where that fails."""

import re
from collections.abc import Container, Mapping, Sequence

from cspaudit.model import zones
from cspaudit.model.table import AtLeast, Column, ColumnType, Needs, Order, Rule
from cspaudit.model.zones import Segment
from cspaudit.sources import months

_OFFSET = r" ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)$"
_NUMERIC_OFFSET = r":.*[+-][0-9]{2}(:?[0-9]{2})?$"
_HOURS_MINUTES = r"[+-]([0-9]{2}):?([0-9]{2})?$"
_ISO_INSTANT = r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d+)?)?( ?(Z|[+-]([01]\d|2[0-3])(:?[0-5]\d)?))?"
_MONEY = r"[+-]?\d{1,15}(\.\d{0,4}0*)?"
_SHARE = r"0(\.\d{1,4}0*)?|1(\.0+)?"
_INTEGER = r"[+-]?\d{1,18}"
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DAY_LENGTH = len("2026-07-01")
_TRUE = ("true", "yes", "y", "1", "t")
_FALSE = ("false", "no", "n", "0", "f")

#: what a year of two digits is read as lies before
_TOO_EARLY = "TIMESTAMP '0999-12-31 23:59:59.999999'"
#: signs by which formats of days and times differ, and directives that may stand for such signs themselves
_SIGNS = ("/", ":", ".", "T")
_OWN_SIGNS = ("%z", "%Z", "%c", "%x", "%X", "%b", "%B", "%a", "%A")

#: a local time that the clock shows twice, in autumn
TWICE = 1
#: a local time that the clock leaves out, in spring
NEVER = 2

#: what stands in a layout's date formats for a count since 1970 in UTC, and how many microseconds each count is
EPOCHS = {"epoch_s": 1_000_000, "epoch_ms": 1_000}

#: how a reject names what a value should have been
EXPECTED: dict[ColumnType, str] = {
    "text": "text",
    "instant": "a day and time such as 2026-07-01T09:30:00Z",
    "date": "a day such as 2026-07-01",
    "money": "an amount with at most four decimals such as 1234.50",
    "share": "a share from 0 to 1 such as 0.95",
    "integer": "a whole number",
    "boolean": "true or false",
}


def literal(text: str) -> str:
    """Return ``text`` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """Return ``text`` as a quoted SQL name."""
    return '"' + text.replace('"', '""') + '"'


def in_list(values: Sequence[str]) -> str:
    """Return ``values`` as the right side of IN."""
    return "(" + ", ".join(literal(value) for value in values) + ")"


def without_nulls(
    raw: str, nulls: Sequence[str], type_: ColumnType, already: Container[str] = frozenset()
) -> str:
    """Return ``raw`` with the layout's words for "nothing" as NULL; a null day also covers that day's times.

    Where the engine read words ``already`` as NULL they are not looked for again.
    """
    words = [word for word in dict.fromkeys(["", *nulls]) if word not in already]
    days = [word[:_DAY_LENGTH] for word in nulls if type_ in {"date", "instant"} and _ISO_DAY.match(word)]
    if words == [""] and not days:
        return f"nullif({raw}, '')"
    tests = [f"{raw} NOT IN {in_list(words)}"] if words else []
    if days:
        begins = " OR ".join(f"starts_with({raw}, {literal(day)})" for day in dict.fromkeys(days))
        # a text too short for more than such a day is none, and its length is quickly told
        short = _DAY_LENGTH if all(day in already for day in days) else _DAY_LENGTH - 1
        tests.append(f"(strlen({raw}) <= {short} OR NOT ({begins}))")
    return f"CASE WHEN {' AND '.join(tests)} THEN {raw} END" if tests else raw


def mapped(raw: str, values: Mapping[str, str], other: str | None, *, any_case: bool = False) -> str:
    """Return ``raw`` with its values replaced; one that ``values`` lacks becomes ``other`` ("": NULL), or stays."""
    words = {old.lower(): new for old, new in values.items()} if any_case else values
    cases = " ".join(f"WHEN {literal(old)} THEN {literal(new)}" for old, new in words.items())
    rest = raw
    if other is not None:
        rest = f"CASE WHEN {raw} IS NOT NULL THEN {literal(other)} END" if other else "NULL::VARCHAR"
    if not values:
        return rest
    return f"CASE {f'lower({raw})' if any_case else raw} {cases} ELSE {rest} END"


def guid(raw: str, prefix: str = "") -> str:
    """Return ``raw`` in small letters where it is a GUID, without ``prefix`` before it.

    Ids of other kinds mean another thing in capitals.
    """
    first = ""
    if prefix:
        first = f"WHEN starts_with({raw}, {literal(prefix)}) THEN {guid(_behind(raw, prefix))} "
    # told by its length and first hyphen, which is ten times faster than a pattern
    return f"CASE {first}WHEN strlen({raw}) = 36 AND strpos({raw}, '-') = 9 THEN lower({raw}) ELSE {raw} END"


def without_prefix(raw: str, prefix: str) -> str:
    """Return ``raw`` without ``prefix`` before it."""
    return f"CASE WHEN starts_with({raw}, {literal(prefix)}) THEN {_behind(raw, prefix)} ELSE {raw} END"


def _behind(raw: str, prefix: str) -> str:
    return f"substring({raw}, {len(prefix) + 1})"


def address(raw: str) -> str:
    """Return the address that a mail header's ``raw`` names, without the name beside it and in small letters."""
    return f"lower(trim(split_part(split_part({raw}, '<', -1), '>', 1)))"


def typed(raw: str, type_: ColumnType, formats: Sequence[str]) -> str:
    """Return ``raw`` as a value of the column's type, NULL where it is none; instants have ``clock`` and ``utc``."""
    if type_ == "text":
        return raw
    if type_ == "boolean":
        low = f"lower({raw})"
        return f"CASE WHEN {low} IN {in_list(_TRUE)} THEN true WHEN {low} IN {in_list(_FALSE)} THEN false END"
    if type_ == "date":
        return _day(raw, formats)
    return _number(raw, type_)


def _number(raw: str, type_: ColumnType) -> str:
    # DuckDB rounds what a DECIMAL cannot hold, so the text is tested before it is cast
    pattern, sql_type = {
        "integer": (_INTEGER, "BIGINT"),
        "money": (_MONEY, "DECIMAL(19,4)"),
        "share": (_SHARE, "DECIMAL(5,4)"),
    }[type_]
    return f"CASE WHEN regexp_full_match({raw}, {literal(pattern)}) THEN try_cast({raw} AS {sql_type}) END"


def _day(raw: str, formats: Sequence[str]) -> str:
    if formats:
        iso = f"CASE WHEN {_strptime(raw, formats)} IS NULL THEN {raw} END"
        return f"coalesce(cast({_strptime(raw, formats)} AS DATE), {_iso_day(iso)})"
    # a cast alone would drop a time of day without a word
    return f"CASE WHEN length({raw}) = 10 THEN try_cast({raw} AS DATE) END"


def _iso_day(raw: str) -> str:
    return f"CASE WHEN regexp_full_match({raw}, '{_ISO_DAY.pattern}([ T].*)?') THEN try_cast(left({raw}, 10) AS DATE) END"


def _strptime(raw: str, formats: Sequence[str]) -> str:
    # apart, because a list that names an offset in one format and none in another keeps the offset of the row before
    zoned = [pattern for pattern in formats if "%z" in pattern]
    plain = [pattern for pattern in formats if "%z" not in pattern and pattern not in EPOCHS]
    text = f"({months.in_english(raw)})" if any("%b" in pattern for pattern in formats) else raw
    tried = [_first_that_fits(text, some) for some in (zoned, plain) if some]
    tried += [_since_1970(raw, EPOCHS[pattern]) for pattern in formats if pattern in EPOCHS]
    read = f"coalesce({', '.join(tried)})"
    # "%Y" takes the year 25 for what it says; written so that the text is read once
    return f"nullif(greatest({read}, {_TOO_EARLY}), {_TOO_EARLY})"


def _since_1970(raw: str, microseconds: int) -> str:
    # no more digits than microseconds have room for
    digits = 17 - len(str(microseconds)) + 1
    counts = rf"regexp_full_match({raw}, '-?\d{{1,{digits}}}')"
    return f"CASE WHEN {counts} THEN make_timestamp(cast({raw} AS BIGINT) * {microseconds}) END"


def _first_that_fits(text: str, formats: Sequence[str]) -> str:
    """Return the SQL of the first format that reads the text; those whose signs it lacks are not tried.

    A format that does not fit costs five times as much as one that does.
    """
    if any(directive in pattern for pattern in formats for directive in _OWN_SIGNS):
        return _tried(text, formats)
    alike: dict[tuple[bool, ...], list[str]] = {}
    for pattern in formats:
        alike.setdefault(tuple(sign in pattern for sign in _SIGNS), []).append(pattern)
    if len(alike) == 1:
        return _tried(text, formats)
    cases = (
        f"WHEN {' AND '.join(_has(text, sign, has=has) for sign, has in zip(_SIGNS, signs, strict=True))} "
        f"THEN {_tried(text, some)}"
        for signs, some in alike.items()
    )
    return f"CASE {' '.join(cases)} END"


def _tried(text: str, formats: Sequence[str]) -> str:
    # a format for fractions of any length gives a type of its own
    return f"try_strptime({text}, [{', '.join(map(literal, formats))}])::TIMESTAMP"


def _has(text: str, sign: str, *, has: bool) -> str:
    return f"{'' if has else 'NOT '}contains({text}, {literal(sign)})"


def clock(raw: str, formats: Sequence[str]) -> tuple[str, str]:
    """Return (time, offset): the time that ``raw`` shows, and the offset in seconds it names, NULL where none.

    ``formats`` are strptime patterns; without any, ISO 8601 is read. What is neither has a NULL time.
    """
    if formats:
        zoned = [pattern for pattern in formats if "%z" in pattern or pattern in EPOCHS]
        # strptime itself turns a time with an offset into UTC
        offset = f"CASE WHEN {_strptime(raw, zoned)} IS NOT NULL THEN 0 END" if zoned else "NULL::INTEGER"
        read = _strptime(raw, formats)
        # ISO 8601 can always be read, and a spreadsheet's times come so
        iso, iso_offset = clock(f"CASE WHEN {read} IS NULL THEN {raw} END", ())
        return f"coalesce({read}, {iso})", f"coalesce({offset}, {iso_offset})"
    # DuckDB's cast to TIMESTAMP reads an offset and forgets it, and takes words such as "infinity": the two usual
    # shapes are told by their length, everything else must match the pattern
    plain = f"length({raw}) = 19 AND substring({raw}, 17, 1) = ':' AND substring({raw}, 5, 1) = '-'"
    zulu = f"length({raw}) = 20 AND ends_with({raw}, 'Z')"
    bare = f"regexp_replace({raw}, {literal(_OFFSET)}, '')"
    time = (
        f"CASE WHEN ({zulu}) OR ({plain}) THEN try_cast({raw} AS TIMESTAMP) "
        f"WHEN regexp_full_match({raw}, {literal(_ISO_INSTANT)}) THEN try_cast({bare} AS TIMESTAMP) END"
    )
    hours = f"cast(regexp_extract({raw}, {literal(_HOURS_MINUTES)}, 1) AS INTEGER)"
    minutes = f"coalesce(try_cast(regexp_extract({raw}, {literal(_HOURS_MINUTES)}, 2) AS INTEGER), 0)"
    sign = f"CASE WHEN regexp_matches({raw}, '-[0-9:]+$') THEN -1 ELSE 1 END"
    offset = (
        f"CASE WHEN {zulu} THEN 0 WHEN {plain} THEN NULL WHEN ends_with({raw}, 'Z') THEN 0 "
        f"WHEN regexp_matches({raw}, {literal(_NUMERIC_OFFSET)}) "
        f"THEN ({sign}) * ({hours} * 3600 + {minutes} * 60) END"
    )
    return time, offset


def utc(time: str, offset: str, segments: Sequence[Segment]) -> str:
    """Return the naive UTC instant, floored to the second, of a time with an offset of its own or of ``segments``."""
    own = zones.local_to_utc_offset_sql(time, segments) if segments else "0"
    return f"date_trunc('second', {time}) - to_seconds(coalesce({offset}, {own}))"


def doubt(times: Sequence[tuple[str, str]], segments: Sequence[Segment]) -> str:
    """Return TWICE or NEVER where one of the (time, offset) pairs is local and the clock shows it twice or never."""
    tests = []
    for code, ranges in ((TWICE, zones.ambiguous_ranges(segments)), (NEVER, zones.missing_ranges(segments))):
        within = [
            f"({offset} IS NULL AND {time} >= TIMESTAMP '{first}' AND {time} < TIMESTAMP '{end}')"
            for time, offset in times
            for first, end in ranges
        ]
        tests += [f"WHEN {' OR '.join(within)} THEN {code}"] if within else []
    return f"CASE {' '.join(tests)} END" if tests else "NULL"


def faults(column: Column, raw: str, value: str) -> list[tuple[str, str]]:
    """Return (condition, reason) for each way a value of ``column`` can be wrong; the first that holds counts."""
    found = []
    if column.required:
        found.append((f"{raw} IS NULL", "is required and empty"))
    if column.type != "text":
        found.append((f"{value} IS NULL AND {raw} IS NOT NULL", f"is not {EXPECTED[column.type]}"))
    if column.allowed:
        found.append((f"{value} NOT IN {in_list(column.allowed)}", f"is none of {', '.join(column.allowed)}"))
    if column.pattern:
        found.append(
            (f"NOT regexp_full_match({value}, {literal(column.pattern)})", f"is not {column.pattern_says}")
        )
    return found


def rule_fault(rule: Rule, value: Mapping[str, str]) -> tuple[str, str, str]:
    """Return (column, condition, reason) for a rule across columns; ``value`` gives each column's SQL."""
    match rule:
        case Order(first, second):
            return first, f"{value[first]} > {value[second]}", f"is after {second}"
        case Needs(column, other):
            return (
                column,
                f"{value[column]} IS NOT NULL AND {value[other]} IS NULL",
                f"needs {other}, which is empty",
            )
        case AtLeast(column, minimum):
            return column, f"{value[column]} < {minimum}", f"is below {minimum}"
