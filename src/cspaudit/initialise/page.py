"""what-is-missing.md and the checklist: which evidence is there, and what to export next, in words for people."""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from cspaudit.evaluation.definition import Catalogue
from cspaudit.initialise.duties import ASKED, DutyEvidence, Wanted, counts
from cspaudit.initialise.exports import Declined, LeftAside
from cspaudit.initialise.scan import shown
from cspaudit.model.obligation import Obligation
from cspaudit.outputs.labels import FAMILIES

_SEAL = "<!-- cspaudit init wrote what stands above; {} -->\n"
_SEALED = re.compile(r"<!-- cspaudit init wrote what stands above; (?P<sha>[0-9a-f]{64}) -->\n\Z")


def missing_page(
    title: str,
    partners: Mapping[str, tuple[Sequence[DutyEvidence], Sequence[Wanted]]],
    left_aside: Sequence[LeftAside],
) -> str:
    """Return the page, with a seal that shows later whether somebody has edited it."""
    text = "\n".join(_page(title, partners, left_aside)) + "\n"
    return text + _SEAL.format(sha256(text.encode()).hexdigest())


def is_ours(page: str) -> bool:
    """Whether a page is as ``init`` wrote it, edited by nobody."""
    found = _SEALED.search(page)
    return found is not None and sha256(page[: found.start()].encode()).hexdigest() == found["sha"]


def _page(
    title: str,
    partners: Mapping[str, tuple[Sequence[DutyEvidence], Sequence[Wanted]]],
    left_aside: Sequence[LeftAside],
) -> Iterator[str]:
    yield f"# What is missing: {_cell(title)}"
    yield ""
    yield "What the exports in this folder can show, duty by duty, and what to add to show more. Missing evidence is"
    yield "never counted as kept: each gap leaves a verdict open. `cspaudit init` makes this page anew whenever it runs,"
    yield "unless somebody has edited it."
    for name, (found, wanted) in partners.items():
        if len(partners) > 1:
            yield f"\n# {_cell(name)}"
        yield f"\n{summary(found)}"
        if wanted:
            yield "\n## What to get next\n"
            yield "| duties it serves | what | from where |"
            yield "|---:|---|---|"
            for one in wanted:
                where = ". ".join([_capital(one.supply.sources), *one.supply.obtain])
                yield f"| {len(one.duties)} | {_cell(_capital(one.supply.what))} | {_cell(where)} |"
        yield from _by_family(found)
    if left_aside:
        yield "\n## Files that are not read\n"
        for item in left_aside:
            joint = ": " if isinstance(item, Declined) else " "
            yield f"* {_cell(shown(item.path))}{joint}{_cell(item.reason)}"


def summary(found: Sequence[DutyEvidence]) -> str:
    """Return in one sentence how many duties have their evidence."""
    number = dict(counts(found))
    there, part, absent, asked = number.values()
    person = f" For {asked} a person has to answer." if asked else ""
    return f"Of {len(found)} duties, the evidence of {there} is there, of {part} in part; of {absent} it is missing.{person}"


def _by_family(found: Sequence[DutyEvidence]) -> Iterator[str]:
    for family in dict.fromkeys([*FAMILIES, *(one.obligation.family for one in found)]):
        members = [one for one in found if one.obligation.family == family]
        if members:
            yield f"\n## {FAMILIES.get(family, family)}\n"
            yield "| duty | evidence | what is missing |"
            yield "|---|---|---|"
        for one in members:
            missing = " ".join(one.missing)
            if one.state == ASKED:
                missing = "`cspaudit checks attest --template` makes the form."
            yield f"| {_cell(one.obligation.title)} | {one.state} | {_cell(missing)} |"


def next_lines(wanted: Sequence[Wanted], most: int) -> Iterator[str]:
    """Yield the exports that would serve most duties, for the terminal."""
    for one in wanted[:most]:
        duties = "1 duty" if len(one.duties) == 1 else f"{len(one.duties)} duties"
        yield f"{_capital(one.supply.what)}: for {duties}; {one.supply.sources}"


def checklist_lines(
    tier: str, duties: Sequence[Obligation], wanted: Sequence[Wanted], catalogue: Catalogue
) -> Iterator[tuple[int, str]]:
    """Yield the checklist as lines, each with its depth: what to get and where to click, then what each duty needs."""
    number = {one.supply.table: place for place, one in enumerate(wanted, 1)}
    yield (
        0,
        f"What to export for the audit of one {tier}: {len(wanted)} kinds of records for {len(duties)} duties.",
    )
    yield 0, ""
    for one in wanted:
        served = "1 duty" if len(one.duties) == 1 else f"{len(one.duties)} duties"
        yield 0, f"{number[one.supply.table]}. {_capital(one.supply.what)} (for {served})"
        yield 1, _capital(one.supply.sources)
        for text in one.supply.obtain:
            yield 1, f"Where to click: {text}"
    yield 0, ""
    yield 0, "The duties, and the numbers of what each needs:"
    for family in dict.fromkeys([*FAMILIES, *(one.family for one in duties)]):
        members = [one for one in duties if one.family == family]
        if members:
            yield 0, ""
            yield 0, FAMILIES.get(family, family)
        for duty in members:
            needed = sorted(
                {
                    number[need.table]
                    for check in catalogue.checks_of(duty.id)
                    for need in check.needs
                    if need.table in number
                }
            )
            yield 1, f"{duty.title}: {', '.join(map(str, needed)) or 'a person answers'}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _cell(text: str) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return re.sub(r"([|<>*_`\[\]])", r"\\\1", plain)
