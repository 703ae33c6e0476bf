"""A scorecard made by hand, with every verdict, status and kind of gap, for the tests of the outputs."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cspaudit.model.check import Check, Need, Param
from cspaudit.model.completeness import (
    Completeness,
    ControlTotal,
    Cut,
    CutSign,
    ExportCompleteness,
    MoneySum,
    NumberSeries,
    Window,
)
from cspaudit.model.obligation import Citation, Kind, Obligation, StartBasis, Strength
from cspaudit.model.result import (
    CheckOutcome,
    Counts,
    EngagementFacts,
    Finding,
    Gap,
    InputResult,
    LinkTally,
    MissingGroup,
    MonthCount,
    MonthCoverage,
    Override,
    PartnerFacts,
    RejectGroup,
    Scorecard,
    Status,
)
from cspaudit.scorecard import build_gate, build_partner

FABRIKAM = PartnerFacts("fabrikam", "Fabrikam Cloud GmbH", "direct_bill", "Europe/Berlin")
AS_OF = datetime(2026, 10, 15)  # noqa: DTZ001 - instants of the model are naive UTC


def obligation(
    name: str,
    title: str,
    kind: Kind = "duty",
    strength: Strength = "must",
    family: str = "support_terms",
    *,
    part_of: str = "",
    start_basis: StartBasis = "known",
) -> Obligation:
    """An obligation with everything that a report prints about one."""
    return Obligation(
        id=name,
        family=family,
        title=title,
        kind=kind,
        strength=strength,
        basis="text",
        statement=f"The partner has to {title[:1].lower()}{title[1:]}.",
        citations=(Citation("Provide billing support", "en", "2021-01-15", "billing relationship"),),
        in_force_from=date(2018, 9, 4),
        start_basis=start_basis,
        part_of=part_of,
    )


def check(name: str, title: str, cites: str, family: str = "support_terms", **changes: Any) -> Check:
    """A check with two reasons and a unit."""
    made = Check(
        id=name,
        family=family,
        title=title,
        obligation=cites,
        version=1,
        subject="ticket",
        needs=(Need("ticket"),),
        reads=(),
        unit="minutes",
        rationale="An answer that comes late helps nobody.",
        blind_spot="A call that nobody logged looks like silence",
        remedy="Put somebody on call for the hours that the terms promise.",
        sql="select 1",
        reasons={"late": "Came after {observed} minutes.", "unknown": "The time of the reply is not known."},
    )
    return replace(made, **changes)


def finding(owner: Check, number: int, status: Status, reason: str, **changes: Any) -> Finding:
    """A finding of a check."""
    made = Finding(
        partner_id="fabrikam",
        check_id=owner.id,
        obligation=owner.obligation,
        subject=owner.subject,
        subject_id=f"T-{number:04}",
        dated_at=datetime(2026, 7, 21, 9, 30),  # noqa: DTZ001 - instants of the model are naive UTC
        status=status,
        reason=reason,
        observed=str(300 + number),
        expected="240",
        source_id="tickets",
        file="exports/tickets_2026Q3.csv",
        record=1000 + number,
    )
    return replace(made, **changes)


OBLIGATIONS = (
    obligation("BIL-PAY-ONTIME", "Pay Microsoft on time", family="on_time_payment"),
    obligation(
        "BIL-PAY-CONSISTENT",
        "Pay Microsoft consistently",
        "recommendation",
        "should",
        "on_time_payment",
        part_of="BIL-PAY-ONTIME",
        start_basis="not_before",
    ),
    obligation("SUP-DIAGNOSE", "Diagnose technical problems first"),
    obligation("SUP-TERMS-KEPT", "Keep the reply times that the terms promise", "own_promise", "should"),
    obligation("SUP-DISCLOSE", "Tell customers what support they get", "recommendation", "should"),
    obligation("SUP-MODEL", "Choose a support model", "permission", "may"),
    obligation(
        "COM-PARTNER-VOICE",
        "Write to customers as the partner",
        "recommendation",
        "should",
        "partner_communications",
    ),
    obligation(
        "ESC-VEH-TECHNICAL", "Escalate by an entitled vehicle", "condition", "should", "escalation_vehicle"
    ),
)

PAID = check(
    "invoice_paid_by_due_date",
    "Microsoft invoices are paid in full by their due date",
    "BIL-PAY-ONTIME",
    "on_time_payment",
    subject="supplier_invoice",
    unit="days",
    reasons={
        "paid_late": "Settled {observed} days after the due date.",
        "loose_cash": "Cash names no invoice.",
    },
)
STEADY = check(
    "payments_on_time_consistently", "Payments stay on time", "BIL-PAY-CONSISTENT", "on_time_payment"
)
DIAGNOSED = check("diagnosis_before_escalation", "Problems are diagnosed before escalation", "SUP-DIAGNOSE")
REPLIED = check(
    "first_reply_within_published_time", "Tickets get a first reply in the promised time", "SUP-TERMS-KEPT"
)
DISCLOSED = check("support_terms_disclosed", "Customers know the support terms", "SUP-DISCLOSE")
MODELLED = check("support_model_on_record", "The support model is on record", "SUP-MODEL")
VOICED = check(
    "subscription_message_from_partner",
    "Subscription mail comes from the partner",
    "COM-PARTNER-VOICE",
    "partner_communications",
)
ENTITLED = check(
    "technical_request_by_entitled_vehicle",
    "Technical requests use an entitled vehicle",
    "ESC-VEH-TECHNICAL",
    "escalation_vehicle",
)


def outcomes() -> tuple[CheckOutcome, ...]:
    """Not met, not met within a part, a gap, missing rows, met, noted only, an error and one that does not bind."""
    late = [
        finding(
            PAID,
            number,
            Status.FAIL,
            "paid_late",
            observed="12",
            expected="0",
            file="exports/ledger.csv",
            dated_at=date(2026, 8, number),
            waiver="W-1" if number == 2 else "",
        )
        for number in range(1, 5)
    ]
    late.append(finding(PAID, 9, Status.INSUFFICIENT, "loose_cash", file="exports/bank.csv", record=None))
    return (
        CheckOutcome(
            "fabrikam",
            PAID,
            binds=True,
            counts=Counts(passed=15, failed=3, insufficient_evidence=2, not_yet_due=4, waived=1),
            reasons={"paid_late": 4, "loose_cash": 2},
            reasons_by_status={("fail", "paid_late"): 4, ("insufficient_evidence", "loose_cash"): 2},
            series=(MonthCount("2026-07", 8, 1), MonthCount("2026-08", 7, 2)),
            params=(
                Param(
                    "payment_term_days", "integer", 30, "billing basics page", (), "Contract of 2024-02-01"
                ),
                Param("tolerance", "decimal", Decimal("0.00"), "auditor policy; no number in the documents"),
            ),
            findings=tuple(late),
            finding_count=6,
        ),
        CheckOutcome("fabrikam", STEADY, binds=True, counts=Counts(passed=12)),
        CheckOutcome(
            "fabrikam",
            DIAGNOSED,
            binds=True,
            counts=Counts(),
            gaps=(
                Gap(
                    "ticket_event.kind=note",
                    "no export holds notes or diagnoses",
                    "export the ticket history with its notes",
                ),
            ),
        ),
        CheckOutcome(
            "fabrikam",
            REPLIED,
            binds=True,
            counts=Counts(passed=900, failed=40, insufficient_evidence=60, out_of_period=3),
            reasons={"late": 40, "unknown": 60},
            reasons_by_status={("fail", "late"): 40, ("insufficient_evidence", "unknown"): 60},
            target_allowance=Decimal("47.00"),
            findings=tuple(
                finding(
                    REPLIED,
                    number,
                    *((Status.FAIL, "late") if number % 2 else (Status.INSUFFICIENT, "unknown")),
                )
                for number in range(80)
            ),
            finding_count=100,
        ),
        CheckOutcome("fabrikam", DISCLOSED, binds=True, counts=Counts(passed=31, not_applicable=2)),
        CheckOutcome(
            "fabrikam",
            MODELLED,
            binds=True,
            counts=Counts(observation=1),
            findings=(finding(MODELLED, 1, Status.OBSERVATION, "noted", observed="", expected=""),),
            finding_count=1,
        ),
        CheckOutcome(
            "fabrikam", VOICED, binds=True, counts=Counts(), error="a column is unknown to the query"
        ),
        CheckOutcome("fabrikam", ENTITLED, binds=False, counts=Counts(not_applicable=7)),
    )


def source(path: str, *months: int, **changes: Any) -> InputResult:
    """A file that was read, with its records of July, August and September 2026."""
    coverage = tuple(
        MonthCoverage(f"2026-{month:02}", count) for month, count in zip(range(7, 10), months, strict=False)
    )
    made = InputResult(
        source_id=path,
        path=path,
        tables=("ticket",),
        sha256="9f2c41ab77e0" + "0" * 52,
        bytes=12_345,
        records_read=sum(months) + 2,
        records_loaded=sum(months),
        records_rejected=2,
        first_at=datetime(2026, 7, 1, 8),  # noqa: DTZ001 - instants of the model are naive UTC
        last_at=datetime(2026, 9, 30, 16),  # noqa: DTZ001 - instants of the model are naive UTC
        as_of=AS_OF,
        coverage=coverage,
    )
    return replace(made, **changes)


#: a cut export, one with a window of 90 days and a month without records, one with a run of numbers that has gaps
COMPLETENESS = Completeness(
    months=("2026-07", "2026-08", "2026-09"),
    exports=(
        ExportCompleteness("exports/tickets_2026Q3.csv", repeated=2),
        ExportCompleteness("exports/mail_log.csv", outside=("2026-07",), after=("2026-09",)),
        ExportCompleteness("exports/ledger.csv", superseded=1200),
    ),
    numbers=(
        NumberSeries("ticket", "ticket_id", "T-0001", "T-0999", 990, 9, ("T-0017", "T-0400\u2013T-0407")),
    ),
)


def total(table: str, records: int, *sums: MoneySum) -> ControlTotal:
    """The control totals of a file for the one partner, of the quarter."""
    first, last = date(2026, 7, 1), date(2026, 9, 30)
    return ControlTotal(table, "fabrikam", records, first, last, sums)


def scorecard(*found: CheckOutcome) -> Scorecard:
    """The scorecard of the outcomes given, else of all."""
    partner = build_partner(
        FABRIKAM,
        found or outcomes(),
        OBLIGATIONS,
        (
            RejectGroup(
                "tickets", "exports/tickets_2026Q3.csv", "opened_at", "no valid time", 2, 7, 9, "31.13.2026"
            ),
        ),
        (MissingGroup("customer", "ticket", "customer_id", 3, "C-17", "exports/tickets_2026Q3.csv", 12),),
        (
            LinkTally("supplier_payment_to_invoice", 40, (("exact", 22), ("remittance_text", 8)), 3),
            LinkTally("message_to_ticket", 1204, (), 0),
        ),
        COMPLETENESS,
    )
    return Scorecard(
        tool_version="0.1.0",
        engagement=EngagementFacts("Fabrikam, self-audit", date(2026, 7, 1), date(2026, 10, 1), AS_OF),
        gate=build_gate([partner]),
        overrides=(
            Override("invoice_paid_by_due_date", "payment_term_days", "30", "Contract of 2024-02-01"),
        ),
        inputs=(
            source(
                "exports/tickets_2026Q3.csv",
                431,
                402,
                448,
                assumptions=("Local times are those of Berlin.",),
                cut=Cut(1283, CutSign.LAYOUT),
                totals=(total("ticket", 1281),),
            ),
            source(
                "exports/mail_log.csv",
                1704,
                1655,
                0,
                warnings=("an unknown column is not used: Mood",),
                window=Window(90, datetime(2026, 7, 17, 9)),  # noqa: DTZ001 - instants of the model are naive UTC
                totals=(total("message", 3359),),
            ),
            source(
                "exports/ledger.csv",
                11,
                10,
                11,
                records_read=32,
                records_rejected=0,
                totals=(
                    total(
                        "customer_invoice",
                        30,
                        MoneySum("amount", "EUR", 28, Decimal("12345.6700")),
                        MoneySum("amount", "USD", 2, Decimal("-80.0050")),
                    ),
                    total("customer_payment", 2, MoneySum("amount", "EUR", 2, Decimal("1000.0000"))),
                ),
            ),
            source(
                "exports/empty.csv",
                records_read=0,
                records_rejected=0,
                error="the file is empty",
                first_at=None,
                last_at=None,
            ),
        ),
        partners=(partner,),
        assumptions=("Due date of 3 invoices: the issue date plus 30 days was used.",),
        warnings=("Two tickets were resolved before they were opened.",),
    )
