"""Exports in, canonical tables out: every record loaded or left out with its reason."""
