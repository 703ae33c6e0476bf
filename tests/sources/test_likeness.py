"""A damaged header cell is taken for the one needed field that it alone resembles, and told; else nothing is guessed."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

from cspaudit import resources
from cspaudit.cli.main import commands
from cspaudit.errors import LackingFieldsError, SourceError
from cspaudit.sources.detect import KnownLayout, detect_all, known_layouts
from cspaudit.sources.files import SourceFile
from cspaudit.sources.header import Header
from cspaudit.sources.spelling import normal
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from tests.sources.loading import LoadFiles, open_warehouse, source

FILE = SourceFile(Path("t.csv"), "t.csv", "")
LAYOUTS = [one for one in known_layouts(resources.mappings()) if one.plan.layout.format == "csv"]
LOG = next(one for one in LAYOUTS if one.plan.layout.id == "servicenow_incident_log_csv")
#: the ten fields that the layout of an incident log uses
USED = [
    "number", "incident_state", "caller_id", "opened_at", "sys_updated_by", "sys_updated_at", "contact_type",
    "priority", "resolved_at", "closed_at",
]  # fmt: skip
RECORD = "INC1,{},C1,31/7/2026 9:05,U1,31/7/2026 9:06,Phone,2 - High,?,?\n"


def damage(cells: Sequence[str], field: str, *written: str) -> list[str]:
    """The header with one cell written otherwise, or in several columns."""
    at = cells.index(field)
    return [*cells[:at], *written, *cells[at + 1 :]]


def taken(cells: Sequence[str], rows: Sequence[Sequence[str]] = ()) -> tuple[str, str] | None:
    """Which cell of an incident log is taken for which field."""
    found = Header.match(cells, LOG.plan, FILE, rows).taken
    return (found.cell, found.field) if found else None


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("incident_state", "ident_state"),
        ("incident_state", "Incident Sttae"),
        ("incident_state", "incident_statee"),
        ("opened_at", "opned_at"),
    ],
)
def test_one_damaged_cell_is_taken(field: str, written: str) -> None:
    """Letters that are dropped, swapped or doubled leave a cell that resembles one field alone."""
    cells = damage(USED, field, written)
    more = [*cells, *LOG.plan.layout.unused, *(f"own {number}" for number in range(20))]
    assert taken(cells) == taken(list(reversed(cells))) == taken(more) == (written, field)
    found = Header.match(cells, LOG.plan, FILE)
    assert found.positions[field] == (cells.index(written),)
    assert (found.unknown, len(found.known)) == ((), len(USED))


@pytest.mark.parametrize(
    ("field", "written"),
    [
        # two cells could be it
        ("incident_state", ("ident_state", "inciden_state")),
        # a known field of the layout, and another name on purpose
        ("opened_at", ("sys_created_at",)),
        ("opened_at", ("reopened_at",)),
        ("opened_at", ("opened_at2",)),
        # too little alike
        ("incident_state", ("state",)),
        # no field at all
        ("incident_state", ()),
    ],
)
def test_nothing_is_guessed(field: str, written: tuple[str, ...]) -> None:
    """Where two cells could be meant, or one that means something else, the field is lacking."""
    with pytest.raises(LackingFieldsError) as caught:
        taken(damage(USED, field, *written))
    assert caught.value.lacking == (field,)


def test_the_other_fields_must_be_there() -> None:
    """With another needed field lacking, or few of the layout's fields, no cell is taken for one."""
    damaged = damage(USED, "incident_state", "ident_state")
    with pytest.raises(LackingFieldsError):
        taken([cell for cell in damaged if cell != "sys_updated_at"])
    with pytest.raises(LackingFieldsError):
        taken([cell for cell in damaged if cell not in {"priority", "contact_type"}])
    with pytest.raises(LackingFieldsError):
        taken(["number", "ident_state", "opened_at", "sys_updated_at"])
    # nine of ten fields and many columns of its own: it could be anything
    with pytest.raises(LackingFieldsError):
        taken([*damaged, *(f"own {number}" for number in range(5))])


def test_its_values_must_be_those_of_the_field() -> None:
    """Where the layout lists what a field holds, the column must hold some of it; an empty one tells nothing."""
    cells = damage(USED, "incident_state", "ident_state")
    rows = [RECORD.format(state).strip().split(",") for state in ("New", "Closed")]
    assert taken(cells, rows) == ("ident_state", "incident_state")
    assert taken(cells, [RECORD.format("").strip().split(",")]) == ("ident_state", "incident_state")
    with pytest.raises(LackingFieldsError):
        taken(cells, [RECORD.format(state).strip().split(",") for state in ("Bavaria", "Hesse")])


def test_a_field_that_an_export_can_do_without_stays_absent(load_files: LoadFiles) -> None:
    """A damaged name of an optional field is told among the columns that are not used."""
    header = ",".join(damage(USED, "resolved_at", "resolvd_at"))
    done = load_files(
        {"t.csv": f"{header}\n{RECORD.format('Closed')}"},
        source("t.csv", "servicenow_incident_log_csv", timezone='"UTC"'),
    )
    assert done.loaded.warnings == ("t.csv: columns not used: resolvd_at.",)
    assert done.counts() == (1, 1, 0)


