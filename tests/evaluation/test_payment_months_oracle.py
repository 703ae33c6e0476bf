"""Months of payments: the check's SQL against somebody who tries every way the unknown invoices may have gone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby, product

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspaudit import resources
from cspaudit.evaluation.definition import load_catalogue
from cspaudit.model.tables import TABLES

SQL = load_catalogue(resources.checks()).checks["payments_on_time_consistently"].sql
#: the first month in which an invoice may be due; the three months reported are the 12th to the 14th after it
FIRST_MONTH = date(2025, 6, 1)
REPORTED = (12, 13, 14)


@dataclass(frozen=True)
class Due:
    """An invoice by its due day; `late` None: paid, nobody knows when."""

    month: int
    day: int
    late: bool | None


@dataclass(frozen=True)
class Limits:
    """What the auditor set."""

    share: Decimal | None
    run: int | None
    minimum: int | None


def month_start(number: int) -> date:
    """The first day of the month with this number."""
    year, month = divmod(FIRST_MONTH.year * 12 + FIRST_MONTH.month - 1 + number, 12)
    return date(year, month + 1, 1)


def outcome(lates: Sequence[bool], limits: Limits, *, covered: bool) -> str:
    """The month's status in one world."""
    if limits.share is None and limits.run is None:
        beyond = False
        if any(lates):
            return "observation"
    else:
        longest = max((sum(1 for _ in run) for late, run in groupby(lates) if late), default=0)
        if limits.run is not None and longest > limits.run:
            return "fail"  # an invoice nobody exported could only lengthen the run
        beyond = limits.share is not None and sum(lates) > limits.share * len(lates)
    if not covered:
        return "insufficient_evidence"
    return "fail" if beyond else "pass"


def expected(invoices: Sequence[Due], month: int, limits: Limits) -> str:
    """The month's status over everything the unknown invoices may have been."""
    inside = [i for i in invoices if month - 11 <= i.month <= month]
    if not inside or (limits.minimum is not None and len(inside) < limits.minimum):
        return "insufficient_evidence"
    covered = invoices[0].month <= month - 11
    choices = [[False, True] if i.late is None else [i.late] for i in inside]
    found = {outcome(world, limits, covered=covered) for world in product(*choices)}
    return found.pop() if len(found) == 1 else "insufficient_evidence"


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """An engine with the empty tables of the check, and a partner that lives in UTC."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        for name in ("supplier_invoice", "supplier_payment", "supplier_dispute", "bank_transaction"):
            columns = ", ".join(f"{c.name} {c.sql_type}" for c in TABLES[name].columns)
            connection.execute(f"create table {name} (partner_id varchar, {columns})")
        connection.execute(
            "create table local_slot as select 'fabrikam' as partner_id, day * 96 as slot, 0 as offset_s, "
            "date '1970-01-01' + day::integer as local_on from range(20000, 21000) as days(day)"
        )
        yield connection


@given(
    invoices=st.lists(
        st.builds(
            Due, st.integers(0, 14), st.integers(1, 28), st.sampled_from([False, False, True, True, None])
        ),
        max_size=9,
    ),
    limits=st.builds(
        Limits,
        st.sampled_from([None, Decimal("0.25"), Decimal("0.5")]),
        st.sampled_from([None, 1, 2]),
        st.sampled_from([None, None, 3]),
    ),
)
@settings(max_examples=50, deadline=None)
def test_months_are_judged_as_by_somebody_who_tries_every_world(
    engine: duckdb.DuckDBPyConnection, invoices: list[Due], limits: Limits
) -> None:
    """Each month reported has the status that all worlds agree on, else missing evidence."""
    invoices = sorted(invoices, key=lambda i: (i.month, i.day))
    for table in ("supplier_invoice", "supplier_payment"):
        engine.execute(f"delete from {table}")
    for number, invoice in enumerate(invoices):
        due = month_start(invoice.month) + timedelta(days=invoice.day - 1)
        name = f"G{number}"
        engine.execute(
            "insert into supplier_invoice (partner_id, invoice_id, issued_on, amount, currency, due_on, status) "
            "values ('fabrikam', ?, ?, 10, 'EUR', ?, 'paid')",
            [name, due - timedelta(days=60), due],
        )
        if invoice.late is not None:
            engine.execute(
                "insert into supplier_payment (partner_id, payment_id, line, paid_on, amount, currency, invoice_id) "
                "values ('fabrikam', ?, '1', ?, 10, 'EUR', ?)",
                [name, due + timedelta(days=int(invoice.late)), name],
            )

    def midnight(month: int) -> datetime:
        return datetime.combine(month_start(month), datetime.min.time())

    found = engine.execute(
        SQL,
        {
            "start": midnight(REPORTED[0]),
            "end": midnight(REPORTED[-1] + 1),
            "as_of": midnight(REPORTED[-1] + 1) + timedelta(days=9),
            "payment_term_days": 60,
            "tolerance": Decimal("0.00"),
            "disputes": "separate",
            "late_share_limit": limits.share,
            "longest_run_limit": limits.run,
            "minimum_invoices": limits.minimum,
        },
    ).fetchall()
    judged = {row[1]: row[3] for row in found}
    assert judged == {f"{month_start(m):%Y-%m}": expected(invoices, m, limits) for m in REPORTED}
