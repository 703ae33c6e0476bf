"""Support terms into business calendars: runs of like quarter hours, which the engine expands to slots.

A slot is `floor(epoch / 900)`. Within one, at most one stretch is open: seconds `open_from` to
`open_to` of the slot. The business seconds of the calendar up to an instant x in the slot are

    before_s + least(greatest(x - slot * 900 - open_from, 0), open_to - open_from)

and the seconds of which nobody knows whether they were business time

    unknown_before_s + case when hours_known then 0 else x - slot * 900 end

both counted from the start of the calendar. Elapsed business time between two instants is a
difference of two such sums, and lies between the known seconds and known plus unknown ones.
"""

import bisect
import hashlib
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from cspaudit.errors import EngagementError
from cspaudit.model.holiday_dates import holiday_dates
from cspaudit.model.opening_hours import HoursError, windows
from cspaudit.model.zones import GRID_S, Segment, transitions

SLOT_S = GRID_S
"""A slot is a quarter hour, so that every slot lies within one offset and one local day of any zone."""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - instants are naive UTC (design 5)
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)

_SQL_TYPES: dict[object, str] = {str: "varchar", str | None: "varchar", int: "bigint", bool: "boolean"}

Spans = Sequence[tuple[int, int]]
"""Half-open stretches of epoch seconds, sorted and apart."""


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """One version of support terms: from `valid_from_on` to `valid_to_on`, the last day on which it holds.

    `customer_id` None: holds for every customer of the partner. `holidays` names a country or
    subdivision ("DE-BY"); `company_days` are further days on which the desk is closed.
    """

    terms_id: str
    partner_id: str
    customer_id: str | None
    valid_from_on: date
    valid_to_on: date | None
    service_hours: str | None
    timezone: str
    holidays: str | None = None
    company_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class CalendarOf:
    """The calendar of one customer with terms of its own, or (`customer_id` None) of all others of the partner."""

    partner_id: str
    customer_id: str | None
    calendar: str


@dataclass(frozen=True, slots=True)
class CalendarRun:
    """Consecutive slots [from_slot, to_slot) that are open alike; the two sums are those of the first slot."""

    calendar: str
    from_slot: int
    to_slot: int
    before_s: int
    open_from: int
    open_to: int
    terms_id: str | None
    unknown_before_s: int
    hours_known: bool


@dataclass(frozen=True, slots=True)
class ZoneRun:
    """Consecutive slots [from_slot, to_slot) in which a zone is `offset_s` seconds ahead of UTC."""

    timezone: str
    from_slot: int
    to_slot: int
    offset_s: int


@dataclass(frozen=True, slots=True)
class HoursWarning:
    """Terms whose hours were refused, and so count as unknown."""

    partner_id: str
    terms_id: str
    problem: str
    hint: str


@dataclass(frozen=True, slots=True)
class Calendars:
    """All calendars of a run: who has which, what they hold, and what was refused on the way."""

    calendar_of: tuple[CalendarOf, ...]
    runs: tuple[CalendarRun, ...]
    warnings: tuple[HoursWarning, ...]


def build_calendars(
    terms: Iterable[TermsVersion], partners: Iterable[str], *, first_utc: datetime, last_utc: datetime
) -> Calendars:
    """Return the calendars of `partners` over [first_utc, last_utc), naive UTC, widened to whole slots.

    On each local day (of the terms' own zone) a customer's own terms win over general ones, then the
    latest `valid_from_on`, then the greatest `terms_id`. The runs of a calendar tile the range: time
    without terms, or with terms whose hours are missing or refused, is there as unknown. Calendars of
    equal content are one, whose id is a hash of that content; runs are ordered by calendar and slot.

    Raises EngagementError for a zone that is unknown or off the quarter-hour grid.
    """
    maker = _Maker(first_utc, last_utc)
    by_partner: dict[str, list[TermsVersion]] = {partner: [] for partner in partners}
    for version in terms:
        by_partner.setdefault(version.partner_id, []).append(version)

    calendar_of: list[CalendarOf] = []
    warnings: list[HoursWarning] = []
    runs: dict[str, tuple[CalendarRun, ...]] = {}
    for partner, versions in sorted(by_partner.items()):
        held = [maker.held(version) for version in sorted(versions, key=lambda version: version.terms_id)]
        warnings += [
            HoursWarning(partner, one.version.terms_id, one.hours.problem, one.hours.hint)
            for one in held
            if one.spans and isinstance(one.hours, HoursError)
        ]
        general = [one for one in held if one.version.customer_id is None]
        own = {one.version.customer_id for one in held if one.version.customer_id is not None}
        for customer in (None, *sorted(own)):
            chain = general + [one for one in held if customer and one.version.customer_id == customer]
            calendar, made = maker.calendar(chain)
            runs[calendar] = made
            calendar_of.append(CalendarOf(partner, customer, calendar))
    return Calendars(
        tuple(calendar_of),
        tuple(itertools.chain.from_iterable(runs[calendar] for calendar in sorted(runs))),
        tuple(warnings),
    )


