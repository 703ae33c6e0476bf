"""The sentences about exports that are not complete."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from cspaudit.model.completeness import Cut, CutSign
from cspaudit.model.period import MONTHS_A_YEAR
from cspaudit.outputs.words import count_of, day, joined, number, plain, short_month

ELSEWHERE = "Not covered, unless by another export of the same records."
IN_PARTS = "Export it again in parts, each of fewer records than that."
NO_CURRENCY = "currency unknown"


def lede(exports: int, lacking: int) -> str:
    """The first sentence: how many exports are known to lack something."""
    if not exports:
        return "There is no export whose completeness could be looked at."
    if not lacking:
        return (
            f"Nothing shows that {'the export' if exports == 1 else f'one of the {number(exports)} exports'} is "
            "incomplete. What nobody recorded, and what was deleted before, leaves no trace here."
        )
    return (
        f"{number(lacking)} of {count_of(exports, 'export', 'exports')} {'is' if lacking == 1 else 'are'} known to be "
        "incomplete. What is missing is never counted as met."
    )


def months(found: Sequence[str]) -> str:
    """Months in words, those that follow each other as a range."""
    spans: list[list[str]] = []
    for month in found:
        if spans and _index(month) == _index(spans[-1][-1]) + 1:
            spans[-1].append(month)
        else:
            spans.append([month])
    parts = []
    for span in spans:
        # a range of two says no less with "and"
        if len(span) > 2:  # noqa: PLR2004 - as the comment says
            parts.append(f"{short_month(span[0])} to {short_month(span[-1])}")
        else:
            parts += [short_month(month) for month in span]
    return joined(parts)


def _index(month: str) -> int:
    return int(month[:4]) * MONTHS_A_YEAR + int(month[5:7])


def cut(found: Cut) -> str:
    """What shows that a file was cut."""
    end = "a spreadsheet" if found.sign is CutSign.SPREADSHEET else "an export of this kind"
    return f"It holds exactly {number(found.limit)} records, and {end} ends there: more are likely to be missing."


def cut_effect(stated: Sequence[str], in_period: int) -> str:
    """What a cut does."""
    if not stated:
        return "No month of these records counts as covered, whatever other exports hold."
    if len(stated) == in_period:
        return "The partner states that it is complete; so it was taken."
    return f"Only {months(stated)} {_counts(stated)} as covered, as the partner states."


def window(days: int, opens_at: datetime) -> str:
    """How far back a system that keeps records for some days reaches."""
    return f"Its system keeps records for {number(days)} days, so that this export reaches back to {day(opens_at)}."


def window_effect(found: Sequence[str]) -> str:
    """What the window leaves out."""
    verb, them = ("is", "it") if len(found) == 1 else ("are", "them")
    return (
        f"{months(found)} {verb} not covered, whatever this export holds of {them}, unless by another export of the "
        "same records."
    )


def window_cure(days: int) -> str:
    """What to do about a short window."""
    return f"Add exports made earlier; from now on, make one at least every {number(days)} days and keep it."


def no_records(found: Sequence[str], where: str) -> str:
    """Which months hold no record, and where they lie."""
    return f"It holds no record in {months(found)}, {where}."


def export_again(found: Sequence[str]) -> str:
    """What to do about months without records."""
    return f"Export {months(found)} again; if nothing happened then, say so at the export with covers."


BETWEEN = "between its first and its last"
BEFORE = "before its first"
AFTER = "after its last"


def _counts(found: Sequence[str]) -> str:
    return "counts" if len(found) == 1 else "count"


def amount(value: Decimal) -> str:
    """A sum with thousands separators, and at least two decimals."""
    whole, _, decimals = f"{value:,.4f}".rstrip("0").partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}".replace("-", "\N{MINUS SIGN}")


def money_sum(column: str, currency: str, total: Decimal) -> str:
    """A sum, with the name of its column where that says more than that it is an amount."""
    text = f"{amount(total)} {currency or NO_CURRENCY}"
    return text if column == "amount" else f"{plain(column)} {text}"


def repeats(repeated: int, superseded: int) -> str:
    """Records of an export that repeat others."""
    parts = []
    if repeated:
        parts.append(f"{number(repeated)} left out")
    if superseded:
        parts.append(f"{number(superseded)} replaced by later ones")
    return ", ".join(parts) if parts else "\N{EN DASH}"


def waiting(tests: int) -> str:
    """Why exports are to be completed."""
    return (
        f"{count_of(tests, 'test', 'tests')} cannot be settled: the exports cover only part of the period. "
        "What is missing stands under \u201cAre the exports complete?\u201d."
    )


COMPLETE_EXPORTS = "Complete the exports"
