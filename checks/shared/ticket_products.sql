/* cspaudit
purpose = "The product that each ticket is about, by the ticket or its subscription, and whether it may be one of the marketplace."
reads   = ["ticket", "subscription"]
uses    = ["standing_tickets"]
*/
with marketplace_seller as (
    select partner_id from ticket where service = 'marketplace'
    union
    select partner_id from subscription where service = 'marketplace'
),

seller_subscription as (
    select s.partner_id, s.subscription_id, s.service
    from subscription as s
    inner join marketplace_seller as w on s.partner_id = w.partner_id
    where s.service is not null
),

-- where nothing of the partner's is of the marketplace, a ticket of no stated product is not either
product_ticket as (
    select
        s.*,
        coalesce(s.service, u.service) = 'marketplace' as is_marketplace,
        coalesce(s.service, u.service) is null and w.partner_id is not null as may_be_marketplace
    from standing_ticket as s
    left join seller_subscription as u on s.partner_id = u.partner_id and s.subscription_id = u.subscription_id
    left join marketplace_seller as w on s.partner_id = w.partner_id
)

select partner_id, ticket_id, is_marketplace, may_be_marketplace from product_ticket
