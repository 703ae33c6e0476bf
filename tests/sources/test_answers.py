"""Signed answers: read from both files, kept with their place, and worth nothing without the evidence they name."""

import hashlib
import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from cspaudit.errors import EngagementError
from cspaudit.evaluation.definition import load_catalogue
from cspaudit.model.attestations import check_answers, read_answers
from tests.conftest import ROOT
from tests.sources.loading import LoadFiles

ANSWER = """
[[attestation]]
obligation = "SVC-SPECIFIC"
scope_id = "azure"
attested_on = 2026-09-30
answer = "met"
attested_by = "Maria Muster, managing director"
valid_until_on = 2027-09-30
"""
COLUMNS = "obligation, scope_id, attested_on, answer, attested_by, valid_until_on, file, record"
CHANGED = (
    "evidence_path",
    "paper.pdf",
    "names a file of evidence that is not there, or not the one that was signed for",
)
AZURE = (
    "SVC-SPECIFIC",
    "azure",
    date(2026, 9, 30),
    "met",
    "Maria Muster, managing director",
    date(2027, 9, 30),
)

SIGNED = hashlib.sha256(b"signed").hexdigest()


def workbook(*rows: tuple[object, ...]) -> bytes:
    """Return a workbook with a sheet of answers; dates as dates, as a person's spreadsheet program would."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet("attestation")
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(line, place, cell)
    return content.getvalue()


def test_answers_are_read_with_their_place(load_files: LoadFiles) -> None:
    """An answer of attestations.toml stands in the table, with its file and number; the file is an input."""
    text = ANSWER + ANSWER.replace('scope_id = "azure"\n', "")

    loading = load_files({"attestations.toml": text}, "")

    assert loading.rows(f"select {COLUMNS} from attestation order by record") == [
        (*AZURE, "attestations.toml", 1),
        (AZURE[0], "", *AZURE[2:], "attestations.toml", 2),
    ]
    (found,) = loading.loaded.inputs
    assert (found.path, found.records_read, found.records_loaded) == ("attestations.toml", 2, 2)
    assert found.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_a_workbook_says_the_same(load_files: LoadFiles) -> None:
    """The same answer in attestations.xlsx gives the same row; blank rows are none; both files unite."""
    book = workbook(
        ("obligation", "scope_id", "attested_on", "answer", "attested_by", "valid_until_on"),
        (),
        AZURE,
        ("SUP-DIAGNOSE", "", "2026-09-30", "not_met", "Maria Muster", None),
    )

    loading = load_files(
        {"attestations.xlsx": book, "attestations.toml": ANSWER.replace("azure", "dynamics_365")}, ""
    )

    assert loading.rows(f"select {COLUMNS} from attestation order by file, record") == [
        (AZURE[0], "dynamics_365", *AZURE[2:], "attestations.toml", 1),
        (*AZURE, "attestations.xlsx", 1),
        ("SUP-DIAGNOSE", "", date(2026, 9, 30), "not_met", "Maria Muster", None, "attestations.xlsx", 2),
    ]


@pytest.mark.parametrize(
    ("evidence", "stated", "reasons"),
    [
        ("signed", "", []),
        ("signed", SIGNED, []),
        ("signed", SIGNED.upper(), []),
        ("changed", SIGNED, [CHANGED]),
        ("", "", [CHANGED]),
    ],
)
def test_an_answer_needs_the_evidence_it_names(
    load_files: LoadFiles, evidence: str, stated: str, reasons: list[tuple[str, ...]]
) -> None:
    """An answer whose evidence is missing, or is not the file that was signed for, is left out with its reason."""
    text = ANSWER + 'evidence_path = "paper.pdf"\n' + (f'evidence_sha256 = "{stated}"\n' if stated else "")
    files = {"attestations.toml": text} | ({"paper.pdf": evidence} if evidence else {})

    loading = load_files(files, "")

    assert loading.values("select count(*) from attestation") == [1 - len(reasons)]
    assert loading.rows("select field, value, reason from reject") == reasons


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (ANSWER.replace("answer =", "answr ="), "The key 'answr' is unknown. Did you mean 'answer'?"),
        ("[[attestations]]\nobligation = 'X'", "The key 'attestations' is unknown"),
        ("[attestation]\nobligation = 'X'", r"Write \[\[attestation\]\] tables"),
        ("[[attestation]", "not valid TOML"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, text: str, says: str) -> None:
    """A misspelt key, a wrong heading and broken TOML are refused before anything is loaded."""
    (tmp_path / "attestations.toml").write_text(text, encoding="utf-8")

    with pytest.raises(EngagementError, match=says):
        read_answers(tmp_path)


def test_a_wrong_workbook_is_told(tmp_path: Path) -> None:
    """A file that is no workbook, and one without the sheet, are refused."""
    (tmp_path / "attestations.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(EngagementError, match="cannot be read"):
        read_answers(tmp_path)
    with xlsxwriter.Workbook(str(tmp_path / "attestations.xlsx")) as book:
        book.add_worksheet("answers")
    with pytest.raises(EngagementError, match="no sheet 'attestation'"):
        read_answers(tmp_path)


@pytest.mark.parametrize(
    ("obligation", "says"),
    [
        ("SVC-SPECIFC", "no obligation 'SVC-SPECIFC'. Did you mean 'SVC-SPECIFIC'"),
        ("BIL-PAY-ONTIME", "judged by the logs"),
    ],
)
def test_answers_count_only_where_a_person_decides(tmp_path: Path, obligation: str, says: str) -> None:
    """An answer to an unknown obligation, or to one that the logs decide, is refused with those that take answers."""
    (tmp_path / "attestations.toml").write_text(ANSWER.replace("SVC-SPECIFIC", obligation), encoding="utf-8")
    obligations = load_catalogue(ROOT / "checks").obligations
    attestable = [one.id for one in obligations.values() if "attestation" in one.judged_by]

    with pytest.raises(EngagementError, match=says):
        check_answers(read_answers(tmp_path), obligations, attestable, folder=tmp_path)
