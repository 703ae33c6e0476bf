"""Exports that end where a limit is: as many records as a system, a spreadsheet or a habit lets through."""

from collections.abc import Sequence

from cspaudit.model.completeness import Cut, CutSign
from cspaudit.sources.mapping import Mapping
from cspaudit.sources.source import LoadedSource
from cspaudit.sources.stage import StagedFile

#: rows of a sheet, header included, in the newer and the older format of spreadsheets
SHEET_ROWS = (1_048_576, 65_536)
#: limits that many programs set; a file may as well hold so many records by chance
ROUND_NUMBERS = (1_000, 5_000, 10_000, 50_000, 100_000)


def cut_of(staged: StagedFile, layout: Mapping) -> Cut | None:
    """Return at which limit a file seems to have been cut, by the number of its records alone.

    Of a file whose records list further ones the number of records is not known: nothing is told.
    """
    records = staged.records
    if layout.members or layout.nested:
        return None
    if records in layout.row_limits:
        return Cut(records, CutSign.LAYOUT)
    if layout.format != "json" and _fills_a_sheet(records, staged.reading.before):
        return Cut(records, CutSign.SPREADSHEET)
    if not layout.row_limits and records in ROUND_NUMBERS:
        return Cut(records, CutSign.ROUND_NUMBER)
    return None


def _fills_a_sheet(records: int, before: int) -> bool:
    # a header may stand above the records or not, and other lines above the header
    return any(records in {rows, rows - 1, rows - 1 - before} for rows in SHEET_ROWS)


def cut_for(source: LoadedSource, owners: Sequence[str]) -> tuple[str, ...]:
    """Return the partners some of whose records a cut may have taken: those whose file it is, else all of ``owners``."""
    if source.is_data:
        return ()
    cut = [
        staged.file.partner_id
        for staged in source.files
        if (found := cut_of(staged, source.plan.layout)) and found.is_evidence
    ]
    return tuple(one for one in owners if one in cut or "" in cut)
