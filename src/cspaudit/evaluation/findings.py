"""The table ``finding``: every row that fails, lacks evidence or is noted, with the record it leads back to."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from cspaudit.evaluation.judging import CUT_OFF, quoted
from cspaudit.model.check import Check
from cspaudit.model.result import FINDING_COLUMNS, Finding, Status
from cspaudit.model.tables import TABLES
from cspaudit.warehouse.interface import CheckWarehouse

PARQUET = "findings.parquet"
CSV = "findings.csv"
_ORDER = "partner_id, check_id, subject_id"
#: a cell that a spreadsheet would take for a formula: it starts like one and is no plain number
_FORMULA = r"^[=+\-@\t\r]"
_NUMBER = r"^[+-]?[0-9]+([.][0-9]+)?$"


def create_finding_table(warehouse: CheckWarehouse) -> None:
    """Create ``finding``, empty."""
    columns = ", ".join(f"{name} {'bigint' if name == 'record' else 'varchar'}" for name in FINDING_COLUMNS)
    warehouse.execute(f"create or replace table finding ({columns})")


def add_findings(
    warehouse: CheckWarehouse,
    check: Check,
    *,
    partner_ids: Sequence[str],
    shown_as: str = "",
    lacks_records: bool = False,
) -> None:
    """Add the findings of ``judged_row`` that belong to ``partner_ids``, each with its lowest record.

    With ``shown_as`` (a reason) every pass, failure and missing evidence becomes an observation for that reason.
    With ``lacks_records`` a failure is missing evidence, as ``judging.final_status`` has it.
    """
    partners = ", ".join(quoted(partner_id) for partner_id in partner_ids)
    warehouse.execute(
        f"""
        create or replace temp table new_finding as
        select partner_id, subject_id, split_part(subject_id, '/', 1) as subject_part, dated_at, status, reason,
            observed, expected
        from judged_row
        where is_kept and partner_id in ({partners})
        """
    )
    if not warehouse.scalar("select count(*) from new_finding"):
        return
    status, reason = "n.status", "n.reason"
    if shown_as:
        changed = f"n.status <> '{Status.OBSERVATION}'"
        status = f"'{Status.OBSERVATION}'"
        reason = f"case when {changed} then {quoted(shown_as)} else n.reason end"
    elif lacks_records:
        failed = f"n.status = '{Status.FAIL}'"
        status = f"case when {failed} then '{Status.INSUFFICIENT}' else n.status end"
        reason = f"case when {failed} then {quoted(CUT_OFF)} else n.reason end"
    located = "\n            union all\n".join(_located(table) for table in check.subjects)
    warehouse.execute(
        f"""
        insert into finding
        with wanted as (
            select partner_id, subject_id as subject_key from new_finding
            union
            select partner_id, subject_part from new_finding
        ),

        located as (
            select partner_id, subject_key, min(place) as place
            from ({located}
            ) as places
            group by partner_id, subject_key
        )

        select
            n.partner_id, {quoted(check.id)}, {quoted(check.obligation)},
            coalesce(whole.place.subject, part.place.subject, {quoted(check.subject)}), n.subject_id,
            n.dated_at, {status}, {reason}, coalesce(n.observed, ''), coalesce(n.expected, ''),
            coalesce(whole.place.source_id, part.place.source_id, ''),
            coalesce(whole.place.file, part.place.file, ''),
            coalesce(whole.place.record, part.place.record),
            ''
        from new_finding as n
        left join located as whole
            on n.partner_id = whole.partner_id and n.subject_id = whole.subject_key
        left join located as part
            on n.partner_id = part.partner_id and n.subject_part = part.subject_key
        """
    )


def _located(table: str) -> str:
    """Return the query for where the subjects wanted lie in one table."""
    key = TABLES[table].key[0]
    return f"""
            select
                t.partner_id,
                cast(t.{key} as varchar) as subject_key,
                {{'record': t.record, 'source_id': t.source_id, 'file': t.file, 'subject': {quoted(table)}}} as place
            from {table} as t
            inner join wanted as w on t.partner_id = w.partner_id and cast(t.{key} as varchar) = w.subject_key"""


def first_findings(warehouse: CheckWarehouse, limit: int) -> dict[tuple[str, str], tuple[Finding, ...]]:
    """Return up to ``limit`` findings of each partner and check, in the order of findings.csv."""
    rows = warehouse.rows(
        f"""
        select {", ".join(FINDING_COLUMNS)}
        from finding
        qualify row_number() over (partition by partner_id, check_id order by subject_id) <= $limit
        order by {_ORDER}
        """,
        {"limit": limit},
    )
    found: dict[tuple[str, str], list[Finding]] = {}
    for row in rows:
        values = dict(zip(FINDING_COLUMNS, row, strict=True))
        values["status"] = Status(values["status"])
        values["dated_at"] = _dated(values["dated_at"])
        found.setdefault((values["partner_id"], values["check_id"]), []).append(Finding(**values))
    return {key: tuple(findings) for key, findings in found.items()}


def write_findings(warehouse: CheckWarehouse, folder: Path, partner_ids: Sequence[str] | None = None) -> None:
    """Write findings.parquet and findings.csv into ``folder`` (within the staging folder), for some partners or all.

    In the CSV a cell that a spreadsheet would run as a formula begins with an apostrophe.
    """
    chosen = "true"
    if partner_ids is not None:
        chosen = f"partner_id in ({', '.join(quoted(partner_id) for partner_id in partner_ids) or 'null'})"
    plain = ", ".join(FINDING_COLUMNS)
    safe = ", ".join(name if name == "record" else f"{_defused(name)} as {name}" for name in FINDING_COLUMNS)
    for columns, name, options in (
        (plain, PARQUET, "format parquet"),
        (safe, CSV, "format csv, header true"),
    ):
        target = quoted((folder / name).as_posix())
        warehouse.execute(
            f"""
            copy (
                select {columns} from (
                    select {plain} from finding where {chosen} order by {_ORDER}
                ) as ordered
            ) to {target} ({options})
            """
        )


def _defused(column: str) -> str:
    return (
        f"case when regexp_matches({column}, {quoted(_FORMULA)}) and not regexp_matches({column}, {quoted(_NUMBER)})"
        f" then '''' || {column} else {column} end"
    )


def _dated(text: str | None) -> datetime | date | None:
    if text is None:
        return None
    if "T" in text:
        return datetime.fromisoformat(text.removesuffix("Z"))
    return date.fromisoformat(text)
