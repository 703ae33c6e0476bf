"""The table of figures in docs/proof.md."""

from collections.abc import Sequence
from pathlib import Path

from tests.mutation.judging import Figures

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "proof.md"
_BEGIN = '<!-- figures of the last whole run, written by make mutation MUTATION_ARGS="--write DAY" -->'


def write_figures(found: Sequence[Figures], day: str) -> None:
    """Put the figures in place of those that end the page."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(f"{text.partition(_BEGIN)[0]}{_BEGIN}\n\n{table(found, day)}", encoding="utf-8")


def table(found: Sequence[Figures], day: str) -> str:
    """Return the figures as a table of Markdown; the last are those of all together."""
    rows = [
        f"| {_name(one)} | {one.mutants} | {one.counting} | {one.killed} | {one.share:.1%} |" for one in found
    ]
    head = ["| Mutated | Mutants | Counting | Killed | Share |", "| --- | ---: | ---: | ---: | ---: |"]
    return "\n".join([f"Whole run of {day}:", "", *head, *rows, ""])


def _name(figures: Figures) -> str:
    return f"`{figures.name}`" if figures.name != "all" else "all"
