"""Tickets and what was done on them."""

from exports.base import AGENTS, SUBSCRIPTIONS_EACH, TICKETS_A_REQUEST, Export, Sizes, opened


def ticket(sizes: Sizes) -> Export:
    """Ninety-five of a hundred tickets are closed, a few of them unsolved, refused, by silence, or opened anew."""
    is_technical = f"i % {TICKETS_A_REQUEST} = 0 or per_mille(i, 2) < 550"
    query = f"""
        select
            id('T', i, 7) as ticket_id,
            zulu(opened) as opened_at,
            customer(pick(i, 1, {sizes.customers})) as customer_id,
            case when {is_technical} then 'technical' when per_mille(i, 2) < 800 then 'billing' else 'subscription' end
                as category,
            case when per_mille(i, 3) < 50 then 'critical' when per_mille(i, 3) < 400 then 'moderate' else 'minimal' end
                as severity,
            case when per_mille(i, 4) < 600 then 'email' when per_mille(i, 4) < 850 then 'web' else 'telephone' end
                as channel,
            case when per_mille(i, 5) < 950 then 'closed' else 'open' end as status,
            case when per_mille(i, 5) < 950 then zulu(opened + to_seconds(864000 + pick(i, 6, 86400))) end as closed_at,
            case when per_mille(i, 7) < 700 then 'microsoft_365' else 'azure' end as service,
            case
                when per_mille(i, 2) >= 960 then case i % 3 when 0 then 'purchase' when 1 then 'cancel' else 'quantity_change' end
                when per_mille(i, 8) < 600 then 'incident'
                else 'how_to'
            end as request_type,
            -- one in forty takes longer than was promised
            case when per_mille(i, 5) < 950 then
                zulu(opened + to_seconds(7200 + case when per_mille(i, 6) < 975 then pick(i, 36, 300000) else 800000 end))
            end as resolved_at,
            case when per_mille(i, 5) < 950 then case when per_mille(i, 9) < 900 then 'agent' else 'timer' end end
                as closed_by,
            case when per_mille(i, 5) < 950 then
                case when per_mille(i, 10) < 960 then 'solved' when per_mille(i, 10) < 990 then 'no_response' else 'refused' end
            end as resolution,
            case when per_mille(i, 10) < 995 then true else false end as in_scope,
            case when per_mille(i, 8) < 3 or i % 500 = 0 then 'service_defect' else 'none' end as handoff_category,
            id('S', pick(i, 1, {sizes.customers}) * {SUBSCRIPTIONS_EACH} + i % {SUBSCRIPTIONS_EACH}, 6) as subscription_id,
            case when i % 50 = 5 then 40.00 end as charge_amount,
            case when i % 50 = 5 then 'EUR' end as currency,
            case when i % 50 = 5 then cast(opened as date) end as charged_on
        from (select range as i, {opened("range", sizes)} as opened from range({sizes.tickets}))
    """
    types = {
        "ticket_id": "VARCHAR",
        "opened_at": "TIMESTAMP",
        "customer_id": "VARCHAR",
        "category": "VARCHAR",
        "severity": "VARCHAR",
        "channel": "VARCHAR",
        "status": "VARCHAR",
        "closed_at": "TIMESTAMP",
        "service": "VARCHAR",
        "request_type": "VARCHAR",
        "resolved_at": "TIMESTAMP",
        "closed_by": "VARCHAR",
        "resolution": "VARCHAR",
        "in_scope": "BOOLEAN",
        "handoff_category": "VARCHAR",
        "subscription_id": "VARCHAR",
        "charge_amount": "DECIMAL(19,4)",
        "currency": "VARCHAR",
        "charged_on": "DATE",
    }
    return Export("ticket", types, query)


def ticket_event(sizes: Sizes) -> Export:
    """Each ticket has a note (or an automatic reply), a person's reply, and whatever more is asked for."""
    each = sizes.events_per_ticket
    answer = min(1, each - 1)
    # the first reply comes within 50 minutes, one in fifty after days, one in a thousand never
    waits = (
        "case when per_mille(t, 11) < 20 then 172800 + pick(t, 12, 864000) else 60 + pick(t, 12, 2940) end"
    )
    query = f"""
        select
            id('E', i, 8) as event_id,
            id('T', t, 7) as ticket_id,
            zulu(opened + to_seconds(case
                when place = {answer} then {waits}
                when t % 500 = 3 and place = 0 then 1036800 + pick(t, 12, 864000)
                when place = 0 then 5 + pick(i, 13, 50)
                else 3600 * place + pick(i, 13, 36000)
            end)) as occurred_at,
            case
                when place = {answer} and per_mille(t, 14) < 5 then 'status'
                when place = {answer} then 'reply'
                when t % 500 = 3 and place = 0 then 'reopen'
                when t % {TICKETS_A_REQUEST} = 0 and place = 0 then
                    case when per_mille(t, 15) < 500 then 'diagnosis' when per_mille(t, 15) < 970 then 'health_check' else 'assign' end
                when place = 0 and per_mille(t, 16) < 300 then 'reply'
                when place = 0 then 'note'
                when per_mille(i, 17) < 500 then 'change'
                else 'reply'
            end as kind,
            case
                when place = 0 and {answer} <> 0 and t % {TICKETS_A_REQUEST} <> 0 and per_mille(t, 16) < 300 then 'bot'
                when per_mille(i, 18) < 980 then 'agent'
            end as actor_kind,
            id('A', pick(i, 19, {AGENTS}), 3) as actor_id,
            per_mille(i, 17) < 20 as links_only
        from (
            select range as i, range // {each} as t, range % {each} as place,
                {opened(f"(range // {each})", sizes)} as opened
            from range({sizes.tickets * each})
        )
    """
    types = {
        "event_id": "VARCHAR",
        "ticket_id": "VARCHAR",
        "occurred_at": "TIMESTAMP",
        "kind": "VARCHAR",
        "actor_kind": "VARCHAR",
        "actor_id": "VARCHAR",
        "links_only": "BOOLEAN",
    }
    return Export("ticket_event", types, query)
