"""Records that come without a file: facts of the engagement itself, and frames that a caller hands in."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from cspaudit.errors import EngagementError
from cspaudit.model.attestations import ATTESTATION, AnswerFile
from cspaudit.model.engagement import Engagement, SourceSettings
from cspaudit.model.tables import TABLES
from cspaudit.sources import mapping, sql
from cspaudit.sources.compile import build_plan
from cspaudit.sources.files import Digest, SourceFile
from cspaudit.sources.source import LoadedSource, plain_text
from cspaudit.sources.stage import read_relation
from cspaudit.sources.staging import Stage
from cspaudit.sources.statement import stage_ddl
from cspaudit.warehouse.duckdb_warehouse import Warehouse
from cspaudit.warehouse.interface import QueryError

DATA_SOURCE = "data"
DATA_FILE = "cspaudit.toml"

#: a column's texts, empty cells as None
Texts = Mapping[str, Sequence[str | None]]


def read_data(warehouse: Warehouse, engagement: Engagement, table: str, stage: str) -> LoadedSource:
    """Read the facts that the engagement itself states for one table."""
    texts = _texts(engagement.data[table])
    return _read(warehouse, engagement, table, stage, texts=texts, source_id=DATA_SOURCE, settings=None)


def read_answers(warehouse: Warehouse, engagement: Engagement, file: AnswerFile, stage: str) -> LoadedSource:
    """Read a file of signed answers as an export would be; its record is the answer's place, from 1."""
    settings = SourceSettings(path=file.name, table=ATTESTATION)
    texts = _texts(file.rows)
    return _read(
        warehouse, engagement, ATTESTATION, stage, texts=texts, source_id=file.name, settings=settings
    )


def _texts(rows: Sequence[Mapping[str, object]]) -> Texts:
    named = {name for row in rows for name in row}
    return {name: [plain_text(row[name]) if name in row else None for row in rows] for name in named}


def frame_texts(table: str, frame: object) -> Texts:
    """Return a pandas frame of canonical columns as texts.

    Raises EngagementError for an unknown table, SourceError where pandera refuses the frame as a whole.
    """
    from cspaudit.model import frames

    if table not in TABLES:
        raise EngagementError(f"There is no table {table!r}.", where="frames")
    return frames.texts(TABLES[table], frame)


def read_frame(
    warehouse: Warehouse, engagement: Engagement, table: str, stage: str, texts: Texts
) -> LoadedSource:
    """Read a frame's texts as an export would be; its record is the row's place, from 1."""
    name = frame_name(table)
    settings = SourceSettings(path=name, table=table)
    return _read(warehouse, engagement, table, stage, texts=texts, source_id=name, settings=settings)


def frame_name(table: str) -> str:
    """Return how reports call a frame that was handed in."""
    return f"frame {table}"


def digest(texts: Texts) -> Digest:
    """Return the fingerprint of a frame's texts, as of a CSV file that held them."""
    lines = [
        "\x1f".join(texts),
        *("\x1f".join(cell or "" for cell in row) for row in zip(*texts.values(), strict=True)),
    ]
    content = "\n".join(lines).encode()
    return Digest(hashlib.sha256(content).hexdigest(), len(content))


def digest_of_file(path: Path) -> Digest:
    """Return the fingerprint of a small file that was read by other means, whose bytes need no further look."""
    content = path.read_bytes()
    return Digest(hashlib.sha256(content).hexdigest(), len(content))


def _read(
    warehouse: Warehouse,
    engagement: Engagement,
    table: str,
    stage: str,
    *,
    texts: Texts,
    source_id: str,
    settings: SourceSettings | None,
) -> LoadedSource:
    partners = [partner.id for partner in engagement.partners]
    names_partner = "partner_id" in texts or len(partners) > 1
    plan = build_plan(
        mapping.canonical(TABLES[table]),
        side="",
        columns={},
        values={},
        constants={},
        nulls=(),
        formats=(),
        mark=None,
        is_mark_voted=False,
        segments=(),
        partner_field="partner_id" if names_partner else "",
    )
    names = [*TABLES[table].column_names, "partner_id"]
    rows = len(next(iter(texts.values()), ()))
    lists = {f"c{i}": list(texts.get(name, [None] * rows)) for i, name in enumerate(names)}
    unnested = ", ".join(f"unnest($c{i}::VARCHAR[]) AS {sql.name(name)}" for i, name in enumerate(names))
    raw = f"{stage}_raw"
    warehouse.execute(f"CREATE TABLE {raw} AS SELECT {unnested}", lists)
    if names_partner and len(partners) == 1:
        warehouse.execute(f"UPDATE {raw} SET partner_id = $id WHERE partner_id IS NULL", {"id": partners[0]})
    warehouse.execute(stage_ddl(plan, stage))
    shown = DATA_FILE if settings is None else settings.path
    into = Stage(warehouse, stage, plan, settings or SourceSettings(path=shown, table=table))
    try:
        staged = read_relation(into, SourceFile(Path(shown), shown, ""), raw, sql.name)
    except QueryError as error:
        raise EngagementError(error.problem, where=f"{source_id}: {table}") from error
    warehouse.execute(f"DROP TABLE {raw}")
    return LoadedSource(
        source_id=source_id,
        stage=stage,
        plan=plan,
        settings=settings,
        as_of=engagement.as_of,
        partner_id=partners[0] if len(partners) == 1 else "",
        files=[staged],
        failed=[],
    )
