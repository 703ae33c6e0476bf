/* cspaudit
title      = "What customers send to a published support address arrives"
obligation = "SUP-RECEIVE"
version    = 2
subject    = "support_channel"
needs      = ["support_channel", "message.direction", "message.delivery_status"]
reads      = ["ticket"]
uses       = ["customer_contacts", "period_days"]
unit       = "contacts"
rationale  = "Support requests cannot be received at an address that sends them back."
blind_spot = "Calls, chats and visits are seen only as tickets of that channel. Silence may mean that nobody had a problem. Mail of senders that are no customers does not count, so that sent back to them neither."
remedy     = "Write to every published address once a month from outside, and take addresses that are given up out of all documents."

[reasons]
mail_came_back     = "Mails of customers that came back this month: {observed}."
silent             = "No contact of a customer came by this channel this month."
month_running      = "The month had not ended when the exports were taken."
channel_unseen     = "No export shows contacts by this channel: a telephone, chat or other channel leaves no mail, and no ticket of it was opened this month."
delivery_unknown   = "The log does not tell of every mail of this month whether it arrived."
sender_unknown     = "A mail to this address came back, and it is not known whether a customer had sent it."
*/
with month as (
    select
        partner_id, month_id, min(local_on) as first_on, max(local_on) as last_on, bool_and(has_ended) as has_ended
    from period_day
    group by partner_id, month_id
),

channel_month as (
    select distinct c.partner_id, c.channel, c.address, m.month_id, m.first_on, m.last_on, m.has_ended
    from support_channel as c
    inner join month as m
        on
            c.partner_id = m.partner_id
            and c.valid_from_on <= m.last_on
            and coalesce(c.valid_to_on >= m.first_on, true)
),

mailed as (
    select
        m.partner_id, m.address, substring(cast(m.local_on as varchar), 1, 7) as month_id,
        count(*) filter (where m.customer_id is not null and m.delivery_status = 'bounced') as bounced,
        count(*) filter (where m.customer_id is not null and m.delivery_status = 'delivered') as arrived,
        count(*) filter (
            where m.customer_id is not null and coalesce(m.delivery_status, 'unknown') in ('unknown', 'deferred', 'quarantined')
        ) as unsure,
        -- a domain that several customers list may be open to anybody
        count(*) filter (
            where m.customer_id is null and (m.sender is null or m.is_of_customer) and m.delivery_status = 'bounced'
        ) as of_nobody
    from customer_contact as m
    group by m.partner_id, m.address, substring(cast(m.local_on as varchar), 1, 7)
),

-- tickets show the other channels; desks call them by many names
ticket_channel as (
    select
        t.partner_id, substring(cast(z.local_on as varchar), 1, 7) as month_id,
        case
            when lower(t.channel) in ('phone', 'telephone', 'voice', 'call') then 'phone'
            when lower(t.channel) in ('portal', 'web', 'self-service', 'web form') then 'portal'
            when lower(t.channel) in ('chat', 'messaging', 'teams') then 'chat'
        end as channel,
        count(*) as tickets
    from ticket as t
    inner join local_slot as z
        on t.partner_id = z.partner_id and cast(floor(epoch(t.opened_at) / 900) as bigint) = z.slot
    where t.excluded_as is null and t.opened_at <= cast($as_of as timestamp)
    group by t.partner_id, substring(cast(z.local_on as varchar), 1, 7), lower(t.channel)
),

ticketed as (
    select partner_id, month_id, channel, cast(sum(tickets) as bigint) as tickets
    from ticket_channel
    where channel is not null
    group by partner_id, month_id, channel
),

judged as (
    select
        c.partner_id, c.channel, c.address, c.month_id, c.last_on, m.bounced, m.arrived, t.tickets,
        case
            when m.bounced > 0 then 'mail_came_back'
            when m.of_nobody > 0 then 'sender_unknown'
            when m.unsure > 0 then 'delivery_unknown'
            when not c.has_ended then 'month_running'
            when m.arrived > 0 or t.tickets > 0 then null
            when c.channel = 'email' then 'silent'
            else 'channel_unseen'
        end as reason
    from channel_month as c
    left join mailed as m
        on
            c.partner_id = m.partner_id
            and c.channel = 'email'
            and lower(trim(c.address)) = m.address
            and c.month_id = m.month_id
    left join ticketed as t on c.partner_id = t.partner_id and c.channel = t.channel and c.month_id = t.month_id
)

select
    partner_id,
    channel || '/' || address || '/' || month_id as subject_id,
    last_on as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'mail_came_back' then 'fail'
        when reason = 'silent' then 'observation'
        when reason = 'month_running' then 'not_yet_due'
        else 'insufficient_evidence'
    end as status,
    reason,
    case
        when reason is null then cast(coalesce(arrived, tickets) as varchar)
        when reason = 'mail_came_back' then cast(bounced as varchar)
    end as observed,
    cast(null as varchar) as expected
from judged