def zone_runs(zones: Iterable[str], *, first_utc: datetime, last_utc: datetime) -> tuple[ZoneRun, ...]:
    """Return the offsets of `zones` over [first_utc, last_utc), naive UTC, widened to whole slots.

    Raises EngagementError as `build_calendars` does.
    """
    first, last = _slot_edges(first_utc, last_utc)
    return tuple(
        ZoneRun(zone, _slot(segment.start_utc), _slot(segment.end_utc), segment.offset_s)
        for zone in sorted(set(zones))
        for segment in _on_grid(zone, first, last)
    )


def runs_sql(row: type[CalendarRun] | type[ZoneRun] | type[CalendarOf]) -> str:
    """Return a SELECT that makes a table of `row` from the bound lists of `columns`, one parameter a column."""
    lists = (f"unnest(${field.name}::{_SQL_TYPES[field.type]}[]) as {field.name}" for field in fields(row))
    return f"select {', '.join(lists)}"


def columns(
    rows: Sequence[CalendarRun] | Sequence[ZoneRun] | Sequence[CalendarOf], row: type[Any]
) -> dict[str, list[Any]]:
    """Return the rows column by column, as the parameters of `runs_sql(row)`."""
    return {field.name: [getattr(one, field.name) for one in rows] for field in fields(row)}


def expand_sql(runs_table: str) -> str:
    """Return the SELECT (DuckDB) that makes `business_calendar` from a table of `CalendarRun`, a row a slot."""
    return f"""
select calendar, slot,
  before_s + (slot - from_slot) * (open_to - open_from) as before_s,
  open_from, open_to, terms_id,
  unknown_before_s + case when hours_known then 0 else (slot - from_slot) * {SLOT_S} end as unknown_before_s,
  hours_known
from (select *, unnest(range(from_slot, to_slot)) as slot from {runs_table})"""


def expand_zone_sql(runs_table: str) -> str:
    """Return the SELECT (DuckDB) that makes `zone_slot(timezone, slot, offset_s)` from a table of `ZoneRun`."""
    return f"select timezone, unnest(range(from_slot, to_slot)) as slot, offset_s from {runs_table}"


@dataclass(frozen=True, slots=True)
class _Held:
    """Terms with the time during which they are in force and the open time of their hours (None: not stated)."""

    version: TermsVersion
    spans: Spans
    hours: Spans | HoursError | None


class _Maker:
    """Makes calendars over one range, working out each distinct text of hours and each distinct chain once."""

    def __init__(self, first_utc: datetime, last_utc: datetime) -> None:
        self._first, self._last = _slot_edges(first_utc, last_utc)
        self._segments: dict[str, tuple[Segment, ...]] = {}
        self._hours: dict[tuple[object, ...], Spans | HoursError] = {}
        self._calendars: dict[tuple[object, ...], tuple[str, tuple[CalendarRun, ...]]] = {}

    def held(self, version: TermsVersion) -> _Held:
        """Return the terms with their time in force and their open time."""
        opens = datetime.combine(version.valid_from_on, time())
        # Exports write "for ever" as empty or as the last day of the year 9999, which has no morrow.
        closes = datetime.combine(min(version.valid_to_on or date.max, date.max - _DAY), time()) + _DAY
        spans = self._to_epoch([(opens, closes)], version.timezone)
        return _Held(version, spans, self._hours_of(version) if version.service_hours is not None else None)

    def calendar(self, chain: Sequence[_Held]) -> tuple[str, tuple[CalendarRun, ...]]:
        """Return id and runs of the calendar that a chain of terms makes."""
        stretches = self._stretches(chain)
        key = tuple(
            (begin, end, (terms.version.terms_id, _hours_key(terms.version)) if terms else None)
            for begin, end, terms in stretches
        )
        if key not in self._calendars:
            self._calendars[key] = _cumulated(stretches)
        return self._calendars[key]

    def _stretches(self, chain: Sequence[_Held]) -> list[tuple[int, int, _Held | None]]:
        """Tile the range with the terms that hold, None where none does."""
        edges = {_epoch_s(self._first), _epoch_s(self._last)}
        edges.update(edge for terms in chain for span in terms.spans for edge in span)
        tiled: list[tuple[int, int, _Held | None]] = []
        for begin, end in itertools.pairwise(sorted(edges)):
            holding = [terms for terms in chain if any(start <= begin < stop for start, stop in terms.spans)]
            winner = max(holding, key=_precedence, default=None)
            same = bool(tiled) and tiled[-1][2] is winner
            tiled.append((tiled.pop()[0] if same else begin, end, winner))
        return tiled

    def _hours_of(self, version: TermsVersion) -> Spans | HoursError:
        key = _hours_key(version)
        if key not in self._hours:
            try:
                self._hours[key] = self._open_time(version)
            except HoursError as refused:
                self._hours[key] = refused
        return self._hours[key]

    def _open_time(self, version: TermsVersion) -> Spans:
        # A zone's clock is at most 14 hours off, so a day more on either side holds the whole range.
        first, last = self._first.date() - _DAY, self._last.date() + _DAY
        holidays = None
        if version.holidays is not None:
            try:
                holidays = holiday_dates(version.holidays, range((first - _DAY).year, last.year + 1))
            except EngagementError as unknown:
                raise HoursError(unknown.problem, unknown.hint) from None
        local = windows(
            version.service_hours or "",
            first=first,
            last=last,
            holidays=holidays,
            company_days=version.company_days,
        )
        return self._to_epoch(local, version.timezone)

    def _to_epoch(self, local: Sequence[tuple[datetime, datetime]], zone: str) -> Spans:
        """Return when the zone's wall clock shows a time within the local windows (sorted), inside the range."""
        if zone not in self._segments:
            self._segments[zone] = _on_grid(zone, self._first, self._last)
        spans: list[tuple[int, int]] = []
        for segment in self._segments[zone]:
            offset = timedelta(seconds=segment.offset_s)
            shown_from, shown_to = segment.start_utc + offset, segment.end_utc + offset
            shown = slice(
                bisect.bisect_right(local, shown_from, key=lambda window: window[1]),
                bisect.bisect_left(local, shown_to, key=lambda window: window[0]),
            )
            for opens, closes in local[shown]:
                begin = _epoch_s(max(opens, shown_from) - offset)
                end = _epoch_s(min(closes, shown_to) - offset)
                if spans and spans[-1][1] == begin:
                    begin = spans.pop()[0]
                spans.append((begin, end))
        return spans


