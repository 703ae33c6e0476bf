"""What surrounds the desk: published addresses, the profile in Microsoft's portals, and who did what in Partner Center."""

from datetime import datetime, timedelta

from invented.base import Chance, Sample, at, office_time, utc
from invented.customers import Customer
from invented.requests import file_request

#: The published addresses; the telephone and the portal leave tickets, no mail.
ADDRESSES = (
    ("email", "support@fabrikam.example"),
    ("phone", "+49 89 555 0100"),
    ("portal", "https://portal.fabrikam.example/support"),
)
SALES, ADMIN = "sales.bruno", "admin.frank"


def add_surroundings(sample: Sample, known: dict[str, Customer]) -> None:
    """Write the addresses, the snapshots of the profile, and the log of Partner Center."""
    for channel, address in ADDRESSES:
        sample.add("support_channel", channel=channel, address=address, valid_from_on="2025-01-01")
    _profile(sample)
    _partner_center(sample, known)
    # attestations.toml is written by hand, like cspaudit.toml
    sample.fault(
        "a frank answer",
        "The head of quality read forty tickets and signed that problems are not diagnosed as well as the desk could.",
        ("diagnosis_attested", "SUP-DIAGNOSE", "answered_not_met"),
    )
    sample.fault(
        "requirements nobody keeps up with",
        "The managing director signed that the requirements of the Power Platform are not met.",
        ("service_requirements_attested", "power_platform", "answered_not_met"),
    )


def _profile(sample: Sample) -> None:
    def snapshot(day: str, email: str | None, telephone: str | None) -> str:
        observed_at = at(f"{day} 10:00")
        sample.add("support_profile", observed_at=utc(observed_at), email=email, telephone=telephone)
        return (observed_at - timedelta(hours=2)).isoformat(sep=" ")

    snapshot("2026-07-06", "support@fabrikam.example", "0049 89 5550100")
    empty = snapshot("2026-08-03", None, None)
    sample.fault(
        "empty profile",
        "On 3 August the profile that customers see in Microsoft's portals showed no contact at all.",
        ("support_profile_filled", empty, "profile_empty"),
    )
    other = snapshot("2026-09-07", "info@fabrikam.example", "+49 89 555 0100")
    sample.fault(
        "another contact in the portals",
        "In September the profile showed info@fabrikam.example, which Fabrikam publishes nowhere.",
        ("published_contact_matches_profile", f"{other}/email", "differs_too_long"),
    )


def _partner_center(sample: Sample, known: dict[str, Customer]) -> None:
    """Billing work is done by the sales agent, but for one step; requests are filed by the desk, but for one."""
    chance = Chance("partner center")

    def done(occurred_at: datetime, operation: str, customer: Customer, actor_id: str) -> str:
        event_id = f"PC-{len(sample.tables.get('audit_event', [])) + 1:05d}"
        sample.add(
            "audit_event",
            event_id=event_id,
            occurred_at=utc(occurred_at),
            operation=operation,
            actor_id=actor_id,
            customer_id=customer.customer_id,
            status="Succeeded",
        )
        return event_id

    customers = [each for each in known.values() if each.is_active(at("2026-08-15 00:00").date())]
    for number in range(40):
        day = at("2026-07-01 00:00").date() + timedelta(days=2 * number)
        operation = ("update_customer_billing_profile", "update_subscription", "create_order")[number % 3]
        done(office_time(chance, day), operation, chance.pick(customers), SALES)
    wrong = done(at("2026-08-19 11:15"), "update_customer_billing_profile", known["Fourth Coffee"], ADMIN)
    sample.fault(
        "billing by somebody with rights for something else",
        "An admin agent changed a customer's billing profile; the billing page lists other roles.",
        ("billing_actor_had_listed_role", wrong, "other_role"),
    )
    by_sales = file_request(
        sample, chance, None, known["Fourth Coffee"], at("2026-09-23 15:20"), "commercial", "commercial_support",
        filed_by_actor_id=SALES,
    )  # fmt: skip
    sample.tables["service_request_ticket"].append({"request_id": by_sales, "ticket_id": 60222})
    sample.fault(
        "request filed by a salesman",
        "The sales agent filed a request; the support page lists the helpdesk agent.",
        ("support_actor_had_listed_role", by_sales, "other_role"),
    )
