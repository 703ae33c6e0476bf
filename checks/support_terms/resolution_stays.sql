/* cspaudit
title      = "Resolved tickets are not opened again soon after"
obligation = "SUP-RESOLVE"
version    = 1
subject    = "ticket"
needs      = ["ticket.in_scope", "ticket_event.kind=reopen"]
reads      = ["local_slot"]
uses       = ["ticket_outcomes", "cut_off_days"]
unit       = "days"
rationale  = "A problem that comes back a few days later was not resolved."
blind_spot = "Why a ticket was opened again is not read: a word of thanks that opens it counts. A customer who opens a new ticket instead is not seen. A ticket closed without a word on how it ended counts as resolved."
remedy     = "Ask whether the solution holds before a ticket is resolved, and look into the tickets that came back."

[params]
days = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]
reopened_early      = "Opened again {observed} days after it was resolved; it had to stay so for more than {expected}."
reopened_soon       = "Opened again {observed} days after it was first opened, so no later after it was resolved; it had to stay so for more than {expected}."
reopened            = "Opened again after it was resolved; for how many days it has to stay so is not set."
no_limit            = "Not opened again so far; for how many days it has to stay so is not set."
still_running       = "Resolved {observed} days before the cut-off; it has to stay so for more than {expected}."
out_of_scope        = "The ticket lies outside the support that the partner owes."
marketplace_product = "The ticket is about a product of another publisher from the marketplace."
not_resolved        = "The ticket ended without a solution."
excluded            = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged              = "The ticket was merged into another one, which is judged in its place."
merged_into_unknown = "The ticket was merged into one that is not in the export."
scope_unknown       = "The export does not tell whether the ticket lies within the scope of support."
earlier_end_undated = "The ticket was opened again, and the export does not tell when it had been resolved before."
end_undated         = "The export tells that the ticket was resolved, but not when."
dates_contradictory = "The ticket is dated as resolved or opened again before it was opened."
*/
with ended as (
    -- tickets that came to an end at least once, or that the export calls ended
    select
        t.partner_id, t.ticket_id, t.opened_at, t.reopened_at, t.resolved_at, t.closed_at, t.in_scope, t.outside,
        t.outcome, t.is_undated, t.has_odd_dates, c.cut_off_day, c.offset_s,
        case when t.is_ended then coalesce(t.solved_at, t.closed_at) end as ended_at,
        cast(floor((epoch(t.first_opened_at) + coalesce(z.offset_s, c.offset_s)) / 86400) as bigint) as opened_day
    from ticket_outcome as t
    inner join cut_off as c on t.partner_id = c.partner_id
    left join local_slot as z
        on t.partner_id = z.partner_id
        and case
            when t.reopened_at is not null then cast(floor(epoch(t.first_opened_at) / 900) as bigint)
        end = z.slot
    where t.is_ended or t.is_undated or t.reopened_at is not null
),

moment as (
    select e.partner_id, e.ticket_id, e.occurred_at, e.kind
    from ticket_event as e
    inner join reopening as o on e.partner_id = o.partner_id and e.ticket_id = o.ticket_id
    where e.kind in ('resolve', 'close', 'reopen') and e.occurred_at <= cast($as_of as timestamp)
    union
    select partner_id, ticket_id, resolved_at as occurred_at, 'resolve' as kind
    from ended
    where reopened_at is not null and resolved_at is not null
    union
    select partner_id, ticket_id, closed_at as occurred_at, 'close' as kind
    from ended
    where reopened_at is not null and closed_at is not null
),

-- in the same second a ticket is taken to be opened again first and resolved then
placed as (
    select
        *,
        max(case when kind = 'reopen' then occurred_at end) over (
            partition by partner_id, ticket_id
            order by occurred_at, case when kind = 'reopen' then 0 else 1 end, kind
            rows between unbounded preceding and 1 preceding
        ) as reopened_before_at,
        max(case when kind = 'resolve' then occurred_at end) over (
            partition by partner_id, ticket_id
            order by occurred_at, case when kind = 'reopen' then 0 else 1 end, kind
            rows between unbounded preceding and 1 preceding
        ) as resolved_before_at,
        max(case when kind = 'close' then occurred_at end) over (
            partition by partner_id, ticket_id
            order by occurred_at, case when kind = 'reopen' then 0 else 1 end, kind
            rows between unbounded preceding and 1 preceding
        ) as closed_before_at
    from moment
),

