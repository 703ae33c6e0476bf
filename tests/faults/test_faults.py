"""Clean engagements are found clean, and each injected fault is found as exactly the rows that it must cause."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from cspaudit.resources import checks
from tests.faults.auditing import Audited, audit
from tests.faults.generator.clean.notes import notes
from tests.faults.generator.clean.worlds import direct_bill, historic, indirect_reseller, vianet
from tests.faults.generator.records import World
from tests.faults.generator.span import AUTUMN_2026, BY_RULES_OF_2018, SUMMER_2018, Span
from tests.faults.generator.writing import Layout, write
from tests.faults.injected.desk import DESK_FAULTS
from tests.faults.injected.elsewhere import HISTORIC_FAULTS, RESELLER_FAULTS, VIANET_FAULTS
from tests.faults.injected.fault import Fault, Outcome, Place
from tests.faults.injected.money import MONEY_FAULTS
from tests.faults.injected.requests import REQUEST_FAULTS
from tests.faults.injected.talk import TALK_FAULTS
from tests.faults.messy import mess_up
from tests.faults.portfolio import CLEAN, Portfolio

DIRECT_FAULTS = (*REQUEST_FAULTS, *MONEY_FAULTS, *TALK_FAULTS, *DESK_FAULTS)
ALL_FAULTS = (*DIRECT_FAULTS, *RESELLER_FAULTS, *HISTORIC_FAULTS, *VIANET_FAULTS)


@dataclass(frozen=True)
class Kind:
    """A kind of partner: how its clean world is made, when it is audited, and what may go wrong with it."""

    make: Callable[[str, int, int], World]
    span: Span
    faults: Sequence[Fault]


KINDS = {
    "direct_bill": Kind(direct_bill, AUTUMN_2026, DIRECT_FAULTS),
    "indirect_reseller": Kind(indirect_reseller, AUTUMN_2026, RESELLER_FAULTS),
    "historic": Kind(historic, SUMMER_2018, HISTORIC_FAULTS),
    "vianet": Kind(vianet, BY_RULES_OF_2018, VIANET_FAULTS),
}
SEED = 7
#: partners without a fault, by their number of customers, with seeds of their own
MORE_CLEAN = {"one": (1, 11), "dozen": (12, 12)}


@pytest.mark.parametrize("name", KINDS)
def test_clean_partners_are_found_clean_and_each_fault_is_found_as_it_declares(
    name: str, tmp_path: Path
) -> None:
    """Where all that is owed is done every check finds so, and a fault turns exactly the rows it names."""
    kind = KINDS[name]
    portfolio = Portfolio.of(lambda partner_id: kind.make(partner_id, SEED, 3), kind.faults, kind.span)
    portfolio.worlds += [kind.make(partner_id, seed, size) for partner_id, (size, seed) in MORE_CLEAN.items()]
    found = portfolio.audit(tmp_path, Layout(seed=SEED, most_files=4))
    assert found.problems == ()
    for world in portfolio.worlds:
        if world.partner.id in {CLEAN, *MORE_CLEAN}:
            _assert_clean(world, found, portfolio.span)
    assert portfolio.surprises(found) == [], f"the order of rows and the files are those of seed {SEED}"


def test_a_thousand_customers_are_judged_like_one(tmp_path: Path) -> None:
    """In a large world many faults at once cause the rows they declare and no other, whatever the order of the rows."""
    world = direct_bill("large", SEED, 1000)
    wanted: dict[Place, Outcome | None] = {
        (check, subject): ("observation", reason) for check, subject, reason in notes(world, AUTUMN_2026)
    }
    wanted |= mess_up(world)
    write(tmp_path / "engagement", [world], AUTUMN_2026, Layout(seed=SEED, most_files=4))
    found = audit(tmp_path / "engagement", tmp_path / "staging")
    rows = {(check, subject): (status, reason) for check, subject, status, reason in found.rows["large"]}
    assert len(found.rows["large"]) == len(rows)
    assert sorted(wanted.items() - rows.items()) == []
    assert sorted(rows.items() - wanted.items()) == []


def _assert_clean(world: World, found: Audited, span: Span) -> None:
    partner_id = world.partner.id
    noted = {(check, subject, "observation", reason) for check, subject, reason in notes(world, span)}
    assert set(found.rows[partner_id]) - noted == set(), f"{partner_id}: not declared"
    assert noted - set(found.rows[partner_id]) == set(), f"{partner_id}: not found"
    assert found.gaps(partner_id) == set()
    assert found.coverage(partner_id) == {}
    assert found.loaded.rejects[partner_id] == ()


def test_every_check_of_the_catalogue_has_a_fault() -> None:
    """No check is trusted that no fault has tried, and a fault is meant for a check that exists."""
    catalogue = {path.stem for path in checks().glob("*/*.sql") if path.parent.name != "shared"}
    assert {fault.check for fault in ALL_FAULTS} == catalogue


def test_there_are_enough_faults_and_each_has_its_own_name() -> None:
    """At least sixty things can go wrong, each under a name of its own."""
    names = [fault.name for fault in ALL_FAULTS]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


def test_the_generator_knows_nothing_of_the_audit() -> None:
    """The generator and the faults import nothing of cspaudit, so that they cannot repeat its mistakes."""
    here = Path(__file__).parent
    texts = [
        path.read_text(encoding="utf-8")
        for name in ("generator", "injected")
        for path in (here / name).rglob("*.py")
    ]
    assert len(texts) > 10
    assert not any(
        "cspaudit." in text.replace("cspaudit.toml", "") or "import cspaudit" in text for text in texts
    )
