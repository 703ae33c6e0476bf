/* cspaudit
purpose = "Which bills of its customer are for a suspended subscription: surely, or perhaps, after what was contested and credited of it by then."
uses    = ["receivables"]
reads   = ["customer_invoice_line"]
*/
with billed as (
    select
        s.partner_id, s.event_id, s.subscription_id, s.suspended_on, b.customer_id, b.invoice_id,
        count(l.line) as lines,
        count(l.line) filter (
            where coalesce(l.kind, 'product') = 'product'
            and l.subscription_id is null
            and coalesce(l.customer_id, b.customer_id) = b.customer_id
        ) as unnamed_lines,
        sum(l.amount) filter (
            where coalesce(l.kind, 'product') = 'product' and l.subscription_id = s.subscription_id
        ) as amount
    from suspension as s
    inner join bill as b on s.partner_id = b.partner_id and s.customer_id = b.customer_id
    left join customer_invoice_line as l on b.partner_id = l.partner_id and b.invoice_id = l.invoice_id
    where s.set_aside is null
    group by s.partner_id, s.event_id, s.subscription_id, s.suspended_on, b.customer_id, b.invoice_id
),

contested_product as (
    select
        b.partner_id, b.event_id, b.invoice_id,
        sum(c.amount) filter (where c.is_certain and (c.perhaps_due_on is null or c.perhaps_due_on >= b.suspended_on))
            as surely,
        sum(c.amount) filter (where c.surely_due_on is null or c.surely_due_on >= b.suspended_on) as perhaps
    from billed as b
    inner join (
        select
            partner_id, customer_id, invoice_id, subscription_id, amount, perhaps_due_on, surely_due_on,
            is_whole or not (is_unplaced or is_vague) as is_certain,
            is_unplaced or is_vague as is_of_any_product
        from contest
    ) as c
        on b.partner_id = c.partner_id and b.customer_id = c.customer_id and b.invoice_id = c.invoice_id
    where c.is_of_any_product or b.subscription_id = c.subscription_id
    group by b.partner_id, b.event_id, b.invoice_id
),

-- a credit note whose lines name no subscription may be for any
credited_product as (
    select
        b.partner_id, b.event_id, b.invoice_id,
        sum(n.named) filter (where n.issued_on < b.suspended_on) as surely,
        sum(case when n.is_named then n.named else n.amount end) as perhaps
    from billed as b
    inner join (
        select
            d.partner_id, d.amends_id, d.issued_on, d.amount, s.event_id,
            count(l.subscription_id) > 0 as is_named,
            coalesce(sum(l.amount) filter (where l.subscription_id = s.subscription_id), 0) as named
        from ledger_document as d
        inner join billed as s on d.partner_id = s.partner_id and d.amends_id = s.invoice_id
        left join customer_invoice_line as l on d.partner_id = l.partner_id and d.invoice_id = l.invoice_id
        where d.is_credit_note
        group by d.partner_id, d.invoice_id, d.amends_id, d.issued_on, d.amount, s.event_id
    ) as n on b.partner_id = n.partner_id and b.invoice_id = n.amends_id and b.event_id = n.event_id
    where n.issued_on <= b.suspended_on
    group by b.partner_id, b.event_id, b.invoice_id
),

-- a bill without lines, or with a line that names no subscription, may be for any
billed_product as (
    select
        b.partner_id, b.event_id, b.invoice_id,
        coalesce(b.amount > coalesce(c.perhaps, 0) + coalesce(n.perhaps, 0), false) as is_certain,
        b.lines = 0
        or b.unnamed_lines > 0
        or coalesce(b.amount > greatest(coalesce(c.surely, 0), coalesce(n.surely, 0)), false) as is_possible,
        coalesce(b.amount > 0 and c.surely >= b.amount, false) as is_contested
    from billed as b
    left join contested_product as c
        on b.partner_id = c.partner_id and b.event_id = c.event_id and b.invoice_id = c.invoice_id
    left join credited_product as n
        on b.partner_id = n.partner_id and b.event_id = n.event_id and b.invoice_id = n.invoice_id
)

select * from billed_product  -- noqa: AM04
