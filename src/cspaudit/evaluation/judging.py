"""One run of one check for the partners that share clock, cut-off and parameters: its rows, tested and counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from cspaudit.errors import CheckError
from cspaudit.evaluation.bounds import Bounds, Edge
from cspaudit.model.check import Check, Param
from cspaudit.model.result import FINDING_STATUSES, Status
from cspaudit.warehouse.interface import CheckWarehouse, QueryError

COLUMNS = ("partner_id", "subject_id", "dated_at", "status", "reason", "observed", "expected")
TARGET_SHARE = "target_share"
_TEXT_COLUMNS = ("partner_id", "subject_id", "status", "reason", "observed", "expected")
#: up to this size every subject is kept apart, passes too
SMALL_POPULATION = 500_000
#: the runner's reason for a failure that records which were cut off may explain
CUT_OFF = "records_cut_off"
_REPEATED = "The query returns more than one row for "
#: a column of bare NULLs has no type of its own
_NO_TYPE = "NULL"


@dataclass(frozen=True)
class Tally:
    """How many rows of a partner share all of this; ``month`` is an index into the bounds' months."""

    partner_id: str
    inside: bool
    in_force: bool
    status: str
    reason: str | None
    month: int | None
    rows: int
    #: how many of the rows name a promised share, and the sum of what those shares leave open
    with_share: int = 0
    allowance: Decimal = Decimal(0)


def bindings(
    params: Sequence[Param], *, start: datetime, end: datetime, as_of: datetime
) -> dict[str, object]:
    """Return the value of every parameter that a query may name; a valueless one is NULL."""
    values: dict[str, object] = {"start": start, "end": end, "as_of": as_of}
    values.update({param.name: param.value for param in params})
    return values


def run_check(
    warehouse: CheckWarehouse,
    check: Check,
    values: Mapping[str, object],
    *,
    partner_ids: tuple[str, ...],
    bounds: Bounds,
    keep_passes: bool,
) -> None:
    """Fill the temporary table ``judged_row`` with the rows of ``partner_ids``, counted together where they are alike.

    Rows that can become findings (with ``keep_passes`` also passes) are ``is_kept`` and stand alone, with
    subject_id, dated_at (ISO text), observed and expected. All others keep their subject_id only where the whole
    population is small, so that a large one costs little more than the query itself. CheckError where the query
    does not run or its columns break the contract.
    """
    bound = bound_to(warehouse, check, values)
    has_share, dated = _test_columns(warehouse, check, bound)
    kept = [f"'{status}'" for status in FINDING_STATUSES]
    if keep_passes:
        kept.append(f"'{Status.PASS}'")
    population = " + ".join(f"(select count(*) from {table})" for table in check.subjects)
    is_small = warehouse.scalar(f"select {population}") <= SMALL_POPULATION
    scored = f"'{Status.PASS}', '{Status.FAIL}'"
    counted = f"""
        select
            partner_id, status, reason, inside, in_force, is_kept, month, subject_id, {_iso(dated)} as dated_at,
            observed, expected, judged, with_share, allowance, has_no_subject
        from (
            select
                partner_id, status, reason, inside, in_force, is_kept,
                case when inside and status in ({scored}) then {_month(dated, bounds)} end as month,
                case when is_kept or {str(is_small).lower()} then subject_id end as subject_id,
                case when is_kept then dated_at end as dated_at,
                case when is_kept then observed end as observed,
                case when is_kept then expected end as expected,
                count(*) as judged,
                count({TARGET_SHARE}) as with_share,
                sum(1 - {TARGET_SHARE}) as allowance,
                bool_or(subject_id is null) as has_no_subject
            from (
                select
                    partner_id, subject_id, dated_at, status,
                    cast(reason as varchar) as reason,
                    cast(observed as varchar) as observed,
                    cast(expected as varchar) as expected,
                    {TARGET_SHARE if has_share else f"cast(null as decimal(9, 8)) as {TARGET_SHARE}"},
                    dated_at is null or ({_between(dated, bounds.start, bounds.end)}) as inside,
                    {_in_force(dated, bounds)} as in_force,
                    inside and in_force and status in ({", ".join(kept)}) as is_kept
                from (
{check.sql}
                ) as checked
                where partner_id in ({_listed(partner_ids)})
            ) as dated
            group by all
        ) as counted
    """
    try:
        warehouse.keep("judged_row", counted, bound)
    except QueryError as error:
        raise CheckError(f"The query does not run: {error}", where=check.path) from error


