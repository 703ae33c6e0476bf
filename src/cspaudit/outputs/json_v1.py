"""``results.json``, version 1.0: a frozen contract (docs/results.schema.json), whatever happens to our own types.

Keys and lists come in a fixed order; shares have six decimals, scores two; days and instants are ISO 8601, instants in
UTC with a ``Z``.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from cspaudit.model.check import Param, ParamValue
from cspaudit.model.completeness import Completeness, ControlTotal
from cspaudit.model.result import (
    CheckResult,
    Counts,
    InputResult,
    Interval,
    LinkTally,
    MissingGroup,
    ObligationResult,
    PartnerResult,
    Rate,
    RejectGroup,
    Scorecard,
)

SCHEMA_VERSION = "1.0"
SHARE_DECIMALS = 6
SCORE_DECIMALS = 2

Json = dict[str, Any]


def results_json(scorecard: Scorecard) -> bytes:
    """The scorecard as UTF-8 JSON with a final newline; the same scorecard gives the same bytes."""
    return (json.dumps(results(scorecard), ensure_ascii=False, indent=2) + "\n").encode()


def results(scorecard: Scorecard) -> Json:
    """The scorecard as plain JSON values."""
    facts = scorecard.engagement
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "cspaudit", "version": scorecard.tool_version},
        "engagement": {
            "title": facts.title,
            "start": facts.start.isoformat(),
            "end": facts.end.isoformat(),
            "as_of": _moment(facts.as_of),
        },
        "gate": {
            "fail_on": scorecard.gate.fail_on,
            "passed": scorecard.gate.passed,
            "causes": [
                {"partner_id": item.partner_id, "rule": item.rule, "figure": item.figure, "limit": item.limit}
                for item in scorecard.gate.causes
            ],
        },
        "overrides": [
            {
                "partner_id": item.partner_id,
                "check": item.check,
                "param": item.param,
                "value": item.value,
                "because": item.because,
            }
            for item in sorted(
                scorecard.overrides, key=lambda item: (item.partner_id, item.check, item.param)
            )
        ],
        "assumptions": list(scorecard.assumptions),
        "warnings": list(scorecard.warnings),
        "problems": list(scorecard.problems),
        "inputs": [
            _input(item)
            for item in sorted(
                scorecard.inputs, key=lambda item: (item.partner_id, item.source_id, item.path)
            )
        ],
        "partners": [
            _partner(item) for item in sorted(scorecard.partners, key=lambda item: item.partner.partner_id)
        ],
    }


def _input(item: InputResult) -> Json:
    return {
        "source_id": item.source_id,
        "partner_id": item.partner_id,
        "path": item.path,
        "tables": list(item.tables),
        "sha256": item.sha256,
        "bytes": item.bytes,
        "records_read": item.records_read,
        "records_loaded": item.records_loaded,
        "records_rejected": item.records_rejected,
        "first_at": _moment(item.first_at),
        "last_at": _moment(item.last_at),
        "as_of": _moment(item.as_of),
        "coverage": [
            {
                "month": found.month,
                "records": found.records,
                "is_stated": found.is_stated,
                "is_doubtful": found.is_doubtful,
            }
            for found in sorted(item.coverage, key=lambda found: found.month)
        ],
        "totals": [_total(one) for one in sorted(item.totals, key=lambda one: (one.partner_id, one.table))],
        "cut": {"limit": item.cut.limit, "sign": item.cut.sign.value} if item.cut else None,
        "window": {"days": item.window.days, "opens_at": _moment(item.window.opens_at)}
        if item.window
        else None,
        "assumptions": list(item.assumptions),
        "warnings": list(item.warnings),
        "error": item.error or None,
    }


def _total(item: ControlTotal) -> Json:
    """Sums as text, so that no reader turns them into something inexact."""
    return {
        "partner_id": item.partner_id,
        "table": item.table,
        "records": item.records,
        "first_at": _moment(item.first_at),
        "last_at": _moment(item.last_at),
        "sums": [
            {
                "column": one.column,
                "currency": one.currency,
                "records": one.records,
                "total": f"{one.total:f}",
            }
            for one in sorted(item.sums, key=lambda one: (one.column, one.currency))
        ],
    }


def _completeness(found: Completeness) -> Json:
    return {
        "exports": [
            {
                "source_id": one.source_id,
                "months": {
                    "before": list(one.before),
                    "between": list(one.between),
                    "after": list(one.after),
                    "outside": list(one.outside),
                    "stated": list(one.stated),
                },
                "repeated": one.repeated,
                "superseded": one.superseded,
            }
            for one in sorted(found.exports, key=lambda one: one.source_id)
        ],
        "numbers": [
            {
                "table": run.table,
                "column": run.column,
                "first": run.first,
                "last": run.last,
                "present": run.present,
                "missing": run.missing,
                "examples": list(run.examples),
            }
            for run in found.numbers
        ],
    }


def _partner(result: PartnerResult) -> Json:
    facts = result.partner
    return {
        "partner_id": facts.partner_id,
        "name": facts.name,
        "tier": facts.tier,
        "cloud": facts.cloud,
        "timezone": facts.timezone,
        "verdict": result.verdict.value,
        "score": _interval(result.score, SCORE_DECIMALS),
        "score_before_waivers": _interval(result.score_before_waivers, SCORE_DECIMALS),
        "obligations": [
            _obligation(item) for item in sorted(result.obligations, key=lambda item: item.obligation.id)
        ],
        "rejects": [_reject(item) for item in _sorted_rejects(result.rejects)],
        "missing_records": [_missing(item) for item in _sorted_missing(result.missing)],
        "links": [_link(item) for item in sorted(result.links, key=lambda item: item.kind)],
        "completeness": _completeness(result.completeness),
    }


def _sorted_rejects(rejects: Iterable[RejectGroup]) -> list[RejectGroup]:
    return sorted(rejects, key=lambda item: (item.source_id, item.file, item.field, item.reason))


def _reject(item: RejectGroup) -> Json:
    return {
        "source_id": item.source_id,
        "file": item.file,
        "field": item.field,
        "reason": item.reason,
        "records": item.count,
        "first": {"record": item.first_record, "line": item.first_line, "value": item.first_value},
    }


def _sorted_missing(groups: Iterable[MissingGroup]) -> list[MissingGroup]:
    return sorted(groups, key=lambda item: (item.table, item.named_in, item.field))


def _missing(item: MissingGroup) -> Json:
    return {
        "table": item.table,
        "named_in": item.named_in,
        "field": item.field,
        "records": item.count,
        "first": {"id": item.first_id, "file": item.first_file, "record": item.first_record},
    }


def _link(item: LinkTally) -> Json:
    return {
        "kind": item.kind,
        "candidates": item.candidates,
        "linked": [{"step": step, "records": count} for step, count in item.steps],
        "ambiguous": item.ambiguous,
        "unlinked": item.unlinked,
    }


def _obligation(item: ObligationResult) -> Json:
    return {
        "obligation": item.obligation.id,
        "family": item.obligation.family,
        "title": item.obligation.title,
        "kind": item.obligation.kind,
        "strength": item.obligation.strength,
        "judged_by": list(item.obligation.judged_by),
        "part_of": item.obligation.part_of or None,
        "verdict": item.verdict.value,
        "weight": item.weight,
        "share": _interval(item.share, SHARE_DECIMALS),
        "checks": [_check(check) for check in sorted(item.checks, key=lambda check: check.outcome.check.id)],
    }


def _check(item: CheckResult) -> Json:
    outcome = item.outcome
    return {
        "check": outcome.check.id,
        "version": outcome.check.version,
        "title": outcome.check.title,
        "subject": outcome.check.subject,
        "verdict": item.verdict.value,
        "params": {
            param.name: _param(param) for param in sorted(outcome.params, key=lambda param: param.name)
        },
        "allowed_failures": outcome.allowed_failures,
        "allowed_share": _number(Fraction(outcome.allowed_share), SHARE_DECIMALS),
        "coverage": _number(outcome.coverage, SHARE_DECIMALS),
        "gaps": [{"need": gap.need, "problem": gap.problem, "cure": gap.cure} for gap in outcome.gaps],
        "counts": _counts(outcome.counts),
        "rate": _rate(item.rate),
        "reasons": dict(sorted(outcome.reasons.items())),
        "series": [
            {"month": found.month, "pass": found.passed, "fail": found.failed}
            for found in sorted(outcome.series, key=lambda found: found.month)
        ],
        "findings": outcome.finding_count,
        "error": outcome.error or None,
    }


def _param(param: Param) -> Json:
    return {"value": _value(param.value), "basis": param.basis, "because": param.because or None}


def _value(value: ParamValue) -> int | str | bool | None:
    """Decimals and dates as text, so that no reader turns them into something inexact."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value


def _counts(counts: Counts) -> Json:
    return {
        "pass": counts.passed,
        "fail": counts.failed,
        "insufficient_evidence": counts.insufficient_evidence,
        "not_yet_due": counts.not_yet_due,
        "not_applicable": counts.not_applicable,
        "observation": counts.observation,
        "waived": counts.waived,
        "out_of_period": counts.out_of_period,
    }


def _rate(rate: Rate | None) -> Json | None:
    if rate is None:
        return None
    value = None if rate.value is None else _number(rate.value, SHARE_DECIMALS)
    return {
        "value": value,
        "low": _number(rate.range.low, SHARE_DECIMALS),
        "high": _number(rate.range.high, SHARE_DECIMALS),
    }


def _interval(interval: Interval | None, decimals: int) -> Json | None:
    if interval is None:
        return None
    return {"low": _number(interval.low, decimals), "high": _number(interval.high, decimals)}


def _number(value: Fraction, decimals: int) -> float:
    return float(round(value, decimals))


def _moment(value: datetime | date | None) -> str | None:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    return None if value is None else value.isoformat()
