"""Ledgers of Xero, Stripe and HighRadius: .NET days, seconds since 1970, cents, and numbers that became fractions."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

from cspaudit import resources
from cspaudit.sources.detect import known_layouts
from tests.sources.loading import LoadFiles, Loading, detect, open_warehouse, source

HOME = '{ currency = "CHF" }'


def invoices(done: Loading, table: str) -> list[tuple[object, ...]]:
    """Return what is told of every invoice."""
    return done.rows(
        f"SELECT invoice_id, issued_on, amount, currency, due_on, document_type, status FROM {table} ORDER BY record"
    )


def payments(done: Loading, table: str) -> list[tuple[object, ...]]:
    """Return what is told of every payment."""
    return done.rows(
        f"SELECT payment_id, invoice_id, paid_on, amount, currency FROM {table} ORDER BY record, 1"
    )


def found_in(folder: Path, content: str) -> list[str]:
    """Return the layouts that a file may have."""
    (folder / "x").write_text(content, encoding="utf-8")
    with open_warehouse(folder) as warehouse:
        return [
            one.name
            for one in detect(folder / "x", known_layouts(resources.mappings()), warehouse).candidates
        ]


#: 2026-07-02 and 2026-08-20, both at 00:00 UTC, in thousandths
DAY = 1782950400000
PAID = 1787184000000
XERO = json.dumps(
    {
        "Id": "x",
        "Status": "OK",
        "Invoices": [
            {
                "Type": "ACCPAY", "InvoiceID": "aaaa", "InvoiceNumber": "G01", "Status": "PAID", "Total": 1190.5, "AmountDue": 0,
                "CurrencyCode": "EUR", "Contact": {"ContactID": "c1", "Name": "Microsoft"}, "DateString": "2026-07-02T00:00:00",
                "Date": f"/Date({DAY}+0000)/", "DueDate": f"/Date({PAID}+0000)/",
                "Payments": [
                    {"PaymentID": "p1", "Date": f"/Date({DAY}+0000)/", "Amount": 190.5, "Reference": "R"},
                    {"PaymentID": "p2", "Date": f"/Date({PAID}+0000)/", "Amount": 1000},
                    {"PaymentID": "p3", "Date": f"/Date({PAID}+0000)/", "Amount": 1, "Status": "DELETED"},
                ],
            },
            {
                "Type": "ACCREC", "InvoiceID": "bbbb", "InvoiceNumber": "", "Status": "AUTHORISED", "Total": 80, "CurrencyCode": "EUR",
                "Contact": {"ContactID": "c2", "Name": "Tailspin"}, "Date": "2026-07-02", "DueDateString": "2026-08-20T00:00:00", "Payments": [],
            },
            {
                "Type": "ACCREC", "InvoiceID": "cccc", "InvoiceNumber": "INV-2", "Status": "VOIDED", "Total": 5, "CurrencyCode": "EUR",
                "Contact": {"Name": "Tailspin"}, "Date": "2026-07-02", "DueDate": None,
            },
            {
                "Type": "ACCREC", "InvoiceID": "dddd", "InvoiceNumber": "INV-3", "Status": "DRAFT", "Total": 5, "CurrencyCode": "EUR",
                "Contact": {"Name": "Tailspin"}, "Date": "2026-07-02",
            },
        ],
    }
)  # fmt: skip


def test_xero_invoices(load_files: LoadFiles, tmp_path: Path) -> None:
    """Bills and invoices go to their sides with the payments that they list; drafts and deleted payments are none."""
    done = load_files({"x.json": XERO}, source("x.json", "xero_invoices_json"))
    assert done.counts() == (7, 7, 0)
    assert invoices(done, "supplier_invoice") == [
        ("G01", date(2026, 7, 2), Decimal("1190.5"), "EUR", date(2026, 8, 20), "invoice", "paid")
    ]
    assert payments(done, "supplier_payment") == [
        ("p1", "G01", date(2026, 7, 2), Decimal("190.5"), "EUR"),
        ("p2", "G01", date(2026, 8, 20), Decimal(1000), "EUR"),
    ]
    assert invoices(done, "customer_invoice") == [
        ("bbbb", date(2026, 7, 2), Decimal(80), "EUR", date(2026, 8, 20), "invoice", "open"),
        ("INV-2", date(2026, 7, 2), Decimal(5), "EUR", None, "invoice", "void"),
    ]
    assert done.values("SELECT customer_id FROM customer_invoice ORDER BY record") == ["Tailspin", "Tailspin"]
    assert payments(done, "customer_payment") == []
    assert found_in(tmp_path, XERO) == ["xero_invoices_json"]


def test_one_vendor_of_xero_and_all_customers(load_files: LoadFiles) -> None:
    """What a source says of the vendor leaves customers' invoices of the same answer as they are."""
    done = load_files(
        {"x.json": XERO}, source("x.json", "xero_invoices_json", only='{ "Contact.Name" = ["Litware"] }')
    )
    assert done.values("SELECT count(*) FROM supplier_invoice") == [0]
    assert done.values("SELECT count(*) FROM customer_invoice") == [2]


