"""Time the reading of two large exports and print ratios of one run; each side has a process of its own.

    python benchmarks/large_exports.py [--megabytes 1000] [--rounds 2] [--folder FOLDER] [--record]

* A reconciliation file of an invoice (CSV, 47 columns): cspaudit's load beside DuckDB's typed load of the columns that
  the layout uses. The limit: 1.5 times.
* An answer of a ticket desk's interface (JSON, one object that holds the list): peak memory. The limit: 1 GB.
"""

import argparse
import json
import random
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from run import Measured, measure

from cspaudit import resources

HERE = Path(__file__).resolve().parent
RECONCILIATION, AUDITS = "reconciliation.csv", "audits.json"
MEGABYTE = 1_000_000
MEMORY_LIMIT = 1 << 30
ENGAGEMENT = """
[engagement]
title = "Benchmark"
period = "2026-Q3"
as_of = 2026-10-15T00:00:00Z

[[partner]]
id = "fabrikam"
name = "Fabrikam"
tier = "direct_bill"
timezone = "UTC"

[[source]]
path = "{path}"
mapping = "{mapping}"
"""


def reconciliation(size: int) -> Iterator[str]:
    """Yield a file of about ``size`` characters: charges of many customers, as Partner Center writes them."""
    chance = random.Random(7)
    layout = resources.mappings() / "partner_center_reconciliation_csv.toml"
    columns = tomllib.loads(layout.read_text(encoding="utf-8"))["unused"]
    header = [
        "InvoiceNumber",
        "CustomerId",
        "SubscriptionId",
        "Total",
        "ChargeStartDate",
        "ChargeEndDate",
        *columns,
    ]
    yield ",".join(header) + "\n"
    filler = {
        "PriceAdjustmentDescription": '"[""15.0% Partner earned credit for services managed""]"',
        "CustomerName": '"Tailspin Toys, Leeds"',
        "SkuName": "Azure plan",
        "ProductName": "Virtual machines",
        "ChargeType": "new",
        "Currency": "EUR",
        "UnitPrice": "0.045",
        "PCToBCExchangeRate": "0.846202666",
    }
    rest = ",".join(filler.get(name, "NA") for name in columns)
    written = 0
    while written < size:
        begun = date(2026, 7, 1) + timedelta(days=chance.randrange(90))
        ended = begun + timedelta(days=30)
        customer = f"{chance.randrange(5000):08x}-0000-4000-8000-000000000000"
        subscription = f"{chance.randrange(50000):08x}-0000-4000-8000-000000000000"
        line = (
            f"G{chance.randrange(3):09},{customer},{subscription},{chance.randrange(1, 500000) / 100:.2f},"
            f"{begun.month}/{begun.day}/{begun.year},{ended.month}/{ended.day}/{ended.year},{rest}\n"
        )
        written += len(line)
        yield line


def audits(size: int) -> Iterator[str]:
    """Yield one JSON object of about ``size`` characters that lists what happened to tickets."""
    yield '{"audits": ['
    written = number = 0
    while written < size:
        audit = {
            "id": number,
            "ticket_id": number // 3,
            "created_at": "2026-07-01T08:00:00Z",
            "author_id": number % 50,
            "metadata": {"system": {"client": 'A "browser" \\ of some kind', "ip_address": "192.0.2.1"}},
            "via": {"channel": "web"},
            "events": [
                {
                    "id": 2 * number,
                    "type": "Comment",
                    "public": True,
                    "body": "We see } and ] here. " * 8,
                    "author_id": 7,
                },
                {"id": 2 * number + 1, "type": "Change", "field_name": "status", "value": "solved"},
            ],
        }
        text = (", " if number else "") + json.dumps(audit)
        written += len(text)
        number += 1
        yield text
    yield f'], "count": {number}, "next_page": null}}'


def write(folder: Path, megabytes: int) -> None:
    """Write both exports, each with an engagement that reads it."""
    for name, texts, mapping in (
        (RECONCILIATION, reconciliation(megabytes * MEGABYTE), "partner_center_reconciliation_csv"),
        (AUDITS, audits(megabytes * MEGABYTE), "zendesk_ticket_audits_json"),
    ):
        place = folder / mapping
        place.mkdir(parents=True, exist_ok=True)
        with (place / name).open("w", encoding="utf-8") as out:
            out.writelines(texts)
        (place / "cspaudit.toml").write_text(ENGAGEMENT.format(path=name, mapping=mapping), encoding="utf-8")


def best(command: list[str], rounds: int) -> Measured:
    """Return the fastest of some runs."""
    return min((measure(command) for _ in range(rounds)), key=lambda one: one.wall)


def main() -> None:
    """Write the exports, measure, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--record", action="store_true", help="write the table into results/")
    parser.add_argument("--folder", type=Path, help="keep the exports there")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        write(folder, given.megabytes)
        loading = [sys.executable, str(HERE / "load_source.py")]
        csv_folder = folder / "partner_center_reconciliation_csv"
        bare = best([*loading, "--bare", str(csv_folder / RECONCILIATION)], given.rounds)
        ours = best([*loading, str(csv_folder)], given.rounds)
        listed = best([*loading, str(folder / "zendesk_ticket_audits_json")], 1)
    lines = [
        f"Exports of {given.megabytes:,} MB each",
        "",
        "| | time, of DuckDB's typed load | peak memory | records |",
        "|---|---|---|---|",
        f"| DuckDB, the columns that the layout uses | 1.00 | {bare.peak >> 20:,} MB | {bare.stdout.strip()} |",
        f"| cspaudit, reconciliation CSV | {ours.wall / bare.wall:.2f} (limit 1.5) | {ours.peak >> 20:,} MB | {ours.stdout.strip()} |",
        f"| cspaudit, JSON object with a list | | {listed.peak >> 20:,} MB (limit {MEMORY_LIMIT >> 20:,} MB) | {listed.stdout.strip()} |",
    ]
    print("\n".join(lines))
    if given.record:
        (HERE / "results" / f"large_exports_{given.megabytes}_mb.md").write_text(
            "\n".join([*lines, ""]), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
