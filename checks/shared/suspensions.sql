/* cspaudit
purpose = "The suspensions of subscriptions, each with its customer and local day, and why it is set aside: not for non-payment, or not known."
reads   = ["subscription_event", "subscription", "local_slot"]
*/
with suspended_day as (
    select e.partner_id, e.event_id, e.subscription_id, e.customer_id, e.occurred_at, e.reason, e.actor_kind, z.local_on
    from subscription_event as e
    inner join local_slot as z
        on e.partner_id = z.partner_id and cast(floor(epoch(e.occurred_at) / 900) as bigint) = z.slot
    where e.event = 'suspended' and e.occurred_at <= cast($as_of as timestamp)
),

base_day as (
    select distinct partner_id, subscription_id, local_on from suspended_day
),

suspension as (
    select
        d.partner_id, d.event_id, d.subscription_id, d.occurred_at,
        d.local_on as suspended_on,
        coalesce(d.customer_id, s.customer_id) as customer_id,
        s.ended_on,
        case
            when s.channel = 'non_csp' then 'not_csp'
            when d.actor_kind in ('microsoft', 'provider', 'customer') then 'not_by_partner'
            when d.reason in ('fraud', 'customer_request', 'expiry', 'other') then 'other_ground'
            when b.subscription_id is not null then 'with_base'
            when coalesce(d.reason, 'unknown') = 'unknown' then 'ground_unknown'
            when coalesce(d.customer_id, s.customer_id) is null then 'customer_unknown'
        end as set_aside
    from suspended_day as d
    left join subscription as s on d.partner_id = s.partner_id and d.subscription_id = s.subscription_id
    left join base_day as b
        on s.partner_id = b.partner_id and s.parent_subscription_id = b.subscription_id and d.local_on = b.local_on
)

select * from suspension  -- noqa: AM04
