"""Random engagements for a check: rows of the tables it reads, small enough to collide, that the loader takes."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from cspaudit.evaluation.cases import Case, Given, GivenRow
from cspaudit.model.check import Check, Param
from cspaudit.model.table import AtLeast, Column, Needs, Order, Table
from cspaudit.model.tables import TABLES
from tests.random_engagement.pools import Clock, Pools
from tests.random_engagement.query_words import QueryWords, query_words

_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC")
#: which tables the derived ones are made of
_MADE_OF = {"calendar_of": "support_terms", "business_calendar": "support_terms"}
#: columns of the terms of support of which the calendar is made
HOURS_COLUMNS = frozenset({"service_hours", "timezone", "holidays", "customer_id"})
_MOST_ROWS = 7


def random_engagement(check: Check, seed: int, *, partners: int) -> Case:
    """Return a case without expected rows, the same for the same seed: partners with independent rows and alike ids.

    Period, cut-off, clock and the parameters' values are drawn too; seed 0 leaves the parameters as the check
    states them. No row breaks a rule of its table, so that the loader takes all.
    """
    rng = seeded(check.id, seed)
    words = query_words(check)
    start = date(2026, rng.randint(2, 10), 1)
    end = (start + timedelta(days=rng.choice((32, 63)))).replace(day=1)
    zone = rng.choice(_ZONES)
    as_of = datetime.combine(end, time(rng.choice((0, 9, 23)))) + timedelta(days=rng.choice((-5, 0, 1, 20)))
    clock = Clock(zone, start, end, as_of)
    given: Given = {}
    rows: list[GivenRow] = []
    for number in range(partners):
        partner_id = f"p{number}"
        made = _Maker(seeded(check.id, seed, number), clock, words)
        rows.append(made.partner(partner_id))
        for table in tables_for(check):
            given.setdefault(table.name, []).extend(
                {"partner_id": partner_id, **row}
                for row in made.rows(table, is_subject=table.name == check.subject)
            )
    return Case(
        name=f"random engagement {seed}",
        covers=(),
        start=start,
        end=end,
        as_of=as_of,
        partners=tuple(rows),
        given=given,
        params={} if seed == 0 else {param.name: _param(param, rng) for param in check.params},
        expect=(),
    )


def tables_for(check: Check) -> tuple[Table, ...]:
    """Return the tables whose rows can matter to the check, without that of the partners itself."""
    names = dict.fromkeys(_MADE_OF.get(name, name) for name in check.tables)
    return tuple(TABLES[name] for name in names if name in TABLES and name != "partner")


def seeded(*seed: object) -> Random:
    """Return a source of repeatable numbers for a seed of several parts."""
    return Random(" ".join(map(str, seed)))  # noqa: S311 - repeatable rows, no secrets


def _param(param: Param, rng: Random) -> object:
    if param.one_of:
        return rng.choice(param.one_of)
    if param.value is None and rng.random() < 0.25:
        return None
    if param.type == "integer":
        near = [int(str(param.value)) + step for step in (-1, 0, 1)] if param.value else [1, 2, 5, 30]
        return max(0, rng.choice(near))
    if param.type == "decimal":
        return rng.choice([param.value or Decimal("0.5"), Decimal(0), Decimal("0.01"), Decimal(1)])
    if param.type == "boolean":
        return rng.random() < 0.5
    if param.type == "date":
        return date(2026, 1, 1) + timedelta(days=rng.randint(0, 300))
    return param.value


class _Maker:
    """Makes one partner's rows. Which columns it fills, and with how many different words, is its own mood."""

    def __init__(self, rng: Random, clock: Clock, words: QueryWords) -> None:
        self._rng, self._clock, self._words = rng, clock, words
        self._pools = Pools(rng, clock, words)
        self._filled: dict[tuple[str, str], float] = {}

    def partner(self, partner_id: str) -> GivenRow:
        """Return the partner itself."""
        rng, columns = self._rng, TABLES["partner"]
        row: GivenRow = {
            "partner_id": partner_id,
            "name": f"Partner {partner_id}",
            "tier": rng.choice(columns.column("tier").allowed),
            "timezone": self._clock.zone,
        }
        for name in ("cloud", "holidays", "provider_id"):
            if rng.random() < 0.3:
                row[name] = self._pools.value("partner", columns.column(name))
        return row

    def rows(self, table: Table, *, is_subject: bool) -> list[GivenRow]:
        """Return the rows of one table; none of them would be left out by the loader."""
        rng = self._rng
        count = rng.randint(2, _MOST_ROWS) if is_subject else rng.choice((0, 1, 2, 3, 4, _MOST_ROWS))
        alone = table.key[0] if len(table.key) == 1 else ""
        ids = self._pools.ids(alone, count) if alone.endswith("_id") else []
        made: dict[tuple[object, ...], GivenRow] = {}
        for number in range(count):
            row = {column.name: self._value(table, column) for column in table.columns}
            if ids:
                row[alone] = ids[number]
            keep_rules(table, row)
            _keep_chains_short(table, row)
            row = {name: value for name, value in row.items() if value is not None}
            key = tuple(row.get(name, table.key_defaults.get(name)) for name in table.key)
            made.setdefault(key, row)
        return list(made.values())

    def _value(self, table: Table, column: Column) -> Any:
        if not column.required:
            if column.name not in self._words.columns and not (
                table.name == "support_terms" and column.name in HOURS_COLUMNS
            ):
                return None
            mood = (table.name, column.name)
            share = self._filled.setdefault(mood, self._rng.choice((1.0, 1.0, 0.7, 0.4, 0.1, 0.0, 0.0)))
            if self._rng.random() >= share:
                return None
        value = self._pools.value(table.name, column)
        return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def keep_rules(table: Table, row: GivenRow) -> None:
    """Put right what the loader would refuse."""
    for rule in table.rules:
        if isinstance(rule, Order):
            first, second = row[rule.first], row[rule.second]
            if first is not None and second is not None and first > second:
                row[rule.first], row[rule.second] = second, first
        elif isinstance(rule, AtLeast) and row[rule.column] is not None:
            row[rule.column] = max(row[rule.column], type(row[rule.column])(rule.minimum))
        elif isinstance(rule, Needs) and row[rule.column] is not None and row[rule.other] is None:
            row[rule.column] = None


def _keep_chains_short(table: Table, row: GivenRow) -> None:
    """Merge tickets only into later ones, so that no merger ends where it began."""
    for column in table.columns:
        if column.name == "merged_into_id" and row[column.name] is not None:
            own = row["ticket_id"]
            row[column.name] = row[column.name] if row[column.name] > own else None
