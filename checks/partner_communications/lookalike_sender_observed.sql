/* cspaudit
title      = "Messages from domains that look like one of the partner's are noted"
obligation = "COM-PARTNER-VOICE"
version    = 1
subject    = "message"
notes_only = true
needs      = ["message.sender", "partner_domain"]
reads      = ["local_slot"]
uses       = ["message_senders"]
unit       = ""
rationale  = "Customers are to hear about their subscriptions from their partner. Whoever writes from a domain that looks like the partner's may be taken for it, so the partner should know and warn its customers; another's mail is no breach of its own."
blind_spot = "The partner's own mail log rarely shows what others sent to its customers, so a log without such mail proves little. Names of fewer than four letters are not compared, nor is a name with two or more wrong letters that are no digits for letters. A domain of the partner that is missing in its list is noted like a stranger's. Domains written in the code for foreign scripts (xn--) are compared as written."
remedy     = "Find out who owns the domain, warn the customers, ask its registrar to take it down, or add it to the list of the partner's domains if it is the partner's."

[reasons]
other_ending = "Sent from {observed}, which has the name of {expected} under another ending."
name_in_foreign_domain = "Sent from {observed}, which holds the name of {expected} inside another domain."
letters_swapped = "Sent from {observed}, which differs from {expected} by two letters that changed places."
look_of_letters = "Sent from {observed}, which looks like {expected}: digits or letters of the same look stand in the place of others."
one_letter_off = "Sent from {observed}, which is one letter away from {expected}."
not_alike = "Sent from {observed}, which is none of the partner's domains and looks like none."
sender_unreadable = "The sender's address is missing or masked."
nothing_to_compare = "Sent from {observed}; the list of the partner's domains holds none whose name could be compared."
*/
with place as (
    -- 1 to 64: a label of a domain has at most 63 letters
    select a.digit + 4 * b.digit + 16 * c.digit + 1 as place
    from (select 0 as digit union all select 1 union all select 2 union all select 3) as a
    cross join (select 0 as digit union all select 1 union all select 2 union all select 3) as b
    cross join (select 0 as digit union all select 1 union all select 2 union all select 3) as c
),

brand_label as (
    select
        l.partner_id,
        l.domain,
        p.place,
        split_part(l.domain, '.', p.place) as label
    from listed_domain as l
    inner join place as p on p.place <= length(l.domain) - length(replace(l.domain, '.', ''))
    where l.is_brand
),

brand as (
    -- the name of a domain is its longest label, the ending left out: that of mail.fabrikam.co.example is fabrikam
    select partner_id, label as name, min(domain) as domain
    from (
        select partner_id, domain, label
        from brand_label
        qualify row_number() over (partition by partner_id, domain order by length(label) desc, place) = 1
    ) as longest
    where length(label) >= 4
    group by partner_id, label
),

named_partner as (
    select distinct partner_id from brand
),

foreign_domain as (
    select s.partner_id, s.domain, s.domain_number
    from sending_domain as s
    left join (select distinct domain_number from aligned_domain) as a on s.domain_number = a.domain_number
    where a.domain_number is null
),

foreign_label as (
    -- counted from the end, where the label of the ending is the first; more than eight are not looked at
    select
        f.partner_id,
        f.domain_number,
        p.place,
        split_part(f.domain, '.', -p.place) as label,
        split_part(f.domain, '.', -2) as second_label
    from foreign_domain as f
    cross join place as p
    where p.place >= 2 and p.place <= 8
),

foreign_name as (
    -- a label as a whole, and the words that hyphens make of it
    select
        partner_id,
        domain_number,
        label as name,
        -- the name of a domain stands before its ending, which may be of two short labels such as co.example
        place = 2 or (place = 3 and length(second_label) <= 3) as is_registered
    from foreign_label
    where label <> ''
    union all
    select
        l.partner_id,
        l.domain_number,
        split_part(l.label, '-', p.place) as name,
        false as is_registered
    from foreign_label as l
    inner join place as p on p.place <= length(l.label) - length(replace(l.label, '-', '')) + 1
    where l.label like '%-%'
),

brand_shape as (
    select
        partner_id,
        name,
        domain,
        replace(replace(translate(name, '01i34578', 'olleastb'), 'rn', 'm'), 'vv', 'w') as shape
    from brand
),

foreign_shape as (
    select distinct
        partner_id,
        domain_number,
        name,
        replace(replace(translate(name, '01i34578', 'olleastb'), 'rn', 'm'), 'vv', 'w') as shape
    from foreign_name
),

brand_cut as (
    -- a name without its first letter, without its second ...: names one letter apart meet in what is left
    select
        b.partner_id,
        b.name,
        b.domain,
        p.place,
        substring(b.name, p.place, 1) as letter,
        substring(b.name, 1, p.place - 1) || substring(b.name, p.place + 1) as rest
    from brand as b
    inner join place as p on p.place <= length(b.name)
),

