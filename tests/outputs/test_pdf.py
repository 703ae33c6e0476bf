"""The PDF: pages, text, tags and fonts as a reader's programs see them."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cspaudit.errors import MissingLibraryError
from cspaudit.model.result import CheckOutcome, Counts
from cspaudit.outputs import render
from cspaudit.outputs.findings import PDF_LIMITS, sections
from cspaudit.scorecard import build_partner
from tests.outputs.samples import FABRIKAM, PAID, REPLIED, check, finding, obligation, outcomes, scorecard


@pytest.fixture(scope="module")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PDF of the scorecard made by hand."""
    path = tmp_path_factory.mktemp("pdf") / "scorecard.pdf"
    path.write_bytes(render(scorecard(), "pdf")["scorecard.pdf"])
    return path


def poppler(program: str, pdftoppm: Path, *arguments: str | Path) -> str:
    """What a program that comes with pdftoppm prints."""
    done = subprocess.run(
        [str(pdftoppm.with_name(program)), *map(str, arguments)], check=True, capture_output=True, text=True
    )
    return done.stdout


def test_pages_and_text(pdf: Path, pdftoppm: Path) -> None:
    """A cover without the result, the contents, then the whole result on the third page and nothing else there."""
    pages = poppler("pdftotext", pdftoppm, "-layout", pdf, "-").split("\f")

    assert "Not met" not in pages[0]
    assert "Fabrikam Cloud GmbH" in pages[0]
    assert "Contents" in pages[1]
    assert "Result at a glance" in pages[2]
    assert "Families" in pages[2]
    assert "Escalation vehicle" in pages[2]
    assert "Worst first" in pages[3]
    assert "40 of 100 findings shown. All stand in findings.csv" in " ".join("".join(pages).split())


def test_the_glance_fits_one_page(tmp_path: Path, pdftoppm: Path) -> None:
    """With eight families, four actions with long texts and more problems than fit, it still is the third page alone."""
    remedy = "Find out which of the people on call should have answered, and write the answer down, " * 2
    families = [f"family_{number}" for number in range(8)]
    obligations = [obligation(f"OBL-{name}", f"Do what {name} asks for", family=name) for name in families]
    found = [
        CheckOutcome(
            "fabrikam",
            check(f"check_{name}", f"What {name} asks for is done by the day on which it is due", f"OBL-{name}", name, remedy=remedy),
            binds=True,
            counts=Counts(passed=90, failed=9, insufficient_evidence=2, waived=1),
        )
        for name in families
    ]  # fmt: skip
    card = scorecard()
    problem = (
        "exports/a_long_name_of_an_export.csv: the export is not there. Put it there or correct the path."
    )
    crowded = replace(
        card,
        partners=(build_partner(FABRIKAM, found, obligations),),
        problems=tuple(f"{n}: {problem}" for n in range(9)),
    )
    path = tmp_path / "scorecard.pdf"
    path.write_bytes(render(crowded, "pdf")["scorecard.pdf"])
    pages = poppler("pdftotext", pdftoppm, "-layout", path, "-").split("\f")

    assert "Family 7" in pages[2]
    assert "Duties" in pages[3].splitlines()[0]


def test_tagged_dated_and_complete(pdf: Path, pdftoppm: Path) -> None:
    """The file is tagged, titled, in A4, dated by the cut-off, and brings every font it uses."""
    info = poppler("pdfinfo", pdftoppm, "-isodates", pdf)
    fonts = poppler("pdffonts", pdftoppm, pdf).splitlines()[2:]

    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"Page size:.*A4", info)
    assert re.search(r"CreationDate:\s+2026-10-15T00:00:00", info)
    assert "Audit scorecard: Fabrikam Cloud GmbH, 1 July to 30 September 2026" in info
    assert {line.split()[0].partition("+")[2].split("-")[1] for line in fonts} <= {"Sans", "Mono", "Signs"}
    assert all(line.partition("+")[2].startswith("Audit-") for line in fonts)


def test_table_heads_have_a_scope(pdf: Path, pdftoppm: Path) -> None:
    """Each head says whether it heads a column or a row, as PDF/UA asks."""
    structure = poppler("pdfinfo", pdftoppm, "-struct", pdf)
    scopes = re.findall(r"/Scope /(\w+)", structure)

    assert set(scopes) == {"Column", "Row"}
    assert len(scopes) == len(re.findall(r"^\s*TH\b", structure, re.MULTILINE))


def test_page_furniture_is_not_read_aloud(pdf: Path, pdftoppm: Path) -> None:
    """Running heads and feet show on each page, but stand once or never in what a screen reader reads."""
    shown = poppler("pdftotext", pdftoppm, "-layout", pdf, "-")
    read_aloud = poppler("pdfinfo", pdftoppm, "-struct-text", pdf)

    assert shown.count("1 July to 30 September 2026") > 10
    assert read_aloud.count("1 July to 30 September 2026") == 1
    assert "seal " in shown
    assert '"3 / ' not in read_aloud


def test_the_same_scorecard_gives_the_same_bytes(pdf: Path) -> None:
    """Neither the clock nor the process leaves a trace."""
    assert render(scorecard(), "pdf")["scorecard.pdf"] == pdf.read_bytes()


def test_rows_are_capped_a_check_and_in_all() -> None:
    """40 rows a check, 250 in all; what comes after the last row says so instead of vanishing."""
    rows = outcomes()[3].findings[:1] * 60
    partner = scorecard().partners[0]
    (result,) = [item for item in partner.obligations if item.obligation.id == "SUP-TERMS-KEPT"]
    (check,) = result.checks
    many = tuple(
        replace(
            check,
            outcome=replace(
                check.outcome, check=replace(REPLIED, id=f"c{number}"), findings=rows, finding_count=60
            ),
        )
        for number in range(8)
    )
    found = sections(replace(partner, obligations=(replace(result, checks=many),)), PDF_LIMITS)

    assert [len(section.rows) for section in found] == [40, 40, 40, 40, 40, 40, 10, 0]
    assert found[7].cap == "0 of 60 findings shown. All stand in findings.csv under c7."


def test_long_texts_are_cut() -> None:
    """A cell holds 300 characters and says how long the text was."""
    row = finding(PAID, 1, outcomes()[0].findings[0].status, "paid_late", subject_id="x" * 10_000)
    partner = scorecard(replace(outcomes()[0], findings=(row,), finding_count=1)).partners[0]

    (section,) = sections(partner, PDF_LIMITS)

    assert section.rows[0].case == "x" * 300 + "\u2026 (10,000 characters, whole text in findings.csv)"


def test_a_missing_pango_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the system library the message names the package to install."""
    import builtins

    real = builtins.__import__

    def without_pango(name: str, *arguments: Any, **named: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without_pango)

    with pytest.raises(MissingLibraryError, match=r"libpango-1\.0-0 libpangoft2-1\.0-0"):
        render(scorecard(), "pdf")
