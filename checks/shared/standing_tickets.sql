/* cspaudit
purpose = "The tickets that stand for themselves, each from the earliest opening among those merged into it, and those set aside: merged or left out of service."
reads   = ["ticket", "ticket_event"]
*/
with merged_ticket as (
    select partner_id, ticket_id, survivor_id, opened_at, category, second_category
    from ticket
    where
        merged_into_id is not null
        and survivor_id is not null
        and excluded_as is null
        and opened_at <= cast($as_of as timestamp)
),

merged_opening as (
    select partner_id, survivor_id as ticket_id, min(opened_at) as opened_at
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

-- a ticket is judged from the earliest opening among those merged into it; one opened again after its close is open
-- read by the checks that use this part
standing_ticket as (  -- noqa: ST03
    select
        t.*,
        case when m.opened_at < t.opened_at then m.opened_at else t.opened_at end as first_opened_at,
        o.reopened_at,
        coalesce(t.closed_at <= cast($as_of as timestamp), false)
        and coalesce(t.closed_at >= o.reopened_at, true) as is_closed
    from ticket as t
    left join merged_opening as m on t.partner_id = m.partner_id and t.ticket_id = m.ticket_id
    left join reopening as o on t.partner_id = o.partner_id and t.ticket_id = o.ticket_id
    where t.merged_into_id is null and t.excluded_as is null and t.opened_at <= cast($as_of as timestamp)
),

set_aside_ticket as (
    select
        t.partner_id, t.ticket_id, t.opened_at, t.category, t.second_category,
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
