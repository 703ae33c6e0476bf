"""Which columns name a record of another table, so that a record that no export holds is noticed."""

from dataclasses import dataclass

from cspaudit.model.table import Table
from cspaudit.model.tables import TABLES

#: columns that always name a record of the same table, by the first column of its key. None names a message: what a
#: desk receives and sends by itself stands in no mail log
_NAMED_BY = {
    "customer_id": ("customer",),
    "subscription_id": ("subscription",),
    "parent_subscription_id": ("subscription",),
    "ticket_id": ("ticket",),
    "merged_into_id": ("ticket",),
    "parent_id": ("ticket",),
    "request_id": ("service_request",),
    "incident_id": ("service_incident",),
    "document_id": ("document",),
    "terms_id": ("support_terms",),
    # a bank movement is a payment to the supplier or one of a customer
    "payment_id": ("supplier_payment", "customer_payment"),
}
#: tables whose records are known by the record that they belong to
_PARENTS = {
    "customer_domain": ("customer",),
    "support_target": ("support_terms",),
    "document_delivery": ("document",),
    "service_request_ticket": ("service_request",),
    "supplier_invoice_line": ("supplier_invoice",),
    "supplier_dispute": ("supplier_invoice",),
    "customer_invoice_line": ("customer_invoice",),
    "customer_dispute": ("customer_invoice",),
}


@dataclass(frozen=True)
class Reference:
    """A column whose values are the first key column of a record in one of the tables ``named``."""

    table: Table
    column: str
    named: tuple[Table, ...]


def named_tables(table: Table, column: str) -> tuple[Table, ...]:
    """Return the tables of which the column's values may name a record, by the first column of its key."""
    return tuple(TABLES[name] for name in _names(table, column))


def _names(table: Table, column: str) -> tuple[str, ...]:
    if column == table.key[0]:
        return _PARENTS.get(table.name, ())
    if column == "invoice_id":
        return ("supplier_invoice" if table.name.startswith("supplier_") else "customer_invoice",)
    if column == "amends_id":
        return (table.name,)
    return _NAMED_BY.get(column, ())


#: every such column, in the order of the tables
REFERENCES: tuple[Reference, ...] = tuple(
    Reference(table, column.name, named)
    for table in TABLES.values()
    for column in table.columns
    if (named := named_tables(table, column.name))
)
