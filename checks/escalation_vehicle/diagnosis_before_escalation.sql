/* cspaudit
title      = "Technical problems are diagnosed before a request goes to Microsoft or the provider"
obligation = "SUP-DIAGNOSE"
version    = 2
subject    = "ticket"
needs      = ["ticket.category", "service_request_ticket", "ticket_event.kind=note|diagnosis|health_check"]
uses       = ["ticket_requests", "desk_events"]
unit       = ""
rationale  = "Whoever owns the customer's support looks into a problem first; a request passed on without a trace of that shows a letter box, not a support desk."
blind_spot = "A trace of a diagnosis says nothing of its quality, and a diagnosis made on the telephone and never written down is not seen. A note counts whatever it says."
remedy     = "Write down what was checked, as an internal note or a diagnosis, before a request to Microsoft or the provider is filed."

[reasons]
not_diagnosed           = "No diagnosis, health check or internal note was found, though a request was filed at {expected} (UTC)."
diagnosed_afterwards    = "The first diagnosis, health check or internal note came at {observed} (UTC), after the request filed at {expected} (UTC)."
not_technical           = "The ticket is not about a technical problem."
excluded                = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged                  = "The ticket was merged into another one, which is judged in its place."
merged_into_unknown     = "The ticket was merged into one that is not in the export."
category_unknown        = "The export does not tell whether the ticket is about a technical problem."
author_unknown          = "Before the request there is only a note whose author cannot be told to belong to the support desk."
request_date_unknown    = "A request that is linked to the ticket is not in the export, so that its date is unknown."
request_before_ticket   = "The request is dated before the ticket was opened."
diagnosis_before_ticket = "The only diagnosis, health check or internal note before the request is dated before the ticket was opened."
*/
with linked_ticket as (
    select
        partner_id,
        ticket_id,
        min(requested_at) as requested_at,
        bool_or(requested_at is null) as has_undated_request
    from ticket_request
    group by partner_id, ticket_id
),

escalated as (
    select
        t.partner_id, t.ticket_id, t.opened_at, t.first_opened_at, t.is_technical, t.has_unknown_category,
        l.requested_at, l.has_undated_request
    from standing_ticket as t
    inner join linked_ticket as l on t.partner_id = l.partner_id and t.ticket_id = l.ticket_id
),

diagnosed as (
    select
        t.partner_id,
        t.ticket_id,
        min(d.occurred_at) filter (where d.is_diagnosis and d.occurred_at >= t.first_opened_at) as diagnosed_at,
        min(d.occurred_at) filter (where not d.is_diagnosis) as unclear_at,
        bool_or(d.is_diagnosis and d.occurred_at < t.first_opened_at) as is_dated_too_early
    from escalated as t
    inner join desk_event as d on t.partner_id = d.partner_id and t.ticket_id = d.ticket_id
    group by t.partner_id, t.ticket_id
),

examined as (
    select
        t.*,
        d.diagnosed_at,
        -- in the same second the order cannot be told, and one form often writes both: taken as before
        coalesce(d.diagnosed_at <= t.requested_at, false) as is_diagnosed,
        coalesce(d.unclear_at <= t.requested_at, false) as may_be_diagnosed,
        coalesce(d.is_dated_too_early, false) as is_dated_too_early
    from escalated as t
    left join diagnosed as d on t.partner_id = d.partner_id and t.ticket_id = d.ticket_id
),

-- set aside, and linked to a request itself or through a ticket merged into it
set_aside_request as (
    select partner_id, ticket_id from ticket_request
    union
    select partner_id, linked_ticket_id as ticket_id from ticket_request
),

-- a request of unknown date may have been the first: that can spoil a diagnosis in time, never mend a missing one
reasoned as (
    select
        partner_id,
        ticket_id,
        opened_at,
        requested_at,
        diagnosed_at,
        case
            when not is_technical and not has_unknown_category then 'not_technical'
            when not is_technical then 'category_unknown'
            when requested_at is null then 'request_date_unknown'
            when is_diagnosed and has_undated_request then 'request_date_unknown'
            when is_diagnosed then null
            when requested_at < first_opened_at then 'request_before_ticket'
            when is_dated_too_early then 'diagnosis_before_ticket'
            when may_be_diagnosed then 'author_unknown'
            when diagnosed_at is not null then 'diagnosed_afterwards'
            else 'not_diagnosed'
        end as reason
    from examined
    union all
    select
        s.partner_id, s.ticket_id, s.opened_at,
        cast(null as timestamp) as requested_at, cast(null as timestamp) as diagnosed_at,
        s.reason
    from set_aside_ticket as s
    inner join set_aside_request as r on s.partner_id = r.partner_id and s.ticket_id = r.ticket_id
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('diagnosed_afterwards', 'not_diagnosed') then 'fail'
        when reason in ('excluded', 'merged', 'not_technical') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason is null or reason = 'diagnosed_afterwards' then cast(diagnosed_at as varchar) end as observed,
    case
        when reason is null or reason in ('diagnosed_afterwards', 'not_diagnosed') then cast(requested_at as varchar)
    end as expected
from reasoned
