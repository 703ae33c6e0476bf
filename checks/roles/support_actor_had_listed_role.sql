/* cspaudit
title      = "Requests to Microsoft are filed by people in the roles listed for support"
obligation = "ROL-SUPPORT"
version    = 1
subject    = "service_request"
needs      = ["service_request.filed_by_actor_id", "actor"]
uses       = ["filed_requests", "held_roles"]
unit       = ""
rationale  = "The support page lists the helpdesk agent, and points to the guide on granular rights, which names the service support administrator. Whoever files requests in another role has rights for something else, or more rights than the work needs."
blind_spot = "Roles are read by their English names; a role that was held but is missing in the list of roles counts as not held. The guide changes: of the granular roles only the helpdesk administrator and the service support administrator are taken as listed. Commercial requests are looked at here too, as they are filed in the same place."
remedy     = "Let people in a listed role file requests, and enter every role with its first and last day."

[reasons]
other_role         = "Filed by somebody whose roles that day, such as {observed}, are none of those listed for support."
global_admin       = "Filed by somebody who was Global admin and held none of the roles listed; more rights than needed, but no breach."
by_application     = "Filed by an application, not by a person."
not_of_the_partner = "Filed by the customer, the provider or Microsoft."
actor_unknown      = "The export does not say who filed it."
day_unknown        = "The partner's local day of the request is not known."
role_unknown       = "No role of whoever filed it is known for that day."
kind_unknown       = "Filed in a role that is not listed, such as {observed}; the list of roles does not say whether by a person of the partner."
*/
with actor_that_day as (
    select
        r.partner_id,
        r.request_id,
        min(h.role) as some_role,
        bool_or(
            h.role_name = 'helpdeskagent'
            -- the guide on granular rights was not linked before this day
            or (h.role_name in ('servicesupportadmin', 'helpdeskadmin') and r.local_on >= date '2021-07-14')
        ) as has_listed,
        bool_or(h.role_name = 'globaladmin') as is_global_admin,
        bool_and(h.is_machine) as is_machine,
        bool_and(h.is_outsider) as is_outsider,
        bool_and(h.is_person) as is_person
    from filed_request as r
    inner join held_role as h
        on
            r.partner_id = h.partner_id
            and r.filed_by_actor_id = h.actor_id
            and r.local_on >= h.valid_from_on
            and r.local_on <= h.valid_to_on
    where h.role_name is not null
    group by r.partner_id, r.request_id
),

judged as (
    select
        r.partner_id, r.request_id, r.opened_at, a.some_role,
        case
            when r.filer <> 'partner' or a.is_outsider then 'not_of_the_partner'
            when a.is_machine then 'by_application'
            when r.filed_by_actor_id is null then 'actor_unknown'
            when r.local_on is null then 'day_unknown'
            when a.request_id is null then 'role_unknown'
            when a.has_listed then null
            when a.is_global_admin then 'global_admin'
            when not a.is_person then 'kind_unknown'
            else 'other_role'
        end as reason
    from filed_request as r
    left join actor_that_day as a on r.partner_id = a.partner_id and r.request_id = a.request_id
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'other_role' then 'fail'
        when reason = 'global_admin' then 'observation'
        when reason in ('by_application', 'not_of_the_partner') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    some_role as observed,
    cast(null as varchar) as expected
from judged
