/* cspaudit
title      = "Technical requests go through a support contract that is held"
obligation = "ESC-VEH-TECHNICAL"
version    = 2
subject    = "service_request"
needs      = ["service_request.vehicle", "service_request.issue_type", "entitlement"]
uses       = ["support_packs"]
unit       = ""
lookback_months = 12
rationale  = "A partner may pass technical problems on to Microsoft through a support contract that it holds on that day; a request outside one is refused or charged, and the customer waits."
blind_spot = "Requests that were never exported use up a pack unseen. A contract listed twice counts twice. The exports rarely say through which contract a request went. How far a provider's pack is used up by its other partners cannot be seen. Whether the contract covers the product is not judged here."
remedy     = "File technical requests through a contract that is valid that day, and renew contracts and packs before they end or run out."

[params]
requests_complete_from = { type = "date", basis = "the partner's own statement: the first day from which every request is exported; without it, the first request seen or the start of the period, whichever is earlier" }

[reasons]
not_held = "Filed on {observed} through a support contract that was not held on that day."
pack_exhausted = "Filed on {observed}, when the packs then valid had been used up; requests in them: {expected}."
commercial_vehicle = "A technical request filed through commercial support, which does not take them."
commercial_request = "A commercial request: support for these is open to every partner."
customer_entitlement = "Filed on the customer's own support entitlement."
provider_vehicle = "Handed to the provider, not to Microsoft."
filed_by_customer = "Filed by the customer, not by the partner."
type_unknown = "The export does not say whether the request is technical or commercial."
vehicle_unknown = "The export does not say through which support contract it was filed."
filer_unknown = "Only the provider held this contract that day, and the export does not say who filed the request."
provider_pack_use_unknown = "Filed on the provider's pack of requests; how much of it others had used is not known."
provider_contracts_unlisted = "Filed by the provider, none of whose support contracts is listed."
earlier_requests_unseen = "Within the pack by the requests seen, but the pack began before the exported requests do, so earlier ones may have used it up."
unclear_requests_before = "Within the pack unless requests of unknown kind, contract or filer before it count too."
contract_kind_unknown = "A support contract of unknown kind was valid that day and may cover the request."
too_many_packs = "More than six packs overlap around that day; how they were used is not worked out."
day_unknown = "The partner's local day of the request is not known."
*/
with judged as (
    select
        r.*,
        h.pack_total,
        case
            when r.issue_type = 'commercial' then 'commercial_request'
            when r.vehicle = 'csp_customer_entitlement' then 'customer_entitlement'
            when r.vehicle = 'provider' then 'provider_vehicle'
            when r.filed_by = 'customer' then 'filed_by_customer'
            when r.issue_type = 'unknown' then 'type_unknown'
            when r.vehicle is null then 'vehicle_unknown'
            when r.vehicle = 'commercial_support' then 'commercial_vehicle'
            when r.local_on is null then 'day_unknown'
            when h.has_unlimited then null
            when r.filed_by = 'provider' and h.has_provider_unlimited then null
            when u.is_served_at_most then null
            when u.is_served_at_least and u.is_older then 'earlier_requests_unseen'
            when u.is_served_at_least then 'unclear_requests_before'
            when r.filed_by = 'unknown' and h.has_provider then 'filer_unknown'
            when r.filed_by = 'provider' and h.has_provider then 'provider_pack_use_unknown'
            when r.filed_by = 'provider' and p.partner_id is null then 'provider_contracts_unlisted'
            when n.request_id is not null then 'contract_kind_unknown'
            when u.is_beyond then 'too_many_packs'
            when h.pack_total >= 0 then 'pack_exhausted'
            else 'not_held'
        end as reason
    from request as r
    left join held as h
        on r.partner_id = h.partner_id and r.request_id = h.request_id and r.vehicle = h.vehicle
    left join pack_use as u
        on r.partner_id = u.partner_id and r.request_id = u.request_id and r.vehicle = u.vehicle
    left join unlabelled as n on r.partner_id = n.partner_id and r.request_id = n.request_id
    left join provider_list as p on r.partner_id = p.partner_id
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('not_held', 'pack_exhausted', 'commercial_vehicle') then 'fail'
        when
            reason in ('commercial_request', 'customer_entitlement', 'provider_vehicle', 'filed_by_customer')
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(local_on as varchar) as observed,
    case when reason = 'pack_exhausted' then cast(pack_total as varchar) end as expected
from judged