def test_it_is_read_and_told(load_files: LoadFiles, tmp_path: Path) -> None:
    """Each column that takes the field is filled from the damaged one; the run and the detection say so."""
    header = ",".join(damage(USED, "incident_state", "ident_state"))
    done = load_files(
        {"t.csv": f"{header}\n{RECORD.format('Closed')}"},
        source("t.csv", "servicenow_incident_log_csv", timezone='"UTC"'),
    )
    told = "the column 'ident_state' was taken for 'incident_state', which the header lacks"
    assert done.rows("SELECT t.status, e.kind FROM ticket t JOIN ticket_event e USING (ticket_id)") == [
        ("Closed", "close")
    ]
    assert f"t.csv: {told}." in done.loaded.assumptions
    path = tmp_path / "t.csv"
    path.write_text(f"{header}\n{RECORD.format('Closed')}")
    shown = CliRunner().invoke(commands, ["sources", "detect", str(path)]).output
    assert 'mapping = "servicenow_incident_log_csv"' in shown
    assert f"assumed: {told}" in shown


@st.composite
def damages(draw: st.DrawFn) -> tuple[KnownLayout, list[str], list[str]]:
    """A layout, its whole header in any order, and the same with one cell damaged by a slip of the hand."""
    known = draw(st.sampled_from(LAYOUTS))
    layout = known.plan.layout
    cells = draw(st.permutations(list(dict.fromkeys([*known.plan.fields, *layout.unused]))))
    at = draw(st.integers(0, len(cells) - 1))
    cell = cells[at]
    place = draw(st.integers(0, len(cell) - 1))
    slips = (
        cell[:place] + cell[place + 1 :],
        cell[:place] + cell[place : place + 2][::-1] + cell[place + 2 :],
        cell[:place] + cell[place] + cell[place:],
        cell[:place] + draw(st.sampled_from("abcdefghij")) + cell[place + 1 :],
    )
    written = draw(st.sampled_from(slips))
    every = (*layout.fields, *layout.unused, *known.plan.fields)
    assume(normal(written) and normal(written) not in frozenset().union(*map(layout.spellings, every)))
    return known, list(cells), [*cells[:at], written, *cells[at + 1 :]]


@given(damages())
def test_no_slip_makes_another_layout_fit_or_moves_a_field(
    slip: tuple[KnownLayout, list[str], list[str]],
) -> None:
    """One damaged cell is read as the field that stood there, or as none; another layout needs what it needed before."""
    known, whole, cells = slip
    before = positions(known, whole)
    after = positions(known, cells)
    assume(before is not None)
    at = next(at for at, cell in enumerate(cells) if cell != whole[at])
    if after is not None and before is not None:
        assert {field: place for field, place in after.items() if at in place}.items() <= before.items()
        assert {field: place for field, place in before.items() if at not in place}.items() <= after.items()
    for other in LAYOUTS:
        names = (*other.plan.layout.fields, *other.plan.layout.unused)
        own = frozenset[str]().union(*map(other.plan.layout.spellings, names))
        # without one of its own fields a layout may need less: a list that has no day of payment holds open amounts
        is_its_own = not own.isdisjoint({normal(cells[at]), normal(whole[at])})
        if other is not known and not is_its_own and positions(other, cells) is not None:
            assert positions(other, whole) is not None, other.plan.layout.id


def positions(known: KnownLayout, cells: Sequence[str]) -> dict[str, tuple[int, ...]] | None:
    """Where each field stands, None where the header lacks one that is needed."""
    try:
        return dict(Header.match(cells, known.plan, FILE).positions)
    except SourceError:
        return None


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """An engine of its own."""
    with open_warehouse(tmp_path) as opened:
        yield opened


def needed(known: KnownLayout) -> str:
    """The first needed field whose name is long enough to be known when it is damaged, empty where there is none."""
    return next((name for name in known.plan.lacking(()) if len(name) > 8), "")


@pytest.mark.parametrize("known", [one for one in LAYOUTS if needed(one)], ids=lambda one: one.plan.layout.id)
def test_detection_finds_the_layout_all_the_same(
    known: KnownLayout, warehouse: Warehouse, tmp_path: Path
) -> None:
    """A whole header whose first needed field is damaged is its own layout's, or nobody's it was not before."""
    cells = list(dict.fromkeys([*known.plan.fields, *known.plan.layout.unused]))
    path = tmp_path / "t.csv"
    winners = []
    field = needed(known)
    for header in (cells, damage(cells, field, field[:3] + field[4:])):
        path.write_text(",".join(f'"{cell}"' for cell in header) + "\n")
        (found,) = detect_all(path, LAYOUTS, warehouse)
        winners.append(found.candidates[0].name if found.candidates else "")
    assert winners[1] in {winners[0], ""}
