"""The commands that audit: run, validate and demo."""

from datetime import UTC, datetime
from pathlib import Path

import click

from cspaudit.cli.terminal import Terminal
from cspaudit.warehouse.engine_names import ENGINES


def _split(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    del context, parameter
    return tuple(part.strip() for part in value.split(",") if part.strip())


path_argument = click.argument("path", type=click.Path(path_type=Path), default=".")
output_option = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default="audit-out",
    show_default=True,
    help="Where the result goes.",
)
format_option = click.option(
    "--format", "formats", default="", callback=_split, help="Comma-separated: json, html, pdf. Default: all."
)
engine_option = click.option(
    "--engine",
    default=ENGINES[0],
    show_default=True,
    envvar="CSPAUDIT_ENGINE",
    show_envvar=True,
    metavar="|".join(ENGINES),
    help="What runs the checks; the findings are the same. spark needs the extra cspaudit[spark] and Java.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Put results.json on standard output.")


@click.command()
@path_argument
@output_option
@format_option
@engine_option
@json_option
def run(path: Path, output: Path, formats: tuple[str, ...], engine: str, *, as_json: bool) -> int:
    """Audit the partner that PATH describes: a cspaudit.toml, or the folder that holds it."""
    return _audit(path, output, formats, engine=engine, as_json=as_json)


@click.command()
@output_option
@json_option
def demo(output: Path, *, as_json: bool) -> int:
    """Audit the invented partner that comes with cspaudit."""
    from cspaudit import resources

    return _audit(resources.sample_data(), output, (), engine=ENGINES[0], as_json=as_json)


def _audit(path: Path, output: Path, formats: tuple[str, ...], *, engine: str, as_json: bool) -> int:
    from cspaudit import audit

    terminal = Terminal()
    started = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    with terminal.progress() as progress:
        scorecard = audit.run(
            path, output, formats=formats, progress=progress, started_at=started, engine=engine
        )
    terminal.show_scorecard(scorecard, output)
    if as_json:
        click.echo((output / "results.json").read_text(encoding="utf-8"), nl=False)
    if scorecard.problems:
        return 3
    return 0 if scorecard.gate.passed else 1


@click.command()
@path_argument
def validate(path: Path) -> int:
    """Read cspaudit.toml and every export it names, and report what was loaded; judge nothing."""
    from cspaudit import audit

    terminal = Terminal()
    with terminal.progress() as progress:
        loaded = audit.check_inputs(path, progress=progress)
    terminal.show_inputs(loaded)
    return 3 if loaded.problems else 0
