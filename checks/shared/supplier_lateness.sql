/* cspaudit
purpose = "Which invoices of the supplier were paid in full by their due date: what was due, contested, credited and paid, day by day."
reads   = ["supplier_invoice", "supplier_payment", "supplier_dispute", "bank_transaction", "local_slot"]
*/
with cutoff as (
    select partner_id, local_on as cutoff_on
    from local_slot
    where slot = cast(floor(epoch(cast($as_of as timestamp)) / 900) as bigint)
),

documents as (
    select
        d.partner_id, d.invoice_id, d.supplier, d.currency, d.issued_on, d.amount, d.amends_id, d.status, c.cutoff_on,
        coalesce(d.document_type, 'invoice') = 'credit_note' as is_credit_note,
        d.amount - coalesce(d.withheld_amount, 0) as to_pay,
        coalesce(d.due_on, d.issued_on + cast($payment_term_days as integer)) as due_on
    from supplier_invoice as d
    inner join cutoff as c on d.partner_id = c.partner_id
    where d.issued_on <= c.cutoff_on
),

credits as (
    select partner_id, amends_id as invoice_id, currency, issued_on as day_on, sum(amount) as credited
    from documents
    where is_credit_note and amends_id is not null
    group by partner_id, amends_id, currency, issued_on
),

invoices as (
    select
        d.*, coalesce(t.credited, 0) as credited,
        case
            when d.is_credit_note then 'credit_note'
            when d.to_pay <= 0 then 'nothing_to_pay'
            when d.status = 'void' or t.credited >= d.amount then 'voided'
            else 'payable'
        end as standing
    from documents as d
    left join (
        select partner_id, invoice_id, currency, sum(credited) as credited
        from credits
        group by partner_id, invoice_id, currency
    ) as t on d.partner_id = t.partner_id and d.invoice_id = t.invoice_id and d.currency = t.currency
),

-- chains of amendments are followed by doubling the step: eight documents back without recursion
one_back as (
    select d.partner_id, d.invoice_id, d.amends_id as root_id
    from documents as d
    inner join documents as o on d.partner_id = o.partner_id and d.amends_id = o.invoice_id
),

two_back as (
    select a.partner_id, a.invoice_id, coalesce(b.root_id, a.root_id) as root_id
    from one_back as a
    left join one_back as b on a.partner_id = b.partner_id and a.root_id = b.invoice_id
),

four_back as (
    select a.partner_id, a.invoice_id, coalesce(b.root_id, a.root_id) as root_id
    from two_back as a
    left join two_back as b on a.partner_id = b.partner_id and a.root_id = b.invoice_id
),

eight_back as (
    select a.partner_id, a.invoice_id, coalesce(b.root_id, a.root_id) as root_id
    from four_back as a
    left join four_back as b on a.partner_id = b.partner_id and a.root_id = b.invoice_id
),

chains as (
    select partner_id, invoice_id, root_id from eight_back
    union all
    select distinct partner_id, root_id as invoice_id, root_id from eight_back
),

-- the one invoice of a chain that is still to be paid takes what was paid on its voided forerunners
heirs as (
    select c.partner_id, c.root_id, min(i.invoice_id) as heir_id
    from chains as c
    inner join invoices as i on c.partner_id = i.partner_id and c.invoice_id = i.invoice_id
    where i.standing = 'payable'
    group by c.partner_id, c.root_id
    having min(i.invoice_id) = max(i.invoice_id)
),

takers as (
    select i.partner_id, i.invoice_id, i.currency, i.invoice_id as taker_id
    from invoices as i
    where i.standing = 'payable'
    union all
    select i.partner_id, i.invoice_id, min(i.currency) as currency, min(h.heir_id) as taker_id
    from invoices as i
    left join chains as c on i.partner_id = c.partner_id and i.invoice_id = c.invoice_id
    left join heirs as h on c.partner_id = h.partner_id and c.root_id = h.root_id
    where i.standing <> 'payable'
    group by i.partner_id, i.invoice_id
),

