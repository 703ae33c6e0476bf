/* cspaudit
title      = "Technical requests on Dynamics 365 are filed under Advanced Support for Partners or above"
obligation = "SVC-SPECIFIC"
version    = 1
subject    = "service_request"
needs      = ["service_request.service", "service_request.issue_type", "entitlement"]
uses       = ["filed_requests"]
unit       = ""
rationale  = "Microsoft's page on reporting problems says since February 2021 that a partner who files incidents on Dynamics 365 has to hold Advanced Support for Partners or a plan above it."
blind_spot = "What counts is that such a contract was held on that day, not under which the request was filed: that is a test of its own. Which customers of the provider a contract serves is not seen."
remedy     = "Hold Advanced Support for Partners, or file requests on Dynamics 365 through the provider or on the customer's own entitlement."

[reasons]
plan_not_held          = "No contract for Advanced Support for Partners or above was held on {observed}."
other_service          = "The request is not about Dynamics 365."
commercial_request     = "A commercial request."
filed_by_customer      = "Filed by the customer, not by the partner."
customer_entitlement   = "Filed on the customer's own support entitlement."
provider_vehicle       = "Handed to the provider, not to Microsoft."
before_rule            = "Filed before the page first said so, on 2021-02-26."
service_unknown        = "The export does not say which product the request is about."
type_unknown           = "The export does not say whether the request is technical or commercial."
day_unknown            = "The partner's local day of the request is not known."
contract_kind_unknown  = "A support contract of unknown kind was held that day and may be the one."
provider_unlisted      = "Filed by the provider, none of whose support contracts is listed."
filer_unknown          = "Only the provider held such a contract that day, and the export does not say who filed the request."
vehicle_unknown        = "No such contract was held, and the export does not say whether the request went through the provider or the customer's own entitlement."
*/
with held as (
    select
        r.partner_id, r.request_id, coalesce(e.holder, 'partner') as holder,
        bool_or(
            e.vehicle in ('advanced_support_for_partners', 'premier_support_for_partners', 'unified_for_partners')
        ) as has_plan,
        bool_or(e.vehicle = 'unknown') as has_unknown_plan
    from filed_request as r
    inner join entitlement as e
        on
            r.partner_id = e.partner_id
            and r.local_on >= e.valid_from_on
            and r.local_on <= coalesce(e.valid_to_on, r.local_on)
    group by r.partner_id, r.request_id, coalesce(e.holder, 'partner')
),

provider_list as (
    select distinct partner_id from entitlement where holder = 'provider'
),

judged as (
    select
        r.partner_id, r.request_id, r.opened_at, r.local_on,
        case
            when r.service <> 'dynamics_365' and r.service <> 'other' then 'other_service'
            when r.issue_type = 'commercial' then 'commercial_request'
            when r.filer = 'customer' then 'filed_by_customer'
            when r.vehicle = 'csp_customer_entitlement' then 'customer_entitlement'
            when r.vehicle = 'provider' then 'provider_vehicle'
            when r.local_on < date '2021-02-26' then 'before_rule'
            when coalesce(r.service, 'other') = 'other' then 'service_unknown'
            when coalesce(r.issue_type, 'unknown') = 'unknown' then 'type_unknown'
            when r.local_on is null then 'day_unknown'
            when h.has_plan then null
            when h.has_unknown_plan then 'contract_kind_unknown'
            when r.filer = 'provider' and p.partner_id is null then 'provider_unlisted'
            when r.filer is null and (o.has_plan or o.has_unknown_plan) then 'filer_unknown'
            when coalesce(r.vehicle, 'unknown') = 'unknown' then 'vehicle_unknown'
            else 'plan_not_held'
        end as reason
    from filed_request as r
    left join held as h
        on r.partner_id = h.partner_id
        and r.request_id = h.request_id
        and case when r.filer = 'provider' then 'provider' else 'partner' end = h.holder
    left join held as o
        on r.partner_id = o.partner_id and r.request_id = o.request_id and o.holder = 'provider'
    left join provider_list as p on r.partner_id = p.partner_id
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'plan_not_held' then 'fail'
        when
            reason in (
                'other_service', 'commercial_request', 'filed_by_customer', 'customer_entitlement', 'provider_vehicle',
                'before_rule'
            )
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason = 'plan_not_held' then cast(local_on as varchar) end as observed,
    cast(null as varchar) as expected
from judged
