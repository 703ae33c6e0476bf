"""What all parts of the generator share: the audit's dates, repeatable chance, business time, faults, writers."""

import csv
import io
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

PARTNER_DOMAIN = "fabrikam.example"
MAILER_DOMAIN = "mail.fabrikam.example"
START = date(2026, 7, 1)
END = date(2026, 10, 1)
#: The cut-off, 2026-10-15T00:00:00Z, as the clocks in Munich showed it.
AS_OF = datetime(2026, 10, 15, 2)

#: Every instant of the sample lies within the summer time of a year, so Munich is always two hours ahead of UTC.
SUMMER_TIME = timedelta(hours=2)
OPENS, CLOSES = time(8), time(18)

Row = dict[str, Any]
#: A check, the case it judges, and the reason it gives.
Cause = tuple[str, str, str]
T = TypeVar("T")


class Chance:
    """Repeatable chance; built on `random()` alone, whose sequence Python promises to keep for a seed."""

    def __init__(self, area: str) -> None:
        self._random = random.Random(f"fabrikam {area}").random

    def below(self, share: float) -> bool:
        """Say yes with the given share."""
        return self._random() < share

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options, each as likely."""
        return options[int(self._random() * len(options))]

    def weighted(self, options: Mapping[T, int]) -> T:
        """Return one of the keys, as likely as its weight says."""
        left = self._random() * sum(options.values())
        for option, weight in options.items():
            left -= weight
            if left < 0:
                return option
        raise AssertionError("the weights sum up to more than any draw")

    def hexadecimal(self, digits: int) -> str:
        """Return that many random hexadecimal digits."""
        return "".join(self.pick("0123456789abcdef") for _ in range(digits))

    def guid(self) -> str:
        """Return something that looks like a GUID."""
        return "-".join(self.hexadecimal(digits) for digits in (8, 4, 4, 4, 12))


@dataclass(frozen=True)
class Fault:
    """Something the partner did wrong, with every row (check, subject, reason) that fails or is noted for it."""

    name: str
    description: str
    fails: tuple[Cause, ...]
    notes: tuple[Cause, ...] = ()


@dataclass
class Sample:
    """Everything written: rows by file, in order, and the faults among them."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def add(self, table: str, **row: Any) -> None:
        """Append one row to a file."""
        self.tables.setdefault(table, []).append(row)

    def fault(self, name: str, description: str, *fails: Cause, notes: Iterable[Cause] = ()) -> None:
        """Declare a seeded fault and all rows it causes: those that fail, and those that are noted."""
        self.faults.append(Fault(name, description, fails, tuple(notes)))


def utc(local: datetime) -> str:
    """Return a Munich wall-clock time as ISO 8601 in UTC."""
    return (local - SUMMER_TIME).isoformat(timespec="seconds") + "Z"


def at(text: str) -> datetime:
    """Read a Munich wall-clock time such as `2026-07-03 21:15`."""
    return datetime.fromisoformat(text)


def is_workday(day: date) -> bool:
    """Say whether the desk opens; in these months each public holiday of Bavaria falls on a Saturday."""
    return day.weekday() < 5


def next_workday(day: date) -> date:
    """Return the day itself, or the Monday after it."""
    while not is_workday(day):
        day += timedelta(days=1)
    return day


def previous_workday(day: date) -> date:
    """Return the day itself, or the Friday before it."""
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


def after_business_minutes(start: datetime, minutes: int) -> datetime:
    """Return when so many minutes of service hours (Monday to Friday, 8 to 18) have passed since `start`."""
    now = start
    left = timedelta(minutes=minutes)
    while True:
        opens, closes = datetime.combine(now.date(), OPENS), datetime.combine(now.date(), CLOSES)
        now = max(now, opens)
        if is_workday(now.date()) and now < closes:
            if now + left <= closes:
                return now + left
            left -= closes - now
        now = datetime.combine(now.date() + timedelta(days=1), time())


def office_time(chance: Chance, day: date) -> datetime:
    """Return a moment of a working day, between half past eight and half past five."""
    seconds = chance.between(0, 9 * 3600 - 1)
    return datetime.combine(next_workday(day), time(8, 30)) + timedelta(seconds=seconds)


def slug(name: str) -> str:
    """Return a name as the part of a domain: small letters and hyphens."""
    plain = (
        name.lower()
        .replace("&", "and")
        .replace("'", "")
        .replace("ä", "ae")
        .replace("ö", "oe")
        .replace("ü", "ue")
    )
    return "-".join(plain.split())


def csv_text(rows: Sequence[Row], columns: Sequence[str]) -> str:
    """Return the rows as CSV, lines ended by a newline alone; None is an empty cell, truth `true` or `false`."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        unknown = set(row) - set(columns)
        if unknown:
            raise KeyError(f"{sorted(unknown)} is not among the columns {columns}")
        writer.writerow([_cell(row.get(column)) for column in columns])
    return out.getvalue()


def json_text(head: Row, key: str, items: Iterable[Row], tail: Row) -> str:
    """Return one JSON object whose list stands an item a line, so that a change shows as a line."""
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    opening = "".join(f"{json.dumps(name)}: {json.dumps(value)},\n" for name, value in head.items())
    closing = "".join(f",\n{json.dumps(name)}: {json.dumps(value)}" for name, value in tail.items())
    return f"{{\n{opening}{json.dumps(key)}: [\n{lines}\n]{closing}\n}}\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
