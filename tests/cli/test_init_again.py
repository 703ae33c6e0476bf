"""init in a folder that has an audit already keeps every byte of it and adds what is new; sub-folders may be partners."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.cli.engagements import INVOICE_ROWS, PAYMENT_ROWS, command
from tests.cli.test_init import engagement, small

TICKETS = "ticket_id,opened_at\nT1,2026-09-29T08:00:00Z\n"
EDITED = """\
# mine
[gate]
fail_on = "never" # I know better

[engagement]
title = "Ours"
start = 2026-07-01
end = 2026-10-01
as_of = 2026-10-15T00:00:00Z
[[source]]
table = "supplier_payment"
path = "supplier_pay*.csv"
[[partner]]
timezone = "Europe/Berlin"
tier = "direct_bill"
id = "fabrikam"
name = "Fabrikam"
# path = "supplier_invoice.csv" is not to be read"""


@pytest.mark.parametrize("ending", ["\n", "", "\r\n"])
def test_an_edited_audit_stays_byte_for_byte(tmp_path: Path, ending: str) -> None:
    """New exports stand behind it under a dated comment; files that a source or a comment names are not new."""
    folder = small(tmp_path)
    text = EDITED.replace("\n", "\r\n") if ending == "\r\n" else EDITED
    before = f"{text}{ending}".encode()
    (folder / "cspaudit.toml").write_bytes(before)

    nothing = command("init", folder, "--yes")
    assert nothing.code == 0
    assert "Nothing is new here: the audit that is there was kept as it is." in nothing.words
    assert (folder / "cspaudit.toml").read_bytes() == before

    (folder / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    added = command("init", folder, "--yes")
    assert added.code == 0
    assert "The audit that is there was kept; added at its end: tickets.csv" in added.words
    after = (folder / "cspaudit.toml").read_bytes()
    assert after.startswith(before)
    assert re.search(
        rb"# Added by cspaudit init on \d{4}-\d\d-\d\d: 1 new export\.\r?\n", after[len(before) :]
    )
    assert (b"\r\n" in after) == (ending == "\r\n")
    assert b"\r\n" not in after or after.count(b"\n") == after.count(b"\r\n")
    assert [one["path"] for one in engagement(folder)["source"]] == ["supplier_pay*.csv", "tickets.csv"]

    assert "Nothing is new here" in command("init", folder, "--yes").stderr
    assert (folder / "cspaudit.toml").read_bytes() == after
    assert command("validate", folder).code == 0


def test_a_source_that_waits_for_its_answer_is_not_added_again(tmp_path: Path) -> None:
    """Its path stands in the file, though in a comment."""
    folder = small(tmp_path)
    (folder / "items.csv").write_text(INVOICE_ROWS.replace("G", "L"), encoding="utf-8")
    command("init", folder, "--yes")
    before = (folder / "cspaudit.toml").read_bytes()
    assert b'# path = "items.csv"' in before
    command("init", folder, "--yes")
    assert (folder / "cspaudit.toml").read_bytes() == before


def test_a_broken_audit_is_not_touched(tmp_path: Path) -> None:
    """What is wrong with it is told as by every command, with exit code 2."""
    folder = small(tmp_path)
    (folder / "cspaudit.toml").write_text("[engagement\n", encoding="utf-8")
    done = command("init", folder, "--yes")
    assert done.code == 2
    assert "The file is not valid TOML" in done.stderr
    assert (folder / "cspaudit.toml").read_text(encoding="utf-8") == "[engagement\n"


def test_an_audit_that_cannot_be_added_to_is_told_what_to_add(tmp_path: Path) -> None:
    """Sources written as one list end there: nothing can follow, and the blocks are printed instead."""
    folder = small(tmp_path)
    text = (
        'source = [{ path = "supplier_payment.csv", table = "supplier_payment" }]\n'
        + EDITED.partition("[[source]]")[0]
    )
    text += EDITED.partition("[[partner]]")[1] + EDITED.partition("[[partner]]")[2].partition("# path")[0]
    (folder / "cspaudit.toml").write_text(text, encoding="utf-8")
    done = command("init", folder, "--yes")
    assert done.code == 2
    assert 'path = "supplier_invoice.csv"' in done.stderr
    assert (folder / "cspaudit.toml").read_text(encoding="utf-8") == text


def test_an_edited_page_stays(tmp_path: Path) -> None:
    """The page is made anew unless somebody wrote into it."""
    folder = small(tmp_path)
    command("init", folder, "--yes")
    page = folder / "what-is-missing.md"
    first = page.read_text(encoding="utf-8")
    (folder / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    command("init", folder, "--yes")
    second = page.read_text(encoding="utf-8")
    assert second != first
    page.write_text(f"My notes\n{second}", encoding="utf-8")
    done = command("init", folder, "--yes")
    assert "what-is-missing.md was edited by somebody and stays as it is." in done.words
    assert page.read_text(encoding="utf-8") == f"My notes\n{second}"


def test_new_pages_are_found_by_the_pattern_that_is_there(tmp_path: Path) -> None:
    """Parts of one export are one source, and the next part belongs to it without another word."""
    folder = tmp_path
    for number in (1, 2):
        (folder / f"supplier_invoice_{number}.csv").write_text(
            f"invoice_id,issued_on,amount,currency,supplier\nG{number},2026-07-0{number},1.00,EUR,microsoft\n",
            encoding="utf-8",
        )
    command("init", folder, "--yes", "--side", "payable")
    assert engagement(folder)["source"] == [{"path": "supplier_invoice_*.csv", "table": "supplier_invoice"}]
    (folder / "supplier_invoice_3.csv").write_text(
        "invoice_id,issued_on,amount,currency,supplier\nG3,2026-07-03,1.00,EUR,microsoft\n", encoding="utf-8"
    )
    assert "Nothing is new here" in command("init", folder, "--yes").stderr


def portfolio(folder: Path) -> Path:
    """Write two partners' folders; one has an export more."""
    for name in ("Fabrikam", "Lamna Ltd"):
        small(folder / name)
    (folder / "Lamna Ltd" / "tickets.csv").write_text(TICKETS, encoding="utf-8")
    return folder


def test_sub_folders_of_partners_become_a_portfolio(tmp_path: Path) -> None:
    """A partner a folder; what all have is named once, the rest by its partner, and all of it loads."""
    done = command(
        "init", portfolio(tmp_path), "--yes", "--tier", "direct bill", "--timezone", "Lamna Ltd=Europe/London"
    )
    assert done.code == 0, done.stderr
    assert "5 exports are recognised, of 2 partners." in done.stderr
    written = engagement(tmp_path)
    assert [(one["id"], one["timezone"]) for one in written["partner"]] == [
        ("Fabrikam", "UTC"),
        ("Lamna Ltd", "Europe/London"),
    ]
    assert [(one["path"], one.get("partner")) for one in written["source"]] == [
        ("{partner}/supplier_invoice.csv", None),
        ("{partner}/supplier_payment.csv", None),
        ("Lamna Ltd/tickets.csv", "Lamna Ltd"),
    ]
    assert command("validate", tmp_path).code == 0
    page = (tmp_path / "what-is-missing.md").read_text(encoding="utf-8")
    assert "\n# Fabrikam\n" in page
    assert "\n# Lamna Ltd\n" in page

    (tmp_path / "Fabrikam" / "tickets.csv").write_text(TICKETS.replace("T1", "T2"), encoding="utf-8")
    command("init", tmp_path, "--yes")
    assert engagement(tmp_path)["source"][-1] == {
        "path": "Fabrikam/tickets.csv",
        "table": "ticket",
        "partner": "Fabrikam",
    }


def test_sub_folders_may_be_one_partner_s(tmp_path: Path) -> None:
    """An option says so against what the folders look like; by system or month they do not look so at all."""
    command("init", portfolio(tmp_path), "--yes", "--portfolio", "no")
    assert len(engagement(tmp_path)["partner"]) == 1
    assert len(engagement(tmp_path)["source"]) == 5


@pytest.mark.parametrize(
    "name",
    [
        "a b.csv",
        'quo"te.csv',
        "apo'strophe.csv",
        "ümläut.csv",
        "new\nline.csv",
        "br[ack]et*.csv",
        "{partner}.csv",
    ],
)
def test_names_with_any_signs_are_read(tmp_path: Path, name: str) -> None:
    """The engagement finds the file, and running init again finds nothing new."""
    (tmp_path / name).write_text(PAYMENT_ROWS, encoding="utf-8")
    assert command("init", tmp_path, "--yes", "--side", "payable").code == 0
    text = (tmp_path / "cspaudit.toml").read_text(encoding="utf-8")
    assert len(tomllib.loads(text)["source"]) == 1
    assert command("validate", tmp_path).code == 0
    assert "Nothing is new here" in command("init", tmp_path, "--yes").stderr
