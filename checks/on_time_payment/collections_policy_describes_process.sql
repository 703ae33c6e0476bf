/* cspaudit
title      = "A named reader confirmed that the collections policy describes the process of collection"
obligation = "BIL-POLICY-PROCESS"
version    = 1
subject    = "document"
needs      = ["document"]
uses       = ["collections_policies", "signed_answers"]
unit       = ""
rationale  = "A policy without stages, days, notices, fees and a contact is a heading: nobody can act by it, and no customer can rely on it."
blind_spot = "The text itself is not read: a person answers for what it says. An answer for all versions counts for each of them, whenever it was written."
remedy     = "Let a named person read each version, confirm stages, days, notices, fees and contact, and note name and day in the list of documents."

[reasons]
reader_denied      = "The reader of this version noted that it does not describe the process of collection."
answered_not_met   = "The signed answer says that the process of collection is not described."
contradictory      = "The list of documents says, without naming a reader, that the process is not described; the signed answer says it is."
not_reviewed       = "No named reader with a day is noted, and there is no signed answer that still holds."
answered_not_applicable = "The signed answer says that this does not apply."
withdrawal_undated = "The policy was withdrawn, and nothing tells whether before or within the audited period."
draft              = "A draft binds nobody."
ended_before       = "This version ended before the audited period."
*/
-- an answer for this version wins over one for all
with answer_of as (
    select v.partner_id, v.document_id, coalesce(o.answer, a.answer) as answer
    from policy_version as v
    left join signed_answer as o
        on v.partner_id = o.partner_id and v.document_id = o.scope_id and o.obligation = 'BIL-POLICY-PROCESS'
    left join signed_answer as a
        on v.partner_id = a.partner_id and a.scope_id = '' and a.obligation = 'BIL-POLICY-PROCESS'
),

reviewed as (
    select
        v.*, a.answer,
        coalesce(trim(v.reviewed_by) <> '' and v.reviewed_on <= v.cutoff_on, false) as has_reader
    from policy_version as v
    left join answer_of as a on v.partner_id = a.partner_id and v.document_id = a.document_id
),

judged as (
    select
        *,
        case
            when standing <> 'in_force' then standing
            when not describes_process and has_reader then 'reader_denied'
            when answer = 'not_met' then 'answered_not_met'
            when not describes_process and answer = 'met' then 'contradictory'
            when (describes_process and has_reader) or answer = 'met' then null
            when answer = 'not_applicable' then 'answered_not_applicable'
            else 'not_reviewed'
        end as reason
    from reviewed
)

select
    partner_id,
    document_id as subject_id,
    dated_on as dated_at,
    case
        when reason is null then 'pass'
        when reason in ('reader_denied', 'answered_not_met') then 'fail'
        when reason in ('draft', 'ended_before', 'answered_not_applicable') then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    reason,
    cast(null as varchar) as observed,
    cast(null as varchar) as expected
from judged
