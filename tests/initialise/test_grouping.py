"""Pages and parts become one source where a pattern finds them and nothing else, and find their files whatever the name."""

from pathlib import Path

import pytest

from cspaudit.initialise.exports import Export
from cspaudit.initialise.grouping import group
from cspaudit.sources.files import find


def export(name: str, *, layout: str = "tickets", last_wins: bool = False) -> Export:
    """Return an export of an invented layout."""
    return Export(Path(name), layout, is_table=False, title="", tables=("ticket",), last_wins=last_wins)


def patterns(*exports: Export, beside: tuple[str, ...] = ()) -> list[str]:
    """Return the patterns of the sources of some exports, with other files lying beside."""
    every = [*(one.path for one in exports), *map(Path, beside)]
    return [one.pattern for one in group(exports, every)]


def test_names_that_differ_in_numbers_are_one_export() -> None:
    """Parts, pages and months of one layout in one folder are a single source."""
    assert patterns(export("G1_Usage_c000.csv"), export("G1_Usage_c001.csv")) == ["G1_Usage_c*.csv"]
    assert patterns(export("in/t_2026-07.csv"), export("in/t_2026-08.csv")) == ["in/t_*.csv"]
    assert patterns(export("a/t1.csv"), export("b/t1.csv")) == ["a/t1.csv", "b/t1.csv"]
    assert patterns(export("open.csv"), export("closed.csv")) == ["closed.csv", "open.csv"]


def test_a_pattern_never_takes_in_another_file() -> None:
    """Where a file that is something else would be found as well, each file is named by itself."""
    assert patterns(export("t1.csv"), export("t2.csv"), beside=("t_notes.csv",)) == ["t1.csv", "t2.csv"]
    assert patterns(export("t1.csv"), export("t2.csv", layout="other")) == ["t1.csv", "t2.csv"]


def test_pages_that_repeat_records_are_one_source_whatever_their_names() -> None:
    """Only within a source does the newest of a record count; by name, by ending or by folder they are found together."""
    pages = [export("d/open.json", last_wins=True), export("d/closed.json", last_wins=True)]
    assert patterns(*pages, beside=("d/notes.csv",)) == ["d/*.json"]
    assert patterns(*pages) == ["d/*.json"]
    assert patterns(*pages, beside=("d/other.json",)) == ["d/closed.json", "d/open.json"]


def test_many_files_of_a_layout_are_one_source() -> None:
    """Mails saved one by one go by their subjects; fewer files of any name may be anything."""
    mails = [export(f"mail/{name}.eml") for name in ("ask", "bill", "call", "done", "else", "fine")]
    assert patterns(*mails) == ["mail/*.eml"]
    assert len(patterns(*mails[1:])) == 5
    assert len(patterns(*mails, beside=("mail/other.eml",))) == 6


@pytest.mark.parametrize(
    "name",
    [
        "plain.csv",
        "a b.csv",
        " lead.csv",
        "br[ack]et.csv",
        "st*r?.csv",
        "{partner}.csv",
        "new\nline.csv",
        "d[1]/**.csv",
    ],
)
def test_a_source_finds_its_file_whatever_signs_the_name_has(tmp_path: Path, name: str) -> None:
    """Signs that mean something in patterns stand for themselves."""
    first, second = name.replace(".csv", "1.csv"), name.replace(".csv", "2.csv")
    for each in (name, first, second, "bra.csv", "stone.csv", "star.csv"):
        path = tmp_path / each
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (pattern,) = patterns(export(name))
    assert [one.path for one in find(tmp_path, pattern, "")] == [tmp_path / name]
    assert "{partner}" not in pattern
    (several,) = patterns(export(first), export(second))
    assert {one.path for one in find(tmp_path, several, "")} >= {tmp_path / first, tmp_path / second}
