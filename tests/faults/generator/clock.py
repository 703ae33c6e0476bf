"""Local time and UTC: every instant of the generator is a wall-clock time of the partner's zone, written in UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Clock:
    """The wall clock of one zone."""

    zone: str

    def at(self, day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
        """The naive UTC instant at which the clock shows this; the first of the two where it shows it twice."""
        local = datetime.combine(day, time(hour, minute, second), tzinfo=ZoneInfo(self.zone))
        return local.astimezone(UTC).replace(tzinfo=None)

    def day(self, instant: datetime) -> date:
        """The day the clock shows at a naive UTC instant."""
        return self._local(instant).date()

    def later(self, instant: datetime, *, days: int = 0, minutes: int = 0) -> datetime:
        """The same wall-clock time some days later, then some minutes on."""
        local = self._local(instant).replace(tzinfo=None) + timedelta(days=days, minutes=minutes)
        return local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC).replace(tzinfo=None)

    def _local(self, instant: datetime) -> datetime:
        return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone))


def is_working_day(day: date, closed: frozenset[date]) -> bool:
    """Whether the support desk works on this day."""
    return day.weekday() < 5 and day not in closed
