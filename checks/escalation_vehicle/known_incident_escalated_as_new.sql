/* cspaudit
title      = "Requests on an incident that Microsoft had already published"
obligation = "ESC-HEALTH-FIRST"
version    = 1
subject    = "service_request"
notes_only = true
needs      = ["service_incident", "service_request.service", "service_request_ticket", "ticket_event.kind=health_check"]
uses       = ["health_checks"]
unit       = ""
rationale  = "A request on a problem that Microsoft has published tells it nothing new, and the wait for an answer is wasted. A look at the service health would have shown it."
blind_spot = "The request may be about another problem of the same service. An incident counts from its publication to its end; one without a stated end counts as running. Regions are not compared."
remedy     = "Look at the service health before a request is filed, and name the incident in the request where there is one."

[reasons]
published_incident   = "An incident of this service had been published at {expected} (UTC), and no check of service health came before the request."
health_checked       = "Service health had been checked before the request was filed."
incident_named       = "The request names the incident it is about."
no_known_incident    = "No published incident of this service was running when the request was filed."
commercial_request   = "A commercial request."
marketplace_product  = "A marketplace product: its publisher gives technical support."
filed_by_customer    = "Filed by the customer, not by the partner."
service_unknown      = "An incident was running, and the export does not tell which product the request is about."
customer_unknown     = "An incident of one customer was running, and the export does not tell whose request it is."
type_unknown         = "An incident was running, and the export does not say whether the request is technical or commercial."
ticket_unknown       = "An incident was running, and the request is linked to no ticket of the exports, so that a check cannot be found."
*/
with request as (
    select
        partner_id, request_id, opened_at, customer_id, incident_id, service,
        coalesce(issue_type, 'unknown') as issue_type,
        coalesce(filed_by = 'customer', false) as is_filed_by_customer
    from service_request
    where opened_at <= cast($as_of as timestamp)
),

running as (
    -- published before the request was filed and not over yet; "other" stands for products that may differ
    select
        r.partner_id, r.request_id,
        max(i.published_at) filter (
            where r.service = i.service and r.service <> 'other'
                and (i.customer_id is null or i.customer_id = r.customer_id)
        ) as published_at,
        bool_or(coalesce(r.service, 'other') <> 'other') as has_service
    from request as r
    inner join service_incident as i
        on r.partner_id = i.partner_id
        and coalesce(r.service, i.service) = i.service
        and i.published_at < r.opened_at
        and coalesce(i.ended_at > r.opened_at, true)
        and coalesce(i.customer_id = r.customer_id, true)
    group by r.partner_id, r.request_id
),

linked as (
    select
        l.partner_id, l.request_id, coalesce(m.survivor_id, l.ticket_id) as ticket_id
    from service_request_ticket as l
    inner join ticket as t on l.partner_id = t.partner_id and l.ticket_id = t.ticket_id
    left join merged_ticket as m on l.partner_id = m.partner_id and l.ticket_id = m.ticket_id
),

-- in the same second the order cannot be told: taken as before
checked as (
    select
        r.partner_id, r.request_id,
        bool_or(coalesce(h.occurred_at <= r.opened_at, false)) as is_checked
    from request as r
    inner join linked as l on r.partner_id = l.partner_id and r.request_id = l.request_id
    left join health_step as h
        on l.partner_id = h.partner_id and l.ticket_id = h.ticket_id and h.kind = 'health_check'
    group by r.partner_id, r.request_id
),

judged as (
    select
        r.partner_id, r.request_id, r.opened_at, n.published_at,
        case
            when r.issue_type = 'commercial' then 'commercial_request'
            when r.is_filed_by_customer then 'filed_by_customer'
            when r.service = 'marketplace' then 'marketplace_product'
            when r.incident_id is not null then 'incident_named'
            when c.is_checked then 'health_checked'
            when n.request_id is null then 'no_known_incident'
            when not n.has_service then 'service_unknown'
            when n.published_at is null then 'customer_unknown'
            when r.issue_type = 'unknown' then 'type_unknown'
            when c.request_id is null then 'ticket_unknown'
            else 'published_incident'
        end as reason
    from request as r
    left join running as n on r.partner_id = n.partner_id and r.request_id = n.request_id
    left join checked as c on r.partner_id = c.partner_id and r.request_id = c.request_id
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case
        when reason = 'published_incident' then 'observation'
        when reason in ('service_unknown', 'customer_unknown', 'type_unknown', 'ticket_unknown')
            then 'insufficient_evidence'
        else 'not_applicable'
    end as status,
    reason,
    cast(null as varchar) as observed,
    case when reason = 'published_incident' then cast(published_at as varchar) end as expected
from judged
