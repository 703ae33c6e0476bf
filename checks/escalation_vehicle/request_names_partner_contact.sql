/* cspaudit
title      = "Requests to Microsoft name a contact of the partner, not of the customer"
obligation = "X-SR-CONTACT"
version    = 1
subject    = "service_request"
needs      = ["service_request.contact_email", "partner_domain"]
reads      = ["customer_domain", "local_slot"]
uses       = ["filed_requests", "listed_domains"]
unit       = ""
rationale  = "Whoever is named as the contact of a request hears from Microsoft. Where that is the customer, the partner is left out of the support it owes."
blind_spot = "A person is known by the domain of the address only. A contact that Microsoft itself changed later, or a telephone number of the customer's, is not seen. Whether the person named knows of the request is not seen either."
remedy     = "Enter an address of the partner as the contact of every request, best a mailbox that several people read."

[reasons]
customer_contact = "The contact is at {observed}, a domain of a customer."
filed_by_customer = "Filed by the customer, not by the partner."
contact_missing = "The export names no contact, or masks it."
contact_unplaced = "The contact is at {observed}, listed that day neither for the partner, those that act for it, its provider nor a customer."
filer_unknown = "The contact is at {observed}, a domain of a customer, and the export does not say who filed the request."
day_unknown = "The partner's local day of the request is not known."
*/
with contact as (
    -- the address stands inside angle brackets where there are any; two addresses leave open who was named
    select
        partner_id,
        request_id,
        opened_at,
        local_on,
        filer,
        case
            when regexp_matches(address, '^[^ ,;]*@[^ @,;:/<>()''"]+[.][^ @.,;:/<>()''"]+$')
                then split_part(address, '@', -1)
        end as domain
    from (
        select *, lower(trim(split_part(split_part(contact_email, '<', -1), '>', 1))) as address
        from filed_request
    ) as addressed
),

contact_domain as (
    select
        partner_id,
        domain,
        split_part(domain, '.', -2) || '.' || split_part(domain, '.', -1) as tail
    from contact
    where domain is not null
    group by partner_id, domain
),

-- whose a domain was, and when; a sub-domain is its domain's owner's
partner_spell as (
    select c.partner_id, c.domain, l.valid_from_on, l.valid_to_on
    from contact_domain as c
    inner join listed_domain as l on c.partner_id = l.partner_id and c.tail = l.tail
    where c.domain = l.domain or ends_with(c.domain, '.' || l.domain)
),

customer_owned as (
    select distinct c.partner_id, c.domain
    from contact_domain as c
    inner join customer_domain as d
        on
            c.partner_id = d.partner_id
            and c.tail = split_part(lower(d.domain), '.', -2) || '.' || split_part(lower(d.domain), '.', -1)
    where c.domain = lower(d.domain) or ends_with(c.domain, '.' || lower(d.domain))
),

placed as (
    select
        c.partner_id,
        c.request_id,
        c.opened_at,
        c.local_on,
        c.filer,
        c.domain,
        coalesce(bool_or(c.local_on >= s.valid_from_on and c.local_on <= s.valid_to_on), false) as is_partner,
        coalesce(bool_or(s.domain is not null), false) as is_once_partner,
        coalesce(bool_or(d.domain is not null), false) as is_customer
    from contact as c
    left join partner_spell as s on c.partner_id = s.partner_id and c.domain = s.domain
    left join customer_owned as d on c.partner_id = d.partner_id and c.domain = d.domain
    group by c.partner_id, c.request_id, c.opened_at, c.local_on, c.filer, c.domain
),

judged as (
    select
        *,
        case
            when filer = 'customer' then 'filed_by_customer'
            when domain is null then 'contact_missing'
            when is_partner then null
            when is_once_partner and local_on is null then 'day_unknown'
            when is_once_partner or not is_customer then 'contact_unplaced'
            when filer is null then 'filer_unknown'
            else 'customer_contact'
        end as reason
    from placed
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'customer_contact' then 'fail'
        when reason = 'filed_by_customer' then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    domain as observed,
    cast(null as varchar) as expected
from judged
