"""Packs of requests: the unrolled SQL against somebody who walks the requests one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspaudit import resources
from cspaudit.evaluation.definition import load_catalogue
from cspaudit.model.tables import TABLES

SQL = load_catalogue(resources.checks()).checks["technical_request_by_entitled_vehicle"].sql
FIRST_DAY = date(2026, 3, 1)
DAYS = 6
VEHICLE = "partner_cloud_support"


@dataclass(frozen=True)
class Pack:
    """A contract of the partner; `quantity` None: unlimited."""

    first: int
    last: int
    quantity: int | None
    contract_id: str


@dataclass(frozen=True)
class Request:
    """A request on this vehicle, or (`is_sure` false) one of unknown kind that may have been on it."""

    day: int
    minute: int
    is_sure: bool
    request_id: str

    @property
    def opened_at(self) -> datetime:
        """The instant of filing; the partner lives in UTC."""
        return midnight(self.day) + timedelta(hours=9, minutes=self.minute)


def day_of(number: int) -> date:
    """The day with this number."""
    return FIRST_DAY + timedelta(days=number)


def midnight(number: int) -> datetime:
    """The instant at which this day begins."""
    return datetime.combine(day_of(number), datetime.min.time())


def walk(packs: Sequence[Pack], left: dict[str, int], requests: Sequence[Request]) -> dict[str, bool]:
    """Serve the requests one by one, each from the valid pack that ends first; returns who was served."""
    served = {}
    for request in sorted(requests, key=lambda r: (r.opened_at, r.request_id)):
        valid = [p for p in packs if p.first <= request.day <= p.last]
        if any(p.quantity is None for p in valid):
            served[request.request_id] = True
            continue
        usable = [p for p in valid if left[p.contract_id]]
        if usable:
            left[min(usable, key=lambda p: (p.last, p.first, p.contract_id)).contract_id] -= 1
        served[request.request_id] = bool(usable)
    return served


@dataclass(frozen=True)
class World:
    """What one partner holds and files; `unlabelled` is a contract of unknown kind without a number."""

    packs: tuple[Pack, ...]
    requests: tuple[Request, ...]
    unlabelled: Pack | None = None


def expected(world: World, period_from: int) -> dict[str, tuple[str, bool]]:
    """Each sure request's status, and whether a pack was valid, over everything the missing facts may have been."""
    packs, requests = world.packs, world.requests
    seen_from = min([period_from, *(r.day for r in requests)])
    limited = [p for p in packs if p.quantity is not None]
    # a pack older than the export may have lost any part of it to requests nobody exported
    remains = [range((p.quantity or 0) + 1) if p.first < seen_from else [p.quantity or 0] for p in limited]
    doubtful = [r for r in requests if not r.is_sure]
    sure = [r for r in requests if r.is_sure]
    # a contract of unknown kind may serve these requests, or others alone
    held = [packs] if world.unlabelled is None else [packs, (*packs, world.unlabelled)]
    seen: dict[str, set[bool]] = {r.request_id: set() for r in sure}
    for contracts, amounts in product(held, product(*remains)):
        for drawn in product([False, True], repeat=len(doubtful)):
            left = {p.contract_id: n for p, n in zip(limited, amounts, strict=True)}
            served = walk(contracts, left, [*sure, *(r for r, d in zip(doubtful, drawn, strict=True) if d)])
            for request in sure:
                seen[request.request_id].add(served[request.request_id])
    verdict = {frozenset({True}): "pass", frozenset({False}): "fail"}
    return {
        r.request_id: (
            verdict.get(frozenset(seen[r.request_id]), "insufficient_evidence"),
            any(p.first <= r.day <= p.last for p in packs),
        )
        for r in sure
    }


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine with the empty tables of the check, and the UTC days of partners 0 to 19."""
    with duckdb.connect() as connection:
        for name in ("service_request", "entitlement"):
            columns = ", ".join(f"{c.name} {c.sql_type}" for c in TABLES[name].columns)
            connection.execute(f"create table {name} (partner_id varchar, {columns})")
        connection.execute(
            "create table local_slot as select partner_id::varchar as partner_id, slot, 0 as offset_s, "
            "cast(to_timestamp(slot * 900) at time zone 'UTC' as date) as local_on "
            "from range(epoch($first)::bigint // 900, epoch($last)::bigint // 900) as s(slot), "
            "range(20) as p(partner_id)",
            {"first": midnight(0), "last": midnight(31)},
        )
        yield connection


def insert(engine: duckdb.DuckDBPyConnection, table: str, rows: Sequence[dict[str, object]]) -> None:
    """Put these rows, and no others, into the table."""
    engine.execute(f"delete from {table}")
    names = list(rows[0])
    holes = ", ".join(f"({', '.join('?' * len(names))})" for _ in rows)
    engine.execute(
        f"insert into {table} ({', '.join(names)}) values {holes}",
        [row[name] for row in rows for name in names],
    )


def contracts_of(world: World) -> Iterator[tuple[str, Pack]]:
    """Each contract of the partner under the name of its kind, one of two for the packs."""
    for number, pack in enumerate(world.packs):
        yield (VEHICLE, "signature_cloud_support")[number % 2], pack
    if world.unlabelled is not None:
        yield "unknown", world.unlabelled


def judged(
    engine: duckdb.DuckDBPyConnection, worlds: Sequence[World], period_from: int
) -> dict[tuple[str, str], tuple[str, str | None]]:
    """Status and reason of every partner's requests by the check's SQL."""
    insert(
        engine,
        "entitlement",
        [
            {
                "partner_id": str(partner),
                "vehicle": vehicle,
                "contract_id": pack.contract_id,
                "valid_from_on": day_of(pack.first),
                "valid_to_on": day_of(pack.last),
                "incident_quantity": pack.quantity,
            }
            for partner, world in enumerate(worlds)
            for vehicle, pack in contracts_of(world)
        ],
    )
    insert(
        engine,
        "service_request",
        [
            {
                "partner_id": str(partner),
                "request_id": request.request_id,
                "opened_at": request.opened_at,
                "issue_type": "technical" if request.is_sure or number % 2 else "unknown",
                "vehicle": VEHICLE if request.is_sure or number % 2 == 0 else "unknown",
                "filed_by": "partner",
            }
            for partner, world in enumerate(worlds)
            for number, request in enumerate(world.requests)
        ],
    )
    rows = engine.execute(
        SQL,
        {"start": midnight(period_from), "as_of": midnight(31), "requests_complete_from": None},
    ).fetchall()
    got = {(row[0], row[1]): (row[3], row[4]) for row in rows}
    assert len(rows) == len(got) == sum(len(world.requests) for world in worlds)
    return got


@st.composite
def worlds_strategy(draw: st.DrawFn) -> World:
    """Two to five packs in any overlap, some unlimited, and more requests than they serve, some at one instant."""
    validity = st.tuples(
        st.integers(0, DAYS - 1), st.sampled_from([0, 1, 2, 3, 5]), st.sampled_from([1, 1, 2, 0, None])
    )
    packs = draw(st.lists(validity, min_size=2, max_size=5))
    instants = draw(st.lists(st.tuples(st.integers(0, DAYS), st.integers(0, 1)), min_size=4, max_size=9))
    doubtful = draw(st.sets(st.integers(0, 11), max_size=2))
    span = draw(st.none() | st.tuples(st.integers(0, DAYS), st.integers(0, 2)))
    order = draw(st.permutations(range(len(instants))))
    return World(
        tuple(
            Pack(first, first + length, quantity, f"C{n}")
            for n, (first, length, quantity) in enumerate(packs)
        ),
        tuple(
            Request(day, minute, n not in doubtful, f"R{order[n]}")
            for n, (day, minute) in enumerate(instants)
        ),
        None if span is None else Pack(span[0], sum(span), None, "U"),
    )


@given(worlds=st.lists(worlds_strategy(), min_size=1, max_size=20), period_from=st.integers(0, DAYS))
@settings(max_examples=60, deadline=None)
def test_the_packs_are_used_as_by_someone_who_walks_the_requests(
    engine: duckdb.DuckDBPyConnection, worlds: list[World], period_from: int
) -> None:
    """A request passes or fails only if it does whatever the doubtful and the unseen requests were."""
    got = judged(engine, worlds, period_from)
    for partner, world in enumerate(worlds):
        for request_id, (status, was_valid) in expected(world, period_from).items():
            found_status, reason = got[str(partner), request_id]
            assert found_status == status, (world, request_id)
            if status == "fail":
                assert reason == ("pack_exhausted" if was_valid else "not_held")


def test_seven_overlapping_packs_are_decided_as_far_as_six_decide_them(
    engine: duckdb.DuckDBPyConnection,
) -> None:
    """Beyond the sixth pack of one overlap a request that only a later pack could serve is missing evidence."""
    packs = tuple(Pack(0, 3 + n, 1, f"C{n}") for n in range(7))
    requests = tuple(Request(1, 0, is_sure=True, request_id=f"R{n}") for n in range(8))
    got = judged(engine, [World(packs, requests)], 0)
    assert [got["0", f"R{n}"][0] for n in range(8)] == ["pass"] * 6 + ["insufficient_evidence"] * 2
    assert got["0", "R6"][1] == "too_many_packs"
