/* cspaudit
title      = "Days on which no support contract for technical problems was held"
obligation = "ESC-VEH-TECHNICAL"
version    = 1
subject    = "entitlement"
notes_only = true
needs      = ["entitlement"]
uses       = ["period_days"]
unit       = "days"
rationale  = "On a day without such a contract a technical problem cannot be passed on. Nobody must hold one, but a forgotten renewal is better found here than in an outage."
blind_spot = "Contracts count by their stated first and last day. The provider's contracts count as the partner's, a contract with the provider too; what customers hold does not. Whether a pack was used up is a test of its own."
remedy     = "Renew support contracts before they end."

[reasons]
days_without          = "Days of this month on which no support contract for technical problems was held: {observed}."
held_throughout       = "Such a contract was held on every day of the month."
month_running         = "The month had not ended when the exports were taken; until then a contract was held on every day."
contract_kind_unknown = "On days of this month only contracts of unknown kind were held: {observed}."
*/
with held_day as (
    select
        d.partner_id, d.local_on,
        bool_or(e.vehicle <> 'unknown') as is_certain
    from period_day as d
    inner join entitlement as e
        on d.partner_id = e.partner_id
        and d.local_on >= e.valid_from_on
        and d.local_on <= coalesce(e.valid_to_on, d.local_on)
    where
        coalesce(e.holder, 'partner') <> 'customer'
        and e.vehicle not in ('commercial_support', 'csp_customer_entitlement')
    group by d.partner_id, d.local_on
),

reported_month as (
    select
        d.partner_id, d.month_id,
        max(d.local_on) as last_on,
        bool_and(d.has_ended) as has_ended,
        count(*) filter (where d.has_ended and h.local_on is null) as days_without,
        count(*) filter (where d.has_ended and not h.is_certain) as days_uncertain
    from period_day as d
    left join held_day as h on d.partner_id = h.partner_id and d.local_on = h.local_on
    group by d.partner_id, d.month_id
),

-- without a contract of any kind is certain whatever the unknown ones are
judged as (
    select
        r.*,
        case
            when r.days_without > 0 then 'days_without'
            when r.days_uncertain > 0 then 'contract_kind_unknown'
            when not r.has_ended then 'month_running'
            else 'held_throughout'
        end as reason
    from reported_month as r
    where r.partner_id in (select partner_id from entitlement)
)

select
    partner_id,
    month_id as subject_id,
    last_on as dated_at,
    case reason
        when 'days_without' then 'observation'
        when 'contract_kind_unknown' then 'insufficient_evidence'
        when 'month_running' then 'not_yet_due'
        else 'not_applicable'
    end as status,
    reason,
    case reason
        when 'days_without' then cast(days_without as varchar)
        when 'contract_kind_unknown' then cast(days_uncertain as varchar)
    end as observed,
    cast(null as varchar) as expected
from judged
