"""The page in a real browser: nothing scrolls sideways, themes switch without a script, and nothing is blocked."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from cspaudit.outputs import render
from tests.outputs.samples import PAID, finding, outcomes, scorecard

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser(chromium: Path, chromedriver: Path) -> Iterator[webdriver.Chrome]:
    """A Chromium without a window."""
    options = Options()
    options.binary_location = str(chromium)
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(chromedriver)))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the page lies; one id in it is a single word of 400 letters."""
    long = finding(PAID, 1, outcomes()[0].findings[0].status, "paid_late", subject_id="x" * 400)
    found = (*outcomes()[1:], replace(outcomes()[0], findings=(long,)))
    path = tmp_path_factory.mktemp("page") / "scorecard.html"
    path.write_bytes(render(scorecard(*found), "html")["scorecard.html"])
    return path.as_uri()


@pytest.mark.parametrize("width", [1280, 860, 500])
def test_nothing_scrolls_sideways(browser: webdriver.Chrome, address: str, width: int) -> None:
    """On a wide screen and on a narrow one the page is as wide as the window."""
    browser.set_window_size(width, 1000)
    browser.get(address)
    sizes = browser.execute_script(
        "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )

    assert sizes[0] <= sizes[1] <= width


def test_themes_and_fonts(browser: webdriver.Chrome, address: str) -> None:
    """Choosing a theme changes ground and bars; the fonts inside the page are the ones in use; nothing is blocked."""
    browser.set_window_size(1280, 1000)
    browser.get(address)

    def colours() -> tuple[str, str]:
        ground = browser.find_element(By.TAG_NAME, "html").value_of_css_property("background-color")
        bar = browser.find_elements(By.CSS_SELECTOR, ".score svg rect")[-1].value_of_css_property("fill")
        return str(ground), str(bar)

    seen = []
    for theme in ("light", "dark", "contrast"):
        browser.find_element(By.ID, f"theme-{theme}").click()
        seen.append(colours())
    loaded = browser.execute_script(
        "return [...document.fonts].filter(font => font.status === 'loaded').map(font => font.family).sort()"
    )

    assert seen == [
        ("rgba(255, 255, 255, 1)", "rgb(18, 67, 109)"),
        ("rgba(20, 24, 29, 1)", "rgb(140, 192, 238)"),
        ("rgba(0, 0, 0, 1)", "rgb(127, 212, 255)"),
    ]
    assert {name.strip('"') for name in loaded} == {"Audit Sans", "Audit Mono", "Audit Signs"}
    assert [entry for entry in browser.get_log("browser") if "favicon" not in entry["message"]] == []
