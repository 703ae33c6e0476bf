"""The commands about exports: list the layouts, find which one a file has."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cspaudit.sources.detect import Candidate, Detected

SHOWN_FIELDS = 12
#: as many further layouts as are told beside the likeliest
SHOWN_OTHERS = 3
NOT_RECOGNISED = 3


@click.group()
def sources() -> None:
    """List the layouts of exports, or find which one a file has."""


@sources.command("list")
def list_layouts() -> int:
    """List every layout: its name, what it is for, and how sure it is."""
    from cspaudit import resources
    from cspaudit.sources import mapping

    for name in mapping.names(resources.mappings()):
        layout = mapping.load(resources.mappings(), name)
        click.echo(f"{name:<40} {layout.title}; {layout.certainty}")
    return 0


@sources.command("detect")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def detect_layout(files: tuple[Path, ...]) -> int:
    """Find which layout each of FILES has, with the evidence; exit code 3 where one has none that is known."""
    from cspaudit import resources
    from cspaudit.outputs.delivery import Delivery
    from cspaudit.sources.detect import detect_all, known_layouts
    from cspaudit.warehouse.duckdb_warehouse import Warehouse

    code = 0
    layouts = known_layouts(resources.mappings())
    with Delivery.temporary() as delivery, Warehouse(delivery.staging) as warehouse:
        for path in files:
            found = detect_all(path, layouts, warehouse)
            for one in found:
                for line in _lines(path, one):
                    click.echo(line)
            code = code if any(one.candidates for one in found) else NOT_RECOGNISED
    return code


@sources.command("template")
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), default="partner-facts.xlsx", show_default=True,
    help="Where the workbook goes.",
)  # fmt: skip
def facts_template(output: Path) -> int:
    """Make a workbook for what no system exports: support terms, contracts, domains and the like, a sheet for each."""
    from cspaudit import resources
    from cspaudit.initialise.workbook import BOOK_NAME, fact_tables, write_workbook
    from cspaudit.sources import mapping

    layouts = [mapping.load(resources.mappings(), name) for name in mapping.names(resources.mappings())]
    path = output / BOOK_NAME if output.is_dir() else output
    write_workbook(path, fact_tables(layouts))
    click.echo(f"Written: {path}")
    click.echo("Fill in what you can, put it into the folder of the audit, and run cspaudit init there.")
    return 0


def _lines(path: Path, found: "Detected") -> Iterator[str]:
    yield f"{path}, sheet {found.sheet}" if found.sheet else str(path)
    if not found.candidates:
        said = "nothing can be taken from it" if found.is_known else "not recognised"
        yield f"  {said}. {found.declined}".rstrip()
        for near in found.near[:SHOWN_OTHERS]:
            yield f"  nearest {_name(near)} knows {_share(near)} of its fields, and {_why_not(near)}"
        return
    first, *others = found.candidates
    yield f"  {_name(first)}: {first.title}; layout {first.certainty}"
    yield from _fields(first)
    yield f"    {first.usable:,} of the first {first.records:,} records can be used"
    if first.needs_timezone:
        yield "    its times are local: the source must name their timezone"
    if first.needs_side:
        yield '    it does not tell whose invoices it shows: the source must say side = "payable" or "receivable"'
    if first.needs_currency:
        yield '    it does not tell every currency: the source must say constants = { currency = "…" }'
    if len(first.vendors) > 1:
        named = (
            f"{', '.join(first.vendors[:SHOWN_FIELDS])}{' …' if len(first.vendors) > SHOWN_FIELDS else ''}"
        )
        yield f"    it has {len(first.vendors):,} vendors: {named}"
        yield f'    the source must say which of them is meant: only = {{ "{first.vendor_field}" = ["…"] }}'
    for column, meaning in first.needs_stated:
        yield f'    it does not tell {column} ({meaning}): the source must say constants = {{ {column} = "…" }}'
    if "date_order" in first.asked:
        yield '    its days can all be read both ways: the source must say date_order = "dmy" or date_order = "mdy"'
    if "decimal" in first.asked:
        yield '    its amounts can be read both ways: the source must say decimal = "." or decimal = ","'
    for other in others[:SHOWN_OTHERS]:
        yield f"  or {_name(other)}: {_share(other)} fields, {other.usable:,} of {other.records:,} records"


def _fields(first: "Candidate") -> Iterator[str]:
    yield f"    {_share(first)} fields are known; all that are needed are there"
    if first.taken:
        yield f"    assumed: {first.taken.told}"
    if first.unknown:
        more = f" and {len(first.unknown) - SHOWN_FIELDS} more" if len(first.unknown) > SHOWN_FIELDS else ""
        yield f"    not used: {', '.join(first.unknown[:SHOWN_FIELDS])}{more}"


def _why_not(near: "Candidate") -> str:
    if near.lacking or near.unmarked:
        return f"lacks {', '.join((*near.lacking, *near.unmarked))}"
    if near.usable * 2 < near.records:
        return f"can use {near.usable:,} of its {near.records:,} records"
    return f"misses {near.uses - near.used} of the {near.uses} that it uses"


def _share(one: "Candidate") -> str:
    return f"{len(one.known)} of {len(one.known) + len(one.unknown)}"


def _name(one: "Candidate") -> str:
    return f'{"table" if one.is_table else "mapping"} = "{one.name}"'
