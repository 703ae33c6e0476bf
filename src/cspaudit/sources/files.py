"""Finding the files of a source, unpacking them, and the encoding of their text."""

import codecs
import gzip
import hashlib
import io
import itertools
import json
import os
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from cspaudit.errors import EngagementError, SourceError, WrongEncodingError
from cspaudit.model.engagement import SourceSettings

PARTNER = "{partner}"
HEAD_BYTES = 1 << 16
CHUNK_BYTES = 1 << 20
#: longest line of a file that holds one JSON value a line
LINE_BYTES = 1 << 24
GZIP_MAGIC = b"\x1f\x8b"
#: how damage of a packed file shows
PACKING_ERRORS = (EOFError, gzip.BadGzipFile, zlib.error)
#: zlib's word for "with the header of gzip"
GZIP_WBITS = 31
#: a packed file that large unpacked is refused where that is so many times its size; texts reach a tenth of it
BOMB_BYTES = 1 << 26
BOMB_RATIO = 400
#: a text in which so large a share of every second byte is NUL is UTF-16 without a byte order mark
UTF16_NUL_SHARE = 0.6

#: what exports are written in that are not Unicode, the usual one first
LIKELY_ENCODINGS = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp932", "gb18030", "big5", "cp949")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class SourceFile:
    """One file of a source; ``partner_id`` is set where the path names the partner.

    Where the engine cannot read the file itself, as a spreadsheet, ``copy`` holds the same records as CSV in UTF-8.
    """

    path: Path
    shown: str
    partner_id: str
    copy: Path | None = None
    #: what parts the cells of the copy
    copy_delimiter: str = ""
    #: whether the copy is that of a sheet, so that its rows have numbers and not its lines
    is_sheet: bool = False
    #: what is to be told of how the copy was made
    told: tuple[str, ...] = ()

    @property
    def readable(self) -> Path:
        """The file whose text is read."""
        return self.copy or self.path


@dataclass(frozen=True)
class Digest:
    """The whole file's fingerprint, its size, and what of it no engine should meet: the first NUL byte, -1: none.

    A NUL byte says nothing of a file that is no text, or one in two bytes a letter (see ``is_bytewise``).
    """

    sha256: str
    size: int
    nul_at: int = -1
    #: bytes of the longest line; lines within one chunk are not counted
    longest: int = 0


def patterns(settings: SourceSettings, partners: Sequence[str]) -> list[tuple[str, str]]:
    """Return each path to look for, with the partner whose files lie there (empty: the path does not tell)."""
    if PARTNER not in settings.path:
        return [(settings.path, settings.partner)]
    return [(settings.path.replace(PARTNER, one), one) for one in partners]


def find(folder: Path, pattern: str, partner: str) -> list[SourceFile]:
    """Return the files of a path or pattern in path order; SourceError where there is none."""
    matches, links, parents = _matches(folder, pattern)
    within = f"{folder.as_posix().removesuffix('/')}/" if folder != Path() else ""
    # a path may climb out by itself; from there on it has to stay below
    home = folder.joinpath(*itertools.takewhile(lambda part: part == "..", Path(pattern).parts))
    real_home = home.resolve()
    inside = {one for one in parents if one.resolve().is_relative_to(real_home)}
    are_inside = len(inside) == len(parents)
    for match in [*links, *([] if are_inside else [one for one in matches if one.parent not in inside])]:
        if match.is_relative_to(home) and not match.resolve().is_relative_to(real_home):
            raise SourceError(
                "The file is a link that leads out of the folder.",
                where=_shown(match, within),
                hint="Put a copy of the export into the folder, or write its own path into cspaudit.toml.",
            )
    if not matches:
        if (folder / pattern).exists():
            raise SourceError("This is a folder or a device, and no file.", where=pattern)
        raise SourceError(
            "No file fits this pattern." if _is_glob(pattern) else "The export is not there.",
            where=pattern,
            hint=f"Looked in {folder.name or '.'}/. Put the file there or correct the path in cspaudit.toml.",
        )
    return [SourceFile(path, _shown(path, within), partner) for path in matches]


def _is_glob(pattern: str) -> bool:
    return any(mark in pattern for mark in "*?[")


