"""Time cspaudit beside a bare typed load of the same files and beside a pandas script, all in one run.

    python benchmarks/run.py [--size small|full] [--tickets N] [--rounds 2] [--folder FOLDER] [--record]

Every side runs in a process of its own, in turns; the best round of each counts. Compare only figures of one run:
the machine's other work makes any absolute time worthless. Nothing here passes or fails by a time.
"""

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cspaudit import resources
from cspaudit.evaluation.definition import load_catalogue

HERE = Path(__file__).resolve().parent
#: tickets; events follow with two a ticket, mails with one, invoices and payments with a tenth
SIZES = {"small": 1_000_000, "full": 10_000_000}
BARE, AUDIT, PANDAS, JSON_ONLY, PDF = (
    "bare typed load",
    "cspaudit, JSON and HTML",
    "pandas, 3 of the checks",
    "cspaudit, JSON",
    "cspaudit, JSON and PDF",
)

#: checks of duties that bind other partners, or that ended before the benchmark's quarter
OF_OTHERS = frozenset(
    [
        "billing_dispute_reported",
        "continuous_support_offered",
        "customer_told_of_outcome",
        "reseller_works_with_provider",
        "sla_given_without_24x7_phone",
    ]
)
#: one has a single row a partner; the other needs a bill, a suspension, a payment and a reactivation in this order, which
#: chance rarely tells
HARD_TO_TRY = frozenset(["diagnosis_attested", "access_restored_after_payment"])


@dataclass(frozen=True)
class Measured:
    """What one process took: seconds on the wall and of CPU (user and system), and its peak memory in bytes."""

    wall: float
    cpu: float
    peak: int
    stdout: str


