"""What the generated pages are put together from: code, tables, links."""

import re
from collections.abc import Iterable, Sequence

from cspaudit.model.tables import TABLES
from cspaudit.sources.mapping import TableMapping

MADE = "<!-- Made by `make docs`; change what it is made from, not this page. -->"
HELPERS_PAGE = "writing-checks.md#helper-tables"


def code(text: str) -> str:
    """``text`` as code."""
    return f"`{text}`"


def cell(text: str) -> str:
    """``text`` as it may stand in a table's cell."""
    return text.replace("|", "\\|").replace("\n", " ")


def listing(words_: Iterable[str]) -> str:
    """Words as code, comma-separated."""
    return ", ".join(code(word) for word in words_)


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table in Markdown, and a blank line."""
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(cell(text) for text in row)} |" for row in rows]
    return [*lines, ""]


def link(name: str, page: str = "", text: str = "") -> str:
    """A link to the heading that is called ``name``."""
    return f"[{text or code(name)}]({page}#{name.lower()})"


def table_link(name: str) -> str:
    """A link to a table, or to the place that tells of the helper tables."""
    return link(name, "tables.md") if name in TABLES else f"[`{name}`]({HELPERS_PAGE})"


def check_link(name: str, text: str = "") -> str:
    """A link to the page of a check."""
    return f"[{text or code(name)}](checks/{name}.md)"


def obligation_link(name: str, text: str = "") -> str:
    """A link to the page of an obligation."""
    return f"[{text or code(name)}](obligations/{name}.md)"


def names_of(mapped: TableMapping) -> tuple[str, ...]:
    """The tables that this part of a layout fills, one a side of the ledger."""
    return tuple(mapped.sides.values()) or (mapped.name,)


def finished(lines: Iterable[str], *, folder: bool = False) -> str:
    """The page's text; of a page in a folder of its own, every link within docs/ goes one up."""
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"
    return re.sub(r"\]\((?!https?://|#)", "](../", text) if folder else text
