/* cspaudit
title      = "Messages on subscriptions and billing come from the partner's own domains"
obligation = "COM-PARTNER-VOICE"
version    = 2
subject    = "message"
needs      = ["message.direction=outbound", "message.topic", "partner_domain"]
reads      = ["local_slot"]
uses       = ["message_senders"]
unit       = ""
rationale  = "Customers are to hear about their subscriptions and bills from their partner. A message sent for the partner from a domain that is not the partner's looks like a stranger's, and cannot be told from fraud."
blind_spot = "The partner's own mail log never shows what others sent to the customer, so a clean log proves little. A domain that is missing in the partner's list fails as a stranger's. Mail of others to the customer is only noted."
remedy     = "Send every message on subscriptions and billing from a domain of the partner, or add the domain to the list of the partner's domains if it is the partner's."

[reasons]
foreign_sender = "Sent for the partner from {observed}, which is none of the partner's domains."
domain_outside_dates = "Sent from {observed}, which was not the partner's domain on that day."
provider_sender = "Sent from {observed}, a domain of the provider; the partner itself should write."
sender_unreadable = "The sender's address is missing or masked."
senders_differ = "Some copies of this message name a domain of the partner as the sender, others one that is not."
authentication_failed = "Sent in the name of {observed}, but the sender's authentication failed: it may be forged."
no_domain_listed = "The list of the partner's domains says nothing about that day."
direction_unknown = "Sent from {observed}; the log does not say whether it was sent for the partner."
topic_unknown = "Sent from {observed}, none of the partner's domains; the log does not say what it was about."
topic_unknown_partner_sender = "The log does not say what it was about, but the sender is the partner, so it could not fail."
other_topic = "Not about subscriptions or billing."
third_party_message = "Somebody else wrote to the customer about subscriptions or billing."
third_party_other = "Somebody else wrote to the customer; the log does not say about what."
*/
with named_domain as (
    select s.domain_number, s.domain, coalesce(bool_or(a.is_own), false) as is_once_own
    from sending_domain as s
    left join aligned_domain as a on s.domain_number = a.domain_number
    group by s.domain_number, s.domain
),

slot_day as (
    select z.partner_id, z.slot, z.local_on, l.local_on is not null as is_listed_day
    from local_slot as z
    left join listed_day as l on z.partner_id = l.partner_id and z.local_on = l.local_on
),

mail as (
    -- one row a message: whom it was sent for and what it is about by the most telling of its recipients' rows; whether
    -- its sender is the partner's by all rows that name one
    select
        m.partner_id,
        m.message_id,
        min(m.sent_at) as sent_at,
        min(s.domain_number) as domain_number,
        max(case m.direction when 'outbound' then 3 when 'third_party' then 2 else 1 end) as direction,
        max(
            case
                when m.topic in ('subscription', 'billing') then 3
                when m.topic <> 'unknown' then 1
                -- a known purpose tells the topic
                when m.purpose <> 'other' then 3
                else 2
            end
        ) as topic,
        max(case when m.authentication = 'fail' then 1 else 0 end) as refused,
        min(case when a.is_own then 1 when s.domain_number is not null then 0 end) as least_own,
        max(case when a.is_own then 1 when s.domain_number is not null then 0 end) as most_own,
        max(case when a.is_own is not null then 1 else 0 end) as listed,
        min(case when z.is_listed_day then 1 else 0 end) as listed_day
    from message as m
    left join numbered_sender as s on m.partner_id = s.partner_id and m.sender = s.sender
    left join slot_day as z
        on m.partner_id = z.partner_id and cast(floor(epoch(m.sent_at) / 900) as bigint) = z.slot
    left join aligned_day as a on s.domain_number = a.domain_number and z.local_on = a.local_on
    where coalesce(m.direction, 'unknown') <> 'inbound' and m.sent_at <= $as_of
    group by m.partner_id, m.message_id
),

placed as (
    select m.*, n.domain, n.is_once_own
    from mail as m
    left join named_domain as n on m.domain_number = n.domain_number
),

judged as (
    select
        *,
        case
            when topic = 1 then 'other_topic'
            when direction = 2 and topic = 3 then 'third_party_message'
            when direction = 2 then 'third_party_other'
            when domain is null then 'sender_unreadable'
            when least_own < most_own then 'senders_differ'
            when least_own = 1 and refused = 1 then 'authentication_failed'
            when least_own = 1 and topic = 2 then 'topic_unknown_partner_sender'
            when least_own = 1 then null
            when listed_day = 0 then 'no_domain_listed'
            when topic = 2 then 'topic_unknown'
            when direction = 1 then 'direction_unknown'
            when listed = 1 then 'provider_sender'
            when is_once_own then 'domain_outside_dates'
            else 'foreign_sender'
        end as reason
    from placed
)

select
    partner_id,
    message_id as subject_id,
    sent_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('other_topic', 'third_party_other', 'topic_unknown_partner_sender') then 'not_applicable'
        when reason = 'third_party_message' then 'observation'
        when reason in ('provider_sender', 'domain_outside_dates', 'foreign_sender') then 'fail'
        else 'insufficient_evidence'
    end as status,
    reason,
    domain as observed,
    cast(null as varchar) as expected
from judged