payments as (
    select
        p.partner_id, p.payment_id, p.line, p.paid_on as day_on, p.amount, p.currency, p.invoice_id,
        coalesce(p.invoice_unclear, false) as is_unclear
    from supplier_payment as p
    inner join cutoff as c on p.partner_id = c.partner_id
    where p.paid_on <= c.cutoff_on and coalesce(p.status, 'settled') = 'settled'
),

by_name as (
    select p.partner_id, t.taker_id as invoice_id, p.day_on, p.amount, p.currency
    from payments as p
    inner join takers as t on p.partner_id = t.partner_id and p.invoice_id = t.invoice_id
    where t.taker_id is not null
),

-- names nothing, or only a document that takes no money; a payment of a document not in the ledger is no loose cash
unplaced as (
    select p.partner_id, p.payment_id, p.line, p.day_on, p.amount, p.currency, p.is_unclear
    from payments as p
    left join takers as t on p.partner_id = t.partner_id and p.invoice_id = t.invoice_id
    where p.invoice_id is null or (t.invoice_id is not null and t.taker_id is null)
),

unique_open as (
    select i.partner_id, i.currency, i.to_pay - i.credited - coalesce(b.paid, 0) as open_amount,
        min(i.invoice_id) as invoice_id, min(i.issued_on) as issued_on
    from invoices as i
    left join (
        select partner_id, invoice_id, currency, sum(amount) as paid
        from by_name
        group by partner_id, invoice_id, currency
    ) as b on i.partner_id = b.partner_id and i.invoice_id = b.invoice_id and i.currency = b.currency
    where i.standing = 'payable' and i.to_pay - i.credited - coalesce(b.paid, 0) > 0
    group by i.partner_id, i.currency, i.to_pay - i.credited - coalesce(b.paid, 0)
    having count(*) = 1
),

by_amount as (
    select p.partner_id, p.payment_id, p.line, u.invoice_id, p.day_on, p.amount, p.currency
    from unplaced as p
    inner join unique_open as u
        on p.partner_id = u.partner_id and p.currency = u.currency and p.amount = u.open_amount
    -- of money that may not even have gone to the supplier the amount alone proves nothing
    where p.day_on >= u.issued_on and not p.is_unclear
    qualify count(*) over (partition by p.partner_id, u.invoice_id) = 1
),

loose as (
    select p.partner_id, p.currency, p.day_on, p.amount
    from unplaced as p
    where not exists (
        select 1 from by_amount as b
        where b.partner_id = p.partner_id and b.payment_id = p.payment_id and b.line = p.line
    )
    union all
    -- a credit note that does not say what it amends may stand behind any short payment
    select partner_id, currency, issued_on as day_on, amount
    from documents
    where is_credit_note and amends_id is null
),

-- only what was contested by the due date matters; where the opening is unknown, closing by then proves it
disputes as (
    select
        i.partner_id, i.invoice_id, i.due_on, s.closed_on,
        coalesce(s.amount, i.to_pay) as amount,
        coalesce(coalesce(s.opened_on, s.closed_on) <= i.due_on, false) as in_time,
        case
            when s.closed_on >= i.cutoff_on then 'running'
            when s.outcome = 'upheld' then 'upheld'
            when s.closed_on is not null and s.outcome is not null then 'dismissed'
            when s.closed_on is null and s.outcome is null then 'running'
            else 'unclear'
        end as state
    from supplier_dispute as s
    inner join invoices as i on s.partner_id = i.partner_id and s.invoice_id = i.invoice_id
    where $disputes = 'separate' and i.standing = 'payable' and (s.opened_on is null or s.opened_on <= i.due_on)
),

