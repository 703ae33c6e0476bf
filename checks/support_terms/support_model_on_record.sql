/* cspaudit
title      = "Who answers the customers is on record, month by month"
obligation = "SUP-MODEL"
version    = 1
subject    = "ticket_event"
notes_only = true
needs      = ["ticket_event.kind=reply"]
reads      = ["actor", "local_slot"]
uses       = ["cut_off_days"]
unit       = "replies"
rationale  = "A partner may answer by itself, through a subcontractor or through a provider. Where nobody can tell who wrote a reply, other tests lack their evidence."
blind_spot = "Who answered is told by the recorded replies only. A reply of unknown author may be the customer's own. A person on record in two roles on one day counts for both."
remedy     = "List everybody who answers customers, with the role and the days on which it held."

[reasons]
own_desk      = "Answered by the partner's own desk; replies whose author has a role on record: {observed} of {expected}."
outsourced    = "Answered by a subcontractor; replies whose author has a role on record: {observed} of {expected}."
resold        = "Answered by the provider; replies whose author has a role on record: {observed} of {expected}."
shared        = "Answered by more than one of own desk, subcontractor and provider; replies whose author has a role on record: {observed} of {expected}."
none_mapped   = "Of no reply is the author's role on record; replies: {expected}."
no_reply      = "No reply to a customer was recorded."
month_running = "The month was still running when the exports were made."
*/
with period_month as (
    select
        c.partner_id, c.cut_off_on,
        substring(cast(f.local_on as varchar), 1, 7) as first_month,
        substring(cast(l.local_on as varchar), 1, 7) as last_month
    from cut_off as c
    inner join local_slot as f
        on c.partner_id = f.partner_id and f.slot = cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)
    inner join local_slot as l
        on c.partner_id = l.partner_id and l.slot = cast(floor((epoch(cast($end as timestamp)) - 1) / 900) as bigint)
),

period_slot as (
    select z.partner_id, z.slot, z.local_on, substring(cast(z.local_on as varchar), 1, 7) as month, p.cut_off_on
    from local_slot as z
    inner join period_month as p
        on z.partner_id = p.partner_id
        and substring(cast(z.local_on as varchar), 1, 7) >= p.first_month
        and substring(cast(z.local_on as varchar), 1, 7) <= p.last_month
),

-- a month that begins after the cut-off is not seen yet
seen_month as (
    select partner_id, month, max(local_on) as last_on, max(local_on) >= min(cut_off_on) as is_running
    from period_slot
    group by partner_id, month
    having min(local_on) <= min(cut_off_on)
),

reply as (
    select
        e.partner_id, s.month, s.local_on,
        nullif(e.actor_kind, 'unknown') as actor_kind,
        case when coalesce(e.actor_kind, 'unknown') = 'unknown' then e.actor_id end as asked_actor_id,
        count(*) as replies
    from ticket_event as e
    inner join period_slot as s
        on e.partner_id = s.partner_id and cast(floor(epoch(e.occurred_at) / 900) as bigint) = s.slot
    where e.kind = 'reply' and e.occurred_at <= cast($as_of as timestamp)
    group by
        e.partner_id, s.month, s.local_on, nullif(e.actor_kind, 'unknown'),
        case when coalesce(e.actor_kind, 'unknown') = 'unknown' then e.actor_id end
),

-- who wrote: the event says so, or the role of that local day; two answers for one day are none, save that a person
-- of both desks is a person
authored as (
    select
        r.partner_id, r.month, r.local_on, r.actor_kind, r.asked_actor_id, r.replies,
        coalesce(
            r.actor_kind,
            case when min(nullif(a.kind, 'unknown')) = max(nullif(a.kind, 'unknown')) then min(nullif(a.kind, 'unknown')) end,
            case when bool_and(a.kind in ('agent', 'subcontractor')) then 'either desk' end
        ) as author
    from reply as r
    left join actor as a
        on r.partner_id = a.partner_id
        and r.asked_actor_id = a.actor_id
        and r.local_on >= a.valid_from_on
        and r.local_on <= coalesce(a.valid_to_on, r.local_on)
    group by r.partner_id, r.month, r.local_on, r.actor_kind, r.asked_actor_id, r.replies
),

answered as (
    select
        partner_id, month,
        cast(sum(replies) as bigint) as replies,
        cast(coalesce(sum(replies) filter (where author is not null), 0) as bigint) as mapped,
        max(case when author in ('agent', 'either desk') then 1 else 0 end) as by_own_desk,
        max(case when author in ('subcontractor', 'either desk') then 1 else 0 end) as by_subcontractor,
        max(case when author = 'provider' then 1 else 0 end) as by_provider
    from authored
    where coalesce(author, '') not in ('customer', 'bot', 'application', 'microsoft')
    group by partner_id, month
),

noted as (
    select
        m.partner_id, m.month, m.last_on, a.replies, a.mapped,
        case
            when m.is_running then 'month_running'
            when a.month is null then 'no_reply'
            when a.mapped = 0 then 'none_mapped'
            when a.by_own_desk + a.by_subcontractor + a.by_provider > 1 then 'shared'
            when a.by_own_desk = 1 then 'own_desk'
            when a.by_subcontractor = 1 then 'outsourced'
            else 'resold'
        end as reason
    from seen_month as m
    left join answered as a on m.partner_id = a.partner_id and m.month = a.month
)

select
    partner_id,
    month as subject_id,
    last_on as dated_at,
    case when reason = 'month_running' then 'not_yet_due' else 'observation' end as status,
    reason,
    case when reason <> 'month_running' then cast(mapped as varchar) end as observed,
    case when reason <> 'month_running' then cast(replies as varchar) end as expected
from noted
