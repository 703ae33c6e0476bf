"""Files made to break a reader: each ends in a clear error or in counted rejects, and the rest of the audit goes on."""

import gzip
import os
from pathlib import Path

import pytest

from cspaudit.errors import SourceError
from cspaudit.sources import files
from tests.sources.loading import (
    HEAD,
    ONE_PARTNER,
    TICKETS,
    LoadFiles,
    Loading,
    load_folder,
    open_warehouse,
    source,
    write,
)

HEADER = "ticket_id,opened_at,status\n"
SOUND = "1,2026-07-01T08:00:00Z,open\n"
MEGABYTE = 1 << 20


def load_beside(folder: Path, sources: str) -> Loading:
    """Load an engagement whose exports were laid into the folder before."""
    write(folder, {"cspaudit.toml": HEAD + ONE_PARTNER + sources})
    with open_warehouse(folder) as warehouse:
        loading = load_folder(folder, warehouse)
        assert loading.counts() == (0, 0, 0)
        return loading


@pytest.mark.parametrize("megabytes", [40, 70])
@pytest.mark.parametrize("after", ["", SOUND.replace("1,", "3,", 1)])
def test_a_line_that_the_engine_would_pass_over_is_refused(
    load_files: LoadFiles, megabytes: int, after: str
) -> None:
    """A record of more megabytes than the engine buffers must not vanish: the file is refused and read no further."""
    long = "2,2026-07-01T08:00:00Z," + "x" * (megabytes * MEGABYTE) + "\n"
    content = HEADER + SOUND + long + after
    done = load_files({"t.csv": content}, TICKETS)
    assert "a line of more than 16 MB" in done.problem
    assert done.counts() == (0, 0, 0)


def test_a_long_line_that_the_engine_notices_is_a_reject(load_files: LoadFiles) -> None:
    """A line of three megabytes is one record left out; those beside it are read."""
    content = HEADER + SOUND + "2,2026-07-01T08:00:00Z," + "x" * (3 * MEGABYTE) + "\n"
    done = load_files({"t.csv": content}, TICKETS)
    assert done.counts() == (2, 1, 1)
    assert done.rejects()[0][5] == "is longer than 2 MB"


def test_a_field_that_is_no_header_cell_does_not_stop_the_search_for_the_header(
    load_files: LoadFiles,
) -> None:
    """The lines behind the header may hold fields longer than any header cell."""
    content = HEADER + SOUND + "2,2026-07-01T08:00:00Z," + "x" * 200_000 + "\n"
    assert load_files({"t.csv": content}, TICKETS).counts() == (2, 2, 0)


def test_one_endless_line_has_no_header(load_files: LoadFiles) -> None:
    """A file of one line without any end is told as having no header."""
    assert "no header line" in load_files({"t.csv": "x" * (40 * MEGABYTE)}, TICKETS).problem


def test_a_packed_bomb_is_refused(load_files: LoadFiles) -> None:
    """A small packed file that unpacks to hundreds of times its size is not unpacked whole."""
    bomb = gzip.compress((HEADER + "x" * (80 * MEGABYTE)).encode())
    assert "more than 400 times its size" in load_files({"t.csv": bomb}, TICKETS).problem


def test_a_text_that_packs_well_is_read(load_files: LoadFiles) -> None:
    """A ledger of much the same lines packs well, and is no bomb."""
    lines = "".join(f"{number},2026-07-01T08:00:00Z,open\n" for number in range(100_000))
    assert load_files({"t.csv": gzip.compress((HEADER + lines).encode())}, TICKETS).counts() == (
        100_000,
    ) * 2 + (0,)


def test_a_header_of_sql_is_a_name_like_any_other(load_files: LoadFiles) -> None:
    """What stands in a header is never part of a statement."""
    header = """ticket_id,opened_at,"status); DROP TABLE ticket; --","a'b""c",c0"""
    done = load_files({"t.csv": f"{header}\n1,2026-07-01T08:00:00Z,x,y,z\n"}, TICKETS)
    assert done.values("SELECT ticket_id FROM ticket") == ["1"]
    (warning,) = done.loaded.warnings
    assert """status); DROP TABLE ticket; --, a'b"c, c0""" in warning


