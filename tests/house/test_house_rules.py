"""The rules of the house that no linter holds."""

import re
from pathlib import Path

from tests.conftest import ROOT

LONGEST_MODULE = 400

# A switched-off rule or type error names which one, then gives its reason after a dash.
SILENCED = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no\s+cover)\b(?P<rest>.*)")
EXPLAINED = re.compile(
    r"(?: : \s* [A-Z]+\d+ (?: ,\s* [A-Z]+\d+ )* | \[ [\w, -]+ \] )? \s* [-\#(] \s* \S+ \s+ \S+",
    re.VERBOSE,
)


def python_files(*folders: str) -> list[Path]:
    """Return the Python files under the given folders of the project."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def test_modules_stay_short() -> None:
    """No module of the package or of its tests is longer than a reader keeps in mind."""
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in python_files("src", "tests")
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_every_silenced_line_says_why() -> None:
    """A line that switches off a lint rule or a type error names it and gives a reason."""
    unexplained = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in python_files("src", "tests", "tools", "benchmarks", "sample_data")
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if (silenced := SILENCED.search(line)) and not EXPLAINED.match(silenced["rest"])
    ]

    assert unexplained == []


def test_every_configured_exception_says_why() -> None:
    """Each rule left out in pyproject.toml has a reason on its line; each mypy override one on the line above."""
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    first, last = lines.index("[tool.ruff.lint]"), lines.index("[tool.ruff.lint.flake8-annotations]")
    codes = [line for line in lines[first:last] if re.match(r'\s+"[A-Z]+\d*",', line)]

    assert [line for line in codes if not re.search(r"#\s+(\S+\s+\S+|likewise)", line)] == []
    assert len(codes) > 10, "the list was found"
    assert [
        number
        for number, line in enumerate(lines, start=1)
        if line == "[[tool.mypy.overrides]]" and not lines[number - 2].startswith("# ")
    ] == []
