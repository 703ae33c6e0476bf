/* cspaudit
title      = "Customers' billing questions are answered by a person"
obligation = "BIL-ANSWER"
version    = 1
subject    = "ticket"
needs      = ["ticket.category", "ticket_event.kind=reply"]
reads      = ["customer", "subscription", "service_request", "service_request_ticket"]
uses       = ["standing_tickets", "desk_events"]
unit       = "days"
rationale  = "The partner sends the bills, so nobody else can explain them. A question that is closed without a person's answer leaves the customer alone with its bill."
blind_spot = "Whether a reply answers the question is not read, nor how soon it came. A question asked again in a ticket opened anew counts as answered by the earlier reply. Answers by telephone count only where the ticket tool holds them."
remedy     = "Let a person answer every billing question before its ticket is closed, and record answers given by telephone."

[params]
answer_within_days = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]
closed_unanswered   = "Closed without a reply by a person."
not_answered        = "Not answered after {observed} days; {expected} were set as the limit."
still_open          = "Not answered yet, and still open."
excluded            = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged              = "The ticket was merged into another one, which is judged in its place."
not_csp             = "The question is about a subscription that was not bought through the partner."
handed_over         = "The question was handed over to the provider."
withdrawn           = "The customer withdrew the question before anybody replied."
merged_into_unknown = "The ticket was merged into one that is not in the export."
category_unknown    = "The export does not tell whether the ticket is a billing question."
reply_before_ticket = "The only reply is dated before the ticket was opened."
author_unknown      = "There is a reply of which the export does not tell whether a person of the support desk wrote it."
only_links          = "The only replies point at product pages; whether that answers the question was not read."
by_telephone        = "The question came by telephone or in person, and no written reply is in the export."
*/
with question as (
    select
        partner_id, ticket_id, opened_at, first_opened_at, is_closed, customer_id, subscription_id, is_billing,
        lower(trim(coalesce(channel, ''))) in ('phone', 'telephone', 'voice', 'walk-in', 'in person') as is_spoken,
        is_closed and coalesce(resolution = 'withdrawn', false) as is_withdrawn
    from standing_ticket
    where is_billing or has_unknown_category
),

last_reply as (
    select
        partner_id, ticket_id,
        max(occurred_at) filter (where author = 'person' and not is_link_only) as person_at,
        max(occurred_at) filter (where author = 'provider' and not is_link_only) as provider_at,
        max(occurred_at) filter (where author = 'unknown') as unknown_at,
        bool_or(author = 'person') as has_person,
        bool_or(author = 'provider') as has_provider
    from desk_event
    where kind = 'reply'
    group by partner_id, ticket_id
),

-- a record of the provider's, either in the ticket or as a request filed with it
handover as (
    select e.partner_id, coalesce(m.survivor_id, e.ticket_id) as ticket_id
    from ticket_event as e
    left join merged_ticket as m on e.partner_id = m.partner_id and e.ticket_id = m.ticket_id
    where e.kind = 'handover' and e.occurred_at <= cast($as_of as timestamp)
    union
    select l.partner_id, coalesce(m.survivor_id, l.ticket_id) as ticket_id
    from service_request_ticket as l
    inner join service_request as r on l.partner_id = r.partner_id and l.request_id = r.request_id
    left join merged_ticket as m on l.partner_id = m.partner_id and l.ticket_id = m.ticket_id
    where
        (r.vehicle = 'provider' or r.provider_case_id is not null)
        and coalesce(r.filed_by, 'unknown') <> 'customer'
        and r.opened_at <= cast($as_of as timestamp)
),

-- a provider answers for the partner where it is the customer's contact, perhaps where the contact is unknown
answered as (
    select
        q.*,
        coalesce(r.person_at >= q.first_opened_at, false)
        or coalesce(c.support_contact = 'provider' and r.provider_at >= q.first_opened_at, false) as is_answered,
        r.person_at is not null or coalesce(c.support_contact = 'provider' and r.provider_at is not null, false)
            as is_answered_early,
        r.unknown_at is not null or coalesce(c.support_contact is null and r.has_provider, false) as is_unclear,
        coalesce(r.has_person, false) or coalesce(c.support_contact = 'provider' and r.has_provider, false) as has_links,
        h.ticket_id is not null as is_handed_over,
        coalesce(u.channel = 'non_csp', false) as is_not_csp,
        cast(floor(epoch(cast($as_of as timestamp)) - epoch(q.first_opened_at)) as bigint) as waited_s,
        cast($answer_within_days as bigint) as limit_days
    from question as q
    left join last_reply as r on q.partner_id = r.partner_id and q.ticket_id = r.ticket_id
    left join customer as c on q.partner_id = c.partner_id and q.customer_id = c.customer_id
    left join subscription as u on q.partner_id = u.partner_id and q.subscription_id = u.subscription_id
    left join handover as h on q.partner_id = h.partner_id and q.ticket_id = h.ticket_id
),

judged as (
    select
        partner_id, ticket_id, opened_at, waited_s, limit_days,
        case
            when is_not_csp then 'not_csp'
            when is_handed_over and not is_answered then 'handed_over'
            when is_withdrawn and not is_answered then 'withdrawn'
            when not is_billing then 'category_unknown'
            when is_answered then null
            when is_answered_early then 'reply_before_ticket'
            when is_unclear then 'author_unknown'
            when has_links then 'only_links'
            when not is_closed and coalesce(waited_s <= limit_days * 86400, true) then 'still_open'
            when is_spoken then 'by_telephone'
            when is_closed then 'closed_unanswered'
            else 'not_answered'
        end as reason
    from answered
    union all
    select partner_id, ticket_id, opened_at, null as waited_s, null as limit_days, reason
    from set_aside_ticket
    where is_billing or has_unknown_category
)

-- days are rounded so that they never contradict the status: up where the limit has passed, else down
select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('closed_unanswered', 'not_answered') then 'fail'
        when reason = 'still_open' then 'not_yet_due'
        when reason in ('excluded', 'merged', 'not_csp', 'handed_over', 'withdrawn') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case
        when reason = 'still_open' then cast(waited_s // 86400 as varchar)
        when reason = 'not_answered' then cast((waited_s + 86399) // 86400 as varchar)
    end as observed,
    case when reason in ('still_open', 'not_answered') then cast(limit_days as varchar) end as expected
from judged
