"""Write the sample partner's exports and the list of faults seeded in them.

    python sample_data/generate.py [FOLDER]

Everything is invented, seeded and repeatable: the same bytes on every machine. Nothing of cspaudit is imported, so
that what the sample says and what the audit finds are two voices. cspaudit.toml and README.md are written by hand.
"""

import sys
from pathlib import Path

from invented.base import Sample, csv_text, json_text
from invented.customers import add_customers, add_subscriptions, customers
from invented.desk import add_desk
from invented.ledger import add_ledger
from invented.mail import add_billing_mail, add_mailer, add_trace
from invented.receivables import add_receivables, bills
from invented.requests import add_claims, add_requests
from invented.surroundings import ADMIN, SALES, add_surroundings
from invented.tickets import AGENTS, NIGHT_DESK, add_tickets
from invented.wishes import add_wishes

CSV_COLUMNS = {
    "actor": "actor_id role valid_from_on kind valid_to_on",
    "audit_event": "event_id occurred_at operation actor_id customer_id status",
    "ap_ledger": "countryCode customerID PaperlessDate invoiceNumber InvoiceDate DueDate InvoiceAmount Disputed "
    "SettledDate PaperlessBill DaysToSettle DaysLate",
    "customer": "customer_id name country cloud language onboarded_on offboarded_on support_contact",
    "customer_domain": "customer_id domain",
    "customer_invoice": "invoice_id customer_id issued_on due_on amount currency document_type payment_method",
    "customer_invoice_line": "invoice_id line amount customer_id subscription_id kind period_start_on period_end_on",
    "customer_payment": "payment_id line paid_on amount currency customer_id invoice_id status reference",
    "document": "document_id kind valid_from_on valid_to_on version status customer_id describes_process "
    "states_access_impact access_impact_days notices_promised reviewed_by reviewed_on",
    "document_delivery": "document_id customer_id delivered_at method acknowledged_at",
    "message": "message_id recipient sent_at sender direction customer_id channel subject topic purpose invoice_id "
    "subscription_id language is_automated states_period delivery_status authentication",
    "message_trace": "Organization MessageId Received SenderAddress RecipientAddress Subject Status ToIP FromIP Size "
    "MessageTraceId StartDate EndDate Index",
    "service_incident": "incident_id service started_at published_at ended_at region",
    "service_request": "request_id opened_at issue_type customer_id vehicle filed_by filed_by_actor_id contact_email "
    "severity service status customer_context incident_id claims_credit closed_at",
    "service_request_ticket": "request_id ticket_id",
    "subscription": "subscription_id customer_id service product channel platform status started_on ended_on is_paid "
    "is_trial",
    "subscription_event": "event_id subscription_id occurred_at event customer_id reason actor_kind actor_id",
    "support_channel": "channel address valid_from_on valid_to_on",
    "support_profile": "observed_at email telephone website",
    "supplier_dispute": "invoice_id line opened_on closed_on amount outcome",
    "supplier_payment": "payment_id line paid_on amount currency invoice_id initiated_on status reference",
    "ticket_event": "event_id ticket_id occurred_at kind actor_kind actor_id message_id links_only",
}


def build() -> Sample:
    """Make up the partner's year."""
    sample = Sample()
    known = customers()
    add_customers(sample, known)
    _add_actors(sample)
    events = add_subscriptions(sample, known)
    add_mailer(sample, known, events)
    add_wishes(sample, known)
    billed = bills(sample, known)
    add_receivables(sample, known, billed)
    add_billing_mail(sample, billed)
    tickets = add_tickets(sample, known)
    add_requests(sample, tickets, known)
    add_desk(sample, known)
    add_claims(sample, known)
    add_surroundings(sample, known)
    add_trace(sample, known, tickets)
    add_ledger(sample)
    sample.tables["ticket_event"].sort(key=lambda row: (row["occurred_at"], row["event_id"]))
    sample.tables["zendesk_tickets"].sort(key=lambda row: (row["generated_timestamp"], row["id"]))
    return sample


def write(sample: Sample, folder: Path) -> None:
    """Write every export and seeded_findings.csv below `folder`, byte for byte the same each time."""
    texts = {
        f"exports/{table}.csv": csv_text(sample.tables[table], columns.split())
        for table, columns in CSV_COLUMNS.items()
    }
    tickets = sample.tables["zendesk_tickets"]
    texts["exports/zendesk_tickets.json"] = json_text(
        {}, "tickets", tickets,
        {"count": len(tickets), "end_of_stream": True, "end_time": tickets[-1]["generated_timestamp"], "next_page": None},
    )  # fmt: skip
    invoices = sorted(
        sample.tables["partner_center_invoices"], key=lambda row: (row["invoiceDate"], row["id"])
    )
    texts["exports/partner_center_invoices.json"] = json_text(
        {"totalCount": len(invoices)}, "items", invoices, {"attributes": {"objectType": "Collection"}}
    )
    seeded = [
        {
            "fault": fault.name,
            "description": fault.description,
            "check_id": check,
            "subject_id": subject,
            "status": status,
            "reason": reason,
        }
        for fault in sample.faults
        for status, causes in (("fail", fault.fails), ("observation", fault.notes))
        for check, subject, reason in causes
    ]
    texts["seeded_findings.csv"] = csv_text(
        seeded, ["fault", "description", "check_id", "subject_id", "status", "reason"]
    )
    (folder / "exports").mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_bytes(text.encode("utf-8"))


def _add_actors(sample: Sample) -> None:
    for actor_id in AGENTS:
        sample.add(
            "actor", actor_id=actor_id, role="helpdesk_agent", valid_from_on="2025-01-01", kind="agent"
        )
    for actor_id in NIGHT_DESK:
        sample.add(
            "actor", actor_id=actor_id, role="night_desk", valid_from_on="2025-06-01", kind="subcontractor"
        )
    sample.add("actor", actor_id=SALES, role="sales_agent", valid_from_on="2025-01-01", kind="agent")
    sample.add("actor", actor_id=ADMIN, role="admin_agent", valid_from_on="2025-01-01", kind="agent")
    sample.add("actor", actor_id="bot.desk", role="automation", valid_from_on="2025-01-01", kind="bot")
    sample.add(
        "actor", actor_id="app.cleanup", role="automation", valid_from_on="2025-01-01", kind="application"
    )


if __name__ == "__main__":
    write(build(), Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
