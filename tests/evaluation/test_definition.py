"""The catalogue: what a check file and an obligations.toml may say, and what is said of mistakes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit.errors import CheckError, EngagementError
from cspaudit.evaluation.definition import fingerprint, load_catalogue, parse_check
from cspaudit.evaluation.plan import CheckOverride, PartnerScope, check_plan, overrides_of
from cspaudit.evaluation.runner import evaluate
from cspaudit.model.check import Check, Need, Param
from cspaudit.model.result import Override
from tests.evaluation.world import CONTOSO, FABRIKAM, TICKET_CHECK, check_from, empty_world, plan_of, tickets

OBLIGATION = """
[[obligation]]
id = "SUP-TEST"
title = "Write tickets"
kind = "duty"
strength = "must"
basis = "text"
tiers = ["direct_bill"]
clouds = []
in_force_from = 2018-09-04
start_basis = "known"
statement = "Tickets are to be technical."

[[obligation.citation]]
document = "a page"
language = "en"
dated = "2021-01-15"
"""

PARAMS = """
[params]
days = { value = 60, basis = "a page" }
share = { value = 0.25, basis = "auditor policy" }
mode = { value = "one", one_of = ["one", "two"], basis = "auditor policy" }
since = { value = 2026-01-01, basis = "auditor policy" }
strict = { value = true, basis = "auditor policy" }
none = { type = "integer", basis = "auditor policy; no number in the documents" }

[reasons]"""


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    """A folder with one family, one obligation and one check."""
    return folder(
        tmp_path / "bundled", {"family/obligations.toml": OBLIGATION, "family/tickets.sql": TICKET_CHECK}
    )


def folder(root: Path, files: dict[str, str]) -> Path:
    """Write these files under a folder and return it."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_a_check_is_read_as_written() -> None:
    """Every key of the leading comment reaches the check; numbers with a point are decimals, not floats."""
    text = TICKET_CHECK.replace(
        'needs = ["ticket"]',
        'needs = ["ticket", "message.topic", "ticket.category=billing|other"]\nreads = ["local_slot"]\nlookback_months = 12\nunit = "days"\naliases = ["old_name"]',
    )

    check = parse_check(
        text.replace("[reasons]", PARAMS, 1), path=Path("checks/family/some_check.sql"), family="family"
    )

    assert (check.id, check.family, check.version, check.unit) == ("some_check", "family", 1, "days")
    assert check.needs == (
        Need("ticket"),
        Need("message", "topic"),
        Need("ticket", "category", ("billing", "other")),
    )
    assert check.tables == ("ticket", "message", "local_slot")
    assert (check.lookback_months, check.aliases) == (12, ("old_name",))
    assert check.params == (
        Param("days", "integer", 60, "a page"),
        Param("share", "decimal", Decimal("0.25"), "auditor policy"),
        Param("mode", "text", "one", "auditor policy", ("one", "two")),
        Param("since", "date", date(2026, 1, 1), "auditor policy"),
        Param("strict", "boolean", True, "auditor policy"),
        Param("none", "integer", None, "auditor policy; no number in the documents"),
    )
    assert check.reasons["billing"] == "It was about {observed}."


def changed(old: str, new: str) -> str:
    """Return the ticket check with one part replaced, which must be there."""
    text = TICKET_CHECK.replace("[reasons]", PARAMS, 1)
    assert old in text
    return text.replace(old, new, 1)


