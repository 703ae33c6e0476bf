"""What several rooms of the tests share: the samples beside the clone and the programs that look at pages."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import hypothesis
import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

ROOT = Path(__file__).resolve().parent.parent

# A busy machine is no failure. Under CI the examples are always the same, so one commit has one verdict; elsewhere
# every run tries new ones.
hypothesis.settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("house")


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


@pytest.fixture(scope="session")
def browser(chromium: Path, chromedriver: Path) -> "Iterator[Chrome]":
    """A running Chromium without a window; what its console says is kept for `get_log("browser")`."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = str(chromium)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.add_argument("--headless=new")
    # The pages are our own, and CI runs as root, where Chromium's sandbox cannot start; its shared memory is small.
    options.add_argument("--no-sandbox")
    options.add_argument("--disable-dev-shm-usage")
    driver = Chrome(options=options, service=Service(str(chromedriver)))
    yield driver
    driver.quit()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures of the sampled mutants below the results."""
    figures = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == "sampled mutants"
    ]
    if figures:
        mutants, counting, killed = map(sum, zip(*figures, strict=True))
        terminalreporter.write_line(
            f"Mutation sample: {mutants} changes of {len(figures)} checks, {counting} count, {killed} are killed."
        )
