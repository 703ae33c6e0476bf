"""What stands after the last record of a CSV file and is none: totals, counts, notes."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cspaudit.sources import files

#: as much of the end of a file as is looked at
TAIL_BYTES = 1 << 16
#: with fewer columns a note cannot be told from a record
LEAST_COLUMNS = 4
#: a note fills so many cells at most
NOTE_CELLS = 2
#: words for a total, in the languages of the layouts: one of them is in the first filled cell of a line of totals
TOTALS = frozenset(
    [
        "total",
        "totals",
        "subtotal",
        "subtotals",
        "sum",
        "summe",
        "gesamt",
        "gesamtsumme",
        "gesamtergebnis",
        "zwischensumme",
        "somme",
        "suma",
        "totale",
        "somma",
        "totais",
        "soma",
        "totaal",
        "eindtotaal",
        "subtotaal",
        "合計",
        "総計",
        "小計",
    ]
)
#: words beside them; alone they begin a count or a note, which is shorter than a record
BESIDE = frozenset(
    [
        "grand",
        "record",
        "records",
        "row",
        "rows",
        "count",
        "number",
        "of",
        "end",
        "file",
        "report",
        "export",
        "datensätze",
        "anzahl",
        "zeilen",
        "ende",
        "général",
        "générale",
        "enregistrements",
        "lignes",
        "nombre",
        "de",
        "fin",
        "general",
        "registros",
        "filas",
        "número",
        "complessivo",
        "righe",
        "numero",
        "fine",
        "geral",
        "linhas",
        "fim",
        "aantal",
        "rijen",
        "einde",
        "van",
        "件",
        "件数",
    ]
)
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Footers:
    """The lines after the last record: how many are as wide as records, where they begin, and the first of them."""

    wide: int = 0
    lines: int = 0
    start: int = -1
    first: str = ""


def find(path: Path, width: int, delimiter: str) -> Footers:
    """Return the footers of a plain UTF-8 text; only what clearly is no record counts as one."""
    with files.open_plain(path) as plain:
        if files.is_packed(path):
            tail, at = b"", 0
            while chunk := plain.read(files.CHUNK_BYTES):
                at += len(chunk)
                tail = (tail + chunk)[-TAIL_BYTES:]
            at -= len(tail)
        else:
            at = max(plain.seek(0, io.SEEK_END) - TAIL_BYTES, 0)
            plain.seek(at)
            tail = plain.read()
    if at:
        # the first line may be cut
        first = tail.find(b"\n") + 1
        tail, at = tail[first:], at + first
    return _walk(tail, at, width, delimiter)


def _walk(tail: bytes, at: int, width: int, delimiter: str) -> Footers:
    lines = tail.splitlines(keepends=True)
    found = Footers()
    has_notes = False
    end = at + len(tail)
    for place in range(len(lines) - 1, 0, -1):
        line = lines[place]
        end -= len(line)
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        if not text:
            continue
        cells = _cells(text, delimiter)
        filled = [cell for cell in cells if cell.strip()]
        is_wide = len(cells) == width
        is_note = (
            not is_wide
            and len(filled) <= NOTE_CELLS
            and width >= LEAST_COLUMNS
            and line.endswith((b"\n", b"\r"))
        )
        if len(cells) > width or text.count('"') % 2 or not (_is_total(filled, is_wide=is_wide) or is_note):
            # what is left of a record that broke off is no note
            return Footers() if has_notes and not is_wide else found
        has_notes = has_notes or is_note
        found = Footers(found.wide + is_wide, found.lines + 1, end, text)
    return found


def _cells(text: str, delimiter: str) -> Sequence[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return []


def _is_total(filled: Sequence[str], *, is_wide: bool) -> bool:
    """Whether the first filled cell says that the line is one of totals or counts, or none is filled."""
    if not filled:
        return True
    words = _WORD.findall(filled[0].casefold())
    is_said = bool(words) and (TOTALS | BESIDE).issuperset(words)
    return is_said and (not is_wide or not TOTALS.isdisjoint(words))
