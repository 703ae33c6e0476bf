/* cspaudit
title      = "Tickets within the scope of support are resolved, or go to Microsoft or the provider"
obligation = "SUP-RESOLVE"
version    = 1
subject    = "ticket"
needs      = ["ticket.in_scope"]
reads      = ["service_request", "service_request_ticket", "local_slot"]
uses       = ["ticket_outcomes", "cut_off_days"]
unit       = "days"
rationale  = "Whoever supports a customer resolves what lies within the support that every partner owes, or passes on what it cannot resolve. A ticket closed with neither leaves the customer alone."
blind_spot = "What lies within scope is taken from the export: the pages that draw the line could not be had. Whether a solution helped is not seen. A request linked to the ticket counts as passed on whoever filed it and whenever it was filed. A ticket opened again is as old as its last opening."
remedy     = "Close a ticket only with a solution, pass on what cannot be resolved, and tell a silent customer before its ticket is closed."

[params]
days = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]
refused             = "Closed as refused, and no request to Microsoft or the provider was found for it."
closed_by_silence   = "Closed because the customer did not reply, with neither a notice before nor a request to Microsoft or the provider."
open_too_long       = "Open for {observed} days at the cut-off; {expected} are allowed, and no request to Microsoft or the provider was found for it."
still_open          = "Still open at the cut-off."
escalated           = "A request to Microsoft or the provider was filed for it."
closed_after_notice = "Closed because the customer did not reply, after a notice."
out_of_scope        = "The ticket lies outside the support that the partner owes."
marketplace_product = "The ticket is about a product of another publisher from the marketplace."
withdrawn           = "The customer withdrew the ticket."
excluded            = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged              = "The ticket was merged into another one, which is judged in its place."
merged_into_unknown = "The ticket was merged into one that is not in the export."
scope_unknown       = "The export does not tell whether the ticket lies within the scope of support."
scope_contradictory = "The ticket is marked as within scope and was closed as out of scope."
outcome_unknown     = "The ticket is closed, and the export does not tell how it ended."
end_undated         = "The export tells how the ticket ended, but not when."
dates_contradictory = "The ticket is dated as ended before it was opened."
notices_missing     = "Closed because the customer did not reply; the exports hold no notices at all, so whether one was sent is unknown."
request_unknown     = "No solution is seen; a request that is linked to the ticket is not in the export."
escalation_unclear  = "No solution is seen; the ticket was passed on, and the export does not tell whether to Microsoft or the provider."
requests_missing    = "No solution is seen; the exports do not tell for which tickets requests were filed."
*/
with linked_request as (
    -- what was filed or passed on for a merged ticket was so for the one it went into
    select
        l.partner_id,
        coalesce(m.survivor_id, l.ticket_id) as ticket_id,
        coalesce(bool_or(r.opened_at <= cast($as_of as timestamp)), false) as is_escalated,
        bool_or(r.request_id is null) as has_unknown_request
    from service_request_ticket as l
    left join service_request as r on l.partner_id = r.partner_id and l.request_id = r.request_id
    left join merged_ticket as m on l.partner_id = m.partner_id and l.ticket_id = m.ticket_id
    group by l.partner_id, coalesce(m.survivor_id, l.ticket_id)
),

-- within the desk or beyond it
passing_on as (
    select distinct e.partner_id, coalesce(m.survivor_id, e.ticket_id) as ticket_id
    from ticket_event as e
    left join merged_ticket as m on e.partner_id = m.partner_id and e.ticket_id = m.ticket_id
    where e.kind in ('escalate', 'handover') and e.occurred_at <= cast($as_of as timestamp)
),

request_log as (
    select distinct partner_id from service_request_ticket
),

notice_log as (
    select distinct partner_id from ending_event where has_notice
),

weighed as (
    select
        t.partner_id, t.ticket_id, t.opened_at, t.in_scope, t.outside, t.outcome, t.is_ended, t.is_undated,
        t.has_odd_dates, t.is_notified, c.cut_off_day,
        t.solved_at is not null as is_solved,
        n.partner_id is not null as has_notice_log,
        coalesce(l.is_escalated, false) as is_escalated,
        case
            when l.has_unknown_request then 'request_unknown'
            when p.ticket_id is not null then 'escalation_unclear'
            when g.partner_id is null then 'requests_missing'
        end as doubt,
        cast(floor(
            (epoch(greatest(t.first_opened_at, t.reopened_at)) + coalesce(z.offset_s, c.offset_s)) / 86400
        ) as bigint) as opened_day
    from ticket_outcome as t
    inner join cut_off as c on t.partner_id = c.partner_id
    left join linked_request as l on t.partner_id = l.partner_id and t.ticket_id = l.ticket_id
    left join passing_on as p on t.partner_id = p.partner_id and t.ticket_id = p.ticket_id
    left join request_log as g on t.partner_id = g.partner_id
    left join notice_log as n on t.partner_id = n.partner_id
    left join local_slot as z
        on t.partner_id = z.partner_id
        and case
            when not t.is_ended
                then cast(floor(epoch(greatest(t.first_opened_at, t.reopened_at)) / 900) as bigint)
        end = z.slot
),

-- what the ticket comes to if it lies within scope
within_scope as (
    select
        *,
        cut_off_day - opened_day as age,
        case
            when is_escalated then 'escalated'
            when is_undated then 'end_undated'
            -- the last day allowed counts once it has ended
            when not is_ended and coalesce(cut_off_day - opened_day <= $days, true) then 'still_open'
            when not is_ended then coalesce(doubt, 'open_too_long')
            when has_odd_dates then 'dates_contradictory'
            when outcome in ('solved', 'workaround') then null
            when outcome = 'refused' then coalesce(doubt, 'refused')
            when outcome = 'no_response' and is_notified then 'closed_after_notice'
            when outcome = 'no_response' and not has_notice_log then coalesce(doubt, 'notices_missing')
            when outcome = 'no_response' then coalesce(doubt, 'closed_by_silence')
            when outcome = 'out_of_scope' then 'scope_contradictory'
            when is_solved then null
            else 'outcome_unknown'
        end as reason_within
    from weighed
),

reasoned as (
    select
        partner_id, ticket_id, opened_at, age,
        case
            when outside is not null then outside
            -- an open ticket is not due yet, in scope or not
            when in_scope is null and coalesce(reason_within, '') <> 'still_open' then 'scope_unknown'
            else reason_within
        end as reason
    from within_scope
    union all
    select partner_id, ticket_id, opened_at, cast(null as bigint) as age, reason
    from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null or reason in ('escalated', 'closed_after_notice') then 'pass'
        when reason in ('refused', 'closed_by_silence', 'open_too_long') then 'fail'
        when reason = 'still_open' then 'not_yet_due'
        when reason in ('out_of_scope', 'marketplace_product', 'withdrawn', 'excluded', 'merged') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason in ('open_too_long', 'still_open') then cast(age as varchar) end as observed,
    case when reason in ('open_too_long', 'still_open') then cast($days as varchar) end as expected
from reasoned
