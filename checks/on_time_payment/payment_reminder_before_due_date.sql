/* cspaudit
title      = "Customers are reminded of a payment before it falls due"
obligation = "BIL-REMIND-PAY"
version    = 1
subject    = "customer_invoice"
needs      = ["customer_invoice", "message.purpose"]
reads      = ["customer_dispute", "local_slot"]
uses       = ["message_senders", "mail_spans"]
unit       = "reminders"
lookback_months = 3
rationale  = "A customer that is reminded in time pays in time more often, and cannot say that it did not know."
blind_spot = "Calls, letters and reminders inside a portal are not in the mail log. A reminder counts only where the log names the invoice; whether its text names the due date is not read. Billing mail of no stated purpose is taken for a possible reminder, other mail without a purpose is left aside."
remedy     = "Let the billing system send a reminder some days before the due date, with the invoice number in it, and send it again where it was not delivered."

[params]
reminders = { value = 1, basis = "auditor policy; the page says regularly and gives no number" }
window_days = { type = "integer", basis = "auditor policy; no number in the documents: without one a reminder may come any time before the due date" }

[reasons]
not_reminded = "Reminders that reached the customer before the due date: {observed}; wanted: {expected}."
reminder_uncertain = "A message to this customer before the due date may have been the reminder; its purpose, direction or delivery is not certain, or it names no invoice."
reminder_without_customer = "A reminder sent before the due date may have been for this invoice; the log names neither invoice nor customer, or the customer of the invoice is not known."
gateway_missing = "The partner sends bulk mail from a domain that does not occur in the mail log, so that log is not complete."
mail_not_covered = "The mail log does not cover all of the time between the invoice and its due date."
method_unknown = "How this invoice is paid is not known; a direct debit, a card or a prepayment needs no reminder."
dispute_unclear = "The whole invoice was contested, and the day is not known."
due_date_unknown = "The due date is not known."
time_running = "The due date had not come when the exports were taken."
wholly_disputed = "The whole invoice was contested when it fell due."
collected = "Collected by direct debit or card, or paid in advance."
due_on_receipt = "Due on the day it was issued: there is no time for a reminder."
voided = "Cancelled, or credited in full by its due date."
credit_note = "A credit note asks for no payment."
nothing_to_pay = "Nothing to pay on this document."
*/
with cut_off as (
    select partner_id, local_on as today_on
    from local_slot
    where slot = cast(floor(epoch(cast($as_of as timestamp)) / 900) as bigint)
),

documents as (
    select
        i.partner_id, i.invoice_id, i.customer_id, i.currency, i.issued_on, i.due_on, i.payment_method, i.status,
        i.amount, i.amends_id, c.today_on,
        i.amount - coalesce(i.withheld_amount, 0) as to_pay,
        coalesce(i.document_type, 'invoice') = 'credit_note' as is_credit_note
    from customer_invoice as i
    inner join cut_off as c on i.partner_id = c.partner_id
    where i.issued_on <= c.today_on
),

credited as (
    select n.partner_id, i.invoice_id, sum(n.amount) as amount
    from documents as n
    inner join documents as i
        on n.partner_id = i.partner_id and n.amends_id = i.invoice_id and n.currency = i.currency
    where n.is_credit_note and n.issued_on <= coalesce(i.due_on, n.issued_on)
    group by n.partner_id, i.invoice_id
),

-- a dispute of the whole invoice that was not settled before the due date
contested as (
    select d.partner_id, d.invoice_id, bool_or(d.opened_on < i.due_on) as is_surely
    from customer_dispute as d
    inner join documents as i on d.partner_id = i.partner_id and d.invoice_id = i.invoice_id
    where coalesce(d.amount, i.to_pay) >= i.to_pay
        and (d.opened_on is null or d.opened_on < i.due_on)
        and coalesce(d.closed_on, i.due_on) >= i.due_on
    group by d.partner_id, d.invoice_id
),

-- one row a message: a reminder, or mail that may be one; several invoices in its copies are as many reminders
mail as (
    select
        m.partner_id, m.message_id, m.invoice_id, m.customer_id, min(z.local_on) as sent_on,
        bool_or(m.purpose = 'payment_reminder') as is_reminder,
        bool_or(
            m.purpose = 'payment_reminder' and m.direction = 'outbound' and m.delivery_status = 'delivered'
        ) as is_certain
    from message as m
    inner join local_slot as z
        on m.partner_id = z.partner_id and cast(floor(epoch(m.sent_at) / 900) as bigint) = z.slot
    where m.sent_at <= cast($as_of as timestamp)
        and coalesce(m.direction, 'unknown') in ('outbound', 'unknown')
        and coalesce(m.delivery_status, 'unknown') in ('delivered', 'unknown')
        and (
            m.purpose = 'payment_reminder'
            or (m.purpose is null and (m.invoice_id is not null or m.topic = 'billing'))
        )
    group by m.partner_id, m.message_id, m.invoice_id, m.customer_id
),

