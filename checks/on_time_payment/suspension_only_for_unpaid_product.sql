/* cspaudit
title      = "Access is suspended only for a product that is overdue, undisputed and unpaid"
obligation = "BIL-SUSPEND-GROUND"
version    = 1
subject    = "subscription_event"
needs      = ["subscription_event.reason", "customer_invoice", "customer_invoice_line.subscription_id", "customer_payment"]
uses       = ["suspension_grounds"]
unit       = ""
lookback_months = 3
rationale  = "Partners may suspend what is not paid. Whoever suspends another product, or one whose bill is paid, contested or not due, goes beyond that permission."
blind_spot = "What the bill of a product is, is known by the subscription on its lines. Money that names a bill counts against its undisputed lines first; which of several lines a part payment is for is not known. A bill older than the exported ones is not seen."
remedy     = "Before suspending, look up whether the bill of this very product is overdue, not contested and still unpaid."

[reasons]
paid                   = "The bill of this product had been paid."
wholly_disputed        = "The bill of this product had been contested by its due date."
not_due_yet            = "The bill of this product was not due yet."
nothing_billed         = "No bill of this product had been sent by then."
other_cause            = "Suspended for fraud, on the customer's wish, at the end of its term or for another cause."
by_microsoft           = "Suspended by Microsoft, not by the partner."
with_its_base          = "An add-on, suspended together with its base."
cause_unknown          = "The export does not tell why it was suspended."
day_unknown            = "The partner's local day of the suspension is not known."
customer_unknown       = "The export does not tell whose subscription it is."
due_date_unknown       = "The due date of the bill is not known."
dispute_unclear        = "Whether the bill was contested on that day is not clear: the dispute lacks its day, its outcome or the line it is about."
paid_in_other_currency = "The bill is open in its own currency, and a payment in another currency names it."
loose_cash             = "Open by the ledger, but money of the customer that names no bill would be enough for it."
paid_that_day          = "Paid on the day of the suspension; which came first is not known."
allocation_unclear     = "Only a part of the bill was paid, and whether for this product or another one on it is not known."
lines_missing          = "A bill was overdue whose lines, or the products on them, are not in the export."
*/
select
    partner_id,
    event_id as subject_id,
    occurred_at as dated_at,
    case
        when standing = 'open' then 'pass'
        when standing in ('paid', 'wholly_disputed', 'not_due_yet', 'nothing_billed') then 'fail'
        when standing in ('other_cause', 'by_microsoft', 'with_its_base') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    nullif(standing, 'open') as reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from ground
