"""A hand-made warehouse for the evaluation's tests: empty canonical tables, and what the loader records about sources."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from cspaudit.evaluation.definition import Catalogue, parse_check
from cspaudit.evaluation.plan import CheckOverride, PartnerScope, Plan
from cspaudit.model.check import Check
from cspaudit.model.obligation import Citation, Obligation
from cspaudit.model.result import PartnerFacts
from cspaudit.model.tables import TABLES
from cspaudit.model.zones import zone_info
from cspaudit.warehouse.duckdb_warehouse import Warehouse

START, END = date(2026, 7, 1), date(2026, 10, 1)
AS_OF = datetime(2026, 10, 15)  # noqa: DTZ001 - instants are naive UTC in this project
MONTHS = ("2026-07", "2026-08", "2026-09")
FABRIKAM = PartnerFacts("fabrikam", "Fabrikam Cloud GmbH", "direct_bill", "Europe/Berlin")
CONTOSO = PartnerFacts("contoso", "Contoso Cloud Inc.", "indirect_provider", "America/New_York", "us_gov")

#: judges tickets by their category: technical passes, billing fails, unknown or none is missing evidence
TICKET_CHECK = """/* cspaudit
title = "Tickets are technical"
obligation = "SUP-TEST"
version = 1
subject = "ticket"
needs = ["ticket"]
rationale = "A test."
blind_spot = "None."
remedy = "Write better tickets."

[reasons]
billing = "It was about {observed}."
unclear = "Nobody knows what it was about."
noted = "It was about a subscription."
running = "It is still open."
outside = "It was about something else."
*/
select
    partner_id,
    ticket_id as subject_id,
    opened_at as dated_at,
    case category
        when 'technical' then 'pass'
        when 'billing' then 'fail'
        when 'subscription' then 'observation'
        when 'other' then 'not_applicable'
        else 'insufficient_evidence'
    end as status,
    case category
        when 'technical' then null
        when 'billing' then 'billing'
        when 'subscription' then 'noted'
        when 'other' then 'outside'
        else 'unclear'
    end as reason,
    category as observed,
    'technical' as expected
