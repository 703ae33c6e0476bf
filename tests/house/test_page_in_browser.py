"""The sample's scorecard, seen as a reader sees it: in a browser."""

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the sample's scorecard, made by the installed command."""
    output = tmp_path_factory.mktemp("demo") / "out"
    command = Path(sys.executable).parent / "cspaudit"
    done = subprocess.run([command, "demo", "--output", output], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (output / "scorecard.html").as_uri()


def test_page_needs_nothing_but_itself(browser: "Chrome", page: str) -> None:
    """The page shows its text without a word of complaint from the browser, and fetches nothing from anywhere."""
    browser.get_log("browser")  # what an earlier page said is read away
    browser.get(page)

    assert browser.find_element("tag name", "h1").text != ""
    assert browser.get_log("browser") == []
    assert (
        browser.execute_script(
            "return performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith('data:'))"
        )
        == []
    )


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_page_fits_the_window(browser: "Chrome", page: str, width: int) -> None:
    """On a phone, a tablet and a desk the page never has to be moved sideways as a whole."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    browser.get(page)

    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
