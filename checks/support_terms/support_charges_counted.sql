/* cspaudit
title         = "What was charged for support is on record"
obligation    = "SUP-CHARGE"
version       = 1
subject       = "ticket"
other_subject = "customer_invoice_line"
notes_only    = true
needs         = ["ticket"]
uses          = ["support_charges"]
unit          = ""
rationale     = "A partner may charge for support. Where it does, customers are to know the price: what is charged decides whether that is asked."
blind_spot    = "Flat fees inside the price of a subscription are not seen. A charge that stands on a ticket and on an invoice is told twice."
remedy        = "Mark the lines of invoices that charge for support."

[reasons]
ticket_charged = "A charge for support on a ticket: {observed}."
line_charged   = "A charge for support on an invoice: {observed}."
*/
with noted as (
    select
        *,
        case when is_ticket then 'ticket_charged' else 'line_charged' end as reason
    from charge
)

select
    partner_id,
    subject_id,
    dated_at,
    'observation' as status,
    reason,
    cast(cast(amount as decimal(19, 2)) as varchar) || coalesce(' ' || currency, '') as observed,
    cast(null as varchar) as expected
from noted
