/* cspaudit
purpose = "What each actor was, spell by spell in seconds since 1970: a person of the support desk, a bot, a provider or another."
reads   = ["actor", "local_slot"]
*/
with actor_bound as (
    select partner_id, actor_id, valid_from_on as from_on from actor
    union
    select partner_id, actor_id, valid_to_on + cast(1 as integer) as from_on
    from actor
    where valid_to_on < date '9999-12-31'
),

actor_spell as (
    select
        partner_id, actor_id, from_on,
        lead(from_on) over (partition by partner_id, actor_id order by from_on) as until_on
    from actor_bound
),

local_day as (
    select partner_id, local_on, min(slot) * 900 as start_s from local_slot group by partner_id, local_on
),

local_range as (
    select partner_id, min(local_on) as first_on, max(local_on) as last_on from local_day group by partner_id
),

-- what an actor was, by spells within which no role begins or ends; two answers for one spell are none
actor_role as (
    select
        s.partner_id, s.actor_id, s.from_on, s.until_on,
        min(case when a.kind in ('agent', 'subcontractor') then 'person' else nullif(a.kind, 'unknown') end) as least_kind,
        max(case when a.kind in ('agent', 'subcontractor') then 'person' else nullif(a.kind, 'unknown') end) as greatest_kind
    from actor_spell as s
    inner join actor as a
        on s.partner_id = a.partner_id
        and s.actor_id = a.actor_id
        and s.from_on >= a.valid_from_on
        and s.from_on <= coalesce(a.valid_to_on, s.from_on)
    group by s.partner_id, s.actor_id, s.from_on, s.until_on
),

-- the same in seconds since 1970 UTC, so that the millions of events need no local day each
known_actor as (
    select
        r.partner_id, r.actor_id, r.least_kind as author,
        case when r.from_on <= g.first_on then 0 else f.start_s end as from_s,
        case when r.until_on is null or r.until_on > g.last_on then 253402300800 else u.start_s end as until_s
    from actor_role as r
    inner join local_range as g on r.partner_id = g.partner_id
    left join local_day as f on r.partner_id = f.partner_id and r.from_on = f.local_on
    left join local_day as u on r.partner_id = u.partner_id and r.until_on = u.local_on
    where r.least_kind = r.greatest_kind and r.from_on <= g.last_on and coalesce(r.until_on > g.first_on, true)
)

select * from known_actor
