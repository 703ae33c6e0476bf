"""Compliance auditing for Microsoft Cloud Solution Provider partners: exports in, scorecard out."""

from importlib.metadata import version

__version__ = version("cspaudit")
