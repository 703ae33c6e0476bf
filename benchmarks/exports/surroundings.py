"""Small exports around the desk: channels, profiles, incidents, what was done in Partner Center."""

from exports.base import AGENTS, TICKETS_A_REQUEST, TICKETS_FROM, TICKETS_SECONDS, Export, Sizes

INCIDENTS = 200


def surroundings(sizes: Sizes) -> tuple[Export, ...]:
    """Two published addresses of which one sends nothing back, a profile snapshot a month, two hundred incidents, an audit record a request."""
    text = "VARCHAR"
    records = -(-sizes.tickets // TICKETS_A_REQUEST)
    return (
        Export(
            "support_channel",
            {"channel": text, "address": text, "valid_from_on": "DATE"},
            "select 'email' as channel, unnest(['support@fabrikam.example', 'help@fabrikam.example']) as address, "
            "date '2025-01-01' as valid_from_on",
        ),
        Export(
            "support_profile",
            {"observed_at": "TIMESTAMP", "email": text, "telephone": text},
            "select '2026-0' || (7 + range) || '-05T08:00:00Z' as observed_at, "
            "case range when 0 then 'support@fabrikam.example' when 1 then 'former@fabrikam.example' end as email, "
            "case when range = 0 then '+49 89 555 0100' end as telephone from range(3)",
        ),
        Export(
            "service_incident",
            {"incident_id": text, "service": text, "started_at": "TIMESTAMP", "published_at": "TIMESTAMP"},
            f"""select
                id('EX', range, 5) as incident_id,
                case range % 2 when 0 then 'microsoft_365' else 'azure' end as service,
                zulu({TICKETS_FROM} + to_seconds(range * {TICKETS_SECONDS} // {INCIDENTS})) as started_at,
                zulu({TICKETS_FROM} + to_seconds(range * {TICKETS_SECONDS} // {INCIDENTS} + 1800)) as published_at
            from range({INCIDENTS})""",
        ),
        Export(
            "audit_event",
            {
                "event_id": text,
                "occurred_at": "TIMESTAMP",
                "operation": text,
                "actor_id": text,
                "customer_id": text,
            },
            f"""select
                id('AU', range, 7) as event_id,
                zulu({TICKETS_FROM} + to_seconds(range * {TICKETS_SECONDS} // {records})) as occurred_at,
                case range % 4
                    when 0 then 'update_subscription' when 1 then 'suspend_subscription'
                    when 2 then 'update_customer_billing_profile' else 'create_customer'
                end as operation,
                id('A', pick(range, 70, {AGENTS}), 3) as actor_id,
                customer(pick(range, 71, {sizes.customers})) as customer_id
            from range({records})""",
        ),
    )
