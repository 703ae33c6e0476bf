# ruff: noqa: DTZ001 - instants are naive UTC, as in the canonical tables
"""The check of first replies against an oracle that tries every way the missing facts may have been.

The oracle walks the minutes by the wall clock and follows each possible world: an unclear reply counts or
not, unknown hours were open or not, an unknown severity was any of the three. Where all worlds agree, that
is the status; otherwise the evidence is insufficient.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cspaudit import resources
from cspaudit.evaluation.definition import load_catalogue
from cspaudit.model.tables import TABLES
from cspaudit.sources.calendars import (
    CalendarOf,
    CalendarRun,
    TermsVersion,
    build_calendars,
    columns,
    expand_sql,
    runs_sql,
)
from tests.minute_walker import MINUTE, wall_clock

FIRST, LAST = datetime(2026, 10, 22), datetime(2026, 10, 29)
AS_OF = datetime(2026, 10, 27, 15)
BERLIN = "Europe/Berlin"
UNKNOWN_FROM = date(2026, 10, 26)
SEVERITIES = ("critical", "moderate", "minimal")
HOURS = {"always": "24/7", "week": "Mo-Fr 08:00-18:00", "lost": "24/7"}
"""The hours of each partner; those of `lost` are not known from UNKNOWN_FROM on."""

READ = ("ticket", "ticket_event", "support_target", "support_terms", "actor", "customer")
CUSTOMERS = {"theirs": "provider", "ours": "partner", "unclear": None}
ACTORS = (
    ("ana", "desk", date(2020, 1, 1), date(2026, 10, 25), "agent"),
    ("ana", "desk", date(2026, 10, 26), None, "bot"),
    ("rob", "desk", date(2020, 1, 1), None, "subcontractor"),
    ("rob", "robot", date(2026, 10, 24), date(2026, 10, 24), "bot"),
)


@dataclass(frozen=True)
class Ticket:
    """A ticket with what the check looks at; `into` is the number of the one it was merged into, -1 one not there."""

    opened_at: datetime
    severity: str | None
    customer: str | None
    closed_at: datetime | None
    is_spam: bool
    into: int | None


@dataclass(frozen=True)
class Reply:
    """A reply to the ticket of that number, by its position."""

    ticket: int
    occurred_at: datetime
    kind: str | None
    actor: str | None


@dataclass(frozen=True)
class Desk:
    """What one partner's export holds, and its promises: severity -> minutes and clock."""

    tickets: tuple[Ticket, ...]
    replies: tuple[Reply, ...]
    targets: dict[str, tuple[int, str]]


# --- the oracle ---------------------------------------------------------------------------------------------------


