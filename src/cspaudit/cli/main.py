"""The commands and what they make of an error; everything heavy is imported by the command that needs it."""

import sys
import traceback
from importlib import metadata

import click

from cspaudit.cli.checks import checks
from cspaudit.cli.explain import explain
from cspaudit.cli.init import init
from cspaudit.cli.run import demo, run, validate
from cspaudit.cli.sources import sources
from cspaudit.errors import CspAuditError

INTERRUPTED = 130
INTERNAL = 3


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("cspaudit"), prog_name="cspaudit")
def commands() -> None:
    """Audit a Microsoft Cloud Solution Provider partner from the logs it can export.

    Exit codes: 0 the pass mark is reached, 1 it is not, 2 the command or cspaudit.toml is wrong,
    3 the audit could not be carried out in full, 130 interrupted.
    """


for command in (init, run, validate, explain, demo, checks, sources):
    commands.add_command(command)


def main() -> None:
    """Run the command and leave with its exit code; every error is told in words."""
    try:
        code = commands.main(standalone_mode=False, auto_envvar_prefix="CSPAUDIT")
    except CspAuditError as error:
        tell(error)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted; nothing was written.", err=True)
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the one place: an error of ours is told as such, not as a traceback
        where = traceback.extract_tb(error.__traceback__)[-1]
        click.echo(
            f"Internal error: {type(error).__name__}: {error} (at {where.name}, line {where.lineno}).\n"
            "This is a fault of cspaudit. Please report it with the command you ran.",
            err=True,
        )
        sys.exit(INTERNAL)
    sys.exit(code if isinstance(code, int) else 0)


def tell(error: CspAuditError) -> None:
    """Print an error: where, what, and what to do."""
    place = click.style(f"{error.where}: ", bold=True) if error.where else ""
    click.echo(f"{click.style('Error', fg='red', bold=True)}: {place}{error.problem}", err=True)
    if error.hint:
        click.echo(f"  {error.hint}", err=True)
