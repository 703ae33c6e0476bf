/* cspaudit
title      = "Tickets closed after a reply that only pointed at product pages"
obligation = "SELF-RESOURCES"
version    = 1
subject    = "ticket"
notes_only = true
needs      = ["ticket_event.links_only", "ticket.closed_at"]
uses       = ["standing_tickets", "desk_events"]
unit       = ""
rationale  = "Pointing customers at the product's own pages is a good first step. Where it is the last one too, somebody should know how often."
blind_spot = "Whether a reply only pointed at pages is what the export says; whether the pages solved the problem is not seen. A ticket of which the export does not tell whether it lies in scope is looked at too."
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
author_unknown      = "The desk's reply only pointed at product pages; whether what was written after it is the desk's is not known."
*/
-- when the desk last wrote what only pointed at pages, what did more, and what may have done either; who points customers
-- at pages is the desk
with last_reply as (
    select
        s.partner_id, s.ticket_id,
        max(e.occurred_at) filter (where e.links_only) as link_at,
        max(e.occurred_at) filter (where e.links_only is null) as untold_at,
        max(e.occurred_at) filter (where not e.links_only and e.author <> 'unknown') as other_at,
        max(e.occurred_at) filter (where not e.links_only and e.author = 'unknown') as unauthored_at
    from standing_ticket as s
    inner join desk_event as e
        on s.partner_id = e.partner_id and s.ticket_id = e.ticket_id and e.occurred_at <= s.closed_at
    where s.is_closed and e.kind = 'reply' and e.author not in ('bot', 'application', 'customer', 'microsoft')
    group by s.partner_id, s.ticket_id
),

noted as (
    select
        s.partner_id, s.ticket_id, s.opened_at, l.link_at,
        case
            when not s.in_scope then 'out_of_scope'
            when not s.is_closed then 'still_open'
            when l.ticket_id is null then 'no_reply'
            when coalesce(greatest(l.link_at, l.untold_at) <= l.other_at, coalesce(l.link_at, l.untold_at) is null)
                then 'other_reply'
            when l.untold_at >= coalesce(l.link_at, l.untold_at) then 'links_unknown'
            when l.unauthored_at >= l.link_at then 'author_unknown'
            else 'link_only'
        end as reason
    from standing_ticket as s
    left join last_reply as l on s.partner_id = l.partner_id and s.ticket_id = l.ticket_id
    union all
    select partner_id, ticket_id, opened_at, cast(null as timestamp) as link_at, reason from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason = 'link_only' then 'observation'
        when reason in ('merged_into_unknown', 'links_unknown', 'author_unknown') then 'insufficient_evidence'
        else 'not_applicable'
    end as status,
    reason,
    case when reason = 'link_only' then cast(link_at as varchar) end as observed,
    cast(null as varchar) as expected
from noted
