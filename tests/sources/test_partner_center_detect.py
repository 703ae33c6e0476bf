"""Exports of Partner Center are told from each other, and from the exports of others that look like them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import Detected, known_layouts
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from tests.sources.loading import detect, open_warehouse
from tests.sources.partner_center import CHARGE, DAILY_USAGE, LICENCES, RECONCILIATION, USAGE, csv

LAYOUTS = known_layouts(resources.mappings())
DATED = {"ChargeStartDate": "7/1/2026", "ChargeEndDate": "7/31/2026", "UsageDate": "07/13/2026"}
PAID = {
    "Total": "1.19",
    "TotalForCustomer": "1.19",
    "PostTaxTotal": "$1.19",
    "BillingPreTaxTotal": "1.000000001",
}
RECORD = {**CHARGE, **DATED, **PAID}
#: an export of each layout in the shape that its vendor gives it
EXPORTS = {
    "partner_center_reconciliation_csv": csv(RECONCILIATION, [RECORD]),
    "partner_center_daily_usage_csv": csv(DAILY_USAGE, [RECORD]),
    "partner_center_license_reconciliation_csv": csv(LICENCES, [RECORD]),
    "partner_center_usage_reconciliation_csv": csv(USAGE, [RECORD]),
    "partner_center_reconciliation_json": json.dumps({name: RECORD.get(name) for name in RECONCILIATION}),
    "partner_center_daily_usage_json": json.dumps({name: RECORD.get(name) for name in DAILY_USAGE}),
    "partner_center_customers_csv": "Microsoft-ID,Firmenname,Primärer Domänenname,Beziehung\nc,Litware,litware.example,x\n",
    "partner_center_billing_history_csv": (
        "Rechnungsnummer,Abrechnungszeitraum,Rechnungsdatum,Gebühren,Zahlungen,Währung,Status\n"
        'G000099001,07/2026,7/18/2026,"1,119.00",0,EUR,Bezahlt\n'
    ),
    "partner_center_service_requests_csv": (
        "Anforderungs-ID,Titel,Kunde,Schweregrad,Status,Erstellt am,Zuletzt aktualisiert\n"
        "2607240040001,x,Litware,Mittel,Open,7/24/2026 10:07 AM,7/24/2026 10:07 AM\n"
    ),
    "partner_center_activity_log_csv": (
        "Date,Operation,User,Customer,Status\n7/15/2026 10:56 PM,Create order,ada@fabrikam.example,Litware,Success\n"
    ),
    "partner_center_service_requests_powershell_csv": (
        "#TYPE Microsoft.Store.PartnerCenter.PowerShell.Models.ServiceRequests.PSServiceRequest\n"
        "ServiceRequestId,Title,Description,Severity,Status,SupportTopicId,SupportTopicName,ProductId,ProductName,"
        "CreatedDate,LastModifiedDate,LastClosedDate,PrimaryContact,LastUpdatedBy,Organization,CountryCode\n"
        "615000000000001,x,x,Critical,Open,1,x,1,x,7/24/2026 1:07:00 AM,7/24/2026 1:07:00 AM,1/1/0001 12:00:00 AM,x,x,x,DE\n"
    ),
    "partner_center_invoices_powershell_csv": (
        "AmendsOf,Amendments,CurrencyCode,CurrencySymbol,DocumentType,InvoiceId,InvoiceDate,InvoiceDetails,InvoiceType,"
        "PaidAmount,PdfDownloadLink,TaxReceipts,TotalCharges\n"
        ",x,EUR,€,Invoice,G000099001,7/18/2026 12:00:00 AM,x,OneTime,0,x,x,119\n"
    ),
    "partner_center_subscriptions_powershell_csv": (
        "Actions,AutoRenewEnabled,BillingCycle,BillingType,CommitmentEndDate,ContractType,CreationDate,EffectiveStartDate,"
        "EntitlementId,FriendlyName,HasPurchasableAddons,IsTrial,OfferId,OfferName,ParentSubscriptionId,PartnerId,Quantity,"
        "SubscriptionId,Status,SuspensionReasons,UnitType\n"
        "x,True,Monthly,License,1/19/2027 12:00:00 AM,Subscription,1/20/2026 12:00:00 AM,1/20/2026 12:00:00 AM,,x,False,False,"
        "X,Exchange,,,2,s-1,Active,x,Licenses\n"
    ),
    "azure_billing_invoices_json": json.dumps(
        [
            {
                "name": "G000099001",
                "invoiceDate": "2026-07-08T00:00:00Z",
                "dueDate": "2026-09-06T00:00:00Z",
                "status": "Due",
                "documentType": "Invoice",
                "billedAmount": {"currency": "EUR", "value": 119},
                "totalAmount": {"currency": "EUR", "value": 119},
                "type": "Microsoft.Billing/billingAccounts/invoices",
            }
        ]
    ),
    "azure_billing_invoices_rest_json": json.dumps(
        {
            "value": [
                {
                    "id": "/providers/Microsoft.Billing/billingAccounts/1/invoices/G000099001",
                    "name": "G000099001",
                    "type": "Microsoft.Billing/billingAccounts/invoices",
                    "properties": {
                        "invoiceDate": "2026-07-08T00:00:00Z",
                        "dueDate": "2026-09-06T00:00:00Z",
                        "billedAmount": {"currency": "EUR", "value": 119},
                    },
                }
            ],
            "nextLink": "https://management.azure.example/next",
        }
    ),
    "zendesk_users_json": json.dumps(
        {
            "users": [
                {
                    "id": 1,
                    "name": "Ada",
                    "role": "agent",
                    "created_at": "2026-01-02T00:00:00Z",
                    "active": True,
                }
            ]
        }
    ),
    # what looks like a request and is a ticket of a desk
    "freshdesk_tickets_csv": (
        "Ticket ID,Subject,Status,Priority,Source,Type,Agent,Group,Created time,Due by Time,Resolved time,Closed time\n"
        "7,x,Open,Low,Email,Incident,Ada,Desk,2026-07-24 10:07:00,,,\n"
    ),
    "connectwise_tickets_csv": (
        "Ticket #,Priority,Age,Status,Company,Summary Description,Date Entered,Closed Date\n"
        "7,Priority 3 - Normal Response,1,New,Litware,x,2026-07-24 10:07,\n"
    ),
}


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """An engine of its own."""
    with open_warehouse(tmp_path) as opened:
        yield opened


def found_in(warehouse: Warehouse, folder: Path, content: str) -> Detected:
    """What a file of this content is found to be."""
    path = folder / "export"
    path.write_text(content, encoding="utf-8")
    return detect(path, LAYOUTS, warehouse)


@pytest.mark.parametrize("name", EXPORTS)
def test_each_export_is_what_it_is(warehouse: Warehouse, tmp_path: Path, name: str) -> None:
    """Of all layouts the export's own comes first, and every record can be used."""
    first = found_in(warehouse, tmp_path, EXPORTS[name]).candidates[0]
    assert (first.name, first.records, first.usable) == (name, 1, 1)


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("partner_center_license_reconciliation_csv", ["invoice_id"]),
        ("partner_center_subscriptions_powershell_csv", ["customer_id"]),
        ("partner_center_reconciliation_csv", []),
    ],
)
def test_what_no_field_tells_is_asked_for(
    warehouse: Warehouse, tmp_path: Path, name: str, stated: list[str]
) -> None:
    """Columns that the source will have to state are named with what they are, and no currency is asked for."""
    first = found_in(warehouse, tmp_path, EXPORTS[name]).candidates[0]
    assert [column for column, _ in first.needs_stated] == stated
    assert not first.needs_currency


