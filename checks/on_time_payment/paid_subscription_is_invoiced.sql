/* cspaudit
title      = "Each paid subscription is invoiced by the partner, month by month"
obligation = "BIL-OWN"
version    = 1
subject    = "subscription"
notes_only = true
needs      = ["subscription", "customer_invoice", "customer_invoice_line.subscription_id"]
reads      = ["local_slot"]
unit       = ""
lookback_months = 12
rationale  = "The partner owns the billing relationship: what it sells, it invoices itself. A paid subscription without an invoice is revenue lost, or a sign that somebody else bills the customer."
blind_spot = "Only whether there is an invoice is looked at; quantities and prices are never compared. A reseller whose provider invoices the customer by contract is not told apart. A line that names neither a subscription nor a customer is left aside, and a line of a lump sum counts for the month of its invoice and the one before."
remedy     = "Name subscription and billing period on each line of an invoice, and look into paid subscriptions that no line names."

[reasons]
invoiced       = "Invoiced for this month."
not_invoiced   = "No invoice for this month names the subscription."
period_unknown = "Lines name the subscription, but not for which time."
lines_unnamed  = "No line names the subscription for this month, but lines of this customer name no subscription."
ledger_too_short = "No line names the subscription, and the ledger begins after its start: it may have been invoiced before."
price_unknown  = "No line names the subscription for this month, and whether it costs anything is not known."
start_unknown  = "No line names the subscription for this month, and its first day is not known."
month_ahead    = "Not invoiced yet; the month had not ended when the exports were taken."
trial          = "A trial subscription."
free           = "A subscription without a price."
not_csp        = "Bought elsewhere: the partner does not invoice it."
*/
with cut_off as (
    select partner_id, local_on as today_on
    from local_slot
    where slot = cast(floor(epoch(cast($as_of as timestamp)) / 900) as bigint)
),

months as (
    select
        m.partner_id, m.first_on, m.month_id, c.today_on,
        cast(date_trunc('month', m.first_on + cast(31 as integer)) as date) + cast(-1 as integer) as last_on
    from (
        select distinct
            partner_id, cast(date_trunc('month', local_on) as date) as first_on,
            substring(cast(local_on as varchar), 1, 7) as month_id
        from local_slot
        where slot >= cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)
            and slot < cast(floor(epoch(cast($end as timestamp)) / 900) as bigint)
    ) as m
    inner join cut_off as c on m.partner_id = c.partner_id
    where m.first_on <= c.today_on
),

-- the months in which a subscription ran, or may have run
running as (
    select
        s.partner_id, s.subscription_id, s.customer_id, s.started_on, s.is_paid, m.month_id, m.first_on, m.last_on,
        m.today_on,
        case
            when s.channel = 'non_csp' then 'not_csp'
            when s.is_trial then 'trial'
            when not s.is_paid then 'free'
        end as exempt
    from subscription as s
    inner join months as m on s.partner_id = m.partner_id
    where coalesce(s.started_on, m.first_on) <= m.last_on and coalesce(s.ended_on, m.last_on) >= m.first_on
),

documents as (
    select
        i.partner_id, i.invoice_id, i.customer_id, i.currency, i.issued_on, i.amount, i.amends_id, i.status,
        coalesce(i.document_type, 'invoice') = 'credit_note' as is_credit_note
    from customer_invoice as i
    inner join cut_off as c on i.partner_id = c.partner_id
    where i.issued_on <= c.today_on
),

credited as (
    select partner_id, amends_id as invoice_id, currency, sum(amount) as amount
    from documents
    where is_credit_note and amends_id is not null
    group by partner_id, amends_id, currency
),

-- what was cancelled or credited in full is no invoice
standing_lines as (
    select
        i.partner_id, l.subscription_id, coalesce(i.customer_id, l.customer_id) as customer_id, l.period_start_on,
        coalesce(l.period_end_on, l.period_start_on) as period_end_on,
        cast(date_trunc('month', i.issued_on) as date) as issued_month_on
    from documents as i
    inner join customer_invoice_line as l on i.partner_id = l.partner_id and i.invoice_id = l.invoice_id
    left join credited as c
        on i.partner_id = c.partner_id and i.invoice_id = c.invoice_id and i.currency = c.currency
    where not i.is_credit_note
        and coalesce(i.status, 'open') <> 'void'
        and (i.amount = 0 or coalesce(c.amount, 0) < i.amount)
        and coalesce(l.kind, 'product') = 'product'
),

named as (
    select
        r.partner_id, r.subscription_id, r.month_id,
        coalesce(bool_or(l.period_start_on <= r.last_on and l.period_end_on >= r.first_on), false) as is_invoiced,
        bool_or(l.period_start_on is null) as is_undated
    from running as r
    inner join standing_lines as l on r.partner_id = l.partner_id and r.subscription_id = l.subscription_id
    group by r.partner_id, r.subscription_id, r.month_id
),

-- lines that name no subscription count for the month of their period, or for that of their invoice and the one before
unnamed as (
    select distinct r.partner_id, r.subscription_id, r.month_id
    from running as r
    inner join standing_lines as l on r.partner_id = l.partner_id and r.customer_id = l.customer_id
    where l.subscription_id is null
        and coalesce(l.period_start_on, l.issued_month_on + cast(-1 as integer)) <= r.last_on
        and coalesce(l.period_end_on, l.issued_month_on) >= r.first_on
),

ledger_starts as (
    select partner_id, min(issued_on) as first_on from documents group by partner_id
),

noted as (
    select
        r.partner_id, r.subscription_id, r.month_id, r.last_on,
        case
            when r.exempt is not null then r.exempt
            when n.is_invoiced then 'invoiced'
            when r.last_on >= r.today_on then 'month_ahead'
            when n.is_undated then 'period_unknown'
            when u.subscription_id is not null then 'lines_unnamed'
            when r.started_on is null then 'start_unknown'
            when n.subscription_id is null and (g.first_on is null or r.started_on < g.first_on) then 'ledger_too_short'
            when r.is_paid is null then 'price_unknown'
            else 'not_invoiced'
        end as reason
    from running as r
    left join named as n
        on r.partner_id = n.partner_id and r.subscription_id = n.subscription_id and r.month_id = n.month_id
    left join unnamed as u
        on r.partner_id = u.partner_id and r.subscription_id = u.subscription_id and r.month_id = u.month_id
    left join ledger_starts as g on r.partner_id = g.partner_id
)

select
    partner_id,
    subscription_id || '/' || month_id as subject_id,
    last_on as dated_at,
    case
        when reason in ('invoiced', 'not_invoiced') then 'observation'
        when reason in ('trial', 'free', 'not_csp') then 'not_applicable'
        when reason = 'month_ahead' then 'not_yet_due'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from noted
