/* cspaudit
title      = "Requests on a pack of Partner Cloud Support stay within its number"
obligation = "ESC-VEH-PCS"
version    = 1
subject    = "service_request"
needs      = ["service_request.vehicle", "service_request.issue_type", "entitlement"]
uses       = ["support_packs"]
unit       = ""
lookback_months = 12
rationale  = "A pack of Partner Cloud Support, until 2025-06-22 called Signature Cloud Support, takes a limited number of requests. What is filed beyond it has no contract behind it, and the customer waits."
blind_spot = "Requests that were never exported use up a pack unseen. A contract without a stated number counts as unlimited. A contract listed twice counts twice. How far a provider's pack is used up by its other partners cannot be seen."
remedy     = "Count the requests of each pack, and add to it or use another contract before the last one is filed."

[params]
requests_complete_from = { type = "date", basis = "the partner's own statement: the first day from which every request is exported; without it, the first request seen or the start of the period, whichever is earlier" }

[reasons]
pack_exhausted = "Filed on {observed}, when the packs then valid had been used up; requests in them: {expected}."
commercial_request = "A commercial request, which uses up no pack."
other_vehicle = "Filed through another support contract or by another way."
filed_by_customer = "Filed by the customer, not by the partner."
unlimited = "The number of requests was not limited on that day."
no_pack = "No pack of this contract was held on that day; whether any contract was is a test of its own."
type_unknown = "A pack was held that day, and the export does not say whether the request is technical or commercial."
vehicle_unknown = "A pack was held that day, and the export does not say through which support contract the request was filed."
filer_unknown = "The provider held this contract too, and the export does not say who filed the request."
provider_pack_use_unknown = "Filed by the provider, which holds a pack of its own; how much of it others had used is not known."
provider_contracts_unlisted = "Filed by the provider, none of whose support contracts is listed."
earlier_requests_unseen = "Within the pack by the requests seen, but the pack began before the exported requests do, so earlier ones may have used it up."
unclear_requests_before = "Within the pack unless requests of unknown kind, contract or filer before it count too."
contract_kind_unknown = "A support contract of unknown kind was valid that day and may be the one."
too_many_packs = "More than six packs overlap around that day; how they were used is not worked out."
day_unknown = "The partner's local day of the request is not known."
*/
with on_contract as (
    select
        r.*,
        h.pack_total,
        coalesce(h.pack_total >= 0, false) as has_pack,
        coalesce(h.has_unlimited, false) as has_unlimited,
        coalesce(h.has_provider, false) as has_provider,
        coalesce(h.has_provider_unlimited, false) as has_provider_unlimited
    from request as r
    left join held as h
        on r.partner_id = h.partner_id and r.request_id = h.request_id and h.vehicle = 'partner_cloud_support'
),

judged as (
    select
        r.*,
        case
            when r.issue_type = 'commercial' then 'commercial_request'
            when r.vehicle <> 'partner_cloud_support' then 'other_vehicle'
            when r.filed_by = 'customer' then 'filed_by_customer'
            when r.local_on is null then 'day_unknown'
            when r.has_unlimited then 'unlimited'
            -- what the provider files goes through its own contract where it holds one
            when r.filed_by = 'provider' and r.has_provider_unlimited then 'unlimited'
            when r.filed_by = 'provider' and r.has_provider then 'provider_pack_use_unknown'
            when r.filed_by = 'provider' and p.partner_id is null then 'provider_contracts_unlisted'
            when not r.has_pack and r.filed_by = 'unknown' and r.has_provider and not r.has_provider_unlimited then 'filer_unknown'
            when not r.has_pack and n.has_pack then 'contract_kind_unknown'
            when not r.has_pack then 'no_pack'
            when r.issue_type = 'unknown' then 'type_unknown'
            when r.vehicle is null then 'vehicle_unknown'
            when r.filed_by = 'unknown' and r.has_provider then 'filer_unknown'
            when u.is_served_at_most then null
            when u.is_served_at_least and u.is_older then 'earlier_requests_unseen'
            when u.is_served_at_least then 'unclear_requests_before'
            when n.request_id is not null then 'contract_kind_unknown'
            when u.is_beyond then 'too_many_packs'
            else 'pack_exhausted'
        end as reason
    from on_contract as r
    left join pack_use as u
        on r.partner_id = u.partner_id and r.request_id = u.request_id and u.vehicle = 'partner_cloud_support'
    left join unlabelled as n on r.partner_id = n.partner_id and r.request_id = n.request_id
    left join provider_list as p on r.partner_id = p.partner_id
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'pack_exhausted' then 'fail'
        when reason in ('commercial_request', 'other_vehicle', 'filed_by_customer', 'unlimited', 'no_pack')
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(local_on as varchar) as observed,
    case when reason is null or reason = 'pack_exhausted' then cast(pack_total as varchar) end as expected
from judged
