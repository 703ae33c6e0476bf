"""The sample partner: made again byte for byte, invented throughout, and found out exactly."""

import ast
import csv
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

SAMPLE = ROOT / "sample_data"
CHECKS = {
    "diagnosis_before_escalation",
    "first_reply_within_published_time",
    "invoice_paid_by_due_date",
    "payments_on_time_consistently",
    "subscription_event_announced",
    "subscription_message_from_partner",
    "support_terms_disclosed",
    "technical_request_by_entitled_vehicle",
}


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file by its header."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def imported(path: Path) -> Iterator[str]:
    """Yield the top-level packages that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the generator wrote anew."""
    folder = tmp_path_factory.mktemp("regenerated")
    subprocess.run([sys.executable, SAMPLE / "generate.py", folder], check=True, cwd=folder)
    return folder


def test_the_generator_repeats_the_committed_files(regenerated: Path) -> None:
    """The committed exports and seeded findings are what the generator writes, byte for byte, and nothing else."""
    made = {path.relative_to(regenerated) for path in regenerated.rglob("*") if path.is_file()}
    committed = {path.relative_to(SAMPLE) for path in (SAMPLE / "exports").iterdir()}

    assert made == committed | {Path("seeded_findings.csv")}
    assert [
        name for name in sorted(made) if (regenerated / name).read_bytes() != (SAMPLE / name).read_bytes()
    ] == []


def test_the_generator_stands_alone() -> None:
    """The generator imports the standard library and itself, so that it cannot share a mistake with cspaudit."""
    packages = {name for path in SAMPLE.rglob("*.py") for name in imported(path)}

    assert packages - sys.stdlib_module_names == {"invented"}


def test_every_export_is_read() -> None:
    """The audit file names each export once, and none that is missing."""
    engagement = tomllib.loads((SAMPLE / "cspaudit.toml").read_text(encoding="utf-8"))
    named = [source["path"] for source in engagement["source"]]

    assert sorted(named) == sorted(f"exports/{path.name}" for path in (SAMPLE / "exports").iterdir())


def test_contracts_belong_to_customers() -> None:
    """Support terms of single customers, and the documents of all terms, are those of the exports."""
    terms = tomllib.loads((SAMPLE / "cspaudit.toml").read_text(encoding="utf-8"))["data"]["support_terms"]
    customers = {row["customer_id"]: row["name"] for row in rows(SAMPLE / "exports/customer.csv")}
    documents = {row["document_id"]: row["customer_id"] for row in rows(SAMPLE / "exports/document.csv")}

    assert [customers[each["customer_id"]].split()[0] for each in terms if "customer_id" in each] == [
        "Woodgrove",
        "Lamna",
        "Humongous",
        "Bellows",
    ]
    assert {each["document_id"]: each.get("customer_id", "") for each in terms} == documents


def test_every_address_is_invented() -> None:
    """Each mail address and web address is under .example; only Microsoft's own notices carry its name."""
    exports = "".join(path.read_text(encoding="utf-8") for path in sorted((SAMPLE / "exports").iterdir()))
    found = set(re.findall(r"[@/]([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\b", exports)) - {"tickets.json"}
    domains = {name for name in found if not re.fullmatch(r"\d+\.json", name)}

    assert {domain for domain in domains if not domain.endswith(".example")} == {"microsoft.com"}
    assert "fabrikam.example" in domains


def test_each_check_has_a_seeded_fault() -> None:
    """Every check of the demo finds something that was put there on purpose, and no case is declared twice."""
    seeded = [(row["check_id"], row["subject_id"]) for row in rows(SAMPLE / "seeded_findings.csv")]

    assert {check for check, _ in seeded} == CHECKS
    assert len(seeded) == len(set(seeded))


def test_the_demo_finds_the_seeded_faults_and_no_other(tmp_path: Path) -> None:
    """The failing cases of the demo, with their reasons, are exactly the seeded ones."""
    subprocess.run(
        [Path(sys.executable).with_name("cspaudit"), "demo", "--output", tmp_path / "out"],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )

    keys = ("check_id", "subject_id", "reason")
    failed = [row for row in rows(tmp_path / "out" / "findings.csv") if row["status"] == "fail"]
    seeded = rows(SAMPLE / "seeded_findings.csv")
    assert sorted(tuple(row[key] for key in keys) for row in failed) == sorted(
        tuple(row[key] for key in keys) for row in seeded
    )
