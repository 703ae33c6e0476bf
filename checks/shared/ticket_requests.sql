/* cspaudit
purpose = "The requests filed with Microsoft or the provider for each ticket, those of a merged ticket counted for the one it went into."
reads   = ["service_request", "service_request_ticket"]
uses    = ["standing_tickets"]
*/
-- a request that is not in the export has no date; one filed after the cut-off is not seen yet
with ticket_request as (
    select
        l.partner_id,
        coalesce(m.survivor_id, l.ticket_id) as ticket_id,
        l.ticket_id as linked_ticket_id,
        r.opened_at as requested_at,
        coalesce(r.filed_by, 'unknown') as filed_by,
        -- the provider takes what is handed to it, or what it gave a number of its own; else the contract tells
        case
            when r.provider_case_id is not null then 'provider'
            else nullif(r.vehicle, 'unknown')
        end as vehicle
    from service_request_ticket as l
    left join service_request as r on l.partner_id = r.partner_id and l.request_id = r.request_id
    left join merged_ticket as m on l.partner_id = m.partner_id and l.ticket_id = m.ticket_id
    where r.opened_at is null or r.opened_at <= cast($as_of as timestamp)
)

select * from ticket_request
