"""Who the partner is and what it published: people, domains, terms, channels, documents, contracts."""

from datetime import date, timedelta

from tests.faults.generator.clean.builder import LONG_AGO, Builder

#: who acts: id, role, kind
PEOPLE = (
    ("anna", "helpdesk_agent", "agent"),
    ("ben", "billing_admin", "agent"),
    ("ben", "helpdesk_agent", "agent"),
    ("clara", "user_admin", "agent"),
    ("dirk", "sales_agent", "agent"),
    ("sub-emil", "helpdesk_agent", "subcontractor"),
    ("prov-fritz", "helpdesk_agent", "provider"),
    ("robot", "autoresponder", "bot"),
    ("billing-app", "automation", "application"),
)
SERVICES = ("azure", "microsoft_365", "dynamics_365", "power_platform")
PUBLISHED = date(2014, 12, 1)
HOURS_BEFORE, HOURS_AFTER = "Mo-Fr 08:00-18:00; PH off", "Mo-Fr 09:00-17:00; PH off"
#: severity, first response in minutes, resolution in minutes, clock
TARGETS = (
    ("critical", 60, 1440, "calendar"),
    ("moderate", 240, 2400, "business"),
    ("minimal", 600, 9600, "business"),
    ("any", 1200, 4800, "business"),
)


def found(builder: Builder) -> None:
    """Add what the partner is and published."""
    _people_and_domains(builder)
    _documents(builder)
    _terms(builder)
    _channels(builder)
    _contracts(builder)
    _answers(builder)


def _people_and_domains(builder: Builder) -> None:
    world, rng = builder.world, builder.rng
    for actor_id, role, kind in PEOPLE:
        world.add("actor", actor_id=actor_id, role=role, valid_from_on=LONG_AGO, kind=kind)
    # Ben was in sales first: two roles one after the other
    world.one("actor", actor_id="ben", role="billing_admin")["valid_from_on"] = date(2016, 4, 1)
    world.add(
        "actor",
        actor_id="ben",
        role="sales_agent",
        valid_from_on=LONG_AGO,
        valid_to_on=date(2016, 3, 31),
        kind="agent",
    )
    domain = builder.domain
    for name, purpose in (
        (domain, "brand"),
        (f"tickets-{domain}", "ticketing"),
        (f"mailer-{domain}", "bulk_mail"),
        (f"desk-for-{domain}", "subcontractor"),
        (f"provider-of-{domain}", "provider"),
    ):
        world.add("partner_domain", domain=name, valid_from_on=LONG_AGO, purpose=purpose)
    gone_on = builder.span.start - timedelta(days=rng.randint(20, 200))
    world.add(
        "partner_domain", domain=f"old-{domain}", valid_from_on=LONG_AGO, valid_to_on=gone_on, purpose="brand"
    )


def _documents(builder: Builder) -> None:
    world, changed_on = builder.world, terms_change(builder)
    for document_id, kind, first, last in (
        ("TERMS-A", "support_terms", LONG_AGO, changed_on - timedelta(days=1)),
        ("TERMS-B", "support_terms", changed_on, None),
        ("POLICY-A", "collections_policy", LONG_AGO, changed_on - timedelta(days=11)),
        ("POLICY-B", "collections_policy", changed_on - timedelta(days=10), None),
        ("PRICES", "price_list", LONG_AGO, None),
        ("SLA", "service_level_agreement", LONG_AGO, None),
    ):
        world.add(
            "document",
            document_id=document_id,
            kind=kind,
            valid_from_on=first,
            valid_to_on=last,
            version=document_id[-1],
            status="in_force",
            published_at=builder.at(PUBLISHED if last else first - timedelta(days=20), 12),
            url=f"https://{builder.domain}/{document_id.lower()}",
        )
    for policy in world.all("document", kind="collections_policy"):
        policy.cells |= {
            "describes_process": True,
            "access_impact_days": 20,
            "notices_promised": 2,
            "reviewed_by": "Grete Auditor",
            "reviewed_on": policy.day("valid_from_on"),
        }
    # a draft that never came into force says nothing
    world.add(
        "document",
        document_id="POLICY-DRAFT",
        kind="collections_policy",
        valid_from_on=changed_on,
        version="draft",
        status="draft",
    )


