"""A bank statement is the record of payments where no ledger is, and bears a ledger out where one is."""

import pytest

from cspaudit.model import engagement
from tests.linking.test_payments import INVOICE_HEAD, _told
from tests.sources.loading import ONE_PARTNER, LoadFiles, Loading, source

BANK_HEAD = "transaction_id,value_on,booked_on,amount,currency,counterparty,reference,payment_id"
MADE = (
    "SELECT payment_id, paid_on::VARCHAR, amount, invoice_id, status, invoice_unclear, file, record "
    "FROM supplier_payment ORDER BY ALL"
)
CUSTOMERS = """
[[data.customer]]
customer_id = "C1"
name = "Contoso Ltd."
[[data.customer]]
customer_id = "C2"
name = "Litware"
"""


def _load(
    load_files: LoadFiles,
    movements: list[str],
    *,
    supplier: tuple[str, ...] = (),
    customer: tuple[str, ...] = (),
    ledger: tuple[str, ...] = (),
    partner: str = ONE_PARTNER,
) -> Loading:
    files = {"b.csv": "\n".join([BANK_HEAD, *movements, ""])}
    sources = source("b.csv", "bank_transaction")
    if supplier:
        files["i.csv"] = "\n".join([INVOICE_HEAD, *supplier, ""])
        sources += source("i.csv", "supplier_invoice")
    if customer:
        files["c.csv"] = "\n".join([INVOICE_HEAD + ",customer_id", *customer, ""])
        sources += source("c.csv", "customer_invoice") + CUSTOMERS
    if ledger:
        files["p.csv"] = "\n".join(["payment_id,paid_on,amount,currency,status", *ledger, ""])
        sources += source("p.csv", "supplier_payment")
    return load_files(files, sources, partners=partner)


def test_money_that_leaves_pays_the_supplier(load_files: LoadFiles) -> None:
    """By the invoice's id to whomever; by the amount to Microsoft alone; what went to others is no payment of it."""
    invoices = (
        "INV1,2026-07-01,10.00,EUR",
        "INV2,2026-07-01,20.00,EUR",
        "INV3,2026-07-01,30.00,EUR",
        "INV4,2026-07-01,40.00,EUR",
    )
    movements = [
        "T1,2026-07-10,2026-07-09,-10.00,EUR,Pay Agent,INV1,",
        "T2,2026-07-11,,-20.00,EUR,MICROSOFT Ireland Operations Ltd,thanks,",
        "T3,2026-07-12,,-30.00,EUR,Landlord GmbH,rent,",
        "T4,2026-07-13,,-77.00,EUR,Landlord GmbH,rent,",
        "T5,2026-07-14,,-88.00,EUR,,,",
        "T6,2026-07-15,,-5.00,EUR,Microsoft,on account,",
        "T7,2026-07-16,,500.00,EUR,Contoso,,",
        "T8,2026-07-17,,-40.00,EUR,Fabrikam,to our other account,",
    ]
    done = _load(load_files, movements, supplier=invoices)
    assert done.rows(MADE) == [
        ("T1", "2026-07-10", 10, "INV1", "settled", None, "b.csv", 1),
        ("T2", "2026-07-11", 20, "INV2", "settled", None, "b.csv", 2),
        # as much as an invoice, to somebody else: perhaps for it
        ("T3", "2026-07-12", 30, None, "settled", True, "b.csv", 3),
        # to nobody knows whom
        ("T5", "2026-07-14", 88, None, "settled", True, "b.csv", 5),
        ("T6", "2026-07-15", 5, None, "settled", None, "b.csv", 6),
    ]
    assert _told(done) == (5, {"exact": 1, "amount_window": 1}, 1, 2)
    assert _told(done, "bank_transaction_to_payment") == (8, {"booked": 5}, 0, 3)
    assert done.values("SELECT payment_id FROM bank_transaction ORDER BY transaction_id") == [
        "T1", "T2", "T3", None, "T5", "T6", None, None,
    ]  # fmt: skip


