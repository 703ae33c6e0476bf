"""For every duty, how much of its evidence is there, and which export would supply the rest."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from cspaudit.evaluation.definition import Catalogue
from cspaudit.evaluation.in_force import force_of
from cspaudit.evaluation.needs import Evidence
from cspaudit.initialise.supplies import Supply, fills, needs_of, supply
from cspaudit.model.check import Check, Need
from cspaudit.model.obligation import Obligation
from cspaudit.model.tables import TABLES
from cspaudit.sources.mapping import Mapping as Layout

PRESENT, PARTIAL, ABSENT, ASKED = "there", "in part", "missing", "a person answers"


@dataclass(frozen=True)
class DutyEvidence:
    """One duty: the state of its evidence, and what is missing as sentences; ``needs`` are those that are unmet."""

    obligation: Obligation
    state: str
    missing: tuple[str, ...]
    needs: tuple[Need, ...]


@dataclass(frozen=True)
class Wanted:
    """One kind of record that would supply evidence, and the duties that it would serve."""

    supply: Supply
    duties: tuple[Obligation, ...]


def bound_duties(
    catalogue: Catalogue, tier: str, cloud: str, start: date, end: date
) -> tuple[Obligation, ...]:
    """Return the duties that are tested, or answered for, and bind such a partner between two days."""
    return tuple(
        one
        for one in catalogue.obligations.values()
        if not one.is_told_only
        and one.binds(tier, cloud)
        and force_of(one, {}, None).reaches(start, end)
        and (catalogue.checks_of(one.id) or "attestation" in one.judged_by)
    )


def evidence_of(
    duties: Sequence[Obligation], catalogue: Catalogue, evidence: Evidence, partner: str
) -> tuple[DutyEvidence, ...]:
    """Return what the loaded exports of a partner hold for each duty."""
    return tuple(_duty(one, catalogue.checks_of(one.id), evidence, partner) for one in duties)


def _duty(obligation: Obligation, checks: Sequence[Check], evidence: Evidence, partner: str) -> DutyEvidence:
    gaps = {check.id: evidence.gaps(check, partner) for check in checks}
    shares = [evidence.coverage(check, partner) for check in checks if not gaps[check.id]]
    missing = list(dict.fromkeys(gap.problem for found in gaps.values() for gap in found))
    by_text = {need.text: need for check in checks for need in check.needs}
    # a table that is missing is one need without a column
    unmet = dict.fromkeys(gap.need for found in gaps.values() for gap in found)
    needs = tuple(by_text.get(text) or Need(text) for text in unmet)
    if not checks:
        return DutyEvidence(obligation, ASKED, (), ())
    if not shares:
        return DutyEvidence(obligation, ABSENT, tuple(missing), needs)
    if min(shares) < 1:
        missing.append(f"The exports cover {_percent(min(shares))} of the months of the period.")
    state = PARTIAL if missing else PRESENT
    return DutyEvidence(obligation, state, tuple(missing), needs)


def _percent(share: Fraction) -> str:
    return f"{share.numerator} of {share.denominator}" if share.denominator > 1 else "all"


def wanted(
    found: Sequence[DutyEvidence], layouts: Sequence[Layout], present: Sequence[str]
) -> tuple[Wanted, ...]:
    """Return what would supply the evidence that is missing, what serves most duties first."""
    needs: dict[str, dict[str, Need]] = {}
    duties: dict[str, list[Obligation]] = {}
    for one in found:
        for need in one.needs:
            needs.setdefault(need.table, {})[need.text] = need
        for table in dict.fromkeys(need.table for need in one.needs):
            duties.setdefault(table, []).append(one.obligation)
    return _ranked(needs, duties, layouts, present)


def checklist(
    duties: Sequence[Obligation], catalogue: Catalogue, layouts: Sequence[Layout]
) -> tuple[Wanted, ...]:
    """Return every kind of record that the tests of ``duties`` need, what serves most of them first."""
    needs: dict[str, dict[str, Need]] = {}
    served: dict[str, list[Obligation]] = {}
    for one in duties:
        for table, wanted_of in needs_of(catalogue.checks_of(one.id)).items():
            if table in TABLES:
                needs.setdefault(table, {}).update({need.text: need for need in wanted_of})
                served.setdefault(table, []).append(one)
    return _ranked(needs, served, layouts, ())


def _ranked(
    needs: Mapping[str, Mapping[str, Need]],
    duties: Mapping[str, Sequence[Obligation]],
    layouts: Sequence[Layout],
    present: Sequence[str],
) -> tuple[Wanted, ...]:
    found = [
        Wanted(_best(tuple(of.values()), layouts, present), tuple(duties[table]))
        for table, of in needs.items()
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.duties), one.supply.table)))


def _best(needs: tuple[Need, ...], layouts: Sequence[Layout], present: Sequence[str]) -> Supply:
    """Return the supply of all needs of a table at once, else that of the table, with the columns told."""
    whole = supply(needs, layouts, present)
    has_table = any(fills(one, Need(needs[0].table)) for one in layouts if one.id in present)
    if has_table and all(need.column for need in needs):
        able = any(fills(one, need) for one in layouts if one.id in present for need in needs)
        return whole if able and whole.systems else replace(whole, obtain=(), is_own_field=True)
    if whole.systems:
        return whole
    table = supply([Need(needs[0].table)], layouts, present)
    return replace(table, columns=whole.columns)


def counts(found: Sequence[DutyEvidence]) -> Iterator[tuple[str, int]]:
    """Yield how many duties have each state, in the order of the states."""
    for state in (PRESENT, PARTIAL, ABSENT, ASKED):
        yield state, sum(one.state == state for one in found)
