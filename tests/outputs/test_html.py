"""The page: what it says, in which words, and that nothing in it can be broken by what an export holds."""

import itertools
import re
from dataclasses import replace

import pytest

from cspaudit.errors import EngagementError
from cspaudit.model.result import CheckOutcome, Counts, PartnerFacts, Scorecard
from cspaudit.outputs import render
from cspaudit.outputs.findings import HTML_LIMITS
from cspaudit.scorecard import build_gate, build_partner
from tests.outputs.pages import Element, every, read
from tests.outputs.samples import OBLIGATIONS, PAID, finding, outcomes, scorecard

FORBIDDEN = ("insufficient_evidence", "not_met", "subject", "engagement", "canonical", "reject", "gate")


def page(found: Scorecard) -> Element:
    """The page of a scorecard with one partner."""
    return read(render(found, "html")["scorecard.html"])


def rows(table: Element) -> list[list[str]]:
    """The cells of a table's body as texts."""
    body = table.one("tbody")
    return [
        [cell.text for cell in row.children if isinstance(cell, Element) and cell.tag in {"th", "td"}]
        for row in body.all("tr")
    ]


def test_the_first_page_says_what_matters() -> None:
    """Verdict, worst failure first, counts, score as a range with its three parts, what to do."""
    # By hand: BIL-PAY-ONTIME (3): mean of 15/20..17/20 and 1..1 is 0.875..0.925; SUP-DIAGNOSE (3): 0..1;
    # SUP-TERMS-KEPT (1): 0.90..0.96; SUP-DISCLOSE (1): 1; COM-PARTNER-VOICE (1): 0..1; the rest weighs nothing.
    # low = 100 x (2.625 + 0 + 0.9 + 1 + 0) / 9 = 50.27..; high = 100 x (2.775 + 3 + 0.96 + 1 + 1) / 9 = 97.05..
    glance = page(scorecard()).one("section", id="result")
    text = glance.text

    assert glance.one("p", class_="verdict").text.endswith("Not met")
    assert glance.one("p", class_="lede").text == (
        "3 of 18 cases failed the test of a duty: \u201cMicrosoft invoices are paid in full by their due date\u201d. "
        "1 of 2 duties not met, 0 of 2 recommendations not followed, 0 of 1 own promise not kept. "
        "For 3 of them evidence is missing, which is never counted as met."
    )
    assert glance.one("p", class_="figure").text.replace(" ", "") == "50\u201398"
    assert [item.text.split()[0] for item in glance.one("ul", class_="ledger").all("li")] == ["50", "48", "2"]
    assert "With the accepted exceptions counted as failures, it would be 49\u201397." in text
    assert "exports/empty.csv: the file is empty." in text


def test_what_to_do_first() -> None:
    """Failing duties come first, then by points: a fix of 3 of 20 of half of 3/9, a gap worth all of 3/9."""
    actions = rows(page(scorecard()).one("table", class_="actions"))

    assert [(row[1].split(" 3 of")[0].split(" No export")[0], row[2], row[3]) for row in actions[:2]] == [
        ("Pay Microsoft on time", "Fix", "+2.5"),
        ("Export the ticket history with its notes", "Supply evidence", "up to +33.3"),
    ]


def test_every_status_and_verdict_is_told_in_words() -> None:
    """A reader meets the words of the design, each beside a sign that assistive technology skips."""
    root = page(scorecard())
    marks = {re.sub(r"^\W+", "", mark.text) for mark in root.all("span", class_="mark")}

    assert {
        "Not met",
        "Undetermined",
        "Met",
        "Not applicable",
        "Not scored",
        "Fail",
        "No evidence",
        "Noted",
    } <= marks
    assert {sign.attributes["aria-hidden"] for sign in root.all("span", class_="sign")} == {"true"}


def test_duties() -> None:
    """Each obligation has its own counts; a part stands below what it belongs to; nothing is a dash."""
    tables = page(scorecard()).one("section", id="duties").all("table")
    first, second = rows(tables[0])

    assert first[2:] == ["15", "3", "2", "4", "1", "\u2013", "87\u201393"]
    assert second[2:] == ["12", "\u2013", "\u2013", "\u2013", "\u2013", "\u2013", "100"]
    assert "part of BIL-PAY-ONTIME" in second[0]


def test_findings_say_why_and_where() -> None:
    """A row has its case, day, reason with its values filled in, and its file where not all share one."""
    section = page(scorecard()).one("section", id="findings")
    tables = section.all("table", class_="findings")

    assert rows(tables[0])[0] == [
        "T-0001 2026-08-01",
        "\u2716 Fail",
        "Settled 12 days after the due date. exports/ledger.csv",
        "12",
        "0",
        "1,001",
    ]
    assert "Accepted exception" in rows(tables[0])[1][1]
    assert rows(tables[0])[4][5] == ""
    assert "All rows come from exports/tickets_2026Q3.csv" in section.text.replace(" .", ".")
    assert (
        "Payment term days: 30 (changed for this audit: \u201cContract of 2024-02-01\u201d)" in section.text
    )
    assert "No export holds notes or diagnoses. Export the ticket history with its notes." in section.text
    assert (
        "This test could not be run, so nothing is known about it. A column is unknown to the query."
        in section.text
    )


