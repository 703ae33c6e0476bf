"""Values that several canonical tables share, as blank-separated words."""

from datetime import date

TIERS = "direct_bill indirect_provider indirect_reseller"
CLOUDS = "global us_gov 21vianet"
SEVERITIES = "critical moderate minimal unknown"
VEHICLES = (
    "commercial_support premier_support_for_partners advanced_support_for_partners partner_cloud_support "
    "signature_cloud_support partner_on_premises_support product_support_incidents unified_for_partners "
    "csp_customer_entitlement provider unknown"
)
SERVICES = "azure microsoft_365 dynamics_365 power_platform marketplace on_premises other"
TOPICS = "subscription billing support service_incident operational non_csp other unknown"
ACTOR_KINDS = "agent bot application subcontractor provider microsoft customer unknown"

#: support contracts that Microsoft renamed, old name to new, and the first day of the new names
#: (Partner Center page on technical support benefits, in Portuguese)
RENAMED_VEHICLES = {
    "signature_cloud_support": "partner_cloud_support",
    "product_support_incidents": "partner_on_premises_support",
}
RENAMED_ON = date(2025, 6, 23)
