"""Customers, their subscriptions, and what they were told."""

from exports.base import (
    AGENTS,
    EVENTS_EACH_SUBSCRIPTION,
    SUBSCRIPTIONS_EACH,
    TICKETS_FROM,
    TICKETS_SECONDS,
    Export,
    Sizes,
)


def customers(sizes: Sizes) -> tuple[Export, ...]:
    """Four subscriptions each, three events a subscription; some never got the terms or the collections policy."""
    subscriptions = sizes.customers * SUBSCRIPTIONS_EACH
    events = subscriptions * EVENTS_EACH_SUBSCRIPTION
    text = "VARCHAR"
    return (
        Export(
            "customer",
            {
                "customer_id": text,
                "name": text,
                "country": text,
                "onboarded_on": "DATE",
                "support_contact": text,
            },
            "select customer(range) as customer_id, 'Customer ' || range as name, 'DE' as country, "
            "date '2024-01-01' as onboarded_on, 'partner' as support_contact "
            f"from range({sizes.customers})",
        ),
        Export(
            "customer_domain",
            {"customer_id": text, "domain": text},
            "select customer(range) as customer_id, lower(customer(range)) || '.example' as domain "
            f"from range({sizes.customers})",
        ),
        Export(
            "actor",
            {"actor_id": text, "role": text, "valid_from_on": "DATE", "kind": text},
            "select id('A', range, 3) as actor_id, case range % 10 when 0 then 'guest' else 'helpdesk_agent' end as role, date '2024-01-01' as valid_from_on, 'agent' as kind "
            f"from range({AGENTS})",
        ),
        Export(
            "subscription",
            {
                "subscription_id": text,
                "customer_id": text,
                "service": text,
                "channel": text,
                "platform": text,
                "started_on": "DATE",
                "cancellable_until_at": "TIMESTAMP",
            },
            f"select id('S', range, 6) as subscription_id, customer(range // {SUBSCRIPTIONS_EACH}) as customer_id, "
            "case range % 4 when 3 then 'azure' else 'microsoft_365' end as service, 'csp' as channel, "
            "'new_commerce' as platform, date '2025-07-01' as started_on, "
            f"zulu({TICKETS_FROM} + to_seconds(pick(range, 41, {TICKETS_SECONDS}))) as cancellable_until_at "
            f"from range({subscriptions})",
        ),
        Export(
            "subscription_event",
            {
                "event_id": text,
                "subscription_id": text,
                "occurred_at": "TIMESTAMP",
                "event": text,
                "customer_id": text,
                "reason": text,
            },
            f"""select
                id('V', range, 7) as event_id, id('S', range // {EVENTS_EACH_SUBSCRIPTION}, 6) as subscription_id,
                zulu({TICKETS_FROM} + to_seconds(pick(range, 40, {TICKETS_SECONDS}))) as occurred_at,
                case range % 3
                    when 0 then 'renewed'
                    when 1 then case range // 3 % 3 when 0 then 'price_changed' when 1 then 'reactivated' else 'cancelled' end
                    else 'suspended'
                end as event,
                customer(range // {SUBSCRIPTIONS_EACH * EVENTS_EACH_SUBSCRIPTION}) as customer_id,
                case range % 3 when 2 then 'non_payment' else 'other' end as reason
            from range({events})""",
        ),
        Export(
            "document",
            {
                "document_id": text,
                "kind": text,
                "valid_from_on": "DATE",
                "valid_to_on": "DATE",
                "status": text,
                "describes_process": "BOOLEAN",
                "states_access_impact": "BOOLEAN",
                "access_impact_days": "BIGINT",
                "notices_promised": "BIGINT",
                "reviewed_by": text,
                "reviewed_on": "DATE",
            },
            # the newer of two collections policies left half of its content out
            """select 'TERMS-2026' as document_id, 'support_terms' as kind, date '2026-01-01' as valid_from_on,
                null as valid_to_on, 'in_force' as status, null as describes_process, null as states_access_impact,
                null as access_impact_days, null as notices_promised, null as reviewed_by, null as reviewed_on
            union all
            select 'POLICY-1', 'collections_policy', date '2025-01-01', date '2026-08-31', 'in_force', true, true, 30, 0,
                'Klara Muster', date '2025-01-01'
            union all
            select 'POLICY-2', 'collections_policy', date '2026-09-01', null, 'in_force', false, false, null, null,
                'Klara Muster', date '2026-09-01'""",
        ),
        Export(
            "attestation",
            {
                "obligation": text,
                "scope_id": text,
                "attested_on": "DATE",
                "answer": text,
                "attested_by": text,
            },
            "select 'SUP-DIAGNOSE' as obligation, '' as scope_id, date '2026-07-01' as attested_on, 'met' as answer, "
            "'Klara Muster' as attested_by union all select 'SVC-SPECIFIC', '', date '2026-07-01', 'met', 'Klara Muster' "
            "union all select 'SVC-SPECIFIC', 'azure', date '2026-07-01', 'not_met', 'Klara Muster'",
        ),
        Export(
            "document_delivery",
            {"document_id": text, "customer_id": text, "delivered_at": "TIMESTAMP"},
            # every twentieth customer never got any of them
            "select document_id, customer(range) as customer_id, '2026-01-15T08:00:00Z' as delivered_at "
            f"from range({sizes.customers}) cross join (select unnest(['TERMS-2026', 'POLICY-1', 'POLICY-2']) as document_id) "
            "where range % 20 <> 7 order by document_id, range",
        ),
    )
