"""What a layout says of its header: other spellings of a field, columns that repeat; and months in other languages."""

from contextlib import closing
from itertools import chain
from pathlib import Path

import pytest
from pydantic import ValidationError

from cspaudit.errors import SourceError
from cspaudit.sources.compile import Plan, build_plan
from cspaudit.sources.files import SourceFile
from cspaudit.sources.header import Header
from cspaudit.sources.mapping import Mapping
from cspaudit.sources.months import MONTHS, in_english
from tests.sources.loading import LoadFiles, instant, open_warehouse, source

FILE = SourceFile(Path("t.csv"), "t.csv", "")


def layout(**more: object) -> Mapping:
    """Return a layout of tickets with a few settings more."""
    return Mapping.model_validate(
        {
            "title": "Tickets",
            "certainty": "assumed",
            "checked_against": "nothing",
            "format": "csv",
            "time": "utc",
            "unused": ["Note"],
            "table": [
                {"name": "ticket", "columns": {"ticket_id": "Key", "opened_at": "Created", "status": "State"}}
            ],
            **more,
        }
    )


def plan(**more: object) -> Plan:
    """Return the plan of such a layout, without settings of a source."""
    return build_plan(
        layout(**more),
        side="",
        columns={},
        values={},
        constants={},
        nulls=(),
        formats=(),
        mark=".",
        is_mark_voted=False,
        segments=(),
        partner_field="",
    )


def test_any_spelling_of_a_field_is_found() -> None:
    """A field stands under its own name or another, compared without case and signs; known columns are not reported."""
    spelt = plan(aliases={"Created": ["Erstellt am", "作成日"], "Note": ["Notiz"]})
    for head in ("created", "ERSTELLT-AM", "作成日"):
        found = Header.match(["Key", head, "NOTIZ", "Etat"], spelt, FILE)
        assert (found.field("Created"), found.field("State"), found.unknown) == (
            "c1",
            # a constant NULL is more than the engine can compare everywhere
            "nullif(c0, c0)",
            ("Etat",),
        )


def test_two_spellings_of_a_field_are_refused() -> None:
    """A field that stands in two columns is refused, whatever their names, and both are named."""
    spelt = plan(aliases={"Created": ["Erstellt"]})
    with pytest.raises(SourceError, match=r"names 'Created' 2 times \(also as 'Erstellt'\)"):
        Header.match(["Key", "Created", "Erstellt"], spelt, FILE)
    with pytest.raises(SourceError, match=r"names 'State' 2 times\."):
        Header.match(["Key", "Created", "State", "state"], spelt, FILE)


@pytest.mark.parametrize(
    ("mode", "values"),
    [("first", ["a", "b", "a", "b", None]), ("sole", ["a", "b", "a", None, None])],
)
def test_repeating_columns(tmp_path: Path, mode: str, values: list[str | None]) -> None:
    """Of columns of one name the first that is filled counts, or the one value that they hold, in any spelling."""
    head = ["Key", "Created", "State", "x", "Zustand"]
    found = Header.match(head, plan(aliases={"State": ["Zustand"]}, repeats={"State": mode}), FILE)
    with closing(open_warehouse(tmp_path)) as warehouse:
        assert [
            row[0]
            for row in warehouse.rows(
                f"SELECT {found.field('State')} FROM (VALUES (1, 'a', ''), (2, '', 'b'), (3, 'a', 'a'), (4, 'b', 'a'), "
                "(5, NULL, '')) t(n, c2, c4) ORDER BY n"
            )
        ] == values


@pytest.mark.parametrize("aliases", [{"Created": ["state"]}, {"Created": ["On"], "Note": ["ON"]}])
def test_one_spelling_means_one_field(aliases: dict[str, list[str]]) -> None:
    """A layout in which one spelling stands for two fields is wrong."""
    with pytest.raises(ValidationError, match="have one spelling"):
        layout(aliases=aliases)


def test_no_word_stands_for_two_months() -> None:
    """The language of a month's name need not be known."""
    words = list(chain.from_iterable(names for _, names in MONTHS))
    assert len(words) == len(set(words))
    assert [english for english, _ in MONTHS] == [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("18/jul/26 9:10 AM", "18/Jul/26 9:10 AM"),
        ("18/JUIL./26 9:10 AM", "18/Jul/26 9:10 AM"),
        ("1/déc./26 9:10 PM", "1/Dec/26 9:10 PM"),
        ("1/12月/26 9:10 PM", "1/Dec/26 9:10 PM"),
        ("26 de set. de 2026, 10:28", "26 de Sep de 2026, 10:28"),
        ("05/März/26 9:10 AM", "05/Mar/26 9:10 AM"),
        ("18/luglio/26", "18/Jul/26"),
        ("2026-07-18 09:10", "2026-07-18 09:10"),
        ("", ""),
    ],
)
def test_months_in_english(tmp_path: Path, text: str, english: str) -> None:
    """The month of a text is put in English, in whatever case and with or without a full stop; all else stays."""
    with closing(open_warehouse(tmp_path)) as warehouse:
        assert (
            warehouse.scalar(f"SELECT {in_english('raw')} FROM (SELECT $text AS raw)", {"text": text})
            == english
        )


def test_months_in_a_format_of_the_users_own(load_files: LoadFiles) -> None:
    """A format that the source names reads months in other languages too, and refuses words that are no month."""
    rows = "ticket_id,opened_at\n1,6. Juli 2026 09:10\n2,6. août 2026 09:10\n3,6. Foo 2026 09:10\n"
    done = load_files({"t.csv": rows}, source("t.csv", "ticket", date_format='"%d. %b %Y %H:%M"'))
    assert done.rows("SELECT ticket_id, opened_at FROM ticket ORDER BY 1") == [
        ("1", instant("2026-07-06T09:10:00")),
        ("2", instant("2026-08-06T09:10:00")),
    ]
    assert done.counts() == (3, 2, 1)
