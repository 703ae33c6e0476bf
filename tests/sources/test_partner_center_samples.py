"""Microsoft's published answers of Partner Center's interface: each is read whole, or declined with its reason."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import Detected, known_layouts
from cspaudit.warehouse.interface import Row
from tests.sources.loading import detect, instant, open_warehouse, source
from tests.sources.test_real_exports import load_sources

pytestmark = pytest.mark.samples

FOLDER = "partner_center_docs"
#: what each file is, by its name without "get-" and ".json", and how many records it has
KNOWN = {
    "a-collection-of-invoices.0": ("partner_center_invoices_json", 3),
    "invoice-by-id.0": ("partner_center_invoices_json", 1),
    "invoiceline-items.0": ("partner_center_license_line_items_json", 2),
    "invoiceline-items.1": ("partner_center_usage_line_items_json", 2),
    "invoiceline-items.3": ("partner_center_line_items_json", 2),
    "invoiceline-items.4": ("partner_center_line_items_json", 1),
    "invoice-billed-consumption-lineitems.0": ("partner_center_daily_usage_items_json", 2),
    "invoice-billed-consumption-lineitems.1": ("partner_center_daily_usage_items_json", 1),
    "all-service-requests-for-a-customer.0": ("partner_center_service_requests_json", 1),
    "service-request-details-by-id.0": ("partner_center_service_requests_json", 1),
    "a-record-of-partner-center-activity-by-user.0": ("partner_center_audit_records_json", 2),
    "a-subscription-by-id.0": ("partner_center_subscriptions_json", 1),
    "a-subscription-by-id.1": ("partner_center_subscriptions_json", 1),
    "support-profile.0": ("partner_center_support_profile_json", 1),
}
#: what is known for what it is, and holds nothing to take
EMPTY = {
    "invoice-summaries.0": "Partner Center invoice summaries (JSON)",
    "the-reseller-s-current-account-balance.0": "Partner Center invoice summaries (JSON)",
    "invoiceline-items.2": "Partner Center daily usage without amounts, legacy (JSON)",
}
#: what has the fields of a layout, and values that stand for values: a domain "domain", an address "<key>"
PLACEHOLDERS = {
    "a-list-of-customers.0": ("partner_center_customers_json", 2),
    "all-of-a-customer-s-subscriptions.0": ("partner_center_subscriptions_json", 1),
}


@pytest.fixture(scope="module")
def detected(samples_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Detected]:
    """What each file was taken for."""
    layouts = known_layouts(resources.mappings())
    with open_warehouse(tmp_path_factory.mktemp("detected")) as warehouse:
        return {
            file.stem.removeprefix("get-"): detect(file, layouts, warehouse)
            for file in sorted((samples_dir / FOLDER).iterdir())
        }


def test_every_file_is_accounted_for(detected: dict[str, Detected]) -> None:
    """All nineteen files are known, empty of use, or full of placeholders; there is no other."""
    assert len(detected) == 19
    assert {*KNOWN, *EMPTY, *PLACEHOLDERS} == set(detected)


def test_what_can_be_used_is_recognised(detected: dict[str, Detected]) -> None:
    """The first candidate is the file's own layout, knows all of its fields and can use all of its records."""
    found = {name: detected[name].candidates[0] for name in KNOWN}
    assert {name: (one.name, one.usable, one.records) for name, one in found.items()} == {
        name: (layout, records, records) for name, (layout, records) in KNOWN.items()
    }
    assert {name: one.unknown for name, one in found.items() if one.unknown} == {}
    assert found["invoiceline-items.0"].needs_stated[0][0] == "invoice_id"
    assert found["support-profile.0"].needs_stated[0][0] == "observed_at"


@pytest.mark.parametrize("name", EMPTY)
def test_what_holds_nothing_is_declined_for_what_it_is(detected: dict[str, Detected], name: str) -> None:
    """No layout is proposed; the reason names what the file is."""
    found = detected[name]
    assert found.candidates == ()
    assert found.is_known
    assert found.declined.startswith(f"It holds {EMPTY[name]}: ")


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_placeholders_are_declined(detected: dict[str, Detected], name: str) -> None:
    """The layout is the nearest, and none of the records can be used."""
    found = detected[name]
    layout, records = PLACEHOLDERS[name]
    assert found.candidates == ()
    assert (found.near[0].name, found.near[0].usable, found.near[0].records) == (layout, 0, records)


def rows(samples_dir: Path, folder: Path, name: str, query: str, **settings: str) -> list[Row]:
    """Load one file as what it is, and return the rows of a query; nothing is left out."""
    layout, records = KNOWN.get(name) or PLACEHOLDERS[name]
    done = load_sources(folder, source(f"{samples_dir}/{FOLDER}/get-{name}.json", layout, **settings))
    assert done.loaded.problems == ()
    assert done.counts() == (records, records, 0)
    found = done.rows(query)
    done.warehouse.close()
    return found


