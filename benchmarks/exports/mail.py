"""Mail with customers."""

from exports.base import AGENTS, MAIL_FROM, MAIL_SECONDS, SUBSCRIPTIONS_EACH, Export, Sizes


def message(sizes: Sizes) -> Export:
    """Seven of ten messages go out; every tenth customer is never written to about its subscriptions."""
    sender = f"""case
        when direction = 'inbound' then 'user' || pick(i, 23, 50) || '@' || lower(customer(c)) || '.example'
        when direction = 'third_party' and per_mille(i, 24) < 1 then 'office@fabr1kam.example'
        when direction = 'third_party' then 'azure-noreply@microsoft.com'
        when per_mille(i, 24) < 5 then 'office@fabrikam-billing.example'
        when per_mille(i, 24) < 105 then 'news@mail.fabrikam.example'
        else 'agent' || pick(i, 25, {AGENTS}) || '@fabrikam.example'
    end"""
    recipient = f"""case
        when direction = 'inbound' and per_mille(i, 26) < 200 then 'support@fabrikam.example'
        when direction = 'inbound' and per_mille(i, 26) < 210 then 'help@fabrikam.example'
        when direction = 'inbound' then 'agent' || pick(i, 25, {AGENTS}) || '@fabrikam.example'
        else 'user' || pick(i, 23, 50) || '@' || lower(customer(c)) || '.example'
    end"""
    topic = """case
        when per_mille(i, 22) < 150 then
            case when c % 10 = 9 or (c % 20 = 4 and per_mille(i, 22) >= 75) then 'support' else 'subscription' end
        when per_mille(i, 22) < 300 then 'billing'
        when per_mille(i, 22) < 980 then 'support'
        else 'other'
    end"""
    query = f"""
        select
            id('M', i, 8) as message_id, {recipient} as recipient, zulu(sent) as sent_at, {sender} as sender,
            direction, customer(c) as customer_id, {topic} as topic,
            case when per_mille(i, 22) < 75 and c % 10 <> 9 then
                id('S', c * {SUBSCRIPTIONS_EACH} + pick(i, 26, {SUBSCRIPTIONS_EACH}), 6)
            end as subscription_id,
            case
                when direction = 'inbound' and per_mille(i, 26) between 200 and 209 then 'delivered'
                when per_mille(i, 27) < 990 and not (c % 20 = 4 and per_mille(i, 22) < 40) then 'delivered'
                else 'bounced'
            end as delivery_status,
            case
                when direction <> 'outbound' or (c % 10 = 9 and per_mille(i, 22) < 75) then null
                when per_mille(i, 22) < 40 then 'renewal_notice'
                when per_mille(i, 22) < 75 then 'price_change_notice'
                when per_mille(i, 22) between 150 and 220 then 'payment_reminder'
                when per_mille(i, 22) between 220 and 299 then 'invoice_delivery'
                else 'other'
            end as purpose,
            case when per_mille(i, 22) >= 300 and per_mille(i, 28) < 990 then id('T', least(i, {sizes.tickets} - 1), 7) end
                as ticket_id,
            case when per_mille(i, 22) between 150 and 220 then id('CI', pick(i, 29, {max(sizes.invoices, 1)}), 7) end
                as invoice_id,
            case when per_mille(i, 22) between 150 and 220 then per_mille(i, 28) < 970 end as states_period,
            'pass' as authentication
        from (
            select
                range as i,
                pick(range, 20, {sizes.customers}) as c,
                {MAIL_FROM} + to_seconds(range * {MAIL_SECONDS} // {max(sizes.mails, 1)}) as sent,
                case
                    when per_mille(range, 21) < 700 then 'outbound'
                    when per_mille(range, 21) < 950 then 'inbound'
                    else 'third_party'
                end as direction
            from range({sizes.mails})
        )
    """
    types = {
        "message_id": "VARCHAR",
        "recipient": "VARCHAR",
        "sent_at": "TIMESTAMP",
        "sender": "VARCHAR",
        "direction": "VARCHAR",
        "customer_id": "VARCHAR",
        "topic": "VARCHAR",
        "subscription_id": "VARCHAR",
        "delivery_status": "VARCHAR",
        "purpose": "VARCHAR",
        "ticket_id": "VARCHAR",
        "invoice_id": "VARCHAR",
        "states_period": "BOOLEAN",
        "authentication": "VARCHAR",
    }
    return Export("message", types, query)