MISTAKES = {
    "no comment": (TICKET_CHECK[TICKET_CHECK.index("*/") + 2 :], "does not begin with a comment"),
    "no query": (TICKET_CHECK[: TICKET_CHECK.index("*/") + 2], "no query"),
    "broken TOML": (changed("version = 1", "version = "), "not valid TOML"),
    "a nested comment": (changed('"A test."', '"A test. /* "'), "holds another comment"),
    "an unknown key": (changed("version = 1", "version = 1\nowner = 'me'"), "The key 'owner' is unknown"),
    "a misspelt key": (changed("remedy =", "remidy ="), "'remidy' is unknown. Did you mean 'remedy'?"),
    "a missing key": (changed('rationale = "A test."\n', ""), "The key 'rationale' is missing"),
    "a version as text": (changed("version = 1", 'version = "1"'), "version"),
    "an empty title": (changed('"Tickets are technical"', '""'), "title"),
    "no needs": (changed('["ticket"]', "[]"), "needs"),
    "needs an unknown table": (
        changed('["ticket"]', '["tickets"]'),
        "no table 'tickets'. Did you mean 'ticket'?",
    ),
    "needs an unknown column": (
        changed('["ticket"]', '["ticket.categori"]'),
        "no column 'categori'. Did you mean 'category'?",
    ),
    "needs an impossible value": (
        changed('["ticket"]', '["ticket.category=technic"]'),
        "never holds 'technic'. Did you mean 'technical'?",
    ),
    "needs a value of a free text": (changed('["ticket"]', '["ticket.channel=mail"]'), "never holds 'mail'"),
    "needs that cannot be read": (changed('["ticket"]', '["ticket.category in x"]'), "cannot be read"),
    "reads an unknown table": (
        changed("version = 1", 'version = 1\nreads = ["calender_of"]'),
        "Did you mean 'calendar_of'?",
    ),
    "an unknown subject": (changed('subject = "ticket"', 'subject = "case"'), "no table 'case'"),
    "a parameter without basis": (changed(', basis = "a page"', ""), "params.days.basis"),
    "a parameter without value and type": (
        changed('type = "integer", ', ""),
        "params.none: give a value, or a type",
    ),
    "a parameter of a wrong type": (
        changed("value = 60", 'value = 60, type = "text"'),
        "params.days: 60 is no text",
    ),
    "a parameter with an unknown key": (
        changed("value = 60", "value = 60, unit = 'days'"),
        "params.days.unit",
    ),
    "a parameter that is given anyway": (
        changed("days =", "as_of ="),
        "'as_of' cannot be a parameter's name",
    ),
    "a value that is not among the choices": (
        changed('"one", one_of', '"three", one_of'),
        "'three' is not in one_of",
    ),
    "a reason that the runner gives": (changed("billing =", "not_in_force ="), "cannot be a reason's code"),
    "a reason with an unknown field": (
        changed("{observed}", "{amount}"),
        "may only use {observed} and {expected}",
    ),
    "a reason with an open brace": (changed("{observed}", "{observed"), "a brace is left open"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_a_check_is_named_with_its_file(mistake: str) -> None:
    """Whatever is wrong with the leading comment: a sentence says what, and where."""
    text, says = MISTAKES[mistake]

    with pytest.raises(CheckError) as refused:
        check_from(text, "mine")

    assert says in f"{refused.value.problem} {refused.value.hint}"
    assert refused.value.where == "mine.sql"


def test_an_id_is_a_plain_name() -> None:
    """The file's name is the id, so it may hold no capitals, blanks or points."""
    with pytest.raises(CheckError, match="cannot be a check's id"):
        check_from(TICKET_CHECK, "My check")


OBLIGATION_MISTAKES = {
    "an unknown key": ('title = "Write', 'titel = "Write', "titel"),
    "an unknown kind": ('kind = "duty"', 'kind = "must"', "kind"),
    "an unknown tier": ('["direct_bill"]', '["direct"]', "tiers: 'direct' is unknown"),
    "a start that is known and missing": ("in_force_from = 2018-09-04\n", "", "in_force_from is missing"),
    "an end before the start": (
        "in_force_from = 2018-09-04",
        "in_force_from = 2018-09-04\nin_force_to = 2017-01-01",
        "before in_force_from",
    ),
    "no citation": (
        OBLIGATION[OBLIGATION.index("[[obligation.citation]]") :],
        "",
        "no [[obligation.citation]]",
    ),
    "an id in small letters": ("SUP-TEST", "sup-test", "id"),
    "another table": ("[[obligation]]", "[[obligations]]", "'obligations' is unknown"),
}


@pytest.mark.parametrize("mistake", OBLIGATION_MISTAKES)
def test_a_mistake_in_an_obligation_is_named_with_its_file(bundled: Path, mistake: str) -> None:
    """Whatever is wrong with an obligation: a sentence says what, and in which file."""
    old, new, says = OBLIGATION_MISTAKES[mistake]
    text = OBLIGATION.replace("[[obligation.", "[[obligations.") if new == "[[obligations]]" else OBLIGATION
    (bundled / "family/obligations.toml").write_text(text.replace(old, new), encoding="utf-8")

    with pytest.raises(CheckError) as refused:
        load_catalogue(bundled)

    assert says in refused.value.problem
    assert "obligations.toml" in refused.value.where


def test_the_catalogue_holds_checks_and_obligations_by_id(bundled: Path) -> None:
    """Family, obligation and its checks are found again by their ids."""
    catalogue = load_catalogue(bundled)

    assert [check.id for check in catalogue.checks_of("SUP-TEST")] == ["tickets"]
    assert catalogue.checks["tickets"].family == "family"
    assert catalogue.obligations["SUP-TEST"].in_force_from == date(2018, 9, 4)
    assert catalogue.obligations["SUP-TEST"].citations[0].document == "a page"
    assert (catalogue.broken, catalogue.own) == ((), frozenset())


def test_an_unknown_obligation_is_refused(bundled: Path) -> None:
    """A check tests exactly one obligation of the catalogue."""
    (bundled / "family/tickets.sql").write_text(
        TICKET_CHECK.replace("SUP-TEST", "SUP-OTHER"), encoding="utf-8"
    )

    with pytest.raises(CheckError, match="'SUP-OTHER' is stated in no"):
        load_catalogue(bundled)


def test_users_bring_checks_and_obligations(bundled: Path, tmp_path: Path) -> None:
    """A user's folder adds its own checks, for obligations of the catalogue or of its own file."""
    own = folder(
        tmp_path / "checks",
        {
            "mine.sql": TICKET_CHECK,
            "obligations.toml": OBLIGATION.replace("SUP-TEST", "OWN-1"),
            "sub/theirs.sql": TICKET_CHECK.replace("SUP-TEST", "OWN-1"),
        },
    )

    catalogue = load_catalogue(bundled, [own])

    assert list(catalogue.checks) == ["mine", "theirs", "tickets"]
    assert catalogue.own == {"mine", "theirs"}
    assert catalogue.broken == ()
    assert [check.id for check in catalogue.checks_of("OWN-1")] == ["theirs"]


def test_a_users_broken_check_stops_no_other(bundled: Path, tmp_path: Path) -> None:
    """What is wrong in a user's folder is listed, an id that exists is wrong, and all the rest is carried out."""
    own = folder(
        tmp_path / "checks",
        {
            "broken.sql": "select 1",
            "tickets.sql": TICKET_CHECK,
            "good.sql": TICKET_CHECK,
            "obligations.toml": "[[obligation]]\nid = 1\n",
            "latin.sql": "",
        },
    )
    (own / "latin.sql").write_bytes("/* cspaudit\ntitle = 'Prüfung'".encode("latin-1"))

    catalogue = load_catalogue(bundled, [own])
    world = empty_world(tmp_path)
    world.add("ticket", *tickets(("a", "2026-08-01 10:00", "technical")))
    evaluation = evaluate(world.warehouse, replace(plan_of(), catalogue=catalogue))

    assert {file.name for file in catalogue.broken} == {"broken", "tickets", "latin", "obligations.toml"}
    assert "exists already" in next(str(file.error) for file in catalogue.broken if file.name == "tickets")
    assert [outcome.counts.passed for outcome in evaluation.outcomes] == [1, 1]
    assert len(evaluation.problems) == 4


def test_the_fingerprint_changes_with_what_makes_results() -> None:
    """Query, parameters and tables make another fingerprint; a better sentence does not."""
    check = check_from(TICKET_CHECK)
    others: list[Check] = [
        check_from(TICKET_CHECK.replace("'billing' then 'fail'", "'billing' then 'pass'")),
        check_from(TICKET_CHECK.replace("version = 1", "version = 1\nlookback_months = 1")),
        replace(check, params=(Param("days", "integer", 1, "x"),)),
        replace(check, params=(Param("days", "integer", 2, "x"),)),
        replace(check, needs=(Need("ticket", "category"),)),
    ]

    assert len({fingerprint(other) for other in (check, *others)}) == 6
    assert fingerprint(check_from(TICKET_CHECK.replace("A test.", "Another sentence."))) == fingerprint(check)


def test_overrides_are_tested_before_anything_is_loaded() -> None:
    """A check, parameter, type or choice that does not exist is the engagement's error, with the nearest name."""
    text = TICKET_CHECK.replace("[reasons]", PARAMS, 1)
    check = check_from(text)

    def refused(name: str, params: dict[str, object]) -> str:
        plan = plan_of(check, overrides={name: CheckOverride(params, "Agreed.")})
        with pytest.raises(EngagementError) as error:
            check_plan(plan)
        return f"{error.value.problem} {error.value.hint}"

    assert "Did you mean 'tickets_are_technical'?" in refused("tickets_are_tecnical", {})
    assert "Did you mean 'days'?" in refused(check.id, {"day": 1})
    assert "'soon' is no integer" in refused(check.id, {"days": "soon"})
    assert "True is no integer" in refused(check.id, {"days": True})
    assert "Known: one, two" in refused(check.id, {"mode": "three"})
    check_plan(plan_of(check, overrides={check.id: CheckOverride({"none": 3, "share": 1}, "Agreed.")}))
    with pytest.raises(EngagementError, match="no wording 'S2'"):
        check_plan(plan_of(check, wordings={"S2": date(2026, 1, 1)}))


def test_overrides_are_listed_once_where_they_hold_for_all() -> None:
    """The report prints an override of all partners once, and one of a single partner with its name."""
    check = check_from(TICKET_CHECK.replace("[reasons]", PARAMS, 1))
    override = CheckOverride({"days": 30}, "Contract.", allowed_failures=2)
    both = plan_of(check, partners=(FABRIKAM, CONTOSO), overrides={check.id: override})
    one = replace(both, scopes=(both.scopes[0], PartnerScope(CONTOSO)))

    assert overrides_of(both) == (
        Override(check.id, "days", "30", "Contract."),
        Override(check.id, "allowed_failures", "2", "Contract."),
    )
    assert {override.partner_id for override in overrides_of(one)} == {"fabrikam"}
