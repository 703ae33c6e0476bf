/* cspaudit
purpose = "Who wrote each message: the domain that its sender names, and the listed domains of the partner and its providers it belongs to."
reads   = ["message", "partner_domain", "local_slot"]
*/
with sender as (
    -- the address stands inside angle brackets where there are any; what is before them is only a display name
    select
        partner_id,
        sender,
        -- two addresses in one field, or signs that no domain holds, leave open who wrote
        case
            when regexp_matches(address, '^[^ ,;]*@[^ @,;:/<>()''"]+[.][^ @.,;:/<>()''"]+$')
                then split_part(address, '@', -1)
        end as domain
    from (
        select
            partner_id,
            sender,
            lower(trim(split_part(split_part(sender, '<', -1), '>', 1))) as address
        from message
        where sender is not null and coalesce(direction, 'unknown') <> 'inbound'
        group by partner_id, sender
    ) as seen
),

sending_domain as (
    -- the last two labels let a sub-domain meet its domain by equality; the rest is compared afterwards
    select
        partner_id,
        domain,
        split_part(domain, '.', -2) || '.' || split_part(domain, '.', -1) as tail,
        row_number() over (order by partner_id, domain) as domain_number
    from sender
    where domain is not null
    group by partner_id, domain
),

listed_domain as (
    select
        partner_id,
        lower(domain) as domain,
        split_part(lower(domain), '.', -2) || '.' || split_part(lower(domain), '.', -1) as tail,
        coalesce(purpose, 'brand') <> 'provider' as is_own,
        valid_from_on,
        coalesce(valid_to_on, date '9999-12-31') as valid_to_on
    from partner_domain
),

-- read by the checks that use this part
local_day as (  -- noqa: ST03
    select distinct partner_id, local_on
    from local_slot
),

aligned_domain as (
    select s.partner_id, s.domain_number, l.is_own, l.valid_from_on, l.valid_to_on
    from sending_domain as s
    inner join listed_domain as l on s.partner_id = l.partner_id and s.tail = l.tail
    where s.domain = l.domain or ends_with(s.domain, '.' || l.domain)
)

select * from aligned_domain
