"""Needs: gaps, coverage of the period and plain words for the missing export."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from cspaudit.evaluation.needs import Evidence, plain_table
from cspaudit.evaluation.runner import evaluate
from cspaudit.model.check import Check, Need
from cspaudit.model.result import Counts, Gap
from cspaudit.model.tables import TABLES
from tests.evaluation.world import (
    CONTOSO,
    FABRIKAM,
    MONTHS,
    TICKET_CHECK,
    World,
    check_from,
    empty_world,
    plan_of,
    tickets,
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One partner's empty warehouse."""
    return empty_world(tmp_path)


def needing(*needs: Need) -> Check:
    """Return the ticket check with these needs."""
    return replace(check_from(TICKET_CHECK), needs=needs)


def gaps_of(world: World, *needs: Need) -> tuple[Gap, ...]:
    """Return the gaps of a check with these needs."""
    check = needing(*needs)
    return Evidence.collect(world.warehouse, plan_of(check)).gaps(check, "fabrikam")


def needs_of(world: World, *needs: Need) -> list[str]:
    """Return the unmet ones of these needs."""
    return [gap.need for gap in gaps_of(world, *needs)]


def test_a_table_that_no_source_feeds_is_a_gap(world: World) -> None:
    """Without any source the table is missing: one gap for it, however many of its columns are needed."""
    assert needs_of(world, Need("ticket"), Need("ticket", "category"), Need("ticket", "severity")) == [
        "ticket"
    ]


def test_an_empty_export_is_a_gap_unless_the_partner_states_the_whole_period(world: World) -> None:
    """No record at all shows nothing, save where the partner says that the export covers every month of the period."""
    world.feed("ticket", months=())
    assert needs_of(world, Need("ticket")) == ["ticket"]

    world.feed("ticket", months=MONTHS[:2], stated=True)
    assert needs_of(world, Need("ticket")) == ["ticket"]

    world.feed("ticket", months=MONTHS, stated=True)
    assert needs_of(world, Need("ticket"), Need("ticket", "category")) == []
    assert needs_of(world, Need("ticket", "category", ("technical",))) == ["ticket.category=technical"]


def test_a_column_must_be_mapped(world: World) -> None:
    """A column that no source fills is a gap even where the table is stated to be empty."""
    world.feed("ticket", stated=True, columns=("ticket_id", "opened_at"))

    assert needs_of(world, Need("ticket", "category"), Need("ticket", "ticket_id")) == ["ticket.category"]


@pytest.mark.parametrize(("value", "unmet"), [(None, True), ("unknown", True), ("other", False)])
def test_a_column_must_hold_a_usable_value(world: World, value: str | None, unmet: bool) -> None:  # noqa: FBT001 - a parametrised value
    """Empty and 'unknown' are no values; one usable value anywhere is enough."""
    rows = tickets(("a", "2026-08-01 10:00", None), ("b", "2026-08-01 10:00", value))
    world.add("ticket", *rows)

    assert bool(needs_of(world, Need("ticket", "category"))) is unmet


def test_a_value_must_occur(world: World) -> None:
    """Of the values a need lists, one must occur; another value does not serve."""
    world.add("ticket", *tickets(("a", "2026-08-01 10:00", "billing")))

    assert needs_of(world, Need("ticket", "category", ("technical", "billing"))) == []
    assert needs_of(world, Need("ticket", "category", ("technical", "other"))) == [
        "ticket.category=technical|other"
    ]


def test_a_value_deep_in_a_large_table_is_found(world: World) -> None:
    """The first rows only save time: a value that first occurs in the last of 120,000 rows meets the need."""
    world.feed("ticket")
    world.warehouse.execute(
        "insert into ticket (partner_id, ticket_id, opened_at, category) "
        "select 'fabrikam', cast(n as varchar), timestamp '2026-08-01 10:00:00', case when n = 119999 then 'other' end "
        "from range(120000) as r(n)"
    )

    assert needs_of(world, Need("ticket", "category"), Need("ticket", "severity")) == ["ticket.severity"]


def test_needs_are_judged_for_each_partner(tmp_path: Path) -> None:
    """One partner's records never meet another's need; the partner without them gets a gap and no rows."""
    world = empty_world(tmp_path, (FABRIKAM, CONTOSO))
    world.add("ticket", *tickets(("a", "2026-08-01 10:00", "technical")))
    world.leave_out("ticket", 2, partner_id="contoso")

    plan = plan_of(check_from(TICKET_CHECK), partners=(FABRIKAM, CONTOSO))
    fabrikam, contoso = evaluate(world.warehouse, plan).outcomes

    assert (fabrikam.gaps, fabrikam.counts) == ((), Counts(passed=1))
    assert [gap.need for gap in contoso.gaps] == ["ticket"]
    assert contoso.counts == Counts()
    assert world.warehouse.scalar("select count(*) from finding") == 0


