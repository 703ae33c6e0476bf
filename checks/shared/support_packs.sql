/* cspaudit
purpose = "Which support contracts each request may have gone through, and how requests used up packs of a limited number."
reads   = ["service_request", "entitlement", "local_slot"]
*/
with contract as (
    -- two vehicles changed their names on 2025-06-23; whichever name stands on whichever day, it is one vehicle
    select
        partner_id,
        case vehicle
            when 'signature_cloud_support' then 'partner_cloud_support'
            when 'product_support_incidents' then 'partner_on_premises_support'
            else vehicle
        end as vehicle,
        coalesce(holder, 'partner') as holder,
        valid_from_on,
        coalesce(valid_to_on, date '9999-12-31') as valid_to_on,
        incident_quantity
    from entitlement
    where coalesce(holder, 'partner') <> 'customer'
),

-- where no contract of the provider is listed at all, what it holds is unknown
provider_list as (
    select distinct partner_id from contract where holder = 'provider'
),

request as (
    select
        r.partner_id,
        r.request_id,
        r.opened_at,
        z.local_on,
        coalesce(r.issue_type, 'unknown') as issue_type,
        coalesce(r.filed_by, 'unknown') as filed_by,
        case r.vehicle
            when 'signature_cloud_support' then 'partner_cloud_support'
            when 'product_support_incidents' then 'partner_on_premises_support'
            when 'unknown' then null
            else r.vehicle
        end as vehicle
    from service_request as r
    left join local_slot as z
        on r.partner_id = z.partner_id and cast(floor(epoch(r.opened_at) / 900) as bigint) = z.slot
    where r.opened_at <= $as_of
),

held as (
    -- what was held on the day of the request, for each vehicle it may have gone through
    select
        r.partner_id,
        r.request_id,
        c.vehicle,
        bool_or(c.holder = 'partner' and c.incident_quantity is null) as has_unlimited,
        coalesce(sum(c.incident_quantity) filter (where c.holder = 'partner'), -1) as pack_total,
        bool_or(c.holder = 'provider') as has_provider,
        bool_or(c.holder = 'provider' and c.incident_quantity is null) as has_provider_unlimited
    from request as r
    inner join contract as c
        on
            r.partner_id = c.partner_id
            and coalesce(r.vehicle, c.vehicle) = c.vehicle
            and r.local_on >= c.valid_from_on
            and r.local_on <= c.valid_to_on
    group by r.partner_id, r.request_id, c.vehicle
),

-- contracts of unknown kind that may cover the request: the partner's, or the provider's where it may have filed
unlabelled as (
    select r.partner_id, r.request_id, bool_or(c.incident_quantity is not null) as has_pack
    from request as r
    inner join contract as c
        on r.partner_id = c.partner_id and r.local_on >= c.valid_from_on and r.local_on <= c.valid_to_on
    where c.vehicle = 'unknown' and (c.holder = 'partner' or r.filed_by <> 'partner')
    group by r.partner_id, r.request_id
),

draw as (
    -- requests that use up a pack, surely or perhaps: none where an unlimited contract serves them
    select
        r.partner_id,
        h.vehicle,
        r.request_id,
        r.opened_at,
        r.local_on,
        r.issue_type = 'technical'
        and r.vehicle is not null
        and n.request_id is null
        and (r.filed_by = 'partner' or not h.has_provider)
        and (r.filed_by <> 'provider' or p.partner_id is not null) as is_sure
    from request as r
    inner join held as h on r.partner_id = h.partner_id and r.request_id = h.request_id
    left join unlabelled as n on r.partner_id = n.partner_id and r.request_id = n.request_id
    left join provider_list as p on r.partner_id = p.partner_id
    where
        not h.has_unlimited
        and r.issue_type <> 'commercial'
        and r.filed_by <> 'customer'
        and not (r.filed_by = 'provider' and h.has_provider_unlimited)
),

seen_from as (
    -- inside the period the coverage of the export is measured elsewhere; before it, only what is seen counts
    select
        r.partner_id,
        least(min(r.local_on), min(z.local_on), cast($requests_complete_from as date)) as seen_from_on
    from request as r
    left join local_slot as z
        on r.partner_id = z.partner_id and z.slot = cast(floor(epoch($start) / 900) as bigint)
    group by r.partner_id
),

pack as (
    -- packs of the same days are one; a pack of no request serves none
    select partner_id, vehicle, valid_from_on, valid_to_on, sum(incident_quantity) as quantity
    from contract
    where holder = 'partner' and incident_quantity > 0
    group by partner_id, vehicle, valid_from_on, valid_to_on
),