def tallies(warehouse: CheckWarehouse) -> tuple[Tally, ...]:
    """Return the counts of ``judged_row``."""
    rows = warehouse.rows(
        """
        select
            partner_id, inside, in_force, status, reason, month,
            cast(sum(judged) as bigint) as judged,
            cast(sum(with_share) as bigint) as with_share,
            coalesce(sum(allowance), 0) as allowance
        from judged_row
        group by partner_id, inside, in_force, status, reason, month
        order by partner_id, inside, in_force, status, reason, month
        """
    )
    return tuple(Tally(*row) for row in rows)


def faults(
    warehouse: CheckWarehouse,
    check: Check,
    values: Mapping[str, object],
    found: tuple[Tally, ...],
    *,
    is_own: bool,
) -> dict[str, str]:
    """Return, for each partner whose rows break the contract, what is wrong with them.

    Repeated subjects among the passes of a large population are looked for only in users' own checks: it takes
    longer than most checks do, and the cases of the others show that they have none.
    """
    wrong: dict[str, str] = {}
    for tally in found:
        message = ""
        if tally.status not in list(Status):
            message = f"The query returns the unknown status {tally.status!r}."
        elif check.notes_only and tally.status in {Status.PASS, Status.FAIL}:
            message = f"The query returns a row with status {tally.status!r}, but the check only notes."
        elif tally.reason is None and tally.status != Status.PASS:
            message = f"The query returns a row with status {tally.status!r} and no reason."
        elif tally.reason is not None and tally.reason not in check.reasons:
            message = f"The query returns the reason {tally.reason!r}, which [reasons] does not list."
        if message:
            wrong.setdefault(tally.partner_id, message)
    for partner_id, has_no_subject in warehouse.rows(
        """
        select partner_id, bool_or(has_no_subject) as has_no_subject
        from (
            select partner_id, bool_or(has_no_subject) as has_no_subject
            from judged_row
            group by partner_id, subject_id
            having (subject_id is not null and sum(judged) > 1) or bool_or(has_no_subject)
        ) as wrong
        group by partner_id
        order by partner_id
        """
    ):
        wrong[partner_id] = "The query returns a row without subject_id." if has_no_subject else _REPEATED
    if (
        is_own
        and warehouse.scalar("select coalesce(max(judged), 0) from judged_row where subject_id is null") > 1
    ):
        partners = _listed(sorted({tally.partner_id for tally in found}))
        warehouse.keep(
            "repeating_partner",
            f"""
            select partner_id
            from (
{check.sql}
            ) as checked
            where partner_id in ({partners})
            group by partner_id
            having count(*) > count(distinct hash(subject_id))
            """,
            bound_to(warehouse, check, values),
        )
        for (partner_id,) in warehouse.rows("select partner_id from repeating_partner"):
            wrong.setdefault(partner_id, _REPEATED)
    return {
        partner_id: message + _example(warehouse, check, values, partner_id) * (message == _REPEATED)
        for partner_id, message in wrong.items()
    }


def bound_to(warehouse: CheckWarehouse, check: Check, values: Mapping[str, object]) -> dict[str, object]:
    """Return exactly the values that the check's query names: the engine refuses any other."""
    try:
        used = warehouse.named_parameters(check.sql)
    except QueryError as error:
        raise CheckError(f"The query cannot be parsed: {error}", where=check.path) from error
    unknown = sorted(used - set(values))
    if unknown:
        raise CheckError(
            f"The query uses the parameter ${unknown[0]}, which [params] does not list.", where=check.path
        )
    return {name: values[name] for name in used}


