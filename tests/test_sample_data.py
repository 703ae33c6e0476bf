"""The sample partner: made again byte for byte, invented throughout, and found out exactly."""

import ast
import csv
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

SAMPLE = ROOT / "sample_data"
CASE = ("check_id", "subject_id", "reason")
#: small audits of other times, tiers and clouds, whose duties do not bind the sample partner
ENGAGEMENTS = sorted(path.parent for path in SAMPLE.glob("engagements/*/cspaudit.toml"))


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
    documents = {
        row["document_id"]: row["customer_id"]
        for row in rows(SAMPLE / "exports/document.csv")
        if row["kind"].startswith("support_")
    }

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
    """Every check finds something that was put there on purpose, and no case is declared twice."""
    seeded = [
        (folder, row["check_id"], row["subject_id"])
        for folder in (SAMPLE, *ENGAGEMENTS)
        for row in rows(folder / "seeded_findings.csv")
    ]
    checks = {path.stem for path in (ROOT / "checks").glob("*/*.sql") if path.parent.name != "shared"}

    assert len(ENGAGEMENTS) == 3
    assert {check for _, check, _ in seeded} == checks
    assert len(seeded) == len(set(seeded))


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """The rows of findings.csv that `cspaudit demo` leaves."""
    folder = tmp_path_factory.mktemp("demo")
    subprocess.run(
        [Path(sys.executable).with_name("cspaudit"), "demo", "--output", folder / "out"],
        check=True,
        capture_output=True,
        cwd=folder,
    )
    return rows(folder / "out" / "findings.csv")


def declared(folder: Path) -> dict[tuple[str, ...], str]:
    """The seeded cases of a sample, with the status each comes out as."""
    return {tuple(row[key] for key in CASE): row["status"] for row in rows(folder / "seeded_findings.csv")}


def test_the_demo_finds_the_seeded_faults_and_no_other(findings: list[dict[str, str]]) -> None:
    """The failing cases of the demo, with their reasons, are exactly the seeded ones; what is to be noted is noted."""
    seeded = declared(SAMPLE)
    found = {tuple(row[key] for key in CASE): row["status"] for row in findings}

    assert {case for case, status in found.items() if status == "fail"} == {
        case for case, status in seeded.items() if status == "fail"
    }
    assert {case: found.get(case) for case in seeded} == seeded


@pytest.mark.parametrize("engagement", ENGAGEMENTS, ids=lambda path: path.name)
def test_the_other_engagements_find_their_seeded_faults_and_no_other(
    engagement: Path, tmp_path: Path
) -> None:
    """What fails in a small audit of another time, tier or cloud is what its list of faults says."""
    subprocess.run(
        [
            Path(sys.executable).with_name("cspaudit"),
            "run",
            engagement,
            "--output",
            tmp_path,
            "--format",
            "json",
        ],
        check=True,
        capture_output=True,
    )
    found = {tuple(row[key] for key in CASE): row["status"] for row in rows(tmp_path / "findings.csv")}

    assert {case: status for case, status in found.items() if status == "fail"} == declared(engagement)


def test_the_demo_doubts_what_the_readme_lists(findings: list[dict[str, str]]) -> None:
    """Beside the seeded faults evidence is missing, or something is noted, only where sample_data/README.md says so."""
    seeded = declared(SAMPLE)
    doubts = Counter(
        (row["check_id"], row["reason"])
        for row in findings
        if row["status"] != "fail"
        and row["reason"] != "record_left_out"
        and tuple(row[key] for key in CASE) not in seeded
    )

    assert doubts == {
        ("announcement_delivered", "delivery_unclear"): 1,
        ("commercial_request_vehicle", "commercial_support"): 14,
        ("diagnosis_before_closure", "only_replies"): 2,
        ("escalation_traces_to_ticket", "traced"): 72,
        ("first_reply_within_published_time", "author_unknown"): 1,
        ("first_reply_within_published_time", "reply_before_ticket"): 1,
        ("invoice_paid_by_due_date", "dispute_unclear"): 1,
        ("invoice_paid_by_due_date", "loose_cash"): 1,
        ("lookalike_sender_observed", "sender_unreadable"): 1,
        ("paid_subscription_is_invoiced", "invoiced"): 299,
        ("payment_overdue_horizon", "loose_cash"): 1,
        ("subscription_event_announced", "message_uncertain"): 1,
        ("subscription_message_from_partner", "authentication_failed"): 1,
        ("subscription_message_from_partner", "sender_unreadable"): 1,
        ("support_terms_disclosed", "charge_unknown"): 1,
        ("technical_request_by_entitled_vehicle", "vehicle_unknown"): 1,
        ("ticket_closed_by_silence", "silent_after_notice"): 1,
        ("vehicle_fits_service", "vehicle_unknown"): 1,
    }


def test_a_record_left_out_is_missing_once_for_each_test_that_reads_its_table(
    findings: list[dict[str, str]],
) -> None:
    """The three broken records are told by file and record, and once for each test that would have read them."""
    left_out = [row for row in findings if row["reason"] == "record_left_out"]

    assert {row["file"].rpartition("/")[2] for row in left_out} == {
        "service_request.csv",
        "subscription_event.csv",
        "supplier_payment.csv",
    }
    assert len({(row["file"], row["record"]) for row in left_out}) == 3
    assert len(left_out) == len({(row["check_id"], row["file"]) for row in left_out})
    assert {row["status"] for row in left_out} == {"insufficient_evidence"}