def test_xero_in_a_warehouse(load_files: LoadFiles, tmp_path: Path) -> None:
    """The day on which an invoice was paid in full is that of its settlement."""
    content = (
        "invoice_id,_fivetran_synced,contact_id,date,due_date,fully_paid_on_date,total,amount_due,amount_paid,status,type,"
        "currency_code,invoice_number,reference,updated_date_utc\n"
        "aaaa,x,c1,2026-07-02 00:00:00,2026-08-31,2026-08-20,1190.50,0,1190.50,PAID,ACCPAY,EUR,G01,,x\n"
        "bbbb,x,c2,2026-07-02,2026-08-20,,80,80,0,AUTHORISED,ACCREC,,INV-1,,x\n"
        "cccc,x,c2,2026-07-02,2026-08-20,,80,80,0,DRAFT,ACCREC,EUR,INV-2,,x\n"
    )
    done = load_files({"x.csv": content}, source("x.csv", "fivetran_xero_invoice_csv", constants=HOME))
    assert done.counts() == (3, 3, 0)
    assert invoices(done, "supplier_invoice") == [
        ("G01", date(2026, 7, 2), Decimal("1190.5"), "EUR", date(2026, 8, 31), "invoice", "paid")
    ]
    assert payments(done, "supplier_payment") == [
        ("aaaa", "G01", date(2026, 8, 20), Decimal("1190.5"), "EUR")
    ]
    assert invoices(done, "customer_invoice") == [
        ("INV-1", date(2026, 7, 2), Decimal(80), "CHF", date(2026, 8, 20), "invoice", "open")
    ]
    assert found_in(tmp_path, content)[0] == "fivetran_xero_invoice_csv"


