"""Service time between two instants, day by day, as the calendar of the support terms counts it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from cspaudit.warehouse.duckdb_warehouse import Warehouse

SLOT_S = 900


@dataclass(frozen=True)
class BusinessDay:
    """The service seconds of one local day, and the seconds of that day whose service hours nobody knows."""

    on: date
    terms_id: str
    seconds: int
    unknown_seconds: int


def business_days(
    warehouse: Warehouse, partner_id: str, customer_id: str | None, start: datetime, end: datetime
) -> tuple[BusinessDay, ...]:
    """Return each local day of the partner from ``start`` to ``end`` (naive UTC) with its service time.

    The calendar is the customer's own where it has one, else the partner's; empty without either.
    """
    rows = warehouse.rows(
        f"""
        with chosen as (
            select max(calendar) as calendar
            from calendar_of
            where partner_id = $partner and customer_id is not distinct from (
                select max(customer_id) from calendar_of where partner_id = $partner and customer_id = $customer
            )
        ),

        cut as (
            select
                b.terms_id, b.hours_known, z.local_on,
                greatest(b.slot * {SLOT_S}, $start_s) as from_s,
                least((b.slot + 1) * {SLOT_S}, $end_s) as to_s,
                b.slot * {SLOT_S} + b.open_from as opens_s,
                b.slot * {SLOT_S} + b.open_to as closes_s
            from business_calendar as b
            inner join chosen as c on b.calendar = c.calendar
            inner join local_slot as z on z.partner_id = $partner and b.slot = z.slot
            where b.slot >= $start_s // {SLOT_S} and b.slot * {SLOT_S} < $end_s
        )

        select
            local_on,
            coalesce(max(terms_id), '') as terms_id,
            sum(case when hours_known then greatest(least(to_s, closes_s) - greatest(from_s, opens_s), 0) else 0 end),
            sum(case when hours_known then 0 else to_s - from_s end)
        from cut
        group by local_on
        order by local_on
        """,
        {
            "partner": partner_id,
            "customer": customer_id,
            "start_s": int(start.replace(tzinfo=UTC).timestamp()),
            "end_s": int(end.replace(tzinfo=UTC).timestamp()),
        },
    )
    return tuple(BusinessDay(on, terms, int(seconds), int(unknown)) for on, terms, seconds, unknown in rows)
