"""Nine exports in a language of their own, each saved again through a spreadsheet program, become an audit without an edit."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.engagements import command
from tests.conftest import ROOT

#: the answers that no file holds
ANSWERS = {
    "de": ("--timezone", "Europe/Berlin", "--holidays", "DE"),
    # every day of its list of invoices can be read as a month
    "pt": ("--timezone", "America/Sao_Paulo", "--holidays", "BR", "--date-order", "day"),
    "ja": ("--timezone", "Asia/Tokyo", "--holidays", "JP"),
}
#: records of each export, as tests/locale_folders/make.py wrote them
RECORDS = {
    "activity": 6,
    "bank": 3,
    "billing": 4,
    "customers": 3,
    "receivables": 3,
    "reconciliation": 3,
    "requests": 3,
    "tickets": 8,
    "trace": 6,
}


@pytest.mark.parametrize("language", sorted(ANSWERS))
def test_a_folder_of_one_language_is_initialised_and_audited(tmp_path: Path, language: str) -> None:
    """Every file is recognised, every record loaded, and the audit finds the same in every language.

    Of the invoices due in the quarter one was paid two days before its due day, the other twelve days after it.
    """
    folder = shutil.copytree(ROOT / "tests" / "locale_folders" / language, tmp_path / "exports")
    written = command(
        "init", folder, "--yes", "--name", "Fabrikam", "--tier", "direct bill partner", "--period", "2026-Q3",
        "--as-of", "2026-10-15", "--side", "receivable", *ANSWERS[language],
    )  # fmt: skip
    assert written.code == 0, written.stderr
    assert "9 exports are recognised." in written.stderr
    audited = command("run", folder, "--output", tmp_path / "out", "--format", "json")
    assert audited.code == 1, audited.stderr
    results = json.loads((tmp_path / "out" / "results.json").read_text(encoding="utf-8"))
    read = {Path(one["path"].partition("#")[0]).stem: one for one in results["inputs"]}
    assert {name: one["records_loaded"] for name, one in read.items()} == RECORDS
    assert {name: one["records_rejected"] for name, one in read.items()} == dict.fromkeys(RECORDS, 0)
    (partner,) = results["partners"]
    (paid,) = [
        check
        for obligation in partner["obligations"]
        for check in obligation["checks"]
        if check["check"] == "invoice_paid_by_due_date"
    ]
    assert (paid["counts"]["pass"], paid["counts"]["fail"]) == (1, 1)
