"""The file of known survivors: mutants that change rows and that no case kills, each with the reason."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.mutation.bench import Verdict

FILE = Path(__file__).resolve().parent.parent / "mutation_survivors.toml"


@dataclass(frozen=True)
class Survivors:
    """Reasons by check and mutant."""

    reasons: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, path: Path = FILE) -> Self:
        """Read the file."""
        return cls(tomllib.loads(path.read_text(encoding="utf-8")))

    def of(self, check_id: str) -> Mapping[str, str]:
        """Return the reasons for one check, by the mutants' keys."""
        return self.reasons.get(check_id, {})


def problems_of(check_id: str, found: Sequence[Verdict], listed: Survivors) -> list[str]:
    """Return where the survivors found and those listed differ, and which have no reason."""
    keys = {verdict.mutant.key for verdict in found}
    reasons = listed.of(check_id)
    return [
        *(f"{check_id}: not listed: {key}" for key in sorted(keys - reasons.keys())),
        *(f"{check_id}: listed, but not alive: {key}" for key in sorted(reasons.keys() - keys)),
        *(f"{check_id}: without a reason: {key}" for key, reason in reasons.items() if not reason.strip()),
    ]
