"""What the partner bills its customers, and what they pay."""

from exports.base import INVOICE_DAYS, INVOICES_FROM, SUBSCRIPTIONS_EACH, Export, Sizes


def receivables(sizes: Sizes) -> tuple[Export, ...]:
    """As many invoices as Microsoft sends, two lines each; one in fifty is paid late, one in two hundred disputed."""
    number = max(sizes.invoices, 1)
    text, money = "VARCHAR", "DECIMAL(19,4)"
    issued = f"cast({INVOICES_FROM} + cast(range * {INVOICE_DAYS} // {number} as integer) as date)"
    customer = f"pick(range, 60, {sizes.customers})"
    return (
        Export(
            "customer_invoice",
            {
                "invoice_id": text,
                "customer_id": text,
                "issued_on": "DATE",
                "amount": money,
                "currency": text,
                "due_on": "DATE",
                "document_type": text,
                "payment_method": text,
            },
            f"""select
                id('CI', range, 7) as invoice_id, customer({customer}) as customer_id, {issued} as issued_on,
                100.00 as amount, 'EUR' as currency, cast({issued} + 30 as date) as due_on, 'invoice' as document_type,
                case when range % 5 = 0 then 'direct_debit' else 'transfer' end as payment_method
            from range({sizes.invoices})""",
        ),
        Export(
            "customer_invoice_line",
            {
                "invoice_id": text,
                "line": text,
                "amount": money,
                "customer_id": text,
                "subscription_id": text,
                "period_start_on": "DATE",
                "period_end_on": "DATE",
                "kind": text,
            },
            f"""select
                id('CI', range, 7) as invoice_id, line, case line when '1' then 70.00 else 30.00 end as amount,
                customer({customer}) as customer_id,
                id('S', {customer} * {SUBSCRIPTIONS_EACH} + cast(line as integer), 6) as subscription_id,
                {issued} as period_start_on, cast({issued} + 29 as date) as period_end_on,
                case when range % 500 = 0 and line = '2' then 'support' else 'product' end as kind
            from range({sizes.invoices}) cross join (select '1' as line union all select '2')
            order by range, line""",
        ),
        Export(
            "customer_payment",
            {
                "payment_id": text,
                "paid_on": "DATE",
                "amount": money,
                "currency": text,
                "customer_id": text,
                "invoice_id": text,
                "status": text,
            },
            f"""select
                id('CP', range, 7) as payment_id,
                cast({issued} + case when range % 50 = 0 then 70 else 20 end as date) as paid_on,
                100.00 as amount, 'EUR' as currency, customer({customer}) as customer_id,
                id('CI', range, 7) as invoice_id, 'settled' as status
            from range({sizes.invoices}) where range % 40 <> 1""",
        ),
        Export(
            "customer_dispute",
            {"invoice_id": text, "line": text, "opened_on": "DATE", "customer_id": text, "cause": text},
            f"""select
                id('CI', range, 7) as invoice_id, '1' as line, cast({issued} + 10 as date) as opened_on,
                customer({customer}) as customer_id, 'partner_figures' as cause
            from range({sizes.invoices}) where range % 200 = 1""",
        ),
    )
