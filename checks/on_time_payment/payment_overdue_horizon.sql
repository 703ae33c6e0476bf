/* cspaudit
title      = "No invoice stays unpaid beyond the day from which Microsoft may suspend the account"
obligation = "X-PAY-HORIZON"
version    = 2
subject    = "supplier_invoice"
notes_only = true
needs      = ["supplier_invoice", "supplier_payment.invoice_id"]
uses       = ["supplier_lateness"]
unit       = "days"
lookback_months = 12
rationale  = "Microsoft may suspend a partner's account once the billed amount is more than sixty days overdue. That is not the payment term: sixty days after the invoice it falls due, sixty days after that the account is at risk."
blind_spot = "What was paid a few days before the exports were made may not be booked yet. An invoice that fell due before the audited period is not shown. Whether Microsoft suspends an account is not seen here."
remedy     = "Pay the oldest invoice first, and agree on a plan with Microsoft before the sixtieth day after the due date."

[params]
payment_term_days = { value = 60, basis = "billing basics page, 2021-01-28: net 60 days; only where the export has no due date" }
tolerance = { value = 0.00, basis = "auditor policy; no number in the documents" }
disputes = { value = "separate", one_of = ["separate", "ignore"], basis = "auditor policy: a part contested by its due date is judged apart from the rest" }
horizon_days = { value = 60, basis = "page on suspended Partner Center accounts: more than 60 days overdue" }

[reasons]
horizon_crossed = "Unpaid {observed} days after the due date; beyond {expected} days Microsoft may suspend the account."
within_horizon = "Unpaid {observed} days after the due date; Microsoft may suspend the account in more than {expected} days."
loose_cash = "Open by the ledger, but payments that name no invoice would be enough for it."
paid_in_other_currency = "Open in its own currency, and a payment or credit in another currency names it."
statement_gap = "Open as far as the bank statements tell, but they leave out more than a month in which it may have been paid."
dispute_unclear = "Open, unless a dispute covers it; its dates, its outcome or its credit note are not clear."
due_date_ahead = "The due date had not passed when the exports were taken."
wholly_disputed = "All that is open was contested by the due date, and the dispute is not settled."
dispute_upheld = "The dispute was won for all that was open."
settled = "Nothing of it was overdue when the exports were taken."
voided = "Cancelled, or credited in full."
provider_invoice = "An invoice of the provider, not of Microsoft."
credit_note = "A credit note asks for no payment."
nothing_to_pay = "Nothing to pay on this document."
*/
with taken as (
    select partner_id, invoice_id, currency, sum(amount) as paid
    from (
        select partner_id, invoice_id, currency, amount from by_name
        union all
        select partner_id, invoice_id, currency, amount from by_amount
    ) as placed
    group by partner_id, invoice_id, currency
),

-- what was open when the exports were taken, and since when without a break
last_settled as (
    select partner_id, invoice_id, max(day_on) as day_on
    from balances
    where day_on >= due_on and surely_open <= cast($tolerance as decimal(19, 4))
    group by partner_id, invoice_id
),

open_since as (
    select o.partner_id, o.invoice_id, min(o.missed_on) as missed_on
    from overdue as o
    left join last_settled as s on o.partner_id = s.partner_id and o.invoice_id = s.invoice_id
    where o.is_surely and (s.day_on is null or o.day_on > s.day_on)
    group by o.partner_id, o.invoice_id
),

still_open as (
    select o.partner_id, o.invoice_id, o.is_surely, o.lacking <= l.amount as loose_could_cure
    from overdue as o
    inner join (
        select partner_id, currency, sum(amount) as amount
        from (
            select partner_id, currency, amount from loose
            union all
            select distinct partner_id, currency, 0 as amount from overdue
        ) as cash
        group by partner_id, currency
    ) as l on o.partner_id = l.partner_id and o.currency = l.currency
    where o.next_on is null
),

-- open invoices that may have been paid in a stretch of more than a month of which no statement tells
perhaps_paid_later as (
    select distinct i.partner_id, i.invoice_id
    from invoices as i
    inner join statement_gaps as g on i.partner_id = g.partner_id
    where i.issued_on < g.before_on and g.after_on + cast(31 as integer) < g.before_on
),

measured as (
    select
        r.partner_id, r.invoice_id, r.dated_at, r.reason as payment_reason, i.status = 'paid' as is_marked_paid,
        coalesce(t.paid, 0) + i.credited + cast($tolerance as decimal(19, 4)) >= i.to_pay as is_covered,
        i.due_on, i.cutoff_on, o.is_surely, o.loose_could_cure, f.invoice_id is not null as in_other_currency,
        g.invoice_id is not null as is_perhaps_paid,
        cast(floor(
            (epoch(cast(i.cutoff_on as timestamp)) - epoch(cast(s.missed_on as timestamp))) / 86400
        ) as bigint) as days
    from judged as r
    inner join invoices as i on r.partner_id = i.partner_id and r.invoice_id = i.invoice_id
    left join taken as t on r.partner_id = t.partner_id and r.invoice_id = t.invoice_id and i.currency = t.currency
    left join still_open as o on r.partner_id = o.partner_id and r.invoice_id = o.invoice_id
    left join open_since as s on r.partner_id = s.partner_id and r.invoice_id = s.invoice_id
    left join in_other_currency as f on r.partner_id = f.partner_id and r.invoice_id = f.invoice_id
    left join perhaps_paid_later as g on r.partner_id = g.partner_id and r.invoice_id = g.invoice_id
),

noted as (
    select
        *,
        case
            when payment_reason in (
                'credit_note', 'nothing_to_pay', 'voided', 'provider_invoice', 'wholly_disputed', 'dispute_upheld'
            ) then payment_reason
            when is_marked_paid then 'settled'
            when due_on >= cutoff_on and is_covered then 'settled'
            when due_on >= cutoff_on then 'due_date_ahead'
            when is_surely is null then 'settled'
            when not is_surely then 'dispute_unclear'
            when in_other_currency then 'paid_in_other_currency'
            when loose_could_cure then 'loose_cash'
            when is_perhaps_paid then 'statement_gap'
            when days > cast($horizon_days as integer) then 'horizon_crossed'
            else 'within_horizon'
        end as reason
    from measured
)

select
    partner_id,
    invoice_id as subject_id,
    dated_at,
    case
        when reason in ('horizon_crossed', 'within_horizon') then 'observation'
        when reason = 'due_date_ahead' then 'not_yet_due'
        when reason in ('loose_cash', 'paid_in_other_currency', 'statement_gap', 'dispute_unclear')
            then 'insufficient_evidence'
        else 'not_applicable'
    end as status,
    reason,
    case when reason in ('horizon_crossed', 'within_horizon') then cast(days as varchar) end as observed,
    case
        when reason = 'horizon_crossed' then cast(cast($horizon_days as integer) as varchar)
        when reason = 'within_horizon' then cast(cast($horizon_days as integer) - days as varchar)
    end as expected
from noted
