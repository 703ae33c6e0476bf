"""What an obligation is, since when and for whom, as readers meet it; and where the report shows what nothing tests."""

from dataclasses import replace
from datetime import date

from cspaudit.outputs import duty_words, render
from cspaudit.outputs.duties import duty_tables, told_lists
from cspaudit.outputs.method import method
from cspaudit.scorecard import build_partner
from tests.outputs.pages import read
from tests.outputs.samples import FABRIKAM, OBLIGATIONS, obligation, outcomes, scorecard

COVERED = replace(obligation("REL-X", "Direct bill", "statement", "-", "scope"), judged_by=("applicability",))
INFORMED = replace(obligation("BIL-X", "Awareness", "statement", "-"), judged_by=("information",))
PARTNER = build_partner(FABRIKAM, outcomes(), (*OBLIGATIONS, COVERED, INFORMED))


def test_in_force() -> None:
    """What is not documented about a start or an end is said."""
    known = OBLIGATIONS[0]

    assert duty_words.in_force(known) == "In force on 2018-09-04 at the latest."
    assert duty_words.in_force(replace(known, in_force_to=date(2021, 1, 14))) == (
        "In force on 2018-09-04 at the latest, last on 2021-01-14."
    )
    assert duty_words.in_force(replace(known, in_force_from=None)) == (
        "In force since a day that is not documented: noted and not scored, unless the audit states a day."
    )
    assert duty_words.in_force(replace(INFORMED, in_force_from=None)) == (
        "In force since a day that is not documented."
    )
    assumed = replace(known, start_basis="not_before")
    assert duty_words.in_force(assumed) == (
        "In force not before 2018-09-04; the exact day is not documented, so this one is assumed unless the audit states another."
    )
    assert duty_words.in_force(replace(known, end_basis="unknown")).endswith(
        "; ended on a day that is not documented: noted and not scored."
    )


def test_a_wording_is_told_by_its_page() -> None:
    """What rests on one wording names it as readers know it, and when it ends."""
    assert duty_words.wording(OBLIGATIONS[0]) == ""
    first = duty_words.wording(replace(OBLIGATIONS[0], wording="S0"))
    assert first.startswith(
        "Rests on the last wording but one of the billing page alone (S0: \u201cBereitstellen"
    )
    assert first.endswith("It ends when S1 begins.")
    assert duty_words.wording(replace(OBLIGATIONS[0], wording="S1")).endswith("faturação\u201d, pt).")


def test_a_cloud_that_no_page_names_is_labelled() -> None:
    """In another cloud than the global one each obligation says that its applicability is unstated."""
    told = "Applicability to the US Government cloud is unstated: its newest page names no cloud."
    gov = replace(PARTNER, partner=replace(FABRIKAM, cloud="us_gov"))

    assert duty_words.cloud_unstated(OBLIGATIONS[0], "global") == ""
    assert duty_words.cloud_unstated(replace(OBLIGATIONS[0], clouds=("us_gov",)), "us_gov") == ""
    assert [cited for cited in method(PARTNER).obligations if told in cited.notes] == []
    assert [cited for cited in method(gov).obligations if told not in cited.notes] == []


def test_what_nothing_tests_stands_in_lists_of_its_own() -> None:
    """Who and what is covered, then what is for information: never among what is tested, nor told twice."""
    lists = told_lists(PARTNER)

    assert [(found.title, [row.code for row in found.rows]) for found in lists] == [
        ("Who and what is covered", ["REL-X"]),
        ("For information", ["BIL-X"]),
    ]
    assert lists[0].rows[0].notes == (
        "Provide billing support (en, 2021-01-15): billing relationship",
        "In force on 2018-09-04 at the latest.",
    )
    tested = {row.code for table in duty_tables(PARTNER) for row in table.rows}
    assert tested == {one.id for one in OBLIGATIONS}
    assert {cited.code for cited in method(PARTNER).obligations} == tested


def test_the_page_shows_both_lists() -> None:
    """Statement and citation stand in the chapter on duties."""
    found = replace(scorecard(), partners=(PARTNER,))
    chapter = read(render(found, "html")["scorecard.html"]).one("section", id="duties").text

    assert "Who and what is covered" in chapter
    assert "For information Awareness BIL-X" in chapter
    assert "The partner has to awareness." in chapter
    assert "Provide billing support (en, 2021-01-15): billing relationship" in chapter