from ticket
"""

OBLIGATION = Obligation(
    id="SUP-TEST",
    family="support_terms",
    title="Write tickets",
    kind="duty",
    strength="must",
    basis="text",
    statement="Tickets are to be technical.",
    citations=(Citation("a page", "en", "2026-01-01"),),
    in_force_from=date(2018, 1, 1),
    start_basis="known",
)


def check_from(text: str, name: str = "tickets_are_technical") -> Check:
    """Return the check that ``text`` states."""
    return parse_check(text, path=Path(f"{name}.sql"), family="support_terms")


def catalogue_of(*checks: Check, obligation: Obligation = OBLIGATION) -> Catalogue:
    """Return a catalogue of these checks, all of one obligation."""
    return Catalogue({check.id: check for check in checks}, {obligation.id: obligation})


def plan_of(
    *checks: Check,
    partners: Sequence[PartnerFacts] = (FABRIKAM,),
    overrides: Mapping[str, CheckOverride] | None = None,
    obligation: Obligation = OBLIGATION,
    **settings: Any,
) -> Plan:
    """Return a plan for the third quarter of 2026; ``overrides`` hold for every partner."""
    scopes = tuple(PartnerScope(partner, overrides or {}) for partner in partners)
    facts: dict[str, Any] = {"start": START, "end": END, "as_of": AS_OF} | settings
    return Plan(catalogue_of(*checks, obligation=obligation), scopes, **facts)


@dataclass
class World:
    """A warehouse under construction; ``fed`` lists the tables that a source of each partner feeds."""

    warehouse: Warehouse
    partners: Sequence[PartnerFacts]

    def add(self, table: str, *rows: Mapping[str, object], source_id: str = "tickets.csv") -> None:
        """Add records to a canonical table, numbered in their order, and state the source that holds them."""
        for number, row in enumerate(rows, 1):
            values = {
                "partner_id": self.partners[0].partner_id,
                "source_id": source_id,
                "file": source_id,
                "record": number,
                **row,
            }
            names, marks = ", ".join(values), ", ".join(f"${name}" for name in values)
            self.warehouse.execute(f"insert into {table} ({names}) values ({marks})", values)
        for partner in self.partners:
            self.feed(table, source_id=source_id, partner_id=partner.partner_id)

    def feed(
        self,
        table: str,
        *,
        source_id: str = "tickets.csv",
        partner_id: str = "fabrikam",
        months: Sequence[str] = MONTHS,
        stated: bool = False,
        doubtful: bool = False,
        cut: bool = False,
        columns: Sequence[str] | None = None,
        as_of: datetime = AS_OF,
    ) -> None:
        """State that a source feeds a table: which columns it maps and which months it covers."""
        is_dated = bool(TABLES[table].dated_by) and source_id != "data"
        for name in ("source_table", "source_column", "source_coverage"):
            self.warehouse.execute(
                f"delete from {name} where source_id = $s and partner_id = $p and table_name = $t",
                {"s": source_id, "p": partner_id, "t": table},
            )
        self.warehouse.insert("source_table", [(source_id, partner_id, table, as_of, is_dated, cut)])
        mapped = TABLES[table].column_names if columns is None else columns
        self.warehouse.insert("source_column", [(source_id, partner_id, table, column) for column in mapped])
        self.warehouse.insert(
            "source_coverage",
            [
                (source_id, partner_id, table, month, 0 if stated else 1, None, None, stated, doubtful, 0)
                for month in months
            ],
        )

    def leave_out(
        self,
        table: str,
        record: int,
        *,
        dated_at: datetime | None = None,
        partner_id: str | None = "fabrikam",
        source_id: str = "tickets.csv",
    ) -> None:
        """Add a record that could not be read."""
        row = (
            source_id,
            partner_id,
            table,
            source_id,
            record,
            record + 1,
            "opened_at",
            "?",
            "no instant",
            dated_at,
        )
        self.warehouse.insert("reject", [row])

    def miss(
        self,
        table: str,
        record_id: str,
        *,
        named_at: datetime | None = None,
        matters_until: datetime | None = None,
        partner_id: str = "fabrikam",
    ) -> None:
        """Add a record that another one names and no export holds."""
        place = ("ticket_event", "ticket_id", "events.csv", "events.csv", 7)
        self.warehouse.insert(
            "missing_record", [(partner_id, table, record_id, *place, named_at, matters_until)]
        )


def empty_world(staging: Path, partners: Sequence[PartnerFacts] = (FABRIKAM,)) -> World:
    """Return a warehouse with every table of the loader's contract, empty but for partners and local days."""
    warehouse = Warehouse(staging, threads=2)
    for table in TABLES.values():
        columns = "".join(f", {column.name} {column.sql_type}" for column in table.columns)
        extra = ", survivor_id varchar" if table.name == "ticket" else ""
        warehouse.execute(
            f"create table {table.name} (partner_id varchar{columns}{extra}, source_id varchar, file varchar, record bigint)"
        )
    for sql in (
        """source_table (source_id varchar, partner_id varchar, table_name varchar, as_of timestamp, is_dated boolean,
        is_cut boolean)""",
        "source_column (source_id varchar, partner_id varchar, table_name varchar, column_name varchar)",
        """source_coverage (source_id varchar, partner_id varchar, table_name varchar, month varchar,
        records bigint, first_at timestamp, last_at timestamp, is_stated boolean, is_doubtful boolean, file integer)""",
        """reject (source_id varchar, partner_id varchar, table_name varchar, file varchar, record bigint,
        line bigint, field varchar, value varchar, reason varchar, dated_at timestamp)""",
        """missing_record (partner_id varchar, table_name varchar, record_id varchar, named_in varchar, field varchar,
        source_id varchar, file varchar, record bigint, named_at timestamp, matters_until timestamp)""",
        "local_slot (partner_id varchar, slot bigint, offset_s integer, local_on date)",
        "calendar_of (partner_id varchar, customer_id varchar, calendar varchar)",
        """business_calendar (calendar varchar, slot bigint, before_s bigint, open_from integer, open_to integer,
        terms_id varchar, unknown_before_s bigint, hours_known boolean)""",
    ):
        warehouse.execute(f"create table {sql}")
    for partner in partners:
        warehouse.execute(
            "insert into partner (partner_id, name, tier, timezone, cloud) values ($i, $n, $t, $z, $c)",
            {
                "i": partner.partner_id,
                "n": partner.name,
                "t": partner.tier,
                "z": partner.timezone,
                "c": partner.cloud,
            },
        )
    return World(warehouse, partners)


def at(text: str, zone: str = "UTC") -> datetime:
    """Return the naive UTC instant of a wall-clock time such as ``2026-07-01 09:00``."""
    return datetime.fromisoformat(text).replace(tzinfo=zone_info(zone)).astimezone(UTC).replace(tzinfo=None)


def tickets(*pairs: tuple[str, str, str | None], partner_id: str = "fabrikam") -> list[dict[str, object]]:
    """Return ticket records from (id, UTC instant, category)."""
    return [
        {"partner_id": partner_id, "ticket_id": id_, "opened_at": at(instant), "category": category}
        for id_, instant, category in pairs
    ]
