"""Mutates the checks' SQL and tells which mutants no worked case kills.

    tools/mutate_checks.py                      the whole run, as `make mutation` does it
    tools/mutate_checks.py --check NAME         one check (may be repeated)
    tools/mutate_checks.py --check NAME --list-survivors
                                                the survivors as TOML to paste into tests/mutation_survivors.toml
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.mutation.run import main  # noqa: E402 - the project is not installed where this script is run from

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Mutate the checks' SQL.")
    parser.add_argument("--check", action="append", default=[], metavar="NAME", help="only this check")
    parser.add_argument("--list-survivors", action="store_true", help="print the survivors as TOML to paste")
    parser.add_argument("--processes", type=int, default=2, help="how many checks at a time (2)")
    sys.exit(main(**vars(parser.parse_args())))
