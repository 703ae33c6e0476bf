"""Reads a JSON file into a staging table: one object, a list, or an object a line; records inside records too."""

import re
from dataclasses import replace
from functools import partial
from pathlib import Path

from cspaudit.errors import LackingFieldsError, SourceError
from cspaudit.sources import files, json_list, sql
from cspaudit.sources.compile import Plan
from cspaudit.sources.files import SourceFile
from cspaudit.sources.staging import Reading, Stage, compression, unreadable
from cspaudit.warehouse.interface import QueryError

#: the engine reads JSON in buffers as large as the largest object; a list of pages of a thousand records needs more
OBJECT_BYTES = files.LINE_BYTES
PAGE_BYTES = OBJECT_BYTES << 2
#: how the engine says that an object is larger than that
TOO_LARGE = "maximum_object_size"
#: as many records as tell whether a JSON file has the fields of its layout, before all of it is looked at
FIRST_RECORDS = 1000
#: what parts the steps of a path; a dot within brackets belongs to a value
_DOT = re.compile(r"\.(?![^\[]*\])")


def read(stage: Stage, file: SourceFile, index: int) -> Reading:
    """Read a file; SourceError where it cannot be read at all, LackingFieldsError where it has another layout."""
    encoding, assumption = files.encoding_of(file, stage.settings.encoding)
    path, listed = file.path, stage.plan.layout.records
    if encoding != "utf-8":
        path = files.to_utf8(file, encoding, stage.copy_path(index, ".json"))
    if files.is_large_object(path):
        whole, path = path, stage.copy_path(index, "_records.json")
        json_list.take(file, whole, listed, path, stage.limit)
        listed = ""
    try:
        try:
            reading = _insert(stage, file, path, listed, OBJECT_BYTES, index)
        except QueryError as error:
            if TOO_LARGE not in error.problem:
                raise
            reading = _insert(stage, file, path, listed, PAGE_BYTES, index)
    except QueryError as error:
        if TOO_LARGE in error.problem:
            raise SourceError(
                f"A record or page of the file is larger than {PAGE_BYTES >> 20} MB.", where=file.shown
            ) from error
        raise unreadable(file, encoding, "The file is not valid JSON", error) from error
    for suffix in (".json", "_records.json"):
        stage.copy_path(index, suffix).unlink(missing_ok=True)
    return replace(reading, encoding=encoding, assumptions=(assumption,) if assumption else ())


def _insert(stage: Stage, file: SourceFile, path: Path, listed: str, size: int, index: int) -> Reading:
    """Read the records of ``path``, which stand under ``listed`` where it is not empty, none larger than ``size``."""
    relation = _records(path, listed, size)
    if stage.plan.layout.nested:
        members = _members(_found("j", stage.plan.layout.nested))
        relation = f"(SELECT unnest(list_concat([j], {members})) AS j FROM {relation})"
    records = relation
    if stage.plan.layout.members:
        # what is the record's own is read once, not again for each of its members
        own = "".join(
            f"{_own_field(stage.plan, field)} AS own_{i}, "
            for i, field in enumerate(stage.plan.fields)
            if not _is_member(stage.plan, field)
        )
        members = _members(_found("j", stage.plan.layout.members))
        # first none, for the record itself
        relation = f"(SELECT {own}unnest(list_concat([NULL::JSON], {members})) AS m FROM {relation})"
    known, unknown = _names_in(stage, records) if stage.limit else ((), ())
    lacking = _lacking_json(stage, relation)
    if lacking:
        raise LackingFieldsError(
            f"No record of the export has {', '.join(repr(field) for field in lacking)}.",
            where=file.shown,
            hint=f"It was read as {stage.plan.layout.title!r}; is that the layout of this file?",
            lacking=lacking,
            known=known,
            unknown=unknown,
        )
    stage.insert(stage.plan, relation, partial(_json_field, stage.plan), index)
    return Reading(known=known, unknown=unknown)


def _records(path: Path, listed: str, size: int) -> str:
    """Return the SQL of the records of a file, as ``j``; those under ``listed`` where objects hold them."""
    objects = f"read_json_objects({sql.literal(str(path))}, {compression(path)}, format = 'auto', maximum_object_size = {size})"
    if not listed:
        return f"(SELECT json AS j FROM {objects})"
    # a file may also hold the records themselves: one alone, a list, or one a line
    found = _found("json", listed)
    members = f"CASE WHEN {found} IS NULL THEN [json] ELSE {_members(found)} END"
    return f"(SELECT unnest({members}) AS j FROM {objects})"


