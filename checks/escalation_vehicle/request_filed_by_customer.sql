/* cspaudit
title      = "Requests that customers filed with Microsoft themselves are noted"
obligation = "SUP-SOLE-CHANNEL"
version    = 1
subject    = "service_request"
notes_only = true
needs      = ["service_request"]
reads      = ["subscription"]
uses       = ["filed_requests"]
unit       = ""
rationale  = "Customers of a partner are to turn to their partner for support. A request that a customer filed itself shows that it found another way, perhaps because it did not know this one."
blind_spot = "The partner's exports rarely hold what its customers filed themselves. That a customer had locked itself out, and so was free to file, is not seen; nor is what it buys elsewhere unless the export of subscriptions tells it."
remedy     = "Tell the customer how to reach the partner's support."

[reasons]
filed_by_customer = "The customer filed the request with Microsoft itself."
buys_elsewhere = "The customer filed the request itself; it holds subscriptions that were not bought through the partner, so that it may."
filed_for_customer = "Filed by the partner or its provider."
filer_unknown = "The export does not say who filed the request."
customer_unknown = "Filed by a customer that the export does not name; some customers hold subscriptions bought elsewhere and may file."
*/
with bought_elsewhere as (
    select partner_id, customer_id, started_on, ended_on
    from subscription
    where channel = 'non_csp'
),

partner_with_others as (
    select distinct partner_id from bought_elsewhere
),

placed as (
    select
        r.partner_id,
        r.request_id,
        r.opened_at,
        r.filer,
        r.customer_id is null as is_customer_unknown,
        o.partner_id is not null as has_others,
        coalesce(bool_or(e.customer_id is not null), false) as buys_elsewhere
    from filed_request as r
    left join partner_with_others as o on r.partner_id = o.partner_id
    -- a day that is not told counts as one on which the subscription ran
    left join bought_elsewhere as e
        on
            r.partner_id = e.partner_id
            and r.customer_id = e.customer_id
            and coalesce(r.local_on >= e.started_on, true)
            and coalesce(r.local_on <= e.ended_on, true)
    group by r.partner_id, r.request_id, r.opened_at, r.filer, r.customer_id is null, o.partner_id is not null
),

judged as (
    select
        *,
        case
            when filer is null then 'filer_unknown'
            when filer <> 'customer' then 'filed_for_customer'
            when buys_elsewhere then 'buys_elsewhere'
            when is_customer_unknown and has_others then 'customer_unknown'
            else 'filed_by_customer'
        end as reason
    from placed
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case
        when reason = 'filed_by_customer' then 'observation'
        when reason in ('filed_for_customer', 'buys_elsewhere') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from judged
