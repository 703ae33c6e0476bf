/* cspaudit
title      = "Somebody answers for it that problems are diagnosed as well as the partner can"
obligation = "SUP-DIAGNOSE"
version    = 1
subject    = "attestation"
needs      = ["attestation"]
uses       = ["signed_answers"]
unit       = ""
rationale  = "The logs show that somebody looked into a problem, not how well. Whether it was done to the best of one's ability only a person can say who read a sample of tickets."
blind_spot = "What the answer rests on is not read. An answer for a single product is left aside: it is asked for the desk as a whole."
remedy     = "Let somebody read a sample of tickets, sign an answer and keep the sample as its evidence."

[reasons]
answered_not_met        = "The signed answer says that problems are not diagnosed as well as they could be."
answered_not_applicable = "The signed answer says that this does not apply."
not_answered            = "There is no signed answer that holds at the cut-off; an expired one counts as missing."
*/
with judged as (
    select
        d.partner_id, d.asked_on,
        case
            when a.answer = 'met' then null
            when a.answer = 'not_met' then 'answered_not_met'
            when a.answer = 'not_applicable' then 'answered_not_applicable'
            else 'not_answered'
        end as reason
    from asked_day as d
    left join signed_answer as a
        on d.partner_id = a.partner_id and a.obligation = 'SUP-DIAGNOSE' and a.scope_id = ''
)

select
    partner_id,
    'SUP-DIAGNOSE' as subject_id,
    asked_on as dated_at,
    case
        when reason is null then 'pass'
        when reason = 'answered_not_met' then 'fail'
        when reason = 'answered_not_applicable' then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from judged
