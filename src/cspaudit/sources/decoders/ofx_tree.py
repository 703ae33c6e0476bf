"""Reads the tree of an OFX file, with the library of the extra [ofx]."""

import codecs
import html
import re
from typing import TYPE_CHECKING

from cspaudit.errors import SourceError
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import files
from cspaudit.sources.files import SourceFile

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: a bank's file has not a hundredth of it, and the library reads a file whole
MAX_BYTES = 1 << 26
MAX_TAGS = 4_000_000
#: no statement is nested deeper
MAX_DEPTH = 100
#: what the headers of version 1 call an encoding
CHARSETS = {"1252": "cp1252", "ISO-8859-1": "latin-1", "8859-1": "latin-1", "UTF-8": "utf-8"}
#: elements that hold others: without an end tag they are cut off, not empty
AGGREGATES = frozenset(
    [
        "OFX",
        "BANKMSGSRSV1",
        "CREDITCARDMSGSRSV1",
        "STMTTRNRS",
        "CCSTMTTRNRS",
        "STMTRS",
        "CCSTMTRS",
        "BANKTRANLIST",
        "BANKACCTFROM",
        "CCACCTFROM",
        "STMTTRN",
        "LEDGERBAL",
        "INVSTMTRS",
        "LOANSTMTRS",
    ]
)
_CHARSET = re.compile(r"CHARSET:\s*([\w-]+)", re.IGNORECASE)
_ROOT = re.compile(r"<OFX>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([A-Za-z0-9._]{1,40})\s*/?>")
_NO_TEXT = re.compile(r"\s*(?:<|$)")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)


def read(file: SourceFile, settings: SourceSettings) -> "Element":
    """Return the root of the file's elements; SourceError where it is damaged, cut off, or the library absent."""
    text = _text(file, settings)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise SourceError(
            "The file declares a document type or entities, which no bank's file does; it is not read.",
            where=file.shown,
        )
    if text.count("<") > MAX_TAGS:
        raise SourceError(f"The file has more than {MAX_TAGS:,} tags.", where=file.shown)
    found = _ROOT.search(text)
    if not found:
        raise SourceError("The file holds no <OFX>.", where=file.shown)
    try:
        return _parse(_prepared(text[found.start() :]))
    except ImportError as error:
        raise SourceError(
            "OFX and QFX are read with ofxtools, which is not installed.",
            where=file.shown,
            hint="Install it: pip install 'cspaudit[ofx]'. It is under the GPL, so it does not come along by itself.",
        ) from error
    except (SyntaxError, IndexError, AssertionError) as error:
        # what the library, and the builder of trees beneath it, say of tags that do not fit
        raise SourceError(
            f"The file is no whole OFX: {str(error)[:200] or 'its tags do not fit'}.",
            where=file.shown,
            hint="Fetch or export it again.",
        ) from error


def _text(file: SourceFile, settings: SourceSettings) -> str:
    with files.unpacking(file), files.open_plain(file.path) as plain:
        content = plain.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise SourceError(f"The file is larger than {MAX_BYTES >> 20} MB; OFX is not.", where=file.shown)
    if b"\0" in content and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise files.holds_nul(file, content.index(b"\0"))
    declared = _CHARSET.search(content[:1024].decode("latin-1"))
    charset = CHARSETS.get(declared.group(1).upper(), files.LIKELY_ENCODINGS[0]) if declared else "cp1252"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        charset = "utf-16"
    # many a bank says 1252 and writes UTF-8: other text is hardly ever valid UTF-8
    for encoding in (settings.encoding, "utf-8-sig"):
        try:
            if encoding and charset != "utf-16":
                return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode(charset, errors="replace")


def _prepared(text: str) -> str:
    """Return what the library can read: capital tags, no CDATA, no comments, no empty elements left open."""
    for start, end in (("<![CDATA[", "]]>"), ("<!--", "-->"), ("<?", "?>")):
        if text.rfind(start) > text.rfind(end):
            # a search for its end from every beginning would not end
            message = f"{start} has no end"
            raise SyntaxError(message)
    plain = _CDATA.sub(lambda found: html.escape(found.group(1), quote=False), text)
    plain = _COMMENT.sub("", plain)
    tags = _TAG.findall(plain)
    closed = {name.upper() for slash, name in tags if slash} | AGGREGATES

    def kept(found: re.Match[str]) -> str:
        slash, name = found.group(1), found.group(2).upper()
        is_empty = not slash and name not in closed and _NO_TEXT.match(plain, found.end())
        return "" if is_empty else f"<{slash}{name}>"

    return _TAG.sub(kept, plain)


def _parse(text: str) -> "Element":
    from ofxtools.Parser import ParseError, TreeBuilder

    class Tree(TreeBuilder):
        """The library's builder, which does not look at what an end tag ends."""

        def __init__(self) -> None:
            super().__init__()
            self.open: list[str] = []

        def _feedmatch(self, tag: str, text: str | None, closetag: str | None) -> None:
            if tag.startswith("/"):
                if not self.open or self.open.pop() != tag[1:]:
                    message = f"<{tag}> ends nothing that is open"
                    raise ParseError(message)
            elif not text and closetag is None:
                self.open.append(tag)
                if len(self.open) > MAX_DEPTH:
                    message = f"its elements are nested deeper than {MAX_DEPTH} levels"
                    raise ParseError(message)
            super()._feedmatch(tag, text, closetag)

    builder = Tree()
    builder.feed(text)
    if builder.open:
        message = f"<{builder.open[-1]}> has no end"
        raise ParseError(message)
    root: Element | None = builder.close()
    if root is None:
        message = "it has no elements"
        raise ParseError(message)
    return root
