"""What people type into partner-facts.xlsx is taken into the audit record by record, and nothing else of it."""

import json
from datetime import date
from pathlib import Path

from cspaudit.initialise.workbook import _EXAMPLE
from tests.cli.engagements import command
from tests.cli.test_init import engagement, small
from tests.initialise.filled_workbook import fill, tables
from tests.sources.workbooks import xlsx

TERMS = {
    "terms_id": "2026",
    "valid_from_on": date(2026, 1, 1),
    "service_hours": "Mo-Fr 09:00-17:00; PH off",
    "timezone": "Europe/Berlin",
    "holidays": "DE-BY",
    "contact_methods": "support@fabrikam.example",
    "scope": "All <products> & more",
    "has_charge": "true",
}
TARGET = {
    "terms_id": "2026",
    "severity": "any",
    "measure": "first_response",
    "minutes": 240,
    "clock": "business",
}


def test_filled_sheets_are_sources_and_the_others_are_not(tmp_path: Path) -> None:
    """Explanations, examples and empty sheets are never read; each record that was typed in arrives."""
    small(tmp_path)
    fill(tmp_path / "partner-facts.xlsx", support_terms=[TERMS], support_target=[TARGET])
    done = command("init", tmp_path, "--yes")
    assert done.code == 0, done.stderr
    assert "4 exports are recognised." in done.stderr
    assert "Support hours" not in done.stderr
    assert engagement(tmp_path)["source"][:2] == [
        {
            "path": "partner-facts.xlsx",
            "sheet": "support_terms",
            "id": "partner-facts.xlsx#support_terms",
            "table": "support_terms",
        },
        {
            "path": "partner-facts.xlsx",
            "sheet": "support_target",
            "id": "partner-facts.xlsx#support_target",
            "table": "support_target",
        },
    ]
    command("run", tmp_path, "--output", tmp_path / "audit-out", "--format", "json")
    inputs = json.loads((tmp_path / "audit-out" / "results.json").read_text(encoding="utf-8"))["inputs"]
    assert sorted((one["source_id"], one["records_read"], one["records_loaded"]) for one in inputs)[:2] == [
        ("partner-facts.xlsx#support_target", 1, 1),
        ("partner-facts.xlsx#support_terms", 1, 1),
    ]

    (tmp_path / "partner-facts.xlsx").unlink()
    plan = {"vehicle": "unified_for_partners", "contract_id": "0042", "valid_from_on": date(2026, 1, 1)}
    fill(tmp_path / "partner-facts.xlsx", support_terms=[TERMS], support_target=[TARGET], entitlement=[plan])
    again = command("init", tmp_path, "--yes")
    assert "added at its end: partner-facts.xlsx, sheet entitlement" in again.words
    assert engagement(tmp_path)["source"][-1]["sheet"] == "entitlement"


def test_every_example_can_be_typed_in_and_is_taken(tmp_path: Path) -> None:
    """The examples of all sheets, typed as they are shown, are records without a fault."""
    small(tmp_path)
    fill(tmp_path / "partner-facts.xlsx", **{name: [_EXAMPLE[name]] for name in tables() if name in _EXAMPLE})
    assert command("init", tmp_path, "--yes").code == 0
    loaded = command("validate", tmp_path)
    assert loaded.code == 0
    assert "Left out: partner-facts" not in loaded.words
    assert loaded.stderr.count("partner-facts.xlsx ") + loaded.stderr.count("partner-facts.xlsx\n") >= len(
        _EXAMPLE
    )


def test_the_empty_workbook_is_no_source(tmp_path: Path) -> None:
    """Nothing was typed in, so nothing is read, and nobody is told that something is wrong."""
    small(tmp_path)
    command("sources", "template", "--output", tmp_path)
    done = command("init", tmp_path, "--yes")
    assert done.code == 0
    assert [one["path"] for one in engagement(tmp_path)["source"]] == [
        "supplier_invoice.csv",
        "supplier_payment.csv",
    ]
    assert "partner-facts" not in done.stderr.partition("Of ")[0]


def test_sheets_of_any_workbook_are_told_from_each_other(tmp_path: Path) -> None:
    """Sheets of different layouts are sources of their own; a workbook with one needs no sheet; notes are left aside."""
    tickets = [["ticket_id", "opened_at", "severity"], ["T1", "2026-09-01T08:00:00Z", "critical"]]
    replies = [
        ["event_id", "ticket_id", "occurred_at", "kind"],
        ["E1", "T1", "2026-09-01T09:00:00Z", "reply"],
    ]
    notes = [["Made by", "Anna"], ["for", "nobody"]]
    (tmp_path / "desk.xlsx").write_bytes(xlsx({"All tickets": tickets, "Notes": notes, "History": replies}))
    (tmp_path / "one.xlsx").write_bytes(
        xlsx({"Tabelle1": [tickets[0], ["T2", "2026-09-02T08:00:00Z", "minimal"]]})
    )
    (tmp_path / "none.xlsx").write_bytes(xlsx({"Notes": notes}))
    done = command("init", tmp_path, "--yes")
    assert done.code == 0, done.stderr
    assert [(one["path"], one.get("sheet"), one["table"]) for one in engagement(tmp_path)["source"]] == [
        ("desk.xlsx", "All tickets", "ticket"),
        ("desk.xlsx", "History", "ticket_event"),
        ("one.xlsx", None, "ticket"),
    ]
    assert "# Sheets left aside: Notes." in (tmp_path / "cspaudit.toml").read_text(encoding="utf-8")
    assert "Left aside: none.xlsx. No layout knows half of its fields" in done.words
    assert command("validate", tmp_path).code == 0
    assert "Nothing is new here" in command("init", tmp_path, "--yes").stderr
