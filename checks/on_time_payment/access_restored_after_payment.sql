/* cspaudit
title      = "Access disabled for non-payment is restored once what was unpaid is settled"
obligation = "BIL-SUSPEND-UNTIL"
version    = 1
subject    = "subscription_event"
needs      = ["subscription_event", "customer_invoice.due_on", "customer_payment.invoice_id"]
uses       = ["billed_products"]
unit       = "days"
lookback_months = 12
rationale  = "Disabling access is a means to be paid. Once the customer has paid, nothing speaks for keeping it locked out."
blind_spot = "The matter counts as settled on the value date of the payment, which the partner may learn some days later. A bill for the product that falls overdue before access is restored continues the matter. Why access was restored before payment is not looked at."
remedy     = "Let the payment itself trigger the reactivation, and look each morning for suspended subscriptions whose customer owes nothing any more."

[params]
days = { type = "integer", basis = "auditor policy; no number in the documents" }
tolerance = { value = 0.00, basis = "auditor policy; no number in the documents" }
payments_cover = { value = "undisputed_first", one_of = ["undisputed_first", "disputed_first"], basis = "auditor policy: a payment counts first against the part of a bill that is not contested" }
ledger_days = { value = 90, basis = "auditor policy: how long before a suspension the ledger has to begin to show that nothing was overdue" }

[reasons]
restored_late = "Restored {observed} days after everything was settled; {expected} are allowed."
not_restored = "Still suspended {observed} days after everything was settled; {expected} are allowed."
days_taken = "Restored {observed} days after everything was settled; how many are allowed is not set."
still_suspended = "Settled, and still suspended; how many days are allowed is not set."
limit_running = "Settled and still suspended; the days allowed had not run out when the exports were taken."
still_unpaid = "Still unpaid when the exports were taken."
settled_unclear = "From when on nothing was overdue for it is not certain: a bill's product, due date or payment is not clear."
ledger_too_short = "No overdue bill for it was open, but the ledger begins too shortly before the suspension to be sure."
restored_before_payment = "Restored before the bill was settled."
ended = "The subscription ended meanwhile."
nothing_unpaid = "No bill for it was overdue when it was suspended."
ground_unknown = "Why the subscription was suspended is not known."
customer_unknown = "The exports do not say whose subscription this is."
other_ground = "Not suspended for non-payment."
not_by_partner = "Not suspended by the partner."
not_csp = "Bought elsewhere: the partner does not bill it."
with_base = "An add-on that was suspended together with its base."
*/
-- what a bill is overdue from the day after its due day on, and what came in on it
with movement as (
    select partner_id, customer_id, invoice_id, surely_due_on + cast(1 as integer) as day_on,
        amount as surely, 0 as perhaps, 0 as at_most, 0 as at_least
    from due_part
    where surely_due_on is not null
    union all
    select partner_id, customer_id, invoice_id, perhaps_due_on + cast(1 as integer), 0, amount, 0, 0
    from due_part
    where perhaps_due_on is not null
    union all
    select partner_id, customer_id, invoice_id, day_on, 0, 0, at_most, at_least from receipt
),

running as (
    select
        m.partner_id, m.customer_id, m.invoice_id, m.day_on, b.to_pay,
        sum(sum(m.surely)) over until_then as surely_due,
        sum(sum(m.perhaps)) over until_then as perhaps_due,
        sum(sum(m.at_most)) over until_then as at_most,
        sum(sum(m.at_least)) over until_then as at_least,
        lead(m.day_on) over (partition by m.partner_id, m.customer_id, m.invoice_id order by m.day_on) as next_on
    from movement as m
    inner join bill as b
        on m.partner_id = b.partner_id and m.customer_id = b.customer_id and m.invoice_id = b.invoice_id
    group by m.partner_id, m.customer_id, m.invoice_id, m.day_on, b.to_pay
    window until_then as (
        partition by m.partner_id, m.customer_id, m.invoice_id
        order by m.day_on rows between unbounded preceding and current row
    )
),

balance as (
    select
        partner_id, customer_id, invoice_id, day_on,
        coalesce(next_on, date '9999-12-31') as until_on,
        least(
            surely_due,
            case when $payments_cover = 'disputed_first' then to_pay else surely_due end - greatest(at_most, 0)
        ) > cast($tolerance as decimal(19, 4)) as is_surely_open,
        least(
            perhaps_due,
            case when $payments_cover = 'disputed_first' then to_pay else perhaps_due end - greatest(at_least, 0)
        ) > cast($tolerance as decimal(19, 4)) as is_perhaps_open
    from running
),

-- the days on which the product was unpaid, from the suspension on: at least, and at most
stretch as (
    select s.partner_id, s.event_id, s.suspended_on, 'least' as bound, t.day_on, t.until_on
    from suspension as s
    inner join balance as t on s.partner_id = t.partner_id and s.customer_id = t.customer_id
    inner join billed_product as p
        on s.partner_id = p.partner_id and s.event_id = p.event_id and t.invoice_id = p.invoice_id
    where t.is_surely_open and p.is_certain and t.until_on >= s.suspended_on
    union all
    select s.partner_id, s.event_id, s.suspended_on, 'most', t.day_on, t.until_on
    from suspension as s
    inner join balance as t on s.partner_id = t.partner_id and s.customer_id = t.customer_id
    inner join billed_product as p
        on s.partner_id = p.partner_id and s.event_id = p.event_id and t.invoice_id = p.invoice_id
    where t.is_perhaps_open and p.is_possible and t.until_on >= s.suspended_on
),

reached as (
    select
        *,
        max(until_on) over (
            partition by partner_id, event_id, bound
            order by day_on, until_on rows between unbounded preceding and 1 preceding
        ) as reached_on
    from stretch
),

