/* cspaudit
title      = "Tickets are resolved within the time the partner published"
obligation = "SUP-TERMS-KEPT"
version    = 1
subject    = "ticket"
needs      = ["ticket", "support_target", "support_terms.service_hours"]
reads      = ["ticket_event", "business_calendar"]
uses       = ["standing_tickets", "published_times"]
unit       = "minutes"
rationale  = "A resolution time in the support terms is a promise. It runs on the service hours in force at each moment, for as long as the ticket is in work: a ticket that was opened again is not resolved by its earlier resolution."
blind_spot = "Whether the customer's problem is really gone is not seen, nor whether a resolution was entered by hand or by a rule. Time spent waiting for the customer is not taken off, as no export tells it. Tickets closed for want of the customer's answer are left out here."
remedy     = "Watch the promised times while tickets are in work, or publish times that can be kept."

[reasons]
resolved_late        = "Resolved after {observed} minutes; {expected} were promised."
reopened_late        = "Not resolved when opened again after {observed} minutes; {expected} were promised."
not_resolved         = "Not resolved by the cut-off, after {observed} minutes; {expected} were promised."
closed_unresolved    = "Closed as refused; a resolution was promised within {expected} minutes."
still_running        = "Not resolved yet; {observed} of the {expected} promised minutes had passed at the cut-off."
excluded             = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged               = "The ticket was merged into another one, which is judged in its place."
nothing_promised     = "The support terms in force promised no resolution time for tickets of this severity."
out_of_scope         = "The ticket lies outside the support that the partner gives."
withdrawn            = "The customer withdrew the ticket."
closed_by_silence    = "Closed for want of the customer's answer, so that there was nothing left to resolve."
merged_into_unknown  = "The ticket was merged into one that is not in the export."
outside_calendar     = "The ticket is dated outside the time for which service hours were worked out."
customer_unknown     = "The export does not tell the customer, and some customers have terms of their own."
severity_unknown     = "The export does not tell the severity, and the promise depends on it."
resolved_too_early   = "The resolution, the closing or an opening anew is dated before the ticket was opened."
resolution_undated   = "The ticket is closed, and the export does not tell when it was resolved, if it was."
resolutions_unlogged = "The export tells of no ticket when it was resolved, so that an open one may be."
pauses_undated       = "The ticket was opened again, and the export does not tell since when it had been resolved; that decides."
hours_unknown        = "The service hours of a part of the time are unknown, and they decide."
*/
with logged_partner as (
    select partner_id from ticket where resolved_at <= cast($as_of as timestamp)
    union
    select partner_id from ticket_event where kind = 'resolve' and occurred_at <= cast($as_of as timestamp)
),

-- the first resolution since the ticket was last opened again, for tickets whose own record does not tell
logged_resolution as (
    select e.partner_id, e.ticket_id, min(e.occurred_at) as resolved_at
    from ticket_event as e
    left join reopening as o on e.partner_id = o.partner_id and e.ticket_id = o.ticket_id
    where
        e.kind = 'resolve'
        and e.occurred_at <= cast($as_of as timestamp)
        and coalesce(e.occurred_at >= o.reopened_at, true)
    group by e.partner_id, e.ticket_id
),

reopened_ticket as (
    select partner_id, ticket_id, calendar, first_opened_at, resolved_at, closed_at
    from opened_ticket
    where reopened_at is not null
),

turning_point as (
    select t.partner_id, t.ticket_id, t.calendar, t.first_opened_at, e.occurred_at, e.kind = 'reopen' as is_reopening
    from ticket_event as e
    inner join reopened_ticket as t on e.partner_id = t.partner_id and e.ticket_id = t.ticket_id
    where e.kind in ('resolve', 'close', 'reopen') and e.occurred_at <= cast($as_of as timestamp)
    union all
    select partner_id, ticket_id, calendar, first_opened_at, resolved_at as occurred_at, false as is_reopening
    from reopened_ticket
    where resolved_at <= cast($as_of as timestamp)
    union all
    select partner_id, ticket_id, calendar, first_opened_at, closed_at as occurred_at, false as is_reopening
    from reopened_ticket
    where closed_at <= cast($as_of as timestamp)
),

-- a ticket is in work in rounds: each but the last ends with an opening anew
numbered as (
    select
        *,
        coalesce(sum(case when is_reopening then 1 else 0 end) over (
            partition by partner_id, ticket_id
            order by occurred_at, is_reopening
            rows between unbounded preceding and 1 preceding
        ), 0) as turn
    from turning_point
),

round_end as (
    select
        partner_id, ticket_id, calendar, first_opened_at, turn,
        min(occurred_at) filter (where not is_reopening) as stopped_at,
        max(occurred_at) filter (where is_reopening) as reopened_at
    from numbered
    group by partner_id, ticket_id, calendar, first_opened_at, turn
),

