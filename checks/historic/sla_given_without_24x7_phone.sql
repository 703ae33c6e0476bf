/* cspaudit
title      = "Without telephone support around the clock customers are given a service level agreement"
obligation = "HIST-SLA-NO-24X7"
version    = 1
subject    = "customer"
needs      = ["customer", "support_terms.service_hours", "document"]
reads      = ["support_terms", "support_channel", "document_delivery"]
uses       = ["offered_hours", "active_customers"]
unit       = ""
rationale  = "From December 2016 to September 2018 the page on customer support asked a partner without telephone support around the clock for an agreement that tells customers their options."
blind_spot = "A telephone is offered where the terms name one among the ways to reach support, or a published channel of that kind was valid. What the agreement says is not read."
remedy     = "Offer a telephone that is answered at any time, or send customers the agreement and keep the record."

[reasons]
neither_given     = "Neither a telephone around the clock nor a service level agreement that reached this customer."
agreement_given   = "A service level agreement had reached this customer."
not_active        = "Not a customer within the period."
no_terms          = "No support terms were in force for this customer on the day judged."
hours_unknown     = "The hours of the support terms are not stated or cannot be read, and no service level agreement reached this customer."
methods_unknown   = "The terms offer support around the clock and do not tell how to reach it; no service level agreement reached this customer."
delivery_undated  = "A service level agreement is published at an address, and nothing tells since when."
*/
-- as in the calendar: a customer's own terms go before those for all, then the latest, then the greatest id
with terms_of as (
    select
        a.partner_id, a.customer_id, t.terms_id, t.contact_methods, o.is_known, o.is_always_open
    from active_customer as a
    inner join support_terms as t
        on
            a.partner_id = t.partner_id
            and coalesce(t.customer_id, a.customer_id) = a.customer_id
            and a.to_on >= t.valid_from_on
            and a.to_on <= coalesce(t.valid_to_on, a.to_on)
    left join offered as o on t.partner_id = o.partner_id and t.terms_id = o.terms_id
    qualify row_number() over (
        partition by a.partner_id, a.customer_id
        order by case when t.customer_id is null then 1 else 0 end asc, t.valid_from_on desc, t.terms_id desc
    ) = 1
),

phoned as (
    select distinct a.partner_id, a.customer_id
    from active_customer as a
    inner join support_channel as c
        on
            a.partner_id = c.partner_id
            and a.to_on >= c.valid_from_on
            and a.to_on <= coalesce(c.valid_to_on, a.to_on)
    where c.channel = 'phone'
),

agreement as (
    select
        a.partner_id, a.customer_id,
        bool_or(
            coalesce(epoch(e.delivered_at) < a.end_s and e.delivered_at <= cast($as_of as timestamp), false)
            or coalesce(epoch(d.published_at) < a.end_s and d.published_at <= cast($as_of as timestamp), false)
        ) as is_given,
        bool_or(d.published_at is null and d.url is not null) as is_undated
    from active_customer as a
    inner join document as d
        on
            a.partner_id = d.partner_id
            and coalesce(d.customer_id, a.customer_id) = a.customer_id
            and a.to_on >= d.valid_from_on
            and a.to_on <= coalesce(d.valid_to_on, a.to_on)
    left join document_delivery as e
        on d.partner_id = e.partner_id and d.document_id = e.document_id and a.customer_id = e.customer_id
    where d.kind = 'service_level_agreement' and coalesce(d.status, 'in_force') <> 'draft'
    group by a.partner_id, a.customer_id
),

compared as (
    select
        j.partner_id, j.customer_id,
        j.dated_at,
        a.customer_id is not null as is_active,
        t.terms_id is not null as has_terms,
        t.is_known,
        t.is_always_open,
        t.contact_methods is not null or p.customer_id is not null as is_method_known,
        p.customer_id is not null
        or coalesce(regexp_matches(lower(t.contact_methods), 'phone|telefon|telephon|tel[.:]|電話|telefone'), false) as has_phone,
        coalesce(g.is_given, false) as is_given,
        coalesce(g.is_undated, false) as is_undated
    from customer_span as j
    left join active_customer as a on j.partner_id = a.partner_id and j.customer_id = a.customer_id
    left join terms_of as t on j.partner_id = t.partner_id and j.customer_id = t.customer_id
    left join phoned as p on j.partner_id = p.partner_id and j.customer_id = p.customer_id
    left join agreement as g on j.partner_id = g.partner_id and j.customer_id = g.customer_id
),

judged as (
    select
        *,
        case
            when not is_active then 'not_active'
            when is_always_open and is_known and has_phone then null
            when is_given then 'agreement_given'
            when is_undated then 'delivery_undated'
            when not has_terms then 'no_terms'
            when not coalesce(is_known, false) then 'hours_unknown'
            when is_always_open and not is_method_known then 'methods_unknown'
            else 'neither_given'
        end as reason
    from compared
)

select
    partner_id,
    customer_id as subject_id,
    dated_at,
    case
        when reason is null or reason = 'agreement_given' then 'pass'
        when reason = 'neither_given' then 'fail'
        when reason = 'not_active' then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from judged
