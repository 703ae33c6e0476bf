"""The audit over third-party exports gives the totals that were counted by other means."""

import shutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.engagements import Outcome, command, findings, results

pytestmark = pytest.mark.samples

PAID = "invoice_paid_by_due_date"

ENGAGEMENT = """\
[engagement]
title = "Third-party exports"
start = 2012-01-01
end = 2024-04-01
as_of = 2024-04-01T00:00:00Z
# the ledger is older than any wording known; it is judged by the rules of the last day
rules_as_of = 2024-03-31

[[partner]]
id = "fabrikam"
name = "Fabrikam Cloud GmbH"
tier = "direct_bill"
timezone = "Europe/Berlin"
holidays = "DE-BY"
domains = ["fabrikam.example"]

[[source]]
path = "samples/itsm_servicenow_uci/Master_Ticket_Dataset.csv.gz"
mapping = "servicenow_incident_log_csv"
timezone = "Europe/Berlin"

[[source]]
path = "samples/ar_ibm_late_payments/WA_Fn-UseC_-Accounts-Receivable.csv"
mapping = "invoice_ledger_csv"
side = "payable"
constants = { currency = "USD" }

[[source]]
path = "samples/zendesk_api_recorded/incremental_tickets.json"
mapping = "zendesk_tickets_json"

[[source]]
path = "samples/message_trace_json/message_trace_reportingws.ndjson"
mapping = "exchange_message_trace_json"
"""
SAMPLES = [one["path"].removeprefix("samples/") for one in tomllib.loads(ENGAGEMENT)["source"]]
IGNORE_DISPUTES = f'\n[checks.{PAID}]\ndisputes = "ignore"\nbecause = "as a test of the totals"\n'


def audited(folder: Path, samples: Path, toml: str) -> tuple[Outcome, dict[str, dict[str, Any]]]:
    """Run the audit and return what a user saw and each check's entry of results.json."""
    for name in SAMPLES:
        (folder / "samples" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(samples / name, folder / "samples" / name)
    (folder / "cspaudit.toml").write_text(toml, encoding="utf-8")
    outcome = command("run", folder, "--output", folder / "out", "--format", "json,html")
    partner = results(folder)["partners"][0]
    return outcome, {check["check"]: check for one in partner["obligations"] for check in one["checks"]}


def test_disputes_taken_apart(tmp_path: Path, samples_dir: Path) -> None:
    """494 invoices were late and undisputed; 383 late ones were disputed on an unknown day; 1,589 were in time."""
    outcome, checks = audited(tmp_path, samples_dir, ENGAGEMENT)
    assert outcome.code == 1, outcome.stderr
    assert checks[PAID]["reasons"]["paid_late"] == 494
    assert checks[PAID]["counts"]["insufficient_evidence"] == 383
    assert checks[PAID]["counts"]["pass"] == 1589


def test_disputes_ignored(tmp_path: Path, samples_dir: Path) -> None:
    """All 877 invoices that the data set itself calls late are late."""
    _, checks = audited(tmp_path, samples_dir, ENGAGEMENT + IGNORE_DISPUTES)
    assert checks[PAID]["reasons"] == {"paid_late": 877}
    assert checks[PAID]["counts"]["pass"] == 1589


def test_every_record_is_accounted_for(tmp_path: Path, samples_dir: Path) -> None:
    """Of 119,998 events, 2,466 invoices, 87 tickets and one message none is lost."""
    audited(tmp_path, samples_dir, ENGAGEMENT)
    read = {Path(one["path"]).name: one for one in results(tmp_path)["inputs"]}
    figures = {name: (one["records_read"], one["records_loaded"]) for name, one in read.items()}
    assert figures == {
        "Master_Ticket_Dataset.csv.gz": (119_998, 119_998),
        "WA_Fn-UseC_-Accounts-Receivable.csv": (2_466, 2_466),
        "incremental_tickets.json": (87, 87),
        "message_trace_reportingws.ndjson": (1, 1),
    }


def test_what_an_export_cannot_show_is_a_gap(tmp_path: Path, samples_dir: Path) -> None:
    """The event log has no replies and no notes: that is one missing export a test, not thousands of findings."""
    _, checks = audited(tmp_path, samples_dir, ENGAGEMENT)
    replies = checks["first_reply_within_published_time"]
    assert "ticket_event.kind=reply" in {gap["need"] for gap in replies["gaps"]}
    assert sum(replies["counts"].values()) == 0
    found = Counter(row["check_id"] for row in findings(tmp_path / "out"))
    assert found[PAID] == 494 + 383
    assert [name for name, check in checks.items() if check["gaps"] and found[name]] == []
