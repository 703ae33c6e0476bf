"""The catalogue: check files and obligation files, read and tested key by key."""

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from cspaudit.errors import CheckError
from cspaudit.evaluation.front_matter import read_check, read_obligation
from cspaudit.evaluation.shared_parts import (
    SHARED_FOLDER,
    SharedPart,
    in_order,
    read_shared_part,
    with_parts,
)
from cspaudit.model.check import Check
from cspaudit.model.obligation import Obligation

_FRONT_MATTER = re.compile(r"\A\s*/\* cspaudit[^\S\n]*\n(?P<toml>.*?)\*/", re.DOTALL)
_ID = re.compile(r"[a-z][a-z0-9_]*")
#: the family of checks that lie directly in a user's folder
OWN_FAMILY = "own"


@dataclass(frozen=True)
class BrokenFile:
    """A user's check or obligation file that cannot be used; the rest of the catalogue stands."""

    name: str
    error: CheckError


@dataclass(frozen=True)
class Catalogue:
    """Every check and obligation by id, in the order of their ids; ``broken`` are users' files left out."""

    checks: dict[str, Check]
    obligations: dict[str, Obligation]
    broken: tuple[BrokenFile, ...] = ()
    #: ids of the checks that users brought
    own: frozenset[str] = frozenset()
    #: the steps that checks share, by name
    shared: dict[str, SharedPart] = field(default_factory=dict)

    def checks_of(self, obligation_id: str) -> tuple[Check, ...]:
        """Return the checks that test one obligation, by id."""
        return tuple(check for check in self.checks.values() if check.obligation == obligation_id)


@dataclass
class _Collection:
    checks: dict[str, Check] = field(default_factory=dict)
    obligations: dict[str, Obligation] = field(default_factory=dict)
    shared: dict[str, SharedPart] = field(default_factory=dict)
    broken: list[BrokenFile] = field(default_factory=list)


def load_catalogue(bundled: Path, extra: Sequence[Path] = ()) -> Catalogue:
    """Read the checks and obligations under ``bundled``, then those of the users' folders ``extra``.

    Raises CheckError (``where`` is the file) for the first thing wrong under ``bundled``. What is wrong under
    ``extra`` is listed as ``broken``; a user's id that exists already is wrong.
    """
    found = _Collection()
    for error in _read_folder(bundled, found):
        raise error.error
    bundled_ids = frozenset(found.checks)
    for folder in extra:
        found.broken += _read_folder(folder, found)
    return Catalogue(
        checks=dict(sorted(found.checks.items())),
        obligations=dict(sorted(found.obligations.items())),
        broken=tuple(found.broken),
        own=frozenset(found.checks) - bundled_ids,
        shared=dict(sorted(found.shared.items())),
    )


def parse_check(
    text: str, *, path: Path, family: str, shared: Mapping[str, SharedPart] | None = None
) -> Check:
    """Return the check that ``text`` states; its id is the file's name. CheckError names what is wrong.

    The check's SQL begins with the steps of the ``shared`` parts it uses; the tables they read count as its own.
    """
    where = str(path)
    comment, query = _split(text, path)
    check = read_check(_toml(comment, where), id_=path.stem, family=family, sql=text, where=where)
    parts = in_order(check.uses, shared or {}, where=where)
    read = dict.fromkeys([*check.reads, *(table for part in parts for table in part.reads)])
    needed = {need.table for need in check.needs}
    return replace(
        check,
        reads=tuple(table for table in read if table in check.reads or table not in needed),
        sql=f"/* cspaudit\n{comment}*/\n{with_parts(query, parts)}",
    )


def parse_shared_part(text: str, *, path: Path) -> SharedPart:
    """Return the shared part that ``text`` states; its name is the file's. CheckError names what is wrong."""
    comment, query = _split(text, path)
    return read_shared_part(path.stem, _toml(comment, str(path)), query, where=str(path))


def query_text(check: Check) -> str:
    """Return the check's SQL without its leading comment."""
    return _FRONT_MATTER.sub("", check.sql).strip()


