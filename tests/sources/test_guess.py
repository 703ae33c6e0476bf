"""Exports that are not UTF-8: read where one likely encoding fits all their letters, left to a person else."""

from pathlib import Path

import pytest

from cspaudit.sources.files import SourceFile
from cspaudit.sources.guess import likely_encoding
from tests.sources.loading import LoadFiles, source

HEAD = "Issue key,Created,Status,Reporter,Issue Type,Priority\n"
ROW = "D-{number},2026-07-01 09:30,Done,{name},Bug,High\n"


def guessed(folder: Path, text: str, encoding: str) -> str:
    """Return the encoding that a text in ``encoding`` is taken for."""
    path = folder / "t.csv"
    path.write_bytes(text.encode(encoding))
    return likely_encoding(SourceFile(path, "t.csv", ""))


@pytest.mark.parametrize(
    "text",
    [
        "Jörg Müller, Größe, 5 €",
        "Réclamation à l’été, où, œuvre, Noël, ça",  # noqa: RUF001  # its apostrophe
        "¿Qué pasó, señor? «Año» 2.º",
        "È così, perché, già, però, lunedì",
        "Não, ações, põe, coração, três",
        "één, coördinatie, geïnd",
        "naïve – “quoted” … 50 °C",  # noqa: RUF001  # its dash
    ],
)
def test_western_letters_are_known(tmp_path: Path, text: str) -> None:
    """Texts of western languages fit one likely encoding alone."""
    assert guessed(tmp_path, text, "cp1252") == "cp1252"


def test_japanese_letters_are_known(tmp_path: Path) -> None:
    """Where the alphabets of Japanese come out the encoding is that of Japan."""
    assert guessed(tmp_path, "チケット,作成日\nお問い合わせ,2026/07/01\n", "cp932") == "cp932"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Dvořák, Jiří, Český", "cp1250"),
        ("Żółw, Łódź, wiąż", "cp1250"),
        ("Erdős Pál, fűtő", "cp1250"),
        ("Привет, мир", "cp1251"),
        ("Καλημέρα", "cp1253"),
        ("İstanbul, ışık, ağaç", "cp1254"),  # noqa: RUF001  # its letters
        ("Jörg Müller", "cp850"),
        ("Jörg Müller", "mac_roman"),
        ("你好世界,问题", "gb18030"),
        ("plain", "ascii"),
    ],
)
def test_others_are_left_to_a_person(tmp_path: Path, text: str, encoding: str) -> None:
    """What another encoding fits as well, or better, is not guessed."""
    assert guessed(tmp_path, text, encoding) == ""


def test_a_vendors_export_is_read_and_told(load_files: LoadFiles) -> None:
    """Headers and values come out right, wherever the first such letter stands."""
    header = HEAD.replace("Issue key", "Vorgangsschlüssel")
    for rows in (1, 3000):
        some = "".join(ROW.format(number=number, name="Ana") for number in range(rows))
        text = (header if rows == 1 else HEAD) + some + ROW.format(number="Z", name="Jörg")
        done = load_files(
            {"t.csv": text.encode("cp1252")}, source("t.csv", "jira_issues_csv", timezone='"UTC"')
        )
        assert done.counts() == (rows + 1, rows + 1, 0)
        assert done.values("SELECT requester FROM ticket WHERE ticket_id = 'D-Z'") == ["Jörg"]
        assert done.loaded.assumptions[0] == (
            "t.csv is not UTF-8; it was read as cp1252, the one likely encoding that all its letters fit."
        )


def test_a_refused_file_leaves_no_record(load_files: LoadFiles) -> None:
    """What cannot be told is refused, with a guess, and the next file keeps its own records."""
    refused = (HEAD + ROW.format(number=1, name="Dvořák")).encode("cp1250")
    sound = HEAD + ROW.format(number=2, name="Ana")
    done = load_files(
        {"a.csv": refused, "b.csv": sound}, source("*.csv", "jira_issues_csv", timezone='"UTC"')
    )
    assert "The file is not UTF-8" in done.problem
    assert done.rows("SELECT ticket_id, file, record FROM ticket") == [("D-2", "b.csv", 1)]