-- the first day on which the next bill falls overdue only after all before was settled and the days allowed were over
breaks as (
    select
        partner_id, event_id, bound,
        min(day_on) as break_on
    from reached
    where day_on > coalesce(reached_on + cast(coalesce($days, 0) as integer), suspended_on)
    group by partner_id, event_id, bound
),

settled as (
    select
        r.partner_id, r.event_id,
        max(case when r.bound = 'least' then r.until_on end) as earliest_on,
        max(case when r.bound = 'most' then r.until_on end) as latest_on
    from reached as r
    left join breaks as b on r.partner_id = b.partner_id and r.event_id = b.event_id and r.bound = b.bound
    where b.break_on is null or r.day_on < b.break_on
    group by r.partner_id, r.event_id
),

later as (
    select
        s.partner_id, s.event_id,
        min(case when e.event = 'reactivated' then z.local_on end) as restored_on,
        min(case when e.event in ('cancelled', 'expired', 'transferred') then z.local_on end) as ended_on
    from suspension as s
    inner join subscription_event as e
        on s.partner_id = e.partner_id and s.subscription_id = e.subscription_id
    inner join local_slot as z
        on e.partner_id = z.partner_id and cast(floor(epoch(e.occurred_at) / 900) as bigint) = z.slot
    where e.occurred_at > s.occurred_at and e.occurred_at <= cast($as_of as timestamp)
    group by s.partner_id, s.event_id
),

course as (
    select
        s.partner_id, s.event_id, s.occurred_at, s.suspended_on, s.set_aside, c.cut_off_on,
        l.restored_on,
        case when s.ended_on <= c.cut_off_on then least(s.ended_on, l.ended_on) else l.ended_on end as ended_on,
        t.earliest_on,
        case when g.unowned_from_on is not null then date '9999-12-31' else t.latest_on end as latest_on,
        coalesce(g.first_on > s.suspended_on - cast($ledger_days as integer), true) as is_ledger_short
    from suspension as s
    inner join cut_off as c on s.partner_id = c.partner_id
    left join later as l on s.partner_id = l.partner_id and s.event_id = l.event_id
    left join settled as t on s.partner_id = t.partner_id and s.event_id = t.event_id
    left join ledger_span as g on s.partner_id = g.partner_id
),

-- how it would stand if everything had been settled on that day
outcome as (
    select
        partner_id, event_id, bound, settled_on, restored_on, cut_off_on,
        case
            when settled_on is null then 'nothing_unpaid'
            when restored_on < settled_on and coalesce(restored_on <= ended_on, true) then 'restored_before_payment'
            when restored_on is not null and coalesce(restored_on <= ended_on, true) then
                case
                    when cast($days as integer) is null then 'days_taken'
                    when restored_on > settled_on + cast($days as integer) then 'restored_late'
                    else 'restored'
                end
            when ended_on is not null and coalesce(ended_on <= settled_on + cast($days as integer), true) then 'ended'
            when settled_on > cut_off_on then 'still_unpaid'
            when cast($days as integer) is null then 'still_suspended'
            when cut_off_on > settled_on + cast($days as integer) then 'not_restored'
            else 'limit_running'
        end as reason
    from (
        select partner_id, event_id, 'least' as bound, earliest_on as settled_on, restored_on, ended_on, cut_off_on
        from course
        where set_aside is null
        union all
        select partner_id, event_id, 'most', latest_on, restored_on, ended_on, cut_off_on from course where set_aside is null
    ) as b
),

ranked as (
    select
        *,
        case
            when reason = 'restored' then 'pass'
            when reason in ('restored_late', 'not_restored') then 'fail'
            when reason = 'days_taken' then 'observation'
            when reason in ('still_suspended', 'limit_running', 'still_unpaid') then 'not_yet_due'
            else 'not_applicable'
        end as status
    from outcome
),

compared as (
    select
        m.partner_id, m.event_id, m.reason, m.settled_on,
        coalesce(m.restored_on, m.cut_off_on) as until_on,
        m.status <> f.status or (m.reason = 'days_taken' and m.settled_on <> f.settled_on) as is_unclear
    from ranked as m
    inner join ranked as f on m.partner_id = f.partner_id and m.event_id = f.event_id
    where m.bound = 'most' and f.bound = 'least'
),

judged as (
    select
        c.partner_id, c.event_id, c.occurred_at, m.settled_on, m.until_on,
        case
            when c.set_aside is not null then c.set_aside
            when m.is_unclear then 'settled_unclear'
            when m.reason = 'nothing_unpaid' and c.is_ledger_short then 'ledger_too_short'
            else m.reason
        end as reason
    from course as c
    left join compared as m on c.partner_id = m.partner_id and c.event_id = m.event_id
)

select
    partner_id,
    event_id as subject_id,
    occurred_at as dated_at,
    case
        when reason = 'restored' then 'pass'
        when reason in ('restored_late', 'not_restored') then 'fail'
        when reason = 'days_taken' then 'observation'
        when reason in ('still_suspended', 'limit_running', 'still_unpaid') then 'not_yet_due'
        when reason in (
            'nothing_unpaid', 'restored_before_payment', 'ended', 'other_ground', 'not_by_partner', 'not_csp', 'with_base'
        ) then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    case when reason <> 'restored' then reason end as reason,
    case
        when reason in ('restored', 'restored_late', 'not_restored', 'days_taken')
            then cast(
                cast(floor(
                    (epoch(cast(until_on as timestamp)) - epoch(cast(settled_on as timestamp))) / 86400
                ) as bigint) as varchar
            )
    end as observed,
    case when reason in ('restored', 'restored_late', 'not_restored') then cast($days as varchar) end as expected
from judged
