"""docs/init.md says what the command does: its options, its example, its workbook."""

import re
import tomllib
from pathlib import Path

from cspaudit.cli.init import ANSWERS, FILE_ANSWERS
from tests.cli.engagements import command
from tests.conftest import ROOT
from tests.test_docs_examples import blocks

PAGE = (ROOT / "docs" / "init.md").read_text(encoding="utf-8")


def test_every_answer_s_option_is_told() -> None:
    """Each question of init can be answered by an option, and the page names each of them and no other."""
    told = set(re.findall(r"`--([a-z-]+)", PAGE))
    assert told == {*ANSWERS, *FILE_ANSWERS, "yes", "output", "tier", "side"}


def test_the_example_comes_out_as_it_stands(tmp_path: Path) -> None:
    """The two files become the audit that the page shows, which runs."""
    (audit,) = blocks("docs/init.md", "toml")
    for name, text in zip(
        ("supplier_invoice", "supplier_payment"), blocks("docs/init.md", "csv"), strict=True
    ):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    assert "`cspaudit init --yes --tier direct-bill --name Tailspin --id tailspin`" in PAGE
    done = command(
        "init", "--yes", "--tier", "direct-bill", "--name", "Tailspin", "--id", "tailspin", cwd=tmp_path
    )
    assert done.code == 0, done.stderr
    written = tomllib.loads((tmp_path / "cspaudit.toml").read_text(encoding="utf-8"))
    assert written == tomllib.loads(audit)
    assert command("run", "--format", "json", cwd=tmp_path).code == 0
