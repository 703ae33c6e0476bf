"""Whether a source must name the zone of its times: not where the first records of its files have offsets throughout."""

import re
from collections.abc import Iterator

from cspaudit.errors import EngagementError, SourceError
from cspaudit.model.engagement import Engagement, SourceSettings
from cspaudit.sources import files, heads, spreadsheets
from cspaudit.sources.compile import Plan
from cspaudit.sources.files import SourceFile
from cspaudit.sources.header import Header, field_weight
from cspaudit.sources.mapping import ColumnSource

_OFFSET = re.compile(r"(?:Z|UTC|GMT|:.*[+-][0-9]{2}(?::?[0-9]{2})?)\s*$")


def refuse_without_zone(engagement: Engagement, settings: SourceSettings, plan: Plan) -> None:
    """Refuse a source without a zone whose files write local times, or do not show that they write none.

    A time without an offset further down is left out, and counted.
    """
    if not plan.lacks_zone or _all_have_offsets(engagement, settings, plan):
        return
    raise EngagementError(
        f"The layout {plan.layout.id} writes local times, and the source names no time zone.",
        where=f"source {settings.source_id!r}",
        hint='Add timezone = "Europe/Berlin" (or where the export was made).',
    )


def _all_have_offsets(engagement: Engagement, settings: SourceSettings, plan: Plan) -> bool:
    if plan.layout.format != "csv":
        return False
    times: list[str] = []
    try:
        for pattern, partner in files.patterns(settings, [one.id for one in engagement.partners]):
            for file in files.find(engagement.folder, pattern, partner):
                if spreadsheets.is_spreadsheet(file.path):
                    return False
                with files.unpacking(file):
                    times += _times(file, settings, plan)
    except SourceError:
        return False
    return bool(times) and all(_OFFSET.search(one) for one in times)


def _times(file: SourceFile, settings: SourceSettings, plan: Plan) -> Iterator[str]:
    """Yield the filled cells of a file's first records that become instants."""
    head = heads.read_head(file, settings, plan.layout.delimiter, field_weight(plan))
    header = Header.match(head.header, plan, file, head.rows)
    for staged in plan.columns:
        if staged.column.type != "instant":
            continue
        for name in _read_as_time(staged.source):
            for at in header.positions.get(name, ()):
                yield from (
                    row[at] for row in head.rows if at < len(row) and row[at] not in {"", *plan.nulls}
                )


def _read_as_time(source: ColumnSource) -> Iterator[str]:
    """Yield the fields whose texts a column takes, not those that only decide whether it does."""
    if source.field:
        yield source.field
    for one in source.first_of:
        yield from _read_as_time(one)
