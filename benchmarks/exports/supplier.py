"""What Microsoft bills the partner, and what the partner pays."""

from exports.base import INVOICE_DAYS, INVOICES_FROM, Export, Sizes


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


def supplier_invoice(sizes: Sizes) -> Export:
    """Each invoice is due sixty days after it was issued."""
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


def supplier_payment(sizes: Sizes) -> Export:
    """Two in a hundred are late, thirty from 2026-07-15 on; five in a hundred name their invoice in the reference only."""
    parts = sizes.parts
    is_late = "per_mille(i, 31) < case when due < date '2026-07-15' then 20 else 300 end"
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
