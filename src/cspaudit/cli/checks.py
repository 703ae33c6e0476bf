"""The commands about checks: list them, test them on their cases."""

from pathlib import Path

import click

from cspaudit.errors import EngagementError


@click.group()
def checks() -> None:
    """List the tests, or try them on their cases."""


@checks.command("list")
@click.argument("path", type=click.Path(path_type=Path), required=False)
def list_checks(path: Path | None) -> int:
    """List every test with the duty it belongs to; PATH adds the tests of your own audit."""
    from cspaudit import resources
    from cspaudit.evaluation.definition import load_catalogue

    catalogue = load_catalogue(resources.checks(), _own(path))
    for check in catalogue.checks.values():
        obligation = catalogue.obligations[check.obligation]
        click.echo(
            f"{check.id}  {check.obligation} ({obligation.kind}, {obligation.strength})  {check.title}"
        )
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
