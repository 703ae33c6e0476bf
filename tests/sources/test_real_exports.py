"""Exports that third parties published, read through the layouts that ship: every record is accounted for."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.sources.loading import Loading, instant, load_folder, open_warehouse, source, write

pytestmark = pytest.mark.samples

ENGAGEMENT = """
[engagement]
title = "Real exports"
start = 2012-01-01
end = 2024-04-01
as_of = 2024-04-01T00:00:00Z

[[partner]]
id = "real"
name = "Real exports"
tier = "direct_bill"
timezone = "Europe/Berlin"
domains = ["{domain}"]
"""
LOG = "itsm_servicenow_uci/Master_Ticket_Dataset.csv.gz"
STRIPPED = "itsm_servicenow_uci/incident_event_log_full_ids_stripped.csv.gz"
LEDGER = "ar_ibm_late_payments/WA_Fn-UseC_-Accounts-Receivable.csv"
DAMAGED_LEDGER = "ar_ibm_late_payments/WA_AR_excel_damaged.csv"
TRACE = "message_trace_json/message_trace_reportingws.ndjson"
USD = '{ currency = "USD" }'


def load_sources(folder: Path, sources: str, domain: str = "fabrikam.example") -> Loading:
    """Load real files, whose engine stays open as long as the process."""
    folder.mkdir(exist_ok=True)
    write(folder, {"cspaudit.toml": ENGAGEMENT.format(domain=domain) + sources})
    return load_folder(folder, open_warehouse(folder))


@pytest.fixture(scope="module")
def everything(samples_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loading]:
    """All real exports in one engagement."""
    sources = [
        source(f"{samples_dir}/{LOG}", "servicenow_incident_log_csv", id='"log"', timezone='"Europe/Berlin"'),
        source(
            f"{samples_dir}/{LEDGER}", "invoice_ledger_csv", id='"ledger"', side='"payable"', constants=USD
        ),
        source(
            f"{samples_dir}/zendesk_api_recorded/incremental_tickets.json",
            "zendesk_tickets_json",
            id='"desk"',
        ),
        source(f"{samples_dir}/{TRACE}", "exchange_message_trace_json", id='"trace"'),
        source(
            f"{samples_dir}/partner_center_docs/get-a-collection-of-invoices.0.json",
            "partner_center_invoices_json",
            id='"collection"',
        ),
        source(
            f"{samples_dir}/partner_center_docs/get-invoice-by-id.0.json",
            "partner_center_invoices_json",
            id='"one"',
        ),
    ]
    done = load_sources(tmp_path_factory.mktemp("real"), "".join(sources))
    yield done
    done.warehouse.close()


def test_every_record_is_accounted_for(everything: Loading) -> None:
    """No record of any of these exports is left out, and nothing else is amiss."""
    assert everything.loaded.problems == ()
    assert {(one.source_id, one.records_read, one.records_rejected) for one in everything.loaded.inputs} == {
        ("log", 119_998, 0),
        ("ledger", 2_466, 0),
        ("desk", 87, 0),
        ("trace", 1, 0),
        ("collection", 3, 0),
        ("one", 1, 0),
    }
    assert everything.rows("SELECT * FROM reject") == []
    assert not [warning for warning in everything.loaded.warnings if "not used" in warning]


def test_incidents(everything: Loading) -> None:
    """The log's incidents and events are as many as the log's owner counted, by final state too."""
    assert everything.rows(
        "SELECT count(*), count(DISTINCT ticket_id) FROM ticket WHERE source_id = 'log'"
    ) == [(20_769, 20_769)]
    assert everything.rows("SELECT count(*), count(DISTINCT event_id) FROM ticket_event") == [
        (119_998, 119_998)
    ]
    assert everything.rows("SELECT kind, count(*) FROM ticket_event GROUP BY kind ORDER BY kind") == [
        ("change", 33_582 + 30_229 + 2),
        ("close", 20_825),
        ("resolve", 21_500),
        ("status", 12_884 + 557 + 400 + 19),
    ]
    # the log writes a question mark there
    assert everything.values("SELECT count(*) - count(resolved_at) FROM stage_0") == [2_861]
    assert everything.rows(
        "SELECT opened_at, resolved_at, closed_at, severity, record FROM ticket WHERE ticket_id = 'INC0000045'"
    ) == [
        (
            instant("2016-02-29T00:16:00"),
            instant("2016-02-29T10:29:00"),
            instant("2016-03-05T11:00:00"),
            "moderate",
            4,
        )
    ]


def test_ledger(everything: Loading) -> None:
    """Invoices, their sum, payments and disputes agree with the ledger's known figures; leading zeros stay."""
    assert everything.rows(
        "SELECT count(*), sum(amount) FROM supplier_invoice WHERE source_id = 'ledger'"
    ) == [(2_466, Decimal("147703.18"))]
    assert everything.rows("SELECT count(*), count(DISTINCT payment_id) FROM supplier_payment") == [
        (2_466, 2_466)
    ]
    assert everything.values("SELECT count(*) FROM supplier_dispute") == [561]
    assert everything.rows(
        "SELECT min(i.issued_on), max(p.paid_on), max(p.paid_on - i.due_on), min(i.due_on - i.issued_on), "
        "max(i.due_on - i.issued_on) FROM supplier_payment p JOIN supplier_invoice i USING (invoice_id)"
    ) == [(date(2012, 1, 3), date(2014, 1, 9), 45, 30, 30)]
    assert everything.values(
        "SELECT count(*) FROM supplier_payment p JOIN supplier_invoice i USING (invoice_id) WHERE p.paid_on > i.due_on"
    ) == [877]
    assert everything.values(
        "SELECT invoice_id FROM supplier_invoice WHERE source_id = 'ledger' AND record = 1"
    ) == ["0000611365"]


