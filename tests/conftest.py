"""What several rooms of the tests share: the samples beside the clone and the programs that look at pages."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parent.parent


def absent(what: str) -> NoReturn:
    """Skip the test for want of `what`; under CI, where everything must be there, fail it."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}; with CI set that is a failure", pytrace=False)
    pytest.skip(what)


def program(*names: str, package: str) -> Path:
    """Return the first of the named programs on the path, or skip (under CI: fail), naming its Debian package."""
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    absent(f"{names[0]} is not installed (Debian package {package})")


@pytest.fixture(scope="session")
def samples_dir() -> Path:
    """The third-party exports beside the clone; the test is skipped where they are absent, and fails under CI."""
    samples = ROOT.parent / "shared" / "samples"
    if not samples.is_dir():
        absent("the third-party exports are not there (../shared/samples)")
    return samples


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The Chromium browser's program."""
    return program("chromium", "chromium-browser", "google-chrome", package="chromium")


@pytest.fixture(scope="session")
def chromedriver() -> Path:
    """The program through which selenium drives Chromium."""
    return program("chromedriver", package="chromium-driver")


@pytest.fixture(scope="session")
def pdftoppm() -> Path:
    """The program that turns the pages of a PDF into pictures."""
    return program("pdftoppm", package="poppler-utils")
