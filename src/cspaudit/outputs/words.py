"""The words of the reports: labels of identifiers, and the sentences that results are told in (headings: labels)."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from cspaudit.model.check import Check, ParamValue
from cspaudit.model.obligation import Kind
from cspaudit.model.result import RUNNER_REASONS, Finding, PartnerResult, Verdict
from cspaudit.outputs.labels import CASES, FAMILIES, KINDS
from cspaudit.scorecard.score import Printed, Tally, tallies

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def plain(identifier: str) -> str:
    """An identifier as words, the first with a capital: ``late_share`` becomes ``Late share``."""
    text = identifier.replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def family(name: str) -> str:
    """The family's heading."""
    return FAMILIES.get(name, plain(name))


def case(table: str) -> str:
    """What one row of a test stands for."""
    return CASES.get(table, plain(table))


def number(value: int) -> str:
    """A count with thousands separators."""
    return f"{value:,}"


def count_of(value: int, one: str, many: str) -> str:
    """A count with its noun: ``1 case``, ``1,281 cases``."""
    return f"{number(value)} {one if value == 1 else many}"


def day(value: date) -> str:
    """A day in prose."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """An instant in prose, in UTC."""
    return f"{day(value)}, {value:%H:%M} UTC"


def short_month(month: str) -> str:
    """``2026-07`` as ``Jul 26``."""
    return f"{MONTHS[int(month[5:7]) - 1][:3]} {month[2:4]}"


def period(start: date, end: date) -> str:
    """A half-open span of days by its first and last day."""
    last = end - timedelta(days=1)
    if start == last:
        return day(start)
    if start.year != last.year:
        return f"{day(start)} to {day(last)}"
    first = f"{start.day}" if start.month == last.month else f"{start.day} {MONTHS[start.month - 1]}"
    return f"{first} to {day(last)}"


def range_of(found: Printed) -> str:
    """A range in figures; equal ends collapse."""
    return str(found.low) if found.low == found.high else f"{found.low}\u2013{found.high}"


def joined(parts: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


_FAILED = {
    "duty": ("duty", "duties", "not met"),
    "recommendation": ("recommendation", "recommendations", "not followed"),
    "condition": ("condition of a permission", "conditions of permissions", "not kept"),
    "own_promise": ("own promise", "own promises", "not kept"),
}


def headline(tallies: Sequence[Tally]) -> str:
    """``1 of 2 duties not met, 0 of 3 recommendations not followed``, then conditions and own promises, if any."""
    parts = []
    for tally in tallies:
        one, many, failed = _FAILED[tally.kind]
        parts.append(f"{tally.not_met} of {count_of(tally.applicable, one, many)} {failed}")
    return ", ".join(parts) if parts else "nothing that applied could be judged"


def score_explained(found: Printed | None, before: Printed | None) -> str:
    """Why the score is a range, or why it is none."""
    if found is None:
        return "There is no score: none of the obligations that count applied."
    if found.is_exact:
        text = f"The score is {found.low}, exactly. No evidence was missing."
    elif (found.low, found.high) == (0, 100):
        text = "The score is open from 0 to 100: evidence is missing for all that had to be judged."
    elif found.low == found.high:
        text = f"The score is {found.low}. A small gap in the evidence makes a difference of under 1 point."
    else:
        text = (
            "The score is a range because part of the evidence is missing. If all of it turned out bad, the score "
            f"would be {found.low}; if all of it turned out good, {found.high}. Supplying the missing exports "
            "narrows the range."
        )
    if before is not None and before != found:
        text += f" With the accepted exceptions counted as failures, it would be {range_of(before)}."
    return text


def failed_of(failed: int, judged: int) -> str:
    """``12 of 28 cases failed``."""
    return f"{number(failed)} of {count_of(judged, 'case', 'cases')} failed"


FIX = "Fix"
SUPPLY = "Supply evidence"
ACTIONS_NOTE = (
    "Duties with proved failures come first, the rest in the order of points. Points are what the low end of the "
    "score gains; evidence gains up to that, because it may also turn out to be failures."
)


def ended(text: str) -> str:
    """The text with a full stop."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def sentence(text: str) -> str:
    """The text with a capital and a full stop."""
    whole = ended(text)
    return whole[:1].upper() + whole[1:]


