"""Values, keys and comments as TOML writes them."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

#: comments are broken here, as the rest of the file is narrower still
WIDTH = 100
#: a key, its value, and what is said of it beside
Entry = tuple[str, object, str]
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def value(content: object) -> str:
    """Return a value as TOML, on one line; texts keep every sign they have."""
    match content:
        case bool():
            return "true" if content else "false"
        case int():
            return str(content)
        case Decimal():
            text = format(content, "f")
            return text if "." in text else f"{text}.0"
        case datetime():
            return _instant(content)
        case date():
            return content.isoformat()
        case str():
            return _text(content)
        case Mapping():
            inside = ", ".join(f"{key(str(name))} = {value(one)}" for name, one in content.items())
            return f"{{ {inside} }}" if inside else "{}"
        case list() | tuple():
            return f"[{', '.join(value(one) for one in content)}]"
        case _:
            message = f"TOML has no {type(content).__name__}"
            raise TypeError(message)


def key(name: str) -> str:
    """Return a key as TOML, bare where it may be."""
    return name if _BARE_KEY.fullmatch(name) else _text(name)


def comment(text: str) -> str:
    """Return a text as lines of comment; signs that no line can hold are written out."""
    plain = "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
    lines = textwrap.wrap(plain, WIDTH - 2, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)


def block(head: str, entries: Iterable[Entry]) -> str:
    """Return a table with its head and lines; each entry is key, value and what is said of it beside."""
    return "".join([f"{head}\n", *_lines(entries)])


def commented(text: str) -> str:
    """Return lines of TOML as comments, so that they say nothing until somebody takes the marks away."""
    return "".join(f"# {line}\n" for line in text.splitlines())


def _lines(entries: Iterable[Entry]) -> Iterator[str]:
    for name, content, note in entries:
        line = f"{key(name)} = {value(content)}"
        if note and len(line) + len(note) + 4 <= WIDTH:
            yield f"{line:<36}  # {note}\n" if note.isprintable() else f"{line}\n{comment(note)}"
        else:
            yield f"{comment(note)}{line}\n" if note else f"{line}\n"


def _text(content: str) -> str:
    return f'"{"".join(_sign(sign) for sign in content)}"'


def _sign(sign: str) -> str:
    if sign in _SHORT:
        return _SHORT[sign]
    code = ord(sign)
    if sign.isprintable() or sign == "\u00a0":
        return sign
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - four digits hold so much


def _instant(content: datetime) -> str:
    if content.tzinfo is None:
        message = "an instant needs its offset"
        raise TypeError(message)
    return content.astimezone(UTC).isoformat().replace("+00:00", "Z")