-- a ticket is resolved when it is solved; only where that is not told, when it is closed
return_to_work as (
    select
        p.partner_id, p.ticket_id, p.occurred_at, p.reopened_before_at, e.opened_at, e.offset_s,
        coalesce(
            case
                when p.resolved_before_at >= coalesce(p.reopened_before_at, e.opened_at) then p.resolved_before_at
            end,
            case when p.closed_before_at >= coalesce(p.reopened_before_at, e.opened_at) then p.closed_before_at end
        ) as ended_at
    from placed as p
    inner join ended as e on p.partner_id = e.partner_id and p.ticket_id = e.ticket_id
    where p.kind = 'reopen'
),

-- a second opening without an end in between is the first one told twice
returned as (
    select
        r.partner_id, r.ticket_id,
        min(
            cast(floor((epoch(r.occurred_at) + coalesce(z.offset_s, r.offset_s)) / 86400) as bigint)
            - cast(floor((epoch(r.ended_at) + coalesce(y.offset_s, r.offset_s)) / 86400) as bigint)
        ) as least_gap,
        bool_or(r.occurred_at < r.opened_at) as has_odd_return,
        min(cast(floor((epoch(r.occurred_at) + coalesce(z.offset_s, r.offset_s)) / 86400) as bigint))
            filter (where r.ended_at is null and r.reopened_before_at is null) as unclear_day
    from return_to_work as r
    left join local_slot as z
        on r.partner_id = z.partner_id and cast(floor(epoch(r.occurred_at) / 900) as bigint) = z.slot
    left join local_slot as y
        on r.partner_id = y.partner_id and cast(floor(epoch(r.ended_at) / 900) as bigint) = y.slot
    group by r.partner_id, r.ticket_id
),

judged as (
    select
        e.partner_id, e.ticket_id, e.opened_at, e.in_scope, e.outside, r.least_gap,
        r.unclear_day - e.opened_day as longest_gap,
        e.cut_off_day - cast(floor((epoch(e.ended_at) + coalesce(z.offset_s, e.offset_s)) / 86400) as bigint) as age,
        case
            when e.reopened_at is null and e.outcome in ('no_response', 'refused', 'withdrawn', 'out_of_scope')
                then 'not_resolved'
            when $days is null and e.reopened_at is not null then 'reopened'
            when $days is null then 'no_limit'
            when r.least_gap <= $days then 'reopened_early'
            when r.has_odd_return then 'dates_contradictory'
            when r.unclear_day - e.opened_day <= $days then 'reopened_soon'
            when r.unclear_day is not null then 'earlier_end_undated'
            when e.has_odd_dates then 'dates_contradictory'
            when e.is_undated then 'end_undated'
            when
                coalesce(e.outcome, 'solved') in ('solved', 'workaround')
                and e.cut_off_day
                - cast(floor((epoch(e.ended_at) + coalesce(z.offset_s, e.offset_s)) / 86400) as bigint) <= $days
                then 'still_running'
        end as reason_within
    from ended as e
    left join returned as r on e.partner_id = r.partner_id and e.ticket_id = r.ticket_id
    left join local_slot as z
        on e.partner_id = z.partner_id and cast(floor(epoch(e.ended_at) / 900) as bigint) = z.slot
),

reasoned as (
    select
        partner_id, ticket_id, opened_at, least_gap, longest_gap, age,
        case
            when outside in ('out_of_scope', 'marketplace_product') then outside
            when
                in_scope is null
                and coalesce(reason_within, '') not in ('not_resolved', 'reopened', 'no_limit', 'still_running')
                then 'scope_unknown'
            else reason_within
        end as reason
    from judged
    union all
    select
        partner_id, ticket_id, opened_at,
        cast(null as bigint) as least_gap, cast(null as bigint) as longest_gap, cast(null as bigint) as age, reason
    from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('reopened_early', 'reopened_soon') then 'fail'
        when reason = 'reopened' then 'observation'
        when reason in ('no_limit', 'still_running') then 'not_yet_due'
        when
            reason in ('out_of_scope', 'marketplace_product', 'not_resolved', 'excluded', 'merged')
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case
        when reason in ('reopened_early', 'reopened') then cast(least_gap as varchar)
        when reason = 'reopened_soon' then cast(longest_gap as varchar)
        when reason = 'still_running' then cast(age as varchar)
    end as observed,
    case
        when reason in ('reopened_early', 'reopened_soon', 'still_running') then cast($days as varchar)
    end as expected
from reasoned
