"""Tells which columns of a file seem to be written alike in every record: days of one shape, amounts, GUIDs.

The engine reads such columns by a shorter statement (``statement``), which flags each record that is written
otherwise; the file is then read again by the whole one. So this is a guess at what is quick, never at what is true.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cspaudit.sources import amounts, dates
from cspaudit.sources.compile import Plan, StagedColumn

_AMOUNT = re.compile(amounts.USUAL)
_GUID_LENGTH = 36
_MONTHS = 12

#: the texts that each staging column has in a file's first records
Texts = Mapping[str, Sequence[str]]


def supposed(plan: Plan, texts: Texts) -> Plan:
    """Return the plan with its ``usual`` columns, with the shapes and the order of days where these are among them."""
    seeming = {
        staged.stage_name
        for staged in plan.columns
        if _is_plain(staged) and _seems_usual(plan, staged, texts[staged.stage_name])
    }
    money = {staged.stage_name for staged in plan.columns if staged.column.type == "money"}
    # amounts of one column may tell the decimal mark of another's
    amounts_and_ids = seeming if money <= seeming else seeming - money
    with_days = _with_days(plan, texts) if plan.is_localised else None
    if with_days is None:
        return replace(plan, usual=frozenset(amounts_and_ids))
    days = {staged.stage_name for staged in plan.columns if staged.is_localised}
    return replace(with_days, usual=frozenset({*amounts_and_ids, *days}))


def _is_plain(staged: StagedColumn) -> bool:
    """Whether a column is one field or the first of several, nothing else."""
    source = staged.source
    return bool(source.fields) and not any(
        one.constant or one.join or one.part or one.day_of_instant for one in (source, *source.first_of)
    )


def _seems_usual(plan: Plan, staged: StagedColumn, texts: Sequence[str]) -> bool:
    if staged.source.guid:
        return not any(
            text != text.lower() and len(text.removeprefix(staged.source.prefix)) == _GUID_LENGTH
            for text in texts
        )
    is_amount = staged.column.type == "money" and plan.mark == "."
    decimals = amounts.USUAL_DECIMALS if staged.source.round is None else staged.source.round
    return is_amount and decimals >= amounts.USUAL_DECIMALS and all(map(_AMOUNT.fullmatch, texts))


def _with_days(plan: Plan, texts: Texts) -> Plan | None:
    """Return the plan by which all days are read, None where they have several shapes or leave their order open."""
    columns = [staged for staged in plan.columns if staged.is_localised]
    if not all(map(_is_plain, columns)):
        return None
    others: tuple[dates.Order, ...] = ("dmy", "mdy") if plan.is_order_voted else ()
    for order in dict.fromkeys((plan.order, *others)):
        shapes = {staged.stage_name: dates.pattern(texts[staged.stage_name], order) for staged in columns}
        days = {name: _days(texts[name], shape) for name, shape in shapes.items()}
        if (
            all(days.values())
            and all(
                "%M" in shapes[staged.stage_name] for staged in columns if staged.column.type == "instant"
            )
            and (not plan.is_order_voted or _prove(shapes, days, order))
        ):
            return replace(plan, patterns=shapes, order=order, is_named=False)
    return None


def _days(texts: Sequence[str], shape: str) -> list[int]:
    """Return which days of their month some texts are, all of one shape; none where one has another."""
    try:
        return [time.strptime(text, shape).tm_mday for text in texts if shape]
    except ValueError:
        return []


def _prove(shapes: Mapping[str, str], days: Mapping[str, Sequence[int]], order: dates.Order) -> bool:
    """Whether the days can have no other order."""
    in_order = {name for name, shape in shapes.items() if not shape.startswith("%Y")}
    by_stops = {name for name in in_order if "." in shapes[name]}
    if by_stops and order != "dmy":
        return False
    return not in_order or bool(by_stops) or any(day > _MONTHS for name in in_order for day in days[name])
