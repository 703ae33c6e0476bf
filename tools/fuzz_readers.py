"""Let atheris search for bytes that break a reader; needs ``pip install atheris`` beside the development set-up.

    python tools/fuzz_readers.py READER CORPUS [libFuzzer's options, such as -max_total_time=300]

READER is a format with a decoder (camt, mt940, bai2, ofx, bank_rows, mail) or a layout of a CSV or JSON export. CORPUS is
a folder of small files to begin from; what reaches new code is added to it. Bytes that break the reader are written as
``crash-…``: make a test of them before the fault is put right.
"""

import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

with atheris.instrument_imports(include=["cspaudit.sources"]):
    from cspaudit.errors import SourceError
    from cspaudit.sources import formats

    for decoder in formats.DECODERS.values():
        import_module(decoder)

from tests.sources.decoders.decoding import is_known, read_anyhow  # noqa: E402  # the tests are no installed package
from tests.sources.loading import HEAD, ONE_PARTNER, load_folder, open_warehouse, source, write  # noqa: E402  # as above


def decoding(name: formats.Format) -> Callable[[bytes], None]:
    """Return a test of a decoder: any bytes give sound records, rejects or a SourceError."""

    def test(content: bytes) -> None:
        is_known(content, name)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "export"
            path.write_bytes(content)
            try:
                read_anyhow(path, name)
            except SourceError:
                return

    return test


def loading(layout: str) -> Callable[[bytes], None]:
    """Return a test of the loader: of any bytes all records are loaded or rejected, or the file is refused."""
    stated = source("export", layout, timezone='"Europe/Berlin"')

    def test(content: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "export").write_bytes(content)
            write(place, {"cspaudit.toml": HEAD + ONE_PARTNER + stated})
            with open_warehouse(place) as warehouse:
                # each input's records must add up
                load_folder(place, warehouse).counts()

    return test


if __name__ == "__main__":
    reader, *options = sys.argv[1:]
    tested = decoding(reader) if reader in formats.DECODERS else loading(reader)
    atheris.Setup([sys.argv[0], *options], tested)
    atheris.Fuzz()
