/* cspaudit
purpose = "The mail that came in at each published support address, with the customer that sent it, on the days on which the address was published."
reads   = ["message", "support_channel", "customer_domain", "local_slot"]
*/
with published_address as (
    select
        partner_id, lower(trim(address)) as address, valid_from_on, coalesce(valid_to_on, date '9999-12-31') as valid_to_on
    from support_channel
    where channel = 'email'
),

-- who sent it: as the log says, else by the domain of the address; of a domain of several it is not known which
domain_owner as (
    select
        partner_id, lower(domain) as domain,
        case when min(customer_id) = max(customer_id) then min(customer_id) end as customer_id
    from customer_domain
    group by partner_id, lower(domain)
),

inbound_mail as (
    select
        m.partner_id, m.message_id, m.recipient, m.sent_at, m.sender, m.customer_id, m.topic, m.ticket_id, m.thread_id,
        m.is_automated, m.delivery_status, z.local_on,
        lower(trim(split_part(split_part(m.recipient, '<', -1), '>', 1))) as address,
        lower(split_part(trim(split_part(split_part(m.sender, '<', -1), '>', 1)), '@', -1)) as sender_domain
    from message as m
    inner join local_slot as z
        on m.partner_id = z.partner_id and cast(floor(epoch(m.sent_at) / 900) as bigint) = z.slot
    where m.direction = 'inbound' and m.sent_at <= cast($as_of as timestamp)
),

customer_contact as (
    select
        m.partner_id, m.message_id, m.recipient, m.sent_at, m.sender, m.topic, m.ticket_id, m.thread_id,
        coalesce(m.is_automated, false) as is_automated, m.delivery_status, m.local_on, m.address,
        coalesce(m.customer_id, o.customer_id) as customer_id,
        m.customer_id is not null or o.domain is not null as is_of_customer
    from inbound_mail as m
    inner join published_address as a
        on
            m.partner_id = a.partner_id
            and m.address = a.address
            and m.local_on >= a.valid_from_on
            and m.local_on <= a.valid_to_on
    left join domain_owner as o on m.partner_id = o.partner_id and m.sender_domain = o.domain
)

select * from customer_contact
