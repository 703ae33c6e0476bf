"""The index of the obligations, and a page an obligation."""

from page_parts import MADE, check_link, finished, grid, obligation_link

from cspaudit.evaluation.definition import Catalogue
from cspaudit.model.obligation import Obligation
from cspaudit.outputs import duty_words
from cspaudit.outputs.labels import CLOUDS, FAMILIES, KIND_NOTES, TIERS

INDEX_HEAD = """\
What the public pages say of a partner: duties, recommendations, permissions and their conditions, exemptions, statements,
and what a partner promises itself. Each is told on a page of its own, in our own words, with the page that says it. The
documents decide, not this list.

A **must** weighs 3 in the score, everything else that counts weighs 1. Each case is judged by what was in force on its own
day. Where no document gives the first day, the earliest possible one is assumed and the report says so; where not even
that is known, cases are noted and not scored, until `cspaudit.toml` states a day
([`[wordings.…]`](engagement.md#wordings)).
"""
BASIS_WORDS = {"text": "the documents say it", "derived": "derived from the documents"}


def obligation_pages(catalogue: Catalogue) -> dict[str, str]:
    """The text of every page about obligations, by its name under docs/."""
    pages = {
        f"obligations/{one.id}.md": finished(obligation_text(one, catalogue), folder=True)
        for one in catalogue.obligations.values()
    }
    return {"obligations.md": index(catalogue), **pages}


def index(catalogue: Catalogue) -> str:
    """Every obligation by family, parts below what they belong to."""
    lines = [MADE, "# Duties", "", INDEX_HEAD]
    every = catalogue.obligations.values()
    for family, heading in FAMILIES.items():
        found = sorted(
            (one for one in every if one.family == family), key=lambda one: (one.part_of or one.id, one.id)
        )
        rows = ((obligation_link(one.id), one.title, duty_words.strength(one)) for one in found)
        lines += [f"## {heading}", "", *grid(["duty", "in short", "kind and strength"], rows)]
    return finished(lines)


def bound_text(obligation: Obligation) -> str:
    """Whom an obligation binds."""
    tiers = " and ".join(f"{TIERS[tier].lower()}s" for tier in obligation.tiers) or "every partner"
    if obligation.clouds:
        return f"Binds {tiers} in the {' and '.join(CLOUDS[cloud] for cloud in obligation.clouds)}."
    return f"Binds {tiers}; outside the global cloud its applicability is unstated."


def relations(obligation: Obligation, catalogue: Catalogue) -> list[str]:
    """What an obligation is part of, limits, or comes from, and its own parts."""
    lines = []
    if obligation.part_of:
        lines += [f"* Part of {obligation_link(obligation.part_of)}: it adds no weight of its own"]
    if obligation.condition_of:
        lines += [f"* Limits {obligation_link(obligation.condition_of)}"]
    if obligation.derived_from:
        lines += [f"* Derived from {', '.join(obligation_link(name) for name in obligation.derived_from)}"]
    parts = [one.id for one in catalogue.obligations.values() if one.part_of == obligation.id]
    if parts:
        lines += [f"* Its parts: {', '.join(obligation_link(name) for name in parts)}"]
    return lines


def tested_by(obligation: Obligation, catalogue: Catalogue) -> str:
    """The checks that test an obligation, or its parent's where it has none."""
    own = catalogue.checks_of(obligation.id)
    if own:
        return f"* Tested by {', '.join(check_link(check.id) for check in own)}"
    parents = catalogue.checks_of(obligation.part_of) if obligation.part_of else ()
    if parents:
        return f"* Tested by the rows of {', '.join(check_link(check.id) for check in parents)}"
    return ""


def obligation_text(obligation: Obligation, catalogue: Catalogue) -> list[str]:
    """One obligation: what it says, how strongly, for whom, since when, where, and how it is judged."""
    kind = f"{duty_words.strength(obligation)}; {BASIS_WORDS[obligation.basis]}"
    lines = [MADE, f"# {obligation.id}", "", f"**{obligation.title}**: {kind}.", "", obligation.statement, ""]
    lines += [obligation.note, ""]
    facts = [
        f"{bound_text(obligation)} {KIND_NOTES.get(obligation.kind, '')}".strip(),
        duty_words.in_force(obligation),
        duty_words.wording(obligation),
        duty_words.judged_by(obligation),
    ]
    lines += [f"* {fact}" for fact in facts if fact]
    lines += [*relations(obligation, catalogue), tested_by(obligation, catalogue), ""]
    return [
        *lines,
        "## Where it stands",
        "",
        *(f"* {duty_words.citation(item)}" for item in obligation.citations),
    ]
