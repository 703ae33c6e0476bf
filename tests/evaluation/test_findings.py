"""Findings: the record each leads back to, and the two files."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from cspaudit.evaluation.findings import create_finding_table, write_findings
from cspaudit.evaluation.runner import evaluate
from cspaudit.model.result import FINDING_COLUMNS
from tests.evaluation.world import (
    CONTOSO,
    FABRIKAM,
    TICKET_CHECK,
    World,
    at,
    check_from,
    empty_world,
    plan_of,
    tickets,
)

CHECK = check_from(TICKET_CHECK)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One partner's empty warehouse."""
    return empty_world(tmp_path)


def read(folder: Path) -> list[dict[str, str]]:
    """Return the rows of findings.csv."""
    with (folder / "findings.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_finding_leads_to_its_record(world: World) -> None:
    """File and record are those of the subject's own record, also for a part of a subject after a slash."""
    parts = check_from(
        TICKET_CHECK.replace("ticket_id as subject_id", "ticket_id || '/scope' as subject_id"), "parts"
    )
    rows = tickets(("a", "2026-08-01 10:00", "technical"), ("b", "2026-08-01 10:00", "billing"))
    world.add("ticket", *rows)

    part, whole = evaluate(world.warehouse, plan_of(parts, CHECK)).outcomes

    assert [(f.subject_id, f.source_id, f.file, f.record) for f in whole.findings + part.findings] == [
        ("b", "tickets.csv", "tickets.csv", 2),
        ("b/scope", "tickets.csv", "tickets.csv", 2),
    ]


def test_a_finding_of_a_second_kind_leads_to_its_record(world: World) -> None:
    """A check may judge records of two tables; each finding names the table and record it stands for."""
    text = TICKET_CHECK.replace(
        'subject = "ticket"', 'subject = "message"\nother_subject = "ticket"'
    ).replace('needs = ["ticket"]', 'needs = ["ticket"]\nreads = ["message"]')
    text += """
union all
select partner_id, message_id, sent_at, 'fail', 'billing', 'a', 'b' from message
"""
    world.add("message", {"message_id": "m", "recipient": "r", "sent_at": at("2026-08-01 10:00")})
    world.add("ticket", *tickets(("b", "2026-08-01 10:00", "billing")), source_id="desk.csv")

    (outcome,) = evaluate(world.warehouse, plan_of(check_from(text))).outcomes

    assert [(f.subject, f.subject_id, f.file, f.record) for f in outcome.findings] == [
        ("ticket", "b", "desk.csv", 1),
        ("message", "m", "tickets.csv", 1),
    ]


MESSAGE_CHECK = TICKET_CHECK.replace('subject = "ticket"', 'subject = "message"').replace(
    'needs = ["ticket"]', 'needs = ["message"]'
)
MESSAGE_CHECK = (
    MESSAGE_CHECK[: MESSAGE_CHECK.index("*/")]
    + """*/
select distinct
    partner_id, message_id as subject_id, sent_at as dated_at, 'fail' as status, 'billing' as reason,
    cast(null as varchar) as observed, 'x' as expected
from message
"""
)


def test_the_lowest_record_of_several_is_named(world: World) -> None:
    """A message of three recipients leads to the first of its records, and an id that itself holds a slash is whole."""
    rows = [
        {
            "message_id": id_,
            "recipient": f"r{n}@contoso.example",
            "sent_at": at("2026-08-01 10:00"),
            "record": record,
        }
        for n, (id_, record) in enumerate([("m", 9), ("m", 4), ("m", 7), ("m/1", 12), ("n/2", 13)])
    ]
    world.add("message", *rows, source_id="mail.csv")

    (outcome,) = evaluate(world.warehouse, plan_of(check_from(MESSAGE_CHECK))).outcomes

    assert [(f.subject_id, f.record) for f in outcome.findings] == [("m", 4), ("m/1", 12), ("n/2", 13)]


def test_an_unknown_subject_has_no_record(world: World) -> None:
    """A row that stands for no single record leads nowhere, and says so by empty fields."""
    months = check_from(TICKET_CHECK.replace("ticket_id as subject_id", "'2026-08' as subject_id"))
    world.add("ticket", *tickets(("a", "2026-08-01 10:00", "billing")))

    (outcome,) = evaluate(world.warehouse, plan_of(months)).outcomes

    assert [(f.source_id, f.file, f.record) for f in outcome.findings] == [("", "", None)]


def test_records_of_another_partner_are_not_confused(tmp_path: Path) -> None:
    """The same id at two partners leads to each one's own record."""
    world = empty_world(tmp_path, (FABRIKAM, CONTOSO))
    world.add(
        "ticket",
        *tickets(("x", "2026-08-01 10:00", "technical"), ("a", "2026-08-01 10:00", "billing")),
        *tickets(("a", "2026-08-01 10:00", "billing"), partner_id="contoso"),
    )

    evaluation = evaluate(world.warehouse, plan_of(CHECK, partners=(FABRIKAM, CONTOSO)))

    assert [finding.record for outcome in evaluation.outcomes for finding in outcome.findings] == [2, 3]


def test_the_files_hold_the_rows_in_order(tmp_path: Path) -> None:
    """CSV and Parquet hold the same rows, ordered by partner, check and subject, with the columns of the contract."""
    world = empty_world(tmp_path, (FABRIKAM, CONTOSO))
    other = replace(check_from(TICKET_CHECK, "another"), title="Another")
    rows = [
        ("b", "2026-08-02 10:00", "billing"),
        ("a", "2026-08-01 10:00", None),
        ("c", "2026-08-01 10:00", "technical"),
    ]
    world.add("ticket", *tickets(*rows), *tickets(*rows, partner_id="contoso"))
    evaluate(world.warehouse, plan_of(CHECK, other, partners=(FABRIKAM, CONTOSO)))

    write_findings(world.warehouse, tmp_path, None)
    found = read(tmp_path)

    assert [(r["partner_id"], r["check_id"], r["subject_id"]) for r in found] == [
        (partner, check, subject)
        for partner in ("contoso", "fabrikam")
        for check in ("another", "tickets_are_technical")
        for subject in ("a", "b")
    ]
    assert tuple(found[0]) == FINDING_COLUMNS
    assert found[1] | {"record": "1"} == {
        "partner_id": "contoso",
        "check_id": "another",
        "obligation": "SUP-TEST",
        "subject": "ticket",
        "subject_id": "b",
        "dated_at": "2026-08-02T10:00:00Z",
        "status": "fail",
        "reason": "billing",
        "observed": "billing",
        "expected": "technical",
        "source_id": "tickets.csv",
        "file": "tickets.csv",
        "record": "1",
        "waiver": "",
    }
    parquet = world.warehouse.rows(f"select * from read_parquet('{tmp_path}/findings.parquet')")
    assert [tuple("" if value is None else str(value) for value in row) for row in parquet] == [
        tuple(row.values()) for row in found
    ]


def test_one_partners_files_hold_nothing_of_the_others(tmp_path: Path) -> None:
    """With partner ids only their rows are written; no rows still give a file with its header."""
    world = empty_world(tmp_path, (FABRIKAM, CONTOSO))
    world.add(
        "ticket",
        *tickets(("a", "2026-08-01 10:00", "billing")),
        *tickets(("a", "2026-08-01 10:00", "billing"), partner_id="contoso"),
    )
    evaluate(world.warehouse, plan_of(CHECK, partners=(FABRIKAM, CONTOSO)))

    write_findings(world.warehouse, tmp_path, ["contoso"])
    assert [row["partner_id"] for row in read(tmp_path)] == ["contoso"]

    write_findings(world.warehouse, tmp_path, ["nobody"])
    assert (tmp_path / "findings.csv").read_text(encoding="utf-8") == ",".join(FINDING_COLUMNS) + "\n"


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    """The order of rows is fixed by the ids, not by the engine: the CSV of two runs is the same."""
    contents = set()
    for run in ("first", "second"):
        folder = tmp_path / run
        folder.mkdir()
        world = empty_world(folder)
        world.add("ticket", *tickets(*((f"t{n}", "2026-08-01 10:00", "billing") for n in range(300))))
        evaluate(world.warehouse, plan_of(CHECK))
        write_findings(world.warehouse, folder, None)
        contents.add((folder / "findings.csv").read_bytes())

    assert len(contents) == 1


@pytest.fixture
def written(world: World, tmp_path: Path) -> dict[str, str]:
    """What findings.csv shows of values that a spreadsheet might run."""
    values = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\tx", "\rx", "-12.5", "+3", "7", "plain", ""]
    create_finding_table(world.warehouse)
    for number, value in enumerate(values):
        row = ["fabrikam", "c", "O", "ticket", f"{number:02}", None, "fail", "r", value, "", "", "", None, ""]
        world.warehouse.insert("finding", [row])
    world.warehouse.lock()
    write_findings(world.warehouse, tmp_path, None)
    return dict(zip(values, (row["observed"] for row in read(tmp_path)), strict=True))


def test_cells_that_start_a_formula_are_defused(written: dict[str, str]) -> None:
    """What a spreadsheet would run gets an apostrophe in front; numbers and plain text stay as they are."""
    changed = {value for value, shown in written.items() if shown != value}

    assert changed == {"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\tx", "\rx"}
    assert all(written[value] == f"'{value}" for value in changed)
