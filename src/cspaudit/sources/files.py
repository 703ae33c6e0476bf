"""Finding the files of a source and reading what the engine must be told: encoding, delimiter, header."""

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from cspaudit.errors import EngagementError, SourceError
from cspaudit.model.engagement import SourceSettings

PARTNER = "{partner}"
DELIMITERS = (",", ";", "\t", "|")
HEAD_BYTES = 1 << 16
CHUNK_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
#: a text in which so large a share of every second byte is NUL is UTF-16 without a byte order mark
UTF16_NUL_SHARE = 0.6

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class SourceFile:
    """One file of a source; ``partner_id`` is set where the path names the partner."""

    path: Path
    shown: str
    partner_id: str


@dataclass(frozen=True)
class FileHead:
    """What the first bytes of a file say. ``skip`` counts the lines before the header."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    skip: int
    assumption: str = ""


@dataclass(frozen=True)
class Digest:
    """The whole file's fingerprint, its size, and the first NUL byte (-1: none)."""

    sha256: str
    size: int
    nul_at: int


def find(folder: Path, settings: SourceSettings, partners: Sequence[str]) -> list[SourceFile]:
    """Return the files of a source in path order; SourceError where a path has none."""
    found: list[SourceFile] = []
    for partner in partners if PARTNER in settings.path else [settings.partner]:
        pattern = settings.path.replace(PARTNER, partner)
        matches = _matches(folder, pattern)
        if not matches:
            raise SourceError(
                "The export is not there." if not _is_glob(pattern) else "No file fits this pattern.",
                where=pattern,
                hint=f"Looked in {folder.name or '.'}/. Put the file there or correct the path in cspaudit.toml.",
            )
        found.extend(SourceFile(path, _shown(path, folder), partner) for path in matches)
    return found


def _is_glob(pattern: str) -> bool:
    return any(mark in pattern for mark in "*?[")


def _matches(folder: Path, pattern: str) -> list[Path]:
    path = Path(pattern)
    if not _is_glob(pattern):
        full = folder / path
        return [full] if full.is_file() else []
    base = Path(path.anchor) if path.is_absolute() else folder
    relative = path.relative_to(path.anchor) if path.is_absolute() else path
    try:
        return sorted(match for match in base.glob(str(relative)) if match.is_file())
    except ValueError as error:
        raise EngagementError(f"The pattern cannot be read: {error}.", where=pattern) from error


def _shown(path: Path, folder: Path) -> str:
    try:
        return path.relative_to(folder).as_posix()
    except ValueError:
        return path.name


def open_plain(path: Path) -> IO[bytes]:
    """Open a file for its plain bytes, unpacking gzip."""
    with path.open("rb") as raw:
        packed = raw.read(2) == GZIP_MAGIC
    if packed:
        return cast("IO[bytes]", gzip.open(path, "rb"))
    return path.open("rb")


def digest(path: Path, encoding: str) -> Digest:
    """Fingerprint a file in one pass; look for NUL bytes, which no text in a byte encoding holds."""
    seen = hashlib.sha256()
    size = plain = 0
    nul_at = -1
    unpack: zlib._Decompress | None = None
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            if size == 0 and chunk.startswith(GZIP_MAGIC):
                unpack = zlib.decompressobj(wbits=31)
            seen.update(chunk)
            size += len(chunk)
            text = unpack.decompress(chunk) if unpack else chunk
            if nul_at < 0 and not encoding.startswith("utf-16") and (found := text.find(b"\0")) >= 0:
                nul_at = plain + found
            plain += len(text)
    return Digest(seen.hexdigest(), size, nul_at)


def read_head(file: SourceFile, settings: SourceSettings, delimiter: str) -> FileHead:
    """Read encoding, delimiter and header of a CSV file; SourceError where it is empty or unreadable."""
    encoding, assumption = _encoding(file, settings.encoding)
    with _text(file, encoding) as text:
        skip = 0
        start = text.tell()
        first = text.readline()
        declared = settings.delimiter or delimiter
        if first.lower().startswith("sep=") and len(first.strip()) == len("sep=") + 1:
            declared, skip, start = first.strip()[-1], 1, text.tell()
        elif first.startswith("#TYPE"):
            skip, start = 1, text.tell()
        text.seek(start)
        line = text.readline()
        text.seek(start)
        chosen = declared or max(DELIMITERS, key=line.count)
        header = next(csv.reader(text, delimiter=chosen), [])
    if not any(cell.strip() for cell in header):
        raise SourceError("The export has no header line.", where=file.shown)
    return FileHead(
        encoding, chosen, tuple(cell.strip().removeprefix("\ufeff") for cell in header), skip, assumption
    )


def json_encoding(file: SourceFile, settings: SourceSettings) -> tuple[str, str]:
    """Return the encoding of a JSON file and what was assumed about it."""
    return _encoding(file, settings.encoding)


def _encoding(file: SourceFile, declared: str) -> tuple[str, str]:
    with open_plain(file.path) as plain:
        head = plain.read(HEAD_BYTES)
    if not head:
        raise SourceError(
            "The export is empty (0 bytes).",
            where=file.shown,
            hint="Export it again; a header line alone would do.",
        )
    if declared:
        try:
            return codecs.lookup(declared).name, ""
        except LookupError as error:
            raise EngagementError(
                f"There is no encoding {declared!r}.",
                where=file.shown,
                hint="Write utf-8, utf-16, cp1252 or latin-1.",
            ) from error
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name, ""
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if zeros and zeros.count(0) / len(zeros) > UTF16_NUL_SHARE:
            return name, f"{file.shown} has no byte order mark; it was read as {name.upper()}."
    return "utf-8", ""


def _text(file: SourceFile, encoding: str) -> io.TextIOWrapper:
    # errors="replace": the header decides the layout; wrong bytes are reported with their place by the load itself
    return io.TextIOWrapper(open_plain(file.path), encoding=encoding, errors="replace", newline="")


def to_utf8(file: SourceFile, encoding: str, target: Path) -> Path:
    """Write the file as plain UTF-8 with line feeds to ``target``; SourceError at the first wrong byte."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    with open_plain(file.path) as plain, target.open("w", encoding="utf-8", newline="") as out:
        for number, chunk in enumerate(_chunks(plain)):
            try:
                out.write(
                    newlines.decode(decoder.decode(chunk, final=not chunk), final=not chunk).removeprefix(
                        "\ufeff" if number == 0 else ""
                    )
                )
            except UnicodeDecodeError as error:
                raise wrong_encoding(file, encoding, number * CHUNK_BYTES + error.start) from error
    return target


def _chunks(plain: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes in pieces, and an empty last one."""
    while chunk := plain.read(CHUNK_BYTES):
        yield chunk
    yield b""


def wrong_encoding(file: SourceFile, encoding: str, position: int) -> SourceError:
    """Return the error for a byte that ``encoding`` does not know, with a guess at the right encoding."""
    from charset_normalizer import from_bytes  # only a broken file needs it

    with open_plain(file.path) as plain:
        best = from_bytes(plain.read(HEAD_BYTES)).best()
    guess = best.encoding if best and best.encoding not in {"utf_8", "ascii"} else "cp1252"
    return SourceError(
        f"The file is not {encoding.upper()} (byte {position:,} cannot be read).",
        where=file.shown,
        hint=f'Add encoding = "{guess}" to its [[source]] if it comes from such a system.',
    )
