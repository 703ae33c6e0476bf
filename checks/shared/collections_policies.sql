/* cspaudit
purpose = "The versions of the partner's collections policy, and whether each was in force within the audited period."
reads   = ["document", "local_slot"]
*/
with audit_day as (
    -- the partner's local days: the first and the last of the period, the last at most that of the cut-off, and the
    -- cut-off's own
    select
        partner_id,
        min(local_on) filter (where slot = cast(floor(epoch(cast($start as timestamp)) / 900) as bigint)) as first_on,
        min(local_on) filter (
            where slot = cast(floor(
                least(epoch(cast($end as timestamp)) - 1, epoch(cast($as_of as timestamp))) / 900
            ) as bigint)
        ) as last_on,
        min(local_on) filter (where slot = cast(floor(epoch(cast($as_of as timestamp)) / 900) as bigint)) as cutoff_on
    from local_slot
    group by partner_id
),

-- a version counts from the first day of the period on which it was in force
policy_version as (
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
