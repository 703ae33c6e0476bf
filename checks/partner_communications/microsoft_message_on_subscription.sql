/* cspaudit
title      = "Messages that Microsoft itself sent to customers about their subscriptions are noted"
obligation = "COM-MS-NOSUBS"
version    = 1
subject    = "message"
notes_only = true
needs      = ["message.sender", "message.direction", "message.topic"]
reads      = ["subscription", "partner_domain", "local_slot"]
uses       = ["message_senders"]
unit       = ""
rationale  = "Microsoft says that it does not write to customers about their subscriptions. Where it does, it is Microsoft's own word that is not kept, and the partner may want to explain the message to its customer."
blind_spot = "The partner's own mail log rarely shows what Microsoft sent to its customers; a clean log proves nothing. Domains from which Microsoft writes and that are not listed are taken for a stranger's. A message's topic is what the export says."
remedy     = "Explain the message to the customer, and tell Microsoft if it should not have been sent."

[params]
microsoft_domains = { value = "microsoft.com, microsoftonline.com, azure.com, office.com, office365.com", basis = "auditor policy; no list of senders in the documents" }

[reasons]
sent_by_microsoft = "Sent by Microsoft from {observed} to the customer, about its subscription."
other_sender = "Sent by somebody else than Microsoft."
other_topic = "Sent by Microsoft about something else than a subscription: that it may do."
not_csp = "Sent by Microsoft about a subscription that was not bought through the partner: that it may do."
topic_unknown = "Sent by Microsoft; the log does not say what it was about."
direction_unknown = "Sent by Microsoft about a subscription; the log does not say whether to a customer."
authentication_failed = "Sent in the name of {observed}, but the sender's authentication failed: it may be forged."
sender_unreadable = "The sender's address is missing or masked, and it may be about a subscription."
*/
with place as (
    select a.digit + 4 * b.digit + 16 * c.digit + 1 as place
    from (select 0 as digit union all select 1 union all select 2 union all select 3) as a
    cross join (select 0 as digit union all select 1 union all select 2 union all select 3) as b
    cross join (select 0 as digit union all select 1 union all select 2 union all select 3) as c
),

microsoft_domain as (
    select distinct trim(split_part(lower($microsoft_domains), ',', place)) as domain
    from place
),

microsoft_sender as (
    select distinct s.partner_id, s.sender
    from sender as s
    inner join microsoft_domain as m on m.domain <> '' and (s.domain = m.domain or ends_with(s.domain, '.' || m.domain))
),

copy_read as (
    -- 3 where it is about a subscription, 2 where it may be, 1 where it is about something else
    select
        m.partner_id,
        m.message_id,
        m.sent_at,
        s.domain,
        i.sender is not null as is_microsoft,
        coalesce(m.direction, 'unknown') = 'third_party' as is_third_party,
        coalesce(m.authentication, 'unknown') = 'fail' as is_refused,
        coalesce(b.channel, 'csp') = 'non_csp' as is_not_csp,
        case
            when m.topic = 'subscription' then 3
            when coalesce(m.topic, 'unknown') <> 'unknown' then 1
            when m.purpose in ('renewal_notice', 'price_change_notice', 'suspension_notice') then 3
            when coalesce(m.purpose, 'other') = 'other' then 2
            else 1
        end as topic
    from message as m
    left join sender as s on m.partner_id = s.partner_id and m.sender = s.sender
    left join microsoft_sender as i on m.partner_id = i.partner_id and m.sender = i.sender
    left join subscription as b on m.partner_id = b.partner_id and m.subscription_id = b.subscription_id
    where
        coalesce(m.direction, 'unknown') in ('third_party', 'unknown')
        and m.sent_at <= cast($as_of as timestamp)
),

judged as (
    select
        partner_id,
        message_id,
        sent_at,
        domain,
        case
            when domain is null and topic > 1 and is_third_party then 'sender_unreadable'
            when not is_microsoft then 'other_sender'
            when topic = 1 then 'other_topic'
            when is_not_csp then 'not_csp'
            when is_refused then 'authentication_failed'
            when topic = 2 then 'topic_unknown'
            when not is_third_party then 'direction_unknown'
            else 'sent_by_microsoft'
        end as reason
    from copy_read
),

-- one row a message, by the most telling of its copies
ranked as (
    select
        partner_id,
        message_id,
        reason,
        domain,
        min(sent_at) over (partition by partner_id, message_id) as sent_at
    from judged
    qualify
        row_number() over (
            partition by partner_id, message_id
            order by
                case
                    when reason = 'sent_by_microsoft' then 1
                    when reason in ('other_sender', 'other_topic', 'not_csp') then 3
                    else 2
                end,
                reason, domain
        ) = 1
)

select
    partner_id,
    message_id as subject_id,
    sent_at as dated_at,
    case
        when reason = 'sent_by_microsoft' then 'observation'
        when reason in ('other_sender', 'other_topic', 'not_csp') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    domain as observed,
    cast(null as varchar) as expected
from ranked
