/* cspaudit
purpose = "Who wrote each message: the domain that its sender names, and the listed domains of the partner and its providers it belongs to."
reads   = ["message", "local_slot"]
uses    = ["listed_domains"]
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

aligned_domain as (
    select s.partner_id, s.domain_number, l.is_own, l.valid_from_on, l.valid_to_on
    from sending_domain as s
    inner join listed_domain as l on s.partner_id = l.partner_id and s.tail = l.tail
    where s.domain = l.domain or ends_with(s.domain, '.' || l.domain)
),

aligned_day as (
    select a.domain_number, d.local_on, bool_or(a.is_own) as is_own
    from aligned_domain as a
    inner join day_seen as d
        on a.partner_id = d.partner_id and d.local_on >= a.valid_from_on and d.local_on <= a.valid_to_on
    group by a.domain_number, d.local_on
),

-- read by the checks that use this part
numbered_sender as (  -- noqa: ST03
    select s.partner_id, s.sender, n.domain_number
    from sender as s
    inner join sending_domain as n on s.partner_id = n.partner_id and s.domain = n.domain
)

select * from aligned_day
