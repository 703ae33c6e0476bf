"""What a user installs works on its own: no file of the checkout is needed."""

import os
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

from tests.conftest import ROOT


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command as a user would, outside the checkout, and return what it printed on both channels."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))
    }
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def install_wheel(folder: Path) -> Path:
    """Build the wheel from the source archive, install it into a fresh environment, and return that environment.

    Its requirements are lent from the environment that runs the tests; the checkout itself is not on its path,
    since a path added by a .pth file has its own .pth files (the editable install's) ignored.
    """
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", folder / "dist", ROOT, cwd=folder)
    (wheel,) = (folder / "dist").glob("*.whl")
    environment = folder / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment, cwd=folder)
    python = environment / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--no-deps",
        "--no-index",
        wheel,
        cwd=folder,
    )
    own = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).strip()
    Path(own, "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return environment


def test_wheel_runs_the_demo_from_an_empty_folder(tmp_path: Path) -> None:
    """The installed wheel tells its version and audits the sample partner without a checkout beside it."""
    environment = install_wheel(tmp_path)
    empty = tmp_path / "empty"
    empty.mkdir()
    imported_from = run(
        environment / "bin" / "python", "-c", "import cspaudit; print(cspaudit.__file__)", cwd=empty
    )
    assert imported_from.startswith(str(environment))

    assert version("cspaudit") in run(environment / "bin" / "cspaudit", "--version", cwd=empty)
    run(environment / "bin" / "cspaudit", "demo", "--output", "out", cwd=empty)

    assert (empty / "out" / "scorecard.html").stat().st_size > 0
    assert (empty / "out" / "results.json").stat().st_size > 0
    assert [path.name for path in empty.iterdir()] == ["out"]
