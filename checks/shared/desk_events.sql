/* cspaudit
purpose = "What was written and diagnosed on tickets and by whom, automatic replies left out; what happened on a merged ticket stands at the one it went into."
reads   = ["ticket_event"]
uses    = ["known_actors", "standing_tickets"]
*/
with authored_event as (
    select
        e.partner_id,
        coalesce(m.survivor_id, e.ticket_id) as ticket_id,
        e.kind,
        e.occurred_at,
        e.links_only,
        coalesce(e.links_only, false) as is_link_only,
        case
            when e.actor_kind in ('agent', 'subcontractor') then 'person'
            else coalesce(nullif(e.actor_kind, 'unknown'), a.author, 'unknown')
        end as author
    from ticket_event as e
    left join known_actor as a
        on e.partner_id = a.partner_id
        and case when coalesce(e.actor_kind, 'unknown') = 'unknown' then e.actor_id end = a.actor_id
        and epoch(e.occurred_at) >= a.from_s
        and epoch(e.occurred_at) < a.until_s
    left join merged_ticket as m on e.partner_id = m.partner_id and e.ticket_id = m.ticket_id
    where
        e.kind in ('reply', 'note', 'diagnosis', 'health_check')
        and e.occurred_at <= cast($as_of as timestamp)
        and (
            coalesce(e.actor_kind, 'unknown') not in ('bot', 'application', 'microsoft', 'customer')
            or e.kind in ('diagnosis', 'health_check')
        )
),

-- a note is a diagnosis if the desk wrote it (false: perhaps), a diagnosis or health check unless it is a stranger's
desk_event as (
    select
        *,
        case
            when kind = 'note' and author = 'person' then true
            when kind = 'note' and author = 'unknown' then false
            when kind in ('diagnosis', 'health_check') and author not in ('customer', 'microsoft') then true
        end as is_diagnosis
    from authored_event
)

select * from desk_event