def _matches(folder: Path, pattern: str) -> tuple[list[Path], list[Path], set[Path]]:
    """Return the files of a path or pattern in path order, those of them that are links, and the folders they lie in."""
    path = Path(pattern)
    if not _is_glob(pattern):
        named = folder / path
        return (
            ([named], [named] if named.is_symlink() else [], {named.parent})
            if named.is_file()
            else ([], [], set())
        )
    base = Path(path.anchor) if path.is_absolute() else folder
    relative = path.relative_to(path.anchor) if path.is_absolute() else path
    # each folder is asked once, and not each of its files: a mailbox may lie there as many thousands of them
    regular: dict[str, frozenset[str]] = {}
    found: list[Path] = []
    links: list[Path] = []
    try:
        for one in base.glob(str(relative)):
            parent, name = os.path.split(one)
            if parent not in regular:
                regular[parent] = _regular_files(parent)
            if name in regular[parent]:
                found.append(one)
            elif one.is_file():
                found.append(one)
                links += [one] if one.is_symlink() else []
    except ValueError as error:
        raise EngagementError(f"The pattern cannot be read: {error}.", where=pattern) from error
    # within one folder the text is in the order of the parts
    found.sort(key=str if len(regular) == 1 else lambda one: one.parts)
    return found, links, set(map(Path, regular))


