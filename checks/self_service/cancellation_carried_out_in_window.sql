/* cspaudit
title      = "A cancellation asked for in time is carried out within its window"
obligation = "SELF-SUBS"
version    = 1
subject    = "ticket"
needs      = ["ticket.request_type", "ticket.subscription_id", "subscription_event"]
reads      = ["subscription"]
uses       = ["ticket_outcomes"]
unit       = ""
lookback_months = 1
rationale  = "In new commerce a subscription can be cancelled for seven days after its purchase or renewal. A customer who asks in time and is served too late pays for a whole term."
blind_spot = "The window is the one that the export states, else seven times twenty-four hours from the last purchase or renewal before the request. A request by telephone counts from the opening of its ticket."
remedy     = "Carry out cancellations on the day on which they are asked for."

[reasons]
window_missed        = "The window closed at {expected} (UTC), after the request; the subscription had not been cancelled."
window_open          = "Not cancelled yet; the window is open until {expected} (UTC)."
asked_too_late       = "Asked for after the window had closed at {expected} (UTC)."
cancelled_before     = "The subscription had been cancelled before the request."
legacy_platform      = "A subscription of the legacy platform, which has no such window."
other_request        = "The ticket does not ask for a cancellation."
withdrawn            = "The customer withdrew the request."
out_of_scope         = "The ticket lies outside the support that the partner owes."
marketplace_product  = "The ticket is about a product of another publisher from the marketplace."
excluded             = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged               = "The ticket was merged into another one, which is judged in its place."
merged_into_unknown  = "The ticket was merged into one that is not in the export."
request_type_unknown = "The export does not tell what was asked for."
subscription_unknown = "The export does not tell which subscription was to be cancelled."
platform_unknown     = "The export tells neither the window nor the platform of the subscription."
window_unknown       = "The export tells neither the window nor when the subscription was bought or renewed."
*/
with asked as (
    select
        t.partner_id, t.ticket_id, t.opened_at, t.first_opened_at, t.outside, t.request_type, t.category, t.second_category,
        t.subscription_id, s.platform, s.cancellable_until_at,
        s.subscription_id is not null as is_seen
    from ticket_outcome as t
    left join subscription as s on t.partner_id = s.partner_id and t.subscription_id = s.subscription_id
),

turned as (
    select
        a.partner_id, a.ticket_id,
        max(e.occurred_at) filter (where e.event in ('purchased', 'renewed') and e.occurred_at <= a.first_opened_at)
            as term_began_at,
        max(e.occurred_at) filter (where e.event = 'cancelled' and e.occurred_at < a.first_opened_at) as cancelled_before_at,
        min(e.occurred_at) filter (where e.event = 'cancelled' and e.occurred_at >= a.first_opened_at) as cancelled_at
    from asked as a
    inner join subscription_event as e
        on a.partner_id = e.partner_id and a.subscription_id = e.subscription_id
    where
        a.request_type = 'cancel'
        and e.event in ('purchased', 'renewed', 'cancelled')
        and e.occurred_at <= cast($as_of as timestamp)
    group by a.partner_id, a.ticket_id
),

windowed as (
    select
        a.*, e.cancelled_at,
        coalesce(e.cancelled_before_at > e.term_began_at, e.cancelled_before_at is not null) as is_cancelled_before,
        -- seven days by the page on cancelling subscriptions of new commerce
        coalesce(a.cancellable_until_at, e.term_began_at + interval '7' day) as window_until_at
    from asked as a
    left join turned as e on a.partner_id = e.partner_id and a.ticket_id = e.ticket_id
),

judged as (
    select
        partner_id, ticket_id, opened_at, window_until_at, cancelled_at,
        case
            when outside is not null then outside
            when request_type is null and category in ('billing', 'technical', 'other') and second_category is null
                then 'other_request'
            when request_type is null then 'request_type_unknown'
            when request_type <> 'cancel' then 'other_request'
            when subscription_id is null then 'subscription_unknown'
            when is_cancelled_before then 'cancelled_before'
            when platform = 'legacy' then 'legacy_platform'
            when platform is null and cancellable_until_at is null then 'platform_unknown'
            when window_until_at is null then 'window_unknown'
            when first_opened_at > window_until_at then 'asked_too_late'
            when cancelled_at <= window_until_at then null
            when window_until_at >= cast($as_of as timestamp) then 'window_open'
            else 'window_missed'
        end as reason
    from windowed
    union all
    select
        partner_id, ticket_id, opened_at,
        cast(null as timestamp) as window_until_at, cast(null as timestamp) as cancelled_at,
        reason
    from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'window_missed' then 'fail'
        when reason = 'window_open' then 'not_yet_due'
        when
            reason in (
                'asked_too_late', 'cancelled_before', 'legacy_platform', 'other_request', 'withdrawn', 'out_of_scope',
                'marketplace_product', 'excluded', 'merged'
            )
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason is null then cast(cancelled_at as varchar) end as observed,
    case
        when reason is null or reason in ('window_missed', 'window_open', 'asked_too_late')
            then cast(window_until_at as varchar)
    end as expected
from judged
