"""The audit as a whole: same inputs same bytes, only what is needed is imported, partners stay apart."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import cspaudit
from cspaudit import resources
from cspaudit.errors import EngagementError, MissingLibraryError, SourceError
from cspaudit.model.result import Verdict
from cspaudit.outputs import pdf
from cspaudit.scorecard import frames
from tests.cli.engagements import (
    HEADER,
    INVOICE_ROWS,
    INVOICES,
    PAYMENT_ROWS,
    PAYMENTS,
    audit,
    command,
    counts,
    make,
    results,
)

TWO_PARTNERS = (
    HEADER.replace("Fabrikam, test", "Two partners")
    + """
[[partner]]
id = "contoso"
name = "Contoso Cloud Ltd"
tier = "direct_bill"
timezone = "Asia/Tokyo"
"""
)

OWN_OBLIGATION = """
[[obligation]]
id = "OWN-{name}"
title = "Own"
kind = "own_promise"
strength = "should"
basis = "derived"
in_force_from = 2018-01-01
start_basis = "known"
in_force_to = {last}
statement = "Own."
"""
OWN_CHECK = """/* cspaudit
title = "Invoices are {name}"
obligation = "OWN-{name}"
version = 1
subject = "supplier_invoice"
needs = ["supplier_invoice"]
rationale = "A test."
blind_spot = "None."
remedy = "None."
*/
select
    partner_id, invoice_id as subject_id, date '2026-08-01' as dated_at,
    'pass' as status, null as reason, null as observed, null as expected
from supplier_invoice
"""


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    """results.json, findings.csv and the page are dated by the cut-off, not by the clock."""
    for name in ("first", "second"):
        done = command("demo", "--output", tmp_path / name)
        assert done.code == 0, done.stderr
    for file in ("results.json", "findings.csv", "scorecard.html"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def test_a_run_without_a_frame_imports_neither_pandas_nor_pandera(tmp_path: Path) -> None:
    """Both cost a second of imports, so they come only with a frame."""
    make(tmp_path)
    program = (
        "import sys, cspaudit\n"
        f"cspaudit.run({str(tmp_path)!r}, {str(tmp_path / 'out')!r}, formats=['json', 'html'])\n"
        "print([name for name in ('pandas', 'pandera', 'weasyprint') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_help_imports_no_engine() -> None:
    """The help is there before any engine, template or time zone is."""
    program = (
        "import sys\n"
        "from cspaudit.cli.main import commands\n"
        "commands.main(['--help'], standalone_mode=False)\n"
        "print([name for name in ('duckdb', 'sqlglot', 'jinja2', 'weasyprint', 'pandas') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_partners_stay_apart(tmp_path: Path) -> None:
    """Each partner's folder is complete in itself and holds nothing of the others."""
    toml = (
        TWO_PARTNERS
        + INVOICES.replace("invoices.csv", "{partner}/invoices.csv")
        + PAYMENTS.replace("payments.csv", "{partner}/payments.csv")
    )
    make(tmp_path, toml=toml)
    for partner, paid in (
        ("fabrikam", PAYMENT_ROWS),
        ("contoso", PAYMENT_ROWS.replace("2026-07-30", "2026-08-09")),
    ):
        (tmp_path / partner).mkdir()
        (tmp_path / partner / "invoices.csv").write_text(INVOICE_ROWS, encoding="utf-8")
        (tmp_path / partner / "payments.csv").write_text(paid, encoding="utf-8")
    outcome = audit(tmp_path)
    assert outcome.code == 1, outcome.stderr
    out = tmp_path / "out"
    assert (out / "index.html").is_file()
    late = (out / "contoso" / "findings.csv").read_text(encoding="utf-8")
    assert "G1" in late
    assert "paid_late" in late
    assert "paid_late" not in (out / "fabrikam" / "findings.csv").read_text(encoding="utf-8")
    for partner, other in (("fabrikam", "contoso"), ("contoso", "fabrikam")):
        for file in ("scorecard.html", "results.json", "findings.csv"):
            assert other not in (out / partner / file).read_text(encoding="utf-8").casefold()


def test_run_from_python(tmp_path: Path) -> None:
    """``cspaudit.run`` gives the scorecard, and the findings come back as a frame."""
    make(tmp_path, payments=PAYMENT_ROWS.replace("2026-07-30", "2026-08-09"))
    scorecard = cspaudit.run(tmp_path, tmp_path / "out", formats=["json"])
    assert scorecard.partners[0].verdict is Verdict.NOT_MET
    found = frames.findings(tmp_path / "out")
    assert found[found["status"] == "fail"][["subject_id", "reason", "observed"]].to_numpy().tolist() == [
        ["G1", "paid_late", "9"]
    ]


