/* cspaudit
title      = "Problems that only Microsoft can mend are handed over to it"
obligation = "ESC-HANDOFF"
version    = 1
subject    = "ticket"
needs      = ["ticket.handoff_category", "ticket.closed_at", "service_request_ticket"]
reads      = ["service_incident"]
uses       = ["ticket_requests", "ticket_products"]
unit       = ""
rationale  = "Five kinds of problems lie in Microsoft's service itself. Whoever keeps one of them on his own desk lets the customer wait for something that cannot come."
blind_spot = "The kind of problem is what the desk wrote on the ticket. Any request linked to the ticket counts, whoever filed it and however early: one request may stand for the tickets of many customers. Tickets without a closing date count as open. Where nothing of the partner's is said to be of the marketplace, tickets of no stated product count as Microsoft's."
remedy     = "Link the request to Microsoft or the provider's case to each such ticket before it is closed."

[params]
open_limit_days = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]
closed_without            = "Closed with no request to Microsoft or the provider; kind of problem: {observed}."
handed_over_after_closure = "The request was filed at {expected} (UTC), after the ticket was closed; kind of problem: {observed}."
open_too_long             = "Open longer than the set limit, with no request to Microsoft or the provider; kind of problem: {observed}."
not_handed_over_yet       = "Open, and not handed over so far; kind of problem: {observed}."
in_no_category            = "Looked at, and none of the five kinds of problems."
covered_by_incident       = "Microsoft had published the incident that the ticket names."
workaround_accepted       = "Solved by a workaround that the customer accepted."
not_technical             = "The ticket is not about a technical problem."
not_a_problem             = "The ticket is a question or an order, not a problem."
marketplace_product       = "A marketplace product: its publisher gives technical support."
excluded                  = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged                    = "The ticket was merged into another one, which is judged in its place."
merged_into_unknown       = "The ticket was merged into one that is not in the export."
not_tagged                = "The export does not tell whether the ticket is one of the five kinds of problems."
service_unknown           = "The export does not tell the product, and the partner sells marketplace products too."
closed_before_opening     = "The ticket's closing is dated before its opening."
request_date_unknown      = "A request that is linked to the ticket is not in the export, so that its date is unknown."
incident_unlisted         = "The ticket names an incident that is not in the list of published ones."
case_unseen               = "The ticket says that it was handed over, but no request or case of that time is linked to it."
consent_unknown           = "Solved by a workaround; whether the customer accepted it is not known."
*/
with handed_over as (
    select
        partner_id, ticket_id,
        min(requested_at) as requested_at,
        bool_or(requested_at is null) as has_undated
    from ticket_request
    group by partner_id, ticket_id
),

told as (
    select
        e.partner_id,
        coalesce(m.survivor_id, e.ticket_id) as ticket_id,
        bool_or(e.kind = 'customer_confirmed') as is_confirmed,
        min(e.occurred_at) filter (where e.kind in ('handover', 'escalate')) as said_at
    from ticket_event as e
    left join merged_ticket as m on e.partner_id = m.partner_id and e.ticket_id = m.ticket_id
    where
        e.kind in ('customer_confirmed', 'handover', 'escalate') and e.occurred_at <= cast($as_of as timestamp)
    group by e.partner_id, coalesce(m.survivor_id, e.ticket_id)
),

examined as (
    select
        t.partner_id, t.ticket_id, t.opened_at, t.first_opened_at, t.is_closed, t.closed_at, t.request_type,
        t.is_marketplace, t.may_be_marketplace, t.handoff_category, t.incident_id,
        t.is_technical or t.has_unknown_category as may_be_technical,
        h.requested_at,
        coalesce(h.has_undated, false) as has_undated,
        i.incident_id is not null as is_published,
        coalesce(t.resolution = 'workaround', false) as is_workaround,
        coalesce(t.closed_by = 'customer' or w.is_confirmed, false) as is_accepted,
        w.said_at is not null and (not t.is_closed or w.said_at <= t.closed_at) as is_said_handed_over,
        coalesce(
            epoch(cast($as_of as timestamp)) - epoch(t.first_opened_at)
            > cast($open_limit_days as integer) * 86400, false
        ) as is_beyond_limit
    from product_ticket as t
    left join handed_over as h on t.partner_id = h.partner_id and t.ticket_id = h.ticket_id
    left join told as w on t.partner_id = w.partner_id and t.ticket_id = w.ticket_id
    left join service_incident as i
        on
            t.partner_id = i.partner_id
            and t.incident_id = i.incident_id
            and i.published_at <= cast($as_of as timestamp)
),

reasoned as (
    select
        partner_id, ticket_id, opened_at, requested_at, handoff_category,
        case
            when is_marketplace then 'marketplace_product'
            when handoff_category = 'none' then 'in_no_category'
            when handoff_category is null and not may_be_technical then 'not_technical'
            when
                handoff_category is null
                and request_type in ('how_to', 'purchase', 'cancel', 'quantity_change', 'self_service')
                then 'not_a_problem'
            when handoff_category is null then 'not_tagged'
            when may_be_marketplace then 'service_unknown'
            when is_closed and closed_at < first_opened_at then 'closed_before_opening'
            when requested_at is not null and (not is_closed or requested_at <= closed_at) then null
            when has_undated then 'request_date_unknown'
            when is_published then 'covered_by_incident'
            when incident_id is not null then 'incident_unlisted'
            when is_workaround and is_accepted then 'workaround_accepted'
            when not is_closed and not is_beyond_limit then 'not_handed_over_yet'
            when is_said_handed_over then 'case_unseen'
            when is_workaround then 'consent_unknown'
            when not is_closed then 'open_too_long'
            when requested_at is not null then 'handed_over_after_closure'
            else 'closed_without'
        end as reason
    from examined
    union all
    select
        partner_id, ticket_id, opened_at,
        cast(null as timestamp) as requested_at, cast(null as varchar) as handoff_category,
        reason
    from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('closed_without', 'handed_over_after_closure', 'open_too_long') then 'fail'
        when reason = 'not_handed_over_yet' then 'not_yet_due'
        when reason in (
            'not_tagged', 'service_unknown', 'closed_before_opening', 'request_date_unknown', 'incident_unlisted',
            'case_unseen', 'consent_unknown', 'merged_into_unknown'
        ) then 'insufficient_evidence'
        else 'not_applicable'
    end as status,
    reason,
    nullif(replace(handoff_category, '_', ' '), 'none') as observed,
    case when reason is null or reason = 'handed_over_after_closure' then cast(requested_at as varchar) end as expected
from reasoned