def about(path: str, text: str) -> str:
    """What is to say about a file, beginning with its path, as it is written."""
    return ended(text if text.startswith(path) else f"{path}: {text}")


def heading(text: str) -> str:
    """The text with a capital and without a full stop."""
    return sentence(text).removesuffix(".")


def worst_failure(kind: Kind, title: str, failed: int, judged: int) -> str:
    """The first sentence of the report: the failure that weighs most."""
    article = "an" if kind == "own_promise" else "a"
    return f"{failed_of(failed, judged)} the test of {article} {KINDS[kind]}: \u201c{heading(title)}\u201d."


def headline_sentence(partner: PartnerResult) -> str:
    """The headline as a sentence."""
    tallied = tallies(partner)
    if tallied and partner.verdict is Verdict.MET:
        return "All that applied was met, and no evidence was missing."
    return sentence(headline(tallied))


def undecided(count: int) -> str:
    """How many of the obligations counted in the headline wait for evidence."""
    return f"For {count} of them evidence is missing, which is never counted as met."


def nothing_settled(count: int, applicable: int) -> str:
    """What to say first where no failure is proved, but evidence is missing."""
    return (
        f"Evidence is missing for {count} of the {count_of(applicable, 'obligation that applies', 'obligations that apply')}. "
        "No failure is proved, but what is missing is never counted as met."
    )


def supply_several(titles: Sequence[str], count: int) -> str:
    """What to do about tests that wait for several exports together."""
    quoted = joined([f"\u201c{heading(title)}\u201d" for title in titles])
    return f"Supply the {count} pieces of evidence missing for {quoted}"


def first_of_several(cure: str, count: int) -> str:
    """The first of several things to supply, and where the others stand."""
    return f"{sentence(cure)} And {number(count - 1)} more, see Findings."


def more_problems(count: int) -> str:
    """How many problems are not shown on the first page."""
    return f"{count_of(count, 'more problem stands', 'more problems stand')} under Evidence."


def complete_evidence(title: str) -> str:
    """What to do about cases that could not be judged."""
    return f"Complete the records for \u201c{heading(title)}\u201d"


def cases_without_evidence(count: int, reason: str) -> str:
    """How many cases could not be judged, and most often why."""
    text = f"{count_of(count, 'case', 'cases')} could not be judged."
    return f"{text} Most often: {reason}" if reason else text


def waits(titles: Sequence[str]) -> str:
    """Which tests wait for an export."""
    quoted = [f"\u201c{heading(title)}\u201d" for title in titles]
    return f"Waiting for it: {joined(quoted)}."


def gain(value: Fraction) -> str:
    """Points with one decimal, rounded to nearest."""
    tenths = (value * 10 + Fraction(1, 2)) // 1
    if not tenths:
        return "under +0.1" if value else "\u2013"
    return f"+{tenths // 10}.{tenths % 10}"


def gain_up_to(value: Fraction) -> str:
    """Points that missing evidence could at most add."""
    text = gain(value)
    return f"up to {text}" if text.startswith("+") else text


def reason_template(check: Check, reason: str) -> str:
    """The text of a reason, with ``{observed}`` and ``{expected}`` still in it."""
    return check.reasons.get(reason) or RUNNER_REASONS.get(reason) or sentence(plain(reason))


