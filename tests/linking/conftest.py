"""The fixture that loads little engagements, as the tests of the loader use it."""

from tests.sources.conftest import load_files

__all__ = ["load_files"]
