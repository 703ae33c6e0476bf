/* cspaudit
title      = "Customers get a first reply within the time the partner published"
obligation = "SUP-TERMS-KEPT"
version    = 3
subject    = "ticket"
needs      = ["ticket", "ticket_event.kind=reply", "support_target", "support_terms.service_hours"]
reads      = ["customer", "business_calendar"]
uses       = ["desk_events", "published_times"]
unit       = "minutes"
rationale  = "A reply time in the support terms is a promise. It runs on the service hours in force at each moment and is kept by a person's reply, not by an automatic one."
blind_spot = "Answers by telephone count only where the ticket tool holds them. An automatic reply recorded under a person's name counts as that person's. A ticket the customer withdrew before anybody replied counts as closed without a reply."
remedy     = "Staff the service hours so that a person replies within the published time, or publish a time that can be kept."

[reasons]
replied_late         = "First reply after {observed} minutes; {expected} were promised."
no_reply             = "No reply by the cut-off, after {observed} minutes; {expected} were promised."
closed_without_reply = "Closed without a reply by a person; one was promised within {expected} minutes."
still_running        = "Not answered yet; {observed} of the {expected} promised minutes had passed at the cut-off."
excluded             = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged               = "The ticket was merged into another one, which is judged in its place."
nothing_promised     = "The support terms in force promised no first reply for tickets of this severity."
merged_into_unknown  = "The ticket was merged into one that is not in the export."
outside_calendar     = "The ticket is dated outside the time for which service hours were worked out."
customer_unknown     = "The export does not tell the customer, and some customers have terms of their own."
severity_unknown     = "The export does not tell the severity, and the promise depends on it."
reply_before_ticket  = "A reply is dated before the ticket was opened, so that the time of the first reply is uncertain."
author_unknown       = "There is a reply of which the export does not tell whether a person of the support desk wrote it."
hours_unknown        = "The service hours of a part of the time are unknown, and they decide."
*/
with first_reply as (
    select
        partner_id, ticket_id,
        min(occurred_at) filter (where author = 'person') as person_at,
        min(occurred_at) filter (where author = 'provider') as provider_at,
        min(occurred_at) filter (where author = 'unknown') as unknown_at
    from desk_event
    where kind = 'reply'
    group by partner_id, ticket_id
),

-- a provider answers for the partner where it is the customer's contact, perhaps where the contact is unknown
counted as (
    select
        s.partner_id, s.ticket_id, s.is_closed, s.severity, s.calendar, s.is_customer_decisive, s.terms_id, s.is_outside,
        s.open_s, s.open_known_s, s.open_unknown_s,
        s.opened_at as dated_at,
        s.first_opened_at as opened_at,
        case when c.support_contact = 'provider' then least(r.person_at, r.provider_at) else r.person_at end as replied_at,
        case when c.support_contact is null then least(r.unknown_at, r.provider_at) else r.unknown_at end as unclear_at
    from opened_ticket as s
    left join first_reply as r on s.partner_id = r.partner_id and s.ticket_id = r.ticket_id
    left join customer as c on s.partner_id = c.partner_id and s.customer_id = c.customer_id
),

-- the clock stops at the first certain reply or else runs to the cut-off; it may have stopped earlier, at an unclear one
clocked as (
    select
        *,
        coalesce(replied_at, cast($as_of as timestamp)) as end_at,
        coalesce(least(replied_at, unclear_at), cast($as_of as timestamp)) as earliest_at
    from counted
),

in_seconds as (
    select
        partner_id, ticket_id, severity, dated_at, is_closed, calendar, is_customer_decisive, terms_id, is_outside,
        open_s, open_known_s, open_unknown_s,
        replied_at is not null as is_replied,
        earliest_at < end_at or (replied_at is null and unclear_at is not null) as is_unclear,
        earliest_at < opened_at as has_early_reply,
        cast(floor(epoch(end_at)) as bigint) as end_s,
        cast(floor(epoch(earliest_at)) as bigint) as earliest_s,
        cast(floor(epoch(end_at) / 900) as bigint) as end_slot,
        case when earliest_at < end_at then cast(floor(epoch(earliest_at) / 900) as bigint) end as earliest_slot
    from clocked
),

