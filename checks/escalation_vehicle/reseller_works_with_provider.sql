/* cspaudit
title      = "A reseller resolves its tickets or hands them to its provider"
obligation = "REL-INDIRECT"
version    = 2
subject    = "ticket"
needs      = ["ticket.closed_at", "service_request.vehicle", "service_request_ticket"]
uses       = ["ticket_outcomes", "ticket_requests"]
unit       = ""
rationale  = "Indirect resellers are to work with their provider in supporting customers. A ticket that ends neither solved nor handed on helped nobody."
blind_spot = "A hand-over counts whoever of several providers took it, and whenever. Requests filed with Microsoft itself are no breach, and count as handed on. The provider's own log is not looked at."
remedy     = "Hand what cannot be solved to the provider, and keep its case number on the request."

[reasons]
neither_solved_nor_handed = "Ended without a solution, and no request to the provider or to Microsoft was found for it."
closed_after_notice       = "Closed because the customer did not reply, after a notice."
handed_on                 = "A request to the provider or to Microsoft was filed for it."
still_open                = "Still open at the cut-off."
out_of_scope              = "The ticket lies outside the support that the partner owes."
marketplace_product       = "The ticket is about a product of another publisher from the marketplace."
withdrawn                 = "The customer withdrew the ticket."
excluded                  = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged                    = "The ticket was merged into another one, which is judged in its place."
merged_into_unknown       = "The ticket was merged into one that is not in the export."
outcome_unknown           = "The ticket is closed, and the export does not tell how it ended."
notices_missing           = "Closed because the customer did not reply; the exports hold no notices at all, so whether one was sent is unknown."
case_unseen               = "The ticket says that it was handed over, but no request of that time is linked to it."
request_unknown           = "A request that is linked to the ticket is not in the export."
*/
with handed as (
    select
        partner_id, ticket_id,
        bool_or(coalesce(filed_by <> 'customer', false) and requested_at is not null) as is_handed,
        bool_or(requested_at is null) as has_unseen
    from ticket_request
    group by partner_id, ticket_id
),

handover_event as (
    select e.partner_id, coalesce(m.survivor_id, e.ticket_id) as ticket_id
    from ticket_event as e
    left join merged_ticket as m on e.partner_id = m.partner_id and e.ticket_id = m.ticket_id
    where e.kind in ('handover', 'escalate') and e.occurred_at <= cast($as_of as timestamp)
    group by e.partner_id, coalesce(m.survivor_id, e.ticket_id)
),

notice_log as (
    select distinct partner_id from ending_event where has_notice
),

judged as (
    select
        t.partner_id, t.ticket_id, t.opened_at,
        case
            when t.outside is not null then t.outside
            when not (t.is_ended or t.is_undated) then 'still_open'
            when t.outcome in ('solved', 'workaround') then null
            when t.solved_at is not null and t.outcome is null then null
            when h.is_handed then 'handed_on'
            when h.has_unseen then 'request_unknown'
            when t.outcome = 'no_response' and t.is_notified then 'closed_after_notice'
            when e.ticket_id is not null then 'case_unseen'
            when t.outcome = 'no_response' and n.partner_id is null then 'notices_missing'
            when t.outcome is null then 'outcome_unknown'
            else 'neither_solved_nor_handed'
        end as reason
    from ticket_outcome as t
    left join handed as h on t.partner_id = h.partner_id and t.ticket_id = h.ticket_id
    left join notice_log as n on t.partner_id = n.partner_id
    left join handover_event as e on t.partner_id = e.partner_id and t.ticket_id = e.ticket_id
    union all
    select partner_id, ticket_id, opened_at, reason from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null or reason in ('handed_on', 'closed_after_notice') then 'pass'
        when reason = 'neither_solved_nor_handed' then 'fail'
        when reason = 'still_open' then 'not_yet_due'
        when reason in ('out_of_scope', 'marketplace_product', 'withdrawn', 'excluded', 'merged') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from judged
