/* cspaudit
title      = "Customers were told the support they get: what, when, how to reach it and at what price"
obligation = "SUP-DISCLOSE"
version    = 1
subject    = "customer"
needs      = ["customer", "support_terms"]
reads      = ["document", "document_delivery", "ticket"]
uses       = ["active_customers"]
unit       = ""
rationale  = "A customer that does not know what support it may expect, when, where and at what price cannot hold its partner to it."
blind_spot = "Whether a part is stated well is not read, only that it is stated. A web address without a date counts as published from the start. Whether a stated contact still works is not seen here."
remedy     = "Put scope, hours, contact and price into the support terms, and send them to every customer or publish them with their date."

[reasons]
no_terms_in_force    = "No support terms were in force for this customer on the day it was judged by."
scope_not_stated     = "The support terms {observed} do not say which support is given."
hours_not_stated     = "The support terms {observed} do not state service hours."
contact_not_stated   = "The support terms {observed} do not say how to reach support."
price_not_stated     = "Support is charged for, but neither the support terms nor a price list in force states a price."
not_communicated     = "The support terms {observed} were neither published nor sent to this customer by that day."
price_not_disclosed  = "The price of support was neither published nor sent to this customer by that day."
hours_without_zone   = "The service hours of {observed} are stated without a time zone; the partner's own is taken."
deliveries_missing   = "Nothing shows that the text was published, and no record of what was sent to customers was handed in."
document_not_named   = "The support terms {observed} name no document, so that what was sent to this customer cannot be matched to them."
withdrawal_undated   = "The document of the support terms {observed} was withdrawn, and nothing tells whether before or after that day."
charge_unknown       = "The export does not tell whether support is charged for, and this customer was told no price."
no_charge            = "Support is not charged for."
not_active           = "The customer was not a customer of the partner within the period."
*/
-- what this customer was sent by then; drafts tell nobody anything, nor do withdrawn versions, save for the days on
-- which they surely still held
with delivery as (
    select
        a.partner_id,
        a.customer_id,
        e.document_id,
        d.kind
    from active_customer as a
    inner join document_delivery as e on a.partner_id = e.partner_id and a.customer_id = e.customer_id
    left join document as d on e.partner_id = d.partner_id and e.document_id = d.document_id
    where
        epoch(e.delivered_at) < a.end_s
        and e.delivered_at <= cast($as_of as timestamp)
        and (coalesce(d.status, 'in_force') = 'in_force' or (d.status = 'withdrawn' and d.valid_to_on >= a.to_on))
),

-- deliveries that may have been those of terms which name no document
unmatched_delivery as (
    select distinct
        partner_id,
        customer_id
    from delivery
    where kind is null or kind = 'support_terms'
),

delivery_data as (
    select distinct partner_id from document_delivery
),

customer_price_list as (
    select
        a.*,
        d.document_id,
        d.valid_from_on,
        d.valid_to_on,
        d.published_at,
        d.url
    from active_customer as a
    inner join document as d on a.partner_id = d.partner_id
    where
        d.kind = 'price_list'
        and d.customer_id is null
        and (coalesce(d.status, 'in_force') = 'in_force' or (d.status = 'withdrawn' and d.valid_to_on >= a.to_on))
    union all
    select
        a.*,
        d.document_id,
        d.valid_from_on,
        d.valid_to_on,
        d.published_at,
        d.url
    from active_customer as a
    inner join document as d on a.partner_id = d.partner_id and a.customer_id = d.customer_id
    where
        d.kind = 'price_list'
        and (coalesce(d.status, 'in_force') = 'in_force' or (d.status = 'withdrawn' and d.valid_to_on >= a.to_on))
),

price_list as (
    select
        p.partner_id,
        p.customer_id,
        bool_or(
            e.document_id is not null
            or coalesce(
                epoch(p.published_at) < p.end_s and p.published_at <= cast($as_of as timestamp), p.url is not null
            )
        ) as is_disclosed
    from customer_price_list as p
    left join delivery as e
        on p.partner_id = e.partner_id
        and p.customer_id = e.customer_id
        and p.document_id = e.document_id
    where p.valid_from_on <= p.to_on and coalesce(p.valid_to_on, p.to_on) >= p.to_on
    group by p.partner_id, p.customer_id
),

customer_terms as (
    select
        a.*,
        t.terms_id,
        t.valid_from_on,
        0 as is_own
    from active_customer as a
    inner join support_terms as t
        on a.partner_id = t.partner_id
        and t.valid_from_on <= a.to_on
        and coalesce(t.valid_to_on, a.to_on) >= a.to_on
    where t.customer_id is null
    union all
    select
        a.*,
        t.terms_id,
        t.valid_from_on,
        1 as is_own
    from active_customer as a
    inner join support_terms as t
        on a.partner_id = t.partner_id
        and a.customer_id = t.customer_id
        and t.valid_from_on <= a.to_on
        and coalesce(t.valid_to_on, a.to_on) >= a.to_on
),

-- the customer's own terms win, then the latest, then the greatest identifier
winning_terms as (
    select
        partner_id,
        customer_id,
        terms_id
    from customer_terms
    qualify
        row_number() over (
            partition by partner_id, customer_id
            order by is_own desc, valid_from_on desc, terms_id desc
        ) = 1
),

