"""The cspaudit.toml of the benchmark's invented partner."""

from collections.abc import Sequence

from exports.base import Export, Sizes


def engagement(sizes: Sizes, exports: Sequence[Export]) -> str:
    """Return the text that names every export and states what none of them says."""
    sources = "\n".join(
        f'[[source]]\npath = "{export.file}"\ntable = "{export.name}"\n' for export in exports
    )
    targets = "\n".join(
        f'[[data.support_target]]\nterms_id = "{terms}"\nseverity = "{severity}"\nmeasure = "first_response"\n'
        f'minutes = {minutes}\nclock = "{clock}"\n'
        for terms in ("2026-01", "2026-08")
        for severity, minutes, clock in (
            ("critical", 60, "calendar"),
            ("moderate", 480, "business"),
            ("any", 1200, "business"),
        )
    )
    targets += "\n" + "\n".join(
        f'[[data.support_target]]\nterms_id = "{terms}"\nseverity = "any"\nmeasure = "resolution"\n'
        'minutes = 2400\nclock = "business"\n'
        for terms in ("2026-01", "2026-08")
    )
    return f"""# Written by benchmarks/generate.py: an invented partner of any size.
[engagement]
title = "Benchmark, {sizes.tickets:,} tickets"
period = "2026-Q3"
as_of = 2026-10-15T00:00:00Z

[[partner]]
id = "fabrikam"
name = "Fabrikam Cloud GmbH"
tier = "direct_bill"
timezone = "Europe/Berlin"
holidays = "DE-BY"
domains = ["fabrikam.example"]

{sources}
[[data.support_terms]]
terms_id = "2026-01"
valid_from_on = 2026-01-01
valid_to_on = 2026-07-31
document_id = "TERMS-2026"
service_hours = "Mo-Fr 08:00-18:00; PH off"
timezone = "Europe/Berlin"
holidays = "DE-BY"
scope = "All products"
contact_methods = "support@fabrikam.example"
has_charge = true
price = "120.00 an hour"
price_currency = "EUR"

[[data.support_terms]]
terms_id = "2026-08"
valid_from_on = 2026-08-01
document_id = "TERMS-2026"
service_hours = "Mo-Fr 08:00-20:00; Sa 09:00-13:00; PH off"
timezone = "Europe/Berlin"
holidays = "DE-BY"
scope = "All products"
contact_methods = "support@fabrikam.example"
has_charge = true
price = "120.00 an hour"
price_currency = "EUR"

{targets}
[wordings.S0]
start = 2025-06-23
because = "Set for the benchmark"

[wordings.S1]
start = 2026-09-01
because = "Set for the benchmark"

[checks.customer_contact_became_ticket]
limit_days = 5
because = "Set for the benchmark"

[checks.published_contact_matches_profile]
changeover_days = 10
because = "Set for the benchmark"

[checks.access_restored_after_payment]
days = 10
because = "Set for the benchmark"

[checks.incident_pack_not_exhausted]
requests_complete_from = 2026-01-01
because = "Set for the benchmark"

[checks.technical_request_by_entitled_vehicle]
requests_complete_from = 2026-01-01
because = "Set for the benchmark"

[checks.in_scope_ticket_resolved]
days = 30
because = "Set for the benchmark"

[checks.resolution_stays]
days = 30
because = "Set for the benchmark"

[checks.payments_on_time_consistently]
late_share_limit = 0.042
because = "Set for the benchmark: kept in July, missed afterwards"

[checks.subscription_event_announced]
window_days_before = 45
window_days_after = 21
because = "Set for the benchmark"

[gate]
fail_on = "never"
"""
