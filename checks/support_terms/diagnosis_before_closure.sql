/* cspaudit
title      = "Technical problems are diagnosed before their tickets are closed"
obligation = "SUP-DIAGNOSE"
version    = 1
subject    = "ticket"
needs      = ["ticket.category", "ticket.closed_at", "ticket_event.kind=note|diagnosis|health_check"]
uses       = ["standing_tickets", "desk_events"]
unit       = ""
rationale  = "A technical ticket that is closed without a trace of anybody having looked into the problem was disposed of, not supported."
blind_spot = "A trace of a diagnosis says nothing of its quality, and a diagnosis made on the telephone and never written down is not seen. A note counts whatever it says, and whether a reply asked about the problem is not read."
remedy     = "Write down what was checked, as an internal note or a diagnosis, before a technical ticket is closed."

[reasons]
not_diagnosed           = "No diagnosis, health check, internal note or reply of the desk was found, though the ticket was closed at {expected} (UTC)."
diagnosed_afterwards    = "The first diagnosis, health check or internal note came at {observed} (UTC), after the closing at {expected} (UTC)."
still_open              = "The ticket is still open."
no_problem              = "The ticket asks for something to be done or explained; there is no problem to diagnose."
withdrawn               = "The customer withdrew the request before anybody looked into it."
has_parent              = "The ticket belongs to a parent ticket, where the problem is looked into."
excluded                = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged                  = "The ticket was merged into another one, which is judged in its place."
merged_into_unknown     = "The ticket was merged into one that is not in the export."
category_unknown        = "The export does not tell whether the ticket is about a technical problem."
closed_before_opened    = "The closing is dated before the ticket was opened."
diagnosis_before_ticket = "The only diagnosis, health check or internal note is dated before the ticket was opened."
author_unknown          = "Before the closing there is only a note whose author cannot be told to belong to the support desk."
only_replies            = "Before the closing there are only replies; whether one of them asked about the problem was not read."
request_type_unknown    = "Nothing was diagnosed, and the export does not tell whether the ticket reports a problem or asks for something else."
*/
with technical_ticket as (
    select
        partner_id, ticket_id, opened_at, first_opened_at, is_closed, closed_at, is_technical,
        coalesce(request_type, 'unknown') as request_type,
        parent_id is not null as has_parent,
        coalesce(resolution = 'withdrawn', false) as is_withdrawn
    from standing_ticket
    where is_technical or has_unknown_category
),

diagnosed as (
    select
        t.partner_id, t.ticket_id,
        min(e.occurred_at) filter (where e.is_diagnosis and e.occurred_at >= t.first_opened_at) as diagnosed_at,
        min(e.occurred_at) filter (where not e.is_diagnosis) as unclear_at,
        min(e.occurred_at) filter (
            where e.kind = 'reply' and e.author in ('person', 'unknown') and not e.is_link_only
        ) as replied_at,
        bool_or(e.is_diagnosis and e.occurred_at < t.first_opened_at) as is_dated_too_early
    from technical_ticket as t
    inner join desk_event as e on t.partner_id = e.partner_id and t.ticket_id = e.ticket_id
    where t.is_closed
    group by t.partner_id, t.ticket_id
),

-- in the same second the order cannot be told, and one form often writes both: taken as before
examined as (
    select
        t.*, d.diagnosed_at,
        coalesce(d.diagnosed_at <= t.closed_at, false) as is_diagnosed,
        coalesce(d.unclear_at <= t.closed_at, false) as may_be_diagnosed,
        coalesce(d.replied_at <= t.closed_at, false) as is_replied,
        coalesce(d.is_dated_too_early, false) as is_dated_too_early
    from technical_ticket as t
    left join diagnosed as d on t.partner_id = d.partner_id and t.ticket_id = d.ticket_id
),

judged as (
    select
        partner_id, ticket_id, opened_at, closed_at, diagnosed_at,
        case
            when request_type in ('how_to', 'purchase', 'cancel', 'quantity_change', 'self_service') then 'no_problem'
            when not is_closed then 'still_open'
            when is_withdrawn and not is_diagnosed then 'withdrawn'
            when has_parent and not is_diagnosed then 'has_parent'
            when not is_technical then 'category_unknown'
            when is_diagnosed then null
            when closed_at < first_opened_at then 'closed_before_opened'
            when is_dated_too_early then 'diagnosis_before_ticket'
            when may_be_diagnosed then 'author_unknown'
            when is_replied then 'only_replies'
            when request_type = 'unknown' then 'request_type_unknown'
            when diagnosed_at is not null then 'diagnosed_afterwards'
            else 'not_diagnosed'
        end as reason
    from examined
    union all
    select partner_id, ticket_id, opened_at, null as closed_at, null as diagnosed_at, reason
    from set_aside_ticket
    where is_technical or has_unknown_category
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('diagnosed_afterwards', 'not_diagnosed') then 'fail'
        when reason = 'still_open' then 'not_yet_due'
        when reason in ('excluded', 'merged', 'no_problem', 'withdrawn', 'has_parent') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason is null or reason = 'diagnosed_afterwards' then cast(diagnosed_at as varchar) end as observed,
    case when reason is null or reason in ('diagnosed_afterwards', 'not_diagnosed') then cast(closed_at as varchar) end
        as expected
from judged