def reason_text(check: Check, finding: Finding) -> str:
    """Why a row has its status, with its own values filled in."""
    values = {"observed": finding.observed, "expected": finding.expected}

    def filled(mark: re.Match[str]) -> str:
        value, unit = values[mark["name"]], mark["unit"] or ""
        return value + (unit.removesuffix("s") if value == "1" else unit)

    # In one pass: a mark inside a value is part of the value.
    template = reason_template(check, finding.reason)
    return re.sub(r"\{(?P<name>observed|expected)\}(?P<unit> (?:days|hours|minutes)\b)?", filled, template)


def version(number_: int) -> str:
    """The version of a test."""
    return f"version {number_}"


def value(item: ParamValue) -> str:
    """A parameter's value."""
    if item is None:
        return "none set"
    if isinstance(item, bool):
        return "yes" if item else "no"
    if isinstance(item, Decimal):
        return f"{item:f}"
    return item.isoformat() if isinstance(item, date) else str(item)


def changed_because(reason: str) -> str:
    """Why the auditor changed a setting."""
    return f"changed for this audit: \u201c{reason}\u201d"


def rests_on(basis: str) -> str:
    """What a setting rests on."""
    return f"basis: {basis}"


def cap(shown: int, total: int, check: str) -> str:
    """What is left out of a table of findings, and where the whole stands; empty where nothing is."""
    if shown >= total:
        return ""
    return f"{number(shown)} of {count_of(total, 'finding', 'findings')} shown. All stand in findings.csv under {check}."


def more_lines(count: int) -> str:
    """What is left out of another table; empty where nothing is."""
    return f"{count_of(count, 'more line stands', 'more lines stand')} in results.json." if count else ""


def cut(length: int) -> str:
    """How long a text was before it was cut."""
    return f"({number(length)} characters, whole text in findings.csv)"


def covered(share: Fraction) -> str:
    """How much of the period the exports cover."""
    return (
        f"The exports that this test needs cover {percent(share)} % of the period's months; "
        "\u201cAre the exports complete?\u201d tells what is missing."
    )


def percent(share: Fraction) -> str:
    """A share in per cent with one decimal, cut towards zero, so that 100.0 is exact."""
    tenths = share * 1000 // 1
    return f"{tenths // 10}.{tenths % 10}"


def decimal(amount: Fraction) -> str:
    """A number with four decimals, rounded to nearest."""
    return f"{float(round(amount, 4)):.4f}"


def allowed_failures(count: int) -> str:
    """The number of failures a test allows."""
    return f"{count_of(count, 'failure is', 'failures are')} allowed"


def allowed_share(share: Decimal) -> str:
    """The share of failures a test allows."""
    return f"{(share * 100).normalize():f} % of the cases may fail"


def target_allowance(amount: Decimal) -> str:
    """How many failures the partner's own promise of a share allows."""
    return f"The promised share allows {amount.normalize():f} failures among the cases judged"


def evidence_lede(files: int, read: int, left_out: int) -> str:
    """The first sentence about evidence."""
    text = f"{count_of(files, 'file was read: it holds', 'files were read: they hold')} {count_of(read, 'record', 'records')}"
    if not left_out:
        return f"{text}, and every one of them was used."
    verb = "was left out because it" if left_out == 1 else "were left out because they"
    return f"{text}, of which {number(left_out)} {verb} could not be judged."


def record_and_line(record: int, line: int) -> str:
    """Where the first record of a group stands."""
    return f"record {number(record)}, line {number(line)}" if line else f"record {number(record)}"


def span(first: str, last: str) -> str:
    """From the first day to the last."""
    if not first:
        return "no dates"
    return first if first == last else f"{first} \u2013 {last}"


def with_gap(count: str) -> str:
    """The records of a span with a month missing."""
    return f"{count}, gap"


def in_part(count: str) -> str:
    """The records of a month that may have held more."""
    return f"{count}, in part"


def formula_line(end: str, total: str, weights: int, exact: Fraction, shown: int) -> str:
    """One end of the score with its numbers."""
    return f"{end} = 100 \u00d7 {total} \u00f7 {weights} = {decimal(exact)}, printed as {shown}"