-- surely: as the partner would have it, every doubt about a dispute in its favour; perhaps: every doubt against it
contested as (
    select
        partner_id, invoice_id, amount, state,
        state = 'upheld' and in_time as upheld_in_time,
        in_time and not (state = 'unclear' and closed_on is null) as perhaps_held,
        case when state = 'dismissed' then greatest(closed_on, due_on) end as surely_due_on,
        case when state in ('dismissed', 'unclear') then greatest(closed_on, due_on) end as perhaps_due_on
    from disputes
),

judged_invoices as (
    select
        i.partner_id, i.invoice_id, i.currency, i.due_on, i.cutoff_on, i.status, i.to_pay,
        greatest(i.to_pay - coalesce(c.surely_held, 0), 0) as surely_due,
        greatest(i.to_pay - coalesce(c.perhaps_held, 0), 0) as perhaps_due,
        greatest(i.to_pay - coalesce(c.surely_left_out, 0), 0) as surely_in_all,
        greatest(i.to_pay - coalesce(c.perhaps_left_out, 0), 0) as perhaps_in_all,
        coalesce(c.upheld, 0) as upheld,
        coalesce(c.is_running, false) as is_running
    from invoices as i
    left join (
        select
            partner_id, invoice_id,
            sum(amount) as surely_held,
            sum(amount) filter (where perhaps_held) as perhaps_held,
            sum(amount) filter (where surely_due_on is null) as surely_left_out,
            sum(amount) filter (where perhaps_held and perhaps_due_on is null) as perhaps_left_out,
            sum(amount) filter (where upheld_in_time) as upheld,
            bool_or(state in ('running', 'unclear')) as is_running
        from contested
        group by partner_id, invoice_id
    ) as c on i.partner_id = c.partner_id and i.invoice_id = c.invoice_id
    where i.standing = 'payable' and i.due_on < i.cutoff_on
),

received as (
    select j.partner_id, j.invoice_id, j.due_on, j.to_pay, m.day_on, m.paid, m.credited
    from judged_invoices as j
    inner join (
        select partner_id, invoice_id, currency, day_on, amount as paid, 0 as credited from by_name
        union all
        select partner_id, invoice_id, currency, day_on, amount, 0 from by_amount
        union all
        select partner_id, invoice_id, currency, day_on, 0, credited from credits
    ) as m on j.partner_id = m.partner_id and j.invoice_id = m.invoice_id and j.currency = m.currency
),

-- what was paid in full by the due date and never reversed needs no further look
plainly_in_time as (
    select partner_id, invoice_id
    from received
    group by partner_id, invoice_id, to_pay
    having min(paid) >= 0 and sum(case when day_on <= due_on then paid + credited else 0 end) >= to_pay
),

looked_into as (
    select j.*
    from judged_invoices as j
    where not exists (
        select 1 from plainly_in_time as p where p.partner_id = j.partner_id and p.invoice_id = j.invoice_id
    )
),

-- what falls due, is paid or is credited on an invoice, day by day
movements as (
    select partner_id, invoice_id, due_on as day_on, surely_due, perhaps_due, 0 as paid, 0 as credited
    from looked_into
    union all
    select partner_id, invoice_id, surely_due_on, amount, 0, 0, 0 from contested where surely_due_on is not null
    union all
    select partner_id, invoice_id, perhaps_due_on, 0, amount, 0, 0
    from contested
    where perhaps_held and perhaps_due_on is not null
    union all
    select r.partner_id, r.invoice_id, r.day_on, 0, 0, r.paid, r.credited
    from received as r
    inner join looked_into as i on r.partner_id = i.partner_id and r.invoice_id = i.invoice_id
),

