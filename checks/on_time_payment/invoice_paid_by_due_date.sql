/* cspaudit
title      = "Microsoft invoices are paid in full by their due date"
obligation = "BIL-PAY-ONTIME"
version    = 3
subject    = "supplier_invoice"
needs      = ["supplier_invoice", "supplier_payment.invoice_id"]
uses       = ["supplier_lateness"]
unit       = "days"
lookback_months = 12
rationale  = "A partner answers for paying Microsoft on time, whether or not its own customers have paid; an account that stays overdue can be suspended."
blind_spot = "The ledger shows the value date that the partner booked, not the day on which Microsoft booked the money. Cash that says not what it pays is matched only where its amount fits a single open invoice. Where payments are known from bank statements alone, other accounts are not seen; days without a movement count as covered up to a month. A chain of amendments is followed over eight documents."
remedy     = "Pay each Microsoft invoice so that the money is valued by its due date, name the invoice number in every transfer, and open a dispute before the due date, not after it."

[params]
payment_term_days = { value = 60, basis = "billing basics page, 2021-01-28: net 60 days; only where the export has no due date" }
tolerance = { value = 0.00, basis = "auditor policy; no number in the documents" }
disputes = { value = "separate", one_of = ["separate", "ignore"], basis = "auditor policy: a part contested by its due date is judged apart from the rest" }

[reasons]
paid_late = "Settled {observed} days after the due date."
unpaid = "Still not paid in full {observed} days after the due date."
payment_date_unknown = "Marked as paid, but no payment shows on which day."
paid_in_other_currency = "Not settled in its own currency by the due date, and a payment or credit in another currency names it."
loose_cash = "Not settled by the due date, but payments that name no invoice would have been enough."
statement_gap = "Not settled by the due date as far as the bank statements tell, but they leave out days on which it may have been paid."
dispute_unclear = "Not settled by the due date, unless a dispute covers it; its dates, its outcome or its credit note are not clear."
due_date_unknown = "The due date is not known and no payment term is set."
due_date_ahead = "The due date had not passed when the exports were taken."
wholly_disputed = "All that is open was contested by the due date, and the dispute is not settled."
dispute_upheld = "The dispute was won for the whole amount, so nothing was due."
voided = "Cancelled, or credited in full."
provider_invoice = "An invoice of the provider, not of Microsoft."
credit_note = "A credit note asks for no payment."
nothing_to_pay = "Nothing to pay on this document."
*/
select
    partner_id,
    invoice_id as subject_id,
    dated_at,
    status,
    case when status <> 'pass' then reason end as reason,
    case
        when status = 'pass' then '0'
        when status = 'fail'
            then cast(
                cast(floor(
                    (epoch(cast(late_until_on as timestamp)) - epoch(cast(missed_on as timestamp))) / 86400
                ) as bigint) as varchar
            )
    end as observed,
    case when status in ('pass', 'fail', 'insufficient_evidence') then '0' end as expected
from judged
