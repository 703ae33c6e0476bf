/* cspaudit
title      = "Tickets closed after a reply that only pointed at product pages"
obligation = "SELF-RESOURCES"
version    = 1
subject    = "ticket"
notes_only = true
needs      = ["ticket_event.links_only", "ticket.closed_at"]
uses       = ["standing_tickets"]
unit       = ""
rationale  = "Pointing customers at the product's own pages is a good first step. Where it is the last one too, somebody should know how often."
blind_spot = "Whether a reply only pointed at pages is what the export says; whether the pages solved the problem is not seen."
remedy     = "Look through these tickets: was the customer helped?"

[reasons]
link_only           = "Closed, and the last reply before, of {observed} (UTC), only pointed at product pages."
other_reply         = "The last reply before the closing did more than point at pages."
no_reply            = "Closed without a reply of the desk."
still_open          = "The ticket is still open."
out_of_scope        = "The ticket lies outside the support that the partner owes."
excluded            = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged              = "The ticket was merged into another one, which is looked at in its place."
merged_into_unknown = "The ticket was merged into one that is not in the export."
links_unknown       = "The export does not tell whether the last reply before the closing only pointed at pages."
*/
with desk_reply as (
    select
        e.partner_id,
        coalesce(m.survivor_id, e.ticket_id) as ticket_id,
        e.occurred_at, e.links_only
    from ticket_event as e
    left join merged_ticket as m on e.partner_id = m.partner_id and e.ticket_id = m.ticket_id
    where
        e.kind = 'reply'
        and coalesce(e.actor_kind, 'unknown') not in ('bot', 'application', 'customer', 'microsoft')
        and e.occurred_at <= cast($as_of as timestamp)
),

-- of several replies in the same second one that did more is the last
last_reply as (
    select
        s.partner_id, s.ticket_id, r.occurred_at as replied_at,
        bool_and(coalesce(r.links_only, true)) as may_be_link_only,
        bool_or(r.links_only is null) as is_untold
    from standing_ticket as s
    inner join desk_reply as r
        on s.partner_id = r.partner_id and s.ticket_id = r.ticket_id and r.occurred_at <= s.closed_at
    where s.is_closed
    group by s.partner_id, s.ticket_id, r.occurred_at
    qualify row_number() over (partition by s.partner_id, s.ticket_id order by r.occurred_at desc) = 1
),

noted as (
    select
        s.partner_id, s.ticket_id, s.opened_at, l.replied_at,
        case
            when not s.in_scope then 'out_of_scope'
            when not s.is_closed then 'still_open'
            when l.ticket_id is null then 'no_reply'
            when not l.may_be_link_only then 'other_reply'
            when l.is_untold then 'links_unknown'
            else 'link_only'
        end as reason
    from standing_ticket as s
    left join last_reply as l on s.partner_id = l.partner_id and s.ticket_id = l.ticket_id
    union all
    select partner_id, ticket_id, opened_at, cast(null as timestamp) as replied_at, reason from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason = 'link_only' then 'observation'
        when reason in ('merged_into_unknown', 'links_unknown') then 'insufficient_evidence'
        else 'not_applicable'
    end as status,
    reason,
    case when reason = 'link_only' then cast(replied_at as varchar) end as observed,
    cast(null as varchar) as expected
from noted
