/* cspaudit
title      = "Payment reminders state the billing period"
obligation = "BIL-REMIND-PERIOD"
version    = 1
subject    = "message"
needs      = ["message.purpose"]
unit       = ""
rationale  = "A reminder that names only an amount makes the customer ask for what; one that states the billing period answers before the question."
blind_spot = "The body is not read: what counts is what the mail export says about it. Whether an attached invoice states the period is not seen. Calls and letters are not in the mail log."
remedy     = "Put the billing period into the template of the reminder."

[reasons]
period_not_stated = "The reminder does not state the billing period."
period_unknown    = "The mail export does not say whether the reminder states the billing period."
copies_differ     = "Some copies of this reminder state the billing period, others do not."
direction_unknown = "The log does not say whether the reminder was sent for the partner."
not_delivered     = "No copy of the reminder was delivered."
*/
with reminders as (
    -- one row a message; what the copies of it say is one answer only where they agree
    select
        partner_id, message_id, min(sent_at) as sent_at,
        bool_or(direction = 'outbound') as is_outbound,
        bool_and(states_period) as all_state_it,
        bool_or(states_period) as some_state_it,
        bool_and(coalesce(delivery_status, 'unknown') in ('bounced', 'deferred', 'quarantined')) as is_lost
    from message
    where purpose = 'payment_reminder'
        and coalesce(direction, 'unknown') in ('outbound', 'unknown')
        and sent_at <= cast($as_of as timestamp)
    group by partner_id, message_id
),

judged as (
    select
        partner_id, message_id, sent_at,
        case
            when is_lost then 'not_delivered'
            when not coalesce(is_outbound, false) then 'direction_unknown'
            when all_state_it <> some_state_it then 'copies_differ'
            when all_state_it then null
            when not all_state_it then 'period_not_stated'
            else 'period_unknown'
        end as reason
    from reminders
)

select
    partner_id,
    message_id as subject_id,
    sent_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'period_not_stated' then 'fail'
        when reason = 'not_delivered' then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from judged
