/* cspaudit
title      = "Customers are told when their subscriptions renew, change in price, are suspended or expire"
obligation = "COM-EVENT-ANNOUNCED"
version    = 2
subject    = "subscription_event"
needs      = ["subscription_event", "message.customer_id", "message.topic", "partner_domain"]
reads      = ["subscription", "local_slot"]
uses       = ["message_senders"]
unit       = ""
lookback_months = 3
rationale  = "Microsoft does not write to customers about their subscriptions. If the partner does not either, a renewal, a new price, a suspension or an end comes as a surprise."
blind_spot = "Calls, meetings and letters are not in the mail log. An event counts as the customer's own wish only where the export says so. Whether the message named this very event is not read. Mail whose customer and topic are both unknown is left aside."
remedy     = "Write to the customer before a renewal, a change in price, a suspension or an end, from a domain of the partner, and send it again where it was not delivered."

[params]
window_days_before = { type = "integer", basis = "auditor policy; no number in the documents" }
window_days_after = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]
not_announced = "No message of the partner on the subscription reached this customer between {expected}."
customer_request = "Done at the customer's own request."
trial_subscription = "A trial subscription."
not_csp = "Bought elsewhere: Microsoft writes to the customer itself."
window_open = "No message yet; the time between {expected} was still running when the exports were made."
customer_unknown = "The exports do not say whose subscription this is."
day_unknown = "The partner's local day of the event is not known."
message_uncertain = "A message between {expected} may have been the one, but its delivery, topic or sender is not certain."
message_without_customer = "A message on subscriptions between {expected} may have gone to this customer; the export does not say to whom it went."
mail_not_covered = "No message found, but the mail log does not cover all of the time between {expected}."
announcement_seen = "A message to this customer on the subscription was seen; how near it has to be is not set."
no_announcement_seen = "No message to this customer on the subscription was seen; how near it has to be is not set."
*/
with own_day as (
    select domain_number, local_on
    from aligned_day
    where is_own
),

event as (
    -- a side of the window that alone is not set counts as no day
    select
        e.partner_id,
        e.event_id,
        e.occurred_at,
        e.subscription_id,
        coalesce(e.customer_id, s.customer_id) as customer_id,
        z.local_on,
        z.local_on - cast(coalesce($window_days_before, 0) as integer) as first_on,
        z.local_on + cast(coalesce($window_days_after, 0) as integer) as last_on,
        coalesce($window_days_before, $window_days_after) is not null as has_window,
        case
            when e.reason = 'customer_request' or e.actor_kind = 'customer' then 'customer_request'
            when s.is_trial then 'trial_subscription'
            when s.channel = 'non_csp' then 'not_csp'
        end as exempt
    from subscription_event as e
    left join subscription as s on e.partner_id = s.partner_id and e.subscription_id = s.subscription_id
    left join local_slot as z
        on e.partner_id = z.partner_id and cast(floor(epoch(e.occurred_at) / 900) as bigint) = z.slot
    where e.event in ('renewed', 'price_changed', 'suspended', 'expired') and e.occurred_at <= $as_of
),

mail_row as (
    -- what may announce: sent for the partner, on subscriptions or perhaps so, delivered or perhaps so
    select
        m.partner_id,
        m.customer_id,
        m.subscription_id,
        m.sent_at,
        m.sender,
        coalesce(m.topic, 'unknown') = 'subscription'
        or coalesce(m.purpose in ('renewal_notice', 'price_change_notice', 'suspension_notice'), false) as is_on_topic,
        m.delivery_status = 'delivered' and coalesce(m.authentication, 'unknown') <> 'fail' as is_certain
    from message as m
    where
        m.sent_at <= $as_of
        and coalesce(m.direction, 'unknown') in ('outbound', 'unknown')
        and coalesce(m.delivery_status, 'unknown') in ('delivered', 'unknown')
        and (
            m.topic in ('subscription', 'unknown')
            or m.purpose in ('renewal_notice', 'price_change_notice', 'suspension_notice')
            or (m.topic is null and coalesce(m.purpose, 'other') = 'other')
        )
        and not (
            coalesce(m.topic, 'unknown') = 'unknown'
            and coalesce(m.purpose in ('payment_reminder', 'invoice_delivery', 'dunning'), false)
        )
),

mail_day as (
    -- a day's mail to one customer on one subscription: 2 holds a certain announcement, 1 only a possible one
    select
        m.partner_id,
        m.customer_id,
        m.subscription_id,
        z.local_on,
        m.is_on_topic,
        max(
            case
                when o.local_on is not null and m.is_on_topic and m.is_certain then 2
                when o.local_on is not null then 1
                -- it may be the partner's where the sender is unreadable or no domain is listed that day
                when s.domain_number is null or l.local_on is null then 1
                else 0
            end
        ) as weight
    from mail_row as m
    inner join local_slot as z
        on m.partner_id = z.partner_id and cast(floor(epoch(m.sent_at) / 900) as bigint) = z.slot
    left join numbered_sender as s on m.partner_id = s.partner_id and m.sender = s.sender
    left join listed_day as l on m.partner_id = l.partner_id and z.local_on = l.local_on
    left join own_day as o on s.domain_number = o.domain_number and z.local_on = o.local_on
    group by m.partner_id, m.customer_id, m.subscription_id, z.local_on, m.is_on_topic
),