def _names_in(stage: Stage, relation: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names at the top of the first records: those that the layout knows, and the others."""
    fields = (*stage.plan.fields, *stage.plan.layout.unused, stage.plan.layout.nested)
    aliases = stage.plan.layout.aliases
    tops = {top_name(name) for field in fields for name in (field, *aliases.get(field, ()))}
    names = [
        str(name)
        for (name,) in stage.warehouse.rows(
            f"SELECT DISTINCT unnest(json_keys(j)) AS name FROM (SELECT j FROM {relation} LIMIT {stage.limit}) "
            "ORDER BY name"
        )
    ]
    known = tuple(name for name in names if name in tops)
    return known, tuple(name for name in names if name not in tops)


def _lacking_json(stage: Stage, relation: str) -> tuple[str, ...]:
    """Return the fields that a record must have and that none has; no record lacks nothing."""
    lacking = _absent_from(stage, f"(SELECT * FROM {relation} LIMIT {FIRST_RECORDS})")
    return _absent_from(stage, relation) if lacking and not stage.limit else lacking


def _absent_from(stage: Stage, relation: str) -> tuple[str, ...]:
    listed = stage.plan.layout.members
    fields = (*stage.plan.fields, *([listed] if listed else []))
    counts = ", ".join(f"count({_json_field(stage.plan, field)})" for field in fields)
    records, *found = stage.warehouse.row(f"SELECT count(*), {counts} FROM {relation}")
    present = [field for field, count in zip(fields, found, strict=True) if count]
    if listed and listed not in present:
        # where nothing is listed, no member lacks anything
        present += (field for field in fields if _is_member(stage.plan, field))
    return stage.plan.lacking(present) if records else ()


def _is_member(plan: Plan, path: str) -> bool:
    """Whether a field is that of a listed member, or the member itself."""
    listed = plan.layout.members
    return bool(listed) and f"{path}.".startswith(f"{listed}.")


def _json_field(plan: Plan, path: str) -> str:
    """Return the SQL of a field as text, read from the listed member where the path leads there."""
    listed = plan.layout.members
    if not listed:
        return _own_field(plan, path)
    if path == listed:
        return "json_extract_string(m, '$')"
    if _is_member(plan, path):
        return json_field(path.removeprefix(f"{listed}."), "m")
    return f"own_{plan.fields.index(path)}"


def _own_field(plan: Plan, path: str) -> str:
    """Return the SQL of a record's own field, by whichever of its names it stands under."""
    found = [json_field(name) for name in (path, *plan.layout.aliases.get(path, ()))]
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def _found(value: str, path: str) -> str:
    """Return the SQL of what stands at a path of names, NULL where nothing does."""
    names = "".join(f".{sql.name(part)}" for part in path.split("."))
    return f"json_extract({value}, {sql.literal(f'${names}')})"


def _members(found: str) -> str:
    """Return the SQL of the members of a JSON list; what is no list is one member, which has none of the fields."""
    return (
        f"CASE coalesce(json_type({found}), 'NULL') WHEN 'NULL' THEN [] "
        f"WHEN 'ARRAY' THEN from_json({found}, '[\"JSON\"]') ELSE [{found}] END"
    )


def top_name(path: str) -> str:
    """Return the name at the top of a record from which the path of a field leads on."""
    return path.split(".", maxsplit=1)[0].partition("[")[0]


def json_field(path: str, here: str = "j") -> str:
    """Return the SQL of a JSON field as text: ``a.b``, or ``list[key=value].rest`` for a member of a list.

    ``list[].rest`` is the field of every member of a list, a line each.
    """
    listed, is_list, rest = path.partition("[]")
    if is_list:
        one = json_field(rest.removeprefix("."), "one") if rest else "json_extract_string(one, '$')"
        found = "".join(f".{sql.name(part)}" for part in listed.split("."))
        members = f"json_extract({here}, {sql.literal(f'${found}')})"
        return (
            f"array_to_string(list_filter(list_transform({_members(members)}, lambda one: {one}), "
            "lambda one: one IS NOT NULL), chr(10))"
        )
    for part in _DOT.split(path):
        name, _, member = part.partition("[")
        here = f"json_extract({here}, {sql.literal(f'$.{sql.name(name)}')})"
        if member:
            key, _, wanted = member.rstrip("]").partition("=")
            test = f"json_extract_string(m, {sql.literal(f'$.{sql.name(key)}')}) = {sql.literal(wanted)}"
            here = f"list_extract(list_filter(from_json({here}, '[\"JSON\"]'), lambda m: {test}), 1)"
    return f"json_extract_string({here}, '$')"
