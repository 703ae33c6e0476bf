"""A record is read the same wherever it stands: the first records of a file decide how it is read, not what is read."""

from decimal import Decimal

import pytest

from cspaudit import resources
from cspaudit.model.engagement import SourceSettings
from cspaudit.sources.compile import Plan
from cspaudit.sources.first_records import supposed
from cspaudit.sources.source import plan_source
from tests.sources.loading import LoadFiles, Loading, source

LAYOUT = "partner_center_reconciliation_csv"
HEADER = "InvoiceNumber,CustomerId,SubscriptionId,Total,ChargeStartDate,ChargeEndDate"
GUID = "0000abcd-0000-4000-8000-00000000000a"
#: more than the loader looks at before it reads
FIRST = 400
USUAL = [f"G1,{GUID},{GUID},{n}.25,9/{n % 28 + 1}/2026,9/30/2026" for n in range(FIRST)]
LINES = (
    "SELECT amount, customer_id, subscription_id, period_start_on, period_end_on FROM supplier_invoice_line "
    "WHERE invoice_id = 'ODD'"
)
TICKET_LAYOUT = """
title = "Localised"
certainty = "assumed"
checked_against = "nothing"
format = "csv"
time = "local"
date_formats = ["localised"]
nulls = ["0001-01-01", "9999-12-31"]
[[table]]
name = "ticket"
[table.columns]
ticket_id = "Number"
opened_at = "Opened"
resolved_at = "Resolved"
"""


def line(
    amount: str = "1.50", customer: str = GUID, day: str = "9/20/2026", *, subscription: str = GUID
) -> str:
    """Return a record that is not like the others in one cell."""
    return f"ODD,{customer},{subscription},{amount},{day},9/30/2026"


ODD_AMOUNTS = (
    "1.234", "1.2345", "1.23456", "1,234.50", '"1,234.50"', "1e2", "1E2", "1e-2", "1_000", " 7", "7 ", "+7", ".5", "5.",
    "-5", "5-", "(5)", "$5", "5 EUR", "EUR 5.00", "five", "1.5.2", "0x10", "infinity", "NaN", "NULL", "", "-", "--5",
    "99999999999999999999", '"1.234,50"', "\u22125", "5\u00a0000.00", "0.00E+00", "4.5E-05", "1.5\v",
)  # fmt: skip
ODD_DAYS = (
    "2026-09-20", "9/2/26", "9-20-2026", "9/20/2026 10:00", "9/20/2026 10:00:00 AM", "0001-01-01", "NULL",
    "9999-12-31", "0001-01-01T00:00:00Z", "1/1/0001", "9/31/2026", "13/13/2026", "20 September 2026", "20. Sept. 2026",
    "", "46285", "9/20/2026 tomorrow", "9/20", "soon", " 9/20/2026", "9/20/2026 ", "9/20/0026", "10/1/2026",
)  # fmt: skip
ODD_IDS = (GUID.upper(), f"org:{GUID}", f"org:{GUID.upper()}", "ABC", "abc", "", "org:ABC", GUID.upper()[:-1])
ODD = (
    *(line(amount) for amount in ODD_AMOUNTS),
    *(line(day=day) for day in ODD_DAYS),
    *(line(customer=one) for one in ODD_IDS),
    *(line(subscription=one) for one in ODD_IDS),
)


def outcome(done: Loading) -> tuple[object, ...]:
    """Return what came of the odd record: its values, or why it was left out."""
    assert done.loaded.problems == ()
    return done.rows(LINES), [(field, value, reason) for _, _, _, field, value, reason in done.rejects()]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_a_record_is_read_the_same_at_the_top_and_far_down(load_files: LoadFiles, odd: str) -> None:
    """At the top the loader sees it before it reads; far down it finds it while it reads."""
    top = load_files({"x.csv": "\n".join([HEADER, odd, *USUAL, ""])}, source("x.csv", LAYOUT))
    down = load_files({"x.csv": "\n".join([HEADER, *USUAL, odd, ""])}, source("x.csv", LAYOUT))
    assert outcome(down) == outcome(top)
    assert down.counts() == top.counts()
    assert down.loaded.assumptions == top.loaded.assumptions


