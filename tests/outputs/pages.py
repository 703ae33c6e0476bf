"""Reading a page as a browser would: what a reader sees, and how the elements nest."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"meta", "input", "br", "link", "rect"}
_UNSEEN = {"style", "script", "title", "head"}


@dataclass
class Element:
    """An element with its attributes and what it holds."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What a reader sees of it, blanks made single."""
        parts = [
            child if isinstance(child, str) else "" if child.tag in _UNSEEN else child.text
            for child in self.children
        ]
        return " ".join(" ".join(parts).split())

    def all(self, tag: str, **attributes: str) -> list["Element"]:
        """Every element of a tag below this one, whose attributes hold the words given (``class_`` for class)."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                wanted = all(
                    word in child.attributes.get(name.rstrip("_"), "").split()
                    for name, word in attributes.items()
                )
                found += [child] if child.tag == tag and wanted else []
                found += child.all(tag, **attributes)
        return found

    def one(self, tag: str, **attributes: str) -> "Element":
        """The only such element."""
        (found,) = self.all(tag, **attributes)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self.open = [self.root]
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1].tag == tag:
            self.open.pop()
        else:
            self.problems.append(f"</{tag}> closes <{self.open[-1].tag}>")

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(page: bytes) -> Element:
    """The tree of a page; an end tag that closes nothing fails the test."""
    reader = _Reader()
    reader.feed(page.decode())
    reader.close()
    assert reader.problems == []
    assert [element.tag for element in reader.open] == [""], "everything is closed"
    return reader.root


def every(root: Element) -> list[Element]:
    """All elements of a page."""
    found = [child for child in root.children if isinstance(child, Element)]
    return [*found, *(inner for child in found for inner in every(child))]
