"""The command about signed answers: templates to fill in, and what is answered so far."""

import hashlib
from pathlib import Path

from tests.cli.engagements import command, make

ANSWERS = """
[[attestation]]
obligation = "SVC-SPECIFIC"
scope_id = "azure"
attested_on = 2026-09-30
answer = "met"
attested_by = "Maria Muster"
valid_until_on = 2027-09-30
evidence_path = "paper.pdf"

[[attestation]]
obligation = "SVC-SPECIFIC"
scope_id = "marketplace"
attested_on = 2025-09-30
answer = "met"
attested_by = "Maria Muster"
valid_until_on = 2026-10-14

[[attestation]]
obligation = "SUP-DIAGNOSE"
attested_on = 2026-08-01
answer = "not_met"
attested_by = "Maria Muster"

[[attestation]]
obligation = "SUP-DIAGNOSE"
attested_on = 2026-09-01
answer = "met"
attested_by = "Max Muster"
"""


def test_templates_ask_for_everything_a_person_decides(tmp_path: Path) -> None:
    """Both templates are written, and as they are they answer nothing and do not disturb the audit."""
    make(tmp_path)

    written = command("checks", "attest", tmp_path, "--template")
    shown = command("checks", "attest", tmp_path)

    assert written.code == 0
    text = (tmp_path / "attestations.toml").read_text(encoding="utf-8")
    assert all(
        f'obligation = "{one}"' in text for one in ("BIL-POLICY-PROCESS", "SUP-DIAGNOSE", "SVC-SPECIFIC")
    )
    assert shown.code == 0
    assert shown.stdout.count("no signed answer") == 3


def test_templates_never_overwrite(tmp_path: Path) -> None:
    """A file of answers that is there already is left as it is, and said so."""
    make(tmp_path)
    (tmp_path / "attestations.toml").write_text(ANSWERS, encoding="utf-8")

    outcome = command("checks", "attest", tmp_path, "--template")

    assert outcome.code == 3
    assert "there already; it was not touched" in outcome.words
    assert (tmp_path / "attestations.toml").read_text(encoding="utf-8") == ANSWERS
    assert not (tmp_path / "attestations.xlsx").exists()


def test_answers_are_shown_as_they_count(tmp_path: Path) -> None:
    """The newest answer of each scope is shown, an expired one as missing, evidence with the hash to state."""
    make(tmp_path)
    (tmp_path / "attestations.toml").write_text(ANSWERS, encoding="utf-8")
    (tmp_path / "paper.pdf").write_bytes(b"signed")

    shown = command("checks", "attest", tmp_path).stdout

    assert "azure: met, Maria Muster, 2026-09-30, valid until 2027-09-30\n" in shown
    assert f'paper.pdf: evidence_sha256 = "{hashlib.sha256(b"signed").hexdigest()}"' in shown
    assert (
        "marketplace: met, Maria Muster, 2025-09-30, valid until 2026-10-14; expired, counts as missing"
        in shown
    )
    assert "    met, Max Muster, 2026-09-01\n" in shown
    assert "not_met" not in shown


def test_evidence_that_is_not_there_is_told(tmp_path: Path) -> None:
    """An answer whose evidence is missing is shown as one that does not count."""
    make(tmp_path)
    (tmp_path / "attestations.toml").write_text(ANSWERS, encoding="utf-8")

    assert "paper.pdf is not there" in command("checks", "attest", tmp_path).stdout
