"""Reads a file that has a decoder into a staging table, by way of a copy that the engine can read."""

import csv
from itertools import islice

from cspaudit.errors import SourceError
from cspaudit.sources import formats, sql
from cspaudit.sources.decoded import Refused
from cspaudit.sources.files import SourceFile
from cspaudit.sources.lines import SHOWN_VALUE, BrokenLine
from cspaudit.sources.staging import Reading, Stage

#: a file with more records that cannot be read is of another format, or damaged as a whole
MAX_REFUSED = 10_000


def read(stage: Stage, file: SourceFile, index: int) -> Reading:
    """Decode a file and read its records; SourceError where it cannot be read at all."""
    decoded = formats.decoder(stage.plan.layout.format).decode(file, stage.settings)
    refused: list[BrokenLine] = []
    copy = stage.copy_path(index, ".csv")
    # half of a surrogate pair, as in a damaged header of a mail, has no UTF-8
    with copy.open("w", encoding="utf-8", errors="replace", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for number, record in enumerate(islice(decoded.records, stage.limit or None), 1):
            if not isinstance(record, Refused):
                writer.writerow([text and text.replace("\0", "\ufffd") for text in record])
                continue
            refused.append(BrokenLine(0, 0, 0, number, record.reason, record.value[:SHOWN_VALUE]))
            if len(refused) > MAX_REFUSED:
                raise SourceError(f"More than {MAX_REFUSED:,} records cannot be read.", where=file.shown)
    columns = ", ".join(f"{sql.literal(name)}: 'VARCHAR'" for name in decoded.fields)
    relation = (
        f"read_csv({sql.literal(str(copy))}, columns = {{{columns}}}, header = false, auto_detect = false, delim = ',', "
        "quote = '\"', escape = '\"', max_line_size = 16777216)"
    )
    present = frozenset(decoded.fields)
    stage.insert(
        stage.plan, relation, lambda name: sql.name(name) if name in present else "NULL::VARCHAR", index
    )
    copy.unlink()
    return Reading(
        encoding="",
        absent=frozenset(stage.plan.fields) - present,
        known=decoded.fields,
        broken=tuple(refused),
        assumptions=tuple(decoded.told),
    )
