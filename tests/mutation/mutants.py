"""Every mutant of a query, under a name that stays the same while its place in the query does."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.mutation.operators import mutations
from tests.mutation.units import Unit, shown

_CONTEXT = 4
_LONGEST = 160


@dataclass(frozen=True)
class Mutant:
    """A changed part of a query: the part's number and its new text; ``key`` says what was changed where."""

    key: str
    unit: int
    sql: str = field(repr=False)
    mixes_partners: bool = False


def mutants_of(
    units: Sequence[Unit], parts: Callable[[str], bool], keys: Callable[[str], bool]
) -> Iterator[Mutant]:
    """Yield the mutants of the parts that are asked for and have a key that is, in the order of the text."""
    seen: Counter[str] = Counter()
    for number, unit in enumerate(units):
        if not parts(unit.name):
            continue
        for one in mutations(unit.tree):
            before, after = _apart(shown(one.before, units), shown(one.after, units))
            key = f"{unit.name}: {one.operator}: {before} -> {after}"
            seen[key] += 1
            if seen[key] > 1:
                key = f"{key} #{seen[key]}"
            if keys(key):
                yield Mutant(key, number, one.sql(), mixes_partners="partner_id" in one.before)


def _apart(before: str, after: str) -> tuple[str, str]:
    """Return what differs between two texts, with a few words around it where they are long."""
    if len(before) + len(after) <= _LONGEST:
        return before, after
    old, new = before.split(), after.split()
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    return _cut(old, same, tail), _cut(new, same, tail)


def _cut(words: list[str], same: int, tail: int) -> str:
    first, last = max(0, same - _CONTEXT), min(len(words), len(words) - tail + _CONTEXT)
    middle = words[first:last]
    if len(" ".join(middle)) > _LONGEST:
        middle = [*middle[: 2 * _CONTEXT], "...", *middle[-2 * _CONTEXT :]]
    return " ".join([*(["..."] if first else []), *middle, *(["..."] if last < len(words) else [])])
