/* cspaudit
title      = "What customers write to the support address becomes a ticket or is answered"
obligation = "SUP-RECEIVE"
version    = 2
subject    = "message"
needs      = ["support_channel", "message.direction", "ticket"]
reads      = ["message", "customer", "ticket_event", "local_slot"]
uses       = ["customer_contacts", "desk_events", "cut_off_days"]
unit       = "days"
rationale  = "A request that nobody notices was not received. Tickets alone cannot show it: what never became one is seen in the mail log only."
blind_spot = "A mail counts as a request unless the log marks it as automatic or of another topic. It counts as taken up where it bears a ticket, a ticket event names it, or a later mail of its thread or in reply to it went out; whether the answer helps is not read. Calls, chats and visits are not in the mail log."
remedy     = "Let the support mailbox open a ticket for every mail, and look through what the rules close."

[params]
limit_days = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]
not_taken_up       = "Neither a ticket nor an answer after {observed} days; {expected} were set as the limit."
closed_unread      = "A rule closed its ticket, and nobody had replied."
not_taken_up_yet   = "Neither a ticket nor an answer {observed} days later."
automatic          = "An automatic mail."
other_topic        = "The mail is not about support."
no_customer        = "The sender is no customer of the partner."
not_active         = "The sender was not a customer on that day."
excluded           = "Its ticket was marked as spam, a test, internal or an alert of monitoring."
sent_back          = "The mail did not arrive; whether the address works is a test of its own."
customer_unknown   = "Several customers list the domain of the sender, so that it is not known who wrote."
sender_unknown     = "The log does not tell who wrote, or masks it."
ticket_unseen      = "The mail bears a ticket that is not in the export."
links_missing      = "The exports link no mail to any ticket, thread or answer, so that it cannot be found out."
closer_unknown     = "No reply that is surely a person's is seen, and the export does not tell whether a rule closed the ticket."
author_unknown     = "A rule closed its ticket; there is a reply of which the export does not tell whether a person wrote it."
*/
with linking as (
    select partner_id from message where ticket_id is not null or in_reply_to_id is not null or thread_id is not null
    union
    select partner_id from ticket_event where message_id is not null
),

-- one mail to several published addresses is one contact
contact as (
    select
        c.partner_id, c.message_id, c.sent_at, c.local_on,
        min(c.sender) as sender,
        min(c.customer_id) as customer_id,
        bool_or(c.is_of_customer) as is_of_customer,
        min(c.ticket_id) as ticket_id,
        min(c.thread_id) as thread_id,
        bool_or(c.is_automated) as is_automated,
        min(c.topic) as topic,
        bool_and(coalesce(c.delivery_status, 'delivered') = 'bounced') as is_sent_back
    from customer_contact as c
    group by c.partner_id, c.message_id, c.sent_at, c.local_on
),

named_by_event as (
    select partner_id, message_id, min(ticket_id) as ticket_id
    from ticket_event
    where message_id is not null and occurred_at <= cast($as_of as timestamp)
    group by partner_id, message_id
),

replied as (
    select partner_id, in_reply_to_id as message_id
    from message
    where direction = 'outbound' and in_reply_to_id is not null and sent_at <= cast($as_of as timestamp)
    group by partner_id, in_reply_to_id
),

threaded as (
    select partner_id, thread_id, max(sent_at) as last_at
    from message
    where
        direction = 'outbound'
        and thread_id is not null
        and not coalesce(is_automated, false)
        and sent_at <= cast($as_of as timestamp)
    group by partner_id, thread_id
),

desk_reply as (
    select
        partner_id, ticket_id,
        bool_or(author <> 'unknown') as is_certain
    from desk_event
    where kind = 'reply' and author in ('person', 'provider', 'unknown')
    group by partner_id, ticket_id
),

placed as (
    select
        c.*,
        coalesce(c.ticket_id, e.ticket_id) as named_ticket_id,
        r.message_id is not null or coalesce(h.last_at > c.sent_at, false) as is_answered,
        l.partner_id is not null as has_links,
        o.onboarded_on, o.offboarded_on,
        d.cut_off_day - cast(floor((epoch(c.sent_at) + z.offset_s) / 86400) as bigint) as age_days
    from contact as c
    inner join cut_off as d on c.partner_id = d.partner_id
    inner join local_slot as z
        on c.partner_id = z.partner_id and cast(floor(epoch(c.sent_at) / 900) as bigint) = z.slot
    left join named_by_event as e on c.partner_id = e.partner_id and c.message_id = e.message_id
    left join replied as r on c.partner_id = r.partner_id and c.message_id = r.message_id
    left join threaded as h on c.partner_id = h.partner_id and c.thread_id = h.thread_id
    left join linking as l on c.partner_id = l.partner_id
    left join customer as o on c.partner_id = o.partner_id and c.customer_id = o.customer_id
),

ticketed as (
    select
        p.*,
        t.ticket_id is not null as is_ticket_seen,
        t.excluded_as is not null as is_excluded,
        -- unknown where the export does not tell who closed the ticket, or what became of the one it was merged into
        s.is_closed and s.closed_by = 'timer' as is_closed_by_rule,
        y.is_certain
    from placed as p
    left join ticket as t
        on p.partner_id = t.partner_id and p.named_ticket_id = t.ticket_id and t.opened_at <= cast($as_of as timestamp)
    left join standing_ticket as s
        on p.partner_id = s.partner_id and coalesce(t.survivor_id, t.ticket_id) = s.ticket_id
    left join desk_reply as y
        on p.partner_id = y.partner_id and coalesce(t.survivor_id, t.ticket_id) = y.ticket_id
),

judged as (
    select
        *,
        case
            when is_automated then 'automatic'
            when coalesce(topic, 'unknown') in ('subscription', 'service_incident', 'operational', 'non_csp', 'other') then 'other_topic'
            when not is_of_customer and sender is not null then 'no_customer'
            when onboarded_on > local_on or offboarded_on < local_on then 'not_active'
            when is_excluded then 'excluded'
            when is_sent_back then 'sent_back'
            when is_answered then null
            when is_ticket_seen and not is_closed_by_rule then null
            when is_certain then null
            when is_ticket_seen and is_closed_by_rule is null then 'closer_unknown'
            when is_ticket_seen and is_certain is not null then 'author_unknown'
            when not is_of_customer then 'sender_unknown'
            when customer_id is null then 'customer_unknown'
            when is_ticket_seen then 'closed_unread'
            when named_ticket_id is not null then 'ticket_unseen'
            when not has_links then 'links_missing'
            when age_days > cast($limit_days as bigint) then 'not_taken_up'
            else 'not_taken_up_yet'
        end as reason
    from ticketed
)

select
    partner_id,
    message_id as subject_id,
    sent_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('not_taken_up', 'closed_unread') then 'fail'
        when reason = 'not_taken_up_yet' then 'not_yet_due'
        when reason in ('automatic', 'other_topic', 'no_customer', 'not_active', 'excluded', 'sent_back') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason in ('not_taken_up', 'not_taken_up_yet') then cast(age_days as varchar) end as observed,
    case when reason = 'not_taken_up' then cast($limit_days as varchar) end as expected
from judged
