"""Names of months as exports write them in their user's language, so that ``%b`` in a date format reads them all."""

#: English name, and the abbreviations of the Unicode locale data for en, de, fr, es, it, pt, nl and ja, without the
#: full stop at the end. No word stands for two months, so that the language need not be known.
MONTHS = (
    ("Jan", ("jan", "janv", "ene", "gen", "1月")),
    ("Feb", ("feb", "févr", "fev", "2月")),
    ("Mar", ("mar", "mär", "märz", "mars", "mrt", "3月")),
    ("Apr", ("apr", "avr", "abr", "4月")),
    ("May", ("may", "mai", "mag", "mei", "5月")),
    ("Jun", ("jun", "juni", "juin", "giu", "6月")),
    ("Jul", ("jul", "juli", "juil", "lug", "7月")),
    ("Aug", ("aug", "août", "ago", "8月")),
    ("Sep", ("sep", "sept", "set", "9月")),
    ("Oct", ("oct", "okt", "ott", "out", "10月")),
    ("Nov", ("nov", "11月")),
    ("Dec", ("dec", "dez", "déc", "dic", "12月")),
)
_WORD = r"[0-9]{1,2}月|\pL{3,}\.?"


def in_english(raw: str) -> str:
    """Return the SQL of ``raw`` with the month that it names in English; other texts stay."""
    word = f"regexp_extract({raw}, '{_WORD}')"
    named = [(name, english) for english, names in MONTHS for name in names]
    names, english = (", ".join(f"'{one}'" for one in column) for column in zip(*named, strict=True))
    # two lists side by side: a branch for each name would make a plan of thousands of expressions
    month = f"([{english}])[list_position([{names}], rtrim(lower({word}), '.'))]"
    return f"coalesce(replace({raw}, {word}, {month}), {raw})"
