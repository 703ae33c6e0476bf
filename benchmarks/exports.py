"""The exports of the benchmark's invented partner: for each file its columns, their SQL types and the query that makes it.

The types serve the bare load, which is told them; cspaudit finds its own.
"""

from dataclasses import dataclass

#: first second (UTC) of the time in which tickets are opened, two days around the quarter 2026-Q3
TICKETS_FROM = "timestamp '2026-06-29 00:00:00'"
TICKETS_SECONDS = 96 * 86400
#: mail begins before the quarter, so that events of its first days can have been announced
MAIL_FROM = "timestamp '2026-05-10 00:00:00'"
MAIL_SECONDS = 154 * 86400
#: invoices reach back so that twelve months lie behind every month of the quarter
INVOICES_FROM = "date '2025-05-01'"
INVOICE_DAYS = 500
AGENTS = 200
SUBSCRIPTIONS_EACH = 4
EVENTS_EACH_SUBSCRIPTION = 3
#: one ticket in so many leads to a request to Microsoft
TICKETS_A_REQUEST = 100


@dataclass(frozen=True)
class Sizes:
    """How many records of each kind the partner has; ``customers`` follow from the tickets."""

    tickets: int
    events_per_ticket: int
    mails: int
    invoices: int
    payments: int
    seed: int = 1

    @property
    def customers(self) -> int:
        """One customer for every 2,000 tickets, 20 to 5,000."""
        return min(max(self.tickets // 2000, 20), 5000)

    @property
    def parts(self) -> int:
        """In how many parts each invoice is paid."""
        return max(1, self.payments // max(self.invoices, 1))


@dataclass(frozen=True)
class Export:
    """One CSV file: its column types, and the query over ``range`` that yields its rows in order."""

    name: str
    types: dict[str, str]
    query: str

    @property
    def file(self) -> str:
        """The file's name."""
        return f"{self.name}.csv"


def macros(seed: int) -> tuple[str, ...]:
    """Return the statements that make the functions of the queries; the same numbers on every engine version.

    ``chance(i, salt)`` is a whole number from 0 to 2147483646 that looks random. ``per_mille`` is one from 0 to 999.
    """
    mixed = f"((cast(i as bigint) * 1103515245 + cast(salt as bigint) * 741103597 + {seed * 1013904223}) % 2147483647)"
    return (
        f"create macro chance(i, salt) as ({mixed} * {mixed} % 2147483647) * 48271 % 2147483647",
        "create macro per_mille(i, salt) as chance(i, salt) // 16 % 1000",
        "create macro pick(i, salt, n) as chance(i, salt) // 16 % n",
        "create macro id(prefix, i, width) as prefix || lpad(cast(i as varchar), width, '0')",
        "create macro zulu(t) as strftime(t, '%Y-%m-%dT%H:%M:%SZ')",
        "create macro customer(i) as id('C', i, 5)",
    )


def exports(sizes: Sizes) -> tuple[Export, ...]:
    """Return every export of a partner of these sizes, the big ones first."""
    return (
        _ticket(sizes),
        _ticket_event(sizes),
        _message(sizes),
        _supplier_invoice(sizes),
        _supplier_payment(sizes),
        *_customers(sizes),
        *_requests(sizes),
    )


def _opened(index: str, sizes: Sizes) -> str:
    return f"({TICKETS_FROM} + to_seconds({index} * {TICKETS_SECONDS} // {sizes.tickets}))"


def _ticket(sizes: Sizes) -> Export:
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
            case when per_mille(i, 7) < 700 then 'microsoft_365' else 'azure' end as service
        from (select range as i, {_opened("range", sizes)} as opened from range({sizes.tickets}))
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
    }
    return Export("ticket", types, query)


def _ticket_event(sizes: Sizes) -> Export:
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
                when place = 0 then 5 + pick(i, 13, 50)
                else 3600 * place + pick(i, 13, 36000)
            end)) as occurred_at,
            case
                when place = {answer} and chance(t, 14) % 1000 = 0 then 'status'
                when place = {answer} then 'reply'
                when t % {TICKETS_A_REQUEST} = 0 and place = 0 then
                    case when per_mille(t, 15) < 970 then 'diagnosis' else 'assign' end
                when place = 0 and per_mille(t, 16) < 300 then 'reply'
                when place = 0 then 'note'
                when per_mille(i, 17) < 500 then 'change'
                else 'reply'
            end as kind,
            case
                when place = 0 and {answer} <> 0 and t % {TICKETS_A_REQUEST} <> 0 and per_mille(t, 16) < 300 then 'bot'
                when per_mille(i, 18) < 900 then 'agent'
            end as actor_kind,
            id('A', pick(i, 19, {AGENTS}), 3) as actor_id
        from (
            select range as i, range // {each} as t, range % {each} as place,
                {_opened(f"(range // {each})", sizes)} as opened
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
    }
    return Export("ticket_event", types, query)


