/* cspaudit
purpose = "Each suspension of a subscription, and for each bill of the product whether it was overdue, undisputed and unpaid on that local day."
reads   = ["subscription_event", "subscription", "customer_invoice", "customer_invoice_line", "customer_payment", "customer_dispute", "local_slot"]
*/
with suspended as (
    select
        e.partner_id, e.event_id, e.subscription_id, e.occurred_at, e.reason, e.actor_kind, z.local_on,
        cast(floor((epoch(e.occurred_at) + z.offset_s) / 86400) as bigint) as local_day,
        coalesce(e.customer_id, s.customer_id) as customer_id,
        s.parent_subscription_id
    from subscription_event as e
    left join subscription as s on e.partner_id = s.partner_id and e.subscription_id = s.subscription_id
    left join local_slot as z
        on e.partner_id = z.partner_id and cast(floor(epoch(e.occurred_at) / 900) as bigint) = z.slot
    where e.event = 'suspended' and e.occurred_at <= cast($as_of as timestamp)
),

-- an add-on falls with its base on the same day
suspension as (
    select
        s.*,
        case
            when s.reason in ('fraud', 'customer_request', 'expiry', 'other') then 'other_cause'
            when s.actor_kind = 'microsoft' then 'by_microsoft'
            when b.subscription_id is not null then 'with_its_base'
            when coalesce(s.reason, 'unknown') = 'unknown' then 'cause_unknown'
            when s.local_on is null then 'day_unknown'
            when s.customer_id is null then 'customer_unknown'
        end as set_aside
    from suspended as s
    left join (select distinct partner_id, subscription_id, local_on from suspended) as b
        on
            s.partner_id = b.partner_id
            and s.parent_subscription_id = b.subscription_id
            and s.local_on = b.local_on
),

bill as (
    select partner_id, invoice_id, customer_id, issued_on, due_on, amount, currency
    from customer_invoice
    where coalesce(document_type, 'invoice') = 'invoice' and coalesce(status, 'open') <> 'void'
),

-- the bills that the customer of a suspension had been sent by that day
concerned as (
    select
        s.partner_id, s.event_id, s.local_on, s.subscription_id, b.invoice_id, b.due_on, b.amount, b.currency,
        b.customer_id, b.issued_on
    from suspension as s
    inner join bill as b
        on s.partner_id = b.partner_id and s.customer_id = b.customer_id and b.issued_on <= s.local_on
    where s.set_aside is null
),

-- money and credit for a bill, each with its day
money as (
    select partner_id, invoice_id, currency, paid_on as settled_on, amount
    from customer_payment
    where invoice_id is not null and coalesce(status, 'settled') = 'settled'
    union all
    select partner_id, amends_id as invoice_id, currency, issued_on as settled_on, amount
    from customer_invoice
    where document_type = 'credit_note' and amends_id is not null and coalesce(status, 'open') <> 'void'
),

covered as (
    select
        c.partner_id, c.event_id, c.invoice_id,
        coalesce(sum(m.amount) filter (where m.currency = c.currency and m.settled_on < c.local_on), 0) as paid_before,
        coalesce(sum(m.amount) filter (where m.currency = c.currency), 0) as paid_through,
        coalesce(bool_or(m.currency <> c.currency), false) as has_other_currency
    from concerned as c
    left join money as m
        on c.partner_id = m.partner_id and c.invoice_id = m.invoice_id and m.settled_on <= c.local_on
    group by c.partner_id, c.event_id, c.invoice_id
),

-- money that names no bill may have been for any of the customer's
loose as (
    select
        s.partner_id, s.event_id, p.currency, sum(p.amount) as amount
    from suspension as s
    inner join customer_payment as p
        on
            s.partner_id = p.partner_id
            and coalesce(p.customer_id, s.customer_id) = s.customer_id
            and p.paid_on <= s.local_on
    where s.set_aside is null and p.invoice_id is null and coalesce(p.status, 'settled') = 'settled'
    group by s.partner_id, s.event_id, p.currency
),

billed_line as (
    select
        c.partner_id, c.event_id, c.local_on, c.invoice_id, c.due_on, c.amount as bill_amount, c.currency,
        l.line, l.subscription_id, l.amount,
        l.subscription_id = c.subscription_id as is_of_product
    from concerned as c
    inner join customer_invoice_line as l on c.partner_id = l.partner_id and c.invoice_id = l.invoice_id
    where l.amount > 0
),

