"""Which layout a file has: found by its header and first records, told with the evidence, declined with a reason."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import Candidate, Detected, known_layouts
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from tests.sources.loading import detect, open_warehouse

LAYOUTS = known_layouts(resources.mappings())
LEDGER = (
    "countryCode,customerID,PaperlessDate,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,"
    "PaperlessBill,DaysToSettle,DaysLate\n"
)
PAID = "391,C1,4/6/2013,{number},1/2/2026,2/1/2026,55.94,No,1/15/2026,Paper,13,0\n"


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """An engine of its own."""
    with open_warehouse(tmp_path) as opened:
        yield opened


def found_in(warehouse: Warehouse, folder: Path, content: str | bytes, name: str = "export") -> Detected:
    """What a file of this content is found to be."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return detect(path, LAYOUTS, warehouse)


def best(found: Detected) -> Candidate:
    """The likeliest layout."""
    return found.candidates[0]


def declared() -> Iterator[tuple[str, str]]:
    """Each export of the sample partner, with the layout or table that its engagement names."""
    stated = tomllib.loads((resources.sample_data() / "cspaudit.toml").read_text(encoding="utf-8"))
    for one in stated["source"]:
        yield one["path"], one.get("mapping") or one["table"]


@pytest.mark.parametrize(("path", "name"), list(declared()))
def test_every_export_of_the_sample_is_what_its_engagement_says(
    warehouse: Warehouse, path: str, name: str
) -> None:
    """What a person wrote into cspaudit.toml is what the file alone tells."""
    found = detect(resources.sample_data() / path, LAYOUTS, warehouse)
    assert best(found).name == name
    assert best(found).usable > 0


def test_the_name_of_the_file_does_not_matter(warehouse: Warehouse, tmp_path: Path) -> None:
    """JSON called .csv is JSON, and CSV called .json is CSV."""
    tickets = '{"tickets": [{"id": 1, "created_at": "2026-07-01T08:00:00Z", "status": "open", "priority": "low", "type": "incident"}]}'
    assert best(found_in(warehouse, tmp_path, tickets, "t.csv")).name == "zendesk_tickets_json"
    ledger = LEDGER + PAID.format(number=1)
    assert best(found_in(warehouse, tmp_path, ledger, "t.json")).name == "invoice_ledger_csv"


def test_an_edited_header_still_matches_and_is_told(warehouse: Warehouse, tmp_path: Path) -> None:
    """Columns in another order, one more, and one spoilt by hand: the layout is found, what it does not know is told."""
    header = (
        "DaysLate,Note,invoiceNumber,InvoiceDate,DueDate,InvoiceAmount,Disputed,SettledDate,customerID,\nss\n"
    )
    header = header.replace("\nss", '"\nss"')
    found = best(
        found_in(warehouse, tmp_path, header + "0,x,7,1/2/2026,2/1/2026,55.94,No,1/15/2026,C1,391\n")
    )
    assert found.name == "invoice_ledger_csv"
    assert found.unknown == ("Note", "ss")
    assert (found.records, found.usable) == (1, 1)


def test_what_the_source_must_still_say_is_told(warehouse: Warehouse, tmp_path: Path) -> None:
    """A ledger tells neither side nor currency, an incident log no zone; the rest is asked for nothing."""
    ledger = best(found_in(warehouse, tmp_path, LEDGER + PAID.format(number=1)))
    assert (ledger.needs_side, ledger.needs_currency, ledger.needs_timezone) == (True, True, False)
    with_currency = f"{LEDGER.rstrip()},currency\n{PAID.format(number=1).rstrip()},EUR\n"
    assert not best(found_in(warehouse, tmp_path, with_currency)).needs_currency
    log = "number,incident_state,opened_at,sys_updated_at,resolved_at,closed_at\nINC1,New,1/7/2026 9:05,1/7/2026 9:06,?,?\n"
    assert best(found_in(warehouse, tmp_path, log)).needs_timezone


def test_half_of_the_fields_and_records_must_fit(warehouse: Warehouse, tmp_path: Path) -> None:
    """A layout that knows less than half of the fields is not meant, nor one that can use less than half of the records."""
    good, bad = "1,2026-07-01T08:00:00Z\n", "2,yesterday\n"
    halved = found_in(warehouse, tmp_path, f"ticket_id,opened_at\n{good}{bad}")
    assert best(halved).name == "ticket"
    spoilt = found_in(warehouse, tmp_path, f"ticket_id,opened_at\n{good}{bad}{bad}")
    assert spoilt.candidates == ()
    assert ("ticket", 3, 1) in {(one.name, one.records, one.usable) for one in spoilt.near}
    broken = found_in(warehouse, tmp_path, f"ticket_id,opened_at\n{good}1,2,3\n1,2,3\n")
    assert broken.candidates == ()
    few = found_in(warehouse, tmp_path, f"ticket_id,opened_at,a,b\n{good.strip()},,\n")
    assert best(few).name == "ticket"
    fewer = found_in(warehouse, tmp_path, f"ticket_id,opened_at,a,b,c\n{good.strip()},,,\n")
    assert fewer.candidates == ()


