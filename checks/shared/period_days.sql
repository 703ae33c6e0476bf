/* cspaudit
purpose = "The partner's local days of the period, with their month; a day has ended once the cut-off lies behind it."
reads   = ["local_slot"]
*/
with period_day as (
    select
        partner_id,
        local_on,
        substring(cast(local_on as varchar), 1, 7) as month_id,
        max(slot) < cast(floor(epoch(cast($as_of as timestamp)) / 900) as bigint) as has_ended
    from local_slot
    where
        slot >= cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)
        and slot < cast(floor(epoch(cast($end as timestamp)) / 900) as bigint)
    group by partner_id, local_on
)

select * from period_day
