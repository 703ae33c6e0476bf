"""Evidence of signed answers: an answer counts only with the very file that was signed for."""

from collections.abc import Sequence
from pathlib import Path

from cspaudit.model.attestations import ATTESTATION, sha256_of
from cspaudit.sources.compile import EVIDENCE_CHANGED
from cspaudit.sources.source import LoadedSource
from cspaudit.warehouse.duckdb_warehouse import Warehouse


def refuse_changed_evidence(warehouse: Warehouse, sources: Sequence[LoadedSource], folder: Path) -> None:
    """Leave out every answer whose evidence is not in ``folder``, or not what its SHA-256 says."""
    for source in sources:
        for staged in source.tables():
            if staged.table.name != ATTESTATION or not source.files or "evidence_path" not in staged.columns:
                continue
            path, sha256 = staged.columns["evidence_path"], staged.columns.get("evidence_sha256", "NULL")
            named = warehouse.rows(
                f"SELECT DISTINCT {path}, lower({sha256}) FROM {source.stage} WHERE rule IS NULL AND {path} IS NOT NULL"
            )
            for evidence, stated in named:
                if not _is_the_one(folder / evidence, stated):
                    warehouse.execute(
                        f"UPDATE {source.stage} SET rule = {EVIDENCE_CHANGED}, rule_value = {path} "
                        f"WHERE rule IS NULL AND {path} = $path AND lower({sha256}) IS NOT DISTINCT FROM $stated",
                        {"path": evidence, "stated": stated},
                    )


def _is_the_one(file: Path, stated: str | None) -> bool:
    return file.is_file() and stated in {None, sha256_of(file)}