timeline as (
    -- One line of days for each pair of subscription and customer that mail names ('' where it names none), with the
    -- events looking back from the last day of their window: the latest mail before decides, without pairing all.
    select
        partner_id,
        coalesce(subscription_id, '') as about,
        coalesce(customer_id, '') as addressee,
        local_on,
        case when weight = 2 then local_on end as certain_on,
        local_on as possible_on,
        0 as is_event,
        '' as event_id,
        '' as scope,
        cast(null as date) as first_on
    from mail_day
    where weight > 0 and (is_on_topic or customer_id is not null or subscription_id is not null)
    union all
    select
        e.partner_id,
        case when s.names_subscription then e.subscription_id else '' end as about,
        case when s.names_customer then e.customer_id else '' end as addressee,
        case when e.has_window then e.last_on else date '9999-12-31' end as local_on,
        cast(null as date) as certain_on,
        cast(null as date) as possible_on,
        1 as is_event,
        e.event_id,
        s.scope,
        case when e.has_window then e.first_on else date '0001-01-01' end as first_on
    from event as e
    cross join (
        select 'own' as scope, true as names_subscription, true as names_customer
        union all
        select 'own' as scope, true as names_subscription, false as names_customer
        union all
        select 'own' as scope, false as names_subscription, true as names_customer
        union all
        -- mail on subscriptions that names neither may have gone to any customer
        select 'stray' as scope, false as names_subscription, false as names_customer
    ) as s
    where e.local_on is not null and (e.customer_id is not null or not s.names_customer)
),

looked_back as (
    select
        partner_id,
        event_id,
        is_event,
        scope,
        first_on,
        max(certain_on) over (
            partition by partner_id, about, addressee
            order by local_on, is_event, event_id
            rows between unbounded preceding and current row
        ) as certain_on,
        max(possible_on) over (
            partition by partner_id, about, addressee
            order by local_on, is_event, event_id
            rows between unbounded preceding and current row
        ) as possible_on
    from timeline
),

found as (
    select
        partner_id,
        event_id,
        coalesce(bool_or(scope = 'own' and certain_on >= first_on), false) as is_certain,
        coalesce(bool_or(scope = 'own' and possible_on >= first_on), false) as is_possible,
        coalesce(bool_or(scope = 'stray' and possible_on >= first_on), false) as is_stray
    from looked_back
    where is_event = 1
    group by partner_id, event_id
),

mail_span as (
    select m.partner_id, f.local_on as first_on, l.local_on as last_on
    from (
        select partner_id, min(sent_at) as first_at, max(sent_at) as last_at
        from message
        where sent_at <= $as_of
        group by partner_id
    ) as m
    inner join local_slot as f
        on m.partner_id = f.partner_id and cast(floor(epoch(m.first_at) / 900) as bigint) = f.slot
    inner join local_slot as l
        on m.partner_id = l.partner_id and cast(floor(epoch(m.last_at) / 900) as bigint) = l.slot
),

cut_off as (
    select partner_id, local_on as today_on
    from local_slot
    where slot = cast(floor(epoch($as_of) / 900) as bigint)
),

judged as (
    select
        e.*,
        case
            when e.exempt is not null then e.exempt
            when not e.has_window and f.is_certain then 'announcement_seen'
            when not e.has_window then 'no_announcement_seen'
            when f.is_certain then null
            when e.local_on is null then 'day_unknown'
            -- the last day counts once it has ended
            when e.last_on >= c.today_on then 'window_open'
            when e.customer_id is null then 'customer_unknown'
            when f.is_possible then 'message_uncertain'
            when f.is_stray then 'message_without_customer'
            when p.first_on is null or e.first_on < p.first_on or e.last_on > p.last_on then 'mail_not_covered'
            else 'not_announced'
        end as reason
    from event as e
    left join found as f on e.partner_id = f.partner_id and e.event_id = f.event_id
    left join mail_span as p on e.partner_id = p.partner_id
    left join cut_off as c on e.partner_id = c.partner_id
)

select
    partner_id,
    event_id as subject_id,
    occurred_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'not_announced' then 'fail'
        when reason = 'window_open' then 'not_yet_due'
        when reason in ('customer_request', 'trial_subscription', 'not_csp') then 'not_applicable'
        when reason in ('announcement_seen', 'no_announcement_seen') then 'observation'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(local_on as varchar) as observed,
    case when has_window then cast(first_on as varchar) || ' and ' || cast(last_on as varchar) end as expected
from judged
