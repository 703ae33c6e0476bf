"""The file of known survivors: mutants that change rows and that no case kills, each with the reason."""

import json
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.mutation.judging import Figures

FILE = Path(__file__).resolve().parent.parent / "mutation_survivors.toml"


@dataclass(frozen=True)
class Survivors:
    """Reasons by target and mutant."""

    reasons: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, path: Path = FILE) -> Self:
        """Read the file."""
        return cls(tomllib.loads(path.read_text(encoding="utf-8")))

    def of(self, name: str) -> Mapping[str, str]:
        """Return the reasons for one target, by the mutants' keys."""
        return self.reasons.get(name, {})

    def problems(self, figures: Figures, only: Collection[str] | None = None) -> list[str]:
        """Return where the survivors found and those listed (``only`` these, if given) differ, or lack a reason."""
        keys = {survivor.key for survivor in figures.survivors}
        reasons = {
            key: reason for key, reason in self.of(figures.name).items() if only is None or key in only
        }
        return [
            *(f"alive, but not listed: {key}" for key in sorted(keys - reasons.keys())),
            *(f"listed, but not alive: {key}" for key in sorted(reasons.keys() - keys)),
            *(f"listed without a reason: {key}" for key, reason in reasons.items() if not reason.strip()),
        ]

    def as_toml(self, figures: Figures) -> str:
        """Return the target's survivors as the file lists them, with the reasons known so far."""
        if not figures.survivors:
            return ""
        reasons = self.of(figures.name)
        lines = [f"{_quoted(one.key)} = {_quoted(reasons.get(one.key, ''))}" for one in figures.survivors]
        return "\n".join([f"[{_quoted(figures.name)}]", *lines, ""])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
