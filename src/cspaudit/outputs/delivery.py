"""Where a run writes: a staging folder beside the output, moved into place when everything is there."""

import json
import os
import platform
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Self

from cspaudit.errors import EngagementError
from cspaudit.model.result import Scorecard

MANIFEST = "manifest.json"
SPILL = "spill"
#: libraries whose version can change a result
LIBRARIES = ("duckdb", "sqlglot", "opening-hours-py", "holidays", "tzdata", "weasyprint", "jinja2")


class Delivery:
    """A staging folder that becomes the output folder as a whole, or disappears."""

    def __init__(self, output: Path) -> None:
        """Make the staging folder beside ``output``; EngagementError where that cannot be done."""
        self.output = output.absolute()
        self._refuse_foreign_folder()
        try:
            self.output.parent.mkdir(parents=True, exist_ok=True)
            if self.output.exists() and not os.access(self.output, os.W_OK):
                raise PermissionError
            self.staging = Path(tempfile.mkdtemp(prefix=f".{self.output.name}.", dir=self.output.parent))
        except OSError as error:
            raise EngagementError(
                "The output folder cannot be written.",
                where=str(output),
                hint="Choose another with --output, or change its permissions.",
            ) from error
        self.staging.chmod(0o755)

    @classmethod
    def temporary(cls) -> "Delivery":
        """Return a delivery whose files nobody keeps."""
        return cls(Path(tempfile.gettempdir()) / "cspaudit-check")

    def __enter__(self) -> Self:
        """Return the delivery with its empty staging folder."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the staging folder if it was not put in place."""
        shutil.rmtree(self.staging, ignore_errors=True)

    def folder(self, name: str) -> Path:
        """Return a folder below the staging folder, made if need be."""
        made = self.staging / name
        made.mkdir(parents=True, exist_ok=True)
        return made

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files by their path below the output folder."""
        for name, content in files.items():
            target = self.staging / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)

    def put_in_place(self) -> None:
        """Let the staging folder take the place of the output folder."""
        shutil.rmtree(self.staging / SPILL, ignore_errors=True)
        before = self.staging.with_name(f"{self.staging.name}.before")
        if self.output.exists():
            self.output.rename(before)
        self.staging.rename(self.output)
        shutil.rmtree(before, ignore_errors=True)

    def _refuse_foreign_folder(self) -> None:
        """Never replace a folder that holds anything but an earlier result."""
        if self.output.is_file() or (
            self.output.is_dir() and any(self.output.iterdir()) and not (self.output / MANIFEST).is_file()
        ):
            raise EngagementError(
                "The output folder holds something that is no result of cspaudit.",
                where=str(self.output),
                hint="Choose an empty or new folder with --output.",
            )


def write_manifest(delivery: Delivery, scorecard: Scorecard, *, started_at: str) -> None:
    """Write who made this result with what: versions, the time it was made, and a hash of every file."""
    files = sorted(path for path in delivery.staging.rglob("*") if path.is_file() and SPILL not in path.parts)
    content = {
        "tool": {"name": "cspaudit", "version": scorecard.tool_version},
        "engine": "duckdb",
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
        "started_at": started_at,
        "as_of": scorecard.engagement.as_of.isoformat() + "Z",
        "inputs": [{"path": one.path, "sha256": one.sha256, "bytes": one.bytes} for one in scorecard.inputs],
        "outputs": [
            {
                "path": path.relative_to(delivery.staging).as_posix(),
                "sha256": sha256(path.read_bytes()).hexdigest(),
                "bytes": path.stat().st_size,
            }
            for path in files
        ],
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (delivery.staging / MANIFEST).write_text(text, encoding="utf-8")
