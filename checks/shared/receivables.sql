/* cspaudit
purpose = "What customers with a suspended subscription owed and paid, bill by bill and day by day, at the least and at the most; and what was overdue on the day of each suspension."
uses    = ["suspensions", "cut_off_days"]
reads   = ["customer_invoice", "customer_invoice_line", "customer_payment", "customer_dispute", "subscription"]
*/
with debtor as (
    select distinct partner_id, customer_id from suspension where set_aside is null
),

ledger_document as (
    select
        i.partner_id, i.invoice_id, i.customer_id, i.currency, i.issued_on, i.due_on, i.status, i.amount, i.amends_id,
        i.amount - coalesce(i.withheld_amount, 0) as to_pay,
        coalesce(i.document_type, 'invoice') = 'credit_note' as is_credit_note
    from customer_invoice as i
    inner join cut_off as c on i.partner_id = c.partner_id
    where i.issued_on <= c.cut_off_on
),

-- whose a bill is: as it says, else as its lines say
bill_owner as (
    select partner_id, invoice_id, customer_id from ledger_document where customer_id is not null
    union
    select i.partner_id, i.invoice_id, coalesce(l.customer_id, s.customer_id) as customer_id
    from ledger_document as i
    inner join customer_invoice_line as l on i.partner_id = l.partner_id and i.invoice_id = l.invoice_id
    left join subscription as s on l.partner_id = s.partner_id and l.subscription_id = s.subscription_id
    where i.customer_id is null and coalesce(l.customer_id, s.customer_id) is not null
),

-- what was paid, or credited, and the bill that it names
money as (
    select
        p.partner_id, p.invoice_id, p.customer_id, p.currency, p.paid_on as day_on, p.amount as paid, 0 as credited
    from customer_payment as p
    inner join cut_off as c on p.partner_id = c.partner_id
    where p.paid_on <= c.cut_off_on and coalesce(p.status, 'settled') = 'settled'
    union all
    select partner_id, amends_id, customer_id, currency, issued_on, 0, amount from ledger_document where is_credit_note
),

-- where the ledger begins, and since when it holds bills of unknown customers that were not paid by their due date
ledger_span as (  -- noqa: ST03
    select
        i.partner_id, min(i.issued_on) as first_on,
        min(case when o.invoice_id is null and not i.is_credit_note and coalesce(m.paid, 0) < i.to_pay then i.issued_on end)
            as unowned_from_on
    from ledger_document as i
    left join (
        select distinct partner_id, invoice_id from bill_owner
    ) as o on i.partner_id = o.partner_id and i.invoice_id = o.invoice_id
    left join (
        select d.partner_id, d.invoice_id, sum(p.paid + p.credited) as paid
        from ledger_document as d
        inner join money as p
            on d.partner_id = p.partner_id and d.invoice_id = p.invoice_id and d.currency = p.currency
        where d.customer_id is null and p.day_on <= d.due_on
        group by d.partner_id, d.invoice_id
    ) as m on i.partner_id = m.partner_id and i.invoice_id = m.invoice_id
    group by i.partner_id
),

bill as (
    select
        o.customer_id, i.partner_id, i.invoice_id, i.currency, i.issued_on, i.due_on, i.status, i.to_pay
    from bill_owner as o
    inner join debtor as d on o.partner_id = d.partner_id and o.customer_id = d.customer_id
    inner join ledger_document as i on o.partner_id = i.partner_id and o.invoice_id = i.invoice_id
    where not i.is_credit_note
),

dispute as (
    select
        d.partner_id, d.invoice_id, d.opened_on, l.subscription_id,
        d.invoice_line is null as is_unplaced,
        coalesce(d.amount, l.amount) as amount,
        d.amount is null and l.line is not null as is_of_line,
        d.amount is null and d.invoice_line is not null and l.line is null as is_vague,
        case when d.closed_on <= c.cut_off_on then d.closed_on end as closed_on,
        case when d.closed_on > c.cut_off_on then null else d.outcome end as outcome
    from customer_dispute as d
    inner join cut_off as c on d.partner_id = c.partner_id
    left join customer_invoice_line as l
        on d.partner_id = l.partner_id and d.invoice_id = l.invoice_id and d.invoice_line = l.line
),

-- only what was contested by the due date counts, until the dispute is dismissed; where its days or its outcome are
-- not known, it falls due at the earliest at once and at the latest never
contest as (
    select
        b.partner_id, b.customer_id, b.invoice_id, d.subscription_id, d.is_unplaced, d.is_vague, d.is_of_line,
        coalesce(d.amount, b.to_pay) as amount,
        coalesce(d.amount, b.to_pay) >= b.to_pay as is_whole,
        case
            when d.outcome in ('rejected', 'withdrawn') and d.closed_on is not null then greatest(d.closed_on, b.due_on)
        end as surely_due_on,
        case
            when d.is_vague or coalesce(coalesce(d.opened_on, d.closed_on) > b.due_on, true) then b.due_on
            when d.outcome = 'upheld' then null
            when d.closed_on is not null then greatest(d.closed_on, b.due_on)
            when d.outcome is not null then b.due_on
        end as perhaps_due_on,
        d.outcome = 'upheld' as is_upheld
    from bill as b
    inner join dispute as d on b.partner_id = d.partner_id and b.invoice_id = d.invoice_id
    where d.opened_on is null or d.opened_on <= b.due_on
),