def test_frames_are_audited_beside_files(tmp_path: Path) -> None:
    """A frame counts as an export does: judged, described, and its bad rows left out."""
    make(tmp_path, toml=HEADER + INVOICES)
    paid = pd.DataFrame(
        {
            "payment_id": ["P1", "P2", "P3", "P3"],
            "paid_on": pd.to_datetime(["2026-07-30", "2026-09-09", "2026-09-30", "2026-09-30"]),
            "amount": [100.0, 100.0, 100.0, 1.0],
            "currency": ["EUR", "EUR", "EUR", "EUR"],
            "invoice_id": ["G1", "G2", "G3", "G3"],
        }
    )
    cspaudit.run(tmp_path, tmp_path / "out", formats=["json"], frames={"supplier_payment": paid})
    counted = counts(tmp_path, "invoice_paid_by_due_date")
    assert (counted["pass"], counted["fail"], counted["insufficient_evidence"]) == (2, 1, 1)
    by_path = {one["path"]: one for one in results(tmp_path)["inputs"]}
    assert by_path["frame supplier_payment"]["records_rejected"] == 1


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame({"payment_id": ["P1"]}), "paid_on"),
        (
            pd.DataFrame(
                {"payment_id": [1.5], "paid_on": ["2026-07-30"], "amount": [1], "currency": ["EUR"]}
            ),
            "payment_id",
        ),
        (
            pd.DataFrame({"payment_id": ["1"], "paid_on": ["30 July"], "amount": [1], "currency": ["EUR"]}),
            "paid_on",
        ),
        (["no frame"], "no pandas frame"),
    ],
    ids=["column missing", "id is a number", "no date", "no frame"],
)
def test_a_frame_of_another_shape_is_refused(tmp_path: Path, frame: object, words: str) -> None:
    """What is wrong with a frame as a whole is told at once."""
    make(tmp_path, toml=HEADER + INVOICES)
    with pytest.raises(SourceError, match=words):
        cspaudit.run(tmp_path, tmp_path / "out", formats=["json"], frames={"supplier_payment": frame})


def test_every_finding_leads_to_its_record(tmp_path: Path) -> None:
    """A finding names the file and the record it rests on."""
    make(tmp_path, payments=PAYMENT_ROWS.replace("2026-08-30", "2026-09-09"))
    cspaudit.run(tmp_path, tmp_path / "out", formats=["json"])
    found = frames.findings(tmp_path / "out").set_index("subject_id").loc["G2"]
    assert (found["file"], found["record"]) == ("invoices.csv", 2)


def test_findings_csv_keeps_its_columns(tmp_path: Path) -> None:
    """The header of findings.csv is a promise to other programs."""
    cspaudit.run(make(tmp_path), tmp_path / "out", formats=["json"])
    header = (tmp_path / "out" / "findings.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == (
        "partner_id,check_id,obligation,subject,subject_id,dated_at,status,reason,observed,expected,"
        "source_id,file,record,waiver"
    )


def test_a_damaged_record_never_raises_the_score(tmp_path: Path) -> None:
    """An invoice that failed and then cannot be read leaves missing evidence, not a pass."""
    rows = PAYMENT_ROWS.replace("2026-07-30", "2026-08-09")
    (tmp_path / "sound").mkdir()
    (tmp_path / "damaged").mkdir()
    sound = cspaudit.run(make(tmp_path / "sound", payments=rows), tmp_path / "a", formats=["json"])
    bad = INVOICE_ROWS.replace("G1,2026-07-01", "G1,1 July 2026")
    damaged = cspaudit.run(
        make(tmp_path / "damaged", payments=rows, invoices=bad), tmp_path / "b", formats=["json"]
    )
    before, after = sound.partners[0].score, damaged.partners[0].score
    assert before is not None
    assert after is not None
    assert after.low <= before.low
    paid = next(one for one in damaged.partners[0].obligations if one.obligation.id == "BIL-PAY-ONTIME")
    assert paid.checks[0].outcome.counts.insufficient_evidence == 1
    assert paid.verdict is Verdict.UNDETERMINED


@pytest.mark.parametrize(
    ("invoices", "payments"),
    [
        ("G0,2026-06-15,1 000,EUR,2026-08-14\n", ""),
        ("", "P9,2026-10-02,1 000,EUR,G3\n"),
        ("", "P9,2026-06-30,1 000,EUR,G1\n"),
    ],
    ids=["invoice issued before the period", "payment after the period", "payment before the period"],
)
def test_a_record_outside_the_period_can_still_matter(tmp_path: Path, invoices: str, payments: str) -> None:
    """An invoice falls due, and a payment settles, in another quarter than the one of its own date."""
    make(tmp_path, invoices=INVOICE_ROWS + invoices, payments=PAYMENT_ROWS + payments)
    assert audit(tmp_path).code == 0
    assert counts(tmp_path, "invoice_paid_by_due_date")["insufficient_evidence"] == 1


