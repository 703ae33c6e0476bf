/* cspaudit
title      = "Tickets still open when the exports were made are listed with their age"
obligation = "SUP-RESOLVE"
version    = 1
subject    = "ticket"
notes_only = true
needs      = ["ticket"]
reads      = ["local_slot"]
uses       = ["ticket_outcomes", "cut_off_days"]
unit       = "days"
rationale  = "Old open tickets are questions that nobody has settled. They are no breach by themselves: the documents set no time."
blind_spot = "Only tickets that the export holds are seen; one opened before the exported time is missing. Whether a ticket waits for the customer or for Microsoft is not told apart."
remedy     = "Look through the oldest open tickets, and settle, pass on or close them with a word to the customer."

[reasons]
still_open          = "Open at the cut-off, {observed} days after it was first opened."
out_of_scope        = "The ticket lies outside the support that the partner owes."
marketplace_product = "The ticket is about a product of another publisher from the marketplace."
withdrawn           = "The customer withdrew the ticket."
end_undated         = "The export tells how the ticket ended, but not when."
ends_not_exported   = "The export holds no date on which any ticket was resolved or closed, so whether this one is open is unknown."
*/
with end_log as (
    select partner_id
    from ticket
    where closed_at is not null or resolved_at is not null
    union
    select partner_id
    from ending_event
    where resolved_at is not null
),

open_ticket as (
    select
        t.partner_id, t.ticket_id, t.opened_at,
        c.cut_off_day
        - cast(floor((epoch(t.first_opened_at) + coalesce(z.offset_s, c.offset_s)) / 86400) as bigint) as age,
        case
            when t.outside is not null then t.outside
            when t.is_undated then 'end_undated'
            when l.partner_id is null then 'ends_not_exported'
            else 'still_open'
        end as reason
    from ticket_outcome as t
    inner join cut_off as c on t.partner_id = c.partner_id
    left join end_log as l on t.partner_id = l.partner_id
    left join local_slot as z
        on t.partner_id = z.partner_id and cast(floor(epoch(t.first_opened_at) / 900) as bigint) = z.slot
    where not t.is_ended
)

select
    partner_id,
    ticket_id as subject_id,
    -- one that was open before the period is part of the backlog too, not only of the time it was opened in
    case when opened_at >= cast($start as timestamp) then opened_at end as dated_at,
    case
        when reason = 'still_open' then 'observation'
        when reason in ('end_undated', 'ends_not_exported') then 'insufficient_evidence'
        else 'not_applicable'
    end as status,
    reason,
    case when reason = 'still_open' then cast(age as varchar) end as observed,
    cast(null as varchar) as expected
from open_ticket
