/* cspaudit
title         = "Billing work in Partner Center is done by people in the roles listed for it"
obligation    = "ROL-BILLING"
version       = 1
subject       = "audit_event"
other_subject = "service_request"
needs         = ["audit_event", "actor"]
reads         = ["local_slot"]
uses          = ["filed_requests", "held_roles"]
unit          = ""
rationale     = "The billing page lists the roles that suit billing work. Whoever does it in another role has rights for something else, or more rights than the work needs."
blind_spot    = "Billing work is known by its name: suspensions and changes of billing profiles in the audit log, and commercial requests. A suspension that the log calls an update of a subscription is not seen. Roles are read by their English names; a role that was held but is missing in the list of roles counts as not held. That the role was needed for this step is not seen."
remedy        = "Give billing work to people in a listed role, and enter every role with its first and last day."

[reasons]
other_role = "Done by somebody whose roles that day, such as {observed}, are none of those listed for billing work."
global_admin = "Done by somebody who was Global admin and held none of the roles listed since that one is no longer among them; more rights than needed, but no breach."
failed_operation = "The operation failed."
by_application = "Done by an application, not by a person."
not_of_the_partner = "Done by somebody of the customer, the provider or Microsoft."
type_unknown_but_listed = "The export does not say whether the request is commercial, but whoever filed it held a listed role, so it could not fail."
actor_unknown = "The export does not say who did it."
day_unknown = "The partner's local day of this work is not known."
role_unknown = "No role of whoever did it is known for that day."
kind_unknown = "Done in a role that is not listed, such as {observed}; the list of roles does not say whether by a person of the partner."
type_unknown = "Filed by somebody in a role that is not listed, such as {observed}; the export does not say whether the request is commercial."
*/
with billing_work as (
    select
        e.partner_id,
        e.event_id as subject_id,
        e.occurred_at,
        z.local_on,
        e.actor_id,
        e.actor_id is null and e.application_id is not null as is_application_only,
        coalesce(lower(e.status) in ('failed', 'failure', 'declined'), false) as is_failed,
        false as is_of_others,
        true as is_billing
    from (
        select *, translate(lower(operation), ' _-.', '') as operation_name
        from audit_event
        where occurred_at <= cast($as_of as timestamp)
    ) as e
    left join local_slot as z
        on e.partner_id = z.partner_id and cast(floor(epoch(e.occurred_at) / 900) as bigint) = z.slot
    where e.operation_name like '%suspend%' or e.operation_name like '%billingprofile%'
    union all
    select
        partner_id,
        request_id || '/request' as subject_id,
        opened_at as occurred_at,
        local_on,
        filed_by_actor_id as actor_id,
        false as is_application_only,
        false as is_failed,
        coalesce(filer <> 'partner', false) as is_of_others,
        coalesce(issue_type, 'unknown') = 'commercial' as is_billing
    from filed_request
    where coalesce(issue_type, 'unknown') in ('commercial', 'unknown')
),

-- what each actor was on the day, all its roles together
actor_that_day as (
    select
        w.partner_id,
        w.subject_id,
        min(h.role) as some_role,
        bool_or(h.role_name in ('useradmin', 'usermanagementadmin', 'helpdeskagent', 'billingadmin', 'salesagent'))
            as has_listed,
        bool_or(h.role_name = 'globaladmin') as is_global_admin,
        bool_and(h.is_machine) as is_machine,
        bool_and(h.is_outsider) as is_outsider,
        bool_and(h.is_person) as is_person
    from billing_work as w
    inner join held_role as h
        on
            w.partner_id = h.partner_id
            and w.actor_id = h.actor_id
            and w.local_on >= h.valid_from_on
            and w.local_on <= h.valid_to_on
    where h.role_name is not null
    group by w.partner_id, w.subject_id
),

judged as (
    select
        w.partner_id, w.subject_id, w.occurred_at, a.some_role,
        case
            when w.is_failed then 'failed_operation'
            when w.is_application_only or a.is_machine then 'by_application'
            when w.is_of_others or a.is_outsider then 'not_of_the_partner'
            when w.actor_id is null then 'actor_unknown'
            when w.local_on is null then 'day_unknown'
            when a.subject_id is null then 'role_unknown'
            -- Global admin was on the list until the wording that cannot be older than this day
            when a.has_listed or (a.is_global_admin and w.local_on < date '2025-06-23')
                then case when not w.is_billing then 'type_unknown_but_listed' end
            when not w.is_billing then 'type_unknown'
            when a.is_global_admin then 'global_admin'
            when not a.is_person then 'kind_unknown'
            else 'other_role'
        end as reason
    from billing_work as w
    left join actor_that_day as a on w.partner_id = a.partner_id and w.subject_id = a.subject_id
)

select
    partner_id,
    subject_id,
    occurred_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'other_role' then 'fail'
        when reason = 'global_admin' then 'observation'
        when reason in ('failed_operation', 'by_application', 'not_of_the_partner', 'type_unknown_but_listed')
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    some_role as observed,
    cast(null as varchar) as expected
from judged