def _regular_files(folder: str) -> frozenset[str]:
    """Return the names of the files in a folder that are no links; none where the folder does not tell."""
    try:
        with os.scandir(folder or os.curdir) as entries:
            return frozenset(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
    except OSError:
        return frozenset()


def _shown(path: Path, folder: str) -> str:
    shown = path.as_posix()
    if not folder and path.is_absolute():
        return path.name
    return shown[len(folder) :] if shown.startswith(folder) else path.name


def is_packed(path: Path) -> bool:
    """Whether a file is gzip, whatever its name."""
    with path.open("rb") as raw:
        return raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC


def open_plain(path: Path) -> IO[bytes]:
    """Open a file for its plain bytes, unpacking gzip."""
    raw = path.open("rb")
    if raw.peek(len(GZIP_MAGIC))[: len(GZIP_MAGIC)] != GZIP_MAGIC:
        return raw
    raw.close()
    return cast("IO[bytes]", gzip.open(path, "rb"))


def head_of(path: Path) -> bytes:
    """Return the first bytes of a file as it lies there; for files without number, where opening is most of the work."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return os.read(handle, HEAD_BYTES)
    finally:
        os.close(handle)


@contextmanager
def unpacking(file: SourceFile) -> Iterator[None]:
    """Turn damage of a packed file, met anywhere within, into a SourceError."""
    try:
        yield
    except PACKING_ERRORS as error:
        raise cut_off(file) from error


def refuse_bomb(file: SourceFile) -> None:
    """Refuse a packed file whose beginning unpacks to far more than any text does; SourceError."""
    if not is_packed(file.path):
        return
    with file.path.open("rb") as raw, gzip.open(raw, "rb") as plain:
        size = 0
        while size < BOMB_BYTES and (chunk := plain.read(CHUNK_BYTES)):
            size += len(chunk)
        if size >= BOMB_BYTES and size > BOMB_RATIO * raw.tell():
            raise SourceError(
                f"The file unpacks to more than {BOMB_RATIO} times its size; no export does.",
                where=file.shown,
            )


def cut_off(file: SourceFile) -> SourceError:
    """Return the error for a packed file that is damaged or not whole."""
    return SourceError(
        "The file cannot be unpacked; it is damaged or not whole.",
        where=file.shown,
        hint="Fetch or export it again.",
    )


def holds_nul(file: SourceFile, position: int) -> SourceError:
    """Return the error for a NUL byte."""
    return SourceError(
        f"The file holds a NUL byte (byte {position:,}); it is damaged or no text.",
        where=file.shown,
        hint="Export it again.",
    )


def holds_endless_line(file: SourceFile) -> SourceError:
    """Return the error for a line that is longer than what the engine can hold, which it would pass over."""
    return SourceError(
        f"The file holds a line of more than {LINE_BYTES >> 20} MB; it is damaged or no table.",
        where=file.shown,
        hint="Export it again.",
    )


def is_bytewise(encoding: str) -> bool:
    """Whether a text in this encoding holds no NUL byte; ``encoding`` is empty for a file that is no text."""
    return bool(encoding) and not encoding.startswith("utf-16")


def digest(path: Path) -> Digest:
    """Fingerprint a file in one pass; tell its first NUL byte, which no text in a byte encoding holds."""
    seen = hashlib.sha256()
    size = plain = line = longest = 0
    nul_at = -1
    packed = is_packed(path)
    unpack = zlib.decompressobj(wbits=GZIP_WBITS)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            seen.update(chunk)
            size += len(chunk)
            rest = chunk
            while rest:
                text, rest = (
                    (unpack.decompress(rest, CHUNK_BYTES), unpack.unconsumed_tail) if packed else (rest, b"")
                )
                if packed and unpack.eof:
                    # packed files may follow each other in one
                    rest, unpack = unpack.unused_data, zlib.decompressobj(wbits=GZIP_WBITS)
                if nul_at < 0 and (found := text.find(b"\0")) >= 0:
                    nul_at = plain + found
                plain += len(text)
                # a sign that is not there is looked for once
                ends = {sign: at for sign in (b"\n", b"\r") if (at := text.find(sign)) >= 0}
                longest = max(longest, line + min(ends.values(), default=len(text)))
                line = len(text) - 1 - max(map(text.rfind, ends)) if ends else line + len(text)
    return Digest(seen.hexdigest(), size, nul_at, longest)


def encoding_of(file: SourceFile, declared: str) -> tuple[str, str]:
    """Return the encoding of a text and what was assumed about it; ``declared`` by the source, or empty."""
    if file.copy:
        return "utf-8", ""
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


def looks_like_json(path: Path) -> bool:
    """Whether the first sign of a file opens an object or a list."""
    with open_plain(path) as plain:
        start = plain.read(HEAD_BYTES)
    # the marks of UTF-8 and UTF-16, and the other half of a sign of two bytes
    return start.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in {b"{", b"["}


def is_large_object(path: Path) -> bool:
    """Whether a JSON file begins with an object that does not end within its first ``LINE_BYTES``."""
    with open_plain(path) as plain:
        head = plain.read(LINE_BYTES)
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if len(head) < LINE_BYTES or not start.startswith(b"{"):
        return False
    try:
        # wrong bytes at the end are half a sign; others are reported with their place by the load itself
        json.JSONDecoder().raw_decode(start.decode("utf-8", errors="replace"))
    except (ValueError, RecursionError):
        return True
    return False


def to_utf8(file: SourceFile, encoding: str, target: Path) -> Path:
    """Write the file as plain UTF-8 with line feeds to ``target``; SourceError at the first wrong byte."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    with open_plain(file.readable) as plain, target.open("w", encoding="utf-8", newline="") as out:
        for number, chunk in enumerate(_chunks(plain)):
            try:
                out.write(
                    newlines.decode(decoder.decode(chunk, final=not chunk), final=not chunk).removeprefix(
                        "\ufeff" if number == 0 else ""
                    )
                )
            except UnicodeDecodeError as error:
                raise wrong_encoding(file, encoding) from error
    return target


def _chunks(plain: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes in pieces, and an empty last one."""
    while chunk := plain.read(CHUNK_BYTES):
        yield chunk
    yield b""


def wrong_encoding(file: SourceFile, encoding: str) -> WrongEncodingError:
    """Return the error for a file with bytes that ``encoding`` does not know, with a guess at the right one."""
    position, sample = _first_wrong(file, encoding)
    return WrongEncodingError(
        f"The file is not {encoding.removesuffix('-sig').upper()} (byte {position:,} cannot be read).",
        where=file.shown,
        hint=f'Add encoding = "{_likely(sample)}" to its [[source]] if it comes from such a system.',
    )


def undeclared_encoding(file: SourceFile) -> str:
    """Return the likely encoding of a text that is not Unicode, by all of its bytes; empty where it is Unicode."""
    encoding, _ = encoding_of(file, "")
    if encoding != "utf-8":
        return ""
    _, sample = _first_wrong(file, encoding)
    return _likely(sample) if sample else ""


def _likely(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(LIKELY_ENCODINGS)).best()
    likely = {best.encoding, *best.could_be_from_charset} if best else set()
    return next((one for one in LIKELY_ENCODINGS if one in likely), LIKELY_ENCODINGS[0])


def _first_wrong(file: SourceFile, encoding: str) -> tuple[int, bytes]:
    """Return where the first byte stands that ``encoding`` does not know, and the bytes around it."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    before = 0
    with open_plain(file.readable) as plain:
        for chunk in _chunks(plain):
            held = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                at = max(error.start - held, 0)
                return before - held + error.start, chunk[max(at - HEAD_BYTES, 0) : at + HEAD_BYTES]
            before += len(chunk)
    return before, b""
