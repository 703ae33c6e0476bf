/* cspaudit
title      = "A product is suspended for non-payment only where an overdue bill for it is open"
obligation = "BIL-SUSPEND-GROUND"
version    = 1
subject    = "subscription_event"
needs      = ["subscription_event", "customer_invoice.due_on", "customer_payment.invoice_id"]
uses       = ["billed_products"]
unit       = ""
lookback_months = 12
rationale  = "Access may be disabled to what is not paid. A customer that loses a product it has paid for, or has contested in time, is harmed without a ground."
blind_spot = "What is open on a bill is taken as open for each of its products that nobody contests, because payments name bills and not lines. Agreements to pay later are not seen unless the due date says so. An add-on suspended on the day of its base is not looked at by itself."
remedy     = "Before suspending, look at what is open for this very product, leave contested lines out, and name the subscription on each line of an invoice."

[params]
tolerance = { value = 0.00, basis = "auditor policy; no number in the documents" }
payments_cover = { value = "undisputed_first", one_of = ["undisputed_first", "disputed_first"], basis = "auditor policy: a payment counts first against the part of a bill that is not contested" }
ledger_days = { value = 90, basis = "auditor policy: how long before a suspension the ledger has to begin to show that nothing was overdue" }

[reasons]
contested = "No overdue bill for it was open but what the customer had contested in time."
other_product = "What was overdue was for other products."
nothing_overdue = "No bill for it was overdue and open."
product_unknown = "A bill was overdue, but no line tells for which product."
due_date_unknown = "A bill was open, but its due date is not known."
void_undated = "A bill was overdue and cancelled, and nothing tells whether before the suspension."
payment_undated = "A bill was overdue and is marked as paid, but no payment shows on which day."
other_currency = "A bill was overdue in its own currency, and a payment or credit in another currency names it."
payments_begin_later = "A bill was overdue as far as the payments go, but they begin after it was issued."
balance_unclear = "Whether a bill was still open depends on a payment of the same day, on money that names no bill, or on a dispute whose days or outcome are not clear."
owner_unknown = "No overdue bill of this customer was open, but there are bills that do not say whose they are."
ledger_too_short = "No overdue bill was open, but the ledger begins too shortly before the suspension to be sure."
ground_unknown = "Why the subscription was suspended is not known."
customer_unknown = "The exports do not say whose subscription this is."
other_ground = "Not suspended for non-payment."
not_by_partner = "Not suspended by the partner."
not_csp = "Bought elsewhere: the partner does not bill it."
with_base = "An add-on that was suspended together with its base."
*/
with ground as (
    select
        a.partner_id, a.event_id,
        bool_or(a.is_certain and p.is_certain) as is_certain,
        bool_or(a.is_certain and p.is_possible) as is_unpaid,
        bool_or(p.is_possible) as is_possible,
        min(case when p.is_possible then a.doubt end) as doubt
    from arrears as a
    inner join billed_product as p
        on a.partner_id = p.partner_id and a.event_id = p.event_id and a.invoice_id = p.invoice_id
    group by a.partner_id, a.event_id
),

contested_before as (
    select distinct partner_id, event_id from billed_product where is_contested
),

judged as (
    select
        s.partner_id, s.event_id, s.occurred_at,
        case
            when s.set_aside is not null then s.set_aside
            when g.is_certain then null
            when g.is_possible and g.is_unpaid then 'product_unknown'
            when g.is_possible then coalesce(g.doubt, 'balance_unclear')
            when l.unowned_from_on < s.suspended_on then 'owner_unknown'
            when coalesce(l.first_on > s.suspended_on - cast($ledger_days as integer), true) then 'ledger_too_short'
            when c.event_id is not null then 'contested'
            when g.event_id is not null then 'other_product'
            else 'nothing_overdue'
        end as reason
    from suspension as s
    left join ground as g on s.partner_id = g.partner_id and s.event_id = g.event_id
    left join contested_before as c on s.partner_id = c.partner_id and s.event_id = c.event_id
    left join ledger_span as l on s.partner_id = l.partner_id
)

select
    partner_id,
    event_id as subject_id,
    occurred_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('contested', 'other_product', 'nothing_overdue') then 'fail'
        when reason in ('other_ground', 'not_by_partner', 'not_csp', 'with_base') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from judged
