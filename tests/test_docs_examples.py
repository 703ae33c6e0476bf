"""The examples of the documents run, and the promises of README can be seen to hold."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cspaudit.errors import EngagementError
from cspaudit.model import engagement
from cspaudit.model.attestations import read_answers
from tests.cli.engagements import HEADER, Outcome, command, findings, results
from tests.conftest import ROOT

#: what a program needs to open a connection
NETWORK = {
    "socket",
    "ssl",
    "http",
    "urllib.request",
    "ftplib",
    "smtplib",
    "asyncio",
    "requests",
    "httpx",
    "aiohttp",
}
#: run as a program: any try to open or name a connection is an error
NO_NETWORK = """
import sys

def refuse(event, arguments):
    if event.startswith(("socket.connect", "socket.bind", "socket.sendto", "socket.getaddrinfo", "socket.gethost")):
        raise AssertionError(f"{event} {arguments}")

sys.addaudithook(refuse)
from cspaudit import resources, run
run(resources.sample_data(), sys.argv[1])
"""


def blocks(name: str, language: str) -> list[str]:
    """Return the code blocks of one language in a document."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def own_audit(folder: Path, *, due: str = "DueDate", more: str = "") -> Outcome:
    """Run the audit that README shows, its due dates under another name and with more lines in the toml."""
    (toml,) = blocks("README.md", "toml")
    (ledger,) = blocks("README.md", "csv")
    (folder / "exports").mkdir(parents=True)
    (folder / "cspaudit.toml").write_text(toml + more, encoding="utf-8")
    (folder / "exports" / "ledger.csv").write_text(ledger.replace("DueDate", due), encoding="utf-8")
    return command("run", "--format", "json,html", cwd=folder)


def test_the_first_own_audit_runs(tmp_path: Path) -> None:
    """README's ten lines and two invoices give what README says: G2 paid four days late, the rest undetermined."""
    (toml,) = blocks("README.md", "toml")
    outcome = own_audit(tmp_path / "audit")

    assert outcome.code == 1, outcome.stderr
    assert len([line for line in toml.splitlines() if " = " in line]) == 10
    assert [
        (row["subject_id"], row["reason"], row["observed"], row["file"], row["record"])
        for row in findings(tmp_path / "audit" / "audit-out")
        if row["status"] == "fail"
    ] == [("G2", "paid_late", "4", "exports/ledger.csv", "2")]
    text = (tmp_path / "audit" / "audit-out" / "results.json").read_text(encoding="utf-8")
    (partner,) = json.loads(text)["partners"]
    by_id = {found["obligation"]: found for found in partner["obligations"]}
    assert by_id.pop("BIL-PAY-ONTIME")["verdict"] == "not_met"
    # it reads the same export, and only notes as long as no limit is set
    assert by_id.pop("BIL-PAY-CONSISTENT")["checks"][0]["gaps"] == []
    tested = [found for found in by_id.values() if found["checks"]]
    # what only notes is no duty that could be missed
    assert {found["verdict"] for found in tested} == {"undetermined", "not_applicable"}
    undetermined = [one for found in tested if found["verdict"] == "undetermined" for one in found["checks"]]
    assert all(one["gaps"] for one in undetermined)
    assert all(gap["cure"] for one in undetermined for gap in one["gaps"])


