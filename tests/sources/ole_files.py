"""Writes the container that Outlook writes messages in (MS-CFB), as small as it may be, and messages (MS-OXMSG)."""

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

SECTOR, SMALL, CUTOFF = 512, 64, 4096
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
NONE = 0xFFFFFFFF
STORAGE, STREAM, ROOT = 1, 2, 5
Tree = Mapping[str, "bytes | Tree"]


def ole(tree: Tree) -> bytes:
    """Return a container of these streams and folders."""
    fat: list[int] = []
    sectors: list[bytes] = []
    small: list[int] = []
    mini = b""

    def store(content: bytes) -> int:
        pieces = [content[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(content), SECTOR)]
        first = len(sectors)
        sectors.extend(pieces)
        fat.extend([*range(first + 1, first + len(pieces)), END])
        return first

    entries: list[list[int | str]] = [["Root Entry", ROOT, NONE, NONE, 0, 0]]

    def add(parent: int, folder: Tree) -> None:
        nonlocal mini
        before, link = parent, 3
        for name, content in sorted(folder.items(), key=lambda one: (len(one[0]), one[0].upper())):
            number = len(entries)
            entries[before][link] = number
            before, link = number, 2
            if isinstance(content, bytes):
                start = END
                if len(content) >= CUTOFF:
                    start = store(content)
                elif content:
                    start = len(small)
                    count = -(-len(content) // SMALL)
                    small.extend([*range(start + 1, start + count), END])
                    mini += content.ljust(count * SMALL, b"\0")
                entries.append([name, STREAM, NONE, NONE, start, len(content)])
            else:
                entries.append([name, STORAGE, NONE, NONE, 0, 0])
                add(number, content)

    add(0, tree)
    root_start = store(mini) if mini else END
    small_start = (
        store(struct.pack(f"<{len(small)}I", *small).ljust(-(-len(small) * 4 // SECTOR) * SECTOR, b"\xff"))
        if small
        else END
    )
    rows = b""
    for number, (name, kind, right, child, start, size) in enumerate(entries):
        raw = str(name).encode("utf-16-le")
        place = (root_start, len(mini)) if number == 0 else (int(start), int(size))
        rows += (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw) + 2, int(kind), 1, NONE, int(right), int(child))
            + bytes(36)
            + struct.pack("<IQ", *place)
        )
    directory = store(rows + bytes(-len(rows) % SECTOR))
    count = 1
    while count * (SECTOR // 4) < len(fat) + count:
        count += 1
    first_fat = len(sectors)
    table = fat + [FAT] * count
    packed = struct.pack(f"<{len(table)}I", *table).ljust(count * SECTOR, b"\xff")
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
        + bytes(10)
    )
    head += struct.pack(
        "<IIIIIIIII", count, directory, 0, CUTOFF, small_start, int(bool(small)), END, 0, first_fat
    )
    head += struct.pack("<108I", *range(first_fat + 1, first_fat + count), *[FREE] * (109 - count))
    return head[:SECTOR] + b"".join(sectors) + packed


def properties(head: int, numbers: Mapping[int, int], times: Mapping[int, datetime]) -> bytes:
    """Return a stream of properties of fixed length."""
    content = bytes(head)
    for number, value in numbers.items():
        content += struct.pack("<HHIiI", 0x0003, number, 6, value, 0)
    for number, moment in times.items():
        ticks = int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
        content += struct.pack("<HHIQ", 0x0040, number, 6, ticks)
    return content


def texts(found: Mapping[str, str]) -> dict[str, "bytes | Tree"]:
    """Return the streams of text properties."""
    return {f"__substg1.0_{number}001F": text.encode("utf-16-le") for number, text in found.items()}


def message(
    found: Mapping[str, str],
    recipients: Sequence[tuple[str, int]] = (),
    numbers: Mapping[int, int] | None = None,
    times: Mapping[int, datetime] | None = None,
    more: Tree | None = None,
) -> bytes:
    """Return a message with these text properties, recipients (address and kind) and properties of fixed length."""
    tree: dict[str, bytes | Tree] = {
        "__properties_version1.0": properties(32, numbers or {}, times or {}),
        **texts(found),
        **(more or {}),
    }
    for number, (address, kind) in enumerate(recipients):
        tree[f"__recip_version1.0_#{number:08X}"] = {
            "__properties_version1.0": properties(8, {0x0C15: kind}, {}),
            **texts({"39FE": address}),
        }
    return ole(tree)
