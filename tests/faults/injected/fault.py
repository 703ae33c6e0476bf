"""A fault: something that goes wrong in a clean world, and exactly the rows it must cause."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from tests.faults.generator.records import Record, World

#: check and subject
Place = tuple[str, str]
#: status and reason
Outcome = tuple[str, str]
#: what becomes of the rows of a clean world; None: there is no such row any more
Effects = Mapping[Place, Outcome | None]

PASS = ("pass", "")


@dataclass(frozen=True)
class Fault:
    """A way to do wrong, by name, and the check that it is meant for."""

    check: str
    inject: Callable[[World], Effects]

    @property
    def name(self) -> str:
        """The function's name."""
        return self.inject.__name__


def failed(reason: str) -> Outcome:
    """The row fails for this reason."""
    return ("fail", reason)


def noted(reason: str) -> Outcome:
    """The row is an observation."""
    return ("observation", reason)


def unclear(reason: str) -> Outcome:
    """The row lacks evidence."""
    return ("insufficient_evidence", reason)


def exempt(reason: str) -> Outcome:
    """The row does not apply."""
    return ("not_applicable", reason)


def pending(reason: str) -> Outcome:
    """The row is not yet due."""
    return ("not_yet_due", reason)


def key(record: Record) -> str:
    """The id of a record: its first cell."""
    return str(next(iter(record.cells.values())))


def events(world: World, ticket: Record, *kinds: str) -> list[Record]:
    """What was done on a ticket, of these kinds."""
    return [one for one in world.all("ticket_event", ticket_id=ticket["ticket_id"]) if one["kind"] in kinds]


def requests_of(world: World, ticket: Record) -> list[Record]:
    """The requests filed for a ticket."""
    links = world.all("service_request_ticket", ticket_id=ticket["ticket_id"])
    return [world.one("service_request", request_id=link["request_id"]) for link in links]


def shift(record: Record, column: str, *, days: int = 0, minutes: int = 0) -> None:
    """Move an instant."""
    record[column] = record.instant(column) + timedelta(days=days, minutes=minutes)
