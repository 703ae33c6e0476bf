/* cspaudit
title      = "Microsoft invoices are paid on time month after month"
obligation = "BIL-PAY-CONSISTENT"
version    = 4
subject    = "supplier_invoice"
needs      = ["supplier_invoice", "supplier_payment.invoice_id"]
uses       = ["supplier_lateness"]
unit       = "invoices"
lookback_months = 12
rationale  = "One late payment can be an accident; a year that looks the same every month shows whether payment is organised."
blind_spot = "Invoices that are missing from the ledger cannot be told from months without an invoice, save at its beginning or where a payment names them. Everything the test of the single invoices cannot see is hidden here too."
remedy     = "Find out what the late invoices of the last twelve months have in common, and put their payment on a fixed schedule with a deputy."

[params]
payment_term_days = { value = 60, basis = "billing basics page, 2021-01-28: net 60 days; only where the export has no due date" }
tolerance = { value = 0.00, basis = "auditor policy; no number in the documents" }
disputes = { value = "separate", one_of = ["separate", "ignore"], basis = "auditor policy: a part contested by its due date is judged apart from the rest" }
late_share_limit = { type = "decimal", basis = "auditor policy; no number in the documents" }
longest_run_limit = { type = "integer", basis = "auditor policy; no number in the documents" }
minimum_invoices = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]
share_beyond_limit = "Late invoices in the last twelve months: {observed}; the limit allows {expected}."
run_beyond_limit = "Late invoices in a row: {observed}; the limit allows {expected}."
late_without_limit = "Late invoices in the last twelve months: {observed}; no limit is set."
lateness_unknown = "Whether some invoices of the last twelve months were late is not known, and they could tip the result."
too_few_invoices = "Too few invoices fell due in the last twelve months to say anything: {observed}; the set minimum is {expected}."
window_not_covered = "The ledger does not cover the whole twelve months."
nothing_due = "No invoice of the last twelve months had to be paid."
month_ahead = "The month had not ended when the exports were taken."
*/
with reported_months as (
    select
        s.partner_id, s.month_id, c.cutoff_on,
        cast(date_trunc('month', s.first_on + cast(31 as integer)) as date) + cast(-1 as integer) as last_on,
        cast(substring(s.month_id, 1, 4) as integer) * 12 + cast(substring(s.month_id, 6, 2) as integer) as month_number
    from (
        select distinct
            partner_id, cast(date_trunc('month', local_on) as date) as first_on,
            substring(cast(local_on as varchar), 1, 7) as month_id
        from local_slot
        where slot >= cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)
            and slot < cast(floor(epoch(cast($end as timestamp)) / 900) as bigint)
    ) as s
    inner join cutoff as c on s.partner_id = c.partner_id
),

twelve as (
    select 0 as back union all select 1 union all select 2 union all select 3 union all select 4 union all select 5
    union all select 6 union all select 7 union all select 8 union all select 9 union all select 10 union all select 11
),

-- each month reported, beside each of the twelve months that its window holds
windows as (
    select m.partner_id, m.month_id, m.month_number - t.back as month_number
    from reported_months as m
    cross join twelve as t
),

-- a run of late invoices ends at the next that is not late; what is unknown ends the certain runs only
in_order as (
    select
        partner_id, status,
        cast(substring(cast(dated_at as varchar), 1, 4) as integer) * 12
            + cast(substring(cast(dated_at as varchar), 6, 2) as integer) as month_number,
        sum(case when status in ('pass', 'insufficient_evidence') then 1 else 0 end) over by_due_date as certain_run,
        sum(case when status = 'pass' then 1 else 0 end) over by_due_date as possible_run
    from judged
    window by_due_date as (
        partition by partner_id order by dated_at, invoice_id rows between unbounded preceding and current row
    )
),

counts as (
    select
        partner_id, month_number, count(*) as documents,
        count(*) filter (where status in ('pass', 'fail', 'insufficient_evidence')) as invoices,
        count(*) filter (where status = 'fail') as late,
        count(*) filter (where status = 'insufficient_evidence') as unclear
    from in_order
    group by partner_id, month_number
),

-- invoices that a payment names and the ledger lacks: each may have been late in the month of its payment or before
unseen as (
    select partner_id, month_number, count(*) as invoices
    from (
        select
            p.partner_id, p.invoice_id,
            cast(substring(cast(min(p.day_on) as varchar), 1, 4) as integer) * 12
                + cast(substring(cast(min(p.day_on) as varchar), 6, 2) as integer) as month_number
        from payments as p
        left join supplier_invoice as i on p.partner_id = i.partner_id and p.invoice_id = i.invoice_id
        where p.invoice_id is not null and i.invoice_id is null
        group by p.partner_id, p.invoice_id
    ) as paid
    group by partner_id, month_number
),

ledger_starts as (
    select partner_id, min(month_number) as month_number from counts group by partner_id
),

