"""Findings as a pandas frame, for notebooks; the only module of the room that needs pandas."""

from pathlib import Path
from typing import TYPE_CHECKING

from cspaudit.errors import OutputError
from cspaudit.model.result import FINDING_COLUMNS

if TYPE_CHECKING:
    import pandas as pd


def findings(folder: Path) -> "pd.DataFrame":
    """The rows of ``findings.csv`` in a run's folder: texts, but ``record`` a nullable integer.

    Raises:
        OutputError: the folder holds no ``findings.csv``.
    """
    path = folder / "findings.csv"
    if not path.is_file():
        raise OutputError(
            "There is no findings.csv in this folder.", where=str(folder), hint="Name the folder of a run."
        )
    import pandas as pd

    types = dict.fromkeys(FINDING_COLUMNS, "string") | {"record": "Int64"}
    return pd.read_csv(path, dtype=types, keep_default_na=False, na_values={"record": [""]})
