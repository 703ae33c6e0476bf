"""Findings as a frame."""

from pathlib import Path

import pytest

from cspaudit.errors import OutputError
from cspaudit.model.result import FINDING_COLUMNS
from cspaudit.scorecard.frames import findings


def test_findings_keep_their_texts(tmp_path: Path) -> None:
    """Ids stay texts with their zeros, an empty cell is an empty text, and a record without number is missing."""
    rows = [",".join(FINDING_COLUMNS), *(f"p,c,O,ticket,{name},,fail,late,NA,,s,f.csv,{record}," for name, record in
                                 [("0017", "12"), ("0018", "")])]  # fmt: skip
    (tmp_path / "findings.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")

    frame = findings(tmp_path)

    assert tuple(frame.columns) == FINDING_COLUMNS
    assert list(frame["subject_id"]) == ["0017", "0018"]
    assert list(frame["observed"]) == ["NA", "NA"]
    assert list(frame["expected"]) == ["", ""]
    assert frame["record"].iloc[0] == 12
    assert frame["record"].isna().tolist() == [False, True]


def test_a_folder_without_findings_is_named(tmp_path: Path) -> None:
    """The message says which folder holds no findings."""
    with pytest.raises(OutputError, match=r"no findings\.csv"):
        findings(tmp_path)
