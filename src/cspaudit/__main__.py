"""``python -m cspaudit`` is the command."""

from cspaudit.cli import main

main()
