/* cspaudit
title      = "The support contract used takes requests on that product"
obligation = "ESC-VEH-TECHNICAL"
version    = 1
subject    = "service_request"
needs      = ["service_request.vehicle", "service_request.issue_type", "service_request.service"]
unit       = ""
rationale  = "Some support contracts take cloud products only, some on-premises products only. A request through the wrong one is refused, and the customer waits."
blind_spot = "Only the kind of contract is looked at, not what a single contract leaves out; which on-premises products are recent enough is not known. Whether the contract was held that day is a test of its own. A request whose filer is not told counts as the partner's."
remedy     = "Before filing, look up whether the contract takes the product, and use another where it does not."

[reasons]
cloud_contract_on_premises = "Filed through a contract for {expected}, on an {observed}."
on_premises_contract_cloud = "Filed through a contract for {expected}, on a {observed}."
commercial_request = "A commercial request: support for these is open to every partner."
customer_entitlement = "Filed on the customer's own support entitlement."
provider_vehicle = "Handed to the provider, not to Microsoft."
filed_by_customer = "Filed by the customer, not by the partner."
commercial_vehicle = "Filed through commercial support, which takes no technical requests; that is a test of its own."
scope_undocumented = "No document held tells which products this contract takes."
marketplace_product = "A marketplace product: its publisher gives technical support, not Microsoft."
type_unknown = "The export does not say whether the request is technical or commercial."
vehicle_unknown = "The export does not say through which support contract it was filed."
service_unknown = "The export does not say which product the request is about."
service_other = "The request is about a product of no listed kind, which may be in the cloud or on premises."
*/
with request as (
    -- two contracts changed their names on 2025-06-23 and take the same products under either
    select
        partner_id, request_id, opened_at, service,
        coalesce(issue_type, 'unknown') as issue_type,
        nullif(vehicle, 'unknown') as vehicle,
        coalesce(filed_by = 'customer', false) as is_filed_by_customer,
        case
            when vehicle = 'premier_support_for_partners' then 'all products'
            when vehicle in ('advanced_support_for_partners', 'partner_cloud_support', 'signature_cloud_support')
                then 'cloud products'
            when vehicle in ('partner_on_premises_support', 'product_support_incidents') then 'on-premises products'
        end as taken
    from service_request
    where opened_at <= cast($as_of as timestamp)
),

judged as (
    select
        *,
        case
            when issue_type = 'commercial' then 'commercial_request'
            when is_filed_by_customer then 'filed_by_customer'
            when service = 'marketplace' then 'marketplace_product'
            when vehicle = 'csp_customer_entitlement' then 'customer_entitlement'
            when vehicle = 'provider' then 'provider_vehicle'
            when vehicle = 'commercial_support' then 'commercial_vehicle'
            when vehicle is not null and taken is null then 'scope_undocumented'
            when issue_type = 'unknown' then 'type_unknown'
            when vehicle is null then 'vehicle_unknown'
            -- not even a contract for all products is judged: the product may be one of the marketplace
            when service is null then 'service_unknown'
            when taken = 'all products' then null
            when service = 'other' then 'service_other'
            when taken = 'cloud products' and service = 'on_premises' then 'cloud_contract_on_premises'
            when taken = 'on-premises products' and service <> 'on_premises' then 'on_premises_contract_cloud'
        end as reason
    from request
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('cloud_contract_on_premises', 'on_premises_contract_cloud') then 'fail'
        when reason in ('type_unknown', 'vehicle_unknown', 'service_unknown', 'service_other')
            then 'insufficient_evidence'
        else 'not_applicable'
    end as status,
    reason,
    case
        when reason is null then replace(service, '_', ' ')
        when reason = 'cloud_contract_on_premises' then 'on-premises product'
        when reason = 'on_premises_contract_cloud' then 'cloud product'
    end as observed,
    case
        when reason is null or reason in ('cloud_contract_on_premises', 'on_premises_contract_cloud') then taken
    end as expected
from judged
