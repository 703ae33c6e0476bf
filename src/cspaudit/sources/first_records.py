"""What the first records of a CSV file say of how it is written.

They show the shapes of its days. Where they are alike in more than that (all days of one shape and order, amounts of
one reading, GUIDs in small letters) the engine reads the file by a shorter statement (``statement``), which flags each
record that is written otherwise; the file is then read again by the whole one. So this is a guess at what is quick,
never at what is true.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cspaudit.sources import amounts, dates
from cspaudit.sources.compile import Plan, StagedColumn
from cspaudit.sources.header import Header
from cspaudit.sources.heads import FileHead

_AMOUNT = re.compile(amounts.USUAL)
_MONTHS = 12

#: the texts that each staging column has in a file's first records
Texts = Mapping[str, Sequence[str]]


def texts_of(plan: Plan, head: FileHead, header: Header) -> Texts:
    """Return what each staging column's fields hold in a file's first records."""
    nothing = {"", *plan.nulls}
    return {
        staged.stage_name: [
            text
            for row in head.rows
            for name in staged.source.fields
            for at in header.positions.get(name, ())
            if at < len(row) and (text := row[at].strip()) not in nothing
        ]
        for staged in plan.columns
    }


def shaped(plan: Plan, texts: Texts) -> Plan:
    """Return the plan with the shapes that days have, which are read quickly; days of other shapes are read as well."""
    return replace(
        plan,
        patterns=_shapes(plan, texts, plan.order),
        is_named=any(
            dates.has_name(texts[staged.stage_name]) for staged in plan.columns if staged.is_localised
        ),
    )


def supposed(plan: Plan, texts: Texts) -> Plan:
    """Return the plan for a file whose records are all written as its first ones are, as far as these are alike.

    What they prove of the decimal mark and of the order of days is not voted on again.
    """
    plan = shaped(plan, texts)
    seeming = {
        staged.stage_name
        for staged in plan.columns
        if _is_plain(staged) and _seems_usual(plan, staged, texts[staged.stage_name])
    }
    money = {staged.stage_name for staged in plan.columns if staged.column.type == "money"}
    if money <= seeming:
        plan = replace(plan, is_mark_voted=False, usual=frozenset(seeming))
    else:
        # amounts of one column may tell the decimal mark of another's
        plan = replace(plan, usual=frozenset(seeming - money))
    return _with_days(plan, texts)


def _shapes(plan: Plan, texts: Texts, order: dates.Order) -> dict[str, str]:
    """Return the shapes of days by column, without the columns that show none."""
    return {
        staged.stage_name: shape
        for staged in plan.columns
        if staged.is_localised
        and (shape := dates.pattern(texts[staged.stage_name], order))
        # a time of day is needed where an instant is wanted
        and ("%M" in shape or staged.column.type == "date")
    }


def _is_plain(staged: StagedColumn) -> bool:
    """Whether a column is one field or the first of several, nothing else."""
    source = staged.source
    return bool(source.fields) and not any(
        one.constant or one.join or one.part or one.day_of_instant for one in (source, *source.first_of)
    )


def _seems_usual(plan: Plan, staged: StagedColumn, texts: Sequence[str]) -> bool:
    if staged.source.guid:
        prefix = staged.source.prefix
        return not any(text != text.lower() or (prefix and text.startswith(prefix)) for text in texts)
    is_amount = staged.column.type == "money" and plan.mark == "."
    decimals = amounts.USUAL_DECIMALS if staged.source.round is None else staged.source.round
    return is_amount and decimals >= amounts.USUAL_DECIMALS and all(map(_AMOUNT.fullmatch, texts))


def _with_days(plan: Plan, texts: Texts) -> Plan:
    """Return the plan by which all days are read; the same where they have several shapes or leave their order open."""
    columns = [staged for staged in plan.columns if staged.is_localised]
    if not columns or not all(map(_is_plain, columns)):
        return plan
    names = {staged.stage_name for staged in columns}
    others: tuple[dates.Order, ...] = ("dmy", "mdy") if plan.is_order_voted else ()
    for order in dict.fromkeys((plan.order, *others)):
        shapes = _shapes(plan, texts, order)
        days = {name: _days(texts[name], shape) for name, shape in shapes.items()}
        if (
            shapes.keys() == names
            and all(days.values())
            and (not plan.is_order_voted or _prove(shapes, days, order))
        ):
            return replace(
                plan,
                patterns=shapes,
                order=order,
                is_named=False,
                is_order_voted=False,
                usual=plan.usual | names,
                has_usual_days=True,
            )
    return plan


def _days(texts: Sequence[str], shape: str) -> list[int]:
    """Return which days of their month some texts are, all of one shape; none where one has another."""
    try:
        return [time.strptime(text, shape).tm_mday for text in texts]
    except ValueError:
        return []


def _prove(shapes: Mapping[str, str], days: Mapping[str, Sequence[int]], order: dates.Order) -> bool:
    """Whether the days can have no other order."""
    in_order = {name for name, shape in shapes.items() if not shape.startswith("%Y")}
    by_stops = {name for name in in_order if "." in shapes[name]}
    if by_stops and order != "dmy":
        return False
    return not in_order or bool(by_stops) or any(day > _MONTHS for name in in_order for day in days[name])
