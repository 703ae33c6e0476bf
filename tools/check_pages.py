"""The index of the checks, a page a check, and the page of the steps that checks share."""

import re
from collections.abc import Iterator
from pathlib import Path

from page_parts import MADE, check_link, code, finished, grid, link, listing, obligation_link, table_link

from cspaudit.evaluation.cases import load_cases
from cspaudit.evaluation.definition import Catalogue
from cspaudit.evaluation.shared_parts import SHARED_FOLDER
from cspaudit.model.check import Check, Need, Param
from cspaudit.model.obligation import Obligation
from cspaudit.outputs import duty_words, words
from cspaudit.outputs.labels import FAMILIES
from cspaudit.resources import checks

CASES = Path(__file__).resolve().parent.parent / "tests" / "cases"
SHARED_PAGE = "shared-steps.md"
FRONT_MATTER = re.compile(r"\A\s*/\*.*?\*/\s*", re.DOTALL)
INDEX_HEAD = """\
Every test that comes with cspaudit, each on a page of its own. A test judges every case of its kind: each passes, fails,
or cannot be judged for want of evidence; some are not yet due, not applicable or only noted. What a test **needs** must
be in the exports, or the test is not carried out and says which export is missing; what it **reads** it uses where it is
there.

A setting without a value in the documents says so, and rests on the auditor's policy. To set it otherwise, see
[`[checks.…]`](engagement.md#checks). Steps that several tests share stand on [a page of their own](shared-steps.md).
"""
SHARED_HEAD = """\
Steps that several tests need, written once. They stand before the query of each test that uses them; their settings are
told with that test.
"""
#: what a worked case can show
COVERS = {
    "pass": "pass",
    "fail": "fail",
    "boundary": "boundary",
    "missing_evidence": "missing evidence",
    "not_applicable": "not applicable",
    "not_yet_due": "not yet due",
    "observation": "noted",
}


def check_pages(catalogue: Catalogue) -> dict[str, str]:
    """The text of every page about checks, by its name under docs/."""
    pages = {
        f"checks/{check.id}.md": finished(
            check_text(check, catalogue.obligations[check.obligation]), folder=True
        )
        for check in catalogue.checks.values()
    }
    return {"checks.md": index(catalogue), SHARED_PAGE: shared_steps(catalogue), **pages}


def index(catalogue: Catalogue) -> str:
    """Every check by family."""
    lines = [MADE, "# Tests", "", INDEX_HEAD]
    for family, heading in FAMILIES.items():
        rows = [
            (check_link(check.id), check.title, obligation_link(check.obligation))
            for check in catalogue.checks.values()
            if check.family == family
        ]
        if rows:
            lines += [f"## {heading}", "", *grid(["test", "what must be so", "duty"], rows)]
    return finished(lines)


def need_text(need: Need) -> str:
    """Evidence that a check needs."""
    if need.values:
        return (
            f"{table_link(need.table)} with `{need.column}` {' or '.join(code(one) for one in need.values)}"
        )
    if need.column:
        return f"{table_link(need.table)} with `{need.column}` filled"
    return table_link(need.table)


def param_row(param: Param) -> tuple[str, str, str, str]:
    """A setting of a check."""
    values = f"one of {listing(param.one_of)}" if param.one_of else param.type
    return code(param.name), words.value(param.value), values, param.basis


def check_text(check: Check, obligation: Obligation) -> list[str]:
    """One check: what it tests and why, what it needs and cannot see, its settings, reasons, query and cases."""
    judged = " and ".join(table_link(name) for name in check.subjects)
    lines = [
        MADE,
        f"# {check.id}",
        "",
        f"**{check.title}.** Version {check.version}.",
        "",
        check.rationale,
        "",
    ]
    lines += [
        f"* Duty: {obligation_link(obligation.id, obligation.title)}, {duty_words.strength(obligation)}"
    ]
    lines += [f"* One case for each row of {judged}, or for a part or group of them"]
    if check.notes_only:
        lines += ["* Only notes: no case passes or fails, and nothing counts"]
    lines += [f"* Needs: {'; '.join(need_text(need) for need in check.needs)}"]
    if check.reads:
        lines += [f"* Reads: {', '.join(table_link(name) for name in check.reads)}"]
    if check.lookback_months:
        lines += [f"* Looks back {check.lookback_months} months behind the period"]
    if check.unit:
        lines += [f"* Observed and expected are in {check.unit}"]
    lines += [f"* What it cannot see: {check.blind_spot}", f"* What to do: {check.remedy}", ""]
    if check.params:
        lines += ["## Settings", ""]
        lines += grid(
            ["setting", "value", "may be", "rests on"], (param_row(param) for param in check.params)
        )
    rows = ((code(name), text) for name, text in check.reasons.items())
    lines += ["## Reasons", "", *grid(["reason", "what the report says"], rows)]
    lines += ["## Cases", "", "Worked by hand; each is a test of this test.", "", *case_lines(check), ""]
    lines += ["## Query", ""]
    if check.uses:
        steps = ", ".join(link(name, SHARED_PAGE) for name in check.uses)
        lines += [f"Stands on the shared steps {steps}.", ""]
    return [*lines, *sql_block(Path(check.path))]


def case_lines(check: Check) -> Iterator[str]:
    """The names of a check's worked cases, with what each shows."""
    for case in load_cases(CASES / f"{check.id}.toml"):
        yield f"* {case.name} ({', '.join(COVERS[kind] for kind in case.covers)})"


def sql_block(path: Path) -> list[str]:
    """A file's query without its leading comment."""
    return ["```sql", FRONT_MATTER.sub("", path.read_text(encoding="utf-8")).strip(), "```", ""]


def shared_steps(catalogue: Catalogue) -> str:
    """The parts that several checks use, with those that use them."""
    lines = [MADE, "# Shared steps", "", SHARED_HEAD]
    for part in catalogue.shared.values():
        users = [check_link(check.id) for check in catalogue.checks.values() if part.name in check.uses]
        lines += [f"## {part.name}", "", part.purpose, ""]
        lines += [f"* Reads: {', '.join(table_link(name) for name in part.reads)}"]
        if part.uses:
            lines += [f"* Stands on {', '.join(link(name) for name in part.uses)}"]
        if users:
            lines += [f"* Used by {', '.join(users)}"]
        lines += ["", *sql_block(checks() / SHARED_FOLDER / f"{part.name}.sql")]
    return finished(lines)
