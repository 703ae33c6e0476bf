/* cspaudit
title      = "Service health is checked before anything else is done about an outage"
obligation = "ESC-HEALTH-FIRST"
version    = 1
subject    = "ticket"
needs      = ["ticket.category", "ticket.request_type", "ticket_event.kind=health_check"]
uses       = ["health_checks", "ticket_requests", "ticket_products"]
unit       = ""
rationale  = "A problem that Microsoft already knows of needs neither a change at the customer's nor another request. A look at the service health first saves both."
blind_spot = "A check that nobody wrote down is not seen, nor a change that was not logged. Whichever portal the health was looked up in, it counts. Where nothing of the partner's is said to be of the marketplace, tickets of no stated product count as Microsoft's."
remedy     = "Make the check of service health the first field of the ticket form for outages."

[reasons]
checked_afterwards   = "The first check of service health came at {observed} (UTC), after the first change or request at {expected} (UTC)."
not_checked          = "A change was made or a request filed at {expected} (UTC), and no check of service health was found."
no_step_yet          = "Neither a check of service health nor a change or request so far."
no_step              = "Closed without a change or a request."
not_technical        = "The ticket is not about a technical problem."
not_an_outage        = "The ticket is a question or an order, not a problem."
marketplace_product  = "A marketplace product: its publisher gives technical support."
excluded             = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged               = "The ticket was merged into another one, which is judged in its place."
merged_into_unknown  = "The ticket was merged into one that is not in the export."
category_unknown     = "The export does not tell whether the ticket is about a technical problem."
type_unknown         = "The export does not tell whether the ticket is about a problem or a question."
service_unknown      = "The export does not tell the product, and the partner sells marketplace products too."
author_unknown       = "A change before the check is by somebody of whom the export does not tell whether it was the desk."
request_date_unknown = "A request that is linked to the ticket is not in the export, so that its date is unknown."
step_before_ticket   = "The first change or request is dated before the ticket was opened."
check_before_ticket  = "The only check of service health before the first change or request is dated before the ticket was opened."
*/
with first_step as (
    select
        h.partner_id,
        h.ticket_id,
        min(h.occurred_at) filter (where h.kind = 'health_check' and h.occurred_at >= t.first_opened_at) as checked_at,
        bool_or(h.kind = 'health_check' and h.occurred_at < t.first_opened_at) as has_early_check,
        min(h.occurred_at) filter (where h.kind = 'change' and h.author <> 'unknown') as changed_at,
        min(h.occurred_at) filter (where h.kind = 'change' and h.author = 'unknown') as perhaps_changed_at
    from health_step as h
    inner join product_ticket as t on h.partner_id = t.partner_id and h.ticket_id = t.ticket_id
    group by h.partner_id, h.ticket_id
),

first_request as (
    select
        partner_id, ticket_id,
        min(requested_at) as requested_at,
        bool_or(requested_at is null) as has_undated
    from ticket_request
    where filed_by <> 'customer'
    group by partner_id, ticket_id
),

examined as (
    select
        t.partner_id, t.ticket_id, t.opened_at, t.first_opened_at, t.is_closed, t.request_type,
        t.is_marketplace, t.may_be_marketplace, t.is_technical, t.has_unknown_category,
        f.checked_at,
        coalesce(f.has_early_check, false) as has_early_check,
        f.perhaps_changed_at,
        coalesce(r.has_undated, false) as has_undated,
        least(f.changed_at, r.requested_at) as acted_at
    from product_ticket as t
    left join first_step as f on t.partner_id = f.partner_id and t.ticket_id = f.ticket_id
    left join first_request as r on t.partner_id = r.partner_id and t.ticket_id = r.ticket_id
),

reasoned as (
    select
        partner_id, ticket_id, opened_at, checked_at, acted_at,
        case
            when is_marketplace then 'marketplace_product'
            when not is_technical and not has_unknown_category then 'not_technical'
            when request_type <> 'incident' then 'not_an_outage'
            when not is_technical then 'category_unknown'
            when request_type is null then 'type_unknown'
            when may_be_marketplace then 'service_unknown'
            when acted_at < first_opened_at then 'step_before_ticket'
            -- in the same second the order cannot be told, and one form often writes both: taken as before
            when checked_at <= acted_at or (checked_at is not null and acted_at is null) then case
                when has_undated then 'request_date_unknown'
                when perhaps_changed_at < checked_at then 'author_unknown'
            end
            when acted_at is null and has_undated then 'request_date_unknown'
            when acted_at is null and perhaps_changed_at is not null then 'author_unknown'
            when acted_at is null and is_closed then 'no_step'
            when acted_at is null then 'no_step_yet'
            when has_early_check then 'check_before_ticket'
            when checked_at is not null then 'checked_afterwards'
            else 'not_checked'
        end as reason
    from examined
    union all
    select
        partner_id, ticket_id, opened_at,
        cast(null as timestamp) as checked_at, cast(null as timestamp) as acted_at,
        reason
    from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('checked_afterwards', 'not_checked') then 'fail'
        when reason = 'no_step_yet' then 'not_yet_due'
        when reason in ('no_step', 'not_technical', 'not_an_outage', 'marketplace_product', 'excluded', 'merged')
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason is null or reason = 'checked_afterwards' then cast(checked_at as varchar) end as observed,
    case when reason is null or reason in ('checked_afterwards', 'not_checked') then cast(acted_at as varchar) end as expected
from reasoned
