"""What an export that is not complete does to an audit, as a user sees it."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.engagements import (
    HEADER,
    INVOICE_ROWS,
    INVOICES,
    PAYMENT_ROWS,
    PAYMENTS,
    Outcome,
    audit,
    command,
    make,
    results,
)

#: a spreadsheet of the older format holds so many records below its header
SHEET = 65_535
CUT = (
    f"Incomplete: invoices.csv: it holds exactly {SHEET:,} records, and a spreadsheet ends there: more are likely to be "
    "missing. No month of these records counts as covered, whatever other exports hold."
)


def engagement(folder: Path, records: int, settings: str = "") -> Path:
    """Three invoices that were paid in time, filled up with void ones to so many records."""
    head, *paid = INVOICE_ROWS.strip().split("\n")
    rows = [f"{head},status", *(f"{row},open" for row in paid)]
    rows += [f"V{number},2026-07-01,1.00,EUR,2026-07-31,void" for number in range(records - 3)]
    return make(folder, toml=HEADER + INVOICES + settings + PAYMENTS, invoices="\n".join([*rows, ""]))


def paid_on_time(folder: Path) -> dict[str, Any]:
    """The test of payment by the due date in the results."""
    (partner,) = results(folder)["partners"]
    (check,) = [
        check
        for obligation in partner["obligations"]
        for check in obligation["checks"]
        if check["check"] == "invoice_paid_by_due_date"
    ]
    found: dict[str, Any] = check
    return found


@pytest.mark.parametrize(
    ("records", "settings", "verdict", "coverage"),
    [
        (SHEET - 1, "", "met", 1.0),
        (SHEET, "", "undetermined", 0.0),
        (SHEET, "covers = [2026-07-01, 2026-10-01]\n", "met", 1.0),
        (SHEET, "covers = [2026-07-01, 2026-08-01]\n", "undetermined", 0.333333),
    ],
)
def test_a_cut_export_settles_nothing(
    tmp_path: Path, records: int, settings: str, verdict: str, coverage: float
) -> None:
    """An export that fills a sheet covers no month, so that nothing is met by it, unless the partner states months."""
    folder = engagement(tmp_path, records, settings)
    outcome = audit(folder)
    found = paid_on_time(folder)
    assert (found["verdict"], found["coverage"]) == (verdict, coverage)
    assert found["counts"]["pass"] == 3
    if verdict == "undetermined":
        # the whole range is open where nothing is covered
        assert found["rate"]["low"] == pytest.approx(coverage)
        assert found["rate"]["high"] == 1.0
    assert (CUT in outcome.words) is (records == SHEET and not settings)


def test_validate_names_what_is_incomplete(tmp_path: Path) -> None:
    """The command that judges nothing tells of cuts and of missing numbers too."""
    folder = engagement(tmp_path, SHEET)
    rows = (folder / "payments.csv").read_text(encoding="utf-8")
    rows += "".join(f"N{number:03},2026-07-01,1.00,EUR,\n" for number in range(40) if number != 7)
    (folder / "payments.csv").write_text(rows, encoding="utf-8")
    outcome: Outcome = command("validate", folder)
    assert CUT in outcome.words
    assert "Numbers: supplier payment N000 to N039: 1 missing, first N007" in outcome.words


def test_payments_that_were_cut_off_are_not_missing(tmp_path: Path) -> None:
    """An invoice whose payment is not found in a cut export was perhaps paid: no evidence, and not a failure."""
    folder = engagement(tmp_path, 10)
    payments = PAYMENT_ROWS.replace("P2,2026-08-30,100.00,EUR,G2\n", "")
    for count, failed, without in ((SHEET - 1, 1, 0), (SHEET, 0, 1)):
        # small enough that all of them together would not pay an invoice
        more = "".join(f"N{number},2026-07-01,0.001,EUR,V1\n" for number in range(count - 2))
        (folder / "payments.csv").write_text(payments + more, encoding="utf-8")
        audit(folder)
        found = paid_on_time(folder)
        assert (found["counts"]["fail"], found["counts"]["insufficient_evidence"]) == (failed, without)
        assert found["verdict"] == ("not_met" if failed else "undetermined")
        assert ("records_cut_off" in found["reasons"]) is bool(without)
