"""Time zones as stretches of constant offset, read from the pinned `tzdata` package and from nothing else.

The operating system's own zone files differ between machines; the package is locked, so the same
inputs give the same instants everywhere. All datetimes here are naive: an `_utc` name says UTC,
everything else is the zone's wall clock.
"""

import difflib
import functools
import importlib.resources
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cspaudit.errors import EngagementError

GRID_S = 900
"""Every offset since 1972 is a multiple of this many seconds."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A half-open stretch of UTC during which a zone is `offset_s` seconds ahead of UTC."""

    start_utc: datetime
    end_utc: datetime
    offset_s: int


@functools.cache
def zone_names() -> tuple[str, ...]:
    """Return every zone name of the pinned `tzdata` package, sorted."""
    return tuple(sorted((importlib.resources.files("tzdata") / "zones").read_text(encoding="utf-8").split()))


def check_zone(name: str) -> None:
    """Raise EngagementError, with the nearest valid names, unless `name` is an IANA time zone."""
    if name in zone_names():
        return
    by_wanted_form: dict[str, list[str]] = {}
    for known in zone_names():
        for form in {known.casefold(), known.rsplit("/", 1)[-1].casefold()}:
            by_wanted_form.setdefault(form, []).append(known)
    wanted = name.strip().casefold().replace(" ", "_")
    forms = difflib.get_close_matches(wanted, sorted(by_wanted_form), n=3, cutoff=0.7)
    near = list(dict.fromkeys(known for form in forms for known in by_wanted_form[form]))[:3]
    raise EngagementError(
        f'"{name}" is not a time zone.',
        hint=f"Did you mean {' or '.join(near)}?"
        if near
        else 'Use an IANA name such as "Europe/Berlin" or "UTC".',
    )


@functools.cache
def zone_info(name: str) -> ZoneInfo:
    """Return the zone from the pinned `tzdata` package; raise EngagementError for an unknown name."""
    check_zone(name)
    with importlib.resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def transitions(zone: str, first: datetime, last: datetime) -> tuple[Segment, ...]:
    """Return the segments of `zone` that tile [first, last), both naive UTC; none where the range is empty.

    Raises EngagementError for an unknown zone, and where an offset within the range is no whole
    number of quarter hours (local mean time, last in 1972).
    """
    info = zone_info(zone)
    if first >= last:
        return ()
    changes = list(_changes(info, first, last))
    starts = [first, *changes]
    segments = tuple(
        Segment(start, end, _offset_s(info, start)) for start, end in itertools.pairwise([*starts, last])
    )
    if any(segment.offset_s % GRID_S for segment in segments):
        raise EngagementError(
            f"The offset of {zone} is not a whole number of quarter hours between {first:%Y-%m-%d} and {last:%Y-%m-%d}.",
            hint="Name a later period.",
        )
    return segments


def local_to_utc(zone: str, local: datetime) -> datetime:
    """Return the UTC instant of a wall-clock time: the first of two; one in a gap by the offset before it.

    So a midnight that a gap swallows becomes the instant of the change, which is when that local day begins.
    """
    return local.replace(tzinfo=zone_info(zone)).astimezone(UTC).replace(tzinfo=None)


def local_to_utc_offset_sql(column_sql: str, segments: Sequence[Segment]) -> str:
    """Return SQL for the seconds to subtract from a naive local TIMESTAMP to get UTC.

    `column_sql` is a column or a parenthesised expression, repeated for each change of offset.
    A local time that occurs twice is read as the first, one that never occurs by the offset before
    the gap, as Python does with `fold=0`. Times outside the segments take the nearest one's offset.
    Raises ValueError without segments.
    """
    if not segments:
        raise ValueError("a zone needs at least one segment")
    branches = [
        f"when {column_sql} < timestamp '{_change_on_clock(before, after):%Y-%m-%d %H:%M:%S}' then {before.offset_s}"
        for before, after in itertools.pairwise(segments)
    ]
    if not branches:
        return str(segments[0].offset_s)
    return f"(case {' '.join(branches)} else {segments[-1].offset_s} end)"


def ambiguous_ranges(segments: Sequence[Segment]) -> tuple[tuple[datetime, datetime], ...]:
    """Return the half-open local ranges that the wall clock shows twice."""
    return tuple(
        (_local(after.start_utc, after), _local(after.start_utc, before))
        for before, after in itertools.pairwise(segments)
        if after.offset_s < before.offset_s
    )


def missing_ranges(segments: Sequence[Segment]) -> tuple[tuple[datetime, datetime], ...]:
    """Return the half-open local ranges that the wall clock never shows."""
    return tuple(
        (_local(after.start_utc, before), _local(after.start_utc, after))
        for before, after in itertools.pairwise(segments)
        if after.offset_s > before.offset_s
    )


def _local(instant_utc: datetime, segment: Segment) -> datetime:
    return instant_utc + timedelta(seconds=segment.offset_s)


def _change_on_clock(before: Segment, after: Segment) -> datetime:
    # The old offset holds through the repeated hour (its first showing) and through the gap.
    return after.start_utc + timedelta(seconds=max(before.offset_s, after.offset_s))


def _offset_s(info: ZoneInfo, instant_utc: datetime) -> int:
    local = instant_utc.replace(tzinfo=UTC).astimezone(info).replace(tzinfo=None)
    return (local - instant_utc) // timedelta(seconds=1)


def _changes(info: ZoneInfo, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the instants in (first, last) at which the offset changes.

    zoneinfo does not tell its transitions. No zone has ever changed twice within six days, so a probe
    every third day finds each change, and bisection its second.
    """
    step, second = timedelta(days=3), timedelta(seconds=1)
    low, low_offset = first, _offset_s(info, first)
    final = last - second
    while low < final:
        high = min(low + step, final)
        high_offset = _offset_s(info, high)
        if high_offset != low_offset:
            left, right = low, high
            while right - left > second:
                middle = left + (right - left) // second // 2 * second
                if _offset_s(info, middle) == low_offset:
                    left = middle
                else:
                    right = middle
            yield right
        low, low_offset = high, high_offset
