"""The export layouts: little files in the vendors' own shapes, and the rows that they become."""

import json
from datetime import date
from decimal import Decimal

import pytest

from cspaudit import resources
from cspaudit.errors import EngagementError
from cspaudit.sources import mapping
from tests.sources.loading import LoadFiles, instant, source


@pytest.mark.parametrize("name", mapping.names(resources.mappings()))
def test_layout_is_valid(name: str) -> None:
    """Every layout that ships says what it was checked against and where it is obtained, and fills what is required."""
    layout = mapping.load(resources.mappings(), name)
    assert layout.checked_against
    assert layout.obtain
    for mapped in layout.table:
        for side in mapped.sides or ("",):
            table = mapped.table(side)
            required = {column.name for column in table.required} - set(table.key_defaults)
            if mapped.payment_lines:
                required -= {"paid_on", "currency"}  # the payment has them
            assert required <= {*mapped.columns, *layout.ask, layout.snapshot}


def test_unknown_layout_names_the_nearest() -> None:
    """A layout's name that is misspelt is answered with the one that is meant."""
    with pytest.raises(EngagementError, match="zendesk_tickets_json"):
        mapping.load(resources.mappings(), "zendesk_ticket_json")


def test_incident_log_becomes_tickets_and_events(load_files: LoadFiles) -> None:
    """Each record of an incident log is an event; an incident's last record holds its final values."""
    log = (
        "number,incident_state,sys_mod_count,caller_id,opened_at,sys_updated_by,sys_updated_at,contact_type,priority,"
        "resolved_at,closed_at\n"
        "INC1,New,0,Caller 7,1/7/2026 09:05,anna,1/7/2026 09:06,Phone,2 - High,?,?\n"
        "INC2,New,0,?,2/7/2026 10:00,ben,2/7/2026 10:00,Event,4 - Low,?,?\n"
        "INC1,Awaiting User Info,1,Caller 7,1/7/2026 09:05,anna,1/7/2026 09:30,Phone,1 - Critical,?,?\n"
        "INC1,Closed,1,Caller 7,1/7/2026 09:05,?,1/7/2026 09:30,Phone,1 - Critical,13/7/2026 08:00,13/7/2026 8:05\n"
    )
    done = load_files(
        {"log.csv": log}, source("log.csv", "servicenow_incident_log_csv", timezone='"Europe/Berlin"')
    )
    assert done.rows(
        "SELECT ticket_id, opened_at, severity, status, requester, channel, excluded_as, resolved_at, closed_at, record "
        "FROM ticket ORDER BY 1"
    ) == [
        (
            *("INC1", instant("2026-07-01T07:05:00"), "critical", "Closed", "Caller 7", "phone", None),
            *(instant("2026-07-13T06:00:00"), instant("2026-07-13T06:05:00"), 4),
        ),
        (
            "INC2",
            instant("2026-07-02T08:00:00"),
            "minimal",
            "New",
            None,
            "Event",
            "monitoring",
            None,
            None,
            2,
        ),
    ]
    assert done.rows(
        "SELECT event_id, ticket_id, occurred_at, kind, actor_id, record FROM ticket_event ORDER BY record"
    ) == [
        ("INC1:1", "INC1", instant("2026-07-01T07:06:00"), "change", "anna", 1),
        ("INC2:2", "INC2", instant("2026-07-02T08:00:00"), "change", "ben", 2),
        ("INC1:3", "INC1", instant("2026-07-01T07:30:00"), "status", "anna", 3),
        ("INC1:4", "INC1", instant("2026-07-01T07:30:00"), "close", None, 4),
    ]
    assert done.counts() == (4, 4, 0)


def test_incident_log_needs_a_zone(load_files: LoadFiles) -> None:
    """A log of local times without a zone is refused before anything is loaded."""
    with pytest.raises(EngagementError, match="names no time zone"):
        load_files({"log.csv": ""}, source("log.csv", "servicenow_incident_log_csv"))


def test_events_of_several_logs_keep_apart(load_files: LoadFiles) -> None:
    """The same record number of the same incident in two files, or two exports, is two events."""
    head = "number,incident_state,opened_at,sys_updated_by,sys_updated_at\n"
    log = head + "INC1,New,1/7/2026 09:05,anna,1/7/2026 09:06\n"
    later = head + "INC1,Closed,1/7/2026 09:05,anna,2/7/2026 09:06\n"
    stated = {"timezone": '"UTC"', "date_order": '"dmy"'}
    done = load_files(
        {
            "log_1.csv": log,
            "log_2.csv": later,
            "other.csv": head + "INC7,New,1/7/2026 09:05,anna,1/7/2026 09:06\n",
        },
        source("log_*.csv", "servicenow_incident_log_csv", **stated)
        + source("other.csv", "servicenow_incident_log_csv", **stated),
    )
    assert done.rows("SELECT event_id, kind, file FROM ticket_event ORDER BY file") == [
        ("INC1:1", "change", "log_1.csv"),
        ("INC1:2.1", "close", "log_2.csv"),
        ("INC7:3.1", "change", "other.csv"),
    ]
    assert done.rows("SELECT ticket_id, status, file FROM ticket ORDER BY 1") == [
        ("INC1", "Closed", "log_2.csv"),
        ("INC7", "New", "other.csv"),
    ]
    assert done.counts() == (3, 3, 0)


