/* cspaudit
title      = "Disputes about Microsoft's figures are reported to Microsoft"
obligation = "HIST-BILLING-DISPUTE"
version    = 1
subject    = "customer_dispute"
needs      = ["customer_dispute.cause", "customer_dispute.request_id", "service_request.issue_type"]
reads      = ["customer_invoice"]
uses       = ["cut_off_days"]
unit       = ""
rationale  = "From December 2016 to September 2018 the page on billing told partners to report questions and disputes about bills to Microsoft on the customer's behalf."
blind_spot = "Whose figures a dispute is about is what the export says. What the request says, and whether it was filed in time to help, is not read."
remedy     = "File a commercial request for every dispute about Microsoft's figures, and keep its number with the dispute."

[reasons]
not_reported       = "The dispute is over, and no request to Microsoft is named."
reported_otherwise = "The request named is a technical one."
not_reported_yet   = "The dispute is open, and no request to Microsoft is named yet."
other_cause        = "The dispute is not about Microsoft's figures."
cause_unknown      = "The export does not tell whose figures the dispute is about."
request_unseen     = "The request named is not in the export."
type_unknown       = "The export does not tell whether the request named is commercial."
*/
with dispute as (
    select
        d.partner_id, d.invoice_id, d.line, d.opened_on, d.closed_on, d.request_id,
        coalesce(d.cause, 'unknown') as cause,
        c.cut_off_on,
        coalesce(d.opened_on, d.closed_on, i.issued_on, c.cut_off_on) as dated_on
    from customer_dispute as d
    inner join cut_off as c on d.partner_id = c.partner_id
    left join customer_invoice as i on d.partner_id = i.partner_id and d.invoice_id = i.invoice_id
),

judged as (
    select
        d.partner_id, d.invoice_id, d.line, d.dated_on,
        case
            when d.cause in ('partner_figures', 'other') then 'other_cause'
            when d.cause = 'unknown' then 'cause_unknown'
            when r.issue_type = 'commercial' then null
            when r.issue_type = 'technical' then 'reported_otherwise'
            when r.request_id is not null then 'type_unknown'
            when d.request_id is not null then 'request_unseen'
            when d.closed_on <= d.cut_off_on then 'not_reported'
            else 'not_reported_yet'
        end as reason
    from dispute as d
    left join service_request as r
        on d.partner_id = r.partner_id and d.request_id = r.request_id and r.opened_at <= cast($as_of as timestamp)
    where d.dated_on <= d.cut_off_on
)

select
    partner_id,
    invoice_id || '/' || line as subject_id,
    dated_on as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('not_reported', 'reported_otherwise') then 'fail'
        when reason = 'not_reported_yet' then 'not_yet_due'
        when reason = 'other_cause' then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from judged