def test_a_list_without_currencies_asks_for_the_currency_too(warehouse: Warehouse, tmp_path: Path) -> None:
    """Where the list of invoices has no column of currencies, their one currency has to be stated."""
    text = "Invoice number,Invoice date,Billing period,Total charges,Status\nG000099001,7/18/2026,July,119,Paid\n"
    first = found_in(warehouse, tmp_path, text).candidates[0]
    assert (first.name, first.needs_currency, first.usable) == ("partner_center_billing_history_csv", True, 1)


def test_a_damaged_cell_of_a_header_does_no_harm(warehouse: Warehouse, tmp_path: Path) -> None:
    """With its first cell spoilt, its columns turned round and one added, a file is what it was."""
    header = ["Note", *reversed(DAILY_USAGE[1:]), "\nss"]
    first = found_in(warehouse, tmp_path, csv(header, [RECORD]).replace("\nss", '"\nss"')).candidates[0]
    assert first.name == "partner_center_daily_usage_csv"
    assert first.unknown == ("Note", "ss")


def test_what_holds_nothing_is_known_all_the_same(warehouse: Warehouse, tmp_path: Path) -> None:
    """A balance is declined as what it is, and a list that only shares a field with it is not."""
    balance = {
        "balanceAmount": 7,
        "currencyCode": "EUR",
        "accountingDate": "2026-07-01T00:00:00",
        "lastPaymentAmount": 1,
    }
    more = {
        "currencySymbol": "€",
        "lastPaymentDate": "2026-07-01T00:00:00",
        "latestInvoiceDate": "",
        "details": [],
    }
    found = found_in(warehouse, tmp_path, json.dumps({**balance, **more}))
    assert found.is_known
    assert found.candidates == ()
    manifest = {
        "id": "1",
        "schemaVersion": "2",
        "dataFormat": "compressedJSON",
        "sasToken": "x",
        "blobCount": 0,
        "blobs": [],
    }
    whence = {
        "createdDateTime": "2026-08-08T00:00:00Z",
        "eTag": "x",
        "partnerTenantId": "x",
        "rootDirectory": "x",
    }
    found = found_in(warehouse, tmp_path, json.dumps({**manifest, **whence, "partitionType": "default"}))
    assert found.declined.startswith(
        "It holds Partner Center export manifest (JSON): it only lists the files"
    )
    other = found_in(warehouse, tmp_path, json.dumps({"currencyCode": "EUR", "a": 1, "b": 2}))
    assert not other.is_known
