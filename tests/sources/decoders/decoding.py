"""Decodes little files, so that tests see a decoder's records as its mapping does."""

from dataclasses import dataclass
from pathlib import Path

from cspaudit.model.engagement import SourceSettings
from cspaudit.sources import formats
from cspaudit.sources.decoded import Refused
from cspaudit.sources.files import HEAD_BYTES, SourceFile, unpacking
from cspaudit.sources.mapping import Format

#: characters that a test of bounded memory allows beside the records themselves
NAME = "statement"


@dataclass(frozen=True)
class Seen:
    """What a decoder made of a file."""

    records: list[dict[str, str | None]]
    refused: list[Refused]
    told: list[str]

    def column(self, name: str) -> list[str | None]:
        """Return one field of every record."""
        return [record[name] for record in self.records]


def read(folder: Path, name: Format, content: bytes | str, **settings: str) -> Seen:
    """Decode a file of this content; it must be recognised as ``name`` by its first bytes."""
    path = folder / NAME
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert formats.of(path) == name
    return read_anyhow(path, name, **settings)


def read_anyhow(path: Path, name: Format, **settings: str) -> Seen:
    """Decode a file, whatever its first bytes look like."""
    stated = SourceSettings(path="*", mapping=f"{name}_statement", **settings)
    file = SourceFile(path, path.name, "")
    records, refused = [], []
    # as the stage does: damage of a packed file is a SourceError
    with unpacking(file):
        decoded = formats.decoder(name).decode(file, stated)
        for one in decoded.records:
            if isinstance(one, Refused):
                refused.append(one)
            else:
                assert len(one) == len(decoded.fields)
                records.append(dict(zip(decoded.fields, one, strict=True)))
    return Seen(records, refused, decoded.told)


def is_known(content: bytes, name: Format) -> bool:
    """Whether the decoder takes a file that begins so for its own."""
    return formats.decoder(name).is_format(content[:HEAD_BYTES])
