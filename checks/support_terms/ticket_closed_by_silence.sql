/* cspaudit
title      = "Tickets closed because the customer did not reply are counted, with and without a notice before"
obligation = "SUP-RESOLVE"
version    = 1
subject    = "ticket"
notes_only = true
needs      = ["ticket.resolution"]
uses       = ["ticket_outcomes"]
unit       = ""
rationale  = "A ticket closed for want of a reply is no resolution unless the customer was told before. Many such closings call for a look at how they come about."
blind_spot = "Only what the export calls a closing without a reply is seen, and only notices recorded as such. Whether the customer had replied on another way is not seen."
remedy     = "Tell a silent customer that its ticket will be closed, and when, before it is closed."

[reasons]
silent_without_notice = "Closed because the customer did not reply; the exports show no notice before."
silent_after_notice   = "Closed because the customer did not reply, after a notice of {observed} (UTC)."
confirmed_by_customer = "Closed by the customer, or with its word that the matter is settled."
closed_by_desk        = "Closed by the desk or its timer with another outcome than silence."
out_of_scope          = "The ticket lies outside the support that the partner owes."
marketplace_product   = "The ticket is about a product of another publisher from the marketplace."
withdrawn             = "The customer withdrew the ticket."
excluded              = "The ticket was marked as spam, a test, internal or an alert of monitoring."
merged                = "The ticket was merged into another one, which is looked at in its place."
merged_into_unknown   = "The ticket was merged into one that is not in the export."
outcome_unknown       = "The ticket is closed, and the export does not tell how it ended."
*/
with noted as (
    select
        partner_id, ticket_id, opened_at, notified_at,
        case
            when outside is not null then outside
            when outcome = 'no_response' and is_notified then 'silent_after_notice'
            when outcome = 'no_response' then 'silent_without_notice'
            when is_confirmed or closed_by = 'customer' then 'confirmed_by_customer'
            when outcome is not null or solved_at is not null then 'closed_by_desk'
            else 'outcome_unknown'
        end as reason
    from ticket_outcome
    where is_ended
    union all
    select partner_id, ticket_id, opened_at, cast(null as timestamp) as notified_at, reason
    from set_aside_ticket
)

select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case
        when reason in ('silent_without_notice', 'silent_after_notice') then 'observation'
        when reason in ('merged_into_unknown', 'outcome_unknown') then 'insufficient_evidence'
        else 'not_applicable'
    end as status,
    reason,
    case when reason = 'silent_after_notice' then cast(notified_at as varchar) end as observed,
    cast(null as varchar) as expected
from noted
