"""What a layout can say beyond the fields of a record: tests put together, parts of a text, lists of records."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from cspaudit.errors import EngagementError
from cspaudit.model import engagement
from cspaudit.sources import mapping
from cspaudit.sources.condition import Condition
from cspaudit.sources.load import load, plan_sources
from cspaudit.sources.mapping import ColumnSource
from tests.sources.loading import HEAD, ONE_PARTNER, Loading, open_warehouse, write

LAYOUT = """
title = "Visits"
certainty = "assumed"
checked_against = "nothing"
format = "json"
time = "utc"
records = "days"
members = "book.visits"

[[table]]
name = "ticket_event"
only_where = {only_where}

[table.columns]
event_id = "book.visits.no"
ticket_id = {{ field = "page", capture = "/ticket/(T-[0-9]+)" }}
occurred_at = "day"
actor_id = "book.keepers[role=desk.main].name"
kind = {{ constant = "note" }}
"""
MEMBER = '{ field = "book.visits" }'


def read(folder: Path, content: object, only_where: str = MEMBER) -> Loading:
    """Load one JSON value through LAYOUT."""
    write(
        folder,
        {
            "layouts/visits.toml": LAYOUT.format(only_where=only_where),
            "x.json": json.dumps(content),
            "cspaudit.toml": HEAD + ONE_PARTNER + '[[source]]\npath = "x.json"\nmapping = "visits"\n',
        },
    )
    stated = engagement.load(folder)
    warehouse = open_warehouse(folder)
    loaded = load(warehouse, stated, plan_sources(stated, folder / "layouts"), lambda *_: None)
    return Loading(warehouse, loaded)


def day(visits: object, page: str = "https://desk.example/ticket/T-7?x=1") -> dict[str, object]:
    """Return a record that lists visits."""
    return {"day": "2026-07-01T09:00:00Z", "page": page, "book": {"visits": visits}}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"one_of": ["x"]},
        {"field": "a", "all_of": [{"field": "b"}]},
        {"all_of": [{"field": "a"}], "any_of": [{"field": "b"}]},
        {"any_of": [{"one_of": ["x"]}]},
    ],
)
def test_a_test_has_one_form(wrong: dict[str, object]) -> None:
    """A test reads a field or puts other tests together, and never both or neither."""
    with pytest.raises(ValidationError, match="needs one of field, all_of and any_of"):
        Condition.model_validate(wrong)


def test_fields_of_tests_put_together() -> None:
    """All fields that any part of a test reads are its own, each once."""
    test = Condition.model_validate(
        {"any_of": [{"all_of": [{"field": "a"}, {"field": "b", "covers": "c"}]}, {"field": "a"}]}
    )
    assert test.fields == ("a", "b", "c")
    # whether a constant holds is each record's matter: no export lacks it
    assert ColumnSource(constant="x", where=test).lacking(()) == ()
    assert ColumnSource(field="d", where=test).lacking(("a", "b")) == ("d",)
    assert ColumnSource(field="d", where=test).lacking(("b", "d")) == ("a", "c")


def test_a_layout_with_a_wrong_test_is_refused(tmp_path: Path) -> None:
    """A layout's file that holds a test of no form is named with what is wrong."""
    write(tmp_path, {"visits.toml": LAYOUT.format(only_where='{ one_of = ["x"] }')})
    with pytest.raises(EngagementError, match="needs one of field"):
        mapping.load(tmp_path, "visits")


def test_members_are_records_beside_theirs(tmp_path: Path) -> None:
    """Members follow the record that lists them; those of no list, an empty one or null are none."""
    content = {"days": [day([{"no": 1}, {"no": 2}]), day([]), day(None), {"day": "x"}, day([{"no": 3}])]}
    done = read(tmp_path, content)
    assert done.rows("SELECT event_id, ticket_id, record FROM ticket_event ORDER BY record") == [
        ("1", "T-7", 2),
        ("2", "T-7", 3),
        ("3", "T-7", 8),
    ]
    assert done.counts() == (8, 8, 0)


