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

-- where no contract of the provider is listed at all, what it holds is unknown; read by the checks that use this part
provider_list as (  -- noqa: ST03
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

-- contracts of unknown kind that may cover the request; read by the checks that use this part
unlabelled as (  -- noqa: ST03
    select r.partner_id, r.request_id, bool_or(c.incident_quantity is not null) as has_pack
    from request as r
    inner join contract as c
        on r.partner_id = c.partner_id and r.local_on >= c.valid_from_on and r.local_on <= c.valid_to_on
    where c.vehicle = 'unknown' and c.holder = 'partner'
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
        and (r.filed_by = 'partner' or not h.has_provider) as is_sure
    from request as r
    inner join held as h on r.partner_id = h.partner_id and r.request_id = h.request_id
    where
        h.pack_total >= 0
        and not h.has_unlimited
        and r.issue_type <> 'commercial'
        and r.filed_by <> 'customer'
        and not (r.filed_by = 'provider' and h.has_provider_unlimited)
),

seen_from as (
    -- inside the period the coverage of the export is measured elsewhere; before it, only what is seen counts
    select
        r.partner_id,
        least(
            min(r.local_on),
            coalesce(min(z.local_on), min(r.local_on)),
            coalesce(cast($requests_complete_from as date), min(r.local_on))
        ) as seen_from_on
    from request as r
    left join local_slot as z
        on r.partner_id = z.partner_id and z.slot = cast(floor(epoch($start) / 900) as bigint)
    group by r.partner_id
),

pack as (
    -- packs of the same days are one
    select partner_id, vehicle, valid_from_on, valid_to_on, sum(incident_quantity) as quantity
    from contract
    where holder = 'partner' and incident_quantity is not null
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

pack_island as (
    select
        *,
        sum(is_first) over (
            partition by partner_id, vehicle
            order by valid_from_on, valid_to_on
            rows between unbounded preceding and current row
        ) as island
    from pack_edge
),

pack_in_turn as (
    -- Each request takes from the valid pack that ends first. That order is the same for all requests, so pack after
    -- pack can take its first requests among those that the packs before it left: six turns, and no recursion.
    select
        p.*,
        s.seen_from_on,
        row_number() over (
            partition by p.partner_id, p.vehicle, p.island order by p.valid_to_on, p.valid_from_on
        ) as turn
    from pack_island as p
    inner join seen_from as s on p.partner_id = s.partner_id
),

pack_case as (
    -- least: only what surely used the packs did; most: doubtful requests did too, and packs that began before the
    -- first request seen were used up unseen. More requests before never help a later one, so these are the extremes.
    select partner_id, vehicle, island, turn, valid_from_on, valid_to_on, 'least' as assumed, quantity
    from pack_in_turn
    union all
    select
        partner_id, vehicle, island, turn, valid_from_on, valid_to_on, 'most' as assumed,
        case when valid_from_on < seen_from_on then 0 else quantity end as quantity
    from pack_in_turn
),

island_day as (
    select partner_id, vehicle, island, min(valid_from_on) as valid_from_on, max(valid_to_on) as valid_to_on
    from pack_in_turn
    group by partner_id, vehicle, island
),

turn_0 as (
    select d.partner_id, d.vehicle, i.island, a.assumed, d.request_id, d.opened_at, d.local_on, false as is_served
    from draw as d
    inner join island_day as i
        on
            d.partner_id = i.partner_id
            and d.vehicle = i.vehicle
            and d.local_on >= i.valid_from_on
            and d.local_on <= i.valid_to_on
    inner join (select true as is_sure, 'least' as assumed union all select true, 'most' union all select false, 'most') as a
        on d.is_sure = a.is_sure
),

-- The turns are spelled out: a turn depends on what all before it left, which no single window sums up.
turn_1 as (
    select
        q.* exclude (is_served),
        q.is_served or coalesce(row_number() over (
            partition by q.partner_id, q.vehicle, q.island, q.assumed, q.is_served, p.turn
            order by q.opened_at, q.request_id
        ) <= p.quantity, false) as is_served
    from turn_0 as q
    left join pack_case as p
        on
            q.partner_id = p.partner_id and q.vehicle = p.vehicle and q.island = p.island
            and q.assumed = p.assumed and p.turn = 1
            and q.local_on >= p.valid_from_on and q.local_on <= p.valid_to_on
),

turn_2 as (
    select
        q.* exclude (is_served),
        q.is_served or coalesce(row_number() over (
            partition by q.partner_id, q.vehicle, q.island, q.assumed, q.is_served, p.turn
            order by q.opened_at, q.request_id
        ) <= p.quantity, false) as is_served
    from turn_1 as q
    left join pack_case as p
        on
            q.partner_id = p.partner_id and q.vehicle = p.vehicle and q.island = p.island
            and q.assumed = p.assumed and p.turn = 2
            and q.local_on >= p.valid_from_on and q.local_on <= p.valid_to_on
),

turn_3 as (
    select
        q.* exclude (is_served),
        q.is_served or coalesce(row_number() over (
            partition by q.partner_id, q.vehicle, q.island, q.assumed, q.is_served, p.turn
            order by q.opened_at, q.request_id
        ) <= p.quantity, false) as is_served
    from turn_2 as q
    left join pack_case as p
        on
            q.partner_id = p.partner_id and q.vehicle = p.vehicle and q.island = p.island
            and q.assumed = p.assumed and p.turn = 3
            and q.local_on >= p.valid_from_on and q.local_on <= p.valid_to_on
),

turn_4 as (
    select
        q.* exclude (is_served),
        q.is_served or coalesce(row_number() over (
            partition by q.partner_id, q.vehicle, q.island, q.assumed, q.is_served, p.turn
            order by q.opened_at, q.request_id
        ) <= p.quantity, false) as is_served
    from turn_3 as q
    left join pack_case as p
        on
            q.partner_id = p.partner_id and q.vehicle = p.vehicle and q.island = p.island
            and q.assumed = p.assumed and p.turn = 4
            and q.local_on >= p.valid_from_on and q.local_on <= p.valid_to_on
),

turn_5 as (
    select
        q.* exclude (is_served),
        q.is_served or coalesce(row_number() over (
            partition by q.partner_id, q.vehicle, q.island, q.assumed, q.is_served, p.turn
            order by q.opened_at, q.request_id
        ) <= p.quantity, false) as is_served
    from turn_4 as q
    left join pack_case as p
        on
            q.partner_id = p.partner_id and q.vehicle = p.vehicle and q.island = p.island
            and q.assumed = p.assumed and p.turn = 5
            and q.local_on >= p.valid_from_on and q.local_on <= p.valid_to_on
),

turn_6 as (
    select
        q.* exclude (is_served),
        q.is_served or coalesce(row_number() over (
            partition by q.partner_id, q.vehicle, q.island, q.assumed, q.is_served, p.turn
            order by q.opened_at, q.request_id
        ) <= p.quantity, false) as is_served
    from turn_5 as q
    left join pack_case as p
        on
            q.partner_id = p.partner_id and q.vehicle = p.vehicle and q.island = p.island
            and q.assumed = p.assumed and p.turn = 6
            and q.local_on >= p.valid_from_on and q.local_on <= p.valid_to_on
),

pack_use as (
    select
        q.partner_id,
        q.request_id,
        q.vehicle,
        bool_or(q.is_served and q.assumed = 'least') as is_served_at_least,
        bool_or(q.is_served and q.assumed = 'most') as is_served_at_most,
        bool_or(p.valid_from_on < p.seen_from_on) as is_older,
        max(p.turn) > 6 as is_beyond
    from turn_6 as q
    inner join pack_in_turn as p
        on
            q.partner_id = p.partner_id and q.vehicle = p.vehicle and q.island = p.island
            and q.local_on >= p.valid_from_on and q.local_on <= p.valid_to_on
    group by q.partner_id, q.request_id, q.vehicle
)

select * from pack_use