def fingerprint(check: Check) -> str:
    """Return the SHA-256 of all that makes a check's results: query, parameters, tables, subject, look-back.

    Titles and texts for readers are left out: a better sentence is no new version.
    """
    parts = [
        query_text(check),
        " ".join(check.subjects),
        " ".join(sorted(need.text for need in check.needs)),
        " ".join(sorted(check.reads)),
        str(check.lookback_months),
        *(["notes only"] if check.notes_only else []),
        *(
            f"{param.name}: {param.type} = {param.value} of {'|'.join(param.one_of)}"
            for param in sorted(check.params, key=lambda param: param.name)
        ),
    ]
    return hashlib.sha256("\n\n".join(parts).encode()).hexdigest()


def _split(text: str, path: Path) -> tuple[str, str]:
    """Return the leading comment's TOML and the query of a file."""
    where = str(path)
    if not _ID.fullmatch(path.stem):
        raise CheckError(
            f"{path.stem!r} cannot be a check's id.",
            where=where,
            hint="Name the file with lower-case letters, digits and underscores.",
        )
    found = _FRONT_MATTER.match(text)
    if not found:
        raise CheckError(
            "The file does not begin with a comment that describes the check.",
            where=where,
            hint="Begin with a line `/* cspaudit`, then TOML, then `*/`.",
        )
    if "/*" in found["toml"]:
        raise CheckError("The leading comment holds another comment.", where=where)
    query = text[found.end() :].strip().removesuffix(";").rstrip()
    if not query:
        raise CheckError("There is no query after the leading comment.", where=where)
    return found["toml"], query


def _read_folder(folder: Path, found: _Collection) -> Iterator[BrokenFile]:
    """Add what lies under ``folder`` to ``found`` and yield each file that cannot be used."""
    for path in sorted(folder.rglob("obligations.toml")):
        try:
            _add_obligations(path, _family(path, folder), found)
        except CheckError as error:
            yield BrokenFile(path.name, error)
    for path in sorted(folder.glob(f"{SHARED_FOLDER}/*.sql")):
        try:
            _add_shared_part(parse_shared_part(_read(path), path=path), found, where=str(path))
        except CheckError as error:
            yield BrokenFile(path.stem, error)
    for path in sorted(folder.rglob("*.sql")):
        if path.parent == folder / SHARED_FOLDER:
            continue
        try:
            check = parse_check(_read(path), path=path, family=_family(path, folder), shared=found.shared)
            _add_check(check, found)
        except CheckError as error:
            yield BrokenFile(path.stem, error)


def _add_obligations(path: Path, family: str, found: _Collection) -> None:
    where = str(path)
    content = _toml(_read(path), where)
    for key in content:
        if key != "obligation":
            raise CheckError(f"The key {key!r} is unknown.", where=where, hint="Known: obligation.")
    entries = content.get("obligation")
    if not isinstance(entries, list):
        raise CheckError("The file lists no [[obligation]].", where=where)
    for number, entry in enumerate(entries, 1):
        obligation = read_obligation(entry, family=family, where=f"{where}: obligation {number}")
        if obligation.id in found.obligations:
            raise CheckError(f"The obligation {obligation.id} is stated twice.", where=where)
        found.obligations[obligation.id] = obligation


def _add_shared_part(part: SharedPart, found: _Collection, *, where: str) -> None:
    if part.name in found.shared:
        raise CheckError(f"A shared part called {part.name!r} exists already.", where=where)
    found.shared[part.name] = part


def _add_check(check: Check, found: _Collection) -> None:
    if check.obligation not in found.obligations:
        raise CheckError(
            f"The obligation {check.obligation!r} is stated in no obligations.toml.", where=check.path
        )
    names = {name for known in found.checks.values() for name in (known.id, *known.aliases)}
    for name in (check.id, *check.aliases):
        if name in names:
            raise CheckError(
                f"A check called {name!r} exists already.", where=check.path, hint="Give yours another name."
            )
    found.checks[check.id] = check


def _family(path: Path, folder: Path) -> str:
    return OWN_FAMILY if path.parent == folder else path.parent.name


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise CheckError("The file is not UTF-8 text.", where=str(path)) from error


def _toml(text: str, where: str) -> dict[str, object]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise CheckError(
            f"This is not valid TOML: {error}.", where=where, hint="Check quotes and brackets on that line."
        ) from error
