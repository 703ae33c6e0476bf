/* cspaudit
purpose = "Each request with the partner's local day and who filed it: as the export says, else by what its actor was that day."
reads   = ["service_request", "local_slot"]
uses    = ["known_actors"]
*/
with filed_request as (
    select
        r.*,
        z.local_on,
        coalesce(
            nullif(r.filed_by, 'unknown'),
            case a.author when 'person' then 'partner' when 'provider' then 'provider' when 'customer' then 'customer' end
        ) as filer
    from service_request as r
    left join local_slot as z
        on r.partner_id = z.partner_id and cast(floor(epoch(r.opened_at) / 900) as bigint) = z.slot
    left join known_actor as a
        on
            r.partner_id = a.partner_id
            and r.filed_by_actor_id = a.actor_id
            and epoch(r.opened_at) >= a.from_s
            and epoch(r.opened_at) < a.until_s
    where r.opened_at <= cast($as_of as timestamp)
)

select request_id from filed_request
