"""The commands about checks: list them, test them on their cases."""

from pathlib import Path

import click

from cspaudit.cli.lines import catalogue_lines, check_lines
from cspaudit.errors import EngagementError


@click.group()
def checks() -> None:
    """List the tests, or try them on their cases."""


@checks.command("list")
@click.argument("path", type=click.Path(path_type=Path), required=False)
def list_checks(path: Path | None) -> int:
    """List every duty, family by family, with its tests or how else it is judged; PATH adds those of your own audit."""
    from cspaudit import resources
    from cspaudit.evaluation.definition import load_catalogue

    catalogue = load_catalogue(resources.checks(), _own(path))
    for line in catalogue_lines(catalogue):
        click.echo(line)
    for broken in catalogue.broken:
        click.echo(f"{broken.name}  cannot be used: {broken.error}", err=True)
    return 3 if catalogue.broken else 0


def _own(path: Path | None) -> list[Path]:
    if path is None:
        return []
    folder = path / "checks" if path.is_dir() else path.parent / "checks"
    if not folder.is_dir():
        raise EngagementError("There is no folder checks/ here.", where=str(path))
    return [folder]


@checks.command("show")
@click.argument("check")
@click.option(
    "--in", "path", type=click.Path(path_type=Path), help="The folder of an audit with tests of its own."
)
@click.option("--sql", is_flag=True, help="Print the query alone, with the steps it shares with others.")
def show_check(check: str, path: Path | None, *, sql: bool) -> int:
    """Show one test: what it judges, why, what it cannot see, its limits and reasons, and its query."""
    from cspaudit import resources
    from cspaudit.errors import near
    from cspaudit.evaluation.definition import load_catalogue, query_text

    catalogue = load_catalogue(resources.checks(), _own(path))
    names = {name: one for one in catalogue.checks.values() for name in (one.id, *one.aliases)}
    if check not in names:
        raise EngagementError(f"There is no check {check!r}.", hint=near(check, names))
    found = names[check]
    if not sql:
        for line in check_lines(found, catalogue.obligations[found.obligation]):
            click.echo(line)
        click.echo()
    click.echo(query_text(found))
    return 0


@checks.command("new")
@click.argument("name")
@click.option(
    "--in", "path", type=click.Path(path_type=Path, exists=True), default=".", help="The folder of the audit."
)
def new_check(name: str, path: Path) -> int:
    """Write a test of your own to start from, with its duty and its cases; NAME is its id."""
    from cspaudit.new_check import write_new_check

    for file in write_new_check(path, name):
        click.echo(f"Written: {file}")
    click.echo(f"Try it:  cspaudit checks test {path / 'cases'} --checks {path / 'checks'}")
    return 0


@checks.command("test")
@click.argument("cases", type=click.Path(path_type=Path, exists=True), nargs=-1, required=True)
@click.option(
    "--checks", "own", type=click.Path(path_type=Path, exists=True), help="Folder with tests of your own."
)
def test_checks(cases: tuple[Path, ...], own: Path | None) -> int:
    """Run tests on given rows and compare with the expected ones; CASES are .toml files or folders of them."""
    from cspaudit.case_files import run_case_files

    passed = failed = 0
    for report in run_case_files(cases, [own] if own else []):
        for line in report.lines:
            click.echo(line)
        bad = sum(bool(result.problems) for result in report.results)
        passed, failed = passed + len(report.results) - bad, failed + bad
    click.echo(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


@checks.command("attest")
@click.argument("path", type=click.Path(path_type=Path), default=".")
@click.option("--template", is_flag=True, help="Write attestations.toml and attestations.xlsx to fill in.")
def attest(path: Path, *, template: bool) -> int:
    """Show what a person must answer, and what is answered so far; PATH is the folder of the audit."""
    from cspaudit import resources
    from cspaudit.answer_templates import answered, evidence_note, questions, write_templates
    from cspaudit.evaluation.definition import load_catalogue
    from cspaudit.model import engagement as engagements

    own = path / "checks"
    asked = questions(load_catalogue(resources.checks(), [own] if own.is_dir() else []))
    if template:
        for file in write_templates(asked, path):
            click.echo(f"Written: {file}")
        return 0
    audit = engagements.load(path)
    given = answered(audit.answers, audit.as_of.date())
    for question in asked:
        click.echo(f"{question.obligation.id}  {question.obligation.title}")
        found = [one for one in given if one.obligation == question.obligation.id]
        for one in found:
            scope = f"{one.scope_id}: " if one.scope_id else ""
            until = f", valid until {one.valid_until_on}" if one.valid_until_on else ""
            state = "" if one.is_valid else "; expired, counts as missing"
            click.echo(f"    {scope}{one.answer}, {one.attested_by}, {one.attested_on}{until}{state}")
            if note := evidence_note(one, audit.folder):
                click.echo(f"        {note}")
        if not found:
            click.echo("    no signed answer")
    return 0
