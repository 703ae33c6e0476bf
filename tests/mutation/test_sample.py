"""A sample of the mutants in every run of the tests; make mutation judges all."""

from collections.abc import Callable

import pytest

from tests.mutation.judging import judge
from tests.mutation.run import problems_of
from tests.mutation.sample import SAMPLED, catalogue_now, sampled_checks, sampled_mutants
from tests.mutation.survivors import Survivors


@pytest.mark.parametrize("name", sampled_checks())
def test_sampled_mutants_are_killed_or_listed(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    """No sampled mutant changes rows unseen by the cases, unless it is listed; random rows reach every status."""
    catalogue = catalogue_now()
    target, keys = sampled_mutants(catalogue, name)
    figures = judge(catalogue, target, only=keys)
    record_property(SAMPLED, (figures.mutants, figures.counting, figures.killed))
    assert not problems_of(figures, Survivors.read(), only=keys)
