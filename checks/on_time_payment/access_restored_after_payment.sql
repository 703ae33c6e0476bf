/* cspaudit
title      = "Access comes back once the unpaid bill is settled"
obligation = "BIL-SUSPEND-UNTIL"
version    = 1
subject    = "subscription_event"
needs      = ["subscription_event.reason", "subscription_event.event=reactivated", "customer_invoice", "customer_invoice_line.subscription_id", "customer_payment"]
uses       = ["suspension_grounds", "cut_off_days"]
unit       = "days"
lookback_months = 3
rationale  = "The page on billing speaks of suspending until the matter is resolved. Who has paid and is still locked out is treated worse than it says."
blind_spot = "The bills of the product that were open on the day of the suspension are looked at; a dispute that was settled later is not. A reactivation by Microsoft counts. That nobody asked for access again is not seen."
remedy     = "Let the payment that settles the bill start the reactivation."

[params]
limit_days = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]
restored_late      = "Access came back {observed} days after the bill was settled; {expected} were set as the limit."
not_restored       = "Access had not come back {observed} days after the bill was settled; {expected} were set as the limit."
days_taken         = "Access came back {observed} days after the bill was settled; no limit is set."
not_restored_yet   = "Access had not come back {observed} days after the bill was settled."
still_unpaid       = "The bill is not settled yet."
restored_before    = "Access came back before the bill was settled."
subscription_ended = "The subscription ended before access came back."
other_cause        = "Suspended for fraud, on the customer's wish, at the end of its term or for another cause."
by_microsoft       = "Suspended by Microsoft, not by the partner."
with_its_base      = "An add-on, suspended together with its base."
no_ground          = "Nothing of this product was overdue, undisputed and unpaid; that is a test of its own."
cause_unknown      = "The export does not tell why it was suspended."
day_unknown        = "The partner's local day of the suspension is not known."
customer_unknown   = "The export does not tell whose subscription it is."
ground_unclear     = "Which bill of this product was open on that day is not clear."
loose_cash         = "The bill is open by the ledger, but money of the customer that names no bill would be enough for it."
*/
with received as (
    select
        b.partner_id, b.event_id, b.invoice_id, b.asked_amount, b.currency, m.settled_on,
        sum(m.amount) over (
            partition by b.partner_id, b.event_id, b.invoice_id, b.line
            order by m.settled_on range between unbounded preceding and current row
        ) as received_amount
    from product_bill as b
    inner join cut_off as c on b.partner_id = c.partner_id
    left join money as m
        on
            b.partner_id = m.partner_id
            and b.invoice_id = m.invoice_id
            and b.currency = m.currency
            and m.settled_on <= c.cut_off_on
    where b.standing = 'open'
),

settled_bill as (
    select
        partner_id, event_id, invoice_id,
        min(settled_on) filter (where received_amount >= asked_amount) as settled_on,
        min(asked_amount) - coalesce(max(received_amount), 0) as open_amount,
        min(currency) as currency
    from received
    group by partner_id, event_id, invoice_id
),

-- the matter is resolved on the day on which the last of the open bills is settled
settled as (
    select
        partner_id, event_id,
        case when bool_and(settled_on is not null) then max(settled_on) end as settled_on,
        sum(open_amount) filter (where settled_on is null) as open_amount,
        min(currency) as currency
    from settled_bill
    group by partner_id, event_id
),

later_cash as (
    select g.partner_id, g.event_id, p.currency, sum(p.amount) as amount
    from ground as g
    inner join cut_off as c on g.partner_id = c.partner_id
    inner join customer_payment as p
        on
            g.partner_id = p.partner_id
            and coalesce(p.customer_id, g.customer_id) = g.customer_id
            and p.paid_on <= c.cut_off_on
    where g.standing = 'open' and p.invoice_id is null and coalesce(p.status, 'settled') = 'settled'
    group by g.partner_id, g.event_id, p.currency
),

-- what came next for the subscription
followed as (
    select
        g.partner_id, g.event_id,
        min(e.occurred_at) filter (where e.event = 'reactivated') as restored_at,
        min(e.occurred_at) filter (where e.event in ('cancelled', 'expired', 'transferred')) as ended_at
    from ground as g
    inner join subscription_event as e
        on g.partner_id = e.partner_id and g.subscription_id = e.subscription_id and e.occurred_at >= g.occurred_at
    where e.event in ('reactivated', 'cancelled', 'expired', 'transferred') and e.occurred_at <= cast($as_of as timestamp)
    group by g.partner_id, g.event_id
),

local_day as (
    select
        partner_id, local_on, min(slot) as first_slot,
        min(cast(floor((slot * 900 + offset_s) / 86400) as bigint)) as local_day
    from local_slot
    group by partner_id, local_on
),

compared as (
    select
        g.partner_id, g.event_id, g.occurred_at, g.standing,
        s.settled_on, s.open_amount,
        coalesce(k.amount, 0) as loose_amount,
        f.restored_at,
        coalesce(f.ended_at < f.restored_at, f.ended_at is not null) as is_ended,
        cast(floor((epoch(f.restored_at) + z.offset_s) / 86400) as bigint) - d.local_day as days_taken,
        c.cut_off_day - d.local_day as days_passed
    from ground as g
    inner join cut_off as c on g.partner_id = c.partner_id
    left join settled as s on g.partner_id = s.partner_id and g.event_id = s.event_id
    left join later_cash as k
        on g.partner_id = k.partner_id and g.event_id = k.event_id and s.currency = k.currency
    left join followed as f on g.partner_id = f.partner_id and g.event_id = f.event_id
    left join local_slot as z
        on f.partner_id = z.partner_id and cast(floor(epoch(f.restored_at) / 900) as bigint) = z.slot
    left join local_day as d on s.partner_id = d.partner_id and s.settled_on = d.local_on
),

judged as (
    select
        *,
        case
            when standing in ('other_cause', 'by_microsoft', 'with_its_base', 'cause_unknown', 'day_unknown', 'customer_unknown')
                then standing
            when standing in ('paid', 'wholly_disputed', 'not_due_yet', 'nothing_billed') then 'no_ground'
            when standing <> 'open' then 'ground_unclear'
            when is_ended then 'subscription_ended'
            when settled_on is null and restored_at is not null then 'restored_before'
            when settled_on is null and loose_amount >= open_amount then 'loose_cash'
            when settled_on is null then 'still_unpaid'
            when days_taken < 0 then 'restored_before'
            when days_taken <= cast($limit_days as bigint) then null
            when days_taken > cast($limit_days as bigint) then 'restored_late'
            when restored_at is not null then 'days_taken'
            when days_passed > cast($limit_days as bigint) then 'not_restored'
            else 'not_restored_yet'
        end as reason
    from compared
)

select
    partner_id,
    event_id as subject_id,
    occurred_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('restored_late', 'not_restored') then 'fail'
        when reason = 'days_taken' then 'observation'
        when reason = 'not_restored_yet' then 'not_yet_due'
        when
            reason in (
                'other_cause', 'by_microsoft', 'with_its_base', 'no_ground', 'still_unpaid', 'restored_before',
                'subscription_ended'
            )
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case
        when reason is null or reason in ('restored_late', 'days_taken') then cast(days_taken as varchar)
        when reason in ('not_restored', 'not_restored_yet') then cast(days_passed as varchar)
    end as observed,
    case when reason is null or reason in ('restored_late', 'not_restored') then cast($limit_days as varchar) end as expected
from judged
