"""Partner Center's reconciliation and usage files: the lines of Microsoft's invoices that they become."""

import gzip
import json
from datetime import date
from decimal import Decimal

import pytest

from cspaudit.errors import EngagementError
from tests.sources.loading import LoadFiles, source
from tests.sources.partner_center import (
    CHARGE,
    CUSTOMER,
    DAILY_USAGE,
    LICENCES,
    RECONCILIATION,
    SUBSCRIPTION,
    USAGE,
    csv,
)

LINES = (
    "SELECT invoice_id, line, amount, customer_id, subscription_id, period_start_on, period_end_on "
    "FROM supplier_invoice_line ORDER BY file, record"
)
WHOSE = (CUSTOMER.lower(), SUBSCRIPTION.lower())
JULY = (date(2026, 7, 1), date(2026, 7, 31))


def test_reconciliation_as_microsoft_writes_it(load_files: LoadFiles) -> None:
    """Each charge is a line; GUIDs are written alike, other ids stay; a sign, an organisation and NA are read."""
    records = [
        {**CHARGE, "Total": "16.24", "ChargeStartDate": "7/1/2026 0:00", "ChargeEndDate": "7/31/2026 23:59"},
        {
            **CHARGE,
            "Total": "-6.8",
            "CustomerId": f"org:{CUSTOMER.lower()}",
            "SubscriptionId": "4KIKawEAAAAAAAEA",
        },
        {
            **CHARGE,
            "Total": "0.00E+00",
            "SubscriptionId": "NA",
            "ChargeStartDate": "2026-07-01T00:00:00.1234567Z",
        },
        {**CHARGE, "Total": "$1,234.00", "ChargeStartDate": "2026-07-01", "ChargeEndDate": "07/31/2026"},
    ]
    done = load_files(
        {"recon.csv": csv(RECONCILIATION, records)}, source("recon.csv", "partner_center_reconciliation_csv")
    )
    assert done.rows(LINES) == [
        ("G000099001", "1", Decimal("16.24"), *WHOSE, *JULY),
        ("G000099001", "2", Decimal("-6.8"), WHOSE[0], "4KIKawEAAAAAAAEA", None, None),
        ("G000099001", "3", Decimal(0), WHOSE[0], None, date(2026, 7, 1), None),
        ("G000099001", "4", Decimal(1234), *WHOSE, *JULY),
    ]
    assert done.counts() == (4, 4, 0)
    assert not done.loaded.warnings


def test_damaged_charges_are_counted(load_files: LoadFiles) -> None:
    """A charge without a number, an amount that is none and a period that ends before it begins are left out."""
    records = [
        {**CHARGE, "Total": "1.00", "InvoiceNumber": ""},
        {**CHARGE, "Total": "1.5E+05"},
        {**CHARGE, "Total": "3.00", "ChargeStartDate": "7/22/2026", "ChargeEndDate": "7/21/2026"},
        {**CHARGE, "Total": "4.00", "ChargeStartDate": "7/32/2026"},
        {**CHARGE, "Total": "5.00"},
    ]
    done = load_files(
        {"recon.csv": csv(RECONCILIATION, records)}, source("recon.csv", "partner_center_reconciliation_csv")
    )
    assert [(row[1], row[3], row[5]) for row in done.rejects()] == [
        (1, "invoice_id", "is required and empty"),
        (2, "amount", "is not an amount with at most four decimals such as 1234.50"),
        (3, "period_start_on", "is after period_end_on"),
        (4, "period_start_on", "is not a day such as 2026-07-01"),
    ]
    assert done.values("SELECT line FROM supplier_invoice_line") == ["5"]
    assert done.counts() == (5, 1, 4)