foreign_cut as (
    select
        f.partner_id,
        f.domain_number,
        f.name,
        p.place,
        substring(f.name, p.place, 1) as letter,
        substring(f.name, 1, p.place - 1) || substring(f.name, p.place + 1) as rest
    from (select distinct partner_id, domain_number, name from foreign_name) as f
    inner join place as p on p.place <= length(f.name)
),

likeness as (
    select
        f.domain_number,
        b.domain,
        case when f.is_registered then 1 else 2 end as kind
    from foreign_name as f
    inner join brand as b on f.partner_id = b.partner_id and f.name = b.name
    union all
    -- the same two letters in the other order
    select f.domain_number, b.domain, 3 as kind
    from foreign_cut as f
    inner join brand_cut as b
        on f.partner_id = b.partner_id and f.rest = b.rest and f.letter = b.letter and f.place = b.place + 1
    where f.name <> b.name
    union all
    select f.domain_number, b.domain, 4 as kind
    from foreign_shape as f
    inner join brand_shape as b on f.partner_id = b.partner_id and f.shape = b.shape
    where f.name <> b.name
    union all
    -- another letter in the same place
    select f.domain_number, b.domain, 5 as kind
    from foreign_cut as f
    inner join brand_cut as b on f.partner_id = b.partner_id and f.rest = b.rest and f.place = b.place
    where f.name <> b.name
    union all
    -- a letter more
    select f.domain_number, b.domain, 5 as kind
    from foreign_cut as f
    inner join brand as b on f.partner_id = b.partner_id and f.rest = b.name
    where f.name <> b.name
    union all
    -- a letter less
    select f.domain_number, b.domain, 5 as kind
    from foreign_name as f
    inner join brand_cut as b on f.partner_id = b.partner_id and f.name = b.rest
),

alike_domain as (
    select domain_number, kind, domain
    from likeness
    qualify row_number() over (partition by domain_number order by kind, domain) = 1
),

foreign_sender as (
    select
        s.partner_id,
        s.sender,
        f.domain,
        a.domain as alike,
        coalesce(a.kind, 7) as kind
    from sender as s
    inner join foreign_domain as f on s.partner_id = f.partner_id and s.domain = f.domain
    left join alike_domain as a on f.domain_number = a.domain_number
),

unreadable_sender as (
    select partner_id, sender
    from sender
    where domain is null
),

copy_read as (
    select m.partner_id, m.message_id, m.sent_at, f.kind, f.domain, f.alike
    from message as m
    inner join foreign_sender as f on m.partner_id = f.partner_id and m.sender = f.sender
    where coalesce(m.direction, 'unknown') <> 'inbound' and m.sent_at <= cast($as_of as timestamp)
    union all
    select m.partner_id, m.message_id, m.sent_at, 6 as kind, null as domain, null as alike
    from message as m
    inner join unreadable_sender as u on m.partner_id = u.partner_id and m.sender = u.sender
    where coalesce(m.direction, 'unknown') <> 'inbound' and m.sent_at <= cast($as_of as timestamp)
    union all
    select partner_id, message_id, sent_at, 6 as kind, null as domain, null as alike
    from message
    where sender is null and coalesce(direction, 'unknown') <> 'inbound' and sent_at <= cast($as_of as timestamp)
),

foreign_message as (
    -- the most telling of a message's copies; its first time of sending
    select partner_id, message_id, kind, domain, alike, min(sent_at) over (
        partition by partner_id, message_id
    ) as sent_at
    from copy_read
    qualify row_number() over (
        partition by partner_id, message_id
        order by kind, domain, sent_at
    ) = 1
),

judged as (
    select
        m.partner_id, m.message_id, m.sent_at, m.domain, m.alike,
        case
            when m.kind = 1 then 'other_ending'
            when m.kind = 2 then 'name_in_foreign_domain'
            when m.kind = 3 then 'letters_swapped'
            when m.kind = 4 then 'look_of_letters'
            when m.kind = 5 then 'one_letter_off'
            when m.kind = 6 then 'sender_unreadable'
            when n.partner_id is null then 'nothing_to_compare'
            else 'not_alike'
        end as reason
    from foreign_message as m
    left join named_partner as n on m.partner_id = n.partner_id
)

select
    partner_id,
    message_id as subject_id,
    sent_at as dated_at,
    case
        when reason in ('sender_unreadable', 'nothing_to_compare') then 'insufficient_evidence'
        when reason = 'not_alike' then 'not_applicable'
        else 'observation'
    end as status,
    reason,
    domain as observed,
    alike as expected
from judged
