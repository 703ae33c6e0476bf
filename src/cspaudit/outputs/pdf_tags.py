"""What WeasyPrint leaves out of a tagged PDF: the scope of table heads, printable links."""

from collections.abc import Iterator
from typing import Any


def finish(_document: Any, pdf: Any) -> None:
    """Complete the structure tree of a finished document, in place (pydyf objects, as WeasyPrint hands them over)."""
    from pydyf import Dictionary  # type: ignore[import-untyped]  # it ships no types

    objects = {item.reference: item for item in pdf.objects if isinstance(item, Dictionary)}
    for item in objects.values():
        if item.get("S") == "/TH":
            item["A"]["Scope"] = "/Column" if _stands_in(item, "/THead", objects) else "/Row"
        elif item.get("Subtype") == "/Link":
            # Bit 3: a printed page shows what the screen shows.
            item["F"] = 4


def _stands_in(item: Any, tag: str, objects: dict[bytes, Any]) -> bool:
    return any(parent.get("S") == tag for parent in _parents(item, objects))


def _parents(item: Any, objects: dict[bytes, Any]) -> Iterator[Any]:
    while (parent := objects.get(item.get("P"))) is not None:
        yield parent
        item = parent
