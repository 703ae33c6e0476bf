"""The checks that ship: each keeps the contract that no single check's cases can show."""

import re
import tomllib
from functools import cache

import pytest

from cspaudit.evaluation.cases import load_cases
from cspaudit.evaluation.definition import Catalogue, fingerprint, load_catalogue, query_text
from cspaudit.evaluation.guard import check_sql
from cspaudit.evaluation.judging import COLUMNS
from cspaudit.evaluation.shared_parts import SHARED_FOLDER
from cspaudit.model.check import Check
from cspaudit.model.result import Status
from tests.conftest import ROOT

CHECKS = ROOT / "checks"
LOCK = CHECKS / "lock.toml"
CHECK_IDS = sorted(path.stem for path in CHECKS.rglob("*.sql") if path.parent.name != SHARED_FOLDER)
LITERAL = re.compile(r"'((?:[^']|'')*)'")
#: words that a reader of the report never meets
INNER_WORDS = re.compile(r"\b(subjects?|engagements?|canonical|reject(s|ed)?|gates?)\b", re.IGNORECASE)
#: which kinds of case a status calls for
STATUS_KINDS = {
    Status.PASS: "pass",
    Status.FAIL: "fail",
    Status.INSUFFICIENT: "missing_evidence",
    Status.NOT_APPLICABLE: "not_applicable",
    Status.NOT_YET_DUE: "not_yet_due",
    Status.OBSERVATION: "observation",
}


@cache
def catalogue() -> Catalogue:
    """Return the catalogue that ships."""
    return load_catalogue(CHECKS)


def check_of(check_id: str) -> Check:
    """Return a check that ships."""
    return catalogue().checks[check_id]


def literals(check: Check) -> set[str]:
    """Return the texts in quotes in a check's query, comments left out."""
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", "", query_text(check), flags=re.DOTALL)
    return set(LITERAL.findall(bare))


def test_there_are_checks() -> None:
    """The tests below look at something."""
    assert len(CHECK_IDS) >= 8


def test_every_obligation_to_be_tested_has_a_check() -> None:
    """An obligation that logs judge has a check, or is part of one that has; what is only told has none."""
    tested = {check.obligation for check in catalogue().checks.values()}
    obligations = catalogue().obligations.values()
    told = {obligation.id for obligation in obligations if obligation.is_told_only}
    untested = {
        obligation.id for obligation in obligations if not {obligation.id, obligation.part_of} & tested
    }

    assert tested & told == set()
    assert untested == told


def test_parts_name_an_obligation_that_is_there() -> None:
    """An obligation that is part of another names one of the catalogue, which is itself no part."""
    obligations = catalogue().obligations
    parts = {obligation.id: obligation.part_of for obligation in obligations.values() if obligation.part_of}

    assert [part for part, whole in parts.items() if whole not in obligations or whole in parts] == []


@pytest.mark.parametrize("check_id", CHECK_IDS)
def test_the_check_passes_the_guard(check_id: str) -> None:
    """Tables equal needs and reads, parameters equal those declared, and all syntax is on the list."""
    check_sql(check_of(check_id))


@pytest.mark.parametrize("check_id", CHECK_IDS)
def test_the_query_names_the_columns_of_the_contract(check_id: str) -> None:
    """The outermost query names its columns in the contract's order, so that a reader sees it."""
    last = query_text(check_of(check_id)).rstrip().lower()

    assert all(column in last for column in COLUMNS)


@pytest.mark.parametrize("check_id", CHECK_IDS)
def test_every_reason_listed_is_used(check_id: str) -> None:
    """A reason's text that no row can show is a promise not kept."""
    check = check_of(check_id)

    assert set(check.reasons) - literals(check) == set()


@pytest.mark.parametrize("check_id", CHECK_IDS)
def test_texts_for_readers_are_plain(check_id: str) -> None:
    """Titles, reasons, remedies and rationales hold none of our identifiers and inner words."""
    check = check_of(check_id)
    texts = [check.title, check.rationale, check.blind_spot, check.remedy, *check.reasons.values()]
    texts += [param.basis for param in check.params]

    for text in texts:
        assert "_" not in text, text
        assert not INNER_WORDS.search(text), text


@pytest.mark.parametrize("check_id", CHECK_IDS)
def test_reasons_are_sentences(check_id: str) -> None:
    """A reason stands alone in the report: it begins with a capital or a figure and ends with a full stop."""
    wrong = [text for text in check_of(check_id).reasons.values() if not re.fullmatch(r"[A-Z{0-9].*\.", text)]

    assert wrong == []


@pytest.mark.parametrize("check_id", CHECK_IDS)
def test_cases_cover_what_the_check_can_say(check_id: str) -> None:
    """Each status that the query can return has a case that says it covers it and expects it; boundaries too."""
    check = check_of(check_id)
    cases = load_cases(ROOT / "tests" / "cases" / f"{check_id}.toml")
    said = {kind for case in cases for kind in case.covers}
    expected = {row["status"] for case in cases for row in case.expect}
    # a check that only notes compares columns with these words, such as a sender's authentication
    never = {Status.PASS, Status.FAIL} if check.notes_only else set()
    possible = {status for status in STATUS_KINDS if status in literals(check) and status not in never}

    assert {"boundary", *(STATUS_KINDS[status] for status in possible)} - said == set()
    assert possible - expected == set()
    assert {STATUS_KINDS[Status(status)] for status in expected} - said == set()


@pytest.mark.parametrize("check_id", CHECK_IDS)
def test_cases_show_that_partners_do_not_mix(check_id: str) -> None:
    """At least one case holds two partners."""
    cases = load_cases(ROOT / "tests" / "cases" / f"{check_id}.toml")

    assert max(len(case.partners) for case in cases) > 1


def test_a_changed_check_has_a_new_version() -> None:
    """The lock holds each check's fingerprint by version: a query or parameter changes only with the version."""
    locked = tomllib.loads(LOCK.read_text(encoding="utf-8"))
    current = {check.id: (str(check.version), fingerprint(check)) for check in catalogue().checks.values()}

    assert {id_: locked.get(id_, {}).get(version) for id_, (version, _) in current.items()} == {
        id_: found for id_, (_, found) in current.items()
    }, "raise the version of what changed, then run tools/lock_checks.py"


def test_no_version_goes_back() -> None:
    """A check's version is the highest that the lock knows of it."""
    locked = tomllib.loads(LOCK.read_text(encoding="utf-8"))
    highest = {id_: max(map(int, versions)) for id_, versions in locked.items()}

    assert [
        check.id for check in catalogue().checks.values() if check.version < highest.get(check.id, 0)
    ] == []
