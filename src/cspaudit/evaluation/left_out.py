"""Records that could not be read, or that no export holds, as rows of the checks that would have judged them."""

from collections.abc import Sequence
from datetime import datetime

from cspaudit.evaluation.bounds import Bounds
from cspaudit.evaluation.judging import quoted
from cspaudit.model.check import Check
from cspaudit.warehouse.interface import CheckWarehouse

LEFT_OUT = "record_left_out"
MISSING = "record_missing"


def collect_left_out(
    warehouse: CheckWarehouse, check: Check, *, partner_ids: Sequence[str], bounds: Bounds, as_of: datetime
) -> None:
    """Fill the temporary table ``left_out_row``: one row a record of the check's tables and partner it may concern.

    A record dated before period and look-back is none, nor is one of the table judged that is dated after the period;
    a record of another table can still tell of an earlier case until the cut-off. One of unknown partner concerns
    every partner of its source. A record that others name and no export holds is one too, unless that was first
    after the cut-off, or shows that it is older than period and look-back.
    """
    tables = ", ".join(quoted(table) for table in check.tables)
    partners = ", ".join(quoted(partner_id) for partner_id in partner_ids)
    subjects = ", ".join(quoted(table) for table in check.subjects)
    since = f"timestamp '{bounds.lookback_start.at}'"
    until = (
        f"case when table_name in ({subjects}) then timestamp '{bounds.end.at}' else timestamp '{as_of}' end"
    )
    ever = in_force = str(bounds.ever).lower()
    if bounds.by_day:
        first, after = bounds.in_force_start, bounds.in_force_end
        limits = [f"dated_at >= timestamp '{first.at}'"] if first else []
        limits += [f"dated_at < timestamp '{after.at}'"] if after else []
        in_force = f"dated_at is null or ({' and '.join(limits) or 'true'})"
    warehouse.execute(
        f"""
        create or replace temp table left_out_row as
        select
            partner_id, '{LEFT_OUT}' as reason,
            source_id || ':' || file || coalesce(':' || cast(record as varchar), '') as subject_id,
            source_id, file, record,
            bool_or({in_force}) as in_force,
            strftime(min(dated_at), '%Y-%m-%dT%H:%M:%SZ') as dated_at
        from (
            select partner_id, table_name, source_id, file, record, dated_at
            from reject
            where partner_id is not null and table_name in ({tables})
            union all
            select s.partner_id, r.table_name, r.source_id, r.file, r.record, r.dated_at
            from reject as r
            inner join source_table as s on r.source_id = s.source_id and r.table_name = s.table_name
            where r.partner_id is null and r.table_name in ({tables})
        ) as concerned
        where
            partner_id in ({partners})
            and (dated_at is null or (dated_at >= {since} and dated_at < {until}))
        group by partner_id, source_id, file, record
        union all
        select
            partner_id, '{MISSING}' as reason, table_name || ':' || record_id as subject_id,
            source_id, file, record, {ever} as in_force, null as dated_at
        from missing_record
        where
            partner_id in ({partners})
            and table_name in ({tables})
            and (named_at is null or named_at < timestamp '{as_of}')
            and (matters_until is null or matters_until >= {since})
        """
    )


def left_out_counts(warehouse: CheckWarehouse) -> dict[tuple[str, str, bool], int]:
    """Return the number of rows of ``left_out_row`` by partner, reason and whether the wording was in force."""
    rows = warehouse.rows(
        "select partner_id, reason, in_force, count(*) from left_out_row group by partner_id, reason, in_force"
    )
    return {(partner_id, reason, in_force): count for partner_id, reason, in_force, count in rows}


def add_left_out(
    warehouse: CheckWarehouse, check: Check, *, partner_ids: Sequence[str], status: str, reason: str | None
) -> None:
    """Add the rows of ``left_out_row`` on which the wording was in force to ``finding``, each with its own reason.

    ``reason`` takes the place of their own.
    """
    partners = ", ".join(quoted(partner_id) for partner_id in partner_ids)
    warehouse.execute(
        f"""
        insert into finding
        select
            partner_id, {quoted(check.id)}, {quoted(check.obligation)}, {quoted(check.subject)}, subject_id,
            dated_at, {quoted(status)}, {quoted(reason) if reason else "reason"}, '', '', source_id, file, record, ''
        from left_out_row
        where in_force and partner_id in ({partners})
        """
    )