runs as (
    select partner_id, 'certain' as kind, certain_run as run_id, month_number, count(*) as invoices
    from in_order
    where status = 'fail'
    group by partner_id, certain_run, month_number
    union all
    select partner_id, 'possible' as kind, possible_run as run_id, month_number, count(*) as invoices
    from in_order
    where status in ('fail', 'insufficient_evidence')
    group by partner_id, possible_run, month_number
),

longest_runs as (
    select
        partner_id, month_id,
        max(invoices) filter (where kind = 'certain') as certain_run,
        max(invoices) filter (where kind = 'possible') as possible_run
    from (
        select w.partner_id, w.month_id, r.kind, r.run_id, sum(r.invoices) as invoices
        from windows as w
        inner join runs as r on w.partner_id = r.partner_id and w.month_number = r.month_number
        group by w.partner_id, w.month_id, r.kind, r.run_id
    ) as clipped
    group by partner_id, month_id
),

totals as (
    select
        w.partner_id, w.month_id, sum(c.documents) as documents, sum(c.invoices) as invoices, sum(c.late) as late,
        sum(c.unclear) as unclear
    from windows as w
    inner join counts as c on w.partner_id = c.partner_id and w.month_number = c.month_number
    group by w.partner_id, w.month_id
),

unseen_totals as (
    select m.partner_id, m.month_id, sum(u.invoices) as invoices
    from reported_months as m
    inner join unseen as u on m.partner_id = u.partner_id and m.month_number - 11 <= u.month_number
    group by m.partner_id, m.month_id
),

measured as (
    select
        m.partner_id, m.month_id, m.last_on, m.cutoff_on,
        coalesce(t.documents, 0) as documents, coalesce(t.invoices, 0) as invoices, coalesce(t.late, 0) as late,
        coalesce(t.unclear, 0) + coalesce(u.invoices, 0) as unclear,
        coalesce(u.invoices, 0) as unseen,
        coalesce(r.certain_run, 0) as certain_run,
        -- where they fell due is not known: they may join all that may be late into one run
        case
            when u.invoices > 0 then coalesce(t.late, 0) + coalesce(t.unclear, 0) + u.invoices
            else coalesce(r.possible_run, 0)
        end as possible_run,
        coalesce(s.month_number <= m.month_number - 11, false) as is_covered,
        cast($longest_run_limit as bigint) as run_limit,
        cast($minimum_invoices as bigint) as minimum_invoices,
        -- a share of a count of whole invoices allows a whole number of them
        cast(floor(cast($late_share_limit as decimal(19, 4)) * coalesce(t.invoices, 0)) as bigint) as late_limit
    from reported_months as m
    left join totals as t on m.partner_id = t.partner_id and m.month_id = t.month_id
    left join unseen_totals as u on m.partner_id = u.partner_id and m.month_id = u.month_id
    left join longest_runs as r on m.partner_id = r.partner_id and m.month_id = r.month_id
    left join ledger_starts as s on m.partner_id = s.partner_id
),

ruled_months as (
    select
        *,
        case
            when last_on >= cutoff_on then 'month_ahead'
            when invoices = 0 and documents > 0 and is_covered and unseen = 0 then 'nothing_due'
            when invoices = 0 then 'window_not_covered'
            when invoices < minimum_invoices then 'too_few_invoices'
            when late > 0 and late_limit is null and run_limit is null then 'late_without_limit'
            when certain_run > run_limit then 'run_beyond_limit'
            when late > late_limit and is_covered then 'share_beyond_limit'
            when not is_covered then 'window_not_covered'
            when late + unclear > late_limit or possible_run > run_limit then 'lateness_unknown'
            when unclear > 0 and late_limit is null and run_limit is null then 'lateness_unknown'
            else 'within'
        end as reason
    from measured
)

select
    partner_id,
    month_id as subject_id,
    last_on as dated_at,
    case reason
        when 'within' then 'pass'
        when 'run_beyond_limit' then 'fail'
        when 'share_beyond_limit' then 'fail'
        when 'late_without_limit' then 'observation'
        when 'month_ahead' then 'not_yet_due'
        when 'nothing_due' then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    case when reason <> 'within' then reason end as reason,
    case
        when reason = 'too_few_invoices' then cast(invoices as varchar)
        when reason = 'run_beyond_limit' or (reason = 'within' and late_limit is null and run_limit is not null)
            then cast(certain_run as varchar)
        when reason in ('share_beyond_limit', 'late_without_limit', 'within') then cast(late as varchar)
    end as observed,
    case
        when reason = 'too_few_invoices' then cast(minimum_invoices as varchar)
        when reason = 'run_beyond_limit' or (reason = 'within' and late_limit is null and run_limit is not null)
            then cast(run_limit as varchar)
        when reason in ('share_beyond_limit', 'within') then cast(coalesce(late_limit, 0) as varchar)
    end as expected
from ruled_months
