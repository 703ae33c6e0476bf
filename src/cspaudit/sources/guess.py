"""The encoding of a text that is not UTF-8, where its letters fit one likely encoding alone."""

import re
from collections.abc import Iterator

from cspaudit.sources import files
from cspaudit.sources.files import SourceFile

#: what stands beside letters in western languages; between two letters only the apostrophe and the middle dot do
_MARKS = "€‚„…†‡‰‹›‘’“”•–—™«»°±²³´µ¶·¹¼½¾¿¡¢£¥§¨©®¬×÷ªº\xa0\xad"  # noqa: RUF001  # the marks themselves
_WITHIN = "’·´\xad"  # noqa: RUF001  # the marks themselves
#: letters of English, German, French, Spanish, Italian, Portuguese and Dutch beyond ASCII. Those of northern, eastern
#: and Turkish languages have other letters at these places in other encodings, and are left to a person.
_LETTERS = "äöüßÄÖÜéèêëÉÈÊËàâáãÀÂÁÃçÇîïíÎÏÍôóõÔÓÕœŒùûúÙÛÚñÑÿìÌòÒ"
#: where such a letter stands only at the end of a word, or only before an "e": elsewhere it is a Czech or Hungarian one
_FINAL = "ìÌòÒ"
_BEFORE_E = "õÕ"
_ODD = re.compile(
    rf"[{_FINAL}](?=[A-Za-z{_LETTERS}])|[{_BEFORE_E}](?![eE])|[{_LETTERS}]{{3}}"
    rf"|(?<=[A-Za-z{_LETTERS}])[{re.escape(''.join(set(_MARKS) - set(_WITHIN)))}](?=[A-Za-z{_LETTERS}])"
)
_FOREIGN = re.compile(rf"[^\x00-\x7f{_LETTERS}{_MARKS}]")
_LETTER = re.compile(rf"[{_LETTERS}]")
#: the two alphabets of Japanese, which no other language has
_KANA = re.compile(r"[\u3040-\u30ff]{2}")


def likely_encoding(file: SourceFile) -> str:
    """Return the one likely encoding that all letters of a file fit, empty where none or more than one does."""
    if _is_western(file):
        return "cp1252"
    return "cp932" if _is_japanese(file) else ""


def _lines(file: SourceFile) -> Iterator[bytes]:
    """Yield the lines that are not plain ASCII."""
    with files.open_plain(file.readable) as plain:
        for line in iter(lambda: plain.readline(files.CHUNK_BYTES), b""):
            if not line.isascii():
                yield line


def _is_western(file: SourceFile) -> bool:
    has_letter = False
    for line in _lines(file):
        try:
            text = line.decode("cp1252")
        except UnicodeDecodeError:
            return False
        if _FOREIGN.search(text) or _ODD.search(text):
            return False
        has_letter = has_letter or bool(_LETTER.search(text))
    return has_letter


def _is_japanese(file: SourceFile) -> bool:
    has_kana = False
    for line in _lines(file):
        try:
            text = line.decode("cp932")
        except UnicodeDecodeError:
            return False
        has_kana = has_kana or bool(_KANA.search(text))
    return has_kana
