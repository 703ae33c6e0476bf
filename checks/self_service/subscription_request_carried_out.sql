/* cspaudit
title      = "What customers ask for their subscriptions is carried out or refused"
obligation = "SELF-SUBS"
version    = 1
subject    = "ticket"
needs      = ["ticket.request_type", "ticket.closed_at", "subscription_event"]
reads      = ["subscription"]
uses       = ["ticket_outcomes", "cut_off_days"]
unit       = "days"
rationale  = "Customers cannot buy, change or cancel by themselves: they have to ask their partner. A request that ends without either leaves them with no way at all."
blind_spot = "An event counts if it is of the kind asked for, of the same customer, or of the subscription where the ticket names one, and not before the request; whether number and product are those asked for is not read. Why something was refused is not read either."
remedy     = "Close such a ticket only when Partner Center shows the change, or with a refusal and its reason."

[params]
open_limit_days = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]
not_carried_out      = "Closed without a refusal, and no such event of the customer's subscriptions is seen since."
open_too_long        = "Open for {observed} days at the cut-off without such an event; {expected} are allowed."
still_open           = "Open for {observed} days at the cut-off, and no such event is seen yet."
refused              = "Refused."
other_request        = "The ticket does not ask for a purchase, a change or a cancellation."
out_of_scope         = "The ticket lies outside the support that the partner owes."
marketplace_product  = "The ticket is about a product of another publisher from the marketplace."
withdrawn            = "The customer withdrew the request."
excluded             = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged               = "The ticket was merged into another one, which is judged in its place."
merged_into_unknown  = "The ticket was merged into one that is not in the export."
request_type_unknown = "The export does not tell what was asked for."
customer_unknown     = "The export tells neither customer nor subscription, so that no event can be found."
outcome_unknown      = "Closed, and the export does not tell whether it was refused; no such event is seen."
*/
with asked as (
    select
        *,
        case request_type
            when 'purchase' then 'purchased' when 'cancel' then 'cancelled' when 'quantity_change' then 'quantity_changed'
        end as wanted
    from ticket_outcome
),

done as (
    select
        e.partner_id, e.subscription_id, e.event, e.occurred_at,
        coalesce(e.customer_id, s.customer_id) as customer_id
    from subscription_event as e
    left join subscription as s on e.partner_id = s.partner_id and e.subscription_id = s.subscription_id
    where
        e.event in ('purchased', 'cancelled', 'quantity_changed')
        and e.occurred_at <= cast($as_of as timestamp)
        and coalesce(e.actor_kind, 'unknown') not in ('microsoft', 'customer')
),

-- the latest such event of a customer and of a subscription: one after the request is enough
last_of_customer as (
    select partner_id, customer_id, event, max(occurred_at) as last_at from done
    where customer_id is not null
    group by partner_id, customer_id, event
),

last_of_subscription as (
    select partner_id, subscription_id, event, max(occurred_at) as last_at from done
    group by partner_id, subscription_id, event
),

matched as (
    select
        a.*,
        d.cut_off_day - cast(floor((epoch(a.first_opened_at) + d.offset_s) / 86400) as bigint) as open_days,
        -- what is bought is a new subscription, so that the customer decides
        coalesce(
            case
                when a.subscription_id is not null and a.wanted <> 'purchased' then s.last_at >= a.first_opened_at
                else c.last_at >= a.first_opened_at
            end,
            false
        ) as is_done,
        a.customer_id is null and (a.subscription_id is null or a.wanted = 'purchased') as is_unplaced
    from asked as a
    inner join cut_off as d on a.partner_id = d.partner_id
    left join last_of_customer as c
        on a.partner_id = c.partner_id and a.customer_id = c.customer_id and a.wanted = c.event
    left join last_of_subscription as s
        on a.partner_id = s.partner_id and a.subscription_id = s.subscription_id and a.wanted = s.event
),

judged as (
    select
        partner_id, ticket_id, opened_at, open_days,
        case
            when outside is not null then outside
            when wanted is null and request_type is not null then 'other_request'
            when request_type is null and category in ('billing', 'technical', 'other') and second_category is null
                then 'other_request'
            when request_type is null then 'request_type_unknown'
            when is_done then null
            when outcome = 'refused' then 'refused'
            when is_unplaced then 'customer_unknown'
            when is_ended and outcome is null then 'outcome_unknown'
            when is_ended or is_undated then 'not_carried_out'
            when open_days > cast($open_limit_days as bigint) then 'open_too_long'
            else 'still_open'
        end as reason
    from matched
    union all
    select partner_id, ticket_id, opened_at, cast(null as bigint) as open_days, reason from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null or reason = 'refused' then 'pass'
        when reason in ('not_carried_out', 'open_too_long') then 'fail'
        when reason = 'still_open' then 'not_yet_due'
        when reason in ('other_request', 'out_of_scope', 'marketplace_product', 'withdrawn', 'excluded', 'merged')
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason in ('open_too_long', 'still_open') then cast(open_days as varchar) end as observed,
    case when reason = 'open_too_long' then cast($open_limit_days as varchar) end as expected
from judged
