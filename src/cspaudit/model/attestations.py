"""Signed answers beside the engagement: attestations.toml and attestations.xlsx, read row by row."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from cspaudit.errors import EngagementError, near
from cspaudit.model.tables import TABLES

TOML_NAME = "attestations.toml"
XLSX_NAME = "attestations.xlsx"
#: the table they fill, which is also the name of the key and of the sheet
ATTESTATION = "attestation"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class AnswerFile:
    """One file of signed answers: its rows by column of the table attestation, in the file's order."""

    path: Path
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """The file as reports show it."""
        return self.path.name


def read_answers(folder: Path) -> tuple[AnswerFile, ...]:
    """Return the files of signed answers in ``folder``, none where there is none; EngagementError where one is wrong."""
    found = []
    if (folder / TOML_NAME).is_file():
        found.append(_file(folder / TOML_NAME, _from_toml(folder / TOML_NAME)))
    if (folder / XLSX_NAME).is_file():
        found.append(_file(folder / XLSX_NAME, _from_workbook(folder / XLSX_NAME)))
    return tuple(found)


def check_answers(
    files: Iterable[AnswerFile], obligations: Iterable[str], attestable: Sequence[str], *, folder: Path
) -> None:
    """Raise EngagementError for an answer to an obligation that does not exist or that the logs alone decide."""
    known = set(obligations)
    for file in files:
        for number, row in enumerate(file.rows, 1):
            obligation, where = str(row.get("obligation", "")), f"{folder / file.name}: answer {number}"
            if obligation and obligation not in known:
                raise EngagementError(
                    f"There is no obligation {obligation!r}.", where=where, hint=near(obligation, attestable)
                )
            if obligation and obligation not in attestable:
                raise EngagementError(
                    f"{obligation} is judged by the logs; no signed answer can change that.",
                    where=where,
                    hint=f"Signed answers count for: {', '.join(attestable)}.",
                )


def sha256_of(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _file(path: Path, rows: Sequence[Row]) -> AnswerFile:
    known = {*TABLES[ATTESTATION].column_names, "partner_id"}
    for number, row in enumerate(rows, 1):
        for column in row:
            if column not in known:
                raise EngagementError(
                    f"The key {column!r} is unknown.",
                    where=f"{path}: answer {number}",
                    hint=near(column, known),
                )
    return AnswerFile(path, tuple(rows))


def _from_toml(path: Path) -> list[Row]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise EngagementError(
            "The file is not UTF-8 text.", where=str(path), hint="Save it as UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise EngagementError(f"The file is not valid TOML: {error}.", where=str(path)) from error
    for key in content:
        if key != ATTESTATION:
            raise EngagementError(
                f"The key {key!r} is unknown.", where=str(path), hint=f"Write [[{ATTESTATION}]] tables."
            )
    rows = content.get(ATTESTATION, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise EngagementError(f"Write [[{ATTESTATION}]] tables.", where=str(path))
    return rows


def _from_workbook(path: Path) -> list[Row]:
    """Return the rows below the sheet's header; rows without a single cell are no answers."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
        if ATTESTATION not in book.sheet_names:
            raise EngagementError(f"There is no sheet {ATTESTATION!r}.", where=str(path))
        cells = book.get_sheet_by_name(ATTESTATION).to_python()
    except CalamineError as error:
        raise EngagementError(f"The workbook cannot be read: {error}.", where=str(path)) from error
    if not cells:
        return []
    header = [str(cell).strip() for cell in cells[0]]
    rows = [
        {
            name: _plain(cell)
            for name, cell in zip(header, line, strict=False)
            if name and cell not in {"", None}
        }
        for line in cells[1:]
    ]
    return [row for row in rows if row]


def _plain(cell: object) -> object:
    """Return a cell as TOML would state it: a date without a time of day is a date, a whole number has no point."""
    if isinstance(cell, datetime) and not cell.time().replace(microsecond=0) > datetime.min.time():
        return cell.date()
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    return cell.strip() if isinstance(cell, str) else cell