-- between its resolution or closing and its opening anew a ticket is not in work; since when is not always told
pause as (
    select
        partner_id, ticket_id, calendar,
        reopened_at < first_opened_at as is_too_early,
        stopped_at >= began_at as is_dated,
        cast(floor(epoch(case when stopped_at >= began_at then stopped_at else began_at end)) as bigint) as from_s,
        cast(floor(epoch(reopened_at)) as bigint) as until_s
    from (
        select
            partner_id, ticket_id, calendar, first_opened_at, stopped_at, reopened_at,
            greatest(
                first_opened_at, lag(reopened_at) over (partition by partner_id, ticket_id order by turn)
            ) as began_at
        from round_end
    ) as spell
    where reopened_at is not null
),

paused as (
    select
        p.partner_id, p.ticket_id,
        bool_or(p.is_too_early) as has_early_reopening,
        sum(p.until_s - p.from_s) as possible_calendar_s,
        coalesce(sum(p.until_s - p.from_s) filter (where p.is_dated), 0) as certain_calendar_s,
        sum(
            e.before_s + least(greatest(p.until_s - e.slot * 900 - e.open_from, 0), e.open_to - e.open_from)
            - b.before_s - least(greatest(p.from_s - b.slot * 900 - b.open_from, 0), b.open_to - b.open_from)
        ) as possible_known_s,
        sum(
            e.before_s + least(greatest(p.until_s - e.slot * 900 - e.open_from, 0), e.open_to - e.open_from)
            - b.before_s - least(greatest(p.from_s - b.slot * 900 - b.open_from, 0), b.open_to - b.open_from)
        ) filter (where p.is_dated) as certain_known_s,
        sum(
            e.unknown_before_s + case when e.hours_known then 0 else p.until_s - e.slot * 900 end
            - b.unknown_before_s - case when b.hours_known then 0 else p.from_s - b.slot * 900 end
        ) filter (where p.is_dated) as certain_unknown_s
    from pause as p
    left join business_calendar as b
        on p.calendar = b.calendar and cast(floor(p.from_s / 900) as bigint) = b.slot
    left join business_calendar as e
        on p.calendar = e.calendar and cast(floor(p.until_s / 900) as bigint) = e.slot
    group by p.partner_id, p.ticket_id
),

resolved as (
    select
        t.*,
        coalesce(case when t.resolved_at >= t.reopened_at or t.reopened_at is null then t.resolved_at end, r.resolved_at)
            as told_resolved_at,
        l.partner_id is not null as is_logged
    from (
        select
            * exclude (resolved_at),
            case when resolved_at <= cast($as_of as timestamp) then resolved_at end as resolved_at
        from opened_ticket
    ) as t
    left join logged_resolution as r on t.partner_id = r.partner_id and t.ticket_id = r.ticket_id
    left join logged_partner as l on t.partner_id = l.partner_id
),

-- the latest moment at which the ticket was resolved, or else the cut-off, and the earliest at which it may have been
bounded as (
    select
        *,
        told_resolved_at is not null as is_resolved,
        told_resolved_at is not null or is_closed as is_ended,
        coalesce(told_resolved_at, case when is_closed then closed_at end, cast($as_of as timestamp)) as latest_at,
        coalesce(
            told_resolved_at,
            case
                when is_closed or not is_logged then coalesce(reopened_at, first_opened_at)
                else cast($as_of as timestamp)
            end
        ) as earliest_at
    from resolved
),

in_seconds as (
    select
        partner_id, ticket_id, opened_at, severity, calendar, terms_id, is_outside, is_customer_decisive, in_scope,
        resolution, is_resolved, is_ended, is_logged, open_s, open_known_s, open_unknown_s,
        latest_at < first_opened_at as is_ended_early,
        cast(floor(epoch(latest_at)) as bigint) as latest_s,
        cast(floor(epoch(earliest_at)) as bigint) as earliest_s,
        cast(floor(epoch(latest_at) / 900) as bigint) as latest_slot,
        cast(floor(epoch(earliest_at) / 900) as bigint) as earliest_slot
    from bounded
),

