"""Every third-party file is recognised and read without a loss, or declined with a reason."""

import shutil
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import Candidate, detect_all, known_layouts
from tests.sources.loading import HEAD, ONE_PARTNER, load_folder, open_warehouse, write

pytestmark = pytest.mark.samples

#: the files are tried in so many shares, side by side
SHARES = 8

#: what is known of files by other means than this program: how many records each has, and how many rows of a table
#: come of them (no table: not counted by other means). Mails, statements and further sums stand in the tests of their kind.
TOTALS = {
    "ar_ibm_late_payments/WA_AR_excel_damaged.csv": (2_466, "supplier_invoice", 2_466),
    "ar_ibm_late_payments/WA_Fn-UseC_-Accounts-Receivable.csv": (2_466, "supplier_invoice", 2_466),
    "bank_csv_austria/easybank-creditcard.csv": (3, "bank_transaction", 3),
    "bank_csv_austria/easybank-giro.csv": (10, "bank_transaction", 10),
    "bank_csv_austria/ing-diba.csv": (6, "bank_transaction", 6),
    "bank_csv_austria/livebank.csv": (6, "bank_transaction", 6),
    "bank_csv_austria/oberbank.csv": (5, "bank_transaction", 5),
    "bank_csv_austria/raiffeisen.csv": (7, "bank_transaction", 7),
    "itsm_helpdesk_it/helpdesk.csv": (21_348, "ticket", 4_580),
    "itsm_helpdesk_it/helpdesk_tz.csv": (21_348, "ticket", 4_580),
    "itsm_helpdesk_it/helpdesk_xesnames.csv": (21_348, "ticket", 4_580),
    "itsm_servicenow_uci/Master_Ticket_Dataset.csv.gz": (119_998, "ticket", 20_769),
    "itsm_servicenow_uci/incident_event_log_full_ids_stripped.csv.gz": (141_712, "ticket", 24_918),
    "itsm_servicenow_uci/incident_event_log_head198.csv": (198, "ticket", 32),
    "jira_fivetran_seeds/comment_redshift.csv": (5, "", 0),
    "jira_fivetran_seeds/issue.csv": (4, "ticket", 4),
    "jira_fivetran_seeds/issue_field_history.csv": (10, "", 0),
    "jira_fivetran_seeds/issue_multiselect_history.csv": (8, "", 0),
    "mbox_perceval/mbox_iso8859_encoding.mbox": (1, "message", 1),
    "mbox_perceval/mbox_unixfrom_encoding.mbox": (1, "message", 1),
    "mbox_pipermail_r/r-announce_2011.mbox": (16, "message", 16),
    "mbox_pipermail_r/r-announce_2022.mbox": (9, "message", 9),
    "mbox_pipermail_r/r-sig-finance_2007q2.mbox": (145, "message", 145),
    "mbox_pipermail_r/r-sig-finance_2024q2.mbox": (1, "message", 1),
    "message_trace_json/message_trace_reportingws.ndjson": (1, "message", 1),
    "quickbooks_fivetran_seeds/bill_data.csv": (15, "", 0),
    "quickbooks_fivetran_seeds/bill_payment_data.csv": (12, "", 0),
    "quickbooks_fivetran_seeds/credit_memo_data.csv": (12, "", 0),
    "quickbooks_fivetran_seeds/invoice_data.csv": (16, "customer_invoice", 5),
    "quickbooks_fivetran_seeds/payment_data.csv": (12, "customer_payment", 12),
    "quickbooks_fivetran_seeds/payment_line_data.csv": (12, "", 0),
    "servicenow_fivetran_seeds/task_data.csv": (1, "ticket", 0),
    "zendesk_api_recorded/incremental_tickets.json": (87, "ticket", 87),
    "zendesk_api_recorded/incremental_tickets_cursor.json": (87, "ticket", 87),
    "zendesk_fivetran_seeds/ticket_comment_data.csv": (20, "", 0),
    "zendesk_fivetran_seeds/ticket_data.csv": (10, "ticket", 10),
    "zendesk_fivetran_seeds/ticket_field_history_data.csv": (38, "", 0),
}


def answers(one: Candidate, sheet: str) -> dict[str, str]:
    """What a person would answer to what the file leaves open; any answer will do."""
    given = {"table" if one.is_table else "mapping": f'"{one.name}"'}
    if sheet:
        given["sheet"] = f'"{sheet}"'
    if one.needs_timezone:
        given["timezone"] = '"Europe/Berlin"'
    if one.needs_side:
        given["side"] = '"payable"'
    stated = {column: "x" for column, _ in one.needs_stated if column != "as_of"}
    stated |= {"currency": "EUR"} if one.needs_currency else {}
    if stated:
        given["constants"] = "{ " + ", ".join(f'{name} = "{text}"' for name, text in stated.items()) + " }"
    if any(column == "as_of" for column, _ in one.needs_stated):
        given["as_of"] = "2026-10-15T00:00:00Z"
    if "decimal" in one.asked:
        given["decimal"] = '"."'
    if "date_order" in one.asked:
        given["date_order"] = '"mdy"'
    if len(one.vendors) > 1:
        given["only"] = f'{{ "{one.vendor_field}" = ["{one.vendors[0]}"] }}'
    return given


@pytest.mark.parametrize("share", range(SHARES))
def test_every_file_is_read_without_a_loss_or_declined_with_a_reason(
    tmp_path: Path, samples_dir: Path, share: int
) -> None:
    """What is recognised loads: records read are those loaded and those left out, and the known totals; else it says why."""
    layouts = known_layouts(resources.mappings())
    files = sorted(path for path in samples_dir.rglob("*") if path.is_file())
    assert len(files) > 200
    for number, path in enumerate(files[share::SHARES]):
        folder = tmp_path / str(number)
        folder.mkdir()
        with open_warehouse(folder) as warehouse:
            found = detect_all(path, layouts, warehouse)
        for one in found:
            assert one.candidates or one.declined, path
        recognised = [one for one in found if one.candidates]
        known = TOTALS.get(path.relative_to(samples_dir).as_posix())
        assert recognised or not known, path
        if recognised:
            read(path, folder, recognised[0].candidates[0], recognised[0].sheet, known)


def test_the_totals_are_of_files_that_are_there(samples_dir: Path) -> None:
    """No total stands for a file that nobody reads."""
    assert [name for name in TOTALS if not (samples_dir / name).is_file()] == []


def read(path: Path, folder: Path, one: Candidate, sheet: str, known: tuple[int, str, int] | None) -> None:
    """Load a file as its likeliest layout, hold its counts together, and against what is known of it."""
    name = f"export{''.join(path.suffixes)}"
    shutil.copy(path, folder / name)
    lines = "".join(f"{key} = {value}\n" for key, value in answers(one, sheet).items())
    write(folder, {"cspaudit.toml": f'{HEAD}{ONE_PARTNER}\n[[source]]\npath = "{name}"\n{lines}'})
    shutil.rmtree(folder / "staging")
    with open_warehouse(folder) as warehouse:
        loading = load_folder(folder, warehouse)
        assert loading.loaded.problems == (), (path, one.name, loading.loaded.problems)
        records, loaded, rejected = loading.counts()
        assert records == loaded + rejected, path
        if known:
            expected, table, rows = known
            assert records == expected, path
            assert not table or loading.values(f"SELECT count(*) FROM {table}") == [rows], path
