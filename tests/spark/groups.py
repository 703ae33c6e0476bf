"""Puts the cases of a check together that share all bindings: a case a partner, so that one query judges them all."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cspaudit.case_files import load_given
from cspaudit.evaluation.cases import Case, GivenRow, differences, values_of
from cspaudit.model.check import Check
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: between the number of a case and the id of a partner in it
_BETWEEN = "/"


@dataclass(frozen=True)
class Group:
    """Cases of one check under the same period, cut-off and parameters."""

    check: Check
    cases: tuple[Case, ...]

    @property
    def values(self) -> dict[str, object]:
        """What the check's query may name."""
        return values_of(self.check, self.cases[0])

    def load(self, staging: Path) -> Warehouse:
        """Return a warehouse with the rows of all cases, each case's partners apart from the others'."""
        given: dict[str, list[GivenRow]] = {}
        partners: list[GivenRow] = []
        for place, case in enumerate(self.cases):
            partners += [self._moved(partner, place) for partner in case.partners]
            for table, rows in case.given.items():
                given.setdefault(table, []).extend(self._moved(row, place) for row in rows)
        first = self.cases[0]
        return load_given(given, partners, first.start, first.end, first.as_of, staging=staging)

    def problems(self, rows: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
        """Return, by the names of the cases that do not come out as expected, what is wrong with their rows."""
        of_case: dict[int, list[GivenRow]] = {}
        for row in rows:
            place, _, partner_id = row["partner_id"].rpartition(_BETWEEN)
            of_case.setdefault(int(place or 0), []).append({**row, "partner_id": partner_id})
        found = {
            case.name: differences(self.check, case, of_case.get(place, []))
            for place, case in enumerate(self.cases)
        }
        return {name: wrong for name, wrong in found.items() if wrong}

    def alone(self, names: Collection[str]) -> "Iterator[Group]":
        """Yield the cases of these names, each in a group of its own."""
        for case in self.cases:
            if case.name in names:
                yield Group(self.check, (case,))

    def _moved(self, row: GivenRow, place: int) -> GivenRow:
        """Return the row with its case's number before the partner's id; a case alone keeps its ids."""
        if len(self.cases) == 1:
            return row
        return {**row, "partner_id": f"{place}{_BETWEEN}{row['partner_id']}"}


def groups_of(check: Check, cases: Sequence[Case]) -> Iterator[Group]:
    """Yield the cases in as few groups as they allow."""
    groups: dict[object, list[Case]] = {}
    for case in cases:
        bound = sorted(values_of(check, case).items())
        groups.setdefault((case.start, case.end, repr(bound)), []).append(case)
    for group in groups.values():
        yield Group(check, tuple(group))
