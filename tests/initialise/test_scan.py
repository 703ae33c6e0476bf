"""What init looks into: plain files that belong to the folder, in one order, and nothing else."""

import os
from pathlib import Path

import pytest

from cspaudit.errors import EngagementError
from cspaudit.initialise.scan import all_files, scan, shown


def write(folder: Path, *names: str) -> None:
    """Write files whose content is their own name."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, encoding="utf-8")


def test_files_come_in_the_order_of_their_names_folder_by_folder(tmp_path: Path) -> None:
    """The order is that of the names, whatever order the file system has them in; a folder may be called like a file."""
    write(tmp_path, "b.csv", "a.csv", "c.csv/z.csv", "c.csv/y.csv")
    assert [path.as_posix() for path in scan(tmp_path).files] == [
        "a.csv",
        "b.csv",
        "c.csv/y.csv",
        "c.csv/z.csv",
    ]


def test_an_audit_s_own_files_and_hidden_ones_are_no_exports(tmp_path: Path) -> None:
    """The engagement, its answers, pages, checks and results are left alone, and so is what programs hide."""
    write(
        tmp_path,
        "cspaudit.toml", "attestations.toml", "waivers.toml", "what-is-missing.md", ".DS_Store", "~$tickets.xlsx",
        "checks/own.sql", "audit-out/findings.csv", ".git/config", "q3/findings.csv", "tickets.csv",
    )  # fmt: skip
    (tmp_path / "q3" / "manifest.json").write_text(
        '{\n  "tool": {\n    "name": "cspaudit"}}', encoding="utf-8"
    )
    found = scan(tmp_path)
    assert [path.as_posix() for path in found.files] == ["tickets.csv"]
    assert found.passed_over == ()


def test_what_cannot_be_an_export_is_told_with_its_reason(tmp_path: Path) -> None:
    """Empty files, links, pipes and names that are no text are passed over; nothing outside the folder is opened."""
    write(tmp_path, "tickets.csv")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "outside.csv").symlink_to("/etc/passwd")
    (tmp_path / "inside.csv").symlink_to("tickets.csv")
    (tmp_path / "nowhere.csv").symlink_to("gone.csv")
    (tmp_path / "loop").symlink_to(".")
    os.mkfifo(tmp_path / "pipe.csv")
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.csv"))).write_text("x", encoding="utf-8")
    found = scan(tmp_path)
    assert [path.as_posix() for path in found.files] == ["tickets.csv"]
    assert {shown(one.path): one.reason for one in found.passed_over} == {
        "bad\\udcff.csv": "has a name that is no text; rename it",
        "empty.csv": "is empty (0 bytes)",
        "inside.csv": "is a link to another file of this folder",
        "loop": "is a link to a folder and is not followed",
        "nowhere.csv": "is a link that leads nowhere",
        "outside.csv": "is a link to a file outside this folder",
        "pipe.csv": "is no plain file",
    }


def test_a_copy_in_the_same_folder_is_read_once(tmp_path: Path) -> None:
    """Two partners may have the same file, one partner has it twice by mistake."""
    for name in ("a/x.csv", "a/x (1).csv", "b/x.csv"):
        write(tmp_path, name)
        (tmp_path / name).write_text("same", encoding="utf-8")
    found = scan(tmp_path)
    assert [path.as_posix() for path in found.files] == ["a/x (1).csv", "b/x.csv"]
    assert [one.reason for one in found.passed_over] == ["is the same, byte for byte, as a/x (1).csv"]


def test_a_folder_that_is_not_there_is_a_wrong_command(tmp_path: Path) -> None:
    """A file or nothing at all is no folder."""
    write(tmp_path, "tickets.csv")
    for path in (tmp_path / "none", tmp_path / "tickets.csv"):
        with pytest.raises(EngagementError):
            scan(path)


def test_all_files_of_a_folder_are_those_a_pattern_might_fit(tmp_path: Path) -> None:
    """Hidden files too: a pattern fits them as well."""
    write(tmp_path, "a/1.csv", "a/.2.csv", "b/3.csv")
    assert [path.as_posix() for path in all_files(tmp_path, [Path("a/1.csv")])] == ["a/.2.csv", "a/1.csv"]
