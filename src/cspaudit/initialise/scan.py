"""What lies in a folder: the files that may be exports, in a fixed order, and those that are passed over."""

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cspaudit.errors import EngagementError
from cspaudit.model.attestations import TOML_NAME, XLSX_NAME
from cspaudit.model.engagement import FILE_NAME

#: what ``init`` writes beside the engagement
PAGE_NAME = "what-is-missing.md"
#: files of an audit that are no exports
OWN_FILES = frozenset({FILE_NAME, PAGE_NAME, TOML_NAME, XLSX_NAME, "waivers.toml"})
#: folders of an audit that hold no exports
OWN_FOLDERS = frozenset({"audit-out", "checks", "cases", "evidence"})
#: a folder with this file, which begins so, holds the result of an audit, whatever the folder's name
MANIFEST, MANIFEST_SAYS = "manifest.json", b'"name": "cspaudit"'
HEAD_BYTES = 4096
#: how the names of files begin that programs make for themselves
HIDDEN = (".", "~$")
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class PassedOver:
    """A file that is not looked into, and why; ``reason`` is a clause such as "is empty"."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Scan:
    """The files of a folder; paths are relative to it."""

    files: tuple[Path, ...]
    passed_over: tuple[PassedOver, ...]


def scan(folder: Path) -> Scan:
    """Look through ``folder`` and all below it; EngagementError where there is none. Opens nothing but plain files."""
    if not folder.is_dir():
        raise EngagementError("There is no such folder.", where=str(folder))
    files: list[Path] = []
    passed: list[PassedOver] = []
    for path in _walk(folder, Path(), passed):
        if reason := _unfit(folder, path):
            passed.append(PassedOver(path, reason))
        else:
            files.append(path)
    twins = dict(_copies(folder, files))
    passed += [
        PassedOver(path, f"is the same, byte for byte, as {shown(first)}") for path, first in twins.items()
    ]
    return Scan(
        tuple(path for path in files if path not in twins),
        tuple(sorted(passed, key=lambda one: one.path.parts)),
    )


def all_files(folder: Path, beside: Iterable[Path]) -> tuple[Path, ...]:
    """Return every file, hidden ones too, in the folders of the paths ``beside``: all that a pattern might fit."""
    parents = sorted({path.parent for path in beside})
    return tuple(
        parent / entry.name
        for parent in parents
        for entry in sorted(os.scandir(folder / parent), key=lambda entry: entry.name)
        if entry.is_file()
    )


def shown(path: Path) -> str:
    """Return a path as a line of text can hold it, whatever signs its name has."""
    text = path.as_posix().encode("utf-8", "backslashreplace").decode()
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def _walk(folder: Path, below: Path, passed: list[PassedOver]) -> Iterator[Path]:
    """Yield every entry that is no folder, path by path; folders reached through links are passed over."""
    try:
        entries = sorted(os.scandir(folder / below), key=lambda entry: entry.name)
    except PermissionError:
        passed.append(PassedOver(below, "may not be read"))
        return
    if below.parts and _is_result(folder / below / MANIFEST):
        return
    for entry in entries:
        path = below / entry.name
        if entry.name.startswith(HIDDEN):
            continue
        if not entry.is_dir(follow_symlinks=False):
            if entry.is_dir():
                passed.append(PassedOver(path, "is a link to a folder and is not followed"))
            elif below.parts or entry.name not in OWN_FILES:
                yield path
        elif below.parts or entry.name not in OWN_FOLDERS:
            yield from _walk(folder, path, passed)


def _is_result(manifest: Path) -> bool:
    if manifest.is_symlink() or not manifest.is_file() or not os.access(manifest, os.R_OK):
        return False
    with manifest.open("rb") as file:
        return MANIFEST_SAYS in file.read(HEAD_BYTES)


def _unfit(folder: Path, path: Path) -> str:
    """Return why a file cannot be an export; empty where it can."""
    full = folder / path
    try:
        name_is_text = path.as_posix().encode()
    except UnicodeEncodeError:
        name_is_text = b""
    if not name_is_text:
        return "has a name that is no text; rename it"
    if full.is_symlink():
        target = full.resolve()
        if not target.is_relative_to(folder.resolve()):
            return "is a link to a file outside this folder"
        return (
            "is a link to another file of this folder" if target.exists() else "is a link that leads nowhere"
        )
    found = full.stat()
    if not stat.S_ISREG(found.st_mode):
        return "is no plain file"
    if not os.access(full, os.R_OK):
        return "may not be read"
    return "" if found.st_size else "is empty (0 bytes)"


def _copies(folder: Path, files: list[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield each file that is a copy of an earlier one, with that."""
    by_size: dict[int, list[Path]] = {}
    for path in files:
        by_size.setdefault((folder / path).stat().st_size, []).append(path)
    for same in by_size.values():
        if len(same) == 1:
            continue
        first: dict[tuple[Path, str], Path] = {}
        for path in same:
            # two partners may well have the same file: only copies in one folder are copies
            known = first.setdefault((path.parent, _hash(folder / path)), path)
            if known != path:
                yield path, known


def _hash(path: Path) -> str:
    seen = sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            seen.update(chunk)
    return seen.hexdigest()
