"""The documents say what the program does: pages made from it are fresh, those written by hand name all there is."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

from cspaudit import errors, resources
from cspaudit.case_files import load_given
from cspaudit.cli.main import INTERNAL, INTERRUPTED
from cspaudit.cli.main import commands as command_line
from cspaudit.evaluation.allowlist import FUNCTIONS, TYPES
from cspaudit.evaluation.cases import KINDS, load_cases
from cspaudit.evaluation.definition import load_catalogue
from cspaudit.evaluation.front_matter import _FrontMatter, _Obligation
from cspaudit.evaluation.judging import COLUMNS as ROW_COLUMNS
from cspaudit.model import engagement
from cspaudit.model.result import FINDING_COLUMNS
from cspaudit.model.tables import TABLES
from cspaudit.outputs import duty_words
from cspaudit.outputs.json_v1 import results
from cspaudit.outputs.labels import FAMILIES
from cspaudit.sources import mapping
from tests.conftest import ROOT
from tests.outputs.samples import scorecard

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
CATALOGUE = load_catalogue(resources.checks())
#: heading of engagement.md -> what reads it
PARTS: dict[str, type[BaseModel]] = {
    "engagement": engagement._Header,
    "partner": engagement.PartnerSettings,
    "source": engagement.SourceSettings,
    "checks": engagement.CheckSettings,
    "wordings": engagement.WordingSettings,
    "gate": engagement.GateSettings,
}


def page(name: str) -> str:
    """Return the text of a document."""
    return (ROOT / name).read_text(encoding="utf-8")


def sections(text: str) -> dict[str, str]:
    """Return the text below each heading of the second level."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def first_cells(text: str) -> list[str]:
    """Return the first cell of every row of the tables in a text, heads left out, code marks removed."""
    rows = re.findall(
        r"^\| (.+?) \|.*\|$", re.sub(r"^\|.*\|\n\|-.*\|$", "", text, flags=re.MULTILINE), re.MULTILINE
    )
    return [row.replace("`", "") for row in rows]


def commands(group: click.Group, path: str = "cspaudit") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with the words that call it, groups too."""
    yield path, group
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


COMMANDS = dict(commands(command_line))


def test_generated_pages_are_up_to_date() -> None:
    """What `make docs` would write is what lies there, and no page of something that is gone is left over."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "generate_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("tables.md", set(TABLES)),
        ("sources.md", set(mapping.names(resources.mappings()))),
    ],
)
def test_everything_has_its_place(name: str, expected: set[str]) -> None:
    """Each table and layout has a section of its own, and nothing else has."""
    assert set(sections(page(f"docs/{name}"))) - {"All tables"} == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("checks", set(CATALOGUE.checks)), ("obligations", set(CATALOGUE.obligations))]
)
def test_each_test_and_each_duty_has_a_page_of_its_own(name: str, expected: set[str]) -> None:
    """The folder holds a page for each and no other, and the index links to every one of them once."""
    linked = re.findall(rf"\]\({name}/([\w-]+)\.md\) \| [^|]+ \|", page(f"docs/{name}.md"))

    assert {path.name for path in (DOCS / name).iterdir()} == {f"{id_}.md" for id_ in expected}
    assert sorted(linked) == sorted(expected)


@pytest.mark.parametrize("id_", CATALOGUE.obligations)
def test_the_page_of_a_duty_tells_all_of_it(id_: str) -> None:
    """Statement, note, dates, every citation and every test of the duty."""
    text, duty = page(f"docs/obligations/{id_}.md"), CATALOGUE.obligations[id_]

    for part in (duty.title, duty.statement, duty.note, duty_words.in_force(duty)):
        assert part in text
    for citation in duty.citations:
        assert f"* {duty_words.citation(citation)}" in text
    for check in CATALOGUE.checks_of(id_):
        assert f"(../checks/{check.id}.md)" in text


