/* cspaudit
purpose = "The newest signed answer of each duty and scope, where it holds at the cut-off, and the day for which it is asked."
reads   = ["attestation", "local_slot"]
uses    = ["cut_off_days"]
*/
-- the last local day of the period, or the cut-off's where it comes first; read by the checks that use this part
with asked_day as (  -- noqa: ST03
    select z.partner_id, least(max(z.local_on), min(c.cut_off_on)) as asked_on
    from local_slot as z
    inner join cut_off as c on z.partner_id = c.partner_id
    where
        z.slot >= cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)
        and z.slot < cast(floor(epoch(cast($end as timestamp)) / 900) as bigint)
    group by z.partner_id
),

newest_answer as (
    select
        a.partner_id, a.obligation, coalesce(a.scope_id, '') as scope_id, a.answer,
        coalesce(a.valid_until_on >= c.cut_off_on, true) as is_valid
    from attestation as a
    inner join cut_off as c on a.partner_id = c.partner_id
    where a.attested_on <= c.cut_off_on
    qualify row_number() over (
        partition by a.partner_id, a.obligation, coalesce(a.scope_id, '') order by a.attested_on desc
    ) = 1
),

-- where the newest answer has expired there is none: an older one had been taken back by it
signed_answer as (
    select partner_id, obligation, scope_id, answer from newest_answer where is_valid
)

select * from signed_answer
