"""Small pools of values for one partner: rows that draw from them meet, and meet limits exactly."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from cspaudit.model.table import Column
from cspaudit.model.zones import zone_info
from tests.random_engagement.query_words import QueryWords

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

#: columns that hold another column's ids
IDS_OF = {
    "merged_into_id": "ticket_id",
    "parent_id": "ticket_id",
    "amends_id": "invoice_id",
    "parent_subscription_id": "subscription_id",
    "filed_by_actor_id": "actor_id",
    "in_reply_to_id": "message_id",
}
_IDS = 4
_DOMAINS = ("fabrikam.example", "contoso.example", "mail.contoso.example", "litware.example")
_ADDRESS_COLUMNS = {"sender", "recipient", "requester", "contact_email"}
_ZONES = ("Europe/Berlin", "America/New_York", "UTC")
_TEXTS = {
    "timezone": _ZONES,
    "service_hours": ("24/7", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-12:00,13:00-17:30; PH off", "at times"),
    "holidays": ("DE-BY", "US"),
    "currency": ("EUR", "USD"),
    "price_currency": ("EUR", "USD"),
    "country": ("DE", "US"),
    "language": ("de", "en"),
    "line": ("1", "2", "3"),
    "services": ("azure", "microsoft_365", "azure, microsoft_365", "everything"),
    "role": ("l1", "l2"),
}
#: texts of columns that no table above describes
_OTHER_TEXTS = ("alpha", "beta", "Gamma")
_MONEY = tuple(Decimal(text) for text in ("0", "0.01", "40", "60", "60.01", "100", "100.01", "140", "-40"))
_SHARES = tuple(Decimal(text) for text in ("0", "0.5", "0.9", "0.95", "1"))
_STEPS = (
    timedelta(),
    SECOND,
    -SECOND,
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=7),
    DAY,
    -DAY,
)


@dataclass(frozen=True)
class Clock:
    """The period on the partner's clock, and the cut-off: where comparisons tip."""

    zone: str
    start: date
    end: date
    as_of: datetime


class Pools:
    """The values that one partner's rows draw from."""

    def __init__(self, rng: Random, clock: Clock, words: QueryWords) -> None:
        """Fill the pools: a few instants at or around each other, the limits' distance apart, and their days."""
        self._rng, self._words, self._zone = rng, words, zone_info(clock.zone)
        self.instants = self._some_instants(clock)
        self.days = self._some_days(clock)
        self._kept: dict[tuple[str, str], list[object]] = {}

    def value(self, table: str, column: Column) -> object:
        """Return a value for the column: mostly one of the few that this partner's rows of the table take."""
        if column.type == "instant":
            return self._rng.choice(self.instants)
        if column.type == "date":
            return self._rng.choice(self.days)
        if column.type == "boolean":
            return self._rng.random() < 0.5
        kept = self._kept.setdefault((table, column.name), self._choices(column))
        return self._rng.choice(kept)

    def ids(self, column: str, count: int) -> list[str]:
        """Return ``count`` different ids of a key column: those that others name, and a few that nobody does."""
        spare = [f"{_prefix(column)}{number}" for number in range(1, max(count, _IDS) + 2)]
        return sorted(self._rng.sample(spare, count))

    def _choices(self, column: Column) -> list[object]:
        rng, words = self._rng, self._words
        if column.type == "money":
            return rng.sample(_MONEY, 4)
        if column.type == "share":
            return rng.sample(_SHARES, 2)
        if column.type == "integer":
            apart = [abs(one - two) // timedelta(minutes=1) for one in self.instants for two in self.instants]
            near = [limit + step for limit in words.limits for step in (-1, 0, 1)]
            return [rng.choice(pool) for pool in ((0, 1, 2, 3), (0, 1, 2, 3), near or (5,), apart, apart)]
        if column.allowed:
            asked = [word for word in column.allowed if word in words.texts]
            pool = asked if asked and rng.random() < 0.8 else list(column.allowed)
            return list(rng.sample(pool, rng.randint(1, min(len(pool), rng.choice((1, 2, 3, 6))))))
        return list(self._texts(column.name))

    def _texts(self, name: str) -> list[str]:
        rng = self._rng
        if name in _ADDRESS_COLUMNS:
            return [f"{rng.choice(('desk', 'Desk', 'jo'))}@{rng.choice(_DOMAINS)}" for _ in range(4)]
        if name == "domain":
            return list(_DOMAINS)
        if name in _TEXTS:
            pool = _TEXTS[name]
            return rng.sample(pool, rng.randint(1, len(pool)))
        if name.endswith("_id"):
            return [f"{_prefix(name)}{number}" for number in range(1, rng.randint(1, _IDS) + 1)]
        asked = sorted(text for text in self._words.compared.get(name, ()) if text.strip())
        return [
            rng.choice(asked or _OTHER_TEXTS),
            rng.choice(asked or _OTHER_TEXTS),
            rng.choice(_OTHER_TEXTS),
        ]

    def _some_instants(self, clock: Clock) -> list[datetime]:
        rng = self._rng
        bounds = [self._utc(clock.start), self._utc(clock.end), clock.as_of]
        inside = self._utc(clock.start) + timedelta(hours=rng.randint(0, 24 * (clock.end - clock.start).days))
        pool = [rng.choice([*bounds, inside, inside]), inside]
        limits = self._words.limits or (1,)
        for _ in range(6):
            limit = rng.choice(limits)
            far = [timedelta(days=limit), timedelta(hours=limit), timedelta(minutes=limit)]
            step = rng.choice([*_STEPS, *far, *(-one for one in far)])
            pool.append(rng.choice(pool) + step + rng.choice((timedelta(), timedelta(), SECOND, -SECOND)))
        if rng.random() < 0.3:
            pool.append(self._utc(self._local_day(rng.choice(pool))))
        if rng.random() < 0.3:
            pool.append(rng.choice(bounds))
        return pool

    def _some_days(self, clock: Clock) -> list[date]:
        rng = self._rng
        pool = [self._local_day(rng.choice([*self.instants, clock.as_of])) for _ in range(3)]
        for _ in range(4):
            step = rng.choice([0, 1, -1, *self._words.limits])
            pool.append(rng.choice(pool) + timedelta(days=step * rng.choice((1, -1))))
        if rng.random() < 0.5:
            pool.append(clock.start - timedelta(days=rng.choice((1, 200))))
        return pool

    def _local_day(self, instant: datetime) -> date:
        return (instant + self._offset(instant)).date()

    def _offset(self, instant: datetime) -> timedelta:
        return instant.replace(tzinfo=UTC).astimezone(self._zone).utcoffset() or timedelta()

    def _utc(self, day: date) -> datetime:
        local = datetime(day.year, day.month, day.day, tzinfo=self._zone)
        return local.astimezone(UTC).replace(tzinfo=None)


def _prefix(column: str) -> str:
    return IDS_OF.get(column, column).removesuffix("_id").capitalize() + "-"