-- business seconds between two instants: at least the known ones, at most those and the ones of unknown hours
elapsed as (
    select
        t.*, p.target_share, p.is_complete,
        p.strictest_business_s, p.loosest_business_s, p.strictest_calendar_s, p.loosest_calendar_s,
        p.terms_id is null as is_nothing_promised,
        t.end_s - t.open_s as end_calendar_s,
        t.earliest_s - t.open_s as earliest_calendar_s,
        coalesce(
            e.before_s + least(greatest(t.end_s - e.slot * 900 - e.open_from, 0), e.open_to - e.open_from)
            - t.open_known_s,
            0
        ) as end_known_s,
        coalesce(
            e.unknown_before_s + case when e.hours_known then 0 else t.end_s - e.slot * 900 end - t.open_unknown_s,
            t.end_s - t.open_s
        ) as end_unknown_s,
        coalesce(
            f.before_s + least(greatest(t.earliest_s - f.slot * 900 - f.open_from, 0), f.open_to - f.open_from)
            - t.open_known_s,
            0
        ) as earliest_known_s
    from in_seconds as t
    left join promise as p
        on
            t.partner_id = p.partner_id
            and t.terms_id = p.terms_id
            and t.severity = p.severity
            and p.measure = 'first_response'
    left join business_calendar as e on t.calendar = e.calendar and t.end_slot = e.slot
    left join business_calendar as f on t.calendar = f.calendar and t.earliest_slot = f.slot
),

compared as (
    select
        *,
        case
            when loosest_business_s is null and is_replied then end_calendar_s
            when loosest_business_s is null then earliest_calendar_s
            when is_replied or earliest_slot is null then end_known_s
            else earliest_known_s
        end as waited_s,
        coalesce(loosest_business_s, loosest_calendar_s) as loosest_s,
        coalesce(strictest_business_s, strictest_calendar_s) as strictest_s,
        coalesce(
            strictest_business_s < loosest_business_s
            or strictest_calendar_s < loosest_calendar_s
            or (strictest_business_s is not null and strictest_calendar_s is not null),
            false
        ) as is_severity_decisive,
        coalesce(end_known_s + end_unknown_s <= strictest_business_s, true)
        and coalesce(end_calendar_s <= strictest_calendar_s, true) as is_in_time,
        coalesce(end_known_s > loosest_business_s, true)
        and coalesce(end_calendar_s > loosest_calendar_s, true) as is_late,
        coalesce(case when earliest_slot is null then end_known_s else earliest_known_s end > loosest_business_s, true)
        and coalesce(earliest_calendar_s > loosest_calendar_s, true) as is_late_at_the_earliest
    from elapsed
),

judged as (
    select
        partner_id, ticket_id, dated_at, target_share, waited_s, loosest_s, strictest_s,
        case
            when is_outside then 'outside_calendar'
            when is_customer_decisive then 'customer_unknown'
            when is_nothing_promised then 'nothing_promised'
            when not is_complete then 'severity_unknown'
            -- its clocks disagree, so that no date of this ticket can be relied on
            when has_early_reply then 'reply_before_ticket'
            when is_replied and is_in_time then null
            when is_late_at_the_earliest and (is_replied or is_unclear) then 'replied_late'
            when is_unclear then 'author_unknown'
            when is_closed and not is_replied then 'closed_without_reply'
            when is_late and not is_replied then 'no_reply'
            when is_in_time then 'still_running'
            when is_severity_decisive then 'severity_unknown'
            else 'hours_unknown'
        end as reason
    from compared
    union all
    select
        partner_id, ticket_id, opened_at as dated_at,
        null as target_share, null as waited_s, null as loosest_s, null as strictest_s,
        reason
    from set_aside_ticket
)

-- minutes are rounded so that they never contradict the status: up where late, else down
select
    partner_id,
    ticket_id as subject_id,
    dated_at,
    case
        when reason is null then 'pass'
        when reason in ('replied_late', 'no_reply', 'closed_without_reply') then 'fail'
        when reason = 'still_running' then 'not_yet_due'
        when reason in ('excluded', 'merged', 'nothing_promised') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case
        when reason is null or reason = 'still_running' then cast(waited_s // 60 as varchar)
        when reason in ('replied_late', 'no_reply') then cast((waited_s + 59) // 60 as varchar)
    end as observed,
    case
        when reason is null or reason = 'still_running' then cast(strictest_s // 60 as varchar)
        when reason in ('replied_late', 'no_reply', 'closed_without_reply') then cast(loosest_s // 60 as varchar)
    end as expected,
    target_share
from judged
