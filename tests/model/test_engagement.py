"""The engagement file: what it means, and what in it is refused before anything is loaded."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cspaudit.errors import EngagementError
from cspaudit.model import engagement
from cspaudit.model.period import months_between, parse_period

PARTNER = {"id": "fabrikam", "name": "Fabrikam", "tier": "direct_bill", "timezone": "Europe/Berlin"}
CUT_OFF = datetime(2026, 10, 15, tzinfo=UTC)


def parsed(**changed: object) -> engagement.Engagement:
    """Return a small engagement with some of its top-level keys changed."""
    header = {"title": "t", "period": "2026-Q3", "as_of": CUT_OFF}
    content = {"engagement": header, "partner": [PARTNER], **changed}
    return engagement.parse(content, folder=Path(), where="cspaudit.toml")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_periods(text: str, start: date, end: date) -> None:
    """A period is a year, a quarter or a month, from its first day up to the day after its last."""
    assert parse_period(text) == (start, end)


@pytest.mark.parametrize("text", ["2026-Q5", "2026-13", "26", "2026-7", "Q3 2026", ""])
def test_other_texts_are_no_period(text: str) -> None:
    """What is no period is refused with the forms that are."""
    with pytest.raises(EngagementError, match="2026-Q3"):
        parse_period(text)


def test_months_of_a_period_that_ends_within_one() -> None:
    """A month that is only begun counts."""
    assert months_between(date(2026, 11, 15), date(2027, 1, 2)) == ("2026-11", "2026-12", "2027-01")


def test_cut_off_becomes_naive_utc() -> None:
    """The cut-off may have any offset and is kept in UTC."""
    header = {"title": "t", "period": "2026-Q3", "as_of": datetime.fromisoformat("2026-10-15T02:00:00+02:00")}
    assert parsed(engagement=header).as_of.isoformat() == "2026-10-15T00:00:00"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"engagement": {"title": "t", "period": "2026", "as_of": datetime.fromisoformat("2026-10-15")}},
            "offset",
        ),
        ({"engagement": {"title": "t", "as_of": CUT_OFF}}, "period"),
        ({"engagement": {"title": "t", "as_of": CUT_OFF, "start": date(2026, 7, 1)}}, "start and end"),
        (
            {
                "engagement": {
                    "title": "t",
                    "as_of": CUT_OFF,
                    "start": date(2026, 7, 1),
                    "end": date(2026, 7, 1),
                }
            },
            "after the start",
        ),
        ({"engagement": {"period": "2026", "as_of": CUT_OFF}}, "'title' is missing"),
        ({"partner": []}, "No partner"),
        ({"partner": [PARTNER, PARTNER]}, "twice"),
        ({"partner": [{**PARTNER, "tier": "gold"}]}, "direct_bill"),
        ({"partner": [{**PARTNER, "timezone": "Europe/Berln"}]}, "Europe/Berlin"),
        ({"source": [{"path": "a.csv"}]}, "mapping"),
        ({"source": [{"path": "a.csv", "table": "tickets"}]}, "'ticket'"),
        ({"source": [{"path": "a.csv", "table": "partner"}]}, "partner"),
        ({"source": [{"path": "a.csv", "table": "ticket", "mapping": "x"}]}, "either"),
        ({"source": [{"path": "a.csv", "table": "ticket"}] * 2}, "same path"),
        ({"source": [{"path": "a.csv", "table": "ticket", "partner": "fabrikan"}]}, "'fabrikam'"),
        (
            {
                "source": [
                    {"path": "a.csv", "table": "ticket", "covers": [date(2026, 7, 1), date(2026, 7, 1)]}
                ]
            },
            "after",
        ),
        ({"data": {"support_term": [{}]}}, "'support_terms'"),
        ({"data": {"support_terms": [{"service_hour": "24/7"}]}}, "'service_hours'"),
        ({"data": {"partner": [{"name": "x"}]}}, r"\[\[partner\]\]"),
        ({"checks": {"x": {"days": 3}}}, "because"),
        ({"checks": {"x": {"allowed_failures": 3}}}, "because"),
        ({"checks": {"x": {"allowed_share": Decimal("1.5"), "because": "y"}}}, "allowed_share"),
        ({"wordings": {"S1": {"start": date(2026, 1, 1)}}}, "because"),
        ({"wordings": {"S1": {"because": "Agreed."}}}, "start"),
        ({"obligations": {"X": {"in_force_from": date(2026, 1, 1)}}}, "unknown"),
        ({"gate": {"fail_on": "sometimes"}}, "not_met"),
        ({"gates": {}}, "'gate'"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[str, object], words: str) -> None:
    """Each mistake is told with the key or value that would be right."""
    with pytest.raises(EngagementError) as told:
        parsed(**changed)
    assert told.value.exit_code == 2
    assert re.search(words, str(told.value))


def test_partners_from_a_list(tmp_path: Path) -> None:
    """A portfolio keeps its partners in a CSV file; lists within a cell are comma-separated."""
    (tmp_path / "partners.csv").write_text(
        "partner_id,name,tier,timezone,domains,company_days\n"
        'fabrikam,Fabrikam,direct_bill,Europe/Berlin,"fabrikam.example, fabrikam-cloud.example","2026-12-24,2026-12-31"\n'
        "contoso,Contoso,indirect_reseller,Asia/Tokyo,,\n",
        encoding="utf-8",
    )
    header = {"title": "t", "period": "2026-Q3", "as_of": CUT_OFF, "partners": "partners.csv"}
    found = engagement.parse({"engagement": header}, folder=tmp_path, where="cspaudit.toml").partners
    assert [one.id for one in found] == ["fabrikam", "contoso"]
    assert found[0].domains == ("fabrikam.example", "fabrikam-cloud.example")
    assert found[0].company_days == (date(2026, 12, 24), date(2026, 12, 31))


def test_list_of_partners_that_is_not_there(tmp_path: Path) -> None:
    """A list that is named and missing is told."""
    header = {"title": "t", "period": "2026-Q3", "as_of": CUT_OFF, "partners": "partners.csv"}
    with pytest.raises(EngagementError, match="not there"):
        engagement.parse({"engagement": header}, folder=tmp_path, where="cspaudit.toml")


def test_a_file_that_is_no_utf8(tmp_path: Path) -> None:
    """A file in another encoding is told as such."""
    (tmp_path / "cspaudit.toml").write_bytes("title = 'Gä'".encode("cp1252"))
    with pytest.raises(EngagementError, match="UTF-8"):
        engagement.load(tmp_path)