def _on_grid(zone: str, first: datetime, last: datetime) -> tuple[Segment, ...]:
    """Return the segments of a zone, refusing the few whose clock once changed inside a slot."""
    segments = transitions(zone, first, last)
    for segment in segments:
        if _epoch_s(segment.start_utc) % SLOT_S:
            raise EngagementError(
                f"The clock of {zone} changed at {segment.start_utc:%Y-%m-%d %H:%M} UTC, inside a quarter hour.",
                hint="Name a later period.",
            )
    return segments


def _precedence(terms: _Held) -> tuple[bool, date, str]:
    version = terms.version
    return version.customer_id is not None, version.valid_from_on, version.terms_id


def _hours_key(version: TermsVersion) -> tuple[object, ...]:
    return version.service_hours, version.timezone, version.holidays, version.company_days


def _cumulated(stretches: Sequence[tuple[int, int, _Held | None]]) -> tuple[str, tuple[CalendarRun, ...]]:
    """Return the runs of the stretches with their running sums, and the id that hashes them."""
    content: list[tuple[int, int, int, int, int, str | None, int, bool]] = []
    before_s = unknown_before_s = 0
    for begin, end, terms in stretches:
        terms_id = terms.version.terms_id if terms else None
        hours = None if terms is None or isinstance(terms.hours, HoursError) else terms.hours
        known = hours is not None
        for from_slot, to_slot, open_from, open_to in _alike(begin, end, hours or ()):
            content.append(
                (from_slot, to_slot, before_s, open_from, open_to, terms_id, unknown_before_s, known)
            )
            before_s += (to_slot - from_slot) * (open_to - open_from)
            unknown_before_s += 0 if known else (to_slot - from_slot) * SLOT_S
    calendar = hashlib.sha256(repr(content).encode()).hexdigest()[:16]
    return calendar, tuple(CalendarRun(calendar, *run) for run in content)


def _alike(begin: int, end: int, hours: Spans) -> list[tuple[int, int, int, int]]:
    """Cut [begin, end) into runs (from_slot, to_slot, open_from, open_to); no slot holds two open stretches."""
    runs: list[tuple[int, int, int, int]] = []
    slot = begin // SLOT_S
    within = slice(
        bisect.bisect_right(hours, begin, key=lambda span: span[1]),
        bisect.bisect_left(hours, end, key=lambda span: span[0]),
    )
    for opens, closes in hours[within]:
        first, open_from = divmod(max(opens, begin), SLOT_S)
        last, open_to = divmod(min(closes, end), SLOT_S)
        if first > slot:
            runs.append((slot, first, 0, 0))
        if first == last:
            runs.append((first, first + 1, open_from, open_to))
            slot = first + 1
            continue
        if open_from:
            runs.append((first, first + 1, open_from, SLOT_S))
            first += 1
        if last > first:
            runs.append((first, last, 0, SLOT_S))
        if open_to:
            runs.append((last, last + 1, 0, open_to))
        slot = last + bool(open_to)
    if end // SLOT_S > slot:
        runs.append((slot, end // SLOT_S, 0, 0))
    return runs


def _slot_edges(first_utc: datetime, last_utc: datetime) -> tuple[datetime, datetime]:
    """Widen a range to whole slots."""
    slot = timedelta(seconds=SLOT_S)
    return _EPOCH + _slot(first_utc) * slot, _EPOCH - (_EPOCH - last_utc) // slot * slot


def _slot(instant_utc: datetime) -> int:
    return _epoch_s(instant_utc) // SLOT_S


def _epoch_s(instant_utc: datetime) -> int:
    return (instant_utc - _EPOCH) // _SECOND