LEDGER = (
    "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,"
    "PaperlessBill,DaysToSettle,DaysLate\n"
    "276,K-1,1/15/2026,0000611365,1/2/2026,2/1/2026,55.94,No,1/15/2026,Paper,13,0\n"
    "276,K-1,1/15/2026,0000611366,1/31/2026,3/2/2026,60,Yes,,Paper,,\n"
    "276,K-2,1/15/2026,0000611367,2/30/2026,3/2/2026,60,No,,Paper,,\n"
    "276,K-2,1/15/2026,0000611368,2/3/2026,,-12.50,No,2/3/2026,Paper,,\n"
)


def test_payable_ledger(load_files: LoadFiles) -> None:
    """A payable ledger's row is an invoice, a payment where it was settled, a dispute where it was disputed."""
    done = load_files(
        {"l.csv": LEDGER},
        source("l.csv", "invoice_ledger_csv", side='"payable"', constants='{ currency = "USD" }'),
    )
    assert done.rows(
        "SELECT invoice_id, issued_on, due_on, amount, currency, document_type, record FROM supplier_invoice ORDER BY record"
    ) == [
        ("0000611365", date(2026, 1, 2), date(2026, 2, 1), Decimal("55.94"), "USD", "invoice", 1),
        ("0000611366", date(2026, 1, 31), date(2026, 3, 2), Decimal(60), "USD", "invoice", 2),
        ("0000611368", date(2026, 2, 3), None, Decimal("12.5"), "USD", "credit_note", 4),
    ]
    assert done.rows(
        "SELECT payment_id, line, invoice_id, paid_on, amount, currency, record FROM supplier_payment ORDER BY record"
    ) == [
        ("0000611365", "1", "0000611365", date(2026, 1, 15), Decimal("55.94"), "USD", 1),
        ("0000611368", "1", "0000611368", date(2026, 2, 3), Decimal("-12.5"), "USD", 4),
    ]
    assert done.rows("SELECT invoice_id, amount, opened_on FROM supplier_dispute") == [
        ("0000611366", None, None)
    ]
    assert done.rows("SELECT table_name, record, line, field, value FROM reject") == [
        ("supplier_invoice", 3, 4, "issued_on", "2/30/2026")
    ]
    assert done.counts() == (4, 3, 1)
    assert done.rows("SELECT count(*) FROM customer_invoice") == [(0,)]


def test_receivable_ledger_names_the_customer(load_files: LoadFiles) -> None:
    """Read as receivable, the same rows are the customers' invoices, payments and disputes."""
    done = load_files(
        {"l.csv": LEDGER},
        source("l.csv", "invoice_ledger_csv", side='"receivable"', constants='{ currency = "EUR" }'),
    )
    assert done.rows("SELECT invoice_id, customer_id, currency FROM customer_invoice ORDER BY 1") == [
        ("0000611365", "K-1", "EUR"),
        ("0000611366", "K-1", "EUR"),
        ("0000611368", "K-2", "EUR"),
    ]
    assert done.rows("SELECT payment_id, customer_id FROM customer_payment ORDER BY 1") == [
        ("0000611365", "K-1"),
        ("0000611368", "K-2"),
    ]
    assert done.rows("SELECT invoice_id, customer_id FROM customer_dispute") == [("0000611366", "K-1")]


def test_ledger_without_currency_says_how_to_give_it(load_files: LoadFiles) -> None:
    """A required column that the export lacks is named, with the way to state it for every record."""
    done = load_files({"l.csv": LEDGER}, source("l.csv", "invoice_ledger_csv", side='"payable"'))
    assert "lacks 'currency'" in done.problem
    assert "constants" in done.problem


def test_own_column_replaces_only_what_the_layout_fills(load_files: LoadFiles) -> None:
    """An amount column of the user's own is the invoice's and the payment's, not the disputed amount."""
    done = load_files(
        {"l.csv": LEDGER.replace("InvoiceAmount", "Brutto")},
        source(
            "l.csv",
            "invoice_ledger_csv",
            side='"payable"',
            constants='{ currency = "USD" }',
            columns='{ amount = "Brutto" }',
        ),
    )
    assert done.values("SELECT amount FROM supplier_payment WHERE record = 1") == [Decimal("55.94")]
    assert done.rows("SELECT invoice_id, amount FROM supplier_dispute") == [("0000611366", None)]


