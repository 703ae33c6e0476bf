"""The runner against a plain walk over the rows, for random zones, periods, dates in force and rows."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cspaudit.evaluation.runner import evaluate
from cspaudit.model.result import Counts, PartnerFacts
from cspaudit.model.zones import zone_info
from tests.evaluation.world import AS_OF, OBLIGATION, TICKET_CHECK, World, check_from, empty_world, plan_of

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Chatham",
)
CATEGORIES = ("technical", "billing", "subscription", "other", None)
STATUS = {
    "technical": "passed",
    "billing": "failed",
    "subscription": "observation",
    "other": "not_applicable",
}
CHECK = check_from(TICKET_CHECK)
FIRST, LAST = date(2026, 2, 20), date(2026, 4, 20)

days = st.dates(FIRST, LAST)
#: instants around the local midnights and the spring changes of the clocks
instants = st.builds(
    lambda day, minutes: datetime(day.year, day.month, day.day) + timedelta(minutes=minutes),  # noqa: DTZ001 - naive UTC
    days,
    st.sampled_from([*range(-840, 840, 15), 1, -1]),
)
rows = st.lists(st.tuples(st.sampled_from(["p", "q"]), instants, st.sampled_from(CATEGORIES)), max_size=30)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A warehouse that all examples share; each empties the tickets first."""
    with tempfile.TemporaryDirectory() as staging:
        made = empty_world(Path(staging), ())
        yield made
        made.warehouse.close()


def local_day(instant: datetime, zone: str) -> date:
    """Return the day on the wall calendar at a naive UTC instant."""
    return instant.replace(tzinfo=zone_info("UTC")).astimezone(zone_info(zone)).date()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    tickets=rows,
    zones=st.tuples(st.sampled_from(ZONES), st.sampled_from(ZONES)),
    period=st.lists(days, min_size=2, max_size=2, unique=True).map(sorted),
    in_force=st.lists(days, min_size=2, max_size=2).map(sorted),
    tier=st.sampled_from(["direct_bill", "indirect_reseller"]),
)
def test_counts_months_and_findings_agree_with_a_walk(
    world: World,
    tickets: list[tuple[str, datetime, str | None]],
    zones: tuple[str, str],
    period: list[date],
    in_force: list[date],
    tier: str,
) -> None:
    """Every count, month and finding is what a walk over the rows on each partner's own calendar gives."""
    (start, end), (first, last) = period, in_force
    partners = (PartnerFacts("p", "P", "direct_bill", zones[0]), PartnerFacts("q", "Q", tier, zones[1]))
    world.partners = partners
    for table in ("ticket", "source_table", "source_column", "source_coverage"):
        world.warehouse.execute(f"delete from {table}")
    numbered = [(f"t{number:02}", *row) for number, row in enumerate(tickets)]
    world.add(
        "ticket",
        *(
            {"ticket_id": id_, "partner_id": partner_id, "opened_at": instant, "category": category}
            for id_, partner_id, instant, category in numbered
        ),
    )
    obligation = replace(OBLIGATION, in_force_from=first, in_force_to=last, tiers=("direct_bill",))

    plan = plan_of(CHECK, partners=partners, obligation=obligation, start=start, end=end, as_of=AS_OF)
    evaluation = evaluate(world.warehouse, plan)

    for partner, outcome in zip(partners, evaluation.outcomes, strict=True):
        counts: Counter[str] = Counter()
        months: Counter[tuple[str, str]] = Counter()
        findings = []
        for id_, partner_id, instant, category in numbered:
            if partner_id != partner.partner_id:
                continue
            day = local_day(instant, partner.timezone)
            status = STATUS.get(category or "", "insufficient_evidence")
            if not start <= day < end:
                status = "out_of_period"
            elif partner.tier != "direct_bill" or not first <= day <= last:
                status = "not_applicable"
            counts[status] += 1
            months[f"{day:%Y-%m}", status] += 1
            if status in {"failed", "insufficient_evidence", "observation"}:
                findings.append(id_)
        assert outcome.counts == Counts(**counts)
        assert [finding.subject_id for finding in outcome.findings] == findings
        assert outcome.finding_count == len(findings)
        for month in outcome.series:
            assert month.passed == months[month.month, "passed"]
            assert month.failed == months[month.month, "failed"]
