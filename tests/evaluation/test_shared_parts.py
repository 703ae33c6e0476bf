"""Shared parts: their steps stand before a check's own, their tables count as the check's, and mistakes are named."""

from pathlib import Path

import pytest

from cspaudit.errors import CheckError
from cspaudit.evaluation.definition import load_catalogue, parse_check, parse_shared_part, query_text
from cspaudit.evaluation.guard import check_sql
from cspaudit.evaluation.shared_parts import SharedPart
from tests.conftest import ROOT
from tests.evaluation.world import TICKET_CHECK

OPEN_TICKETS = """/* cspaudit
purpose = "Tickets that are open."
reads = ["ticket"]
*/
-- what was never closed
with open_ticket as (
    select * from ticket where closed_at is null
)

select * from open_ticket
"""

LOUD_TICKETS = """/* cspaudit
purpose = "Open tickets with a message."
reads = ["message"]
uses = ["open_tickets"]
*/
with loud_ticket as (
    select t.*
    from open_ticket as t
    inner join message as m on t.partner_id = m.partner_id and t.ticket_id = m.ticket_id
)

select * from loud_ticket
"""


def part(name: str, text: str) -> SharedPart:
    """Return the shared part that ``text`` states."""
    return parse_shared_part(text, path=Path(f"{name}.sql"))


SHARED = {
    "open_tickets": part("open_tickets", OPEN_TICKETS),
    "loud_tickets": part("loud_tickets", LOUD_TICKETS),
}


def check_text(uses: str, query: str) -> str:
    """Return a check's file that uses parts and ends in ``query``."""
    comment = TICKET_CHECK[: TICKET_CHECK.index("*/")].replace("version = 1", f"version = 1\nuses = {uses}")
    return f"{comment}*/\n{query}"


def test_steps_stand_before_the_check_s_own_in_the_order_they_need() -> None:
    """A part's steps come after those of the parts it uses and before the check's; nothing of its final SELECT stays."""
    text = check_text(
        '["loud_tickets"]', "with mine as (\n    select * from loud_ticket\n)\n\nselect * from mine"
    )

    check = parse_check(text, path=Path("some_check.sql"), family="own", shared=SHARED)

    query = query_text(check)
    assert query.startswith("with -- what was never closed\nopen_ticket as (")
    assert query.index("open_ticket as (") < query.index("loud_ticket as (") < query.index("mine as (")
    assert query.count("with ") == 1
    assert "select * from open_ticket\n" not in query


def test_a_query_without_own_steps_gets_them_too() -> None:
    """A check that begins with SELECT reads the steps as tables, and the tables they read count as the check's."""
    text = check_text('["loud_tickets", "open_tickets"]', "select * from loud_ticket")

    check = parse_check(text, path=Path("some_check.sql"), family="own", shared=SHARED)

    assert check.tables == ("ticket", "message")
    assert query_text(check).endswith(")\n\nselect * from loud_ticket")
    check_sql(check)


@pytest.mark.parametrize(
    ("uses", "shared", "says"),
    [
        ('["open_ticket"]', SHARED, "no shared part 'open_ticket'"),
        (
            '["a"]',
            {
                "a": part("a", LOUD_TICKETS.replace("open_tickets", "b")),
                "b": part("b", LOUD_TICKETS.replace("open_tickets", "a")),
            },
            "uses itself",
        ),
    ],
)
def test_wrong_names_are_told(uses: str, shared: dict[str, SharedPart], says: str) -> None:
    """A name that is no shared part, and parts that use each other in a circle, are refused."""
    with pytest.raises(CheckError, match=says):
        parse_check(check_text(uses, "select 1"), path=Path("some_check.sql"), family="own", shared=shared)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("with open_ticket", "select 1 where open_ticket", "begins with `with`"),
        ("\n)\n", ")\n", "ends in a line"),
        ('"ticket"', '"tickets"', "no table 'tickets'"),
        ("purpose", "porpoise", "'porpoise' is unknown"),
    ],
)
def test_wrong_parts_are_told(old: str, new: str, says: str) -> None:
    """A part that is no query of steps, reads no table or misspells a key is refused."""
    with pytest.raises(CheckError, match=says):
        part("open_tickets", OPEN_TICKETS.replace(old, new, 1))


def test_users_parts_serve_their_own_checks(tmp_path: Path) -> None:
    """Parts beside a user's checks are found; one whose name ships already is left out and told."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "open_tickets.sql").write_text(OPEN_TICKETS, encoding="utf-8")
    (tmp_path / "shared" / "known_actors.sql").write_text(OPEN_TICKETS, encoding="utf-8")
    text = check_text('["open_tickets"]', "select * from open_ticket").replace("SUP-TEST", "SUP-DIAGNOSE")
    (tmp_path / "mine.sql").write_text(text, encoding="utf-8")

    catalogue = load_catalogue(ROOT / "checks", [tmp_path])

    assert "mine" in catalogue.own
    assert [str(broken.error.problem) for broken in catalogue.broken] == [
        "A shared part called 'known_actors' exists already."
    ]


def test_every_shipped_part_is_used() -> None:
    """A part that no check uses is dead text."""
    catalogue = load_catalogue(ROOT / "checks")
    used = {name for check in catalogue.checks.values() for name in check.uses}
    used |= {name for shared in catalogue.shared.values() for name in shared.uses}

    assert set(catalogue.shared) == used