-- a dispute opened after the due date cures nothing; one that was settled against the customer no longer counts
line_dispute as (
    select
        b.partner_id, b.event_id, b.invoice_id, b.line,
        sum(least(coalesce(d.amount, b.amount), b.amount)) filter (
            where d.opened_on <= b.due_on
                and (d.invoice_line is not null or d.amount is null or d.amount >= b.bill_amount)
                and (d.closed_on is null or d.closed_on > b.local_on or d.outcome = 'upheld')
        ) as disputed,
        bool_or(
            d.opened_on is null
            or (
                d.opened_on <= b.due_on
                and (
                    (d.closed_on <= b.local_on and d.outcome is null)
                    or (d.invoice_line is null and d.amount < b.bill_amount)
                )
            )
        ) as is_unclear
    from billed_line as b
    inner join customer_dispute as d
        on
            b.partner_id = d.partner_id
            and b.invoice_id = d.invoice_id
            and coalesce(d.invoice_line, b.line) = b.line
    where coalesce(d.opened_on <= b.local_on, true)
    group by b.partner_id, b.event_id, b.invoice_id, b.line
),

undisputed as (
    select
        b.*,
        greatest(b.amount - coalesce(d.disputed, 0), 0) as undisputed_amount,
        coalesce(d.is_unclear, false) as is_dispute_unclear
    from billed_line as b
    left join line_dispute as d
        on
            b.partner_id = d.partner_id
            and b.event_id = d.event_id
            and b.invoice_id = d.invoice_id
            and b.line = d.line
),

-- what has to be paid for a bill to be settled; lines may be net and the bill gross
asked as (
    select
        partner_id, event_id, invoice_id,
        greatest(min(bill_amount), sum(amount)) - sum(amount - undisputed_amount) as asked_amount,
        bool_or(is_dispute_unclear) as is_dispute_unclear
    from undisputed
    group by partner_id, event_id, invoice_id
),

-- money counts against undisputed lines first; which of these a part payment is for is not known
product_bill as (
    select
        u.partner_id, u.event_id, u.invoice_id, u.line, u.due_on, a.asked_amount, u.currency,
        case
            when u.due_on is null then 'due_date_unknown'
            when u.due_on >= u.local_on then 'not_due_yet'
            when u.undisputed_amount = 0 and not u.is_dispute_unclear then 'wholly_disputed'
            when c.paid_before >= a.asked_amount and not a.is_dispute_unclear then 'paid'
            when a.is_dispute_unclear then 'dispute_unclear'
            when c.has_other_currency then 'paid_in_other_currency'
            when c.paid_through + coalesce(l.amount, 0) < u.undisputed_amount then 'open'
            when c.paid_through < u.undisputed_amount then 'loose_cash'
            when c.paid_before < u.undisputed_amount then 'paid_that_day'
            else 'allocation_unclear'
        end as standing
    from undisputed as u
    inner join asked as a
        on u.partner_id = a.partner_id and u.event_id = a.event_id and u.invoice_id = a.invoice_id
    inner join covered as c
        on u.partner_id = c.partner_id and u.event_id = c.event_id and u.invoice_id = c.invoice_id
    left join loose as l
        on u.partner_id = l.partner_id and u.event_id = l.event_id and u.currency = l.currency
    where u.is_of_product
),

-- bills whose product is not told, overdue and not paid: any of them may be the ground
unnamed_bill as (
    select distinct c.partner_id, c.event_id
    from concerned as c
    inner join covered as k
        on c.partner_id = k.partner_id and c.event_id = k.event_id and c.invoice_id = k.invoice_id
    left join customer_invoice_line as l on c.partner_id = l.partner_id and c.invoice_id = l.invoice_id
    where
        coalesce(c.due_on < c.local_on, true)
        and k.paid_before < c.amount
        and l.subscription_id is null
        and coalesce(l.kind, 'product') = 'product'
),

-- read by the checks that use this part
ground as (  -- noqa: ST03
    select
        s.partner_id, s.event_id, s.subscription_id, s.customer_id, s.occurred_at, s.local_on, s.local_day,
        min(b.due_on) filter (where b.standing = 'open') as due_on,
        case
            when s.set_aside is not null then s.set_aside
            when bool_or(b.standing = 'open') then 'open'
            when bool_or(b.standing = 'dispute_unclear') then 'dispute_unclear'
            when bool_or(b.standing = 'paid_in_other_currency') then 'paid_in_other_currency'
            when bool_or(b.standing = 'loose_cash') then 'loose_cash'
            when bool_or(b.standing = 'paid_that_day') then 'paid_that_day'
            when bool_or(b.standing = 'allocation_unclear') then 'allocation_unclear'
            when bool_or(b.standing = 'due_date_unknown') then 'due_date_unknown'
            when max(case when n.event_id is not null then 1 else 0 end) = 1 then 'lines_missing'
            when bool_or(b.standing = 'wholly_disputed') then 'wholly_disputed'
            when bool_or(b.standing = 'paid') then 'paid'
            when bool_or(b.standing = 'not_due_yet') then 'not_due_yet'
            else 'nothing_billed'
        end as standing
    from suspension as s
    left join product_bill as b on s.partner_id = b.partner_id and s.event_id = b.event_id
    left join unnamed_bill as n on s.partner_id = n.partner_id and s.event_id = n.event_id
    group by
        s.partner_id, s.event_id, s.subscription_id, s.customer_id, s.occurred_at, s.local_on, s.local_day, s.set_aside
)

select * from product_bill