pack_edge as (
    select
        *,
        case
            when valid_from_on <= max(valid_to_on) over (
                partition by partner_id, vehicle
                order by valid_from_on, valid_to_on
                rows between unbounded preceding and 1 preceding
            ) then 0
            else 1
        end as is_first
    from pack
),

-- packs that overlap one another, numbered through all partners and vehicles: whose they are, the number tells
pack_island as (
    select
        *,
        sum(is_first) over (
            order by partner_id, vehicle, valid_from_on, valid_to_on
            rows between unbounded preceding and current row
        ) as island
    from pack_edge
),

pack_in_turn as (
    -- Each request takes from the valid pack that ends first. That order is the same for all requests, so pack after
    -- pack can take its first requests among those that the packs before it left: six turns, and no recursion.
    select
        p.*,
        p.valid_from_on < s.seen_from_on as is_older,
        row_number() over (partition by p.island order by p.valid_to_on, p.valid_from_on) as turn
    from pack_island as p
    inner join seen_from as s on p.partner_id = s.partner_id
),

pack_case as (
    -- at best: only what surely used the packs did; at worst: doubtful requests did too, and packs that began before
    -- the first request seen were used up unseen. More requests before never help a later one: these are the extremes.
    select *, false as at_worst, quantity as remaining
    from pack_in_turn
    union all
    select *, true as at_worst, case when is_older then 0 else quantity end as remaining
    from pack_in_turn
),

-- what each turn's pack holds, nothing where it is not valid on the day of the request
turn_0 as (
    select
        d.partner_id,
        d.vehicle,
        d.request_id,
        d.opened_at,
        p.island,
        p.at_worst,
        bool_or(p.is_older) as is_older,
        max(p.turn) > 6 as is_beyond,
        max(case when p.turn = 1 then p.remaining else 0 end) as pack_1,
        max(case when p.turn = 2 then p.remaining else 0 end) as pack_2,
        max(case when p.turn = 3 then p.remaining else 0 end) as pack_3,
        max(case when p.turn = 4 then p.remaining else 0 end) as pack_4,
        max(case when p.turn = 5 then p.remaining else 0 end) as pack_5,
        max(case when p.turn = 6 then p.remaining else 0 end) as pack_6,
        false as is_served
    from draw as d
    inner join pack_case as p
        on
            d.partner_id = p.partner_id
            and d.vehicle = p.vehicle
            and d.local_on >= p.valid_from_on
            and d.local_on <= p.valid_to_on
    where d.is_sure or p.at_worst
    group by d.partner_id, d.vehicle, d.request_id, d.opened_at, p.island, p.at_worst
),

-- The turns are spelled out: a turn depends on what all before it left, which no single window sums up.
turn_1 as (
    select
        q.* exclude (is_served),
        q.is_served or row_number() over (
            partition by q.island, q.at_worst, q.is_served, q.pack_1 order by q.opened_at, q.request_id
        ) <= q.pack_1 as is_served
    from turn_0 as q
),

turn_2 as (
    select
        q.* exclude (is_served),
        q.is_served or row_number() over (
            partition by q.island, q.at_worst, q.is_served, q.pack_2 order by q.opened_at, q.request_id
        ) <= q.pack_2 as is_served
    from turn_1 as q
),

turn_3 as (
    select
        q.* exclude (is_served),
        q.is_served or row_number() over (
            partition by q.island, q.at_worst, q.is_served, q.pack_3 order by q.opened_at, q.request_id
        ) <= q.pack_3 as is_served
    from turn_2 as q
),

turn_4 as (
    select
        q.* exclude (is_served),
        q.is_served or row_number() over (
            partition by q.island, q.at_worst, q.is_served, q.pack_4 order by q.opened_at, q.request_id
        ) <= q.pack_4 as is_served
    from turn_3 as q
),

turn_5 as (
    select
        q.* exclude (is_served),
        q.is_served or row_number() over (
            partition by q.island, q.at_worst, q.is_served, q.pack_5 order by q.opened_at, q.request_id
        ) <= q.pack_5 as is_served
    from turn_4 as q
),

turn_6 as (
    select
        q.* exclude (is_served),
        q.is_served or row_number() over (
            partition by q.island, q.at_worst, q.is_served, q.pack_6 order by q.opened_at, q.request_id
        ) <= q.pack_6 as is_served
    from turn_5 as q
),

pack_use as (
    select
        partner_id,
        request_id,
        vehicle,
        bool_or(is_served and not at_worst) as is_served_at_least,
        bool_or(is_served and at_worst) as is_served_at_most,
        bool_or(is_older) as is_older,
        bool_or(is_beyond) as is_beyond
    from turn_6
    group by partner_id, request_id, vehicle
)

select * from pack_use
