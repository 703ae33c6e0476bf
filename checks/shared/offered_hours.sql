/* cspaudit
purpose = "For each version of the support terms in force within the period: whether it offered hours at every moment, and from when."
reads   = ["calendar_of", "business_calendar", "local_slot"]
*/
with hour_slot as (
    select distinct
        o.partner_id, b.terms_id, b.slot, b.hours_known,
        b.open_from = 0 and b.open_to = 900 as is_open
    from calendar_of as o
    inner join business_calendar as b on o.calendar = b.calendar
    where
        b.terms_id is not null
        and b.slot >= cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)
        and b.slot < cast(floor(epoch(cast($end as timestamp)) / 900) as bigint)
        and b.slot <= cast(floor(epoch(cast($as_of as timestamp)) / 900) as bigint)
),

offered as (
    select
        h.partner_id, h.terms_id,
        bool_and(h.hours_known) as is_known,
        bool_and(h.is_open) as is_always_open,
        min(z.local_on) as first_on
    from hour_slot as h
    inner join local_slot as z on h.partner_id = z.partner_id and h.slot = z.slot
    group by h.partner_id, h.terms_id
)

select * from offered
