"""The sample of mutants that every run of the tests judges: always the same for the same checks."""

from random import Random

from cspaudit import resources
from cspaudit.evaluation.definition import Catalogue, load_catalogue
from tests.mutation.targets import Target, keys_of, targets

SEED = 20260901
#: name of the property under which a test reports its figures: mutants, those that count, those killed
SAMPLED = "sampled mutants"
#: how many checks are drawn, and how many mutants of each
CHECKS = 10
MUTANTS = 8


def catalogue_now() -> Catalogue:
    """Return the catalogue as it stands."""
    return load_catalogue(resources.checks())


def sampled_checks() -> list[str]:
    """Return the names of the checks drawn; shared parts take longer and are mutated in the whole run only."""
    return sorted(Random(SEED).sample(sorted(catalogue_now().checks), CHECKS))  # noqa: S311 - no secrets


def sampled_mutants(catalogue: Catalogue, name: str) -> tuple[Target, frozenset[str]]:
    """Return a check as a target, and the keys of the mutants drawn."""
    target = targets(catalogue)[name]
    keys = keys_of(catalogue, target)
    return target, frozenset(Random(f"{SEED} {name}").sample(keys, min(MUTANTS, len(keys))))  # noqa: S311 - as above