def test_partner_center_invoices(load_files: LoadFiles) -> None:
    """Notes nested under their invoice are documents too, once, however often they are listed."""
    note = {
        "id": "G2",
        "invoiceDate": "2026-07-09T22:40:37.5897767Z",
        "totalCharges": -20.5,
        "paidAmount": 0,
        "currencyCode": "EUR",
        "documentType": "adjustment_note",
        "amendsOf": "G1",
    }
    items = [
        note,
        {
            "id": "G1",
            "invoiceDate": "2026-07-08T23:59:59.9999999",
            "totalCharges": 100.1,
            "paidAmount": -100.10,
            "currencyCode": "EUR",
            "documentType": "Invoice",
            "amendments": [note],
        },
        {
            "id": "D02005YFHI",
            "invoiceDate": "2026-07-03T00:00:00Z",
            "totalCharges": 5,
            "paidAmount": 4.99,
            "currencyCode": "GBP",
            "documentType": "invoice",
        },
        {
            "id": "X1",
            "invoiceDate": "2026-07-04T00:00:00",
            "totalCharges": 5,
            "currencyCode": "GBP",
            "documentType": "Void Note",
        },
        {"id": "G9", "invoiceDate": "0001-01-01T00:00:00", "totalCharges": 5, "currencyCode": "GBP"},
        {
            "id": "G3",
            "invoiceDate": "2026-07-05T00:00:00Z",
            "totalCharges": -7,
            "currencyCode": "GBP",
            "documentType": "invoice",
        },
    ]
    done = load_files(
        {"i.json": json.dumps({"totalCount": 5, "items": items})},
        source("i.json", "partner_center_invoices_json"),
    )
    assert done.rows(
        "SELECT invoice_id, issued_on, amount, currency, supplier, series, document_type, amends_id, status "
        "FROM supplier_invoice ORDER BY 1"
    ) == [
        ("D02005YFHI", date(2026, 7, 3), Decimal(5), "GBP", "microsoft", "legacy", "invoice", None, None),
        (
            "G1",
            date(2026, 7, 8),
            Decimal("100.1"),
            "EUR",
            "microsoft",
            "new_commerce",
            "invoice",
            None,
            "paid",
        ),
        (
            "G2",
            date(2026, 7, 9),
            Decimal("20.5"),
            "EUR",
            "microsoft",
            "new_commerce",
            "credit_note",
            "G1",
            None,
        ),
        ("G3", date(2026, 7, 5), Decimal(7), "GBP", "microsoft", "new_commerce", "credit_note", None, None),
        ("X1", date(2026, 7, 4), Decimal(5), "GBP", "microsoft", "other", "credit_note", None, None),
    ]
    assert done.rejects() == [("i.json", 6, None, "issued_on", None, "is required and empty")]
    assert done.counts() == (7, 6, 1)


def test_zendesk_pages_overlap(load_files: LoadFiles) -> None:
    """Of a ticket on two pages the one generated later stays, in whatever order the pages are read."""

    def ticket(status: str, generated: int, **more: object) -> dict[str, object]:
        return {
            "id": 38,
            "created_at": "2026-07-18T15:57:43Z",
            "status": status,
            "priority": None,
            "type": None,
            "organization_id": 6130869157658,
            "requester_id": 9,
            "via": {"channel": "web"},
            "custom_fields": [{"id": 1, "value": "x"}, {"id": 360001, "value": "Rechnung"}],
            "generated_timestamp": generated,
            **more,
        }

    pages = {
        "a.json": json.dumps({"tickets": [ticket("closed", 1000000000)], "count": 1}),
        "b.json": json.dumps({"tickets": [ticket("open", 999999999)], "count": 1}),
        "c.json": json.dumps(ticket("new", 1, id=39, priority="urgent", type="question")) + "\n",
    }
    done = load_files(
        pages,
        source(
            "*.json",
            "zendesk_tickets_json",
            columns='{ category = "custom_fields[id=360001].value" }',
            values='{ category = { Rechnung = "billing" }, severity = { urgent = "moderate" } }',
        ),
    )
    assert done.rows(
        "SELECT ticket_id, opened_at, customer_id, requester, status, severity, request_type, category, channel, file "
        "FROM ticket ORDER BY 1"
    ) == [
        (
            *("38", instant("2026-07-18T15:57:43"), "6130869157658", "9", "closed", None, None),
            *("billing", "web", "a.json"),
        ),
        (
            *("39", instant("2026-07-18T15:57:43"), "6130869157658", "9", "new", "moderate", "how_to"),
            *("billing", "web", "c.json"),
        ),
    ]
    assert done.counts() == (3, 3, 0)