def measure(command: Sequence[str]) -> Measured:
    """Run a command to its end and measure it; SystemExit with what it said where it fails."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            print(err.read().decode(errors="replace"), file=sys.stderr)
            raise SystemExit(f"{' '.join(command)} ended with exit code {process.returncode}.")
        # Linux counts kilobytes, macOS bytes
        unit = 1 if sys.platform == "darwin" else 1024
        return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, out.read().decode())


def sides(folder: Path, output: Path, *, with_pandas: bool, with_pdf: bool) -> dict[str, list[str]]:
    """Return the command of every side, in the order of their turns."""

    def audit(formats: str) -> list[str]:
        return [sys.executable, "-m", "cspaudit", "run", str(folder), "-o", str(output), "--format", formats]

    found = {
        BARE: [sys.executable, str(HERE / "bare_load.py"), str(folder)],
        AUDIT: audit("json,html"),
    }
    if with_pandas:
        found[PANDAS] = [sys.executable, str(HERE / "peer_pandas.py"), str(folder)]
    if with_pdf:
        found[JSON_ONLY] = audit("json")
        found[PDF] = audit("json,pdf")
    return found


def best(runs: Sequence[Measured]) -> Measured:
    """Return the least wall, CPU and peak over the rounds: noise only ever adds."""
    return Measured(
        min(run.wall for run in runs),
        min(run.cpu for run in runs),
        min(run.peak for run in runs),
        runs[0].stdout,
    )


def table(results: dict[str, Measured]) -> str:
    """Return the ratios to the bare load, and the peaks, as a Markdown table."""
    bare = results[BARE]
    lines = ["| side | wall | CPU | wall / bare | CPU / bare | peak memory |", "|---|--:|--:|--:|--:|--:|"]
    for name, found in results.items():
        lines.append(
            f"| {name} | {found.wall:.1f} s | {found.cpu:.1f} s | {found.wall / bare.wall:.2f} | "
            f"{found.cpu / bare.cpu:.2f} | {found.peak / 1e9:.2f} GB |"
        )
    if PDF in results:
        pdf, plain = results[PDF], results[JSON_ONLY]
        lines.append("")
        lines.append(
            f"The PDF's share: {pdf.wall - plain.wall:+.1f} s wall, {pdf.cpu - plain.cpu:+.1f} s CPU."
        )
    return "\n".join(lines)


def judged(
    output: Path, pandas_counts: dict[str, int], seconds: dict[str, float], bare: float
) -> tuple[str, list[str]]:
    """Return what each check judged and how long it took, beside the bare load and what pandas counted.

    And which checks the exports do not try.
    """
    results: dict[str, Any] = json.loads((output / "results.json").read_text(encoding="utf-8"))
    lines = [
        "| check | pass | fail | no evidence | noted | seconds | of the bare load | pandas: fail |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    catalogue = load_catalogue(resources.checks())
    idle: list[str] = []
    for obligation in results["partners"][0]["obligations"]:
        for check in obligation["checks"]:
            counts, name = check["counts"], check["check"]
            if name not in OF_OTHERS | HARD_TO_TRY and not counts["observation"]:
                wanted = ("not_applicable",) if catalogue.checks[name].notes_only else ("pass", "fail")
                idle += [f"{name}: no {status}" for status in wanted if not counts[status]]
            peer = f"{pandas_counts[name]:,}" if name in pandas_counts else ""
            lines.append(
                f"| {name} | {counts['pass']:,} | {counts['fail']:,} | {counts['insufficient_evidence']:,} | "
                f"{counts['observation']:,} | {seconds[name]:.2f} s | {seconds[name] / bare:.3f} | {peer} |"
            )
    return "\n".join(lines), idle


def hold_records(output: Path) -> None:
    """Hold the findings to their records: ticket T0000041 stands in record 42; SystemExit where one is astray."""
    with (output / "findings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if (
                row["subject"] in {"ticket", "message"}
                # months are subjects too, of no record of their own
                and row["record"]
                and int(row["record"]) != int(row["subject_id"][1:]) + 1
            ):
                raise SystemExit(f"{row['subject_id']} is said to stand in record {row['record']}.")


def main() -> None:
    """Generate, measure in turns, print the ratios."""
    given = _arguments()
    tickets = given.tickets or SIZES[given.size]
    work = Path(tempfile.mkdtemp(prefix="cspaudit-bench-", dir=given.folder))
    try:
        report, idle = _bench(work, tickets, given)
    finally:
        shutil.rmtree(work)
    print(report)
    if idle:
        raise SystemExit("The exports try too little: " + "; ".join(idle))
    if given.record:
        target = HERE / "results" / f"{tickets}_tickets.md"
        target.parent.mkdir(exist_ok=True)
        target.write_text(report + "\n", encoding="utf-8")
        print(f"Recorded in {target}.", file=sys.stderr)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time cspaudit beside a bare load and a pandas script.")
    parser.add_argument(
        "--size", choices=SIZES, default="small", help="small: 1 million tickets, full: 10 million"
    )
    parser.add_argument("--tickets", type=int, help="any other size")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--folder", type=Path, help="where the exports are made and removed again; about 350 bytes a ticket"
    )
    parser.add_argument("--no-pandas", action="store_true", help="leave out the pandas script")
    parser.add_argument("--no-pdf", action="store_true", help="leave out the PDF's share")
    parser.add_argument("--record", action="store_true", help="write the tables to benchmarks/results/")
    return parser.parse_args()


def _bench(work: Path, tickets: int, given: argparse.Namespace) -> tuple[str, list[str]]:
    exports, output = work / "exports", work / "out"
    # a process of its own, so that this one stays small: a child's peak begins with its parent's
    subprocess.run(
        [
            sys.executable,
            str(HERE / "generate.py"),
            str(exports),
            "--tickets",
            str(tickets),
            "--seed",
            str(given.seed),
        ],
        check=True,
    )
    size = sum(path.stat().st_size for path in exports.iterdir())
    print(f"{tickets:,} tickets, {size / 1e9:.2f} GB of CSV, {os.cpu_count()} cores", file=sys.stderr)
    runs: dict[str, list[Measured]] = {}
    for turn in range(given.rounds):
        for name, command in sides(
            exports, output, with_pandas=not given.no_pandas, with_pdf=not given.no_pdf
        ).items():
            found = measure(command)
            print(
                f"  round {turn + 1}: {name}: {found.wall:.1f} s, {found.peak / 1e9:.2f} GB", file=sys.stderr
            )
            runs.setdefault(name, []).append(found)
    results = {name: best(found) for name, found in runs.items()}
    hold_records(output)
    times = measure([sys.executable, str(HERE / "check_times.py"), str(exports), str(output)])
    seconds = json.loads(times.stdout.splitlines()[-1])
    pandas_counts = json.loads(results[PANDAS].stdout) if PANDAS in results else {}
    checks, idle = judged(output, pandas_counts, seconds, results[BARE].wall)
    report = "\n".join(
        [
            f"# {tickets:,} tickets, {2 * tickets:,} events, {tickets:,} mails, {tickets // 10:,} invoices",
            "",
            f"{size / 1e9:.2f} GB of CSV, {os.cpu_count()} cores, best of {given.rounds} rounds in turns.",
            "",
            table(results),
            "",
            checks,
        ]
    )
    return report, idle


if __name__ == "__main__":
    main()