-- seconds in work: at most those of known hours and those of unknown ones, dated pauses taken off; at least those of
-- known hours, every possible pause taken off
elapsed as (
    select
        t.*, p.target_share, p.is_complete,
        p.strictest_business_s, p.loosest_business_s, p.strictest_calendar_s, p.loosest_calendar_s,
        p.terms_id is null as is_nothing_promised,
        t.is_ended_early or coalesce(q.has_early_reopening, false) as is_too_early,
        coalesce(q.certain_calendar_s < q.possible_calendar_s, false) as has_undated_pause,
        t.latest_s - t.open_s - coalesce(q.certain_calendar_s, 0) as most_calendar_s,
        t.earliest_s - t.open_s - coalesce(q.possible_calendar_s, 0) as least_calendar_s,
        coalesce(
            e.before_s + least(greatest(t.latest_s - e.slot * 900 - e.open_from, 0), e.open_to - e.open_from)
            - t.open_known_s - coalesce(q.certain_known_s, 0),
            0
        ) as most_known_s,
        coalesce(
            e.unknown_before_s + case when e.hours_known then 0 else t.latest_s - e.slot * 900 end
            - t.open_unknown_s - coalesce(q.certain_unknown_s, 0),
            t.latest_s - t.open_s
        ) as most_unknown_s,
        coalesce(
            f.before_s + least(greatest(t.earliest_s - f.slot * 900 - f.open_from, 0), f.open_to - f.open_from)
            - t.open_known_s - coalesce(q.possible_known_s, 0),
            0
        ) as least_known_s
    from in_seconds as t
    left join promise as p
        on
            t.partner_id = p.partner_id
            and t.terms_id = p.terms_id
            and t.severity = p.severity
            and p.measure = 'resolution'
    left join paused as q on t.partner_id = q.partner_id and t.ticket_id = q.ticket_id
    left join business_calendar as e on t.calendar = e.calendar and t.latest_slot = e.slot
    left join business_calendar as f on t.calendar = f.calendar and t.earliest_slot = f.slot
),

compared as (
    select
        *,
        case when loosest_business_s is null then most_calendar_s else most_known_s end as most_s,
        case when loosest_business_s is null then least_calendar_s else least_known_s end as least_s,
        coalesce(loosest_business_s, loosest_calendar_s) as loosest_s,
        coalesce(strictest_business_s, strictest_calendar_s) as strictest_s,
        coalesce(
            strictest_business_s < loosest_business_s
            or strictest_calendar_s < loosest_calendar_s
            or (strictest_business_s is not null and strictest_calendar_s is not null),
            false
        ) as is_severity_decisive,
        coalesce(most_known_s + most_unknown_s <= strictest_business_s, true)
        and coalesce(most_calendar_s <= strictest_calendar_s, true) as is_in_time,
        coalesce(least_known_s > loosest_business_s, true)
        and coalesce(least_calendar_s > loosest_calendar_s, true) as is_late
    from elapsed
),

judged as (
    select
        partner_id, ticket_id, opened_at, target_share, most_s, least_s, loosest_s, strictest_s,
        case
            when is_outside then 'outside_calendar'
            when is_customer_decisive then 'customer_unknown'
            when is_nothing_promised then 'nothing_promised'
            when not in_scope or (is_ended and resolution = 'out_of_scope') then 'out_of_scope'
            when is_ended and resolution = 'withdrawn' then 'withdrawn'
            when is_ended and resolution = 'no_response' then 'closed_by_silence'
            when not is_complete then 'severity_unknown'
            -- its clocks disagree, so that no date of this ticket can be relied on
            when is_too_early then 'resolved_too_early'
            when is_ended and resolution = 'refused' then 'closed_unresolved'
            when (is_resolved or (is_ended and resolution in ('solved', 'workaround'))) and is_in_time then null
            when is_resolved and is_late then 'resolved_late'
            when not is_ended and is_logged and is_late then 'not_resolved'
            when is_late then 'reopened_late'
            when not is_ended and not is_logged then 'resolutions_unlogged'
            when not is_ended and is_in_time then 'still_running'
            when is_ended and not is_resolved then 'resolution_undated'
            when has_undated_pause then 'pauses_undated'
            when is_severity_decisive then 'severity_unknown'
            else 'hours_unknown'
        end as reason
    from compared
    union all
    select
        partner_id, ticket_id, opened_at,
        null as target_share, null as most_s, null as least_s, null as loosest_s, null as strictest_s,
        reason
    from set_aside_ticket
)

-- minutes are rounded so that they never contradict the status: up where late, else down
select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('resolved_late', 'reopened_late', 'not_resolved', 'closed_unresolved') then 'fail'
        when reason = 'still_running' then 'not_yet_due'
        when
            reason in (
                'excluded', 'merged', 'nothing_promised', 'out_of_scope', 'withdrawn', 'closed_by_silence'
            )
            then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case
        when reason is null or reason = 'still_running' then cast(most_s // 60 as varchar)
        when reason in ('resolved_late', 'reopened_late', 'not_resolved') then cast((least_s + 59) // 60 as varchar)
    end as observed,
    case
        when reason is null or reason = 'still_running' then cast(strictest_s // 60 as varchar)
        when
            reason in ('resolved_late', 'reopened_late', 'not_resolved', 'closed_unresolved')
            then cast(loosest_s // 60 as varchar)
    end as expected,
    target_share
from judged