-- a date wins over an address: a text published later was not yet there, whatever stands at its address now
terms_in_force as (
    select
        a.partner_id,
        a.customer_id,
        a.to_on as judged_on,
        a.end_s,
        t.terms_id,
        t.document_id,
        nullif(trim(t.service_hours), '') as service_hours,
        t.timezone,
        nullif(trim(t.scope), '') as scope,
        nullif(trim(t.contact_methods), '') as contact_methods,
        t.has_charge,
        nullif(trim(t.price), '') as price,
        coalesce(
            epoch(t.published_at) < a.end_s and t.published_at <= cast($as_of as timestamp), t.url is not null
        ) as is_published,
        coalesce(d.status, 'in_force') = 'in_force'
        or (d.status = 'withdrawn' and coalesce(d.valid_to_on >= a.to_on, false)) as is_document_in_force,
        (d.customer_id is null or d.customer_id = a.customer_id)
        and coalesce(
            epoch(d.published_at) < a.end_s and d.published_at <= cast($as_of as timestamp), d.url is not null
        ) as was_document_published,
        coalesce(d.status = 'withdrawn' and d.valid_to_on is null, false) as is_withdrawal_undated
    from active_customer as a
    left join winning_terms as w on a.partner_id = w.partner_id and a.customer_id = w.customer_id
    left join support_terms as t on w.partner_id = t.partner_id and w.terms_id = t.terms_id
    left join document as d on t.partner_id = d.partner_id and t.document_id = d.document_id
),

charged_ticket as (
    select
        partner_id,
        customer_id,
        min(charged_on) as first_charged_on,
        min(opened_at) filter (where charged_on is null) as first_opened_at
    from ticket
    where charge_amount > 0 and customer_id is not null and opened_at <= cast($as_of as timestamp)
    group by partner_id, customer_id
),

evidence as (
    select
        t.partner_id,
        t.customer_id,
        t.judged_on,
        t.terms_id,
        t.service_hours,
        t.timezone,
        t.scope,
        t.contact_methods,
        t.price,
        t.is_published or (t.is_document_in_force and t.was_document_published) or e.document_id is not null as is_disclosed,
        l.customer_id is not null as has_price_list,
        coalesce(l.is_disclosed, false) as is_price_list_disclosed,
        case
            when c.first_charged_on <= t.judged_on or epoch(c.first_opened_at) < t.end_s then true
            else t.has_charge
        end as is_charged,
        case
            when t.is_withdrawal_undated and (t.was_document_published or y.document_id is not null)
                then 'withdrawal_undated'
            when v.partner_id is null then 'deliveries_missing'
            when t.document_id is null and u.customer_id is not null then 'document_not_named'
        end as doubt
    from terms_in_force as t
    left join delivery as e
        on t.partner_id = e.partner_id
        and t.customer_id = e.customer_id
        and t.document_id = e.document_id
    left join document_delivery as y
        on t.partner_id = y.partner_id
        and t.customer_id = y.customer_id
        and t.document_id = y.document_id
        and t.end_s > epoch(y.delivered_at)
        and y.delivered_at <= cast($as_of as timestamp)
    left join price_list as l on t.partner_id = l.partner_id and t.customer_id = l.customer_id
    left join charged_ticket as c on t.partner_id = c.partner_id and t.customer_id = c.customer_id
    left join delivery_data as v on t.partner_id = v.partner_id
    left join unmatched_delivery as u on t.partner_id = u.partner_id and t.customer_id = u.customer_id
),

told as (
    select
        *,
        case
            when terms_id is null then 'no_terms_in_force'
            when not is_disclosed then coalesce(doubt, 'not_communicated')
        end as terms_reason
    from evidence
),

part as (
    select
        partner_id,
        customer_id,
        judged_on,
        terms_id,
        'scope' as name,
        case when terms_id is not null and scope is null then 'scope_not_stated' else terms_reason end as reason
    from told
    union all
    select
        partner_id,
        customer_id,
        judged_on,
        terms_id,
        'hours' as name,
        case
            when terms_id is not null and service_hours is null then 'hours_not_stated'
            when terms_reason is null and timezone is null then 'hours_without_zone'
            else terms_reason
        end as reason
    from told
    union all
    select
        partner_id,
        customer_id,
        judged_on,
        terms_id,
        'contact' as name,
        case when terms_id is not null and contact_methods is null then 'contact_not_stated' else terms_reason end
            as reason
    from told
    union all
    select
        partner_id,
        customer_id,
        judged_on,
        terms_id,
        'price' as name,
        case
            when not is_charged then 'no_charge'
            when price is not null and is_disclosed then null
            when is_price_list_disclosed then null
            when is_charged is null then 'charge_unknown'
            when price is null and not has_price_list then 'price_not_stated'
            when price is not null or doubt = 'deliveries_missing' then coalesce(doubt, 'price_not_disclosed')
            else 'price_not_disclosed'
        end as reason
    from told
    union all
    select
        j.partner_id,
        j.customer_id,
        -- a day outside the period, or one after the cut-off
        j.dated_at as judged_on,
        null as terms_id,
        p.name,
        'not_active' as reason
    from customer_span as j
    left join active_customer as a on j.partner_id = a.partner_id and j.customer_id = a.customer_id
    cross join (
        select 'scope' as name union all select 'hours' union all select 'contact' union all select 'price'
    ) as p
    where a.customer_id is null
)

select
    partner_id,
    customer_id || '/' || name as subject_id,
    judged_on as dated_at,
    case
        when reason is null or reason = 'hours_without_zone' then 'pass'
        when reason in ('no_charge', 'not_active') then 'not_applicable'
        when reason in ('deliveries_missing', 'document_not_named', 'charge_unknown', 'withdrawal_undated')
            then 'insufficient_evidence'
        else 'fail'
    end as status,
    reason,
    terms_id as observed,
    cast(null as varchar) as expected
from part
