/* cspaudit
title      = "Access is suspended no earlier than the partner's own policy says"
obligation = "BIL-POLICY-KEPT"
version    = 1
subject    = "subscription_event"
needs      = ["subscription_event.reason", "customer_invoice", "customer_invoice_line.subscription_id", "customer_payment", "document"]
reads      = ["message"]
uses       = ["suspension_grounds", "collections_policies"]
unit       = "days"
lookback_months = 3
rationale  = "A policy that tells from when access is affected, and how often the customer is warned before, is a promise. It is kept or broken when somebody is suspended."
blind_spot = "The days are counted from the oldest bill of the product that was open on the day of the suspension. A notice counts where the mail log names the bill or the product, or names the customer and neither; what it says is not read. Letters and calls are not in the log."
remedy     = "Take the days and the notices of the policy into the step that suspends, and keep the notices in the mail log."

[reasons]
too_early          = "Suspended {observed} days after the due date; the policy says {expected}."
notice_missing     = "Notices that reached the customer between the due date and the suspension: {observed}; the policy promises {expected}."
no_policy          = "No collections policy was in force for this customer on that day."
no_point           = "The policy in force did not say from when access is affected."
other_cause        = "Suspended for fraud, on the customer's wish, at the end of its term or for another cause."
by_microsoft       = "Suspended by Microsoft, not by the partner."
with_its_base      = "An add-on, suspended together with its base."
no_ground          = "Nothing of this product was overdue, undisputed and unpaid; that is a test of its own."
cause_unknown      = "The export does not tell why it was suspended."
day_unknown        = "The partner's local day of the suspension is not known."
customer_unknown   = "The export does not tell whose subscription it is."
ground_unclear     = "Which bill of this product was open on that day is not clear."
point_unknown      = "The policy has a point from which access is affected, or may have one; the list of documents does not say after how many days."
withdrawal_undated = "The policy was withdrawn, and nothing tells whether before the suspension."
notices_unstated   = "The list of documents does not say how many notices the policy promises."
notices_missing    = "The policy promises notices, and the mail log does not tell the purpose of any mail."
notice_uncertain   = "A mail before the suspension may have been the promised notice; its direction or delivery is not certain."
*/
with policy_that_day as (
    select
        g.partner_id, g.event_id,
        v.document_id, v.status, v.valid_to_on, v.states_access_impact, v.access_impact_days, v.notices_promised
    from ground as g
    inner join policy_version as v
        on
            g.partner_id = v.partner_id
            and coalesce(v.customer_id = g.customer_id, true)
            and g.local_on >= v.valid_from_on
            and g.local_on <= coalesce(v.valid_to_on, g.local_on)
    where coalesce(v.status, 'in_force') <> 'draft'
    -- a customer's own policy goes before the one for all, the newer before the older
    qualify row_number() over (
        partition by g.partner_id, g.event_id
        order by case when v.customer_id is null then 1 else 0 end, v.valid_from_on desc, v.document_id
    ) = 1
),

-- local midnight after the due date of the oldest open bill: warnings before it are reminders
overdue_from as (
    select
        g.partner_id, g.event_id,
        max(z.slot) * 900 + 900 as from_s,
        max(cast(floor((z.slot * 900 + z.offset_s) / 86400) as bigint)) as due_day
    from ground as g
    inner join local_slot as z on g.partner_id = z.partner_id and g.due_on = z.local_on
    group by g.partner_id, g.event_id
),

purpose_log as (
    select distinct partner_id from message where purpose is not null
),

notice as (
    select
        g.partner_id, g.event_id, m.message_id,
        bool_or(m.direction = 'outbound' and m.delivery_status = 'delivered') as is_certain
    from ground as g
    inner join overdue_from as o on g.partner_id = o.partner_id and g.event_id = o.event_id
    inner join message as m
        on
            g.partner_id = m.partner_id
            and g.customer_id = m.customer_id
            and m.sent_at < g.occurred_at
            and epoch(m.sent_at) >= o.from_s
    left join product_bill as b
        on
            g.partner_id = b.partner_id
            and g.event_id = b.event_id
            and m.invoice_id = b.invoice_id
            and b.standing = 'open'
    where
        m.purpose in ('dunning', 'suspension_notice')
        and coalesce(m.direction, 'unknown') in ('outbound', 'unknown')
        and coalesce(m.delivery_status, 'unknown') <> 'bounced'
        and (
            m.subscription_id = g.subscription_id
            or b.invoice_id is not null
            or (m.subscription_id is null and m.invoice_id is null)
        )
    group by g.partner_id, g.event_id, m.message_id
),

notices as (
    select
        partner_id, event_id,
        count(*) filter (where is_certain) as certain,
        count(*) as possible
    from notice
    group by partner_id, event_id
),

compared as (
    select
        g.partner_id, g.event_id, g.occurred_at, g.standing,
        p.document_id, p.states_access_impact, p.access_impact_days, p.notices_promised,
        p.status = 'withdrawn' and p.valid_to_on is null as is_withdrawal_undated,
        g.local_day - o.due_day as days_overdue,
        coalesce(n.certain, 0) as certain_notices,
        coalesce(n.possible, 0) as possible_notices,
        l.partner_id is not null as has_purposes
    from ground as g
    left join policy_that_day as p on g.partner_id = p.partner_id and g.event_id = p.event_id
    left join overdue_from as o on g.partner_id = o.partner_id and g.event_id = o.event_id
    left join notices as n on g.partner_id = n.partner_id and g.event_id = n.event_id
    left join purpose_log as l on g.partner_id = l.partner_id
),

judged as (
    select
        *,
        case
            when standing in ('other_cause', 'by_microsoft', 'with_its_base', 'cause_unknown', 'day_unknown', 'customer_unknown')
                then standing
            when document_id is null then 'no_policy'
            when not states_access_impact then 'no_point'
            when standing in ('paid', 'wholly_disputed', 'not_due_yet', 'nothing_billed') then 'no_ground'
            when standing <> 'open' then 'ground_unclear'
            when is_withdrawal_undated then 'withdrawal_undated'
            when access_impact_days is null then 'point_unknown'
            when days_overdue < access_impact_days then 'too_early'
            when notices_promised is null then 'notices_unstated'
            when certain_notices >= notices_promised then null
            when not has_purposes then 'notices_missing'
            when possible_notices >= notices_promised then 'notice_uncertain'
            else 'notice_missing'
        end as reason
    from compared
)

select
    partner_id,
    event_id as subject_id,
    occurred_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('too_early', 'notice_missing') then 'fail'
        when reason in ('no_policy', 'no_point', 'other_cause', 'by_microsoft', 'with_its_base', 'no_ground') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case
        when reason is null or reason = 'too_early' then cast(days_overdue as varchar)
        when reason = 'notice_missing' then cast(possible_notices as varchar)
    end as observed,
    case
        when reason is null or reason = 'too_early' then cast(access_impact_days as varchar)
        when reason = 'notice_missing' then cast(notices_promised as varchar)
    end as expected
from judged