def _message(sizes: Sizes) -> Export:
    """Seven of ten messages go out; every tenth customer is never written to about its subscriptions."""
    sender = f"""case
        when direction = 'inbound' then 'user' || pick(i, 23, 50) || '@' || lower(customer(c)) || '.example'
        when direction = 'third_party' then 'azure-noreply@microsoft.com'
        when per_mille(i, 24) < 5 then 'office@fabrikam-billing.example'
        when per_mille(i, 24) < 105 then 'news@mail.fabrikam.example'
        else 'agent' || pick(i, 25, {AGENTS}) || '@fabrikam.example'
    end"""
    recipient = f"""case
        when direction = 'inbound' then 'agent' || pick(i, 25, {AGENTS}) || '@fabrikam.example'
        else 'user' || pick(i, 23, 50) || '@' || lower(customer(c)) || '.example'
    end"""
    topic = """case
        when per_mille(i, 22) < 150 then case when c % 10 = 9 then 'support' else 'subscription' end
        when per_mille(i, 22) < 300 then 'billing'
        when per_mille(i, 22) < 980 then 'support'
        else 'other'
    end"""
    query = f"""
        select
            id('M', i, 8) as message_id, {recipient} as recipient, zulu(sent) as sent_at, {sender} as sender,
            direction, customer(c) as customer_id, {topic} as topic,
            case when per_mille(i, 22) < 75 and c % 10 <> 9 then
                id('S', c * {SUBSCRIPTIONS_EACH} + pick(i, 26, {SUBSCRIPTIONS_EACH}), 6)
            end as subscription_id,
            case when per_mille(i, 27) < 990 then 'delivered' else 'bounced' end as delivery_status
        from (
            select
                range as i,
                pick(range, 20, {sizes.customers}) as c,
                {MAIL_FROM} + to_seconds(range * {MAIL_SECONDS} // {max(sizes.mails, 1)}) as sent,
                case
                    when per_mille(range, 21) < 700 then 'outbound'
                    when per_mille(range, 21) < 950 then 'inbound'
                    else 'third_party'
                end as direction
            from range({sizes.mails})
        )
    """
    types = {
        "message_id": "VARCHAR",
        "recipient": "VARCHAR",
        "sent_at": "TIMESTAMP",
        "sender": "VARCHAR",
        "direction": "VARCHAR",
        "customer_id": "VARCHAR",
        "topic": "VARCHAR",
        "subscription_id": "VARCHAR",
        "delivery_status": "VARCHAR",
    }
    return Export("message", types, query)


def _invoices(sizes: Sizes) -> str:
    """One document in a hundred is a credit note on the one before it."""
    return f"""(
        select
            range as i,
            cast({INVOICES_FROM} + cast(range * {INVOICE_DAYS} // {max(sizes.invoices, 1)} as integer) as date) as issued,
            cast(issued + 60 as date) as due,
            100 + pick(range, 30, 5000000) / 100.0 as amount,
            range % 100 = 99 as is_credit_note
        from range({sizes.invoices})
    )"""


def _supplier_invoice(sizes: Sizes) -> Export:
    query = f"""
        select
            id('I', i, 7) as invoice_id, issued as issued_on,
            cast(case when is_credit_note then 10 else amount end as decimal(19, 2)) as amount, 'EUR' as currency,
            due as due_on, case when is_credit_note then 'credit_note' else 'invoice' end as document_type,
            case when is_credit_note then id('I', i - 1, 7) end as amends_id, 'microsoft' as supplier
        from {_invoices(sizes)}
    """
    types = {
        "invoice_id": "VARCHAR",
        "issued_on": "DATE",
        "amount": "DECIMAL(19,4)",
        "currency": "VARCHAR",
        "due_on": "DATE",
        "document_type": "VARCHAR",
        "amends_id": "VARCHAR",
        "supplier": "VARCHAR",
    }
    return Export("supplier_invoice", types, query)