running as (
    select
        j.partner_id, j.invoice_id, j.currency, j.due_on, m.day_on, j.upheld, j.surely_in_all, j.perhaps_in_all,
        sum(m.surely_due) over until_then as surely_due,
        sum(m.perhaps_due) over until_then as perhaps_due,
        sum(m.paid) over until_then as paid,
        sum(m.credited) over until_then as credited,
        max(case when m.surely_due > 0 then m.day_on end) over until_then as missed_on,
        lead(m.day_on) over (partition by j.partner_id, j.invoice_id order by m.day_on) as next_on
    from looked_into as j
    inner join (
        select
            partner_id, invoice_id, day_on, sum(surely_due) as surely_due, sum(perhaps_due) as perhaps_due,
            sum(paid) as paid, sum(credited) as credited
        from movements
        group by partner_id, invoice_id, day_on
    ) as m on j.partner_id = m.partner_id and j.invoice_id = m.invoice_id
    window until_then as (
        partition by j.partner_id, j.invoice_id order by m.day_on rows between unbounded preceding and current row
    )
),

balances as (
    select
        partner_id, invoice_id, currency, due_on, day_on, next_on, coalesce(missed_on, due_on) as missed_on, paid,
        -- a reversal takes back what was paid; it does not make anything due
        least(surely_due, surely_in_all) - greatest(paid + credited, 0) as surely_open,
        -- the credit note that settles an upheld dispute must not be counted beside it
        least(perhaps_due, perhaps_in_all) - greatest(paid + greatest(credited - upheld, 0), 0) as perhaps_open
    from running
),

-- one row an invoice and day on which it was overdue
overdue as (
    select
        *,
        surely_open > cast($tolerance as decimal(19, 4)) as is_surely,
        surely_open - cast($tolerance as decimal(19, 4)) as lacking
    from balances
    where day_on >= due_on and greatest(surely_open, perhaps_open) > cast($tolerance as decimal(19, 4))
),

loose_until as (
    select
        partner_id, currency, day_on,
        sum(sum(amount)) over (
            partition by partner_id, currency order by day_on rows between unbounded preceding and current row
        ) as amount
    from (
        select partner_id, currency, day_on, amount from loose
        union all
        select distinct partner_id, currency, day_on, 0 as amount from overdue
    ) as cash
    group by partner_id, currency, day_on
),

-- money or credit in another currency that names the invoice
in_other_currency as (
    select o.partner_id, o.invoice_id, min(o.day_on) as first_on
    from (
        select partner_id, invoice_id, currency, day_on from by_name
        union all
        select partner_id, invoice_id, currency, day_on from credits
    ) as o
    inner join invoices as i on o.partner_id = i.partner_id and o.invoice_id = i.invoice_id
    where o.currency <> i.currency
    group by o.partner_id, o.invoice_id
),

-- where payments are known from bank statements: the days of which no statement tells, before, between and after them
statement_days as (
    select b.partner_id, b.value_on as day_on, c.cutoff_on
    from bank_transaction as b
    inner join cutoff as c on b.partner_id = c.partner_id
    where
        b.value_on <= c.cutoff_on
        and b.partner_id in (
            select p.partner_id
            from supplier_payment as p
            inner join bank_transaction as s on p.partner_id = s.partner_id and p.payment_id = s.transaction_id
        )
    group by b.partner_id, b.value_on, c.cutoff_on
),

statement_gaps as (
    select partner_id, day_on as after_on, next_on as before_on
    from (
        select
            partner_id, day_on, cutoff_on,
            lead(day_on) over (partition by partner_id order by day_on) as next_on
        from statement_days
    ) as d
    where day_on + cast(31 as integer) < next_on
    union all
    select partner_id, date '0001-01-01' as after_on, min(day_on) as before_on from statement_days group by partner_id
    union all
    select partner_id, max(day_on), min(cutoff_on) + cast(1 as integer) from statement_days group by partner_id
),

-- invoices that may have been paid by their due date on a day of which no statement tells
perhaps_paid_unseen as (
    select distinct i.partner_id, i.invoice_id
    from invoices as i
    inner join statement_gaps as g on i.partner_id = g.partner_id
    where i.issued_on < g.before_on and i.due_on > g.after_on
),