def test_a_file_that_was_saved_again_elsewhere(load_files: LoadFiles) -> None:
    """With semicolons, a decimal comma and days first, as its days tell, the charges are the same."""
    header = ["ss", *RECONCILIATION[1:], "Bemerkung"]
    records = [
        {**CHARGE, "Total": "6,82", "ChargeStartDate": "01/07/2026", "ChargeEndDate": "31/07/2026"},
        {**CHARGE, "Total": "1.234,50", "ChargeStartDate": "01/07/2026", "ChargeEndDate": "31/07/2026"},
    ]
    done = load_files(
        {"recon.csv": csv(header, records, ";")},
        source("recon.csv", "partner_center_reconciliation_csv"),
    )
    assert [row[2:] for row in done.rows(LINES)] == [
        (Decimal("6.82"), *WHOSE, *JULY),
        (Decimal("1234.5"), *WHOSE, *JULY),
    ]
    (warning,) = (one for one in done.loaded.warnings if "not used" in one)
    assert warning == "recon.csv: columns not used: ss, Bemerkung."


def test_days_that_can_be_read_both_ways_are_a_question(load_files: LoadFiles) -> None:
    """Where no day tells which number is the month, the file is refused with what to write."""
    record = {**CHARGE, "Total": "6.82", "ChargeStartDate": "7/1/2026", "ChargeEndDate": "8/1/2026"}
    text = csv(RECONCILIATION, [record])
    done = load_files({"recon.csv": text}, source("recon.csv", "partner_center_reconciliation_csv"))
    assert 'date_order = "mdy"' in done.problem
    done = load_files(
        {"recon.csv": text}, source("recon.csv", "partner_center_reconciliation_csv", date_order='"mdy"')
    )
    assert [row[5:] for row in done.rows(LINES)] == [(date(2026, 7, 1), date(2026, 8, 1))]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("01.07.2026 00:00", "31.07.2026 23:59"),
        ("01.07.2026", "31.07.2026"),
        ("2026/07/01", "2026/7/31 23:59"),
    ],
)
def test_days_whose_order_their_signs_tell(load_files: LoadFiles, first: str, last: str) -> None:
    """Days parted by points begin with the day, and days that begin with the year tell their order by that."""
    record = {**CHARGE, "Total": "6,82", "ChargeStartDate": first, "ChargeEndDate": last}
    done = load_files(
        {"recon.csv": csv(RECONCILIATION, [record], ";")},
        source("recon.csv", "partner_center_reconciliation_csv"),
    )
    assert [row[2:] for row in done.rows(LINES)] == [(Decimal("6.82"), *WHOSE, *JULY)]


def test_parts_of_a_usage_file_are_one_invoice(load_files: LoadFiles) -> None:
    """Lines of two parts keep apart; amounts with nine decimals are rounded to four, and the report says so."""
    first = [
        {**CHARGE, "BillingPreTaxTotal": "0.486031697", "BillingCurrency": "EUR", "UsageDate": "07/13/2026"},
        {**CHARGE, "BillingPreTaxTotal": "-0.00005", "BillingCurrency": "EUR", "UsageDate": "07/14/2026"},
    ]
    second = [
        {**CHARGE, "BillingPreTaxTotal": "0.00E+00", "BillingCurrency": "EUR", "UsageDate": "07/15/2026"}
    ]
    done = load_files(
        {
            "G000099001_BilledUsage_c000.csv": csv(DAILY_USAGE, first),
            "G000099001_BilledUsage_c001.csv": csv(DAILY_USAGE, second),
        },
        source("G*_BilledUsage_c*.csv", "partner_center_daily_usage_csv", id='"usage"'),
    )
    assert done.rows(LINES) == [
        ("G000099001", "1", Decimal("0.4860"), *WHOSE, date(2026, 7, 13), date(2026, 7, 13)),
        ("G000099001", "2", Decimal("-0.0001"), *WHOSE, date(2026, 7, 14), date(2026, 7, 14)),
        ("G000099001", "2.1", Decimal(0), *WHOSE, date(2026, 7, 15), date(2026, 7, 15)),
    ]
    assert done.counts() == (3, 3, 0)
    assert "usage: amount was rounded to 4 decimals where the export has more." in done.loaded.assumptions


