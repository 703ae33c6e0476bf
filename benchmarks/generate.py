"""Write the exports of an invented partner of any size, and the cspaudit.toml that audits them.

    python benchmarks/generate.py FOLDER --tickets 1_000_000 [--events-per-ticket 2] [--mails N] [--invoices N]
        [--payments N] [--seed 1]

The same arguments give the same bytes. A tenth of a percent to some percent of the cases of every check fail.
"""

import argparse
from pathlib import Path

import duckdb
from exports import Sizes, engagement, exports, macros


def write(sizes: Sizes, folder: Path) -> None:
    """Write every export of a partner of these sizes into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(":memory:")
    for statement in macros(sizes.seed):
        connection.execute(statement)
    for export in exports(sizes):
        target = str(folder / export.file).replace("'", "''")
        connection.execute(f"COPY ({export.query}) TO '{target}' (FORMAT csv, HEADER true)")
    (folder / "cspaudit.toml").write_text(engagement(sizes), encoding="utf-8")


def main() -> None:
    """Read the sizes from the command line and write the files."""
    parser = argparse.ArgumentParser(description="Write the exports of an invented partner of any size.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tickets", type=int, required=True)
    parser.add_argument("--events-per-ticket", type=int, default=2)
    parser.add_argument("--mails", type=int, help="default: as many as tickets")
    parser.add_argument("--invoices", type=int, help="default: a tenth of the tickets")
    parser.add_argument("--payments", type=int, help="default: one for each invoice")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    invoices = given.tickets // 10 if given.invoices is None else given.invoices
    sizes = Sizes(
        tickets=given.tickets,
        events_per_ticket=given.events_per_ticket,
        mails=given.tickets if given.mails is None else given.mails,
        invoices=invoices,
        payments=invoices if given.payments is None else given.payments,
        seed=given.seed,
    )
    write(sizes, given.folder)


if __name__ == "__main__":
    main()
