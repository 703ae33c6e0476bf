"""The chapter on completeness: what is missing, in words, the control totals, and the numbers that are skipped."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from cspaudit.model.completeness import Completeness, Cut, CutSign, ExportCompleteness, MoneySum
from cspaudit.model.result import MonthCoverage, Scorecard
from cspaudit.outputs import completeness_words as told
from cspaudit.outputs import render
from cspaudit.outputs.completeness import CompletenessChapter, Lack, completeness, lacks
from cspaudit.outputs.evidence import MapCell, evidence_map
from cspaudit.outputs.findings import HTML_LIMITS
from cspaudit.scorecard.build import only_partner
from tests.outputs.pages import Element, read
from tests.outputs.samples import PAID, outcomes, scorecard, source, total

MONTHS = ("2026-07", "2026-08", "2026-09")


def chapter(card: Scorecard) -> CompletenessChapter:
    """The chapter of the only partner."""
    return completeness(card, card.partners[0], HTML_LIMITS)


def with_completeness(found: Completeness, **inputs: Cut | None) -> Scorecard:
    """The sample with other findings about its exports, and cuts of the files named by their place."""
    card = scorecard()
    files = tuple(
        replace(one, cut=inputs.get(f"cut_{number}"), window=None) for number, one in enumerate(card.inputs)
    )
    return replace(card, inputs=files, partners=(replace(card.partners[0], completeness=found),))


def cells(table: Element) -> list[list[str]]:
    """The cells of a table's body as texts."""
    return [
        [cell.text for cell in row.children if isinstance(cell, Element)]
        for row in table.one("tbody").all("tr")
    ]


def test_the_page() -> None:
    """Each thing that is missing stands with what shows it, what to do about it and what it does; figures follow."""
    section = read(render(scorecard(), "html")["scorecard.html"]).one("section", id="completeness")
    assert section.one("p", class_="lede").text == (
        "2 of 3 exports are known to be incomplete. What is missing is never counted as met."
    )
    assert cells(section.one("table", class_="lacks")) == [
        [
            "exports/tickets_2026Q3.csv",
            (
                "It holds exactly 1,283 records, and an export of this kind ends there: more are likely to be missing. "
                "Export it again in parts, each of fewer records than that."
            ),
            "No month of these records counts as covered, whatever other exports hold.",
        ],
        [
            "exports/mail_log.csv",
            (
                "Its system keeps records for 90 days, so that this export reaches back to 17 July 2026. "
                "Add exports made earlier; from now on, make one at least every 90 days and keep it."
            ),
            "Jul 26 is not covered, whatever this export holds of it, unless by another export of the same records.",
        ],
        [
            "exports/mail_log.csv",
            (
                "It holds no record in Sep 26, after its last. "
                "Export Sep 26 again; if nothing happened then, say so at the export with covers."
            ),
            "Not covered, unless by another export of the same records.",
        ],
    ]
    assert cells(section.one("table", class_="totals")) == [
        ["exports/tickets_2026Q3.csv Ticket", "1,281", "", "2026-07-01 \u2013 2026-09-30", "2 left out"],
        ["exports/mail_log.csv Message", "3,359", "", "2026-07-01 \u2013 2026-09-30", "\u2013"],
        [
            "exports/ledger.csv Customer invoice",
            "30",
            "12,345.67 EUR \u221280.005 USD",
            "2026-07-01 \u2013 2026-09-30",
            "1,200 replaced by later ones",
        ],
        ["exports/ledger.csv Customer payment", "2", "1,000.00 EUR", "2026-07-01 \u2013 2026-09-30", ""],
    ]
    assert cells(section.one("table", class_="numbers")) == [
        ["Ticket", "T-0001 \u2013 T-0999", "990", "9", "T-0017, T-0400\u2013T-0407"]
    ]


def test_the_contents_count_what_is_incomplete() -> None:
    """The entry of the contents counts the exports that lack something, and counts nothing where none does."""
    root = read(render(scorecard(), "html")["scorecard.html"])
    (entry,) = [link for link in root.one("nav").all("a") if link.attributes["href"] == "#completeness"]
    assert entry.text == "Are the exports complete? 2"
    whole = with_completeness(Completeness(MONTHS, (ExportCompleteness("exports/mail_log.csv"),)))
    found = chapter(whole)
    assert (found.count, found.lacks, found.numbers) == ("", (), ())
    assert found.lede.startswith("Nothing shows that the export is incomplete.")
    assert chapter(with_completeness(Completeness())).lede.startswith("There is no export")


def test_a_round_number_is_no_lack() -> None:
    """Only a limit that is known is told as a cut."""
    found = Completeness(MONTHS, (ExportCompleteness("exports/tickets_2026Q3.csv"),))
    card = with_completeness(found, cut_0=Cut(5_000, CutSign.ROUND_NUMBER))
    assert lacks(card.inputs, found, "fabrikam") == ()
    card = with_completeness(found, cut_0=Cut(65_535, CutSign.SPREADSHEET))
    ((export, lack),) = lacks(card.inputs, found, "fabrikam")
    assert export == "exports/tickets_2026Q3.csv"
    assert lack.known.startswith("It holds exactly 65,535 records, and a spreadsheet ends there")
    assert lack.sentence.startswith("exports/tickets_2026Q3.csv: it holds exactly 65,535 records")


