/* cspaudit
title      = "A collections policy was in force for every customer, and the customer had it"
obligation = "BIL-POLICY"
version    = 1
subject    = "customer"
needs      = ["customer", "document"]
reads      = ["document_delivery", "customer_invoice", "local_slot"]
uses       = ["collections_policies", "active_customers"]
unit       = ""
lookback_months = 12
rationale  = "A policy that a customer never saw cannot be held against it: the first time it learns of it is when access is gone."
blind_spot = "Whether the customer read it, and what it says, is not seen. A web address without a date counts as published from the start. Invoices of before the export are not known, so a late delivery can look timely. A customer without any known way of payment counts as one that is billed afterwards."
remedy     = "Publish the policy with its date or send each version to every customer, before the first invoice, and keep the record."

[reasons]
no_policy_in_force = "On some day on which this was a customer no collections policy was in force for it."
not_delivered      = "The collections policy in force was neither published nor sent to this customer."
late_delivery      = "The collections policy reached this customer on {observed}, after its first invoice of {expected}."
deliveries_missing = "Nothing shows that the policy was published, and no record of what was sent to customers was handed in."
withdrawal_undated = "A policy was withdrawn, and nothing tells whether before or within the audited period."
method_unknown     = "Some invoices of this customer are prepaid; of the others it is not known."
prepaid_only       = "This customer pays everything in advance, so that nothing is collected."
not_active         = "The customer was not a customer of the partner within the period."
*/
-- the versions that spoke to a customer by the day it is judged by
with customer_version as (
    select
        a.*, v.document_id, v.standing, v.valid_from_on, coalesce(v.valid_to_on, date '9999-12-31') as valid_to_on,
        v.published_at, v.url
    from active_customer as a
    inner join policy_version as v on a.partner_id = v.partner_id
    where v.customer_id is null and v.standing <> 'draft' and v.valid_from_on <= a.to_on
    union all
    select
        a.*, v.document_id, v.standing, v.valid_from_on, coalesce(v.valid_to_on, date '9999-12-31') as valid_to_on,
        v.published_at, v.url
    from active_customer as a
    inner join policy_version as v on a.partner_id = v.partner_id and a.customer_id = v.customer_id
    where v.standing <> 'draft' and v.valid_from_on <= a.to_on
),

-- how each version reached the customer; an address without a date was always there, as was what came before the
-- local days known here
reached as (
    select
        v.*,
        case when epoch(e.delivered_at) < v.end_s and e.delivered_at <= cast($as_of as timestamp) then e.delivered_at end
            as delivered_at,
        case
            when v.published_at is null and v.url is not null then timestamp '0001-01-01 00:00:00'
            when epoch(v.published_at) < v.end_s and v.published_at <= cast($as_of as timestamp) then v.published_at
        end as shown_at
    from customer_version as v
    left join document_delivery as e
        on v.partner_id = e.partner_id and v.customer_id = e.customer_id and v.document_id = e.document_id
),

-- a version is looked at three times: as one in force, as one that reached the customer, and as one of which both is sure
looked_at as (
    select
        r.partner_id, r.customer_id, r.from_on, r.to_on, l.way, r.valid_from_on, r.valid_to_on,
        max(r.valid_to_on) over (
            partition by r.partner_id, r.customer_id, l.way
            order by r.valid_from_on, r.document_id rows between unbounded preceding and 1 preceding
        ) as covered_to_on
    from reached as r
    cross join (select 'in_force' as way union all select 'reached' union all select 'surely') as l
    where r.valid_to_on >= r.from_on
        and (l.way = 'in_force' or r.delivered_at is not null or r.shown_at is not null)
        and (l.way <> 'surely' or r.standing = 'in_force')
),

covered as (
    select
        partner_id, customer_id, way,
        min(valid_from_on) <= from_on
        and max(valid_to_on) >= to_on
        and bool_and(covered_to_on is null or valid_from_on + cast(-1 as integer) <= covered_to_on) as is_covered
    from looked_at
    group by partner_id, customer_id, from_on, to_on, way
),

coverage as (
    select
        partner_id, customer_id,
        bool_or(way = 'in_force' and is_covered) as is_in_force,
        bool_or(way = 'reached' and is_covered) as is_reached,
        bool_or(way = 'surely' and is_covered) as is_surely
    from covered
    group by partner_id, customer_id
),

first_reached as (
    select r.partner_id, r.customer_id, min(coalesce(z.local_on, date '0001-01-01')) as reached_on
    from (
        select partner_id, customer_id, least(coalesce(delivered_at, shown_at), coalesce(shown_at, delivered_at)) as at_time
        from reached
        where delivered_at is not null or shown_at is not null
    ) as r
    left join local_slot as z
        on r.partner_id = z.partner_id and cast(floor(epoch(r.at_time) / 900) as bigint) = z.slot
    group by r.partner_id, r.customer_id
),

billed as (
    select
        i.partner_id, i.customer_id, min(i.issued_on) as first_on,
        bool_or(i.payment_method = 'prepaid') as is_prepaid,
        bool_or(i.payment_method <> 'prepaid') as is_collected,
        bool_or(i.payment_method is null) as is_untold
    from customer_invoice as i
    inner join audit_day as a on i.partner_id = a.partner_id
    where i.issued_on <= a.cutoff_on
        and coalesce(i.document_type, 'invoice') = 'invoice'
        and coalesce(i.status, 'open') <> 'void'
    group by i.partner_id, i.customer_id
),

delivery_data as (
    select distinct partner_id from document_delivery
),

judged as (
    select
        j.partner_id, j.customer_id, f.reached_on, b.first_on,
        j.dated_at,
        case
            when a.customer_id is null then 'not_active'
            when b.is_prepaid and not b.is_untold and not coalesce(b.is_collected, false) then 'prepaid_only'
            when c.is_surely and f.reached_on > b.first_on then 'late_delivery'
            when c.is_surely then null
            when c.is_reached then 'withdrawal_undated'
            when b.is_prepaid and not coalesce(b.is_collected, false) then 'method_unknown'
            when not coalesce(c.is_in_force, false) then 'no_policy_in_force'
            when d.partner_id is null then 'deliveries_missing'
            else 'not_delivered'
        end as reason
    from customer_span as j
    left join active_customer as a on j.partner_id = a.partner_id and j.customer_id = a.customer_id
    left join coverage as c on j.partner_id = c.partner_id and j.customer_id = c.customer_id
    left join first_reached as f on j.partner_id = f.partner_id and j.customer_id = f.customer_id
    left join billed as b on j.partner_id = b.partner_id and j.customer_id = b.customer_id
    left join delivery_data as d on j.partner_id = d.partner_id
)

select
    partner_id,
    customer_id as subject_id,
    dated_at,
    case
        when reason is null then 'pass'
        when reason in ('no_policy_in_force', 'not_delivered') then 'fail'
        when reason in ('prepaid_only', 'not_active') then 'not_applicable'
        when reason = 'late_delivery' then 'observation'
        else 'insufficient_evidence'
    end as status,
    reason,
    case when reason = 'late_delivery' then cast(reached_on as varchar) end as observed,
    case when reason = 'late_delivery' then cast(first_on as varchar) end as expected
from judged