def test_usage_gives_way_to_the_reconciliation_of_its_invoice(load_files: LoadFiles) -> None:
    """What both files tell counts once; usage of an invoice without reconciliation stays."""
    usage = [
        {**CHARGE, "BillingPreTaxTotal": "1.00", "UsageDate": "07/13/2026"},
        {**CHARGE, "BillingPreTaxTotal": "2.00", "UsageDate": "07/13/2026", "InvoiceNumber": "G000099002"},
    ]
    done = load_files(
        {
            "a_usage.csv": csv(DAILY_USAGE, usage),
            "recon.csv": csv(RECONCILIATION, [{**CHARGE, "Total": "1.19"}]),
        },
        source("a_usage.csv", "partner_center_daily_usage_csv", id='"usage"')
        + source("recon.csv", "partner_center_reconciliation_csv"),
    )
    assert done.rows("SELECT invoice_id, amount FROM supplier_invoice_line ORDER BY 1") == [
        ("G000099001", Decimal("1.19")),
        ("G000099002", Decimal("2.00")),
    ]
    assert done.counts() == (3, 3, 0)
    passed = "usage: 1 record of supplier_invoice_line was passed over, as another export tells the same."
    assert passed in done.loaded.warnings


def test_json_lines_of_the_export_interface(load_files: LoadFiles) -> None:
    """Packed blobs with an object a line give the lines of the CSV file, numbers as they are written."""
    charge = {**CHARGE, "ChargeStartDate": "2026-07-01T00:00:00Z", "ChargeEndDate": "2026-07-31T00:00:00Z"}
    rated = {
        **charge,
        "BillingPreTaxTotal": 4.5e-05,
        "UsageDate": "2026-07-13T00:00:00Z",
        "InvoiceNumber": "G000099002",
    }
    done = load_files(
        {
            "recon.json.gz": gzip.compress(json.dumps({**charge, "Total": 16.24}).encode() + b"\n"),
            "usage.json.gz": gzip.compress(json.dumps(rated).encode() + b"\n"),
        },
        source("recon.json.gz", "partner_center_reconciliation_json")
        + source("usage.json.gz", "partner_center_daily_usage_json"),
    )
    assert done.rows(LINES) == [
        ("G000099001", "1", Decimal("16.24"), *WHOSE, *JULY),
        ("G000099002", "2.1", Decimal("0.0000"), *WHOSE, date(2026, 7, 13), date(2026, 7, 13)),
    ]
    assert done.counts() == (2, 2, 0)


def test_licence_lines_belong_to_the_invoice_that_is_stated(load_files: LoadFiles) -> None:
    """The legacy file does not name its invoice; its number is stated for every record."""
    charge = {
        **CHARGE,
        "TotalForCustomer": "69.67",
        "ChargeStartDate": "7/1/2026",
        "ChargeEndDate": "7/31/2026",
    }
    done = load_files(
        {"D02005XYZA.csv": csv(LICENCES, [charge])},
        source(
            "D02005XYZA.csv",
            "partner_center_license_reconciliation_csv",
            constants='{ invoice_id = "D02005XYZA" }',
        ),
    )
    assert done.rows(LINES) == [("D02005XYZA", "1", Decimal("69.67"), *WHOSE, *JULY)]


def test_licence_lines_without_an_invoice_are_refused(load_files: LoadFiles) -> None:
    """Without the number nothing is loaded, and the message says what to write."""
    with pytest.raises(EngagementError, match="does not hold invoice_id") as refused:
        load_files(
            {"x.csv": csv(LICENCES, [CHARGE])}, source("x.csv", "partner_center_license_reconciliation_csv")
        )
    assert 'constants = { invoice_id = "…" }' in refused.value.hint