@pytest.mark.parametrize(
    ("stated", "effect"),
    [
        ((), "No month of these records counts as covered, whatever other exports hold."),
        (MONTHS[:1], "Only Jul 26 counts as covered, as the partner states."),
        (MONTHS[1:], "Only Aug 26 and Sep 26 count as covered, as the partner states."),
        (MONTHS, "The partner states that it is complete; so it was taken."),
    ],
)
def test_what_a_cut_does(stated: tuple[str, ...], effect: str) -> None:
    """It leaves open what the partner does not state."""
    assert told.cut_effect(stated, len(MONTHS)) == effect


@pytest.mark.parametrize(
    ("months", "text"),
    [
        (("2026-07",), "Jul 26"),
        (("2026-07", "2026-08"), "Jul 26 and Aug 26"),
        (("2026-11", "2026-12", "2027-01"), "Nov 26 to Jan 27"),
        (("2026-01", "2026-03", "2026-04", "2026-05", "2026-12"), "Jan 26, Mar 26 to May 26 and Dec 26"),
    ],
)
def test_months_in_words(months: tuple[str, ...], text: str) -> None:
    """Three months or more in a row are a range."""
    assert told.months(months) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1234567.8900", "1,234,567.89"),
        ("5", "5.00"),
        ("0.1000", "0.10"),
        ("0.1234", "0.1234"),
        ("-3.0010", "\u22123.001"),
        ("1000", "1,000.00"),
    ],
)
def test_amounts(value: str, text: str) -> None:
    """An amount has two decimals at least, and all that it has."""
    assert told.amount(Decimal(value)) == text


def test_sums_name_their_column_where_it_says_more() -> None:
    """The amount of an invoice needs no word; what was withheld of it does. A currency that is not known says so."""
    assert told.money_sum("amount", "EUR", Decimal(5)) == "5.00 EUR"
    assert told.money_sum("withheld_amount", "", Decimal(5)) == "Withheld amount 5.00 currency unknown"


def test_files_of_one_export_add_up() -> None:
    """Two files of one export are one line; another partner's records are none of it."""
    files = [
        source("a.csv", source_id="pay", totals=(total("supplier_payment", 3, MoneySum("amount", "EUR", 3, Decimal("1.5"))),)),
        source(
            "b.csv",
            source_id="pay",
            totals=(
                total("supplier_payment", 4, MoneySum("amount", "EUR", 4, Decimal("2.25")), MoneySum("amount", "USD", 1, Decimal(9))),
                replace(total("supplier_payment", 99), partner_id="contoso"),
            ),
        ),
    ]  # fmt: skip
    found = chapter(replace(scorecard(), inputs=tuple(files)))
    assert [(line.export, line.records, line.sums) for line in found.totals] == [
        ("pay", "7", ("3.75 EUR", "9.00 USD"))
    ]


def test_a_partners_folder_has_no_totals_of_others() -> None:
    """Of a file that several partners share, each one's result holds its own totals alone."""
    card = scorecard()
    shared = source("a.csv", totals=(total("ticket", 1), replace(total("ticket", 2), partner_id="contoso")))
    cut = only_partner(replace(card, inputs=(shared,)), "fabrikam")
    assert [one.records for one in cut.inputs[0].totals] == [1]


def test_the_map_shows_months_in_part() -> None:
    """A month that may have held more is hatched with its count; one that another file holds whole is not."""
    first = source(
        "a.csv",
        source_id="log",
        coverage=(
            MonthCoverage("2026-07", 4, is_doubtful=True),
            MonthCoverage("2026-08", 5, is_doubtful=True),
        ),
    )
    second = source("b.csv", source_id="log", coverage=(MonthCoverage("2026-08", 6),))
    found = evidence_map([first, second], MONTHS)
    assert found is not None
    assert found.rows[0].cells == (
        MapCell("4, in part", is_open=True),
        MapCell("11", is_open=False),
        MapCell("none", is_open=True),
    )


def test_exports_to_complete_come_among_the_first_things_to_do() -> None:
    """Tests that wait for months of their exports are one action, worth what they leave open together."""
    half = replace(outcomes()[0], counts=replace(outcomes()[0].counts, failed=0), coverage=Fraction(1, 2))
    text = read(render(scorecard(half), "html")["scorecard.html"]).one("section", id="result").text
    # 15 of 17 pass at the worst, over half of the period: low 15/34, high 1
    assert PAID.title not in text
    assert "Complete the exports 1 test cannot be settled: the exports cover only part of the period." in text
    assert "up to +55.9" in text


def test_words_of_a_lack() -> None:
    """A lack on the terminal is the export, what shows it, and what it does."""
    lack = Lack("a.csv", "It holds nothing.", "Not covered.", "Export it again.")
    assert lack.sentence == "a.csv: it holds nothing. Not covered."
    assert told.window(90, datetime(2026, 7, 17)) == (  # noqa: DTZ001 - instants of the model are naive UTC
        "Its system keeps records for 90 days, so that this export reaches back to 17 July 2026."
    )
    assert told.window_effect(MONTHS[:2]).startswith(
        "Jul 26 and Aug 26 are not covered, whatever this export holds of them"
    )