@pytest.mark.parametrize(
    "when",
    [
        "99999-01-01T00:00:00Z",
        "-2026-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-07-01T23:59:60Z",
        "2026-07-01T00:00:00+99:00",
        "infinity",
        "-infinity",
        "epoch",
        "now",
        "NaN",
        "1e400",
    ],
)
def test_a_time_that_is_none_is_a_reject(load_files: LoadFiles, when: str) -> None:
    """Words that an engine would take for a time, and days that no calendar has, are left out and told."""
    done = load_files({"t.csv": HEADER + SOUND + f"2,{when},open\n"}, TICKETS)
    assert done.counts() == (2, 1, 1)
    assert done.rejects()[0][3:5] == ("opened_at", when)


@pytest.mark.parametrize(
    "amount",
    [
        "NaN",
        "inf",
        "-Infinity",
        "1e400",
        "1e5",
        "0x10",
        "99999999999999999999",
        "1_000",
        "١٢٣",
        "½",
        "1.23456",
    ],
)
def test_an_amount_that_is_none_is_a_reject(load_files: LoadFiles, amount: str) -> None:
    """What is no plain decimal amount, or more than the ledger can hold, is never rounded or guessed."""
    invoices = f"invoice_id,issued_on,amount,currency\n1,2026-07-01,10.00,EUR\n2,2026-07-01,{amount},EUR\n"
    done = load_files({"i.csv": invoices}, source("i.csv", "supplier_invoice"))
    assert done.counts() == (2, 1, 1)
    assert done.rejects()[0][3:5] == ("amount", amount)


def test_brackets_without_end_are_no_json(load_files: LoadFiles) -> None:
    """Nesting of a hundred thousand is told as what it is: no valid JSON."""
    done = load_files({"t.json": "[" * 100_000}, source("t.json", "zendesk_tickets_json"))
    assert "The file is not valid JSON" in done.problem


def test_numbers_that_json_does_not_have(load_files: LoadFiles) -> None:
    """An infinite time is a reject of its record; the other records are read."""
    page = '{"tickets": [{"id": 1, "created_at": "2026-07-01T08:00:00Z"}, {"id": 2, "created_at": Infinity}]}'
    done = load_files({"t.json": page}, source("t.json", "zendesk_tickets_json"))
    assert done.counts() == (2, 1, 1)


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    """A folder called tickets.csv is told as a folder."""
    (tmp_path / "t.csv").mkdir()
    assert "a folder or a device, and no file" in load_beside(tmp_path, TICKETS).problem


def test_a_pipe_named_like_a_file(tmp_path: Path) -> None:
    """A pipe, from which reading might never end, is not opened."""
    os.mkfifo(tmp_path / "t.csv")
    assert "a folder or a device, and no file" in load_beside(tmp_path, TICKETS).problem


@pytest.mark.parametrize("pattern", ["t.csv", "*.csv"])
def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path, pattern: str) -> None:
    """An export that is only a link to a file elsewhere on the machine is refused, by name or by pattern."""
    outside = tmp_path / "outside.txt"
    outside.write_text(HEADER + SOUND, encoding="utf-8")
    folder = tmp_path / "inside"
    folder.mkdir()
    (folder / "t.csv").symlink_to(outside)
    assert "a link that leads out of the folder" in load_beside(folder, source(pattern, "ticket")).problem


def test_a_path_may_climb_out_by_itself_and_no_link_from_there(tmp_path: Path) -> None:
    """What the engagement itself says lies beside its folder is read; a link from there to elsewhere is not."""
    folder, beside = tmp_path / "home" / "audit", tmp_path / "home" / "exports"
    folder.mkdir(parents=True)
    beside.mkdir()
    (beside / "t.csv").write_text("ticket_id,opened_at\n", encoding="utf-8")
    for pattern in ("../exports/t.csv", "../exports/*.csv"):
        assert [one.path.resolve() for one in files.find(folder, pattern, "")] == [beside / "t.csv"]
    (tmp_path / "secret.csv").write_text("ticket_id,opened_at\n", encoding="utf-8")
    (beside / "u.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(SourceError, match="leads out of the folder"):
        files.find(folder, "../exports/u.csv", "")


def test_a_link_within_the_folder_is_followed(tmp_path: Path) -> None:
    """A link to a file of the same folder is that file."""
    write(
        tmp_path,
        {"real.csv": HEADER + SOUND, "cspaudit.toml": HEAD + ONE_PARTNER + source("t.csv", "ticket")},
    )
    (tmp_path / "t.csv").symlink_to(tmp_path / "real.csv")
    with open_warehouse(tmp_path) as warehouse:
        assert load_folder(tmp_path, warehouse).counts() == (1, 1, 0)
