"""Reads a large XML document in small parts, in bounded memory, without document types and entities."""

from collections.abc import Iterator
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from cspaudit.errors import SourceError
from cspaudit.sources import files
from cspaudit.sources.files import SourceFile

CHUNK_BYTES = 1 << 16
#: no message of a bank is nested deeper
MAX_DEPTH = 100
#: a part has no more elements, and no more text
MAX_ELEMENTS = 2_000_000
MAX_TEXT = 1 << 26
#: so many bytes without any element or text are one endless tag
MAX_SILENCE = 1 << 24


class Element:
    """An element by its local name, with what stands in it."""

    __slots__ = ("attributes", "children", "name", "texts")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        """Make an element that is empty yet."""
        self.name = name
        self.attributes = attributes
        self.children: dict[str, list[Element]] = {}
        self.texts: list[str] = []

    @property
    def text(self) -> str:
        """The element's own text."""
        return "".join(self.texts).strip()

    def all(self, *path: str) -> list["Element"]:
        """Return the elements at the end of every path of names, in their order."""
        found = [self]
        for name in path:
            found = [child for one in found for child in one.children.get(name, ())]
        return found

    def first(self, *path: str) -> "Element | None":
        """Return the first element at the end of a path."""
        return next(iter(self.all(*path)), None)

    def get(self, *path: str) -> str:
        """Return the first text that is not empty at the end of a path."""
        return next((text for found in self.all(*path) if (text := found.text)), "")


class TooLargeError(Exception):
    """A document that is nested too deep, or a part of it that is too large."""


class _Parts:
    """Builds the children of every element of some names; a parser's target."""

    def __init__(self, parents: frozenset[str]) -> None:
        self.parents = parents
        #: parts that are whole: the number of their parent, and the part; None: the parent has ended
        self.done: list[tuple[Element | None, str]] = []
        self.heard = False
        self._silent = 0
        self._depth = 0
        self._parent = ""
        self._parent_depth = 0
        self._open: list[Element] = []
        self._elements = 0
        self._text = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.heard = True
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TooLargeError(f"Its elements are nested deeper than {MAX_DEPTH} levels")
        # the parser puts the namespace before the name
        name = tag.rpartition("}")[2]
        if not self._parent:
            if name in self.parents:
                self._parent, self._parent_depth = name, self._depth
            return
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise TooLargeError(f"One entry of it has more than {MAX_ELEMENTS:,} elements")
        made = Element(
            name, {key.rpartition("}")[2]: value for key, value in attributes.items()} if attributes else {}
        )
        if self._open:
            self._open[-1].children.setdefault(name, []).append(made)
        self._open.append(made)

    def end(self, _tag: str) -> None:
        self.heard = True
        self._depth -= 1
        if self._open:
            ended = self._open.pop()
            if not self._open:
                self.done.append((ended, self._parent))
                self._elements = self._text = 0
        elif self._parent and self._depth < self._parent_depth:
            self.done.append((None, self._parent))
            self._parent = ""

    def data(self, text: str) -> None:
        self.heard = True
        if not self._open:
            return
        self._text += len(text)
        if self._text > MAX_TEXT:
            raise TooLargeError(f"One entry of it has more than {MAX_TEXT:,} signs")
        self._open[-1].texts.append(text)

    def listen(self, size: int) -> None:
        """Count the bytes since the parser last told of anything."""
        self._silent = 0 if self.heard else self._silent + size
        self.heard = False
        if self._silent > MAX_SILENCE:
            raise TooLargeError("One tag of it has no end")

    def close(self) -> None:
        """Nothing is left to do."""


def parts(file: SourceFile, parents: frozenset[str]) -> Iterator[tuple[Element | None, str]]:
    """Yield every child of the elements named ``parents``, with its parent's name; None where a parent ends.

    SourceError where the document is damaged, cut off, has a document type, or is not of any bank's making.
    """
    target = _Parts(parents)
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    # straight to the target: a layer of Python less for each of many millions of elements
    expat = parser.parser
    expat.ordered_attributes = False
    expat.StartElementHandler, expat.EndElementHandler = target.start, target.end
    try:
        with files.unpacking(file), files.open_plain(file.path) as plain:
            while chunk := plain.read(CHUNK_BYTES):
                parser.feed(chunk)
                target.listen(len(chunk))
                yield from target.done
                target.done.clear()
            parser.close()
            yield from target.done
    except ParseError as error:
        raise SourceError(
            f"The file is no whole XML document: {error}.", where=file.shown, hint="Fetch or export it again."
        ) from error
    except DefusedXmlException as error:
        raise SourceError(
            "The file declares a document type or entities, which no bank's message does; it is not read.",
            where=file.shown,
        ) from error
    except TooLargeError as error:
        raise SourceError(f"The file cannot be read: {error}.", where=file.shown) from error
    except (LookupError, ValueError) as error:
        # an encoding that there is not, or that has several bytes a sign
        raise SourceError(f"The file cannot be read: {error}.", where=file.shown) from error
