"""The choice of the engine: known names only, and a clear word where Spark is not installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from cspaudit import resources

#: what `cspaudit` starts, in a Python that has no pyspark, whether it is installed or not
_WITHOUT_PYSPARK = "import sys; sys.modules['pyspark'] = None; from cspaudit.cli import main; main()"


def _run(*arguments: str, folder: Path) -> tuple[int, str]:
    """Return the exit code of `cspaudit run` on the sample without pyspark, and all that it says."""
    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            _WITHOUT_PYSPARK,
            "run",
            str(resources.sample_data()),
            "-o",
            "out",
            *arguments,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


def test_a_run_on_spark_without_pyspark_says_what_to_install(tmp_path: Path) -> None:
    """The message names the library and the extra that brings it; nothing is written."""
    code, said = _run("--engine", "spark", folder=tmp_path)
    assert code == 3
    assert "The engine spark needs the library pyspark, which is not installed." in said
    assert "pip install 'cspaudit[spark]'" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out").exists()


def test_the_environment_can_name_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CSPAUDIT_ENGINE stands for --engine where that is not given."""
    monkeypatch.setenv("CSPAUDIT_ENGINE", "spark")
    code, said = _run(folder=tmp_path)
    assert code == 3
    assert "needs the library pyspark" in said


def test_an_unknown_engine_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    """A misspelt engine is a mistake of the command: exit 2, with a hint."""
    code, said = _run("--engine", "sprak", folder=tmp_path)
    assert code == 2
    assert "There is no engine 'sprak'." in said
    assert "Did you mean 'spark'?" in said
