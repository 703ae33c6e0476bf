"""Every third-party file is recognised and read without a loss, or declined with a reason."""

import shutil
from pathlib import Path

import pytest

from cspaudit import resources
from cspaudit.sources.detect import Candidate, detect_all, known_layouts
from tests.sources.loading import HEAD, ONE_PARTNER, load_folder, open_warehouse, write

pytestmark = pytest.mark.samples

#: the files are tried in so many shares, side by side
SHARES = 8


def answers(one: Candidate, sheet: str) -> dict[str, str]:
    """What a person would answer to what the file leaves open; any answer will do."""
    given = {"table" if one.is_table else "mapping": f'"{one.name}"'}
    if sheet:
        given["sheet"] = f'"{sheet}"'
    if one.needs_timezone:
        given["timezone"] = '"Europe/Berlin"'
    if one.needs_side:
        given["side"] = '"payable"'
    stated = {column: "x" for column, _ in one.needs_stated if column != "as_of"}
    stated |= {"currency": "EUR"} if one.needs_currency else {}
    if stated:
        given["constants"] = "{ " + ", ".join(f'{name} = "{text}"' for name, text in stated.items()) + " }"
    if any(column == "as_of" for column, _ in one.needs_stated):
        given["as_of"] = "2026-10-15T00:00:00Z"
    if "decimal" in one.asked:
        given["decimal"] = '"."'
    if "date_order" in one.asked:
        given["date_order"] = '"mdy"'
    if len(one.vendors) > 1:
        given["only"] = f'{{ "{one.vendor_field}" = ["{one.vendors[0]}"] }}'
    return given


@pytest.mark.parametrize("share", range(SHARES))
def test_every_file_is_read_without_a_loss_or_declined_with_a_reason(
    tmp_path: Path, samples_dir: Path, share: int
) -> None:
    """What is recognised loads: records read are those loaded and those left out; what is not says why."""
    layouts = known_layouts(resources.mappings())
    files = sorted(path for path in samples_dir.rglob("*") if path.is_file())
    assert len(files) > 200
    for number, path in enumerate(files[share::SHARES]):
        folder = tmp_path / str(number)
        folder.mkdir()
        with open_warehouse(folder) as warehouse:
            found = detect_all(path, layouts, warehouse)
        for one in found:
            assert one.candidates or one.declined, path
        recognised = [one for one in found if one.candidates]
        if recognised:
            read(path, folder, recognised[0].candidates[0], recognised[0].sheet)


def read(path: Path, folder: Path, one: Candidate, sheet: str) -> None:
    """Load a file as its likeliest layout and hold its counts together."""
    name = f"export{''.join(path.suffixes)}"
    shutil.copy(path, folder / name)
    lines = "".join(f"{key} = {value}\n" for key, value in answers(one, sheet).items())
    write(folder, {"cspaudit.toml": f'{HEAD}{ONE_PARTNER}\n[[source]]\npath = "{name}"\n{lines}'})
    shutil.rmtree(folder / "staging")
    with open_warehouse(folder) as warehouse:
        loading = load_folder(folder, warehouse)
        assert loading.loaded.problems == (), (path, one.name, loading.loaded.problems)
        records, loaded, rejected = loading.counts()
        assert records == loaded + rejected, path
