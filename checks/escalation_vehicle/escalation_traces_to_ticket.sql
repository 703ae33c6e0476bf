/* cspaudit
title      = "Requests to Microsoft or the provider that no ticket stands behind"
obligation = "ESC-UNABLE"
version    = 1
subject    = "service_request"
notes_only = true
needs      = ["service_request", "service_request_ticket", "ticket"]
unit       = ""
rationale  = "A problem is passed on when the desk could not solve it itself. Where no ticket stands behind a request, nobody can see what was tried, nor whether the customer was told."
blind_spot = "A link says nothing of whether ticket and request are about the same problem. Nobody must pass a problem on, and nobody must open a ticket before doing so."
remedy     = "Write the number of the request into the ticket, and open one where there is none."

[reasons]
traced            = "Filed for a ticket: {observed}."
not_traced        = "No ticket is linked to the request."
ticket_unseen     = "The request is linked to a ticket that is not in the export."
filed_by_customer = "Filed by the customer, not by the partner."
*/
with linked as (
    select
        l.partner_id, l.request_id,
        min(t.ticket_id) as first_ticket_id
    from service_request_ticket as l
    left join ticket as t
        on
            l.partner_id = t.partner_id
            and l.ticket_id = t.ticket_id
            and t.opened_at <= cast($as_of as timestamp)
    group by l.partner_id, l.request_id
),

judged as (
    select
        r.partner_id, r.request_id, r.opened_at, l.first_ticket_id,
        case
            when r.filed_by = 'customer' then 'filed_by_customer'
            when l.first_ticket_id is not null then 'traced'
            when l.request_id is not null then 'ticket_unseen'
            else 'not_traced'
        end as reason
    from service_request as r
    left join linked as l on r.partner_id = l.partner_id and r.request_id = l.request_id
    where r.opened_at <= cast($as_of as timestamp)
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case reason
        when 'filed_by_customer' then 'not_applicable'
        when 'ticket_unseen' then 'insufficient_evidence'
        else 'observation'
    end as status,
    reason,
    case when reason = 'traced' then first_ticket_id end as observed,
    cast(null as varchar) as expected
from judged
