/* cspaudit
title      = "Through which way commercial requests are filed"
obligation = "ESC-VEH-COMMERCIAL"
version    = 1
subject    = "service_request"
notes_only = true
needs      = ["service_request.issue_type", "service_request.vehicle"]
reads      = ["partner", "local_slot"]
unit       = ""
rationale  = "Support for commercial problems is open to every partner. A commercial request on a paid contract uses up what technical problems may need."
blind_spot = "Nothing forbids another way, so nothing here can be wrong. Whether a reseller's provider had asked it to file the request itself is not seen."
remedy     = "File commercial problems through commercial support; a reseller asks its provider first."

[reasons]
commercial_support      = "Filed through commercial support."
other_vehicle           = "Filed through another way than commercial support: {observed}."
provider_vehicle        = "Handed to the provider."
reseller_filed_itself   = "Filed by an indirect reseller itself on {observed}; a page of 2026-02-18 sends resellers to their provider."
technical_request       = "A technical request."
filed_by_customer       = "Filed by the customer, not by the partner."
type_unknown            = "The export does not say whether the request is technical or commercial."
vehicle_unknown         = "The export does not say through which way it was filed."
*/
with request as (
    select
        r.partner_id, r.request_id, r.opened_at, z.local_on,
        coalesce(r.issue_type, 'unknown') as issue_type,
        coalesce(r.filed_by, 'unknown') as filed_by,
        nullif(r.vehicle, 'unknown') as vehicle,
        p.tier = 'indirect_reseller' as is_reseller
    from service_request as r
    inner join partner as p on r.partner_id = p.partner_id
    left join local_slot as z
        on r.partner_id = z.partner_id and cast(floor(epoch(r.opened_at) / 900) as bigint) = z.slot
    where r.opened_at <= cast($as_of as timestamp)
),

judged as (
    select
        *,
        case
            when issue_type = 'technical' then 'technical_request'
            when filed_by = 'customer' then 'filed_by_customer'
            when issue_type = 'unknown' then 'type_unknown'
            when vehicle is null then 'vehicle_unknown'
            when vehicle = 'provider' then 'provider_vehicle'
            when is_reseller and filed_by = 'partner' and local_on > date '2026-02-18' then 'reseller_filed_itself'
            when vehicle = 'commercial_support' then 'commercial_support'
            else 'other_vehicle'
        end as reason
    from request
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case
        when reason in ('commercial_support', 'other_vehicle', 'provider_vehicle', 'reseller_filed_itself')
            then 'observation'
        when reason in ('technical_request', 'filed_by_customer') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case reason
        when 'other_vehicle' then replace(vehicle, '_', ' ')
        when 'reseller_filed_itself' then cast(local_on as varchar)
    end as observed,
    cast(null as varchar) as expected
from judged
