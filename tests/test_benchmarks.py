"""The benchmark works at a tiny size; its times are never looked at."""

import csv
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cspaudit.evaluation.definition import load_catalogue
from tests.conftest import ROOT

BENCHMARKS = ROOT / "benchmarks"
#: checks that cannot bind this partner in this quarter
OF_OTHERS = {
    "billing_dispute_reported",
    "continuous_support_offered",
    "customer_told_of_outcome",
    "reseller_works_with_provider",
    "sla_given_without_24x7_phone",
}


def _run(script: str, *arguments: object) -> str:
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _cells(line: str) -> Sequence[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def _generate(folder: Path, seed: int) -> dict[str, bytes]:
    _run(
        "generate.py", folder,
        *("--tickets", 50, "--events-per-ticket", 3, "--mails", 40, "--invoices", 30, "--payments", 60, "--seed", seed),
    )  # fmt: skip
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_generator_repeats_itself(tmp_path: Path) -> None:
    """The same arguments give the same bytes, another seed gives others."""
    first = _generate(tmp_path / "a", 7)
    assert first == _generate(tmp_path / "b", 7)
    assert first["ticket.csv"] != _generate(tmp_path / "c", 8)["ticket.csv"]


def test_generator_keeps_to_the_sizes(tmp_path: Path) -> None:
    """Every file holds as many records as asked for, and two payments make up one invoice."""
    texts = {name: text.decode() for name, text in _generate(tmp_path, 7).items()}
    rows = {name: list(csv.DictReader(text.splitlines())) for name, text in texts.items()}
    assert len(rows["ticket.csv"]) == 50
    assert len(rows["ticket_event.csv"]) == 150
    assert len(rows["message.csv"]) == 40
    assert len(rows["supplier_invoice.csv"]) == 30
    assert len(rows["supplier_payment.csv"]) == 60
    assert [row["ticket_id"] for row in rows["ticket.csv"]] == sorted(
        {row["ticket_id"] for row in rows["ticket.csv"]}
    )
    paid = [
        row["amount"]
        for row in rows["supplier_payment.csv"]
        if row["payment_id"] in {"P00000000", "P00000001"}
    ]
    assert sum(round(100 * float(amount)) for amount in paid) == round(
        100 * float(rows["supplier_invoice.csv"][0]["amount"])
    )


def test_bench_judges_every_check_and_agrees_with_pandas(tmp_path: Path) -> None:
    """Each check that can passes some cases and fails others; pandas counts the same late invoices and senders."""
    report = _run(
        "run.py", "--tickets", 4000, "--rounds", 1, "--no-pdf", "--folder", tmp_path
    )  # fmt: skip
    sides, checks = (part.splitlines() for part in report.split("| check |"))
    assert [line for line in sides if line.startswith("| bare typed load |")]
    assert [line for line in sides if line.startswith("| cspaudit, JSON and HTML |")]
    counts = {cells[0]: cells[1:] for cells in map(_cells, checks[2:])}
    catalogue = load_catalogue(ROOT / "checks")
    assert catalogue.checks.keys() - counts.keys() <= OF_OTHERS
    passed_and_failed = {
        name
        for name, cells in counts.items()
        if int(cells[0].replace(",", "")) > 0 < int(cells[1].replace(",", ""))
    }
    assert passed_and_failed.isdisjoint(name for name, check in catalogue.checks.items() if check.notes_only)
    assert len(passed_and_failed) >= len(counts) // 2
    for name in ("invoice_paid_by_due_date", "subscription_message_from_partner"):
        assert counts[name][1] == counts[name][-1]
    assert not list(tmp_path.iterdir())


def test_mails_are_as_many_on_both_sides(tmp_path: Path) -> None:
    """The standard library and cspaudit find the same mails, in a mailbox and as single files."""
    rows = [
        _cells(line)
        for line in _run("mail.py", "--mails", 30, "--rounds", 1, "--folder", tmp_path).splitlines()
    ]
    assert [row[0] for row in rows[2:]] == [
        "mailbox, 30",
        "mailbox, 30",
        "single mails, 30",
        "single mails, 30",
    ]