@pytest.mark.parametrize("id_", CATALOGUE.checks)
def test_the_page_of_a_test_tells_all_of_it(id_: str) -> None:
    """What and why, blind spot, needs, settings with their basis, reasons, query and the name of every case."""
    text, check = page(f"docs/checks/{id_}.md"), CATALOGUE.checks[id_]
    own = Path(check.path).read_text(encoding="utf-8").partition("*/")[2].strip()

    for part in (check.title, check.rationale, check.blind_spot, check.remedy, own):
        assert part in text
    for table in check.tables:
        assert f"[`{table}`](" in text
    for param in check.params:
        assert f"| `{param.name}` |" in text
        assert param.basis in text
    for code, reason in check.reasons.items():
        assert f"| `{code}` | {reason.replace('|', chr(92) + '|')} |" in text
    for case in load_cases(ROOT / "tests" / "cases" / f"{id_}.toml"):
        assert f"* {case.name} (" in text


@pytest.mark.parametrize("heading", PARTS)
def test_every_key_of_the_engagement_is_told(heading: str) -> None:
    """The reference has a row for each key, and none for a key that is refused."""
    text = sections(page("docs/engagement.md"))[heading]
    told = [key for cell in first_cells(text) for key in cell.split(", ")]

    assert sorted(told) == sorted(PARTS[heading].model_fields)


@pytest.mark.parametrize("heading", PARTS)
def test_required_keys_are_told_as_such(heading: str) -> None:
    """A key is called required where, and only where, its absence is an error."""
    text = sections(page("docs/engagement.md"))[heading]
    called = set(re.findall(r"^\| `(\w+)` \| required \|", text, re.MULTILINE))
    # an override without a reason is refused by a rule, not by the field
    by_rule = {"because"} if heading == "checks" else set()

    assert called == by_rule | {
        name for name, field in PARTS[heading].model_fields.items() if field.is_required()
    }


def test_every_command_and_option_is_told() -> None:
    """results.md lists every command and every option, and none that does not exist."""
    text = sections(page("docs/results.md"))["Commands"]
    cells = first_cells(text)
    told = {re.split(r" \[| (?=[A-Z])", cell)[0] for cell in cells if cell.startswith("cspaudit")}
    options = {option for cell in cells if cell.startswith("--") for option in cell.split(", ")}

    assert told == {name for name, command in COMMANDS.items() if not isinstance(command, click.Group)}
    assert options == {
        option
        for name, command in COMMANDS.items()
        for parameter in command.get_params(click.Context(command, help_option_names=["-h", "--help"]))
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    }, "every option, once for all commands"


def test_every_command_shown_exists() -> None:
    """A command in a code block of a document can be typed; those announced for later cannot yet."""
    shown = [
        line
        for path in PAGES
        for block in re.findall(
            r"^```\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
        )
        for line in block.splitlines()
        if line.startswith("cspaudit ")
    ]
    later = re.findall(
        r"`([a-z ]+)`", page("README.md").partition("* The commands")[2].partition("come later")[0]
    )

    assert shown
    for line in shown:
        assert any(line == name or line.startswith(f"{name} ") for name in COMMANDS if name != "cspaudit"), (
            line
        )
    assert later
    assert not [name for name in later if f"cspaudit {name}" in COMMANDS]


@pytest.mark.parametrize("name", ["README.md", "docs/results.md"])
def test_exit_codes_are_those_of_the_code(name: str) -> None:
    """The documents give the codes that the classes of errors carry, and no other."""
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", page(name), re.MULTILINE)
    told = {int(code): meaning for code, meaning in rows}

    assert len(told) == len(rows)
    assert set(told) == {
        0, 1, errors.EngagementError.exit_code, errors.CspAuditError.exit_code, INTERRUPTED
    }  # fmt: skip
    assert INTERNAL == errors.SourceError.exit_code == errors.CheckError.exit_code
    assert "`cspaudit.toml` is wrong" in told[errors.EngagementError.exit_code]
    assert "could not be carried out in full" in told[errors.SourceError.exit_code]
    assert "interrupted" in told[INTERRUPTED]
    assert "pass mark is reached" in told[0]
    assert "not reached" in told[1]


