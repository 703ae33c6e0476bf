"""The catalogue against the index of obligations that the documents gave: nothing missing, nothing else, nothing changed."""

import re
from dataclasses import dataclass

import pytest

from cspaudit.evaluation.definition import Catalogue, load_catalogue
from cspaudit.model.obligation import Obligation
from tests.conftest import ROOT, absent

RESEARCH = ROOT.parent / "shared" / "research" / "obligations.md"
#: checks beside the 59, and the obligation of each: the index has these judged by a signed answer too, which is a row of
#: evidence like any other only where a check reads it
BEYOND_THE_PLAN = {
    "diagnosis_attested": "SUP-DIAGNOSE",
    "service_requirements_attested": "SVC-SPECIFIC",
}
#: parts that the rows of their parent's test judge
PARTS_OF_A_TEST = frozenset(
    [
        "SUP-DISCLOSE-SCOPE",
        "SUP-DISCLOSE-HOURS",
        "ESC-HANDOFF-1",
        "ESC-HANDOFF-2",
        "ESC-HANDOFF-3",
        "ESC-HANDOFF-4",
        "ESC-HANDOFF-5",
        "ESC-VEH-PSFP",
        "ESC-VEH-ASFP",
    ]
)
#: "Tiers: …" and "Clouds: …" below the table
TWO_TIERS = ("direct_bill", "indirect_provider")
TIERS = {
    "BIL-PAY-ONTIME": TWO_TIERS,
    "BIL-PAY-CONSISTENT": TWO_TIERS,
    "X-PAY-HORIZON": TWO_TIERS,
    "X-SLA-CREDIT-DEADLINE": TWO_TIERS,
    "REL-DIRECT": ("direct_bill",),
    "REL-INDIRECT": ("indirect_reseller",),
}
CLOUDS = {"CN-CONTINUOUS": ("21vianet",)}
ROW = re.compile(r"^\| (?P<cells>[A-Z][A-Z0-9-]+ \|.+)\|$", re.MULTILINE)
PLANNED = re.compile(r"^- `(?P<check>\w+)` -> (?P<obligation>[A-Z0-9-]+)(?P<notes> \(o\))?", re.MULTILINE)


@dataclass(frozen=True)
class Planned:
    """A check that section 1.8 plans."""

    family: str
    obligation: str
    only_notes: bool


@pytest.fixture(scope="module")
def research() -> str:
    """The research file beside the clone; skipped where it is absent, a failure under CI."""
    if not RESEARCH.is_file():
        absent("the index of obligations is not there (../shared/research/obligations.md)")
    return RESEARCH.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The catalogue that ships."""
    return load_catalogue(ROOT / "checks")


def section(text: str, begin: str, end: str) -> str:
    """The part of ``text`` between two headings."""
    return text.split(begin, 1)[1].split(end, 1)[0]


def index_rows(research: str) -> dict[str, list[str]]:
    """The rows of the index by id, a list of cells each."""
    table = section(research, "## 0.1 Index", "\nTiers:")
    rows = [[cell.strip() for cell in found["cells"].split("|")] for found in ROW.finditer(table)]
    return {id_: cells for id_, *cells in rows}


def planned_checks(research: str) -> dict[str, Planned]:
    """The checks of section 1.8 by name."""
    found: dict[str, Planned] = {}
    for block in section(research, "### 1.8", "\nNo check:").split("\n\n"):
        family = block.strip().split("\n")[0].removesuffix("/")
        for match in PLANNED.finditer(block):
            found[match["check"]] = Planned(family, match["obligation"], bool(match["notes"]))
    return found


def relations(text: str) -> dict[str, tuple[str, ...]]:
    """``of: A; parts: B, C`` as a mapping; ``part`` and ``parts`` are one."""
    found: dict[str, tuple[str, ...]] = {}
    for piece in text.split(";"):
        if ":" in piece:
            name, _, ids = piece.partition(":")
            found[name.strip().removesuffix("s")] = tuple(id_.strip() for id_ in ids.split(","))
    return found


def dates(obligation: Obligation) -> str:
    """An obligation's days in force, as the index writes them."""
    start = (
        f"{obligation.in_force_from} {obligation.start_basis}"
        if obligation.in_force_from
        else obligation.start_basis
    )
    end = str(obligation.in_force_to) if obligation.in_force_to else obligation.end_basis
    return f"{start} .. {end}"


def test_the_index_was_read_whole(research: str) -> None:
    """It says itself that it holds 69 ids; section 1.8 plans 59 checks."""
    assert len(index_rows(research)) == 69
    assert len(planned_checks(research)) == 59


def test_every_id_is_in_the_catalogue_and_no_other(research: str, catalogue: Catalogue) -> None:
    """None of the index is missing, and the catalogue invents none."""
    assert set(catalogue.obligations) == set(index_rows(research))


