"""Makes the helper tables of local and business time: local_slot, calendar_of and business_calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cspaudit.errors import EngagementError
from cspaudit.model import zones
from cspaudit.model.engagement import Engagement
from cspaudit.sources import calendars
from cspaudit.sources.calendars import CalendarOf, CalendarRun, TermsVersion, ZoneRun
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: checks look back at most this far behind the period, and windows reach at most this far past the cut-off
LOOK_BACK = timedelta(days=430)
LOOK_AHEAD = timedelta(days=62)
MARGIN = timedelta(days=2)


@dataclass(frozen=True)
class TimeNotes:
    """What was assumed about service hours and what could not be used."""

    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]


def time_span(engagement: Engagement) -> tuple[datetime, datetime]:
    """Return the naive UTC range that local days are known for."""
    start = datetime.combine(engagement.start, datetime.min.time())
    end = datetime.combine(engagement.end, datetime.min.time())
    return start - LOOK_BACK, max(end, engagement.as_of) + LOOK_AHEAD


def make_local_slots(warehouse: Warehouse, engagement: Engagement) -> None:
    """Make ``local_slot(partner_id, slot, offset_s, local_on)``; needs the table partner."""
    first, last = time_span(engagement)
    runs = calendars.zone_runs({one.timezone for one in engagement.partners}, first_utc=first, last_utc=last)
    _make(warehouse, "zone_run", runs, ZoneRun)
    warehouse.execute(
        "CREATE TABLE zone_slot AS SELECT *, cast(to_timestamp(0)::TIMESTAMP + to_seconds(slot * 900 + offset_s) AS DATE) "
        f"AS local_on FROM ({calendars.expand_zone_sql('zone_run')})"
    )
    warehouse.execute(
        "CREATE VIEW local_slot AS SELECT p.partner_id, z.slot, z.offset_s, z.local_on "
        "FROM partner p JOIN zone_slot z ON z.timezone = p.timezone"
    )


def make_calendars(warehouse: Warehouse, engagement: Engagement) -> TimeNotes:
    """Make ``calendar_of`` and ``business_calendar`` from the terms; needs the table support_terms."""
    partners = {one.id: one for one in engagement.partners}
    rows = warehouse.rows(
        "SELECT terms_id, partner_id, customer_id, valid_from_on, valid_to_on, service_hours, timezone, holidays "
        "FROM support_terms ORDER BY partner_id, terms_id"
    )
    terms, assumed, warnings = [], [], []
    for terms_id, partner_id, customer_id, first, last, hours, zone, holidays in rows:
        partner = partners[partner_id]
        if hours and not zone:
            assumed.append(
                f"Support terms {terms_id} name no time zone; the partner's, {partner.timezone}, was used."
            )
        try:
            zones.check_zone(zone or partner.timezone)
        except EngagementError as error:
            warnings.append(f"Support terms {terms_id}: {error.problem} Their service hours were not used.")
            zone, hours = partner.timezone, None  # noqa: PLW2901 - the terms hold, their hours do not
        terms.append(
            TermsVersion(
                terms_id=terms_id,
                partner_id=partner_id,
                customer_id=customer_id,
                valid_from_on=first,
                valid_to_on=last,
                service_hours=hours,
                timezone=zone or partner.timezone,
                holidays=holidays or partner.holidays or None,
                company_days=frozenset(partner.company_days),
            )
        )
    first_utc = datetime.combine(engagement.start, datetime.min.time()) - MARGIN
    last_utc = engagement.as_of + MARGIN
    made = calendars.build_calendars(
        terms, partners, first_utc=first_utc, last_utc=max(last_utc, first_utc + MARGIN)
    )
    _make(warehouse, "calendar_of", made.calendar_of, CalendarOf)
    _make(warehouse, "calendar_run", made.runs, CalendarRun)
    warehouse.execute(f"CREATE TABLE business_calendar AS {calendars.expand_sql('calendar_run')}")
    warnings += [
        f"The service hours of support terms {one.terms_id} cannot be used: {one.problem} {one.hint}".strip()
        for one in made.warnings
    ]
    return TimeNotes(tuple(assumed), tuple(warnings))


def _make(
    warehouse: Warehouse,
    table: str,
    rows: Sequence[CalendarOf] | Sequence[CalendarRun] | Sequence[ZoneRun],
    row: type[CalendarOf] | type[CalendarRun] | type[ZoneRun],
) -> None:
    warehouse.execute(f"CREATE TABLE {table} AS {calendars.runs_sql(row)}", calendars.columns(rows, row))
