"""A scorecard becomes files: pages for people, JSON for machines."""

from cspaudit.outputs.formats import FORMATS, render

__all__ = ["FORMATS", "render"]
