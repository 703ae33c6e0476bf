/* cspaudit
title         = "Credits for outages are claimed by the end of the month after the incident"
obligation    = "X-SLA-CREDIT-DEADLINE"
version       = 1
subject       = "service_request"
other_subject = "service_incident"
needs         = ["service_incident", "service_request.claims_credit"]
reads         = ["local_slot"]
uses          = ["cut_off_days"]
unit          = ""
lookback_months = 2
rationale     = "Who claims a credit for an outage later than the end of the calendar month after it has no right to it, and the customer pays for a service that it did not have."
blind_spot    = "An incident is dated by its start, on the partner's local day. Whether it gives a right to a credit is not known: an advisory, or an outage too short, gives none, and then nobody had to claim anything."
remedy        = "Note the last day for a claim when an incident ends, and file the claim with all it needs."

[reasons]
claimed_late      = "Claimed on {observed}; the last day was {expected}."
not_claimed       = "No claim for this incident was found; the last day was {expected}."
claim_open        = "No claim for this incident yet; it may be filed until {expected}."
claimed           = "A credit for this incident was claimed."
no_claim          = "The request claims no credit."
filed_by_customer = "Filed by the customer, who cannot claim."
incident_unknown  = "The claim names no incident, or one that is not in the export, so that its last day is unknown."
claim_unknown     = "The request names an incident, and the export does not tell whether it claims a credit."
day_unknown       = "The partner's local day of the claim or of the incident is not known."
*/
with dated_incident as (
    select
        i.partner_id, i.incident_id, i.started_at, z.local_on,
        -- the day 62 days after the first of a month always lies in the month after the next
        cast(date_trunc('month', cast(date_trunc('month', z.local_on) as date) + cast(62 as integer)) as date)
            as month_after_next_on
    from service_incident as i
    left join local_slot as z
        on i.partner_id = z.partner_id and cast(floor(epoch(i.started_at) / 900) as bigint) = z.slot
    where i.started_at <= cast($as_of as timestamp)
),

incident as (
    select
        partner_id, incident_id, started_at, local_on,
        month_after_next_on + cast(-1 as integer) as last_on
    from dated_incident
),

request as (
    select
        r.partner_id, r.request_id, r.opened_at, r.incident_id, r.claims_credit,
        coalesce(r.filed_by = 'customer', false) as is_filed_by_customer,
        z.local_on
    from service_request as r
    left join local_slot as z
        on r.partner_id = z.partner_id and cast(floor(epoch(r.opened_at) / 900) as bigint) = z.slot
    where r.opened_at <= cast($as_of as timestamp)
),

judged_request as (
    select
        r.partner_id, r.request_id as subject_id, r.opened_at as dated_at, r.local_on, i.last_on,
        case
            when r.is_filed_by_customer then 'filed_by_customer'
            when not r.claims_credit or (r.claims_credit is null and r.incident_id is null) then 'no_claim'
            when i.incident_id is null then 'incident_unknown'
            when r.local_on is null or i.local_on is null then 'day_unknown'
            when r.claims_credit is null then 'claim_unknown'
            when r.local_on > i.last_on then 'claimed_late'
        end as reason
    from request as r
    left join incident as i on r.partner_id = i.partner_id and r.incident_id = i.incident_id
),

claim as (
    select
        partner_id, incident_id,
        bool_or(claims_credit) as is_certain
    from request
    where incident_id is not null and coalesce(claims_credit, true) and not is_filed_by_customer
    group by partner_id, incident_id
),

judged_incident as (
    select
        i.partner_id, i.incident_id || '/incident' as subject_id, i.started_at as dated_at, i.local_on, i.last_on,
        case
            when coalesce(c.is_certain, false) then 'claimed'
            when i.local_on is null then 'day_unknown'
            when c.incident_id is not null then 'claim_unknown'
            when i.last_on >= d.cut_off_on then 'claim_open'
            else 'not_claimed'
        end as reason
    from incident as i
    inner join cut_off as d on i.partner_id = d.partner_id
    left join claim as c on i.partner_id = c.partner_id and i.incident_id = c.incident_id
),

judged as (
    select * from judged_request
    union all
    select * from judged_incident
)

select
    partner_id,
    subject_id,
    dated_at,
    case
        when reason is null then 'pass'
        when reason = 'claimed_late' then 'fail'
        when reason = 'not_claimed' then 'observation'
        when reason = 'claim_open' then 'not_yet_due'
        when reason in ('claimed', 'no_claim', 'filed_by_customer') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason is null or reason = 'claimed_late' then cast(local_on as varchar) end as observed,
    case when reason is null or reason in ('claimed_late', 'not_claimed', 'claim_open') then cast(last_on as varchar) end
        as expected
from judged
