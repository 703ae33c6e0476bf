"""Lines of plain text about a check and its duty, which several commands print."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from cspaudit.model.check import Check, Param
from cspaudit.model.obligation import Obligation

if TYPE_CHECKING:
    from cspaudit.evaluation.definition import Catalogue


def catalogue_lines(catalogue: "Catalogue") -> Iterator[str]:
    """Yield every obligation, family by family, and below it its tests, or how it is judged without one."""
    from cspaudit.outputs.labels import FAMILIES, KINDS, WAYS

    families = dict.fromkeys([*FAMILIES, *(one.family for one in catalogue.obligations.values())])
    for family in families:
        members = [one for one in catalogue.obligations.values() if one.family == family]
        if members:
            yield FAMILIES.get(family, family)
        for obligation in members:
            strength = "" if obligation.strength == "-" else f", {obligation.strength}"
            yield f"  {obligation.id}  {obligation.title} ({KINDS[obligation.kind]}{strength})"
            checks = catalogue.checks_of(obligation.id)
            yield from (f"      {check.id}  {check.title}" for check in checks)
            if not checks and obligation.part_of:
                yield f"      Judged with {obligation.part_of}."
            elif not checks:
                yield f"      {WAYS[obligation.judged_by[0]]}"


def head_lines(check: Check, obligation: Obligation) -> Iterator[str]:
    """Yield the test's title and id, and its duty with strength, statement and citations."""
    from cspaudit.outputs.labels import KINDS

    yield f"Test     {check.title}"
    yield f"         {check.id}, version {check.version}"
    yield f"Duty     {obligation.title}"
    yield f"         {obligation.id}, {KINDS[obligation.kind]}, {obligation.strength}"
    yield f"         {obligation.statement}"
    for citation in obligation.citations:
        clause = f": {citation.clause}" if citation.clause else ""
        yield f"         \N{BULLET} {citation.document} ({citation.language}, {citation.dated}){clause}"


def limit_lines(params: Sequence[Param]) -> Iterator[str]:
    """Yield each parameter with its value and what that rests on."""
    yield "Limits   " + ("and where they come from" if params else "none of its own")
    for param in params:
        value = "none set" if param.value is None else str(param.value)
        origin = f"set in cspaudit.toml: {param.because}" if param.because else param.basis
        yield f"         {param.name} = {value}  ({origin})"


def check_lines(check: Check, obligation: Obligation) -> Iterator[str]:
    """Yield everything a check's file says but its query."""
    yield from head_lines(check, obligation)
    yield ""
    yield f"Why         {check.rationale}"
    yield f"Cannot see  {check.blind_spot}"
    yield f"To mend     {check.remedy}"
    yield ""
    judged = " and ".join(check.subjects)
    yield f"Judges   {judged}" + (", and only notes" if check.notes_only else "")
    yield f"Needs    {', '.join(need.text for need in check.needs)}"
    if check.reads:
        yield f"Reads    {', '.join(check.reads)}"
    yield from limit_lines(check.params)
    if check.reasons:
        yield "Reasons"
        yield from (f"         {code}: {text}" for code, text in check.reasons.items())
