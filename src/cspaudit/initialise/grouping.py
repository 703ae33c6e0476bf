"""Which files become one source: pages and parts of one export, where a pattern fits them and nothing else."""

import glob
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from cspaudit.initialise.exports import Export
from cspaudit.sources.files import PARTNER

#: so many files of one layout in one folder are one export, whatever their names
MANY = 6
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Group:
    """The exports of one source; ``pattern`` finds their files below the folder and no other."""

    exports: tuple[Export, ...]
    pattern: str

    @property
    def first(self) -> Export:
        """The export that stands for all: they have one layout."""
        return self.exports[0]

    @property
    def name(self) -> str:
        """How a line of text calls it: the file, or the pattern where there are several."""
        return self.first.named() if len(self.exports) == 1 else self.pattern


def group(exports: Sequence[Export], everything: Sequence[Path]) -> tuple[Group, ...]:
    """Return the sources of ``exports`` in order of their first files; ``everything`` is all that lies in the folder.

    Files of one folder and layout whose names differ in numbers alone are one source. So are many of a layout, as
    mails saved one by one, and those whose pages may repeat records (only within one source does the newest of a
    record count), where a pattern can be found for them.
    """
    families: dict[tuple[object, ...], list[Export]] = {}
    for export in exports:
        # what holds in every record of one file holds in no other
        alone = export.path if export.stated or export.is_snapshot else None
        alike = (export.path.parent, export.what, export.sheet, export.settings, export.asks, alone)
        families.setdefault(alike, []).append(export)
    groups = [one for members in families.values() for one in _groups(members, everything)]
    return tuple(sorted(groups, key=lambda one: one.first.path.parts))


def _groups(members: list[Export], everything: Sequence[Path]) -> Iterator[Group]:
    if members[0].last_wins or len(members) >= MANY:
        pattern = _pattern([one.path for one in members], everything) if len(members) > 1 else ""
        if pattern:
            yield Group(tuple(members), pattern)
            return
    by_numbers: dict[str, list[Export]] = {}
    for one in members:
        by_numbers.setdefault(_DIGITS.sub("#", one.path.name), []).append(one)
    for alike in by_numbers.values():
        pattern = _pattern([one.path for one in alike], everything) if len(alike) > 1 else ""
        if pattern:
            yield Group(tuple(alike), pattern)
        else:
            yield from (Group((one,), literal(one.path)) for one in alike)


def literal(path: Path) -> str:
    """Return the pattern of a source that means this very file, whatever signs its name has."""
    text = path.as_posix()
    if not any(mark in text for mark in ("*", "?", "[", PARTNER)):
        return text
    return _escaped(text)


def _escaped(text: str) -> str:
    return glob.escape(text).replace(PARTNER, f"[{PARTNER[0]}]{PARTNER[1:]}")


def _pattern(paths: Sequence[Path], everything: Sequence[Path]) -> str:
    """Return a pattern for these files of one folder; empty where each fits others too."""
    names = [path.name for path in paths]
    start = _alike(names)
    end = _alike([name[len(start) :][::-1] for name in names])[::-1]
    # a number, or the year of a month, that merely begins or ends alike in all of them belongs to what varies
    start, end = re.sub(r"\d[\d._-]*$", "", start), re.sub(r"^[\d._-]*\d", "", end)
    suffix = paths[0].suffix if len({path.suffix for path in paths}) == 1 else ""
    beside = [path.name for path in everything if path.parent == paths[0].parent]
    for before, after in ((start, end), ("", suffix), ("", "")):
        pattern = f"{_escaped(before)}*{_escaped(after)}"
        if sorted(name for name in beside if fnmatchcase(name, pattern)) == sorted(names):
            return f"{_escaped(paths[0].parent.as_posix())}/{pattern}" if paths[0].parent.parts else pattern
    return ""


def _alike(names: Sequence[str]) -> str:
    """Return the signs with which all names begin."""
    pairs = itertools.takewhile(lambda signs: len(set(signs)) == 1, zip(*names, strict=False))
    return "".join(signs[0] for signs in pairs)
