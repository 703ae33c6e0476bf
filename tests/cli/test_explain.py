"""The command explain: the row, its records, its limits, and minutes that a minute walker counts again."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.engagements import HEADER, command, make
from tests.minute_walker import Terms, WeekHours, walk, wall_clock

WEEK = WeekHours((((480, 1080),),) * 5 + ((), ()), frozenset({date(2026, 12, 25)}))
BREAKS = WeekHours((((540, 720), (780, 1020)),) * 5 + (((600, 720),), ()), frozenset({date(2026, 12, 25)}))
TERMS = (
    Terms("all", None, date(2026, 1, 1), None, "Europe/Berlin", WEEK),
    Terms("own", "C2", date(2026, 1, 1), None, "America/New_York", BREAKS),
)
ENGAGEMENT = (
    HEADER.replace("2026-Q3", "2026-Q4").replace("2026-10-15", "2027-01-15")
    + """
[[source]]
path = "tickets.csv"
table = "ticket"
[[source]]
path = "events.csv"
table = "ticket_event"

[[data.support_terms]]
terms_id = "all"
valid_from_on = 2026-01-01
timezone = "Europe/Berlin"
holidays = "DE-BY"
service_hours = "Mo-Fr 08:00-18:00; 2026 Dec 25 off"
[[data.support_terms]]
terms_id = "own"
customer_id = "C2"
valid_from_on = 2026-01-01
timezone = "America/New_York"
service_hours = "Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-12:00; 2026 Dec 25 off"

[[data.support_target]]
terms_id = "all"
severity = "any"
measure = "first_response"
minutes = 240
clock = "business"
[[data.support_target]]
terms_id = "own"
severity = "any"
measure = "first_response"
minutes = 60
clock = "business"
"""
)
TICKETS = """ticket_id,opened_at,customer_id
weekend,2026-10-23T15:30:00Z,C1
overnight,2026-11-03T17:13:20Z,C2
holiday,2026-12-24T20:00:00Z,C2
unanswered,2026-12-01T08:00:00Z,C1
"""
EVENTS = """event_id,ticket_id,occurred_at,kind,actor_kind
1,weekend,2026-10-23T15:30:20Z,reply,bot
2,weekend,2026-10-26T10:00:00Z,reply,agent
3,overnight,2026-11-04T16:59:40Z,reply,agent
4,holiday,2026-12-28T15:00:00Z,reply,agent
"""
CHECK = "first_reply_within_published_time"
STRETCH = re.compile(r"service time from (?P<start>\S+ \S+) UTC to (?P<end>\S+ \S+) UTC")
DAY = re.compile(r"^ +(?P<on>\d{4}-\d\d-\d\d) \w{3} +(?P<minutes>\d+):(?P<seconds>\d\d)", re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A desk with terms for all and for one customer in New York."""
    return make(tmp_path, toml=ENGAGEMENT, tickets=TICKETS, events=EVENTS)


@pytest.mark.parametrize(
    ("subject", "customer", "result", "observed"),
    [
        ("weekend", "C1", "Pass", 210),
        ("overnight", "C2", "Fail", 420),
        ("holiday", "C2", "Fail", 300),
        ("unanswered", "C1", "Fail", 19140),
    ],
)
def test_the_minutes_told_are_those_that_a_walker_counts(
    folder: Path, subject: str, customer: str, result: str, observed: int
) -> None:
    """Each printed day holds the minutes that a walk over the wall clock finds open, and they add up to the case's."""
    shown = command("explain", CHECK, subject, "--in", folder).stdout

    assert f"Result   {result}\n" in shown
    stretch = STRETCH.search(shown)
    assert stretch
    start, end = (datetime.fromisoformat(stretch[name]) for name in ("start", "end"))
    walked: dict[str, float] = {}
    # seconds before the first whole minute and after the last belong to a minute of one state
    first = start.replace(second=0)
    for instant, state, _ in walk(TERMS, customer, first, end):
        inside = min(instant + timedelta(minutes=1), end) - max(instant, start)
        if state == "open":
            day = wall_clock(instant, "Europe/Berlin").date().isoformat()
            walked[day] = walked.get(day, 0) + inside.total_seconds()
    told = {day["on"]: int(day["minutes"]) * 60 + int(day["seconds"]) for day in DAY.finditer(shown)}
    assert {day: seconds for day, seconds in told.items() if seconds} == walked
    total = sum(told.values())
    assert observed == (total // 60 if result == "Pass" else -(-total // 60))
    assert f"observed: {observed} minutes" in shown


def test_the_story_names_records_duty_citation_and_limits(folder: Path) -> None:
    """File and record of what was used, the wording's source, and where each limit comes from are told."""
    (folder / "cspaudit.toml").write_text(
        ENGAGEMENT
        + '[[source]]\npath = "invoices.csv"\ntable = "supplier_invoice"\n'
        + '[[source]]\npath = "payments.csv"\ntable = "supplier_payment"\n'
        + '[checks.invoice_paid_by_due_date]\ntolerance = 0.05\nbecause = "Bank fees"\n',
        encoding="utf-8",
    )

    ticket = command("explain", CHECK, "weekend", "--in", folder).stdout
    invoice = command("explain", "invoice_paid_by_due_date", "G3", "--in", folder).stdout

    assert (
        "  events.csv, record 2\n    event_id=2  ticket_id=weekend  occurred_at=2026-10-26 10:00:00" in ticket
    )
    assert "  tickets.csv, record 1\n" in ticket
    assert "event_id=3" not in ticket
    assert "SUP-TERMS-KEPT, own promise, should" in ticket
    assert "Provide billing support for your customers" in ticket
    assert "tolerance = 0.05  (set in cspaudit.toml: Bank fees)" in invoice
    assert "payment_term_days = 60  (billing basics page, 2021-01-28" in invoice
    assert "Pass (outside the period, so that it does not count)" in invoice
    assert "payments.csv, record 3" in invoice


def test_a_record_that_cannot_be_judged_tells_where_it_is_known_from(tmp_path: Path) -> None:
    """A record left out, and one that others name and no export holds, have a reason and a place."""
    folder = make(
        tmp_path,
        toml=ENGAGEMENT,
        tickets=f"{TICKETS}damaged,yesterday,C1\n",
        events=f"{EVENTS}5,absent,2026-11-02T10:00:00Z,reply,agent\n",
    )
    left_out = command("explain", CHECK, "tickets.csv:tickets.csv:5", "--in", folder).stdout
    missing = command("explain", CHECK, "ticket:absent", "--in", folder).stdout

    assert "Result   No evidence\n         A record of this export could not be read" in left_out
    assert "         in tickets.csv, record 5\n" in left_out
    assert "Result   No evidence\n         Another record names this one and no export holds it" in missing
    assert "         in events.csv, record 5\n" in missing


def test_without_a_case_the_findings_are_told(folder: Path) -> None:
    """The counts, and a line for every case that failed."""
    shown = command("explain", CHECK, "--in", folder).stdout

    assert "Cases    Pass 1, Fail 3\n" in shown
    assert "holiday: Fail. First reply after 300 minutes; 60 were promised." in shown


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("first_reply",), "There is no check 'first_reply'"),
        ((CHECK, "holidays"), "judges no case 'holidays' of this partner. Did you mean 'holiday'?"),
        ((CHECK, "weekend", "--partner", "fabricam"), "There is no partner 'fabricam'"),
    ],
)
def test_what_is_not_there_is_told(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    """An unknown test, case or partner ends with 2 and the nearest name."""
    outcome = command("explain", *arguments, "--in", folder)

    assert outcome.code == 2
    assert says in outcome.words