@pytest.mark.samples
@pytest.mark.parametrize(
    "file",
    [
        "zendesk_fivetran_seeds/group_data.csv",
        "zendesk_fivetran_seeds/organization_data.csv",
        "zendesk_fivetran_seeds/ticket_schedule_data.csv",
        "zendesk_fivetran_seeds/user_data.csv",
        "freshdesk_v2/search_companies.json",
        "freshdesk_v2/contacts.json",
        "connectwise_psa/api_company_list.json",
    ],
)
def test_other_exports_of_the_same_desk_are_no_tickets(
    samples_dir: Path, warehouse: Warehouse, file: str
) -> None:
    """Groups, companies, schedules and people have an id and a day too."""
    path = samples_dir / file
    for one in [path] if path.is_file() else sorted(path.iterdir()):
        assert detect(one, LAYOUTS, warehouse).candidates == (), one.name


def test_further_columns_of_a_desk_do_not_hide_its_layout(warehouse: Warehouse, tmp_path: Path) -> None:
    """A log with all four fields of its layout and many more of its own is one; with three of four it is not."""
    more = [f"own {number}" for number in range(9)]
    header = ["Case ID", "Activity", "Complete Timestamp", "Resource", *more]
    record = ["Case 1", "Closed", "2012/10/09 14:50:17.000", "Value 1", *more]
    found = best(found_in(warehouse, tmp_path, f"{','.join(header)}\n{','.join(record)}\n"))
    assert (found.name, found.unknown) == ("ticket_event_log_csv", tuple(more))
    del header[3], record[3]
    assert found_in(warehouse, tmp_path, f"{','.join(header)}\n{','.join(record)}\n").candidates == ()


def test_no_more_than_the_first_records_are_tried(warehouse: Warehouse, tmp_path: Path) -> None:
    """A file of any length is told by its first thousand records."""
    ledger = LEDGER + "".join(PAID.format(number=number) for number in range(1500))
    assert best(found_in(warehouse, tmp_path, ledger)).records == 1000


def test_a_near_miss_names_what_is_lacking(warehouse: Warehouse, tmp_path: Path) -> None:
    """A layout whose fields are there but for one that it needs is no candidate, and the field is named."""
    found = found_in(warehouse, tmp_path, "ticket_id,customer_id,severity\n1,C1,low\n")
    assert found.candidates == ()
    assert ("ticket", ("opened_at",)) in {(one.name, one.lacking) for one in found.near}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The export is empty (0 bytes)."),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "No layout knows half"),
        (b"Dear Sir,\nnothing to see here.\n", "No layout knows half"),
        (b'{"totalCount": 0, "other": []}', "No layout knows half"),
        (b'{"tickets": [', "The file is not valid JSON"),
        (b"\x1f\x8b\x08cut", "The file cannot be unpacked"),
    ],
)
def test_what_no_layout_fits_is_declined_with_a_reason(
    warehouse: Warehouse, tmp_path: Path, content: bytes, reason: str
) -> None:
    """Empty files, pictures, letters and strange JSON are declined, and why is said."""
    found = found_in(warehouse, tmp_path, content)
    assert found.candidates == ()
    assert reason in found.declined


@pytest.mark.samples
@pytest.mark.parametrize(
    ("file", "name", "records"),
    [
        ("itsm_servicenow_uci/Master_Ticket_Dataset.csv.gz", "servicenow_incident_log_csv", 1000),
        ("ar_ibm_late_payments/WA_Fn-UseC_-Accounts-Receivable.csv", "invoice_ledger_csv", 1000),
        ("itsm_helpdesk_it/helpdesk.csv", "ticket_event_log_csv", 1000),
        ("zendesk_fivetran_seeds/ticket_data.csv", "fivetran_zendesk_ticket_csv", 10),
        ("jira_fivetran_seeds/issue.csv", "fivetran_jira_issue_csv", 4),
        ("zendesk_api_recorded/incremental_tickets_cursor.json", "zendesk_tickets_json", 87),
        ("zendesk_api_recorded/ticket_audits.json", "zendesk_ticket_audits_json", 954),
        ("jira_rest/jira_issues_page_1.json", "jira_issues_json", 2),
        ("jira_rest/jira_comments_issue_page_1.json", "jira_comments_json", 2),
        ("freshdesk_v2/all_tickets.json", "freshdesk_tickets_json", 1),
        ("freshdesk_v2/conversations.json", "freshdesk_conversations_json", 2),
        ("connectwise_psa/api_service_ticket_list.json", "connectwise_tickets_json", 1),
        ("connectwise_psa/api_service_note_list.json", "connectwise_notes_json", 1),
        ("partner_center_docs/get-a-collection-of-invoices.0.json", "partner_center_invoices_json", 3),
        ("message_trace_json/message_trace_reportingws.ndjson", "exchange_message_trace_json", 1),
    ],
)
def test_real_exports_are_recognised(
    samples_dir: Path, warehouse: Warehouse, file: str, name: str, records: int
) -> None:
    """What third parties published is found to be what it is."""
    found = detect(samples_dir / file, LAYOUTS, warehouse)
    assert (best(found).name, best(found).records) == (name, records)
