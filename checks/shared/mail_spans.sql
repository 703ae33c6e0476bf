/* cspaudit
purpose = "From which local day to which the mail log goes; one that begins before the local days known here begins early enough."
reads   = ["message", "local_slot"]
*/
with mail_span as (
    select s.partner_id, coalesce(f.local_on, date '0001-01-01') as first_on, l.local_on as last_on
    from (
        select partner_id, min(sent_at) as first_at, max(sent_at) as last_at
        from message
        where sent_at <= cast($as_of as timestamp)
        group by partner_id
    ) as s
    left join local_slot as f
        on s.partner_id = f.partner_id and cast(floor(epoch(s.first_at) / 900) as bigint) = f.slot
    left join local_slot as l
        on s.partner_id = l.partner_id and cast(floor(epoch(s.last_at) / 900) as bigint) = l.slot
)

select * from mail_span
