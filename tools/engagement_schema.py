"""The JSON Schema of cspaudit.toml, for editors: keys from the program, what they mean from docs/engagement.md."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cspaudit.evaluation.definition import Catalogue
from cspaudit.model.check import Check, ParamType
from cspaudit.model.engagement import _File
from cspaudit.model.table import Column, ColumnType
from cspaudit.model.tables import TABLES
from cspaudit.outputs import words
from cspaudit.sources.mapping import Mapping

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "engagement.md"

JSON_TYPES: dict[ColumnType | ParamType, dict[str, Any]] = {
    "text": {"type": ["string", "array"]},
    "instant": {"type": "string"},
    "date": {"type": "string", "format": "date"},
    "money": {"type": ["number", "string"]},
    "share": {"type": ["number", "string"]},
    "decimal": {"type": ["number", "string"]},
    "integer": {"type": "integer"},
    "boolean": {"type": "boolean"},
}
#: heading of engagement.md -> definition in the schema that it describes
DESCRIBED = {
    "engagement": "_Header",
    "partner": "PartnerSettings",
    "source": "SourceSettings",
    "checks": "CheckSettings",
    "wordings": "WordingSettings",
    "gate": "GateSettings",
}
KEY_ROW = re.compile(r"^\| `(?P<key>\w+)` \|.*\| (?P<text>[^|]+) \|$", re.MULTILINE)


def descriptions(page: str) -> dict[str, dict[str, str]]:
    """What engagement.md says of each key, by heading."""
    found: dict[str, dict[str, str]] = {}
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        heading, _, text = section.partition("\n")
        found[heading] = {
            row["key"]: re.sub(r"\[(.+?)\]\(.+?\)", r"\1", row["text"]) for row in KEY_ROW.finditer(text)
        }
    return found


def column_schema(column: Column) -> dict[str, Any]:
    """A column of facts written in cspaudit.toml."""
    return {"enum": list(column.allowed)} if column.allowed else JSON_TYPES[column.type]


def check_schema(check: Check) -> dict[str, Any]:
    """The settings of one check."""
    settings = {
        param.name: {
            **({"enum": list(param.one_of)} if param.one_of else JSON_TYPES[param.type]),
            "description": f"{words.value(param.value)}: {param.basis}",
        }
        for param in check.params
    }
    return {
        "allOf": [{"$ref": "#/$defs/CheckSettings"}],
        "description": check.title,
        "properties": settings,
    }


def engagement_schema(catalogue: Catalogue, mappings: Sequence[Mapping]) -> str:
    """The JSON Schema of cspaudit.toml, for editors."""
    schema = _File.model_json_schema()
    parts = schema["$defs"]
    for heading, keys in descriptions(REFERENCE.read_text(encoding="utf-8")).items():
        for key, text in keys.items():
            if heading in DESCRIBED:
                parts[DESCRIBED[heading]]["properties"][key]["description"] = text
    parts["_Header"]["oneOf"] = [{"required": ["period"]}, {"required": ["start", "end"]}]
    parts["SourceSettings"]["oneOf"] = [{"required": ["mapping"]}, {"required": ["table"]}]
    parts["CheckSettings"]["required"] = ["because"]
    source = parts["SourceSettings"]["properties"]
    source["mapping"]["enum"] = [one.id for one in mappings]
    source["table"]["enum"] = list(TABLES)
    schema["properties"]["data"]["properties"] = {
        table.name: {
            "type": "array",
            "description": table.purpose,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": [
                    column.name for column in table.required if column.name not in table.key_defaults
                ],
                "properties": {
                    "partner_id": {"type": "string"},
                    **{column.name: column_schema(column) for column in table.columns},
                },
            },
        }
        for table in TABLES.values()
        if table.name != "partner"
    }
    of_checks = {check.id: check_schema(check) for check in catalogue.checks.values()}
    for owner in (schema, parts["PartnerSettings"]):
        owner["properties"]["checks"]["properties"] = of_checks
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "cspaudit.toml"
    schema["description"] = (
        "What is audited: partners, period, exports, facts no export holds, settings, pass mark."
    )
    return json.dumps(without_titles(schema), indent=2, ensure_ascii=False) + "\n"


def without_titles(value: Any) -> Any:
    """A schema without the titles that only repeat a key, and with readable names of its parts."""
    if isinstance(value, dict):
        kept = {
            key: part
            for key, part in value.items()
            if key != "title" or value.get("$schema") or isinstance(part, dict)
        }
        return {key.removeprefix("_"): without_titles(part) for key, part in kept.items()}
    if isinstance(value, list):
        return [without_titles(part) for part in value]
    return value.replace("/$defs/_", "/$defs/") if isinstance(value, str) else value
