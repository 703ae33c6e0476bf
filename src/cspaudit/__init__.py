"""Compliance auditing for Microsoft Cloud Solution Provider partners: exports in, scorecard out."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cspaudit.audit import run as run

__all__ = ["run"]


def __getattr__(name: str) -> Any:
    """Import ``run`` when it is first asked for, so that ``cspaudit --help`` stays quick."""
    if name == "run":
        from cspaudit.audit import run as audit_run

        return audit_run
    message = f"module 'cspaudit' has no attribute {name!r}"
    raise AttributeError(message)
