/* cspaudit
title      = "Support is offered around the clock, every day of the year (21Vianet)"
obligation = "CN-CONTINUOUS"
version    = 1
subject    = "support_terms"
needs      = ["support_terms.service_hours"]
uses       = ["offered_hours"]
unit       = ""
rationale  = "The pages for 21Vianet of 2016 to 2018 asked partners in China for continuous support, twenty-four hours a day and 365 days a year."
blind_spot = "What the terms offer is looked at, not whether somebody answered. Versions that were in force on no day of the period are left aside."
remedy     = "Offer hours without a gap, on holidays too, or have a provider answer outside your own."

[reasons]
less_than_continuous = "The hours of these terms leave gaps."
hours_unknown        = "The hours of these terms are not stated, or cannot be read."
*/
with judged as (
    select
        t.partner_id, t.terms_id, o.first_on,
        case
            when not o.is_known then 'hours_unknown'
            when not o.is_always_open then 'less_than_continuous'
        end as reason
    from support_terms as t
    inner join offered as o on t.partner_id = o.partner_id and t.terms_id = o.terms_id
)

select
    partner_id,
    terms_id as subject_id,
    first_on as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'less_than_continuous' then 'fail'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from judged
