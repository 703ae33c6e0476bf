"""What must not change the findings does not, and less or worse evidence never raises the lower end of the score."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.faults.auditing import Audited, Row, audit
from tests.faults.damage import Damage, delete_named, overwrite
from tests.faults.generator.clean.builder import LONG_AGO
from tests.faults.generator.records import World
from tests.faults.generator.span import AUTUMN_2026
from tests.faults.generator.writing import Layout, write
from tests.faults.messy import messy

SEED = 7
#: a deleted ticket, invoice or version of the terms takes its own failures along: what names it says nothing of them
TAKES_FAILURES_ALONG = frozenset({"ticket", "customer_invoice", "support_terms"})


def _audited(folder: Path, worlds: list[World], layout: Layout) -> Audited:
    write(folder / "engagement", worlds, AUTUMN_2026, layout)
    found = audit(folder / "engagement", folder / "staging")
    assert found.problems == ()
    return found


def test_order_files_another_partner_and_a_second_audit_change_no_finding(tmp_path: Path) -> None:
    """Rows in another order, files split at random, a partner beside it and auditing again: the findings are the same."""
    seed = Random().randrange(10**6)
    first = _audited(tmp_path / "first", [messy("messy", SEED, 3)], Layout(seed=1))
    worlds = [messy("stranger", SEED + 1, 4), messy("messy", SEED, 3)]
    second = _audited(tmp_path / "second", worlds, Layout(seed=seed, most_files=5))
    again = audit(tmp_path / "second" / "engagement", tmp_path / "again")
    assert len(first.whole["messy"]) > 40
    assert first.whole["messy"] == second.whole["messy"], f"order and files of seed {seed}"
    assert second.whole == again.whole
    assert first.low("messy") == second.low("messy")


def test_an_unrelated_customer_changes_no_finding(tmp_path: Path) -> None:
    """A customer that was told the terms and wants nothing is no reason to judge anybody else differently."""
    alone, joined = messy("alone", SEED, 3), messy("joined", SEED, 3)
    world = joined
    like = world.one("customer", customer_id="C00002")
    world.add("customer", **{**like.cells, "customer_id": "C90001", "onboarded_on": LONG_AGO})
    world.add("customer_domain", customer_id="C90001", domain="unrelated.customers.example")
    for delivery in world.all("document_delivery", customer_id="C00002"):
        world.add("document_delivery", **{**delivery.cells, "customer_id": "C90001"})
    found = _audited(tmp_path, [alone, joined], Layout(seed=SEED))
    assert found.whole["alone"] == found.whole["joined"]


def test_everything_shifted_with_its_zone_is_judged_alike(tmp_path: Path) -> None:
    """The same hours of the same days on another wall clock are judged alike, wherever on earth it hangs."""
    zones = ("Europe/Vienna", "America/St_Johns", "Asia/Kolkata", "Pacific/Chatham", "UTC")
    worlds = [messy(f"p{number}", SEED, 3, zone) for number, zone in enumerate(zones)]
    found = _audited(tmp_path, worlds, Layout(seed=SEED))
    expected = _without_instants(found.rows["p0"])
    for number, zone in enumerate(zones):
        assert _without_instants(found.rows[f"p{number}"]) == expected, zone


def _without_instants(rows: frozenset[Row]) -> Counter[Row]:
    """The rows; those of the support profile are named by the instant (UTC) at which it was looked at."""
    return Counter(
        (check, "" if check == "support_profile_filled" else subject, status, reason)
        for check, subject, status, reason in rows
    )


@pytest.mark.parametrize(
    ("seed", "trials"),
    [(1, 120), *(pytest.param(seed, 120, marks=pytest.mark.slow) for seed in (2, 3, 4))],
)
def test_damaged_or_deleted_records_never_raise_the_score(seed: int, trials: int, tmp_path: Path) -> None:
    """A field overwritten with rubbish, or a record deleted that another one names, never raises the score's lower end."""
    rng = Random(seed)
    worlds = [messy("whole", SEED, 3)]
    damages: dict[str, Damage] = {}
    for number in range(trials):
        world = messy(f"d{number:04d}", SEED, 3)
        damages[world.partner.id] = (overwrite, delete_named)[number % 2](world, rng)
        worlds.append(world)
    found = _audited(tmp_path, worlds, Layout(seed=seed))
    limit = found.low("whole")
    assert 0 < limit < 100
    raised = [
        f"{float(found.low(name) - limit):+.3f} by {damage.text}"
        for name, damage in damages.items()
        if found.low(name) > limit and damage.deleted not in TAKES_FAILURES_ALONG
    ]
    assert raised == [], f"trials of seed {seed}"
