/* cspaudit
title      = "Requests for a customer are filed in the customer's context"
obligation = "X-SR-CONTEXT"
version    = 1
subject    = "service_request"
needs      = ["service_request.customer_context"]
reads      = ["partner", "customer", "customer_domain", "service_request_ticket", "ticket"]
uses       = ["filed_requests"]
unit       = ""
rationale  = "A request filed in the partner's own context says nothing of the customer's tenant, and runs on the wrong support rights; it belongs into the customer's."
blind_spot = "The context is what the export says: the customer's id or domain for the customer's, the partner's or provider's id or one of the words partner, own and provider for one's own. A request that names no customer and no ticket of one is taken for the partner's own. Whether it went through Partner Center or another portal is not seen."
remedy     = "Open the customer in Partner Center first and file the request from there."

[reasons]
own_context = "A request for a customer, filed in the partner's or provider's own context ({observed})."
own_subscriptions = "A request on the partner's own subscriptions."
filed_by_customer = "Filed by the customer, not by the partner."
context_missing = "The export does not say in which context it was filed."
context_of_another = "Filed in the context of {observed}, a customer of the partner, but for another one: one of the two may be wrong."
context_unplaced = "Filed in the context {observed}, which is neither known as a customer's nor as the partner's or provider's."
*/
with named as (
    -- whom it is for: as the request says, or the tickets that it is linked to
    select partner_id, request_id, lower(customer_id) as customer_id
    from filed_request
    where customer_id is not null
    union
    select l.partner_id, l.request_id, lower(t.customer_id) as customer_id
    from service_request_ticket as l
    inner join ticket as t on l.partner_id = t.partner_id and l.ticket_id = t.ticket_id
    where t.customer_id is not null
),

known_context as (
    select partner_id, lower(customer_id) as context, lower(customer_id) as customer_id from customer
    union
    select partner_id, customer_id as context, customer_id from named
    union
    select partner_id, lower(domain) as context, lower(customer_id) as customer_id from customer_domain
),

own_context as (
    select partner_id, lower(partner_id) as context from partner
    union
    select partner_id, lower(provider_id) as context from partner
    union
    select p.partner_id, w.context
    from partner as p
    cross join (select 'partner' as context union all select 'own' union all select 'provider') as w
),

request as (
    select
        partner_id,
        request_id,
        opened_at,
        filer,
        nullif(nullif(lower(trim(customer_context)), ''), 'unknown') as context
    from filed_request
),

placed as (
    select
        r.partner_id,
        r.request_id,
        r.opened_at,
        r.filer,
        r.context,
        coalesce(bool_or(c.customer_id <> lower(r.partner_id)), false) as is_for_customer,
        coalesce(bool_or(c.customer_id = lower(r.partner_id)), false) as is_for_partner,
        coalesce(bool_or(o.context is not null), false) as is_own,
        coalesce(bool_or(k.context is not null), false) as is_customer,
        coalesce(bool_or(k.customer_id = c.customer_id), false) as is_the_customer
    from request as r
    left join named as c on r.partner_id = c.partner_id and r.request_id = c.request_id
    left join own_context as o on r.partner_id = o.partner_id and r.context = o.context
    left join known_context as k on r.partner_id = k.partner_id and r.context = k.context
    group by r.partner_id, r.request_id, r.opened_at, r.filer, r.context
),

judged as (
    select
        *,
        case
            when filer = 'customer' then 'filed_by_customer'
            when not is_for_customer and (is_for_partner or is_own) then 'own_subscriptions'
            when context is null then 'context_missing'
            when is_own then 'own_context'
            when is_the_customer or (is_customer and not is_for_customer) then null
            when is_customer then 'context_of_another'
            else 'context_unplaced'
        end as reason
    from placed
)

select
    partner_id,
    request_id as subject_id,
    opened_at as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'own_context' then 'fail'
        when reason in ('own_subscriptions', 'filed_by_customer') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    context as observed,
    cast(null as varchar) as expected
from judged
