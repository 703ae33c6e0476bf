"""Ledgers that third parties published: what each file is found to be, and every record of it accounted for."""

from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import detect, open_warehouse, source
from tests.sources.test_real_exports import USD, load_sources

pytestmark = pytest.mark.samples

#: each file of these folders, and the layout that it has; "" for one that no layout knows
FILES = {
    "ar_ibm_late_payments/WA_Fn-UseC_-Accounts-Receivable.csv": "invoice_ledger_csv",
    "ar_ibm_late_payments/WA_AR_excel_damaged.csv": "invoice_ledger_csv",
    "quickbooks_fivetran_seeds/bill_data.csv": "fivetran_quickbooks_bill_csv",
    "quickbooks_fivetran_seeds/bill_payment_data.csv": "fivetran_quickbooks_bill_payment_csv",
    "quickbooks_fivetran_seeds/credit_memo_data.csv": "fivetran_quickbooks_credit_memo_csv",
    "quickbooks_fivetran_seeds/customer_data.csv": "",
    "quickbooks_fivetran_seeds/invoice_data.csv": "fivetran_quickbooks_invoice_csv",
    "quickbooks_fivetran_seeds/invoice_linked_txn_data.csv": "",
    "quickbooks_fivetran_seeds/payment_data.csv": "fivetran_quickbooks_payment_csv",
    "quickbooks_fivetran_seeds/payment_line_data.csv": "fivetran_quickbooks_payment_line_csv",
    "quickbooks_fivetran_seeds/vendor_data.csv": "",
}


def test_what_each_file_is(samples_dir: Path, tmp_path: Path) -> None:
    """Each file has its layout, knows all of its fields, and those that have none are declined with the reason."""
    layouts = known_layouts(resources.mappings())
    folders = {name.split("/")[0] for name in FILES}
    assert {f"{one}/{file.name}" for one in folders for file in (samples_dir / one).iterdir()} == set(FILES)
    with open_warehouse(tmp_path) as warehouse:
        found = {name: detect(samples_dir / name, layouts, warehouse) for name in FILES}
    assert {name: one.candidates[0].name if one.candidates else "" for name, one in found.items()} == FILES
    assert not [name for name, one in found.items() if one.candidates and one.candidates[0].unknown]
    assert all(one.declined for one in found.values() if not one.candidates)
    links = found["quickbooks_fivetran_seeds/invoice_linked_txn_data.csv"]
    assert links.declined.startswith("It holds Links of QuickBooks invoices")
    assert found["quickbooks_fivetran_seeds/bill_data.csv"].candidates[0].vendors == (
        "1",
        "20",
        "6",
        "100",
        "101",
    )


def test_receivables(samples_dir: Path, tmp_path: Path) -> None:
    """The ledger's own figures: 2,466 invoices of 100 customers, 877 paid late, 561 disputed, the sum, the days."""
    done = load_sources(
        tmp_path,
        source(
            f"{samples_dir}/ar_ibm_late_payments/WA_Fn-UseC_-Accounts-Receivable.csv",
            "invoice_ledger_csv",
            side='"receivable"',
            constants=USD,
        ),
    )
    assert done.loaded.warnings == ()
    assert done.counts() == (2_466, 2_466, 0)
    assert done.rows(
        "SELECT count(*), count(DISTINCT customer_id), sum(amount), count(*) FILTER (WHERE due_on - issued_on = 30), "
        "min(issued_on)::VARCHAR FROM customer_invoice"
    ) == [(2_466, 100, Decimal("147703.18"), 2_466, "2012-01-03")]
    assert done.rows(
        "SELECT count(*), sum(p.amount), count(*) FILTER (WHERE p.paid_on > i.due_on), max(p.paid_on - i.due_on), "
        "max(p.paid_on)::VARCHAR FROM customer_payment p JOIN customer_invoice i USING (invoice_id)"
    ) == [(2_466, Decimal("147703.18"), 877, 45, "2014-01-09")]
    assert done.values("SELECT count(*) FROM customer_dispute") == [561]
    done.warehouse.close()


def test_receivables_after_a_spreadsheet(samples_dir: Path, tmp_path: Path) -> None:
    """Without its leading zeros the ledger has the same figures."""
    done = load_sources(
        tmp_path,
        source(
            f"{samples_dir}/ar_ibm_late_payments/WA_AR_excel_damaged.csv",
            "invoice_ledger_csv",
            side='"receivable"',
            constants=USD,
        ),
    )
    assert done.counts() == (2_466, 2_466, 0)
    assert done.rows("SELECT count(*), sum(amount), min(length(invoice_id)) FROM customer_invoice") == [
        (2_466, Decimal("147703.18"), 6)
    ]
    done.warehouse.close()


def test_warehouse_of_receivables(samples_dir: Path, tmp_path: Path) -> None:
    """5 invoices that were not deleted and 12 credit memos; of 12 lines one belongs to a payment of the sample."""
    seeds = f"{samples_dir}/quickbooks_fivetran_seeds"
    done = load_sources(
        tmp_path,
        source(f"{seeds}/invoice_data.csv", "fivetran_quickbooks_invoice_csv")
        + source(f"{seeds}/credit_memo_data.csv", "fivetran_quickbooks_credit_memo_csv")
        + source(f"{seeds}/payment_data.csv", "fivetran_quickbooks_payment_csv")
        + source(f"{seeds}/payment_line_data.csv", "fivetran_quickbooks_payment_line_csv"),
    )
    assert done.loaded.problems == ()
    assert done.loaded.warnings == ()
    assert done.counts() == (16 + 12 + 12 + 12, 16 + 12 + 12 + 1, 11)
    assert done.rows(
        "SELECT document_type, count(*), sum(amount), count(due_on), count(*) FILTER (WHERE status = 'open') "
        "FROM customer_invoice GROUP BY 1 ORDER BY 1"
    ) == [
        ("credit_note", 12, Decimal(622_440), 0, 0),
        ("invoice", 5, Decimal("630240.55"), 5, 5),
    ]
    assert done.rows(
        "SELECT count(*), sum(amount), count(invoice_id), min(invoice_id) FROM customer_payment"
    ) == [(12, Decimal("166553.72"), 1, "50001")]
    assert {reason for *_, reason in done.rejects()} == {"belongs to a payment that no export holds"}
    done.warehouse.close()


def test_warehouse_of_payables(samples_dir: Path, tmp_path: Path) -> None:
    """Of 15 bills three are vendor 1's and were not deleted, and so are all seven payments; one's amount fits a bill."""
    seeds = f"{samples_dir}/quickbooks_fivetran_seeds"
    done = load_sources(
        tmp_path,
        source(f"{seeds}/bill_data.csv", "fivetran_quickbooks_bill_csv", only='{ vendor_id = ["1"] }')
        + source(f"{seeds}/bill_payment_data.csv", "fivetran_quickbooks_bill_payment_csv"),
    )
    assert done.loaded.problems == ()
    assert done.counts() == (15 + 12, 15 + 12, 0)
    assert done.rows(
        "SELECT invoice_id, amount, currency, status, due_on::VARCHAR FROM supplier_invoice ORDER BY 1"
    ) == [
        ("111", Decimal(5000), "USD", "paid", None),
        ("112", Decimal(7000), "USD", "paid", None),
        ("5002", Decimal(500), "EUR", "open", "2026-02-15"),
    ]
    assert done.rows("SELECT count(*), sum(amount), count(invoice_id) FROM supplier_payment") == [
        (7, Decimal(355_733), 1)
    ]
    done.warehouse.close()
