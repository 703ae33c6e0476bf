"""A small invented engagement on disk, and the command run on it as a user runs it."""

import csv
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HEADER = """\
[engagement]
title = "Fabrikam, test"
period = "2026-Q3"
as_of = 2026-10-15T00:00:00Z

[[partner]]
id = "fabrikam"
name = "Fabrikam Cloud GmbH"
tier = "direct_bill"
timezone = "Europe/Berlin"
domains = ["fabrikam.example"]
"""
INVOICES = """
[[source]]
path = "invoices.csv"
table = "supplier_invoice"
"""
PAYMENTS = """
[[source]]
path = "payments.csv"
table = "supplier_payment"
"""
INVOICE_ROWS = """\
invoice_id,issued_on,amount,currency,due_on
G1,2026-07-01,100.00,EUR,2026-07-31
G2,2026-08-01,100.00,EUR,2026-08-31
G3,2026-09-01,100.00,EUR,2026-09-30
"""
PAYMENT_ROWS = """\
payment_id,paid_on,amount,currency,invoice_id
P1,2026-07-30,100.00,EUR,G1
P2,2026-08-30,100.00,EUR,G2
P3,2026-09-30,100.00,EUR,G3
"""


@dataclass(frozen=True)
class Outcome:
    """What a user saw of one command."""

    code: int
    stdout: str
    stderr: str

    @property
    def words(self) -> str:
        """The text of stderr on one line."""
        return " ".join(self.stderr.split())


def command(*arguments: object, cwd: Path | None = None) -> Outcome:
    """Run the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "cspaudit", *(str(argument) for argument in arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def make(folder: Path, *, toml: str = HEADER + INVOICES + PAYMENTS, **files: str | bytes) -> Path:
    """Write an engagement whose three invoices were paid in time; ``files`` replace exports by their stem."""
    content: dict[str, str | bytes] = {"invoices": INVOICE_ROWS, "payments": PAYMENT_ROWS, **files}
    (folder / "cspaudit.toml").write_text(toml, encoding="utf-8")
    for stem, text in content.items():
        (folder / f"{stem}.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def audit(folder: Path) -> Outcome:
    """Run the audit of ``folder`` without a PDF; its result is in ``folder/out``."""
    return command("run", folder, "--output", folder / "out", "--format", "json,html")


def results(folder: Path) -> dict[str, Any]:
    """Return results.json of an audit."""
    content: dict[str, Any] = json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))
    return content


def counts(folder: Path, check: str) -> dict[str, int]:
    """Return the counts of one check of the only partner."""
    for obligation in results(folder)["partners"][0]["obligations"]:
        for found in obligation["checks"]:
            if found["check"] == check:
                counted: dict[str, int] = found["counts"]
                return counted
    raise AssertionError(check)


def findings(folder: Path) -> list[dict[str, str]]:
    """Return the rows of findings.csv of an audit."""
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