def _supplier_payment(sizes: Sizes) -> Export:
    """Two in a hundred are late, six from 2026-07-15 on; five in a hundred name their invoice in the reference only."""
    parts = sizes.parts
    is_late = "per_mille(i, 31) < case when due < date '2026-07-15' then 20 else 60 end"
    amount = f"""case
        when part = {parts} then amount - ({parts} - 1) * round(amount / {parts}, 2)
        else round(amount / {parts}, 2)
    end"""
    query = f"""
        select
            id('P', i * {parts} + part - 1, 8) as payment_id,
            cast(due + cast(case when {is_late} then 1 + pick(i, 32, 20) else -pick(i, 32, 20) end as integer) as date)
                as paid_on,
            cast({amount} as decimal(19, 2)) as amount,
            'EUR' as currency,
            case when per_mille(i, 33) >= 50 then id('I', i, 7) end as invoice_id,
            'settled' as status,
            case when per_mille(i, 33) < 50 then 'Fabrikam pays ' || id('I', i, 7) else 'SEPA ' || i end as reference
        from (
            select * from {_invoices(sizes)} cross join (select range as part from range(1, {parts + 1}))
            where not is_credit_note and i * {parts} + part <= {sizes.payments}
            order by i, part
        )
    """
    types = {
        "payment_id": "VARCHAR",
        "paid_on": "DATE",
        "amount": "DECIMAL(19,4)",
        "currency": "VARCHAR",
        "invoice_id": "VARCHAR",
        "status": "VARCHAR",
        "reference": "VARCHAR",
    }
    return Export("supplier_payment", types, query)


def _customers(sizes: Sizes) -> tuple[Export, ...]:
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
            "select id('A', range, 3) as actor_id, 'agent' as role, date '2024-01-01' as valid_from_on, 'agent' as kind "
            f"from range({AGENTS})",
        ),
        Export(
            "subscription",
            {
                "subscription_id": text,
                "customer_id": text,
                "service": text,
                "channel": text,
                "started_on": "DATE",
            },
            f"select id('S', range, 6) as subscription_id, customer(range // {SUBSCRIPTIONS_EACH}) as customer_id, "
            "'microsoft_365' as service, 'csp' as channel, date '2025-07-01' as started_on "
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
                case range % 3 when 0 then 'renewed' when 1 then 'price_changed' else 'suspended' end as event,
                customer(range // {SUBSCRIPTIONS_EACH * EVENTS_EACH_SUBSCRIPTION}) as customer_id, 'other' as reason
            from range({events})""",
        ),
        Export(
            "document",
            {"document_id": text, "kind": text, "valid_from_on": "DATE", "status": text},
            "select 'TERMS-2026' as document_id, 'support_terms' as kind, date '2026-01-01' as valid_from_on, "
            "'in_force' as status",
        ),
        Export(
            "document_delivery",
            {"document_id": text, "customer_id": text, "delivered_at": "TIMESTAMP"},
            # every twentieth customer never got the terms
            "select 'TERMS-2026' as document_id, customer(range) as customer_id, '2026-01-15T08:00:00Z' as delivered_at "
            f"from range({sizes.customers}) where range % 20 <> 7",
        ),
    )


def _requests(sizes: Sizes) -> tuple[Export, ...]:
    """One request for each hundredth ticket; one in ten through a pack that is a little too small."""
    requests = -(-sizes.tickets // TICKETS_A_REQUEST)
    text = "VARCHAR"
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
            },
            f"""select
                id('R', range, 6) as request_id,
                zulu({_opened(f"(range * {TICKETS_A_REQUEST})", sizes)} + to_seconds(3600 + pick(range, 50, 7200)))
                    as opened_at,
                case when per_mille(range, 51) < 200 then 'commercial' else 'technical' end as issue_type,
                customer(pick(range * {TICKETS_A_REQUEST}, 1, {sizes.customers})) as customer_id,
                case
                    when per_mille(range, 51) < 200 then 'commercial_support'
                    when per_mille(range, 51) < 300 then 'partner_on_premises_support'
                    when per_mille(range, 51) < 330 then 'advanced_support_for_partners'
                    else 'partner_cloud_support'
                end as vehicle,
                'partner' as filed_by
            from range({requests})""",
        ),
        Export(
            "service_request_ticket",
            {"request_id": text, "ticket_id": text},
            f"select id('R', range, 6) as request_id, id('T', range * {TICKETS_A_REQUEST}, 7) as ticket_id "
            f"from range({requests})",
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
            "date '2026-12-31' as valid_to_on, null as incident_quantity, 'partner' as holder union all "
            "select 'partner_on_premises_support', 'PACK-1', date '2026-01-01', date '2026-12-31', "
            f"{max(requests * 9 // 100, 1)}, 'partner'",
        ),
    )


def engagement(sizes: Sizes) -> str:
    """Return the text of the partner's cspaudit.toml."""
    sources = "\n".join(
        f'[[source]]\npath = "{export.file}"\ntable = "{export.name}"\n' for export in exports(sizes)
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

[checks.payments_on_time_consistently]
late_share_limit = 0.024
because = "Set for the benchmark: kept in July, missed afterwards"

[checks.subscription_event_announced]
window_days_before = 45
window_days_after = 21
because = "Set for the benchmark"

[gate]
fail_on = "never"
"""