@cache
def open_minutes(partner: str, *, is_unknown_open: bool) -> tuple[int, ...]:
    """For each minute since FIRST: how many open ones came before it."""
    before = [0]
    for number in range((LAST - FIRST) // MINUTE):
        local = wall_clock(FIRST + number * MINUTE, BERLIN)
        is_open = partner == "always" or (local.weekday() < 5 and 8 <= local.hour < 18)
        if partner == "lost":
            is_open = local.date() < UNKNOWN_FROM or is_unknown_open
        before.append(before[-1] + is_open)
    return tuple(before)


def minutes_between(
    begin: datetime, end: datetime, partner: str, clock: str, *, is_unknown_open: bool
) -> int:
    """The minutes that count for a promise."""
    if clock == "calendar":
        return (end - begin) // MINUTE
    before = open_minutes(partner, is_unknown_open=is_unknown_open)
    return before[(end - FIRST) // MINUTE] - before[(begin - FIRST) // MINUTE]


def ways(reply: Reply, customer: str | None) -> tuple[bool, ...]:
    """Tell whether the reply answers for the partner; both where that is not known."""
    kind = reply.kind
    if kind in {None, "unknown"}:
        day = wall_clock(reply.occurred_at, BERLIN).date()
        kinds = {
            what for who, _, begin, end, what in ACTORS if who == reply.actor and begin <= day <= (end or day)
        }
        kind = kinds.pop() if len(kinds) == 1 else None
    if kind is None:
        return (True, False)
    if kind == "provider":
        contact = CUSTOMERS.get(customer or "")
        return (True, False) if contact is None else (contact == "provider",)
    return (kind in {"agent", "subcontractor"},)


def survivor(desk: Desk, number: int) -> int:
    """Follow the merges to their end."""
    into = desk.tickets[number].into
    return number if into is None else -1 if into == -1 else survivor(desk, into)


def worlds(desk: Desk, number: int, partner: str) -> Iterator[str]:
    """The status of a ticket that stands for itself, in every world that the export allows."""
    ticket = desk.tickets[number]
    members = [
        other
        for other in range(len(desk.tickets))
        if survivor(desk, other) == number
        and desk.tickets[other].opened_at <= AS_OF
        and (other == number or not desk.tickets[other].is_spam)
    ]
    opened_at = min(desk.tickets[member].opened_at for member in members)
    replies = [reply for reply in desk.replies if reply.ticket in members and reply.occurred_at <= AS_OF]
    severity = ticket.severity if ticket.severity in SEVERITIES else None
    severities = [severity] if severity or "any" in desk.targets else list(SEVERITIES)
    answers = itertools.product(*(ways(reply, ticket.customer) for reply in replies))
    for counting, named, is_open in itertools.product(answers, severities, (False, True)):
        target = desk.targets.get(named or "any", desk.targets.get("any"))
        times = [reply.occurred_at for reply, counts in zip(replies, counting, strict=True) if counts]
        if target is None:
            yield "not_applicable"
        elif times and min(times) < opened_at:
            yield "insufficient_evidence"
        elif not times and ticket.closed_at is not None and ticket.closed_at <= AS_OF:
            yield "fail"
        else:
            passed = minutes_between(
                opened_at, min(times, default=AS_OF), partner, target[1], is_unknown_open=is_open
            )
            in_time = "pass" if times else "not_yet_due"
            yield in_time if passed <= target[0] else "fail"


def expected(desk: Desk, partner: str) -> dict[str, str]:
    """The status of every ticket that can be seen at the cut-off."""
    statuses = {}
    for number, ticket in enumerate(desk.tickets):
        if ticket.opened_at > AS_OF:
            continue
        last = survivor(desk, number)
        if ticket.is_spam:
            status = "not_applicable"
        elif last != number:
            is_seen = last >= 0 and desk.tickets[last].opened_at <= AS_OF
            status = "not_applicable" if is_seen else "insufficient_evidence"
        else:
            found = set(worlds(desk, number, partner))
            status = found.pop() if len(found) == 1 else "insufficient_evidence"
        statuses[f"T{number}"] = status
    return statuses


# --- what the check says ------------------------------------------------------------------------------------------


class Engine:
    """The check in a DuckDB whose business time is the product's own."""

    def __init__(self) -> None:
        """Make what stays the same: tables, calendars, local days, actors, customers."""
        self.connection = duckdb.connect(config={"threads": 1})
        for name in READ:
            survivor_id = ", survivor_id varchar" if name == "ticket" else ""
            typed = ", ".join(f"{column.name} {column.sql_type}" for column in TABLES[name].columns)
            self.connection.execute(f"create table {name} (partner_id varchar, {typed}{survivor_id})")
        terms = [
            TermsVersion(
                terms_id=terms_id,
                partner_id=partner,
                customer_id=None,
                valid_from_on=begin,
                valid_to_on=None,
                service_hours=hours,
                timezone=BERLIN,
            )
            for partner in HOURS
            for terms_id, begin, hours in [("t", date(2020, 1, 1), HOURS[partner]), ("u", UNKNOWN_FROM, None)]
            if terms_id == "t" or partner == "lost"
        ]
        calendars = build_calendars(terms, HOURS, first_utc=FIRST, last_utc=LAST)
        for table, row, rows in (
            ("calendar_of", CalendarOf, calendars.calendar_of),
            ("calendar_run", CalendarRun, calendars.runs),
        ):
            self.connection.execute(f"create table {table} as {runs_sql(row)}", columns(rows, row))
        self.connection.execute(f"create table business_calendar as {expand_sql('calendar_run')}")
        self.connection.execute(
            "create table local_slot (partner_id varchar, slot bigint, offset_s integer, local_on date)"
        )
        quarter = timedelta(minutes=15)
        for number in range((LAST - FIRST) // quarter):
            at = FIRST + number * quarter
            day = wall_clock(at, BERLIN).date()
            slot = (at - datetime(1970, 1, 1)) // quarter
            self._insert("local_slot", [{"partner_id": one, "slot": slot, "local_on": day} for one in HOURS])
        for partner in HOURS:
            self._insert("support_terms", [{"partner_id": partner, "terms_id": one} for one in ("t", "u")])
            self._insert(
                "customer",
                [
                    {"partner_id": partner, "customer_id": name, "support_contact": contact}
                    for name, contact in CUSTOMERS.items()
                ],
            )
            names = ("actor_id", "role", "valid_from_on", "valid_to_on", "kind")
            self._insert(
                "actor", [{"partner_id": partner, **dict(zip(names, row, strict=True))} for row in ACTORS]
            )
        self._sql = load_catalogue(resources.checks()).checks["first_reply_within_published_time"].sql

    def judge(self, desks: dict[str, Desk]) -> list[tuple[Any, ...]]:
        """Return the check's rows: partner, subject, status, observed, expected."""
        for name in ("ticket", "ticket_event", "support_target"):
            self.connection.execute(f"delete from {name}")
        for partner, desk in desks.items():
            self._insert(
                "ticket", [_ticket_row(desk, number, partner) for number in range(len(desk.tickets))]
            )
            self._insert("ticket_event", [_event_row(*one, partner) for one in enumerate(desk.replies)])
            self._insert("support_target", list(_target_rows(desk, partner)))
        query = f"select partner_id, subject_id, status, observed, expected from ({self._sql})"
        return self.connection.execute(query, {"as_of": AS_OF}).fetchall()

    def _insert(self, table: str, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            marks = ", ".join(f"({', '.join('?' * len(row))})" for row in rows)
            values = [value for row in rows for value in row.values()]
            self.connection.execute(f"insert into {table} ({', '.join(rows[0])}) values {marks}", values)


def _ticket_row(desk: Desk, number: int, partner: str) -> dict[str, Any]:
    ticket, last = desk.tickets[number], survivor(desk, number)
    into = None if ticket.into is None else "GONE" if ticket.into == -1 else f"T{ticket.into}"
    return {
        "partner_id": partner,
        "ticket_id": f"T{number}",
        "opened_at": ticket.opened_at,
        "severity": ticket.severity,
        "customer_id": ticket.customer,
        "closed_at": ticket.closed_at,
        "excluded_as": "spam" if ticket.is_spam else None,
        "merged_into_id": into,
        "survivor_id": f"T{last}" if last >= 0 else None,
    }


def _event_row(number: int, reply: Reply, partner: str) -> dict[str, Any]:
    return {
        "partner_id": partner,
        "event_id": f"E{number}",
        "ticket_id": f"T{reply.ticket}",
        "occurred_at": reply.occurred_at,
        "kind": "reply",
        "actor_kind": reply.kind,
        "actor_id": reply.actor,
    }


def _target_rows(desk: Desk, partner: str) -> Iterator[dict[str, Any]]:
    for terms_id, (severity, (minutes, clock)) in itertools.product(("t", "u"), desk.targets.items()):
        yield {
            "partner_id": partner,
            "terms_id": terms_id,
            "severity": severity,
            "measure": "first_response",
            "minutes": minutes,
            "clock": clock,
        }


# --- the property -------------------------------------------------------------------------------------------------

instants = st.integers(12 * 4, 6 * 24 * 4 - 1).map(lambda quarters: FIRST + quarters * 15 * MINUTE)
"""On the quarter hour, so that limits are often met to the minute."""

kinds = st.sampled_from(["agent", "subcontractor", "provider", "bot", "customer", "unknown", None])
promises = st.tuples(
    st.sampled_from([0, 15, 60, 240, 600, 1440]), st.sampled_from(["business", "business", "calendar"])
)


@st.composite
def desks(draw: st.DrawFn) -> Desk:
    """A few tickets, each perhaps merged into an earlier one, with replies around their openings."""
    tickets: list[Ticket] = []
    replies: list[Reply] = []
    for number in range(draw(st.integers(1, 4))):
        opened_at = draw(instants)
        tickets.append(
            Ticket(
                opened_at=opened_at,
                severity=draw(st.sampled_from([*SEVERITIES, "unknown", None])),
                customer=draw(st.sampled_from([*CUSTOMERS, None])),
                closed_at=draw(st.none() | instants),
                is_spam=draw(st.integers(0, 9)) == 0,
                into=draw(st.sampled_from([None, None, None, *range(-1, number)])),
            )
        )
        for _ in range(draw(st.integers(0, 3))):
            occurred_at = opened_at + draw(st.integers(-2, 120)) * 15 * MINUTE
            actor = draw(st.sampled_from(["ana", "rob", "nobody", None]))
            replies.append(Reply(number, min(occurred_at, LAST - MINUTE), draw(kinds), actor))
    targets = draw(st.dictionaries(st.sampled_from([*SEVERITIES, "any"]), promises, max_size=4))
    return Desk(tuple(tickets), tuple(replies), targets)


@pytest.fixture(scope="module")
def engine() -> Engine:
    """One DuckDB for all examples."""
    return Engine()


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(desks=st.fixed_dictionaries({partner: desks() for partner in HOURS}))
def test_the_check_agrees_with_every_possible_world(engine: Engine, desks: dict[str, Desk]) -> None:
    """A ticket's status is what all worlds agree on, missing evidence where they differ; partners do not mix."""
    found = engine.judge(desks)
    statuses = {(partner, subject): status for partner, subject, status, _, _ in found}
    assert len(statuses) == len(found)
    assert statuses == {
        (partner, subject): status
        for partner, desk in desks.items()
        for subject, status in expected(desk, partner).items()
    }
    for *_, status, observed, limit in found:
        if observed is not None and limit is not None:
            assert (int(observed) > int(limit)) == (status == "fail")
