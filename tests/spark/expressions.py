"""For every function that a check may use: expressions over awkward values, and the awkward values."""

from datetime import date, datetime
from decimal import Decimal

#: columns of the table ``awkward`` beside ``id``: their types and their values, each with every other row's filler
TEXTS = (
    None,
    "",
    " ",
    "  two  words ",
    "\tTab\n",
    "Fabrikam Cloud GmbH",
    "STRASSE straße ẞ",
    "İstanbul \N{LATIN SMALL LETTER DOTLESS I}I",
    "ΟΔΟΣ σς",
    "e\u0301 é",
    "👍🏽 ok",
    "ﬁ ŉ ǆ ǅ",
    "a/b/c",
    "/a//",
    "100% _x\\y",
    'it\'s "so"',
    "ops@Fabrikam.Example",
    "null",
    "0",
    "\u00a0nbsp\u3000",
    "ops@fabrikam.Example\n",
)
NUMBERS = (None, 0, 1, -1, 7, -7, 899, 900, -900, 2**31, -(2**31), 10**15)
AMOUNTS = (
    None,
    *(Decimal(text) for text in ("0.00", "0.01", "-0.01", "0.05", "1.25", "-1.25", "1.35", "99999999.99")),
)
INSTANTS = (
    None,
    *(
        datetime.fromisoformat(text)
        for text in (
            "1969-12-31T23:59:59.999999",
            "1970-01-01T00:00:00",
            "2024-02-29T23:59:59",
            "2026-03-29T01:30:00",
            "2026-10-25T00:59:59.500000",
            "2026-10-25T01:00:00",
            "9999-12-31T23:59:59",
            "1900-01-01T00:00:01",
        )
    ),
)
DAYS = (
    None,
    *(
        date.fromisoformat(text)
        for text in ("1970-01-01", "1969-12-31", "2024-02-29", "2026-12-31", "9999-12-31")
    ),
)
FLAGS = (None, True, False)

#: for each function of the allow-list, what is asked of it; aggregates stand in AGGREGATES, windows in WINDOWS
EXPRESSIONS = {
    "abs": ("abs(number)", "abs(amount)"),
    "coalesce": (
        "coalesce(text, 'none')",
        "coalesce(number, 0)",
        "coalesce(instant, timestamp '2026-01-01')",
    ),
    "concat": ("concat(text, '-', other_text)", "concat(text)", "concat(number, text)", "concat(day, flag)"),
    "date_trunc": (
        *(
            f"cast(date_trunc('{unit}', instant) as timestamp)"
            for unit in ("second", "hour", "day", "week", "month", "year")
        ),
        "cast(date_trunc('month', day) as date)",
        "date_trunc('month', instant)",
    ),
    "ends_with": ("ends_with(text, other_text)", "ends_with(text, 'Example')", "ends_with(text, '')"),
    "epoch": ("cast(floor(epoch(instant)) as bigint)", "cast(floor(epoch(instant) / 900) as bigint)"),
    "floor": ("cast(floor(amount) as bigint)", "cast(floor(number / 900) as bigint)"),
    "greatest": ("greatest(number, 0)", "greatest(instant, other_instant)", "greatest(text, other_text)"),
    "least": ("least(number, 0)", "least(instant, other_instant)", "least(text, other_text)"),
    "length": ("length(text)",),
    "lower": ("lower(text)", "lower(trim(text))"),
    "nullif": ("nullif(text, '')", "nullif(number, 0)", "nullif(trim(text), '')"),
    "regexp_matches": (
        r"regexp_matches(text, '^[A-Z][a-z]+ ')",
        r"regexp_matches(text, '[.]Example$')",
        r"regexp_matches(text, '^[^ $]*@.*[.]Example$')",
        r"regexp_matches(lower(text), '(^|/)a(/|$)')",
    ),
    "replace": ("replace(text, '/', '')", "replace(text, 'ß', 'ss')", "replace(text, ' ', '  ')"),
    "round": ("round(amount, 1)", "round(amount, 0)", "round(number)"),
    "split_part": (
        "split_part(text, '/', 1)",
        "split_part(text, '/', 2)",
        "split_part(text, '@', 2)",
        "split_part(text, '/', 9)",
        "split_part(text, '/', -1)",
        "split_part(text, '/', -2)",
    ),
    "starts_with": ("starts_with(text, other_text)", "starts_with(text, '/')", "starts_with(text, '')"),
    "substring": ("substring(text, 1, 3)", "substring(text, 2)", "substring(text, 3, 100)"),
    "translate": ("translate(text, '/ @', '--')", "translate(text, 'ßé', 'se')"),
    "trim": ("trim(text)",),
    "upper": ("upper(text)", "trim(upper(text || ' '))"),
}
AGGREGATES = {
    "bool_and": ("bool_and(flag)", "bool_and(number > 0)"),
    "bool_or": ("bool_or(flag)", "bool_or(number > 0)", "bool_or(flag) filter (where number > 0)"),
    "count": ("count(*)", "count(text)", "count(distinct other_text)", "count(*) filter (where flag)"),
    "max": ("max(text)", "max(instant)", "max(amount)", "max(flag)"),
    "min": ("min(text)", "min(instant)", "min(amount)", "min(flag)"),
    "sum": ("sum(amount)", "cast(sum(number) as bigint)", "sum(amount) filter (where flag)"),
}
WINDOWS = {
    "lag": ("lag(text) over (partition by flag order by id)", "lag(number, 2) over (order by id)"),
    "lead": ("lead(instant) over (partition by flag order by id)",),
    "row_number": (
        "row_number() over (order by text, id)",
        "row_number() over (order by number desc, id)",
        "row_number() over (order by instant nulls first, id)",
    ),
}
#: what needs no function: operators, casts and comparisons
OPERATORS = (
    "text || '/' || other_text",
    "text like '%a%'",
    "text like '100% _x%'",
    "text in ('', ' ')",
    "text is distinct from other_text",
    "text is not distinct from other_text",
    "text < other_text",
    "number % 7",
    "number // 7",
    "cast(number as varchar)",
    "cast(amount as varchar)",
    "cast(instant as varchar)",
    "cast(day as varchar)",
    "cast(flag as varchar)",
    "cast(day as timestamp)",
    "cast(instant as date)",
    "day + 1",
    "instant + interval 1 day",
    "instant - interval '90' minute",
    "amount * 3",
    "amount + number",
    "-amount",
    "cast(amount as decimal(12, 1))",
    "flag and number > 0",
    "flag or number > 0",
    "not flag",
    "case when flag then text end",
    "instant between other_instant and timestamp '2026-12-31'",
)