invoices as (
    select
        d.*, coalesce(g.amount >= d.to_pay, false) as is_credited, c.is_surely as is_contested,
        c.invoice_id is not null as is_perhaps_contested,
        d.due_on + cast(-1 as integer) as last_on,
        case
            when cast($window_days as integer) is null then d.issued_on
            else d.due_on - cast($window_days as integer)
        end as first_on,
        case
            when cast($window_days as integer) is null then date '0001-01-01'
            else d.due_on - cast($window_days as integer)
        end as named_from_on
    from documents as d
    left join credited as g on d.partner_id = g.partner_id and d.invoice_id = g.invoice_id
    left join contested as c on d.partner_id = c.partner_id and d.invoice_id = c.invoice_id
),

found as (
    select
        i.partner_id, i.invoice_id,
        count(distinct case when m.is_certain then m.message_id end) as certain,
        count(distinct m.message_id) as possible
    from invoices as i
    inner join mail as m on i.partner_id = m.partner_id and i.invoice_id = m.invoice_id
    where m.sent_on >= i.named_from_on and m.sent_on <= i.last_on
    group by i.partner_id, i.invoice_id
),

found_by_customer as (
    select distinct i.partner_id, i.invoice_id
    from invoices as i
    inner join mail as m on i.partner_id = m.partner_id and i.customer_id = m.customer_id
    where m.invoice_id is null and m.sent_on >= i.first_on and m.sent_on <= i.last_on
),

-- the latest reminder up to each day that names neither an invoice nor a customer, and that names no invoice
stray_until as (
    select
        z.partner_id, z.local_on,
        max(max(case when m.customer_id is null then m.sent_on end)) over up_to_day as without_customer_on,
        max(max(m.sent_on)) over up_to_day as without_invoice_on
    from day_seen as z
    left join mail as m
        on z.partner_id = m.partner_id and z.local_on = m.sent_on and m.invoice_id is null and m.is_reminder
    group by z.partner_id, z.local_on
    window up_to_day as (
        partition by z.partner_id order by z.local_on rows between unbounded preceding and current row
    )
),

unseen_gateway as (
    select g.partner_id, g.valid_from_on, coalesce(g.valid_to_on, date '9999-12-31') as valid_to_on
    from partner_domain as g
    where g.purpose = 'bulk_mail'
        and not exists (
            select 1 from aligned_domain as a
            inner join sending_domain as s on a.domain_number = s.domain_number
            where a.partner_id = g.partner_id
                and (s.domain = lower(g.domain) or ends_with(s.domain, '.' || lower(g.domain)))
        )
),

without_gateway as (
    select distinct i.partner_id, i.invoice_id
    from invoices as i
    inner join unseen_gateway as g on i.partner_id = g.partner_id
    where g.valid_from_on <= i.last_on and g.valid_to_on >= i.first_on
),

judged as (
    select
        i.partner_id, i.invoice_id, coalesce(i.due_on, i.issued_on) as dated_at, coalesce(f.certain, 0) as certain,
        case
            when i.is_credit_note then 'credit_note'
            when i.to_pay <= 0 then 'nothing_to_pay'
            when i.status = 'void' or i.is_credited then 'voided'
            when i.payment_method in ('direct_debit', 'card', 'prepaid') then 'collected'
            when i.due_on is null then 'due_date_unknown'
            when i.due_on <= i.issued_on then 'due_on_receipt'
            when f.certain >= cast($reminders as integer) then null
            when i.due_on > i.today_on then 'time_running'
            when i.is_contested then 'wholly_disputed'
            when f.possible > f.certain or c.invoice_id is not null then 'reminder_uncertain'
            when z.without_customer_on >= i.first_on or (i.customer_id is null and z.without_invoice_on >= i.first_on)
                then 'reminder_without_customer'
            when g.invoice_id is not null then 'gateway_missing'
            when p.partner_id is null or p.first_on > i.first_on or coalesce(p.last_on < i.last_on, true)
                then 'mail_not_covered'
            when i.is_perhaps_contested then 'dispute_unclear'
            when i.payment_method is null then 'method_unknown'
            else 'not_reminded'
        end as reason
    from invoices as i
    left join found as f on i.partner_id = f.partner_id and i.invoice_id = f.invoice_id
    left join found_by_customer as c on i.partner_id = c.partner_id and i.invoice_id = c.invoice_id
    left join stray_until as z on i.partner_id = z.partner_id and i.last_on = z.local_on
    left join without_gateway as g on i.partner_id = g.partner_id and i.invoice_id = g.invoice_id
    left join mail_span as p on i.partner_id = p.partner_id
)

select
    partner_id,
    invoice_id as subject_id,
    dated_at,
    case
        when reason is null then 'pass'
        when reason = 'not_reminded' then 'fail'
        when reason = 'time_running' then 'not_yet_due'
        when reason in ('credit_note', 'nothing_to_pay', 'voided', 'collected', 'due_on_receipt', 'wholly_disputed')
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason is null or reason = 'not_reminded' then cast(certain as varchar) end as observed,
    case when reason is null or reason = 'not_reminded' then cast($reminders as varchar) end as expected
from judged
