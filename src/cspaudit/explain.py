"""Why a case came out as it did: the row, its records, parameters, service time day by day, duty and citation."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cspaudit.audit import Prepared, prepare
from cspaudit.errors import EngagementError, near
from cspaudit.evaluation.business_days import BusinessDay, business_days
from cspaudit.evaluation.judged_case import CheckSetting, JudgedCase, judged_cases, setting_of, unseen_cases
from cspaudit.evaluation.needs import Evidence
from cspaudit.evaluation.plan import PartnerScope
from cspaudit.evaluation.related_records import RelatedRecord, RelatedTable, related_tables
from cspaudit.evaluation.runner import evaluate
from cspaudit.linking.links import RecordLink, of_records
from cspaudit.model.check import Check
from cspaudit.model.obligation import Obligation
from cspaudit.model.result import CheckOutcome, Finding, Gap, Status
from cspaudit.model.tables import TABLES
from cspaudit.outputs.delivery import Delivery
from cspaudit.outputs.words import reason_text
from cspaudit.sources.load import Progress, load, silent
from cspaudit.warehouse.duckdb_warehouse import Warehouse

#: as many records of one table as are shown, and as many are looked through for the end of a stretch of time
SHOWN_RECORDS = 20


@dataclass(frozen=True)
class CountedTime:
    """The service time that a case's minutes are made of; days add up to ``minutes`` as the case rounds them."""

    start: datetime
    end: datetime
    days: tuple[BusinessDay, ...]

    @property
    def seconds(self) -> int:
        """The sum of the days."""
        return sum(day.seconds for day in self.days)


