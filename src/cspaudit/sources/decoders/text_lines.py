"""Reads the lines of a bank's text file, in bounded memory."""

import io
from collections.abc import Iterator

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import files
from cspaudit.sources.files import SourceFile
from cspaudit.sources.guess import likely_encoding
from cspaudit.sources.heads import told_encoding

#: longest line that is read; the formats allow 80 signs
MAX_LINE = 1 << 20
#: what a text is supposed to be that is no UTF-8
LEGACY = "cp1252"


def encoding_of(file: SourceFile, settings: SourceSettings, told: list[str]) -> str:
    """Return the encoding to read a text in; one that is supposed is told."""
    encoding, assumption = files.encoding_of(file, settings.encoding)
    if assumption:
        told.append(assumption)
    if settings.encoding or encoding != "utf-8" or _is_utf8(file):
        return encoding
    if likely := likely_encoding(file):
        told.append(told_encoding(file, likely))
        return likely
    told.append(
        f"{file.shown} is not UTF-8; it was read as {LEGACY.upper()}, so that letters with accents may be others."
    )
    return LEGACY


def _is_utf8(file: SourceFile) -> bool:
    with files.unpacking(file), files.open_plain(file.path) as plain:
        text = io.TextIOWrapper(plain, encoding="utf-8")
        try:
            while text.read(files.CHUNK_BYTES):
                pass
        except UnicodeDecodeError:
            return False
    return True


def read_lines(file: SourceFile, encoding: str) -> Iterator[str]:
    """Yield the lines without their ends; SourceError where one has no end. Wrong bytes become marks."""
    with files.unpacking(file), files.open_plain(file.path) as plain:
        text = io.TextIOWrapper(plain, encoding=encoding, errors="replace")
        try:
            while line := text.readline(MAX_LINE):
                if len(line) == MAX_LINE:
                    raise SourceError(
                        f"A line is longer than {MAX_LINE:,} signs; this is no bank statement.",
                        where=file.shown,
                    )
                yield line.rstrip("\n")
        except UnicodeError as error:
            # UTF-16 that ends in the middle of a sign
            raise SourceError(f"The file is not {encoding.upper()}.", where=file.shown) from error