def test_help_gives_the_same_exit_codes() -> None:
    """`cspaudit --help` and the documents agree on the codes."""
    text = " ".join((command_line.help or "").split())

    assert re.findall(r"\d+", text.partition("Exit codes:")[2]) == ["0", "1", "2", "3", "130"]


def test_results_are_told_in_full() -> None:
    """results.md names the columns of findings.csv in their order, and every key of results.json."""
    told = sections(page("docs/results.md"))
    content = results(scorecard())
    partner = content["partners"][0]

    assert first_cells(told["findings.csv"]) == list(FINDING_COLUMNS)
    assert first_cells(told["results.json"]) == list(content)
    for key in [*partner["obligations"][0], *partner["obligations"][0]["checks"][0]]:
        assert re.search(rf"`{key}`", told["results.json"]), key


def test_writing_checks_tells_what_a_check_may_say() -> None:
    """The page on checks names each key of the leading comment and of an obligation, each column, each kind of case."""
    text = page("docs/writing-checks.md")
    told = sections(text)

    assert set(first_cells(told["The leading comment"])) == set(_FrontMatter.model_fields)
    assert [
        name
        for name in _Obligation.model_fields
        if f"`{name}`" not in text.replace("[[obligation.citation]]", "citation")
    ] == []
    assert first_cells(told["What the query returns"]) == [*ROW_COLUMNS, "target_share"]
    assert [kind for kind in KINDS if f"`{kind}`" not in told["Cases"]] == []


def test_writing_checks_lists_the_allow_list() -> None:
    """The functions and types told are those that the guard lets through."""
    text = sections(page("docs/writing-checks.md"))["What the query may use"]
    functions = text.partition("The functions:")[2].partition("The types")[0]
    types = text.partition("The types to cast to:")[2].partition(". A fraction")[0]

    assert set(re.findall(r"`(\w+)`", functions)) == FUNCTIONS
    assert set(re.findall(r"`(\w+)`", types)) == TYPES


def test_helper_tables_have_the_columns_told(tmp_path: Path) -> None:
    """The helper tables of a run have the columns that the page names, and checks can read what it says of `ticket`."""
    text = sections(page("docs/writing-checks.md"))["Helper tables"]
    partner = {"partner_id": "fabrikam", "name": "F", "tier": "direct_bill", "timezone": "Europe/Berlin"}
    with load_given(
        {}, [partner], date(2026, 7, 1), date(2026, 8, 1), datetime(2026, 8, 5, tzinfo=UTC), staging=tmp_path
    ) as warehouse:
        for table, told in re.findall(r"^\| `(\w+)` \| (.+) \|$", text, re.MULTILINE):
            named = re.findall(r"`(\w+)`", told)
            assert named == list(warehouse.column_names(f"select * from {table}")), table
        assert "survivor_id" in warehouse.column_names("select * from ticket")


def test_the_rooms_are_those_of_the_package() -> None:
    """architecture.md and its picture name every room."""
    rooms = {path.name for path in (ROOT / "src" / "cspaudit").iterdir() if not path.name.startswith("_")}
    rooms.remove("py.typed")
    told = sections(page("docs/architecture.md"))["The rooms"]
    picture = page("docs/pictures/architecture.svg")

    assert set(first_cells(told)) == rooms
    for room in rooms - {"case_files.py", "answer_templates.py", "new_check.py", "explain.py", "initialise"}:
        assert f">{room.removesuffix('.py')}" in picture, room


def test_the_readme_counts_duties_and_tests() -> None:
    """README tells for each family how many duties it holds and how many tests judge them."""
    rows = re.findall(
        r"^\| (.+) \| .+ \| (\d+) \| (\d+) \|$", sections(page("README.md"))["What it tests"], re.MULTILINE
    )

    assert [(name, int(duties), int(tests)) for name, duties, tests in rows] == [
        (
            name,
            sum(duty.family == family for duty in CATALOGUE.obligations.values()),
            sum(check.family == family for check in CATALOGUE.checks.values()),
        )
        for family, name in FAMILIES.items()
    ]
