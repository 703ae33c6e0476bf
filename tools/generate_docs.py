"""Write the generated pages of docs/ from what the program itself reads: tables, checks, layouts, obligations, keys.

Usage: generate_docs.py [--check]; with --check nothing is written, and the tool fails where a page is not up to date.
"""

import sys
from pathlib import Path

from check_pages import check_pages
from engagement_schema import engagement_schema
from mapping_pages import mappings_page
from obligation_pages import obligation_pages
from table_pages import tables_page

from cspaudit import resources
from cspaudit.evaluation.definition import load_catalogue
from cspaudit.sources import mapping as layouts

DOCS = Path(__file__).resolve().parent.parent / "docs"
#: folders under docs/ that hold nothing but generated pages
FOLDERS = ("checks", "obligations")


def all_pages() -> dict[str, str]:
    """The text of every generated page, by its name under docs/."""
    catalogue = load_catalogue(resources.checks())
    mappings = [layouts.load(resources.mappings(), name) for name in layouts.names(resources.mappings())]
    return {
        "tables.md": tables_page(catalogue, mappings),
        "sources.md": mappings_page(mappings),
        "engagement.schema.json": engagement_schema(catalogue, mappings),
        **check_pages(catalogue),
        **obligation_pages(catalogue),
    }


def main(arguments: list[str]) -> None:
    """Write the pages and remove those left over, or with --check only compare them."""
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    pages = all_pages()
    left_over = [
        path
        for folder in FOLDERS
        for path in sorted((DOCS / folder).glob("*"))
        if path.relative_to(DOCS).as_posix() not in pages
    ]
    stale = [
        name
        for name, text in pages.items()
        if not (DOCS / name).is_file() or (DOCS / name).read_text(encoding="utf-8") != text
    ]
    if arguments and (stale or left_over):
        names = ", ".join([*stale, *(f"{path.name} (left over)" for path in left_over)])
        sys.exit(f"not up to date: {names}; run `make docs`")
    for path in left_over:
        path.unlink()
    for name in stale:
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(pages[name], encoding="utf-8")
    print(f"{len(pages)} pages, {len(stale)} written, {len(left_over)} removed")


if __name__ == "__main__":
    main(sys.argv[1:])
