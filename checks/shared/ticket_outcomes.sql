/* cspaudit
purpose = "How each ticket that stands for itself ended by the cut-off, and what puts it outside the support that the partner owes."
reads   = ["ticket", "ticket_event", "subscription"]
uses    = ["standing_tickets"]
*/
with ending_event as (
    -- what was done before a ticket was last opened again tells of an earlier end
    select
        e.partner_id, e.ticket_id,
        max(e.occurred_at) filter (where e.kind = 'resolve' and coalesce(e.occurred_at >= o.reopened_at, true)) as resolved_at,
        min(e.occurred_at) filter (where e.kind = 'notice' and coalesce(e.occurred_at >= o.reopened_at, true)) as notified_at,
        bool_or(e.kind = 'customer_confirmed' and coalesce(e.occurred_at >= o.reopened_at, true)) as is_confirmed,
        bool_or(e.kind = 'notice') as has_notice
    from ticket_event as e
    left join reopening as o on e.partner_id = o.partner_id and e.ticket_id = o.ticket_id
    where e.kind in ('resolve', 'notice', 'customer_confirmed') and e.occurred_at <= cast($as_of as timestamp)
    group by e.partner_id, e.ticket_id
),

dated_end as (
    select
        s.*,
        coalesce(s.service, b.service) as product,
        e.notified_at,
        coalesce(e.is_confirmed, false) as is_confirmed,
        coalesce(
            case
                when s.resolved_at <= cast($as_of as timestamp) and coalesce(s.resolved_at >= s.reopened_at, true)
                    then s.resolved_at
            end,
            e.resolved_at
        ) as solved_at
    from standing_ticket as s
    left join ending_event as e on s.partner_id = e.partner_id and s.ticket_id = e.ticket_id
    left join subscription as b on s.partner_id = b.partner_id and s.subscription_id = b.subscription_id
),

-- a resolution counts where its day is known, or where no date at all says when it came
known_end as (
    select
        *,
        is_closed or solved_at is not null as is_ended,
        resolution is not null
        and closed_at is null
        and resolved_at is null
        and solved_at is null
        and reopened_at is null as is_undated,
        coalesce(notified_at <= case when is_closed then closed_at else solved_at end, false) as is_notified,
        coalesce(least(case when is_closed then closed_at end, solved_at) < opened_at, false) as has_odd_dates
    from dated_end
),

ticket_outcome as (
    select
        *,
        case when is_ended or is_undated then resolution end as outcome,
        case
            when not in_scope then 'out_of_scope'
            when product = 'marketplace' then 'marketplace_product'
            when (is_ended or is_undated) and resolution = 'withdrawn' then 'withdrawn'
            when (is_ended or is_undated) and resolution = 'out_of_scope' and in_scope is null then 'out_of_scope'
        end as outside
    from known_end
)

select * from ticket_outcome  -- noqa: AM04
