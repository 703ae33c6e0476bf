"""What must not change the findings does not, and less or worse evidence never raises the lower end of the score."""

import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from tests.faults.auditing import Audited, Row, audit
from tests.faults.damage import Damage, delete_named, overwrite
from tests.faults.generator.records import World
from tests.faults.generator.span import AUTUMN_2026
from tests.faults.generator.writing import Layout, write
from tests.faults.messy import messy

SEED = 7
#: an operation is free text: rubbish cannot be told from work of another kind
FREE_TEXT = frozenset({"audit_event.operation"})


def _audited(folder: Path, worlds: list[World], layout: Layout) -> Audited:
    write(folder / "engagement", worlds, AUTUMN_2026, layout)
    found = audit(folder / "engagement", folder / "staging")
    assert found.problems == ()
    return found


def test_order_files_others_and_a_second_audit_change_no_finding(tmp_path: Path) -> None:
    """Another order of rows, other files, another customer or partner beside it, auditing again: nothing changes."""
    # under CI one commit has one verdict
    seed = SEED if os.environ.get("CI") else Random().randrange(10**6)
    joined = messy("joined", SEED, 3)
    _let_in_a_stranger(joined)
    first = _audited(tmp_path / "first", [messy("messy", SEED, 3), joined], Layout(seed=1))
    worlds = [messy("stranger", SEED + 1, 4), messy("messy", SEED, 3)]
    second = _audited(tmp_path / "second", worlds, Layout(seed=seed, most_files=5))
    again = audit(tmp_path / "second" / "engagement", tmp_path / "again")
    assert len(first.whole["messy"]) > 40
    assert first.whole["messy"] == first.whole["joined"], "a customer joined"
    assert first.whole["messy"] == second.whole["messy"], f"order and files of seed {seed}, a partner joined"
    assert second.whole == again.whole, "audited again"
    assert first.low("messy") == second.low("messy") == again.low("messy")


def _let_in_a_stranger(world: World) -> None:
    """A customer that was told the terms and buys and asks nothing."""
    like = world.one("customer", customer_id="C00002")
    world.add("customer", **{**like.cells, "customer_id": "C90001"})
    world.add("customer_domain", customer_id="C90001", domain="unrelated.customers.example")
    for delivery in world.all("document_delivery", customer_id="C00002"):
        world.add("document_delivery", **{**delivery.cells, "customer_id": "C90001"})


def test_everything_shifted_with_its_zone_is_judged_alike(tmp_path: Path) -> None:
    """The same hours of the same days on another wall clock are judged alike, wherever on earth it hangs."""
    zones = ("Europe/Vienna", "America/St_Johns", "Pacific/Chatham")
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
    [(1, 60), *(pytest.param(seed, 120, marks=pytest.mark.slow) for seed in (2, 3, 4))],
)
def test_damaged_or_deleted_records_never_raise_the_score(seed: int, trials: int, tmp_path: Path) -> None:
    """A value overwritten with rubbish, or a record deleted that another one names, never raises the lower end."""
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
        if found.low(name) > limit and damage.what not in FREE_TEXT
    ]
    assert raised == [], f"trials of seed {seed}"
