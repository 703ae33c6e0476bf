/* cspaudit
title      = "Announcements on subscriptions reach the customer, if need be by being sent again"
obligation = "COM-EVENT-ANNOUNCED"
version    = 1
subject    = "message"
needs      = ["message.topic", "message.delivery_status", "partner_domain"]
reads      = ["local_slot"]
uses       = ["message_senders"]
unit       = ""
rationale  = "An announcement that bounced has told nobody anything. If it is not sent again, the renewal, the new price or the suspension comes as a surprise all the same."
blind_spot = "Delivered is what the mail system says, not that anybody read it. Calls and letters after a bounce are not in the mail log. What is sent again is known by customer, purpose and subscription alone, so a notice of the same kind a year later counts too. Who at the customer was to be told is not known: one mailbox of the customer is enough. Mail of unknown topic or sender that was delivered is left aside, and so is mail whose topic and customer are both unknown."
remedy     = "Watch for bounces of announcements, mend the address and send the announcement again."

[reasons]
bounced = "The announcement bounced for {observed} of {expected} customers and was not sent to them again."
delivery_unclear = "The log does not say of every customer whether the announcement was delivered or bounced."
repeat_unclear = "The announcement bounced; a later message may have repeated it, but its customer, purpose, subscription, topic, sender or delivery is not certain."
addressee_unknown = "The announcement bounced for an address of which the export does not say to which customer it belongs."
authentication_failed = "Sent as an announcement, but the sender's authentication failed: it may be forged."
may_be_none = "Not surely delivered; the log does not say surely that it is an announcement of the partner."
*/
with own_day as (
    select domain_number, local_on
    from aligned_day
    where is_own
),

unsure_customer as (
    select distinct partner_id, customer_id
    from message
    where coalesce(delivery_status, 'unknown') <> 'delivered' and sent_at <= cast($as_of as timestamp)
),

copy_read as (
    -- What may be an announcement, a row a recipient. Mail of unknown direction is the partner's where its sender is.
    -- Delivered mail of unknown topic matters only for a customer that some mail did not surely reach.
    select
        m.partner_id,
        m.message_id,
        m.recipient,
        m.customer_id,
        m.sent_at,
        m.subscription_id,
        nullif(m.purpose, 'other') as purpose,
        coalesce(m.topic, 'unknown') = 'subscription'
        or coalesce(m.purpose in ('renewal_notice', 'price_change_notice', 'suspension_notice'), false) as is_on_topic,
        coalesce(m.direction, 'unknown') = 'outbound' or o.local_on is not null as is_own,
        coalesce(m.authentication, 'unknown') = 'fail' as is_refused,
        case
            when m.delivery_status = 'delivered' then 2
            when m.delivery_status = 'bounced' then 0
            else 1
        end as delivery
    from message as m
    left join unsure_customer as b on m.partner_id = b.partner_id and m.customer_id = b.customer_id
    left join local_slot as z
        on m.partner_id = z.partner_id and cast(floor(epoch(m.sent_at) / 900) as bigint) = z.slot
    left join numbered_sender as s on m.partner_id = s.partner_id and m.sender = s.sender
    left join own_day as o on s.domain_number = o.domain_number and z.local_on = o.local_on
    where
        m.sent_at <= cast($as_of as timestamp)
        and coalesce(m.direction, 'unknown') in ('outbound', 'unknown')
        and (
            m.topic = 'subscription'
            or m.purpose in ('renewal_notice', 'price_change_notice', 'suspension_notice')
            or (
                coalesce(m.topic, 'unknown') = 'unknown'
                and (m.customer_id is not null or m.subscription_id is not null)
                and (coalesce(m.delivery_status, 'unknown') <> 'delivered' or b.customer_id is not null or m.customer_id is null)
            )
        )
        and not (
            coalesce(m.topic, 'unknown') = 'unknown'
            and coalesce(m.purpose in ('payment_reminder', 'invoice_delivery', 'dunning'), false)
        )
),

announcement as (
    select
        partner_id,
        message_id,
        min(sent_at) as sent_at,
        bool_or(is_on_topic) as is_on_topic,
        bool_or(is_own) as is_own,
        bool_or(is_refused) as is_refused
    from copy_read
    group by partner_id, message_id
),

addressed as (
    -- whether it reached a customer by any of its mailboxes; a mailbox of nobody knows whom stands for itself
    select
        partner_id,
        message_id,
        customer_id,
        case when customer_id is null then recipient end as mailbox,
        min(sent_at) as sent_at,
        max(delivery) as delivery,
        -- copies that contradict each other tell neither
        case when min(purpose) = max(purpose) then max(purpose) end as purpose,
        case when min(subscription_id) = max(subscription_id) then max(subscription_id) end as subscription_id
    from copy_read
    group by partner_id, message_id, customer_id, case when customer_id is null then recipient end
),

unreached as (
    select partner_id, message_id, customer_id, mailbox, sent_at, purpose, subscription_id
    from addressed
    where delivery = 0
),