@pytest.mark.parametrize(
    "odd",
    [
        "3/9/2026 14:05:00", "03.09.2026 14:05", "3/9/2026 2:05 PM", "2026-09-03T14:05:00+02:00", "3/9/2026", "never",
        "2026/09/03 14:05", "0001-01-01", "0001-01-01 00:00", "9999-12-31 23:59", "3 September 2026 14:05", "", "46285.5",
    ],
)  # fmt: skip
def test_times_are_read_the_same_at_the_top_and_far_down(load_files: LoadFiles, odd: str) -> None:
    """The day stands first, as the days of July from the thirteenth on show."""
    usual = [f"T{n};{n % 31 + 1}/7/2026 09:{n % 60:02};30/9/2026 17:00" for n in range(FIRST)]
    text = f"ODD;1/7/2026 09:00;{odd}"
    header = "Number;Opened;Resolved"
    settings = '[[source]]\npath = "x.csv"\nmapping = "x"\ntimezone = "Europe/Berlin"\n'
    found = []
    for records in ([text, *usual], [*usual, text]):
        files = {"x.csv": "\n".join([header, *records, ""]), "layouts/x.toml": TICKET_LAYOUT}
        done = load_files(files, settings)
        assert done.loaded.problems == ()
        found.append(
            (
                done.rows("SELECT opened_at, resolved_at FROM ticket WHERE ticket_id = 'ODD'"),
                [reject[3:] for reject in done.rejects()],
                done.counts(),
                done.loaded.assumptions,
            )
        )
    assert found[0] == found[1]


def test_another_order_far_down_is_refused(load_files: LoadFiles) -> None:
    """It is found though all days that the loader looked at before were alike."""
    odd = line(day="20/9/2026")
    done = load_files({"x.csv": "\n".join([HEADER, *USUAL, odd, ""])}, source("x.csv", LAYOUT))
    assert f"day first (record {FIRST + 1}) and some the month first (record 1)" in done.problem


def test_the_order_of_usual_days_is_told(load_files: LoadFiles) -> None:
    """The report says how 3/4/2026 was read, though no day of the file was weighed."""
    done = load_files({"x.csv": "\n".join([HEADER, *USUAL, ""])}, source("x.csv", LAYOUT))
    assert done.counts() == (FIRST, FIRST, 0)
    assert any("were read month first" in told for told in done.loaded.assumptions)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Return the plan of the layout."""
    return plan_source(SourceSettings(path="x.csv", mapping=LAYOUT), resources.mappings(), {})


@pytest.mark.parametrize(
    ("column", "texts", "is_usual"),
    [
        ("amount", ["1", "-2.5", "3.25"], True),
        ("amount", ["1", "2.125"], False),
        ("amount", ["1", "2,50"], False),
        ("customer_id", [GUID, "abc"], True),
        ("customer_id", [GUID, GUID.upper()], False),
        ("period_start_on", ["9/1/2026", "9/20/2026"], True),
        ("period_start_on", ["9/1/2026", "9/2/2026"], True),
        ("period_start_on", ["9/1/2026", "2026-09-20"], False),
        ("period_start_on", ["20/9/2026", "9/20/2026"], False),
        ("period_start_on", [], False),
    ],
)
def test_which_columns_are_usual(plan: Plan, column: str, texts: list[str], *, is_usual: bool) -> None:
    """A column is, whose first texts are alike and leave nothing open; of days another column may tell the order."""
    others = {"amount": ["1.50"], "customer_id": [GUID], "subscription_id": [GUID], "invoice_id": ["G1"]}
    days = {"period_start_on": ["9/1/2026"], "period_end_on": ["9/30/2026"]}
    given = {**{one.stage_name: [] for one in plan.columns}, **others, **days, column: texts}
    assert (column in supposed(plan, given).usual) is is_usual


def test_amounts_of_one_column_tell_the_mark_of_another(load_files: LoadFiles) -> None:
    """1,234 alone could be read both ways."""
    layout = """
title = "Invoices"
certainty = "assumed"
checked_against = "nothing"
format = "csv"
time = "utc"
[[table]]
name = "customer_invoice"
[table.columns]
invoice_id = "Number"
customer_id = "Customer"
amount = "Amount"
withheld_amount = "Withheld"
currency = "Currency"
issued_on = "Issued"
due_on = "Due"
"""
    record = 'N1,C1,2.25,"1,234",EUR,2026-07-01,2026-07-31'
    header = "Number,Customer,Amount,Withheld,Currency,Issued,Due"
    files = {"x.csv": f"{header}\n{record}\n", "layouts/x.toml": layout}
    done = load_files(files, '[[source]]\npath = "x.csv"\nmapping = "x"\n')
    assert done.loaded.problems == ()
    assert done.rows("SELECT amount, withheld_amount FROM customer_invoice") == [
        (Decimal("2.25"), Decimal(1234))
    ]
