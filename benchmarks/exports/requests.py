"""Requests to Microsoft, the tickets they were filed for, and the contracts they went through."""

from exports.base import AGENTS, TICKETS_A_REQUEST, Export, Sizes, opened
from exports.surroundings import INCIDENTS


def requests(sizes: Sizes) -> tuple[Export, ...]:
    """One request for each hundredth ticket; one in ten through a pack that is a little too small."""
    number = -(-sizes.tickets // TICKETS_A_REQUEST)
    text = "VARCHAR"
    customer = f"customer(pick(range * {TICKETS_A_REQUEST}, 1, {sizes.customers}))"
    return (
        Export(
            "service_request",
            {
                "request_id": text,
                "opened_at": "TIMESTAMP",
                "issue_type": text,
                "customer_id": text,
                "vehicle": text,
                "filed_by": text,
                "contact_email": text,
                "service": text,
                "customer_context": text,
                "filed_by_actor_id": text,
                "claims_credit": "BOOLEAN",
                "incident_id": text,
            },
            f"""select
                id('R', range, 6) as request_id,
                zulu({opened(f"(range * {TICKETS_A_REQUEST})", sizes)} + to_seconds(3600 + pick(range, 50, 7200)))
                    as opened_at,
                case when per_mille(range, 51) < 200 then 'commercial' else 'technical' end as issue_type,
                {customer} as customer_id,
                case
                    when per_mille(range, 51) < 200 then 'commercial_support'
                    when per_mille(range, 51) < 300 then 'partner_on_premises_support'
                    when per_mille(range, 51) < 330 then 'advanced_support_for_partners'
                    else 'partner_cloud_support'
                end as vehicle,
                case when per_mille(range, 52) < 20 then 'customer' else 'partner' end as filed_by,
                case when per_mille(range, 53) < 30 then 'it@' || lower({customer}) || '.example'
                    else 'desk@fabrikam.example' end as contact_email,
                case when per_mille(range, 54) < 100 then 'on_premises' when per_mille(range, 54) < 600 then 'microsoft_365'
                    when per_mille(range, 54) < 800 then 'dynamics_365' else 'azure' end as service,
                case when per_mille(range, 55) < 30 then 'fabrikam' else {customer} end as customer_context,
                case when per_mille(range, 52) >= 20 then id('A', pick(range, 56, {AGENTS}), 3) end as filed_by_actor_id,
                per_mille(range, 51) < 100 as claims_credit,
                -- incidents come every half day or so: some claims are for one long past
                case when per_mille(range, 51) < 100 then id('EX', pick(range, 57, {INCIDENTS}), 5) end as incident_id
            from range({number})""",
        ),
        Export(
            "service_request_ticket",
            {"request_id": text, "ticket_id": text},
            f"select id('R', range, 6) as request_id, id('T', range * {TICKETS_A_REQUEST}, 7) as ticket_id "
            f"from range({number})",
        ),
        Export(
            "entitlement",
            {
                "vehicle": text,
                "contract_id": text,
                "valid_from_on": "DATE",
                "valid_to_on": "DATE",
                "incident_quantity": "BIGINT",
                "holder": text,
            },
            "select 'partner_cloud_support' as vehicle, 'PCS-1' as contract_id, date '2026-01-01' as valid_from_on, "
            f"date '2026-12-31' as valid_to_on, {max(number * 60 // 100, 1)} as incident_quantity, 'partner' as holder union all "
            "select 'partner_on_premises_support', 'PACK-1', date '2026-01-01', date '2026-12-31', "
            f"{max(number * 9 // 100, 1)}, 'partner' union all "
            "select 'advanced_support_for_partners', 'ASFP-1', date '2026-01-01', date '2026-08-31', null, 'partner'",
        ),
    )