-- a copy to a mailbox of nobody knows whom may have reached the customer whose own copy bounced
stray_copy as (
    select distinct m.partner_id, m.message_id
    from message as m
    inner join unreached as u on m.partner_id = u.partner_id and m.message_id = u.message_id
    where
        m.customer_id is null
        and m.sent_at <= cast($as_of as timestamp)
        and coalesce(m.direction, 'unknown') in ('outbound', 'unknown')
        and coalesce(m.delivery_status, 'unknown') <> 'bounced'
),

-- what may have repeated an announcement, by customer ('' where it names none): the last time of each kind
later_kind as (
    select
        partner_id,
        coalesce(customer_id, '') as customer_id,
        purpose,
        subscription_id,
        is_on_topic,
        max(case when is_on_topic and is_own and not is_refused and delivery = 2 then sent_at end) as certain_at,
        max(sent_at) as possible_at
    from copy_read
    where delivery > 0 and (is_on_topic or customer_id is not null or subscription_id is not null)
    group by partner_id, coalesce(customer_id, ''), purpose, subscription_id, is_on_topic
),

repeat_wanted as (
    -- the customer's own mail, and mail that names no customer
    select partner_id, message_id, sent_at, purpose, subscription_id, customer_id, customer_id as looked_for
    from unreached
    where customer_id is not null
    union all
    select partner_id, message_id, sent_at, purpose, subscription_id, customer_id, '' as looked_for
    from unreached
    where customer_id is not null
),

customer_repeat as (
    select
        w.partner_id,
        w.message_id,
        w.customer_id,
        bool_or(
            w.looked_for <> ''
            and l.certain_at > w.sent_at
            and w.purpose = l.purpose
            and w.subscription_id = l.subscription_id
        ) as is_certain
    from repeat_wanted as w
    inner join later_kind as l on w.partner_id = l.partner_id and w.looked_for = l.customer_id
    where
        l.possible_at > w.sent_at
        and coalesce(w.purpose = l.purpose, true)
        and coalesce(w.subscription_id = l.subscription_id, true)
        -- mail that names no customer and is perhaps on another topic has to name the subscription
        and (w.looked_for <> '' or l.is_on_topic or w.subscription_id = l.subscription_id)
    group by w.partner_id, w.message_id, w.customer_id
),

-- the same mailbox again, where the export knows no customer
mailbox_repeat as (
    select u.partner_id, u.message_id, u.mailbox
    from unreached as u
    inner join copy_read as c
        on
            u.partner_id = c.partner_id
            and u.mailbox = c.recipient
            and u.purpose = c.purpose
            and u.subscription_id = c.subscription_id
    where c.is_on_topic and c.is_own and not c.is_refused and c.delivery = 2 and c.sent_at > u.sent_at
    group by u.partner_id, u.message_id, u.mailbox
),

-- how each customer fared: 0 not told, 1 perhaps told, 2 told
fared as (
    select
        a.partner_id,
        a.message_id,
        a.delivery,
        a.customer_id is null as is_addressee_unknown,
        case
            when a.delivery > 0 then a.delivery
            when r.is_certain or m.mailbox is not null then 2
            when r.message_id is not null or s.message_id is not null or a.customer_id is null then 1
            else 0
        end as outcome
    from addressed as a
    left join stray_copy as s on a.partner_id = s.partner_id and a.message_id = s.message_id
    left join customer_repeat as r
        on a.partner_id = r.partner_id and a.message_id = r.message_id and a.customer_id = r.customer_id
    left join mailbox_repeat as m
        on a.partner_id = m.partner_id and a.message_id = m.message_id and a.mailbox = m.mailbox
),

message_fared as (
    select
        partner_id,
        message_id,
        min(outcome) as outcome,
        sum(case when outcome = 0 then 1 else 0 end) as untold,
        count(*) as addressees,
        bool_or(outcome = 1 and delivery = 1) as is_delivery_unclear,
        bool_or(outcome = 1 and delivery = 0 and not is_addressee_unknown) as is_repeat_unclear
    from fared
    group by partner_id, message_id
),

judged as (
    select
        a.partner_id, a.message_id, a.sent_at, f.untold, f.addressees,
        case
            when not (a.is_on_topic and a.is_own) then 'may_be_none'
            when a.is_refused then 'authentication_failed'
            when f.outcome = 2 then null
            when f.outcome = 0 then 'bounced'
            when f.is_repeat_unclear then 'repeat_unclear'
            when f.is_delivery_unclear then 'delivery_unclear'
            else 'addressee_unknown'
        end as reason
    from announcement as a
    inner join message_fared as f on a.partner_id = f.partner_id and a.message_id = f.message_id
    where f.outcome < 2 or (a.is_on_topic and a.is_own)
)

select
    partner_id,
    message_id as subject_id,
    sent_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'bounced' then 'fail'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason = 'bounced' then cast(untold as varchar) end as observed,
    case when reason = 'bounced' then cast(addressees as varchar) end as expected
from judged
