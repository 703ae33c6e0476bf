/* cspaudit
title      = "The support profile shows the contact that the partner published"
obligation = "SUP-DISCLOSE-CONTACT"
version    = 2
subject    = "support_profile"
needs      = ["support_profile", "support_channel"]
reads      = ["local_slot"]
unit       = "days"
rationale  = "Customers are told one contact by the partner and see another in Microsoft's portals, if nobody keeps the two alike."
blind_spot = "Only the days of the snapshots are seen, as the portals show the present state alone. Addresses are compared letter by letter without regard to case, telephone numbers by their digits, web pages without scheme and closing stroke."
remedy     = "Change the customer support profile on the day on which the published contact changes."

[params]
changeover_days = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]
differs_too_long   = "The profile showed {observed}, which is not published; the published contact had last changed {expected} days before."
changeover_running = "The profile showed {observed}, which is not published; the published contact had last changed {expected} days before."
kind_not_published = "No contact of this kind was published on that day."
not_shown          = "The profile showed no contact of this kind."
day_unknown        = "The partner's local day of the snapshot is not known."
*/
with shown as (
    select
        p.partner_id, p.observed_at, z.local_on,
        cast(floor((epoch(p.observed_at) + z.offset_s) / 86400) as bigint) as local_day,
        k.kind,
        case k.kind
            when 'email' then nullif(trim(p.email), '')
            when 'telephone' then nullif(trim(p.telephone), '')
            else nullif(trim(p.website), '')
        end as contact
    from support_profile as p
    cross join (select 'email' as kind union all select 'telephone' union all select 'website') as k
    left join local_slot as z
        on p.partner_id = z.partner_id and cast(floor(epoch(p.observed_at) / 900) as bigint) = z.slot
    where p.observed_at <= cast($as_of as timestamp)
),

published as (
    select
        partner_id,
        case channel when 'email' then 'email' when 'phone' then 'telephone' when 'portal' then 'website' end as kind,
        trim(address) as contact, valid_from_on, coalesce(valid_to_on, date '9999-12-31') as valid_to_on
    from support_channel
    where channel in ('email', 'phone', 'portal')
),

-- how the same contact may be written: numbers from abroad with 00 or +, web pages with or without scheme
spelling as (
    select
        kind, contact,
        case kind
            when 'telephone' then case
                when starts_with(translate(contact, ' ()/.-', ''), '00')
                    then '+' || substring(translate(contact, ' ()/.-', ''), 3)
                else translate(contact, ' ()/.-', '')
            end
            when 'website' then replace(
                replace(replace(lower(contact) || '|', 'https://', ''), 'http://', ''), '/|', '|'
            )
            else lower(contact)
        end as comparable
    from (
        select kind, contact from shown
        union
        select kind, contact from published
    ) as written
),

spelt as (
    select s.partner_id, s.observed_at, s.local_on, s.local_day, s.kind, s.contact, w.comparable
    from shown as s
    left join spelling as w on s.kind = w.kind and s.contact = w.contact
),

spelt_published as (
    select p.partner_id, p.kind, p.valid_from_on, p.valid_to_on, w.comparable
    from published as p
    inner join spelling as w on p.kind = w.kind and p.contact = w.contact
),

-- what is published changes where a contact begins, and on the day after one ends
compared as (
    select
        s.partner_id, s.observed_at, s.local_on, s.local_day, s.kind, s.contact,
        bool_or(c.valid_to_on >= s.local_on) as is_kind_published,
        bool_or(c.valid_to_on >= s.local_on and c.comparable = s.comparable) as is_published,
        max(case when c.valid_to_on < s.local_on then c.valid_to_on + cast(1 as integer) else c.valid_from_on end)
            as changed_on
    from spelt as s
    left join spelt_published as c
        on
            s.partner_id = c.partner_id
            and s.kind = c.kind
            and s.local_on >= c.valid_from_on
    group by s.partner_id, s.observed_at, s.local_on, s.local_day, s.kind, s.contact
),

-- how many local days lie between the change and the snapshot; what changed before the local days known here is long past
local_day as (
    select distinct partner_id, local_on, cast(floor((slot * 900 + offset_s) / 86400) as bigint) as local_day
    from local_slot
),

first_day as (
    select partner_id, min(local_day) as local_day from local_day group by partner_id
),

aged as (
    select
        c.*,
        c.local_day - coalesce(d.local_day, f.local_day) as days_since
    from compared as c
    left join local_day as d on c.partner_id = d.partner_id and c.changed_on = d.local_on
    left join first_day as f on c.partner_id = f.partner_id
),

judged as (
    select
        *,
        case
            when local_on is null then 'day_unknown'
            when contact is null then 'not_shown'
            when not coalesce(is_kind_published, false) then 'kind_not_published'
            when is_published then null
            when days_since > cast($changeover_days as bigint) then 'differs_too_long'
            else 'changeover_running'
        end as reason
    from aged
)

select
    partner_id,
    cast(observed_at as varchar) || '/' || kind as subject_id,
    observed_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'differs_too_long' then 'fail'
        when reason = 'changeover_running' then 'not_yet_due'
        when reason in ('not_shown', 'kind_not_published') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason in ('differs_too_long', 'changeover_running') then contact end as observed,
    case when reason in ('differs_too_long', 'changeover_running') then cast(days_since as varchar) end as expected
from judged
