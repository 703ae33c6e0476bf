"""Writes worlds as an engagement: CSV files with canonical headers, rows in random order, and a cspaudit.toml."""

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from tests.faults.generator.records import Cell, Record, World
from tests.faults.generator.span import Span

#: what no export holds, so that an engagement states it itself
FACTS = frozenset(
    {
        "partner_domain",
        "support_terms",
        "support_target",
        "support_channel",
        "entitlement",
        "actor",
        "attestation",
    }
)
#: what does not happen every month
RARE = frozenset(
    {
        "audit_event",
        "service_incident",
        "customer_dispute",
        "supplier_dispute",
        "service_request",
        "subscription_event",
    }
)


@dataclass(frozen=True)
class Layout:
    """How the same records are laid out: the seed of their order, and into how many files a table may be split."""

    seed: int = 0
    most_files: int = 1
    facts_in_toml: bool = True
    #: tables whose export is said to be complete though a month may hold no record
    covers: Collection[str] = RARE


@dataclass
class Written:
    """Where each record was written: source, file and number of the record."""

    path: Path
    _places: dict[int, str] = field(default_factory=dict)

    def put(self, record: Record, place: str) -> None:
        """Remember the place of a record."""
        self._places[id(record)] = place

    def place(self, record: Record) -> str:
        """The record's place, as ``source:file:number``."""
        return self._places[id(record)]


def write(folder: Path, worlds: Sequence[World], span: Span, layout: Layout | None = None) -> Written:
    """Write the engagement into ``folder`` and return where each record lies."""
    layout = layout or Layout()
    rng = Random(layout.seed)
    written = Written(folder)
    (folder / "exports").mkdir(parents=True)
    lines = [*_header(span, worlds[0]), *(line for world in worlds for line in _partner(world))]
    facts: list[str] = []
    for table in sorted({table for world in worlds for table in world.tables}):
        rows = [(world.partner.id, record) for world in worlds for record in world.tables.get(table, [])]
        rng.shuffle(rows)
        if table in FACTS and layout.facts_in_toml:
            facts += _facts(table, rows, written)
        else:
            lines += _files(folder, table, rows, written, rng, layout, span)
    (folder / "cspaudit.toml").write_text("\n".join([*lines, *facts, ""]), encoding="utf-8")
    return written


def _files(
    folder: Path,
    table: str,
    rows: Sequence[tuple[str, Record]],
    written: Written,
    rng: Random,
    layout: Layout,
    span: Span,
) -> list[str]:
    count = rng.randint(1, layout.most_files)
    path = f"exports/{table}.*.csv"
    columns = sorted({column for _, record in rows for column in record.cells})
    cuts = sorted(rng.randint(0, len(rows)) for _ in range(count - 1))
    for number, (first, last) in enumerate(zip([0, *cuts], [*cuts, len(rows)], strict=True), 1):
        name = f"exports/{table}.{number}.csv"
        rng.shuffle(columns)
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["partner_id", *columns])
            for place, (partner_id, record) in enumerate(rows[first:last], 1):
                out.writerow([partner_id, *(as_text(record[column]) for column in columns)])
                written.put(record, f"{path}:{name}:{place}")
    covers = [f"covers = [{span.start}, {span.end}]"] if table in layout.covers else []
    return ["", "[[source]]", f'path = "{path}"', f'table = "{table}"', *covers]


def _facts(table: str, rows: Sequence[tuple[str, Record]], written: Written) -> list[str]:
    lines = []
    for place, (partner_id, record) in enumerate(rows, 1):
        lines += ["", f"[[data.{table}]]", f'partner_id = "{partner_id}"']
        lines += [f"{column} = {_toml(cell)}" for column, cell in record.cells.items() if cell is not None]
        written.put(record, f"data:cspaudit.toml:{place}")
    return lines


def _header(span: Span, world: World) -> list[str]:
    taken_at = world.clock.at(span.taken_on, 0)
    lines = [
        "[engagement]",
        'title = "An invented audit"',
        f"start = {span.start}",
        f"end = {span.end}",
        f"as_of = {taken_at.isoformat()}Z",
    ]
    if span.rules_as_of:
        lines.append(f"rules_as_of = {span.rules_as_of}")
    for name, start in span.wordings.items():
        lines += ["", f"[wordings.{name}]", f"start = {start}", 'because = "Stated by the audit"']
    for check, settings in span.checks.items():
        lines += ["", f"[checks.{check}]", *(f"{name} = {_toml(value)}" for name, value in settings.items())]
    return lines


def _partner(world: World) -> list[str]:
    partner = world.partner
    lines = [
        "",
        "[[partner]]",
        f'id = "{partner.id}"',
        f'name = "Invented partner {partner.id}"',
        f'tier = "{partner.tier}"',
        f'timezone = "{partner.zone}"',
        f'cloud = "{partner.cloud}"',
        f'holidays = "{partner.holidays}"',
    ]
    if partner.provider_id:
        lines.append(f'provider_id = "{partner.provider_id}"')
    for check, settings in world.settings.items():
        lines += [
            "",
            f"[partner.checks.{check}]",
            *(f"{name} = {_toml(value)}" for name, value in settings.items()),
        ]
    return lines


def as_text(cell: Cell) -> str:
    """A cell as a CSV file holds it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return f"{cell.isoformat()}Z"
    return str(cell)


def _toml(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return f'"{cell.isoformat()}Z"'
    if isinstance(cell, int | Decimal | date | float):
        return str(cell)
    return '"' + str(cell).replace("\\", "\\\\").replace('"', '\\"') + '"'
