/* cspaudit
title      = "Nobody is suspended earlier, or with fewer notices, than the partner's own collections policy says"
obligation = "BIL-POLICY-KEPT"
version    = 2
subject    = "subscription_event"
needs      = ["subscription_event", "document", "customer_invoice.due_on", "customer_payment.invoice_id"]
uses       = ["receivables", "mail_spans"]
reads      = ["message"]
unit       = "days"
lookback_months = 12
rationale  = "The customer relies on what the policy says about when access ends and what comes before. A partner that acts sooner breaks its own word."
blind_spot = "Only what the list of documents says about the policy is read. The oldest overdue bill of the customer counts, for whatever product. Letters and calls are not in the mail log; a notice is counted by its purpose, its text is not read. Mail without a purpose whose topic is said to be unknown may have been one."
remedy     = "Let the billing system count the days of the policy from the oldest uncontested due date, and record each notice with its invoice before access is disabled."

[params]
tolerance = { value = 0.00, basis = "auditor policy; no number in the documents" }
payments_cover = { value = "undisputed_first", one_of = ["undisputed_first", "disputed_first"], basis = "auditor policy: a payment counts first against the part of a bill that is not contested" }
ledger_days = { value = 90, basis = "auditor policy: how long before a suspension the ledger has to begin to show that nothing was overdue" }

[reasons]
too_early = "Suspended {observed} days after the due date; the policy says {expected}."
nothing_overdue = "Suspended though nothing was overdue; the policy says {expected} days after the due date."
notice_missing = "Fewer notices reached the customer before than the policy promises."
arrears_unclear = "Whether the point of the policy was reached depends on a bill whose due date, owner or balance that day is not certain."
ledger_too_short = "Nothing overdue for long enough was open, but the ledger begins too shortly before the suspension to be sure."
notice_uncertain = "Messages that may be the promised notices were seen, but their purpose, recipient or delivery is not certain."
mail_not_covered = "Fewer notices were seen than promised, but the mail log does not cover the time from the bill to the suspension."
notices_not_read = "How many notices the policy promises has not been noted in the list of documents."
policies_overlap = "Two policies for this customer began on the same day and were in force."
withdrawal_undated = "The policy was withdrawn, and nothing tells whether before the suspension."
point_not_in_days = "The policy says when access is affected, but not as a number of days after the due date."
policy_not_read = "Whether the policy says when access is affected has not been noted in the list of documents."
policy_contradictory = "The list of documents says that the policy states no point, and also that it is {expected} days."
no_point = "The policy does not say when access is affected."
no_policy = "No collections policy was in force for this customer that day."
ground_unknown = "Why the subscription was suspended is not known."
customer_unknown = "The exports do not say whose subscription this is."
other_ground = "Not suspended for non-payment."
not_by_partner = "Not suspended by the partner."
not_csp = "Bought elsewhere: the partner does not bill it."
with_base = "An add-on that was suspended together with its base."
*/
-- a policy made for the customer comes before one for all, a newer one before an older one
with policy as (
    select
        s.partner_id, s.event_id,
        count(*) as versions,
        min(d.access_impact_days) as access_impact_days,
        min(d.notices_promised) as notices_promised,
        bool_or(d.states_access_impact) as states_access_impact,
        bool_or(d.status = 'withdrawn' and d.valid_to_on is null) as is_withdrawal_undated
    from suspension as s
    inner join document as d on s.partner_id = d.partner_id
    where s.set_aside is null
        and d.kind = 'collections_policy'
        and coalesce(d.status, 'in_force') <> 'draft'
        and d.valid_from_on <= s.suspended_on
        and coalesce(d.valid_to_on, s.suspended_on) >= s.suspended_on
        and coalesce(d.customer_id, s.customer_id) = s.customer_id
    group by s.partner_id, s.event_id, d.customer_id, d.valid_from_on
    qualify row_number() over (
        partition by s.partner_id, s.event_id
        order by case when d.customer_id is null then 1 else 0 end, d.valid_from_on desc
    ) = 1
),

reached as (
    select
        a.partner_id, a.event_id,
        min(a.due_on) as first_due_on,
        min(a.issued_on) as first_issued_on,
        bool_or(a.is_certain and a.due_on + cast(p.access_impact_days as integer) <= s.suspended_on) as is_certain,
        bool_or(a.due_on + cast(p.access_impact_days as integer) <= s.suspended_on) as is_possible
    from arrears as a
    inner join suspension as s on a.partner_id = s.partner_id and a.event_id = s.event_id
    inner join policy as p on a.partner_id = p.partner_id and a.event_id = p.event_id
    group by a.partner_id, a.event_id
),