def quoted(text: str) -> str:
    """Return ``text`` as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(quoted(text) for text in texts)


def final_status(
    status: str, *, binds: bool, in_force: bool, shown_as: str, lacks_records: bool = False
) -> tuple[str, str | None]:
    """Return what a row's status counts as for one partner, and the runner's reason where it changed it.

    ``shown_as``: the reason why rows of this obligation are shown and not scored; empty: they are scored.
    ``lacks_records``: a failure may be one for want of records that a cut took, so it proves nothing.
    """
    if not binds:
        return Status.NOT_APPLICABLE, "other_tier_or_cloud"
    if not in_force:
        return Status.NOT_APPLICABLE, "not_in_force"
    if shown_as and status in {Status.PASS, Status.FAIL, Status.INSUFFICIENT}:
        return Status.OBSERVATION, shown_as
    if lacks_records and status == Status.FAIL:
        return Status.INSUFFICIENT, CUT_OFF
    return status, None


def _test_columns(warehouse: CheckWarehouse, check: Check, bound: Mapping[str, object]) -> tuple[bool, str]:
    """Return whether there is a target share, and the type of dated_at; CheckError for other columns or types."""
    try:
        columns = warehouse.column_types(check.sql, bound)
    except QueryError as error:
        raise CheckError(f"The query does not run: {error}", where=check.path) from error
    names = tuple(name for name, _ in columns)
    if names not in {COLUMNS, (*COLUMNS, TARGET_SHARE)}:
        raise CheckError(
            f"The query returns the columns {', '.join(names)}.",
            where=check.path,
            hint=f"It must return exactly {', '.join(COLUMNS)}, and may add {TARGET_SHARE}.",
        )
    types = dict(columns)
    for name in _TEXT_COLUMNS:
        if types[name] not in {"VARCHAR", _NO_TYPE}:
            raise CheckError(f"The column {name} is {types[name]}, not text.", where=check.path)
    if types["dated_at"] not in {"DATE", "TIMESTAMP", _NO_TYPE}:
        raise CheckError(
            f"The column dated_at is {types['dated_at']}, not DATE or TIMESTAMP.", where=check.path
        )
    if not types.get(TARGET_SHARE, "DECIMAL").startswith(("DECIMAL", _NO_TYPE)):
        raise CheckError(
            f"The column {TARGET_SHARE} is {types[TARGET_SHARE]}, not DECIMAL.", where=check.path
        )
    return len(names) > len(COLUMNS), types["dated_at"]


def _literal(dated: str, edge: Edge) -> str:
    return f"date '{edge.on}'" if dated == "DATE" else f"timestamp '{edge.at}'"


def _between(dated: str, start: Edge | None, end: Edge | None) -> str:
    limits = []
    if start:
        limits.append(f"dated_at >= {_literal(dated, start)}")
    if end:
        limits.append(f"dated_at < {_literal(dated, end)}")
    return " and ".join(limits) or "true"


def _in_force(dated: str, bounds: Bounds) -> str:
    if not bounds.by_day:
        return "true" if bounds.ever else "false"
    return f"dated_at is null or ({_between(dated, bounds.in_force_start, bounds.in_force_end)})"


def _month(dated: str, bounds: Bounds) -> str:
    later = [edge for _, edge in bounds.months[1:]]
    branches = "".join(
        f" when dated_at < {_literal(dated, edge)} then {index}" for index, edge in enumerate(later)
    )
    return f"cast(case when dated_at is null then null{branches} else {len(later)} end as integer)"


def _iso(dated: str) -> str:
    if dated == _NO_TYPE:
        return "cast(null as varchar)"
    if dated == "DATE":
        return "cast(dated_at as varchar)"
    # a format string would not mean the same on every engine
    return "replace(cast(date_trunc('second', dated_at) as varchar), ' ', 'T') || 'Z'"


def _example(warehouse: CheckWarehouse, check: Check, values: Mapping[str, object], partner_id: str) -> str:
    warehouse.keep(
        "repeated_subject",
        f"""
        select min(subject_id) as subject_id
        from (
            select subject_id from (
{check.sql}
            ) as checked
            where partner_id = {quoted(partner_id)} group by subject_id having count(*) > 1
        ) as repeated
        """,
        bound_to(warehouse, check, values),
    )
    subject = warehouse.scalar("select subject_id from repeated_subject")
    return f"{check.subject} {subject!r}."