def test_a_cap_is_stated_where_it_cuts() -> None:
    """Rows beyond the limit are counted and their place is named; a table that is whole says nothing."""
    many = tuple(
        finding(PAID, number, outcomes()[0].findings[0].status, "paid_late") for number in range(250)
    )
    big = replace(outcomes()[0], findings=many, finding_count=1281)
    section = page(scorecard(big)).one("section", id="findings")

    assert section.one("p", class_="cap").text == (
        "200 of 1,281 findings shown. All stand in findings.csv under invoice_paid_by_due_date."
    )
    assert len(rows(section.one("table"))) == HTML_LIMITS.rows_a_check == 200
    whole = replace(big, findings=many[:3], finding_count=3)
    assert page(scorecard(whole)).one("section", id="findings").all("p", class_="cap") == []


def test_evidence() -> None:
    """The map hatches a month without records, files show what was read and left out, and the rest is told."""
    section = page(scorecard()).one("section", id="evidence")
    table = section.one("table", class_="map")

    assert [cell.text for cell in table.one("thead").all("th")] == ["Export", "Jul 26", "Aug 26", "Sep 26"]
    assert rows(table)[1] == ["exports/mail_log.csv", "1,704", "1,655", "none"]
    assert [cell.text for cell in table.all("td", class_="gap")] == ["none"]
    assert rows(section.one("table", class_="inputs"))[0][:4] == [
        "exports/tickets_2026Q3.csv",
        "1,283",
        "1,281",
        "2",
    ]
    assert rows(section.one("table", class_="left-out"))[0][1:4] == ["opened_at", "No valid time.", "2"]
    assert rows(section.one("table", class_="missing"))[0][:3] == ["Customer", "ticket.customer_id", "3"]
    assert "C-17" in section.one("table", class_="missing").text
    assert rows(section.one("table", class_="links")) == [
        [
            "Payments to the supplier, to its invoices",
            "40",
            "30 (75.0 %)",
            "22 by the invoice number itself 8 by a number in the text",
            "3",
            "7",
        ],
        ["Messages, to tickets", "1,204", "\u2013", "", "\u2013", "1,204"],
    ]
    for sentence in (
        "Due date of 3 invoices: the issue date plus 30 days was used.",
        "exports/tickets_2026Q3.csv: Local times are those of Berlin.",
        "exports/mail_log.csv: an unknown column is not used: Mood.",
        "record 7, line 9 31.13.2026",
    ):
        assert sentence in section.text


def test_the_method_shows_this_reports_numbers() -> None:
    """The formula stands with the sums worked out above, and what is no Microsoft requirement says so."""
    text = page(scorecard()).one("section", id="method").text

    assert "Low end = 100 \u00d7 4.5250 \u00f7 9 = 50.2778, printed as 50" in text
    assert "High end = 100 \u00d7 8.7350 \u00f7 9 = 97.0556, printed as 98" in text
    assert "The partner's own target; not a Microsoft requirement as such." in text
    assert (
        "In force not before 2018-09-04; the exact day is not documented, so this one is assumed unless the audit states another."
        in text
    )
    assert "Tolerance: 0.00 (basis: auditor policy; no number in the documents)" in text


def test_reports_speak_their_readers_language() -> None:
    """No identifier and none of the words that only the code uses is visible."""
    text = page(scorecard()).text.lower()

    assert [word for word in FORBIDDEN if re.search(rf"\b{word}\b", text)] == []


def test_an_export_cannot_write_into_the_page() -> None:
    """Markup, template syntax and quotes from an export come out as text, kept apart by bdi."""
    nasty = '<script>alert(1)</script>{{ 7*7 }}" onload="x'
    row = finding(
        PAID, 1, outcomes()[0].findings[0].status, "paid_late", subject_id=nasty, observed=nasty, file=nasty
    )
    found = scorecard(replace(outcomes()[0], findings=(row,), finding_count=1))
    (partner,) = found.partners
    facts = PartnerFacts("fabrikam", nasty, "direct_bill", "Europe/Berlin")
    root = page(replace(found, partners=(replace(partner, partner=facts),), problems=(nasty,)))

    assert root.all("script") == []
    assert [element.tag for element in every(root) if "onload" in element.attributes] == []
    assert nasty in root.one("section", id="findings").text
    assert nasty in {element.text for element in root.all("bdi")}