LINES = (
    "SELECT invoice_id, line, amount, customer_id, period_start_on FROM supplier_invoice_line ORDER BY record"
)


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        (
            "invoiceline-items.0",
            {"constants": '{ invoice_id = "D1" }'},
            [
                ("D1", "1", Decimal(0), "74221236-d09c-4870-ac1d-33e155e9aebe", date(2017, 5, 12)),
                ("D1", "2", Decimal(0), "74221236-d09c-4870-ac1d-33e155e9aebe", date(2017, 5, 13)),
            ],
        ),
        (
            "invoiceline-items.1",
            {},
            [
                (
                    "1234000000",
                    "1",
                    Decimal("69.67"),
                    "65726577-c208-40fd-9735-8c85ac000000",
                    date(2019, 8, 2),
                ),
                ("1234000000", "2", Decimal(0), "65726577-c208-40fd-9735-8c85ac9cac68", date(2019, 8, 2)),
            ],
        ),
        (
            "invoiceline-items.3",
            {},
            [
                ("1234000000", "1", Decimal("470.67"), "9060d13d-c5ed-482e-b059-a15a38000000", None),
                ("1234000000", "2", Decimal("28.72"), "9060d13d-c5ed-482e-b059-a15a38cbb28e", None),
            ],
        ),
        (
            "invoiceline-items.4",
            {},
            [("1234000000", "1", Decimal("1577.24"), "9060d13d-c5ed-482e-b059-a15a38000000", None)],
        ),
        (
            "invoice-billed-consumption-lineitems.0",
            {},
            [
                ("T000001234", "1", Decimal("0.4860"), None, date(2018, 11, 13)),
                ("T000001234", "2", Decimal("0.4902"), None, date(2018, 11, 13)),
            ],
        ),
        (
            "invoice-billed-consumption-lineitems.1",
            {},
            [("T000001234", "1", Decimal("0.4860"), None, date(2018, 11, 13))],
        ),
    ],
)
def test_lines(
    samples_dir: Path, tmp_path: Path, name: str, settings: dict[str, str], expected: list[Row]
) -> None:
    """Lines have the amounts of the answer; those with sixteen decimals are rounded to four."""
    assert rows(samples_dir, tmp_path, name, LINES, **settings) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "all-service-requests-for-a-customer.0",
            ("615112491169010", instant("2015-11-24T01:07:00"), None, "unknown", "open", None),
        ),
        (
            "service-request-details-by-id.0",
            (
                *("616122292874576", instant("2016-12-22T20:31:17"), None, "critical", "open"),
                "3b33e682-00c3-41ee-9dd2-a548adf56438",
            ),
        ),
    ],
)
def test_requests(samples_dir: Path, tmp_path: Path, name: str, expected: Row) -> None:
    """A request that was never closed has no day of closing; numbers and words are read alike."""
    query = "SELECT request_id, opened_at, closed_at, severity, status, customer_context FROM service_request"
    assert rows(samples_dir, tmp_path, name, query) == [expected]


def test_audit_records(samples_dir: Path, tmp_path: Path) -> None:
    """Both records say who did what and when."""
    query = "SELECT occurred_at, operation, actor_id, application_id FROM audit_event ORDER BY 1"
    assert rows(samples_dir, tmp_path, "a-record-of-partner-center-activity-by-user.0", query) == [
        (
            *(instant("2017-06-01T20:09:07"), "update_customer_user_licenses"),
            *("admin@domain.onmicrosoft.com", "Partner Center Native App"),
        ),
        (instant("2017-06-15T22:56:05"), "create_order", "admin@domain.onmicrosoft.com", None),
    ]


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        (
            "a-subscription-by-id.0",
            {},
            (
                "a356ac8c-e310-44f4-bf85-c7f29044af99",
                "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04",
                date(2016, 5, 10),
                "azure",
            ),
        ),
        (
            "a-subscription-by-id.1",
            {},
            (
                "968ba1cf-c146-4adf-a300-308dcf718eee",
                "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04",
                date(2017, 1, 25),
                None,
            ),
        ),
        (
            "all-of-a-customer-s-subscriptions.0",
            {"constants": '{ customer_id = "c-1" }'},
            ("83ef9d05-4169-4ef9-9657-0e86b1eab1de", "c-1", date(2015, 11, 24), None),
        ),
    ],
)
def test_subscriptions(
    samples_dir: Path, tmp_path: Path, name: str, settings: dict[str, str], expected: Row
) -> None:
    """Whose a subscription is stands in its address, or is stated; blanks in its times do no harm."""
    query = (
        "SELECT subscription_id, customer_id, started_on, service FROM subscription WHERE ended_on IS NULL"
    )
    assert rows(samples_dir, tmp_path, name, query, **settings) == [expected]


def test_support_profile(samples_dir: Path, tmp_path: Path) -> None:
    """The contact is that of the moment that the source states."""
    query = "SELECT observed_at, email, telephone, website FROM support_profile"
    assert rows(samples_dir, tmp_path, "support-profile.0", query, as_of="2020-09-30T12:00:00Z") == [
        (instant("2020-09-30T12:00:00"), "email@sample.com", "4255555555", "www.microsoft.com")
    ]
