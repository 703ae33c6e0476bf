/* cspaudit
title      = "Somebody answers for it that each service's own requirements are met"
obligation = "SVC-SPECIFIC"
version    = 1
subject    = "subscription"
needs      = ["subscription.service", "attestation"]
uses       = ["signed_answers"]
unit       = ""
rationale  = "Each online service has requirements of its own on billing, subscriptions and support. They stand in documents that change, so that a person has to answer for them, service by service."
blind_spot = "Which requirements the answer rests on is not read. A service counts as sold where a subscription to it ran on any day of the period, or may have run."
remedy     = "Read the requirements of each service that is sold, sign an answer for it, and sign anew when it expires."

[reasons]
answered_not_met        = "The signed answer says that the requirements of {observed} are not met."
answered_not_applicable = "The signed answer says that {observed} has no requirements that apply."
no_online_service       = "Products of other publishers and for one's own premises are no online services of Microsoft."
not_answered            = "For {observed} there is no signed answer that holds at the cut-off; an expired one counts as missing."
service_unknown         = "Subscriptions ran of which the export does not tell the service."
*/
with period_bound as (
    select
        z.partner_id, min(z.local_on) as first_on, min(d.asked_on) as last_on
    from local_slot as z
    inner join asked_day as d on z.partner_id = d.partner_id
    where
        z.slot >= cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)
        and z.slot < cast(floor(epoch(cast($end as timestamp)) / 900) as bigint)
    group by z.partner_id
),

sold as (
    select distinct s.partner_id, coalesce(s.service, 'unknown') as service, b.last_on
    from subscription as s
    inner join period_bound as b on s.partner_id = b.partner_id
    where
        coalesce(s.channel, 'csp') = 'csp'
        and coalesce(s.started_on <= b.last_on, true)
        and coalesce(s.ended_on >= b.first_on, true)
),

-- an answer for the service itself goes before one for all of them
answered as (
    select s.partner_id, s.service, s.last_on, coalesce(o.answer, a.answer) as answer
    from sold as s
    left join signed_answer as o
        on s.partner_id = o.partner_id and o.obligation = 'SVC-SPECIFIC' and s.service = o.scope_id
    left join signed_answer as a
        on s.partner_id = a.partner_id and a.obligation = 'SVC-SPECIFIC' and a.scope_id = ''
),

judged as (
    select
        *,
        case
            when service in ('marketplace', 'on_premises') then 'no_online_service'
            when service = 'unknown' then 'service_unknown'
            when answer = 'met' then null
            when answer = 'not_met' then 'answered_not_met'
            when answer = 'not_applicable' then 'answered_not_applicable'
            else 'not_answered'
        end as reason
    from answered
)

select
    partner_id,
    service as subject_id,
    last_on as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'answered_not_met' then 'fail'
        when reason in ('answered_not_applicable', 'no_online_service') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason in ('answered_not_met', 'answered_not_applicable', 'not_answered') then replace(service, '_', ' ') end
        as observed,
    cast(null as varchar) as expected
from judged
