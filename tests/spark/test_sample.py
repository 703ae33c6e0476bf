"""The whole audit of the sample partner on both engines, and what comes of a machine without Java."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cspaudit import audit, resources

pytestmark = pytest.mark.spark


@pytest.mark.usefixtures("session")
def test_the_sample_audit_is_the_same_on_both_engines(tmp_path: Path) -> None:
    """Every figure of the scorecard and every column of every finding is the same, whichever engine ran the checks."""
    sample = resources.sample_data()
    on_duckdb = audit.run(sample, tmp_path / "duckdb", formats=("json",), engine="duckdb")
    on_spark = audit.run(sample, tmp_path / "spark", formats=("json",), engine="spark")
    assert on_spark.problems == ()
    assert on_spark == on_duckdb
    for name in ("findings.csv", "results.json"):
        assert (tmp_path / "spark" / name).read_bytes() == (tmp_path / "duckdb" / name).read_bytes()
    assert len((tmp_path / "spark" / "findings.csv").read_text(encoding="utf-8").splitlines()) > 100


@pytest.mark.usefixtures("session")
def test_a_machine_without_java_is_told_what_to_install(tmp_path: Path) -> None:
    """Where Spark finds no Java, the run ends with a sentence that names what is missing, and leaves no result."""
    environment = {
        name: value for name, value in os.environ.items() if name not in {"JAVA_HOME", "SPARK_HOME", "PATH"}
    }
    (tmp_path / "bin").mkdir()
    for tool in ("bash", "dirname", "cat", "tr", "ps"):
        (tmp_path / "bin" / tool).symlink_to(_found(tool))
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "cspaudit",
            "run",
            str(resources.sample_data()),
            "--engine",
            "spark",
            "-o",
            "out",
        ],
        cwd=tmp_path,
        env={**environment, "PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 3
    assert "Java 17 or later" in ended.stderr
    assert "default-jre-headless" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "out").exists()


def _found(tool: str) -> Path:
    for folder in os.environ["PATH"].split(os.pathsep):
        if (Path(folder) / tool).is_file():
            return Path(folder) / tool
    raise AssertionError(tool)