-- what is a notice, or may be one: after the due date a reminder is one, too
mail as (
    select
        m.partner_id, m.message_id, m.invoice_id, m.subscription_id, m.sent_at, z.local_on as sent_on,
        coalesce(m.customer_id, o.customer_id) as customer_id,
        coalesce(m.purpose = 'payment_reminder', false) as is_reminder,
        coalesce(m.purpose is not null and m.direction = 'outbound' and m.delivery_status = 'delivered', false) as is_certain
    from message as m
    inner join local_slot as z
        on m.partner_id = z.partner_id and cast(floor(epoch(m.sent_at) / 900) as bigint) = z.slot
    left join bill_owner as o on m.partner_id = o.partner_id and m.invoice_id = o.invoice_id
    where m.sent_at <= cast($as_of as timestamp)
        and coalesce(m.direction, 'unknown') in ('outbound', 'unknown')
        and coalesce(m.delivery_status, 'unknown') in ('delivered', 'unknown')
        and (
            m.purpose in ('dunning', 'suspension_notice', 'payment_reminder')
            or (m.purpose is null and (m.invoice_id is not null or m.topic in ('billing', 'subscription', 'unknown')))
        )
),

notices as (
    select
        s.partner_id, s.event_id,
        count(distinct case when m.is_certain then m.message_id end) as certain,
        count(distinct m.message_id) as possible
    from suspension as s
    inner join reached as r on s.partner_id = r.partner_id and s.event_id = r.event_id
    inner join mail as m on s.partner_id = m.partner_id and s.customer_id = m.customer_id
    left join (
        select distinct partner_id, event_id, invoice_id from arrears
    ) as a on s.partner_id = a.partner_id and s.event_id = a.event_id and m.invoice_id = a.invoice_id
    where m.sent_at <= s.occurred_at
        and m.sent_on >= r.first_issued_on
        and (not m.is_reminder or m.sent_on > r.first_due_on)
        and coalesce(m.subscription_id, s.subscription_id) = s.subscription_id
        and (m.invoice_id is null or a.invoice_id is not null)
    group by s.partner_id, s.event_id
),

-- notices of which nothing tells to whom they went
stray as (
    select distinct s.partner_id, s.event_id
    from suspension as s
    inner join reached as r on s.partner_id = r.partner_id and s.event_id = r.event_id
    inner join (
        select distinct partner_id, sent_on from mail where customer_id is null
    ) as m on s.partner_id = m.partner_id
    where m.sent_on >= r.first_issued_on and m.sent_on <= s.suspended_on
),

judged as (
    select
        s.partner_id, s.event_id, s.occurred_at, s.suspended_on, r.first_due_on,
        case when s.set_aside is null and p.versions = 1 then p.access_impact_days end as access_impact_days,
        case
            when s.set_aside is not null then s.set_aside
            when p.event_id is null then 'no_policy'
            when p.is_withdrawal_undated then 'withdrawal_undated'
            when p.versions > 1 then 'policies_overlap'
            when p.access_impact_days is not null and not p.states_access_impact then 'policy_contradictory'
            when p.access_impact_days is null and p.states_access_impact then 'point_not_in_days'
            when p.access_impact_days is null and not p.states_access_impact then 'no_point'
            when p.access_impact_days is null then 'policy_not_read'
            when not coalesce(r.is_possible, false) and l.unowned_from_on < s.suspended_on then 'arrears_unclear'
            when not coalesce(r.is_possible, false)
                and coalesce(l.first_on > s.suspended_on - cast($ledger_days as integer), true) then 'ledger_too_short'
            when r.event_id is null then 'nothing_overdue'
            when not r.is_possible then 'too_early'
            when coalesce(n.possible, 0) < p.notices_promised
                and g.event_id is null and v.first_on <= r.first_issued_on and v.last_on >= s.suspended_on
                then 'notice_missing'
            when not r.is_certain then 'arrears_unclear'
            when p.notices_promised is null then 'notices_not_read'
            when coalesce(n.certain, 0) >= p.notices_promised then null
            when coalesce(n.possible, 0) >= p.notices_promised or g.event_id is not null then 'notice_uncertain'
            else 'mail_not_covered'
        end as reason
    from suspension as s
    left join policy as p on s.partner_id = p.partner_id and s.event_id = p.event_id
    left join reached as r on s.partner_id = r.partner_id and s.event_id = r.event_id
    left join notices as n on s.partner_id = n.partner_id and s.event_id = n.event_id
    left join stray as g on s.partner_id = g.partner_id and s.event_id = g.event_id
    left join mail_span as v on s.partner_id = v.partner_id
    left join ledger_span as l on s.partner_id = l.partner_id
)

select
    partner_id,
    event_id as subject_id,
    occurred_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('too_early', 'nothing_overdue', 'notice_missing') then 'fail'
        when reason in ('no_policy', 'no_point', 'other_ground', 'not_by_partner', 'not_csp', 'with_base')
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case
        when reason is null or reason in ('too_early', 'notice_missing')
            then cast(
                cast(floor(
                    (epoch(cast(suspended_on as timestamp)) - epoch(cast(first_due_on as timestamp))) / 86400
                ) as bigint) as varchar
            )
    end as observed,
    cast(access_impact_days as varchar) as expected
from judged