def stripe(**fields: object) -> dict[str, object]:
    """Return an invoice as Stripe gives it."""
    return {
        "id": "in_1", "object": "invoice", "number": None, "customer": "cus_1", "status": "open", "total": 119050, "amount_due": 119050,
        "currency": "eur", "created": DAY // 1000, "due_date": PAID // 1000, "collection_method": "send_invoice", "livemode": True,
        "status_transitions": {"finalized_at": DAY // 1000, "paid_at": None, "voided_at": None}, **fields,
    }  # fmt: skip


def test_stripe_invoices(load_files: LoadFiles, tmp_path: Path) -> None:
    """Cents become amounts by the currency's own decimals, seconds days in UTC; a draft is no invoice."""
    times = {"finalized_at": DAY // 1000, "paid_at": PAID // 1000}
    content = json.dumps(
        {
            "object": "list",
            "data": [
                stripe(number="A-1", status="paid", status_transitions=times),
                stripe(
                    id="in_2",
                    number="A-2",
                    currency="jpy",
                    total=500,
                    collection_method="charge_automatically",
                ),
                stripe(
                    id="in_3", number="A-3", currency="kwd", total=1500, status="uncollectible", due_date=None
                ),
                stripe(id="in_4", number="A-4", total=7, status="void"),
                stripe(id="in_5", status="draft"),
            ],
            "has_more": False,
        }
    )
    done = load_files({"x.json": content}, source("x.json", "stripe_invoices_json"))
    assert done.counts() == (5, 5, 0)
    day, due = date(2026, 7, 2), date(2026, 8, 20)
    assert invoices(done, "customer_invoice") == [
        ("A-1", day, Decimal("1190.5"), "EUR", due, "invoice", "paid"),
        ("A-2", day, Decimal(500), "JPY", due, "invoice", "open"),
        ("A-3", day, Decimal("1.5"), "KWD", None, "invoice", "open"),
        ("A-4", day, Decimal("0.07"), "EUR", due, "invoice", "void"),
    ]
    assert done.values("SELECT payment_method FROM customer_invoice ORDER BY record") == [
        "transfer",
        "card",
        "transfer",
        "transfer",
    ]
    assert payments(done, "customer_payment") == [("in_1", "A-1", due, Decimal("1190.5"), "EUR")]
    assert found_in(tmp_path, content) == ["stripe_invoices_json"]


def test_stripe_list_of_the_dashboard(load_files: LoadFiles, tmp_path: Path) -> None:
    """The dashboard writes amounts in the currency's own unit and times to the minute."""
    content = (
        "id,Amount Due,Billing,Currency,Customer,Date (UTC),Due Date (UTC),Number,Paid,Subscription,Subtotal,Tax,Total,"
        "Amount Paid,Status,Finalized At (UTC),Paid At (UTC)\n"
        "in_1,1190.50,send_invoice,eur,cus_1,2026-07-01 10:00,2026-08-20 10:05,A-1,true,,1,1,1190.50,1190.50,paid,"
        "2026-07-02 09:00,2026-08-20 23:59\n"
        "in_2,5.00,send_invoice,eur,cus_1,2026-07-02 10:00,,A-2,false,,1,1,5.00,0.00,draft,,\n"
    )
    done = load_files({"x.csv": content}, source("x.csv", "stripe_invoices_csv"))
    assert done.counts() == (2, 2, 0)
    due = date(2026, 8, 20)
    assert invoices(done, "customer_invoice") == [
        ("A-1", date(2026, 7, 2), Decimal("1190.5"), "EUR", due, "invoice", "paid")
    ]
    assert payments(done, "customer_payment") == [("in_1", "A-1", due, Decimal("1190.5"), "EUR")]
    assert found_in(tmp_path, content)[0] == "stripe_invoices_csv"


HIGHRADIUS = (
    "business_code,cust_number,name_customer,clear_date,buisness_year,doc_id,posting_date,document_create_date,"
    "document_create_date.1,due_in_date,invoice_currency,document type,posting_id,area_business,total_open_amount,"
    "baseline_create_date,cust_payment_terms,invoice_id,isOpen\n"
    "U001,0200769623,TAIL corp,2026-08-20 00:00:00,2026.0,1930438491.0,2026-07-02,20260701,20260702,20260831.0,USD,RV,1.0,,"
    "1190.5,20260702.0,NAH4,1930438491.0,0\n"
    "CA02,140104409,LITW,,2026.0,2960623488.0,2026-07-03,20260703,20260703,20260803.0,CAD,RV,1.0,,80.0,20260703.0,CA10,2960623488.0,1\n"
)


def test_highradius(load_files: LoadFiles, tmp_path: Path) -> None:
    """Ids and days that a program made fractions are whole again; leading zeros of a customer stay."""
    done = load_files({"x.csv": HIGHRADIUS}, source("x.csv", "highradius_receivables_csv"))
    assert done.counts() == (2, 2, 0)
    assert invoices(done, "customer_invoice") == [
        ("1930438491", date(2026, 7, 2), Decimal("1190.5"), "USD", date(2026, 8, 31), "invoice", "paid"),
        ("2960623488", date(2026, 7, 3), Decimal(80), "CAD", date(2026, 8, 3), "invoice", "open"),
    ]
    assert done.values("SELECT customer_id FROM customer_invoice ORDER BY record") == [
        "0200769623",
        "140104409",
    ]
    assert payments(done, "customer_payment") == [
        ("1930438491", "1930438491", date(2026, 8, 20), Decimal("1190.5"), "USD")
    ]
    assert found_in(tmp_path, HIGHRADIUS)[0] == "highradius_receivables_csv"


def test_highradius_in_one_currency(load_files: LoadFiles) -> None:
    """A copy of the data whose amounts were all converted is in dollars, its days written as people write them."""
    content = (
        "business_code,cust_number,name_customer,clear_date,buisness_year,doc_id,posting_date,due_in_date,baseline_create_date,"
        "cust_payment_terms,converted_usd,Aging Bucket\n"
        "U001,7,X,8/20/2026,2026.0,19.0,7/2/2026,8/31/2026,7/2/2026,NAA8,1190.5,0-15\n"
    )
    done = load_files({"x.csv": content}, source("x.csv", "highradius_receivables_csv"))
    assert invoices(done, "customer_invoice") == [
        ("19", date(2026, 7, 2), Decimal("1190.5"), "USD", date(2026, 8, 31), "invoice", "paid")
    ]
