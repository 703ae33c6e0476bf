"""Names of months as exports write them in their user's language, so that ``%b`` in a date format reads them all."""

#: English abbreviation, and the abbreviations and names of the Unicode locale data for en, de, fr, es, it, pt, nl and
#: ja, without the full stop at the end. No word stands for two months, so that the language need not be known.
MONTHS = (
    (
        "Jan",
        (
            "jan",
            "janv",
            "ene",
            "gen",
            "1月",
            "january",
            "januar",
            "janvier",
            "enero",
            "gennaio",
            "janeiro",
            "januari",
        ),
    ),
    (
        "Feb",
        (
            "feb",
            "févr",
            "fev",
            "2月",
            "february",
            "februar",
            "février",
            "febrero",
            "febbraio",
            "fevereiro",
            "februari",
        ),
    ),
    ("Mar", ("mar", "mär", "märz", "mars", "mrt", "3月", "march", "marzo", "março", "maart")),
    ("Apr", ("apr", "avr", "abr", "4月", "april", "avril", "abril", "aprile")),
    ("May", ("may", "mai", "mag", "mei", "5月", "mayo", "maggio", "maio")),
    ("Jun", ("jun", "juni", "juin", "giu", "6月", "june", "junio", "giugno", "junho")),
    ("Jul", ("jul", "juli", "juil", "lug", "7月", "july", "juillet", "julio", "luglio", "julho")),
    ("Aug", ("aug", "août", "ago", "8月", "august", "agosto", "augustus")),
    ("Sep", ("sep", "sept", "set", "9月", "september", "septembre", "septiembre", "settembre", "setembro")),
    (
        "Oct",
        (
            "oct",
            "okt",
            "ott",
            "out",
            "10月",
            "october",
            "oktober",
            "octobre",
            "octubre",
            "ottobre",
            "outubro",
        ),
    ),
    ("Nov", ("nov", "11月", "november", "novembre", "noviembre", "novembro")),
    (
        "Dec",
        (
            "dec",
            "dez",
            "déc",
            "dic",
            "12月",
            "december",
            "dezember",
            "décembre",
            "diciembre",
            "dicembre",
            "dezembro",
        ),
    ),
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
