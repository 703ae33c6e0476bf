/* cspaudit
title      = "A named reader confirmed that the collections policy describes the process of collection"
obligation = "BIL-POLICY-PROCESS"
version    = 1
subject    = "document"
needs      = ["document"]
reads      = ["attestation"]
uses       = ["collections_policies"]
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
with answers as (
    select a.partner_id, coalesce(a.scope_id, '') as scope_id, a.answer, a.attested_on
    from attestation as a
    inner join audit_day as d on a.partner_id = d.partner_id
    where a.obligation = 'BIL-POLICY-PROCESS'
        and a.attested_on <= d.cutoff_on
        and coalesce(a.valid_until_on, d.cutoff_on) >= d.cutoff_on
),

-- an answer for this version wins over one for all, then the latest
answer_of as (
    select v.partner_id, v.document_id, a.answer
    from policy_version as v
    inner join answers as a
        on v.partner_id = a.partner_id and (a.scope_id = v.document_id or a.scope_id = '')
    qualify row_number() over (
        partition by v.partner_id, v.document_id order by a.scope_id desc, a.attested_on desc
    ) = 1
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
