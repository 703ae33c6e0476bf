"""The words by which a sample can be told: its place, where it comes from, and whom it names."""

import csv
import gzip
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

#: keys and columns whose values name a person or an organisation
_NAMING = re.compile(
    r"(^|[_.\s-])(first|last|full|display|company|customer|organi[sz]ation|partner|domain|vendor|real|user)?_?name$"
    r"|companyname|customername|displayname|partnername|firstname|lastname|fullname|domainname|^(owner|resource|company)$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_PARTY = re.compile(r"<(?:\w+:)?Nm>([^<]+)<|^(?:From|To|Cc): \"?([^<\"@\n]{5,60})\"? <", re.MULTILINE)
_ID = re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|\b\d{10,}\b")
_SOURCE = re.compile(r"([\w.-]+)/([\w.-]+)@[0-9a-f]{7,}")
#: a name of one word is too often a word of the language
_NAME_WORDS = 2
#: larger files repeat the names that their beginning has
_READ_BYTES = 1 << 20


def words(samples: Path) -> frozenset[str]:
    """Return every word or phrase, in small letters, by which a sample below ``samples`` can be told."""
    found: set[str] = set()
    for path in sorted(samples.rglob("*")):
        if path.is_dir():
            found.add(path.name)
        elif path.name == "README.md":
            found.update(name for pair in _SOURCE.findall(path.read_text(encoding="utf-8")) for name in pair)
        else:
            found.add(path.name)
            found.update(_in(_text(path)))
    return frozenset(word.casefold() for word in found)


def named_in(text: str, words_: frozenset[str]) -> list[str]:
    """Return which of the words stand in a text, by themselves or within a longer phrase."""
    low = text.casefold()
    near = (word for word in words_ if word in low)
    return sorted(word for word in near if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", low))


def _text(path: Path) -> str:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return file.read(_READ_BYTES).decode("utf-8", errors="replace")


def _in(text: str) -> Iterator[str]:
    """Yield addresses and their domains, ids, and the names of parties."""
    for found in _ADDRESS.finditer(text):
        yield found[0]
        yield found[1]
    yield from _ID.findall(text)
    parties = [first or second for first, second in _PARTY.findall(text)]
    for name in (*parties, *_named(text)):
        if len(name.split()) >= _NAME_WORDS:
            yield " ".join(name.split())


def _named(text: str) -> Iterator[str]:
    try:
        content = json.loads(text)
    except ValueError:
        reader = csv.DictReader(io.StringIO(text.replace("\0", "")))
        for record in reader:
            yield from (
                value for key, value in record.items() if isinstance(value, str) and _NAMING.search(key or "")
            )
    else:
        yield from _in_json(content)


def _in_json(content: object) -> Iterator[str]:
    if isinstance(content, list):
        for one in content:
            yield from _in_json(one)
    elif isinstance(content, dict):
        for key, value in content.items():
            if isinstance(value, str) and _NAMING.search(key):
                yield value
            else:
                yield from _in_json(value)