def test_a_supplier_of_another_name_is_told(load_files: LoadFiles) -> None:
    """The engagement says under which names the supplier stands on statements; a part of the name will do."""
    partner = ONE_PARTNER + 'suppliers = ["Wide-World"]\n'
    movements = ["T1,2026-07-10,,-10.00,EUR,WIDE WORLD Importers,,", "T2,2026-07-10,,-20.00,EUR,Worldwide,,"]
    invoices = ("INV1,2026-07-01,10.00,EUR", "INV2,2026-07-01,20.00,EUR")
    done = _load(load_files, movements, supplier=invoices, partner=partner)
    assert done.rows("SELECT payment_id, invoice_id, invoice_unclear FROM supplier_payment ORDER BY 1") == [
        ("T1", "INV1", None),
        ("T2", None, True),
    ]


def test_statements_without_a_payment_to_the_supplier_tell_nothing_of_payments(load_files: LoadFiles) -> None:
    """An account from which nobody pays the supplier is no export of payments: nothing is unpaid by it."""
    done = _load(load_files, ["T1,2026-07-10,,-10.00,EUR,,,"], supplier=("INV1,2026-07-01,10.00,EUR",))
    assert done.rows(MADE) == []
    assert done.rows("SELECT * FROM source_table WHERE table_name = 'supplier_payment'") == []


def test_money_that_came_back_was_not_paid(load_files: LoadFiles) -> None:
    """The same amount back from the same name within 30 days: returned; later, or twice, it is not known."""
    invoices = tuple(f"INV{n},2026-07-01,{n}0.00,EUR" for n in range(1, 5))
    movements = [
        "T1,2026-07-10,,-10.00,EUR,Microsoft,INV1,",
        "R1,2026-08-09,,10.00,EUR,microsoft,RETOURE,",
        "T2,2026-07-10,,-20.00,EUR,Microsoft,INV2,",
        "R2,2026-08-10,,20.00,EUR,Microsoft,,",
        "T3,2026-07-10,,-30.00,EUR,Microsoft,INV3,",
        "R3,2026-07-11,,30.00,EUR,Contoso,,",
        "T4,2026-07-10,,-40.00,EUR,Microsoft,INV4,",
        "T5,2026-07-11,,-40.00,EUR,Microsoft,INV4,",
        "R4,2026-07-12,,40.00,EUR,Microsoft,,",
    ]
    done = _load(load_files, movements, supplier=invoices)
    assert done.rows("SELECT payment_id, status, invoice_id FROM supplier_payment ORDER BY 1") == [
        ("T1", "returned", None),
        ("T2", "settled", "INV2"),
        ("T3", "settled", "INV3"),
        ("T4", "settled", "INV4"),
        ("T5", "settled", "INV4"),
    ]


def test_money_that_comes_in_pays_customers_bills(load_files: LoadFiles) -> None:
    """By the bill's id alone; all else that came in is known at most by its customer and may pay any bill."""
    bills = (
        "R-1001,2026-07-01,10.00,EUR,C1",
        "R-1002,2026-07-01,20.00,EUR,C1",
        "R-1003,2026-07-01,20.00,EUR,C2",
    )
    movements = [
        "T1,2026-07-10,,10.00,EUR,Somebody,Bill R-1001,",
        "T2,2026-07-11,,20.00,EUR,CONTOSO LTD,,",
        "T3,2026-07-12,,20.00,EUR,Tailspin,,",
        "T4,2026-07-12,,7.00,EUR,Microsoft,refund,",
        "T5,2026-07-13,,9.00,EUR,,,",
        "T6,2026-07-13,,-9.00,EUR,Tailspin,,",
    ]
    done = _load(load_files, movements, customer=bills)
    assert done.rows(
        "SELECT payment_id, amount, invoice_id, customer_id FROM customer_payment ORDER BY 1"
    ) == [
        ("T1", 10, "R-1001", "C1"),
        ("T2", 20, None, "C1"),
        ("T3", 20, None, None),
        ("T5", 9, None, None),
    ]
    assert _told(done, "customer_payment_to_invoice") == (4, {"remittance_text": 1}, 2, 1)


