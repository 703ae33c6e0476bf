/* cspaudit
title      = "How many technical tickets were solved without Microsoft"
obligation = "ESC-SOLVE"
version    = 1
subject    = "ticket"
notes_only = true
needs      = ["ticket.category", "ticket.resolution", "service_request_ticket"]
uses       = ["period_days", "ticket_requests", "ticket_products"]
unit       = "tickets"
rationale  = "A partner is expected to solve problems itself. No document names a share; the run of the months shows whether the desk grows or only passes on."
blind_spot = "A ticket counts in the month of its opening, and as solved if the desk says so. What was handed to the provider alone counts as without Microsoft, though the provider may have asked it. Requests that are linked to no ticket are not seen."
remedy     = "Look at what is passed on most often, and train the desk in it."

[reasons]
share_told          = "Technical tickets opened in this month and solved without Microsoft: {observed}."
share_told_in_part  = "Technical tickets opened in this month and solved without Microsoft: {observed}. Further tickets of which the export does not tell whether they count: {expected}."
no_technical_ticket = "No technical ticket was opened in this month."
category_unknown    = "Of none of the tickets opened in this month the export tells that it counts as technical: {expected}."
month_running       = "The month had not ended when the exports were taken."
*/
with period_month as (
    select partner_id, month_id, max(local_on) as last_on, bool_and(has_ended) as has_ended
    from period_day
    group by partner_id, month_id
),

passed_on as (
    select
        partner_id, ticket_id,
        bool_or(coalesce(vehicle <> 'provider', false)) as is_with_microsoft,
        bool_or(vehicle is null) as may_be_with_microsoft
    from ticket_request
    group by partner_id, ticket_id
),

-- a ticket is over by its dates up to the cut-off or, where it has none, by its outcome; one opened again is not
outcome as (
    select
        t.partner_id,
        substring(cast(z.local_on as varchar), 1, 7) as month_id,
        t.is_technical and not t.may_be_marketplace as is_technical,
        t.is_technical or t.has_unknown_category as may_be_technical,
        t.is_closed
        or coalesce(t.resolved_at <= cast($as_of as timestamp) and coalesce(t.resolved_at >= t.reopened_at, true), false)
        or coalesce(t.closed_at, t.resolved_at, t.reopened_at) is null as is_over,
        coalesce(t.resolution in ('solved', 'workaround'), false) as is_solved,
        -- without an outcome a ticket that is over by its dates may have been solved
        t.resolution is null and coalesce(t.closed_at, t.resolved_at) is not null as may_be_solved,
        coalesce(p.is_with_microsoft, false) as is_with_microsoft,
        coalesce(p.may_be_with_microsoft, false) as may_be_with_microsoft
    from product_ticket as t
    inner join local_slot as z
        on
            t.partner_id = z.partner_id
            and cast(floor(epoch(t.opened_at) / 900) as bigint) = z.slot
            and z.slot >= cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)
            and z.slot < cast(floor(epoch(cast($end as timestamp)) / 900) as bigint)
    left join passed_on as p on t.partner_id = p.partner_id and t.ticket_id = p.ticket_id
    where not coalesce(t.is_marketplace, false)
),

counted as (
    select
        partner_id, month_id,
        count(*) filter (where is_technical) as technical,
        count(*) filter (where may_be_technical and not is_technical) as perhaps_technical,
        count(*) filter (
            where is_technical and is_over and is_solved and not is_with_microsoft and not may_be_with_microsoft
        ) as at_least,
        count(*) filter (
            where is_technical and is_over and (is_solved or may_be_solved) and not is_with_microsoft
        ) as at_most
    from outcome
    group by partner_id, month_id
),

judged as (
    select
        c.*, m.last_on,
        case
            when not m.has_ended then 'month_running'
            when c.technical = 0 and c.perhaps_technical = 0 then 'no_technical_ticket'
            when c.technical = 0 then 'category_unknown'
            when c.perhaps_technical = 0 then 'share_told'
            else 'share_told_in_part'
        end as reason
    from counted as c
    inner join period_month as m on c.partner_id = m.partner_id and c.month_id = m.month_id
)

select
    partner_id,
    month_id as subject_id,
    last_on as dated_at,
    case
        when reason in ('share_told', 'share_told_in_part') then 'observation'
        when reason = 'month_running' then 'not_yet_due'
        when reason = 'no_technical_ticket' then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case
        when reason in ('share_told', 'share_told_in_part') and at_least = at_most
            then cast(at_least as varchar) || ' of ' || cast(technical as varchar)
        when reason in ('share_told', 'share_told_in_part')
            then cast(at_least as varchar) || ' to ' || cast(at_most as varchar) || ' of ' || cast(technical as varchar)
    end as observed,
    case when reason in ('share_told_in_part', 'category_unknown') then cast(perhaps_technical as varchar) end as expected
from judged
