/* cspaudit
purpose = "The tickets that stand for themselves, each from the earliest opening among those merged into it, and those set aside: merged or left out of service."
reads   = ["ticket", "ticket_event"]
*/
with merged_ticket as (
    select
        partner_id, ticket_id, survivor_id, opened_at,
        'billing' in (coalesce(category, ''), coalesce(second_category, '')) as is_billing,
        'technical' in (coalesce(category, ''), coalesce(second_category, '')) as is_technical,
        'unknown' in (coalesce(category, 'unknown'), coalesce(second_category, '')) as has_unknown_category
    from ticket
    where
        merged_into_id is not null
        and survivor_id is not null
        and excluded_as is null
        and opened_at <= cast($as_of as timestamp)
),

merged_opening as (
    select
        partner_id, survivor_id as ticket_id,
        min(opened_at) as opened_at,
        bool_or(is_billing) as is_billing,
        bool_or(is_technical) as is_technical,
        bool_or(has_unknown_category) as has_unknown_category
    from merged_ticket
    group by partner_id, survivor_id
),

seen_survivor as (
    select distinct t.partner_id, t.ticket_id
    from ticket as t
    inner join ticket as m on t.partner_id = m.partner_id and t.ticket_id = m.survivor_id
    where m.merged_into_id is not null and t.opened_at <= cast($as_of as timestamp)
),

reopening as (
    select partner_id, ticket_id, max(occurred_at) as reopened_at
    from ticket_event
    where kind = 'reopen' and occurred_at <= cast($as_of as timestamp)
    group by partner_id, ticket_id
),

-- a ticket is judged from the earliest opening among those merged into it, and is about what they are about too; one
-- opened again after its close is open
-- read by the checks that use this part
standing_ticket as (  -- noqa: ST03
    select
        t.*,
        case when m.opened_at < t.opened_at then m.opened_at else t.opened_at end as first_opened_at,
        o.reopened_at,
        'billing' in (coalesce(t.category, ''), coalesce(t.second_category, ''))
        or coalesce(m.is_billing, false) as is_billing,
        'technical' in (coalesce(t.category, ''), coalesce(t.second_category, ''))
        or coalesce(m.is_technical, false) as is_technical,
        'unknown' in (coalesce(t.category, 'unknown'), coalesce(t.second_category, ''))
        or coalesce(m.has_unknown_category, false) as has_unknown_category,
        coalesce(t.closed_at <= cast($as_of as timestamp), false)
        and coalesce(t.closed_at >= o.reopened_at, true) as is_closed
    from ticket as t
    left join merged_opening as m on t.partner_id = m.partner_id and t.ticket_id = m.ticket_id
    left join reopening as o on t.partner_id = o.partner_id and t.ticket_id = o.ticket_id
    where t.merged_into_id is null and t.excluded_as is null and t.opened_at <= cast($as_of as timestamp)
),

set_aside_ticket as (
    select
        t.partner_id, t.ticket_id, t.opened_at,
        'billing' in (coalesce(t.category, ''), coalesce(t.second_category, '')) as is_billing,
        'technical' in (coalesce(t.category, ''), coalesce(t.second_category, '')) as is_technical,
        'unknown' in (coalesce(t.category, 'unknown'), coalesce(t.second_category, '')) as has_unknown_category,
        case
            when t.excluded_as is not null then 'excluded'
            when s.ticket_id is not null then 'merged'
            else 'merged_into_unknown'
        end as reason
    from ticket as t
    left join seen_survivor as s on t.partner_id = s.partner_id and t.survivor_id = s.ticket_id
    where
        t.opened_at <= cast($as_of as timestamp) and (t.excluded_as is not null or t.merged_into_id is not null)
)

select * from set_aside_ticket
