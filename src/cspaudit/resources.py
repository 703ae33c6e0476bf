"""Where the checks, mappings, linking rules, templates and sample data lie: beside the code in a checkout, inside it in a wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _root() -> Path:
    bundled = _PACKAGE / "_bundled"
    return bundled if bundled.is_dir() else _PACKAGE.parent.parent


def checks() -> Path:
    """Return the folder of the check families."""
    return _root() / "checks"


def mappings() -> Path:
    """Return the folder of the export layouts."""
    return _root() / "mappings"


def linking_rules() -> Path:
    """Return the folder of the rules by which records are linked: topics of messages, providers of free mail."""
    return _root() / "linking_rules"


def report_templates() -> Path:
    """Return the folder of the templates and styles."""
    return _root() / "report_templates"


def sample_data() -> Path:
    """Return the folder of the invented partner."""
    return _root() / "sample_data"