def test_a_column_called_otherwise_is_named(tmp_path: Path) -> None:
    """The line that README gives for a column with another name makes the same audit of it."""
    told = re.search(r"`(columns = \{[^`]+\})`", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert told

    without = own_audit(tmp_path / "without", due="Payable by")
    outcome = own_audit(tmp_path / "with", due="Payable by", more=f"{told[1]}\n")

    # without due dates the 60 days of the documents are taken, and nothing is late
    assert without.code == 0, without.stderr
    assert outcome.code == 1, outcome.stderr


def test_validate_leaves_nothing(tmp_path: Path) -> None:
    """`cspaudit validate` reports on README's export and writes nothing beside it."""
    own_audit(tmp_path / "audit", more="[gate]\nfail_on = 'never'\n")
    before = sorted(tmp_path.rglob("*"))

    outcome = command("validate", cwd=tmp_path / "audit")

    assert outcome.code == 0, outcome.stderr
    assert "exports/ledger.csv" in outcome.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_run_leaves_the_files_told(tmp_path: Path) -> None:
    """results.md lists exactly the files that a run writes; without a PDF that one is missing."""
    own_audit(tmp_path / "audit")
    text = (ROOT / "docs" / "results.md").read_text(encoding="utf-8").partition("## Commands")[0]
    told = set(re.findall(r"^\| `([\w.]+)` \|", text, re.MULTILINE))

    assert {path.name for path in (tmp_path / "audit" / "audit-out").iterdir()} == told - {"scorecard.pdf"}


def test_several_partners_as_told(tmp_path: Path) -> None:
    """A list of partners with the columns of engagement.md and {partner} in a path gives a folder a partner."""
    text = (ROOT / "docs" / "engagement.md").read_text(encoding="utf-8")
    told = text.partition("A list of `partners` has the columns")[2].partition("(comma-separated)")[0]
    columns = re.findall(r"`(\w+)`", told)
    rows = {
        "fabrikam": "Fabrikam,direct_bill,Europe/Berlin,global,DE-BY,,fabrikam.example",
        "contoso": 'Contoso,indirect_reseller,Europe/Madrid,global,ES,tailspin,"contoso.example, contoso-mail.example"',
    }
    listed = [",".join(columns), *(f"{name},{row}" for name, row in rows.items())]
    (tmp_path / "partners.csv").write_text("\n".join(listed) + "\n", encoding="utf-8")
    (ledger,) = blocks("README.md", "csv")
    for name in rows:
        (tmp_path / name).mkdir()
        (tmp_path / name / "ledger.csv").write_text(ledger, encoding="utf-8")
    header = HEADER.partition("[[partner]]")[0]
    (tmp_path / "cspaudit.toml").write_text(
        f'{header}partners = "partners.csv"\n[[source]]\npath = "{{partner}}/ledger.csv"\n'
        'mapping = "invoice_ledger_csv"\nside = "payable"\n',
        encoding="utf-8",
    )

    outcome = command("run", tmp_path, "--output", tmp_path / "out", "--format", "html")

    assert outcome.code == 1, outcome.stderr
    for name in rows:
        assert (tmp_path / "out" / name / "scorecard.html").is_file()
        assert {row["partner_id"] for row in findings(tmp_path / "out" / name)} <= {name}
    assert (tmp_path / "out" / "index.html").is_file()
    assert len(results(tmp_path)["partners"]) == 2


@pytest.mark.parametrize("number", range(len(blocks("docs/engagement.md", "toml"))))
def test_examples_of_the_reference_are_right(number: int, tmp_path: Path) -> None:
    """Every example of engagement.md is accepted within a small audit."""
    content = {**tomllib.loads(HEADER), **tomllib.loads(blocks("docs/engagement.md", "toml")[number])}

    engagement.parse(content, folder=tmp_path, where="docs/engagement.md")


def test_the_regression_gate_is_refused_as_told(tmp_path: Path) -> None:
    """The reference says that fail_on = "regression" stops with exit code 2 until results can be compared."""
    outcome = own_audit(tmp_path / "audit", more='[gate]\nfail_on = "regression"\n')

    assert outcome.code == EngagementError.exit_code, outcome.stderr


def test_the_example_of_a_signed_answer_counts(tmp_path: Path) -> None:
    """The answer of signed-answers.md is accepted as it stands."""
    (example,) = blocks("docs/signed-answers.md", "toml")
    (tmp_path / "attestations.toml").write_text(example, encoding="utf-8")

    (file,) = read_answers(tmp_path)

    assert [row["obligation"] for row in file.rows] == ["SVC-SPECIFIC"]


def test_the_example_check_runs(tmp_path: Path) -> None:
    """The check of writing-checks.md passes its cases, is listed, and finds the one ticket closed too late."""
    obligations, *_, cases = blocks("docs/writing-checks.md", "toml")
    (query,) = blocks("docs/writing-checks.md", "sql")
    for folder in ("checks", "cases"):
        (tmp_path / folder).mkdir()
    (tmp_path / "checks" / "obligations.toml").write_text(obligations, encoding="utf-8")
    (tmp_path / "checks" / "ticket_closed_in_time.sql").write_text(query, encoding="utf-8")
    (tmp_path / "cases" / "ticket_closed_in_time.toml").write_text(cases, encoding="utf-8")
    (tmp_path / "cspaudit.toml").write_text(
        HEADER + '[[source]]\npath = "tickets.csv"\ntable = "ticket"\n', encoding="utf-8"
    )
    (tmp_path / "tickets.csv").write_text(
        "ticket_id,opened_at,closed_at\n"
        "T1,2026-07-01T09:00:00Z,2026-07-03T09:00:00Z\n"
        "T2,2026-07-02T09:00:00Z,2026-09-03T09:00:00Z\n",
        encoding="utf-8",
    )

    tried = command("checks", "test", "cases", "--checks", "checks", cwd=tmp_path)
    listed = command("checks", "list", ".", cwd=tmp_path)
    outcome = command("run", "--format", "json", cwd=tmp_path)

    assert tried.code == 0, tried.stdout
    assert "2 passed, 0 failed" in tried.stdout
    duty, _, below = listed.stdout.partition("OWN-TICKET-CLOSED")[2].partition("\n")
    assert "own promise, should" in duty
    assert below.startswith("      ticket_closed_in_time  Tickets are closed")
    assert outcome.code == 1, outcome.stderr
    assert [
        (row["subject_id"], row["status"], row["observed"])
        for row in findings(tmp_path / "audit-out")
        if row["check_id"] == "ticket_closed_in_time"
    ] == [("T2", "fail", "63")]


def test_findings_can_be_read_from_python(tmp_path: Path) -> None:
    """The two calls that results.md gives for Python work as told."""
    import cspaudit
    from cspaudit.scorecard import frames

    own_audit(tmp_path / "audit")
    made = cspaudit.run(tmp_path / "audit", tmp_path / "out", formats=["json"])
    frame = frames.findings(tmp_path / "out")

    assert made.partners[0].partner.partner_id == "fabrikam"
    assert list(frame[frame["status"] == "fail"]["subject_id"]) == ["G2"]


def test_no_connection_is_opened(tmp_path: Path) -> None:
    """The whole sample audit runs with every attempt to open a connection turned into an error."""
    done = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, tmp_path / "out"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "scorecard.html").is_file()


