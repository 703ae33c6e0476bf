/* cspaudit
purpose = "The times that the partner published for replies and resolutions, by terms and severity, and each ticket's opening on the clock of its service hours."
reads   = ["support_target", "support_terms", "calendar_of", "business_calendar"]
uses    = ["standing_tickets"]
*/
with published_target as (
    select
        p.partner_id, p.terms_id, p.measure, p.severity, p.minutes * 60 as target_s, p.clock,
        coalesce(p.target_share, cast(1 as decimal(5, 4))) as target_share
    from support_target as p
    inner join support_terms as t on p.partner_id = t.partner_id and p.terms_id = t.terms_id
),

-- a severity's own target, else the one for any; where there is none for any, an unknown severity has all of them
-- read by the checks that use this part
promise as (  -- noqa: ST03
    select
        partner_id, terms_id, measure, severity, target_share, true as is_complete,
        case when clock = 'business' then target_s end as strictest_business_s,
        case when clock = 'business' then target_s end as loosest_business_s,
        case when clock = 'calendar' then target_s end as strictest_calendar_s,
        case when clock = 'calendar' then target_s end as loosest_calendar_s
    from (
        select * from published_target where severity <> 'any'
        union all
        select g.partner_id, g.terms_id, g.measure, s.severity, g.target_s, g.clock, g.target_share
        from published_target as g
        cross join (
            select 'critical' as severity union all select 'moderate' union all select 'minimal' union all select 'unknown'
        ) as s
        left join published_target as o
            on
                g.partner_id = o.partner_id
                and g.terms_id = o.terms_id
                and g.measure = o.measure
                and s.severity = o.severity
        where g.severity = 'any' and o.terms_id is null
    ) as certain
    union all
    select
        partner_id, terms_id, measure, 'unknown' as severity,
        max(target_share) as target_share, count(*) = 3 as is_complete,
        min(target_s) filter (where clock = 'business') as strictest_business_s,
        max(target_s) filter (where clock = 'business') as loosest_business_s,
        min(target_s) filter (where clock = 'calendar') as strictest_calendar_s,
        max(target_s) filter (where clock = 'calendar') as loosest_calendar_s
    from published_target
    group by partner_id, terms_id, measure
    having not bool_or(severity = 'any')
),

-- where some customers have terms of their own, a ticket of nobody knows whom may fall under any of them
own_terms as (
    select distinct partner_id from calendar_of where customer_id is not null
),

on_calendar as (
    select
        s.partner_id, s.ticket_id, s.customer_id, s.opened_at, s.first_opened_at, s.reopened_at, s.resolved_at,
        s.closed_at, s.is_closed, s.resolution, s.in_scope,
        coalesce(s.severity, 'unknown') as severity,
        coalesce(o.calendar, d.calendar) as calendar,
        s.customer_id is null and w.partner_id is not null as is_customer_decisive,
        cast(floor(epoch(s.first_opened_at)) as bigint) as open_s,
        cast(floor(epoch(s.first_opened_at) / 900) as bigint) as open_slot
    from standing_ticket as s
    left join calendar_of as o on s.partner_id = o.partner_id and s.customer_id = o.customer_id
    left join calendar_of as d on s.partner_id = d.partner_id and d.customer_id is null
    left join own_terms as w on s.partner_id = w.partner_id
),

-- the business seconds up to the opening, those that are known and those of unknown hours, and the terms in force then
opened_ticket as (
    select
        t.* exclude (open_slot),
        b.slot is null as is_outside,
        b.terms_id,
        b.before_s + least(greatest(t.open_s - b.slot * 900 - b.open_from, 0), b.open_to - b.open_from) as open_known_s,
        b.unknown_before_s + case when b.hours_known then 0 else t.open_s - b.slot * 900 end as open_unknown_s
    from on_calendar as t
    left join business_calendar as b on t.calendar = b.calendar and t.open_slot = b.slot
)

select * from opened_ticket
