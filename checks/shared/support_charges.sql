/* cspaudit
purpose = "What the partner charged for support: tickets that bear a charge, and lines of invoices marked as support."
reads   = ["ticket", "customer_invoice", "customer_invoice_line", "local_slot"]
uses    = ["cut_off_days"]
*/
with charge as (
    select
        t.partner_id, t.ticket_id as subject_id, t.customer_id, t.charged_on, t.charge_amount as amount, t.currency,
        true as is_ticket,
        coalesce(t.charged_on, z.local_on) as dated_at
    from ticket as t
    left join local_slot as z
        on t.partner_id = z.partner_id and cast(floor(epoch(t.opened_at) / 900) as bigint) = z.slot
    inner join cut_off as c on t.partner_id = c.partner_id
    where
        t.charge_amount > 0
        and t.excluded_as is null
        and t.opened_at <= cast($as_of as timestamp)
        and coalesce(t.charged_on <= c.cut_off_on, true)
    union all
    select
        i.partner_id, i.invoice_id || '/' || l.line as subject_id, i.customer_id, i.issued_on as charged_on,
        l.amount, i.currency,
        false as is_ticket,
        i.issued_on as dated_at
    from customer_invoice_line as l
    inner join customer_invoice as i on l.partner_id = i.partner_id and l.invoice_id = i.invoice_id
    inner join cut_off as c on i.partner_id = c.partner_id
    where
        l.kind = 'support'
        and l.amount > 0
        and coalesce(i.document_type, 'invoice') = 'invoice'
        and coalesce(i.status, 'open') <> 'void'
        and i.issued_on <= c.cut_off_on
)

select * from charge
