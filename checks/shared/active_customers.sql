/* cspaudit
purpose = "From which day of the period to which each customer was one, the last being the day it is judged by, and the end of that day."
reads   = ["customer", "local_slot"]
uses    = ["audited_days"]
*/
-- all customers; whose last day lies before the first was none within the period. A day outside the period tells so
with customer_span as (  -- noqa: ST03
    select
        c.partner_id, c.customer_id,
        greatest(coalesce(c.onboarded_on, a.first_on), a.first_on) as from_on,
        least(coalesce(c.offboarded_on, a.last_on), a.last_on) as to_on,
        greatest(
            least(coalesce(c.offboarded_on, a.last_on), a.last_on), coalesce(c.onboarded_on, date '0001-01-01')
        ) as dated_at
    from customer as c
    inner join audit_day as a on c.partner_id = a.partner_id
),

-- when each local day of the period ended, in seconds since 1970 UTC
day_end as (
    select partner_id, local_on, (max(slot) + 1) * 900 as end_s
    from local_slot
    where
        slot >= cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)
        and slot < cast(floor(epoch(cast($end as timestamp)) / 900) as bigint) + 96
    group by partner_id, local_on
),

active_customer as (
    select c.partner_id, c.customer_id, c.from_on, c.to_on, d.end_s
    from customer_span as c
    inner join day_end as d on c.partner_id = d.partner_id and c.to_on = d.local_on
    where c.from_on <= c.to_on
)

select * from active_customer