def test_each_is_what_the_index_says(research: str, catalogue: Catalogue) -> None:
    """Family, kind, strength, basis and the way of judging are those of the index."""
    for id_, (family, kind, strength, basis, judged_by, *_) in index_rows(research).items():
        found = catalogue.obligations[id_]
        assert (found.family, found.kind, found.strength, found.basis, found.judged_by) == (
            family,
            kind,
            strength,
            basis,
            tuple(judged_by.split(" + ")),
        ), id_


def test_parts_conditions_and_origins_are_those_of_the_index(research: str, catalogue: Catalogue) -> None:
    """Parents and parts agree from both sides, conditions name their permission, what is derived its origin."""
    obligations = catalogue.obligations
    for id_, (*_, related, _, _) in index_rows(research).items():
        found, said = obligations[id_], relations(related)
        parts = {other.id for other in obligations.values() if other.part_of == id_}
        assert (found.part_of,) == said.get("parent", ("",)), id_
        assert (found.condition_of,) == said.get("of", ("",)), id_
        assert found.derived_from == said.get("from", ()), id_
        assert parts == set(said.get("part", ())), id_
        assert {found.condition_of, *found.derived_from} - {""} <= set(obligations), id_


def test_days_in_force_are_those_of_the_index(research: str, catalogue: Catalogue) -> None:
    """First and last day with their certainty; what ends with the newest wording rests on the one before it."""
    for id_, (*_, in_force, seeds) in index_rows(research).items():
        found = catalogue.obligations[id_]
        start, end = in_force.split(" .. ")
        ends_with_s1 = end == "unknown (ends with S1)"
        # an end without a day stands in the index with its reason
        expected_end = "open" if ends_with_s1 else re.sub(r" \(.*\)", "", end)
        assert dates(found) == f"{start} .. {expected_end}", id_
        expected_wording = "S0" if ends_with_s1 else "S1" if start == "unknown" else ""
        assert found.wording == expected_wording, id_
        assert found.wording in {"", seeds}, id_


def test_tiers_and_clouds_are_those_below_the_index(research: str, catalogue: Catalogue) -> None:
    """Every id binds every tier and cloud, save those named there."""
    below = section(research, "\nTiers: every id binds every tier, except ", "## 1.")
    assert set(re.findall(r"[A-Z]+(?:-[A-Z0-9]+)+", below)) == {*TIERS, *CLOUDS, "SCP-CLOUD"}
    for id_, found in catalogue.obligations.items():
        assert found.tiers == TIERS.get(id_, ()), id_
        assert found.clouds == CLOUDS.get(id_, ()), id_


def test_each_check_cites_the_obligation_it_was_planned_for(research: str, catalogue: Catalogue) -> None:
    """A check lies in the planned family, cites the planned id, and only notes where nothing else was planned."""
    planned = planned_checks(research)
    for check in catalogue.checks.values():
        if check.id in BEYOND_THE_PLAN:
            assert check.obligation == BEYOND_THE_PLAN[check.id], check.id
            continue
        found = Planned(check.family, check.obligation, only_notes=check.notes_only)
        assert found == planned.get(check.id), check.id


def test_every_planned_check_exists(research: str, catalogue: Catalogue) -> None:
    """The catalogue holds the checks that the research file plans, and those listed above."""
    assert catalogue.checks.keys() == planned_checks(research).keys() | BEYOND_THE_PLAN.keys()


def test_what_has_no_check_is_planned_to_have_none(research: str, catalogue: Catalogue) -> None:
    """An id without a planned check is told only, a part of what is tested, or answered by a person."""
    planned = {check.obligation for check in planned_checks(research).values()}
    for id_, found in catalogue.obligations.items():
        assert (id_ in planned) == (not found.is_told_only and id_ not in PARTS_OF_A_TEST), id_
        assert id_ not in PARTS_OF_A_TEST or found.part_of in planned, id_


def test_citations_are_complete(catalogue: Catalogue) -> None:
    """Each says where it stands: a title, a language, a date and a place, none twice, in plain short words."""
    for found in catalogue.obligations.values():
        places = [(one.document, one.language, one.dated) for one in found.citations]
        assert places, found.id
        assert len(places) == len(set(places)), found.id
        assert all(one.clause and one.language in {"en", "de", "pt", "ja"} for one in found.citations), (
            found.id
        )
        assert len(found.title) <= 64, found.id
        assert found.note, found.id
        assert re.fullmatch(r"[A-Z].*[^.]", found.title), found.id
        assert re.fullmatch(r"[A-Z].*\.", found.statement), found.id


def test_no_sentence_of_a_page_is_copied(research: str, catalogue: Catalogue) -> None:
    """Our words share no run of eight words with a quotation of the research file."""

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"[\w']+", text.casefold())
        return {tuple(words[start : start + 8]) for start in range(len(words) - 7)}

    quoted = set().union(*(runs(quotation) for quotation in re.findall(r'"([^"\n]+)"', research)))
    for found in catalogue.obligations.values():
        for text in (found.statement, found.note, *(one.clause for one in found.citations)):
            assert not runs(text) & quoted, found.id