-- a dispute of a line may reach the taxes that no line shows
untold_taxes as (
    select b.partner_id, b.customer_id, b.invoice_id, greatest(b.to_pay - sum(l.amount), 0) as amount
    from bill as b
    inner join (
        select distinct partner_id, customer_id, invoice_id from contest where is_of_line
    ) as c on b.partner_id = c.partner_id and b.customer_id = c.customer_id and b.invoice_id = c.invoice_id
    inner join customer_invoice_line as l on b.partner_id = l.partner_id and b.invoice_id = l.invoice_id
    group by b.partner_id, b.customer_id, b.invoice_id, b.to_pay
),

contested as (
    select
        c.partner_id, c.customer_id, c.invoice_id,
        sum(c.amount) as amount,
        coalesce(sum(c.amount) filter (where c.is_upheld), 0) as upheld,
        coalesce(t.amount, 0) as taxes
    from contest as c
    left join untold_taxes as t
        on c.partner_id = t.partner_id and c.customer_id = t.customer_id and c.invoice_id = t.invoice_id
    group by c.partner_id, c.customer_id, c.invoice_id, t.amount
),

due_part as (
    select
        b.partner_id, b.customer_id, b.invoice_id, b.due_on as surely_due_on, b.due_on as perhaps_due_on,
        greatest(b.to_pay - coalesce(c.amount + c.taxes, 0), 0) as amount
    from bill as b
    left join contested as c
        on b.partner_id = c.partner_id and b.customer_id = c.customer_id and b.invoice_id = c.invoice_id
    where b.due_on is not null
    union all
    select partner_id, customer_id, invoice_id, surely_due_on, perhaps_due_on, amount from contest
    union all
    select b.partner_id, b.customer_id, b.invoice_id, null, b.due_on, c.taxes
    from bill as b
    inner join contested as c
        on b.partner_id = c.partner_id and b.customer_id = c.customer_id and b.invoice_id = c.invoice_id
    union all
    select partner_id, customer_id, invoice_id, null, issued_on, to_pay from bill where due_on is null
),

-- what has fallen due on a bill by the end of a day
owed as (
    select
        partner_id, customer_id, invoice_id, day_on,
        sum(sum(surely)) over until_then as surely_due,
        sum(sum(perhaps)) over until_then as perhaps_due
    from (
        select partner_id, customer_id, invoice_id, surely_due_on as day_on, amount as surely, 0 as perhaps
        from due_part
        where surely_due_on is not null
        union all
        select partner_id, customer_id, invoice_id, perhaps_due_on, 0, amount
        from due_part
        where perhaps_due_on is not null
    ) as d
    group by partner_id, customer_id, invoice_id, day_on
    window until_then as (
        partition by partner_id, customer_id, invoice_id order by day_on rows between unbounded preceding and current row
    )
),

received as (
    select
        b.partner_id, b.customer_id, b.invoice_id, b.currency, m.day_on,
        case when b.status = 'void' then 0 else b.to_pay end as wanted,
        sum(m.paid) as paid, sum(m.credited) as credited,
        sum(sum(m.credited)) over until_then as credited_until,
        sum(sum(m.paid + m.credited)) over until_then as received_until
    from bill as b
    inner join money as m on b.partner_id = m.partner_id and b.invoice_id = m.invoice_id and b.currency = m.currency
    group by b.partner_id, b.customer_id, b.invoice_id, b.currency, m.day_on, b.status, b.to_pay
    window until_then as (
        partition by b.partner_id, b.customer_id, b.invoice_id
        order by m.day_on rows between unbounded preceding and current row
    )
),

-- money that names no bill, a credit note that amends none, and what a bill got beyond what was to be paid
loose as (
    select partner_id, customer_id, currency, day_on, sum(amount) as amount
    from (
        select partner_id, customer_id, currency, day_on, paid + credited as amount from money where invoice_id is null
        union all
        select
            partner_id, customer_id, currency, day_on,
            greatest(received_until - wanted, 0) - greatest(received_until - paid - credited - wanted, 0)
        from received
    ) as m
    group by partner_id, customer_id, currency, day_on
    having sum(amount) <> 0
),

