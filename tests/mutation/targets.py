"""What is mutated: the own steps of each check, and each shared part once, over all checks that use it."""

from dataclasses import dataclass

import sqlglot

from cspaudit.evaluation.definition import Catalogue, query_text
from cspaudit.evaluation.shared_parts import SharedPart
from tests.mutation.mutants import mutants_of
from tests.mutation.units import units_of


@dataclass(frozen=True)
class Target:
    """A check or a shared part by name, the steps that are its own (None: all but ``foreign``), and who uses it."""

    name: str
    checks: tuple[str, ...]
    own: frozenset[str] | None
    foreign: frozenset[str] = frozenset()

    def holds(self, step: str) -> bool:
        """Whether a step of a query belongs to the target."""
        return step not in self.foreign if self.own is None else step in self.own


def targets(catalogue: Catalogue) -> dict[str, Target]:
    """Return every target by its name; the checks' names and the parts' are apart by a prefix."""
    steps = {name: steps_of(part) for name, part in catalogue.shared.items()}
    found = {}
    for check in catalogue.checks.values():
        foreign = frozenset().union(*(steps[name] for name in _all_parts(check.uses, catalogue.shared)))
        found[check.id] = Target(check.id, (check.id,), None, foreign)
    for name in catalogue.shared:
        users = [
            check.id
            for check in catalogue.checks.values()
            if name in _all_parts(check.uses, catalogue.shared)
        ]
        if users:
            found[f"shared/{name}"] = Target(f"shared/{name}", tuple(users), steps[name])
    return found


def keys_of(catalogue: Catalogue, target: Target) -> list[str]:
    """Return the keys of all the target's mutants, in the order of the text."""
    units = units_of(query_text(catalogue.checks[target.checks[0]]))
    return [mutant.key for mutant in mutants_of(units, target.holds, lambda _: True)]


def steps_of(part: SharedPart) -> frozenset[str]:
    """Return the names of a shared part's steps."""
    clause = sqlglot.parse_one(f"with {part.ctes} select 1", dialect="duckdb").args["with_"]
    return frozenset(cte.alias for cte in clause.expressions)


def _all_parts(uses: tuple[str, ...], shared: dict[str, SharedPart]) -> set[str]:
    found = set(uses)
    for name in uses:
        found |= _all_parts(shared[name].uses, shared)
    return found
