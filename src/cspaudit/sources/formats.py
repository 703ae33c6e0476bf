"""Which format a file has, by its first bytes, and the decoder of each format that is neither CSV nor JSON."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import files
from cspaudit.sources.decoded import Decoded
from cspaudit.sources.decoders import msg
from cspaudit.sources.files import SourceFile
from cspaudit.sources.mapping import Format

#: the module of each decoder, imported only for a file of its format; the first that knows a file's head has it
DECODERS: dict[Format, str] = {
    "camt": "cspaudit.sources.decoders.camt",
    "mt940": "cspaudit.sources.decoders.mt940",
    "bai2": "cspaudit.sources.decoders.bai2",
    "ofx": "cspaudit.sources.decoders.ofx",
    "mail": "cspaudit.sources.decoders.mail",
    "bank_rows": "cspaudit.sources.decoders.bank_rows",
}


class Decoder(Protocol):
    """The module of one format."""

    #: whether the first bytes of a file are of this format, whatever the file's name
    is_format: Callable[[bytes], bool]
    #: the file's records; SourceError where it cannot be read at all
    decode: Callable[[SourceFile, SourceSettings], Decoded]


def of(path: Path) -> Format:
    """Return the format of a file: CSV where it is no other."""
    with files.open_plain(path) as plain:
        head = plain.read(files.HEAD_BYTES)
        if place := msg.directory_place(head):
            plain.seek(place)
            head += plain.read(msg.DIRECTORY_BYTES)
    # a SWIFT message opens a brace too, but no object has a bare digit for a key
    if files.looks_like_json(path) and not head.lstrip().startswith(b"{1:"):
        return "json"
    return next((one for one in DECODERS if decoder(one).is_format(head)), "csv")


def decoder(name: Format) -> Decoder:
    """Return the decoder of a format that has one."""
    return cast("Decoder", import_module(DECODERS[name]))
