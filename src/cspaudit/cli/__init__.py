"""The command line: parse, call, print, exit."""

from cspaudit.cli.main import main

__all__ = ["main"]