ends as (
    select partner_id, invoice_id, day_on as last_on, paid, greatest(surely_open, 0) as surely_open
    from balances
    where next_on is null
),

lateness as (
    select
        o.partner_id, o.invoice_id,
        bool_or(o.is_surely) as is_late,
        min(o.day_on) filter (where o.is_surely) as first_on,
        min(o.missed_on) filter (where o.is_surely) as missed_on,
        bool_or(o.is_surely and o.next_on is null) as is_open,
        max(o.next_on) filter (where o.is_surely) as settled_on,
        bool_and(o.lacking <= e.surely_open) filter (where o.is_surely) as undated_could_cure,
        bool_and(o.lacking <= e.surely_open + l.amount) filter (where o.is_surely) as undated_and_loose_could_cure,
        bool_and(o.lacking <= l.amount) filter (where o.is_surely) as loose_could_cure
    from overdue as o
    inner join ends as e on o.partner_id = e.partner_id and o.invoice_id = e.invoice_id
    inner join loose_until as l
        on o.partner_id = l.partner_id and o.currency = l.currency and o.day_on = l.day_on
    group by o.partner_id, o.invoice_id
),

ruled as (
    select
        i.partner_id, i.invoice_id, i.due_on, i.issued_on, i.cutoff_on, i.standing, i.status, l.missed_on,
        case when l.is_open and i.status = 'paid' then e.last_on when not l.is_open then l.settled_on end as settled_on,
        case
            when i.standing <> 'payable' then i.standing
            -- the duty is towards Microsoft; what is owed to a provider is that contract's matter
            when i.supplier = 'provider' then 'provider_invoice'
            when i.due_on is null then 'due_date_unknown'
            when i.due_on >= i.cutoff_on then 'due_date_ahead'
            when l.is_late and i.status = 'paid' and l.undated_could_cure then 'payment_date_unknown'
            when l.is_late and f.first_on <= l.first_on then 'paid_in_other_currency'
            when l.is_late and l.loose_could_cure then 'loose_cash'
            when l.is_late and i.status = 'paid' and l.undated_and_loose_could_cure then 'payment_date_unknown'
            when l.is_late and l.is_open and g.invoice_id is not null then 'statement_gap'
            when l.is_late and l.is_open and coalesce(i.status, 'open') <> 'paid' then 'unpaid'
            when l.is_late then 'paid_late'
            when l.invoice_id is not null then 'dispute_unclear'
            when e.invoice_id is null or j.surely_in_all > 0 or e.paid + i.credited + cast($tolerance as decimal(19, 4)) >= i.to_pay then 'on_time'
            when j.is_running then 'wholly_disputed'
            else 'dispute_upheld'
        end as reason
    from invoices as i
    left join judged_invoices as j on i.partner_id = j.partner_id and i.invoice_id = j.invoice_id
    left join ends as e on i.partner_id = e.partner_id and i.invoice_id = e.invoice_id
    left join lateness as l on i.partner_id = l.partner_id and i.invoice_id = l.invoice_id
    left join in_other_currency as f on i.partner_id = f.partner_id and i.invoice_id = f.invoice_id
    left join perhaps_paid_unseen as g on i.partner_id = g.partner_id and i.invoice_id = g.invoice_id
),

judged as (
    select
        partner_id, invoice_id, missed_on, coalesce(settled_on, cutoff_on) as late_until_on, reason,
        case when reason = 'credit_note' then issued_on else coalesce(due_on, issued_on) end as dated_at,
        case
            when reason = 'on_time' then 'pass'
            when reason in ('paid_late', 'unpaid') then 'fail'
            when reason in ('due_date_ahead', 'wholly_disputed') then 'not_yet_due'
            when reason in ('credit_note', 'nothing_to_pay', 'voided', 'provider_invoice', 'dispute_upheld')
                then 'not_applicable'
            else 'insufficient_evidence'
        end as status
    from ruled
)

select * from judged
