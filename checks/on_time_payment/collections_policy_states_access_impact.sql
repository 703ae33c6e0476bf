/* cspaudit
title      = "The collections policy says from when a customer that does not pay loses access"
obligation = "BIL-POLICY-IMPACT"
version    = 1
subject    = "document"
needs      = ["document"]
uses       = ["collections_policies"]
unit       = "days"
rationale  = "A customer that knows from which day on its services are at risk can pay before it loses them, and cannot be taken by surprise."
blind_spot = "The text itself is not read: what counts is what the list of documents says about it. Whether the point is stated clearly is a reader's judgement."
remedy     = "State in the policy how many days after the due date, or after which event, access to services is affected."

[reasons]
no_point_stated    = "The policy does not say when access is affected."
not_read           = "Whether the policy says when access is affected has not been noted in the list of documents."
contradictory      = "The list of documents says that no point is stated, and also that access is affected after {observed} days."
withdrawal_undated = "The policy was withdrawn, and nothing tells whether before or within the audited period."
draft              = "A draft binds nobody."
ended_before       = "This version ended before the audited period."
*/
with judged as (
    select
        *,
        case
            when standing <> 'in_force' then standing
            when access_impact_days is not null and not states_access_impact then 'contradictory'
            when access_impact_days is not null or states_access_impact then null
            when not states_access_impact then 'no_point_stated'
            else 'not_read'
        end as reason
    from policy_version
)

select
    partner_id,
    document_id as subject_id,
    dated_on as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'no_point_stated' then 'fail'
        when reason in ('draft', 'ended_before') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(access_impact_days as varchar) as observed,
    cast(null as varchar) as expected
from judged