@pytest.mark.parametrize("lost", ["text", 7, True, {"number": 1}])
def test_what_is_no_list_is_one_damaged_member(tmp_path: Path, lost: object) -> None:
    """What stands in a list's place is counted as a record that has none of the fields."""
    done = read(tmp_path, {"days": [day([{"no": 1}]), day(lost)]})
    assert done.rejects() == [("x.json", 4, None, "event_id", None, "is required and empty")]
    assert done.counts() == (4, 3, 1)


def test_no_member_anywhere_lacks_nothing(tmp_path: Path) -> None:
    """An export whose records list nothing is read; one whose records lack a field of their own is refused."""
    done = read(tmp_path, {"days": [day([])]})
    assert done.counts() == (1, 1, 0)


def test_members_without_a_field_are_refused(tmp_path: Path) -> None:
    """Where no member has a field that it must have, the file has another layout."""
    done = read(tmp_path, {"days": [day([{"number": 1}])]})
    assert "No record of the export has 'book.visits.no'" in done.problem


def test_a_list_of_the_record_is_searched_beside_its_members(tmp_path: Path) -> None:
    """``list[key=value]`` looks within the record's own list, whatever signs the value has."""
    keepers = [{"role": "desk", "name": "ben"}, {"role": "desk.main", "name": "ada"}]
    one = {**day([]), "book": {"visits": [{"no": 1}], "keepers": keepers}}
    done = read(tmp_path, {"days": [one, day([{"no": 2}])]})
    assert done.rows("SELECT event_id, actor_id FROM ticket_event ORDER BY 1") == [("1", "ada"), ("2", None)]
    assert done.counts() == (4, 4, 0)


def test_capture_takes_the_group_or_nothing(tmp_path: Path) -> None:
    """Of a text that the pattern does not match nothing is taken, and a key that is nothing is a reject."""
    content = {"days": [day([{"no": 1}]), day([{"no": 2}], page="https://desk.example/ticket/7")]}
    done = read(tmp_path, content)
    assert done.values("SELECT event_id FROM ticket_event") == ["1"]
    assert done.rejects() == [("x.json", 4, None, "ticket_id", None, "is required and empty")]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('{ field = "book.visits.no", one_of = ["1", "3"] }', ["1", "3"]),
        ('{ field = "book.visits.no", none_of = ["1", "3"] }', ["2"]),
        ('{ field = "book.visits.who", none_of = ["ada"] }', ["2"]),
        (
            '{ all_of = [{ field = "book.visits" }, { field = "book.visits.who", empty = true }] }',
            ["3"],
        ),
        (
            """{ any_of = [
                { field = "book.visits.who", one_of = ["ada"] },
                { all_of = [{ field = "book.visits.no", one_of = ["3"] }, { field = "day" }] },
            ] }""",
            ["1", "3"],
        ),
    ],
)
def test_tests_of_members(tmp_path: Path, test: str, expected: list[str]) -> None:
    """Only the records for which the whole test holds feed the table; nothing is no other value."""
    visits = [{"no": 1, "who": "ada"}, {"no": 2, "who": "ben"}, {"no": 3, "who": ""}]
    done = read(tmp_path, {"days": [day(visits)]}, test)
    assert done.values("SELECT event_id FROM ticket_event ORDER BY 1") == expected
    assert done.counts() == (4, 4, 0)


@pytest.mark.parametrize(("days", "is_refused"), [(None, False), ([], False), ("lost", True), ({}, True)])
def test_what_stands_in_the_place_of_all_records(tmp_path: Path, days: object, *, is_refused: bool) -> None:
    """No list and an empty one hold no record; anything else there is a record that lacks every field."""
    done = read(tmp_path, {"days": days})
    assert bool(done.loaded.problems) == is_refused


def test_a_page_without_its_list_is_one_record_left_out(tmp_path: Path) -> None:
    """Of two pages in one file the damaged one is counted, and the other stays."""
    pages = [{"days": [day([{"no": 1}])]}, {"days": "lost"}]
    done = read(tmp_path, pages, '{ any_of = [{ field = "book.visits" }, { field = "day", empty = true }] }')
    assert done.values("SELECT event_id FROM ticket_event") == ["1"]
    assert done.rejects() == [("x.json", 3, None, "event_id", None, "is required and empty")]
    assert done.counts() == (3, 2, 1)
