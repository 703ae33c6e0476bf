"""What WeasyPrint leaves out of a tagged PDF: the scope of table heads, printable links, page furniture as such.

Works on pydyf objects, as WeasyPrint hands them to a finisher; they carry no types.
"""

from collections.abc import Iterator
from typing import Any

#: Bit 3 of an annotation's flags: a printed page shows what the screen shows.
PRINTED = 4
PAGINATION = b"<</Type /Pagination>>"

Objects = dict[bytes, Any]


def finish(_document: Any, pdf: Any) -> None:
    """Complete the structure tree of a finished document, in place."""
    from pydyf import Dictionary, Stream  # type: ignore[import-untyped]  # it ships no types

    objects = {item.reference: item for item in pdf.objects if isinstance(item, (Dictionary, Stream))}
    elements = {name: item for name, item in objects.items() if isinstance(item, Dictionary)}
    for item in elements.values():
        if item.get("S") == "/TH":
            is_column = any(parent.get("S") == "/THead" for parent in _parents(item, elements))
            item["A"]["Scope"] = "/Column" if is_column else "/Row"
        elif item.get("Subtype") == "/Link":
            item["F"] = PRINTED
    _mark_page_furniture(pdf, objects, elements)


def _parents(item: Any, elements: Objects) -> Iterator[Any]:
    while (parent := elements.get(item.get("P"))) is not None:
        yield parent
        item = parent


def _mark_page_furniture(pdf: Any, objects: Objects, elements: Objects) -> None:
    """Running heads and feet are tagged, yet belong to no chapter: their content becomes an artifact of the page."""
    root = elements[pdf.catalog["StructTreeRoot"]]
    reachable = _below(root, elements)
    numbers = elements[root["ParentTree"]]["Nums"]
    pages = [elements[reference] for reference in pdf.page_references]
    for page, marks in zip(pages, numbers[1 : 2 * len(pages) : 2], strict=True):
        furniture = {mark for mark, element in enumerate(marks) if element not in reachable}
        _make_artifacts(objects[page["Contents"]].stream, furniture)
        for mark in furniture:
            marks[mark] = "null"


def _below(root: Any, elements: Objects) -> set[bytes]:
    found: set[bytes] = set()
    waiting = list(root["K"])
    while waiting:
        name = waiting.pop()
        if name in elements and name not in found:
            found.add(name)
            waiting += elements[name].get("K", [])
    return found


def _make_artifacts(stream: list[Any], marks: set[int]) -> None:
    """Rewrite tag and properties, the two items before each ``BDC``, of the marked content with these numbers."""
    for place, item in enumerate(stream):
        if item == b"BDC" and stream[place - 1].get("MCID") in marks:
            stream[place - 2], stream[place - 1] = b"/Artifact", PAGINATION