-- why it is not known whether, or from when to when, a bill was open
doubted as (
    select
        b.partner_id, b.customer_id, b.invoice_id, b.to_pay,
        case
            when b.due_on is null then 'due_date_unknown'
            when b.status = 'void' then 'void_undated'
            when b.status = 'paid' and coalesce(r.amount, 0) + cast($tolerance as decimal(19, 4)) < b.to_pay
                then 'payment_undated'
            when f.invoice_id is not null then 'other_currency'
            when coalesce(b.issued_on < p.first_on, true) then 'payments_begin_later'
        end as doubt
    from bill as b
    left join (
        select partner_id, customer_id, invoice_id, sum(paid + credited) as amount
        from received
        group by partner_id, customer_id, invoice_id
    ) as r on b.partner_id = r.partner_id and b.customer_id = r.customer_id and b.invoice_id = r.invoice_id
    left join (
        select distinct m.partner_id, m.invoice_id
        from money as m
        inner join bill as i on m.partner_id = i.partner_id and m.invoice_id = i.invoice_id
        where m.currency <> i.currency
    ) as f on b.partner_id = f.partner_id and b.invoice_id = f.invoice_id
    left join (
        select partner_id, min(paid_on) as first_on from customer_payment group by partner_id
    ) as p on b.partner_id = p.partner_id
),

-- what came in on a bill: at least what names it, at most also money that names no bill, or all where that is not known
receipt as (
    select
        r.partner_id, r.customer_id, r.invoice_id, r.day_on,
        -- the credit note that settles an upheld dispute must not be counted beside it
        r.paid
        + greatest(r.credited_until - coalesce(c.upheld, 0), 0)
        - greatest(r.credited_until - r.credited - coalesce(c.upheld, 0), 0) as at_least,
        r.paid + r.credited as at_most
    from received as r
    left join contested as c
        on r.partner_id = c.partner_id and r.customer_id = c.customer_id and r.invoice_id = c.invoice_id
    union all
    select b.partner_id, b.customer_id, b.invoice_id, l.day_on, 0, l.amount
    from bill as b
    inner join loose as l
        on b.partner_id = l.partner_id and b.customer_id = l.customer_id and b.currency = l.currency
    union all
    select b.partner_id, b.customer_id, b.invoice_id, l.day_on, 0, l.amount
    from bill as b
    inner join loose as l on b.partner_id = l.partner_id and b.currency = l.currency
    where l.customer_id is null
    union all
    select partner_id, customer_id, invoice_id, date '0001-01-01', 0, to_pay
    from doubted
    where doubt is not null
),

-- money of the day of the suspension itself may have come before or after it
received_then as (
    select
        s.partner_id, s.event_id, r.invoice_id,
        coalesce(sum(r.at_least) filter (where r.day_on < s.suspended_on), 0) as at_least_before,
        coalesce(sum(r.at_most) filter (where r.day_on < s.suspended_on), 0) as at_most_before,
        sum(r.at_least) as at_least,
        sum(r.at_most) as at_most
    from suspension as s
    inner join receipt as r on s.partner_id = r.partner_id and s.customer_id = r.customer_id
    where s.set_aside is null and r.day_on <= s.suspended_on
    group by s.partner_id, s.event_id, r.invoice_id
),

-- payments count against the part that nobody contests first, or against the contested part first
open_then as (
    select
        s.partner_id, s.event_id, b.invoice_id, b.issued_on, o.day_on as due_on, d.doubt,
        least(
            o.surely_due,
            case when $payments_cover = 'disputed_first' then b.to_pay else o.surely_due end
            - greatest(coalesce(r.at_most, 0), coalesce(r.at_most_before, 0), 0)
        ) as at_least,
        least(
            o.perhaps_due,
            case when $payments_cover = 'disputed_first' then b.to_pay else o.perhaps_due end
            - greatest(least(coalesce(r.at_least, 0), coalesce(r.at_least_before, 0)), 0)
        ) as at_most
    from suspension as s
    inner join bill as b on s.partner_id = b.partner_id and s.customer_id = b.customer_id
    inner join doubted as d
        on b.partner_id = d.partner_id and b.customer_id = d.customer_id and b.invoice_id = d.invoice_id
    inner join owed as o
        on b.partner_id = o.partner_id and b.customer_id = o.customer_id and b.invoice_id = o.invoice_id
    left join received_then as r
        on s.partner_id = r.partner_id and s.event_id = r.event_id and b.invoice_id = r.invoice_id
    where s.set_aside is null and o.day_on < s.suspended_on
),

-- the bills that were overdue when a subscription was suspended, or may have been, and since which due day
arrears as (
    select
        partner_id, event_id, invoice_id, issued_on, due_on, doubt,
        at_least > cast($tolerance as decimal(19, 4)) as is_certain
    from open_then
    where at_most > cast($tolerance as decimal(19, 4))
)

select * from arrears  -- noqa: AM04
