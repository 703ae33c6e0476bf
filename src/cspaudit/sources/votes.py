"""What the records of one file say of how it was written: its decimal mark, and the order of day and month."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from cspaudit.errors import SourceError
from cspaudit.sources import amounts, dates
from cspaudit.sources.compile import Plan, StagedColumn
from cspaudit.sources.files import SourceFile
from cspaudit.sources.staging import Stage
from cspaudit.sources.statement import ORDERS, READINGS, raw_text

DECIMAL_HINT = 'Add decimal = "." or decimal = "," to its [[source]].'
ORDER_HINT = (
    'Add date_order = "dmy" (the day first) or date_order = "mdy" (the month first) to its [[source]].'
)
_ORDER_OF: dict[int, dates.Order] = {dates.DAY_FIRST: "dmy", dates.MONTH_FIRST: "mdy"}
_SAID: dict[dates.Order, str] = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}


@dataclass(frozen=True)
class Settled:
    """The plan by which a file is to be read, what is to be told of it, and which keys of its source must say more."""

    plan: Plan
    told: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


def settle(stage: Stage, file: SourceFile, index: int, plan: Plan, first_rowid: int) -> Settled:
    """Return how a file's amounts and days are to be read.

    ``plan`` is that by which it was read; where the answer is another one it must be read again. SourceError where
    the file leaves a question open; with a limit the question is told instead.
    """
    mark = _settle_mark(stage, file, index, plan) if plan.is_mark_voted else Settled(plan)
    days = Settled(mark.plan)
    if plan.is_order_voted:
        days = _settle_order(stage, file, index, mark.plan, first_rowid)
    elif stage.plan.is_order_voted and any(not shape.startswith("%Y") for shape in plan.patterns.values()):
        # its first records have told it
        days = Settled(mark.plan, (_told_order(file, plan.order),))
    return Settled(days.plan, (*mark.told, *days.told), (*mark.asked, *days.asked))


def _settle_mark(stage: Stage, file: SourceFile, index: int, plan: Plan) -> Settled:
    point, comma, either = _counts(stage, index, READINGS, amounts.BITS)
    if comma > point:
        told = f"{file.shown}: amounts were read with a decimal comma, as most of them can only be."
        return Settled(replace(plan, mark=","), (told,))
    if point > comma or not (point or either):
        return Settled(plan)
    if not stage.limit:
        raise SourceError(
            "Whether the amounts have a decimal point or a decimal comma cannot be told.",
            where=file.shown,
            hint=DECIMAL_HINT,
        )
    return Settled(plan, asked=("decimal",))


def _settle_order(stage: Stage, file: SourceFile, index: int, plan: Plan, first_rowid: int) -> Settled:
    order, question = _order(stage, file, index, first_rowid)
    if question:
        if not stage.limit:
            raise question
        return Settled(plan, asked=("date_order",))
    if order is None:
        return Settled(plan)
    told = (
        f"{file.shown}: days such as 3/4/2026 were not read, as most of its days are written otherwise."
        if order == "none"
        else _told_order(file, order)
    )
    return Settled(plan if order == plan.order else replace(plan, order=order, patterns={}), (told,))


def _told_order(file: SourceFile, order: dates.Order) -> str:
    return f"{file.shown}: days such as 3/4/2026 were read {_SAID[order]}, as others of them can only be."


def _counts(stage: Stage, index: int, column: str, bits: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(
        int(count)
        for count in stage.warehouse.row(
            f"SELECT {', '.join(f'count(CASE WHEN ({column} & {bit}) > 0 THEN 1 END)' for bit in bits)} FROM {stage.name} "
            f"WHERE stage_file = {index}"
        )
    )


def _order(
    stage: Stage, file: SourceFile, index: int, first_rowid: int
) -> tuple[dates.Order | None, SourceError | None]:
    """Return which order the days of a file have, or the question that they leave; neither where none asks it."""
    day, month, either = _counts(stage, index, ORDERS, dates.BITS)
    if day and month:
        places = [
            int(
                stage.warehouse.scalar(
                    f"SELECT min(rowid) FROM {stage.name} WHERE stage_file = {index} AND ({ORDERS} & {bit}) > 0"
                )
            )
            - first_rowid
            + 1
            for bit in (dates.DAY_FIRST, dates.MONTH_FIRST)
        ]
        return None, SourceError(
            f"Some days have the day first (record {places[0]:,}) and some the month first (record {places[1]:,}).",
            where=file.shown,
            hint="The file was saved with the settings of another country, or joined of two: use the export as it came.",
        )
    if either and not day and not month:
        plain = int(
            stage.warehouse.scalar(
                f"SELECT count(*) FROM {stage.name} WHERE stage_file = {index} AND {ORDERS} = 0 AND rule IS NULL"
            )
        )
        if plain > either:
            # the file writes its days in another way, and these few are damage
            return "none", None
        return None, SourceError(
            "Whether its days have the day first or the month first cannot be told: every one can be read both ways.",
            where=file.shown,
            hint=ORDER_HINT,
        )
    # a file that only repeats one number as day and month is read the same in any order
    return (_ORDER_OF[dates.DAY_FIRST if day else dates.MONTH_FIRST] if day or month else None), None


def serial_columns(
    stage: Stage, index: int, plan: Plan, field: Callable[[str], str], relation: str
) -> frozenset[str]:
    """Return the columns for days in which every text is a spreadsheet's count of days; needs the file staged."""
    if not plan.is_order_voted or not _counts(stage, index, ORDERS, (dates.SERIAL,))[0]:
        return frozenset()
    columns: list[StagedColumn] = [staged for staged in plan.columns if staged.is_localised]
    texts = [raw_text(plan, staged, field) for staged in columns]
    counts = stage.warehouse.row(
        f"SELECT {', '.join(f'count({text}), count({dates.of_serial(text)})' for text in texts)} FROM {relation}"
    )
    filled, serial = counts[0::2], counts[1::2]
    return frozenset(
        staged.stage_name
        for staged, all_, some in zip(columns, filled, serial, strict=True)
        if all_ and all_ == some
    )
