"""The encoding of a text that is not UTF-8, where its letters fit one likely encoding alone."""

import re
from collections.abc import Sequence

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
    if _is_written_in(file, "cp1252", _LETTER, (_FOREIGN, _ODD)):
        return "cp1252"
    return "cp932" if _is_written_in(file, "cp932", _KANA) else ""


def _is_written_in(
    file: SourceFile, encoding: str, own: re.Pattern[str], not_its: Sequence[re.Pattern[str]] = ()
) -> bool:
    """Whether all of a file can be read so, some line has letters of its ``own``, and none what is ``not_its``."""
    has_own = False
    with files.open_plain(file.readable) as plain:
        for line in iter(lambda: plain.readline(files.CHUNK_BYTES), b""):
            if line.isascii():
                continue
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                return False
            if any(one.search(text) for one in not_its):
                return False
            has_own = has_own or bool(own.search(text))
    return has_own