@pytest.mark.parametrize(
    ("tickets_cover", "messages_cover", "share"),
    [
        (MONTHS, MONTHS, Fraction(1)),
        (MONTHS[:2], MONTHS, Fraction(2, 3)),
        (MONTHS[:2], MONTHS[:1], Fraction(1, 3)),
        (["2026-06", "2026-07", "2026-10"], MONTHS, Fraction(1, 3)),
        ([], MONTHS, Fraction(0)),
    ],
)
def test_coverage_is_the_lowest_of_the_dated_exports(
    world: World, tickets_cover: Sequence[str], messages_cover: Sequence[str], share: Fraction
) -> None:
    """The share of the period's months covered, by the export that covers least; months outside do not help."""
    check = needing(Need("ticket"), Need("message", "topic"), Need("customer"))
    world.feed("ticket", months=tickets_cover)
    world.feed("message", source_id="mail.csv", months=messages_cover)
    world.feed("customer", source_id="customers.csv", months=())

    assert Evidence.collect(world.warehouse, plan_of(check)).coverage(check, "fabrikam") == share


def test_two_exports_of_a_table_cover_together(world: World) -> None:
    """Months covered by one of several exports of a table are covered; a stated month counts like one with records."""
    check = needing(Need("ticket"))
    world.feed("ticket", source_id="july.csv", months=["2026-07"])
    world.feed("ticket", source_id="august.csv", months=["2026-08"], stated=True)

    assert Evidence.collect(world.warehouse, plan_of(check)).coverage(check, "fabrikam") == Fraction(2, 3)


def test_doubtful_months_do_not_count(world: World) -> None:
    """A month of which an export holds records, but surely not all, is covered by another export or by none."""
    check = needing(Need("ticket"))
    world.feed("ticket", source_id="log.csv", months=MONTHS, doubtful=True)
    assert Evidence.collect(world.warehouse, plan_of(check)).coverage(check, "fabrikam") == Fraction(0)
    world.feed("ticket", source_id="july.csv", months=["2026-07"])
    assert Evidence.collect(world.warehouse, plan_of(check)).coverage(check, "fabrikam") == Fraction(1, 3)


@pytest.mark.parametrize("table", ["ticket", "customer"])
def test_a_cut_export_covers_what_is_stated_of_it_alone(world: World, table: str) -> None:
    """Records of any month may be missing, dated or not, whatever others hold; each cut export must be vouched for."""
    check = needing(Need(table))

    def coverage() -> Fraction:
        return Evidence.collect(world.warehouse, plan_of(check)).coverage(check, "fabrikam")

    world.feed(table, source_id="whole.csv", months=MONTHS, stated=True)
    assert coverage() == 1
    world.feed(table, source_id="cut.csv", months=MONTHS, doubtful=True, cut=True)
    assert coverage() == 0
    world.feed(table, source_id="cut.csv", months=MONTHS[:2], stated=True, cut=True)
    assert coverage() == Fraction(2, 3)
    world.feed(table, source_id="more.csv", months=MONTHS[1:], stated=True, cut=True)
    assert coverage() == Fraction(1, 3)


def test_a_cut_export_of_another_partner_or_table_does_not_matter(tmp_path: Path) -> None:
    """What was cut is missing to its own partner and table alone."""
    world = empty_world(tmp_path, (FABRIKAM, CONTOSO))
    check = needing(Need("ticket"))
    for partner in ("fabrikam", "contoso"):
        world.feed("ticket", partner_id=partner, cut=partner == "contoso")
        world.feed("message", partner_id=partner, cut=True)
    evidence = Evidence.collect(world.warehouse, plan_of(check, partners=(FABRIKAM, CONTOSO)))
    assert evidence.coverage(check, "fabrikam") == Fraction(1)
    assert evidence.coverage(check, "contoso") == Fraction(0)


def test_facts_written_in_the_engagement_cover_the_period(world: World) -> None:
    """What the partner writes down itself holds for the whole period."""
    check = needing(Need("ticket"))
    world.feed("ticket", source_id="data", months=[])

    assert Evidence.collect(world.warehouse, plan_of(check)).coverage(check, "fabrikam") == Fraction(1)


@pytest.mark.parametrize("table", sorted(TABLES.keys() - {"partner"}))
def test_the_cure_speaks_plainly(world: World, table: str) -> None:
    """Problem and cure of every possible gap are sentences without our identifiers and inner words."""
    forbidden = ("_", "canonical", "subject", "engagement", "reject", "gate ")
    columns = [column for column in TABLES[table].columns if not column.required]
    values = [Need(table, c.name, (c.allowed[0],)) for c in columns if c.allowed]
    missing = gaps_of(world, Need(table))
    world.feed(table, months=())
    empty = gaps_of(world, Need(table))
    world.feed(table, stated=True, columns=())
    unmapped = gaps_of(world, *(Need(table, column.name) for column in columns))
    world.feed(table, stated=True)
    absent = gaps_of(world, *values)
    texts = [text for gap in (*missing, *empty, *unmapped, *absent) for text in (gap.problem, gap.cure)]

    assert len(texts) == 2 * (2 + len(columns) + len(values))
    for text in texts:
        assert not [word for word in forbidden if word in text.replace("subject line", "").lower()], text
        assert text.endswith(".")


def test_a_table_is_named_by_its_purpose() -> None:
    """The report says support requests of customers, not the table's name."""
    assert plain_table("ticket") == "support requests of customers"
