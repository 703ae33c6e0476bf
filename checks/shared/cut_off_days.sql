/* cspaudit
purpose = "The partner's local day at the cut-off, as a date and as a number of days since 1970."
reads   = ["local_slot"]
*/
with cut_off as (
    select
        partner_id, offset_s,
        local_on as cut_off_on,
        cast(floor((epoch(cast($as_of as timestamp)) + offset_s) / 86400) as bigint) as cut_off_day
    from local_slot
    where slot = cast(floor(epoch(cast($as_of as timestamp)) / 900) as bigint)
)

select * from cut_off
