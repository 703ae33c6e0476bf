/* cspaudit
title         = "Support is charged only at a price that was published before"
obligation    = "SUP-DISCLOSE-PRICE"
version       = 3
subject       = "ticket"
other_subject = "customer_invoice_line"
needs         = ["support_terms.price"]
reads         = ["document", "document_delivery", "local_slot"]
uses          = ["support_charges"]
unit          = ""
rationale     = "Whoever charges for support tells the price first. A charge that comes before its price surprises the customer, and the recommendation to tell prices is not kept."
blind_spot    = "Whether the amount charged is the published one is not looked at. A charge is seen where a ticket bears one or an invoice line is marked as support. A price counts from the day on which its terms or price list were published or reached the customer, while they were in force."
remedy        = "Publish terms and price list with their date before the first charge, and keep the delivery records."

[reasons]
published_later     = "The price was first published on {observed}, after the charge of {expected}."
not_published       = "Nothing shows that the price was published or sent to this customer; charged on {expected}."
no_price            = "No terms and no price list in force on {expected} stated a price."
charge_undated      = "The export does not tell the day of the charge."
withdrawal_undated  = "The price was published before, and withdrawn on a day that is not known: whether it still held on {expected} is open."
publication_undated = "The price was published, and the export does not tell whether before the charge."
customer_unknown    = "The price was not published for everybody, and the export does not tell whom the charge was for."
*/
-- what states a price: terms, and price lists that are no drafts; customers' own go to them alone
with price_source as (
    select
        t.partner_id, t.customer_id, t.valid_from_on, t.valid_to_on, t.document_id,
        coalesce(t.published_at, d.published_at) as published_at,
        coalesce(t.url, d.url) is not null as has_url,
        -- terms have dates of their own; a withdrawn document may have been all that told of their price
        t.published_at is null and coalesce(d.status = 'withdrawn' and d.valid_to_on is null, false) as is_doubtful
    from support_terms as t
    left join document as d on t.partner_id = d.partner_id and t.document_id = d.document_id
    where nullif(trim(t.price), '') is not null and coalesce(d.status, 'in_force') <> 'draft'
    union all
    select
        partner_id, customer_id, valid_from_on, valid_to_on, document_id, published_at,
        url is not null as has_url,
        coalesce(status = 'withdrawn' and valid_to_on is null, false) as is_doubtful
    from document
    where kind = 'price_list' and coalesce(status, 'in_force') <> 'draft'
),

-- an instant before the local days known here lies before every charge of the period
known_from as (
    select partner_id, min(slot) as first_slot from local_slot group by partner_id
),

in_force as (
    select
        c.partner_id, c.subject_id, c.customer_id, c.charged_on, s.document_id, s.is_doubtful,
        s.published_at is null and s.has_url as is_undated,
        p.local_on as published_on,
        coalesce(floor(epoch(s.published_at) / 900) < k.first_slot, false) as is_long_ago
    from charge as c
    inner join known_from as k on c.partner_id = k.partner_id
    inner join price_source as s
        on
            c.partner_id = s.partner_id
            and c.charged_on >= s.valid_from_on
            and c.charged_on <= coalesce(s.valid_to_on, c.charged_on)
    left join local_slot as p
        on
            s.partner_id = p.partner_id
            and cast(floor(epoch(s.published_at) / 900) as bigint) = p.slot
            and s.published_at <= cast($as_of as timestamp)
    where s.customer_id is null or s.customer_id = c.customer_id
),

delivered as (
    select
        f.partner_id, f.subject_id, f.is_doubtful,
        coalesce(z.local_on, case when floor(epoch(e.delivered_at) / 900) < k.first_slot then date '0001-01-01' end)
            as delivered_on
    from in_force as f
    inner join document_delivery as e
        on
            f.partner_id = e.partner_id
            and f.document_id = e.document_id
            and f.customer_id = e.customer_id
            and e.delivered_at <= cast($as_of as timestamp)
    inner join known_from as k on f.partner_id = k.partner_id
    left join local_slot as z
        on e.partner_id = z.partner_id and cast(floor(epoch(e.delivered_at) / 900) as bigint) = z.slot
),

shown as (
    select
        partner_id, subject_id,
        min(published_on) filter (where not is_doubtful) as first_on,
        min(published_on) as perhaps_first_on,
        bool_or(is_long_ago and not is_doubtful) as is_long_ago,
        bool_or(is_long_ago) as is_perhaps_long_ago,
        bool_or(is_undated) as is_undated
    from in_force
    group by partner_id, subject_id
),

reached as (
    select
        partner_id, subject_id,
        min(delivered_on) filter (where not is_doubtful) as first_on,
        min(delivered_on) as perhaps_first_on
    from delivered
    group by partner_id, subject_id
),

dated as (
    select
        c.partner_id, c.subject_id, c.customer_id, c.charged_on, c.dated_at,
        s.subject_id is not null as has_price,
        s.is_undated,
        s.is_long_ago,
        s.is_perhaps_long_ago,
        least(coalesce(s.first_on, r.first_on), coalesce(r.first_on, s.first_on)) as first_on,
        least(
            coalesce(s.perhaps_first_on, r.perhaps_first_on), coalesce(r.perhaps_first_on, s.perhaps_first_on)
        ) as perhaps_first_on
    from charge as c
    left join shown as s on c.partner_id = s.partner_id and c.subject_id = s.subject_id
    left join reached as r on c.partner_id = r.partner_id and c.subject_id = r.subject_id
),

judged as (
    select
        *,
        case
            when charged_on is null then 'charge_undated'
            when is_long_ago or first_on <= charged_on then null
            when customer_id is null then 'customer_unknown'
            when not has_price then 'no_price'
            when is_perhaps_long_ago or perhaps_first_on <= charged_on then 'withdrawal_undated'
            when is_undated then 'publication_undated'
            when perhaps_first_on is not null then 'published_later'
            else 'not_published'
        end as reason
    from dated
)

select
    partner_id,
    subject_id,
    dated_at,
    case
        when reason is null then 'pass'
        when reason in ('published_later', 'not_published', 'no_price') then 'fail'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason = 'published_later' then cast(perhaps_first_on as varchar) end as observed,
    case when reason in ('published_later', 'not_published', 'no_price', 'withdrawal_undated') then cast(charged_on as varchar) end as expected
from judged