def test_no_module_imports_a_network_library() -> None:
    """None of our own code imports what opens connections."""
    imported = {
        name
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert "tomllib" in imported, "imports were found"
    assert [name for name in imported if name in NETWORK or name.partition(".")[0] in NETWORK] == []


def schema_violations(value: Any, schema: Mapping[str, Any], parts: Mapping[str, Any]) -> list[str]:
    """Return where a value breaks the schema of cspaudit.toml: unknown and missing keys, words outside a list."""
    if "$ref" in schema:
        return schema_violations(value, parts[schema["$ref"].rpartition("/")[2]], parts)
    found = [one for base in schema.get("allOf", ()) for one in schema_violations(value, base, parts)]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{value!r} is not allowed")
    if "oneOf" in schema and sum(not schema_violations(value, one, parts) for one in schema["oneOf"]) != 1:
        found.append("not exactly one of the alternatives")
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        found += [one for item in value for one in schema_violations(item, schema["items"], parts)]
    if isinstance(value, dict):
        known = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        found += [f"{key} is missing" for key in schema.get("required", ()) if key not in value]
        for key, member in value.items():
            if key in known or isinstance(others, dict):
                found += schema_violations(member, known.get(key, others), parts)
            elif others is False:
                found.append(f"{key} is unknown")
    return found


SCHEMA: dict[str, Any] = json.loads((ROOT / "docs" / "engagement.schema.json").read_text(encoding="utf-8"))
SAMPLE = tomllib.loads((ROOT / "sample_data" / "cspaudit.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ["README.md", "sample_data/cspaudit.toml"])
def test_the_schema_accepts_what_the_program_accepts(path: str) -> None:
    """An editor finds nothing wrong with README's file and the sample's."""
    content = SAMPLE if path.startswith("sample_data") else tomllib.loads(blocks(path, "toml")[0])

    assert schema_violations(content, SCHEMA, SCHEMA["$defs"]) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"gates": {}}, "gates is unknown"),
        ({"gate": {"fail_on": "met"}}, "'met' is not allowed"),
        ({"partner": [{"id": "x", "name": "X", "tier": "direct_bill"}]}, "timezone is missing"),
        ({"source": [{"path": "a.csv", "mapping": "a", "table": "ticket"}]}, "'a' is not allowed"),
        ({"source": [{"path": "a.csv"}]}, "not exactly one of the alternatives"),
        ({"engagement": {"title": "x", "as_of": datetime(2026, 10, 15)}}, "not exactly one"),  # noqa: DTZ001 - any value does
        (
            {"data": {"actor": [{"actor_id": "a", "role": "agent", "valid_from_on": "", "kind": "boss"}]}},
            "'boss'",
        ),
        ({"data": {"actor": [{"name": "a"}]}}, "name is unknown"),
        ({"checks": {"invoice_paid_by_due_date": {"payment_term_days": 30}}}, "because is missing"),
        ({"checks": {"invoice_paid_by_due_date": {"disputes": "x", "because": "y"}}}, "'x' is not allowed"),
    ],
)
def test_the_schema_finds_what_the_program_refuses(change: dict[str, Any], expected: str) -> None:
    """An editor shows a misspelt, missing or impossible key, as the program does."""
    found = schema_violations({**SAMPLE, **change}, SCHEMA, SCHEMA["$defs"])

    assert any(expected in one for one in found), found


def test_the_schema_explains_every_key() -> None:
    """Hovering over a key in an editor shows what it means."""
    for name in (
        "Header",
        "PartnerSettings",
        "SourceSettings",
        "CheckSettings",
        "WordingSettings",
        "GateSettings",
    ):
        for key, member in SCHEMA["$defs"][name]["properties"].items():
            assert member.get("description"), f"{name}.{key}"