def test_an_unreadable_file_leaves_missing_evidence(tmp_path: Path) -> None:
    """Where one of two exports is missing, the tests that read it cannot be met."""
    more = INVOICES.replace("invoices.csv", "more_invoices.csv")
    make(tmp_path, toml=HEADER + INVOICES + more + PAYMENTS)
    assert audit(tmp_path).code == 3
    assert counts(tmp_path, "invoice_paid_by_due_date")["insufficient_evidence"] == 1
    paid = frames.findings(tmp_path / "out")
    assert paid["subject_id"].tolist()[0] == "more_invoices.csv:more_invoices.csv"


def test_an_assumed_and_a_stated_start_are_told(tmp_path: Path) -> None:
    """The consistency of payments rests on a wording whose first day is assumed, or stated with its reason."""
    make(tmp_path)
    assumed = cspaudit.run(tmp_path, tmp_path / "out", formats=["json"]).assumptions
    stated = '[wordings.S0]\nstart = 2025-07-01\nbecause = "A copy of that day"\n'
    make(tmp_path, toml=HEADER + INVOICES + PAYMENTS + stated)
    told = cspaudit.run(tmp_path, tmp_path / "out", formats=["json"]).assumptions
    assert not [text for text in assumed if "S0" in text]
    assert (
        "S0, the last wording but one of the billing page, was taken to hold from 2025-07-01 on: A copy of that day"
        in told
    )


def test_nothing_is_said_of_duties_that_ended_before_the_period(tmp_path: Path) -> None:
    """Cases outside the wording are worth a warning only where the wording holds on some day of the period."""
    own = tmp_path / "checks"
    make(tmp_path)
    own.mkdir()
    for name, last in (("old", "2020-12-31"), ("newer", "2026-07-31")):
        (own / f"{name}.sql").write_text(OWN_CHECK.format(name=name.upper()), encoding="utf-8")
        with (own / "obligations.toml").open("a", encoding="utf-8") as file:
            file.write(OWN_OBLIGATION.format(name=name.upper(), last=last))
    warnings = cspaudit.run(tmp_path, tmp_path / "out", formats=["json"]).warnings
    assert [text.split(" were")[0] for text in warnings if "the wording held" in text] == [
        "Invoices are NEWER: 3 cases lie outside the days on which the wording held (from 2018-01-01 to 2026-07-31) and"
    ]


def test_json_on_standard_output(tmp_path: Path) -> None:
    """With --json the results are on stdout and nothing else is."""
    make(tmp_path)
    done = command("run", tmp_path, "--output", tmp_path / "out", "--format", "json", "--json")
    assert json.loads(done.stdout)["partners"][0]["partner_id"] == "fabrikam"


def test_options_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``CSPAUDIT_RUN_OUTPUT`` stands in for --output."""
    make(tmp_path)
    monkeypatch.setenv("CSPAUDIT_RUN_OUTPUT", str(tmp_path / "elsewhere"))
    command("run", tmp_path, "--format", "json")
    assert (tmp_path / "elsewhere" / "results.json").is_file()


def test_without_pango_everything_but_the_pdf_comes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PDF nobody asked for by name is a note that names the package; asked for, it is an error."""

    def missing(*_: object) -> bytes:
        raise MissingLibraryError("The PDF needs Pango.", hint="Install libpango-1.0-0.")

    monkeypatch.setattr(pdf, "scorecard_pdf", missing)
    make(tmp_path)
    scorecard = cspaudit.run(tmp_path, tmp_path / "out")
    assert any("libpango-1.0-0" in warning for warning in scorecard.warnings)
    assert (tmp_path / "out" / "scorecard.html").is_file()
    assert not (tmp_path / "out" / "scorecard.pdf").exists()
    with pytest.raises(MissingLibraryError):
        cspaudit.run(tmp_path, tmp_path / "out", formats=["pdf"])


def test_an_earlier_result_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """A second run leaves nothing of the first behind, and nothing beside it."""
    make(tmp_path)
    out = tmp_path / "out"
    cspaudit.run(tmp_path, out, formats=["json", "html"])
    cspaudit.run(tmp_path, out, formats=["json"])
    assert sorted(path.name for path in out.iterdir()) == [
        "findings.csv",
        "findings.parquet",
        "manifest.json",
        "results.json",
    ]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    """A format that does not exist is a mistake of the command."""
    make(tmp_path)
    with pytest.raises(EngagementError, match="docx"):
        cspaudit.run(tmp_path, tmp_path / "out", formats=["docx"])


def test_the_sample_is_there() -> None:
    """The checkout carries the sample that the demo audits."""
    assert (resources.sample_data() / "cspaudit.toml").is_file()
