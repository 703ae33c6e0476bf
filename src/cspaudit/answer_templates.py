"""Templates for signed answers, as TOML and as a workbook, and what has been answered so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cspaudit.errors import EngagementError, OutputError
from cspaudit.evaluation.definition import Catalogue
from cspaudit.model.attestations import ATTESTATION, TOML_NAME, XLSX_NAME, AnswerFile, sha256_of
from cspaudit.model.obligation import Obligation
from cspaudit.model.tables import TABLES
from cspaudit.model.vocabulary import SERVICES

#: what a scope stands for, where an obligation is answered scope by scope
SCOPES = {
    "SVC-SPECIFIC": ("a service you sell", tuple(SERVICES.split())),
    "BIL-POLICY-PROCESS": ("the document_id of a collections policy", ()),
}
_ANSWERS = TABLES[ATTESTATION].column("answer").allowed
_HEAD = """# Signed answers to what no export shows. One [[attestation]] a duty and scope; delete what you do not answer.
# An answer counts from attested_on to valid_until_on; afterwards it counts as missing. A newer answer replaces an older.
# evidence_path is a file beside this one, relative to it; with evidence_sha256 it must be that very file.
"""


@dataclass(frozen=True)
class Question:
    """What a person is asked: an obligation, and the scopes it is answered for (empty: for the partner)."""

    obligation: Obligation
    scope_meaning: str
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """The newest answer to an obligation and scope, and whether it still holds on the day asked for."""

    obligation: str
    scope_id: str
    answer: str
    attested_by: str
    attested_on: str
    valid_until_on: str
    is_valid: bool
    evidence_path: str
    evidence_sha256: str


def questions(catalogue: Catalogue) -> tuple[Question, ...]:
    """Return everything a signed answer counts for, in the order of the ids."""
    return tuple(
        Question(obligation, *SCOPES.get(obligation.id, ("", ())))
        for obligation in catalogue.obligations.values()
        if "attestation" in obligation.judged_by
    )


def write_templates(asked: Sequence[Question], folder: Path) -> tuple[Path, ...]:
    """Write attestations.toml and attestations.xlsx into ``folder``; OutputError where one of them exists."""
    if not folder.is_dir():
        raise EngagementError("There is no such folder.", where=str(folder))
    paths = (folder / TOML_NAME, folder / XLSX_NAME)
    for path in paths:
        if path.exists():
            raise OutputError(
                "The file is there already; it was not touched.",
                where=str(path),
                hint="Move it away, or write into another folder.",
            )
    paths[0].write_text(_toml(asked), encoding="utf-8")
    _write_workbook(asked, paths[1])
    return paths


def answered(files: Sequence[AnswerFile], on: date) -> tuple[Answered, ...]:
    """Return the newest answer of each obligation and scope given by the day ``on``."""
    newest: dict[tuple[str, str], Answered] = {}
    for file in files:
        for row in file.rows:
            given = {name: str(row.get(name, "")) for name in TABLES[ATTESTATION].column_names}
            found = Answered(
                given["obligation"],
                given["scope_id"],
                given["answer"],
                given["attested_by"],
                given["attested_on"],
                given["valid_until_on"],
                is_valid=given["valid_until_on"] == "" or given["valid_until_on"] >= on.isoformat(),
                evidence_path=given["evidence_path"],
                evidence_sha256=given["evidence_sha256"].lower(),
            )
            key = (found.obligation, found.scope_id)
            if found.attested_on <= on.isoformat() and (
                key not in newest or newest[key].attested_on < found.attested_on
            ):
                newest[key] = found
    return tuple(newest[key] for key in sorted(newest))


def evidence_note(one: Answered, folder: Path) -> str:
    """Return what is to be said of an answer's evidence: its SHA-256 where none is stated, or what is wrong with it."""
    if not one.evidence_path:
        return ""
    file = folder / one.evidence_path
    if not file.is_file():
        return f"{one.evidence_path} is not there, so that the answer does not count"
    found = sha256_of(file)
    if not one.evidence_sha256:
        return f'{one.evidence_path}: evidence_sha256 = "{found}"'
    if found != one.evidence_sha256:
        return f"{one.evidence_path} is not the file that was signed for, so that the answer does not count"
    return ""


def _toml(asked: Sequence[Question]) -> str:
    parts = [_HEAD]
    for question in asked:
        parts.append(f"# {question.obligation.title}: {question.obligation.statement}")
        if question.scope_meaning:
            parts.append(f"# scope_id: {question.scope_meaning}; leave it out to answer for all.")
        parts += [_entry(question, scope) for scope in question.scopes or ("",)]
    return "\n".join(parts)


def _entry(question: Question, scope: str) -> str:
    lines = [
        "[[attestation]]",
        f'obligation = "{question.obligation.id}"',
        *([f'scope_id = "{scope}"'] if scope else []),
        f'answer = "{_ANSWERS[0]}"                  # {", ".join(_ANSWERS)}',
        'attested_by = "name and role"',
        "attested_on = 2026-01-31",
        "valid_until_on = 2027-01-31",
        'evidence_path = "evidence/file.pdf"',
        'evidence_sha256 = ""             # cspaudit checks attest prints it',
    ]
    # every line is a comment: a template that is left as it is answers nothing
    return "".join(f"# {line}\n" for line in lines)


def _write_workbook(asked: Sequence[Question], path: Path) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        head = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        answers = book.add_worksheet(ATTESTATION)
        for place, column in enumerate(TABLES[ATTESTATION].columns):
            is_day = column.type == "date"
            answers.write_string(0, place, column.name, head)
            answers.set_column(place, place, 18, day if is_day else None)
            if column.allowed:
                answers.data_validation(
                    1, place, 1000, place, {"validate": "list", "source": list(column.allowed)}
                )
        asks = book.add_worksheet("questions")
        asks.set_column(0, 0, 22)
        asks.set_column(1, 3, 50, wrapped)
        for place, title in enumerate(("obligation", "duty", "what to answer", "scope_id")):
            asks.write_string(0, place, title, head)
        for line, question in enumerate(asked, 1):
            scopes = f"{question.scope_meaning}: {', '.join(question.scopes)}".rstrip(": ")
            cells = (question.obligation.id, question.obligation.title, question.obligation.statement, scopes)
            for place, cell in enumerate(cells):
                asks.write_string(line, place, cell)
