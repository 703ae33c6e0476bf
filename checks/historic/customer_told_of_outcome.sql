/* cspaudit
title      = "Customers are told how a problem passed on to Microsoft ended"
obligation = "HIST-CLOSE-LOOP"
version    = 1
subject    = "ticket"
needs      = ["ticket.closed_at", "service_request_ticket", "ticket_event.kind=reply"]
reads      = ["message"]
uses       = ["ticket_outcomes", "ticket_requests", "desk_events"]
unit       = ""
rationale  = "From December 2016 to September 2018 partners had to close the loop: to tell the customer once a problem was resolved."
blind_spot = "A reply or an outgoing mail on the ticket counts whatever it says. Calls are seen only where the ticket tool holds them."
remedy     = "Write to the customer when the request at Microsoft ends, and close the ticket afterwards."

[params]
before_minutes = { value = 60, basis = "auditor policy: the last reply and the click that resolves the ticket are one step" }

[reasons]
not_told            = "Closed, and nothing was written to the customer once it was resolved at {expected} (UTC)."
not_told_yet        = "Nothing was written to the customer since it was resolved at {expected} (UTC), and the ticket is still open."
not_escalated       = "No request to Microsoft or the provider was filed for it."
not_resolved        = "The ticket has not been resolved."
out_of_scope        = "The ticket lies outside the support that the partner owes."
marketplace_product = "The ticket is about a product of another publisher from the marketplace."
withdrawn           = "The customer withdrew the ticket."
excluded            = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged              = "The ticket was merged into another one, which is judged in its place."
merged_into_unknown = "The ticket was merged into one that is not in the export."
resolution_undated  = "The ticket is resolved, and the export does not tell when."
author_unknown      = "There is a reply of which the export does not tell whether a person of the support desk wrote it."
*/
with escalated as (
    select distinct partner_id, ticket_id from ticket_request
),

resolved as (
    select
        t.partner_id, t.ticket_id, t.opened_at, t.outside, t.is_closed,
        e.ticket_id is not null as is_escalated,
        coalesce(t.solved_at, case when t.is_closed and t.outcome in ('solved', 'workaround') then t.closed_at end) as resolved_at,
        t.outcome in ('solved', 'workaround') as is_resolved
    from ticket_outcome as t
    left join escalated as e on t.partner_id = e.partner_id and t.ticket_id = e.ticket_id
),

told as (
    select
        r.partner_id, r.ticket_id,
        bool_or(d.author <> 'unknown') as is_certain
    from resolved as r
    inner join desk_event as d
        on
            r.partner_id = d.partner_id
            and r.ticket_id = d.ticket_id
            and epoch(d.occurred_at) >= epoch(r.resolved_at) - cast($before_minutes as bigint) * 60
    where d.kind = 'reply' and d.author in ('person', 'provider', 'unknown') and r.is_escalated
    group by r.partner_id, r.ticket_id
),

mailed as (
    select distinct r.partner_id, r.ticket_id
    from resolved as r
    inner join message as m
        on
            r.partner_id = m.partner_id
            and r.ticket_id = m.ticket_id
            and epoch(m.sent_at) >= epoch(r.resolved_at) - cast($before_minutes as bigint) * 60
    where
        m.direction = 'outbound'
        and coalesce(m.delivery_status, 'delivered') <> 'bounced'
        and not coalesce(m.is_automated, false)
        and m.sent_at <= cast($as_of as timestamp)
        and r.is_escalated
),

judged as (
    select
        r.partner_id, r.ticket_id, r.opened_at, r.resolved_at,
        case
            when r.outside is not null then r.outside
            when not r.is_escalated then 'not_escalated'
            when r.resolved_at is null and r.is_resolved then 'resolution_undated'
            when r.resolved_at is null then 'not_resolved'
            when t.is_certain or m.ticket_id is not null then null
            when t.ticket_id is not null then 'author_unknown'
            when r.is_closed then 'not_told'
            else 'not_told_yet'
        end as reason
    from resolved as r
    left join told as t on r.partner_id = t.partner_id and r.ticket_id = t.ticket_id
    left join mailed as m on r.partner_id = m.partner_id and r.ticket_id = m.ticket_id
    union all
    select partner_id, ticket_id, opened_at, cast(null as timestamp) as resolved_at, reason from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'not_told' then 'fail'
        when reason = 'not_told_yet' then 'not_yet_due'
        when
            reason in (
                'not_escalated', 'not_resolved', 'out_of_scope', 'marketplace_product', 'withdrawn', 'excluded', 'merged'
            )
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    case when reason in ('not_told', 'not_told_yet') then cast(resolved_at as varchar) end as expected
from judged
