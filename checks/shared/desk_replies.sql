/* cspaudit
purpose = "Replies on tickets that a person, a provider or somebody unknown wrote, those on merged tickets at the ticket they went into."
reads   = ["ticket_event"]
uses    = ["known_actors", "standing_tickets"]
*/
with reply as (
    select
        e.partner_id,
        coalesce(m.survivor_id, e.ticket_id) as ticket_id,
        e.occurred_at,
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
        e.kind = 'reply'
        and e.occurred_at <= cast($as_of as timestamp)
        and coalesce(e.actor_kind, 'unknown') not in ('bot', 'application', 'microsoft', 'customer')
)

select * from reply