def _terms(builder: Builder) -> None:
    world, changed_on = builder.world, terms_change(builder)
    for terms_id, first, last, hours in (
        ("TERMS-A", LONG_AGO, changed_on - timedelta(days=1), HOURS_BEFORE),
        ("TERMS-B", changed_on, None, HOURS_AFTER),
    ):
        world.add(
            "support_terms",
            terms_id=terms_id,
            valid_from_on=first,
            valid_to_on=last,
            document_id=terms_id,
            service_hours=world.partner.hours or hours,
            timezone=world.partner.zone,
            holidays=world.partner.holidays,
            scope="All products bought through the partner",
            contact_methods=f"support@{builder.domain}, portal, telephone +43 1 5550100",
            has_charge=True,
            price="120.00 an hour",
            price_currency="EUR",
            published_at=builder.at(first - timedelta(days=20), 12),
            url=f"https://{builder.domain}/support",
        )
    for terms in world.all("support_terms"):
        add_targets(builder, terms.text("terms_id"))


def add_targets(builder: Builder, terms_id: str) -> None:
    """Promise the usual times in these terms; where the clock never stops, as many days as else hours."""
    times = 24 if builder.world.partner.hours else 1
    for severity, first_response, resolution, clock in TARGETS:
        for measure, minutes in (("first_response", first_response), ("resolution", resolution)):
            builder.world.add(
                "support_target",
                terms_id=terms_id,
                severity=severity,
                measure=measure,
                minutes=minutes * times,
                clock=clock,
            )


def terms_change(builder: Builder) -> date:
    """The day on which new support terms came into force: the first of the period's last month."""
    return (builder.span.end - timedelta(days=1)).replace(day=1)


def _channels(builder: Builder) -> None:
    world, domain = builder.world, builder.domain
    world.add("support_channel", channel="email", address=f"support@{domain}", valid_from_on=LONG_AGO)
    day = builder.span.start
    while day <= builder.span.taken_on:
        world.add(
            "support_profile",
            observed_at=builder.at(day, 6),
            email=f"support@{domain}",
            telephone="+43 1 5550100",
            website=f"https://{domain}/support",
            contact_ok=True,
        )
        day += timedelta(days=7)


def _contracts(builder: Builder) -> None:
    world, span = builder.world, builder.span
    year = span.start + timedelta(days=364)
    for vehicle, contract_id, first, last, quantity, holder in (
        ("premier_support_for_partners", "PREMIER", LONG_AGO, None, None, "partner"),
        ("advanced_support_for_partners", "ADVANCED", LONG_AGO, None, None, "partner"),
        # one vehicle under its old and its new name
        ("signature_cloud_support", "CLOUD-PACK", span.start, year, 400, "partner"),
        ("partner_on_premises_support", "PREMISES-PACK", span.start, year, 400, "partner"),
        ("unified_for_partners", "PROVIDER-UNIFIED", LONG_AGO, None, None, "provider"),
        ("csp_customer_entitlement", "CUSTOMER-OWN", LONG_AGO, None, None, "customer"),
    ):
        world.add(
            "entitlement",
            vehicle=vehicle,
            contract_id=contract_id,
            valid_from_on=first,
            valid_to_on=last,
            incident_quantity=quantity,
            holder=holder,
        )


def _answers(builder: Builder) -> None:
    """What a person signed: that problems are diagnosed, and that each service's own requirements are met."""
    for obligation, scopes in (("SUP-DIAGNOSE", ("",)), ("SVC-SPECIFIC", SERVICES)):
        for scope_id in scopes:
            builder.world.add(
                "attestation",
                obligation=obligation,
                scope_id=scope_id,
                attested_on=builder.span.end - timedelta(days=20),
                answer="met",
                attested_by="Grete Auditor",
                valid_until_on=builder.span.end + timedelta(days=300),
            )
