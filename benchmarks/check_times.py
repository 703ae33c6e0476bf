"""Print the seconds that each check of an audit of FOLDER takes, as JSON: {check: seconds}, and "load" for the loading."""

import itertools
import json
import sys
import time
from pathlib import Path

import cspaudit
from cspaudit import resources
from cspaudit.evaluation.definition import load_catalogue


def measure(folder: Path, output: Path) -> dict[str, float]:
    """Audit once without any report; a check's seconds end where the next begins, the last one's with the findings."""
    names = {check.title: check.id for check in load_catalogue(resources.checks()).checks.values()}
    begun: list[tuple[str, float]] = [("load", time.perf_counter())]

    def note(what: str, done: int, total: int) -> None:
        del done, total
        if what in names:
            begun.append((names[what], time.perf_counter()))

    cspaudit.run(folder, output, formats=("json",), progress=note)
    begun.append(("", time.perf_counter()))
    return {name: after - at for (name, at), (_, after) in itertools.pairwise(begun)}


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), Path(sys.argv[2]))))
