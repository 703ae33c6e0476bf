"""What the partner published and holds: terms, targets, channels, documents, contracts, signed answers."""

from cspaudit.model.columns import VALID_ORDER, VALIDITY, currency, one_of, optional, required
from cspaudit.model.table import AtLeast, Column, Order, Table
from cspaudit.model.vocabulary import VEHICLES

SUPPORT_TABLES = (
    Table(
        "support_terms",
        "Versions of the support terms the partner published.",
        key=("terms_id",),
        columns=(
            required("terms_id"),
            *VALIDITY,
            optional("customer_id"),
            optional("document_id"),
            optional("service_hours"),
            optional("timezone"),
            optional("holidays"),
            optional("scope"),
            optional("contact_methods"),
            optional("has_charge", "boolean"),
            optional("price"),
            currency("price_currency"),
            optional("published_at", "instant"),
            optional("url"),
        ),
        rules=(VALID_ORDER,),
    ),
    Table(
        "support_target",
        "Reply and resolution times promised in the terms.",
        key=("terms_id", "severity", "measure"),
        columns=(
            required("terms_id"),
            one_of("severity", "critical moderate minimal any", required=True),
            one_of("measure", "first_response resolution", required=True),
            required("minutes", "integer"),
            one_of("clock", "business calendar", required=True),
            optional("target_share", "share"),
        ),
        rules=(AtLeast("minutes", 0), AtLeast("target_share", 0)),
    ),
    Table(
        "support_channel",
        "Addresses that the partner published for support.",
        key=("channel", "address", "valid_from_on"),
        columns=(
            one_of("channel", "email phone portal chat other", required=True),
            required("address"),
            *VALIDITY,
        ),
        rules=(VALID_ORDER,),
    ),
    Table(
        "support_profile",
        "Snapshots of the contact that customers see in Microsoft's portals.",
        key=("observed_at",),
        columns=(
            required("observed_at", "instant"),
            optional("email"),
            optional("telephone"),
            optional("website"),
            optional("contact_ok", "boolean"),
        ),
    ),
    Table(
        "document",
        "Versions of policies, terms and price lists.",
        key=("document_id",),
        columns=(
            required("document_id"),
            one_of(
                "kind",
                "collections_policy support_terms price_list support_contract service_level_agreement",
                required=True,
            ),
            *VALIDITY,
            optional("version"),
            one_of("status", "draft in_force withdrawn"),
            optional("customer_id"),
            optional("published_at", "instant"),
            optional("url"),
            optional("describes_process", "boolean"),
            optional("states_access_impact", "boolean"),
            optional("access_impact_days", "integer"),
            optional("notices_promised", "integer"),
            optional("sha256"),
            optional("reviewed_by"),
            optional("reviewed_on", "date"),
        ),
        rules=(VALID_ORDER,),
    ),
    Table(
        "document_delivery",
        "Which document reached which customer, and when.",
        key=("document_id", "customer_id"),
        columns=(
            required("document_id"),
            required("customer_id"),
            required("delivered_at", "instant"),
            optional("method"),
            optional("acknowledged_at", "instant"),
        ),
    ),
    Table(
        "entitlement",
        "Support contracts with Microsoft or the provider.",
        key=("vehicle", "contract_id", "valid_from_on"),
        columns=(
            one_of("vehicle", VEHICLES, required=True),
            required("contract_id"),
            *VALIDITY,
            optional("services"),
            optional("incident_quantity", "integer"),
            one_of("holder", "partner provider customer"),
        ),
        rules=(VALID_ORDER, AtLeast("incident_quantity", 0)),
    ),
    Table(
        "attestation",
        "Signed answers to what no export shows.",
        key=("obligation", "scope_id", "attested_on"),
        columns=(
            required("obligation"),
            required("attested_on", "date"),
            one_of("answer", "met not_met not_applicable", required=True),
            required("attested_by"),
            optional("scope_id"),
            optional("valid_until_on", "date"),
            optional("evidence_path"),
            Column(
                "evidence_sha256", pattern="[0-9a-fA-F]{64}", pattern_says="64 hexadecimal digits (SHA-256)"
            ),
        ),
        rules=(Order("attested_on", "valid_until_on"),),
        key_defaults={"scope_id": ""},
    ),
)
