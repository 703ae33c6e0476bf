/* cspaudit
purpose = "The versions of the partner's collections policy, and whether each was in force within the audited period."
reads   = ["document"]
uses    = ["audited_days"]
*/
-- a version counts from the first day of the period on which it was in force
with policy_version as (
    select
        d.partner_id, d.document_id, d.customer_id, d.valid_from_on, d.valid_to_on, d.status, d.published_at, d.url,
        d.describes_process, d.states_access_impact, d.access_impact_days, d.notices_promised, d.reviewed_by, d.reviewed_on,
        a.first_on,
        a.last_on,
        a.cutoff_on,
        case
            when d.valid_to_on < a.first_on then d.valid_to_on else greatest(d.valid_from_on, a.first_on)
        end as dated_on,
        case
            when d.status = 'draft' then 'draft'
            when d.valid_to_on < a.first_on then 'ended_before'
            when d.status = 'withdrawn' and d.valid_to_on is null then 'withdrawal_undated'
            else 'in_force'
        end as standing
    from document as d
    inner join audit_day as a on d.partner_id = a.partner_id
    where d.kind = 'collections_policy' and d.valid_from_on <= a.cutoff_on
)

select partner_id, document_id, standing, dated_on from policy_version