@dataclass(frozen=True)
class CaseStory:
    """One case of the check, told in full; ``place`` is where a record left out stands, or what names one in no export."""

    case: JudgedCase
    reason_text: str
    tables: tuple[RelatedTable, ...]
    time: CountedTime | None
    place: str = ""
    #: how the records shown came to name what they belong to, where their exports do not say it
    links: tuple[RecordLink, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """What one check found for one partner, and the whole story of the subject asked for."""

    check: Check
    obligation: Obligation
    partner_id: str
    setting: CheckSetting
    outcome: CheckOutcome
    stories: tuple[CaseStory, ...]
    gaps: tuple[Gap, ...] = field(default_factory=tuple)


def explain(
    path: Path,
    check_id: str,
    subject_id: str = "",
    *,
    partner_id: str = "",
    progress: Progress = silent,
) -> Explanation:
    """Load the engagement at ``path`` again and tell what one check found, and everything about one subject.

    Raises EngagementError where check, partner or subject is unknown.
    """
    prepared = prepare(path)
    check = _check(prepared, check_id)
    scope = _scope(prepared, partner_id)
    with Delivery.temporary() as delivery, Warehouse(delivery.staging) as warehouse:
        load(warehouse, prepared.engagement, prepared.sources, progress)
        warehouse.lock()
        plan = prepared.evaluation.only(check.id)
        outcome = next(
            one for one in evaluate(warehouse, plan).outcomes if one.partner_id == scope.partner.partner_id
        )
        evidence = Evidence.collect(warehouse, plan)
        setting = setting_of(plan, evidence, check, scope)
        stories: tuple[CaseStory, ...] = ()
        if subject_id and not outcome.error:
            cases = judged_cases(warehouse, plan, setting, check, scope, subject_id)
            stories = tuple(_story(warehouse, setting, check, case) for case in cases)
            if not stories:
                stories = tuple(
                    CaseStory(case, _reason(check, case), (), None, place)
                    for case, place in unseen_cases(warehouse, check, scope, subject_id)
                )
            if not stories:
                raise _unknown_subject(check, subject_id, outcome)
        gaps = evidence.gaps(check, scope.partner.partner_id)
    return Explanation(
        check,
        plan.catalogue.obligations[check.obligation],
        scope.partner.partner_id,
        setting,
        outcome,
        stories,
        gaps,
    )


def _check(prepared: Prepared, check_id: str) -> Check:
    names = {
        name: check for check in prepared.catalogue.checks.values() for name in (check.id, *check.aliases)
    }
    if check_id not in names:
        raise EngagementError(f"There is no check {check_id!r}.", hint=near(check_id, names))
    return names[check_id]


def _scope(prepared: Prepared, partner_id: str) -> PartnerScope:
    scopes = {scope.partner.partner_id: scope for scope in prepared.evaluation.scopes}
    if not partner_id and len(scopes) == 1:
        return next(iter(scopes.values()))
    if not partner_id:
        raise EngagementError("Which partner?", hint=f"Name one with --partner: {', '.join(sorted(scopes))}.")
    if partner_id not in scopes:
        raise EngagementError(f"There is no partner {partner_id!r}.", hint=near(partner_id, scopes))
    return scopes[partner_id]


def _unknown_subject(check: Check, subject_id: str, outcome: CheckOutcome) -> EngagementError:
    found = [finding.subject_id for finding in outcome.findings]
    hint = near(subject_id, found) if found else ""
    if not found and any(outcome.gaps):
        hint = outcome.gaps[0].problem
    return EngagementError(f"{check.id} judges no case {subject_id!r} of this partner.", hint=hint)


def _story(warehouse: Warehouse, setting: CheckSetting, check: Check, case: JudgedCase) -> CaseStory:
    tables = related_tables(warehouse, check, case.partner_id, case.subject_id, limit=SHOWN_RECORDS)
    links = tuple(
        link for table in tables for link in of_records(warehouse, case.partner_id, table.table, _keys(table))
    )
    time = _time(warehouse, setting, check, case, tables)
    return CaseStory(case, _reason(check, case), tables, time, links=links)


def _keys(table: RelatedTable) -> list[str]:
    key = TABLES[table.table].key[0]
    return sorted({value for record in table.records for name, value in record.values if name == key})


def _reason(check: Check, case: JudgedCase) -> str:
    """Return the sentence for a case's reason, "" where it has none."""
    finding = Finding(
        partner_id=case.partner_id,
        check_id=check.id,
        obligation=check.obligation,
        subject=check.subject,
        subject_id=case.subject_id,
        dated_at=case.dated_at,
        status=Status(case.status),
        reason=case.reason,
        observed=case.observed,
        expected=case.expected,
    )
    return reason_text(check, finding) if case.reason else ""


def _time(
    warehouse: Warehouse,
    setting: CheckSetting,
    check: Check,
    case: JudgedCase,
    tables: tuple[RelatedTable, ...],
) -> CountedTime | None:
    """Return the service time behind a case in minutes: from the opening to the instant that gives those minutes."""
    if "business_calendar" not in check.tables or check.unit != "minutes" or not case.observed.isdigit():
        return None
    tickets = _records(tables, "ticket")
    start = min((instant for record in tickets for instant in _instants(record, "opened_at")), default=None)
    if start is None:
        return None
    customer = next((dict(record.values).get("customer_id") for record in tickets), None)
    ends = [
        *(
            instant
            for record in _records(tables, "ticket_event")
            for instant in _instants(record, "occurred_at")
        ),
        *(instant for record in tickets for instant in _instants(record, "resolved_at", "closed_at")),
        setting.as_of,
    ]
    for end in sorted({instant for instant in ends if start <= instant <= setting.as_of}):
        counted = CountedTime(start, end, business_days(warehouse, case.partner_id, customer, start, end))
        if int(case.observed) in {counted.seconds // 60, -(-counted.seconds // 60)}:
            return counted
    return None


def _records(tables: Iterable[RelatedTable], name: str) -> tuple[RelatedRecord, ...]:
    return tuple(record for table in tables if table.table == name for record in table.records)


def _instants(record: RelatedRecord, *columns: str) -> tuple[datetime, ...]:
    values = dict(record.values)
    return tuple(datetime.fromisoformat(values[column]) for column in columns if column in values)
