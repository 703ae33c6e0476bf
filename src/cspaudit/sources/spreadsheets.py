"""A spreadsheet is a container of CSV: each of its sheets that a source reads becomes a copy that is read like one."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cspaudit.errors import SourceError, near
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import files, heads, sheet_process
from cspaudit.sources.files import SourceFile
from cspaudit.sources.spelling import normal

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
#: an archive that says it unpacks to more is not opened; the largest sheet that there can be takes about as much
MAX_PLAIN_BYTES = 4 << 30
MAX_MEMBERS = 100_000
#: what a spreadsheet of each kind holds: xlsx, xlsb, ods
_BOOKS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
#: what the older container, that of xls, holds where it has an xlsx with a password
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
#: as many names of sheets as a message shows
SHOWN_SHEETS = 12


@dataclass(frozen=True)
class Sheet:
    """A sheet that holds something, written as CSV."""

    name: str
    copy: Path
    is_hidden: bool
    told: tuple[str, ...]
    problem: str


def is_spreadsheet(path: Path) -> bool:
    """Whether the first bytes of a file are those of a spreadsheet, or of the container that one comes in."""
    with path.open("rb") as raw:
        return raw.read(len(OLE_MAGIC)).startswith((OLE_MAGIC, ZIP_MAGIC))


def read_sheets(file: SourceFile, staging: Path) -> tuple[Sheet, ...]:
    """Return every filled sheet of a spreadsheet; SourceError where it cannot be read. Each file is read once."""
    name = hashlib.sha256(str(file.path.resolve()).encode()).hexdigest()[:16]
    folder = staging / f"sheets_{name}"
    listed = folder / "sheets.json"
    if not listed.is_file():
        _refuse_protected(file)
        _refuse_bombs(file)
        folder.mkdir(parents=True, exist_ok=True)
        _write_sheets(file, folder)
    answer = json.loads(listed.read_text(encoding="utf-8"))
    if answer.get("problem") == "memory":
        raise _too_large(file)
    if answer.get("problem") == "password":
        raise _protected(file)
    if answer.get("problem"):
        raise SourceError(answer["problem"], where=file.shown, hint="Fetch or export it again.")
    return tuple(
        Sheet(one["name"], folder / one["file"], one["is_hidden"], tuple(one["told"]), one["problem"])
        for one in answer["sheets"]
    )


def _protected(file: SourceFile) -> SourceError:
    return SourceError(
        "The spreadsheet is protected by a password.",
        where=file.shown,
        hint="Open it and save it without one.",
    )


def _refuse_protected(file: SourceFile) -> None:
    with file.path.open("rb") as raw:
        if raw.read(len(OLE_MAGIC)) == OLE_MAGIC and _ENCRYPTED_STREAM in raw.read():
            raise _protected(file)


def _refuse_bombs(file: SourceFile) -> None:
    """Refuse an archive that is none, no spreadsheet, or too large once unpacked; nothing of it is unpacked here."""
    with file.path.open("rb") as raw:
        if raw.read(len(ZIP_MAGIC)) != ZIP_MAGIC:
            return
    try:
        with zipfile.ZipFile(file.path) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise files.cut_off(file) from error
    if sum(one.file_size for one in members) > MAX_PLAIN_BYTES or len(members) > MAX_MEMBERS:
        raise _too_large(file)
    if _BOOKS.isdisjoint(one.filename for one in members):
        raise SourceError(
            "The file is a packed archive, not a spreadsheet.",
            where=file.shown,
            hint="Unpack it, and name the files that were in it.",
        )


def _write_sheets(file: SourceFile, folder: Path) -> None:
    """Let a process of its own write the sheets: what a hostile file does to it ends there."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "RUST_BACKTRACE": "0"}
    try:
        done = subprocess.run(  # noqa: S603  # our own program, with paths as its arguments
            [sys.executable, "-P", str(Path(sheet_process.__file__)), str(file.path), str(folder)],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=sheet_process.SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _too_large(file) from error
    if b"memory allocation" in done.stderr or b"MemoryError" in done.stderr:
        raise _too_large(file)
    if done.returncode:
        said = done.stderr.decode("utf-8", errors="replace").strip().splitlines()
        raise SourceError(
            f"The spreadsheet cannot be read; it is damaged ({said[-1] if said else done.returncode}).",
            where=file.shown,
            hint="Open it in a spreadsheet program and save it as CSV (UTF-8).",
        )


def _too_large(file: SourceFile) -> SourceError:
    return SourceError(
        f"The spreadsheet takes more than {sheet_process.MEMORY_BYTES >> 30} GB of memory or "
        f"{sheet_process.SECONDS // 60} minutes to read.",
        where=file.shown,
        hint="A cell far outside the table can be the cause. Save the sheet as CSV (UTF-8), and name that file.",
    )


def copies(
    file: SourceFile,
    settings: SourceSettings,
    staging: Path,
    weight: Callable[[str], int],
    layout_id: str,
) -> list[SourceFile]:
    """Return what is to be read of a file: itself, or the copies of the sheets that a source means.

    Without ``sheet`` in the source it is the sheet whose header has most ``weight``, and with it those
    that have the same header, as where a program went on in another sheet.
    """
    if not is_spreadsheet(file.path):
        if settings.sheet:
            raise SourceError(
                "The source names a sheet, and the file is no spreadsheet.",
                where=file.shown,
                hint="Leave out sheet.",
            )
        return [file]
    sheets = read_sheets(file, staging)
    if not sheets:
        raise SourceError("No sheet of the spreadsheet holds anything.", where=file.shown)
    read = [one for one in sheets if one.name == settings.sheet] if settings.sheet else []
    if settings.sheet and not read:
        raise SourceError(
            f"There is no sheet {settings.sheet!r} that holds anything.",
            where=file.shown,
            hint=near(settings.sheet, [one.name for one in sheets]),
        )
    read = read or _meant(file, sheets, settings, weight, layout_id)
    for one in read:
        if one.problem:
            raise SourceError(
                one.problem,
                where=file.shown,
                hint="Export it again, and import the CSV with its date columns as text; or use the export as it came.",
            )
    told = _choice(file, sheets, read) if not settings.sheet else []
    found = []
    for one in read:
        shown = file.shown if len(read) == 1 else f"{file.shown} ({one.name})"
        found.append(
            replace(
                as_file(file, one),
                shown=shown,
                told=(*told, *(f"{shown}: {text}" for text in one.told)),
            )
        )
        told = []
    return found


def as_file(file: SourceFile, sheet: Sheet) -> SourceFile:
    """Return the file of one sheet."""
    return replace(file, copy=sheet.copy, copy_delimiter=",", is_sheet=True)


def _meant(
    file: SourceFile,
    sheets: Sequence[Sheet],
    settings: SourceSettings,
    weight: Callable[[str], int],
    layout_id: str,
) -> list[Sheet]:
    headers = {one.name: _header(as_file(file, one), settings, weight) for one in sheets}

    def rank(one: Sheet) -> tuple[int, bool, bool]:
        fields = sum(map(weight, set(headers[one.name])))
        return fields, not one.is_hidden, normal(one.name) == normal(layout_id)

    best = max(sheets, key=rank)
    if rank(best)[2]:
        return [best]
    # an empty header is like any other empty one
    alike = [one for one in sheets if one.is_hidden == best.is_hidden and rank(one)[0] == rank(best)[0] > 0]
    return [one for one in alike if headers[one.name] == headers[best.name]] or [best]


def _header(file: SourceFile, settings: SourceSettings, weight: Callable[[str], int]) -> tuple[str, ...]:
    try:
        return heads.read_head(file, settings, "", weight).header
    except SourceError:
        return ()


def _choice(file: SourceFile, sheets: Sequence[Sheet], read: Sequence[Sheet]) -> list[str]:
    """Tell which sheets were read and which were not, where there was a choice."""
    told = []
    if len(read) > 1:
        told.append(f"{file.shown}: the sheets {_names(read)} have the same columns; all of them were read.")
    aside = [one for one in sheets if one not in read]
    if aside:
        told.append(f"{file.shown}: sheets left aside: {_names(aside)}; read: {_names(read)}.")
    return told


def _names(sheets: Sequence[Sheet]) -> str:
    more = f" and {len(sheets) - SHOWN_SHEETS} more" if len(sheets) > SHOWN_SHEETS else ""
    return ", ".join(one.name for one in sheets[:SHOWN_SHEETS]) + more