def test_a_ledger_is_borne_out_and_not_added_to(load_files: LoadFiles) -> None:
    """Where a ledger holds payments no movement becomes one; it is one of them by its id, or by amount and day."""
    movements = [
        "T1,2026-07-10,,-10.00,EUR,Microsoft,ref pay-1 INV9,",
        "T2,2026-07-11,2026-07-10,-20.00,EUR,Microsoft,,",
        "T3,2026-07-12,,-30.00,EUR,Microsoft,,",
        "T4,2026-07-12,,-30.00,EUR,Microsoft,,",
        "T5,2026-07-12,,-99.00,EUR,Microsoft,,KNOWN",
        "T6,2026-07-13,,-11.00,EUR,Microsoft,PAY-1,",
    ]
    ledger = ("PAY-1,2026-07-09,10.00,EUR,", "PAY-2,2026-07-10,20.00,EUR,", "PAY-3,2026-07-12,30.00,EUR,")
    done = _load(load_files, movements, supplier=("INV9,2026-07-01,99.00,EUR",), ledger=ledger)
    assert done.values("SELECT payment_id FROM supplier_payment ORDER BY 1") == ["PAY-1", "PAY-2", "PAY-3"]
    assert done.values("SELECT payment_id FROM bank_transaction ORDER BY transaction_id") == [
        "PAY-1", "PAY-2", None, None, "KNOWN", None,
    ]  # fmt: skip
    assert _told(done, "bank_transaction_to_payment") == (
        6,
        {"remittance_text": 1, "amount_and_date": 1},
        0,
        4,
    )


def test_a_statement_is_the_export_of_the_payments_it_holds(load_files: LoadFiles) -> None:
    """Its months are covered, its columns are filled, and a movement that could not be read is a payment left out."""
    movements = [
        "T1,2026-07-10,,-10.00,EUR,Microsoft,INV1,",
        "T2,2026-09-10,,-1.00,EUR,Landlord,,",
        "T3,2026-13-10,,-1.00,EUR,Microsoft,,",
    ]
    done = _load(load_files, movements, supplier=("INV1,2026-07-01,10.00,EUR",))
    of_payments = "table_name = 'supplier_payment'"
    assert done.rows(f"SELECT month, records FROM source_coverage WHERE {of_payments} ORDER BY 1") == [
        ("2026-07", 1),
        ("2026-09", 1),
    ]
    assert done.rows(f"SELECT source_id, is_dated FROM source_table WHERE {of_payments}") == [("b.csv", True)]
    assert "invoice_id" in done.values(f"SELECT column_name FROM source_column WHERE {of_payments}")
    assert done.rows(f"SELECT file, record, field FROM reject WHERE {of_payments}") == [
        ("b.csv", 3, "value_on")
    ]
    assert done.counts() == (4, 3, 1)


def test_a_payment_left_out_of_the_ledger_keeps_the_bank_out(load_files: LoadFiles) -> None:
    """A ledger whose only record cannot be read is a ledger all the same: damage never lets the statement speak for it."""
    movements = ["T1,2026-07-10,,-10.00,EUR,Microsoft,INV1,"]
    done = _load(
        load_files, movements, supplier=("INV1,2026-07-01,10.00,EUR",), ledger=("P1,rubbish,10.00,EUR,",)
    )
    assert done.rows("SELECT * FROM supplier_payment") == []


def test_the_names_of_suppliers_are_a_key_of_partners() -> None:
    """Names of suppliers are texts of a partner; none are listed by default."""
    partner = {"id": "a", "name": "A", "tier": "direct_bill", "timezone": "UTC"}
    assert engagement.PartnerSettings.model_validate(partner).suppliers == ()
    with pytest.raises(ValueError, match="suppliers"):
        engagement.PartnerSettings.model_validate({**partner, "suppliers": [1]})
