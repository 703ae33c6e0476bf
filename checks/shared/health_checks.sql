/* cspaudit
purpose = "Checks of service health and changes on each ticket, those of a merged ticket counted for the one it went into."
reads   = ["ticket_event"]
uses    = ["known_actors", "standing_tickets"]
*/
-- what the customer or Microsoft did is not the desk's step
with health_step as (
    select *
    from (
        select
            e.partner_id,
            coalesce(m.survivor_id, e.ticket_id) as ticket_id,
            e.kind,
            e.occurred_at,
            coalesce(nullif(e.actor_kind, 'unknown'), a.author, 'unknown') as author
        from ticket_event as e
        left join known_actor as a
            on e.partner_id = a.partner_id
            and case when coalesce(e.actor_kind, 'unknown') = 'unknown' then e.actor_id end = a.actor_id
            and epoch(e.occurred_at) >= a.from_s
            and epoch(e.occurred_at) < a.until_s
        left join merged_ticket as m on e.partner_id = m.partner_id and e.ticket_id = m.ticket_id
        where e.kind in ('health_check', 'change') and e.occurred_at <= cast($as_of as timestamp)
    ) as step
    where author not in ('customer', 'microsoft')
)

select * from health_step