def test_legacy_usage(load_files: LoadFiles) -> None:
    """Legacy charges for usage are written with currency signs."""
    charge = {
        **CHARGE,
        "PostTaxTotal": "$69.6712345",
        "ChargeStartDate": "7/1/2026",
        "ChargeEndDate": "7/31/2026",
    }
    done = load_files(
        {"usage.csv": csv(USAGE, [charge])}, source("usage.csv", "partner_center_usage_reconciliation_csv")
    )
    assert done.rows(LINES) == [("G000099001", "1", Decimal("69.6712"), *WHOSE, *JULY)]


def test_what_was_used_day_by_day_is_no_charge(load_files: LoadFiles) -> None:
    """Records of daily usage, which have no amount, are read and feed nothing; a charge without one is left out."""
    header = [*USAGE, "UsageDate"]
    records = [{**CHARGE, "UsageDate": "7/3/2026"}, {**CHARGE, "PostTaxTotal": ""}]
    done = load_files(
        {"usage.csv": csv(header, records)}, source("usage.csv", "partner_center_usage_reconciliation_csv")
    )
    assert done.rows(LINES) == []
    assert done.rejects() == [("usage.csv", 2, 3, "amount", None, "is required and empty")]
    assert done.counts() == (2, 1, 1)


@pytest.mark.parametrize(
    ("layout", "amount", "constants"),
    [
        ("partner_center_line_items_json", "totalForCustomer", ""),
        ("partner_center_usage_line_items_json", "postTaxTotal", ""),
        ("partner_center_license_line_items_json", "totalForCustomer", '{ invoice_id = "T000099001" }'),
    ],
)
def test_line_items_of_the_interface(load_files: LoadFiles, layout: str, amount: str, constants: str) -> None:
    """An answer's items are lines, each kind with its own field for what is to be paid."""
    item = {
        "customerId": f"org:{CUSTOMER}",
        "subscriptionId": SUBSCRIPTION,
        "invoiceNumber": "T000099001",
        "chargeStartDate": "2026-07-01T00:00:00",
        "chargeEndDate": "2026-07-31T00:00:00",
        amount: 0.1234567,
    }
    stated = {"constants": constants} if constants else {}
    done = load_files(
        {"x.json": json.dumps({"totalCount": 1, "items": [item]})}, source("x.json", layout, **stated)
    )
    assert done.rows(LINES) == [("T000099001", "1", Decimal("0.1235"), *WHOSE, *JULY)]


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-07-13T22:30:00.1767993-08:00", date(2026, 7, 14)),
        ("2026-07-13T22:30:00+00:00", date(2026, 7, 13)),
        ("2026-07-13", date(2026, 7, 13)),
        ("7/13/2026", date(2026, 7, 13)),
        ("13/7/2026", None),
    ],
)
def test_days_of_json(load_files: LoadFiles, written: str, day: date | None) -> None:
    """A time with an offset gives its day in UTC, a day is what it says, and what is neither is left out."""
    item = {**CHARGE, "Total": 1, "ChargeStartDate": written}
    done = load_files({"x.json": json.dumps(item)}, source("x.json", "partner_center_reconciliation_json"))
    assert done.values("SELECT period_start_on FROM supplier_invoice_line") == ([day] if day else [])
    assert done.counts() == (1, int(bool(day)), int(not day))


def test_daily_usage_items(load_files: LoadFiles) -> None:
    """An item of daily usage covers the day of use; without a customer it is a line all the same."""
    item = {
        "customerId": "",
        "subscriptionId": SUBSCRIPTION,
        "invoiceNumber": "T000099001",
        "chargeStartDate": "2026-07-01T00:00:00Z",
        "usageDate": "2026-07-13T00:00:00Z",
        "billingPreTaxTotal": 0.486031696515249,
    }
    done = load_files({"x.json": json.dumps(item)}, source("x.json", "partner_center_daily_usage_items_json"))
    day = date(2026, 7, 13)
    assert done.rows(LINES) == [("T000099001", "1", Decimal("0.4860"), None, WHOSE[1], day, day)]
