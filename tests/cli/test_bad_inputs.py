"""Every kind of bad input gives a clear message, the right exit code and no traceback, and spares the rest."""

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.engagements import (
    HEADER,
    INVOICE_ROWS,
    INVOICES,
    PAYMENTS,
    Outcome,
    audit,
    command,
    counts,
    make,
    results,
)

PAID = "invoice_paid_by_due_date"
TICKETS = '\n[[source]]\npath = "tickets.csv"\ntable = "ticket"\n'


def told(outcome: Outcome, code: int, *words: str) -> None:
    """Assert the exit code, the words on stderr, and that no traceback is shown."""
    assert outcome.code == code, outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert "Internal error" not in outcome.stderr
    for word in words:
        assert word in outcome.words


def test_a_sound_engagement_passes(tmp_path: Path) -> None:
    """Three invoices paid in time: the gate is passed as far as payments go."""
    told(audit(make(tmp_path)), 0)
    assert counts(tmp_path, PAID)["pass"] == 3
    assert counts(tmp_path, PAID)["fail"] == 0


def test_no_engagement_file(tmp_path: Path) -> None:
    """A folder without cspaudit.toml is a mistake of the command."""
    told(audit(tmp_path), 2, "no cspaudit.toml", "cspaudit demo")


def test_no_such_folder(tmp_path: Path) -> None:
    """A path that is not there is a mistake of the command."""
    told(command("run", tmp_path / "nowhere"), 2, "no such file")


def test_broken_toml(tmp_path: Path) -> None:
    """Broken TOML is told with its line."""
    told(audit(make(tmp_path, toml=HEADER + "\n[[source]\n")), 2, "not valid TOML", "line 13")


def test_unknown_key(tmp_path: Path) -> None:
    """An unknown key is named, with the key that was probably meant."""
    told(audit(make(tmp_path, toml=HEADER + INVOICES + 'encodin = "cp1252"\n')), 2, "'encodin'", "'encoding'")


def test_unknown_key_at_the_top(tmp_path: Path) -> None:
    """An unknown table is named too."""
    told(audit(make(tmp_path, toml=HEADER + "[gates]\nfail_on = 'never'\n")), 2, "'gates'", "'gate'")


def test_missing_export(tmp_path: Path) -> None:
    """A missing export is named; what others show is judged all the same."""
    outcome = audit(make(tmp_path, toml=HEADER + INVOICES + PAYMENTS + TICKETS))
    told(outcome, 3, "tickets.csv", "not there")
    assert counts(tmp_path, PAID)["pass"] == 3


def test_empty_export(tmp_path: Path) -> None:
    """An export of 0 bytes is no export."""
    outcome = audit(make(tmp_path, toml=HEADER + INVOICES + PAYMENTS + TICKETS, tickets=""))
    told(outcome, 3, "tickets.csv", "0 bytes")
    assert counts(tmp_path, PAID)["pass"] == 3


def test_header_only(tmp_path: Path) -> None:
    """An export with a header alone goes by the gate, and is never a pass."""
    folder = make(tmp_path, invoices=INVOICE_ROWS.splitlines()[0] + "\n")
    outcome = audit(folder)
    told(outcome, 3, "nothing could be judged")
    payable = next(
        one for one in results(folder)["partners"][0]["obligations"] if one["obligation"] == "BIL-PAY-ONTIME"
    )
    assert payable["verdict"] == "undetermined"


def test_wrong_mapping(tmp_path: Path) -> None:
    """A layout that does not fit names the first field it misses and shows the header."""
    toml = HEADER + PAYMENTS + '\n[[source]]\npath = "invoices.csv"\ntable = "ticket"\n'
    told(audit(make(tmp_path, toml=toml)), 3, "invoices.csv", "'ticket_id'", "issued_on")


def test_unknown_mapping(tmp_path: Path) -> None:
    """A layout that does not exist is a mistake of the engagement."""
    toml = HEADER + '\n[[source]]\npath = "invoices.csv"\nmapping = "zendesk_ticket_json"\n'
    told(audit(make(tmp_path, toml=toml)), 2, "'zendesk_tickets_json'")


