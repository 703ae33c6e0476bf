"""Random engagements near a check's worked cases: copies of them with a few values, rows and keys changed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from cspaudit.evaluation.cases import Case, Given, GivenRow
from cspaudit.model.check import Check
from cspaudit.model.table import Column, Table
from cspaudit.model.tables import TABLES
from tests.random_engagement.pools import IDS_OF
from tests.random_engagement.query_words import query_words
from tests.random_engagement.rows import HOURS_COLUMNS, keep_rules, seeded

#: how many changes a copy has
_CHANGES = (1, 1, 1, 2, 2, 3, 5)
_STEPS = (
    timedelta(seconds=1),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=8),
    timedelta(days=1),
    timedelta(days=31),
)
_CENT = Decimal("0.01")


def varied_engagement(check: Check, cases: Sequence[Case], seed: int, *, partners: int) -> Case:
    """Return a case without expected rows, the same for the same seed: changed copies of the worked cases of a period.

    It reaches what rows drawn at random seldom meet, since a worked case leads there. The first seeds together reach
    every status that a case expects. Every copy stands for partners of its own; no row breaks a rule of its table.
    """
    rng = seeded("varied", check.id, seed)
    grounds = _grounds(cases)
    ground = grounds[seed % len(grounds)]
    first = ground[0]
    alike = [case for case in cases if _period(case) == _period(first)]
    # half of the copies are of cases that share the parameters' values too
    alike += [case for case in ground for _ in range(len(alike) // len(ground))]
    copier = _Copier(rng, check, cases)
    given: Given = {}
    rows: list[GivenRow] = []
    order: list[Case] = []
    while len(rows) < partners:
        order = order or rng.sample(alike, len(alike))
        case = order.pop()
        number = len(rows)
        rows += [_renamed(partner, number) for partner in case.partners]
        for table, some in copier.copy(case).items():
            given.setdefault(table, []).extend(_renamed(row, number) for row in some)
    return replace(
        first, name=f"varied cases {seed}", covers=(), partners=tuple(rows), given=given, expect=()
    )


def _grounds(cases: Sequence[Case]) -> list[list[Case]]:
    """Return the cases by period and parameters; each next group is the one that adds most to the statuses reached."""
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(repr((*_period(case), sorted(case.params.items()))), []).append(case)
    left, ordered = list(groups.values()), []
    reached: set[str] = set()
    while left:
        best = max(left, key=lambda group: (len(_statuses(group) - reached), len(group)))
        left.remove(best)
        ordered.append(best)
        reached |= _statuses(best)
    return ordered


def _statuses(cases: Sequence[Case]) -> set[str]:
    return {row["status"] for case in cases for row in case.expect}


def _period(case: Case) -> tuple[object, ...]:
    return case.start, case.end, case.as_of, case.partners[0]["timezone"]


def _renamed(row: GivenRow, number: int) -> GivenRow:
    return {**row, "partner_id": f"{row['partner_id']}-{number}"}


class _Copier:
    """Copies cases with changes; new values come from where the cases use them, or lie beside the old one."""

    def __init__(self, rng: Random, check: Check, cases: Sequence[Case]) -> None:
        self._rng = rng
        self._columns = query_words(check).columns
        seen: dict[str, set[Any]] = {}
        for case in cases:
            for rows in case.given.values():
                for row in rows:
                    for name, value in row.items():
                        seen.setdefault(IDS_OF.get(name, name), set()).add(value)
        self._seen = {name: sorted(values, key=repr) for name, values in seen.items()}

    def copy(self, case: Case) -> Given:
        """Return the case's rows with changes."""
        rng = self._rng
        given = {table: [dict(row) for row in rows] for table, rows in case.given.items()}
        for _ in range(rng.choice(_CHANGES)):
            filled = [table for table, rows in sorted(given.items()) if rows]
            if not filled:
                break
            name = rng.choice(filled)
            self._change(TABLES[name], given[name])
        return {table: _valid(TABLES[table], rows) for table, rows in given.items()}

    def _change(self, table: Table, rows: list[GivenRow]) -> None:
        rng = self._rng
        place = rng.randrange(len(rows))
        act = rng.random()
        if act < 0.1:
            del rows[place]
        elif act < 0.25:
            row = dict(rows[place])
            for column in (table.column(rng.choice(table.key)), rng.choice(self._asked(table))):
                row[column.name] = self._other(column, row.get(column.name))
            rows.append(row)
        else:
            column = rng.choice(self._asked(table))
            rows[place][column.name] = self._other(column, rows[place].get(column.name))

    def _asked(self, table: Table) -> list[Column]:
        """Return the columns that can matter."""
        asked = self._columns | (HOURS_COLUMNS if table.name == "support_terms" else frozenset())
        return [column for column in table.columns if column.name in asked] or list(table.columns)

    def _other(self, column: Column, old: Any) -> Any:
        """Return another value for a column, or None where it may be empty."""
        rng = self._rng
        if not column.required and old is not None and rng.random() < 0.3:
            return None
        if column.type == "boolean":
            return rng.random() < 0.5 if old is None else not old
        if column.allowed:
            return rng.choice(column.allowed)
        if old is not None and column.type != "text" and rng.random() < 0.6:
            return self._beside(column, old)
        seen = self._seen.get(IDS_OF.get(column.name, column.name), [])
        if column.type == "instant":
            seen = [value for value in seen if isinstance(value, datetime)]
        return rng.choice(seen) if seen else old

    def _beside(self, column: Column, old: Any) -> Any:
        rng = self._rng
        sign = rng.choice((1, -1))
        if isinstance(old, datetime):
            return old + sign * rng.choice(_STEPS)
        if isinstance(old, date):
            return old + timedelta(days=sign * rng.choice((1, 1, 7, 31)))
        if column.type in {"money", "share"}:
            other = Decimal(old) + sign * rng.choice((_CENT, _CENT, Decimal(1)))
            return min(max(other, Decimal(0)), Decimal(1)) if column.type == "share" else other
        return max(0, old + sign * rng.choice((1, 1, 10)))


def _valid(table: Table, rows: Sequence[GivenRow]) -> list[GivenRow]:
    """Return the rows as the loader takes them: rules kept, keys used once, nothing required empty."""
    made: dict[tuple[object, ...], GivenRow] = {}
    for given in rows:
        row: GivenRow = dict.fromkeys(table.column_names) | given
        keep_rules(table, row)
        row = {name: value for name, value in row.items() if value is not None}
        if any(column.name not in row for column in table.required):
            continue
        key = tuple(row.get(name, table.key_defaults.get(name)) for name in ("partner_id", *table.key))
        made.setdefault(key, row)
    if "merged_into_id" in table.column_names:
        _break_circles(list(made.values()))
    return list(made.values())


def _break_circles(tickets: Sequence[GivenRow]) -> None:
    """Undo the mergers that lead back to where they began."""
    by_id = {(row["partner_id"], row["ticket_id"]): row for row in tickets}
    for row in tickets:
        partner_id, reached = row["partner_id"], {row["ticket_id"]}
        follow = row
        while (into := follow.get("merged_into_id")) is not None and (partner_id, into) in by_id:
            if into in reached:
                del follow["merged_into_id"]
                break
            reached.add(into)
            follow = by_id[partner_id, into]
