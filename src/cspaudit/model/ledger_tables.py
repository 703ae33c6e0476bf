"""Invoices, payments and disputes, the same shape towards the supplier and towards customers."""

from cspaudit.model.columns import CURRENCY_COLUMN, one_of, optional, required
from cspaudit.model.table import AtLeast, Column, Order, Table


def _invoice(name: str, purpose: str, *extra: Column) -> Table:
    return Table(
        name,
        purpose,
        key=("invoice_id",),
        columns=(
            required("invoice_id"),
            required("issued_on", "date"),
            required("amount", "money"),
            CURRENCY_COLUMN,
            *extra,
            optional("due_on", "date"),
            one_of("document_type", "invoice credit_note"),
            optional("amends_id"),
            one_of("status", "open paid void"),
            optional("withheld_amount", "money"),
        ),
        rules=(AtLeast("amount", 0), AtLeast("withheld_amount", 0)),
        dated_by="issued_on",
    )


def _payment(name: str, purpose: str, *extra: Column) -> Table:
    return Table(
        name,
        purpose,
        key=("payment_id", "line"),
        columns=(
            required("payment_id"),
            required("paid_on", "date"),
            required("amount", "money"),
            CURRENCY_COLUMN,
            *extra,
            optional("line"),
            optional("invoice_id"),
            optional("initiated_on", "date"),
            one_of("status", "settled returned pending"),
            optional("reference"),
        ),
        dated_by="paid_on",
        key_defaults={"line": "1"},
    )


def _dispute(name: str, purpose: str, *extra: Column) -> Table:
    return Table(
        name,
        purpose,
        key=("invoice_id", "line"),
        columns=(
            required("invoice_id"),
            *extra,
            optional("line"),
            optional("opened_on", "date"),
            optional("closed_on", "date"),
            optional("amount", "money"),
            one_of("outcome", "upheld rejected withdrawn"),
        ),
        rules=(Order("opened_on", "closed_on"), AtLeast("amount", 0)),
        key_defaults={"line": "1"},
    )


def _invoice_line(name: str, purpose: str, *extra: Column) -> Table:
    return Table(
        name,
        purpose,
        key=("invoice_id", "line"),
        columns=(
            required("invoice_id"),
            required("line"),
            required("amount", "money"),
            optional("customer_id"),
            optional("subscription_id"),
            optional("period_start_on", "date"),
            optional("period_end_on", "date"),
            *extra,
        ),
        rules=(Order("period_start_on", "period_end_on"),),
    )


LEDGER_TABLES = (
    _invoice(
        "supplier_invoice",
        "Invoices and credit notes of Microsoft or the provider to the partner.",
        one_of("supplier", "microsoft provider"),
        one_of("series", "legacy new_commerce other"),
    ),
    _invoice_line("supplier_invoice_line", "Lines of the supplier's invoices."),
    _payment(
        "supplier_payment", "The partner's payments to its supplier.", optional("invoice_unclear", "boolean")
    ),
    _dispute("supplier_dispute", "Disputes of the supplier's invoices."),
    _invoice(
        "customer_invoice",
        "Invoices and credit notes of the partner to its customers.",
        optional("customer_id"),
        one_of("payment_method", "transfer direct_debit card prepaid"),
    ),
    _invoice_line(
        "customer_invoice_line",
        "Lines of the partner's invoices.",
        one_of("kind", "product support other"),
    ),
    _payment("customer_payment", "The customers' payments to the partner.", optional("customer_id")),
    _dispute(
        "customer_dispute",
        "Disputes of the partner's invoices.",
        optional("customer_id"),
        optional("invoice_line"),
        one_of("cause", "microsoft_figures partner_figures other unknown"),
        optional("request_id"),
    ),
    Table(
        "bank_transaction",
        "Movements of the partner's bank accounts.",
        key=("transaction_id",),
        columns=(
            required("transaction_id"),
            required("value_on", "date"),
            required("amount", "money"),
            CURRENCY_COLUMN,
            optional("booked_on", "date"),
            optional("reference"),
            optional("counterparty"),
            optional("payment_id"),
        ),
        dated_by="value_on",
    ),
)
