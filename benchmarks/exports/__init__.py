"""The exports of the benchmark's invented partner: for each file its columns, their SQL types and the query that makes it.

The types serve the bare load, which is told them; cspaudit finds its own.
"""

from exports import customers, desk, mail, receivables, requests, supplier, surroundings
from exports import engagement as engagements
from exports.base import Export, Sizes, macros

__all__ = ["Export", "Sizes", "engagement", "exports", "macros"]


def exports(sizes: Sizes) -> tuple[Export, ...]:
    """Return every export of a partner of these sizes, the big ones first."""
    return (
        desk.ticket(sizes),
        desk.ticket_event(sizes),
        mail.message(sizes),
        supplier.supplier_invoice(sizes),
        supplier.supplier_payment(sizes),
        *customers.customers(sizes),
        *requests.requests(sizes),
        *receivables.receivables(sizes),
        *surroundings.surroundings(sizes),
    )


def engagement(sizes: Sizes) -> str:
    """Return the text of the partner's cspaudit.toml."""
    return engagements.engagement(sizes, exports(sizes))