def test_invoices_of_the_documentation(everything: Loading) -> None:
    """The published answers hold four documents; the nested note amends its parent."""
    assert everything.rows(
        "SELECT invoice_id, document_type, series, amends_id, currency FROM supplier_invoice "
        "WHERE supplier = 'microsoft' ORDER BY 1"
    ) == [
        ("D02005YFHI", "invoice", "legacy", None, "GBP"),
        ("G000024130", "credit_note", "new_commerce", None, "CHF"),
        ("G000024131", "credit_note", "new_commerce", "G000024130", "CHF"),
        ("G000024135", "invoice", "new_commerce", None, "USD"),
    ]


def test_help_desk(everything: Loading) -> None:
    """All tickets of the page are there; the one that every new account is given is marked as a test."""
    assert everything.rows(
        "SELECT count(*), count(customer_id), count(severity), count(*) FILTER (WHERE excluded_as = 'test') "
        "FROM ticket WHERE source_id = 'desk'"
    ) == [(87, 83, 7, 1)]


@pytest.mark.parametrize(
    ("domain", "direction"),
    [("fabrikam.example", "third_party"), ("wildsecurity.onmicrosoft.com", "inbound")],
)
def test_trace(samples_dir: Path, tmp_path: Path, domain: str, direction: str) -> None:
    """Microsoft's mail is a third party's, unless it came to the partner itself."""
    done = load_sources(tmp_path, source(f"{samples_dir}/{TRACE}", "exchange_message_trace_json"), domain)
    assert done.rows("SELECT direction, sent_at, delivery_status, topic FROM message") == [
        (direction, instant("2022-09-05T18:10:13"), "delivered", "unknown")
    ]
    done.warehouse.close()


def test_damaged_header(samples_dir: Path, tmp_path: Path) -> None:
    """A log whose state column lost three letters of its name is read with all its incidents, and says what it took."""
    read = load_sources(
        tmp_path,
        source(f"{samples_dir}/{STRIPPED}", "servicenow_incident_log_csv", timezone='"Europe/Berlin"'),
    )
    assert read.loaded.problems == ()
    assert read.counts() == (141_712, 141_712, 0)
    assert read.values("SELECT count(*) FROM ticket") == [24_918]
    assert read.values("SELECT count(*) FROM ticket WHERE status = 'Closed'") == [24_918]
    assert read.values("SELECT count(*) - count(resolved_at) FROM stage_0") == [3_141]
    assert read.rows("SELECT kind, count(*) FROM ticket_event GROUP BY kind ORDER BY kind") == [
        ("change", 38_716 + 36_407 + 5),
        ("close", 24_985),
        ("resolve", 25_751),
        ("status", 14_642 + 707 + 461 + 38),
    ]
    assert (
        f"{Path(STRIPPED).name}: the column 'ident_state' was taken for 'incident_state', which the header lacks."
        in read.loaded.inputs[0].assumptions
    )
    assert not [warning for warning in read.loaded.warnings if "not used" in warning]
    read.warehouse.close()


def test_ledger_after_a_spreadsheet(samples_dir: Path, tmp_path: Path) -> None:
    """The ledger that a spreadsheet robbed of its leading zeros is read; its numbers are what it says."""
    done = load_sources(
        tmp_path,
        source(f"{samples_dir}/{DAMAGED_LEDGER}", "invoice_ledger_csv", side='"payable"', constants=USD),
    )
    assert done.counts() == (2_466, 2_466, 0)
    assert done.values("SELECT invoice_id FROM supplier_invoice WHERE record = 1") == ["611365"]
    done.warehouse.close()
