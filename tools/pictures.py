"""Draw a run's scorecard as pictures: the HTML in Chromium (wide, dark, narrow) and the first pages of the PDF.

Usage: pictures.py [AUDIT_OUT [FOLDER]]; by default the sample's audit-out, made when it is not there, and docs/pictures.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = "8"
#: name, width and height of the window, theme chosen
VIEWS = (
    ("html-light", 1280, 1400, "light"),
    ("html-dark", 1280, 1400, "dark"),
    ("html-narrow", 500, 1900, "light"),
)


def program(*names: str, package: str) -> str:
    """The first of the programs that is installed; else the tool ends and names the package."""
    for name in names:
        if found := shutil.which(name):
            return found
    sys.exit(f"{names[0]} is not installed (Debian package {package})")


def draw_page(page: Path, folder: Path) -> None:
    """The first screens of the page, in each of its looks."""
    chromium = program("chromium", "chromium-browser", "google-chrome", package="chromium")
    for name, width, height, theme in VIEWS:
        with tempfile.TemporaryDirectory() as temporary:
            chosen = Path(temporary) / "page.html"
            source = page.read_text(encoding="utf-8").replace('id="theme-auto" checked', 'id="theme-auto"')
            chosen.write_text(
                source.replace(f'id="theme-{theme}"', f'id="theme-{theme}" checked'), encoding="utf-8"
            )
            subprocess.run(
                [
                    chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                    f"--user-data-dir={temporary}/profile", f"--window-size={width},{height}",
                    f"--screenshot={folder / name}.png", chosen.as_uri(),
                ],
                check=True, capture_output=True,
            )  # fmt: skip


def draw_pdf(document: Path, folder: Path) -> None:
    """The first pages of the PDF: those that a reader of the repository wants to see."""
    pdftoppm = program("pdftoppm", package="poppler-utils")
    subprocess.run(
        [pdftoppm, "-l", PAGES, "-r", "80", "-png", str(document), str(folder / "pdf")], check=True
    )


def main(arguments: list[str]) -> None:
    """Draw what is there, and say where the pictures lie."""
    output = Path(arguments[0]) if arguments else ROOT / "audit-out"
    folder = Path(arguments[1]) if len(arguments) > 1 else ROOT / "docs" / "pictures"
    if not arguments and not (output / "scorecard.html").is_file():
        subprocess.run([sys.executable, "-m", "cspaudit", "demo", "--output", str(output)], check=True)
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("pdf-*.png"):
        old.unlink()
    draw_page(output / "scorecard.html", folder)
    if (output / "scorecard.pdf").is_file():
        draw_pdf(output / "scorecard.pdf", folder)
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main(sys.argv[1:])