def test_wrong_encoding(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are never guessed; the message proposes an encoding."""
    rows = INVOICE_ROWS.replace("G1", "Gä").encode("cp1252")
    told(audit(make(tmp_path, invoices=rows)), 3, "invoices.csv", "not UTF-8", "encoding =")


def test_declared_encoding_is_read(tmp_path: Path) -> None:
    """The same bytes are fine once their encoding is declared."""
    rows = INVOICE_ROWS.replace("G1", "Gä").encode("cp1252")
    toml = HEADER + INVOICES + 'encoding = "cp1252"\n' + PAYMENTS
    audit(make(tmp_path, toml=toml, invoices=rows))
    assert results(tmp_path)["inputs"][0]["records_loaded"] == 3


def test_zone_missing(tmp_path: Path) -> None:
    """A layout with local times needs a zone."""
    toml = HEADER + '\n[[source]]\npath = "log.csv"\nmapping = "servicenow_incident_log_csv"\n'
    told(audit(make(tmp_path, toml=toml, log="number\n1\n")), 2, "time zone", "timezone =")


@pytest.mark.parametrize("where", ["partner", "source"])
def test_zone_misspelt(tmp_path: Path, where: str) -> None:
    """A misspelt zone is named with the one that was probably meant."""
    toml = (
        HEADER.replace("Europe/Berlin", "Europe/Berlni") + INVOICES
        if where == "partner"
        else HEADER + INVOICES + 'timezone = "Europe/Berlni"\n'
    )
    told(audit(make(tmp_path, toml=toml)), 2, "Europe/Berlni", "Europe/Berlin")


def test_unparsable_date_in_row_7(tmp_path: Path) -> None:
    """One bad date costs one record, told with file, record, column and value."""
    rows = INVOICE_ROWS + "".join(f"G{n},2026-07-01,1.00,EUR,2026-07-31\n" for n in range(4, 10))
    rows = rows.replace("G7,2026-07-01", "G7,1.7.2026")
    folder = make(tmp_path, invoices=rows)
    assert audit(folder).code == 1
    assert counts(folder, PAID)["insufficient_evidence"] == 1
    shown = command("validate", folder)
    told(shown, 0, "invoices.csv, record 7, line 8", "issued_on '1.7.2026'")


def test_duplicate_ids(tmp_path: Path) -> None:
    """The first of two records with one id counts, the other is left out and counted."""
    folder = make(tmp_path, invoices=INVOICE_ROWS + "G1,2026-07-01,900.00,EUR,2026-07-31\n")
    told(audit(folder), 0)
    assert counts(folder, PAID)["pass"] == 3
    assert counts(folder, PAID)["insufficient_evidence"] == 1
    assert results(folder)["inputs"][0]["records_rejected"] == 1


def test_nul_bytes(tmp_path: Path) -> None:
    """A file with NUL bytes is damaged; nothing of it is used."""
    outcome = audit(
        make(
            tmp_path, payments=b"payment_id,paid_on,amount,currency,invoice_id\nP1,2026-07-30,100\0,EUR,G1\n"
        )
    )
    told(outcome, 3, "payments.csv", "NUL byte")


def test_override_without_a_reason(tmp_path: Path) -> None:
    """A parameter set without a reason is refused."""
    toml = HEADER + INVOICES + f"[checks.{PAID}]\npayment_term_days = 30\n"
    told(audit(make(tmp_path, toml=toml)), 2, "reason", "because")


def test_unknown_parameter(tmp_path: Path) -> None:
    """A parameter that the check does not have is named."""
    toml = HEADER + INVOICES + f'[checks.{PAID}]\npayment_days = 30\nbecause = "x"\n'
    told(audit(make(tmp_path, toml=toml)), 2, "payment_days")


CHECK = """\
/* cspaudit
title = "Own test"
obligation = "BIL-PAY-ONTIME"
version = 1
subject = "supplier_invoice"
needs = ["supplier_invoice"]
reads = []
unit = ""
rationale = "r"
blind_spot = "b"
remedy = "m"
[reasons]
bad = "Bad."
*/
"""


def rows(status: str) -> str:
    """Return a query of a user's own check that gives every invoice one status."""
    return (
        f"select partner_id, invoice_id as subject_id, issued_on as dated_at, '{status}' as status, "
        "'bad' as reason, '' as observed, '' as expected from supplier_invoice"
    )


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select partner_id frm supplier_invoice", ()),
        ("select nothing from supplier_invoice", ("nothing",)),
        (f"{rows('fail')} union all {rows('fail')}", ()),
        (rows("failed"), ("failed",)),
        (rows("fail").replace("supplier_invoice", "read_csv('/etc/passwd')"), ()),
        (rows("fail").replace("supplier_invoice", "'/etc/passwd'"), ()),
    ],
    ids=["syntax", "column", "twice", "status", "function", "file"],
)
def test_a_users_broken_check(tmp_path: Path, sql: str, words: tuple[str, ...]) -> None:
    """A check that cannot be used is named, and the bundled checks judge all the same."""
    folder = make(tmp_path)
    (folder / "checks").mkdir()
    (folder / "checks" / "own_test.sql").write_text(CHECK + sql + "\n", encoding="utf-8")
    told(audit(folder), 3, "own_test", *words)
    assert counts(folder, PAID)["pass"] == 3


@pytest.mark.skipif(os.name != "posix", reason="permissions are told otherwise elsewhere")
def test_read_only_output_folder(tmp_path: Path) -> None:
    """An output folder that cannot be written is found before anything is loaded."""
    folder = make(tmp_path)
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.geteuid() == 0:
        # root writes anywhere: a file in the way is the same mistake
        locked.rmdir()
        locked.write_text("in the way", encoding="utf-8")
    told(command("run", folder, "--output", locked / "out"), 2, "cannot be written")


def test_foreign_output_folder(tmp_path: Path) -> None:
    """A folder that holds other things is never replaced."""
    folder = make(tmp_path)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.txt").write_text("cat", encoding="utf-8")
    told(command("run", folder, "--output", tmp_path / "photos"), 2, "no result of cspaudit")
    assert (tmp_path / "photos" / "cat.txt").exists()


def test_regression_without_a_baseline(tmp_path: Path) -> None:
    """A gate on regressions needs something to compare with."""
    told(
        audit(make(tmp_path, toml=HEADER + INVOICES + '[gate]\nfail_on = "regression"\n')),
        2,
        "earlier result",
    )


def test_interrupt_during_a_load_leaves_nothing(tmp_path: Path) -> None:
    """Ctrl-C during a load ends with 130 and nothing half-written."""
    rows = "".join(f"T{n},2026-07-01T10:00:00Z,technical\n" for n in range(2_000_000))
    folder = make(tmp_path, toml=HEADER + TICKETS, tickets=f"ticket_id,opened_at,category\n{rows}")
    before = set(folder.iterdir())
    process = subprocess.Popen(
        [sys.executable, "-m", "cspaudit", "run", str(folder), "--output", str(folder / "out")],
        stderr=subprocess.PIPE,
        text=True,
    )
    while process.poll() is None and set(folder.iterdir()) == before:
        time.sleep(0.01)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert set(folder.iterdir()) == before
