"""Functions that both engines have and that do not mean quite the same: what stands for DuckDB's on Spark."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

#: what DuckDB trims: the blanks of Unicode's class Zs
_BLANKS = "\u0020\u00a0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u202f\u205f\u3000"
#: letters whose small form depends on their place (Σ at a word's end) or is two characters long (İ); DuckDB's is neither
_LARGE, _SMALL = (
    "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}\N{GREEK CAPITAL LETTER SIGMA}",
    "i\N{GREEK SMALL LETTER SIGMA}",
)
#: letters that got a large form in Unicode 16 and 17, which DuckDB does not know yet
_WITHOUT_LARGE = "ƛɤꟓꟕ"
#: letters stand here while Spark changes the others; no writing uses these characters
_PRIVATE = 0xF0000
#: the end of the text, where it is not escaped and stands outside a class: Spark's also matches before a last new line
_END = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\$", re.DOTALL)


def carried(node: "exp.Expr") -> "exp.Expr":
    """Return what stands on Spark for a function of DuckDB's; all else is returned as it is."""
    from sqlglot import exp

    match node:
        case exp.TimeToUnix():
            return _epoch(node.this)
        case exp.Lower():
            return exp.Lower(this=_translated(node.this, _LARGE, _SMALL))
        case exp.Upper():
            return _upper(node.this)
        case exp.Trim() if not node.expression:
            return exp.Trim(this=node.this, expression=exp.Literal.string(_BLANKS), position="BOTH")
        case exp.Concat():
            # NULL counts as an empty text, which is no number
            node.set("expressions", [exp.cast(part, exp.DType.TEXT) for part in node.expressions])
        case exp.RegexpLike() if node.expression.is_string:
            pattern = _END.sub(lambda found: found[1] or r"\z", node.expression.name)
            node.set("expression", exp.Literal.string(pattern))
        case exp.Anonymous() if node.name.lower() == "hash":
            # Spark's hash has 32 bits only
            return exp.Anonymous(this="xxhash64", expressions=node.expressions)
    return node


def _epoch(instant: "exp.Expr") -> "exp.Expr":
    """Return the seconds since 1970 with their fraction; Spark's own function cuts it off."""
    from sqlglot import exp

    microseconds = exp.Anonymous(this="unix_micros", expressions=[exp.cast(instant, exp.DType.TIMESTAMPLTZ)])
    seconds = exp.Div(
        this=exp.cast(microseconds, exp.DType.DOUBLE), expression=exp.Literal.number(1_000_000), typed=False
    )
    return exp.Paren(this=seconds)


def _upper(text: "exp.Expr") -> "exp.Expr":
    from sqlglot import exp

    letters, large = _lasting_letters()
    away = "".join(chr(_PRIVATE + place) for place in range(len(letters)))
    return _translated(exp.Upper(this=_translated(text, letters, away)), away, large)


@lru_cache(maxsize=1)
def _lasting_letters() -> tuple[str, str]:
    """Return the letters that Spark writes large as more than one, and what DuckDB makes of each: one letter."""
    letters = [letter for letter in map(chr, range(0x10000)) if len(letter.upper()) > 1]
    large = {letter: letter.title() if len(letter.title()) == 1 else letter for letter in letters} | {
        "ß": "ẞ"
    }
    large |= {letter: letter for letter in _WITHOUT_LARGE}
    return "".join(large), "".join(large.values())


def _translated(text: "exp.Expr", old: str, new: str) -> "exp.Expr":
    from sqlglot import exp

    return exp.Anonymous(
        this="translate", expressions=[text, exp.Literal.string(old), exp.Literal.string(new)]
    )
