"""The canonical tables: the one place that states types, keys, allowed values and rules."""

from cspaudit.model.activity_tables import ACTIVITY_TABLES
from cspaudit.model.columns import DOMAIN_COLUMN, VALID_ORDER, VALIDITY, one_of, optional, required
from cspaudit.model.ledger_tables import LEDGER_TABLES
from cspaudit.model.support_tables import SUPPORT_TABLES
from cspaudit.model.table import Order, Table
from cspaudit.model.vocabulary import ACTOR_KINDS, CLOUDS, SERVICES, TIERS

PARTNER_TABLES = (
    Table(
        "partner",
        "The partners whose audit this is.",
        key=("partner_id",),
        columns=(
            required("name"),
            one_of("tier", TIERS, required=True),
            required("timezone"),
            one_of("cloud", CLOUDS),
            optional("holidays"),
            optional("provider_id"),
        ),
    ),
    Table(
        "partner_domain",
        "Mail and web domains the partner, or somebody for it, writes from.",
        key=("domain", "valid_from_on"),
        columns=(
            DOMAIN_COLUMN,
            *VALIDITY,
            one_of("purpose", "brand ticketing bulk_mail subcontractor provider"),
        ),
        rules=(VALID_ORDER,),
    ),
    Table(
        "actor",
        "Who acts in tickets and requests, and as what.",
        key=("actor_id", "role", "valid_from_on"),
        columns=(
            required("actor_id"),
            required("role"),
            required("valid_from_on", "date"),
            one_of("kind", ACTOR_KINDS, required=True),
            optional("valid_to_on", "date"),
        ),
        rules=(VALID_ORDER,),
    ),
    Table(
        "customer",
        "The partner's customers.",
        key=("customer_id",),
        columns=(
            required("customer_id"),
            required("name"),
            optional("country"),
            one_of("cloud", CLOUDS),
            optional("language"),
            optional("onboarded_on", "date"),
            optional("offboarded_on", "date"),
            optional("partner_of_record"),
            one_of("support_contact", "partner provider"),
        ),
        rules=(Order("onboarded_on", "offboarded_on"),),
    ),
    Table(
        "customer_domain",
        "Domains that identify a customer in mail.",
        key=("customer_id", "domain"),
        columns=(required("customer_id"), DOMAIN_COLUMN),
    ),
    Table(
        "subscription",
        "What the customers bought.",
        key=("subscription_id",),
        columns=(
            required("subscription_id"),
            required("customer_id"),
            one_of("service", SERVICES),
            optional("product"),
            one_of("channel", "csp non_csp"),
            one_of("platform", "legacy new_commerce"),
            optional("status"),
            optional("started_on", "date"),
            optional("ended_on", "date"),
            optional("is_paid", "boolean"),
            optional("is_trial", "boolean"),
            optional("parent_subscription_id"),
            optional("cancellable_until_at", "instant"),
        ),
    ),
    Table(
        "subscription_event",
        "What happened to subscriptions.",
        key=("event_id",),
        columns=(
            required("event_id"),
            required("subscription_id"),
            required("occurred_at", "instant"),
            one_of(
                "event",
                "purchased renewed price_changed quantity_changed "
                "suspended reactivated cancelled expired transferred",
                required=True,
            ),
            optional("customer_id"),
            one_of("reason", "non_payment fraud customer_request expiry other unknown"),
            one_of("actor_kind", ACTOR_KINDS),
            optional("actor_id"),
        ),
        dated_by="occurred_at",
    ),
)

#: every canonical table by its name
TABLES: dict[str, Table] = {
    table.name: table for table in (*PARTNER_TABLES, *SUPPORT_TABLES, *ACTIVITY_TABLES, *LEDGER_TABLES)
}
