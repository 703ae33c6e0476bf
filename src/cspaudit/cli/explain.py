"""The command explain: a case's whole story on standard output."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cspaudit.cli.lines import head_lines, limit_lines
from cspaudit.cli.terminal import Terminal

if TYPE_CHECKING:
    from cspaudit.explain import CaseStory, CountedTime, Explanation


@click.command()
@click.argument("check")
@click.argument("subject", default="")
@click.option(
    "--in",
    "path",
    type=click.Path(path_type=Path),
    default=".",
    show_default=True,
    help="The folder of the audit.",
)
@click.option("--partner", default="", help="The partner's id, where the audit has several.")
def explain(check: str, subject: str, path: Path, partner: str) -> int:
    """Tell why a case came out as it did.

    CHECK is the test's id, SUBJECT the case's (as in findings.csv). Without SUBJECT: what the test found.
    """
    from cspaudit.explain import explain as explained

    with Terminal().progress() as progress:
        found = explained(path, check, subject, partner_id=partner, progress=progress)
    for line in _lines(found):
        click.echo(line)
    return 0


def _lines(found: "Explanation") -> Iterator[str]:
    yield from head_lines(found.check, found.obligation)
    yield ""
    yield from limit_lines(found.setting.params)
    bounds = found.setting.bounds
    yield f"Period   {bounds.start.on} up to, not including, {bounds.end.on}; exports as of {_utc(found.setting.as_of)}"
    for gap in found.gaps:
        yield f"Missing  {gap.problem} {gap.cure}"
    if found.outcome.error:
        yield f"Error    {found.outcome.error}"
    if not found.stories:
        yield from _overview(found)
    for story in found.stories:
        yield ""
        yield from _story(found, story)
    yield ""
    yield f"Cannot see  {found.check.blind_spot}"
    yield f"To mend     {found.check.remedy}"


def _overview(found: "Explanation") -> Iterator[str]:
    from cspaudit.outputs.labels import STATUSES
    from cspaudit.outputs.words import reason_text

    counts = found.outcome.counts
    named = {
        "pass": counts.passed,
        "fail": counts.failed,
        "insufficient_evidence": counts.insufficient_evidence,
        "not_yet_due": counts.not_yet_due,
        "not_applicable": counts.not_applicable,
        "observation": counts.observation,
    }
    told = ", ".join(f"{STATUSES[status]} {count:,}" for status, count in named.items() if count)  # type: ignore[index]  # a StrEnum's own words
    yield f"Cases    {told or 'none in the period'}"
    for finding in found.outcome.findings:
        yield f"         {finding.subject_id}: {STATUSES[finding.status]}. {reason_text(found.check, finding)}"
    if found.outcome.finding_count > len(found.outcome.findings):
        yield f"         and {found.outcome.finding_count - len(found.outcome.findings):,} more, in findings.csv"


def _story(found: "Explanation", story: "CaseStory") -> Iterator[str]:
    from cspaudit.outputs import link_words
    from cspaudit.outputs.labels import STATUSES

    case = story.case
    dated = f", dated {case.dated_at}" if case.dated_at else ""
    yield f"Case     {case.subject_id} of {case.partner_id}{dated}"
    outside = "" if case.is_inside else " (outside the period, so that it does not count)"
    yield f"Result   {STATUSES[case.status]}{outside}"  # type: ignore[index]  # a StrEnum's own words
    if story.reason_text:
        yield f"         {story.reason_text}"
    if story.place:
        yield f"         in {story.place}"
    unit = f" {found.check.unit}" if found.check.unit else ""
    for name, value in (("observed", case.observed), ("expected", case.expected)):
        if value:
            yield f"         {name}: {value}{unit if value.isdigit() else ''}"
    if story.time:
        yield from _time(story.time)
    for table in story.tables:
        what = "the partner's records" if table.is_general else "records"
        yield f"{table.table}: {table.total:,} {what}"
        for record in table.records:
            where = f"{record.file}, record {record.record}" if record.record else record.source_id
            yield f"  {where}"
            yield "    " + "  ".join(f"{name}={value}" for name, value in record.values)
        if table.total > len(table.records):
            yield f"  and {table.total - len(table.records):,} more"
    for link in story.links:
        yield f"Linked   {link_words.kind(link.kind)}: {link.from_id} to {link.to_id}, {link_words.step(link.step)}"
        if link.evidence:
            yield f"         {link.evidence}"


def _time(time: "CountedTime") -> Iterator[str]:
    yield f"Minutes  of service time from {_utc(time.start)} to {_utc(time.end)}, day by day"
    for day in time.days:
        unknown = f", hours unknown for {_minutes(day.unknown_seconds)}" if day.unknown_seconds else ""
        terms = f" ({day.terms_id})" if day.terms_id else ""
        yield f"         {day.on} {day.on:%a} {_minutes(day.seconds):>8}{terms}{unknown}"
    yield f"         {'sum':<14} {_minutes(time.seconds):>8}"


def _minutes(seconds: int) -> str:
    whole, rest = divmod(seconds, 60)
    return f"{whole}:{rest:02d}"


def _utc(instant: object) -> str:
    return f"{instant} UTC"
