"""The list of records in a large JSON object: taken whole and exactly, in pieces of any size, or refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cspaudit.errors import SourceError
from cspaudit.sources import files, json_list
from cspaudit.sources.files import SourceFile
from tests.sources.loading import LoadFiles, source

TEXT = st.text(alphabet='ab"\\[]{}:,é\n', max_size=8)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.lists(st.dictionaries(TEXT, VALUE, max_size=3), max_size=6)


def take(folder: Path, content: str | bytes, name: str = "items", limit: int = 0) -> Any:
    """What is taken out of a file of this content."""
    path = folder / "whole.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    target = folder / "list.json"
    json_list.take(SourceFile(path, "whole.json", ""), path, name, target, limit)
    return json.loads(target.read_bytes())


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.dictionaries(TEXT, VALUE, max_size=2),
    records=RECORDS,
    after=st.dictionaries(TEXT, VALUE, max_size=2),
    piece=st.integers(1, 40),
    has_blanks=st.booleans(),
)
def test_the_list_is_what_a_json_parser_finds_there(
    tmp_path: Path,
    before: dict[str, Any],
    records: list[Any],
    after: dict[str, Any],
    piece: int,
    has_blanks: bool,  # noqa: FBT001 - hypothesis hands it over by name
) -> None:
    """Whatever stands around the list and in its texts, its members come out unchanged, at any size of piece."""
    before.pop("items", None)
    after.pop("items", None)
    page = {**before, "items": records, **after}
    content = json.dumps(page, ensure_ascii=False, indent=2 if has_blanks else None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "CHUNK_BYTES", piece)
        assert take(tmp_path, content) == records
        assert take(tmp_path, content, limit=2) == records[:2]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS, cut=st.integers(1, 200), piece=st.integers(1, 40))
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, records: list[Any], cut: int, piece: int) -> None:
    """However much of the end is missing, no part of the list is taken for the whole."""
    content = json.dumps({"items": records, "count": len(records)}).encode()
    whole = content[: max(len(content) - cut, 0)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "CHUNK_BYTES", piece)
        with pytest.raises(SourceError):
            take(tmp_path, whole)


def test_a_second_page_in_the_file_is_refused_and_not_lost(tmp_path: Path) -> None:
    """Two pages one after the other would lose the second."""
    with pytest.raises(SourceError, match="goes on, or ends too soon"):
        take(tmp_path, '{"items": [1]}\n{"items": [2]}')


def test_a_list_of_another_name_is_told(tmp_path: Path) -> None:
    """A list that only bears the name deeper inside, or a value that does, is not the one."""
    with pytest.raises(SourceError, match="no list 'items' begins"):
        take(tmp_path, '{"page": {"items": [1]}, "items": 3, "other": "items", "rows": [2]}')


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_records_nested_without_end_are_refused(tmp_path: Path, opening: str) -> None:
    """A file of brackets alone is refused in a moment."""
    with pytest.raises(SourceError, match="nested more than 500 deep"):
        take(tmp_path, '{"items": [' + opening * 1_000_000)


def test_a_large_page_loads_as_a_small_one_does(
    load_files: LoadFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows of a page do not hang on whether it is larger than what is read as one object."""
    tickets = [
        {"id": n, "created_at": "2026-07-01T08:00:00Z", "status": "open", "subject": '[x] "y" {'}
        for n in range(50)
    ]
    page = json.dumps({"tickets": tickets, "count": 50}, indent=1)
    monkeypatch.setattr(files, "LINE_BYTES", 200)
    loaded = load_files({"t.json": page}, source("t.json", "zendesk_tickets_json"))
    assert loaded.counts() == (50, 50, 0)
    assert loaded.values("SELECT count(DISTINCT ticket_id) FROM ticket") == [50]
