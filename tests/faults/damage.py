"""Damage done to one record of a world: a field overwritten with rubbish, or a record deleted that others name."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.faults.generator.records import Record, World

#: table, its key; the records of other tables name it in columns of the same name
NAMED = (
    ("ticket", "ticket_id"),
    ("customer", "customer_id"),
    ("subscription", "subscription_id"),
    ("service_request", "request_id"),
    ("customer_invoice", "invoice_id"),
    ("supplier_invoice", "invoice_id"),
    ("document", "document_id"),
    ("support_terms", "terms_id"),
    ("message", "message_id"),
    ("service_incident", "incident_id"),
)
#: records of these tables name invoices of the other side
_SIDES = {"customer_invoice": "supplier_", "supplier_invoice": "customer_"}
RUBBISH = ("\u00bfrubbish?", "99.99.9999", "-", "n/a; see file")


@dataclass(frozen=True)
class Damage:
    """What was done to a world, in words, and to what: a table, or a column as ``table.column``."""

    text: str
    what: str
    #: a column was overwritten by which the record names another one
    breaks_link: bool = False


def overwrite(world: World, rng: Random) -> Damage:
    """Overwrite a filled field with rubbish; each table is as likely as another."""
    table = rng.choice(sorted(name for name, records in world.tables.items() if records))
    record = rng.choice(world.tables[table])
    column = rng.choice(sorted(name for name, cell in record.cells.items() if cell is not None))
    before = record[column]
    record[column] = rng.choice(RUBBISH)
    return Damage(
        f"{table}.{column} of {dict(record.cells)} overwritten, was {before!r}",
        f"{table}.{column}",
        breaks_link=column.endswith("_id") and column != next(iter(record.cells)),
    )


def delete_named(world: World, rng: Random) -> Damage:
    """Delete a record that another record names."""
    table, key = rng.choice([pair for pair in NAMED if any(_named(world, *pair))])
    record = rng.choice(list(_named(world, table, key)))
    world.remove(record)
    return Damage(f"{table} {record[key]} deleted", table)


def _named(world: World, table: str, key: str) -> Iterator[Record]:
    names = {
        one[key]
        for other, records in world.tables.items()
        if other != table and not other.startswith(_SIDES.get(table, "\0"))
        for one in records
        if one[key] is not None
    }
    return (record for record in world.all(table) if record[key] in names)
