/* cspaudit
purpose = "The partner's first and last local day of the period, the last at most that of the cut-off, and the cut-off's own."
reads   = ["local_slot"]
*/
with audit_day as (
    select
        partner_id,
        min(local_on) filter (where slot = cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)) as first_on,
        min(local_on) filter (
            where slot = cast(floor(
                least(epoch(cast($end as timestamp)) - 1, epoch(cast($as_of as timestamp))) / 900
            ) as bigint)
        ) as last_on,
        min(local_on) filter (where slot = cast(floor(epoch(cast($as_of as timestamp)) / 900) as bigint)) as cutoff_on
    from local_slot
    group by partner_id
)

select * from audit_day