def test_the_page_needs_nothing_but_itself() -> None:
    """Nothing is fetched or run: no script, no inline style, no address; the policy allows its own style alone."""
    source = render(scorecard(), "html")["scorecard.html"].decode()
    root = read(source.encode())
    tags = {element.tag for element in every(root)}

    assert tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert [element.tag for element in every(root) if "style" in element.attributes] == []
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*|url\((?!data:|#)[^)]*", source) == []
    assert set(re.findall(r"https?://[^\"' <]+", source)) == {"http://www.w3.org/2000/svg"}
    policy = root.one("meta", **{"http-equiv": "Content-Security-Policy"}).attributes["content"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")


def test_structure_serves_assistive_technology() -> None:
    """Ids are unique, links inside lead somewhere, every chart has a title, heads have a scope, one h1 begins."""
    root = page(scorecard())
    ids = [element.attributes["id"] for element in every(root) if "id" in element.attributes]
    headings = [int(element.tag[1]) for element in every_in_order(root) if re.fullmatch(r"h\d", element.tag)]

    assert len(ids) == len(set(ids))
    assert {link.attributes["href"][1:] for link in root.all("a")} <= set(ids)
    assert all(picture.one("title").children for picture in root.all("svg"))
    assert all("scope" in head.attributes for head in root.all("th"))
    assert headings.count(1) == 1
    assert headings[0] == 1
    assert max(later - earlier for earlier, later in itertools.pairwise(headings)) <= 2
    assert root.one("html").attributes["lang"] == "en"


def every_in_order(root: Element) -> list[Element]:
    """All elements in the order of the page."""
    found = []
    for child in root.children:
        if isinstance(child, Element):
            found += [child, *every_in_order(child)]
    return found


def test_the_same_scorecard_gives_the_same_bytes() -> None:
    """Nothing in the page depends on the clock, the process or the order of sets."""
    assert render(scorecard(), "html") == render(scorecard(), "html")


def test_nothing_to_judge_is_no_score() -> None:
    """Where nothing applies the page says so, and prints no number."""
    found = scorecard(CheckOutcome("fabrikam", PAID, binds=False, counts=Counts(not_applicable=3)))
    glance = page(found).one("section", id="result")

    assert glance.one("p", class_="verdict").text.endswith("Not applicable")
    assert glance.one("p", class_="figure").text == "none"
    assert "There is no score" in glance.text
    assert "Nothing: no failure was found" in glance.text


def test_a_clean_audit_says_so() -> None:
    """Complete evidence and no failure: one number, exactly."""
    found = scorecard(CheckOutcome("fabrikam", PAID, binds=True, counts=Counts(passed=3)))
    glance = page(replace(found, inputs=())).one("section", id="result")

    assert glance.one("p", class_="lede").text == "All that applied was met, and no evidence was missing."
    assert "The score is 100, exactly. No evidence was missing." in glance.text


def portfolio() -> Scorecard:
    """Two partners, the second one clean."""
    found = scorecard()
    facts = PartnerFacts("contoso & co", "Contoso <Ltd>", "indirect_reseller", "UTC", "us_gov")
    clean = build_partner(
        facts, [CheckOutcome("contoso & co", PAID, binds=True, counts=Counts(passed=1))], OBLIGATIONS
    )
    partners = (clean, *found.partners)
    return replace(found, partners=partners, gate=build_gate(partners), warnings=("fabrikam: late mail.",))


def test_a_portfolio_has_a_folder_a_partner_and_an_index() -> None:
    """The index lists partners worst first with verdict, score and link; a folder holds nothing of the others."""
    files = render(portfolio(), "html")
    index = read(files["index.html"])

    assert sorted(files) == ["contoso & co/scorecard.html", "fabrikam/scorecard.html", "index.html"]
    assert [row[0].split("  ")[0].split(" 1 of")[0].split(" All")[0] for row in rows(index.one("table"))] == [
        "Fabrikam Cloud GmbH",
        "Contoso <Ltd>",
    ]
    assert [row[2] for row in rows(index.one("table"))] == ["50\u201398", "100"]
    assert [link.attributes["href"] for link in index.all("a")] == [
        "fabrikam/scorecard.html",
        "contoso%20%26%20co/scorecard.html",
    ]
    other = read(files["contoso & co/scorecard.html"]).text.lower()
    assert "fabrikam" not in other.replace("fabrikam, self-audit", "")
    assert "indirect reseller, us government cloud, utc" in other


def test_an_unknown_format_is_named() -> None:
    """The message lists what there is."""
    with pytest.raises(EngagementError, match="no format 'docx'"):
        render(scorecard(), "docx")


def test_missing_evidence_is_told_before_the_count() -> None:
    """Where nothing failed but evidence is missing, "0 of 1 duties not met" must not be the first thing read."""
    glance = page(scorecard(outcomes()[2])).one("section", id="result")

    assert glance.one("p", class_="lede").text == (
        "Evidence is missing for 1 of the 1 obligation that applies. No failure is proved, but what is missing is never "
        "counted as met. 0 of 1 duty not met."
    )


def test_what_a_test_waits_for_together_is_one_action() -> None:
    """Two exports missing for one test are one action: either alone would gain nothing."""
    waiting = outcomes()[2]
    two = replace(waiting, gaps=(*waiting.gaps, replace(waiting.gaps[0], cure="export the links")))
    (action,) = rows(page(scorecard(two)).one("table", class_="actions"))

    assert action[1:] == [
        (
            "Supply the 2 pieces of evidence missing for \u201cProblems are diagnosed before escalation\u201d "
            "Export the ticket history with its notes. And 1 more, see Findings."
        ),
        "Supply evidence",
        "up to +100.0",
    ]
