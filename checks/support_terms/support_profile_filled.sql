/* cspaudit
title      = "The support profile that customers see names a contact that works"
obligation = "SUP-PROFILE"
version    = 1
subject    = "support_profile"
needs      = ["support_profile"]
reads      = ["message", "local_slot"]
unit       = ""
rationale  = "Microsoft's portals show customers the contact of this profile. Where it is empty or leads nowhere, they do not find their partner."
blind_spot = "Only the days of the snapshots are seen. A contact works unless the snapshot says it does not, or a mail to its address came back on that local day; a telephone number or a web page that leads nowhere is known only where somebody tried it."
remedy     = "Enter e-mail, telephone and web page of the desk in the customer support profile, and try them after each change."

[reasons]
profile_empty  = "The profile showed neither an e-mail address nor a telephone number nor a web page."
contact_failed = "Somebody tried the contact of the profile, and it did not work."
mail_came_back = "The profile showed no other contact than {observed}, and mail to it came back that day."
*/
with snapshot as (
    select
        p.partner_id, p.observed_at, p.contact_ok, z.local_on,
        nullif(trim(lower(p.email)), '') as email,
        nullif(trim(coalesce(p.telephone, '')), '') is not null or nullif(trim(coalesce(p.website, '')), '') is not null
            as has_other
    from support_profile as p
    left join local_slot as z
        on p.partner_id = z.partner_id and cast(floor(epoch(p.observed_at) / 900) as bigint) = z.slot
    where p.observed_at <= cast($as_of as timestamp)
),

came_back as (
    select distinct m.partner_id, lower(trim(m.recipient)) as address, z.local_on
    from message as m
    inner join local_slot as z
        on m.partner_id = z.partner_id and cast(floor(epoch(m.sent_at) / 900) as bigint) = z.slot
    where m.delivery_status = 'bounced' and m.sent_at <= cast($as_of as timestamp)
),

judged as (
    select
        s.partner_id, s.observed_at, s.email,
        case
            when s.email is null and not s.has_other then 'profile_empty'
            when not s.contact_ok then 'contact_failed'
            when b.address is not null and not s.has_other and s.contact_ok is null then 'mail_came_back'
        end as reason
    from snapshot as s
    left join came_back as b on s.partner_id = b.partner_id and s.email = b.address and s.local_on = b.local_on
)

select
    partner_id,
    cast(observed_at as varchar) as subject_id,
    observed_at as dated_at,
    case when reason is null then 'pass' else 'fail' end as status,
    reason,
    case when reason = 'mail_came_back' then email end as observed,
    cast(null as varchar) as expected
from judged
