"""The commands about checks: list and show them, and begin one of one's own."""

from pathlib import Path

from cspaudit.evaluation.definition import load_catalogue
from tests.cli.engagements import HEADER, audit, command, counts, make
from tests.conftest import ROOT

TICKETS = (
    "ticket_id,opened_at,closed_at\nT1,2026-07-01T00:00:00Z,2026-07-20T00:00:00Z\nT2,2026-07-01T00:00:00Z,\n"
)


def test_the_list_names_every_duty_and_test() -> None:
    """Each duty once with its title, each test below the duty it belongs to, and no duty without a word on how it is judged."""
    listed = command("checks", "list").stdout.splitlines()
    catalogue = load_catalogue(ROOT / "checks")

    below: dict[str, list[str]] = {}
    for line in listed:
        if line.startswith("      "):
            below[next(reversed(below))].append(line.split()[0])
        elif line.startswith("  "):
            below[line.split()[0]] = []
    assert sorted(below) == sorted(catalogue.obligations)
    assert {name: names for name, names in below.items() if catalogue.checks_of(name)} == {
        name: [check.id for check in catalogue.checks_of(name)] for name in below if catalogue.checks_of(name)
    }
    assert all(below.values())


def test_a_test_is_shown_whole() -> None:
    """Duty, blind spot, limits with their basis, reasons, and the query with the steps it shares."""
    shown = command("checks", "show", "invoice_paid_by_due_date").stdout

    assert "BIL-PAY-ONTIME, duty, must" in shown
    assert "Cannot see  The ledger shows the value date" in shown
    assert "payment_term_days = 60  (billing basics page, 2021-01-28" in shown
    assert "paid_late: Settled {observed} days after the due date." in shown
    assert "in_other_currency as (" in shown


def test_the_query_alone_is_one_statement() -> None:
    """--sql prints the query and nothing else, as it would run in the engine."""
    query = command("checks", "show", "invoice_paid_by_due_date", "--sql").stdout

    assert query.startswith("with ")
    assert "Cannot see" not in query


def test_an_unknown_test_is_told() -> None:
    """A misspelt id ends with 2 and the nearest name."""
    outcome = command("checks", "show", "invoice_paid_by_duedate")

    assert outcome.code == 2
    assert "Did you mean 'invoice_paid_by_due_date'?" in outcome.words


def test_a_new_check_works_at_once(tmp_path: Path) -> None:
    """What `checks new` writes passes its own cases, and the next audit carries it out; a second one stands beside it."""
    toml = HEADER + '\n[[source]]\npath = "tickets.csv"\ntable = "ticket"\n'
    make(tmp_path, toml=toml, tickets=TICKETS)

    written = command("checks", "new", "desk_closes_tickets", "--in", tmp_path)
    command("checks", "new", "desk_closes_more", "--in", tmp_path)
    tried = command("checks", "test", tmp_path / "cases", "--checks", tmp_path / "checks")
    audit(tmp_path)

    assert written.code == 0
    assert (tried.code, tried.stdout.splitlines()[-1]) == (0, "4 passed, 0 failed")
    for check in ("desk_closes_tickets", "desk_closes_more"):
        found = counts(tmp_path, check)
        assert (found["pass"], found["fail"]) == (1, 1)


def test_a_new_check_overwrites_nothing(tmp_path: Path) -> None:
    """A check that is there already stays as it is."""
    make(tmp_path)
    command("checks", "new", "mine", "--in", tmp_path)
    (tmp_path / "checks" / "mine.sql").write_text("my own work", encoding="utf-8")

    outcome = command("checks", "new", "mine", "--in", tmp_path)

    assert outcome.code == 3
    assert (tmp_path / "checks" / "mine.sql").read_text(encoding="utf-8") == "my own work"


def test_a_name_that_is_none_is_told(tmp_path: Path) -> None:
    """Capitals and blanks make no id."""
    outcome = command("checks", "new", "My Check", "--in", tmp_path)

    assert outcome.code == 2
    assert "cannot be a check's id" in outcome.words
