"""The project is the same on every machine: no file of it names a package index or a place of the machine it grew on."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT, absent

# In pieces, so that this file does not name them either.
FORBIDDEN = {
    "a package index": [
        (r"\bpy", r"pi\.org"),
        (r"python", r"hosted\.org"),
        (r"registry\.np", r"mjs"),
        (r"deb\.deb", r"ian\.org"),
        (r"proxy\.gol", r"ang\.org"),
        (r"--(extra-)?index-", r"url[ =]\S"),
    ],
    "a path of one machine": [
        (r"(?<![\w.~-])/wo", r"rk\b"),
        (r"(?<![\w.~-])/tm", r"p\b"),
        (r"(?<![\w.~-])/ro", r"ot\b"),
        (r"(?<![\w.~-])/ho", r"me/\w"),
        (r"/opt/(whe", r"els|pypi)"),
    ],
    "a tool of one workplace": [
        (r"\bissues ", r"show\b"),
        (r"\bfa", r"rm-[a-z]"),
        (r"\bduplicates ", r"--"),
        (r"\.libr", r"ary/"),
    ],
}


def project_files() -> list[Path]:
    """Return the files that git tracks or would add: what a clone holds, and what the next commit might."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
    except (FileNotFoundError, subprocess.CalledProcessError):
        absent("the files are not a git checkout")
    return [path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    """No file of the project holds what only one machine or workplace knows."""
    pattern = re.compile("|".join(f"{start}{end}" for start, end in FORBIDDEN[what]).encode())
    files = project_files()

    offenders = [
        f"{path.relative_to(ROOT)}: {found.group().decode(errors='replace')}"
        for path in files
        if (found := pattern.search(path.read_bytes()))
    ]

    assert offenders == []
    assert ROOT / "pyproject.toml" in files
