"""Mutates the checks' SQL and tells which mutants no worked case kills; tests/mutation_survivors.toml lists those known."""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.mutation.run import main  # noqa: E402 - the tests are no installed package

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check",
        action="append",
        default=[],
        metavar="NAME",
        help="only this check, or this shared/PART; may be repeated",
    )
    parser.add_argument(
        "--list-survivors", action="store_true", help="print the survivors as the file lists them, to paste"
    )
    parser.add_argument(
        "--write",
        default="",
        metavar="DAY",
        help="put the figures of a whole run into docs/proof.md, under this day",
    )
    parser.add_argument("--processes", type=int, default=2, help="how many checks at a time (2)")
    sys.exit(main(**vars(parser.parse_args())))
