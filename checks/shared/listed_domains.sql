/* cspaudit
purpose = "The listed domains of the partner and of those that write for it, and the local days on which any own one was listed."
reads   = ["partner_domain", "local_slot"]
*/
with listed_domain as (
    -- the last two labels let a sub-domain meet its domain by equality; the rest is compared afterwards
    select
        partner_id,
        lower(domain) as domain,
        split_part(lower(domain), '.', -2) || '.' || split_part(lower(domain), '.', -1) as tail,
        coalesce(purpose, 'brand') <> 'provider' as is_own,
        coalesce(purpose, 'brand') = 'brand' as is_brand,
        valid_from_on,
        coalesce(valid_to_on, date '9999-12-31') as valid_to_on
    from partner_domain
),

day_seen as (
    select distinct partner_id, local_on
    from local_slot
),

-- read by the checks that use this part
listed_day as (  -- noqa: ST03
    select distinct d.partner_id, d.local_on
    from day_seen as d
    inner join listed_domain as l
        on d.partner_id = l.partner_id and d.local_on >= l.valid_from_on and d.local_on <= l.valid_to_on
    where l.is_own
)

select * from listed_day
